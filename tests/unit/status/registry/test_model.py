"""Any interleaving of what a registry does equals a model of a few dictionaries."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from status_tokens import statuses

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.model import StatusReference
from krid.status import Change, StatusBits, StatusRegistry

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
KEY = LocalKey.generate(Alg.EDDSA)
NUMBERS = count()
HOUR = timedelta(hours=1)
SIZE = 16

Step = tuple[str, int, int]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("allocate"), st.integers(1, 20), st.integers(0, 3)),
        st.tuples(st.just("change"), st.integers(0), st.integers(0, 4)),
        st.tuples(st.just("change_two"), st.integers(0), st.integers(0, 3)),
        st.tuples(st.just("publish"), st.integers(0), st.integers(-9, 0)),
        st.tuples(st.just("wait"), st.integers(0, 50), st.just(0)),
        st.tuples(st.just("reopen"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@dataclass
class Model:
    """What must be true, kept in memory."""

    now: datetime = BEGIN
    cards: dict[StatusReference, int] = field(default_factory=dict)
    orders: dict[int, tuple[StatusReference, ...]] = field(default_factory=dict)
    published: dict[str, dict[StatusReference, int]] = field(default_factory=dict)
    past: list[tuple[datetime, dict[StatusReference, int]]] = field(default_factory=list)

    def of(self, uri: str) -> dict[StatusReference, int]:
        return {card: status for card, status in self.cards.items() if card.uri == uri}


def code_of(action: Callable[[], object]) -> Code | None:
    try:
        action()
    except KridError as error:
        return error.code
    return None


def allocate(registry: StatusRegistry, model: Model, number: int, order: int) -> None:
    """Order 0 is no order; the others are named again and again."""
    if order == 0:
        given = registry.allocate_many(number)
    else:
        wanted = len(model.orders.get(order, ())) or number
        given = registry.allocate_many(wanted, order=f"order-{order}")
        if order in model.orders:
            assert given == model.orders[order]
            return
        model.orders[order] = given
    assert len(set(given)) == len(given)
    assert not set(given) & set(model.cards)
    model.cards |= dict.fromkeys(given, 0)


def change(registry: StatusRegistry, model: Model, which: int, status: int) -> None:
    card = list(model.cards)[which % len(model.cards)]
    code = code_of(lambda: registry.set(card, status, by="model", reason="test", now=model.now))
    if model.cards[card] == 1 != status:
        assert code is Code.MISUSE_REVOKED
    elif status == 4:
        assert code is Code.MISUSE_STATUS
    else:
        assert code is None
        model.cards[card] = status


def change_two(registry: StatusRegistry, model: Model, which: int, status: int) -> None:
    """Change a card and one of a list that is not ours: nothing happens at all."""
    card = list(model.cards)[which % len(model.cards)]
    changes = [Change(card, status), Change(StatusReference("https://bank.example/1", 0), 2)]
    act = lambda: registry.set_many(changes, by="model", reason="test", now=model.now)  # noqa: E731
    assert code_of(act) is Code.STATUS_SUBJECT


def publish(registry: StatusRegistry, model: Model, which: int, late: int) -> None:
    """Publish by a clock that is up to nine minutes behind."""
    shard = registry.shards()[which % len(registry.shards())]
    now, uri = model.now + timedelta(minutes=late), registry.uri_of(shard)
    before = code_of(lambda: registry.published(shard))
    code = code_of(lambda: registry.publish(shard, KEY, now=now, lifetime=HOUR))
    if before is Code.STATUS_UNAVAILABLE:
        assert code is None
    if code is None:
        model.published[uri] = model.of(uri)
    else:
        assert code is Code.MISUSE_CLOCK
        assert registry.published(shard).issued_at - now > timedelta(minutes=5)


def compare(registry: StatusRegistry, model: Model) -> None:
    assert registry.given() == len(model.cards)
    for shard in registry.shards():
        uri = registry.uri_of(shard)
        registry.audit(shard)
        for moment, cards in model.past:
            assert_shows(registry.statuses_at(shard, moment), uri, cards)
        assert_shows(registry.statuses_at(shard, model.now), uri, model.cards)
        if uri in model.published:
            assert_shows(statuses(registry.published(shard)), uri, model.published[uri])
            then = model.published[uri]
            changed = any(then.get(card, 0) != now for card, now in model.of(uri).items())
            assert not changed or shard in registry.due(now=model.now)
        else:
            assert shard in registry.due(now=model.now)
    for card, status in model.cards.items():
        assert registry.entry(card).status == status


def assert_shows(shown: StatusBits, uri: str, cards: dict[StatusReference, int]) -> None:
    wanted = {card.index: status for card, status in cards.items() if card.uri == uri}
    assert [shown.value_at(index) for index in range(SIZE)] == [
        wanted.get(index, 0) for index in range(SIZE)
    ]


@contextmanager
def registries(place: str) -> Iterator[Callable[[], StatusRegistry]]:
    """Open one registry, and let go of it whenever another one is asked for."""
    uri, held = f"https://mois.example/model/{next(NUMBERS)}/{{shard}}", list[StatusRegistry]()

    def again() -> StatusRegistry:
        for one in held:
            one.close()
        held[:] = [StatusRegistry.open(place, uri, shard_size=SIZE, open_shards=2)]
        return held[0]

    yield again
    for one in held:
        one.close()


def play(place: str, steps: list[Step]) -> None:
    model = Model()
    with registries(place) as again:
        registry = again()
        for name, first, second in steps:
            match name:
                case "allocate":
                    allocate(registry, model, first, second)
                case "change" if model.cards:
                    change(registry, model, first, second)
                case "change_two" if model.cards:
                    change_two(registry, model, first, second)
                case "publish" if registry.shards():
                    publish(registry, model, first, second)
                case "wait":
                    model.past.append((model.now, dict(model.cards)))
                    model.now += timedelta(minutes=first, microseconds=1)
                case "reopen":
                    registry = again()
                case _:
                    continue
        compare(again(), model)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_any_interleaving_equals_the_model_on_sqlite(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        play(str(Path(folder) / "status.db"), steps)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_interleaving_equals_the_model_on_postgresql(
    postgres_url: str, steps: list[Step]
) -> None:
    play(postgres_url, steps)


def test_the_model_meets_every_step(tmp_path: Path) -> None:
    steps: list[Step] = [
        ("change", 0, 1),
        ("publish", 0, 0),
        ("allocate", 9, 0),
        ("allocate", 5, 1),
        ("allocate", 7, 1),
        ("change", 3, 2),
        ("publish", 0, 0),
        ("publish", 1, 0),
        ("wait", 10, 0),
        ("change_two", 0, 2),
        ("change", 3, 1),
        ("change", 3, 0),
        ("change", 4, 4),
        ("reopen", 0, 0),
        ("publish", 0, 0),
        ("publish", 0, -9),
        ("allocate", 20, 0),
    ]
    play(str(tmp_path / "status.db"), steps)
