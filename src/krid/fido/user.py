"""What a verified assertion proves."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid._core.redact import Secret
from krid.fido.credential import Credential

PRF_SIZE: Final = 32


@final
class PrfOutput(Secret):
    """The 32 bytes that the authenticator's pseudo-random function gave for the salt."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class VerifiedUser:
    """The person who registered a credential was present and verified at a moment.

    `credential` has the new counter: keep it. `prf` came by the client and is not signed: it is
    right if it opens what was locked with it.
    """

    credential: Credential
    at: datetime
    prf: PrfOutput | None = field(repr=False)
