"""W3C credentials as SD-JWTs: claims shown one by one."""

import pickle
from typing import Any

import pytest
from w3c_cards import (
    BEARER,
    CHALLENGE,
    HOLDER,
    ISSUER,
    KEY,
    NOW,
    TRUST,
    TYPE,
    document,
    issue,
    present,
    raw,
    verify,
)

from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.formats import standard_formats
from krid.jose import jws
from krid.model import BearerFormat, BitstringEntry, Check, CredentialFormat, LintingFormat
from krid.model.w3c.schema import JsonSchema, Schemas
from krid.sdjwt import JwsJson, Serialisation, W3cSdJwtFormat, sd
from krid.sdjwt import issue as sdjwt_issue

SD = W3cSdJwtFormat(decoys=1)
ENTRY = BitstringEntry(uri="https://mois.example/revoked", index=7, purpose="revocation")
CLAIMS = {
    "name": "Card",
    "credentialSubject": {"family_name": sd("Kim"), "places": [sd("Seoul"), "Busan"], "level": 3},
}


def test_from_order_to_proof() -> None:
    card = issue(SD, claims=CLAIMS, status=ENTRY, key_id="key-1")
    accepted = SD.accept(card, issuers=TRUST, now=NOW)
    assert (accepted.format, accepted.type, accepted.issuer) == ("vc+sd-jwt", TYPE, ISSUER)
    assert accepted.holder == HOLDER.public_key
    assert accepted.status == (ENTRY,)
    family_name = ("credentialSubject", "family_name")
    assert set(accepted.withholdable) == {family_name, ("credentialSubject", "places", 0)}
    verified = verify(SD, present(SD, card, family_name))
    subject = verified.claims["credentialSubject"]
    assert subject == {"family_name": "Kim", "places": ("Busan",), "level": 3}
    assert verified.holder == HOLDER.public_key
    assert verified.status == (ENTRY,)
    checks = (Check.ISSUER, Check.ISSUER_SIGNATURE, Check.INTEGRITY, Check.VALIDITY, Check.HOLDER)
    assert tuple(each.check for each in verified.evidence) == checks
    assert pickle.loads(pickle.dumps(verified)) == verified  # noqa: S301  our own


def test_a_bearer_shows_the_card_itself() -> None:
    card = issue(SD, claims=CLAIMS, holder=BEARER)
    assert SD.accept(card, issuers=TRUST, now=NOW).holder is None
    assert verify(SD, card, challenge=BEARER).holder is None


def test_without_a_proof_of_the_holder() -> None:
    assert isinstance(SD, BearerFormat)
    card = issue(SD, claims=CLAIMS, holder=BEARER)
    shown = SD.present_bearer(
        card, disclose=[("credentialSubject", "family_name")], challenge=CHALLENGE
    )
    verified = verify(SD, shown, challenge=BEARER)
    assert verified.claims["credentialSubject"]["family_name"] == "Kim"  # type: ignore[index]  # an object
    assert SD.is_bearer(shown)
    assert not SD.is_bearer(present(SD, issue(SD, claims=CLAIMS)))


def test_nothing_may_be_withheld() -> None:
    card = issue(SD, claims={"credentialSubject": {"level": 3}})
    assert SD.accept(card, issuers=TRUST, now=NOW).withholdable == ()
    verify(SD, present(SD, card))


def test_inspecting() -> None:
    card = issue(SD, claims=CLAIMS, holder=HOLDER.public_key, certificates=(b"\x30\x00",))
    shown = SD.inspect(card)
    assert shown.type == TYPE
    withholdable = shown.content["withholdable"]
    assert isinstance(withholdable, list)
    assert sorted(withholdable) == [
        ["credentialSubject", "family_name"],
        ["credentialSubject", "places", 0],
    ]
    assert "key_binding" in SD.inspect(present(SD, card)).content


def test_it_is_told_apart() -> None:
    card = issue(SD, claims=CLAIMS)
    flat = JwsJson.from_compact(card.decode(), Serialisation.FLATTENED).encode()
    for each in (card, flat, present(SD, card)):
        assert [one.name for one in standard_formats() if one.recognises(each)] == ["vc+sd-jwt"]
    assert verify(SD, flat, challenge=BEARER).type == TYPE
    for other in (
        b"",
        b"a.b.c~",
        b'{"payload": 1, "signatures": [], "disclosures": []}',
        b"e30.e30.AA",
    ):
        assert not SD.recognises(other)


def test_subjects_that_are_several() -> None:
    card = issue(SD, claims={"credentialSubject": ({"a": sd(1), "b": 2}, {"id": "did:example:b"})})
    verified = verify(SD, present(SD, card, ("credentialSubject", 0, "a")))
    assert verified.claims["credentialSubject"] == ({"a": 1, "b": 2}, {"id": "did:example:b"})


def test_a_card_that_follows_its_schema() -> None:
    address = "https://mois.example/schemas/card.json"

    def held_to(**members: Any) -> CredentialFormat:
        dialect = "https://json-schema.org/draft/2020-12/schema"
        schema = JsonSchema.parse(raw({"$schema": dialect, "$id": address, **members}))
        return W3cSdJwtFormat(schemas=Schemas.of(schema))

    card = issue(SD, claims={**CLAIMS, "credentialSchema": {"id": address, "type": "JsonSchema"}})
    fitting, other = held_to(required=["credentialSubject"]), held_to(required=["evidence"])
    fitting.accept(card, issuers=TRUST, now=NOW)
    assert Check.TYPE in [each.check for each in verify(fitting, present(SD, card)).evidence]
    for call in (
        lambda: other.accept(card, issuers=TRUST, now=NOW),
        lambda: verify(other, present(SD, card)),
    ):
        with pytest.raises(KridError) as error:
            call()
        assert error.value.code is Code.W3C_SCHEMA_MISMATCH


def test_linting() -> None:
    assert isinstance(SD, LintingFormat)
    card = issue(SD, claims=CLAIMS)
    assert SD.lint(card, now=NOW) == ()
    assert SD.lint(present(SD, card), now=NOW) == ()

    def codes(data: bytes) -> set[Code]:
        return {finding.code for finding in SD.lint(data, now=NOW)}

    def made(typ: str = "vc+sd-jwt", **changes: Any) -> bytes:
        prepared = sdjwt_issue.prepare_plain(
            document(**changes), typ=typ, alg=KEY.alg, entropy=system_entropy
        )
        return prepared.sign_with(KEY).encode()

    end = "2027-01-01T00:00:00Z"
    assert codes(b"x") == {Code.SDJWT_SYNTAX}
    assert codes(made("x", validUntil=end)) == {Code.SDJWT_TYP}
    assert codes(made(type=sd("A"), vc={}, validUntil=end)) == {
        *(Code.SDJWT_NOT_DISCLOSABLE, Code.W3C_CLAIM, Code.W3C_TYPE),
    }
    assert codes(made(validUntil="2026-01-01T00:00:00Z")) == {Code.W3C_EXPIRED}
    assert codes(made(issuer="did:example:a", validUntil=end)) == {Code.W3C_KEY_ID}
    assert codes(made(iss="urn:a:b", validUntil=end)) == {Code.W3C_CLAIM_CONFLICT}
    unused = jws.sign({"typ": "vc+sd-jwt"}, raw(document()), KEY) + "~WyJhIiwiYiIsMV0~"
    assert codes(unused.encode()) == {Code.SDJWT_DISCLOSURE_UNUSED}
