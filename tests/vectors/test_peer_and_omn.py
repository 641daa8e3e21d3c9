"""The public vectors of did:peer and of OpenDID's DID documents."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from krid._core import jcs
from krid._core.clock import FixedClock
from krid.did import Did, DidOmn, DidPeer, Purpose, Resolver, omn
from krid.errors import Code, KridError, ResolutionError
from krid.keys import multikey

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
FOLDER = VECTORS / "did" / "did-peer"
CLOCK = FixedClock(datetime(2026, 11, 1, tzinfo=UTC))
Json = dict[str, Any]

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the public vectors are absent")


def load(path: Path) -> Any:
    return json.loads(path.read_text()) if path.is_file() else {}


def resolver(*known: str) -> Resolver:
    return Resolver((DidPeer(tuple(map(Did.parse, known))),), clock=CLOCK)


TWO: Json = load(FOLDER / "numalgo2.json")
FOUR: Json = load(FOLDER / "numalgo4.json")


def test_number_2() -> None:
    text = TWO["did_document"]["not_strict_json_text"].replace(",\n  ]", "\n  ]")
    with resolver() as resolving:
        document = resolving.resolve(TWO["did"]).document
    assert document.to_json() == json.loads(text)
    assert list(document.also_known_as) == [TWO["alsoKnownAs_expected"]]
    service = {**TWO["service"]}
    purposes = {"verification": Purpose.AUTHENTICATION, "encryption": Purpose.KEY_AGREEMENT}
    keys = [(purposes[k["purpose"]], multikey.parse(k["publicKeyMultibase"])) for k in TWO["keys"]]
    second = json.loads(
        json.dumps(service).replace('didcomm"', 'another"').replace("key-1", "key-2")
    )
    assert str(DidPeer.create(keys, [service, second])) == TWO["did"]


def test_number_3_by_a_known_number_2() -> None:
    short = TWO["alsoKnownAs_expected"]
    document = resolver(TWO["did"]).resolve(short).document
    assert str(document.did) == short
    assert list(document.also_known_as) == [TWO["did"]]
    assert str(DidPeer.short_form(Did.parse(TWO["did"]))) == short


def test_number_4() -> None:
    long, short = FOUR["long_form"], FOUR["short_form"]
    document = resolver().resolve(long).document
    assert document.to_json() == FOUR["resolved_long"]
    assert document.assertion_key("#6MkrCD1c").curve.name == "ED25519"
    assert str(DidPeer.create_from(FOUR["input_document_encoded_in_did"])) == long
    shortened = resolver(long).resolve(short).document.to_json()
    expected = json.loads(json.dumps(FOUR["resolved_long"]).replace(long, short))
    assert shortened == {**expected, "alsoKnownAs": [long]}


def test_a_short_form_that_nobody_knows() -> None:
    with pytest.raises(ResolutionError) as error:
        resolver().resolve(FOUR["short_form"])
    assert error.value.code is Code.DID_NOT_FOUND


FAULTS = {
    "long form altered: hash mismatch": Code.DID_HASH,
    "hash altered": Code.DID_HASH,
    "encoded document is not multicodec 0x0200 JSON": Code.DID_SYNTAX,
    "unknown numalgo": Code.DID_SYNTAX,
    "unknown purpose code": Code.DID_SYNTAX,
    "service not base64url": Code.DID_SYNTAX,
    "bad multibase key": Code.DID_SYNTAX,
    "empty last element": Code.DID_SYNTAX,
}


@pytest.mark.parametrize(
    "case",
    load(FOLDER / "derived_negative.json").get("vectors", []),
    ids=lambda case: case["reason"],
)
def test_peer_negatives(case: Json) -> None:
    with pytest.raises(ResolutionError) as error:
        resolver().resolve(case["did"])
    assert error.value.code is FAULTS[case["reason"]]


SIGNED: Json = load(VECTORS / "opendid" / "owner_did_document_signed.json")


def omn_resolver(document: Json | str) -> Resolver:
    raw = document if isinstance(document, str) else json.dumps(document)
    did = SIGNED["owner_did_document"]["id"]
    return Resolver((DidOmn(omn.OmnList({did: raw.encode()})),), clock=CLOCK)


def forms() -> list[Json | str]:
    attested = SIGNED.get("attested_did_doc", {}).get("ownerDidDoc", "")
    return [SIGNED.get("owner_did_document", {}), attested, {"didDoc": attested}]


@pytest.mark.parametrize("document", forms(), ids=["plain", "multibase", "wrapped"])
def test_a_signed_document_of_opendid(document: Json | str) -> None:
    did = SIGNED["owner_did_document"]["id"]
    result = omn_resolver(document).resolve(did)
    for case in SIGNED["verification"]:
        fragment = case["verificationMethod"].rpartition("#")[2]
        purpose = Purpose.ASSERTION if fragment == "assert" else Purpose.AUTHENTICATION
        key = result.document.key_for(purpose, f"#{fragment}")
        assert key.compressed.hex() == case["public_key_compressed_hex"]
    assert result.document_metadata["versionId"] == "1"
    assert result.document.controllers == ("did:omn:tas",)


def test_what_opendid_signs_is_canonical_json() -> None:
    for case in SIGNED["verification"]:
        text = case["signed_bytes_utf8"]
        assert jcs.canonical(json.loads(text)).decode() == text


def test_any_changed_value_of_a_signed_document_is_refused() -> None:
    did = SIGNED["owner_did_document"]["id"]
    text = json.dumps(SIGNED["owner_did_document"])
    refused = 0
    for index in range(0, len(text), 7):
        changed = text[:index] + chr(ord(text[index]) ^ 1) + text[index + 1 :]
        try:
            same = json.loads(changed) == SIGNED["owner_did_document"]
        except ValueError:
            same = False
        if same:
            continue
        with pytest.raises(KridError):
            omn_resolver(changed).resolve(did)
        refused += 1
    assert refused > 200
