"""Bulk issue over all cores: processes that each have the register open, fed a chunk at a time."""

import multiprocessing
from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Protocol, final

from krid._core import limits
from krid._core.clock import Clock
from krid.errors import Code, MisuseError
from krid.registrar.bulk import Outcome, PhoneKeys, chunks, issue_chunk
from krid.registrar.registrar import Registrar
from krid.registrar.work import Noted

_AHEAD: Final = 2
"""Chunks in work or waiting for each process; the register is read no further."""


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
    It may be killed and begun again at any time (`krid.registrar.bulk`).
    """

    opener: Opener
    type_id: str
    phones: PhoneKeys = field(repr=False)
    clock: Clock
    workers: int
    actor: str
    reason: str

    def run(self) -> Iterator[Outcome]:
        """Do it, and give the outcome of each chunk as it is done.

        Raises:
            MisuseError: `misuse.option` when `workers` is out of range.
            KridError: what ends a chunk ends the run; what was issued stays issued.
        """
        if not 1 <= self.workers <= limits.MAX_WORKERS:
            raise MisuseError(Code.MISUSE_OPTION, "workers")
        with self.opener() as registrar:
            people = chunks(registrar, self.type_id)
            yield from self._here(registrar, people) if self.workers == 1 else self._apart(people)

    def _note(self) -> Noted:
        return {"actor": self.actor, "reason": self.reason, "now": self.clock.now()}

    def _here(self, registrar: Registrar, people: Iterable[tuple[str, ...]]) -> Iterator[Outcome]:
        for chunk in people:
            yield issue_chunk(registrar, self.type_id, chunk, self.phones, **self._note())

    def _apart(self, people: Iterable[tuple[str, ...]]) -> Iterator[Outcome]:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, mp_context=context) as pool:
            waiting: set[Future[Outcome]] = set()
            try:
                for chunk in people:
                    waiting.add(pool.submit(_work, self, chunk, self._note()))
                    while len(waiting) >= self.workers * _AHEAD:
                        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        yield from (each.result() for each in done)
                yield from (each.result() for each in waiting)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _work(bulk: BulkIssue, chunk: tuple[str, ...], note: Noted) -> Outcome:
    """Do one chunk in a process of its own, which opens the register once."""
    return issue_chunk(_opened(bulk.opener), bulk.type_id, chunk, bulk.phones, **note)


@cache
def _opened(opener: Opener) -> Registrar:
    return opener()
