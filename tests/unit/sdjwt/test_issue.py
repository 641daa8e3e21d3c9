"""What an issuer writes."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url
from krid._core.entropy import system_entropy
from krid._core.frozen import thaw
from krid.errors import Code, MisuseError
from krid.keys import Alg, LocalKey, jwk
from krid.model import BEARER, NO_STATUS, BitstringEntry
from krid.sdjwt import (
    HashAlg,
    Presentation,
    SdJwt,
    issue,
    sd,
    verify_issued,
    verify_plain_bearer,
)
from krid.sdjwt.conceal import conceal
from krid.sdjwt.reveal import reveal

ALWAYS = {"iss", "vct", "iat", "nbf", "exp"}


def test_the_registered_claims_and_header(scene: Any) -> None:
    credential = scene.issue(certificates=(b"leaf", b"intermediate"))
    at = int(scene.now.timestamp())
    payload: Any = thaw(credential.payload)
    assert {name: payload[name] for name in ALWAYS} == {
        "iss": "https://issuer.example",
        "vct": "urn:example:card",
        "iat": at,
        "nbf": at,
        "exp": at + 365 * 86_400,
    }
    assert payload["cnf"] == {"jwk": jwk.encode_public(scene.holder.public_key)}
    assert payload["status"] == {"status_list": {"idx": 7, "uri": "https://status.example/1"}}
    assert payload["_sd_alg"] == "sha-256"
    assert thaw(credential.jws.header) == {
        "alg": "ES256",
        "typ": "dc+sd-jwt",
        "kid": "key-1",
        "x5c": [b64encode(b"leaf").decode(), b64encode(b"intermediate").decode()],
    }


def test_what_the_order_leaves_out_is_not_written(scene: Any) -> None:
    credential = scene.issue(
        claims={"a": 1}, holder=BEARER, status=NO_STATUS, key_id=None, certificates=()
    )
    assert set(credential.payload) == ALWAYS | {"a"}
    assert set(credential.jws.header) == {"alg", "typ"}
    assert not credential.disclosures


def test_an_entry_of_a_bitstring_is_no_status_claim(scene: Any) -> None:
    entry = BitstringEntry(uri="https://status.example/1", index=7, purpose="revocation")
    with pytest.raises(MisuseError) as caught:
        scene.issue(status=entry)
    assert caught.value.code is Code.MISUSE_STATUS


def test_a_structured_and_a_recursive_disclosure(scene: Any) -> None:
    credential = scene.issue()
    payload = credential.payload
    assert len(payload["_sd"]) == 2
    assert set(payload["work"]) == {"_sd", "since"}
    assert [set(e) if e != "US" else e for e in payload["nationalities"]] == [
        {"..."},
        "US",
        {"..."},
    ]
    address = next(d for d in credential.disclosures.values() if d.name == "address")
    assert set(thaw(address.value)) == {"_sd", "country"}  # type: ignore[call-overload]  # a dict
    assert "Kim" not in json.dumps(thaw(payload))


def test_each_salt_has_128_bits_of_its_own(scene: Any) -> None:
    salts = [disclosure.salt for disclosure in scene.issue().disclosures.values()]
    assert len(set(salts)) == len(salts) == 6
    assert {len(base64url.decode(salt)) for salt in salts} == {16}


def test_randomness_is_drawn_in_one_call(scene: Any) -> None:
    drawn: list[int] = []

    def entropy(size: int) -> bytes:
        drawn.append(size)
        return system_entropy(size)

    issue.prepare(scene.order, entropy=entropy, decoys=2)
    assert drawn == [6 * 16 + 3 * 2 * 32]


def test_digests_are_sorted(scene: Any) -> None:
    claims = {f"claim-{index}": sd(index) for index in range(30)}
    digests = scene.issue(claims=claims).payload["_sd"]
    assert list(digests) == sorted(digests)


def test_decoys_stand_where_marked_members_stand(scene: Any) -> None:
    credential = scene.issue(decoys=3)
    assert len(credential.payload["_sd"]) == 2 + 3
    assert len(credential.payload["work"]["_sd"]) == 1 + 3
    assert len(credential.disclosures) == 6
    verified = verify_issued(
        credential, issuer_key=scene.issuer.public_key, now=scene.now, skew=scene.skew
    )
    assert verified.claims["family_name"] == "Kim"


def test_decoys_do_not_make_digests_where_nothing_is_marked(scene: Any) -> None:
    assert "_sd" not in scene.issue(claims={"a": {"b": 1}}, decoys=3).payload


@pytest.mark.parametrize("hash_alg", HashAlg)
def test_each_hash(scene: Any, hash_alg: HashAlg) -> None:
    credential = scene.issue(hash_alg=hash_alg)
    assert credential.hash_alg is hash_alg
    verified = verify_issued(
        credential, issuer_key=scene.issuer.public_key, now=scene.now, skew=scene.skew
    )
    assert verified.claims["address"] == {"country": "KR", "locality": "Seoul"}


def test_further_types_and_an_audience_stay_in_the_open(scene: Any) -> None:
    claims = {
        "aka_vcts": ["urn:example:other"],
        "vct#integrity": "sha256-x",
        "aud": ["https://bank.example"],
        "sub": sd("x"),
    }
    payload = thaw(scene.issue(claims=claims).payload)
    assert isinstance(payload, dict)
    assert {name: payload[name] for name in ("aka_vcts", "vct#integrity", "aud")} == {
        "aka_vcts": ["urn:example:other"],
        "vct#integrity": "sha256-x",
        "aud": ["https://bank.example"],
    }


def test_the_claims_of_the_caller_are_not_changed(scene: Any) -> None:
    inner = {"b": sd([sd(1)])}
    claims = {"a": inner}
    scene.issue(claims=claims)
    assert claims == {"a": {"b": sd([sd(1)])}}
    assert claims["a"] is inner


def test_prepare_sign_complete_in_three_steps(scene: Any) -> None:
    prepared = issue.prepare(scene.order, entropy=system_entropy)
    text = prepared.complete(scene.issuer.sign(prepared.to_be_signed))
    assert text.startswith(prepared.to_be_signed.decode())
    SdJwt.parse(text).jws.verify(scene.issuer.public_key)


def test_a_plain_sd_jwt(scene: Any) -> None:
    key = LocalKey.generate(Alg.EDDSA)
    text = issue.prepare_plain(
        {"iss": "me", "a": sd(1)}, typ="example+sd-jwt", alg=key.alg, entropy=system_entropy
    ).sign_with(key)
    verified = verify_plain_bearer(
        Presentation.parse(text),
        typ="example+sd-jwt",
        issuer_key=key.public_key,
        now=scene.now,
        skew=scene.skew,
    )
    assert verified.claims == {"iss": "me", "a": 1}
    assert (verified.holder, verified.valid_until) == (None, None)


def test_a_mark_shows_no_value() -> None:
    assert "Kim" not in repr(sd("Kim"))


NAMES = st.text(max_size=4).filter(lambda name: name not in {"_sd", "...", "_sd_alg"})
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def marked(value: Any, choose: Any) -> Any:
    """Mark members and elements at random."""
    if isinstance(value, dict):
        return {name: perhaps(marked(member, choose), choose) for name, member in value.items()}
    if isinstance(value, list):
        return [perhaps(marked(element, choose), choose) for element in value]
    return value


def perhaps(value: Any, choose: Any) -> Any:
    return sd(value) if choose(st.booleans()) else value


@given(st.dictionaries(NAMES, PLAIN, max_size=4), st.data(), st.integers(0, 2))
def test_what_is_concealed_is_revealed(
    claims: dict[str, Any], data: st.DataObject, decoys: int
) -> None:
    concealed = conceal(
        marked(claims, data.draw), hash_alg=HashAlg.SHA256, decoys=decoys, entropy=system_entropy
    )
    key = LocalKey.generate(Alg.EDDSA)
    text = issue.prepare_plain(
        marked(claims, data.draw), typ="x", alg=key.alg, entropy=system_entropy, decoys=decoys
    ).sign_with(key)
    parsed = SdJwt.parse(text)
    assert thaw(reveal(parsed.payload, parsed.disclosures)) == claims
    assert len(concealed.disclosures) == len(set(concealed.disclosures))
