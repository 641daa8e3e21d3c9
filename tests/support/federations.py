"""A federation in memory: an anchor, a ministry below it, and an issuer below that."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from krid._core import strict_json
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.net import Response, ScriptedTransport
from krid.trust.federation import (
    ISSUER_TYPES,
    NO_TRUST_MARKS,
    Anchor,
    FederationTrust,
    configuration_answer,
    configuration_url,
    fetch_answer,
    subject_url,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SKEW = timedelta(0)
ANCHOR, MINISTRY, ISSUER = (
    "https://anchor.example",
    "https://ministry.example",
    "https://mois.example",
)
MARK = "https://marks.example/audited"
LEFT_OUT = object()


@dataclass
class Entity:
    """An entity, its key of the federation, and claims that its statements are to have.

    What stands in `claims` or in `above` replaces what an honest statement says; `LEFT_OUT` takes
    it away. `above` holds what the superior says, by the superior's identifier.
    """

    entity_id: str
    superiors: tuple[str, ...] = ()
    key: LocalKey = field(default_factory=lambda: LocalKey.generate(Alg.EDDSA))
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    above: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def jwks(self) -> dict[str, Any]:
        return {"keys": [{**jwk.encode_public(self.key.public_key), "kid": self.key_id}]}

    @property
    def key_id(self) -> str:
        return jwk.key_id(self.key.public_key)

    @property
    def fetch_endpoint(self) -> str:
        return f"{self.entity_id}/fetch"

    def sign(
        self, claims: Mapping[str, Any], *, typ: str = "entity-statement+jwt", **header: Any
    ) -> str:
        """Sign anything, right or wrong, with this entity's key."""
        whole = without({"typ": typ, "kid": self.key_id, **header})
        return jws.sign(whole, strict_json.dumps(without(claims)), self.key)

    def configuration(self, **changes: Any) -> str:
        endpoints = {"federation_fetch_endpoint": self.fetch_endpoint}
        claims = {
            **self.common(self.entity_id),
            "jwks": self.jwks,
            "metadata": {"federation_entity": endpoints, **self.metadata},
            "authority_hints": list(self.superiors) or LEFT_OUT,
        }
        return self.sign({**claims, **self.claims, **changes}, **self.header)

    def statement(self, subject: "Entity", **changes: Any) -> str:
        claims = {**self.common(subject.entity_id), "jwks": subject.jwks}
        claims |= {"source_endpoint": self.fetch_endpoint}
        return self.sign({**claims, **subject.above.get(self.entity_id, {}), **changes})

    def common(self, subject: str) -> dict[str, Any]:
        return {
            "iss": self.entity_id,
            "sub": subject,
            "iat": int((NOW - DAY).timestamp()),
            "exp": int((NOW + DAY).timestamp()),
        }

    def mark(self, subject: str, type_: str = MARK, **changes: Any) -> str:
        claims = {**self.common(subject), "trust_mark_type": type_, **changes}
        return self.sign(claims, typ="trust-mark+jwt")


def without(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if value is not LEFT_OUT}


def embedded(*marks: str, type_: str = MARK) -> list[dict[str, str]]:
    return [{"trust_mark_type": type_, "trust_mark": mark} for mark in marks]


class Federation:
    """Entities by identifier, their statements, and the network that shows them."""

    def __init__(self, *entities: Entity) -> None:
        self.entities = {each.entity_id: each for each in entities}

    @classmethod
    def small(cls) -> "Federation":
        issuer = Entity(ISSUER, (MINISTRY,))
        issuer.metadata = {"vc_issuer": {"jwks": issuer.jwks}}
        return cls(Entity(ANCHOR), Entity(MINISTRY, (ANCHOR,)), issuer)

    def __getitem__(self, entity_id: str) -> Entity:
        return self.entities[entity_id]

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        return (Anchor.of(ANCHOR, self[ANCHOR].key.public_key),)

    def chain(self, *entity_ids: str) -> list[str]:
        """A whole chain along these entities, the subject first."""
        path = [self[each] for each in entity_ids or (ISSUER, MINISTRY, ANCHOR)]
        statements = [upper.statement(lower) for lower, upper in itertools.pairwise(path)]
        return [path[0].configuration(), *statements, path[-1].configuration()]

    def answers(self) -> dict[str, Response]:
        """What every address of the federation answers."""
        found = {}
        for entity in self.entities.values():
            url = configuration_url(entity.entity_id)
            found[url] = configuration_answer(entity.configuration())
            below = [each for each in self.entities.values() if entity.entity_id in each.superiors]
            signed = {each.entity_id: entity.statement(each) for each in below}
            for subject in signed:
                answer = fetch_answer(signed, issuer=entity.entity_id, subject=subject)
                found[subject_url(entity.fetch_endpoint, subject)] = answer
        return found

    def network(self, **changes: Response) -> ScriptedTransport:
        return ScriptedTransport({**self.answers(), **changes})

    def trust(self, **options: Any) -> FederationTrust:
        words: dict[str, Any] = {
            "anchors": self.anchors,
            "transport": self.network(),
            "required_trust_marks": NO_TRUST_MARKS,
            "entity_types": ISSUER_TYPES,
            "skew": SKEW,
            **options,
        }
        return FederationTrust(**words)


def lonely(texts: Sequence[str]) -> list[str]:
    """A chain without the anchor's configuration."""
    return list(texts[:-1])
