"""Nonces that carry their own time, so that handing one out leaves nothing behind.

Anybody may ask for a nonce without showing who they are. If each were stored, whoever asks often
enough would fill the store. So a nonce is a moment and random bits under a MAC; the server stores
only those that were used (docs/adr/0019).
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, final

from krid._core import base64url
from krid._core.entropy import Entropy
from krid._core.redact import Secret, same
from krid._core.times import to_numeric_date
from krid.errors import BindingError, Code, KridError, MisuseError

_TIME_BYTES: Final = 8
_RANDOM_BYTES: Final = 16
_MAC_BYTES: Final = 32
_SIZE: Final = _TIME_BYTES + _RANDOM_BYTES + _MAC_BYTES


@final
class NonceKey(Secret):
    """The key of a server's nonces: 32 random bytes or more, the same in all its processes."""

    __slots__ = ()

    def __init__(self, value: bytes) -> None:
        if len(value) < _MAC_BYTES:
            raise MisuseError(Code.MISUSE_OPTION, "a nonce key shorter than 32 bytes")
        super().__init__(value)


@final
@dataclass(frozen=True, slots=True)
class Nonces:
    """Nonces for one purpose: those of one purpose do not pass for another.

    `lifetime` is how long one is good. That it is used once, where it matters, is for the caller.

    >>> nonces = Nonces(NonceKey(bytes(32)), purpose="c_nonce", lifetime=timedelta(minutes=5))
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> nonce = nonces.make(now=now, entropy=bytes)
    >>> nonces.check(nonce, now=now, refusal=Code.PROOF_NONCE).minute
    5
    """

    key: NonceKey
    purpose: str
    lifetime: timedelta

    def make(self, *, now: datetime, entropy: Entropy) -> str:
        """Make a nonce."""
        body = to_numeric_date(now).to_bytes(_TIME_BYTES, "big") + entropy(_RANDOM_BYTES)
        return base64url.encode(body + self._mac(body))

    def check(self, text: str | None, *, now: datetime, refusal: Code) -> datetime:
        """Check that this server made a nonce not too long ago; return when it ends.

        Raises:
            BindingError: `refusal`.
        """
        made = self._made(text, refusal)
        if not made <= now < made + self.lifetime:
            raise BindingError(refusal)
        return made + self.lifetime

    def _made(self, text: str | None, refusal: Code) -> datetime:
        try:
            raw = base64url.decode(text or "")
        except KridError as cause:
            raise BindingError(refusal) from cause
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if len(raw) != _SIZE or not same(mac, self._mac(body)):
            raise BindingError(refusal)
        return datetime.fromtimestamp(int.from_bytes(body[:_TIME_BYTES], "big"), UTC)

    def _mac(self, body: bytes) -> bytes:
        labelled = self.purpose.encode("utf-8") + b"\0" + body
        return hmac.digest(self.key.reveal(), labelled, "sha256")
