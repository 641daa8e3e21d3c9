import hashlib
from datetime import UTC, datetime
from typing import Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.keys import Curve
from krid.x509 import Certificate, KeyUsage, der, parse_pem_bundle
from krid.x509.parts import Parts


class Authority(Protocol):
    certificate: Certificate


START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
KEY = ec.generate_private_key(ec.SECP256R1())


def make(
    *attributes: tuple[str, str],
    issuer: str | None = None,
    extensions: tuple[x509.ExtensionType, ...] = (),
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None = None,
) -> bytes:
    name = x509.Name(
        [x509.NameAttribute(x509.ObjectIdentifier(oid), text) for oid, text in attributes]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(
            x509.Name([x509.NameAttribute(x509.NameOID.STATE_OR_PROVINCE_NAME, issuer)])
            if issuer
            else name
        )
        .public_key(key or KEY.public_key())
        .serial_number(0x0123456789)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


COUNTRY, STATE, COMMON_NAME = "2.5.4.6", "2.5.4.8", "2.5.4.3"
PLAIN = make((COUNTRY, "KR"), (STATE, "Seoul"), (COMMON_NAME, "Sample"))


def sequence(content: bytes) -> bytes:
    return (
        b"\x30\x82" + len(content).to_bytes(2, "big") + content
        if len(content) > 255
        else (b"\x30\x81" + bytes((len(content),)) + content)
    )


def refused(raw: bytes) -> Code:
    with pytest.raises(MalformedError) as error:
        Certificate.parse(raw)
    return error.value.code


def test_what_a_certificate_says(signer: Certificate, authority: Authority) -> None:
    assert signer.subject == "CN=Sample signer,C=KR"
    assert signer.issuer == "CN=Sample IACA,C=KR"
    assert (signer.country, signer.common_name) == ("KR", "Sample signer")
    assert signer.state_or_province is None
    assert signer.not_before == datetime(2026, 6, 1, tzinfo=UTC)
    assert signer.public_key.curve is Curve.P256
    assert signer.dns_names == ("mois.example",)
    assert signer.uris == ("https://mois.example",)
    assert not signer.is_self_issued
    assert authority.certificate.is_self_issued
    assert signer.thumbprint() == hashlib.sha256(signer.der).digest()
    said = signer.extensions
    assert said.key_usage == frozenset({KeyUsage.DIGITAL_SIGNATURE})
    assert said.extended_key_usage == frozenset({"1.0.18013.5.1.2"})
    assert said.issuer_names.uris == ("https://iaca.example/",)
    assert said.crl_uris == ("https://iaca.example/crl",)
    assert said.authority_key_id == authority.certificate.extensions.subject_key_id
    assert said.critical == {"2.5.29.15", "2.5.29.37"}
    assert authority.certificate.extensions.path_length == 0


def test_equal_by_bytes_and_quiet(signer: Certificate) -> None:
    again = Certificate.parse(bytes(signer.der))
    assert again == signer
    assert hash(again) == hash(signer)
    assert Certificate.parse(PLAIN) != signer
    assert signer.der.hex() not in repr(signer)


def test_pem_round_trip(signer: Certificate, authority: Authority) -> None:
    both = signer.to_pem() + b"# the root\n" + authority.certificate.to_pem()
    assert parse_pem_bundle(both) == (signer, authority.certificate)
    assert x509.load_pem_x509_certificate(signer.to_pem()) == signer.native


def test_pem_of_something_else(signer: Certificate) -> None:
    with pytest.raises(MalformedError) as error:
        parse_pem_bundle(signer.to_pem().replace(b" CERTIFICATE-", b" X509 CRL-"))
    assert error.value.code is Code.X509_SYNTAX


def test_names_of_every_kind() -> None:
    inner = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(COMMON_NAME), "Ministry")])
    names = x509.SubjectAlternativeName(
        [
            x509.DNSName("mois.example"),
            x509.DirectoryName(inner),
            x509.RFC822Name("office@mois.example"),
            x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        ]
    )
    found = Certificate.parse(make((COMMON_NAME, "a"), extensions=(names,)))
    assert found.extensions.subject_names.directory_names == ("CN=Ministry",)
    assert found.extensions.subject_names.emails == ("office@mois.example",)
    assert found.uris == ()
    assert found.extensions.present == {"2.5.29.17"}


def test_name_without_line_breaks_or_direction_marks() -> None:
    sly = Certificate.parse(make((COMMON_NAME, "a\nCN=root\u202e")))
    assert sly.subject == "CN=a\\0ACN=root\\E2\\80\\AE"


def test_two_of_an_attribute_are_none() -> None:
    assert Certificate.parse(make((COUNTRY, "KR"), (COUNTRY, "US"))).country is None


def test_rsa_key_is_refused_only_when_used() -> None:
    public = rsa.RSAPublicNumbers(65537, (1 << 2047) | 1).public_key()
    certificate = Certificate.parse(make((COMMON_NAME, "a"), key=public))
    assert certificate.native_key.key_size == 2048  # type: ignore[union-attr]  # it is RSA
    with pytest.raises(UnsupportedError) as error:
        _ = certificate.public_key
    assert error.value.code is Code.KEY_TYPE


def test_trailing_bytes_and_size() -> None:
    assert refused(PLAIN + b"\0") is Code.X509_SYNTAX
    assert refused(PLAIN + PLAIN) is Code.X509_SYNTAX
    assert refused(b"") is Code.X509_SYNTAX
    assert refused(bytes(limits.MAX_CERTIFICATE_BYTES)) is Code.X509_SYNTAX
    assert refused(bytes(limits.MAX_CERTIFICATE_BYTES + 1)) is Code.INPUT_SIZE


@pytest.mark.parametrize(("serial", "number"), [("8123456789", 0x8123456789 - 2**40), ("00", 0)])
def test_serial_number_that_is_not_positive(serial: str, number: int) -> None:
    """RFC 5280, section 4.1.2.2: certificate users handle such certificates gracefully."""
    made = of_serial(bytes.fromhex(serial))
    assert Certificate.parse(made).serial == number
    assert Certificate.parse(made).der == made
    assert Certificate.parse(made).subject == Certificate.parse(PLAIN).subject


@pytest.mark.parametrize("serial", ["", "01" * 21, "0000000001", "007f", "ff80", "0000"])
def test_serial_number_of_no_or_too_many_bytes(serial: str) -> None:
    assert refused(of_serial(bytes.fromhex(serial))) is Code.X509_SYNTAX


def of_serial(serial: bytes) -> bytes:
    """Write another serial number into a certificate, with the lengths around it."""
    (certificate,) = der.elements(PLAIN)
    signed, *rest = der.members(certificate)
    version, _, *fields = der.members(signed)
    number = tlv(0x02, serial)
    inner = tlv(0x30, version.raw + number + b"".join(field.raw for field in fields))
    return tlv(0x30, inner + b"".join(part.raw for part in rest))


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    written = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes((size,)) if size < 128 else bytes((0x80 + len(written),)) + written
    return bytes((tag,)) + length + content


def test_name_in_a_string_type_out_of_use() -> None:
    # A BMPString of one character is two bytes, as a country is.
    assert refused(PLAIN.replace(b"\x13\x02KR", b"\x1e\x02KR")) is Code.X509_SYNTAX


def test_issuer_and_subject_are_both_looked_at() -> None:
    apart = make((STATE, "Seoul"), issuer="Busan")
    for name in (b"Seoul", b"Busan"):
        before = b"\x55\x04\x08\x0c\x05" + name
        after = b"\x55\x04\x06\x0c\x05" + name
        assert before in apart
        assert refused(apart.replace(before, after)) is Code.X509_SYNTAX


def test_name_beyond_its_bounds() -> None:
    assert refused(PLAIN.replace(b"\x55\x04\x08", b"\x55\x04\x06")) is Code.X509_SYNTAX


def test_name_beyond_its_bounds_in_an_extension() -> None:
    inner = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(STATE), "Seoul")])
    names = x509.SubjectAlternativeName([x509.DirectoryName(inner)])
    made = make((COMMON_NAME, "a"), extensions=(names,))
    assert refused(made.replace(b"\x55\x04\x08", b"\x55\x04\x06")) is Code.X509_SYNTAX


def test_issuer_serial_in_the_key_identifier_is_positive() -> None:
    named = x509.AuthorityKeyIdentifier(b"k", [x509.DNSName("a")], 0x0A0B0C0D)
    made = make((COMMON_NAME, "a"), extensions=(named,))
    assert Certificate.parse(made).extensions.authority_key_id == b"k"
    assert refused(made.replace(b"\x0a\x0b\x0c\x0d", b"\x8a\x0b\x0c\x0d")) is Code.X509_SYNTAX


def test_policy_text_that_is_not_ascii() -> None:
    notice = x509.UserNotice(None, "policy")
    policies = x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), [notice])]
    )
    made = make((COMMON_NAME, "a"), extensions=(policies,))
    visible = made.replace(b"\x0c\x06policy", b"\x1a\x06policy")
    assert visible != made
    assert "2.5.29.32" in Certificate.parse(visible).extensions.present
    assert refused(visible.replace(b"policy", b"pol\xc3\xafy")) is Code.X509_SYNTAX


def test_unknown_extension_need_not_be_der() -> None:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\xff\xff")
    assert (
        "1.2.3.4"
        in Certificate.parse(make((COMMON_NAME, "a"), extensions=(odd,))).extensions.present
    )


def test_repeated_extension_and_unknown_name() -> None:
    first = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    second = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"\x05\x00")
    made = make((COMMON_NAME, "a"), extensions=(first, second))
    assert refused(made.replace(b"\x2a\x03\x05", b"\x2a\x03\x04")) is Code.X509_SYNTAX
    names = x509.SubjectAlternativeName([x509.DirectoryName(x509.Name([]))])
    foreign = make((COMMON_NAME, "a"), extensions=(names,)).replace(
        b"\xa4\x02\x30", b"\xa3\x02\x30"
    )
    assert refused(foreign) is Code.X509_SYNTAX


def test_version_that_does_not_exist() -> None:
    assert (
        refused(PLAIN.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07")) is Code.X509_SYNTAX
    )


def test_fields_missing() -> None:
    assert refused(bytes.fromhex("300b3009020101020101020101")) is Code.X509_SYNTAX


def test_serial_number_is_an_integer() -> None:
    wrong = PLAIN.replace(b"\x02\x05\x01\x23", b"\x04\x05\x01\x23")
    assert wrong != PLAIN
    assert refused(wrong) is Code.X509_SYNTAX
    with pytest.raises(MalformedError) as error:
        Parts.of(wrong)
    assert error.value.detail == "serial number"


def test_key_bits_of_another_type() -> None:
    wrong = PLAIN.replace(b"\x03\x42\x00\x04", b"\x04\x42\x00\x04")
    assert wrong != PLAIN
    with pytest.raises(MalformedError) as error:
        Parts.of(wrong)
    assert error.value.detail == "public key"


def test_key_bits_with_unused_bits() -> None:
    wrong = PLAIN.replace(b"\x03\x42\x00\x04", b"\x03\x42\x01\x04")
    assert wrong != PLAIN
    with pytest.raises(MalformedError) as error:
        Parts.of(wrong)
    assert error.value.detail == "public key"


def test_first_version_has_no_version() -> None:
    """A certificate without a version is read; it can't be a CA, for it has no extensions."""
    signed, *rest = der.members(der.elements(PLAIN)[0])
    body = signed.content.removeprefix(b"\xa0\x03\x02\x01\x02")
    assert len(body) == len(signed.content) - 5
    whole = sequence(sequence(body) + b"".join(each.raw for each in rest))
    assert not Certificate.parse(whole).extensions.present


def test_unique_identifiers_are_passed_over() -> None:
    signed, *rest = der.members(der.elements(PLAIN)[0])
    body = sequence(signed.content + b"\x81\x02\x00\x01")
    whole = sequence(body + b"".join(each.raw for each in rest))
    assert Certificate.parse(whole).subject == Certificate.parse(PLAIN).subject


@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    with pytest.raises(KridError):
        Certificate.parse(raw)


@given(st.data())
def test_any_changed_bytes(data: st.DataObject) -> None:
    """Whatever is changed, a certificate comes out or krid's own error, and no warning."""
    changed = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = Certificate.parse(bytes(changed))
        _ = (found.public_key, found.country, found.common_name)
    except KridError:
        return
    assert found.der == changed
