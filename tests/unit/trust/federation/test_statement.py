"""Reading statements: any text and any claims give a value or a refusal."""

import json
from typing import Any

import pytest
from federations import ANCHOR, DAY, ISSUER, MARK, MINISTRY, NOW, Entity, Federation, embedded
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import base64url
from krid.errors import KridError
from krid.trust.federation import (
    Constraints,
    Delegation,
    EntityConfiguration,
    KeySet,
    NamingConstraints,
    SubordinateStatement,
    TrustMark,
)

# Enough to find what breaks, and no limit of time, which a busy machine would exceed.
RUNS = settings(deadline=None, max_examples=60)

READERS = [EntityConfiguration, SubordinateStatement, TrustMark, Delegation]
ENTITY = Entity(ISSUER, (MINISTRY,))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)
CLAIMS = st.sampled_from(
    [
        "iss",
        "sub",
        "iat",
        "exp",
        "jwks",
        "metadata",
        "crit",
        "authority_hints",
        "trust_marks",
        "trust_mark_issuers",
        "trust_mark_owners",
        "metadata_policy",
        "constraints",
        "delegation",
        "metadata_policy_crit",
        "source_endpoint",
        "trust_mark_type",
        "trust_anchor_hints",
    ]
)
TYPES = {
    EntityConfiguration: "entity-statement+jwt",
    SubordinateStatement: "entity-statement+jwt",
    TrustMark: "trust-mark+jwt",
    Delegation: "trust-mark-delegation+jwt",
}


def test_a_configuration() -> None:
    federation = Federation.small()
    mark = federation[ANCHOR].mark(ISSUER)
    ENTITY.claims = {
        "trust_marks": embedded(mark),
        "trust_anchor_hints": [ANCHOR],
        "organization": "passed over",
    }
    read = EntityConfiguration.parse(ENTITY.configuration())
    assert (read.entity_id, read.authority_hints) == (ISSUER, (MINISTRY,))
    assert (read.issued_at, read.expires) == (NOW - DAY, NOW + DAY)
    assert read.trust_anchor_hints == (ANCHOR,)
    assert [each.type for each in read.trust_marks] == [MARK]
    assert read.endpoint("federation_fetch_endpoint") == ENTITY.fetch_endpoint


def test_superiors_named_twice_count_once() -> None:
    text = ENTITY.configuration(authority_hints=[ANCHOR, MINISTRY, ANCHOR])
    assert EntityConfiguration.parse(text).authority_hints == (ANCHOR, MINISTRY)


def test_a_subordinate_statement() -> None:
    federation = Federation.small()
    text = federation[MINISTRY].statement(federation[ISSUER])
    read = SubordinateStatement.parse(text)
    assert (read.issuer, read.subject) == (MINISTRY, ISSUER)
    assert read.source_endpoint == federation[MINISTRY].fetch_endpoint
    assert read.policy.encode() == {}
    assert read.constraints == Constraints()


def test_keys_of_foreign_kinds_are_passed_over() -> None:
    federation = Federation.small()
    keys = [
        {"kty": "RSA", "kid": "rsa", "n": "AQAB", "e": "AQAB"},
        *federation[ISSUER].jwks["keys"],
    ]
    assert len(list(KeySet.parse({"keys": keys}))) == 1


@pytest.mark.parametrize("reader", READERS)
@RUNS
@given(text=st.text(max_size=60))
def test_any_text(reader: Any, text: str) -> None:
    with pytest.raises(KridError):
        reader.parse(text)


@pytest.mark.parametrize("reader", READERS)
@RUNS
@given(claims=st.dictionaries(CLAIMS, JSON, max_size=4))
def test_any_claims(reader: Any, claims: dict[str, Any]) -> None:
    honest = {**ENTITY.common(ISSUER), "jwks": ENTITY.jwks, "trust_mark_type": MARK, **claims}
    head, _, tail = ENTITY.sign({}, typ=TYPES[reader]).split(".")
    payload = base64url.encode(json.dumps(honest).encode("utf-8", "replace"))
    try:
        read = reader.parse(f"{head}.{payload}.{tail}")
    except KridError:
        return
    assert reader.parse(read.signed.text) == read


HOSTS = st.from_regex(r"\.?[a-z]{1,4}(\.[a-z]{1,4}){0,2}", fullmatch=True)
NAMING = st.builds(
    NamingConstraints,
    permitted=st.one_of(st.none(), st.lists(HOSTS, max_size=3).map(tuple)),
    excluded=st.lists(HOSTS, max_size=3).map(tuple),
)


@RUNS
@given(
    st.builds(
        Constraints,
        max_path_length=st.one_of(st.none(), st.integers(0, 9)),
        naming=st.one_of(st.none(), NAMING),
        allowed_entity_types=st.one_of(st.none(), st.frozensets(st.text(max_size=5), max_size=3)),
    )
)
def test_constraints_are_read_as_they_were_written(constraints: Constraints) -> None:
    assert Constraints.parse(constraints.encode()) == constraints


@RUNS
@given(JSON)
def test_anything_becomes_constraints_or_a_refusal(value: Any) -> None:
    try:
        Constraints.parse(value).check_names([ISSUER])
    except KridError as refusal:
        assert str(refusal.code).startswith("federation.")
