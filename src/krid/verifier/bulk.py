"""Many presentations over threads: a queue of a night, or a day's worth for an audit."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from krid._core.bulk import in_order
from krid.errors import KridError
from krid.model import (
    NO_POLICY,
    Bearer,
    Challenge,
    CredentialFormat,
    IssuerKeys,
    NoStatus,
    Policy,
    Profile,
    StatusSource,
    VerifiedCredential,
)
from krid.verifier.check import verify_presentation


def verify_many(
    presentations: Iterable[tuple[bytes, Challenge | Bearer]],
    *,
    credential_format: CredentialFormat,
    trust: IssuerKeys,
    status: StatusSource | NoStatus,
    profile: Profile,
    now: datetime,
    workers: int,
    policy: Policy = NO_POLICY,
) -> Iterator[VerifiedCredential | KridError]:
    """Verify presentations, each with what it had to be bound to, over so many threads.

    Results come in the order given; the error of one that is refused stands in its place, so look
    at each before you use it. Nothing is verified before the first result is asked for. `trust`
    and `status` are asked from several threads at once.

    Raises:
        MisuseError: `misuse.option` when `workers` is out of range.
    """

    def verify(item: tuple[bytes, Challenge | Bearer]) -> VerifiedCredential:
        presentation, challenge = item
        return verify_presentation(
            presentation,
            credential_format=credential_format,
            trust=trust,
            status=status,
            profile=profile,
            challenge=challenge,
            now=now,
            policy=policy,
        )

    return in_order(verify, presentations, workers=workers)
