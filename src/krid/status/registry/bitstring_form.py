"""The statuses of a registry as Bitstring Status Lists of the W3C: one list for each purpose."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid._core.frozen import pack
from krid.errors import Code, MisuseError
from krid.keys import Alg, Prepared
from krid.model import BitstringEntry, StatusReference
from krid.status.bits import StatusBits
from krid.status.bitstring import Bitstring
from krid.status.bitstring_credential import prepare_bitstring
from krid.status.registry.values import RegistryKind
from krid.status.repack import shown_values, whole_values
from krid.status.values import StatusPurpose, StatusType

_PATH: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
_UNDEFINED: Final = "undefined"
"""The standard's text for a status that has no meaning yet."""

_STATUS: Final = frozenset({RegistryKind.STATUS})


@final
@dataclass(frozen=True, slots=True)
class BitstringForm:
    """One purpose of a registry's statuses: which of them set the bit of a card.

    The list of a shard lies at the shard's address, followed by a slash and `path`. It has one
    bit for each card, set while the card's status is one of `shows`; or, where `messages` says
    what each value means, the statuses themselves.

    `kinds` are the registries that it may be published for: a purpose that can't be taken back
    must show nothing but what the registry never takes back.

    Raises:
        MisuseError: `misuse.option` for a `path` that is no short word, for neither or both of
            `shows` and `messages`, or for messages that leave out a value of their size.

    >>> card = StatusReference("https://mois.example/status/a", 7)
    >>> REVOCATION_FORM.entry(card).uri
    'https://mois.example/status/a/revocation'
    """

    path: str
    purpose: str
    _: KW_ONLY
    kinds: frozenset[RegistryKind]
    shows: frozenset[int] = frozenset()
    messages: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    references: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be published, or would show nothing."""
        if _PATH.fullmatch(self.path) is None:
            raise MisuseError(Code.MISUSE_OPTION, "path")
        if bool(self.shows) == bool(self.messages):
            raise MisuseError(Code.MISUSE_OPTION, "shows or messages")
        if self.messages and self.messages.keys() != set(range(1 << self.size)):
            raise MisuseError(Code.MISUSE_OPTION, "a message for each status")

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return pack(self)

    @property
    def name(self) -> str:
        """Its name in the database."""
        return f"bitstring-{self.path}"

    @property
    def media_type(self) -> str:
        """That of a VC-JWT."""
        return "application/vc+jwt"

    @property
    def size(self) -> int:
        """The bits of one status in the list."""
        return max(1, (len(self.messages) - 1).bit_length())

    def address(self, uri: str) -> str:
        """Return where the list of this purpose lies for the shard at an address.

        Raises:
            MisuseError: `misuse.option` for an address that ends in a query or a fragment.
        """
        if "?" in uri or "#" in uri:
            raise MisuseError(Code.MISUSE_OPTION, "an address that nothing can follow")
        return f"{uri}/{self.path}"

    def entry(self, reference: StatusReference) -> BitstringEntry:
        """Return what a W3C credential says of the status that a registry gave out for it.

        Raises:
            MisuseError: as `address`.
        """
        return BitstringEntry(
            uri=self.address(reference.uri),
            index=reference.index,
            purpose=self.purpose,
            size=self.size,
            messages=self.messages,
            references=self.references,
        )

    def bitstring(self, statuses: StatusBits) -> Bitstring:
        """Return how the statuses of a shard show for this purpose.

        Raises:
            MisuseError: `status.length` for fewer than a card can hide among; `misuse.option` for
                messages of another size than the statuses have.
        """
        if statuses.size < limits.MIN_BITSTRING_ENTRIES:
            raise MisuseError(Code.STATUS_LENGTH)
        if self.shows:
            return shown_values(statuses, self.shows)
        if statuses.bits != self.size:
            raise MisuseError(Code.MISUSE_OPTION, "messages for statuses of another size")
        return whole_values(statuses)

    def prepare(
        self,
        statuses: StatusBits,
        *,
        uri: str,
        issuer: str | None,
        alg: Alg,
        now: datetime,
        lifetime: timedelta,
        ttl: timedelta | None,
        key_id: str | None,
        certificates: Sequence[bytes],
    ) -> Prepared[str]:
        """Make everything of the list's credential but the signature.

        Raises:
            MisuseError: `misuse.option` without an issuer, which a credential has to name;
                as `bitstring` and `krid.status.prepare_bitstring`.
        """
        if issuer is None:
            raise MisuseError(Code.MISUSE_OPTION, "a bitstring list without its issuer")
        return prepare_bitstring(
            self.bitstring(statuses),
            uri=uri,
            purposes=(self.purpose,),
            issuer=issuer,
            alg=alg,
            now=now,
            lifetime=lifetime,
            size=self.size,
            messages=self.messages,
            ttl=ttl,
            key_id=key_id,
            certificates=certificates,
        )


def message_form(
    messages: Mapping[int, str], *, bits: int, references: Sequence[str] = ()
) -> BitstringForm:
    """Make the form that shows the statuses themselves, each with a text for developers.

    A value without a message says `undefined`, as one that may be defined later. `references` are
    URLs that tell more. All of it goes into each card and can't be changed in those issued.

    Raises:
        MisuseError: `misuse.option` for a message for a value that does not fit into the bits.

    >>> message_form({0: "in review", 1: "accepted"}, bits=2).messages[3]
    'undefined'
    """
    if messages.keys() - set(range(1 << bits)):
        raise MisuseError(Code.MISUSE_OPTION, "a message for no status")
    whole = {value: messages.get(value, _UNDEFINED) for value in range(1 << bits)}
    return BitstringForm(
        StatusPurpose.MESSAGE.value,
        StatusPurpose.MESSAGE.value,
        kinds=frozenset({RegistryKind.STATUS, RegistryKind.MESSAGE}),
        messages=MappingProxyType(whole),
        references=tuple(references),
    )


REVOCATION_FORM: Final = BitstringForm(
    "revocation", "revocation", kinds=_STATUS, shows=frozenset({StatusType.INVALID})
)
"""The cards that were revoked, for good."""

SUSPENSION_FORM: Final = BitstringForm(
    "suspension", "suspension", kinds=_STATUS, shows=frozenset({StatusType.SUSPENDED})
)
"""The cards that are suspended now."""

REFRESH_FORM: Final = BitstringForm(
    "refresh", "refresh", kinds=frozenset({RegistryKind.REFRESH}), shows=frozenset({1})
)
"""The cards of which there is a newer one; they still hold."""
