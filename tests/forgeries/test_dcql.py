"""Each rule of DCQL broken once: in a query, and in an answer to one (OpenID4VP 1.0, 6 to 8)."""

import time
from dataclasses import replace
from typing import Any

import pytest
from dcql import Held

from krid import query
from krid.errors import BindingError, Code, ContentError, KridError, MalformedError
from krid.model import (
    ANY_TYPE,
    ETSI_TL,
    CredentialQuery,
    HolderBinding,
    TrustedAuthority,
    TypeValues,
    VerifiedCredential,
)

CARD = {"id": "c", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:t"]}}
LICENCE = {"id": "m", "format": "mso_mdoc", "meta": {"doctype_value": "d"}}
DEGREE = {"id": "w", "format": "ldp_vc", "meta": {"type_values": [["A", "B"], ["C"]]}}
A, B = {"id": "a", "path": ["a"]}, {"id": "b", "path": ["b"]}
SETS = CARD | {"claims": [A, B], "claim_sets": [["a"], ["b"]]}
UNDER = {"type": "aki", "values": ["AQ"]}


def with_claim(**changes: Any) -> dict[str, Any]:
    return CARD | {"claims": [A | changes]}


BAD_CREDENTIALS = {
    "no id": {name: CARD[name] for name in ("format", "meta")},
    "empty id": CARD | {"id": ""},
    "id with a dot": CARD | {"id": "a.b"},
    "no format": {name: CARD[name] for name in ("id", "meta")},
    "empty format": CARD | {"format": ""},
    "no meta": {name: CARD[name] for name in ("id", "format")},
    "empty vct": CARD | {"meta": {"vct_values": [""]}},
    "no vct": CARD | {"meta": {"vct_values": []}},
    "doctype as an array": LICENCE | {"meta": {"doctype_value": ["d"]}},
    "empty doctype": LICENCE | {"meta": {"doctype_value": ""}},
    "no types": DEGREE | {"meta": {"type_values": []}},
    "an empty set of types": DEGREE | {"meta": {"type_values": [["A"], []]}},
    "a type that is no text": DEGREE | {"meta": {"type_values": [[1]]}},
    "types not in sets": DEGREE | {"meta": {"type_values": ["A"]}},
    "too many sets of types": DEGREE | {"meta": {"type_values": [["A"]] * 65}},
    "too many types": CARD | {"meta": {"vct_values": [f"urn:{n}" for n in range(65)]}},
    "far too many types": CARD | {"meta": {"vct_values": ["urn:t"] * 257}},
    "multiple as text": CARD | {"multiple": "true"},
    "holder binding as null": CARD | {"require_cryptographic_holder_binding": None},
    "no claims": CARD | {"claims": []},
    "claims as an object": CARD | {"claims": {}},
    "empty path": with_claim(path=[]),
    "path as text": with_claim(path="a"),
    "negative index": with_claim(path=["a", -1]),
    "step true": with_claim(path=["a", True]),
    "step 1.0": with_claim(path=["a", 1.0]),
    "step an object": with_claim(path=["a", {}]),
    "path too deep": with_claim(path=["a"] * 17),
    "no values": with_claim(values=[]),
    "value null": with_claim(values=[None]),
    "value 1.5": with_claim(values=[1.5]),
    "too many values": with_claim(values=list(range(257))),
    "claim id with a space": with_claim(id="a b"),
    "claim id as a number": with_claim(id=1),
    "one claim id twice": CARD | {"claims": [A, B | {"id": "a"}]},
    "claim sets without claims": CARD | {"claim_sets": [["a"]]},
    "no claim sets": SETS | {"claim_sets": []},
    "an empty claim set": SETS | {"claim_sets": [["a"], []]},
    "a claim set with a stranger": SETS | {"claim_sets": [["z"]]},
    "a claim without id beside sets": SETS | {"claims": [A, B, {"path": ["c"]}]},
    "too many claim sets": SETS | {"claim_sets": [["a"]] * 65},
    "mdoc path of one step": LICENCE | {"claims": [{"path": ["ns"]}]},
    "mdoc path of three steps": LICENCE | {"claims": [{"path": ["ns", "a", "b"]}]},
    "mdoc path with an index": LICENCE | {"claims": [{"path": ["ns", 0]}]},
    "mdoc path with null": LICENCE | {"claims": [{"path": ["ns", None]}]},
    "intent to retain as text": LICENCE
    | {"claims": [{"path": ["n", "a"], "intent_to_retain": "x"}]},
    "no authorities": CARD | {"trusted_authorities": []},
    "authority without type": CARD | {"trusted_authorities": [{"values": ["AQ"]}]},
    "authority without values": CARD | {"trusted_authorities": [{"type": "aki"}]},
    "authority with no values": CARD | {"trusted_authorities": [{"type": "aki", "values": []}]},
    "authority with a number": CARD | {"trusted_authorities": [{"type": "aki", "values": [1]}]},
    "authority with empty text": CARD | {"trusted_authorities": [{"type": "aki", "values": [""]}]},
    "too many authorities": CARD
    | {
        "trusted_authorities": [
            {"type": "aki", "values": [f"{m}.{n}" for n in range(400)]} for m in range(2)
        ]
    },
    "too many values of one": CARD
    | {"trusted_authorities": [{"type": "aki", "values": ["AQ"] * 513}]},
}


@pytest.mark.parametrize("name", BAD_CREDENTIALS)
def test_credential_queries_that_are_malformed(name: str) -> None:
    with pytest.raises(MalformedError) as error:
        query.parse_dcql({"credentials": [BAD_CREDENTIALS[name]]})
    assert error.value.code is Code.QUERY_SYNTAX


BAD_SETS: dict[str, object] = {
    "none": [],
    "no array": {},
    "no options": [{}],
    "empty options": [{"options": []}],
    "an empty option": [{"options": [[]]}],
    "an option with a stranger": [{"options": [["c"], ["z"]]}],
    "an option that is no array": [{"options": ["c"]}],
    "required as text": [{"options": [["c"]], "required": "no"}],
    "too many": [{"options": [["c"]]}] * 33,
    "too many options": [{"options": [["c"]] * 65}],
    "an option too long": [{"options": [["c"] * 33]}],
}


@pytest.mark.parametrize("name", BAD_SETS)
def test_credential_sets_that_are_malformed(name: str) -> None:
    with pytest.raises(MalformedError) as error:
        query.parse_dcql({"credentials": [CARD], "credential_sets": BAD_SETS[name]})
    assert error.value.code is Code.QUERY_SYNTAX


@pytest.mark.parametrize(
    "credentials", [None, {}, [CARD, CARD], [CARD | {"id": str(n)} for n in range(33)]]
)
def test_credentials_that_are_malformed(credentials: object) -> None:
    with pytest.raises(MalformedError) as error:
        query.parse_dcql({"credentials": credentials})
    assert error.value.code is Code.QUERY_SYNTAX


def test_a_query_for_nothing() -> None:
    with pytest.raises(MalformedError) as error:
        query.parse_dcql({"credentials": []})
    assert error.value.code is Code.QUERY_EMPTY


def test_what_the_text_does_not_know_is_ignored() -> None:
    claim = A | {"later": 1, "intent_to_retain": True}
    known = query.parse_dcql({"credentials": [CARD | {"claims": [A]}]})
    later = CARD | {"claims": [claim], "later": {}, "meta": {"vct_values": ["urn:t"], "later": 1}}
    assert query.parse_dcql({"credentials": [later], "later": []}) == known
    named = UNDER | {"later": 1}
    found = query.parse_dcql({"credentials": [CARD | {"trusted_authorities": [named]}]})
    assert found.credentials[0].trusted_authorities == (TrustedAuthority("aki", "AQ"),)


@pytest.mark.parametrize("meta", [{}, {"doctype_value": "d"}])
def test_without_a_type_of_its_format_a_query_is_for_any_type(meta: dict[str, Any]) -> None:
    asked = query.parse_dcql({"credentials": [CARD | {"meta": meta}]})
    assert asked.credentials[0].wanted == ANY_TYPE
    assert asked.credentials[0].types == ()
    assert query.encode_dcql(asked)["credentials"][0]["meta"] == {}  # type: ignore[index,call-overload]
    query.check_answer(asked.credentials[0], verified({}, type="urn:other"))


def test_of_other_formats_whichever_type_is_there_counts() -> None:
    for meta, types in (
        ({"vct_values": ["a"]}, ("a",)),
        ({"doctype_value": "d"}, ("d",)),
        ({"type_values": [["A", "B"], ["A"]]}, ("A", "B")),
    ):
        own = CARD | {"format": "example+jwt", "meta": meta}
        assert query.parse_dcql({"credentials": [own]}).credentials[0].types == types


def test_a_claim_that_is_asked_for_twice_counts_once() -> None:
    again = CARD | {"claims": [A, {"path": ["a"], "values": ["x"]}]}
    assert query.parse_dcql({"credentials": [again]}) == query.parse_dcql(
        {"credentials": [CARD | {"claims": [A]}]}
    )
    in_sets = CARD | {"claims": [A, B | {"path": ["a"]}], "claim_sets": [["a"], ["b"]]}
    assert len(query.parse_dcql({"credentials": [in_sets]}).credentials[0].claims) == 2


def wide(queries: int, claims: int, sets: int) -> dict[str, Any]:
    """Queries whose claims and claim sets are all looked at: the last claim is not there."""
    paths = [{"id": f"c{n}", "path": [f"a{n}", None, None]} for n in range(claims - 1)]
    every = [*paths, {"id": "missing", "path": ["missing"]}]
    names = [[each["id"] for each in every]] * sets  # type: ignore[index]
    ids = [f"q{n}" for n in range(queries)]
    return {
        "credentials": [CARD | {"id": each, "claims": every, "claim_sets": names} for each in ids],
        "credential_sets": [{"options": [ids] * 64, "required": False}] * 32,
    }


def test_a_thousand_alternatives_are_refused() -> None:
    for written in (wide(32, 256, 64), wide(1, 64, 64), wide(32, 2, 64)):
        with pytest.raises(MalformedError) as error:
            query.parse_dcql(written)
        assert error.value.code is Code.QUERY_SYNTAX


@pytest.mark.parametrize("sizes", [(32, 64, 1), (32, 2, 63), (1, 63, 64), (1, 256, 15)])
def test_the_largest_queries_are_matched_in_a_moment(sizes: tuple[int, int, int]) -> None:
    asked = query.parse_dcql(wide(*sizes))
    held = Held("dc+sd-jwt", "urn:t", {f"a{n}": [[1, 2], [3]] for n in range(256)}).accepted()
    ids = frozenset(each.id for each in asked.credentials)
    began = time.thread_time()
    assert not any(query.match_options(each, held) for each in asked.credentials)
    assert query.answerable(asked, frozenset()) == ()
    assert len(query.answerable(asked, ids)) == 32
    assert time.thread_time() - began < 5


# Answers


def verified(claims: dict[str, object], **changes: Any) -> VerifiedCredential:
    held = Held("dc+sd-jwt", "urn:t", {}).accepted()
    words: dict[str, Any] = {
        "format": held.format,
        "type": held.type,
        "issuer": held.issuer,
        "signer": held.signer,
        "claims": claims,
        "holder": held.holder,
        "valid_until": None,
        "status": (),
        "evidence": (),
    }
    return VerifiedCredential(**(words | changes))


AGE = query.sdjwt("c", vct="urn:t", claims=query.either(["over_18"], ["birthdate", "name"]))
LISTED = TrustedAuthority(ETSI_TL, "https://lotl.example")
UNDER_LIST = query.sdjwt("c", vct="urn:t", claims=[], authorities=[LISTED])
W3C = CredentialQuery("c", "dc+sd-jwt", TypeValues((("A", "B"), ("C",))), ())

BAD_ANSWERS: dict[str, tuple[CredentialQuery, VerifiedCredential, Code]] = {
    "another format": (AGE, verified({}, format="mso_mdoc"), Code.QUERY_FORMAT),
    "another type": (AGE, verified({}, type="urn:other"), Code.QUERY_TYPE),
    "half of the types": (W3C, verified({}, types=frozenset({"A"})), Code.QUERY_TYPE),
    "no claim set": (AGE, verified({"name": "Kim"}), Code.QUERY_CLAIM_MISSING),
    "another value": (
        query.sdjwt("c", vct="urn:t", claims=[query.claim("a", None, values=("x",))]),
        verified({"a": ["y", "z"]}),
        Code.QUERY_VALUE,
    ),
    "a value of another type": (
        query.sdjwt("c", vct="urn:t", claims=[query.claim("a", values=(1,))]),
        verified({"a": True}),
        Code.QUERY_VALUE,
    ),
    "no authority": (UNDER_LIST, verified({}), Code.QUERY_AUTHORITY),
    "nobody holds it": (AGE, verified({"over_18": True}, holder=None), Code.QUERY_HOLDER),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_answers_that_were_not_asked_for(name: str) -> None:
    asked, credential, code = BAD_ANSWERS[name]
    with pytest.raises((ContentError, BindingError)) as error:
        query.check_answer(asked, credential)
    assert error.value.code is code


def test_answers_that_were_asked_for() -> None:
    query.check_answer(AGE, verified({"over_18": True}))
    query.check_answer(AGE, verified({"birthdate": "2000-01-01", "name": "Kim"}))
    query.check_answer(W3C, verified({}, types=frozenset({"B", "A"})))
    query.check_answer(
        replace(AGE, wanted=TypeValues((("C",),))), verified({"over_18": 1}, type="C")
    )
    bearer = replace(AGE, holder_binding=HolderBinding.NOT_REQUIRED)
    query.check_answer(bearer, verified({"over_18": True}, holder=None))
    signer = replace(verified({}).signer, stands_under=frozenset({LISTED}))
    query.check_answer(UNDER_LIST, verified({}, signer=signer))
    second = query.sdjwt("c", vct="urn:t", claims=[("langs", 1)])
    query.check_answer(second, verified({"langs": ["en"]}))


def code_of(asked: CredentialQuery, presentations: tuple[bytes, ...]) -> Code | None:
    try:
        query.check_number(asked, presentations)
    except KridError as error:
        return error.code
    return None


def test_the_number_of_answers() -> None:
    many = replace(AGE, multiple=True)
    assert code_of(AGE, ()) is code_of(many, ()) is Code.QUERY_UNANSWERED
    assert code_of(AGE, (b"", b"")) is Code.QUERY_MULTIPLE
    assert code_of(AGE, (b"",)) is code_of(many, (b"", b"")) is None


def named(name: str) -> CredentialQuery:
    return query.sdjwt(name, vct="urn:t", claims=[])


CHOICE = query.of(
    query.any_of(named("pid"), (named("name"), named("home"))), query.optional(named("mail"))
)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({"pid"}, None),
        ({"name", "home"}, None),
        ({"pid", "mail"}, None),
        (set(), Code.QUERY_UNANSWERED),
        ({"mail"}, Code.QUERY_UNANSWERED),
        ({"name"}, Code.QUERY_UNANSWERED),
        ({"pid", "name"}, Code.QUERY_UNASKED),
        ({"pid", "other"}, Code.QUERY_UNASKED),
    ],
)
def test_which_credentials_are_an_answer(chosen: set[str], code: Code | None) -> None:
    if code is None:
        query.check_chosen(CHOICE, chosen)
        return
    with pytest.raises(ContentError) as error:
        query.check_chosen(CHOICE, chosen)
    assert error.value.code is code
