"""Looking a status up, cached and cold, against bare zlib and access to a bit."""

import random
import zlib
from datetime import UTC, datetime, timedelta

from ratio import Line, show

from krid.keys import Alg, LocalKey
from krid.model import BitstringEntry, IssuerHint, StatusReference
from krid.status import (
    Bitstring,
    Fetching,
    StatusBits,
    StatusLists,
    prepare,
    prepare_bitstring,
    prepare_cwt,
)
from krid.trust import KeyTrust

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = LocalKey.generate(Alg.ES256)
TRUST = KeyTrust.of(KEY.public_key, issuer="https://mois.example")
ISSUER = TRUST.find(IssuerHint(format="", type="", alg=Alg.ES256), now=NOW)
URI = "https://mois.example/status/1"
ENTRIES = 100_000_000
SET = 600_000


def _packed() -> bytes:
    """Set what a large country revokes, spread evenly: some 0.9 MB when compressed."""
    chance = random.Random(1)  # noqa: S311  which bits are set is no secret
    packed = bytearray(ENTRIES // 8)
    for _ in range(SET):
        place = chance.randrange(1, ENTRIES)
        packed[place >> 3] |= 1 << (place & 7)
    packed[0] = 0
    return bytes(packed)


PACKED = _packed()
STATUSES = StatusBits(1, PACKED)
COMPRESSED = STATUSES.compress()
TOKEN = prepare(STATUSES, uri=URI, alg=KEY.alg, now=NOW, lifetime=DAY).sign_with(KEY)
CWT = prepare_cwt(STATUSES, uri=URI, alg=KEY.alg, now=NOW, lifetime=DAY).sign_with(KEY)
CREDENTIAL = prepare_bitstring(
    Bitstring(PACKED),
    uri=URI,
    purposes=["revocation"],
    issuer="https://mois.example",
    alg=KEY.alg,
    now=NOW,
    lifetime=DAY,
).sign_with(KEY)
CARD = StatusReference(URI, 0)
ENTRY = BitstringEntry(uri=URI, index=0, purpose="revocation")


def _lists(served: str | bytes) -> StatusLists:
    return StatusLists(Fetching(lambda _: served), issuers=TRUST)


def main() -> None:
    """Show three tables: one status of a kept list, a token, a credential that comes new."""
    kept, bits = _lists(TOKEN), _lists(CREDENTIAL)
    kept.check(CARD, issuer=ISSUER, now=NOW)
    bits.check(ENTRY, issuer=ISSUER, now=NOW)
    show(
        "One status of a list that is kept",
        [
            Line("a bit of bytes", lambda: PACKED[CARD.index >> 3] >> (CARD.index & 7) & 1),
            Line("krid, token", lambda: kept.check(CARD, issuer=ISSUER, now=NOW)),
            Line("krid, bitstring", lambda: bits.check(ENTRY, issuer=ISSUER, now=NOW)),
        ],
    )
    show(
        f"A list of {ENTRIES // 1_000_000} million that comes new: {len(COMPRESSED):,} bytes",
        [
            Line("zlib alone", lambda: zlib.decompress(COMPRESSED)),
            Line("krid, CWT", lambda: _lists(CWT).check(CARD, issuer=ISSUER, now=NOW)),
            Line("krid, JWT", lambda: _lists(TOKEN).check(CARD, issuer=ISSUER, now=NOW)),
            Line(
                "krid, bitstring", lambda: _lists(CREDENTIAL).check(ENTRY, issuer=ISSUER, now=NOW)
            ),
        ],
    )


if __name__ == "__main__":
    main()
