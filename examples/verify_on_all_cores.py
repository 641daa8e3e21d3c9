"""Many presentations verified on all cores, by processes that each make their own verifier.

Nothing but bytes goes to the workers, and verified credentials or refusals come back, in order.
Threads help little here: most of the work around a signature holds Python's lock
(docs/performance.md).
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain
from multiprocessing import get_context
from typing import TypeAlias

import krid
from krid import profiles
from krid.model import VerifiedCredential
from krid.sdjwt import SdJwtVcFormat, sd
from krid.trust import KeyTrust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BATCH = 64
FORMAT = SdJwtVcFormat()

Outcome: TypeAlias = VerifiedCredential | krid.KridError


def verify_batch(state: krid.PublicKey, batch: list[tuple[bytes, krid.Challenge]]) -> list[Outcome]:
    """Verify presentations in a worker, each for the challenge that it answers."""
    return [_outcome(state, presentation, challenge) for presentation, challenge in batch]


def _outcome(state: krid.PublicKey, presentation: bytes, challenge: krid.Challenge) -> Outcome:
    try:
        return krid.verify_presentation(
            presentation,
            credential_format=FORMAT,
            trust=KeyTrust.of(state),
            status=krid.NO_STATUS,
            profile=profiles.HAIP,
            challenge=challenge,
            now=NOW,
        )
    except krid.KridError as refusal:
        return refusal


def verify_all(
    state: krid.PublicKey, shown: list[tuple[bytes, krid.Challenge]], *, processes: int
) -> Iterator[Outcome]:
    """Give the outcomes in the order of the presentations."""
    batches = [shown[start : start + BATCH] for start in range(0, len(shown), BATCH)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from chain.from_iterable(pool.map(partial(verify_batch, state), batches))


def present_many(
    state: krid.LocalKey, phone: krid.LocalKey, count: int
) -> list[tuple[bytes, krid.Challenge]]:
    """Issue one card, and show it again and again; the last showing is for another verifier."""
    card = krid.Issuer(
        "https://mois.example",
        signer=state,
        profile=profiles.HAIP,
        clock=krid.FixedClock(NOW),
    ).issue_sdjwt(
        vct="urn:example:card",
        claims={f"claim_{number}": sd(f"value {number}") for number in range(20)},
        holder=phone.public_key,
        lifetime=timedelta(days=30),
        status=krid.NO_STATUS,
    )
    here = [krid.Challenge(audience="https://bank.example", nonce=f"{n:022}") for n in range(count)]
    elsewhere = krid.Challenge(audience="https://shop.example", nonce=here[-1].nonce)
    return [
        (
            FORMAT.prepare_presentation(
                card.raw, disclose=[("claim_7",)], challenge=meant, alg=phone.alg, now=NOW
            ).sign_with(phone),
            challenge,
        )
        for challenge, meant in zip(here, [*here[:-1], elsewhere], strict=True)
    ]


def main(count: int = 200, processes: int = 2) -> tuple[int, list[str]]:
    """Return how many were verified, and the codes of those that were not."""
    state, phone = krid.LocalKey.generate(krid.Alg.ES256), krid.LocalKey.generate(krid.Alg.ES256)
    shown = present_many(state, phone, count)
    outcomes = list(verify_all(state.public_key, shown, processes=processes))
    refusals = [str(each.code) for each in outcomes if isinstance(each, krid.KridError)]
    return len(outcomes) - len(refusals), refusals


if __name__ == "__main__":
    verified, refused = main()
    print(f"{verified} verified, refused: {refused}")
