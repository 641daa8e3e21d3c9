"""The port of a register of trusted issuers, such as one on a ledger, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, final

from krid._core.arguments import several
from krid._core.times import aware
from krid.errors import Code, MisuseError
from krid.keys import PublicKey


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """What a register says of one issuer: who it is, its keys, and what it may issue, and when.

    `id` is the issuer's name as credentials give it: a URL, a DID, or, for formats that name no
    issuer, the JWK Thumbprint URI (RFC 9278) of the key that signs. Its keys are `keys`, or they
    stand in the document of `did`: one of the two, never both. `types` are `vct` values and
    doctypes; none means that it may issue nothing. An end of None is open. `evidence` says where
    this entry was found, such as a contract's address and a block, and holds no personal data.
    """

    id: str
    keys: tuple[PublicKey, ...] = ()
    did: str | None = None
    types: frozenset[str]
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    evidence: str

    def __post_init__(self) -> None:
        """Refuse an entry with both keys and a DID, or neither.

        Raises:
            MisuseError: `misuse.option`; `misuse.naive_time`; `misuse.type`.
        """
        if bool(self.keys) == (self.did is not None):
            raise MisuseError(Code.MISUSE_OPTION, "keys or did")
        several("types", self.types)
        for moment in (self.valid_from, self.valid_until):
            if moment is not None:
                aware(moment)


class TrustedIssuers(Protocol):
    """A register of trusted issuers: on a ledger, in a database, in a signed file."""

    def find(self, issuer: str, *, now: datetime) -> TrustedIssuer:
        """Return the entry of an issuer by its `id`, compared to the letter.

        Whether the entry is in force at `now` and covers a type is checked by the caller; an
        entry that the register took back is not returned.

        Raises:
            TrustError: `trust.unknown_issuer` when there is no entry, or it was taken back.
            TransportError: the register could not be had.
        """
        ...
