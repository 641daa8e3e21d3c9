"""A registry beside other tables: what it does is part of somebody else's transaction."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from krid._core.database import Database
from krid.errors import Code, StoreError
from krid.model import StatusReference
from krid.status import StatusRegistry

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class FailedError(Exception):
    """The transaction around it fails."""


@pytest.fixture
def shared(database: str) -> Iterator[Database]:
    opened = Database.connect(database, code=Code.STORE_IO)
    yield opened
    opened.close()


@pytest.fixture
def registry(shared: Database, uri: str) -> StatusRegistry:
    return StatusRegistry.beside(shared, uri, shard_size=64, open_shards=2)


def test_what_is_done_within_is_committed_with_the_whole(
    shared: Database, registry: StatusRegistry
) -> None:
    with shared.writing() as connection:
        inner = registry.within(connection)
        given = inner.allocate_many(3)
        inner.suspend(given[0], by="officer-7", reason="phone_lost", now=NOW)
        assert inner.entry(given[0]).status == 2
    assert [registry.entry(one).status for one in given] == [2, 0, 0]


def test_what_is_done_within_is_lost_with_the_whole(
    shared: Database, registry: StatusRegistry
) -> None:
    def failing() -> None:
        with shared.writing() as connection:
            inner = registry.within(connection)
            inner.suspend(inner.allocate(), by="officer-7", reason="phone_lost", now=NOW)
            raise FailedError

    with pytest.raises(FailedError):
        failing()
    assert registry.given() == 0


def test_failures_of_a_shared_database_keep_their_code(
    shared: Database, registry: StatusRegistry
) -> None:
    def failing() -> None:
        with shared.writing() as connection:
            connection.exec_driver_sql("SELECT nothing FROM nowhere")

    with pytest.raises(StoreError) as error:
        failing()
    assert error.value.code is Code.STORE_IO
    assert isinstance(registry.allocate(), StatusReference)
