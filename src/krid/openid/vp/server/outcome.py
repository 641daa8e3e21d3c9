"""Fetching what became of a request: for the browser session that began it, and nobody else."""

from dataclasses import dataclass, field
from typing import TypeAlias, final

from krid._core import strict_json
from krid._core.redact import same
from krid.errors import BindingError, Code, KridError, MisuseError, StoreError
from krid.openid.oauth.store import Kind, fingerprint
from krid.openid.vp.response import read_members
from krid.openid.vp.server import checking
from krid.openid.vp.server.records import Answer, Shortfall, decode_outcome, decode_shortfall
from krid.openid.vp.server.setup import VerifierSetup
from krid.verifier import Report, Verified


@final
@dataclass(frozen=True, slots=True)
class Waiting:
    """No wallet has answered yet, or the browser has not come back from it."""


@final
@dataclass(frozen=True, slots=True)
class Declined:
    """A wallet answered with an error, such as `access_denied`.

    Across devices anybody who saw the link may have sent it: there it is not final while the
    request may be answered, and a `Completed` may follow.
    """

    error: str
    is_final: bool = True


@final
@dataclass(frozen=True, slots=True)
class Refused:
    """What a wallet sent was refused; `code` is krid's reason, `report` tells check by check.

    As with `Declined`, across devices it is not final while the request may be answered.
    """

    code: Code
    report: Report = field(compare=False, repr=False)
    is_final: bool = True


@final
@dataclass(frozen=True, slots=True)
class Completed:
    """All that was asked for is proved."""

    verified: Verified


Result: TypeAlias = Waiting | Declined | Refused | Completed


def outcome(setup: VerifierSetup, secret: str, *, response_code: str | None) -> Result:
    """Return what became of a request; an answer is handed out once.

    What is not final may be asked for again, until a verified answer or the end of the request.

    Where wallet and browser are on one device, the answer is for the browser that comes back with
    the response code, into the session that began: so nobody gets an answer whose request he
    passed on to somebody else (section 14.2).

    Raises:
        BindingError: `session.unknown`, also for an answer that was fetched before;
            `response.code` for another response code.
        StoreError: what the store raises.
    """
    key, now = setup.browser(secret), setup.now
    record = setup.store.get(Kind.OUTCOME, key, now=now)
    if record is None:
        return _so_far(setup, key)
    found = decode_outcome(record, setup)
    if isinstance(found, Answer) and found.code is not None:
        if response_code is None:
            return Waiting()
        if not same(fingerprint(response_code).encode("ascii"), found.code.encode("ascii")):
            raise BindingError(Code.RESPONSE_CODE)
    if setup.store.take(Kind.OUTCOME, key, now=now) is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    setup.store.take(Kind.WAITING, key, now=now)
    return _result(setup, found)


def _so_far(setup: VerifierSetup, key: str) -> Result:
    """Say what came across devices without ending the request; at last it is what came of it.

    That is when the request has ended, not when it is gone: it is while an answer that was
    verified is being written down.
    """
    record = setup.store.get(Kind.WAITING, key, now=setup.now)
    if record is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    members = strict_json.loads_object(record)
    if not members:
        return Waiting()
    found = decode_shortfall(members)
    return _short(found, is_final=found.until is None or setup.now >= found.until)


def _short(found: Shortfall, *, is_final: bool) -> Result:
    if found.refusal is None:
        return Declined(found.error or "", is_final)
    return Refused(found.refusal.code, Report.of(found.refusal, at=found.at), is_final)


def _result(setup: VerifierSetup, found: Answer | Shortfall) -> Result:
    """Verify an answer again: nothing is believed because it was stored."""
    if isinstance(found, Shortfall):
        return _short(found, is_final=True)
    response = read_members(found.members)
    try:
        return Completed(checking.verify(setup, found.request, response, arrived=found.arrived))
    except (MisuseError, StoreError):
        raise
    except KridError as refusal:
        return Refused(refusal.code, Report.of(refusal, at=setup.now))
