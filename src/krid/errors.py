"""One error tree for everything that can go wrong, each error with a stable code.

    KridError
    ├── MalformedError        the bytes are not what they claim to be
    ├── UnsupportedError      well-formed, but krid or the profile does not take it
    ├── RejectedError         well-formed and understood, but not to be believed
    │   ├── SignatureError        a signature, MAC or digest does not match
    │   ├── ValidityError         too early, too late, or stale
    │   ├── TrustError            nobody trusted stands behind it
    │   ├── StatusError           revoked, suspended, or its status is not known
    │   ├── BindingError          not for this verifier, this moment, or not by this holder
    │   └── ContentError          what it says breaks a rule of its format or of the request
    ├── ResolutionError       a DID could not be resolved or dereferenced
    ├── TransportError        something over the network could not be had
    ├── StoreError            a wallet or database file could not be opened, read or written
    └── MisuseError           the calling program broke a rule; not a fault of outside data

The text of an error names the rule and never the token, key or claim.
"""

from typing import TYPE_CHECKING, Any

from krid.codes import Code

if TYPE_CHECKING:
    from krid._core.evidence import Check, Evidence

__all__ = [
    "BindingError",
    "Code",
    "ContentError",
    "KridError",
    "MalformedError",
    "MisuseError",
    "RejectedError",
    "ResolutionError",
    "SignatureError",
    "StatusError",
    "StoreError",
    "TransportError",
    "TrustError",
    "UnsupportedError",
    "ValidityError",
]


class KridError(Exception):
    """Anything that krid refuses or fails to do.

    `code` is stable and meant for programs; `detail` is for people and may name a place
    (a claim's path, a file, a limit), never a secret and never personal data. Where a
    verification refused, `check` is the check that did and `proved` what was proved before it:
    whoever keeps an error raises `type(error)(error.code, error.detail)` and never the same again.
    """

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.check: Check | None = None
        self.proved: tuple[Evidence, ...] = ()

    def __str__(self) -> str:
        """Say in one line what went wrong."""
        return f"{self.code.message} ({self.detail})" if self.detail else self.code.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with code, detail, and how far verification came."""
        return type(self), (self.code, self.detail), {"check": self.check, "proved": self.proved}


class MalformedError(KridError):
    """The bytes are not what they claim to be."""


class UnsupportedError(KridError):
    """Well-formed, but krid or the profile in force does not take it."""


class RejectedError(KridError):
    """Well-formed and understood, but not to be believed."""


class SignatureError(RejectedError):
    """A signature, MAC or digest does not match."""


class ValidityError(RejectedError):
    """Too early, too late, or stale."""


class TrustError(RejectedError):
    """Nobody trusted stands behind it."""


class StatusError(RejectedError):
    """Revoked, suspended, or its status is not known."""


class BindingError(RejectedError):
    """Not for this verifier, not for this moment, or not by this holder."""


class ContentError(RejectedError):
    """What it says breaks a rule of its format or of the request it answers."""


class ResolutionError(KridError):
    """A DID could not be resolved or dereferenced."""


class TransportError(KridError):
    """Something over the network could not be had."""


class StoreError(KridError):
    """A wallet or database file could not be opened, read or written."""


class MisuseError(KridError):
    """The calling program broke a rule; no fault of data from outside."""
