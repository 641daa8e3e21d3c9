"""What both roles of a session have in common: its keys, its end, and its last words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, unique
from typing import Final, final

from krid._core import limits
from krid._core.clock import Clock
from krid.errors import BindingError, Code, KridError, MisuseError, ValidityError
from krid.proximity.cipher import SessionCipher
from krid.proximity.messages import SessionData, SessionStatus


@final
@dataclass(frozen=True, slots=True)
class Ended:
    """The other side has ended the session; the air does not tell who really said so."""

    status: SessionStatus


@unique
class Then(Enum):
    """What comes after a message: the session goes on, or ends with it."""

    GO_ON = "the session goes on"
    END = "the session ends"


@final
class Talk:
    """One session from engagement to end. Not safe between threads.

    Whatever is refused ends it: the keys are dropped, and `farewell` is what to send before the
    link is closed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock: Final = clock
        self.until: Final = clock.now() + timedelta(seconds=limits.MAX_PROXIMITY_SECONDS)
        self._cipher: SessionCipher | None = None
        self._last_words: bytes | None = None
        self._has_ended = False
        self.farewell: bytes | None = None

    @property
    def has_ended(self) -> bool:
        """Tell whether the session is over."""
        return self._has_ended

    @property
    def is_established(self) -> bool:
        """Tell whether there are session keys."""
        return self._cipher is not None

    def check_open(self) -> None:
        """Check that the session is not over.

        Raises:
            BindingError: `proximity.ended`.
            ValidityError: `proximity.expired`; then it is over.
        """
        if self._has_ended:
            raise BindingError(Code.PROXIMITY_ENDED)
        if self._clock.now() >= self.until:
            self.end(SessionStatus.TERMINATION)
            raise ValidityError(Code.PROXIMITY_EXPIRED)

    def establish(self, cipher: SessionCipher) -> None:
        """Begin to encrypt."""
        self._cipher = cipher

    def open(self, sealed: bytes) -> bytes:
        """Decrypt the next message.

        Raises:
            KridError: as `SessionCipher.open`.
        """
        return self._encrypted().open(sealed)

    def seal(self, plaintext: bytes, *, then: Then) -> bytes:
        """Return the message that carries something, and end the session where it is the last.

        Raises:
            KridError: as `SessionCipher.seal`.
        """
        data = self._encrypted().seal(plaintext)
        if then is Then.GO_ON:
            return SessionData(data).encode()
        self.close()
        return SessionData(data, SessionStatus.TERMINATION).encode()

    def seal_first(self, plaintext: bytes) -> bytes:
        """Return the sealed bytes alone, for a SessionEstablishment."""
        return self._encrypted().seal(plaintext)

    def say_last(self, plaintext: bytes) -> None:
        """Keep what is to be sealed into the farewell when what is under way is refused."""
        self._last_words = plaintext

    def end(self, status: SessionStatus) -> bytes:
        """End the session, and return what to tell the other side."""
        sealed = None
        if self._last_words is not None:
            sealed, status = self._encrypted().seal(self._last_words), SessionStatus.TERMINATION
        self.farewell = SessionData(sealed, status).encode()
        self.close()
        return self.farewell

    def close(self) -> None:
        """End the session without a word, as when the link has gone."""
        if self._cipher is not None:
            self._cipher.drop()
        self._cipher, self._last_words, self._has_ended = None, None, True

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """Take one message: what it is refused for ends the session.

        Raises:
            KridError: as `check_open`.
        """
        self.check_open()
        try:
            yield
        except KridError as refusal:
            self.end(_status_of(refusal))
            raise
        except BaseException:
            self.close()
            raise

    def _encrypted(self) -> SessionCipher:
        if self._cipher is None:
            raise MisuseError(Code.PROXIMITY_ORDER, "no session keys yet")
        return self._cipher


def _status_of(refusal: KridError) -> SessionStatus:
    """Choose what the other side is told; it learns no more than the standard has it learn."""
    if refusal.code in _ENCRYPTION:
        return SessionStatus.ENCRYPTION_ERROR
    if refusal.code in _CBOR or str(refusal.code).startswith("cbor."):
        return SessionStatus.CBOR_ERROR
    return SessionStatus.TERMINATION


_ENCRYPTION: Final = frozenset(
    {Code.PROXIMITY_DECRYPTION, Code.PROXIMITY_KEY, Code.PROXIMITY_CURVE}
)
_CBOR: Final = frozenset({Code.PROXIMITY_MESSAGE, Code.PROXIMITY_SIZE})
