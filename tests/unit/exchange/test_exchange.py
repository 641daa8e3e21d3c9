"""Sessions are good for one answer, and values do not show what is secret."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from krid import query
from krid.errors import BindingError, Code
from krid.exchange import (
    IssuedCredential,
    MemorySessions,
    PresentationRequest,
    PresentationResponse,
    Session,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def session(state: str, *, minutes: int = 5) -> Session:
    return Session(
        PresentationRequest(
            client_id="x509_san_dns:bank.example",
            nonce="a-nonce",
            state=state,
            response_uri="https://bank.example/answer",
            query=query.of(query.sdjwt("card", vct="urn:t", claims=[])),
            purpose="Open an account",
            expires=NOW + timedelta(minutes=minutes),
        )
    )


def refused(sessions: MemorySessions, state: str, *, now: datetime = NOW) -> Code:
    with pytest.raises(BindingError) as error:
        sessions.take(state, now=now)
    return error.value.code


def test_a_session_is_taken_once() -> None:
    sessions = MemorySessions()
    sessions.open(session("one"), now=NOW)
    assert sessions.take("one", now=NOW).request.state == "one"
    assert refused(sessions, "one") is Code.SESSION_UNKNOWN


def test_an_unknown_session_is_refused() -> None:
    assert refused(MemorySessions(), "never") is Code.SESSION_UNKNOWN


def test_an_expired_session_is_refused_and_gone() -> None:
    sessions = MemorySessions()
    sessions.open(session("one"), now=NOW)
    assert refused(sessions, "one", now=NOW + timedelta(minutes=5)) is Code.SESSION_UNKNOWN
    assert len(sessions) == 0


def test_expired_sessions_make_room() -> None:
    sessions = MemorySessions()
    sessions.open(session("old"), now=NOW)
    sessions.open(session("new", minutes=20), now=NOW + timedelta(minutes=10))
    assert len(sessions) == 1


def test_the_oldest_session_gives_way() -> None:
    sessions = MemorySessions(capacity=2)
    for state in ("one", "two", "three"):
        sessions.open(session(state), now=NOW)
    assert refused(sessions, "one") is Code.SESSION_UNKNOWN
    assert sessions.take("three", now=NOW).request.state == "three"


def test_two_threads_never_take_the_same_session() -> None:
    sessions = MemorySessions()
    for number in range(200):
        sessions.open(session(str(number)), now=NOW)
    taken: list[str] = []

    def take_all() -> None:
        for number in range(200):
            try:
                taken.append(sessions.take(str(number), now=NOW).request.state)
            except BindingError:
                continue

    threads = [Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(str(number) for number in range(200))


def test_values_do_not_show_nonces_or_presentations() -> None:
    shown = repr(session("secret-state"))
    assert "a-nonce" not in shown
    assert "secret-state" not in shown
    assert "secret" not in repr(PresentationResponse("secret", {"card": (b"secret",)}))
    assert "secret" not in repr(IssuedCredential("dc+sd-jwt", b"secret"))


def test_an_issued_text_is_text() -> None:
    assert IssuedCredential("dc+sd-jwt", b"abc~").text == "abc~"
