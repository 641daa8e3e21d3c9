"""One forgery for every rule of OpenID Federation, breaking that rule alone."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from federations import (
    ANCHOR,
    DAY,
    ISSUER,
    LEFT_OUT,
    MARK,
    MINISTRY,
    NOW,
    SKEW,
    Entity,
    Federation,
    embedded,
    lonely,
)

from krid._core import limits, strict_json
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    SignatureError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.jose.jws import Jws
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint
from krid.net import ScriptedTransport, run
from krid.trust.federation import (
    Anchor,
    Constraints,
    EntityConfiguration,
    KeySet,
    SubordinateStatement,
    chain_in_header,
    check_entity_id,
    configuration_url,
    fetch_answer,
    resolve_chain,
    subject_url,
    verify_chain,
)

STRANGER = Entity("https://stranger.example")
PAST, FUTURE = int((NOW - DAY).timestamp()), int((NOW + DAY).timestamp())
MANY = [f"https://e{number}.example" for number in range(limits.MAX_AUTHORITY_HINTS + 1)]


def refused(kind: type[KridError], code: Code, call: Callable[[], object]) -> None:
    with pytest.raises(kind) as error:
        call()
    assert error.value.code is code


def refuses_chain(
    federation: Federation, kind: type[KridError], code: Code, texts: list[str] | None = None
) -> None:
    chain = federation.chain() if texts is None else texts
    refused(kind, code, lambda: verify_chain(chain, anchors=federation.anchors, now=NOW, skew=SKEW))


def refuses_search(
    federation: Federation, kind: type[KridError], code: Code, answers: Any = None
) -> None:
    network = ScriptedTransport(federation.answers() if answers is None else answers)
    flow = resolve_chain(ISSUER, anchors=federation.anchors, now=NOW, skew=SKEW)
    refused(kind, code, lambda: run(flow, network))


# Names


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mois.example",
        "http://mois.example",
        "did:web:mois.example",
        "https://mois.example?a=1",
        "https://mois.example#a",
        "https://user@mois.example",
        "https://mois.example/a/../b",
        "https://mois.example//a",
        "https://mois.example:0",
        "https://mois_.example",
        "https://[::1]",
        "https:///path",
    ],
)
def test_a_name_that_is_no_entity_identifier(name: str) -> None:
    refused(MalformedError, Code.FEDERATION_IDENTIFIER, lambda: check_entity_id(name))


# Statements

COMMON: list[tuple[dict[str, Any], type[KridError], Code]] = [
    ({"iss": LEFT_OUT}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"sub": 7}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"iat": LEFT_OUT}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"exp": "tomorrow"}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"exp": LEFT_OUT}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"jwks": LEFT_OUT}, MalformedError, Code.FEDERATION_KEYS),
    ({"jwks": {"keys": []}}, MalformedError, Code.FEDERATION_KEYS),
    ({"jwks": {"keys": [{"kty": "RSA"}]}}, MalformedError, Code.FEDERATION_KEYS),
    ({"jwks": {"keys": [{"kty": "RSA", "kid": ""}]}}, MalformedError, Code.FEDERATION_KEYS),
    ({"jwks": {"keys": [{"kty": "RSA", "kid": "1"}] * 2}}, MalformedError, Code.FEDERATION_KEYS),
    ({"jwks": {"keys": [{"kty": "RSA", "kid": "1", "d": "x"}]}}, MalformedError, Code.KEY_PRIVATE),
    (
        {"jwks": {"keys": [{"kid": str(n)} for n in range(limits.MAX_FEDERATION_KEYS + 1)]}},
        MalformedError,
        Code.FEDERATION_KEYS,
    ),
    ({"metadata": []}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"metadata": {"vc_issuer": None}}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"metadata": {"vc_issuer": {"name": None}}}, MalformedError, Code.FEDERATION_SYNTAX),
    (
        {"metadata": {str(n): {} for n in range(limits.MAX_ENTITY_TYPES + 1)}},
        MalformedError,
        Code.FEDERATION_SYNTAX,
    ),
    ({"aud": "https://bank.example"}, MalformedError, Code.FEDERATION_CLAIM),
    ({"trust_anchor": ANCHOR}, MalformedError, Code.FEDERATION_CLAIM),
    ({"crit": []}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"crit": ["exp"]}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"crit": ["absent"]}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"crit": ["new", "new"], "new": 1}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"crit": ["new"], "new": 1}, UnsupportedError, Code.FEDERATION_CRIT),
]

OF_CONFIGURATIONS: list[tuple[dict[str, Any], type[KridError], Code]] = [
    ({"sub": MINISTRY}, TrustError, Code.FEDERATION_SELF),
    ({"metadata_policy": {}}, MalformedError, Code.FEDERATION_CLAIM),
    ({"metadata_policy_crit": ["new"]}, MalformedError, Code.FEDERATION_CLAIM),
    ({"constraints": {}}, MalformedError, Code.FEDERATION_CLAIM),
    ({"source_endpoint": "https://a.example"}, MalformedError, Code.FEDERATION_CLAIM),
    ({"authority_hints": []}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"authority_hints": ANCHOR}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"authority_hints": ["anchor"]}, MalformedError, Code.FEDERATION_IDENTIFIER),
    ({"authority_hints": MANY}, MalformedError, Code.FEDERATION_HINTS),
    ({"trust_anchor_hints": []}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"trust_marks": {}}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
    ({"trust_marks": [{"trust_mark": "a.b.c"}]}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
    ({"trust_marks": [{"trust_mark_type": MARK}]}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
    (
        {"trust_marks": embedded("a.b.c") * (limits.MAX_TRUST_MARKS + 1)},
        MalformedError,
        Code.FEDERATION_MARK_SYNTAX,
    ),
    ({"trust_mark_issuers": []}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
    ({"trust_mark_issuers": {MARK: ANCHOR}}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
    ({"trust_mark_issuers": {MARK: ["anchor"]}}, MalformedError, Code.FEDERATION_IDENTIFIER),
    (
        {"trust_mark_issuers": {MARK: [ANCHOR] * (limits.MAX_TRUST_MARK_ISSUERS + 1)}},
        MalformedError,
        Code.FEDERATION_MARK_SYNTAX,
    ),
    (
        {"trust_mark_issuers": {str(n): [] for n in range(limits.MAX_TRUST_MARK_TYPES + 1)}},
        MalformedError,
        Code.FEDERATION_MARK_SYNTAX,
    ),
    ({"trust_mark_owners": {MARK: {"sub": ANCHOR}}}, MalformedError, Code.FEDERATION_KEYS),
    ({"trust_mark_owners": {MARK: {"jwks": {}}}}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
]

OF_SUBORDINATES: list[tuple[dict[str, Any], type[KridError], Code]] = [
    ({"sub": MINISTRY}, TrustError, Code.FEDERATION_SELF),
    ({"authority_hints": [ANCHOR]}, MalformedError, Code.FEDERATION_CLAIM),
    ({"trust_anchor_hints": [ANCHOR]}, MalformedError, Code.FEDERATION_CLAIM),
    ({"trust_marks": []}, MalformedError, Code.FEDERATION_CLAIM),
    ({"trust_mark_issuers": {}}, MalformedError, Code.FEDERATION_CLAIM),
    ({"trust_mark_owners": {}}, MalformedError, Code.FEDERATION_CLAIM),
    ({"source_endpoint": 7}, MalformedError, Code.FEDERATION_SYNTAX),
    ({"source_endpoint": "http://a.example"}, MalformedError, Code.FEDERATION_ENDPOINT),
    ({"source_endpoint": "https://a.example/#b"}, MalformedError, Code.FEDERATION_ENDPOINT),
    ({"metadata_policy": []}, MalformedError, Code.FEDERATION_POLICY_SYNTAX),
    ({"metadata_policy_crit": []}, MalformedError, Code.FEDERATION_POLICY_SYNTAX),
    ({"metadata_policy_crit": ["value"]}, MalformedError, Code.FEDERATION_POLICY_SYNTAX),
    ({"metadata_policy_crit": ["new", "new"]}, MalformedError, Code.FEDERATION_POLICY_SYNTAX),
    ({"metadata_policy_crit": ["new"]}, UnsupportedError, Code.FEDERATION_POLICY_CRIT),
    ({"constraints": []}, MalformedError, Code.FEDERATION_CONSTRAINT),
]


@pytest.mark.parametrize(("claims", "kind", "code"), COMMON + OF_CONFIGURATIONS)
def test_configuration(claims: dict[str, Any], kind: type[KridError], code: Code) -> None:
    text = Federation.small()[ISSUER].configuration(**claims)
    refused(kind, code, lambda: EntityConfiguration.parse(text))


@pytest.mark.parametrize(("claims", "kind", "code"), COMMON + OF_SUBORDINATES)
def test_subordinate_statement(claims: dict[str, Any], kind: type[KridError], code: Code) -> None:
    federation = Federation.small()
    text = federation[MINISTRY].statement(federation[ISSUER], **claims)
    refused(kind, code, lambda: SubordinateStatement.parse(text))


@pytest.mark.parametrize(
    ("header", "kind", "code"),
    [
        ({"typ": "JWT"}, ContentError, Code.FEDERATION_TYP),
        ({"typ": LEFT_OUT}, ContentError, Code.FEDERATION_TYP),
        ({"typ": "trust-mark+jwt"}, ContentError, Code.FEDERATION_TYP),
        ({"kid": LEFT_OUT}, MalformedError, Code.FEDERATION_KID),
        ({"kid": ""}, MalformedError, Code.FEDERATION_KID),
        ({"trust_chain": []}, MalformedError, Code.FEDERATION_HEADER),
        ({"peer_trust_chain": []}, MalformedError, Code.FEDERATION_HEADER),
    ],
)
def test_header(header: dict[str, Any], kind: type[KridError], code: Code) -> None:
    federation = Federation.small()
    federation[ISSUER].header = header
    refused(kind, code, lambda: EntityConfiguration.parse(federation[ISSUER].configuration()))


def test_algorithm_none() -> None:
    head, body, _ = Federation.small()[ISSUER].configuration().split(".")
    del head
    text = f"eyJhbGciOiJub25lIiwidHlwIjoiZW50aXR5LXN0YXRlbWVudCtqd3QifQ.{body}."
    refused(UnsupportedError, Code.ALG_UNKNOWN, lambda: EntityConfiguration.parse(text))


def test_oversized() -> None:
    text = Federation.small()[ISSUER].configuration(filler="x" * limits.MAX_ENTITY_STATEMENT_CHARS)
    refused(MalformedError, Code.FEDERATION_SIZE, lambda: EntityConfiguration.parse(text))


@pytest.mark.parametrize(
    "constraints",
    [
        {"max_path_length": -1},
        {"max_path_length": None},
        {"max_path_length": True},
        {"naming_constraints": None},
        {"naming_constraints": {"permitted": "mois.example"}},
        {"naming_constraints": {"permitted": None}},
        {"naming_constraints": {"excluded": [""]}},
        {"naming_constraints": {"excluded": ["*.example"]}},
        {"naming_constraints": {"excluded": ["a" * 64 + ".example"]}},
        {"naming_constraints": {"excluded": ["a.example"] * (limits.MAX_NAMING_CONSTRAINTS + 1)}},
        {"allowed_entity_types": None},
        {"allowed_entity_types": ["federation_entity"]},
        {"allowed_entity_types": ["a"] * (limits.MAX_ENTITY_TYPES + 1)},
    ],
)
def test_constraint(constraints: dict[str, Any]) -> None:
    refused(MalformedError, Code.FEDERATION_CONSTRAINT, lambda: Constraints.parse(constraints))


# Chains


def test_chain_too_short_or_long() -> None:
    federation = Federation.small()
    texts = federation.chain()
    refuses_chain(federation, TrustError, Code.FEDERATION_CHAIN_LENGTH, [])
    refuses_chain(federation, TrustError, Code.FEDERATION_CHAIN_LENGTH, [texts[0], texts[-1]])
    refuses_chain(federation, TrustError, Code.FEDERATION_CHAIN_LENGTH, texts * 3)


def test_oversized_end_of_a_chain() -> None:
    federation = Federation.small()
    texts = federation.chain()
    texts[-1] = federation[ANCHOR].configuration(filler="x" * limits.MAX_ENTITY_STATEMENT_CHARS)
    refuses_chain(federation, MalformedError, Code.FEDERATION_SIZE, texts)


def test_chain_in_a_header_that_is_none() -> None:
    entity = Federation.small()[ISSUER]
    for wrong in ([], "text", [7]):
        jws = Jws.parse(entity.sign({}, typ="JWT", trust_chain=wrong))
        refused(MalformedError, Code.FEDERATION_HEADER, partial(chain_in_header, jws))


def test_chain_to_an_anchor_that_nobody_trusts() -> None:
    federation = Federation.small()
    texts = federation.chain()
    anchors = (Anchor.of("https://other.example", federation[ANCHOR].key.public_key),)
    refused(
        TrustError,
        Code.FEDERATION_ANCHOR,
        lambda: verify_chain(texts, anchors=anchors, now=NOW, skew=SKEW),
    )


@pytest.mark.parametrize("whole", [True, False])
def test_anchor_that_signs_with_another_key_than_the_pinned(whole: bool) -> None:
    federation = Federation.small()
    anchors = (Anchor.of(ANCHOR, STRANGER.key.public_key),)
    texts = federation.chain() if whole else lonely(federation.chain())
    refused(
        SignatureError,
        Code.FEDERATION_ANCHOR_KEY,
        lambda: verify_chain(texts, anchors=anchors, now=NOW, skew=SKEW),
    )


def test_lone_anchor_with_another_key() -> None:
    federation = Federation.small()
    texts = [federation[ANCHOR].configuration()]
    anchors = (Anchor.of(ANCHOR, STRANGER.key.public_key),)
    refused(
        SignatureError,
        Code.FEDERATION_ANCHOR_KEY,
        lambda: verify_chain(texts, anchors=anchors, now=NOW, skew=SKEW),
    )


def test_anchor_that_signs_with_a_pinned_key_that_it_no_longer_lists() -> None:
    federation = Federation.small()
    federation[ANCHOR].claims = {"jwks": STRANGER.jwks}
    refuses_chain(federation, SignatureError, Code.FEDERATION_KEY)


def test_anchor_that_lists_another_key_by_the_pinned_name() -> None:
    federation = Federation.small()
    other = {**STRANGER.jwks["keys"][0], "kid": federation[ANCHOR].key_id}
    federation[ANCHOR].claims = {"jwks": {"keys": [other]}}
    refuses_chain(federation, SignatureError, Code.FEDERATION_KEY)


def test_statement_about_another_entity() -> None:
    federation = Federation.small()
    texts = federation.chain()
    texts[1] = federation[MINISTRY].statement(STRANGER, jwks=federation[ISSUER].jwks)
    refuses_chain(federation, TrustError, Code.FEDERATION_LINK, texts)


def test_superior_that_stands_below_somebody_else() -> None:
    federation = Federation.small()
    texts = federation.chain()
    texts[2] = federation[ANCHOR].statement(STRANGER, jwks=federation[MINISTRY].jwks)
    refuses_chain(federation, TrustError, Code.FEDERATION_LINK, texts)


def test_configuration_of_another_anchor_at_the_end() -> None:
    federation = Federation.small()
    texts = [*lonely(federation.chain()), STRANGER.configuration()]
    refuses_chain(federation, TrustError, Code.FEDERATION_LINK, texts)


def test_superior_that_the_entity_does_not_name() -> None:
    federation = Federation.small()
    federation[ISSUER].superiors = (ANCHOR,)
    refuses_chain(federation, TrustError, Code.FEDERATION_HINT)
    federation[ISSUER].superiors = ()
    refuses_chain(federation, TrustError, Code.FEDERATION_HINT)


def test_entity_twice_in_a_chain() -> None:
    federation = Federation.small()
    texts = federation.chain(ISSUER, MINISTRY, ISSUER, ANCHOR)
    refuses_chain(federation, TrustError, Code.FEDERATION_LOOP, texts)


@pytest.mark.parametrize("place", range(4))
def test_expired_statement(place: int) -> None:
    federation = Federation.small()
    refuses_chain(
        federation, ValidityError, Code.FEDERATION_EXPIRED, changed(federation, place, exp=PAST)
    )


@pytest.mark.parametrize("place", range(4))
def test_statement_of_tomorrow(place: int) -> None:
    federation = Federation.small()
    texts = changed(federation, place, iat=FUTURE)
    refuses_chain(federation, ValidityError, Code.FEDERATION_NOT_YET_VALID, texts)


def changed(federation: Federation, place: int, **changes: Any) -> list[str]:
    """The chain with other claims in one of its four statements."""
    texts = federation.chain()
    issuer, ministry, anchor = (federation[each] for each in (ISSUER, MINISTRY, ANCHOR))
    texts[place] = (
        lambda: issuer.configuration(**changes),
        lambda: ministry.statement(issuer, **changes),
        lambda: anchor.statement(ministry, **changes),
        lambda: anchor.configuration(**changes),
    )[place]()
    return texts


def test_key_that_the_superior_does_not_list() -> None:
    federation = Federation.small()
    texts = changed(federation, 1, jwks=STRANGER.jwks)
    refuses_chain(federation, SignatureError, Code.FEDERATION_KEY, texts)
    texts = changed(federation, 2, jwks=STRANGER.jwks)
    refuses_chain(federation, SignatureError, Code.FEDERATION_KEY, texts)


def test_key_that_the_entity_itself_does_not_list() -> None:
    federation = Federation.small()
    texts = changed(federation, 0, jwks=STRANGER.jwks)
    refuses_chain(federation, SignatureError, Code.FEDERATION_KEY, texts)


@pytest.mark.parametrize("place", range(4))
def test_signature_by_another_key_under_the_same_name(place: int) -> None:
    federation = Federation.small()
    signer = [ISSUER, MINISTRY, ANCHOR, ANCHOR][place]
    honest = federation.chain()
    federation[signer].header = {}
    forged = strict_json.loads_object(Jws.parse(honest[place]).payload)
    thief = Entity(signer)
    honest[place] = thief.sign(forged, kid=federation[signer].key_id)
    refuses_chain(federation, SignatureError, Code.FEDERATION_SIGNATURE, honest)


def test_key_for_another_algorithm() -> None:
    federation = Federation.small()
    other = Entity(ISSUER, key=LocalKey.generate(Alg.ES256))
    texts = federation.chain()
    claims = Jws.parse(texts[0]).claims()
    texts[0] = other.sign(claims, kid=federation[ISSUER].key_id)
    refuses_chain(federation, UnsupportedError, Code.ALG_KEY, texts)


def test_key_for_another_use() -> None:
    federation = Federation.small()
    sealing = {**federation[ISSUER].jwks["keys"][0], "use": "enc"}
    texts = changed(federation, 1, jwks={"keys": [sealing]})
    refuses_chain(federation, MalformedError, Code.KEY_USE, texts)


@pytest.mark.parametrize(
    ("place", "constraints", "code"),
    [
        (2, {"max_path_length": 0}, Code.FEDERATION_PATH_LENGTH),
        (2, {"naming_constraints": {"permitted": ["ministry.example"]}}, Code.FEDERATION_NAMING),
        (2, {"naming_constraints": {"permitted": []}}, Code.FEDERATION_NAMING),
        (2, {"naming_constraints": {"excluded": ["MOIS.example"]}}, Code.FEDERATION_NAMING),
        (1, {"naming_constraints": {"permitted": [".mois.example"]}}, Code.FEDERATION_NAMING),
        (
            1,
            {"naming_constraints": {"permitted": [".example"], "excluded": ["mois.example"]}},
            Code.FEDERATION_NAMING,
        ),
    ],
)
def test_constraint_that_is_broken(place: int, constraints: Any, code: Code) -> None:
    federation = Federation.small()
    texts = changed(federation, place, constraints=constraints)
    refuses_chain(federation, TrustError, code, texts)


def test_address_instead_of_a_name_under_a_naming_constraint() -> None:
    constraints = Constraints.parse({"naming_constraints": {"permitted": [".8"]}})
    refused(
        TrustError, Code.FEDERATION_NAMING, lambda: constraints.check_names(["https://8.8.8.8"])
    )


def test_policies_that_contradict_each_other() -> None:
    federation = Federation.small()
    federation[MINISTRY].above = {ANCHOR: {"metadata_policy": {"vc_issuer": {"a": {"value": 1}}}}}
    federation[ISSUER].above = {MINISTRY: {"metadata_policy": {"vc_issuer": {"a": {"value": 2}}}}}
    refuses_chain(federation, TrustError, Code.FEDERATION_POLICY_MERGE)


def test_essential_metadata_that_is_missing() -> None:
    federation = Federation.small()
    policy = {"vc_issuer": {"name": {"essential": True}}}
    federation[MINISTRY].above = {ANCHOR: {"metadata_policy": policy}}
    refuses_chain(federation, TrustError, Code.FEDERATION_POLICY_ESSENTIAL)


# Searching


def test_loop() -> None:
    federation = Federation.small()
    federation[MINISTRY].superiors = (ISSUER,)
    refuses_search(federation, TrustError, Code.FEDERATION_LOOP)


def test_entity_that_names_itself() -> None:
    federation = Federation.small()
    federation[ISSUER].superiors = (ISSUER,)
    refuses_search(federation, TrustError, Code.FEDERATION_LOOP)


def test_loop_among_the_superiors() -> None:
    federation = Federation.small()
    second = Entity("https://second.example", (MINISTRY,))
    federation.entities[second.entity_id] = second
    federation[MINISTRY].superiors = (second.entity_id,)
    refuses_search(federation, TrustError, Code.FEDERATION_LOOP)


def test_superiors_without_end() -> None:
    federation = Federation.small()
    names = [ISSUER, *(f"https://up{number}.example" for number in range(30))]
    for lower, upper in pairwise(names):
        federation.entities[lower] = Entity(lower, (upper,))
    refuses_search(federation, TrustError, Code.FEDERATION_DEPTH)


def test_superiors_without_number() -> None:
    federation = Federation.small()
    few = limits.MAX_AUTHORITY_HINTS
    seconds = [f"https://second{number}.example" for number in range(few)]
    thirds = [f"https://third{number}.example" for number in range(few * few)]
    federation[ISSUER].superiors = tuple(seconds)
    for number, name in enumerate(seconds):
        superiors = tuple(thirds[number * few : (number + 1) * few])
        federation.entities[name] = Entity(name, superiors)
    refuses_search(federation, TrustError, Code.FEDERATION_FETCHES)


def test_fetches_run_out_between_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FEDERATION_FETCHES", 4)
    refuses_search(Federation.small(), TrustError, Code.FEDERATION_FETCHES)


def test_no_way_to_an_anchor() -> None:
    federation = Federation.small()
    federation[ISSUER].superiors = ()
    refuses_search(federation, TrustError, Code.FEDERATION_NO_PATH)


def test_removed_subordinate() -> None:
    federation = Federation.small()
    answers = federation.answers()
    gone = fetch_answer({}, issuer=MINISTRY, subject=ISSUER)
    answers[subject_url(federation[MINISTRY].fetch_endpoint, ISSUER)] = gone
    refuses_search(federation, TrustError, Code.FEDERATION_NOT_SUBORDINATE, answers)


def test_configuration_of_another_entity() -> None:
    federation = Federation.small()
    answers = federation.answers()
    answers[configuration_url(ISSUER)] = answers[configuration_url(MINISTRY)]
    refuses_search(federation, TrustError, Code.FEDERATION_SUBJECT, answers)


def test_statement_about_another_than_asked_for() -> None:
    federation = Federation.small()
    federation.entities[STRANGER.entity_id] = Entity(STRANGER.entity_id, (MINISTRY,))
    answers = federation.answers()
    endpoint = federation[MINISTRY].fetch_endpoint
    answers[subject_url(endpoint, ISSUER)] = answers[subject_url(endpoint, STRANGER.entity_id)]
    refuses_search(federation, TrustError, Code.FEDERATION_SUBJECT, answers)


def test_configuration_that_is_not_signed_by_its_entity() -> None:
    federation = Federation.small()
    federation[MINISTRY].claims = {"jwks": STRANGER.jwks}
    refuses_search(federation, SignatureError, Code.FEDERATION_KEY)


def test_expired_configuration_on_the_way() -> None:
    federation = Federation.small()
    federation[MINISTRY].claims = {"exp": PAST}
    refuses_search(federation, ValidityError, Code.FEDERATION_EXPIRED)


@pytest.mark.parametrize(
    "endpoint", [LEFT_OUT, 7, "http://ministry.example/fetch", "https://ministry.example/#fetch"]
)
def test_superior_without_a_fetch_endpoint(endpoint: object) -> None:
    federation = Federation.small()
    members = {} if endpoint is LEFT_OUT else {"federation_fetch_endpoint": endpoint}
    federation[MINISTRY].metadata = {"federation_entity": members}
    refuses_search(federation, MalformedError, Code.FEDERATION_ENDPOINT)


# The source of trust


def hint(**changes: Any) -> IssuerHint:
    words: dict[str, Any] = {
        "format": "dc+sd-jwt",
        "type": "urn:example:card",
        "alg": Alg.EDDSA,
        "issuer": ISSUER,
        **changes,
    }
    return IssuerHint(**words)


def refuses(
    federation: Federation,
    kind: type[KridError],
    code: Code,
    shown: IssuerHint | None = None,
    **options: Any,
) -> None:
    trust = federation.trust(**options)
    refused(kind, code, lambda: trust.find(shown or hint(), now=NOW))


@pytest.mark.parametrize("issuer", [None, "", "did:web:mois.example", "http://mois.example"])
def test_issuer_without_an_entity_identifier(issuer: str | None) -> None:
    federation = Federation.small()
    network = federation.network()
    shown = hint(issuer=issuer)
    refuses(federation, TrustError, Code.TRUST_UNKNOWN_ISSUER, shown, transport=network)
    assert network.requests == ()


def test_member_of_another_type() -> None:
    federation = Federation.small()
    refuses(federation, TrustError, Code.FEDERATION_ENTITY_TYPE, entity_types=("openid_provider",))


def test_type_that_a_superior_takes_away() -> None:
    federation = Federation.small()
    none: dict[str, Any] = {"constraints": {"allowed_entity_types": []}}
    federation[MINISTRY].above = {ANCHOR: none}
    refuses(federation, TrustError, Code.FEDERATION_ENTITY_TYPE)


def test_key_that_the_member_does_not_publish() -> None:
    federation = Federation.small()
    refuses(federation, TrustError, Code.TRUST_KEY, hint(key_id="other"))
    refuses(federation, TrustError, Code.TRUST_KEY, hint(alg=Alg.ES256))


def test_named_key_for_another_algorithm() -> None:
    federation = Federation.small()
    named = hint(key_id=federation[ISSUER].key_id, alg=Alg.ES256)
    refuses(federation, TrustError, Code.ALG_KEY, named)


def test_two_keys_fit() -> None:
    federation = Federation.small()
    both = [*federation[ISSUER].jwks["keys"], *STRANGER.jwks["keys"]]
    federation[ISSUER].metadata = {"vc_issuer": {"jwks": {"keys": both}}}
    refuses(federation, TrustError, Code.TRUST_AMBIGUOUS)


def test_published_key_for_another_use() -> None:
    federation = Federation.small()
    sealing = {**federation[ISSUER].jwks["keys"][0], "use": "enc"}
    federation[ISSUER].metadata = {"vc_issuer": {"jwks": {"keys": [sealing]}}}
    refuses(federation, MalformedError, Code.KEY_USE)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, Code.FEDERATION_METADATA),
        ({"jwks": "text"}, Code.FEDERATION_METADATA),
        ({"jwks": {}}, Code.ISSUER_SYNTAX),
        ({"jwks_uri": 7}, Code.FEDERATION_METADATA),
        ({"jwks_uri": "http://mois.example/keys"}, Code.FEDERATION_ENDPOINT),
        ({"signed_jwks_uri": 7}, Code.FEDERATION_METADATA),
    ],
)
def test_metadata_without_keys(parameters: dict[str, Any], code: Code) -> None:
    federation = Federation.small()
    federation[ISSUER].metadata = {"vc_issuer": parameters}
    refuses(federation, MalformedError, code)


def test_key_set_of_a_foreign_anchor_is_not_shared() -> None:
    assert len(list(KeySet.of(STRANGER.key.public_key).shared_with(KeySet.of()))) == 0
