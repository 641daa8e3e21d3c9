from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from krid.keys import Alg, LocalKey
from krid.x509 import (
    MDOC_READER,
    MDOC_SIGNER,
    Certificate,
    LeafProfile,
    Rule,
    deviations,
    sign_certificate,
)
from krid.x509.profile import IACA, MDOC_READER_PROFILE, MDOC_SIGNER_PROFILE


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


def test_everything_is_missing(authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256K1()).public_key()
    constraints = (x509.NameConstraints([x509.DNSName("a")], None), True)
    found = bare(authority, key, constraints)
    assert names(deviations(found, issuer=authority.certificate, profile=MDOC_SIGNER_PROFILE)) == {
        rule.name for rule in MDOC_SIGNER_PROFILE
    } - {"signature"}
    assert names(deviations(found, issuer=authority.certificate, profile=IACA)) == {
        rule.name for rule in IACA
    } - {"signature"}


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
