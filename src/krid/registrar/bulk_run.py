"""Bulk issue over all cores: processes that each have the register open, fed a portion at a time.

Any number of runs on any number of machines share one register; they know nothing of each other
but the leases in it (`krid.registrar.portions`).
"""

import multiprocessing
import multiprocessing.connection
import os
from collections.abc import Hashable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Protocol, final

from krid._core import limits
from krid._core.clock import Clock
from krid.errors import Code, ContentError, MisuseError, StoreError
from krid.registrar.bulk import CHUNK, Outcome, PhoneKeys, issue_portion
from krid.registrar.portions import Elsewhere, Portion, Walk
from krid.registrar.registrar import Registrar

if TYPE_CHECKING:
    from krid.registrar.work import Noted

LEASE: Final = timedelta(seconds=60)
"""How long others leave the people of a silent process alone; a portion takes a second or so."""

_AHEAD: Final = 2
"""Portions in work or waiting for each process; no more are kept from other machines."""


class Opener(Hashable, Protocol):
    """Opens the register; it goes to other processes, so it can be pickled and hashed."""

    def __call__(self) -> Registrar:
        """Open the register."""
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BulkIssue:
    """Issues a card of a type to everybody who may have it and has none.

    `phones` gives the key of a person's phone; opener and phones are pickled for the processes.
    It may be killed and begun again at any time, and run on several machines that share a
    PostgreSQL (`krid.registrar.bulk`). The people of a process that is silent for a `lease` are
    taken over by the others.
    """

    opener: Opener
    type_id: str
    phones: PhoneKeys = field(repr=False)
    clock: Clock
    workers: int
    actor: str
    reason: str
    lease: timedelta = LEASE

    def run(self) -> Iterator[Outcome]:
        """Do it, and give the outcome of each portion as it is done.

        It ends when everybody has had a turn, here or elsewhere; outcomes count what was done here.

        Raises:
            MisuseError: `misuse.option` when `workers` or `lease` is out of range.
            StoreError: `register.worker` when one of the processes died.
            KridError: what ends a portion ends the run; what was issued stays issued.
        """
        if not 1 <= self.workers <= limits.MAX_WORKERS:
            raise MisuseError(Code.MISUSE_OPTION, "workers")
        if self.lease <= timedelta(0):
            raise MisuseError(Code.MISUSE_OPTION, "lease")
        with self.opener() as registrar:
            walk = Walk(registrar.book, self.type_id, size=CHUNK, lasting=self.lease)
            yield from self._here(registrar, walk) if self.workers == 1 else self._apart(walk)

    def issue(self, registrar: Registrar, portion: Portion) -> Outcome:
        """Do one portion; one that was taken over is passed over."""
        note: Noted = {"actor": self.actor, "reason": self.reason, "now": self.clock.now()}
        try:
            return issue_portion(registrar, portion, self.phones, **note)
        except ContentError as error:
            if error.code is not Code.REGISTER_LEASE:
                raise
            return Outcome(0, 0, len(portion.people))

    def _here(self, registrar: Registrar, walk: Walk) -> Iterator[Outcome]:
        while (found := walk.claim()) is not None:
            if isinstance(found, Portion):
                yield self.issue(registrar, found)
            else:
                _pause(found)

    def _apart(self, walk: Walk) -> Iterator[Outcome]:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_end_with_parent)
        try:
            yield from self._fed(pool, walk)
        except BrokenProcessPool as cause:
            raise StoreError(Code.REGISTER_WORKER) from cause
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _fed(self, pool: ProcessPoolExecutor, walk: Walk) -> Iterator[Outcome]:
        """Feed portions to the processes while there are any, and wait for what others have."""
        busy: set[Future[Outcome]] = set()
        while (found := walk.claim()) is not None or busy:
            if isinstance(found, Portion):
                busy.add(pool.submit(_work, self, found))
                if len(busy) < self.workers * _AHEAD:
                    continue
            if not busy and isinstance(found, Elsewhere):
                _pause(found)
            seconds = found.wait.total_seconds() if isinstance(found, Elsewhere) else None
            done, busy = wait(busy, timeout=seconds, return_when=FIRST_COMPLETED)
            yield from (each.result() for each in done)


def _pause(elsewhere: Elsewhere) -> None:
    """Wait for others, who tell nobody when they are done."""
    Event().wait(elsewhere.wait.total_seconds())


def _end_with_parent() -> None:
    """Let no process outlive the one that feeds it: nobody would take its results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()


def _follow(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)  # it has no business left, and may be waiting where nothing else ends it


def _work(bulk: BulkIssue, portion: Portion) -> Outcome:
    """Do one portion in a process of its own, which opens the register once."""
    return bulk.issue(_opened(bulk.opener), portion)


@cache
def _opened(opener: Opener) -> Registrar:
    return opener()
