"""Many credentials over threads, each for its holder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import final

from krid._core.bulk import in_order
from krid.errors import KridError
from krid.exchange import IssuedCredential
from krid.issuer.issuer import Issuer
from krid.keys import PublicKey
from krid.model import Bearer, OrderedStatus


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One credential of many: what it says, of whom, and where its status stands."""

    claims: Mapping[str, object] = field(repr=False)
    holder: PublicKey | Bearer
    status: OrderedStatus


def issue_many(
    issuer: Issuer,
    format_name: str,
    entries: Iterable[Entry],
    *,
    type: str,  # noqa: A002  the word of the data model
    lifetime: timedelta,
    workers: int,
) -> Iterator[IssuedCredential | KridError]:
    """Issue credentials of one type over so many threads.

    Results come in the order given; the error of an entry that can't be issued stands in its
    place, so look at each before you use it. Nothing is issued before the first result is asked
    for. The issuer's signer is asked from several threads at once.

    Raises:
        MisuseError: `misuse.option` when `workers` is out of range.
    """

    def issue(entry: Entry) -> IssuedCredential:
        return issuer.issue(
            format_name,
            type=type,
            claims=entry.claims,
            holder=entry.holder,
            lifetime=lifetime,
            status=entry.status,
        )

    return in_order(issue, entries, workers=workers)
