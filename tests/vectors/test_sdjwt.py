"""RFC 9901, the SD-JWT VC draft, the reference implementation, and the rules derived from them."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid._core import base64url
from krid._core.frozen import freeze_object, thaw
from krid.errors import Code, ContentError, KridError
from krid.keys import jwk
from krid.net import NoNetwork, run
from krid.sdjwt import (
    HashAlg,
    JwsJson,
    Presentation,
    SdJwt,
    Serialisation,
    present,
    verify,
    verify_bearer,
    verify_plain,
    verify_plain_bearer,
)
from krid.sdjwt.issuer_metadata import IssuerMetadata, metadata_url
from krid.sdjwt.reveal import locate, reveal
from krid.sdjwt.type_metadata import (
    Integrity,
    TypeDocuments,
    parse_type_metadata,
    resolve_type,
)
from krid.sdjwt.type_metadata.places import Issued

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
FOLDER = VECTORS / "sd-jwt"
SKEW, MAX_AGE = timedelta(seconds=60), timedelta(minutes=5)

METADATA = {"sdjwtvc_s3_issuer_metadata.json", "sdjwtvc_s4_type_metadata.json"}
"""No SD-JWT in them, but what issuers and publishers of types say."""

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


def json_form(value: dict[str, Any]) -> JwsJson:
    """Read a JSON serialisation, and see that nothing of it is lost on the way back."""
    form = JwsJson.parse(json.dumps(value).encode())
    assert json.loads(form.encode()) == value
    for serialisation in (Serialisation.FLATTENED, Serialisation.GENERAL):
        assert form.converted(serialisation).converted(form.serialisation) == form
    assert JwsJson.from_compact(form.compact(), form.serialisation) == form
    return form


@pytest.mark.parametrize(
    "name", ["rfc9901_s8_flattened_json_issued.json", "rfc9901_s8_flattened_json_kb.json"]
)
def test_an_example_of_section_8_is_accepted(vectors: Path, name: str) -> None:
    vector = load(FOLDER / name)
    presentation = Presentation.parse(json_form(vector["jws_json"]).presentation_text())
    if presentation.kb is not None:
        bound = presentation.kb.claims()
        vector["expected_kb"] = {"aud": bound["aud"], "nonce": bound["nonce"]}
    claims = processed(presentation, vector, moment(presentation))
    assert isinstance(claims, dict)
    assert {"given_name": "John", "family_name": "Doe"}.items() <= claims.items()
    assert ("birthdate" in claims) is (presentation.kb is None)


@pytest.mark.parametrize("name", sorted(name for name in JSON_SERIALISED if "rfc9901" not in name))
def test_a_json_serialisation_of_the_reference_implementation(vectors: Path, name: str) -> None:
    vector = load(FOLDER / "reference-impl" / name)
    shown = json_form(vector["sd_jwt_presentation"])
    assert shown.kb_jwt == vector["kb_jwt_serialized"]
    presentation = Presentation.parse(shown.presentation_text())
    assert presentation.kb is not None
    bound = presentation.kb.claims()
    vector["expected_kb"] = {"aud": bound["aud"], "nonce": bound["nonce"]}
    assert processed(presentation, vector, moment(presentation)) == vector["verified_contents"]
    issued = json_form(vector["sd_jwt_issuance"])
    credential = SdJwt.parse(issued.presentation_text())
    assert thaw(credential.payload) == vector["sd_jwt_payload"]
    chosen = presentation.sd_jwt.disclosures.keys()
    places = locate(credential.payload, credential.disclosures)
    paths = [path for path, disclosure in places.items() if disclosure.digest in chosen]
    leaves = [path for path in paths if not any(below(path, other) for other in places)]
    again = issued.showing(present.bearer(credential, disclose=leaves))
    assert set(again.disclosures) <= set(shown.disclosures) <= set(issued.disclosures)
    assert again.signatures == issued.signatures == shown.signatures


def test_issuer_metadata(vectors: Path) -> None:
    """SD-JWT VC, section 4: where metadata lies, and the two forms that it has."""
    vector = load(FOLDER / "sdjwtvc_s3_issuer_metadata.json")
    for request in vector["requests"]:
        target, host = re.fullmatch(r"GET (\S+) HTTP/1.1\nHost: (\S+)", request["http"]).groups()  # type: ignore[union-attr]  # it matches
        assert metadata_url(request["iss"]) == f"https://{host}{target}"
    inline, remote = vector["metadata"]
    held = IssuerMetadata.parse(json.dumps(inline).encode(), issuer="https://example.com")
    assert held.keys is not None
    assert [key.key_id for key in held.keys] == ["doc-signer-05-25-2022", "doc-signer-06-05-2025"]
    assert [thaw(key.members) for key in held.keys] == inline["jwks"]["keys"]
    elsewhere = IssuerMetadata.parse(json.dumps(remote).encode(), issuer="https://example.com")
    assert (elsewhere.keys, elsewhere.jwks_uri) == (None, remote["jwks_uri"])


def test_type_metadata(vectors: Path) -> None:
    """SD-JWT VC, sections 5.1 and 5.6.1: an extending type, and paths into a credential."""
    vector = load(FOLDER / "sdjwtvc_s4_type_metadata.json")
    child = json.dumps(vector["type_metadata"]).encode()
    metadata = parse_type_metadata(child)
    assert metadata.vct == vector["claim_path_credential"]["vct"]
    assert metadata.name == "Betelgeuse Education Credential - Version 42"
    digest = re.search(r'"(sha256-[^"]+)"', vector["payload"]["not_strict_json_text"])
    assert digest is not None
    for text in (digest[1], metadata.extends_integrity):
        assert text is not None
        assert str(Integrity.parse(text)) == text
    parent = json.dumps({"vct": metadata.extends}).encode()
    flow = resolve_type(metadata.vct, integrity=None, known=TypeDocuments.of(child, parent))
    with pytest.raises(ContentError) as error:
        run(flow, NoNetwork())
    assert error.value.code is Code.TYPE_INTEGRITY
    credential: Any = freeze_object(vector["claim_path_credential"])
    issued = Issued(credential, {})
    for path, values in {
        ("name",): ["Arthur Dent"],
        ("address",): [credential["address"]],
        ("address", "street_address"): ["42 Market Street"],
        ("degrees", None, "type"): ["Bachelor of Science", "Master of Science"],
        ("nationalities", 1): ["Betelgeusian"],
        ("nationalities", 2): [],
    }.items():
        assert [place.value for place in issued.select(path).places] == values
