"""The examples of VC-JOSE-COSE and of Bitstring Status List 1.0 (W3C)."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid.cose import Sign1
from krid.errors import Code, KridError, UnsupportedError
from krid.jose import Jws
from krid.keys import jwk
from krid.model import parse_bitstring_entries
from krid.model.w3c import BASE_2_0, Credential, Presentation
from krid.sdjwt import Presentation as SdJwtPresentation
from krid.sdjwt.reveal import reveal
from krid.vcjose import Form, parse_credential, verify_issued

ROOT = Path(os.environ.get("KRID_VECTORS", "../shared/vectors"))
EXAMPLES = ROOT / "data-integrity" / "vc-jose-cose" / "examples.json"
STATUS = ROOT / "status" / "bitstring_status_list_examples.json"
NOW = datetime(2026, 6, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not EXAMPLES.is_file(), reason=f"{EXAMPLES} is not there")


def examples() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(EXAMPLES.read_bytes()) if EXAMPLES.is_file() else {}
    return read


def jwts(*, disclosures: bool) -> list[str]:
    listed = examples().get("jwt_and_sd_jwt", ())
    return [each["compact"] for each in listed if ("~" in each["compact"]) is disclosures]


def types_of(payload: Mapping[str, Any]) -> list[str]:
    value = payload["type"]
    return [value] if isinstance(value, str) else list(value)


def coses() -> list[str]:
    return [each["cose_sign1_hex"] for each in examples().get("cose", ())]


@pytest.mark.parametrize("text", jwts(disclosures=False))
def test_the_jwts_verify(text: str) -> None:
    key = jwk.parse_public(examples()["public_jwk_es256"])
    Jws.parse(text).verify(key)
    payload = Jws.parse(text).claims()
    kinds = types_of(payload)
    if "VerifiableCredential" in kinds:
        secured = parse_credential(text.encode(), Form.JWT)
        ends = secured.credential.valid_until
        now = NOW if ends is None else min(NOW, ends - timedelta(days=1))
        verified = verify_issued(secured, issuer_key=key, now=now, skew=timedelta(0))
        assert verified.credential.document["@context"][0] == BASE_2_0  # type: ignore[index]  # a list
    elif "VerifiablePresentation" in kinds:
        assert Presentation.from_document(payload).credentials
    else:  # an enveloped presentation inside a JWT, which VC-JOSE-COSE does not describe
        assert kinds == ["EnvelopedVerifiablePresentation"]
        with pytest.raises(KridError):
            parse_credential(text.encode(), Form.JWT)


@pytest.mark.parametrize("text", jwts(disclosures=True))
def test_the_sd_jwts_verify(text: str) -> None:
    """They are of `typ` none, so that krid takes them apart but not for `vc+sd-jwt`."""
    sd_jwt = SdJwtPresentation.parse(text).sd_jwt
    sd_jwt.jws.verify(jwk.parse_public(examples()["public_jwk_es256"]))
    claims = reveal(sd_jwt.payload, sd_jwt.disclosures)
    if "VerifiableCredential" in types_of(claims):
        assert Credential.from_document(claims).issuer.id


@pytest.mark.parametrize("text", coses())
def test_the_cose_examples_say_another_algorithm_than_they_have(text: str) -> None:
    sign1 = Sign1.parse(bytes.fromhex(text))
    payload = json.loads(sign1.payload or b"")
    kinds = types_of(payload)
    if "VerifiableCredential" in kinds:
        assert Credential.from_document(payload).issuer.id
    if "VerifiablePresentation" in kinds:
        assert Presentation.from_document(payload).credentials
    with pytest.raises(UnsupportedError) as error:
        sign1.verify(jwk.parse_public(examples()["public_jwk_es256"]))
    assert error.value.code is Code.ALG_KEY


def bitstrings() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(STATUS.read_bytes()) if STATUS.is_file() else {"examples": {}}
    found: dict[str, Any] = read["examples"]
    return found


@pytest.mark.parametrize("name", sorted(bitstrings()))
def test_the_credentials_of_bitstring_status_list(name: str) -> None:
    document = bitstrings()[name]
    if "issuer" not in document:
        pytest.skip("a part of a credential")
    credential = Credential.from_document(document)
    if credential.status:
        entries = parse_bitstring_entries(credential.document["credentialStatus"])
        assert len(entries) == len(credential.status)
