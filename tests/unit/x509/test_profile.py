from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from krid.errors import Code, TrustError
from krid.keys import Alg, LocalKey
from krid.x509 import (
    MDOC_READER,
    MDOC_SIGNER,
    Certificate,
    LeafProfile,
    Rule,
    check_profile,
    deviations,
    sign_certificate,
)
from krid.x509.profile import (
    IACA,
    JWS_SIGNER_PROFILE,
    MDOC_READER_PROFILE,
    MDOC_SIGNER_PROFILE,
    OCSP_SIGNER_PROFILE,
)
from krid.x509.profile_rules import OCSP_NO_CHECK


class Authority(Protocol):
    key: LocalKey
    certificate: Certificate
    now: datetime


def names(found: tuple[Rule, ...]) -> set[str]:
    return {rule.name for rule in found}


def test_what_krid_makes_keeps_its_profile(authority: Authority, signer: Certificate) -> None:
    root = authority.certificate
    assert deviations(root, issuer=root, profile=IACA) == ()
    assert deviations(signer, issuer=root, profile=MDOC_SIGNER_PROFILE) == ()


@pytest.mark.parametrize("alg", [Alg.ES256, Alg.ES384, Alg.ES512, Alg.EDDSA])
def test_reader(authority: Authority, alg: Alg) -> None:
    reader = sign_certificate(
        LocalKey.generate(alg).public_key,
        ca=authority.certificate,
        ca_key=authority.key,
        leaf=MDOC_READER,
        common_name="Sample reader",
        valid_from=authority.now,
        valid_until=authority.now + timedelta(days=1187),
        entropy=bytes,
    )
    root = authority.certificate
    assert deviations(reader, issuer=root, profile=MDOC_READER_PROFILE) == ()
    assert names(deviations(reader, issuer=root, profile=MDOC_SIGNER_PROFILE)) == {
        "validity",
        "extended key usage",
    }


def test_a_leaf_is_no_root(authority: Authority, signer: Certificate) -> None:
    assert names(deviations(signer, issuer=authority.certificate, profile=IACA)) == {
        "subject",
        "basic constraints",
        "key usage",
    }


def test_a_root_is_no_leaf(authority: Authority) -> None:
    root = authority.certificate
    assert names(deviations(root, issuer=root, profile=MDOC_SIGNER_PROFILE)) == {
        "authority key identifier",
        "key usage",
        "basic constraints",
        "validity",
        "extended key usage",
    }


def bare(
    authority: Authority,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    *extensions: tuple[x509.ExtensionType, bool],
) -> Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.STATE_OR_PROVINCE_NAME, "Seoul")]))
        .issuer_name(authority.certificate.native.subject)
        .public_key(key)
        .serial_number(1)
        .not_valid_before(authority.now)
        .not_valid_after(authority.now + timedelta(days=8000))
    )
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    signed = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(
        Encoding.DER
    )
    return Certificate.parse(signed)


# What the certificate without everything keeps: the builder sees to it.
KEPT = {"version", "signature", "issuer", "critical extensions"}


def test_everything_is_missing(authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256K1()).public_key()
    constraints = (x509.NameConstraints([x509.DNSName("a")], None), True)
    found = bare(authority, key, constraints)
    assert names(deviations(found, issuer=authority.certificate, profile=MDOC_SIGNER_PROFILE)) == {
        rule.name for rule in MDOC_SIGNER_PROFILE
    } - {*KEPT, "basic constraints"}
    assert (
        names(deviations(found, issuer=authority.certificate, profile=IACA))
        == {rule.name for rule in IACA} - KEPT
    )


def test_critical_where_it_may_not_be(authority: Authority) -> None:
    uri = x509.UniformResourceIdentifier("https://iaca.example")
    points = x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)])
    found = bare(
        authority,
        ec.generate_private_key(ec.SECP256R1()).public_key(),
        (x509.IssuerAlternativeName([uri]), True),
        (points, True),
    )
    assert {"issuer alternative name", "CRL distribution points"} <= names(
        deviations(found, issuer=authority.certificate, profile=IACA)
    )


def test_rsa_key_and_signature(authority: Authority) -> None:
    public = rsa.RSAPublicNumbers(65537, (1 << 2047) | 1).public_key()
    found = bare(authority, public)
    broken = names(deviations(found, issuer=authority.certificate, profile=IACA))
    assert "subject public key" in broken
    signed = found.der.replace(bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d04037f"))
    assert "signature" in names(
        deviations(Certificate.parse(signed), issuer=authority.certificate, profile=IACA)
    )


def usage(*granted: str) -> x509.KeyUsage:
    every = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    return x509.KeyUsage(**{each: each in granted for each in every.split()})


ROOT_USAGE = usage("key_cert_sign", "crl_sign")
PURPOSE = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.0.18013.5.1.2")])
OTHER_PURPOSE = x509.ExtendedKeyUsage(
    [x509.ObjectIdentifier("1.0.18013.5.1.2"), x509.ObjectIdentifier("1.2.3")]
)


@pytest.mark.parametrize(
    ("rule", "extension", "critical", "kept"),
    [
        ("basic constraints", x509.BasicConstraints(ca=True, path_length=0), True, True),
        ("basic constraints", x509.BasicConstraints(ca=True, path_length=0), False, False),
        ("basic constraints", x509.BasicConstraints(ca=True, path_length=1), True, False),
        ("basic constraints", x509.BasicConstraints(ca=True, path_length=None), True, False),
        ("basic constraints", x509.BasicConstraints(ca=False, path_length=None), True, False),
        ("key usage", ROOT_USAGE, True, True),
        ("key usage", ROOT_USAGE, False, False),
        ("key usage", usage("key_cert_sign"), True, False),
        ("key usage", usage("key_cert_sign", "crl_sign", "key_agreement"), True, False),
        ("extended key usage", PURPOSE, True, True),
        ("extended key usage", PURPOSE, False, False),
        ("extended key usage", OTHER_PURPOSE, True, False),
        ("authority key identifier", x509.AuthorityKeyIdentifier(b"k", None, None), False, False),
    ],
)
def test_one_extension(
    authority: Authority, rule: str, extension: x509.ExtensionType, critical: bool, kept: bool
) -> None:
    found = bare(
        authority, ec.generate_private_key(ec.SECP256R1()).public_key(), (extension, critical)
    )
    profile = [each for each in (*IACA, *MDOC_SIGNER_PROFILE) if each.name == rule][:1]
    assert len(profile) == 1
    broken = deviations(found, issuer=authority.certificate, profile=profile)
    assert (broken == ()) is kept


def test_key_identifiers_that_are_missing_do_not_match(authority: Authority) -> None:
    found = bare(authority, ec.generate_private_key(ec.SECP256R1()).public_key())
    broken = names(deviations(found, issuer=found, profile=MDOC_SIGNER_PROFILE))
    assert "authority key identifier" in broken


def test_compressed_key(authority: Authority) -> None:
    root = authority.certificate
    squeezed = b"\x02" + root.parts.key_bits[1:33]
    found = replace(root, parts=replace(root.parts, key_bits=squeezed))
    broken = names(deviations(found, issuer=root, profile=IACA))
    assert broken == {"subject public key", "subject key identifier"}


def test_country_of_one_letter(authority: Authority) -> None:
    der = of_country(authority, "KR").der
    omega = Certificate.parse(der.replace(b"\x13\x02KR", b"\x0c\x02\xce\xa9"))
    assert "country" in names(deviations(omega, issuer=authority.certificate, profile=IACA))


def of_country(authority: Authority, country: str | None) -> Certificate:
    attributes = [x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")]
    if country is not None:
        attributes.append(x509.NameAttribute(x509.NameOID.COUNTRY_NAME, country))
    key = ec.generate_private_key(ec.SECP256R1())
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(attributes))
        .issuer_name(authority.certificate.native.subject)
        .public_key(key.public_key())
        .serial_number(1 << 62)
        .not_valid_before(authority.now)
        .not_valid_after(authority.now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return Certificate.parse(built.public_bytes(Encoding.DER))


@pytest.mark.parametrize(
    ("country", "breaks_root", "breaks_leaf"),
    [
        ("KR", False, False),
        ("US", False, True),
        ("kr", True, True),
        ("K1", True, True),
        (None, True, True),
    ],
)
def test_country(
    authority: Authority, country: str | None, breaks_root: bool, breaks_leaf: bool
) -> None:
    found = of_country(authority, country)
    root = names(deviations(found, issuer=authority.certificate, profile=IACA))
    assert ("country" in root) is breaks_root
    assert "serial number" not in root
    leaf = names(deviations(found, issuer=authority.certificate, profile=MDOC_SIGNER_PROFILE))
    assert ("country" in leaf) is breaks_leaf
    assert "country" in names(
        deviations(found, issuer=of_country(authority, None), profile=MDOC_SIGNER_PROFILE)
    )


def test_purpose_as_a_value() -> None:
    own = LeafProfile(name="vending machine", usages=frozenset({"1.2.3"}))
    assert own != MDOC_SIGNER
    assert not own.usage_is_critical


@pytest.mark.parametrize(
    "profile",
    [IACA, MDOC_SIGNER_PROFILE, JWS_SIGNER_PROFILE, MDOC_READER_PROFILE, OCSP_SIGNER_PROFILE],
)
def test_each_rule_says_where_it_stands(profile: tuple[Rule, ...]) -> None:
    assert len({rule.name for rule in profile}) == len(profile)
    assert len({rule.clause for rule in profile}) == 1
    assert profile[0].clause.startswith("B.1")
    for rule in profile:
        assert rule.row.startswith("4.")
        assert rule.words


def test_a_profile_is_checked_with_a_code(authority: Authority, signer: Certificate) -> None:
    root = authority.certificate
    check_profile(signer, issuer=root, profile=MDOC_SIGNER_PROFILE)
    with pytest.raises(TrustError) as error:
        check_profile(root, issuer=root, profile=MDOC_SIGNER_PROFILE)
    assert error.value.code is Code.X509_PROFILE
    assert error.value.detail == "B.1.4: authority key identifier"


def leaf(
    authority: Authority,
    *extensions: tuple[x509.ExtensionType, bool],
    usages: str = "1.0.18013.5.1.2",
    days: int = 457,
    issuer: x509.Name | None = None,
    serial: int = 1 << 152,
) -> Certificate:
    """Make a leaf that keeps every rule of a signer but those that the arguments break."""
    key = ec.generate_private_key(ec.SECP256R1())
    root = authority.certificate
    identifier = x509.AuthorityKeyIdentifier(root.extensions.subject_key_id, None, None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(root.native.subject)
        .issuer_name(issuer or root.native.subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(authority.now)
        .not_valid_after(authority.now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(identifier, critical=False)
        .add_extension(usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(usages)]), critical=True)
    )
    given = {type(value) for value, _ in extensions}
    usual = ((x509.IssuerAlternativeName([URI]), False), (points(), False))
    for value, critical in (*extensions, *(each for each in usual if type(each[0]) not in given)):
        builder = builder.add_extension(value, critical)
    made = builder.sign(authority.key.native, hashes.SHA256())  # type: ignore[arg-type]  # it is EC
    return Certificate.parse(made.public_bytes(Encoding.DER))


URI = x509.UniformResourceIdentifier("https://iaca.example/crl")


def points(
    name: x509.GeneralName = URI,
    *,
    reasons: frozenset[x509.ReasonFlags] | None = None,
    issuer: list[x509.GeneralName] | None = None,
) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints([x509.DistributionPoint([name], None, reasons, issuer)])


NO_CHECK = (x509.UnrecognizedExtension(x509.ObjectIdentifier(OCSP_NO_CHECK), b"\x05\x00"), False)
OTHER = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
NO_AUTHORITY = x509.BasicConstraints(ca=False, path_length=None)
AN_AUTHORITY = x509.BasicConstraints(ca=True, path_length=0)
DIRECTORY = x509.DirectoryName(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a")]))


@pytest.mark.parametrize(
    ("extensions", "broken"),
    [
        ((), set()),
        (((NO_AUTHORITY, True),), set()),
        (((AN_AUTHORITY, True),), {"basic constraints"}),
        (((OTHER, False),), set()),
        (((OTHER, True),), {"critical extensions"}),
        (((points(DIRECTORY), False),), {"CRL distribution points"}),
        (((points(), True),), {"CRL distribution points"}),
        (
            ((points(reasons=frozenset({x509.ReasonFlags.key_compromise})), False),),
            {"CRL distribution points"},
        ),
        (((points(issuer=[DIRECTORY]), False),), {"CRL distribution points"}),
        (((x509.IssuerAlternativeName([x509.DNSName("a")]), False),), {"issuer alternative name"}),
        (((x509.IssuerAlternativeName([x509.RFC822Name("a@b")]), False),), set()),
    ],
)
def test_one_rule_of_a_signer(
    authority: Authority, extensions: tuple[tuple[x509.ExtensionType, bool], ...], broken: set[str]
) -> None:
    found = leaf(authority, *extensions)
    listed = deviations(found, issuer=authority.certificate, profile=MDOC_SIGNER_PROFILE)
    assert names(listed) == broken


def test_issuer_and_serial_number_of_a_signer(authority: Authority) -> None:
    elsewhere = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "elsewhere")])
    other, short = leaf(authority, issuer=elsewhere), leaf(authority, serial=1 << 40)
    root = authority.certificate
    assert names(deviations(other, issuer=root, profile=MDOC_SIGNER_PROFILE)) == {"issuer"}
    assert names(deviations(short, issuer=root, profile=MDOC_SIGNER_PROFILE)) == {"serial number"}


def test_version_of_a_signer(authority: Authority) -> None:
    key = authority.certificate
    old = replace(key, native=of_version_1())
    assert names(deviations(old, issuer=old, profile=IACA)) == {"version"}


def of_version_1() -> x509.Certificate:
    class Old:
        version = x509.Version.v1
        signature_algorithm_oid = x509.ObjectIdentifier("1.2.840.10045.4.3.2")

        def public_key(self) -> ec.EllipticCurvePublicKey:
            return ec.generate_private_key(ec.SECP256R1()).public_key()

        @property
        def subject(self) -> list[x509.NameAttribute[str]]:
            return [
                x509.NameAttribute(x509.NameOID.COMMON_NAME, "a"),
                x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "KR"),
            ]

    return Old()  # type: ignore[return-value]  # has what the rules look at


def test_signer_of_server_answers(authority: Authority) -> None:
    root = authority.certificate
    found = leaf(authority, usages="1.0.18013.5.1.3")
    assert deviations(found, issuer=root, profile=JWS_SIGNER_PROFILE) == ()
    assert names(deviations(leaf(authority), issuer=root, profile=JWS_SIGNER_PROFILE)) == {
        "extended key usage"
    }


OCSP = "1.3.6.1.5.5.7.3.9"


@pytest.mark.parametrize(
    ("extensions", "days", "usages", "broken"),
    [
        ((), 457, OCSP, set()),
        ((), 458, OCSP, {"validity"}),
        ((NO_CHECK,), 90, OCSP, set()),
        ((NO_CHECK,), 91, OCSP, {"validity"}),
        ((NO_CHECK, (points(DIRECTORY), False)), 90, OCSP, set()),
        (((points(DIRECTORY), False),), 90, OCSP, {"CRL distribution points"}),
        ((), 457, "1.0.18013.5.1.2", {"extended key usage"}),
    ],
)
def test_ocsp_signer(
    authority: Authority,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...],
    days: int,
    usages: str,
    broken: set[str],
) -> None:
    found = leaf(authority, *extensions, days=days, usages=usages)
    listed = deviations(found, issuer=authority.certificate, profile=OCSP_SIGNER_PROFILE)
    assert names(listed) == broken


def test_a_reader_names_its_issuer_as_its_ca_does(authority: Authority) -> None:
    root = authority.certificate
    silent = replace(
        root,
        extensions=replace(root.extensions, present=root.extensions.present - {"2.5.29.18"}),
    )
    usages = "1.0.18013.5.1.6"
    plain = leaf(authority, usages=usages)
    other = leaf(authority, (x509.IssuerAlternativeName([x509.DNSName("a")]), False), usages=usages)
    critical = leaf(authority, (x509.IssuerAlternativeName([URI]), True), usages=usages)
    for found, ca, kept in (
        (plain, root, True),
        (plain, silent, True),
        (other, root, False),
        (other, silent, True),
        (critical, silent, False),
    ):
        broken = names(deviations(found, issuer=ca, profile=MDOC_READER_PROFILE))
        assert ("issuer alternative name" not in broken) is kept
