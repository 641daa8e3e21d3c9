"""A derived credential, verified whole: the issuer, the proof and the dates."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid.bbs import BbsPublicKey
from krid.errors import Code, TrustError
from krid.ld import Processor
from krid.model import binding
from krid.model.w3c import Credential, claims
from krid.proofs import check_period, check_purpose
from krid.vcdi.bbs2023.base import split
from krid.vcdi.bbs2023.verify import PresentationHeaders, VerifiedDerived, verify
from krid.vcdi.contexts import check_written
from krid.vcdi.model import InlineContexts
from krid.vcdi.parse import parse_credential

PURPOSE: Final = "assertionMethod"


@final
@dataclass(frozen=True, slots=True)
class VerifiedBbsCredential:
    """A part of a credential whose every rule was checked; its status is not looked up."""

    credential: Credential = field(repr=False)
    shown: VerifiedDerived
    valid_until: datetime | None


def verify_credential(
    raw: bytes,
    *,
    issuer: str,
    issuer_key: BbsPublicKey,
    presentation_header: bytes | PresentationHeaders,
    nym_domain: str | None,
    now: datetime,
    skew: timedelta,
    processor: Processor,
    inline: InlineContexts,
) -> VerifiedBbsCredential:
    """Verify a credential with one derived proof, by the key of an issuer whom one trusts.

    `issuer` is the identifier that the key belongs to. Does not look up the status, nor schemas.

    Raises:
        TrustError: `di.method` for another issuer, or a key of another controller.
        MalformedError: `di.purpose`, `ld.inline`, `ld.hidden`, a code of JSON or of the data
            model, and as `verify`.
        ValidityError: `di.created`, `di.expired`, `w3c.expired`, `w3c.not_yet_valid`.
        KridError: as `verify`.
    """
    binding.check_settings(now=now, skew=skew)
    secured = parse_credential(raw)
    document, _ = split(secured.document)
    (proof,) = secured.proofs
    controller = proof.verification_method.partition("#")[0]
    if secured.credential.issuer.id != issuer or controller != issuer:
        raise TrustError(Code.DI_METHOD)
    check_purpose(proof, PURPOSE)
    check_written(document, proof, inline, processor)
    shown = verify(
        secured.document,
        issuer_key=issuer_key,
        presentation_header=presentation_header,
        nym_domain=nym_domain,
        processor=processor,
    )
    check_period(proof, now=now, skew=skew)
    claims.check_period(secured.credential, {}, now=now, skew=skew)
    until = claims.valid_until(secured.credential, {})
    return VerifiedBbsCredential(secured.credential, shown, until)
