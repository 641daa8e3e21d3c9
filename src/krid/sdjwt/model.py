"""The values of SD-JWT: digests, disclosures, marks of an issuer, and what was verified."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from functools import partial
from typing import Final, NamedTuple, Protocol, Self, final

from krid._core import base64url
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, UnsupportedError
from krid.keys import PublicKey
from krid.model import Evidence, StatusReference, TransactionData


class _Hash(Protocol):
    def digest(self) -> bytes: ...


_HASHES: Final[Mapping[str, Callable[[bytes], _Hash]]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}


@unique
class HashAlg(Enum):
    """A digest algorithm by its name in `_sd_alg` (RFC 9901, section 4.1.1)."""

    SHA256 = "sha-256"
    SHA384 = "sha-384"
    SHA512 = "sha-512"

    @classmethod
    def from_claim(cls, value: object) -> Self:
        """Find the algorithm that `_sd_alg` names.

        Raises:
            MalformedError: `sdjwt.hash_alg` when it is not text.
            UnsupportedError: `sdjwt.hash_alg` for a name that krid does not accept.
        """
        if not isinstance(value, str):
            raise MalformedError(Code.SDJWT_HASH_ALG)
        if value not in _HASHES:
            raise UnsupportedError(Code.SDJWT_HASH_ALG)
        return cls(value)

    def digest(self, text: str) -> str:
        """Hash the ASCII bytes of a text and write the digest in base64url (section 4.2.3)."""
        return base64url.encode(_HASHES[self.value](text.encode("ascii")).digest())

    def digests(self, texts: Sequence[str]) -> list[str]:
        """Hash each of several texts, as `digest` does."""
        new = _HASHES[self.value]
        return base64url.encode_each([new(text.encode("ascii")).digest() for text in texts])


@final
class Disclosure(NamedTuple):
    """One disclosure with its exact text and the digest of that text (section 4.2).

    `name` is None for an array element. A tuple and no dataclass, because a verifier makes one
    for each claim and a tuple takes a third of the time; `repr` shows the digest alone.
    """

    digest: str
    encoded: str
    salt: str
    name: str | None
    value: Json

    def __repr__(self) -> str:
        return f"Disclosure(digest={self.digest!r})"


disclosure_of: Final[Callable[[tuple[str, str, str, str, Json]], Disclosure]] = partial(
    tuple.__new__, Disclosure
)
"""Make a disclosure of a claim from its five members, without a call into Python."""


@final
@dataclass(frozen=True, slots=True)
class Sd:
    """A claim or array element that the holder may withhold; made by `sd`."""

    value: object = field(repr=False)


def sd(value: object) -> Sd:
    """Mark a claim or an array element as selectively disclosable.

    Marks nest: a marked member of a plain object is disclosed alone, and a marked member of a
    marked object can be disclosed only together with that object (sections 6.2 and 6.3).

    >>> claims = {"family_name": sd("Kim"), "nationalities": [sd("KR"), sd("DE")]}
    """
    return Sd(value)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedSdJwt:
    """An SD-JWT VC whose every rule was checked. Made by `verify` and its siblings alone.

    `claims` is the processed payload, read-only all the way down. `issuer` is `iss`, None when
    the signer's certificate names the issuer. `holder` is the key that signed the presentation,
    None where no key binding was asked for. `status` is a reference, not checked yet.
    `transactions` are those that its holder authorised.
    """

    claims: Mapping[str, Json] = field(repr=False)
    vct: str
    issuer: str | None
    holder: PublicKey | None
    valid_from: datetime | None
    valid_until: datetime | None
    status: StatusReference | None
    evidence: tuple[Evidence, ...]
    transactions: tuple[TransactionData, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPlain:
    """A plain SD-JWT whose rules of RFC 9901 were checked, and none of SD-JWT VC.

    `claims` is the processed payload, read-only all the way down.
    """

    claims: Mapping[str, Json] = field(repr=False)
    holder: PublicKey | None
    valid_until: datetime | None
    evidence: tuple[Evidence, ...]
