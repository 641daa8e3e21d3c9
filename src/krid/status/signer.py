"""Who signed a status list, and whether that somebody speaks for a credential's issuer."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from krid.errors import Code, KridError, StatusError
from krid.model import IssuerHint, IssuerKey, IssuerKeys


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class StatusProvider:
    """Somebody else who may sign the status lists of an issuer's credentials.

    Both are authorities as sources of trust vouch for them (`IssuerKey.authorities`): an https
    name, a DID, or the thumbprint URI of a pinned key (RFC 9278).
    """

    issuer: str
    signer: str


def find_signer(
    hint: IssuerHint, issuers: IssuerKeys, *, now: datetime, named_by: str | None
) -> IssuerKey:
    """Find the trusted key of a list's signer.

    The newest draft has no `iss`, so that a list may name nobody. Then it can only be meant as
    that of the issuer whose credential names it, and is taken so if that issuer has the key.

    Raises:
        StatusError: `status.issuer` with the code of what the source of trust says.
    """
    try:
        return issuers.find(hint, now=now)
    except KridError as refusal:
        nameless = hint.issuer is None and not hint.certificates
        if named_by is None or not nameless or refusal.code is not Code.TRUST_UNKNOWN_ISSUER:
            raise StatusError(Code.STATUS_ISSUER, str(refusal.code)) from refusal
    return find_signer(replace(hint, issuer=named_by), issuers, now=now, named_by=None)


def check_speaks_for(
    signer: IssuerKey, issuer: IssuerKey, providers: Collection[StatusProvider]
) -> None:
    """Refuse a list of somebody who does not speak for the issuer of the credential.

    Its signer does when it has the same key or an authority in common with the issuer, or was
    named as its provider (Token Status List, section 11.3).

    Raises:
        StatusError: `status.other_issuer`.
    """
    if not signer.authorities.isdisjoint(issuer.authorities) or signer.key == issuer.key:
        return
    for provider in providers:
        if provider.issuer in issuer.authorities and provider.signer in signer.authorities:
            return
    raise StatusError(Code.STATUS_OTHER_ISSUER)
