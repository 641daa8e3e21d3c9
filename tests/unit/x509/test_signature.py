"""Signatures of certificates whose serial number is not positive, checked over what was signed."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from krid.errors import Code, KridError
from krid.x509 import Certificate, der
from krid.x509.signature import verify_signature

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Sample")])
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
P256, P384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)


def made(key: Key) -> bytes:
    builder = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(0x0123456789)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(Encoding.DER)


def signed_anew(key: Key, serial: str) -> Certificate:
    """Make a certificate with a serial number of five bytes that no builder takes."""
    (certificate,) = der.elements(made(key))
    signed, algorithm, _ = der.members(certificate)
    changed = signed.raw.replace(bytes.fromhex("0123456789"), bytes.fromhex(serial))
    if isinstance(key, ec.EllipticCurvePrivateKey):
        signature = key.sign(changed, ec.ECDSA(hashes.SHA256()))
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        signature = key.sign(changed)
    else:
        signature = bytes(256)
    return Certificate.parse(tlv(0x30, changed + algorithm.raw + tlv(0x03, b"\0" + signature)))


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    written = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes((size,)) if size < 128 else bytes((0x80 + len(written),)) + written
    return bytes((tag,)) + length + content


NEGATIVE = "8123456789"


@pytest.mark.parametrize("key", [P256, P384, ED25519], ids=["P-256", "P-384", "Ed25519"])
def test_what_was_signed_is_what_is_checked(key: Key) -> None:
    parent = Certificate.parse(made(key))
    child = signed_anew(key, NEGATIVE)
    assert child.serial < 0
    verify_signature(child, parent)
    verify_signature(child, child)
    assert refusal(Certificate.parse(child.der[:-1] + bytes((child.der[-1] ^ 1,))), parent) is (
        Code.X509_SIGNATURE
    )
    other = Certificate.parse(child.der.replace(bytes.fromhex(NEGATIVE), b"\x81\0\0\0\0"))
    assert refusal(other, parent) is Code.X509_SIGNATURE


def test_an_ordinary_signature_made_for_another_serial_number() -> None:
    """Not even for the number that the parser underneath is shown."""
    ordinary = made(P256)
    shown = ordinary.replace(bytes.fromhex("0123456789"), b"\x01" * 5)
    forged = ordinary.replace(bytes.fromhex("0123456789"), bytes.fromhex(NEGATIVE))
    parent = Certificate.parse(ordinary)
    verify_signature(parent, parent)
    for each in (shown, forged):
        assert refusal(Certificate.parse(each), parent) is Code.X509_SIGNATURE


def test_another_key_and_another_kind_of_key() -> None:
    child = signed_anew(P256, NEGATIVE)
    other = Certificate.parse(made(ec.generate_private_key(ec.SECP256R1())))
    assert refusal(child, other) is Code.X509_SIGNATURE
    assert refusal(child, Certificate.parse(made(ED25519))) is Code.X509_ALGORITHM
    assert refusal(signed_anew(ED25519, NEGATIVE), other) is Code.X509_ALGORITHM


def test_rsa_is_not_taken_here() -> None:
    parent = Certificate.parse(made(RSA))
    verify_signature(parent, parent)
    assert refusal(signed_anew(RSA, NEGATIVE), parent) is Code.X509_ALGORITHM


def test_the_algorithm_must_be_the_one_that_was_signed() -> None:
    child = signed_anew(P256, NEGATIVE)
    sha256, sha384 = bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d040303")
    head, tail = child.der[: child.der.rindex(sha256)], child.der[child.der.rindex(sha256) + 8 :]
    changed = Certificate.parse(head + sha384 + tail)
    assert refusal(changed, Certificate.parse(made(P256))) is Code.X509_SIGNATURE


def refusal(child: Certificate, parent: Certificate) -> Code:
    with pytest.raises(KridError) as error:
        verify_signature(child, parent)
    return error.value.code
