"""How surely an issuer knows whom it issues to: a value that trust attaches to issuers."""

from enum import IntEnum, unique
from typing import Final


@unique
class Assurance(IntEnum):
    """The levels of Regulation (EU) No 910/2014, article 8(2), which order from LOW to HIGH.

    No credential is asked for its level: what an issuer says of itself proves nothing. Whoever
    trusts an issuer says which level it was found to have, by `krid.trust.WithAssurance`, and a
    verifier's `Policy` says which it needs. Frameworks that count otherwise are mapped there:
    level 3 of ISO/IEC 29115 or NIST SP 800-63A is not the same thing as any of these.
    """

    LOW = 1
    SUBSTANTIAL = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """The level as people write it.

        >>> Assurance.HIGH.word
        'high'
        """
        return _WORDS[self]


_WORDS: Final = {level: level.name.lower() for level in Assurance}
