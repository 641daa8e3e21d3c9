"""The layers of krid, lowest first: the one place where they stand (see docs/architecture.md).

A module may import from its own top-level package and from packages of lower layers. Packages of
one layer are siblings and do not know each other, but for the foundation, whose parts are one.
"""

from typing import Final

FOUNDATION: Final = frozenset({"errors", "codes", "_core"})

LAYERS: Final[tuple[frozenset[str], ...]] = (
    FOUNDATION,
    frozenset({"keys", "net"}),
    frozenset({"jose", "cose", "x509", "proofs", "ld", "bbs", "evm", "fido"}),
    frozenset({"did", "model"}),
    frozenset({"sdjwt", "mdoc", "vcjose", "vcdi", "opendid"}),
    frozenset({"status", "trust", "query", "exchange", "store", "ledger", "formats"}),
    frozenset({"issuer", "wallet", "verifier"}),
    frozenset({"openid", "proximity", "cardtypes"}),
    frozenset({"profiles", "registrar"}),
    frozenset({"web"}),
    frozenset({"cli", "lab", "testing"}),
)

ABOVE_ALL: Final = frozenset({"__init__", "__main__", "aio"})
"""The package itself and `krid.aio` show the public names; `python -m krid` starts the command
line. Nothing imports them."""

LAYER_OF: Final = {name: level for level, names in enumerate(LAYERS) for name in names}
TOP: Final = len(LAYERS) - 1
