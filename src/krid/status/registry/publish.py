"""Signing a shard and keeping the token, so that every process serves the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select

from krid._core import limits, times
from krid._core.database import Database
from krid.errors import Code, MisuseError, StatusError, StoreError
from krid.keys import Alg, Prepared
from krid.status.bits import StatusBits
from krid.status.registry import moments
from krid.status.registry.held import hold, shard_id_of
from krid.status.registry.schema import PAGES, SHARD, TOKEN
from krid.status.registry.shape import Shape
from krid.status.registry.values import ListForm, Published

_SKEW: Final = timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS)
_SECOND: Final = timedelta(seconds=1)

_END: Final = datetime.max.replace(microsecond=0, tzinfo=UTC)


class _Last(NamedTuple):
    """The newest token of a shard in one form."""

    number: int
    version: int
    issued_at: int


class Terms(NamedTuple):
    """How long a token holds, and how its signer is named; as in `krid.status.prepare`."""

    lifetime: timedelta
    ttl: timedelta | None
    issuer: str | None
    key_id: str | None
    certificates: Sequence[bytes]


def prepare(
    database: Database,
    shape: Shape,
    name: str,
    form: ListForm,
    *,
    alg: Alg,
    now: datetime,
    terms: Terms,
) -> Prepared[Published]:
    """Make everything of a shard's token but the signature; completing it publishes it.

    Nothing is locked while the signature is made.

    Raises:
        MisuseError: `status.subject`, `misuse.lifetime`, `misuse.naive_time`; `misuse.clock` when
            the last token was issued more than five minutes after `now`; `status.purpose` for a
            form that can't tell about these statuses.
        StoreError: `status.database`, `status.registry`.
    """
    shape.check_kind(form.kinds)
    with database.reading() as connection:
        shard_id = shard_id_of(connection, shape, name)
        last = _last(connection, shard_id, form.name)
        version, statuses = _snapshot(connection, shape, shard_id)
    issued_at, uri = _issue_time(last, now), form.address(shape.address(name))
    prepared = form.prepare(statuses, uri=uri, alg=alg, now=issued_at, **terms._asdict())

    def keep(token: str | bytes) -> Published:
        raw = token.encode("ascii") if isinstance(token, str) else token
        expires_at = _expiry(issued_at, terms.lifetime)
        done = Published(uri, form.name, version, raw, issued_at, expires_at, terms.ttl)
        _keep(database, shape, name, done)
        return done

    return prepared.then(keep)


def _snapshot(connection: Connection, shape: Shape, shard_id: int) -> tuple[int, StatusBits]:
    """Read a whole list with its version, in one statement, so that both are of one moment."""
    rows = connection.execute(
        select(SHARD.c.version, PAGES.c.statuses)
        .join(PAGES, PAGES.c.shard_id == SHARD.c.id)
        .where(SHARD.c.id == shard_id)
        .order_by(PAGES.c.number)
    ).all()
    packed = b"".join([row.statuses for row in rows])
    if len(packed) * 8 != shape.size * shape.bits:
        raise StoreError(Code.STATUS_REGISTRY, "a page is missing")
    return rows[0].version, StatusBits(shape.bits, packed)


def _last(connection: Connection, shard_id: int, form: str) -> _Last | None:
    row = connection.execute(
        select(TOKEN.c.number, TOKEN.c.version, TOKEN.c.issued_at)
        .where(TOKEN.c.shard_id == shard_id, TOKEN.c.form == form)
        .order_by(TOKEN.c.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _Last(*row)


def _issue_time(last: _Last | None, now: datetime) -> datetime:
    """Never before the last token: clocks of several machines differ by a little, not by much."""
    moment = times.aware(now).astimezone(UTC).replace(microsecond=0)
    if last is None:
        return moment
    before = moments.from_number(last.issued_at)
    if before - moment > _SKEW:
        raise MisuseError(Code.MISUSE_CLOCK)
    return max(before, moment)


def _expiry(issued_at: datetime, lifetime: timedelta) -> datetime:
    try:
        return (issued_at + lifetime).replace(microsecond=0)
    except OverflowError:
        return _END


def _keep(database: Database, shape: Shape, name: str, done: Published) -> None:
    """Store a token, unless a newer one was stored while this one was signed.

    Raises:
        StatusError: `status.outdated`.
        StoreError: `status.database`.
    """
    issued_at = moments.to_number(done.issued_at)
    with database.writing() as connection:
        (held,) = hold(connection, shape, [name])
        last = _last(connection, held.shard_id, done.form)
        if last is not None and (last.version > done.version or last.issued_at > issued_at):
            raise StatusError(Code.STATUS_OUTDATED)
        row = {
            "shard_id": held.shard_id,
            "form": done.form,
            "number": 1 if last is None else last.number + 1,
            "version": done.version,
            "issued_at": issued_at,
            "expires_at": moments.to_number(done.expires_at),
            "ttl": None if done.ttl is None else moments.length(done.ttl),
            "token": done.token,
        }
        connection.execute(insert(TOKEN).values(row))
