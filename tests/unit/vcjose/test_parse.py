"""Reading data model 1.1 in JWTs, and claims of CWTs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3c_cards import HOLDER, ISSUER, KEY, V1, document_1_1, raw

from krid.errors import KridError
from krid.jose import jws
from krid.keys import jwk
from krid.vcjose import Form, parse_credential, parse_presentation
from krid.vcjose.headers import encode_cwt_claims
from krid.vcjose.parse import is_presentation, looks_like


def old(payload: dict[str, Any]) -> bytes:
    return jws.sign({}, raw(payload), KEY).encode()


def test_claims_fill_in_what_the_credential_leaves_out() -> None:
    vc = document_1_1(issuer=..., issuanceDate=..., credentialSubject={"level": 3})
    payload = {
        "iss": ISSUER,
        "nbf": 1780272000,
        "exp": 1811808000,
        "jti": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008",
        "sub": "did:example:resident",
        "vc": vc,
    }
    credential = parse_credential(old(payload), Form.JWT_1_1).credential
    assert credential.issuer.id == ISSUER
    assert credential.id == payload["jti"]
    assert credential.subjects[0].id == "did:example:resident"
    assert credential.document["issuanceDate"] == "2026-06-01T00:00:00Z"
    assert credential.document["expirationDate"] == "2027-06-01T00:00:00Z"


@pytest.mark.parametrize("subject", [[{"level": 3}], [{"level": 3}, {"level": 4}]])
def test_sub_is_for_one_subject(subject: list[dict[str, Any]]) -> None:
    payload = {"sub": "did:example:resident", "vc": document_1_1(credentialSubject=subject)}
    credential = parse_credential(old(payload), Form.JWT_1_1).credential
    expected = "did:example:resident" if len(subject) == 1 else None
    assert credential.subjects[0].id == expected


def test_the_holder_of_a_presentation() -> None:
    vp = {"@context": [V1], "type": ["VerifiablePresentation"]}
    payload = {"iss": "did:example:me", "jti": "urn:a:b", "vp": vp}
    read = parse_presentation(old(payload), Form.JWT_1_1).presentation
    assert read.holder is not None
    assert (read.holder.id, read.id) == ("did:example:me", "urn:a:b")


def test_claims_of_a_cwt() -> None:
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "exp": 3,
        "jti": "urn:a:b",
        "cnf": {"jwk": jwk.encode_public(HOLDER.public_key)},
    }
    written = encode_cwt_claims(claims)
    assert set(written) == {1, 4, 7, 8}
    assert written[7] == b"urn:a:b"


@pytest.mark.parametrize("form", Form)
@given(data=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(form: Form, data: bytes) -> None:
    looks_like(data, form)
    for parse in (parse_credential, parse_presentation, is_presentation):
        with pytest.raises(KridError):
            parse(data, form)


@given(
    st.dictionaries(
        st.sampled_from(["vc", "vp", "iss", "nbf", "exp", "sub", "jti", "cnf", "type"]),
        st.none()
        | st.integers()
        | st.text(max_size=3)
        | st.just(document_1_1())
        | st.lists(st.just({})),
        max_size=5,
    )
)
def test_any_payload_is_read_or_refused(payload: dict[str, Any]) -> None:
    for parse in (parse_credential, parse_presentation):
        for form in (Form.JWT, Form.JWT_1_1):
            try:
                parse(old(payload), form)
            except KridError:
                continue
