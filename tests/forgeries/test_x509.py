"""One certificate or chain for each rule of path validation, breaking that rule alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import asn1
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    VERIFIER,
    Certificate,
    LeafProfile,
    der,
    verify_chain,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
START, END = NOW - timedelta(days=100), NOW + timedelta(days=100)
MDOC_USAGE, READER_USAGE = "1.0.18013.5.1.2", "1.0.18013.5.1.6"
ANY_USAGE = "2.5.29.37.0"

Extension = tuple[x509.ExtensionType, bool]
Hash = hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | hashes.SHA224


@dataclass(frozen=True)
class Made:
    certificate: Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def name(self) -> x509.Name:
        return self.certificate.native.subject


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(*granted: str) -> x509.KeyUsage:
    every = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    return x509.KeyUsage(**{each: each in granted for each in every.split()})


def purposes(*oids: str) -> x509.ExtendedKeyUsage:
    return x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in oids])


CA: Mapping[str, Extension] = {
    "constraints": (x509.BasicConstraints(ca=True, path_length=None), True),
    "usage": (usage("key_cert_sign", "crl_sign"), True),
}
LEAF: Mapping[str, Extension] = {
    "usage": (usage("digital_signature"), True),
    "purpose": (purposes(MDOC_USAGE), True),
}


def make(
    name: str,
    by: Made | None,
    extensions: Mapping[str, Extension | None],
    *,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    subject_key: object = None,
    issuer: x509.Name | None = None,
    valid: tuple[datetime, datetime] = (START, END),
    digest: Hash | None = None,
    pss: padding.PSS | None = None,
    named_key: bytes | None = None,
) -> Made:
    own = key or ec.generate_private_key(ec.SECP256R1())
    public = subject_key or own.public_key()
    signer = by.key if by else own
    identifier = x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(issuer or (by.name if by else named(name)))
        .public_key(public)  # type: ignore[arg-type]  # keys that no CA would certify, on purpose
        .serial_number(4711)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)  # type: ignore[arg-type]  # as above
        .add_extension(
            x509.AuthorityKeyIdentifier(named_key or identifier, None, None), critical=False
        )
    )
    for extension in extensions.values():
        if extension is not None:
            builder = builder.add_extension(*extension)
    signed = builder.sign(signer, digest or hashes.SHA256(), rsa_padding=pss)
    return Made(Certificate.parse(signed.public_bytes(Encoding.DER)), own)


@cache
def root() -> Made:
    return make("root", None, CA)


@cache
def middle() -> Made:
    return make("middle", root(), CA)


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def leaf(by: Made | None = None, **changes: Extension | None) -> Certificate:
    return make("leaf", by or root(), {**LEAF, **changes}).certificate


def verify(
    *chain: Certificate,
    anchors: Sequence[Certificate] | None = None,
    now: datetime = NOW,
    purpose: LeafProfile = MDOC_SIGNER,
) -> None:
    believed = [root().certificate] if anchors is None else anchors
    verify_chain(chain, anchors=believed, now=now, leaf=purpose)


def refuses(code: Code, kind: type[KridError], *chain: Certificate, **how: object) -> None:
    with pytest.raises(kind) as error:
        verify(*chain, **how)  # type: ignore[arg-type]  # keyword arguments of verify, passed on
    assert error.value.code is code


def replaced(certificate: Certificate, old: str, new: str, count: int = -1) -> Certificate:
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    assert before in certificate.der
    assert len(before) == len(after)
    return Certificate.parse(certificate.der.replace(before, after, count))


def test_what_is_forged_below_is_accepted_unforged() -> None:
    verify(leaf())
    verify(leaf(middle()), middle().certificate)
    verify(leaf(middle()), middle().certificate, root().certificate)
    verify(leaf(), now=START)
    verify(leaf(), now=END)


def test_empty_chain() -> None:
    refuses(Code.X509_CHAIN_LENGTH, TrustError)


def test_chain_longer_than_the_limit() -> None:
    above = root()
    chain: list[Certificate] = []
    for number in range(6):
        above = make(f"ca {number}", above, CA)
        chain.insert(0, above.certificate)
    verify(leaf(above), *chain[:5], anchors=[chain[5]])
    refuses(Code.X509_CHAIN_LENGTH, TrustError, leaf(above), *chain)


def test_certificate_twice() -> None:
    refuses(Code.X509_LOOP, TrustError, leaf(middle()), middle().certificate, middle().certificate)


def test_same_name_and_key_twice() -> None:
    again = make("middle", root(), CA, key=middle().key)
    refuses(Code.X509_LOOP, TrustError, leaf(middle()), middle().certificate, again.certificate)


def test_leaf_is_the_anchor() -> None:
    pinned = leaf()
    refuses(Code.X509_LEAF, TrustError, pinned, anchors=[pinned])


def test_anchor_is_a_name_and_a_key() -> None:
    renamed = make("renamed", root(), CA, key=root().key)
    verify(leaf(renamed), renamed.certificate)
    namesake = make("root", None, CA)
    refuses(Code.X509_KEY_IDENTIFIER, TrustError, leaf(), anchors=[namesake.certificate])


def test_leaf_is_a_ca() -> None:
    constraints = (x509.BasicConstraints(ca=True, path_length=0), True)
    refuses(Code.X509_LEAF, TrustError, leaf(constraints=constraints))


def test_leaf_may_sign_certificates() -> None:
    both = (usage("digital_signature", "key_cert_sign"), True)
    refuses(Code.X509_LEAF, TrustError, leaf(usage=both))


def test_no_anchor_of_that_name() -> None:
    refuses(Code.X509_ISSUER, TrustError, leaf(), anchors=[middle().certificate])
    refuses(Code.X509_ISSUER, TrustError, leaf(), anchors=[])


def test_order_of_the_chain_is_wrong() -> None:
    lower = make("lower", middle(), CA)
    refuses(Code.X509_ISSUER, TrustError, leaf(lower), middle().certificate, lower.certificate)


def test_issuer_name_broken_inside_the_chain() -> None:
    stranger = make("stranger", root(), CA)
    refuses(Code.X509_ISSUER, TrustError, leaf(middle()), stranger.certificate)


def test_other_key_of_the_same_name() -> None:
    rogue = make("root", None, CA)
    refuses(Code.X509_KEY_IDENTIFIER, TrustError, leaf(rogue))


def test_signature_by_another_key() -> None:
    rogue = make("root", None, CA)
    own = root().certificate.extensions.subject_key_id
    forged = make("leaf", rogue, LEAF, named_key=own)
    refuses(Code.X509_SIGNATURE, SignatureError, forged.certificate)


def test_content_changed_after_signing() -> None:
    honest = leaf()
    refuses(Code.X509_SIGNATURE, SignatureError, replaced(honest, "1267", "1268"))
    assert honest.serial == 4711


def test_two_anchors_of_one_name_the_right_one_speaks() -> None:
    rogue = make("root", None, CA)
    expired = make("root", None, CA, key=root().key, valid=(START, NOW - timedelta(1)))
    verify(leaf(), anchors=[rogue.certificate, expired.certificate, root().certificate])
    anchors = [rogue.certificate, expired.certificate]
    refuses(Code.X509_EXPIRED, ValidityError, leaf(), anchors=anchors)


@pytest.mark.parametrize("which", ["leaf", "middle", "root"])
def test_outside_its_validity(which: str) -> None:
    late, early = (START, NOW - timedelta(seconds=1)), (NOW + timedelta(seconds=1), END)
    for period, code in ((late, Code.X509_EXPIRED), (early, Code.X509_NOT_YET_VALID)):
        periods = {which: period}
        top = make("root", None, CA, valid=periods.get("root", (START, END)))
        between = make("middle", top, CA, valid=periods.get("middle", (START, END)))
        low = make("leaf", between, LEAF, valid=periods.get("leaf", (START, END)))
        chain = (low.certificate, between.certificate)
        refuses(code, ValidityError, *chain, anchors=[top.certificate])


def test_naive_time() -> None:
    refuses(Code.MISUSE_NAIVE_TIME, MisuseError, leaf(), now=datetime(2026, 6, 1))  # noqa: DTZ001 -- the mistake itself


@pytest.mark.parametrize("which", ["leaf", "middle", "root"])
def test_unknown_critical_extension(which: str) -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    extra = {which: {"unknown": (unknown, True)}}
    top = make("root", None, {**CA, **extra.get("root", {})})
    between = make("middle", top, {**CA, **extra.get("middle", {})})
    low = make("leaf", between, {**LEAF, **extra.get("leaf", {})})
    chain = (low.certificate, between.certificate)
    refuses(Code.X509_CRITICAL, TrustError, *chain, anchors=[top.certificate])


def test_unknown_extension_that_is_not_critical_is_ignored() -> None:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    verify(leaf(unknown=(unknown, False)))


def test_critical_revocation_list_is_not_ignored() -> None:
    uri = x509.UniformResourceIdentifier("https://iaca.example/crl")
    points = x509.CRLDistributionPoints([x509.DistributionPoint([uri], None, None, None)])
    verify(leaf(crl=(points, False)))
    refuses(Code.X509_CRITICAL, TrustError, leaf(crl=(points, True)))


@pytest.mark.parametrize("critical", [True, False])
@pytest.mark.parametrize(
    "constraint",
    [
        x509.NameConstraints([x509.RegisteredID(x509.ObjectIdentifier("1.2.3"))], None),
        x509.NameConstraints(None, [x509.DNSName(".example")]),
        x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None),
    ],
)
def test_constraint_that_krid_does_not_evaluate(
    constraint: x509.ExtensionType, critical: bool
) -> None:
    limited = make("middle", root(), {**CA, "limit": (constraint, critical)})
    refuses(Code.X509_CONSTRAINT, TrustError, leaf(limited), limited.certificate)


@pytest.mark.parametrize(
    "constraints", [None, (x509.BasicConstraints(ca=False, path_length=None), True)]
)
def test_issuer_is_not_a_ca(constraints: Extension | None) -> None:
    fake = make("middle", root(), {**CA, "constraints": constraints})
    refuses(Code.X509_NOT_CA, TrustError, leaf(fake), fake.certificate)


def test_leaf_issues_another_leaf() -> None:
    first = make("first", root(), LEAF)
    refuses(Code.X509_NOT_CA, TrustError, leaf(first), first.certificate)


def test_anchor_is_not_a_ca() -> None:
    fake = make("fake", None, {**CA, "constraints": None})
    refuses(Code.X509_NOT_CA, TrustError, leaf(fake), anchors=[fake.certificate])


@pytest.mark.parametrize("key_usage", [None, (usage("crl_sign", "digital_signature"), True)])
def test_ca_may_not_sign_certificates(key_usage: Extension | None) -> None:
    fake = make("middle", root(), {**CA, "usage": key_usage})
    refuses(Code.X509_KEY_USAGE, TrustError, leaf(fake), fake.certificate)


def test_more_cas_than_the_path_length_allows() -> None:
    last = (x509.BasicConstraints(ca=True, path_length=0), True)
    top = make("root", None, {**CA, "constraints": last})
    between = make("middle", top, CA)
    verify(leaf(top), anchors=[top.certificate])
    refuses(
        Code.X509_PATH_LENGTH,
        TrustError,
        leaf(between),
        between.certificate,
        anchors=[top.certificate],
    )


def test_certificate_of_a_ca_for_itself_does_not_count() -> None:
    last = (x509.BasicConstraints(ca=True, path_length=0), True)
    top = make("root", None, {**CA, "constraints": last})
    rolled = make("root", top, {**CA, "constraints": last})
    verify(leaf(rolled), rolled.certificate, anchors=[top.certificate])


@pytest.mark.parametrize("key_usage", [None, (usage("key_agreement"), True)])
def test_leaf_may_not_sign(key_usage: Extension | None) -> None:
    refuses(Code.X509_KEY_USAGE, TrustError, leaf(usage=key_usage))


@pytest.mark.parametrize(
    "purpose", [None, (purposes(READER_USAGE), True), (purposes(ANY_USAGE), True)]
)
def test_leaf_is_for_another_purpose(purpose: Extension | None) -> None:
    refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, leaf(purpose=purpose))


def test_purpose_is_not_critical() -> None:
    lax = leaf(purpose=(purposes(MDOC_USAGE), False))
    refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, lax)
    verify(lax, purpose=DOCUMENT_SIGNER)


def test_reader_certificate_reads_and_does_not_issue() -> None:
    reader = leaf(purpose=(purposes(READER_USAGE), True))
    verify(reader, purpose=MDOC_READER)
    verify(reader, purpose=VERIFIER)
    refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, reader, purpose=DOCUMENT_SIGNER)


def test_signer_certificate_issues_and_does_not_ask() -> None:
    verify(leaf(), purpose=DOCUMENT_SIGNER)
    refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, leaf(), purpose=VERIFIER)
    refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, leaf(), purpose=MDOC_READER)


def test_a_provider_of_authority_lists_signs_nothing_else() -> None:
    provider = leaf(purpose=(purposes("1.0.18013.5.1.8"), True))
    for purpose in (DOCUMENT_SIGNER, VERIFIER, MDOC_SIGNER, MDOC_READER):
        refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, provider, purpose=purpose)


def test_no_purpose_named_serves_documents_and_requests() -> None:
    verify(leaf(purpose=None), purpose=DOCUMENT_SIGNER)
    verify(leaf(purpose=None), purpose=VERIFIER)


def test_ca_is_limited_to_another_purpose() -> None:
    limited = make("middle", root(), {**CA, "purpose": (purposes(READER_USAGE), False)})
    refuses(Code.X509_EXTENDED_KEY_USAGE, TrustError, leaf(limited), limited.certificate)
    for oid in (MDOC_USAGE, ANY_USAGE):
        fitting = make("middle", root(), {**CA, "purpose": (purposes(oid), False)})
        verify(leaf(fitting), fitting.certificate)


def rsa_public(bits: int, exponent: int = 65537) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(exponent, (1 << (bits - 1)) | 1).public_key()


def dsa_public() -> dsa.DSAPublicKey:
    p, q = (1 << 2047) | 1, (1 << 255) | 1
    return dsa.DSAPublicNumbers(2, dsa.DSAParameterNumbers(p, q, 2)).public_key()


@pytest.mark.parametrize(
    "weak",
    [
        pytest.param(lambda: rsa_public(1024), id="short RSA key"),
        pytest.param(lambda: rsa_public(2048, 3), id="small RSA exponent"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP224R1()).public_key(), id="P-224"),
        pytest.param(lambda: ec.generate_private_key(ec.SECP192R1()).public_key(), id="P-192"),
        pytest.param(dsa_public, id="DSA"),
    ],
)
def test_weak_key(weak: object) -> None:
    assert callable(weak)
    low = make("leaf", root(), LEAF, subject_key=weak())
    refuses(Code.X509_WEAK, TrustError, low.certificate)


@pytest.mark.parametrize(
    "foreign",
    [
        pytest.param(lambda: rsa_public(9000), id="huge RSA key"),
        pytest.param(lambda: rsa_public(2048, 2**256 + 1), id="huge RSA exponent"),
        pytest.param(lambda: ed448.Ed448PrivateKey.generate().public_key(), id="Ed448"),
    ],
)
def test_key_that_krid_does_not_take(foreign: object) -> None:
    assert callable(foreign)
    low = make("leaf", root(), LEAF, subject_key=foreign())
    refuses(Code.X509_ALGORITHM, UnsupportedError, low.certificate)


def test_key_on_an_unknown_curve() -> None:
    odd = replaced(leaf(), "2a8648ce3d030107", "2a8648ce3d03017f")
    refuses(Code.KEY_TYPE, UnsupportedError, odd)


def test_curve_that_is_spelt_out() -> None:
    """P-256 by its numbers: the library underneath takes it, and others took other generators."""
    p, b = 2**256 - 2**224 + 2**192 + 2**96 - 1, P256_B
    explicit = asn1.sequence(
        asn1.integer(1),
        asn1.sequence(asn1.oid("1.2.840.10045.1.1"), asn1.integer(p)),
        asn1.sequence(
            asn1.tlv(asn1.OCTETS, (p - 3).to_bytes(32, "big")),
            asn1.tlv(asn1.OCTETS, b.to_bytes(32, "big")),
        ),
        asn1.tlv(asn1.OCTETS, bytes.fromhex(P256_GENERATOR)),
        asn1.integer(P256_ORDER),
        asn1.integer(1),
    )
    honest = leaf()
    (outer,) = der.elements(honest.der)
    tbs, algorithm, _ = der.members(outer)
    key = der.members(der.elements(honest.parts.key)[0])
    spelt = asn1.sequence(asn1.sequence(asn1.oid("1.2.840.10045.2.1"), explicit), key[1].raw)
    fields = [each.raw for each in der.members(tbs)]
    fields[fields.index(honest.parts.key)] = spelt
    forged = asn1.sequence(*fields)
    signer = root().key
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    signature = signer.sign(forged, ec.ECDSA(hashes.SHA256()))
    raw = asn1.sequence(forged, algorithm.raw, asn1.tlv(asn1.BITS, b"\x00", signature))
    certificate = Certificate.parse(raw)
    assert certificate.public_key == honest.public_key
    refuses(Code.X509_WEAK, TrustError, certificate)


P256_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_GENERATOR = (
    "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
)


def test_key_off_its_curve() -> None:
    honest = leaf()
    raw = honest.public_key.raw
    off = replaced(honest, raw.hex(), raw[:-1].hex() + f"{raw[-1] ^ 1:02x}")
    refuses(Code.KEY_POINT, MalformedError, off)


@pytest.mark.parametrize(
    "curve", [ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1(), ec.BrainpoolP256R1()]
)
def test_curves_that_krid_takes_in_a_chain(curve: ec.EllipticCurve) -> None:
    between = make("middle", root(), CA, key=ec.generate_private_key(curve))
    verify(leaf(between), between.certificate)


def test_rsa_authority_is_taken() -> None:
    between = make("middle", root(), CA, key=rsa_key())
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    for how in (None, pss):
        low = make("leaf", between, LEAF, pss=how)
        verify(low.certificate, between.certificate)


def test_weak_anchor() -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- the mistake itself
    top = make("root", None, CA, key=short)
    refuses(Code.X509_WEAK, TrustError, leaf(top), anchors=[top.certificate])


def test_largest_rsa_key() -> None:
    low = make("leaf", root(), LEAF, subject_key=rsa_public(8192))
    verify(low.certificate)


def test_sound_hash_that_krid_does_not_take() -> None:
    between = make("middle", root(), CA, key=rsa_key())
    low = make("leaf", between, LEAF)
    sha3 = replaced(low.certificate, "2a864886f70d01010b", "60864801650304030e")
    refuses(Code.X509_ALGORITHM, UnsupportedError, sha3, between.certificate)


def test_weak_hash() -> None:
    between = make("middle", root(), CA, key=rsa_key())
    low = make("leaf", between, LEAF)
    sha1 = replaced(low.certificate, "2a864886f70d01010b", "2a864886f70d010105")
    refuses(Code.X509_WEAK, TrustError, sha1, between.certificate)
    refuses(
        Code.X509_WEAK, TrustError, make("leaf", root(), LEAF, digest=hashes.SHA224()).certificate
    )


def test_weak_hash_in_pss() -> None:
    between = make("middle", root(), CA, key=rsa_key())
    pss = padding.PSS(padding.MGF1(hashes.SHA224()), padding.PSS.DIGEST_LENGTH)
    low = make("leaf", between, LEAF, digest=hashes.SHA224(), pss=pss)
    refuses(Code.X509_WEAK, TrustError, low.certificate, between.certificate)


def test_unknown_hash_in_pss() -> None:
    between = make("middle", root(), CA, key=rsa_key())
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    low = make("leaf", between, LEAF, pss=pss)
    odd = replaced(low.certificate, "608648016503040201", "60864801650304027f")
    refuses(Code.X509_ALGORITHM, UnsupportedError, odd, between.certificate)


def test_unknown_signature_algorithm() -> None:
    odd = replaced(leaf(), "2a8648ce3d040302", "2a8648ce3d04037f")
    refuses(Code.X509_ALGORITHM, UnsupportedError, odd)


def test_inner_and_outer_algorithm_differ() -> None:
    mixed = replaced(leaf(), "2a8648ce3d040302", "2a8648ce3d040303", 1)
    refuses(Code.X509_SIGNATURE, SignatureError, mixed)
