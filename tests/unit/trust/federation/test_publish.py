"""What a federation's members publish, and what is not made because nobody could read it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from federations import ANCHOR, ISSUER, MARK, MINISTRY, NOW, Entity
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import strict_json
from krid.errors import Code, MisuseError
from krid.keys import Alg, LocalKey
from krid.trust.federation import (
    Anchor,
    Constraints,
    Delegation,
    EntityConfiguration,
    MetadataPolicy,
    NamingConstraints,
    SubordinateStatement,
    TrustMark,
    Validity,
    configuration_answer,
    configuration_url,
    error_answer,
    fetch_answer,
    list_answer,
    prepare_configuration,
    prepare_delegation,
    prepare_subordinate,
    prepare_trust_mark,
    subject_url,
    verify_chain,
)

# Enough to find what breaks, and no limit of time, which a busy machine would exceed.
RUNS = settings(deadline=None, max_examples=60)

KEYS = {name: LocalKey.generate(Alg.ES256) for name in (ANCHOR, MINISTRY, ISSUER)}
DAY = timedelta(days=1)
VALIDITY = Validity.lasting(DAY, since=NOW)


def configuration(entity_id: str, **changes: Any) -> str:
    key = KEYS[entity_id]
    words: dict[str, Any] = {
        "keys": (key.public_key,),
        "signed_by": key.public_key,
        "validity": VALIDITY,
        "metadata": {"federation_entity": {}},
        **changes,
    }
    return prepare_configuration(entity_id, **words).sign_with(key)


def subordinate(issuer: str, subject: str, **changes: Any) -> str:
    words: dict[str, Any] = {
        "keys": (KEYS[subject].public_key,),
        "signed_by": KEYS[issuer].public_key,
        "validity": VALIDITY,
        **changes,
    }
    return prepare_subordinate(subject, issuer=issuer, **words).sign_with(KEYS[issuer])


def misused(call: Callable[[], object]) -> Code:
    with pytest.raises(MisuseError) as error:
        call()
    return error.value.code


def test_a_whole_chain() -> None:
    naming = NamingConstraints(permitted=(".example",), excluded=("bank.example",))
    constraints = Constraints(
        max_path_length=1, naming=naming, allowed_entity_types=frozenset({"vc_issuer"})
    )
    policy = MetadataPolicy.parse({"vc_issuer": {"name": {"value": "Ministry"}}})
    texts = [
        configuration(ISSUER, metadata={"vc_issuer": {}}, authority_hints=(MINISTRY,)),
        subordinate(MINISTRY, ISSUER, metadata={"vc_issuer": {"logo": "x"}}),
        subordinate(
            ANCHOR, MINISTRY, policy=policy, constraints=constraints,
            source_endpoint=f"{ANCHOR}/fetch",
        ),
        configuration(ANCHOR),
    ]  # fmt: skip
    anchors = (Anchor.of(ANCHOR, KEYS[ANCHOR].public_key),)
    chain = verify_chain(texts, anchors=anchors, now=NOW + timedelta(hours=1), skew=timedelta(0))
    assert chain.metadata["vc_issuer"] == {"logo": "x", "name": "Ministry"}
    statement = SubordinateStatement.parse(texts[2])
    assert statement.constraints == constraints
    assert statement.policy == policy
    assert statement.source_endpoint == f"{ANCHOR}/fetch"


def test_marks_and_who_may_issue_them() -> None:
    delegated = prepare_delegation(
        MARK, issuer=MINISTRY, owner=ANCHOR, signed_by=KEYS[ANCHOR].public_key, validity=VALIDITY
    ).sign_with(KEYS[ANCHOR])
    mark = prepare_trust_mark(
        MARK, subject=ISSUER, issuer=MINISTRY, signed_by=KEYS[MINISTRY].public_key,
        validity=VALIDITY, delegation=delegated,
    ).sign_with(KEYS[MINISTRY])  # fmt: skip
    anchor = EntityConfiguration.parse(
        configuration(
            ANCHOR,
            trust_mark_issuers={MARK: [MINISTRY]},
            trust_mark_owners={MARK: (ANCHOR, [KEYS[ANCHOR].public_key])},
        )
    )
    issuer = EntityConfiguration.parse(configuration(ISSUER, trust_marks=[mark]))
    assert anchor.trust_mark_issuers == {MARK: frozenset({MINISTRY})}
    assert anchor.trust_mark_owners[MARK].owner == ANCHOR
    (embedded,) = issuer.trust_marks
    read = TrustMark.parse_embedded(embedded)
    assert read.delegation == Delegation.parse(delegated)
    assert (read.issuer, read.subject, read.expires) == (MINISTRY, ISSUER, NOW + DAY)


@pytest.mark.parametrize(
    "call",
    [
        lambda: configuration(ANCHOR, keys=(KEYS[ISSUER].public_key,)),
        lambda: configuration(ANCHOR, authority_hints=("anchor",)),
        lambda: configuration(ANCHOR, metadata={"t": {"name": None}}),
        lambda: configuration(ANCHOR, metadata={"t": {"name": float("nan")}}),
        lambda: subordinate(ANCHOR, ANCHOR),
        lambda: subordinate(ANCHOR, ISSUER, keys=()),
        lambda: subordinate(ANCHOR, ISSUER, source_endpoint="http://anchor.example"),
        lambda: prepare_trust_mark(
            "", subject=ISSUER, issuer=ANCHOR, signed_by=KEYS[ANCHOR].public_key, validity=VALIDITY
        ),
    ],
)
def test_what_nobody_could_read_is_not_made(call: Callable[[], object]) -> None:
    assert misused(call) is Code.MISUSE_OPTION


def test_constraints_are_written_as_they_were_read() -> None:
    for members in (
        {},
        {"naming_constraints": {"excluded": ["a.example"]}},
        {"max_path_length": 0},
    ):
        assert Constraints.parse(members).encode() == members


def test_a_validity_has_an_end_after_its_beginning() -> None:
    assert misused(lambda: Validity(NOW, NOW)) is Code.MISUSE_LIFETIME
    naive = datetime(2026, 6, 1)  # noqa: DTZ001  naive on purpose
    assert misused(lambda: Validity.lasting(DAY, since=naive)) is Code.MISUSE_NAIVE_TIME


# What endpoints answer


def test_answers() -> None:
    signed = Entity(ANCHOR).configuration()
    answer = configuration_answer(signed)
    assert (answer.status, answer.media_type) == (200, "application/entity-statement+jwt")
    assert answer.body.decode() == signed
    found = fetch_answer({ISSUER: signed}, issuer=ANCHOR, subject=ISSUER)
    assert (found.status, found.media_type) == (200, "application/entity-statement+jwt")
    missing = fetch_answer({}, issuer=ANCHOR, subject=ISSUER)
    assert (missing.status, strict_json.loads_object(missing.body)["error"]) == (404, "not_found")
    own = fetch_answer({}, issuer=ANCHOR, subject=ANCHOR)
    assert (own.status, strict_json.loads_object(own.body)["error"]) == (400, "invalid_request")
    assert strict_json.loads(list_answer([ISSUER]).body) == [ISSUER]
    assert error_answer(500, "server_error", "no").media_type == "application/json"


@pytest.mark.parametrize(
    ("entity_id", "url"),
    [
        (ANCHOR, f"{ANCHOR}/.well-known/openid-federation"),
        (f"{ANCHOR}/", f"{ANCHOR}/.well-known/openid-federation"),
        (f"{ANCHOR}:8443/a/b", f"{ANCHOR}:8443/a/b/.well-known/openid-federation"),
    ],
)
def test_where_a_configuration_lies(entity_id: str, url: str) -> None:
    assert configuration_url(entity_id) == url


def test_where_a_statement_lies() -> None:
    assert subject_url(f"{ANCHOR}/fetch", ISSUER) == (
        f"{ANCHOR}/fetch?sub=https%3A%2F%2Fmois.example"
    )
    assert subject_url(f"{ANCHOR}/fetch?a=1", ISSUER).endswith(
        "?a=1&sub=https%3A%2F%2Fmois.example"
    )


PLAIN = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@RUNS
@given(st.dictionaries(st.text(max_size=5), st.dictionaries(st.text(max_size=5), PLAIN)))
def test_metadata_is_read_as_it_was_written(metadata: dict[str, Any]) -> None:
    from krid._core.frozen import thaw

    text = configuration(ISSUER, metadata=metadata)
    assert thaw(EntityConfiguration.parse(text).metadata) == metadata
