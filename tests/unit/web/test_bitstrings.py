"""A bitstring from the registry over HTTP to a verifier, now and as it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback import Client

from krid._core.clock import FixedClock
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, StatusReference
from krid.net import Request, Response
from krid.status import (
    JWT_FORM,
    REVOCATION_FORM,
    SUSPENSION_FORM,
    ListForm,
    StatusLists,
    StatusRegistry,
)
from krid.trust import KeyTrust
from krid.web import RegistryLists, publishing_app

pytest.importorskip("sqlalchemy", reason="needs krid[sql]")

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = LocalKey.generate(Alg.ES256)
MOIS = "https://mois.example"
URI = f"{MOIS}/status/{{shard}}"
TRUST = KeyTrust.of(KEY.public_key, issuer=MOIS)
FORMS: tuple[ListForm, ...] = (JWT_FORM, REVOCATION_FORM, SUSPENSION_FORM)
Serve = Callable[[Any], Client]


@dataclass(frozen=True)
class Line:
    """A network on which the issuer is the one host."""

    client: Client

    def send(self, request: Request) -> Response:
        reply = self.client("GET", request.url.removeprefix(MOIS), **request.headers)
        return Response(reply.status, reply.headers, reply.body)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[StatusRegistry]:
    size = {"shard_size": 131_072, "open_shards": 1}
    with StatusRegistry.open(tmp_path / "status.db", URI, **size) as opened:  # type: ignore[arg-type]
        yield opened


def publish(registry: StatusRegistry, now: datetime) -> None:
    for form in FORMS:
        for shard in registry.due(now=now, form=form):
            registry.publish(shard, KEY, now=now, lifetime=DAY, ttl=HOUR, issuer=MOIS, form=form)


def lists_at(registry: StatusRegistry, serve: Serve, now: datetime) -> StatusLists:
    app = publishing_app(
        lists=RegistryLists(registry, URI, forms=FORMS),
        documents={},
        aggregation_path="/status-lists",
        clock=FixedClock(now),
        timer=lambda: 0.0,
        log=lambda _line: None,
    )
    return StatusLists(Line(serve(app)), issuers=TRUST)


def code_of(action: Callable[[], object]) -> Code | None:
    try:
        action()
    except KridError as error:
        return error.code
    return None


def test_a_revoked_card_by_token_and_by_bitstring(registry: StatusRegistry, serve: Serve) -> None:
    card = registry.allocate()
    publish(registry, NOW)
    later = NOW + HOUR
    registry.revoke(card, by="officer-7", reason="forged", now=later)
    publish(registry, later)
    lists = lists_at(registry, serve, later)
    signer = TRUST.find(IssuerHint(format="", type="", alg=Alg.ES256), now=NOW)
    entry, suspension = REVOCATION_FORM.entry(card), SUSPENSION_FORM.entry(card)

    def look(at: StatusReference | object) -> Code | None:
        return code_of(lambda: lists.check(at, issuer=signer, now=later))  # type: ignore[arg-type]

    assert (look(card), look(entry), look(suspension)) == (
        Code.STATUS_REVOKED,
        Code.STATUS_REVOKED,
        None,
    )
    before = lists.check_at(entry, issuer=signer, at=NOW + HOUR / 2, now=later)
    assert entry.uri in before.detail
    after = code_of(lambda: lists.check_at(entry, issuer=signer, at=later, now=later))
    assert after is Code.STATUS_REVOKED
    past = code_of(lambda: lists.check_at(entry, issuer=signer, at=NOW - HOUR, now=later))
    assert past is Code.STATUS_UNAVAILABLE
