"""The three forms of VC-JOSE-COSE, from order to proof."""

import pickle
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from w3c_cards import (
    BEARER,
    CHALLENGE,
    DAY,
    HOLDER,
    ISSUER,
    KEY,
    NOW,
    TRUST,
    TYPE,
    V1,
    V2,
    issue,
    order,
    present,
    raw,
    verify,
)

from krid._core.clock import FixedClock
from krid._core.frozen import thaw
from krid.did import DidWeb, ListedKey, Resolver, compose
from krid.errors import Code, KridError
from krid.formats import standard_formats
from krid.formats.holders import LocalDidHolders, ResolvedHolders
from krid.keys import Alg, LocalKey, jwk
from krid.model import BearerFormat, BitstringEntry, Check, CredentialFormat, HolderKey
from krid.model.w3c import DataUrl, Enveloped, EnvelopedKind
from krid.model.w3c.schema import JsonSchema, Schemas
from krid.net import Response, ScriptedTransport
from krid.vcjose import Form, VcJoseFormat, parse_credential, the_credential, verify_issued
from krid.vcjose.issue import prepare
from krid.vcjose.names import MEDIA_TYPES
from krid.vcjose.parse import parse_presentation

FORMATS = tuple(VcJoseFormat(form) for form in Form)
ENTRIES = (
    BitstringEntry(uri="https://mois.example/revoked", index=7, purpose="revocation"),
    BitstringEntry(uri="https://mois.example/suspended", index=7, purpose="suspension"),
)


@pytest.fixture(params=FORMATS, ids=[each.name for each in FORMATS])
def form(request: pytest.FixtureRequest) -> VcJoseFormat:
    found: VcJoseFormat = request.param
    return found


def test_from_order_to_proof(form: VcJoseFormat) -> None:
    card = issue(form, status=ENTRIES)
    accepted = form.accept(card, issuers=TRUST, now=NOW)
    assert accepted.format == form.name
    assert accepted.type == TYPE
    assert accepted.issuer == ISSUER
    assert accepted.holder == HOLDER.public_key
    assert accepted.withholdable == ()
    assert accepted.valid_from == NOW
    assert accepted.valid_until == NOW + 365 * DAY
    assert accepted.status == ENTRIES
    answer = present(form, card, ("credentialSubject", "level"))
    verified = verify(form, answer)
    assert verified.claims == accepted.claims
    assert verified.claims["credentialSubject"]["family_name"] == "Kim"  # type: ignore[index]  # an object
    assert verified.holder == HOLDER.public_key
    assert verified.status == ENTRIES
    assert verified.valid_until == accepted.valid_until
    checks = [Check.ISSUER, Check.ISSUER_SIGNATURE, Check.VALIDITY, Check.HOLDER]
    assert [each.check for each in verified.evidence] == checks
    base = "https://www.w3.org/2018/credentials#VerifiableCredential"
    assert accepted.types == verified.types == {TYPE, base}
    assert pickle.loads(pickle.dumps(verified)) == verified  # noqa: S301  our own


def test_a_bearer_shows_the_card_itself(form: VcJoseFormat) -> None:
    card = issue(form, holder=BEARER)
    verified = verify(form, card, challenge=BEARER)
    assert verified.holder is None
    assert form.accept(card, issuers=TRUST, now=NOW).holder is None


def test_without_a_proof_of_the_holder(form: VcJoseFormat) -> None:
    assert isinstance(form, BearerFormat)
    card = issue(form, holder=BEARER)
    shown = form.present_bearer(
        card, disclose=[("credentialSubject", "level")], challenge=CHALLENGE
    )
    assert shown == card
    assert form.is_bearer(shown)
    assert not form.is_bearer(present(form, issue(form)))
    with pytest.raises(KridError) as error:
        form.present_bearer(card, disclose=[("credentialSubject", "none")], challenge=CHALLENGE)
    assert error.value.code is Code.W3C_NO_CLAIM


def test_what_is_issued_says_everything(form: VcJoseFormat) -> None:
    claims: dict[str, Any] = {
        "@context": ["https://mois.example/context"],
        "type": [TYPE, "ExampleCard"],
        "id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008",
        "name": "Card",
        "issuer": {"name": "Ministry"},
        "credentialSubject": ({"id": "did:example:a"}, {"id": "did:example:b"}),
    }
    card = issue(form, claims=claims, key_id="key-1")
    document = parse_credential(card, form.form).credential.document
    assert document["@context"] == (V1 if form.form is Form.JWT_1_1 else V2, claims["@context"][0])
    assert document["type"] == ("VerifiableCredential", TYPE, "ExampleCard")
    assert document["issuer"] == {"id": ISSUER, "name": "Ministry"}
    verify(form, present(form, card))


def test_a_card_tells_which_key_signed(form: VcJoseFormat) -> None:
    secured = parse_credential(issue(form, key_id="key-1"), form.form)
    assert secured.header.key_id == "key-1"
    assert secured.header.alg is Alg.ES256
    certified = issue(form, certificates=(b"\x30\x00",), issuer="did:example:mois")
    assert parse_credential(certified, form.form).header.certificates == (b"\x30\x00",)


def test_inspecting(form: VcJoseFormat) -> None:
    card = issue(form)
    shown = form.inspect(card)
    assert shown.format == form.name
    assert shown.type == TYPE
    assert shown.content["credential"]["credentialSubject"]["level"] == 3  # type: ignore[index]  # an object
    presented = form.inspect(present(form, card))
    assert presented.type is None
    assert presented.content["claims"]["nonce"] == CHALLENGE.nonce  # type: ignore[index]  # an object


def test_each_form_recognises_its_own(form: VcJoseFormat) -> None:
    card = issue(form)
    answer = present(form, card)
    envelope = Enveloped(EnvelopedKind.CREDENTIAL, DataUrl(MEDIA_TYPES[form.form], card))
    for each in (card, answer, raw(envelope.to_json())):
        assert [one.name for one in standard_formats() if one.recognises(each)] == [form.name]
    for other in (b"", b"{}", b"e30.e30.AA", b"\xa0", b"~"):
        assert not form.recognises(other)


def test_an_envelope_is_opened(form: VcJoseFormat) -> None:
    card = issue(form)
    url = DataUrl(MEDIA_TYPES[form.form], card)
    enveloped = raw(Enveloped(EnvelopedKind.CREDENTIAL, url).to_json())
    assert form.accept(enveloped, issuers=TRUST, now=NOW) == form.accept(
        card, issuers=TRUST, now=NOW
    )
    answer = DataUrl(MEDIA_TYPES[form.form].replace("/vc", "/vp"), present(form, card))
    verify(form, raw(Enveloped(EnvelopedKind.PRESENTATION, answer).to_json()))
    with pytest.raises(KridError) as error:
        parse_presentation(enveloped, form.form)
    assert error.value.code is Code.VCJOSE_SYNTAX


def test_the_functions_behind_it(form: VcJoseFormat) -> None:
    card = prepare(order(), form=form.form).sign_with(KEY)
    answer = parse_presentation(present(form, card), form.form)
    inside = the_credential(answer)
    verified = verify_issued(inside, issuer_key=KEY.public_key, now=NOW, skew=timedelta(0))
    assert verified.holder is None
    assert pickle.loads(pickle.dumps(verified)) == verified  # noqa: S301  our own


@pytest.mark.parametrize("alg", [Alg.ES256, Alg.ES384, Alg.EDDSA])
@pytest.mark.parametrize("method", ["did:key", "did:jwk"])
def test_a_holder_who_is_named_by_a_did(form: VcJoseFormat, alg: Alg, method: str) -> None:
    from krid.did import DidJwk, DidKey

    key = LocalKey.generate(alg)
    create = DidKey.create if method == "did:key" else DidJwk.create
    did = str(create(key.public_key))
    named = VcJoseFormat(form.form, LocalDidHolders())
    card = issue(named, holder=BEARER, claims={"credentialSubject": {"id": did, "level": 3}})
    assert named.accept(card, issuers=TRUST, now=NOW).holder == key.public_key
    answer = parse_presentation(present(named, card, signer=key), form.form)
    assert answer.presentation.holder is not None
    assert answer.presentation.holder.id == did
    assert (answer.header.key_id or "").startswith(did + "#")
    assert verify(named, present(named, card, signer=key)).holder == key.public_key


def test_holders_who_are_not_known() -> None:
    holders = LocalDidHolders()
    assert holders.find("did:web:me.example") is None
    assert holders.find("https://me.example") is None
    sealing = LocalKey.generate(Alg.ES256).public_key
    members = {**jwk.encode_public(sealing), "use": "enc"}
    from krid._core import base64url, strict_json

    assert holders.find("did:jwk:" + base64url.encode(strict_json.dumps(members))) is None
    with pytest.raises(KridError):
        holders.find("did:key:zzz")


def test_a_holder_who_is_resolved() -> None:
    did, keys = "did:web:me.example", [LocalKey.generate(Alg.ES256) for _ in range(2)]

    def holders(*listed: LocalKey) -> ResolvedHolders:
        found = [ListedKey(f"{number}", key.public_key) for number, key in enumerate(listed)]
        answer = Response(200, {"Content-Type": "application/did"}, raw(compose(did, found)))
        network = ScriptedTransport({"https://me.example/.well-known/did.json": answer})
        return ResolvedHolders(Resolver((DidWeb(),), clock=FixedClock(NOW), transport=network))

    form = VcJoseFormat(Form.JWT, holders(keys[0]))
    card = issue(form, holder=BEARER, claims={"credentialSubject": {"id": did, "level": 3}})
    assert verify(form, present(form, card, signer=keys[0])).holder == keys[0].public_key
    assert holders(*keys).find(did) is None
    assert holders(*keys).find("https://me.example") is None


def test_a_key_in_the_card_goes_before_the_subject() -> None:
    class Holders:
        def find(self, holder: str) -> HolderKey | None:
            raise AssertionError(holder)

    form = VcJoseFormat(Form.JWT, Holders())
    assert verify(form, present(form, issue(form))).holder == HOLDER.public_key


def test_a_card_that_follows_its_schema(form: VcJoseFormat) -> None:
    address = "https://mois.example/schemas/card.json"

    def held_to(**members: Any) -> CredentialFormat:
        dialect = "https://json-schema.org/draft/2020-12/schema"
        schema = JsonSchema.parse(raw({"$schema": dialect, "$id": address, **members}))
        return VcJoseFormat(form.form, schemas=Schemas.of(schema))

    claims = {
        "credentialSubject": {"level": 3},
        "credentialSchema": {"id": address, "type": "JsonSchema"},
    }
    card = issue(form, claims=claims)
    fitting, other = held_to(required=["credentialSubject"]), held_to(required=["evidence"])
    fitting.accept(card, issuers=TRUST, now=NOW)
    verified = verify(fitting, present(form, card))
    assert Check.TYPE in [each.check for each in verified.evidence]
    for call in (
        lambda: other.accept(card, issuers=TRUST, now=NOW),
        lambda: verify(other, present(form, card)),
    ):
        with pytest.raises(KridError) as error:
            call()
        assert error.value.code is Code.W3C_SCHEMA_MISMATCH


def test_a_refusal_says_how_far_it_came(form: VcJoseFormat) -> None:
    answer = present(form, issue(form))
    with pytest.raises(KridError) as error:
        verify(form, answer, now=NOW + timedelta(hours=1))
    assert error.value.check is Check.HOLDER
    assert [each.check for each in error.value.proved] == [
        Check.ISSUER,
        Check.ISSUER_SIGNATURE,
        Check.VALIDITY,
    ]


claim_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(-9, 9)
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=9,
)
NAMES = st.text(min_size=1, max_size=6).filter(lambda name: name not in {"id", "type"})


@pytest.mark.parametrize("found", FORMATS, ids=[each.name for each in FORMATS])
@given(st.dictionaries(NAMES, claim_values, min_size=1, max_size=5))
def test_what_was_issued_is_what_is_verified(found: VcJoseFormat, subject: dict[str, Any]) -> None:
    card = issue(found, claims={"credentialSubject": subject})
    verified = verify(found, present(found, card))
    assert thaw(verified.claims["credentialSubject"]) == subject
