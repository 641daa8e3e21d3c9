"""Credentials of the data model: what must be accepted, and what is read of it."""

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3c_cards import TYPE, V1, V2, document, document_1_1, raw

from krid.errors import KridError
from krid.model.w3c import (
    BASE_1_1,
    BASE_2_0,
    Credential,
    Direction,
    LanguageText,
    Presentation,
    Version,
)

URL = "https://mois.example/x"

# The categories of the W3C's own test suite for the data model, in documents of our own.
ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("further contexts by URL", {"@context": [V2, URL]}),
    ("a context in the document", {"@context": [V2, {"ExampleCard": URL + "#card"}]}),
    ("id and type defined as they are", {"@context": [V2, {"id": "@id", "type": "@type"}]}),
    (
        "a protected term defined again alike",
        {"@context": [V2, {"@protected": True, "A": URL}, {"A": URL}]},
    ),
    ("a term that is not protected", {"@context": [V2, {"A": URL}, {"A": URL + "#"}]}),
    (
        "a term unprotected by itself",
        {
            "@context": [
                V2,
                {"@protected": True, "A": {"@id": URL, "@protected": False}},
                {"A": URL},
            ]
        },
    ),
    ("an id", {"id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"}),
    ("one type as text", {"type": "VerifiableCredential"}),
    ("types by URL, in any order", {"type": [URL + "#B", "VerifiableCredential", URL + "#A"]}),
    ("a subject without id", {"credentialSubject": {"a": 1}}),
    ("a subject with an id alone", {"credentialSubject": {"id": "did:example:a"}}),
    ("several subjects", {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]}),
    ("an issuer with a name", {"issuer": {"id": URL, "name": "A", "description": "B"}}),
    ("one language", {"name": {"@value": "A", "@language": "en"}}),
    (
        "languages",
        {
            "description": [
                {"@value": "A", "@language": "en-GB"},
                {"@value": "B", "@language": "ar", "@direction": "rtl"},
            ]
        },
    ),
    ("milliseconds", {"validFrom": "2023-02-26T01:02:58.447Z"}),
    ("an offset", {"validFrom": "2023-02-25T19:10:39-06:00"}),
    ("no offset", {"validFrom": "2023-02-25T19:10:39"}),
    ("the far future", {"validFrom": "4023-02-26T01:02:58.447Z"}),
    (
        "both ends at once",
        {"validFrom": "2026-06-01T00:00:00Z", "validUntil": "2026-06-01T00:00:00Z"},
    ),
    ("a status without id", {"credentialStatus": {"type": "ExampleStatus"}}),
    ("several statuses", {"credentialStatus": [{"type": "A", "id": URL}, {"type": ["B", "C"]}]}),
    (
        "schemas",
        {"credentialSchema": [{"id": URL, "type": "A"}, {"id": "did:example:s", "type": URL}]},
    ),
    ("evidence", {"evidence": [{"type": ["A"]}, {"type": "B", "id": URL}]}),
    ("terms", {"termsOfUse": {"type": "A"}}),
    ("refreshing", {"refreshService": {"type": "A", "url": URL}}),
    ("a proof", {"proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022"}}),
    ("what nobody knows", {"extension": {"a": [1, 2.5, None, True]}}),
]


@pytest.mark.parametrize("changes", [pytest.param(each[1], id=each[0]) for each in ACCEPTED])
def test_what_must_be_accepted(changes: dict[str, Any]) -> None:
    members = document(**changes)
    credential = Credential.parse(raw(members))
    assert credential == Credential.from_document(members)
    assert pickle.loads(pickle.dumps(credential)) == credential  # noqa: S301  our own
    subject = credential.subjects[0]
    assert pickle.loads(pickle.dumps(subject)) == subject  # noqa: S301  our own


def test_the_versions() -> None:
    assert (Version.V1_1.value, Version.V2_0.value) == (BASE_1_1, BASE_2_0) == (V1, V2)
    assert Credential.from_document(document()).version is Version.V2_0
    assert Credential.from_document(document_1_1()).version is Version.V1_1


def test_what_is_read() -> None:
    credential = Credential.from_document(
        document(
            id=URL,
            name="Card",
            description={"@value": "Karte", "@language": "de", "@direction": "ltr"},
            issuer={"id": URL, "name": [{"@value": "Ministry"}]},
            validFrom="2026-06-01T02:00:00.1234567+02:00",
            validUntil="2026-06-30T24:00:00Z",
            evidence={"type": "A", "x": 1},
        )
    )
    assert credential.id == URL
    assert credential.types == ("VerifiableCredential", TYPE)
    assert credential.narrowest_type == TYPE
    assert credential.names == (LanguageText("Card"),)
    assert credential.descriptions == (LanguageText("Karte", "de", Direction.LEFT_TO_RIGHT),)
    assert credential.issuer.names == (LanguageText("Ministry"),)
    assert credential.valid_from == datetime(2026, 6, 1, 0, 0, 0, 123456, UTC)
    assert credential.valid_until == datetime(2026, 7, 1, tzinfo=UTC)
    assert credential.evidence[0].members["x"] == 1
    assert credential.subjects[0].types == ()
    assert Credential.from_document(document(type="VerifiableCredential")).narrowest_type == (
        "VerifiableCredential"
    )


@pytest.mark.parametrize(
    ("context", "narrowest", "further"),
    [
        ({"Other": URL}, TYPE, TYPE),
        ({TYPE: URL + "#card"}, URL + "#card", URL + "#card"),
        ({TYPE: {"@id": URL + "#card"}}, URL + "#card", URL + "#card"),
        ({TYPE: {"@id": "card"}}, "VerifiableCredential", None),
        ({TYPE: None}, "VerifiableCredential", None),
    ],
)
def test_a_type_is_what_its_context_makes_of_it(
    context: dict[str, Any], narrowest: str, further: str | None
) -> None:
    credential = Credential.from_document(document(**{"@context": [V2, URL, context]}))
    assert credential.narrowest_type == narrowest
    base = "https://www.w3.org/2018/credentials#VerifiableCredential"
    assert credential.expanded_types == {base} | ({further} if further else set())


def test_old_and_new_dates_both_hold() -> None:
    credential = Credential.from_document(
        document_1_1(
            validFrom="2026-07-01T00:00:00Z",
            expirationDate="2027-01-01T00:00:00Z",
            validUntil="2028-01-01T00:00:00Z",
        )
    )
    assert credential.valid_from == datetime(2026, 7, 1, tzinfo=UTC)
    assert credential.valid_until == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_document_can_not_be_changed() -> None:
    members = document()
    credential = Credential.from_document(members)
    members["credentialSubject"]["level"] = 9
    assert credential.subjects[0].members["level"] == 3
    with pytest.raises(TypeError):
        credential.document["id"] = "x"  # type: ignore[index]  # that is the point


def test_a_repr_holds_nobody() -> None:
    shown = repr(Credential.from_document(document()))
    assert "Kim" not in shown
    assert "did:example:resident" not in shown


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.just(URL),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "@value", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)
NAMES = sorted(
    {
        *document(),
        "id",
        "name",
        "validFrom",
        "evidence",
        "relatedResource",
        "proof",
        "holder",
        "verifiableCredential",
    }
)


@given(st.dictionaries(st.sampled_from(NAMES), json_values, max_size=4))
def test_any_changes_are_read_or_refused(changes: dict[str, Any]) -> None:
    for parse in (Credential.from_document, Presentation.from_document):
        for base in (document(), document_1_1(type=["VerifiablePresentation"])):
            try:
                parse(base | changes)
            except KridError as refusal:
                assert refusal.code.value.startswith("w3c.")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parse in (Credential.parse, Presentation.parse):
        with pytest.raises(KridError):
            parse(data)


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001  the zone is drawn apart
    st.integers(-14 * 60, 14 * 60),
)
def test_moments_are_those_of_the_standard_library(moment: datetime, minutes: int) -> None:
    from datetime import timezone

    there = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    credential = Credential.from_document(document(validFrom=there.isoformat()))
    assert credential.valid_from == there
