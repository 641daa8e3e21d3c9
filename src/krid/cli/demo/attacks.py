"""What must be refused, tried for real: each attempt is made, and the refusal's code is shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import base64url, strict_json
from krid._core.clock import Clock, FixedClock
from krid.cli.demo.cast import Authority, card_trust, make_verifier
from krid.cli.demo.screen import Refusal
from krid.cli.demo.story import HERO, Exchange, Stage
from krid.errors import KridError
from krid.exchange import MemorySessions, PresentationRequest, PresentationResponse, Session
from krid.formats import named, standard_formats
from krid.keys import Alg, LocalKey, Signer
from krid.status import Fetching, StatusLists

_MINOR: Final = "sample-seong-chunhyang"
_FORGED_NAME: Final = "임꺽정"
_LATER: Final = {
    "dc+sd-jwt": timedelta(days=3 * 365 + 3),
    "mso_mdoc": timedelta(days=31),
}


@final
@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that must fail: what it is, what it shows if it is a presentation, how to try."""

    words: str
    format: str
    run: Callable[[], object] = field(repr=False)
    shown: "Shown | None" = None


@final
@dataclass(frozen=True, slots=True)
class Shown:
    """A presentation that an attempt shows, for which request, when, and before which list."""

    presentation: bytes = field(repr=False)
    request: PresentationRequest
    now: datetime
    status_list: str = field(repr=False)


class AcceptedForgeryError(Exception):
    """An attempt that must be refused was accepted: the demo fails loudly."""


def refuse_all(stage: Stage) -> list[tuple[Attempt, Refusal]]:
    """Try everything, and return each attempt with its refusal.

    Raises:
        AcceptedForgeryError: something was accepted.
    """
    return [(attempt, _refuse(attempt)) for attempt in _attempts(stage)]


def _refuse(attempt: Attempt) -> Refusal:
    try:
        attempt.run()
    except KridError as error:
        return Refusal(attempt.words, attempt.format, str(error.code), str(error))
    raise AcceptedForgeryError(attempt.words)


def _attempts(stage: Stage) -> Iterator[Attempt]:
    yield from (_changed_claim(stage, each) for each in stage.exchanges)
    yield from (_replayed(each) for each in stage.exchanges)
    yield from (_in_new_session(stage, each) for each in stage.exchanges)
    yield from (_other_phone(stage, each) for each in stage.exchanges)
    yield from (_expired(stage, each) for each in stage.exchanges)
    yield from (_unknown_issuer(stage, each) for each in stage.exchanges)
    yield _too_young(stage)
    yield from (_suspended(stage, each) for each in stage.exchanges)


def _changed_claim(stage: Stage, exchange: Exchange) -> Attempt:
    raw = _presentation(exchange)
    forged = _with_other_name(raw) if _format(exchange) == "dc+sd-jwt" else _with_other_age(raw)
    return _show(stage, exchange, "A changed claim", forged, exchange.request)


def _replayed(exchange: Exchange) -> Attempt:
    """Send the very same answer to the same verifier again."""
    verifier = exchange.party.verifier
    return Attempt(
        "A presentation sent twice", _format(exchange), lambda: verifier.verify(exchange.response)
    )


def _in_new_session(stage: Stage, exchange: Exchange) -> Attempt:
    asked = exchange.request.query.credentials[0]
    request = exchange.party.verifier.request(asked, purpose="Another visit")
    words = "A presentation replayed in another session"
    return _show(stage, exchange, words, _presentation(exchange), request)


def _other_phone(stage: Stage, exchange: Exchange) -> Attempt:
    forged = _present(stage, exchange, signer=LocalKey.generate(Alg.ES256), clock=stage.clock)
    return _show(stage, exchange, "Another phone's key", forged, exchange.request)


def _expired(stage: Stage, exchange: Exchange) -> Attempt:
    later = FixedClock(stage.clock.now() + _LATER[_format(exchange)])
    raw = _present(stage, exchange, signer=_holder(stage, exchange), clock=later)
    request = replace(exchange.request, expires=later.now() + timedelta(minutes=5))
    return _show(stage, exchange, "An expired card", raw, request, clock=later)


def _unknown_issuer(stage: Stage, exchange: Exchange) -> Attempt:
    """Let an authority that nobody trusts issue the same card to a thief's phone."""
    rogue = Authority.make("Unknown Authority", clock=stage.clock, entropy=stage.entropy)
    thief = LocalKey.generate(Alg.ES256)
    status = rogue.status_list.allocate()
    issue = rogue.issue_sdjwt if _format(exchange) == "dc+sd-jwt" else rogue.issue_mdoc
    forged = issue(rogue.register.resident(HERO), thief.public_key, status).raw
    raw = _present(stage, exchange, signer=thief, clock=stage.clock, credential=forged)
    return _show(stage, exchange, "An issuer nobody trusts", raw, exchange.request)


def _too_young(stage: Stage) -> Attempt:
    return Attempt("A 16-year-old applies", "register", lambda: stage.authority.check(_MINOR))


def _suspended(stage: Stage, exchange: Exchange) -> Attempt:
    """Report the phone as lost; the next list suspends both cards."""
    for reference in stage.references:
        stage.authority.status_list.suspend(reference)
    lost = {stage.references[0].uri: stage.authority.publish_status()}
    raw = _presentation(exchange)
    words = "A suspended card (the phone was reported lost)"
    return _show(stage, exchange, words, raw, exchange.request, statuses=lost)


def _show(
    stage: Stage,
    exchange: Exchange,
    words: str,
    raw: bytes,
    request: PresentationRequest,
    *,
    clock: Clock | None = None,
    statuses: dict[str, str] | None = None,
) -> Attempt:
    """Answer a request with a presentation, before a verifier that has it open."""
    known = stage.statuses if statuses is None else statuses
    at = clock or stage.clock

    def run() -> object:
        sessions = MemorySessions()
        trust = card_trust(stage.authority.root)
        verifier = make_verifier(
            exchange.party.host,
            trust=trust,
            status=StatusLists(Fetching(known.__getitem__), issuers=trust),
            clock=at,
            sessions=sessions,
        )
        sessions.open(Session(request), now=stage.clock.now())
        return verifier.verify(PresentationResponse(request.state, {"card": (raw,)}))

    shown = Shown(raw, request, at.now(), known[stage.references[0].uri])
    return Attempt(words, _format(exchange), run, shown)


def _present(
    stage: Stage,
    exchange: Exchange,
    *,
    signer: Signer,
    clock: Clock,
    credential: bytes | None = None,
) -> bytes:
    """Make a presentation past the wallet, as somebody would who has cracked it."""
    found = [card for card in stage.cards if card.credential.format == _format(exchange)]
    paths = [claim.path for claim in exchange.request.query.credentials[0].claims]
    return (
        named(standard_formats(), _format(exchange))
        .prepare_presentation(
            found[0].raw if credential is None else credential,
            disclose=paths,
            challenge=exchange.request.challenge,
            alg=signer.alg,
            now=clock.now(),
        )
        .sign_with(signer)
    )


def _holder(stage: Stage, exchange: Exchange) -> Signer:
    for card in stage.cards:
        if card.credential.format == _format(exchange) and card.credential.holder is not None:
            return stage.wallet.signer(card.credential.holder)
    raise AcceptedForgeryError("the story's own card is missing")


def _format(exchange: Exchange) -> str:
    return exchange.request.query.credentials[0].format


def _presentation(exchange: Exchange) -> bytes:
    return exchange.response.presentations["card"][0]


def _with_other_name(raw: bytes) -> bytes:
    """Put another name into the disclosure that holds the name."""
    parts = raw.decode("ascii").split("~")
    for index, part in enumerate(parts[1:-1], start=1):
        disclosure = strict_json.loads(base64url.decode(part))
        if isinstance(disclosure, list) and "name" in disclosure:
            disclosure[2] = _FORGED_NAME
            parts[index] = base64url.encode(strict_json.dumps(disclosure))
    return "~".join(parts).encode("ascii")


def _with_other_age(raw: bytes) -> bytes:
    """Turn the one element that says true into false."""
    return raw.replace(b"elementValue\xf5", b"elementValue\xf4")
