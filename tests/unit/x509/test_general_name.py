import asn1
import pytest

from krid.errors import Code, MalformedError
from krid.x509.general_name import rdns

ORGANIZATION = asn1.oid("2.5.4.10")


def named(tag: int, content: bytes) -> bytes:
    attribute = asn1.sequence(ORGANIZATION, asn1.tlv(tag, content))
    return asn1.sequence(asn1.tlv(asn1.SET, attribute))


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (0x0C, b"Sample Office"),
        (0x13, b"SAMPLE  OFFICE "),
        (0x14, b"sample office"),
        (0x16, b" Sample office"),
        (0x1E, "Sample Office".encode("utf-16-be")),
        (0x1C, "Sample Office".encode("utf-32-be")),
    ],
)
def test_names_that_are_the_same(tag: int, content: bytes) -> None:
    assert rdns(named(tag, content)) == rdns(named(0x0C, b"sample office"))


def test_what_is_no_text_is_compared_by_its_bytes() -> None:
    assert rdns(named(0x04, b"a")) == rdns(named(0x04, b"a"))
    assert rdns(named(0x04, b"a")) != rdns(named(0x04, b"A"))


@pytest.mark.parametrize(
    "raw",
    [
        named(0x0C, b"\xff"),
        named(0x1E, b"a"),
        asn1.sequence(asn1.sequence()),
        asn1.sequence(asn1.tlv(asn1.SET, asn1.sequence(ORGANIZATION))),
        asn1.sequence() * 2,
        asn1.tlv(asn1.SET),
        b"",
    ],
)
def test_malformed(raw: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        rdns(raw)
    assert error.value.code is Code.X509_SYNTAX
