"""Believing a VICAL: signature, time, and that it does not go back behind an older one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

from krid._core.times import aware
from krid.errors import Code, KridError, TrustError
from krid.model import IssuerHint, IssuerKey, IssuerKeys
from krid.trust.certificates import VICAL_FORMAT
from krid.trust.lists import Seen, check_no_rollback, check_time, end_of
from krid.trust.vical.model import Vical
from krid.trust.vical.parse import SignedVical


@final
@dataclass(frozen=True, slots=True)
class VerifiedVical:
    """A VICAL that was verified, and until when it counts. Made by `verify_vical` alone."""

    vical: Vical
    signer: IssuerKey
    valid_until: datetime


def verify_vical(
    signed: SignedVical, *, providers: IssuerKeys, now: datetime, max_age: timedelta, seen: Seen
) -> VerifiedVical:
    """Verify a VICAL (annex C): who signed it, that it is current, and newer than the last one.

    `providers` are asked for the format `vical`: `CertificateTrust` in a provider's root then
    insists on a certificate made for signing such lists, `KeyTrust` pins a provider's key. The
    list counts until its next update or the end of its signer's certificate, and no longer than
    `max_age` after its date. `seen` is the
    mark of the last list from the same provider, or `FIRST_LIST`.

    Raises:
        TrustError: `list.signer`, with the reason as its detail; `list.rollback`.
        SignatureError: `list.signature`.
        ValidityError: `list.not_yet_valid`, `list.expired`.
        UnsupportedError: `alg.key`.
        MisuseError: `misuse.option` for an age that is not positive, `misuse.naive_time`.
    """
    signer = _find_signer(signed, providers, aware(now))
    signed.sign1.verify(signer.public_key, refusal=Code.LIST_SIGNATURE)
    vical = signed.vical
    valid_until = end_of(vical.issued_at, vical.next_update, signer.not_after, max_age=max_age)
    check_time(issued_at=vical.issued_at, valid_until=valid_until, now=now)
    check_no_rollback(vical.mark, seen)
    return VerifiedVical(vical, signer, valid_until)


def _find_signer(signed: SignedVical, providers: IssuerKeys, now: datetime) -> IssuerKey:
    key_id = signed.sign1.headers.key_id
    hint = IssuerHint(
        format=VICAL_FORMAT,
        type=VICAL_FORMAT,
        alg=signed.sign1.alg,
        key_id=None if key_id is None else key_id.decode("latin-1"),
        certificates=signed.certificates,
    )
    try:
        return providers.find(hint, now=now)
    except KridError as cause:
        raise TrustError(Code.LIST_SIGNER, str(cause.code)) from cause
