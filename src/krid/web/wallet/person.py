"""One person's wallet: closed, or open to one browser until it is left alone."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar, final

from krid._core import limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.redact import same
from krid._core.strict_json import JsonObject
from krid.errors import BindingError, Code, MisuseError
from krid.fido import Ceremonies, RelyingParty, VerifiedUser
from krid.model import IssuerKeys
from krid.openid.oauth.store import fingerprint, new_secret
from krid.store import MethodKind, MethodState, Pin, PinState, RecoveryCode, Vault
from krid.store.pin import NEW_PIN_LENGTH
from krid.wallet import (
    NO_REGISTRATIONS,
    RegistrationRule,
    UserChecks,
    Wallet,
    authenticators_of,
)

IDLE: Final = timedelta(minutes=10)
"""How long an open wallet waits for its person before it closes."""

T = TypeVar("T")


@final
class OneWallet:
    """A wallet file that at most one browser has open.

    `party` is what authenticators know its pages as; without it there is none to ask.

    What waits for a decision (offers, requests) is kept here in memory, and forgotten when the
    wallet closes. Threads take turns.
    """

    def __init__(
        self,
        path: Path,
        *,
        trust: IssuerKeys,
        clock: Clock,
        entropy: Entropy,
        registrations: RegistrationRule = NO_REGISTRATIONS,
        party: RelyingParty | None = None,
    ) -> None:
        self._path: Final = path
        both = (
            None if party is None else Ceremonies(party, clock=clock, entropy=entropy)
            for _ in range(2)
        )
        self.ceremonies: Final[Ceremonies | None] = next(both)
        """How authenticators are asked while it is open, None where they are not."""
        self._at_door: Final[Ceremonies | None] = next(both)
        """How they are asked to open it: apart, for anybody may knock as often as they like."""
        self._trust: Final = trust
        self._registrations: Final = registrations
        self._clock: Final = clock
        self._entropy: Final = entropy
        self._checks: Final = UserChecks(ceremonies=self.ceremonies)
        self._turn: Final = threading.RLock()
        self._wallet: Wallet | None = None
        self._browser = ""
        self._seen = clock.now()
        self._waiting: Final[OrderedDict[str, object]] = OrderedDict()

    @property
    def exists(self) -> bool:
        """Tell whether the person has made a wallet."""
        return self._path.is_file()

    @property
    def pin_state(self) -> PinState:
        """Tell how its PIN stands."""
        return Vault.pin_state_of(self._path, clock=self._clock)

    def opens_by(self, kind: MethodKind) -> bool:
        """Tell whether a way of this kind opens the wallet beside the PIN."""
        return any(
            each.kind is kind and each.state is MethodState.ACTIVE
            for each in Vault.methods_of(self._path)
        )

    def ask_to_open(self) -> JsonObject | None:
        """Make the options for an authenticator that opens the wallet, None without any."""
        if self._at_door is None or not self.opens_by(MethodKind.AUTHENTICATOR):
            return None
        return self._at_door.ask(authenticators_of(self._path))

    def create(self, pin: str) -> str:
        """Make the wallet file, open it, and return the secret for the browser's cookie.

        Raises:
            MisuseError: `misuse.pin` for a PIN that is too short.
            StoreError: `store.exists`, `store.io`.
        """
        if len(pin) < NEW_PIN_LENGTH:
            raise MisuseError(Code.MISUSE_PIN)
        made = Wallet.create(
            self._path,
            unlock=Pin(pin),
            trust=self._trust,
            registrations=self._registrations,
            checks=self._checks,
            clock=self._clock,
            entropy=self._entropy,
        )
        return self._opened(made)

    def open(self, unlock: Pin | VerifiedUser) -> str:
        """Open the wallet, closing it to whoever had it open, and return the secret.

        Raises:
            KridError: as `Wallet.open`.
        """
        with self._turn:
            found = Wallet.open(
                self._path,
                unlock=unlock,
                trust=self._trust,
                registrations=self._registrations,
                checks=self._checks,
                clock=self._clock,
                entropy=self._entropy,
            )
            return self._opened(found)

    def open_by_answer(self, answer: bytes) -> str:
        """Open the wallet by an authenticator's answer to `ask_to_open`.

        Raises:
            KridError: as `fido.Ceremonies.complete` and `Wallet.open`; `guard.needed` where no
                authenticator is asked.
        """
        if self._at_door is None:
            raise BindingError(Code.GUARD_NEEDED)
        return self.open(self._at_door.complete(answer))

    def recover(self, code: RecoveryCode, new_pin: Pin) -> str:
        """Open the wallet by a recovery code, take another PIN, and return the secret.

        Raises:
            StoreError: as `Wallet.recover`.
        """
        with self._turn:
            found = Wallet.recover(
                self._path,
                code=code,
                new_pin=new_pin,
                trust=self._trust,
                registrations=self._registrations,
                checks=self._checks,
                clock=self._clock,
                entropy=self._entropy,
            )
            return self._opened(found)

    def close(self) -> None:
        """Close the wallet and forget what waits."""
        with self._turn:
            if self._wallet is not None:
                self._wallet.close()
            self._wallet, self._browser = None, ""
            self._waiting.clear()

    def is_open_to(self, browser: str | None) -> bool:
        """Tell whether this browser has the wallet open; closes it when it was left alone."""
        with self._turn:
            if self._wallet is None or browser is None:
                return False
            if self._clock.now() - self._seen > IDLE:
                self.close()
                return False
            given = fingerprint(browser) if browser.isascii() else ""
            return same(given.encode("ascii"), self._browser.encode("ascii"))

    @contextmanager
    def use(self, browser: str | None) -> Iterator[Wallet]:
        """Let one thread use the open wallet.

        Raises:
            BindingError: `session.unknown` when it is not open to this browser.
        """
        with self._turn:
            if not self.is_open_to(browser) or self._wallet is None:
                raise BindingError(Code.SESSION_UNKNOWN)
            self._seen = self._clock.now()
            yield self._wallet

    def wait(self, thing: object) -> str:
        """Keep an offer or a request until the person has decided, and return its name."""
        name = self._entropy(16).hex()
        with self._turn:
            self._waiting[name] = thing
            while len(self._waiting) > limits.MAX_WEB_PENDING:
                self._waiting.popitem(last=False)
        return name

    def waiting(self, name: str, kind: type[T]) -> T:
        """Return what waits under a name.

        Raises:
            BindingError: `session.unknown` when there is none of this kind.
        """
        found = self._waiting.get(name)
        if not isinstance(found, kind):
            raise BindingError(Code.SESSION_UNKNOWN)
        return found

    def every(self, kind: type[T]) -> tuple[tuple[str, T], ...]:
        """Return all that waits of a kind, by its names."""
        with self._turn:
            found = tuple(self._waiting.items())
        return tuple((name, thing) for name, thing in found if isinstance(thing, kind))

    def take(self, name: str, kind: type[T]) -> T:
        """Return what waits under a name, and forget it: two decisions can't be made.

        Raises:
            BindingError: `session.unknown`.
        """
        with self._turn:
            found = self.waiting(name, kind)
            del self._waiting[name]
            return found

    def _opened(self, wallet: Wallet) -> str:
        with self._turn:
            self.close()
            secret = new_secret(self._entropy)
            self._wallet, self._browser = wallet, fingerprint(secret)
            self._seen = self._clock.now()
            return secret
