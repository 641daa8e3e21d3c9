"""A credential on its way: ordered, accepted by a holder, inspected by anyone, verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, final

from krid._core.evidence import Check, Evidence, Freshness, State
from krid._core.frozen import pack
from krid.keys import Alg, PublicKey
from krid.model.optout import Bearer
from krid.model.paths import ClaimPath
from krid.model.ports import IssuerKey
from krid.model.status_entry import OrderedStatus, StatusEntry
from krid.model.transaction import TransactionData

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssueOrder:
    """All that a format needs to make a credential, but the signature.

    `type` is the `vct` or the doctype. `claims` are nested as the format wants them.
    `certificates` are DER, the signer's first, without the anchor. A format that can't carry the
    `status` refuses it: `one_reference` and `bitstring_entries` say how.
    """

    type: str
    claims: Mapping[str, object] = field(repr=False)
    holder: PublicKey | Bearer
    issuer: str
    alg: Alg
    key_id: str | None
    certificates: tuple[bytes, ...]
    signed_at: datetime
    valid_from: datetime
    valid_until: datetime
    status: OrderedStatus


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BbsOrder:
    """An order of a credential that is to be signed with BBS, by the key `public_key`.

    The rest is as in an `IssueOrder`. No certificate names such a key.
    """

    type: str
    claims: Mapping[str, object] = field(repr=False)
    holder: PublicKey | Bearer
    issuer: str
    public_key: "BbsPublicKey"
    key_id: str | None
    signed_at: datetime
    valid_from: datetime
    valid_until: datetime
    status: OrderedStatus


Order: TypeAlias = IssueOrder | BbsOrder
"""An order, whatever is to sign."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCredential:
    """A credential whose issuer a holder has verified: what the wallet may store and match.

    `withholdable` are the concrete paths that a presentation may leave out; all others always
    leave with it. `signer` is the trusted key that it was verified with. `status` are all status
    entries that it has, not looked up. `types` are all its types, `type` among them: those that
    its `vct` extends, or the types of a W3C credential, fully expanded. Where `needs_one` is not
    empty, a presentation must disclose something at or below one of these paths: without, nothing
    would be left that is a credential.
    """

    format: str
    type: str
    issuer: str
    signer: IssuerKey
    claims: Mapping[str, object] = field(repr=False)
    withholdable: tuple[ClaimPath, ...] = field(repr=False)
    holder: PublicKey | None
    valid_from: datetime | None
    valid_until: datetime | None
    status: tuple[StatusEntry, ...]
    types: frozenset[str] = frozenset()
    needs_one: tuple[ClaimPath, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Count `type` among all types."""
        object.__setattr__(self, "types", self.types | {self.type})

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes, which are how work spreads over cores."""
        return pack(self)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What bytes claim to be, decoded without believing any of it.

    `content` holds JSON-like values for people and for `krid inspect`.
    """

    format: str
    type: str | None
    content: Mapping[str, object] = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCredential:
    """Claims that were proved, and by what. Made by `verify` alone.

    `claims` is read-only. `holder` is the key that signed the presentation, None for BEARER.
    `signer` is the trusted key that the credential was verified with. `status` are all entries
    that it has; each of them must hold. `transactions` are what its holder authorised with it.
    `types` are all its types, `type` among them, as of an `AcceptedCredential`.
    """

    format: str
    type: str
    issuer: str
    signer: IssuerKey
    claims: Mapping[str, object] = field(repr=False)
    holder: PublicKey | None
    valid_until: datetime | None
    status: tuple[StatusEntry, ...]
    evidence: tuple[Evidence, ...]
    transactions: tuple[TransactionData, ...] = ()
    types: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Count `type` among all types."""
        object.__setattr__(self, "types", self.types | {self.type})

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes, which are how work spreads over cores."""
        return pack(self)


__all__ = [
    "AcceptedCredential",
    "BbsOrder",
    "Check",
    "Evidence",
    "Freshness",
    "Inspection",
    "IssueOrder",
    "Order",
    "State",
    "VerifiedCredential",
]
