"""One forgery for every rule of W3C credentials as SD-JWTs (VC-JOSE-COSE, section 3.2)."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from w3c_cards import (
    BEARER,
    CHALLENGE,
    HOLDER,
    KEY,
    NOW,
    V1,
    document,
    issue,
    present,
    verify,
)

from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import BitstringEntry, TransactionData
from krid.sdjwt import W3cSdJwtFormat, sd
from krid.sdjwt import issue as sdjwt_issue

SD = W3cSdJwtFormat()
SECONDS = int(NOW.timestamp())
OTHER = LocalKey.generate(Alg.ES256)
CNF = {"cnf": {"jwk": jwk.encode_public(HOLDER.public_key)}}


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def card(claims: Mapping[str, object], typ: str = "vc+sd-jwt", key: LocalKey = KEY) -> bytes:
    """An SD-JWT of whatever claims, signed."""
    made = sdjwt_issue.prepare_plain(claims, typ=typ, alg=key.alg, entropy=system_entropy)
    return made.sign_with(key).encode()


CARDS: list[tuple[str, Code, Callable[[], bytes]]] = [
    ("another typ", Code.SDJWT_TYP, lambda: card(document(), "dc+sd-jwt")),
    ("a rule of the data model", Code.W3C_ISSUER, lambda: card(document(issuer=1))),
    (
        "nothing shown of the subject",
        Code.W3C_SUBJECT,
        lambda: card(document(credentialSubject=sd({"a": 1}))).split(b"~")[0] + b"~",
    ),
    (
        "another version",
        Code.W3C_VERSION,
        lambda: card(document(**{"@context": [V1], "issuanceDate": "2026-06-01T00:00:00Z"})),
    ),
    (
        "a hidden type",
        Code.SDJWT_NOT_DISCLOSABLE,
        lambda: card(document(type=sd(["VerifiableCredential"]))),
    ),
    (
        "a status hidden in part",
        Code.SDJWT_NOT_DISCLOSABLE,
        lambda: card(document(credentialStatus={"type": "A", "x": sd(1)})),
    ),
    ("vc", Code.W3C_CLAIM, lambda: card(document(vc={}))),
    (
        "another issuer",
        Code.W3C_CLAIM_CONFLICT,
        lambda: card(document(iss="https://other.example")),
    ),
    ("a DID without kid", Code.W3C_KEY_ID, lambda: card(document(issuer="did:web:mois.example"))),
    ("past", Code.W3C_EXPIRED, lambda: card(document(validUntil="2026-06-01T12:00:00Z"))),
    ("not yet", Code.W3C_NOT_YET_VALID, lambda: card(document(validFrom="2026-06-01T12:00:01Z"))),
    ("a signature that is past", Code.SDJWT_EXPIRED, lambda: card(document(exp=SECONDS))),
    (
        "a status that krid does not know",
        Code.STATUS_MECHANISM,
        lambda: card(document(credentialStatus={"type": "A"})),
    ),
    ("another key", Code.JWS_SIGNATURE, lambda: card(document(), key=OTHER)),
    (
        "for certain verifiers",
        Code.SDJWT_AUDIENCE,
        lambda: card(document(aud="https://other.example")),
    ),
    (
        "a presentation where a credential was expected",
        Code.KB_UNEXPECTED,
        lambda: present(SD, card(document(**CNF))),
    ),
]


@pytest.mark.parametrize(("code", "make"), [pytest.param(*each[1:], id=each[0]) for each in CARDS])
def test_a_credential(code: Code, make: Callable[[], bytes]) -> None:
    verify(SD, card(document()), challenge=BEARER)
    assert refused(lambda: verify(SD, make(), challenge=BEARER)) is code


def test_a_presentation() -> None:
    bound = card(document(**CNF))
    answer = present(SD, bound)
    verify(SD, answer)
    assert refused(lambda: verify(SD, bound)) is Code.KB_MISSING
    assert refused(lambda: verify(SD, present(SD, bound, signer=OTHER))) is Code.KB_SIGNATURE
    assert refused(lambda: verify(SD, answer, now=NOW + timedelta(hours=1))) is Code.KB_IAT
    assert refused(lambda: present(SD, card(document()))) is Code.KB_NO_KEY
    pay = TransactionData("urn:pay", ("card",), "e30", {})
    challenge = type(CHALLENGE)(audience="a", nonce="n", transactions=(pay,))

    def prepare() -> object:
        return SD.prepare_presentation(
            bound, disclose=(), challenge=challenge, alg=HOLDER.alg, now=NOW
        )

    assert refused(prepare) is Code.TRANSACTION_FORMAT


def test_a_holder_who_changes_what_is_shown() -> None:
    answer = present(
        SD,
        issue(SD, claims={"credentialSubject": {"a": sd(1), "b": sd(2), "c": 3}}),
        ("credentialSubject", "a"),
    )
    signed, disclosure, binding = answer.split(b"~")
    assert refused(lambda: verify(SD, b"~".join((signed, binding)))) is Code.KB_SD_HASH
    assert (
        refused(lambda: verify(SD, b"~".join((signed, disclosure, disclosure, binding))))
        is Code.SDJWT_DISCLOSURE_REPEATED
    )
    forged = jws.sign({"typ": "vp+jwt"}, b"{}", HOLDER).encode()
    assert refused(lambda: verify(SD, b"~".join((signed, disclosure, forged)))) is Code.KB_TYP


def test_what_an_issuer_must_not_order() -> None:
    deep: object = 1
    for _ in range(80):
        deep = [deep]
    entry = BitstringEntry(uri="https://mois.example/s", index=-1, purpose="revocation")
    subject = {"credentialSubject": {"a": sd(1), "b": 2}}
    orders: list[tuple[Code, dict[str, Any]]] = [
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": sd({"a": 1})}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": {"a": sd(1)}}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": [{"a": 1}, {"a": sd(1)}]}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": [{"a": 1}, sd({"a": 1})]}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "id": sd("urn:a:b")}}),
        (
            Code.MISUSE_CLAIMS,
            {"claims": {**subject, "@context": ["https://a.example", sd("https://b.example")]}},
        ),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "issuer": {"name": sd("x")}}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": {"a": sd(sd(1)), "b": 2}}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": {"a": deep}}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": {}}}),
        (Code.MISUSE_STATUS, {"claims": subject, "status": entry}),
        (Code.MISUSE_OPTION, {"claims": subject, "issuer": "did:web:mois.example"}),
        (Code.MISUSE_OPTION, {"claims": subject, "certificates": (b"",) * 7}),
        (Code.MISUSE_LIFETIME, {"claims": subject, "valid_until": NOW}),
    ]
    for code, changes in orders:
        assert refused(lambda changes=changes: issue(SD, **changes)) is code, changes  # type: ignore[misc]  # mypy can't infer the default
