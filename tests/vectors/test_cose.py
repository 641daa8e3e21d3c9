"""The COSE working group's examples: COSE_Sign1 and COSE_Mac0 forms.

Not covered, since krid has no such message: COSE_Sign with several signers (`sign`), COSE_Mac with
recipients (`mac`), and encryption (`enveloped`, `encrypted`). All of them must be refused.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from krid._core import base64url, cbor
from krid.cose import KID, Mac0, MacAlg, MacKey, Placement, Sign1, Tagging, prepare
from krid.cose.mac0 import create
from krid.cose.payload import structure
from krid.errors import Code, KridError
from krid.keys import Alg, Curve, LocalKey, PublicKey, cose_key, jwk

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)

REFUSED = {
    # The algorithm stands in the unprotected header alone, where anybody may change it.
    "sign1-tests/sign-pass-01.json": Code.COSE_HEADER,
    "mac0-tests/mac-pass-01.json": Code.COSE_HEADER,
    "mac0-tests/mac-pass-02.json": Code.COSE_HEADER,
    "mac0-tests/mac-pass-03.json": Code.COSE_HEADER,
    # ES512 with a P-256 key: krid's table has one curve for each algorithm (RFC 9864).
    "ecdsa-examples/ecdsa-sig-04.json": Code.ALG_KEY,
    # Algorithms and curves that krid does not implement: Ed448, and AES-CBC-MAC.
    "eddsa-examples/eddsa-sig-02.json": Code.KEY_TYPE,
    "RFC8152/Appendix_C_6_1.json": Code.ALG_UNKNOWN,
}


def _examples(kind: str) -> list[Path]:
    files = sorted((VECTORS / "cose").glob("*/*.json"))
    return [path for path in files if kind in json.loads(path.read_text())["input"]]


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


SIGN1 = _examples("sign0")
MAC0 = _examples("mac0")
OTHERS = [path for kind in ("sign", "mac", "enveloped", "encrypted") for path in _examples(kind)]


def test_the_examples_are_there(vectors: Path) -> None:
    assert vectors.is_dir()
    assert (len(SIGN1), len(MAC0), len(OTHERS)) == (16, 16, 92)


def _key_members(example: dict[str, Any]) -> dict[str, Any]:
    members = example["input"]["sign0"]["key"]
    return {name: members[name] for name in ("kty", "crv", "x", "y", "d") if name in members} | {
        name: base64url.encode(bytes.fromhex(members[f"{name}_hex"]))
        for name in ("x", "y", "d")
        if f"{name}_hex" in members
    }


def _public_key(example: dict[str, Any]) -> PublicKey:
    return jwk.parse_public(
        {name: value for name, value in _key_members(example).items() if name != "d"}
    )


def _external(example: dict[str, Any], kind: str) -> bytes:
    return bytes.fromhex(example["input"][kind].get("external", ""))


def _verify_sign1(example: dict[str, Any]) -> Sign1:
    message = Sign1.parse(bytes.fromhex(example["output"]["cbor"]))
    message.verify(_public_key(example), external_aad=_external(example, "sign0"))
    return message


def _mac_key(example: dict[str, Any]) -> MacKey:
    return MacKey(base64url.decode(example["input"]["mac0"]["recipients"][0]["key"]["k"]))


def _verify_mac0(example: dict[str, Any]) -> Mac0:
    message = Mac0.parse(bytes.fromhex(example["output"]["cbor"]))
    message.verify(_mac_key(example), external_aad=_external(example, "mac0"))
    return message


@pytest.mark.parametrize("path", SIGN1, ids=_name)
def test_sign1(path: Path) -> None:
    example = json.loads(path.read_text())
    if example.get("fail") or _name(path) in REFUSED:
        with pytest.raises(KridError) as error:
            _verify_sign1(example)
        assert error.value.code is REFUSED.get(_name(path), error.value.code)
        return
    message = _verify_sign1(example)
    payload = example["input"]["plaintext"].encode()
    assert message.payload == payload
    signed = structure("Signature1", message.headers.raw, _external(example, "sign0"), payload)
    assert signed.hex() == example["intermediates"]["ToBeSign_hex"].lower()
    tagging = Tagging.TAGGED if example["output"]["cbor"].startswith("D2") else Tagging.UNTAGGED
    assert message.encode(tagging).hex() == example["output"]["cbor"].lower()


@pytest.mark.parametrize("path", MAC0, ids=_name)
def test_mac0(path: Path) -> None:
    example = json.loads(path.read_text())
    if example.get("fail") or _name(path) in REFUSED:
        with pytest.raises(KridError) as error:
            _verify_mac0(example)
        assert error.value.code is REFUSED.get(_name(path), error.value.code)
        return
    message = _verify_mac0(example)
    made = create(
        {},
        message.headers.unprotected,
        example["input"]["plaintext"].encode(),
        key=_mac_key(example),
        alg=message.alg,
        placement=Placement.ATTACHED,
    )
    assert made.encode(Tagging.TAGGED).hex() == example["output"]["cbor"].lower()


@pytest.mark.parametrize("path", OTHERS, ids=_name)
def test_other_messages_are_not_taken_for_these(path: Path) -> None:
    raw = bytes.fromhex(json.loads(path.read_text())["output"]["cbor"])
    for parse in (Sign1.parse, Mac0.parse):
        with pytest.raises(KridError):
            parse(raw)


def test_eddsa_gives_the_same_bytes(vectors: Path) -> None:
    path = vectors / "cose" / "eddsa-examples" / "eddsa-sig-01.json"
    example = json.loads(path.read_text())
    key: LocalKey = jwk.parse_private(_key_members(example))
    prepared = prepare(
        {3: 0},
        {KID: b"11"},
        example["input"]["plaintext"].encode(),
        alg=Alg.EDDSA,
        placement=Placement.ATTACHED,
    )
    made = prepared.sign_with(key)
    assert made.encode(Tagging.TAGGED).hex() == example["output"]["cbor"].lower()


def test_isomdl_sign1_and_mac0(vectors: Path) -> None:
    """The two messages of isomdl: its MAC key is the file as it stands."""
    known = json.loads((vectors / "mdoc" / "isomdl_definitions.json").read_text())["hex"]
    secret = base64url.encode(bytes.fromhex(known["cose/sign1/secret_key"]))
    example = json.loads((vectors / "cose" / "RFC8152" / "Appendix_C_2_1.json").read_text())
    assert _key_members(example)["d"] == secret
    sign1 = Sign1.parse(bytes.fromhex(known["cose/sign1/serialized.cbor"]))
    sign1.verify(_public_key(example))
    mac0 = Mac0.parse(bytes.fromhex(known["cose/mac0/serialized.cbor"]))
    assert mac0.alg is MacAlg.HMAC_256
    mac0.verify(MacKey(bytes.fromhex(known["cose/mac0/secret_key"])))


def test_isomdl_key(vectors: Path) -> None:
    known = json.loads((vectors / "mdoc" / "isomdl_definitions.json").read_text())["hex"]
    value = cbor.decode(bytes.fromhex(known["cose_key/ec_p256.cbor"]))
    key = cose_key.parse(value)
    assert key.curve is Curve.P256
    assert cose_key.parse(cose_key.encode(key)) == key


def test_how_many_ran(vectors: Path) -> None:
    """Say it: `pytest -rP` shows the line."""
    assert vectors.is_dir()
    refused = [path for path in (*SIGN1, *MAC0) if _is_refused(path)]
    print(  # noqa: T201  the reader of a test report asked for it
        f"cose vectors: {len(SIGN1)} COSE_Sign1 and {len(MAC0)} COSE_Mac0, {len(refused)} of them "
        f"refused as they must be or since krid has no such algorithm; {len(OTHERS)} other messages"
    )
    assert len(refused) >= len(REFUSED)


def _is_refused(path: Path) -> bool:
    return _name(path) in REFUSED or bool(json.loads(path.read_text()).get("fail"))
