"""What a superior lets stand below it (OpenID Federation 1.0, draft 48, section 6.2)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, TrustError
from krid.trust.federation.identifier import host_of

FEDERATION_ENTITY: Final = "federation_entity"
"""The entity type of members as such, which no constraint forbids (section 6.2.3)."""

_NAME: Final = re.compile(r"\.?[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.ASCII)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NamingConstraints:
    """Hosts that entities below may and may not have; None permits all that is not excluded.

    A name that begins with a full stop stands for all hosts below it and not for itself.
    """

    permitted: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `naming_constraints` (section 6.2.2).

        Raises:
            MalformedError: `federation.constraint`.
        """
        members = shape.mapping(value, Code.FEDERATION_CONSTRAINT)
        return cls(
            permitted=_names(members["permitted"]) if "permitted" in members else None,
            excluded=_names(members.get("excluded", ())),
        )

    def check(self, entity_id: str) -> None:
        """Check the host of an entity below; an address instead of a name never passes.

        Raises:
            TrustError: `federation.naming`.
        """
        url = host_of(entity_id)
        allowed = self.permitted is None or _is_any(url.host, self.permitted)
        if url.is_literal or _is_any(url.host, self.excluded) or not allowed:
            raise TrustError(Code.FEDERATION_NAMING)

    def encode(self) -> dict[str, Json]:
        """Write `naming_constraints`."""
        members: dict[str, Json] = {}
        if self.permitted is not None:
            members["permitted"] = list(self.permitted)
        return members | ({"excluded": list(self.excluded)} if self.excluded else {})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """The constraints of one subordinate statement; what is None constrains nothing."""

    max_path_length: int | None = None
    naming: NamingConstraints | None = None
    allowed_entity_types: frozenset[str] | None = None

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read `constraints`; those that krid does not know are passed over, as the text asks.

        Raises:
            MalformedError: `federation.constraint`.
        """
        members = shape.mapping(value, Code.FEDERATION_CONSTRAINT)
        naming, types = members.get("naming_constraints"), members.get("allowed_entity_types")
        return cls(
            max_path_length=_length(members),
            naming=NamingConstraints.parse(naming) if "naming_constraints" in members else None,
            allowed_entity_types=_types(types) if "allowed_entity_types" in members else None,
        )

    def check_path(self, intermediates: int) -> None:
        """Check how many entities stand between the one that constrains and the subject.

        Raises:
            TrustError: `federation.path_length` (section 6.2.1).
        """
        if self.max_path_length is not None and intermediates > self.max_path_length:
            raise TrustError(Code.FEDERATION_PATH_LENGTH)

    def check_names(self, entity_ids: Sequence[str]) -> None:
        """Check the names of all entities below.

        Raises:
            TrustError: `federation.naming` (section 6.2.2).
        """
        if self.naming is not None:
            for entity_id in entity_ids:
                self.naming.check(entity_id)

    def allows_type(self, entity_type: str) -> bool:
        """Tell whether entities below may be of a type (section 6.2.3)."""
        allowed = self.allowed_entity_types
        return allowed is None or entity_type == FEDERATION_ENTITY or entity_type in allowed

    def encode(self) -> dict[str, Json]:
        """Write `constraints`."""
        members: dict[str, Json] = {}
        if self.max_path_length is not None:
            members["max_path_length"] = self.max_path_length
        if self.naming is not None:
            members["naming_constraints"] = self.naming.encode()
        if self.allowed_entity_types is not None:
            members["allowed_entity_types"] = sorted(self.allowed_entity_types)
        return members


UNCONSTRAINED: Final = Constraints()
"""The constraints of a statement that sets none."""


def _length(members: Mapping[str, object]) -> int | None:
    if "max_path_length" not in members:
        return None
    length = shape.integer(members["max_path_length"], Code.FEDERATION_CONSTRAINT)
    if length < 0:
        raise MalformedError(Code.FEDERATION_CONSTRAINT, "max_path_length")
    return length


def _types(value: object) -> frozenset[str]:
    types = shape.texts(value, Code.FEDERATION_CONSTRAINT)
    if FEDERATION_ENTITY in types or len(types) > limits.MAX_ENTITY_TYPES:
        raise MalformedError(Code.FEDERATION_CONSTRAINT, "allowed_entity_types")
    return frozenset(types)


def _names(value: object) -> tuple[str, ...]:
    names = tuple(name.lower() for name in shape.texts(value, Code.FEDERATION_CONSTRAINT))
    if len(names) > limits.MAX_NAMING_CONSTRAINTS:
        raise MalformedError(Code.FEDERATION_CONSTRAINT, "naming_constraints")
    for name in names:
        if len(name) > 254 or _NAME.fullmatch(name) is None:
            raise MalformedError(Code.FEDERATION_CONSTRAINT, "naming_constraints")
    return names


def _is_any(host: str, names: Sequence[str]) -> bool:
    return any(host.endswith(name) if name[0] == "." else host == name for name in names)
