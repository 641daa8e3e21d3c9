"""Where claims stand in a credential as it was issued, withheld ones included (section 5.6).

A path of type metadata counts all elements of an array, also those that nobody disclosed, and
tells a claim that is a disclosure itself from one that merely lies inside of one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid._core.strict_json import Json
from krid.errors import Code, ContentError
from krid.model import ClaimPath
from krid.sdjwt import names
from krid.sdjwt.model import Disclosure

_WITHHELD: Final = object()


@final
@dataclass(frozen=True, slots=True)
class Place:
    """A claim or array element: whether it is a disclosure itself, and its signed value."""

    is_disclosure: bool
    value: object = field(repr=False)

    @property
    def is_withheld(self) -> bool:
        """Tell whether the element was not disclosed, so that its content is not known."""
        return self.value is _WITHHELD


@final
@dataclass(frozen=True, slots=True)
class Selection:
    """What a path selects.

    `may_hide_parent` says that something before the last step may be withheld, and
    `may_hide_claim` that the claim itself may be: behind digests that no disclosure belongs to.
    """

    places: tuple[Place, ...]
    may_hide_parent: bool
    may_hide_claim: bool


@final
@dataclass(slots=True)
class Issued:
    """A credential as far as its disclosures show it; `reveal` has accepted it already.

    It counts the places visited by all paths, which is why one is made for each check.
    """

    payload: Mapping[str, Json] = field(repr=False)
    disclosures: Mapping[str, Disclosure] = field(repr=False)
    visited: int = 0

    def select(self, path: ClaimPath) -> Selection:
        """Follow a path (section 5.6.1).

        Raises:
            ContentError: `type.path` when a step meets a value of another kind than it needs,
                or when all paths together visit more places than the limit.
        """
        *before, last = path
        parents = [Place(is_disclosure=False, value=self.payload)]
        hidden = False
        for step in before:
            hidden |= self._may_hide(parents, step)
            parents = self._step(parents, step)
        found = self._step(parents, last)
        may_hide_parent = hidden or any(place.is_withheld for place in parents)
        return Selection(tuple(found), may_hide_parent, self._may_hide(parents, last))

    def _step(self, places: list[Place], step: str | int | None) -> list[Place]:
        found = [child for place in places for child in self._children(place, step)]
        self.visited += len(places) + len(found)
        if self.visited > limits.MAX_TYPE_VISITS:
            raise ContentError(Code.TYPE_PATH, "more places than the limit")
        return found

    def _children(self, place: Place, step: str | int | None) -> list[Place]:
        if place.is_withheld:
            return []
        if isinstance(step, str):
            if not isinstance(place.value, MappingProxyType):
                raise ContentError(Code.TYPE_PATH)
            return self._member(place.value, step)
        if not isinstance(place.value, tuple):
            raise ContentError(Code.TYPE_PATH)
        if step is None:
            return [self._element(element) for element in place.value]
        return [self._element(element) for element in place.value[step : step + 1]]

    def _member(self, members: Mapping[str, Json], name: str) -> list[Place]:
        if name in names.RESERVED:
            return []
        if name in members:
            return [Place(is_disclosure=False, value=members[name])]
        return [
            Place(is_disclosure=True, value=disclosure.value)
            for disclosure in self._found(members)
            if disclosure is not None and disclosure.name == name
        ]

    def _element(self, element: Json) -> Place:
        if not isinstance(element, MappingProxyType) or names.DOTS not in element:
            return Place(is_disclosure=False, value=element)
        disclosure = self.disclosures.get(element[names.DOTS])
        value = _WITHHELD if disclosure is None else disclosure.value
        return Place(is_disclosure=True, value=value)

    def _may_hide(self, places: list[Place], step: str | int | None) -> bool:
        """Tell whether an object lacks a member that one of its unknown digests may stand for."""
        return isinstance(step, str) and any(
            isinstance(place.value, MappingProxyType)
            and not self._member(place.value, step)
            and None in self._found(place.value)
            for place in places
        )

    def _found(self, members: Mapping[str, Json]) -> Iterator[Disclosure | None]:
        digests = members.get(names.SD)
        if not isinstance(digests, tuple):
            return iter(())
        self.visited += len(digests)
        return map(self.disclosures.get, digests)
