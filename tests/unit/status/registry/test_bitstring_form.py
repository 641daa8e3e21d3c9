"""The statuses of a registry as lists of the W3C, from giving out to looking up."""

import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypedDict

import pytest

from krid._core.strict_json import loads_object
from krid.errors import Code, MisuseError, StatusError
from krid.jose import Jws
from krid.keys import Alg, LocalKey
from krid.model import BitstringEntry, IssuerHint, IssuerKey, StatusReference
from krid.status import (
    REFRESH_FORM,
    REVOCATION_FORM,
    SUSPENSION_FORM,
    Bitstring,
    BitstringForm,
    Offline,
    Published,
    Publisher,
    RegistryKind,
    StatusBits,
    StatusLists,
    StatusRegistry,
    message_form,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEY = LocalKey.generate(Alg.ES256)
ISSUER = "https://mois.example"
SIGNER = IssuerKey(key=KEY.public_key, issuer=ISSUER, path="pinned")
SIZE = 131_072


class Note(TypedDict):
    by: str
    reason: str


NOTE: Note = {"by": "officer-7", "reason": "phone_lost"}
MESSAGES = message_form(
    {0: "in review", 1: "accepted", 2: "rejected"}, bits=2, references=["https://mois.example/m"]
)
Open = Callable[..., StatusRegistry]


class Trust:
    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        assert (hint.issuer, hint.key_id) == (ISSUER, "key-1")
        return SIGNER


@pytest.fixture
def begin(database: str, uri: str) -> Iterator[Open]:
    """Opens a registry large enough to hide in, of any kind."""
    opened: list[StatusRegistry] = []

    def registry(kind: RegistryKind = RegistryKind.STATUS, bits: int = 2) -> StatusRegistry:
        opened.append(
            StatusRegistry.open(database, uri, bits=bits, shard_size=SIZE, open_shards=1, kind=kind)
        )
        return opened[-1]

    yield registry
    for each in opened:
        each.close()


def publish(registry: StatusRegistry, form: BitstringForm, now: datetime = NOW) -> Published:
    publisher = Publisher(
        registry=registry,
        signer=KEY,
        lifetime=DAY,
        ttl=HOUR,
        issuer=ISSUER,
        key_id="key-1",
        form=form,
    )
    [done] = publisher.run(now=now)
    return done


def look_up(done: Published, entry: BitstringEntry, now: datetime = NOW) -> str:
    lists = StatusLists(
        Offline(greatest_age=DAY), known={done.uri: done.token.decode()}, issuers=Trust()
    )
    return lists.check(entry, issuer=SIGNER, now=now).detail


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises((MisuseError, StatusError)) as caught:
        action()
    assert caught.value.code is code


def test_one_allotment_serves_every_purpose(begin: Open) -> None:
    registry = begin()
    lost, forged, fine = registry.allocate_many(3)
    registry.suspend(lost, **NOTE, now=NOW)
    registry.revoke(forged, **NOTE, now=NOW)
    revocations, suspensions = (
        publish(registry, REVOCATION_FORM),
        publish(registry, SUSPENSION_FORM),
    )
    both = ((REVOCATION_FORM, revocations), (SUSPENSION_FORM, suspensions))
    for form, done in both:
        assert done.uri == form.entry(lost).uri == f"{lost.uri}/{form.purpose}"
        assert look_up(done, form.entry(fine)).startswith(f"{form.purpose} 0x0: valid")
    refused(Code.STATUS_SUSPENDED, lambda: look_up(suspensions, SUSPENSION_FORM.entry(lost)))
    look_up(revocations, REVOCATION_FORM.entry(lost))
    refused(Code.STATUS_REVOKED, lambda: look_up(revocations, REVOCATION_FORM.entry(forged)))
    look_up(suspensions, SUSPENSION_FORM.entry(forged))


def test_tokens_and_bitstrings_come_of_one_registry(begin: Open) -> None:
    registry = begin()
    card = registry.allocate()
    done = publish(registry, REVOCATION_FORM)
    assert registry.due(now=NOW) == (registry.shard_of(card),)
    assert registry.due(now=NOW, form=REVOCATION_FORM) == ()
    token = registry.publish(registry.shard_of(card), KEY, now=NOW, lifetime=DAY)
    assert (done.uri, token.uri) == (f"{card.uri}/revocation", card.uri)
    assert registry.published(registry.shard_of(card), form=REVOCATION_FORM) == done


def test_a_suspension_is_restored(begin: Open) -> None:
    registry = begin()
    card = registry.allocate()
    entry = SUSPENSION_FORM.entry(card)
    registry.suspend(card, **NOTE, now=NOW)
    first = publish(registry, SUSPENSION_FORM)
    registry.restore(card, **NOTE, now=NOW + HOUR)
    second = publish(registry, SUSPENSION_FORM, NOW + HOUR)
    refused(Code.STATUS_SUSPENDED, lambda: look_up(first, entry))
    look_up(second, entry, NOW + HOUR)


def test_messages_show_the_statuses_themselves(begin: Open) -> None:
    registry = begin(RegistryKind.MESSAGE)
    card = registry.allocate()
    registry.set(card, 1, **NOTE, now=NOW)
    assert look_up(publish(registry, MESSAGES), MESSAGES.entry(card)).startswith("message 0x1: ")
    registry.set(card, 2, **NOTE, now=NOW + HOUR)
    done = publish(registry, MESSAGES, NOW + HOUR)
    entry = MESSAGES.entry(card)
    assert look_up(done, entry, NOW + HOUR).startswith("message 0x2: ")
    assert (entry.size, entry.references) == (2, ("https://mois.example/m",))
    assert entry.messages == {0: "in review", 1: "accepted", 2: "rejected", 3: "undefined"}


def test_a_list_of_messages_says_what_they_are(begin: Open) -> None:
    registry = begin(RegistryKind.MESSAGE)
    registry.allocate()
    token = publish(registry, MESSAGES).token
    subject = loads_object(Jws.parse(token.decode()).payload)["credentialSubject"]
    assert isinstance(subject, dict)
    assert subject["statusSize"] == 2
    assert subject["statusMessages"] == [
        {"status": "0x0", "message": "in review"},
        {"status": "0x1", "message": "accepted"},
        {"status": "0x2", "message": "rejected"},
        {"status": "0x3", "message": "undefined"},
    ]


def test_a_refresh_is_for_good_and_refuses_nothing(begin: Open) -> None:
    registry = begin(RegistryKind.REFRESH, bits=1)
    card = registry.allocate()
    registry.set(card, 1, **NOTE, now=NOW)
    refused(Code.MISUSE_REVOKED, lambda: registry.set(card, 0, **NOTE, now=NOW))
    done = publish(registry, REFRESH_FORM)
    assert look_up(done, REFRESH_FORM.entry(card)).startswith("refresh 0x1: ")


def test_the_past_is_kept_for_each_purpose(begin: Open) -> None:
    registry = begin()
    card = registry.allocate()
    before = publish(registry, REVOCATION_FORM)
    registry.revoke(card, **NOTE, now=NOW + HOUR)
    after = publish(registry, REVOCATION_FORM, NOW + HOUR)
    shard = registry.shard_of(card)
    assert registry.published(shard, at=NOW, form=REVOCATION_FORM) == before
    assert registry.published(shard, form=REVOCATION_FORM) == after
    replayed = REVOCATION_FORM.bitstring(registry.statuses_at(shard, NOW))
    assert replayed == Bitstring.zeros(SIZE)
    now = REVOCATION_FORM.bitstring(registry.statuses_at(shard, NOW + HOUR))
    assert now == replayed.with_value(card.index, 1, size=1)


def test_no_aggregation_names_a_bitstring(begin: Open) -> None:
    registry = begin()
    card = registry.allocate()
    publish(registry, REVOCATION_FORM)
    assert registry.aggregation(now=NOW) == b'{"status_lists":[]}'
    registry.publish(registry.shard_of(card), KEY, now=NOW, lifetime=DAY)
    assert card.uri.encode() in registry.aggregation(now=NOW)


def test_a_kind_is_kept(begin: Open) -> None:
    assert begin(RegistryKind.MESSAGE).kind is RegistryKind.MESSAGE
    assert begin(RegistryKind.MESSAGE).kind is RegistryKind.MESSAGE


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_messages_of_every_size(bits: int) -> None:
    form = message_form({0: "fine"}, bits=bits)
    top = (1 << bits) - 1
    statuses = StatusBits.zeros(SIZE, bits=bits).with_value(77, top)
    shown = form.bitstring(statuses)
    assert [shown.value_at(at, size=bits) for at in (76, 77, 78)] == [0, top, 0]
    assert (form.size, form.media_type) == (bits, "application/vc+jwt")


def test_a_purpose_of_ones_own() -> None:
    form = BitstringForm(
        "renewal",
        "https://mois.example/renewal",
        kinds=frozenset({RegistryKind.STATUS}),
        shows=frozenset({3}),
    )
    card = StatusReference("https://mois.example/status/a", 5)
    assert form.entry(card) == BitstringEntry(
        uri="https://mois.example/status/a/renewal", index=5, purpose="https://mois.example/renewal"
    )
    shown = form.bitstring(StatusBits.zeros(SIZE, bits=2).with_value(5, 3).with_value(6, 1))
    assert [shown.value_at(at, size=1) for at in (5, 6)] == [1, 0]


def test_forms_travel_between_processes() -> None:
    for form in (REVOCATION_FORM, MESSAGES):
        assert pickle.loads(pickle.dumps(form)) == form  # noqa: S301
