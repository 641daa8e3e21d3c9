"""Any bytes as a VICAL, and any payload that its provider signed, so that every rule is met."""

from datetime import UTC, datetime, timedelta

from krid import cose
from krid.cose import Placement, Tagging
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.trust import FIRST_LIST, KeyTrust
from krid.trust.vical import SignedVical, Vical, prepare_vical, verify_vical

_KEY = LocalKey.generate(Alg.EDDSA)
_TRUST = KeyTrust.of(_KEY.public_key)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_AGE = timedelta(days=100)


def target(data: bytes) -> None:
    prepared = cose.prepare({}, {}, data, alg=Alg.EDDSA, placement=Placement.ATTACHED)
    for raw in (data, prepared.sign_with(_KEY).encode(Tagging.UNTAGGED)):
        try:
            signed = SignedVical.parse(raw)
            verified = verify_vical(
                signed, providers=_TRUST, now=_NOW, max_age=_AGE, seen=FIRST_LIST
            )
        except KridError:
            continue
        if not verified.vical.issued_at <= _NOW <= verified.valid_until:
            raise AssertionError("a list counts outside its time")
        _check_written_again(verified.vical)


def _check_written_again(vical: Vical) -> None:
    try:
        again = prepare_vical(vical, alg=Alg.EDDSA, certificates=[b"x"])
    except KridError:
        return
    if SignedVical.parse(again.sign_with(_KEY)).vical != vical:
        raise AssertionError("what was read is not what was written")
