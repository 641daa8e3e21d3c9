"""Marked claims turned into digests and disclosures (RFC 9901, sections 4.2 and 6).

Two passes: the first checks the claims and counts what is marked, so that all randomness is
drawn in one call; the second writes the payload and the disclosures.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, final

from krid._core import base64url, limits, strict_json
from krid._core.entropy import Entropy
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, MisuseError
from krid.sdjwt import names
from krid.sdjwt.model import HashAlg, Sd

_SALT_BYTES: Final = 16
_DECOY_BYTES: Final = 32

_TEXT: Final = frozenset({str})
_SCALARS: Final = frozenset({str, int, bool, float, type(None)})


@final
@dataclass(frozen=True, slots=True)
class Concealed:
    """A payload with digests in place of what is marked, and the disclosures in base64url."""

    payload: dict[str, Json]
    disclosures: tuple[str, ...]


def conceal(
    claims: Mapping[str, object], *, hash_alg: HashAlg, decoys: int, entropy: Entropy
) -> Concealed:
    """Replace marked claims and elements by digests.

    `decoys` digests of nothing are added to each object that has marked members (section
    4.2.5). The digests of an object are sorted, so that their order tells nothing.

    Raises:
        MisuseError: `misuse.claims` for a reserved or non-text name, a mark on a mark, a value
            without a JSON form, or more depth or marks than krid verifies.
    """
    survey = _Survey()
    survey.members(claims, 1)
    salts = survey.marks * _SALT_BYTES
    pool = entropy(salts + decoys * survey.objects * _DECOY_BYTES)
    writer = _Writer(
        hash_alg,
        decoys,
        iter(base64url.encode_each(_chunks(pool[:salts], _SALT_BYTES))),
        iter(base64url.encode_each(_chunks(pool[salts:], _DECOY_BYTES))),
        [],
    )
    return Concealed(writer.members(claims), tuple(writer.disclosures))


def dumps(value: Json) -> bytes:
    """Write claims as JSON.

    Raises:
        MisuseError: `misuse.claims` when they have no JSON form.
    """
    try:
        return strict_json.dumps(value)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "a value has no JSON form") from cause


def _chunks(pool: bytes, size: int) -> list[bytes]:
    return [pool[start : start + size] for start in range(0, len(pool), size)]


@dataclass(slots=True)
class _Survey:
    """Counts the marks, and the objects that have marked members."""

    marks: int = 0
    objects: int = 0

    def value(self, value: object, depth: int) -> None:
        if type(value) in _SCALARS:
            return
        if isinstance(value, Mapping):
            self.members(value, depth)
        elif isinstance(value, list | tuple):
            _check_depth(depth)
            self.children(value, depth)

    def members(self, claims: Mapping[str, object], depth: int) -> None:
        _check_depth(depth)
        if not (_TEXT.issuperset(map(type, claims)) and names.RESERVED.isdisjoint(claims)):
            raise MisuseError(Code.MISUSE_CLAIMS, "a reserved name, or one that is no text")
        self.objects += Sd in map(type, claims.values())
        self.children(claims.values(), depth)

    def children(self, children: Iterable[object], depth: int) -> None:
        for child in children:
            if type(child) is Sd:
                self.mark(child, depth)
            else:
                self.value(child, depth + 1)

    def mark(self, marked: Sd, depth: int) -> None:
        self.marks += 1
        if self.marks > limits.MAX_DISCLOSURES:
            raise MisuseError(Code.MISUSE_CLAIMS, "more marks than disclosures are allowed")
        if type(marked.value) is Sd:
            raise MisuseError(Code.MISUSE_CLAIMS, "a mark on a mark")
        self.value(marked.value, depth + 1)


def _check_depth(depth: int) -> None:
    if depth > limits.MAX_JSON_DEPTH:
        raise MisuseError(Code.MISUSE_CLAIMS, "nested deeper than the limit")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes disclosures, each with a salt of its own."""

    hash_alg: HashAlg
    decoys: int
    salts: Iterator[str]
    decoy_salts: Iterator[str]
    disclosures: list[str]

    def value(self, value: object) -> Json:
        if type(value) is not str:
            if isinstance(value, Mapping):
                return self.members(value)
            if isinstance(value, list | tuple):
                return self.elements(value)
        plain: Json = value  # type: ignore[assignment]  # the JSON encoder refuses what is not
        return plain

    def members(self, claims: Mapping[str, object]) -> dict[str, Json]:
        written: dict[str, Json] = {}
        hidden: list[list[Json]] = []
        for name, member in claims.items():
            if type(member) is Sd:
                hidden.append([next(self.salts), name, self.value(member.value)])
            else:
                written[name] = self.value(member)
        if hidden:
            written[names.SD] = sorted((*self.disclose(hidden), *self.decoy_digests()))
        return written

    def elements(self, elements: Iterable[object]) -> list[Json]:
        written: list[Json] = []
        for element in elements:
            if type(element) is Sd:
                hidden = [next(self.salts), self.value(element.value)]
                written.append({names.DOTS: self.disclose([hidden])[0]})
            else:
                written.append(self.value(element))
        return written

    def disclose(self, contents: list[list[Json]]) -> list[str]:
        """Write disclosures and return their digests (section 4.2.3)."""
        encoded = [base64url.encode(raw) for raw in _dumps_each(contents)]
        self.disclosures.extend(encoded)
        return self.hash_alg.digests(encoded)

    def decoy_digests(self) -> list[str]:
        return self.hash_alg.digests([next(self.decoy_salts) for _ in range(self.decoys)])


def _dumps_each(contents: list[list[Json]]) -> list[bytes]:
    try:
        return strict_json.dumps_each(contents)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "a value has no JSON form") from cause
