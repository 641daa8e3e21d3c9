"""What a verifier asks for: the values of a DCQL query (OpenID4VP 1.0, section 6).

The wire form is read and written by `krid.query`; these values carry no syntax.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, unique
from typing import Final, TypeAlias, assert_never, final

from krid.model.authorities import TrustedAuthority
from krid.model.paths import ClaimPath

ClaimValue: TypeAlias = str | int | bool


@unique
class HolderBinding(Enum):
    """Whether the holder of a credential must prove to be so; the words are for people."""

    REQUIRED = "its holder proves to be so"
    NOT_REQUIRED = "whoever has it may show it"


@final
@dataclass(frozen=True, slots=True)
class AnyType:
    """Every type of a format will do: the query says nothing of it (`meta` is empty)."""


ANY_TYPE: Final = AnyType()


@final
@dataclass(frozen=True, slots=True)
class VctValues:
    """One of these types of SD-JWT VC, or one that extends it (appendix B.3.5)."""

    values: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class DoctypeValue:
    """This type of mdoc (appendix B.2.3)."""

    value: str


@final
@dataclass(frozen=True, slots=True)
class TypeValues:
    """All types of one of these alternatives, fully expanded, for W3C credentials (appendix B.1).

    Further types of the credential do no harm.
    """

    alternatives: tuple[tuple[str, ...], ...]


WantedType: TypeAlias = VctValues | DoctypeValue | TypeValues | AnyType
"""The type that a credential query asks for."""


def is_of_type(wanted: WantedType, types: Collection[str]) -> bool:
    """Tell whether a credential with these types is of a type that is asked for.

    >>> is_of_type(TypeValues((("A", "B"), ("C",))), {"B", "A", "D"})
    True
    >>> is_of_type(TypeValues((("A", "B"), ("C",))), {"A"})
    False
    """
    match wanted:
        case VctValues(values):
            return any(each in types for each in values)
        case DoctypeValue(value):
            return value in types
        case TypeValues(alternatives):
            return any(all(each in types for each in names) for names in alternatives)
        case AnyType():
            return True
        case _ as never:
            assert_never(never)


@final
@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One claim: where it stands and, if `values` is not empty, what it must be one of.

    `id` is its name in `claim_sets`. `intent_to_retain` says of an element of an mdoc that the
    verifier means to keep it; None where it says nothing, as it does of other formats.
    """

    path: ClaimPath
    values: tuple[ClaimValue, ...] = ()
    id: str | None = None
    intent_to_retain: bool | None = None


@final
@dataclass(frozen=True, slots=True)
class CredentialQuery:
    """One credential, or with `multiple` one or more: its format, its type, what to disclose.

    No `claims` means: only those that the issuer always discloses. `claim_sets` are alternatives
    by the ids of claims, the one that the verifier likes best first; none means that all claims
    are wanted. `trusted_authorities` are those one of which must stand behind the issuer, none for
    any.
    """

    id: str
    format: str
    wanted: WantedType
    claims: tuple[ClaimQuery, ...]
    claim_sets: tuple[tuple[str, ...], ...] = ()
    multiple: bool = False
    trusted_authorities: tuple[TrustedAuthority, ...] = ()
    holder_binding: HolderBinding = HolderBinding.REQUIRED

    @property
    def types(self) -> tuple[str, ...]:
        """All types that the query names, each once; none when any type will do."""
        match self.wanted:
            case VctValues(values):
                return values
            case DoctypeValue(value):
                return (value,)
            case TypeValues(alternatives):
                return tuple(dict.fromkeys(name for names in alternatives for name in names))
            case AnyType():
                return ()
            case _ as never:
                assert_never(never)

    @property
    def options(self) -> tuple[tuple[ClaimQuery, ...], ...]:
        """The claims of each alternative, the one that the verifier likes best first."""
        if not self.claim_sets:
            return (self.claims,)
        by_id = {each.id: each for each in self.claims}
        return tuple(tuple(by_id[name] for name in names) for names in self.claim_sets)


@final
@dataclass(frozen=True, slots=True)
class CredentialSet:
    """Alternatives by the ids of credential queries: all of one option serve the purpose.

    What is not `required` may be left out.
    """

    options: tuple[tuple[str, ...], ...]
    required: bool = True


@final
@dataclass(frozen=True, slots=True)
class Query:
    """All credentials of one request.

    No `credential_sets` means: each of them is needed.
    """

    credentials: tuple[CredentialQuery, ...]
    credential_sets: tuple[CredentialSet, ...] = ()

    @property
    def sets(self) -> tuple[CredentialSet, ...]:
        """What must be answered: the credential sets, or one that needs every credential."""
        if self.credential_sets:
            return self.credential_sets
        return (CredentialSet((tuple(each.id for each in self.credentials),)),)
