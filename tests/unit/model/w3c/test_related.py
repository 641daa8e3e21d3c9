"""Digests of related resources."""

import hashlib
from base64 import b64encode

import base58
import pytest
from w3c_cards import document

from krid._core import base64url
from krid.model.w3c import Credential
from krid.model.w3c.related import RelatedResource, digest_sri

URL = "https://mois.example/x"
BODY = b"a resource"


def resource(**members: object) -> RelatedResource:
    whole = {"id": URL, "mediaType": "application/ld+json", **members}
    (found,) = Credential.from_document(document(relatedResource=[whole])).related_resources
    return found


def test_sri() -> None:
    sha384 = hashlib.sha384(BODY).digest()
    text = f"sha384-{b64encode(sha384).decode()}"
    assert digest_sri(BODY) == text
    found = resource(digestSRI=text)
    assert (found.id, found.media_type) == (URL, "application/ld+json")
    found.check(BODY)
    resource(digestSRI=[text, text]).check(BODY)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x12, "sha256"),
        (0x20, "sha384"),
        (0x13, "sha512"),
        (0x14, "sha3_512"),
        (0x15, "sha3_384"),
        (0x16, "sha3_256"),
    ],
)
def test_multihashes(code: int, name: str) -> None:
    digest = hashlib.new(name, BODY).digest()
    raw = bytes((code, len(digest))) + digest
    resource(digestMultibase="u" + base64url.encode(raw)).check(BODY)
    resource(digestMultibase="z" + base58.b58encode(raw).decode()).check(BODY)
