"""Which keys need a person, how the wallet asks for one, and for how long that counts."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Final, Literal, Protocol, TypeAlias, final

from krid._core import base64url, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, MalformedError, MisuseError
from krid.fido import Ceremonies
from krid.store import Pin


@final
class Guard(Enum):
    """What must happen before a key is used. Each is met in its own way alone; see `AllOf`.

    OpenDID's `authType` calls them 1, 2 and 4.
    """

    FREE = "free"
    """Nothing: the wallet is open."""

    PIN = "pin"
    """The person types the wallet's PIN."""

    USER_VERIFIED = "user verified"
    """An authenticator of this wallet verifies the person, by biometrics or its own PIN."""


GuardSet: TypeAlias = frozenset[Guard]


@final
@dataclass(frozen=True, slots=True)
class AllOf:
    """A guard that needs all of several before each use: one alone opens nothing.

    Raises:
        MisuseError: `misuse.guard` for fewer than two, or a free one among them.

    >>> sorted(each.value for each in PIN_AND_USER.guards)
    ['pin', 'user verified']
    """

    guards: GuardSet

    def __post_init__(self) -> None:
        """Check that it is made of several."""
        if len(self.guards) < _SEVERAL or Guard.FREE in self.guards:
            raise MisuseError(Code.MISUSE_GUARD)


_SEVERAL: Final = 2

PIN_AND_USER: Final = AllOf(frozenset({Guard.PIN, Guard.USER_VERIFIED}))
"""The PIN and an authenticator, for the same use. OpenDID signs such an answer twice (0x8006)."""

KeyGuard: TypeAlias = Guard | AllOf


def needs(guard: KeyGuard) -> GuardSet:
    """Return all that a guard asks for; nothing for a free key.

    >>> needs(Guard.FREE)
    frozenset()
    """
    match guard:
        case AllOf(guards):
            return guards
        case Guard.FREE:
            return frozenset()
        case _:
            return frozenset({guard})


def guard_of(wanted: GuardSet) -> KeyGuard:
    """Return the guard that asks for all of these.

    >>> guard_of(frozenset()), guard_of(needs(PIN_AND_USER)) == PIN_AND_USER
    (<Guard.FREE: 'free'>, True)
    """
    asked = wanted - {Guard.FREE}
    if len(asked) < _SEVERAL:
        return next(iter(asked), Guard.FREE)
    return AllOf(asked)


def encode_guard(guard: KeyGuard) -> bytes:
    """Write a guard as `decode_guard` reads it."""
    return _PLUS.join(sorted(each.value for each in needs(guard))).encode()


def decode_guard(value: bytes) -> KeyGuard:
    """Read a guard: older versions of krid, which know no `AllOf`, refuse one.

    Raises:
        MalformedError: `wallet.record`.

    >>> decode_guard(encode_guard(PIN_AND_USER)) == PIN_AND_USER
    True
    """
    try:
        guards = [Guard(each) for each in value.decode().split(_PLUS)]
        return guards[0] if len(guards) == 1 else AllOf(frozenset(guards))
    except (ValueError, MisuseError) as cause:
        raise MalformedError(Code.WALLET_RECORD) from cause


_PLUS: Final = " + "


@final
@dataclass(frozen=True, slots=True)
class Use:
    """What a key is about to be used for, to be shown to the person.

    The texts are empty for what answers no verifier, such as the proof of a key to an issuer.
    `digest` says exactly what it is: that of a consent covers the request and all that leaves.
    """

    verifier: str
    purpose: str
    digest: bytes = field(default=b"", repr=False)

    @property
    def about(self) -> bytes:
        """What an authenticator's challenge is made of, 32 bytes."""
        words = [self.verifier, self.purpose, base64url.encode(self.digest)]
        return hashlib.sha256(b"krid use of a key 1" + strict_json.dumps(words)).digest()


OTHER_USE: Final = Use("", "")

AT_OPENING: Final = Use("", "", b"what the wallet does by itself when it was opened")
"""For what is done at once after the wallet was opened, such as asking issuers for new cards.

What opened the wallet is a verification for it, and for nothing else.
"""


class AnyUse(Enum):
    """The type of `ANY_USE`."""

    ANY_USE = "any use"


ANY_USE: Final[Literal[AnyUse.ANY_USE]] = AnyUse.ANY_USE
"""The person was verified for whatever comes next: a name for what a `Use` would say better."""


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
