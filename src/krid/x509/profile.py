"""The certificate profiles of ISO 18013-5, annex B, as rules for issuers and for a linter.

Verification does not need them: a relying party enforces what `verify_chain` lists. A rule here
says which certificates the standard lets an authority issue. Written after public drafts and
descriptions of the annex and after certificates in the field, since the text of the standard is
not public. IACA link certificates, TLS certificates and CRLs have no profile here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, final

from krid.errors import Code, TrustError
from krid.x509 import profile_rules as rules
from krid.x509.certificate import Certificate
from krid.x509.extensions import KeyUsage
from krid.x509.leaf import MDOC_READER_USAGE, MDOC_SIGNER_USAGE
from krid.x509.profile_rules import Predicate

MAX_IACA_LIFETIME: Final = timedelta(days=20 * 366)
MAX_SIGNER_LIFETIME: Final = timedelta(days=457)
MAX_READER_LIFETIME: Final = timedelta(days=1187)
MAX_UNCHECKED_OCSP_LIFETIME: Final = timedelta(days=90)

_JWS_SIGNER_USAGE: Final = "1.0.18013.5.1.3"


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a profile: its name, its words, and how to tell whether it is kept.

    `row` is the row of the profile's table by the section of RFC 5280 that it stands under, and
    `clause` the clause of ISO 18013-5 that holds the table.
    """

    name: str
    words: str
    is_kept: Predicate = field(repr=False, compare=False)
    row: str = field(default="", kw_only=True)
    clause: str = field(default="B.1.1", kw_only=True)


def deviations(
    certificate: Certificate, *, issuer: Certificate, profile: Sequence[Rule]
) -> tuple[Rule, ...]:
    """Return the rules of a profile that a certificate breaks, in the order of the profile.

    For a root, `issuer` is the certificate itself. Checks no signature and no date against now.
    """
    return tuple(rule for rule in profile if not rule.is_kept(certificate, issuer))


def check_profile(
    certificate: Certificate, *, issuer: Certificate, profile: Sequence[Rule]
) -> None:
    """Refuse a certificate that breaks any rule of a profile; see `deviations`.

    Raises:
        TrustError: `x509.profile`, with the clause and the name of the first rule that is broken.
    """
    for rule in deviations(certificate, issuer=issuer, profile=profile):
        raise TrustError(Code.X509_PROFILE, f"{rule.clause}: {rule.name}")


def _profile(clause: str, *listed: Rule) -> tuple[Rule, ...]:
    return tuple(replace(rule, clause=clause) for rule in listed)


_COMMON: Final = (
    Rule("version", "version 3", rules.has_version_3, row="4.1.2.1"),
    Rule(
        "serial number",
        "positive, at least 63 random bits",
        rules.has_random_serial,
        row="4.1.2.2",
    ),
    Rule("signature", "ECDSA with SHA-2", rules.has_ecdsa_signature, row="4.1.1.2"),
    Rule("issuer", "the bytes of the issuer's subject", rules.names_its_issuer, row="4.1.2.4"),
    Rule("common name", "the subject has exactly one", rules.has_common_name, row="4.1.2.6"),
    Rule(
        "subject key identifier",
        "SHA-1 of the public key bits",
        rules.has_subject_key_id,
        row="4.2.1.2",
    ),
    Rule(
        "other extensions",
        "none of those that annex B.1.1 forbids",
        rules.has_no_forbidden,
        row="4.2",
    ),
    Rule("critical extensions", "no further ones", rules.has_no_other_critical, row="4.2"),
)

_CRL_POINTS: Final = Rule(
    "CRL distribution points",
    "URIs without reasons or another issuer, not critical",
    rules.has_crl_points,
    row="4.2.1.13",
)

_ISSUER_NAMES: Final = Rule(
    "issuer alternative name",
    "a URI or an e-mail address, not critical",
    rules.has_issuer_names,
    row="4.2.1.7",
)

_SIGNER: Final = (
    *_COMMON,
    Rule(
        "subject public key",
        "a curve of annex B, not compressed, or EdDSA",
        rules.has_signing_key,
        row="4.1.2.7",
    ),
    Rule(
        "authority key identifier",
        "that of the issuer's key",
        rules.has_authority_key_id,
        row="4.2.1.1",
    ),
    Rule(
        "key usage",
        "digitalSignature alone, critical",
        rules.may(KeyUsage.DIGITAL_SIGNATURE),
        row="4.2.1.3",
    ),
    Rule("basic constraints", "absent, or not a CA", rules.is_no_authority, row="4.2.1.9"),
)

_BELOW_IACA: Final = (
    *_SIGNER,
    Rule("country", "that of the issuer", rules.has_same_country, row="4.1.2.6"),
    Rule("state or province", "that of the issuer", rules.has_same_state, row="4.1.2.6"),
)

_SIGNER_LIFETIME: Final = Rule(
    "validity", "457 days at most", rules.lasts(MAX_SIGNER_LIFETIME), row="4.1.2.5"
)


def _made_for(words: str, usage: str) -> Rule:
    return Rule("extended key usage", words, rules.is_made_for(usage), row="4.2.1.12")


IACA: Final = _profile(
    "B.1.2",
    *_COMMON,
    _CRL_POINTS,
    Rule(
        "subject public key", "a curve of annex B, not compressed", rules.has_ec_key, row="4.1.2.7"
    ),
    Rule("validity", "20 years at most", rules.lasts(MAX_IACA_LIFETIME), row="4.1.2.5"),
    Rule("country", "two capital letters", rules.has_country, row="4.1.2.6"),
    Rule("subject", "the same as the issuer", rules.is_self_issued, row="4.1.2.6"),
    _ISSUER_NAMES,
    Rule(
        "basic constraints",
        "a CA with path length 0, critical",
        rules.is_last_authority,
        row="4.2.1.9",
    ),
    Rule(
        "key usage",
        "keyCertSign and cRLSign alone, critical",
        rules.may(KeyUsage.KEY_CERT_SIGN, KeyUsage.CRL_SIGN),
        row="4.2.1.3",
    ),
)
"""The root of an issuing authority."""

MDOC_SIGNER_PROFILE: Final = _profile(
    "B.1.4",
    *_BELOW_IACA,
    _CRL_POINTS,
    _SIGNER_LIFETIME,
    _ISSUER_NAMES,
    _made_for("mdoc signing alone, critical", MDOC_SIGNER_USAGE),
)
"""A document signer."""

JWS_SIGNER_PROFILE: Final = _profile(
    "B.1.5",
    *_BELOW_IACA,
    _CRL_POINTS,
    _SIGNER_LIFETIME,
    _ISSUER_NAMES,
    _made_for("signing server answers alone, critical", _JWS_SIGNER_USAGE),
)
"""A signer of what an issuing authority's server answers."""

MDOC_READER_PROFILE: Final = _profile(
    "B.1.7",
    *_SIGNER,
    _CRL_POINTS,
    Rule("validity", "1,187 days at most", rules.lasts(MAX_READER_LIFETIME), row="4.1.2.5"),
    Rule(
        "issuer alternative name",
        "a URI or an e-mail address where the CA has one, not critical",
        rules.has_issuer_names_too,
        row="4.2.1.7",
    ),
    _made_for("mdoc reading alone, critical", MDOC_READER_USAGE),
)
"""A reader that authenticates itself."""

OCSP_SIGNER_PROFILE: Final = _profile(
    "B.1",  # the public texts do not agree on the number below
    *_BELOW_IACA,
    Rule(
        "CRL distribution points",
        "as for other signers, or a certificate that needs no check",
        rules.has_crl_points_or_no_check,
        row="4.2.1.13",
    ),
    Rule(
        "validity",
        "457 days at most, 90 where the certificate needs no check",
        rules.lasts_as_responder(MAX_SIGNER_LIFETIME, MAX_UNCHECKED_OCSP_LIFETIME),
        row="4.1.2.5",
    ),
    Rule("extended key usage", "OCSP signing alone", rules.is_made_for_ocsp, row="4.2.1.12"),
)
"""A responder that says whether certificates of the issuing authority still hold."""
