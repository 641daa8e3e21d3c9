"""Trust in certificate authorities: IACA roots of ISO 18013-5, and issuers' `x5c`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, final

from krid._core import base64url, limits
from krid._core.arguments import able, several, typed
from krid.errors import Code, TrustError
from krid.model import AKI, IssuerHint, IssuerKey, TrustedAuthority
from krid.trust.revocation import Revocation
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    VERIFIER,
    VICAL_SIGNER,
    Certificate,
    CertificationPath,
    LeafProfile,
    Rule,
    check_profile,
    verify_chain,
)
from krid.x509.profile import IACA, MDOC_READER_PROFILE, MDOC_SIGNER_PROFILE

VICAL_FORMAT: Final = "vical"
"""The format of a list of issuing authorities, as a hint names it."""

_PURPOSES: Final = {
    "mso_mdoc": MDOC_SIGNER,
    "mdoc-reader": MDOC_READER,
    "oauth-authz-req+jwt": VERIFIER,
    VICAL_FORMAT: VICAL_SIGNER,
}

# An https URL without a user part; what it does not match is compared as a whole only.
_HTTPS_URL: Final = re.compile(
    r"https://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", re.ASCII
)


class Conformance(Enum):
    """How much of ISO 18013-5, annex B, the certificates behind an mdoc must keep to."""

    PATH = "what a relying party enforces"
    ANNEX_B = "each row of the profiles, which the standard asks of issuers"


@final
@dataclass(frozen=True, slots=True)
class CertificateTrust:
    """Trust in what certificates below these anchors sign, each for the purpose it is made for.

    An issuer that names itself must be named in its certificate too: by a URI equal to the name
    or, for an https URL, by its host. The SD-JWT VC draft (revision 19, "Issuer Verification Key
    Discovery and Validation") says only that the issuer is the subject of the end-entity
    certificate, and makes `iss` optional; earlier drafts tied `iss` to the certificate in this
    way. krid keeps the tie wherever there is an `iss`, for else any certificate below an anchor
    could issue under any name. An issuer that does not name itself is its certificate's subject.

    `revocation` says what is asked about revoked certificates: `Crls`, or `NO_REVOCATION`. With
    `Conformance.ANNEX_B` certificates behind an mdoc or its reader must keep to each row of their
    profile; certificates in the field often do not.
    """

    anchors: tuple[Certificate, ...]
    revocation: Revocation = field(kw_only=True)
    conformance: Conformance = field(default=Conformance.PATH, kw_only=True)

    def __post_init__(self) -> None:
        """Check the types, so that a slip does not wait for the first certificate.

        Raises:
            MisuseError: `misuse.type`.
        """
        several("anchors", self.anchors)
        for each in self.anchors:
            typed("each anchor", each, Certificate)
        able("revocation", self.revocation, "check")

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Verify the hint's certificates and return the key of the first.

        Raises:
            TrustError: `trust.unknown_issuer` for a hint without certificates,
                `trust.issuer_name`, `x509.profile`, and the codes of `krid.x509.verify_chain`.
            SignatureError, ValidityError, UnsupportedError: those of `verify_chain`.
            MalformedError: `x509.syntax`, `input.size`.
            KridError: what `revocation` refuses.
        """
        path = self.path_of(hint, now=now)
        check_issuer_name(path.leaf, hint.issuer)
        return key_of(path, hint, self.revocation.check(path, now=now))

    def path_of(self, hint: IssuerHint, *, now: datetime) -> CertificationPath:
        """Verify the hint's certificates up to an anchor; revocation and name are not checked.

        Raises:
            KridError: as `find`, but for those two.
        """
        if not hint.certificates:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        chain = parse_chain(hint.certificates)
        path = verify_chain(chain, anchors=self.anchors, now=now, leaf=purpose(hint.format))
        if self.conformance is Conformance.ANNEX_B:
            _check_annex_b(path, hint.format)
        return path


def key_of(path: CertificationPath, hint: IssuerHint, words: str) -> IssuerKey:
    """Return the key of a path's leaf; `words` say what else was checked of the path."""
    return IssuerKey(
        key=path.leaf.public_key,
        issuer=path.leaf.subject if hint.issuer is None else hint.issuer,
        path=f"certificate chain to {path.anchor.subject}, {words}",
        authorities=_authorities(path.anchor, hint.issuer),
        not_before=path.leaf.not_before,
        not_after=path.leaf.not_after,
        stands_under=issuers_of(path.certificates, hint),
    )


def issuers_of(
    certificates: Sequence[Certificate], hint: IssuerHint
) -> frozenset[TrustedAuthority]:
    """Name the issuers of verified certificates, of those that came with the credential.

    They are named as queries name them (OpenID4VP 1.0, section 6.1.1.1).
    """
    sent = frozenset(hint.certificates)
    named = (each.extensions.authority_key_id for each in certificates if each.der in sent)
    return frozenset(TrustedAuthority(AKI, base64url.encode(each)) for each in named if each)


def parse_chain(certificates: tuple[bytes, ...]) -> tuple[Certificate, ...]:
    """Read the certificates of a hint.

    Raises:
        TrustError: `x509.chain_length`.
        MalformedError: `x509.syntax`, `input.size`.
    """
    if len(certificates) > limits.MAX_CHAIN_LENGTH:
        raise TrustError(Code.X509_CHAIN_LENGTH)
    return tuple(Certificate.parse(der) for der in certificates)


def _authorities(anchor: Certificate, issuer: str | None) -> frozenset[str]:
    """Name the anchor, and the issuer where the certificate is tied to its name.

    The subject of a certificate is no authority of its own: anchors do not share their names. Of
    names, https addresses alone count: a certificate proves no DID and no thumbprint.
    """
    thumbprint = f"x509:sha-256:{base64url.encode(anchor.thumbprint())}"
    if issuer is None or not issuer.startswith("https://"):
        return frozenset({thumbprint})
    return frozenset({thumbprint, issuer})


def purpose(format_name: str) -> LeafProfile:
    """Say what a certificate must be made for, by the format of what it signed."""
    return _PURPOSES.get(format_name, DOCUMENT_SIGNER)


def check_issuer_name(leaf: Certificate, issuer: str | None) -> None:
    """Check that a certificate stands for the name that the issuer gives itself; no wildcards.

    Raises:
        TrustError: `trust.issuer_name`.
    """
    if issuer is None or issuer in leaf.uris:
        return
    url = _HTTPS_URL.fullmatch(issuer)
    if url is None or url[1].lower() not in {name.lower() for name in leaf.dns_names}:
        raise TrustError(Code.TRUST_ISSUER_NAME)


def _check_annex_b(path: CertificationPath, format_name: str) -> None:
    for_leaf, for_anchor = _ANNEX_B.get(format_name, ((), ()))
    check_profile(path.leaf, issuer=path.certificates[1], profile=for_leaf)
    check_profile(path.anchor, issuer=path.anchor, profile=for_anchor)


# The annex has no profile for the authorities of readers.
_ANNEX_B: Final[Mapping[str, tuple[tuple[Rule, ...], tuple[Rule, ...]]]] = {
    "mso_mdoc": (MDOC_SIGNER_PROFILE, IACA),
    "mdoc-reader": (MDOC_READER_PROFILE, ()),
}
