"""Putting disclosed values in their places without stopping at the first broken rule.

The walk is that of `reveal`, whose rules for one object, element and name it calls; where a
rule is broken, the digest or the disclosure is left out and the walk goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid._core.strict_json import Json
from krid.errors import Code
from krid.model import Findings
from krid.sdjwt import names
from krid.sdjwt.model import Disclosure
from krid.sdjwt.reveal import digests_of, element_digest, new_name

_MAX_NAME: Final = 64
"""A name of a claim in a place is cut here: a hostile one may be as long as the input."""


@final
@dataclass(frozen=True, slots=True)
class Walk:
    """One pass: the disclosures at hand by digest, and every digest met so far."""

    offered: Mapping[str, Disclosure]
    into: Findings
    met: set[str] = field(default_factory=set)

    def members(self, signed: Mapping[str, Json], place: str, depth: int) -> dict[str, Json]:
        """Process an object (RFC 9901, section 7.1, step 3.3.2)."""
        if depth > limits.MAX_JSON_DEPTH:
            self.into.add(Code.JSON_DEPTH, place)
            return {}
        if names.DOTS in signed:
            self.into.add(Code.SDJWT_DIGEST_SYNTAX, within(place, names.DOTS))
        shown = {
            name: self.value(member, within(place, name), depth + 1)
            for name, member in signed.items()
            if name not in {names.SD, names.DOTS}
        }
        digests = self.into.check(within(place, names.SD), lambda: digests_of(signed)) or ()
        for disclosure in self._new(digests, within(place, names.SD)):
            at = within(place, disclosure.name or names.SD)
            name = self.into.check(at, partial(new_name, disclosure, shown))
            value = self.value(disclosure.value, at, depth + 1)
            if name is not None:
                shown[name] = value
        return shown

    def value(self, value: Json, place: str, depth: int) -> Json:
        """Process what stands at a place."""
        if isinstance(value, MappingProxyType):
            if names.SD_ALG in value:
                self.into.add(Code.SDJWT_HASH_ALG, within(place, names.SD_ALG))
            return MappingProxyType(self.members(value, place, depth))
        if isinstance(value, tuple):
            return self._elements(value, place, depth)
        return value

    def _elements(self, signed: tuple[Json, ...], place: str, depth: int) -> tuple[Json, ...]:
        """Process an array (steps 3.3.3 and 3.4)."""
        if depth > limits.MAX_JSON_DEPTH:
            self.into.add(Code.JSON_DEPTH, place)
            return ()
        shown: list[Json] = []
        for number, element in enumerate(signed):
            at = f"{place}[{number}]"
            if not isinstance(element, MappingProxyType) or names.DOTS not in element:
                shown.append(self.value(element, at, depth + 1))
                continue
            digest = self.into.check(at, partial(element_digest, element))
            for disclosure in self._new(() if digest is None else (digest,), at):
                if disclosure.name is not None:
                    self.into.add(Code.SDJWT_DISCLOSURE_KIND, at)
                shown.append(self.value(disclosure.value, at, depth + 1))
        return tuple(shown)

    def _new(self, digests: Sequence[str], place: str) -> list[Disclosure]:
        """Find the disclosures of digests, none of which may have been met before (step 4)."""
        found: list[Disclosure] = []
        for digest in digests:
            if digest in self.met:
                self.into.add(Code.SDJWT_DIGEST_REPEATED, place)
                continue
            self.met.add(digest)
            if digest in self.offered:
                found.append(self.offered[digest])
        return found


def within(place: str, name: str) -> str:
    """Name the place of a member."""
    cut = name if len(name) <= _MAX_NAME else name[:_MAX_NAME] + "…"
    return f"{place}.{cut}"
