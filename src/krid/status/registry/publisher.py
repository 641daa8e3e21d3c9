"""Republishing on schedule: one call, made as often as one likes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import final

from krid.errors import Code, StatusError
from krid.keys import Signer
from krid.status.registry.forms import JWT_FORM
from krid.status.registry.registry import StatusRegistry
from krid.status.registry.values import ListForm, Published


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Signs every shard that is due; several processes may do so at once.

    `rest` is the least time between two tokens of one shard: with a few minutes of it, nobody who
    compares lists sees single changes. A shard that was opened just now is due at once: run the
    publisher between giving out indexes and handing over the cards.
    """

    registry: StatusRegistry
    signer: Signer
    lifetime: timedelta
    ttl: timedelta | None
    rest: timedelta = timedelta(0)
    issuer: str | None = None
    key_id: str | None = None
    certificates: Sequence[bytes] = field(default=(), repr=False)
    form: ListForm = JWT_FORM

    def run(self, *, now: datetime) -> tuple[Published, ...]:
        """Publish what is due and return it.

        Raises:
            MisuseError: `misuse.lifetime`, `misuse.naive_time`, `misuse.clock`.
            StoreError: `status.database`.
        """
        names = self.registry.due(now=now, rest=self.rest, form=self.form)
        done = (self._publish(name, now) for name in names)
        return tuple(one for one in done if one is not None)

    def _publish(self, name: str, now: datetime) -> Published | None:
        try:
            return self.registry.publish(
                name,
                self.signer,
                now=now,
                lifetime=self.lifetime,
                ttl=self.ttl,
                issuer=self.issuer,
                key_id=self.key_id,
                certificates=self.certificates,
                form=self.form,
            )
        except StatusError as error:
            if error.code is Code.STATUS_OUTDATED:  # another process was faster
                return None
            raise
