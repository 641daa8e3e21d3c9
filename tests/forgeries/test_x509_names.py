"""Names that a CA may not certify (RFC 5280, section 4.2.1.10): one certificate for each rule."""

import ipaddress
from collections.abc import Sequence
from functools import cache

import asn1
import pytest
from certs import NOW, Made, authority, common, leaf, name
from cryptography import x509
from cryptography.x509.oid import NameOID

from krid._core import limits
from krid.errors import Code, KridError, MalformedError, TrustError
from krid.x509 import DOCUMENT_SIGNER, MDOC_SIGNER, Certificate, verify_chain
from krid.x509.general_name import GeneralName
from krid.x509.name_constraints import NameConstraints

DNS, URI, MAIL = x509.DNSName, x509.UniformResourceIdentifier, x509.RFC822Name
NAME_CONSTRAINTS = x509.ObjectIdentifier("2.5.29.30")
KR = name((NameOID.COUNTRY_NAME, "KR"), (NameOID.ORGANIZATION_NAME, "Sample Office"))


@cache
def root() -> Made:
    return authority(common("root"))


def verify(
    bases: Sequence[x509.GeneralName],
    names: Sequence[x509.GeneralName],
    *,
    excluded: bool = False,
    subject: x509.Name | None = None,
) -> None:
    listed = list(bases)
    limit = x509.NameConstraints(None if excluded else listed, listed if excluded else None)
    middle = authority(common("middle"), root(), limit)
    run(leaf(middle, subject, names), middle)


def run(low: Certificate, *above: Made) -> None:
    verify_chain(
        [low, *(each.certificate for each in above)],
        anchors=[root().certificate],
        now=NOW,
        leaf=DOCUMENT_SIGNER,
    )


def refuses(
    code: Code, bases: Sequence[x509.GeneralName], *names: x509.GeneralName, **how: object
) -> None:
    with pytest.raises(KridError) as error:
        verify(bases, names, **how)  # type: ignore[arg-type]  # keyword arguments of verify
    assert error.value.code is code


def address(text: str) -> x509.IPAddress:
    return x509.IPAddress(ipaddress.ip_address(text))


def network(text: str) -> x509.IPAddress:
    return x509.IPAddress(ipaddress.ip_network(text))


def directory(named: x509.Name) -> x509.DirectoryName:
    return x509.DirectoryName(named)


WITHIN: list[tuple[x509.GeneralName, x509.GeneralName]] = [
    (DNS("mois.example"), DNS("mois.example")),
    (DNS("mois.example"), DNS("Cards.MOIS.example")),
    (DNS("mois.example"), DNS("*.mois.example")),
    (DNS(""), DNS("any.example")),
    (URI("mois.example"), URI("https://mois.example/cards")),
    (URI("mois.example"), URI("https://user@MOIS.example:8443?x")),
    (URI(".mois.example"), URI("https://cards.mois.example")),
    (MAIL("office@mois.example"), MAIL("office@MOIS.example")),
    (MAIL("mois.example"), MAIL("office@mois.example")),
    (MAIL(".mois.example"), MAIL("office@a.mois.example")),
    (network("192.0.2.0/24"), address("192.0.2.77")),
    (network("2001:db8::/32"), address("2001:db8:1::1")),
    (
        directory(KR),
        directory(name(*((each.oid, str(each.value)) for each in KR), (NameOID.COMMON_NAME, "x"))),
    ),
]

OUTSIDE: list[tuple[x509.GeneralName, x509.GeneralName]] = [
    (DNS("mois.example"), DNS("example")),
    (DNS("mois.example"), DNS("notmois.example")),
    (DNS("mois.example"), DNS("mois.example.attacker.example")),
    (DNS("mois.example"), DNS("*.example")),
    (DNS("mois.example"), DNS("other.example\x00.mois.example")),
    (URI("mois.example"), URI("https://cards.mois.example")),
    (URI(".mois.example"), URI("https://mois.example")),
    (URI("mois.example"), URI("https://mois.example@other.example/")),
    (URI("mois.example"), URI("https://other.example/?https://mois.example")),
    (URI("mois.example"), URI("urn:mois.example")),
    (URI("mois.example"), URI("https://192.0.2.1/")),
    (URI("mois.example"), URI("https://[2001:db8::1]/")),
    (MAIL("office@mois.example"), MAIL("Office@mois.example")),
    (MAIL("mois.example"), MAIL("office@a.mois.example")),
    (MAIL(".mois.example"), MAIL("office@mois.example")),
    (network("192.0.2.0/24"), address("192.0.3.77")),
    (network("192.0.2.0/24"), address("2001:db8::1")),
    (directory(KR), directory(common("x"))),
]


@pytest.mark.parametrize(("base", "named"), WITHIN)
def test_within(base: x509.GeneralName, named: x509.GeneralName) -> None:
    subject = name() if isinstance(base, x509.DirectoryName) else None
    verify([base], [named], subject=subject)
    refuses(Code.X509_NAME_CONSTRAINT, [base], named, excluded=True, subject=subject)


@pytest.mark.parametrize(("base", "named"), OUTSIDE)
def test_outside(base: x509.GeneralName, named: x509.GeneralName) -> None:
    subject = name() if isinstance(base, x509.DirectoryName) else None
    refuses(Code.X509_NAME_CONSTRAINT, [base], named, subject=subject)


@pytest.mark.parametrize(
    ("base", "named"),
    [
        (DNS("cards.mois.example"), DNS("*.mois.example")),
        (DNS("other.example"), DNS("other.example\x00")),
        (URI("mois.example"), URI("urn:mois.example")),
    ],
)
def test_what_may_be_excluded_is_refused(base: x509.GeneralName, named: x509.GeneralName) -> None:
    refuses(Code.X509_NAME_CONSTRAINT, [base], named, excluded=True)


def test_other_kinds_of_names_are_not_limited() -> None:
    verify(
        [DNS("mois.example")], [URI("https://other.example"), x509.RegisteredID(NAME_CONSTRAINTS)]
    )


def test_the_subject_counts() -> None:
    verify([directory(KR)], [], subject=KR)
    shouting = name((NameOID.COUNTRY_NAME, "KR"), (NameOID.ORGANIZATION_NAME, "SAMPLE  office"))
    verify([directory(KR)], [], subject=shouting)
    refuses(Code.X509_NAME_CONSTRAINT, [directory(KR)], excluded=True, subject=shouting)
    refuses(Code.X509_NAME_CONSTRAINT, [directory(KR)], subject=common("leaf"))


def test_an_email_address_in_the_subject_counts() -> None:
    subject = name((NameOID.EMAIL_ADDRESS, "a@other.example"))
    refuses(Code.X509_NAME_CONSTRAINT, [MAIL("mois.example")], subject=subject)


def test_every_ca_above_counts() -> None:
    upper = authority(common("upper"), root(), x509.NameConstraints([DNS("mois.example")], None))
    lower = authority(common("lower"), upper, x509.NameConstraints([DNS("other.example")], None))
    for host in ("mois.example", "other.example"):
        with pytest.raises(TrustError) as error:
            run(leaf(lower, None, [DNS(host)]), lower, upper)
        assert error.value.code is Code.X509_NAME_CONSTRAINT
    run(leaf(lower), lower, upper)


def test_the_anchor_counts_and_whether_it_is_critical_does_not() -> None:
    limit = x509.NameConstraints([DNS("mois.example")], None)
    anchor = authority(common("anchor"), None, limit, critical=False)
    with pytest.raises(TrustError) as error:
        verify_chain(
            [leaf(anchor, None, [DNS("other.example")])],
            anchors=[anchor.certificate],
            now=NOW,
            leaf=DOCUMENT_SIGNER,
        )
    assert error.value.code is Code.X509_NAME_CONSTRAINT


def test_a_certificate_of_a_ca_for_itself_is_passed_over() -> None:
    limit = x509.NameConstraints(None, [directory(common("middle"))])
    middle = authority(common("middle"), root(), limit)
    renewed = authority(common("middle"), middle)
    run(leaf(renewed), renewed, middle)
    other = authority(common("other"), middle)
    run(leaf(other), other, middle)


@pytest.mark.parametrize(
    "base",
    [
        x509.RegisteredID(NAME_CONSTRAINTS),
        x509.OtherName(NAME_CONSTRAINTS, b"\x05\x00"),
        DNS(".mois.example"),
        URI("https://mois.example"),
        URI(""),
    ],
)
@pytest.mark.parametrize("excluded", [True, False])
def test_subtrees_that_krid_does_not_evaluate(base: x509.GeneralName, excluded: bool) -> None:
    refuses(Code.X509_CONSTRAINT, [base], excluded=excluded)


BASE, WILD = asn1.tlv(0x82, b"mois.example"), asn1.tlv(0x82, b"*.mois.example")
MAIL_BASE = asn1.tlv(0x81, b"@mois.example")


@pytest.mark.parametrize(
    "subtree",
    [
        asn1.sequence(BASE, asn1.tlv(0x80, b"\x01")),
        asn1.sequence(BASE, asn1.tlv(0x81, b"\x01")),
        asn1.sequence(WILD),
        asn1.sequence(MAIL_BASE),
        asn1.sequence(asn1.tlv(0x87, b"\x7f\x00\x00\x01\xff\x00\xff\x00")),
        asn1.sequence(asn1.tlv(0x87, b"\x7f")),
    ],
)
def test_subtrees_that_are_not_as_they_must_be(subtree: bytes) -> None:
    value = asn1.sequence(asn1.tlv(0xA0, subtree))
    with pytest.raises(TrustError) as error:
        NameConstraints.parse(value)
    assert error.value.code is Code.X509_CONSTRAINT


def test_more_subtrees_than_the_limit() -> None:
    many = [DNS(f"a{number}.example") for number in range(limits.MAX_NAME_SUBTREES + 1)]
    verify(many[1:], [])
    refuses(Code.INPUT_SIZE, many)


def test_a_signer_of_another_country_or_state() -> None:
    country, state = NameOID.COUNTRY_NAME, NameOID.STATE_OR_PROVINCE_NAME
    here = ((country, "KR"), (state, "Seoul"))
    iaca = authority(name(*here))
    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.0.18013.5.1.2")])

    def verified(*place: tuple[x509.ObjectIdentifier, str]) -> None:
        low = leaf(iaca, name(*place), (), usage)
        verify_chain([low], anchors=[iaca.certificate], now=NOW, leaf=MDOC_SIGNER)

    verified(*here)
    for other in (((country, "JP"), here[1]), (here[0], (state, "Busan")), here[:1], ()):
        with pytest.raises(TrustError) as error:
            verified(*other)
        assert error.value.code is Code.X509_PLACE


MAILBOX, HOST = 0x81, 0x82


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (MAILBOX, b"mois.example"),
        (MAILBOX, b"@mois.example"),
        (MAILBOX, b"office@mois.example@other.example"),
        (MAILBOX, b"office@mois.example."),
        (HOST, b"mois.example."),
        (HOST, b"a b.mois.example"),
        (HOST, b""),
    ],
)
def test_names_that_are_none(kind: int, content: bytes) -> None:
    base = GeneralName(kind, b"mois.example")
    for constraints in (NameConstraints((base,), ()), NameConstraints((), (base,))):
        with pytest.raises(TrustError) as error:
            constraints.check(GeneralName(kind, content))
        assert error.value.code is Code.X509_NAME_CONSTRAINT


@pytest.mark.parametrize("kind", [MAILBOX, HOST, 0x86])
def test_names_beyond_ascii(kind: int) -> None:
    constraints = NameConstraints((GeneralName(kind, b"mois.example"),), ())
    with pytest.raises(MalformedError) as error:
        constraints.check(GeneralName(kind, b"\xff.mois.example"))
    assert error.value.code is Code.X509_SYNTAX


def test_the_parser_of_constraints_refuses_what_is_malformed() -> None:
    for value in (b"", asn1.sequence(), asn1.sequence(BASE), asn1.sequence(asn1.tlv(0xA0)) * 2):
        with pytest.raises(MalformedError):
            NameConstraints.parse(value)
    twice = asn1.tlv(0xA0, asn1.sequence(BASE))
    with pytest.raises(MalformedError):
        NameConstraints.parse(asn1.sequence(twice, twice))
