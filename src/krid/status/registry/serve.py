"""Which token is served, which one was, and which shards need a new one."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select, true

from krid._core import strict_json
from krid._core.database import Database
from krid.errors import Code, StatusError
from krid.status.registry import moments
from krid.status.registry.schema import SHARD, TOKEN
from krid.status.registry.shape import Shape
from krid.status.registry.values import ListForm, Published

_ALL: Final = true()
_BITSTRINGS: Final = "bitstring-%"
"""Forms that no aggregation knows: it names Status List Tokens alone."""


def served(
    database: Database, shape: Shape, name: str, form: ListForm, moment: datetime | None = None
) -> Published:
    """Return the newest token of a shard, or the one that was served at a moment (section 8.4).

    Raises:
        StatusError: `status.unavailable` when there is none, or none that held at the moment.
        MisuseError: `misuse.naive_time`.
        StoreError: `status.database`.
    """
    of_shard = (SHARD.c.registry_id == shape.registry_id) & (SHARD.c.name == name)
    statement = (
        select(TOKEN)
        .join(SHARD, TOKEN.c.shard_id == SHARD.c.id)
        .where(of_shard, TOKEN.c.form == form.name)
        .order_by(TOKEN.c.number.desc())
        .limit(1)
    )
    if moment is not None:
        statement = statement.where(TOKEN.c.issued_at <= moments.to_number(moment))
    with database.reading() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None or (moment is not None and row.expires_at <= moments.to_number(moment)):
        raise StatusError(Code.STATUS_UNAVAILABLE)
    return Published(
        uri=form.address(shape.address(name)),
        form=row.form,
        version=row.version,
        token=row.token,
        issued_at=moments.from_number(row.issued_at),
        expires_at=moments.from_number(row.expires_at),
        ttl=None if row.ttl is None else moments.from_length(row.ttl),
    )


def due(
    database: Database, shape: Shape, form: str, *, now: datetime, rest: timedelta
) -> tuple[str, ...]:
    """Name the shards that need a new token.

    Those that are closed and whose cards have all expired need none. Of the others: those that
    have none; those that changed since their last token, unless that is
    younger than `rest`; and those whose last token has lived half of its `ttl`, or of its
    lifetime where it has no `ttl`.

    Raises:
        MisuseError: `misuse.naive_time`.
        StoreError: `status.database`.
    """
    moment, pause = moments.to_number(now), moments.length(rest)
    newest = (
        select(TOKEN.c.shard_id, func.max(TOKEN.c.number).label("number"))
        .where(TOKEN.c.form == form)
        .group_by(TOKEN.c.shard_id)
        .subquery()
    )
    is_newest = (
        (TOKEN.c.shard_id == newest.c.shard_id)
        & (TOKEN.c.number == newest.c.number)
        & (TOKEN.c.form == form)
    )
    last = TOKEN.join(newest, is_newest)
    statement = (
        select(
            SHARD.c.name,
            (SHARD.c.version != TOKEN.c.version).label("is_changed"),
            TOKEN.c.issued_at,
            func.coalesce(TOKEN.c.ttl, TOKEN.c.expires_at - TOKEN.c.issued_at).label("life"),
        )
        .select_from(SHARD.outerjoin(last, TOKEN.c.shard_id == SHARD.c.id))
        .where(SHARD.c.registry_id == shape.registry_id, _is_needed(now))
        .order_by(SHARD.c.name)
    )
    with database.reading() as connection:
        rows = connection.execute(statement).all()
    return tuple(
        row.name
        for row in rows
        if row.issued_at is None
        or (row.is_changed and moment >= row.issued_at + pause)
        or moment >= row.issued_at + row.life // 2
    )


def names(
    database: Database, shape: Shape, condition: ColumnElement[bool] = _ALL
) -> tuple[str, ...]:
    """Name shards, in no telling order.

    Raises:
        StoreError: `status.database`.
    """
    statement = select(SHARD.c.name).where(SHARD.c.registry_id == shape.registry_id, condition)
    with database.reading() as connection:
        return tuple(connection.execute(statement.order_by(SHARD.c.name)).scalars())


def count_given(database: Database, shape: Shape) -> int:
    """Return how many indexes of all shards were given out.

    Raises:
        StoreError: `status.database`.
    """
    total = select(func.coalesce(func.sum(SHARD.c.given), 0))
    with database.reading() as connection:
        row = connection.execute(total.where(SHARD.c.registry_id == shape.registry_id)).one()
    return int(row[0])


def _is_needed(now: datetime) -> ColumnElement[bool]:
    return SHARD.c.is_open | (SHARD.c.needed_until > moments.to_number(now))


def aggregation(database: Database, shape: Shape, *, now: datetime) -> bytes:
    """Write the addresses of all shards that have a token and need one as JSON (section 9.3).

    Raises:
        MisuseError: `misuse.naive_time`.
        StoreError: `status.database`.
    """
    is_token = (TOKEN.c.shard_id == SHARD.c.id) & TOKEN.c.form.not_like(_BITSTRINGS)
    has_token = select(TOKEN.c.number).where(is_token).exists()
    found = names(database, shape, has_token & _is_needed(now))
    return strict_json.dumps({"status_lists": [shape.address(name) for name in found]})


def prune(database: Database, shape: Shape, *, before: datetime) -> int:
    """Forget tokens that expired before a moment, but the newest of each shard; say how many.

    Raises:
        MisuseError: `misuse.naive_time`.
        StoreError: `status.database`.
    """
    newer = TOKEN.alias()
    is_newest = ~(
        select(newer.c.number)
        .where(
            newer.c.shard_id == TOKEN.c.shard_id,
            newer.c.form == TOKEN.c.form,
            newer.c.number > TOKEN.c.number,
        )
        .exists()
    )
    ours = select(SHARD.c.id).where(SHARD.c.registry_id == shape.registry_id)
    with database.writing() as connection:
        done = connection.execute(
            delete(TOKEN).where(
                TOKEN.c.shard_id.in_(ours),
                TOKEN.c.expires_at < moments.to_number(before),
                ~is_newest,
            )
        )
        return done.rowcount
