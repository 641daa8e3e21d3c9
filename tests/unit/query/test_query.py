"""Writing, reading and matching queries."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import query
from krid._core import cbor, strict_json
from krid.errors import Code, ContentError, KridError, MalformedError
from krid.keys import Alg, LocalKey
from krid.model import AcceptedCredential, CredentialQuery, IssuerKey, Query, VerifiedCredential
from krid.query.choice import Claim

NAMES = st.text(st.sampled_from("abcdefgh_"), min_size=1, max_size=8)
STEPS = st.one_of(NAMES, st.integers(0, 9), st.none())
PATHS = st.lists(STEPS, min_size=1, max_size=4).map(tuple)
SIGNER = IssuerKey(
    key=LocalKey.generate(Alg.ES256).public_key, issuer="https://issuer.example", path="pinned"
)
CLAIMS = st.lists(PATHS, max_size=5, unique=True)


def accepted(claims: dict[str, object], kind: str = "urn:t") -> AcceptedCredential:
    return AcceptedCredential(
        format="dc+sd-jwt",
        type=kind,
        issuer="https://issuer.example",
        signer=SIGNER,
        claims=claims,
        withholdable=(),
        holder=SIGNER.public_key,
        valid_from=None,
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
        status=(),
    )


def verified(claims: dict[str, object], kind: str = "urn:t") -> VerifiedCredential:
    return VerifiedCredential(
        format="dc+sd-jwt",
        type=kind,
        issuer="https://issuer.example",
        signer=SIGNER,
        claims=claims,
        holder=SIGNER.public_key,
        valid_until=None,
        status=(),
        evidence=(),
    )


@given(ids=st.lists(NAMES, min_size=1, max_size=4, unique=True), claims=CLAIMS)
def test_parse_reads_what_encode_wrote(
    ids: list[str], claims: list[tuple[str | int | None, ...]]
) -> None:
    asked = query.of(*(query.sdjwt(name, vct=("a", "b"), claims=claims) for name in ids))
    assert query.parse_dcql(strict_json.loads(strict_json.dumps(query.encode_dcql(asked)))) == asked


def test_mdoc_query_round_trip() -> None:
    asked = query.of(query.mdoc("m", doctype="d", claims={"ns": ["family_name", "portrait"]}))
    encoded = query.encode_dcql(asked)
    assert encoded["credentials"] == [
        {
            "id": "m",
            "format": "mso_mdoc",
            "meta": {"doctype_value": "d"},
            "claims": [{"path": ["ns", "family_name"]}, {"path": ["ns", "portrait"]}],
        }
    ]
    assert query.parse_dcql(encoded) == asked


def test_values_survive_the_round_trip() -> None:
    wanted = query.claim("age", values=(19, True, "x"))
    asked = query.of(query.sdjwt("c", vct="urn:t", claims=[wanted]))
    assert query.parse_dcql(query.encode_dcql(asked)) == asked


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["credentials", "id", "format", "meta",
                                                       "claims", "path", "values",
                                                       "vct_values"]), inner, max_size=4),
                    max_leaves=12))  # fmt: skip
def test_any_json_is_a_query_or_refused(value: object) -> None:
    try:
        query.parse_dcql(value)
    except KridError as error:
        assert error.code in {Code.QUERY_SYNTAX, Code.QUERY_EMPTY}


CARD = {"id": "c", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:t"]}}

FORGERIES = [
    ("not an object", [], Code.QUERY_SYNTAX),
    ("no credentials", {}, Code.QUERY_SYNTAX),
    ("empty", {"credentials": []}, Code.QUERY_EMPTY),
    ("too many", {"credentials": [CARD | {"id": f"c{n}"} for n in range(33)]}, Code.QUERY_SYNTAX),
    ("same id", {"credentials": [CARD, CARD]}, Code.QUERY_SYNTAX),
    ("bad id", {"credentials": [CARD | {"id": "a b"}]}, Code.QUERY_SYNTAX),
    ("no meta", {"credentials": [{"id": "c", "format": "dc+sd-jwt"}]}, Code.QUERY_SYNTAX),
    ("no type", {"credentials": [CARD | {"meta": {"vct_values": []}}]}, Code.QUERY_SYNTAX),
    ("empty claims", {"credentials": [CARD | {"claims": []}]}, Code.QUERY_SYNTAX),
    ("empty path", {"credentials": [CARD | {"claims": [{"path": []}]}]}, Code.QUERY_SYNTAX),
    ("bool step", {"credentials": [CARD | {"claims": [{"path": [True]}]}]}, Code.QUERY_SYNTAX),
    ("list step", {"credentials": [CARD | {"claims": [{"path": [[0]]}]}]}, Code.QUERY_SYNTAX),
    ("negative", {"credentials": [CARD | {"claims": [{"path": [-1]}]}]}, Code.QUERY_SYNTAX),
    ("deep", {"credentials": [CARD | {"claims": [{"path": ["a"] * 17}]}]}, Code.QUERY_SYNTAX),
    (
        "no values",
        {"credentials": [CARD | {"claims": [{"path": ["a"], "values": []}]}]},
        Code.QUERY_SYNTAX,
    ),
    (
        "float value",
        {"credentials": [CARD | {"claims": [{"path": ["a"], "values": [1.5]}]}]},
        Code.QUERY_SYNTAX,
    ),
    (
        "too many claims",
        {"credentials": [CARD | {"claims": [{"path": [f"a{n}"]} for n in range(257)]}]},
        Code.QUERY_SYNTAX,
    ),
]


@pytest.mark.parametrize(
    ("value", "code"), [row[1:] for row in FORGERIES], ids=[r[0] for r in FORGERIES]
)
def test_malformed_queries_are_refused(value: object, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        query.parse_dcql(value)
    assert error.value.code is code


def test_defaults_spelt_out_are_accepted() -> None:
    spelt = CARD | {"multiple": False, "require_cryptographic_holder_binding": True}
    assert query.parse_dcql({"credentials": [spelt]}) == query.parse_dcql({"credentials": [CARD]})


CREDENTIAL = accepted({"name": "Kim", "address": {"city": "Seoul"}, "langs": ["ko", "en"], "n": 1})


@pytest.mark.parametrize(
    ("claims", "disclosed"),
    [
        ([], ()),
        (["name"], (("name",),)),
        ([("address", "city")], (("address", "city"),)),
        ([("langs", None)], (("langs", 0), ("langs", 1))),
        ([query.claim("langs", None, values=("en",))], (("langs", 1),)),
        ([query.claim("n", values=(1,))], (("n",),)),
        ([("langs", 1), ("langs", None)], (("langs", 1), ("langs", 0))),
    ],
)
def test_a_match_names_the_concrete_paths(
    claims: list[Claim], disclosed: tuple[object, ...]
) -> None:
    match = query.match_credential(query.sdjwt("c", vct="urn:t", claims=claims), CREDENTIAL)
    assert match is not None
    assert match.disclose == disclosed


@pytest.mark.parametrize(
    "asked",
    [
        query.sdjwt("c", vct="urn:other", claims=[]),
        query.mdoc("c", doctype="urn:t", claims={}),
        query.sdjwt("c", vct="urn:t", claims=["birthdate"]),
        query.sdjwt("c", vct="urn:t", claims=[("name", "first")]),
        query.sdjwt("c", vct="urn:t", claims=[("langs", 2)]),
        query.sdjwt("c", vct="urn:t", claims=[query.claim("name", values=("Lee",))]),
        query.sdjwt("c", vct="urn:t", claims=[query.claim("n", values=(True,))]),
    ],
)
def test_what_does_not_answer_does_not_match(asked: CredentialQuery) -> None:
    assert query.match_credential(asked, CREDENTIAL) is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (query.mdoc("c", doctype="urn:t", claims={}), Code.QUERY_FORMAT),
        (query.sdjwt("c", vct="urn:other", claims=[]), Code.QUERY_TYPE),
        (query.sdjwt("c", vct="urn:t", claims=["birthdate"]), Code.QUERY_CLAIM_MISSING),
        (query.sdjwt("c", vct="urn:t", claims=[query.claim("n", values=(2,))]), Code.QUERY_VALUE),
    ],
)
def test_an_answer_to_another_question_is_refused(asked: CredentialQuery, code: Code) -> None:
    with pytest.raises(ContentError) as error:
        query.check_answer(asked, verified({"name": "Kim", "n": 1}))
    assert error.value.code is code


def test_a_fitting_answer_is_accepted() -> None:
    asked = query.sdjwt("c", vct="urn:t", claims=["name", query.claim("n", values=(1, 2))])
    query.check_answer(asked, verified({"name": "Kim", "n": 1}))


NS = "org.example"


def first(asked: Query) -> Any:
    credentials: Any = query.encode_dcql(asked)["credentials"]
    return credentials[0]


def test_alternatives_are_written_with_ids() -> None:
    claims = query.either(["over_18"], [query.claim("birthdate", claim_id="b"), "over_18"])
    asked = query.of(query.sdjwt("c", vct="urn:t", claims=claims))
    assert first(asked)["claim_sets"] == [["claim-0"], ["b", "claim-0"]]
    assert query.parse_dcql(query.encode_dcql(asked)) == asked


def test_an_element_says_whether_it_is_kept() -> None:
    claims = {NS: [query.element("portrait", retain=True), query.element("n", values=("x",))]}
    asked = query.of(query.mdoc("m", doctype="d", claims=claims))
    assert first(asked)["claims"] == [
        {"path": [NS, "portrait"], "intent_to_retain": True},
        {"path": [NS, "n"], "values": ["x"]},
    ]
    assert query.parse_dcql(query.encode_dcql(asked)) == asked


def test_w3c_credentials_are_asked_for_by_sets_of_types() -> None:
    for make, format_name in ((query.jwt_vc, "jwt_vc_json"), (query.ldp_vc, "ldp_vc")):
        asked = query.of(make("c", types=[("A", "B"), ("C",)], claims=["name"]))
        assert asked.credentials[0].format == format_name
        assert asked.credentials[0].types == ("A", "B", "C")
        assert query.parse_dcql(query.encode_dcql(asked)) == asked


@pytest.mark.parametrize(
    "make",
    [
        lambda: query.sdjwt("c", vct="urn:t", claims=["a", query.claim("a", values=("x",))]),
        lambda: query.sdjwt("c", vct="urn:t", claims=query.either()),
        lambda: query.sdjwt("c", vct="urn:t", claims=query.either(*[["a"]] * 65)),
        lambda: query.sdjwt(
            "c", vct="urn:t", claims=query.either(["a"], [query.claim("a", values=("x",))])
        ),
        lambda: query.of(*[query.sdjwt("c", vct="urn:t", claims=[])] * 2),
    ],
)
def test_a_builder_refuses_what_a_verifier_must_not_ask(make: Callable[[], object]) -> None:
    with pytest.raises(MalformedError) as error:
        make()
    assert error.value.code is Code.QUERY_SYNTAX


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (b"\x01", "AQ"),
        (cbor.FullDate("2000-01-02"), "2000-01-02"),
        (cbor.DateTime("2000-01-02T00:00:00Z"), "2000-01-02T00:00:00Z"),
    ],
)
def test_values_of_an_mdoc_are_compared_as_json(value: object, wanted: str) -> None:
    held = accepted({NS: {"e": value}})
    for values, found in (((wanted,), True), (("other",), False)):
        claims = {NS: [query.element("e", values=values)]}
        asked = replace(query.mdoc("m", doctype="urn:t", claims=claims), format=held.format)
        assert (query.match_credential(asked, held) is not None) is found


def test_a_credential_beside_a_choice_is_needed() -> None:
    card, mail = (query.sdjwt(name, vct="urn:t", claims=[]) for name in ("card", "mail"))
    asked = query.of(card, query.optional(mail), query.any_of(card, mail))
    assert query.encode_dcql(asked)["credential_sets"] == [
        {"options": [["card"]]},
        {"options": [["mail"]], "required": False},
        {"options": [["card"], ["mail"]]},
    ]


def test_a_path_may_be_a_list() -> None:
    made = query.sdjwt("card", vct="urn:t", claims=[["address", "city"], "name"])
    assert made == query.sdjwt("card", vct="urn:t", claims=[("address", "city"), "name"])


def test_a_single_text_is_not_taken_for_claims_of_one_letter() -> None:
    with pytest.raises(MalformedError) as caught:
        query.sdjwt("card", vct="urn:t", claims="name")
    assert caught.value.code is Code.QUERY_SYNTAX


def test_a_single_text_is_not_taken_for_types_of_one_letter() -> None:
    with pytest.raises(MalformedError) as caught:
        query.w3c("card", format_name="vc+jwt", types=["ExampleCard"], claims=[])  # type: ignore[list-item]
    assert caught.value.code is Code.QUERY_SYNTAX


@pytest.mark.parametrize("member", ["id", "format", "meta"])
def test_a_member_that_is_missing_is_named(member: str) -> None:
    asked = {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:t"]}}
    del asked[member]
    with pytest.raises(MalformedError) as caught:
        query.parse_dcql({"credentials": [asked]})
    assert (caught.value.code, caught.value.detail) == (Code.QUERY_SYNTAX, member)
    with pytest.raises(MalformedError) as caught:
        query.parse_dcql({"credential": [asked]})
    assert caught.value.detail == "credentials"
