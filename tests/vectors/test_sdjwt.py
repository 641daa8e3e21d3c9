"""RFC 9901, the SD-JWT VC draft, the reference implementation, and the rules derived from them."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid._core import base64url
from krid._core.frozen import freeze_object, thaw
from krid.errors import Code, KridError
from krid.keys import jwk
from krid.sdjwt import (
    HashAlg,
    Presentation,
    SdJwt,
    present,
    verify,
    verify_bearer,
    verify_plain,
    verify_plain_bearer,
)
from krid.sdjwt.reveal import locate, reveal

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
FOLDER = VECTORS / "sd-jwt"
SKEW, MAX_AGE = timedelta(seconds=60), timedelta(minutes=5)

METADATA = {"sdjwtvc_s3_issuer_metadata.json", "sdjwtvc_s4_type_metadata.json"}
"""No SD-JWT in them: issuer and type metadata are other modules' subject."""

JSON_SERIALISED = {
    "rfc9901_s8_flattened_json_issued.json",
    "rfc9901_s8_flattened_json_kb.json",
    "examples_json_serialization_flattened.json",
    "testcases_json_serialization_flattened.json",
}

NOT_TOKENS = {
    "derived_processing_rules.json",
    "rfc9901_s4_disclosure_encodings.json",
    "rfc9901_s6_structures.json",
}


def load(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return document


FILES = sorted(FOLDER.rglob("*.json"))
TOKENS = [path for path in FILES if path.name not in METADATA | JSON_SERIALISED | NOT_TOKENS]
RULES = load(FOLDER / "derived_processing_rules.json").get("vectors", [])

EITHER = {
    "_sd_alg-nested": Code.SDJWT_HASH_ALG,
    "dots-outside-array": Code.SDJWT_DIGEST_SYNTAX,
    "kb-aud-array": Code.KB_SYNTAX,
    "vc-typ-vc+sd-jwt": Code.SDJWT_TYP,
}
"""Where the texts leave room, krid refuses: each with the code of the stricter reading."""


def moment(presentation: Presentation) -> datetime:
    """Return a moment at which an example holds: when it was bound, or in its validity."""
    at = presentation.kb.claims()["iat"] if presentation.kb else 1_783_000_000
    assert isinstance(at, int)
    return datetime.fromtimestamp(at, UTC)


def processed(presentation: Presentation, vector: dict[str, Any], now: datetime) -> object:
    """Verify by the function that the presentation calls for, and return the claims."""
    typ = presentation.sd_jwt.jws.header["typ"]
    assert isinstance(typ, str)
    common: dict[str, Any] = {
        "issuer_key": jwk.parse_public(vector["issuer_public_jwk"]),
        "now": now,
        "skew": SKEW,
    }
    if "expected_kb" in vector:
        common |= {
            "audience": vector["expected_kb"]["aud"],
            "nonce": vector["expected_kb"]["nonce"],
            "max_age": MAX_AGE,
        }
    bound = "expected_kb" in vector
    if vector.get("kind", typ) in {"sd-jwt-vc", "dc+sd-jwt"}:
        check: Any = verify if bound else verify_bearer
        return thaw(check(presentation, **common).claims)
    plain: Any = verify_plain if bound else verify_plain_bearer
    return thaw(plain(presentation, typ=typ, **common).claims)


def test_no_file_is_forgotten(vectors: Path) -> None:
    assert len(FILES) == 34
    assert len(TOKENS) == 34 - len(METADATA) - len(JSON_SERIALISED) - len(NOT_TOKENS) == 25


@pytest.mark.parametrize("path", TOKENS, ids=[path.name for path in TOKENS])
def test_an_example_is_accepted(path: Path) -> None:
    vector = load(path)
    text = vector.get("presentation") or vector["sd_jwt_presentation"]
    expected = vector.get("processed_payload") or vector["verified_contents"]
    presentation = Presentation.parse(text)
    assert processed(presentation, vector, moment(presentation)) == expected
    if "sd_jwt_payload" in vector:
        assert thaw(presentation.sd_jwt.payload) == vector["sd_jwt_payload"]


@pytest.mark.parametrize("path", TOKENS, ids=[path.name for path in TOKENS])
def test_an_example_is_issued_and_can_be_presented(path: Path) -> None:
    """Whatever the holder disclosed in the example can be selected by its paths."""
    vector = load(path)
    issued = vector.get("sd_jwt") or vector.get("sd_jwt_issuance")
    if issued is None:
        pytest.skip("the example shows no issued SD-JWT")
    credential = SdJwt.parse(issued)
    parsed = Presentation.parse(issued)
    claims = processed(parsed, without_binding(vector), moment(parsed))
    assert isinstance(claims, dict)
    for name, value in input_claims(vector).items():
        assert claims[name] == value
    shown = Presentation.parse(vector.get("presentation") or vector["sd_jwt_presentation"])
    chosen = {disclosure.digest for disclosure in shown.sd_jwt.disclosures.values()}
    places = locate(credential.payload, credential.disclosures)
    paths = [path for path, disclosure in places.items() if disclosure.digest in chosen]
    leaves = [path for path in paths if not any(below(path, other) for other in places)]
    again = SdJwt.parse(present.bearer(credential, disclose=leaves))
    assert set(again.disclosures) >= {places[path].digest for path in leaves}
    assert set(again.disclosures) <= chosen


def below(path: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(other) > len(path) and other[: len(path)] == path


def without_binding(vector: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in vector.items() if name != "expected_kb"}


def input_claims(vector: dict[str, Any]) -> dict[str, Any]:
    claims: dict[str, Any] = vector.get("input_claims_set") or vector["user_claims"]
    return claims


@pytest.mark.parametrize("vector", RULES, ids=[vector["name"] for vector in RULES])
def test_a_processing_rule(vector: dict[str, Any]) -> None:
    document = load(FOLDER / "derived_processing_rules.json")
    now = datetime.fromtimestamp(document["test_clock_unix"], UTC)
    complete = {"issuer_public_jwk": document["issuer_public_jwk"], **vector}
    if vector["expect"] == "accept":
        presentation = Presentation.parse(vector["presentation"])
        assert processed(presentation, complete, now) == vector["processed_payload"]
        return
    with pytest.raises(KridError) as error:
        processed(Presentation.parse(vector["presentation"]), complete, now)
    assert error.value.code is EITHER.get(vector["name"], error.value.code)
    assert vector["expect"] == "reject" or vector["name"] in EITHER


def test_all_processing_rules_ran(vectors: Path) -> None:
    assert len(RULES) == 53
    assert sum(vector["expect"] == "reject" for vector in RULES) == 37


def test_disclosure_encodings(vectors: Path) -> None:
    """Section 4.2: four spellings of one claim and an array element, with their digests."""
    vector = load(FOLDER / "rfc9901_s4_disclosure_encodings.json")
    for item in [*vector["items"], vector["array_element"]]:
        encoded = item["encoded"]
        assert json.loads(base64url.decode(encoded)) == item.get("contents", vector["contents"])
        if "sha256_digest" in item:
            assert HashAlg.SHA256.digest(encoded) == item["sha256_digest"]


def test_structures(vectors: Path) -> None:
    """Section 6: payloads without any disclosure show their plain claims and nothing else."""
    blocks = load(FOLDER / "rfc9901_s6_structures.json")["blocks"]
    shown: list[Any] = [thaw(reveal(freeze_object(block), {})) for block in blocks.values()]  # type: ignore[arg-type]  # JSON
    assert len(shown) == 5
    assert "_sd" not in json.dumps(shown)
    assert [claims["address"] for claims in shown if "address" in claims][1:] == [
        {},
        {"country": "DE"},
    ]


@pytest.mark.parametrize("name", sorted(JSON_SERIALISED))
def test_json_serialisations_are_not_read_yet(name: str) -> None:
    pytest.skip(f"{name}: the JWS JSON serialisation (RFC 9901, section 8) is not read yet")
