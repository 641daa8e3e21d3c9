"""Random DCQL queries and credentials over a small world, and DCQL read as plainly as can be.

The reference works on the JSON of the query and the credentials. It follows the sentences of
OpenID4VP 1.0, sections 6 and 7, and tries every combination: right before fast.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

from krid.keys import Alg, LocalKey
from krid.model import AKI, AcceptedCredential, IssuerKey, TrustedAuthority

FORMATS = ("dc+sd-jwt", "mso_mdoc")
TYPES = ("urn:a", "urn:b")
NAMES = ("a", "b", "c")
VALUES: tuple[Any, ...] = ("x", "y", 0, 1, True, False)
AUTHORITIES = ("AQ", "Ag")
_KEY = LocalKey.generate(Alg.ES256).public_key


@dataclass(frozen=True)
class Held:
    """A credential as both sides see it."""

    format: str
    type: str
    claims: dict[str, Any]
    aki: str | None = None
    bound: bool = True
    types: frozenset[str] = field(default_factory=frozenset)

    def accepted(self) -> AcceptedCredential:
        named = frozenset() if self.aki is None else frozenset({TrustedAuthority(AKI, self.aki)})
        return AcceptedCredential(
            format=self.format,
            type=self.type,
            issuer="https://issuer.example",
            signer=IssuerKey(
                key=_KEY, issuer="https://issuer.example", path="test", stands_under=named
            ),
            claims=self.claims,
            withholdable=(),
            holder=_KEY if self.bound else None,
            valid_from=None,
            valid_until=None,
            status=(),
            types=self.types,
        )


def random_claims(draw: Random, format_name: str) -> dict[str, Any]:
    if format_name == "mso_mdoc":
        return {space: _flat(draw) for space in NAMES if draw.random() < 0.7}
    return {name: _value(draw, 2) for name in NAMES if draw.random() < 0.8}


def random_held(draw: Random) -> Held:
    format_name = draw.choice(FORMATS)
    return Held(
        format_name,
        draw.choice(TYPES),
        random_claims(draw, format_name),
        draw.choice((None, *AUTHORITIES)),
        draw.random() < 0.8,
    )


def random_query(draw: Random) -> dict[str, Any]:
    credentials = [_credential(draw, f"q{number}") for number in range(draw.randint(1, 4))]
    query: dict[str, Any] = {"credentials": credentials}
    if draw.random() < 0.5:
        query["credential_sets"] = [_set(draw, credentials) for _ in range(draw.randint(1, 3))]
    return query


def _flat(draw: Random) -> dict[str, Any]:
    return {name: draw.choice(VALUES) for name in NAMES if draw.random() < 0.8}


def _value(draw: Random, depth: int) -> Any:
    kind = draw.random()
    if depth and kind < 0.25:
        return {name: _value(draw, depth - 1) for name in NAMES if draw.random() < 0.7}
    if depth and kind < 0.5:
        return [_value(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return draw.choice(VALUES)


def _set(draw: Random, credentials: list[dict[str, Any]]) -> dict[str, Any]:
    ids = [each["id"] for each in credentials]
    options = [draw.sample(ids, draw.randint(1, len(ids))) for _ in range(draw.randint(1, 3))]
    return {"options": options} | ({} if draw.random() < 0.6 else {"required": False})


def _credential(draw: Random, query_id: str) -> dict[str, Any]:
    format_name = draw.choice(FORMATS)
    one: dict[str, Any] = {"id": query_id, "format": format_name}
    if format_name == "mso_mdoc":
        one["meta"] = {"doctype_value": draw.choice(TYPES)}
    else:
        one["meta"] = {"vct_values": draw.sample(TYPES, draw.randint(1, 2))}
    if draw.random() < 0.8:
        _put_claims(draw, one)
    if draw.random() < 0.2:
        one["trusted_authorities"] = [{"type": "aki", "values": [draw.choice(AUTHORITIES)]}]
    if draw.random() < 0.3:
        one["require_cryptographic_holder_binding"] = False
    if draw.random() < 0.3:
        one["multiple"] = True
    return one


def _put_claims(draw: Random, one: dict[str, Any]) -> None:
    paths = {_path(draw, one["format"]) for _ in range(draw.randint(1, 4))}
    one["claims"] = [
        _claim(draw, number, path) for number, path in enumerate(sorted(paths, key=str))
    ]
    if draw.random() < 0.5:
        ids = [each["id"] for each in one["claims"]]
        one["claim_sets"] = [
            draw.sample(ids, draw.randint(1, len(ids))) for _ in range(draw.randint(1, 3))
        ]


def _claim(draw: Random, number: int, path: tuple[Any, ...]) -> dict[str, Any]:
    claim: dict[str, Any] = {"id": f"c{number}", "path": list(path)}
    if draw.random() < 0.3:
        claim["values"] = draw.sample(VALUES, draw.randint(1, 3))
    return claim


def _path(draw: Random, format_name: str) -> tuple[Any, ...]:
    if format_name == "mso_mdoc":
        return draw.choice(NAMES), draw.choice(NAMES)
    steps = (*NAMES, *NAMES, None, 0, 1)
    return (draw.choice(NAMES), *(draw.choice(steps) for _ in range(draw.choice((0, 0, 1, 2)))))


# The reference


def selected(claims: Any, path: list[Any]) -> list[Any]:
    """Section 7.1.1, step by step; an error is an empty selection."""
    found = [claims]
    for step in path:
        if isinstance(step, str):
            if not all(isinstance(each, dict) for each in found):
                return []
            found = [each[step] for each in found if step in each]
        else:
            if not all(isinstance(each, list) for each in found):
                return []
            if step is None:
                found = [one for each in found for one in each]
            else:
                found = [each[step] for each in found if step < len(each)]
    return found


def has(held: Held, claim: dict[str, Any]) -> bool:
    found = selected(held.claims, claim["path"])
    if "values" in claim:
        found = [
            each
            for each in found
            if any(type(each) is type(one) and each == one for one in claim["values"])
        ]
    return bool(found)


def wanted_claims(held: Held, one: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The claims to send under section 6.4.1; None when the credential must not be returned."""
    claims = one.get("claims", [])
    by_id = {each["id"]: each for each in claims}
    sets = one.get("claim_sets")
    options = [claims] if sets is None else [[by_id[name] for name in names] for names in sets]
    for option in options:
        if all(has(held, each) for each in option):
            return option
    return None


def answers(held: Held, one: dict[str, Any]) -> bool:
    meta = one["meta"]
    types = meta["vct_values"] if "vct_values" in meta else [meta["doctype_value"]]
    named = [value for each in one.get("trusted_authorities", []) for value in each["values"]]
    return (
        held.format == one["format"]
        and held.type in types
        and (not named or held.aki in named)
        and (held.bound or not one.get("require_cryptographic_holder_binding", True))
        and wanted_claims(held, one) is not None
    )


def possible(query: dict[str, Any], cards: list[Held]) -> Iterator[frozenset[str]]:
    """Every set of query ids that a wallet may answer, by trying all combinations (6.4.2)."""
    held = {one["id"] for one in query["credentials"] if any(answers(c, one) for c in cards)}
    sets = query.get("credential_sets")
    if sets is None:
        ids = frozenset(one["id"] for one in query["credentials"])
        yield from [ids] if ids <= held else []
        return
    ways = [
        [*map(frozenset, each["options"]), *([] if each.get("required", True) else [frozenset()])]
        for each in sets
    ]
    for chosen in product(*ways):
        ids = frozenset().union(*chosen)
        if ids <= held:
            yield ids
