"""Disclosed values back in their places (RFC 9901, section 7.1, steps 3 to 5).

`reveal` checks every rule of these steps. `locate` says where each disclosure belongs, and
expects what `reveal` has accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from krid._core import limits
from krid._core.strict_json import Json
from krid.errors import Code, ContentError, MalformedError
from krid.model import ClaimPath
from krid.sdjwt import names
from krid.sdjwt.model import Disclosure

_TEXT: Final = frozenset({str})


def reveal(
    payload: Mapping[str, Json], disclosures: Mapping[str, Disclosure]
) -> Mapping[str, Json]:
    """Return the processed payload: disclosed claims in place, all digests gone.

    Does not check the issuer's signature. `payload` and the disclosed values are read-only
    already, and so is the result.

    Raises:
        ContentError: `sdjwt.digest_repeated`, `sdjwt.disclosure_kind`, `sdjwt.claim_name`,
            `sdjwt.claim_collision` or `sdjwt.disclosure_unused`.
        MalformedError: `sdjwt.digest_syntax`, `sdjwt.hash_alg` for `_sd_alg` below the top
            level (section 4.1.1), or `json.depth` for disclosures nested too deep.
    """
    walk = _Walk(disclosures, set())
    claims = walk.members(payload, 1)
    claims.pop(names.SD_ALG, None)
    if not disclosures.keys() <= walk.met:
        raise ContentError(Code.SDJWT_DISCLOSURE_UNUSED)
    return MappingProxyType(claims)


def locate(
    payload: Mapping[str, Json], disclosures: Mapping[str, Disclosure]
) -> dict[ClaimPath, Disclosure]:
    """Return each disclosure by the concrete path that its claim has in the processed payload."""
    places = _Places(disclosures, {})
    places.members(payload, ())
    return places.found


@dataclass(frozen=True, slots=True)
class _Walk:
    """One pass over a payload: the disclosures offered, and every digest met so far."""

    offered: Mapping[str, Disclosure]
    met: set[str]

    def value(self, value: Json, depth: int) -> Json:
        if type(value) is str:
            return value
        if isinstance(value, MappingProxyType):
            if names.SD_ALG in value:
                raise MalformedError(Code.SDJWT_HASH_ALG)
            return MappingProxyType(self.members(value, depth))
        if isinstance(value, tuple):
            return self.elements(value, depth)
        return value

    def members(self, signed: Mapping[str, Json], depth: int) -> dict[str, Json]:
        """Process an object: step 3.3.2."""
        _check_depth(depth)
        if names.DOTS in signed:
            raise MalformedError(Code.SDJWT_DIGEST_SYNTAX)
        shown = {
            name: self.value(member, depth + 1)
            for name, member in signed.items()
            if name != names.SD
        }
        found = self.find_all(digests_of(signed))
        plain = _plain_claims(found, shown)
        if plain is not None:
            shown.update(plain)
            return shown
        for disclosure in found:
            name, value = new_name(disclosure, shown), disclosure.value
            shown[name] = value if type(value) is str else self.value(value, depth + 1)
        return shown

    def elements(self, signed: tuple[Json, ...], depth: int) -> tuple[Json, ...]:
        """Process an array: steps 3.3.3 and 3.4."""
        _check_depth(depth)
        shown: list[Json] = []
        for element in signed:
            digest = element_digest(element)
            if digest is None:
                shown.append(self.value(element, depth + 1))
                continue
            disclosure = self.find(digest)
            if disclosure is None:
                continue
            if disclosure.name is not None:
                raise ContentError(Code.SDJWT_DISCLOSURE_KIND)
            shown.append(self.value(disclosure.value, depth + 1))
        return tuple(shown)

    def find_all(self, digests: tuple[str, ...]) -> list[Disclosure]:
        """Find the disclosures of an object's digests, each of which is new."""
        before = len(self.met)
        self.met.update(digests)
        if len(self.met) != before + len(digests):
            raise ContentError(Code.SDJWT_DIGEST_REPEATED)
        return [self.offered[digest] for digest in digests if digest in self.offered]

    def find(self, digest: str) -> Disclosure | None:
        """Find the disclosure of a digest that was not met before: steps 3.3.1 and 4."""
        if digest in self.met:
            raise ContentError(Code.SDJWT_DIGEST_REPEATED)
        self.met.add(digest)
        return self.offered.get(digest)


def _plain_claims(found: list[Disclosure], shown: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """Return the claims at once if all are text and every name may stand here, else None."""
    claims = {disclosure.name: disclosure.value for disclosure in found}
    if len(claims) != len(found) or not _TEXT.issuperset(map(type, claims.values())):
        return None
    if None in claims or not claims.keys().isdisjoint(names.RESERVED):
        return None
    if not claims.keys().isdisjoint(shown):
        return None
    return cast("Mapping[str, Json]", claims)


def new_name(disclosure: Disclosure, shown: Mapping[str, Json]) -> str:
    """Return the name of a disclosed claim that may stand here: steps 3.3.2.1 to 3.3.2.3."""
    if disclosure.name is None:
        raise ContentError(Code.SDJWT_DISCLOSURE_KIND)
    if disclosure.name in names.RESERVED:
        raise ContentError(Code.SDJWT_CLAIM_NAME)
    if disclosure.name in shown:
        raise ContentError(Code.SDJWT_CLAIM_COLLISION)
    return disclosure.name


def digests_of(signed: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the digests of an object, which must be an array of text (section 4.2.4.1)."""
    digests = signed.get(names.SD, ())
    if not isinstance(digests, tuple) or not _TEXT.issuperset(map(type, digests)):
        raise MalformedError(Code.SDJWT_DIGEST_SYNTAX)
    return digests


def element_digest(element: Json) -> str | None:
    """Return the digest that stands for an array element, if one does (section 4.2.4.2)."""
    if not isinstance(element, MappingProxyType) or names.DOTS not in element:
        return None
    digest = element[names.DOTS]
    if len(element) != 1 or not isinstance(digest, str):
        raise MalformedError(Code.SDJWT_DIGEST_SYNTAX)
    return digest


def _check_depth(depth: int) -> None:
    if depth > limits.MAX_JSON_DEPTH:
        raise MalformedError(Code.JSON_DEPTH)


@dataclass(frozen=True, slots=True)
class _Places:
    """One pass that notes where each disclosure belongs."""

    offered: Mapping[str, Disclosure]
    found: dict[ClaimPath, Disclosure]

    def value(self, value: Json, path: ClaimPath) -> None:
        if isinstance(value, MappingProxyType):
            self.members(value, path)
        elif isinstance(value, tuple):
            self.elements(value, path)

    def members(self, signed: Mapping[str, Json], path: ClaimPath) -> None:
        for name, member in signed.items():
            if name != names.SD:
                self.value(member, (*path, name))
        for digest in digests_of(signed):
            if digest in self.offered:
                self.place(self.offered[digest], (*path, self.offered[digest].name))

    def elements(self, signed: tuple[Json, ...], path: ClaimPath) -> None:
        index = 0
        for element in signed:
            digest = element_digest(element)
            if digest is None:
                self.value(element, (*path, index))
            elif digest in self.offered:
                self.place(self.offered[digest], (*path, index))
            else:
                continue  # the element vanishes, and the next one takes its index
            index += 1

    def place(self, disclosure: Disclosure, path: ClaimPath) -> None:
        self.found[path] = disclosure
        self.value(disclosure.value, path)
