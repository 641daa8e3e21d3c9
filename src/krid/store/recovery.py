"""The recovery code: a secret that is shown once, on paper, and opens the wallet once."""

import hashlib
from typing import Final, Self, final

from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid._core.redact import Secret, same
from krid.errors import Code, MalformedError

_SECRET_SIZE: Final = 16
_CHECK_BITS: Final = 22
_CHARS: Final = 30
_GROUP: Final = 5
_MOST_CHARS: Final = 100
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@final
class RecoveryCode(Secret):
    """128 random bits that open a wallet once; who guesses gets nowhere, so no try is counted.

    It is written in 30 letters and digits of Crockford's base 32, six groups of five, of which 22
    bits are a checksum: of four million codes with a slip, one is taken for a code.

    >>> RecoveryCode(bytes(range(16))).show()
    '000G4-0R40M-30E20-9185G-R38E1-YJ08S'
    """

    __slots__ = ()

    @classmethod
    def generate(cls, entropy: Entropy) -> Self:
        """Make a new one."""
        return cls(entropy(_SECRET_SIZE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person typed: lower case, spaces and O for 0 do no harm.

        Raises:
            MalformedError: `store.recovery_code` for another length, a foreign character, or a
                checksum that does not fit.
        """
        typed("text", text, str)
        written = text[:_MOST_CHARS].upper().translate(_ALIKE)
        if len(written) != _CHARS or any(char not in _ALPHABET for char in written):
            raise MalformedError(Code.STORE_RECOVERY_CODE)
        number = 0
        for char in written:
            number = number << 5 | _ALPHABET.index(char)
        secret = (number >> _CHECK_BITS).to_bytes(_SECRET_SIZE, "big")
        if not same(written.encode(), _written(secret).encode()):
            raise MalformedError(Code.STORE_RECOVERY_CODE)
        return cls(secret)

    def show(self) -> str:
        """Return the code for a person to write down; never log or store what comes back."""
        written = _written(self.reveal())
        groups = (written[at : at + _GROUP] for at in range(0, _CHARS, _GROUP))
        return "-".join(groups)


def _written(secret: bytes) -> str:
    digest = hashlib.sha256(b"krid recovery code 1" + secret).digest()
    check = int.from_bytes(digest[:4], "big") >> (32 - _CHECK_BITS)
    number = int.from_bytes(secret, "big") << _CHECK_BITS | check
    places = range(5 * (_CHARS - 1), -1, -5)
    return "".join(_ALPHABET[number >> place & 31] for place in places)
