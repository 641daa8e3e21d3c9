"""The ledger in a database: SQLite in one file, or PostgreSQL, by the same statements.

It needs SQLAlchemy (`pip install 'krid[sql]'`); checking receipts, in `krid.ledger`, does not.

>>> from datetime import UTC, datetime, timedelta
>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from krid.keys import Alg, LocalKey
>>> from krid.ledger import FIRST_CONTACT, NO_WITNESSES, LedgerKey, Role, Terms
>>> from krid.ledger import TrustedIssuerAdded, read_standing, verify_standing
>>> from krid.ledger.embedded import Ledger
>>> now, log_key = datetime(2026, 6, 1, tzinfo=UTC), LocalKey.generate(Alg.EDDSA)
>>> issuer = TrustedIssuerAdded(issuer="https://mois.example", did="did:web:mois.example",
...     roles=frozenset({Role.ISSUER}), types=frozenset({"https://mois.example/card"}))
>>> with TemporaryDirectory() as folder:
...     with Ledger.create(Path(folder) / "ledger.db", origin="ledger.example/trust") as ledger:
...         _ = ledger.append([issuer])
...         _ = ledger.seal(log_key, now=now)
...         file = ledger.standing(issuer.subject).encode()
>>> log = LedgerKey("ledger.example/trust", log_key.public_key)
>>> terms = Terms(log=log, witnesses=NO_WITNESSES, known=FIRST_CONTACT,
...     greatest_age=timedelta(days=1))
>>> shown = verify_standing(read_standing(file), subject=issuer.subject, terms=terms, now=now)
>>> shown.statement == issuer
True
"""

from krid.ledger.embedded.log import Ledger

__all__ = ["Ledger"]
