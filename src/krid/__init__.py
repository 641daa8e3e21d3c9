"""krid: issue, hold and verify digital identity.

The names below are the public face; each is loaded when it is first used, so that importing
krid costs little. Formats, protocols and profiles live in modules of their own:
`krid.sdjwt`, `krid.mdoc`, `krid.did`, `krid.trust`, `krid.status`, `krid.query`,
`krid.openid`, `krid.proximity`, `krid.profiles`, `krid.registrar`, `krid.keys`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krid._core.clock import Clock, FixedClock, SystemClock
    from krid._core.entropy import system_entropy
    from krid.did import Resolver
    from krid.errors import (
        BindingError,
        Code,
        ContentError,
        KridError,
        MalformedError,
        MisuseError,
        RejectedError,
        ResolutionError,
        SignatureError,
        StatusError,
        StoreError,
        TransportError,
        TrustError,
        UnsupportedError,
        ValidityError,
    )
    from krid.exchange import MemorySessions
    from krid.issuer import Issuer
    from krid.keys import Alg, LocalKey, PublicKey
    from krid.model import BEARER, NO_STATUS, Challenge, Policy
    from krid.store import Pin
    from krid.verifier import Report, Verified, Verifier, verify_presentation
    from krid.wallet import Consent, Matched, NoMatch, Wallet

__version__ = "0.1.0"

__all__ = [
    "BEARER",
    "NO_STATUS",
    "Alg",
    "BindingError",
    "Challenge",
    "Clock",
    "Code",
    "Consent",
    "ContentError",
    "FixedClock",
    "Issuer",
    "KridError",
    "LocalKey",
    "MalformedError",
    "Matched",
    "MemorySessions",
    "MisuseError",
    "NoMatch",
    "Pin",
    "Policy",
    "PublicKey",
    "RejectedError",
    "Report",
    "ResolutionError",
    "Resolver",
    "SignatureError",
    "StatusError",
    "StoreError",
    "SystemClock",
    "TransportError",
    "TrustError",
    "UnsupportedError",
    "ValidityError",
    "Verified",
    "Verifier",
    "Wallet",
    "system_entropy",
    "verify_presentation",
]

_HOMES = {
    "krid._core.clock": ("Clock", "FixedClock", "SystemClock"),
    "krid._core.entropy": ("system_entropy",),
    "krid.did": ("Resolver",),
    "krid.exchange": ("MemorySessions",),
    "krid.issuer": ("Issuer",),
    "krid.keys": ("Alg", "LocalKey", "PublicKey"),
    "krid.model": ("BEARER", "NO_STATUS", "Challenge", "Policy"),
    "krid.store": ("Pin",),
    "krid.verifier": ("Report", "Verified", "Verifier", "verify_presentation"),
    "krid.wallet": ("Consent", "Matched", "NoMatch", "Wallet"),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name from its home when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'krid' has no attribute {name!r}")
    value: object = getattr(import_module(_HOME_OF.get(name, "krid.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
