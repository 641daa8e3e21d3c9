import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any, TypedDict

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from status_tokens import statuses

from krid._core import strict_json
from krid.errors import Code, MisuseError, StatusError, StoreError
from krid.jose import Jws
from krid.keys import Alg, LocalKey
from krid.model import StatusReference
from krid.status import (
    CWT_FORM,
    JWT_FORM,
    Change,
    Entry,
    Event,
    Published,
    Publisher,
    StatusBits,
    StatusListToken,
    StatusRegistry,
    StatusType,
    TokenForm,
    prepare,
    verify,
)
from krid.status.registry import allot
from krid.trust import KeyTrust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = LocalKey.generate(Alg.ES256)
Open = Callable[[], StatusRegistry]


class Note(TypedDict):
    by: str
    reason: str


NOTE: Note = {"by": "officer-7", "reason": "phone_lost"}


def test_gives_out_each_index_once(registry: StatusRegistry) -> None:
    cards = [registry.allocate() for _ in range(30)]
    cards += [*registry.allocate_many(100), *registry.allocate_many(1)]
    assert len(set(cards)) == 131
    assert all(0 <= card.index < 64 for card in cards)
    for shard in registry.shards():
        registry.audit(shard)


def test_opens_shards_and_closes_them_at_three_quarters(registry: StatusRegistry) -> None:
    assert registry.shards() == ()
    registry.allocate()
    assert len(registry.shards()) == 2
    cards = registry.allocate_many(300)
    used = Counter(card.uri for card in cards)
    assert max(used.values()) <= 48
    assert len(registry.shards()) >= 7
    assert set(used) <= {registry.uri_of(shard) for shard in registry.shards()}


def test_any_free_index_is_as_likely_as_another(database: str, uri: str) -> None:
    """Chi-squared over 8 indexes and 400 fresh shards; beyond 40 by chance once in a million."""
    with StatusRegistry.open(database, uri, shard_size=8, open_shards=1) as registry:
        drawn = Counter(card.index for card in registry.allocate_many(2400))
    assert set(drawn) == set(range(8))
    # Three quarters of each shard are given out, so the variance is below that of free draws.
    assert sum((drawn[index] - 300) ** 2 / 300 for index in range(8)) < 40


def test_the_order_of_indexes_tells_nothing(database: str, uri: str) -> None:
    with StatusRegistry.open(database, uri, shard_size=1024, open_shards=1) as registry:
        order = [card.index for card in registry.allocate_many(700)]
    rising = sum(one < other for one, other in pairwise(order))
    assert 270 < rising < 430
    assert order != sorted(order)


def test_an_order_is_given_the_same_again(opened: Open) -> None:
    registry = opened()
    cards = registry.allocate_many(70, order="job-1")
    assert registry.allocate_many(70, order="job-1") == cards
    assert opened().allocate_many(70, order="job-1") == cards
    others = registry.allocate_many(70, order="job-2")
    assert not set(others) & set(cards)
    registry.forget_order("job-1")
    assert not set(registry.allocate_many(70, order="job-1")) & {*cards, *others}


def test_suspends_restores_and_revokes(opened: Open) -> None:
    registry = opened()
    card, other = registry.allocate_many(2)
    assert registry.entry(card) == Entry(card, StatusType.VALID, 0)
    registry.suspend(card, **NOTE, now=NOW)
    suspended = opened().entry(card)
    assert (suspended.status, suspended.version) == (StatusType.SUSPENDED, 1)
    registry.restore(card, by="officer-8", reason="phone_found", now=NOW + HOUR)
    assert registry.entry(card).status == StatusType.VALID
    registry.restore(card, **NOTE, now=NOW + HOUR)
    registry.revoke(card, **NOTE, now=NOW + 2 * HOUR)
    registry.revoke(card, **NOTE, now=NOW + 3 * HOUR)
    assert registry.entry(card).status == StatusType.INVALID
    assert registry.entry(other).status == StatusType.VALID
    registry.set(other, 3, **NOTE, now=NOW)
    assert registry.entry(other).status == 3


def test_keeps_a_history(registry: StatusRegistry) -> None:
    card = registry.allocate()
    assert registry.history(card) == ()
    registry.suspend(card, **NOTE, now=NOW)
    registry.revoke(card, by="officer-8", reason="holder_died", now=NOW + HOUR)
    first, second = registry.history(card)
    assert first == Event(card.index, 1, 0, 2, NOW, "officer-7", "phone_lost")
    assert second == Event(card.index, 2, 2, 1, NOW + HOUR, "officer-8", "holder_died")
    assert repr(first) == "Event(version=1, 0 -> 2, 2026-06-01 00:00:00+00:00)"


def test_a_clock_that_runs_behind_stops_no_revocation(registry: StatusRegistry) -> None:
    card = registry.allocate()
    registry.suspend(card, **NOTE, now=NOW)
    registry.revoke(card, **NOTE, now=NOW - DAY)
    assert [event.at for event in registry.history(card)] == [NOW, NOW]


def test_changes_many_at_once_or_none(registry: StatusRegistry) -> None:
    cards = registry.allocate_many(90)
    registry.set_many([], **NOTE, now=NOW)
    registry.set_many([Change(card, 2) for card in cards], **NOTE, now=NOW)
    assert {registry.entry(card).status for card in cards} == {2}
    registry.revoke(cards[40], **NOTE, now=NOW)
    with pytest.raises(MisuseError) as error:
        registry.set_many([Change(card, 0) for card in cards], **NOTE, now=NOW)
    assert error.value.code is Code.MISUSE_REVOKED
    assert {registry.entry(card).status for card in cards} == {1, 2}
    twice = [Change(cards[0], 0), Change(cards[0], 3)]
    registry.set_many(twice, **NOTE, now=NOW)
    assert [event.after for event in registry.history(cards[0])] == [2, 0, 3]


def test_a_change_may_ask_that_nobody_else_made_one(registry: StatusRegistry) -> None:
    card = registry.allocate()
    registry.suspend(card, **NOTE, now=NOW, seen=0)
    seen = registry.entry(card).version
    registry.restore(card, **NOTE, now=NOW, seen=seen)
    registry.suspend(card, **NOTE, now=NOW, seen=seen + 1)
    with pytest.raises(StatusError) as error:
        registry.restore(card, **NOTE, now=NOW, seen=seen)
    assert error.value.code is Code.STATUS_CONFLICT


def test_a_list_as_of_a_moment(registry: StatusRegistry) -> None:
    card = registry.allocate()
    shard = registry.shard_of(card)
    registry.suspend(card, **NOTE, now=NOW)
    registry.revoke(card, **NOTE, now=NOW + HOUR)
    wanted = {-1: 0, 0: 2, 3599: 2, 3600: 1, 9999: 1}
    for seconds, status in wanted.items():
        then = registry.statuses_at(shard, NOW + timedelta(seconds=seconds))
        assert then.size == 64
        assert then.value_at(card.index) == status


def test_publishes_what_verifiers_read(registry: StatusRegistry) -> None:
    good, bad = registry.allocate_many(2)
    registry.revoke(bad, **NOTE, now=NOW)
    publisher = Publisher(
        registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR, issuer="https://mois.example"
    )
    done = publisher.run(now=NOW)
    assert {one.uri for one in done} >= {good.uri, bad.uri}
    trust = KeyTrust.of(KEY.public_key)
    for card, status in ((good, StatusType.VALID), (bad, StatusType.INVALID)):
        [token] = [StatusListToken.parse(one.token.decode()) for one in done if one.uri == card.uri]
        found = verify(token, uri=card.uri, issuers=trust, now=NOW, skew=timedelta(0))
        assert found.statuses.value_at(card.index) == status


def test_keeps_what_it_published(opened: Open) -> None:
    registry = opened()
    shard = registry.shard_of(registry.allocate())
    moment = NOW.astimezone(timezone(9 * HOUR)) + timedelta(milliseconds=1)
    done = registry.publish(shard, KEY, now=moment, lifetime=DAY, ttl=HOUR, key_id="status")
    assert done.issued_at == NOW
    assert done.expires_at == NOW + DAY
    assert done.etag.strip('"').isascii()
    for one in (registry, opened()):
        again = one.published(shard)
        assert again == done
        assert again.etag == done.etag
    header = Jws.parse(done.token.decode()).header
    assert header["kid"] == "status"
    assert "eyJ" not in repr(done)


def test_a_token_may_live_as_long_as_the_calendar(registry: StatusRegistry) -> None:
    shard = registry.shard_of(registry.allocate())
    done = registry.publish(shard, KEY, now=NOW, lifetime=timedelta.max)
    assert registry.published(shard) == done
    assert done.expires_at.year == 9999
    assert done.ttl is None


def test_a_signer_elsewhere_may_sign(registry: StatusRegistry) -> None:
    shard = registry.shard_of(registry.allocate())
    prepared = registry.prepare(shard, alg=KEY.alg, now=NOW, lifetime=DAY)
    assert registry.due(now=NOW) == registry.shards()
    done = prepared.complete(KEY.sign(prepared.to_be_signed))
    assert registry.published(shard) == done


def test_tokens_have_forms_of_their_own(registry: StatusRegistry) -> None:
    def prepare_bytes(*args: object, **kwargs: object) -> object:
        return prepare(*args, **kwargs).then(str.encode)  # type: ignore[arg-type]

    other = TokenForm("other", "application/other", prepare_bytes)  # type: ignore[arg-type]
    shard = registry.shard_of(registry.allocate())
    registry.publish(shard, KEY, now=NOW, lifetime=DAY)
    assert shard in registry.due(now=NOW, form=other)
    done = registry.publish(shard, KEY, now=NOW, lifetime=DAY, form=other)
    assert registry.published(shard, form=other) == done
    assert registry.published(shard) != done
    assert shard not in registry.due(now=NOW, form=other)


def test_a_shard_is_due_when_it_is_new_changed_or_old(registry: StatusRegistry) -> None:
    card = registry.allocate()
    shard = registry.shard_of(card)
    publisher = Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR, rest=HOUR / 4)
    assert registry.due(now=NOW) == registry.shards()
    assert len(publisher.run(now=NOW)) == 2
    assert publisher.run(now=NOW + HOUR / 3) == ()
    registry.suspend(card, **NOTE, now=NOW)
    assert registry.due(now=NOW) == (shard,)
    assert registry.due(now=NOW + HOUR / 5, rest=HOUR / 4) == ()
    [done] = publisher.run(now=NOW + HOUR / 3)
    assert (done.uri, done.version) == (card.uri, 1)
    assert statuses(done).value_at(card.index) == 2
    later = NOW + HOUR / 2
    assert set(registry.due(now=later)) == set(registry.shards()) - {shard}
    assert registry.due(now=NOW + HOUR) == registry.shards()
    registry.publish(shard, KEY, now=NOW + HOUR, lifetime=DAY)
    assert shard not in registry.due(now=NOW + 12 * HOUR)
    assert shard in registry.due(now=NOW + 13 * HOUR)


def test_giving_out_an_index_makes_no_list_due(registry: StatusRegistry) -> None:
    registry.allocate()
    publisher = Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=None)
    publisher.run(now=NOW)
    registry.allocate_many(10)
    assert registry.due(now=NOW + HOUR) == ()


def test_two_publishers_at_once_are_no_fault(
    registry: StatusRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = registry.allocate()
    publisher = Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR)
    publish = StatusRegistry.publish

    def slow(self: StatusRegistry, shard: str, signer: LocalKey, **terms: object) -> Published:
        prepared = self.prepare(shard, alg=KEY.alg, now=NOW, lifetime=DAY)
        if registry.uri_of(shard) == card.uri:
            registry.suspend(card, **NOTE, now=NOW)
            publish(self, shard, signer, now=NOW, lifetime=DAY)
        return prepared.sign_with(signer)

    monkeypatch.setattr(StatusRegistry, "publish", slow)
    assert len(publisher.run(now=NOW)) == 1
    assert registry.published(registry.shard_of(card)).version == 1


def test_a_publisher_hides_no_other_refusal(
    registry: StatusRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_terms: object) -> Published:
        raise StatusError(Code.STATUS_UNAVAILABLE)

    registry.allocate()
    monkeypatch.setattr(StatusRegistry, "publish", refuse)
    with pytest.raises(StatusError) as error:
        Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR).run(now=NOW)
    assert error.value.code is Code.STATUS_UNAVAILABLE


def test_machines_may_differ_by_a_little(registry: StatusRegistry) -> None:
    shard = registry.shard_of(registry.allocate())
    registry.publish(shard, KEY, now=NOW, lifetime=DAY)
    done = registry.publish(shard, KEY, now=NOW - timedelta(minutes=5), lifetime=DAY)
    assert done.issued_at == NOW


def test_serves_the_past_as_far_as_it_is_kept(registry: StatusRegistry) -> None:
    card = registry.allocate()
    shard = registry.shard_of(card)
    tokens = []
    for hours in (0, 1, 2, 40):
        registry.set(card, 2 if hours % 2 else 0, **NOTE, now=NOW + hours * HOUR)
        tokens.append(registry.publish(shard, KEY, now=NOW + hours * HOUR, lifetime=DAY))
    for moment, number in {0.0: 0, 0.9: 0, 1.0: 1, 1.5: 1, 2.0: 2, 25.9: 2, 40.0: 3}.items():
        assert registry.published(shard, at=NOW + moment * HOUR) == tokens[number]
    for hours in (-1, 26, 30, 64):
        with pytest.raises(StatusError) as error:
            registry.published(shard, at=NOW + hours * HOUR)
        assert error.value.code is Code.STATUS_UNAVAILABLE
    assert registry.prune(before=NOW + 25.5 * HOUR) == 2
    with pytest.raises(StatusError):
        registry.published(shard, at=NOW + HOUR)
    assert registry.prune(before=NOW + 900 * DAY) == 1
    assert registry.published(shard) == tokens[3]


def test_names_all_shards_for_aggregation(registry: StatusRegistry) -> None:
    assert strict_json.loads(registry.aggregation(now=NOW)) == {"status_lists": []}
    registry.allocate_many(90)
    assert strict_json.loads(registry.aggregation(now=NOW)) == {"status_lists": []}
    Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR).run(now=NOW)
    published = registry.shards()
    registry.allocate_many(90)
    assert len(registry.shards()) > len(published)
    found = strict_json.loads(registry.aggregation(now=NOW))
    assert found == {"status_lists": [*map(registry.uri_of, published)]}


def test_a_shard_whose_cards_have_all_expired_rests(database: str, uri: str) -> None:
    with StatusRegistry.open(database, uri, shard_size=64, open_shards=1) as registry:
        for count, hours in ((24, 5), (12, 9), (12, -1)):
            registry.allocate_many(count, until=NOW + hours * HOUR)
        [full] = registry.shards()
        registry.publish(full, KEY, now=NOW, lifetime=DAY)
        registry.allocate(until=NOW + HOUR)
        [other] = set(registry.shards()) - {full}
        before, after = NOW + 9 * HOUR - timedelta(seconds=1), NOW + 9 * HOUR
        assert set(registry.due(now=before)) == {other}
        assert set(registry.due(now=before + 4 * HOUR)) == {other}
        assert full.encode() in registry.aggregation(now=before)
        assert strict_json.loads(registry.aggregation(now=after)) == {"status_lists": []}
        registry.allocate_many(47)
        assert full not in registry.due(now=NOW + 90 * DAY)
        assert other in registry.due(now=NOW + 90 * DAY)


def test_cards_without_an_end_keep_their_shard(registry: StatusRegistry) -> None:
    registry.allocate_many(96)
    assert len(registry.due(now=NOW + 9000 * DAY)) == 2


def test_what_is_published_never_goes_back(opened: Open) -> None:
    registry = opened()
    card = registry.allocate()
    shard, done, seen = registry.shard_of(card), threading.Event(), list[Published]()
    publisher = Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR)
    publisher.run(now=NOW)

    def publish() -> None:
        one = opened()
        while not done.is_set():
            Publisher(registry=one, signer=KEY, lifetime=DAY, ttl=HOUR).run(now=NOW)

    def watch() -> None:
        while not done.is_set():
            seen.append(registry.published(shard))

    threads = [threading.Thread(target=work) for work in (publish, publish, watch)]
    for thread in threads:
        thread.start()
    for number in range(40):
        registry.set(card, (0, 2)[number % 2], **NOTE, now=NOW)
    done.set()
    for thread in threads:
        thread.join()
    publisher.run(now=NOW)
    versions = [one.version for one in (*seen, registry.published(shard))]
    assert versions == sorted(versions)
    assert versions[-1] == 39
    assert {statuses(one).value_at(card.index) for one in seen if one.version % 2} <= {2}


def test_threads_may_share_a_registry(registry: StatusRegistry) -> None:
    drawn: list[StatusReference] = []

    def work() -> None:
        for _ in range(10):
            cards = registry.allocate_many(5)
            registry.set_many([Change(card, 2) for card in cards], **NOTE, now=NOW)
            drawn.extend(cards)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == len(drawn) == 200
    for shard in registry.shards():
        registry.audit(shard)


def test_registries_of_one_database_know_nothing_of_each_other(
    database: str, uri: str, registry: StatusRegistry
) -> None:
    card = registry.allocate()
    with StatusRegistry.open(database, uri + "/other", bits=1, shard_size=8) as other:
        other.allocate_many(10)
        assert not set(other.shards()) & set(registry.shards())
        with pytest.raises(MisuseError) as error:
            other.entry(StatusReference(other.uri_of(registry.shard_of(card)), 0))
        assert error.value.code is Code.STATUS_SUBJECT


def test_shows_nothing_but_its_addresses(registry: StatusRegistry, uri: str) -> None:
    assert repr(registry) == f"StatusRegistry({uri!r})"


def test_a_list_of_millions_is_one_shard(database: str, uri: str) -> None:
    with StatusRegistry.open(database, uri, shard_size=2**23, open_shards=1) as registry:
        cards = registry.allocate_many(5000)
        registry.set_many([Change(card, 1) for card in cards], **NOTE, now=NOW)
        [done] = Publisher(registry=registry, signer=KEY, lifetime=DAY, ttl=HOUR).run(now=NOW)
        registry.audit(registry.shards()[0])
    found = statuses(done)
    assert found.size == 2**23
    assert sum(byte.bit_count() for byte in found.packed) == 5000


def test_the_room_that_somebody_else_took_is_planned_anew(
    registry: StatusRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = allot._make_room
    others: list[StatusReference] = []

    def room(*args: Any) -> Mapping[int, int]:
        found = real(*args)
        if not others:
            others.append(StatusReference("", 0))  # once, and not again for what comes next
            others[:] = registry.allocate_many(90)
        return found

    monkeypatch.setattr(allot, "_make_room", room)
    cards = registry.allocate_many(40)
    assert len({*cards, *others}) == 130
    for shard in registry.shards():
        registry.audit(shard)


def test_many_may_begin_a_registry_at_once(database: str, uri: str) -> None:
    together, failed = threading.Barrier(6), list[BaseException]()

    def begin() -> None:
        together.wait()
        try:
            with StatusRegistry.open(database, uri, shard_size=8, open_shards=1) as registry:
                registry.allocate()
        except BaseException as error:  # noqa: BLE001  a thread would lose it
            failed.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with StatusRegistry.open(database, uri, shard_size=8, open_shards=1) as registry:
        assert (registry.given(), len(registry.shards())) == (6, 1)


@pytest.mark.parametrize("given", ["on", "off", "remote_write"])
def test_waits_for_the_disk_where_the_server_would_not(
    postgres_url: str, uri: str, given: str
) -> None:
    place = f"{postgres_url}&options=-c%20synchronous_commit%3D{given}"
    with StatusRegistry.open(place, uri, shard_size=8) as registry:
        with registry._database.reading() as connection:
            found = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
        registry.allocate()
    assert found == ("on" if given == "off" else given)


def test_a_history_on_postgresql_is_not_written_anew(
    opened: Open, database: str, postgres_url: str
) -> None:
    if database != postgres_url:
        pytest.skip("shown for SQLite by a forgery")
    registry = opened()
    registry.suspend(registry.allocate(), **NOTE, now=NOW)
    for statement in (
        "UPDATE krid_status_change SET reason = 'other'",
        "DELETE FROM krid_status_change",
        "TRUNCATE krid_status_change",
    ):
        with (
            pytest.raises(StoreError) as error,
            registry._database.writing() as connection,
        ):
            connection.exec_driver_sql(statement)
        assert error.value.code is Code.STATUS_DATABASE


def test_a_database_that_is_gone_is_told(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = opened()

    def fail(*_args: object) -> object:
        raise OperationalError("SELECT 1", {}, Exception("no route"))

    monkeypatch.setattr(Engine, "connect", fail)
    with pytest.raises(StoreError) as error:
        registry.allocate()
    assert error.value.code is Code.STATUS_DATABASE


def test_both_forms_of_a_list_say_the_same(registry: StatusRegistry) -> None:
    reference = registry.allocate()
    shard = registry.shard_of(reference)
    registry.revoke(reference, by="officer", reason="lost", now=NOW)
    for form in (JWT_FORM, CWT_FORM):
        registry.publish(shard, KEY, now=NOW, lifetime=DAY, form=form)
        token = StatusListToken.parse(registry.published(shard, form=form).token)
        assert token.claims.uri == reference.uri
        shown = StatusBits.inflate(token.claims.bits, token.claims.compressed)
        assert shown.value_at(reference.index) == StatusType.INVALID
