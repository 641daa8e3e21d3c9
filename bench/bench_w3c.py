"""W3C credentials with 20 claims: issue, present and verify, beside the bare signatures.

`of limit` is the time of the bare ES256 operations, divided by that of the whole operation.
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from krid.keys import Alg, LocalKey
from krid.model import CredentialFormat
from krid.sdjwt import W3cSdJwtFormat, sd
from krid.vcjose import Form, VcJoseFormat

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

ROUNDS = 300
NAMES = [f"claim_{number:02}" for number in range(20)]


def median(action: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the median time of an action, in microseconds."""
    times = []
    for _ in range(ROUNDS):
        begins = clock()
        action()
        times.append(clock() - begins)
    return sorted(times)[ROUNDS // 2] * 1e6


def claims_for(found: CredentialFormat) -> dict[str, Any]:
    mark = sd if found.name == "vc+sd-jwt" else lambda value: value
    return {"credentialSubject": {"level": 3, **{name: mark("a value") for name in NAMES}}}


def main() -> None:
    import w3c_cards as cards

    key = LocalKey.generate(Alg.ES256)
    signature = key.sign(b"x")
    sign = median(lambda: key.sign(b"x"))
    check = median(lambda: key.public_key.verify(b"x", signature, alg=Alg.ES256))
    print(f"bare signature {sign:.0f} µs, bare verification {check:.0f} µs\n")
    print(f"{'':24}{'median':>10}{'of limit':>10}")
    formats: list[CredentialFormat] = [*(VcJoseFormat(form) for form in Form), W3cSdJwtFormat()]
    for found in formats:
        claims = claims_for(found)
        card = cards.issue(found, claims=claims)
        paths = [("credentialSubject", name) for name in NAMES]
        shown = cards.present(found, card, *paths)
        rows: list[tuple[str, Callable[[], object], float]] = [
            ("issue", lambda: cards.issue(found, claims=claims), sign),  # noqa: B023  used at once
            ("present", lambda: cards.present(found, card, *paths), sign),  # noqa: B023
            ("verify", lambda: cards.verify(found, shown, skew=timedelta(0)), 2 * check),  # noqa: B023
        ]
        for name, action, limit in rows:
            taken = median(action)
            print(f"{found.name + ' ' + name:24}{taken:>7.0f} µs{limit / taken:>10.2f}")


def embedded() -> None:
    """Embedded proofs, beside the bare signatures and one canonical form; processor time."""
    import vcdi_cards as cards

    from krid.ld import BUNDLED_PROCESSOR
    from krid.model import BEARER

    taken = partial(median, clock=time.process_time)
    print(f"\n{'':32}{'median':>10}{'canonical form':>18}{'signatures':>14}")
    for suite, alg in cards.ALGS.items():
        card = cards.issue(suite, holder=BEARER)
        document = {name: value for name, value in json.loads(card).items() if name != "proof"}
        form = taken(partial(BUNDLED_PROCESSOR.canonicalize, document))
        key, statements = cards.KEYS[alg], len(BUNDLED_PROCESSOR.canonicalize(document).lines)
        signature = key.sign(b"x")
        sign = taken(partial(key.sign, b"x"))
        check = taken(partial(key.public_key.verify, b"x", signature, alg=alg))
        many = statements if suite == cards.SD else 1
        show = partial(
            cards.format_of(None).present_bearer,
            card,
            disclose=[("credentialSubject",)],
            challenge=cards.CHALLENGE,
        )
        shown = show()
        accept = partial(cards.format_of(None).accept, card, issuers=cards.trust(), now=cards.NOW)
        rows: list[tuple[str, Callable[[], object], float]] = [
            ("issue", partial(cards.issue, suite, holder=BEARER), sign * many),
            ("accept", accept, check * many),
            ("derive", show, 0),
            ("verify", partial(cards.verify, shown, challenge=BEARER), check * many),
        ]
        for name, action, bare in rows:
            whole = 0 if "jcs" in suite else form
            print(
                f"{suite + ' ' + name:32}{taken(action):>7.0f} µs{whole:>15.0f} µs{bare:>11.0f} µs"
            )


if __name__ == "__main__":
    main()
    embedded()
