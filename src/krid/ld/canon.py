"""RDFC-1.0: the canonical form of an RDF dataset (W3C RDF Dataset Canonicalization, section 4).

Blank nodes get names that depend on nothing but the statements around them. Most need one hash;
those that look alike are told apart by walking through their neighbours in every order, which a
hostile dataset can make endless. So the work is counted, and past a limit it stops.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from itertools import permutations
from types import MappingProxyType
from typing import Final, final

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.ld.rdf import Quad

_SELF: Final = "_:a"
_OTHER: Final = "_:z"
_PLACES: Final = ((0, "s"), (2, "o"), (3, "g"))


@unique
class HashAlg(Enum):
    """The hash inside the algorithm (section 4.2): SHA-256 unless a suite says otherwise."""

    SHA256 = "sha256"
    SHA384 = "sha384"


@final
@dataclass(frozen=True, slots=True)
class CanonicalDataset:
    """A dataset in canonical form.

    `quads` are sorted as their lines are, without repetition. `labels` tells for each blank
    node of the input its canonical one, both as tokens such as `_:c14n0`.
    """

    quads: tuple[Quad, ...] = field(repr=False)
    labels: Mapping[str, str] = field(repr=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """The statements as lines of canonical N-Quads, each with its end."""
        return tuple(quad.line for quad in self.quads)

    @property
    def text(self) -> str:
        """The serialised canonical form: all lines, one after the other."""
        return "".join(self.lines)


def canonicalize(
    quads: Iterable[Quad],
    *,
    hash_alg: HashAlg = HashAlg.SHA256,
    max_steps: int = limits.MAX_LD_CANON_STEPS,
) -> CanonicalDataset:
    r"""Bring statements into canonical form (section 4.4.3).

    `max_steps` bounds the work: each neighbour in each order that is tried counts.

    Raises:
        MalformedError: `ld.size` for too many statements, `ld.poison` for a dataset that takes
            more steps.

    >>> from krid.ld.rdf import parse_nquads
    >>> canonicalize(parse_nquads("_:x <urn:p> <urn:y> .")).text
    '_:c14n0 <urn:p> <urn:y> .\n'
    """
    dataset = sorted(set(quads))
    if len(dataset) > limits.MAX_LD_QUADS:
        raise MalformedError(Code.LD_SIZE)
    labels = _Work(dataset, hash_alg.value, max_steps).labels()
    named = sorted((quad.relabelled(labels) for quad in dataset), key=lambda quad: quad.line)
    return CanonicalDataset(tuple(named), MappingProxyType(labels))


@final
class _Issuer:
    """Gives out names in order, each blank node one (section 4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: Mapping[str, str] = MappingProxyType({})) -> None:
        self.prefix = prefix
        self.issued = dict(issued)

    def issue(self, node: str) -> str:
        """Return the name of a node, a new one the first time."""
        return self.issued.setdefault(node, f"{self.prefix}{len(self.issued)}")

    def copy(self) -> "_Issuer":
        return _Issuer(self.prefix, self.issued)


@final
class _Work:
    """The state of one canonicalisation (section 4.2)."""

    __slots__ = ("_algorithm", "_canonical", "_depth", "_first", "_mentions", "_steps")

    def __init__(self, dataset: Iterable[Quad], algorithm: str, steps: int) -> None:
        self._algorithm = algorithm
        self._steps = steps
        self._depth = 0
        self._canonical = _Issuer("_:c14n")
        self._mentions: dict[str, list[Quad]] = {}
        for quad in dataset:
            for node in {each for each in quad if each.startswith("_:")}:
                self._mentions.setdefault(node, []).append(quad)
        self._first: dict[str, str] = {}

    def labels(self) -> dict[str, str]:
        """Name every blank node (section 4.4.3, steps 3 to 5)."""
        alike: dict[str, list[str]] = {}
        for node in self._mentions:
            self._first[node] = self._hash_first_degree(node)
            alike.setdefault(self._first[node], []).append(node)
        groups = [nodes for _, nodes in sorted(alike.items())]
        for nodes in groups:
            if len(nodes) == 1:
                self._canonical.issue(nodes[0])
        for nodes in groups:
            if len(nodes) > 1:
                self._name_alike(nodes)
        return self._canonical.issued

    def _name_alike(self, nodes: list[str]) -> None:
        found: list[tuple[str, _Issuer]] = []
        for node in nodes:
            if node not in self._canonical.issued:
                issuer = _Issuer("_:b")
                issuer.issue(node)
                found.append(self._hash_n_degree(node, issuer))
        for _, issuer in sorted(found, key=lambda each: each[0]):
            for node in issuer.issued:
                self._canonical.issue(node)

    def _hash(self, text: str) -> str:
        return hashlib.new(self._algorithm, text.encode("utf-8", "surrogatepass")).hexdigest()

    def _hash_first_degree(self, node: str) -> str:
        """Hash the statements that mention a node (section 4.6)."""
        lines = (
            Quad(*(_as_seen(each, node) for each in quad)).line for quad in self._mentions[node]
        )
        return self._hash("".join(sorted(lines)))

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, place: str) -> str:
        """Hash how a node is related to another (section 4.7)."""
        name = self._canonical.issued.get(related) or issuer.issued.get(related)
        predicate = "" if place == "g" else quad.predicate
        return self._hash(f"{place}{predicate}{name or self._first[related]}")

    def _hash_n_degree(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash a node by the paths around it (section 4.8)."""
        self._spend(len(self._mentions[node]))
        self._depth += 1
        groups: dict[str, list[str]] = {}
        for quad in self._mentions[node]:
            for index, place in _PLACES:
                related = quad[index]
                if related.startswith("_:") and related != node:
                    hashed = self._hash_related(related, quad, issuer, place)
                    groups.setdefault(hashed, []).append(related)
        data = ""
        for hashed, related_nodes in sorted(groups.items()):
            path, issuer = self._shortest_path(related_nodes, issuer)
            data += hashed + path
        self._depth -= 1
        return self._hash(data), issuer

    def _shortest_path(self, nodes: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        """Try every order of a group of related nodes, and keep the first in code point order."""
        chosen, chosen_issuer = "", issuer
        for order in permutations(nodes):
            self._spend(len(order))
            tried = self._path(order, issuer.copy(), chosen)
            if tried is not None and (not chosen or tried[0] < chosen):
                chosen, chosen_issuer = tried
        return chosen, chosen_issuer

    def _path(
        self, order: tuple[str, ...], issuer: _Issuer, best: str
    ) -> tuple[str, _Issuer] | None:
        """Write the path of one order; None once it can't be the first any more."""
        path, unnamed = "", []
        for related in order:
            name = self._canonical.issued.get(related)
            if name is None:
                if related not in issuer.issued:
                    unnamed.append(related)
                name = issuer.issue(related)
            path += name
            if _is_later(path, best):
                return None
        for related in unnamed:
            hashed, deeper = self._hash_n_degree(related, issuer)
            path += f"{issuer.issue(related)}<{hashed}>"
            issuer = deeper
            if _is_later(path, best):
                return None
        return path, issuer

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0 or self._depth > limits.MAX_LD_CANON_DEPTH:
            raise MalformedError(Code.LD_POISON)


def _as_seen(token: str, node: str) -> str:
    if not token.startswith("_:"):
        return token
    return _SELF if token == node else _OTHER


def _is_later(path: str, best: str) -> bool:
    return bool(best) and len(path) >= len(best) and path > best
