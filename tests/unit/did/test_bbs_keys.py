import pytest

from krid import bbs
from krid.did import Did, DidDocument, Purpose, Resolver
from krid.did.bbs_keys import bbs_key_for, did_key_of
from krid.errors import Code, ResolutionError
from krid.keys import Alg, LocalKey, multikey

KEY = bbs.LocalBbsKey.generate(bbs.Suite.SHA256).public_key
DID = did_key_of(KEY)
FRAGMENT = f"#{KEY.multikey}"


def _resolve(did: Did) -> DidDocument:
    with Resolver.standard() as resolver:
        return resolver.resolve(str(did)).document


def test_a_did_key_of_bbs_lists_it_for_what_is_signed() -> None:
    document = _resolve(DID)
    assert bbs_key_for(document, Purpose.ASSERTION, FRAGMENT) == KEY
    assert bbs_key_for(document, Purpose.AUTHENTICATION, f"{DID}{FRAGMENT}") == KEY
    assert document.keys_for(Purpose.ASSERTION) == {}
    with pytest.raises(ResolutionError) as error:
        bbs_key_for(document, Purpose.KEY_AGREEMENT, FRAGMENT)
    assert error.value.code is Code.DID_KEY_PURPOSE
    with pytest.raises(ResolutionError) as error:
        document.assertion_key(FRAGMENT)
    assert error.value.code is Code.DID_KEY_TYPE


def test_a_key_of_a_document_that_was_read() -> None:
    again = DidDocument.from_members(_resolve(DID).to_json(), did=DID)
    assert bbs_key_for(again, Purpose.ASSERTION, FRAGMENT) == KEY


@pytest.mark.parametrize(
    "members",
    [
        {"type": "JsonWebKey"},
        {"type": "Bls12381G2Key2020"},
        {"publicKeyMultibase": multikey.encode(LocalKey.generate(Alg.EDDSA).public_key)},
        {"publicKeyMultibase": multikey.join(0xEB, b"\xc0" + bytes(95))},
    ],
    ids=["type", "old type", "another key", "identity"],
)
def test_a_key_of_another_kind(members: dict[str, str]) -> None:
    method = {
        "id": "did:web:a.example#1",
        "type": "Multikey",
        "controller": "did:web:a.example",
        "publicKeyMultibase": KEY.multikey,
    }
    if members.get("type") == "JsonWebKey":
        method["publicKeyJwk"] = {"kty": "EC", "crv": "BLS12381G2"}  # type: ignore[assignment]
        del method["publicKeyMultibase"]
    document = DidDocument.from_members(
        {
            "@context": "https://www.w3.org/ns/did/v1",
            "id": "did:web:a.example",
            "assertionMethod": [method | members],
        },
        did=Did("web", "a.example"),
    )
    with pytest.raises(ResolutionError) as error:
        bbs_key_for(document, Purpose.ASSERTION, "#1")
    assert error.value.code is Code.DID_KEY_TYPE


@pytest.mark.parametrize("octets", [KEY.octets[:-1], KEY.octets + b"\x00", b""])
def test_a_did_key_of_another_length(octets: bytes) -> None:
    with pytest.raises(ResolutionError) as error:
        _resolve(Did("key", multikey.join(0xEB, octets)))
    assert error.value.code is Code.DID_PUBLIC_KEY_LENGTH
