"""One hint for each rule of trust, breaking that rule alone."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pytest

from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    ResolutionError,
    SignatureError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.keys import Alg, Curve, LocalKey, PublicKey, jwk
from krid.model import IssuerHint, IssuerKeys
from krid.trust import (
    NO_REVOCATION,
    NOBODY,
    AllOf,
    AnyOf,
    CertificateTrust,
    DidTrust,
    ForFormats,
    ForTypes,
    HasDocument,
    KeyTrust,
    PinnedKey,
    Until,
)
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    VERIFIER,
    Certificate,
    LeafProfile,
    self_signed_ca,
    sign_certificate,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MOIS, BANK = "https://mois.example", "https://bank.example"
FIRST, SECOND = (LocalKey.generate(Alg.ES256).public_key for _ in range(2))


def hint(**changes: Any) -> IssuerHint:
    words: dict[str, Any] = {
        "format": "dc+sd-jwt",
        "type": "urn:example:card",
        "alg": Alg.ES256,
        **changes,
    }
    return IssuerHint(**words)


def refuses(
    trust: IssuerKeys, shown: IssuerHint, code: Code, kind: type[KridError], now: datetime = NOW
) -> None:
    with pytest.raises(kind) as error:
        trust.find(shown, now=now)
    assert error.value.code is code


# Pinned keys


def test_nothing_pinned() -> None:
    refuses(KeyTrust(()), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)
    refuses(NOBODY, hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_name_that_nothing_is_pinned_for() -> None:
    trust = KeyTrust.of(FIRST, issuer=MOIS)
    refuses(trust, hint(issuer=BANK), Code.TRUST_UNKNOWN_ISSUER, TrustError)
    refuses(trust, hint(issuer=""), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_pinned_key_under_another_name() -> None:
    trust = KeyTrust.of(FIRST, issuer=MOIS)
    named = hint(issuer=BANK, key_id=jwk.key_id(FIRST))
    refuses(trust, named, Code.TRUST_ISSUER_NAME, TrustError)


def test_key_id_that_no_pin_has() -> None:
    trust = KeyTrust((PinnedKey(key=FIRST, key_id="1"),))
    refuses(trust, hint(key_id="2"), Code.TRUST_UNKNOWN_ISSUER, TrustError)
    refuses(trust, hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_algorithm_that_no_pin_fits() -> None:
    refuses(KeyTrust.of(FIRST), hint(alg=Alg.EDDSA), Code.TRUST_UNKNOWN_ISSUER, TrustError)
    exchange = LocalKey.generate_on(Curve.X25519).public_key
    refuses(KeyTrust.of(exchange), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_named_key_is_for_another_algorithm() -> None:
    named = hint(alg=Alg.EDDSA, key_id=jwk.key_id(FIRST))
    refuses(KeyTrust.of(FIRST), named, Code.ALG_KEY, TrustError)


def test_two_keys_fit() -> None:
    refuses(KeyTrust.of(FIRST, SECOND), hint(), Code.TRUST_AMBIGUOUS, TrustError)
    both = KeyTrust((PinnedKey(key=FIRST, key_id="1"), PinnedKey(key=SECOND, key_id="1")))
    refuses(both, hint(key_id="1"), Code.TRUST_AMBIGUOUS, TrustError)


def test_certificate_for_another_key_than_the_pinned() -> None:
    leaf = signed()
    refuses(
        KeyTrust.of(FIRST), hint(certificates=(leaf.der,)), Code.TRUST_UNKNOWN_ISSUER, TrustError
    )


def test_certificate_for_the_pinned_key_under_another_name() -> None:
    leaf = signed()
    trust = KeyTrust.of(leaf.public_key, issuer=MOIS)
    shown = hint(issuer=BANK, certificates=(leaf.der,))
    refuses(trust, shown, Code.TRUST_ISSUER_NAME, TrustError)


def test_certificate_beside_a_pin_that_does_not_decode() -> None:
    refuses(KeyTrust.of(FIRST), hint(certificates=(b"0",)), Code.X509_SYNTAX, MalformedError)


# Certificates

CA_KEY, ROGUE_KEY = (LocalKey.generate(Alg.ES256) for _ in range(2))


def root(key: LocalKey, name: str = "Sample root") -> Certificate:
    return self_signed_ca(
        key,
        common_name=name,
        country="KR",
        valid_from=NOW - 10 * DAY,
        valid_until=NOW + 1000 * DAY,
        issuer_uri="https://iaca.example",
        entropy=bytes,
    )


ROOT = root(CA_KEY)
CERTIFICATES = CertificateTrust((ROOT,), revocation=NO_REVOCATION)


def signed(
    *,
    purpose: LeafProfile = DOCUMENT_SIGNER,
    until: datetime = NOW + DAY,
    ca: Certificate = ROOT,
    ca_key: LocalKey = CA_KEY,
    uris: tuple[str, ...] = (),
    dns_names: tuple[str, ...] = (),
) -> Certificate:
    return sign_certificate(
        LocalKey.generate(Alg.ES256).public_key,
        ca=ca,
        ca_key=ca_key,
        leaf=purpose,
        common_name="Sample signer",
        valid_from=NOW - 2 * DAY,
        valid_until=until,
        entropy=bytes,
        uris=uris,
        dns_names=dns_names,
    )


def test_no_certificates() -> None:
    refuses(CERTIFICATES, hint(issuer=MOIS), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_bytes_that_are_no_certificate() -> None:
    refuses(CERTIFICATES, hint(certificates=(b"0",)), Code.X509_SYNTAX, MalformedError)


def test_more_certificates_than_the_limit() -> None:
    shown = hint(certificates=(b"0",) * 7)
    refuses(CERTIFICATES, shown, Code.X509_CHAIN_LENGTH, TrustError)
    shown = hint(certificates=(b"0",) * 6)
    refuses(CERTIFICATES, shown, Code.X509_SYNTAX, MalformedError)


def test_authority_that_nobody_trusts() -> None:
    other = root(ROGUE_KEY, "Other root")
    leaf = signed(ca=other, ca_key=ROGUE_KEY)
    refuses(CERTIFICATES, hint(certificates=(leaf.der,)), Code.X509_ISSUER, TrustError)
    shown = hint(certificates=(leaf.der, other.der))
    refuses(CERTIFICATES, shown, Code.X509_ISSUER, TrustError)


def test_authority_with_the_name_of_a_trusted_one() -> None:
    leaf = signed(ca=root(ROGUE_KEY), ca_key=ROGUE_KEY)
    refuses(CERTIFICATES, hint(certificates=(leaf.der,)), Code.X509_KEY_IDENTIFIER, TrustError)


def test_changed_certificate() -> None:
    leaf = signed(uris=(MOIS,))
    changed = leaf.der.replace(b"mois.example", b"bank.example")
    shown = hint(issuer=BANK, certificates=(changed,))
    refuses(CERTIFICATES, shown, Code.X509_SIGNATURE, SignatureError)


def test_expired_certificate() -> None:
    leaf = signed(until=NOW - DAY)
    refuses(CERTIFICATES, hint(certificates=(leaf.der,)), Code.X509_EXPIRED, ValidityError)


@pytest.mark.parametrize(
    ("format_name", "purpose"),
    [
        ("mso_mdoc", DOCUMENT_SIGNER),
        ("mso_mdoc", MDOC_READER),
        ("dc+sd-jwt", MDOC_READER),
        ("statuslist+jwt", MDOC_READER),
        ("oauth-authz-req+jwt", MDOC_SIGNER),
    ],
)
def test_certificate_for_another_purpose(format_name: str, purpose: LeafProfile) -> None:
    shown = hint(format=format_name, certificates=(signed(purpose=purpose).der,))
    refuses(CERTIFICATES, shown, Code.X509_EXTENDED_KEY_USAGE, TrustError)


@pytest.mark.parametrize(
    "issuer",
    [
        pytest.param(BANK, id="another host"),
        pytest.param("https://a.mois.example", id="host below"),
        pytest.param("https://mois.example.bank.example", id="host that begins alike"),
        pytest.param("https://bank.example@mois.example", id="user part"),
        pytest.param("https://bank.example\\@mois.example", id="backslash"),
        pytest.param("https://mois.example\n.bank.example", id="line break"),
        pytest.param("https://mois.example/\n", id="line break at the end"),
        pytest.param("http://mois.example", id="not https"),
        pytest.param("mois.example", id="not a URL"),
        pytest.param("https://x.wild.example", id="wildcard"),
        pytest.param("https://uri.example/b", id="URI that begins alike"),
        pytest.param("did:web:mois.example", id="DID of the host"),
        pytest.param("", id="empty"),
    ],
)
def test_name_that_the_certificate_does_not_stand_for(issuer: str) -> None:
    names = ("mois.example", "*.wild.example")
    leaf = signed(dns_names=names, uris=("https://uri.example/a",))
    shown = hint(issuer=issuer, certificates=(leaf.der,))
    refuses(CERTIFICATES, shown, Code.TRUST_ISSUER_NAME, TrustError)


def test_certificate_without_names() -> None:
    shown = hint(issuer=MOIS, certificates=(signed().der,))
    refuses(CERTIFICATES, shown, Code.TRUST_ISSUER_NAME, TrustError)


# DIDs

DID, OTHER_DID = "did:web:mois.example", "did:web:bank.example"


@dataclass(frozen=True)
class Document:
    keys: dict[str, PublicKey] = field(default_factory=lambda: {"#key-1": FIRST})

    def assertion_key(self, fragment_or_url: str) -> PublicKey:
        if fragment_or_url not in self.keys:
            raise ResolutionError(Code.DID_KEY_PURPOSE)
        return self.keys[fragment_or_url]

    def assertion_bbs_key(self, fragment_or_url: str) -> NoReturn:
        raise ResolutionError(Code.DID_KEY_TYPE)


@dataclass(frozen=True)
class Resolved:
    document: Document


@dataclass(frozen=True)
class Resolver:
    def resolve(self, did: str) -> HasDocument:
        assert did == DID, "only listed DIDs are resolved"
        return Resolved(Document())


DIDS = DidTrust(frozenset({DID}), Resolver())


@pytest.mark.parametrize(
    "shown",
    [
        hint(issuer=OTHER_DID, key_id="#key-1"),
        hint(issuer=MOIS, key_id=f"{DID}#key-1"),
        hint(key_id=f"{OTHER_DID}#key-1"),
        hint(key_id=f"{DID}?versionId=1#key-1"),
        hint(key_id="#key-1"),
        hint(),
    ],
)
def test_did_that_is_not_listed(shown: IssuerHint) -> None:
    refuses(DIDS, shown, Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_key_of_another_did() -> None:
    shown = hint(issuer=DID, key_id=f"{OTHER_DID}#key-1")
    refuses(DIDS, shown, Code.TRUST_ISSUER_NAME, TrustError)


@pytest.mark.parametrize("key_id", [None, "", "#", f"{DID}#"])
def test_did_without_a_key(key_id: str | None) -> None:
    refuses(DIDS, hint(issuer=DID, key_id=key_id), Code.TRUST_AMBIGUOUS, TrustError)


def test_key_that_does_not_assert() -> None:
    shown = hint(issuer=DID, key_id="#key-2")
    refuses(DIDS, shown, Code.DID_KEY_PURPOSE, ResolutionError)


# Combinations

ANY = KeyTrust.of(FIRST)


def test_type_beyond_the_trust() -> None:
    trust = ForTypes(ANY, types=frozenset({"urn:example:ticket"}))
    refuses(trust, hint(), Code.TRUST_TYPE, TrustError)
    refuses(ForTypes(NOBODY, types=frozenset()), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_format_beyond_the_trust() -> None:
    trust = ForFormats(ANY, formats=frozenset({"mso_mdoc"}))
    refuses(trust, hint(), Code.TRUST_FORMAT, TrustError)
    refuses(ForFormats(NOBODY, formats=frozenset()), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_trust_that_has_ended() -> None:
    trust = Until(ANY, NOW)
    refuses(trust, hint(), Code.TRUST_ENDED, TrustError, NOW + timedelta(microseconds=1))
    refuses(Until(NOBODY, NOW), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError, NOW + DAY)


def test_sources_that_name_different_keys() -> None:
    refuses(AllOf(ANY, KeyTrust.of(SECOND)), hint(), Code.TRUST_DISAGREEMENT, TrustError)


def test_one_of_all_does_not_know() -> None:
    refuses(AllOf(ANY, NOBODY), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)
    refuses(AllOf(NOBODY, ANY), hint(), Code.TRUST_UNKNOWN_ISSUER, TrustError)


def test_refusal_of_a_source_that_knew_the_issuer_wins() -> None:
    leaf = signed(until=NOW - DAY)
    other = CertificateTrust((root(ROGUE_KEY, "Other root"),), revocation=NO_REVOCATION)
    trust = AnyOf(ANY, other, CERTIFICATES)
    refuses(trust, hint(certificates=(leaf.der,)), Code.X509_EXPIRED, ValidityError)


@pytest.mark.parametrize("trust", [ANY, CERTIFICATES, DIDS, Until(ANY, NOW), AnyOf(ANY)])
def test_naive_time(trust: IssuerKeys) -> None:
    shown = hint(certificates=(signed().der,)) if trust is CERTIFICATES else hint()
    refuses(trust, shown, Code.MISUSE_NAIVE_TIME, MisuseError, NOW.replace(tzinfo=None))


def test_verifier_certificate_signs_requests() -> None:
    leaf = signed(purpose=VERIFIER, dns_names=("bank.example",))
    shown = hint(format="oauth-authz-req+jwt", certificates=(leaf.der,))
    assert CERTIFICATES.find(shown, now=NOW).key == leaf.public_key


def test_leaf_with_a_key_that_krid_can_not_use() -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding

    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    assert isinstance(CA_KEY.native, ec.EllipticCurvePrivateKey)
    built = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ROOT.native.subject)
        .public_key(rsa.RSAPublicNumbers(65537, (1 << 2047) | 1).public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(usage, critical=True)
        .sign(CA_KEY.native, hashes.SHA256())
    )
    shown = hint(certificates=(built.public_bytes(Encoding.DER),))
    refuses(CERTIFICATES, shown, Code.KEY_TYPE, UnsupportedError)
