"""Writing, reading and matching queries."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import query
from krid._core import strict_json
from krid.errors import Code, ContentError, KridError, MalformedError
from krid.keys import Alg, LocalKey
from krid.model import AcceptedCredential, CredentialQuery, IssuerKey, VerifiedCredential
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
        holder=SIGNER.key,
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
        holder=SIGNER.key,
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
