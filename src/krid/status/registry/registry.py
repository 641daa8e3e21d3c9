"""The status lists of one issuer in a database, as one value."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Self, final

from sqlalchemy import Connection

from krid._core.database import Database
from krid._core.entropy import Entropy, system_entropy
from krid.errors import Code
from krid.keys import Alg, Prepared, Signer
from krid.model import StatusReference
from krid.status.registry import allot, change, publish, serve
from krid.status.registry.database import connect, make_tables
from krid.status.registry.forms import JWT_FORM
from krid.status.registry.reading import Reading
from krid.status.registry.shape import Shape
from krid.status.registry.values import (
    Change,
    Entry,
    ListForm,
    Published,
    RegistryKind,
    check_word,
)
from krid.status.values import StatusType

_SHARD_SIZE: Final = 2**20
"""A million cards to hide among, in a token of some 20 kB when one per cent is revoked."""


@final
class StatusRegistry(Reading):
    """Status lists in a database that any number of processes and threads share.

    The lists, called shards, have one size and lie under one address with `{shard}` in it. Several
    are open at once, and new ones open by themselves. Each change is one transaction that is on
    the disk before the call returns. Make one registry in each process, after any fork.

    >>> from datetime import UTC, datetime, timedelta
    >>> from tempfile import TemporaryDirectory
    >>> from krid.keys import Alg, LocalKey
    >>> key, now = LocalKey.generate(Alg.ES256), datetime(2026, 6, 1, tzinfo=UTC)
    >>> folder = TemporaryDirectory()
    >>> with StatusRegistry.open(
    ...     f"{folder.name}/status.db", "https://mois.example/status/{shard}", open_shards=1
    ... ) as registry:
    ...     card = registry.allocate()
    ...     registry.suspend(card, by="officer-7", reason="phone_lost", now=now)
    ...     done = registry.publish(*registry.due(now=now), key, now=now, lifetime=timedelta(1))
    ...     registry.history(card)
    (Event(version=1, 0 -> 2, 2026-06-01 00:00:00+00:00),)
    >>> folder.cleanup()
    """

    def __init__(self, database: Database, shape: Shape, entropy: Entropy) -> None:
        super().__init__(database, shape)
        self._entropy: Final = entropy

    @classmethod
    def open(
        cls,
        database: str | Path,
        uri: str,
        *,
        bits: int = 2,
        shard_size: int = _SHARD_SIZE,
        open_shards: int = 4,
        kind: RegistryKind = RegistryKind.STATUS,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open the registry of an address with `{shard}` in it, or begin it where there is none.

        `database` is a file for SQLite, or `postgresql+psycopg://...`. The numbers can't be
        changed later: 2 bits allow suspension; a shard holds a multiple of 8 entries up to 1,024,
        or a multiple of 1,024, of which three quarters are given out. Nor can the `kind`.

        Raises:
            MalformedError: `status.syntax` for an address that is not https, or other bits.
            MisuseError: `misuse.option`, `misuse.extra`; `status.registry` when the registry was
                begun with other numbers or of another kind.
            StoreError: `status.database`; `status.registry` for tables of a newer krid.
        """
        opened = connect(database)
        try:
            numbers = {"bits": bits, "size": shard_size, "open_shards": open_shards}
            shape = Shape.settle(opened, uri, **numbers, kind=kind)
        except BaseException:
            opened.close()
            raise
        return cls(opened, shape, entropy)

    @classmethod
    def beside(
        cls,
        database: Database,
        uri: str,
        *,
        bits: int = 2,
        shard_size: int = _SHARD_SIZE,
        open_shards: int = 4,
        kind: RegistryKind = RegistryKind.STATUS,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open a registry beside other tables, in a database that is the caller's; as `open`."""
        ours = database.coded(Code.STATUS_DATABASE)
        make_tables(ours)
        numbers = {"bits": bits, "size": shard_size, "open_shards": open_shards}
        shape = Shape.settle(ours, uri, **numbers, kind=kind)
        return cls(ours, shape, entropy)

    def within(self, connection: Connection) -> Self:
        """Return this registry as part of a transaction that is open in the same database.

        What is given out and set by it is committed with the whole, or not at all.
        """
        return type(self)(self._database.within(connection), self._shape, self._entropy)

    def close(self) -> None:
        """Close the connections to the database."""
        self._database.close()

    def __enter__(self) -> Self:
        """Use the registry in a `with` block that closes it."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Name the addresses, and not the database, whose name may hold a password."""
        return f"StatusRegistry({self._shape.uri!r})"

    @property
    def kind(self) -> RegistryKind:
        """What its statuses are about."""
        return self._shape.kind

    def allocate(self, *, until: datetime | None = None) -> StatusReference:
        """Give out one random index; as `allocate_many`."""
        return self.allocate_many(1, until=until)[0]

    def allocate_many(
        self, count: int, *, order: str | None = None, until: datetime | None = None
    ) -> tuple[StatusReference, ...]:
        """Give out so many indexes in one transaction.

        For each of them an open shard is chosen at random, and in it a free index, each equally
        likely. An index that was given out is never given out again.

        Whoever names an order gets the same indexes when naming it again, so that work that was
        killed goes on without losing any. `order` is one short word that begins with a letter.
        Orders are kept until `forget_order`.

        `until` is when the cards expire, None for never. A shard that gives nothing out any more
        and whose last card has expired is no longer due.

        Raises:
            MisuseError: `misuse.option` for more than the limit, for an order that is no short
                word, or was for another number of indexes; `misuse.naive_time`.
            StoreError: `status.database`, `status.registry`.
        """
        if order is not None:
            check_word(order, "order")
        return allot.allot(
            self._database, self._shape, count, entropy=self._entropy, order=order, until=until
        )

    def forget_order(self, order: str) -> None:
        """Forget which indexes an order got, when its work is done; they stay given out.

        Raises:
            StoreError: `status.database`.
        """
        allot.forget(self._database, self._shape, order)

    def entry(self, reference: StatusReference) -> Entry:
        """Return the status that the next list will show, and its version for `seen`.

        Raises:
            MisuseError: `status.subject` for a list of another registry, `status.index` for an
                index that was not given out.
            StoreError: `status.database`, `status.registry`.
        """
        return change.look_up(self._database, self._shape, reference)

    def set_many(self, changes: Iterable[Change], *, by: str, reason: str, now: datetime) -> None:
        """Make all of these changes, or none, and write down who made them, when and why.

        `by` and `reason` are short words that begin with a letter, such as `officer-7` and
        `phone_lost`: never a person's name, number or story, for the history is kept for good.
        A clock that runs behind does not stop a change: it is noted at the time of the one before.

        Raises:
            MisuseError: `misuse.revoked` for any other status after a final one; `misuse.status`
                for a value that does not fit into the bits; `misuse.option` for more changes
                than the limit, or what is no short word; `misuse.naive_time`; as `entry`.
            StatusError: `status.conflict` when an entry was changed since the version `seen`.
            StoreError: `status.database`, `status.registry`.
        """
        noted = {"by": by, "reason": reason}
        change.change(self._database, self._shape, tuple(changes), **noted, now=now)

    def set(
        self,
        reference: StatusReference,
        status: int,
        *,
        by: str,
        reason: str,
        now: datetime,
        seen: int | None = None,
    ) -> None:
        """Set any status that fits into the bits; as `set_many`."""
        self.set_many([Change(reference, status, seen)], by=by, reason=reason, now=now)

    def suspend(
        self,
        reference: StatusReference,
        *,
        by: str,
        reason: str,
        now: datetime,
        seen: int | None = None,
    ) -> None:
        """Stop a credential for now, as when a phone is reported lost; as `revoke`."""
        self._shape.check_kind({RegistryKind.STATUS})
        self.set(reference, StatusType.SUSPENDED, by=by, reason=reason, now=now, seen=seen)

    def restore(
        self,
        reference: StatusReference,
        *,
        by: str,
        reason: str,
        now: datetime,
        seen: int | None = None,
    ) -> None:
        """Let a suspended credential hold again; as `revoke`."""
        self._shape.check_kind({RegistryKind.STATUS})
        self.set(reference, StatusType.VALID, by=by, reason=reason, now=now, seen=seen)

    def revoke(
        self,
        reference: StatusReference,
        *,
        by: str,
        reason: str,
        now: datetime,
        seen: int | None = None,
    ) -> None:
        """Take a credential back for good; as `set_many`, and `status.purpose` for other kinds."""
        self._shape.check_kind({RegistryKind.STATUS})
        self.set(reference, StatusType.INVALID, by=by, reason=reason, now=now, seen=seen)

    def prepare(
        self,
        shard: str,
        *,
        alg: Alg,
        now: datetime,
        lifetime: timedelta,
        ttl: timedelta | None = None,
        issuer: str | None = None,
        key_id: str | None = None,
        certificates: Sequence[bytes] = (),
        form: ListForm = JWT_FORM,
    ) -> Prepared[Published]:
        """Make all of a token but the signature; completing publishes it, or raises as `publish`.

        Raises:
            MisuseError: `status.subject`, `misuse.lifetime`, `misuse.naive_time`; `misuse.clock`
                when the last token was issued more than five minutes after `now`.
            StoreError: `status.database`, `status.registry`.
        """
        terms = publish.Terms(lifetime, ttl, issuer, key_id, certificates)
        return publish.prepare(
            self._database, self._shape, shard, form, alg=alg, now=now, terms=terms
        )

    def publish(
        self,
        shard: str,
        signer: Signer,
        *,
        now: datetime,
        lifetime: timedelta,
        ttl: timedelta | None = None,
        issuer: str | None = None,
        key_id: str | None = None,
        certificates: Sequence[bytes] = (),
        form: ListForm = JWT_FORM,
    ) -> Published:
        """Sign a shard as it stands and keep the token, which every process then serves.

        Raises:
            StatusError: `status.outdated`.
            MisuseError, StoreError: as `prepare`.
        """
        prepared = self.prepare(
            shard,
            alg=signer.alg,
            now=now,
            lifetime=lifetime,
            ttl=ttl,
            issuer=issuer,
            key_id=key_id,
            certificates=certificates,
            form=form,
        )
        return prepared.sign_with(signer)

    def published(
        self, shard: str, *, at: datetime | None = None, form: ListForm = JWT_FORM
    ) -> Published:
        """Return the newest token of a shard, or the one that was served `at` a moment.

        Past moments are for `?time=` (section 8.4), as far back as `prune` left them.

        Raises:
            StatusError: `status.unavailable` when there is none.
            MisuseError: `misuse.naive_time`.
            StoreError: `status.database`.
        """
        return serve.served(self._database, self._shape, shard, form, at)

    def due(
        self, *, now: datetime, rest: timedelta = timedelta(0), form: ListForm = JWT_FORM
    ) -> tuple[str, ...]:
        """Name the shards that need a new token.

        Those that have none; those that changed since their last one, unless it is younger than
        `rest`; those whose last one has lived half of its `ttl`, or of its lifetime without one.

        Raises:
            MisuseError: `misuse.naive_time`.
            StoreError: `status.database`.
        """
        return serve.due(self._database, self._shape, form.name, now=now, rest=rest)

    def aggregation(self, *, now: datetime) -> bytes:
        """Write the addresses of all shards in use, for `application/json` (section 9.3).

        Those that were never published are left out, and those whose cards have all expired.

        Raises:
            MisuseError: `misuse.naive_time`.
            StoreError: `status.database`.
        """
        return serve.aggregation(self._database, self._shape, now=now)

    def prune(self, *, before: datetime) -> int:
        """Forget tokens that expired before a moment, but the newest of each shard; say how many.

        Raises:
            MisuseError: `misuse.naive_time`.
            StoreError: `status.database`.
        """
        return serve.prune(self._database, self._shape, before=before)
