"""Trust in certificate authorities: IACA roots of ISO 18013-5, and issuers' `x5c`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from krid._core import base64url, limits
from krid.errors import Code, TrustError
from krid.model import IssuerHint, IssuerKey
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    VERIFIER,
    Certificate,
    LeafProfile,
    verify_chain,
)

_PURPOSES: Final = {
    "mso_mdoc": MDOC_SIGNER,
    "mdoc-reader": MDOC_READER,
    "oauth-authz-req+jwt": VERIFIER,
}

# An https URL without a user part; what it does not match is compared as a whole only.
_HTTPS_URL: Final = re.compile(
    r"https://([A-Za-z0-9.-]+)(?::[0-9]{1,5})?(?:[/?#][!-~]*)?", re.ASCII
)


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

    Does not check revocation of certificates.
    """

    anchors: tuple[Certificate, ...]

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Verify the hint's certificates and return the key of the first.

        Raises:
            TrustError: `trust.unknown_issuer` for a hint without certificates,
                `trust.issuer_name`, and the codes of `krid.x509.verify_chain`.
            SignatureError, ValidityError, UnsupportedError: those of `verify_chain`.
            MalformedError: `x509.syntax`, `input.size`.
        """
        if not hint.certificates:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        chain = _parse_chain(hint.certificates)
        path = verify_chain(chain, anchors=self.anchors, now=now, leaf=_purpose(hint.format))
        _check_issuer_name(path.leaf, hint.issuer)
        return IssuerKey(
            key=path.leaf.public_key,
            issuer=path.leaf.subject if hint.issuer is None else hint.issuer,
            path=f"certificate chain to {path.anchor.subject}",
            authorities=_authorities(path.anchor, hint.issuer),
            not_before=path.leaf.not_before,
            not_after=path.leaf.not_after,
        )


def _parse_chain(certificates: tuple[bytes, ...]) -> tuple[Certificate, ...]:
    if len(certificates) > limits.MAX_CHAIN_LENGTH:
        raise TrustError(Code.X509_CHAIN_LENGTH)
    return tuple(Certificate.parse(der) for der in certificates)


def _authorities(anchor: Certificate, issuer: str | None) -> frozenset[str]:
    """Name the anchor, and the issuer where the certificate is tied to its name.

    The subject of a certificate is no authority of its own: anchors do not share their names.
    """
    thumbprint = f"x509:sha-256:{base64url.encode(anchor.thumbprint())}"
    return frozenset({thumbprint} if issuer is None else {thumbprint, issuer})


def _purpose(format_name: str) -> LeafProfile:
    return _PURPOSES.get(format_name, DOCUMENT_SIGNER)


def _check_issuer_name(leaf: Certificate, issuer: str | None) -> None:
    """The certificate stands for the name that the issuer gives itself; no wildcards."""
    if issuer is None or issuer in leaf.uris:
        return
    url = _HTTPS_URL.fullmatch(issuer)
    if url is None or url[1].lower() not in {name.lower() for name in leaf.dns_names}:
        raise TrustError(Code.TRUST_ISSUER_NAME)
