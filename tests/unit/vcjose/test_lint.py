"""Every deviation of a credential, each for itself."""

from collections.abc import Callable
from typing import Any

import pytest
from w3c_cards import KEY, NOW, V1, V2, document, document_1_1, issue, present, raw

from krid import cose
from krid.cose import Placement, Tagging
from krid.errors import Code, KridError
from krid.jose import jws
from krid.model import LintingFormat, Severity
from krid.vcjose import Form, VcJoseFormat

JWT, COSE, OLD = (VcJoseFormat(form) for form in (Form.JWT, Form.COSE, Form.JWT_1_1))


def jwt(payload: object, **header: Any) -> bytes:
    return jws.sign({"typ": "vc+jwt"} | header, raw(payload), KEY).encode()


def cwt(payload: bytes, **labels: Any) -> bytes:
    protected: dict[int | str, object] = {int(name[1:]): each for name, each in labels.items()}
    made = cose.prepare(protected, {}, payload, alg=KEY.alg, placement=Placement.ATTACHED)
    return made.sign_with(KEY).encode(Tagging.TAGGED)


def codes(form: VcJoseFormat, data: bytes) -> list[Code]:
    return [finding.code for finding in form.lint(data, now=NOW)]


@pytest.mark.parametrize("form", [JWT, COSE, OLD], ids=lambda form: form.name)
def test_what_krid_makes_is_clean(form: VcJoseFormat) -> None:
    assert isinstance(form, LintingFormat)
    card = issue(form)
    assert codes(form, card) == []
    assert codes(form, present(form, card)) == []
    assert codes(form, issue(form, issuer="did:example:a", certificates=(b"\x30\x00",))) == []


def test_every_fault_is_named() -> None:
    broken = document(
        **{"@context": [V2, 7]},
        id="x",
        type=["ExampleCard"],
        issuer=1,
        credentialSubject={},
        name=3,
        validFrom="x",
        credentialStatus={},
        credentialSchema={},
        evidence={},
        termsOfUse={},
        refreshService={},
        proof={},
        relatedResource={},
        vc={},
    )
    found = set(codes(JWT, jwt(broken, typ="x")))
    assert found == {
        *(Code.W3C_CONTEXT_ENTRY, Code.W3C_ID, Code.W3C_TYPE, Code.W3C_ISSUER, Code.W3C_SUBJECT),
        *(Code.W3C_TEXT, Code.W3C_STATUS, Code.W3C_SCHEMA, Code.W3C_EVIDENCE, Code.W3C_TERMS),
        *(Code.W3C_REFRESH, Code.W3C_PROOF, Code.W3C_RELATED, Code.W3C_CLAIM, Code.VCJOSE_TYP),
    }


LINTED: list[tuple[str, VcJoseFormat, Callable[[], bytes], list[Code]]] = [
    ("not a JWS", JWT, lambda: b"x", [Code.JWS_SYNTAX]),
    ("a payload that is none", JWT, lambda: jws.sign({}, b"[]", KEY).encode(), [Code.JWS_PAYLOAD]),
    (
        "certificates that are none",
        JWT,
        lambda: jwt(document(validUntil="2027-01-01T00:00:00Z"), x5c=[]),
        [Code.JWS_HEADER],
    ),
    ("not COSE", COSE, lambda: b"\x80", [Code.COSE_SYNTAX]),
    (
        "a COSE payload that is none",
        COSE,
        lambda: cwt(b"[]", _16="vc+cose"),
        [Code.JSON_NOT_OBJECT],
    ),
    (
        "certificates that are none and no end",
        JWT,
        lambda: jwt(document(), x5c=[]),
        [Code.JWS_HEADER, Code.W3C_NO_EXPIRY],
    ),
    (
        "CWT claims that are none",
        COSE,
        lambda: cwt(
            raw(document(validUntil="2027-01-01T00:00:00Z")), _16="application/vc+cose", _15=[]
        ),
        [Code.VCJOSE_CWT],
    ),
    (
        "no type, no end",
        JWT,
        lambda: jws.sign({}, raw(document()), KEY).encode(),
        [Code.VCJOSE_NO_TYP, Code.W3C_NO_EXPIRY],
    ),
    (
        "an end before the beginning",
        JWT,
        lambda: jwt(document(validUntil="2026-01-01T00:00:00Z", validFrom="2027-01-01T00:00:00Z")),
        [Code.W3C_DATE_ORDER],
    ),
    ("past", JWT, lambda: jwt(document(validUntil="2026-01-01T00:00:00Z")), [Code.W3C_EXPIRED]),
    (
        "another issuer",
        JWT,
        lambda: jwt(document(validUntil="2027-01-01T00:00:00Z", iss="urn:a:b")),
        [Code.W3C_CLAIM_CONFLICT],
    ),
    (
        "a DID without kid",
        JWT,
        lambda: jwt(document(validUntil="2027-01-01T00:00:00Z", issuer="did:example:a")),
        [Code.W3C_KEY_ID],
    ),
    ("no vc", OLD, lambda: jwt({}, typ="JWT"), [Code.W3C_CLAIM]),
    (
        "1.1 without issuance date",
        OLD,
        lambda: jwt({"vc": document_1_1(issuanceDate=...)}, typ="JWT"),
        [Code.W3C_DATE],
    ),
    (
        "a presentation",
        JWT,
        lambda: jwt(
            {
                "@context": [V2],
                "type": ["VerifiablePresentation"],
                "holder": 1,
                "verifiableCredential": [1],
            },
            typ="vp+jwt",
        ),
        [Code.W3C_HOLDER, Code.W3C_CONTENTS],
    ),
    (
        "a presentation without context",
        JWT,
        lambda: jwt({"type": ["VerifiablePresentation"], "termsOfUse": 1}, typ="vp+jwt"),
        [Code.W3C_CONTEXT, Code.W3C_TERMS],
    ),
    (
        "a presentation of 1.1",
        OLD,
        lambda: jwt(
            {
                "vp": {
                    "@context": [V1],
                    "type": "VerifiablePresentation",
                    "verifiableCredential": [],
                }
            },
            typ="JWT",
        ),
        [Code.W3C_CONTENTS],
    ),
]


@pytest.mark.parametrize(
    ("form", "make", "expected"), [pytest.param(*each[1:], id=each[0]) for each in LINTED]
)
def test_faults(form: VcJoseFormat, make: Callable[[], bytes], expected: list[Code]) -> None:
    found = codes(form, make())
    assert sorted(map(str, found)) == sorted(map(str, expected))
    for finding in form.lint(make(), now=NOW):
        assert finding.clause


def test_what_verification_refuses_the_linter_names() -> None:
    card = jwt(document(validUntil="2026-01-01T00:00:00Z"))
    (finding,) = JWT.lint(card, now=NOW)
    assert finding.severity is Severity.ERROR
    with pytest.raises(KridError):
        JWT.lint(card, now=NOW.replace(tzinfo=None))
