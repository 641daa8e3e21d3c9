"""Which keys need a person, how the wallet asks for one, and for how long that counts."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Final, Literal, Protocol, TypeAlias, final

from krid._core.strict_json import JsonObject
from krid.errors import Code, MisuseError
from krid.fido import Ceremonies
from krid.store import Pin


@final
class Guard(Enum):
    """What must happen before a key is used. Each is met in its own way alone.

    OpenDID's `authType` calls them 1, 2 and 4.
    """

    FREE = "free"
    """Nothing: the wallet is open."""

    PIN = "pin"
    """The person types the wallet's PIN."""

    USER_VERIFIED = "user verified"
    """An authenticator of this wallet verifies the person, by biometrics or its own PIN."""


@final
@dataclass(frozen=True, slots=True)
class Use:
    """What a key is about to be used for, to be shown to the person.

    The texts are empty for what answers no verifier, such as the proof of a key to an issuer.
    """

    verifier: str
    purpose: str


OTHER_USE: Final = Use("", "")


class Prompt(Protocol):
    """Asks the person; to refuse, it raises what the caller is to see."""

    def pin(self, use: Use) -> Pin:
        """Ask for the wallet's PIN."""
        ...

    def authenticator(self, use: Use, options: JsonObject) -> bytes:
        """Hand options to an authenticator and return its answer, JSON as in `krid.fido`."""
        ...


class NoPrompt(Enum):
    """The type of `NO_PROMPT`."""

    NO_PROMPT = "no prompt"


NO_PROMPT: Final[Literal[NoPrompt.NO_PROMPT]] = NoPrompt.NO_PROMPT
"""Nobody can be asked in the middle: guarded keys work after `confirm_pin` and `confirm_user`."""


@final
@dataclass(frozen=True, slots=True)
class Freshness:
    """How long a verification of the person counts, and for how many uses.

    Everything that leaves for one consent is one use.

    Raises:
        MisuseError: `misuse.freshness` for no time, more than an hour, or no use.
    """

    within: timedelta
    uses: int

    def __post_init__(self) -> None:
        """Hold the floor and the cap."""
        if not timedelta() < self.within <= timedelta(hours=1) or self.uses < 1:
            raise MisuseError(Code.MISUSE_FRESHNESS)


PER_USE: Final = Freshness(within=timedelta(minutes=1), uses=1)
"""One use, at once: what a payment terminal does."""


@final
@dataclass(frozen=True, slots=True)
class UserChecks:
    """How a wallet verifies its person: without `ceremonies` no authenticator can be asked."""

    prompt: Prompt | NoPrompt = NO_PROMPT
    ceremonies: Ceremonies | None = field(default=None, repr=False)
    freshness: Freshness = PER_USE


STANDARD_CHECKS: Final = UserChecks()
"""Nobody is asked in the middle, no authenticator at all: a PIN may be confirmed before."""

GuardSet: TypeAlias = frozenset[Guard]
