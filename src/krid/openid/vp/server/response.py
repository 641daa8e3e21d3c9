"""The endpoint of answers: `response_uri` (sections 8.2 and 8.3)."""

from datetime import timedelta
from typing import Final, TypeAlias

from krid._core import limits
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    MisuseError,
    StoreError,
)
from krid.exchange import PresentationResponse
from krid.jose import Jwe
from krid.openid.oauth.http import Call, Reply, with_query
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing
from krid.openid.oauth.store import Kind, fingerprint, new_secret, take_turn
from krid.openid.vp.response import (
    Refusal,
    SealedResponse,
    read_form,
    response_members,
)
from krid.openid.vp.server import checking
from krid.openid.vp.server.records import (
    Answer,
    Journey,
    Outcome,
    Pending,
    Shortfall,
    encode_outcome,
    encode_shortfall,
)
from krid.openid.vp.server.setup import RESPONSE, VerifierSetup

CODE: Final = "response_code"

_Read: TypeAlias = PresentationResponse | Refusal | Jwe

_SPELL: Final = timedelta(seconds=10)
"""How long answers to one request are counted together: a wallet may come again after it."""


def response(setup: VerifierSetup, call: Call) -> Reply:
    """Take an answer: find its request, burn it, verify what came, and keep it for the browser.

    What can't be opened, or names no open request, changes nothing. On one device the request is
    gone from then on, whatever comes out. Across devices anybody who saw the link can send an
    error or something that does not verify: there only an answer that verifies ends the request,
    and of too many at a time none is looked at.

    Raises:
        RefusalError: `invalid_request`, or `temporarily_unavailable` for too many at a time.
        StoreError: what the store raises.
    """
    with refusing(OauthError.INVALID_REQUEST):
        incoming = _read(call)
        place = _place(incoming)
        pending, found = _opened(setup, incoming, place)
        if pending.journey is Journey.CROSS_DEVICE:
            _count(setup, f"{type(found).__name__} {place}")
            return _across(setup, pending, found, place)
        _take(setup, place)
        return _settle(setup, pending, found)


def _read(call: Call) -> _Read:
    """Read the form, and parse a sealed answer: its header says which request it belongs to."""
    incoming = read_form(call.form(max_bytes=limits.MAX_VP_RESPONSE_BYTES))
    return Jwe.parse(incoming.text) if isinstance(incoming, SealedResponse) else incoming


def _place(incoming: _Read) -> str:
    """Say under which key the request is kept: the digest of its state, and so is the key's name.

    Raises:
        MalformedError: `response.state`.
    """
    if isinstance(incoming, Jwe):
        return checking.key_id_of(incoming)
    if not incoming.state:
        raise MalformedError(Code.RESPONSE_STATE)
    return fingerprint(incoming.state)


def _opened(
    setup: VerifierSetup, incoming: _Read, place: str
) -> tuple[Pending, PresentationResponse | Refusal]:
    """Find the request and open the answer, which must have its state inside."""
    record = setup.store.get(Kind.PRESENTATION, place, now=setup.now)
    if record is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    pending = Pending.decode(record, setup)
    is_ours = pending.request.response_uri == setup.address(RESPONSE)
    if not pending.request.delivery.mode.is_posted or not is_ours:
        raise BindingError(Code.SESSION_UNKNOWN)
    found = checking.opened(setup, incoming, pending)
    if isinstance(found, SealedResponse) or fingerprint(found.state) != place:
        raise BindingError(Code.RESPONSE_STATE)
    return pending, found


def _count(setup: VerifierSetup, what: str) -> None:
    """Let few answers, and few refusals, of a request be looked at within a spell.

    Whoever saw the code could have answers verified for as long as the request is open. It stays
    open: who floods it can delay the person's answer by a spell, and again, but never end it.
    """
    most, now = limits.MAX_VP_ANSWERS, setup.now
    if not take_turn(setup.store, Kind.ATTEMPT, what, most=most, spell=_SPELL, now=now):
        raise RefusalError(Code.RESPONSE_RATE, error=OauthError.TEMPORARILY_UNAVAILABLE)


def _take(setup: VerifierSetup, place: str) -> None:
    """Burn the request: of two answers at the same moment one gets it."""
    if setup.store.take(Kind.PRESENTATION, place, now=setup.now) is None:
        raise BindingError(Code.SESSION_UNKNOWN)


def _settle(setup: VerifierSetup, pending: Pending, found: PresentationResponse | Refusal) -> Reply:
    if isinstance(found, Refusal):
        return _kept(setup, pending, Shortfall(found.error, None, setup.now))
    return _verified(setup, pending, found)


def _across(
    setup: VerifierSetup, pending: Pending, found: PresentationResponse | Refusal, place: str
) -> Reply:
    """Note what proves nothing, and go on waiting; of what verifies the first ends the request."""
    until = pending.request.expires
    if isinstance(found, Refusal):
        _note(setup, pending, Shortfall(found.error, None, setup.now, until), place)
        return Reply.of_json({})
    now = setup.now
    answered = PresentationResponse(pending.request.state, found.presentations)
    try:
        checking.verify(setup, pending.request, answered, arrived=now)
    except (MisuseError, StoreError):
        raise
    except KridError as refusal:
        _note(setup, pending, Shortfall(None, refusal, now, until), place)
        raise
    _take(setup, place)
    members = response_members(answered, pending.request)
    return _kept(setup, pending, Answer(pending.request, pending.written, members, now, None))


def _note(setup: VerifierSetup, pending: Pending, found: Shortfall, place: str) -> None:
    """Write it where an answer that verifies at this moment is not written over, nor after one."""
    if setup.store.get(Kind.PRESENTATION, place, now=setup.now) is None:
        return
    ends = pending.request.expires + setup.lifetimes.outcome
    record = encode_shortfall(found)
    setup.store.put(Kind.WAITING, pending.browser, record, expires=ends, now=setup.now)


def _verified(setup: VerifierSetup, pending: Pending, response: PresentationResponse) -> Reply:
    """Verify, and keep the answer, or nothing of it but why it was refused."""
    now = setup.now
    answered = PresentationResponse(pending.request.state, response.presentations)
    try:
        checking.verify(setup, pending.request, answered, arrived=now)
    except (MisuseError, StoreError):
        raise
    except KridError as refusal:
        _keep(setup, pending, Shortfall(None, refusal, now))
        raise
    members = response_members(answered, pending.request)
    code = new_secret(setup.entropy)
    answer = Answer(pending.request, pending.written, members, now, fingerprint(code))
    return _kept(setup, pending, answer, code=code)


def _kept(
    setup: VerifierSetup, pending: Pending, outcome: Outcome, *, code: str | None = None
) -> Reply:
    _keep(setup, pending, outcome)
    if setup.page is None or pending.journey is Journey.CROSS_DEVICE:
        return Reply.of_json({})
    # A browser that comes back without an answer gets a code too: pages need not tell apart.
    back = with_query(setup.page, {CODE: code or new_secret(setup.entropy)})
    return Reply.of_json({"redirect_uri": back})


def _keep(setup: VerifierSetup, pending: Pending, outcome: Outcome) -> None:
    ends = setup.now + setup.lifetimes.outcome
    record = encode_outcome(outcome)
    setup.store.put(Kind.OUTCOME, pending.browser, record, expires=ends, now=setup.now)
