"""One forgery for each rule about status registries: it breaks that rule alone, meets its code."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import util
from pathlib import Path
from typing import TypedDict

import pytest

from krid import status
from krid._core import limits
from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg, LocalKey
from krid.model import StatusReference
from krid.status import (
    CWT_FORM,
    JWT_FORM,
    REFRESH_FORM,
    REVOCATION_FORM,
    SUSPENSION_FORM,
    Bitstring,
    BitstringForm,
    Change,
    ListForm,
    RegistryKind,
    StatusBits,
    StatusRegistry,
    message_form,
    prepare_bitstring,
)

URI = "https://mois.example/status/{shard}"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = LocalKey.generate(Alg.ES256)


class Note(TypedDict):
    by: str
    reason: str


NOTE: Note = {"by": "officer-7", "reason": "phone_lost"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "status.db"


@pytest.fixture
def registry(path: Path) -> Iterator[StatusRegistry]:
    with StatusRegistry.open(path, URI, shard_size=64, open_shards=1) as opened:
        yield opened


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def tamper(path: Path, *statements: str) -> None:
    """Change the file by something other than krid."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# Giving out


def test_an_index_given_out_twice(registry: StatusRegistry, path: Path) -> None:
    """Marks decide, and not how many are said to be left."""
    cards = registry.allocate_many(48)
    tamper(path, "UPDATE krid_status_shard SET given = 40, is_open = 1")
    cards += registry.allocate_many(8)
    assert len(set(cards)) == 56
    tamper(path, "UPDATE krid_status_shard SET given = 40, is_open = 1")
    cards += registry.allocate_many(8)
    assert len(set(cards)) == 64
    tamper(path, "UPDATE krid_status_shard SET given = 40, is_open = 1")
    refused(Code.STATUS_REGISTRY, registry.allocate)
    refused(Code.STATUS_REGISTRY, lambda: registry.audit(registry.shards()[0]))


def test_a_page_that_was_taken_away(registry: StatusRegistry, path: Path) -> None:
    card = registry.allocate()
    tamper(path, "DELETE FROM krid_status_page")
    [shard] = registry.shards()
    refused(Code.STATUS_REGISTRY, registry.allocate)
    refused(Code.STATUS_REGISTRY, lambda: registry.publish(shard, KEY, now=NOW, lifetime=DAY))
    refused(Code.STATUS_REGISTRY, lambda: registry.entry(card))


@pytest.mark.parametrize("count", [0, -1, limits.MAX_STATUS_ALLOTMENT + 1])
def test_a_number_of_indexes_beyond_reason(registry: StatusRegistry, count: int) -> None:
    refused(Code.MISUSE_OPTION, lambda: registry.allocate_many(count))


def test_an_order_of_another_number(registry: StatusRegistry) -> None:
    registry.allocate_many(3, order="job-1")
    refused(Code.MISUSE_OPTION, lambda: registry.allocate_many(4, order="job-1"))


@pytest.mark.parametrize("raw", ["00", "010203040506070800000040", "00" * 13])
def test_an_order_that_krid_did_not_write(registry: StatusRegistry, path: Path, raw: str) -> None:
    registry.allocate_many(1, order="job-1")
    tamper(path, f"UPDATE krid_status_order SET given = x'{raw}'")  # noqa: S608  constants
    refused(Code.STATUS_REGISTRY, lambda: registry.allocate_many(1, order="job-1"))


# Changing


def changes(registry: StatusRegistry, card: StatusReference) -> list[Callable[[], object]]:
    return [
        lambda: registry.suspend(card, **NOTE, now=NOW),
        lambda: registry.restore(card, **NOTE, now=NOW),
        lambda: registry.revoke(card, **NOTE, now=NOW),
        lambda: registry.set(card, 3, **NOTE, now=NOW),
    ]


def test_an_index_that_was_never_given_out(registry: StatusRegistry) -> None:
    card = registry.allocate()
    free = StatusReference(card.uri, (card.index + 1) % 64)
    for change in [*changes(registry, free), lambda: registry.entry(free)]:
        refused(Code.STATUS_INDEX, change)


@pytest.mark.parametrize("index", [-1, 64, 2**63])
def test_an_index_outside_the_list(registry: StatusRegistry, index: int) -> None:
    outside = StatusReference(registry.allocate().uri, index)
    for change in [*changes(registry, outside), lambda: registry.history(outside)]:
        refused(Code.STATUS_INDEX, change)


@pytest.mark.parametrize(
    "uri",
    [
        "https://mois.example/status/0123456789abcdef",
        "https://mois.example/status/",
        "https://mois.example/status/0123456789ABCDEF",
        "https://bank.example/status/0123456789abcdef",
        "",
    ],
)
def test_a_list_of_somebody_else(registry: StatusRegistry, uri: str) -> None:
    foreign = replace(registry.allocate(), uri=uri)
    for change in [*changes(registry, foreign), lambda: registry.entry(foreign)]:
        refused(Code.STATUS_SUBJECT, change)
    refused(Code.STATUS_SUBJECT, lambda: registry.history(foreign))


def test_a_shard_that_is_not_there(registry: StatusRegistry) -> None:
    refused(Code.STATUS_SUBJECT, lambda: registry.audit("0123456789abcdef"))
    refused(Code.STATUS_SUBJECT, lambda: registry.statuses_at("", NOW))
    refused(Code.STATUS_SUBJECT, lambda: registry.publish("1", KEY, now=NOW, lifetime=DAY))
    refused(Code.STATUS_UNAVAILABLE, lambda: registry.published("1"))


def test_a_revoked_card_made_valid_again(registry: StatusRegistry) -> None:
    card = registry.allocate()
    registry.revoke(card, **NOTE, now=NOW)
    suspend, restore, _, other = changes(registry, card)
    for change in (suspend, restore, other):
        refused(Code.MISUSE_REVOKED, change)
    assert len(registry.history(card)) == 1


@pytest.mark.parametrize("value", [-1, 4, 256])
def test_a_status_that_does_not_fit(registry: StatusRegistry, value: int) -> None:
    card = registry.allocate()
    refused(Code.MISUSE_STATUS, lambda: registry.set(card, value, **NOTE, now=NOW))
    assert registry.entry(card).version == 0


def test_a_suspension_in_a_list_of_one_bit(path: Path) -> None:
    with StatusRegistry.open(path, URI, bits=1, shard_size=8) as registry:
        card = registry.allocate()
        refused(Code.MISUSE_STATUS, lambda: registry.suspend(card, **NOTE, now=NOW))


def test_a_change_of_what_somebody_else_changed(registry: StatusRegistry) -> None:
    card, other = registry.allocate_many(2)
    registry.suspend(card, **NOTE, now=NOW)
    both = [Change(other, 2, 0), Change(card, 0, 0)]
    refused(Code.STATUS_CONFLICT, lambda: registry.set_many(both, **NOTE, now=NOW))
    assert registry.entry(other).version == 0


def test_too_many_changes_at_once(registry: StatusRegistry) -> None:
    many = [Change(registry.allocate(), 2)] * (limits.MAX_STATUS_CHANGES + 1)
    refused(Code.MISUSE_OPTION, lambda: registry.set_many(many, **NOTE, now=NOW))


@pytest.mark.parametrize(
    "text", ["", "Hong Gildong", "900101-1234567", "hong@mois.example", "x" * 65, "홍길동", "a\n"]
)
def test_a_person_in_the_history(registry: StatusRegistry, text: str) -> None:
    card = registry.allocate()
    change = Change(card, 2)
    for by, reason in ((text, "phone_lost"), ("officer-7", text)):
        with pytest.raises(MisuseError) as error:
            registry.set_many([change], by=by, reason=reason, now=NOW)
        assert error.value.code is Code.MISUSE_OPTION
    refused(Code.MISUSE_OPTION, lambda: registry.allocate_many(1, order=text))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE krid_status_change SET reason = 'other'",
        "DELETE FROM krid_status_change",
    ],
)
def test_a_history_written_anew(registry: StatusRegistry, path: Path, statement: str) -> None:
    registry.suspend(registry.allocate(), **NOTE, now=NOW)
    with pytest.raises(sqlite3.IntegrityError, match="only appended"):
        tamper(path, statement)


def test_statuses_changed_behind_the_history(registry: StatusRegistry, path: Path) -> None:
    card = registry.allocate()
    registry.suspend(card, **NOTE, now=NOW)
    registry.audit(registry.shards()[0])
    tamper(path, "UPDATE krid_status_page SET statuses = zeroblob(16)")
    refused(Code.STATUS_REGISTRY, lambda: registry.audit(registry.shards()[0]))


def test_moments_without_a_time_zone(registry: StatusRegistry) -> None:
    card, naive = registry.allocate(), NOW.replace(tzinfo=None)
    [shard] = registry.shards()
    for action in (
        lambda: registry.suspend(card, **NOTE, now=naive),
        lambda: registry.publish(shard, KEY, now=naive, lifetime=DAY),
        lambda: registry.published(shard, at=naive),
        lambda: registry.due(now=naive),
        lambda: registry.aggregation(now=naive),
        lambda: registry.allocate(until=naive),
        lambda: registry.prune(before=naive),
        lambda: registry.statuses_at(shard, naive),
    ):
        refused(Code.MISUSE_NAIVE_TIME, action)


# Publishing


def test_an_older_list_after_a_newer_one(registry: StatusRegistry) -> None:
    card = registry.allocate()
    [shard] = registry.shards()
    older = registry.prepare(shard, alg=KEY.alg, now=NOW, lifetime=DAY)
    registry.revoke(card, **NOTE, now=NOW)
    newer = registry.publish(shard, KEY, now=NOW, lifetime=DAY)
    refused(Code.STATUS_OUTDATED, lambda: older.sign_with(KEY))
    assert registry.published(shard) == newer


def test_an_earlier_token_of_the_same_list(registry: StatusRegistry) -> None:
    registry.allocate()
    [shard] = registry.shards()
    earlier = registry.prepare(shard, alg=KEY.alg, now=NOW, lifetime=DAY)
    later = registry.publish(shard, KEY, now=NOW + DAY, lifetime=DAY)
    refused(Code.STATUS_OUTDATED, lambda: earlier.sign_with(KEY))
    assert registry.published(shard) == later


def test_a_clock_turned_back(registry: StatusRegistry) -> None:
    registry.allocate()
    [shard] = registry.shards()
    registry.publish(shard, KEY, now=NOW, lifetime=DAY)
    back = NOW - timedelta(minutes=5, seconds=1)
    refused(Code.MISUSE_CLOCK, lambda: registry.publish(shard, KEY, now=back, lifetime=DAY))


@pytest.mark.parametrize(("lifetime", "ttl"), [(0, None), (60, 61), (60, 0)])
def test_impossible_lifetimes(registry: StatusRegistry, lifetime: int, ttl: int | None) -> None:
    registry.allocate()
    [shard] = registry.shards()
    refused(
        Code.MISUSE_LIFETIME,
        lambda: registry.publish(
            shard,
            KEY,
            now=NOW,
            lifetime=timedelta(seconds=lifetime),
            ttl=None if ttl is None else timedelta(seconds=ttl),
        ),
    )


# Opening


@pytest.mark.parametrize(
    ("uri", "numbers", "code"),
    [
        ("http://mois.example/{shard}", {}, Code.STATUS_SYNTAX),
        ("https://mois.example/status", {}, Code.MISUSE_OPTION),
        ("https://mois.example/{shard}/{shard}", {}, Code.MISUSE_OPTION),
        ("https://mois.example/{shard}/{other}", {}, Code.MISUSE_OPTION),
        (URI, {"bits": 3}, Code.STATUS_SYNTAX),
        (URI, {"shard_size": 0}, Code.MISUSE_OPTION),
        (URI, {"shard_size": 12}, Code.MISUSE_OPTION),
        (URI, {"shard_size": 1032}, Code.MISUSE_OPTION),
        (URI, {"shard_size": 2**27}, Code.MISUSE_OPTION),
        (URI, {"open_shards": 0}, Code.MISUSE_OPTION),
    ],
)
def test_an_impossible_registry(path: Path, uri: str, numbers: dict[str, int], code: Code) -> None:
    refused(code, lambda: StatusRegistry.open(path, uri, **numbers))  # type: ignore[arg-type]


@pytest.mark.parametrize("numbers", [{"bits": 1}, {"shard_size": 128}, {"open_shards": 2}])
def test_a_registry_of_other_numbers(
    registry: StatusRegistry, path: Path, numbers: dict[str, int]
) -> None:
    given = {"shard_size": 64, "open_shards": 1, **numbers}
    refused(Code.STATUS_REGISTRY, lambda: StatusRegistry.open(path, URI, **given))  # type: ignore[arg-type]


def test_tables_of_a_newer_krid(registry: StatusRegistry, path: Path) -> None:
    tamper(path, "UPDATE krid_status_meta SET version = 99")
    refused(
        Code.STATUS_REGISTRY,
        lambda: StatusRegistry.open(path, URI, shard_size=64, open_shards=1),
    )


@pytest.mark.parametrize(
    "place",
    [
        "mysql://mois.example/status",
        "sqlite://",
        "sqlite:///:memory:",
        "x y://",
        "postgresql+x://h",
    ],
)
def test_a_database_of_another_kind(place: str) -> None:
    refused(Code.MISUSE_OPTION, lambda: StatusRegistry.open(place, URI))


def test_a_database_that_can_not_be_opened(tmp_path: Path) -> None:
    refused(Code.STATUS_DATABASE, lambda: StatusRegistry.open(tmp_path / "no" / "status.db", URI))
    (tmp_path / "other.db").write_bytes(b"not a database, and longer than a header " * 9)
    refused(Code.STATUS_DATABASE, lambda: StatusRegistry.open(tmp_path / "other.db", URI))


def test_packages_that_are_not_installed(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(util, "find_spec", lambda _name: None)
    monkeypatch.setattr(status, "find_spec", lambda _name: None)
    for name in ("StatusRegistry", "Publisher"):
        refused(Code.MISUSE_EXTRA, lambda name=name: getattr(status, name))  # type: ignore[misc]
    monkeypatch.setattr("krid._core.database.find_spec", lambda _name: None)
    refused(Code.MISUSE_EXTRA, lambda: StatusRegistry.open("postgresql://h/x", URI))
    with pytest.raises(AttributeError):
        _ = status.no_such_name


# Bitstrings of a registry


WIDE = 131_072


class Words(TypedDict):
    now: datetime
    lifetime: timedelta
    issuer: str


WORDS: Words = {"now": NOW, "lifetime": DAY, "issuer": "https://mois.example"}


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        (RegistryKind.STATUS, REFRESH_FORM),
        (RegistryKind.MESSAGE, REVOCATION_FORM),
        (RegistryKind.MESSAGE, SUSPENSION_FORM),
        (RegistryKind.MESSAGE, JWT_FORM),
        (RegistryKind.REFRESH, REVOCATION_FORM),
        (RegistryKind.REFRESH, CWT_FORM),
        (RegistryKind.REFRESH, message_form({0: "fine"}, bits=1)),
    ],
)
def test_a_list_about_something_else(path: Path, kind: RegistryKind, form: ListForm) -> None:
    with StatusRegistry.open(
        path, URI, bits=1, shard_size=WIDE, open_shards=1, kind=kind
    ) as registry:
        shard = registry.shard_of(registry.allocate())
        refused(Code.STATUS_PURPOSE, lambda: registry.publish(shard, KEY, **WORDS, form=form))


@pytest.mark.parametrize("kind", [RegistryKind.MESSAGE, RegistryKind.REFRESH])
def test_a_card_revoked_by_a_message(path: Path, kind: RegistryKind) -> None:
    with StatusRegistry.open(
        path, URI, bits=1, shard_size=64, open_shards=1, kind=kind
    ) as registry:
        card = registry.allocate()
        for act in (registry.suspend, registry.restore, registry.revoke):
            refused(Code.STATUS_PURPOSE, lambda act=act: act(card, **NOTE, now=NOW))  # type: ignore[misc]


def test_a_refresh_taken_back(path: Path) -> None:
    with StatusRegistry.open(
        path, URI, bits=1, shard_size=64, open_shards=1, kind=RegistryKind.REFRESH
    ) as registry:
        card = registry.allocate()
        registry.set(card, 1, **NOTE, now=NOW)
        refused(Code.MISUSE_REVOKED, lambda: registry.set(card, 0, **NOTE, now=NOW))


def test_more_bits_than_a_refresh_has(path: Path) -> None:
    refused(
        Code.MISUSE_OPTION,
        lambda: StatusRegistry.open(path, URI, bits=2, kind=RegistryKind.REFRESH),
    )


def test_a_registry_of_another_kind(registry: StatusRegistry, path: Path) -> None:
    refused(
        Code.STATUS_REGISTRY,
        lambda: StatusRegistry.open(
            path, URI, shard_size=64, open_shards=1, kind=RegistryKind.MESSAGE
        ),
    )


def test_a_bitstring_too_short_to_hide_in(registry: StatusRegistry) -> None:
    shard = registry.shard_of(registry.allocate())
    refused(
        Code.STATUS_LENGTH,
        lambda: registry.publish(shard, KEY, **WORDS, form=REVOCATION_FORM),
    )
    refused(
        Code.STATUS_LENGTH,
        lambda: REVOCATION_FORM.bitstring(StatusBits.zeros(WIDE - 8, bits=2)),
    )


def test_a_bitstring_without_its_issuer(path: Path) -> None:
    with StatusRegistry.open(path, URI, shard_size=WIDE, open_shards=1) as registry:
        shard = registry.shard_of(registry.allocate())
        refused(
            Code.MISUSE_OPTION,
            lambda: registry.publish(shard, KEY, now=NOW, lifetime=DAY, form=REVOCATION_FORM),
        )


def test_messages_for_statuses_of_another_size() -> None:
    form = message_form({0: "fine"}, bits=1)
    refused(Code.MISUSE_OPTION, lambda: form.bitstring(StatusBits.zeros(WIDE, bits=2)))


@pytest.mark.parametrize("messages", [{2: "too large"}, {-1: "too small"}])
def test_a_message_for_no_status(messages: dict[int, str]) -> None:
    refused(Code.MISUSE_OPTION, lambda: message_form(messages, bits=1))


@pytest.mark.parametrize("uri", ["https://mois.example/a?x=1", "https://mois.example/a#x"])
def test_an_address_that_nothing_can_follow(uri: str) -> None:
    refused(Code.MISUSE_OPTION, lambda: REVOCATION_FORM.entry(StatusReference(uri, 1)))


@pytest.mark.parametrize(
    "words",
    [
        {"path": ""},
        {"path": "a/b"},
        {"path": "Revocation"},
        {"path": "a" * 33},
        {"shows": frozenset()},
        {"messages": {0: "fine", 1: "not"}},
        {"shows": frozenset(), "messages": {0: "fine", 2: "a gap before"}},
        {"shows": frozenset(), "messages": {0: "alone"}},
        {"shows": frozenset(), "messages": {0: "fine", 1: "one", 2: "two"}},
    ],
)
def test_an_impossible_form(words: dict[str, object]) -> None:
    good = {"path": "own", "purpose": "own", "shows": frozenset({1}), "kinds": frozenset()}
    refused(Code.MISUSE_OPTION, lambda: BitstringForm(**{**good, **words}))  # type: ignore[arg-type]


@pytest.mark.parametrize("messages", [{}, {0: "fine"}, {0: "fine", 1: "not", 2: "more"}])
def test_a_list_of_messages_that_does_not_say_them(messages: dict[int, str]) -> None:
    refused(
        Code.MISUSE_OPTION,
        lambda: prepare_bitstring(
            Bitstring.zeros(1),
            uri=URI,
            purposes=["message"],
            issuer="https://mois.example",
            alg=Alg.ES256,
            now=NOW,
            lifetime=DAY,
            messages=messages,
        ),
    )
