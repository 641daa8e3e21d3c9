"""One forgery for every rule of VC-JOSE-COSE, and of data model 1.1 in JWTs."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from w3c_cards import (
    BEARER,
    CHALLENGE,
    DAY,
    HOLDER,
    ISSUER,
    KEY,
    NOW,
    V1,
    V2,
    document,
    document_1_1,
    issue,
    present,
    raw,
    verify,
)

from krid import cose
from krid.cose import Placement, Tagging
from krid.errors import Code, KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, cose_key, jwk
from krid.model import BitstringEntry, Challenge, HolderKey, TransactionData
from krid.model.w3c import DataUrl, Enveloped, EnvelopedKind
from krid.vcjose import Form, VcJoseFormat, parse_credential

JWT, COSE, OLD = (VcJoseFormat(form) for form in (Form.JWT, Form.COSE, Form.JWT_1_1))
FORMATS = (JWT, COSE, OLD)
SECONDS = int(NOW.timestamp())
OTHER = LocalKey.generate(Alg.ES256)
CNF = {"cnf": {"jwk": jwk.encode_public(HOLDER.public_key)}}
BOUND = {"aud": CHALLENGE.audience, "nonce": CHALLENGE.nonce, "iat": SECONDS}


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def jwt(payload: object, key: LocalKey = KEY, **header: Any) -> bytes:
    return jws.sign({"typ": "vc+jwt"} | header, raw(payload), key).encode()


def cwt(payload: object, claims: Mapping[int, object], key: LocalKey = KEY, **header: Any) -> bytes:
    labels = {cose.TYP: "application/vc+cose", cose.CWT_CLAIMS: claims} | {
        int(name[1:]): value for name, value in header.items()
    }
    made = cose.prepare(labels, {}, raw(payload), alg=key.alg, placement=Placement.ATTACHED)
    return made.sign_with(key).encode(Tagging.TAGGED)


def enveloped(card: bytes, media_type: str = "application/vc+jwt") -> dict[str, Any]:
    return Enveloped(EnvelopedKind.CREDENTIAL, DataUrl(media_type, card)).to_json()


def shown(card: bytes | None = None, /, **changes: Any) -> dict[str, Any]:
    """A vp+jwt's payload around a card."""
    card = card or jwt(document(**CNF))
    whole = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [enveloped(card)],
        **BOUND,
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def vp(payload: object, key: LocalKey = HOLDER, **header: Any) -> bytes:
    return jwt(payload, key, **{"typ": "vp+jwt"} | header)


CARDS: list[tuple[str, Code, VcJoseFormat, bytes]] = [
    ("not a JWS", Code.JWS_SYNTAX, JWT, b"e30.e30"),
    ("not ASCII", Code.VCJOSE_SYNTAX, JWT, "e30.\N{SNOWMAN}.e30".encode()),
    ("not COSE", Code.COSE_SYNTAX, COSE, b"\x80"),
    ("COSE without payload", Code.VCJOSE_SYNTAX, COSE, b"\xd2\x84\x43\xa1\x01\x26\xa0\xf6\x40"),
    ("COSE whose payload is no object", Code.JSON_NOT_OBJECT, COSE, cwt([], {})),
    ("another typ", Code.VCJOSE_TYP, JWT, jwt(document(), typ="vc+sd-jwt")),
    ("the typ of a presentation", Code.VCJOSE_TYP, JWT, jwt(document(), typ="vp+jwt")),
    ("a typ that is a number", Code.JWS_HEADER, JWT, jwt(document(), typ=5)),
    ("a typ that is null", Code.JWS_HEADER, JWT, jwt(document(), typ=None)),
    ("a content type that is a list", Code.JWS_HEADER, JWT, jwt(document(), cty=["vc"])),
    ("a key identifier that is an object", Code.JWS_HEADER, JWT, jwt(document(), kid={})),
    ("the content type of a presentation", Code.VCJOSE_TYP, JWT, jwt(document(), cty="vp")),
    ("another COSE typ", Code.VCJOSE_TYP, COSE, cwt(document(), {}, _16="application/x")),
    ("a COSE typ by number", Code.VCJOSE_TYP, COSE, cwt(document(), {}, _16=60)),
    ("a COSE content type", Code.VCJOSE_TYP, COSE, cwt(document(), {}, _3="application/vp")),
    ("vc in 2.0", Code.W3C_CLAIM, JWT, jwt(document(vc={}))),
    ("vp in 2.0", Code.W3C_CLAIM, JWT, jwt(document(vp={}))),
    ("data model 1.1 as vc+jwt", Code.W3C_VERSION, JWT, jwt(document_1_1())),
    ("data model 2.0 in vc", Code.W3C_VERSION, OLD, jwt({"vc": document()}, typ="JWT")),
    ("no vc", Code.W3C_CLAIM, OLD, jwt(document_1_1(), typ="JWT")),
    ("vc that is text", Code.W3C_CLAIM, OLD, jwt({"vc": "x"}, typ="JWT")),
    ("nbf that is text", Code.W3C_CLAIM, OLD, jwt({"vc": document_1_1(), "nbf": "x"}, typ="JWT")),
    ("another issuer", Code.W3C_CLAIM_CONFLICT, JWT, jwt(document(iss="https://other.example"))),
    ("another id", Code.W3C_CLAIM_CONFLICT, JWT, jwt(document(id="urn:a:b", jti="urn:a:c"))),
    ("another subject", Code.W3C_CLAIM_CONFLICT, JWT, jwt(document(sub="did:example:other"))),
    ("an issuer that is a number", Code.W3C_CLAIM, JWT, jwt(document(iss=1))),
    (
        "another issuer in COSE",
        Code.W3C_CLAIM_CONFLICT,
        COSE,
        cwt(document(), {1: "https://o.example"}),
    ),
    (
        "another issuer in 1.1",
        Code.W3C_CLAIM_CONFLICT,
        OLD,
        jwt({"vc": document_1_1(), "iss": "https://other.example"}, typ="JWT"),
    ),
    ("a DID without kid", Code.W3C_KEY_ID, JWT, jwt(document(issuer="did:web:mois.example"))),
    ("CWT claims that are no map", Code.VCJOSE_CWT, COSE, cwt(document(), {}, _15=[])),
    ("a CWT date that is text", Code.VCJOSE_CWT, COSE, cwt(document(), {4: "x"})),
    ("a CWT issuer that is a number", Code.VCJOSE_CWT, COSE, cwt(document(), {1: 5})),
    ("a CWT key that is none", Code.VCJOSE_CWT, COSE, cwt(document(), {8: {1: {1: 2}}})),
    ("a CWT confirmation that is none", Code.VCJOSE_CWT, COSE, cwt(document(), {8: 1})),
    ("another key", Code.JWS_SIGNATURE, JWT, jwt(document(), OTHER)),
    ("another COSE key", Code.COSE_SIGNATURE, COSE, cwt(document(), {}, OTHER)),
    ("past", Code.W3C_EXPIRED, JWT, jwt(document(validUntil="2026-06-01T12:00:00Z"))),
    ("not yet", Code.W3C_NOT_YET_VALID, JWT, jwt(document(validFrom="2026-06-01T12:00:01Z"))),
    ("a signature that is past", Code.W3C_EXPIRED, JWT, jwt(document(exp=SECONDS))),
    ("a signature not yet", Code.W3C_NOT_YET_VALID, JWT, jwt(document(nbf=SECONDS + 1))),
    ("a signature of the future", Code.W3C_NOT_YET_VALID, JWT, jwt(document(iat=SECONDS + 1))),
    ("a COSE signature that is past", Code.W3C_EXPIRED, COSE, cwt(document(), {4: SECONDS})),
    (
        "1.1 that is past",
        Code.W3C_EXPIRED,
        OLD,
        jwt({"vc": document_1_1(), "exp": SECONDS}, typ="JWT"),
    ),
    ("exp that is text", Code.W3C_CLAIM, JWT, jwt(document(exp="x"))),
    (
        "a status that krid does not know",
        Code.STATUS_MECHANISM,
        JWT,
        jwt(document(credentialStatus={"type": "A"})),
    ),
    (
        "a status without index",
        Code.STATUS_SYNTAX,
        JWT,
        jwt(
            document(
                credentialStatus={
                    "type": "BitstringStatusListEntry",
                    "statusListCredential": "urn:a",
                }
            )
        ),
    ),
    (
        "an envelope of another type",
        Code.VCJOSE_MEDIA_TYPE,
        JWT,
        raw(enveloped(b"x", "application/vc+cose")),
    ),
    ("a presentation where a credential was expected", Code.KB_UNEXPECTED, JWT, vp(shown())),
    (
        "a presentation in an envelope",
        Code.KB_UNEXPECTED,
        JWT,
        raw(
            {
                **enveloped(vp(shown()), "application/vp+jwt"),
                "type": "EnvelopedVerifiablePresentation",
            }
        ),
    ),
    ("too large", Code.INPUT_SIZE, COSE, b"\0" * (16 * 1024 * 1024 + 1)),
]


@pytest.mark.parametrize(
    ("code", "form", "card"), [pytest.param(*each[1:], id=each[0]) for each in CARDS]
)
def test_a_credential(code: Code, form: VcJoseFormat, card: bytes) -> None:
    assert refused(lambda: verify(form, card, challenge=BEARER)) is code


SHOWN: list[tuple[str, Code, Callable[[], bytes]]] = [
    ("the card alone", Code.KB_MISSING, lambda: jwt(document(**CNF))),
    ("no credential", Code.W3C_SEVERAL, lambda: vp(shown(verifiableCredential=...))),
    (
        "two credentials",
        Code.W3C_SEVERAL,
        lambda: vp(shown(verifiableCredential=[enveloped(jwt(document(**CNF)))] * 2)),
    ),
    (
        "an unsecured credential",
        Code.W3C_UNSECURED,
        lambda: vp(shown(verifiableCredential=document())),
    ),
    (
        "a self-asserted credential",
        Code.W3C_UNSECURED,
        lambda: vp(shown(holder=ISSUER, verifiableCredential=document())),
    ),
    (
        "a card of another form",
        Code.VCJOSE_MEDIA_TYPE,
        lambda: vp(shown(verifiableCredential=enveloped(b"\xd2", "application/vc+cose"))),
    ),
    ("an envelope in an envelope", Code.VCJOSE_SYNTAX, lambda: vp(shown(raw(enveloped(b"a.b.c"))))),
    ("a card bound to nobody", Code.KB_NO_KEY, lambda: vp(shown(jwt(document())))),
    (
        "a card bound to a name",
        Code.KB_NO_KEY,
        lambda: vp(shown(jwt(document(credentialSubject=[{"a": 1}])))),
    ),
    ("cnf without a key", Code.SDJWT_CNF, lambda: vp(shown(jwt(document(cnf={"kid": "x"}))))),
    ("another signer", Code.KB_SIGNATURE, lambda: vp(shown(), OTHER)),
    (
        "a key marked for sealing",
        Code.KEY_USE,
        lambda: vp(shown(jwt(document(cnf={"jwk": {**CNF["cnf"]["jwk"], "use": "enc"}})))),
    ),
    ("the typ of a credential", Code.VCJOSE_TYP, lambda: vp(shown(), typ="vc+jwt")),
    ("the content type of a credential", Code.VCJOSE_TYP, lambda: vp(shown(), cty="vc")),
    ("another nonce", Code.KB_NONCE, lambda: vp(shown(nonce="other"))),
    ("no nonce", Code.KB_SYNTAX, lambda: vp(shown(nonce=...))),
    ("another audience", Code.KB_AUDIENCE, lambda: vp(shown(aud="https://other.example"))),
    ("several audiences", Code.KB_SYNTAX, lambda: vp(shown(aud=[CHALLENGE.audience]))),
    ("no time", Code.KB_SYNTAX, lambda: vp(shown(iat=...))),
    ("a time that is text", Code.KB_SYNTAX, lambda: vp(shown(iat="now"))),
    ("too old", Code.KB_IAT, lambda: vp(shown(iat=SECONDS - 301))),
    ("of the future", Code.KB_IAT, lambda: vp(shown(iat=SECONDS + 1))),
    ("past", Code.KB_VALIDITY, lambda: vp(shown(exp=SECONDS))),
    ("not yet", Code.KB_VALIDITY, lambda: vp(shown(nbf=SECONDS + 1))),
    ("vp in 2.0", Code.W3C_CLAIM, lambda: vp(shown(vp={}))),
    ("data model 1.1", Code.W3C_VERSION, lambda: vp(shown(None, **{"@context": [V1]}))),
    (
        "another holder than the signer",
        Code.W3C_CLAIM_CONFLICT,
        lambda: vp(shown(holder="did:e:a", iss="did:e:b")),
    ),
    (
        "a card by nobody trusted",
        Code.JWS_SIGNATURE,
        lambda: vp(shown(jwt(document(**CNF), OTHER))),
    ),
]


@pytest.mark.parametrize(("code", "make"), [pytest.param(*each[1:], id=each[0]) for each in SHOWN])
def test_a_presentation(code: Code, make: Callable[[], bytes]) -> None:
    verify(JWT, vp(shown()))
    assert refused(lambda: verify(JWT, make())) is code


class Holders:
    """Knows one holder by a name."""

    def find(self, holder: str) -> HolderKey | None:
        return HolderKey(HOLDER.public_key, f"{holder}#1") if holder == "did:example:me" else None


def test_a_presentation_in_the_name_of_somebody_else() -> None:
    form = VcJoseFormat(Form.JWT, Holders())
    card = jwt(document(credentialSubject={"id": "did:example:me", "level": 3}))
    verify(form, vp(shown(card, holder="did:example:me")))
    assert (
        refused(lambda: verify(form, vp(shown(card, holder="did:example:you"))))
        is Code.W3C_CLAIM_CONFLICT
    )
    assert refused(lambda: verify(JWT, vp(shown(card)))) is Code.KB_NO_KEY


def test_a_presentation_in_cose() -> None:
    key = {1: cose_key.encode(HOLDER.public_key)}
    card = cwt(document(), {8: key})
    claims = {3: CHALLENGE.audience, 6: SECONDS, 10: CHALLENGE.nonce.encode()}
    inside = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": enveloped(card, "application/vc+cose"),
    }

    def made(signer: LocalKey = HOLDER, **changes: Any) -> bytes:
        labels = claims | {int(name[1:]): each for name, each in changes.items()}
        return cwt(inside, labels, signer, _16="application/vp+cose")

    verify(COSE, made())
    assert refused(lambda: verify(COSE, made(OTHER))) is Code.KB_SIGNATURE
    assert refused(lambda: verify(COSE, made(_10=b"other"))) is Code.KB_NONCE
    assert refused(lambda: verify(COSE, made(_3="other"))) is Code.KB_AUDIENCE
    assert refused(lambda: verify(COSE, made(_6=SECONDS - 400))) is Code.KB_IAT


def test_a_presentation_of_version_1_1() -> None:
    card = jwt({"vc": document_1_1(), **CNF}, typ="JWT").decode()

    def made(**changes: Any) -> bytes:
        inner = {
            "@context": [V1],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [card],
        }
        return jwt({**BOUND, "vp": inner} | changes, HOLDER, typ="JWT")

    verify(OLD, made())
    assert refused(lambda: verify(OLD, made(nonce="other"))) is Code.KB_NONCE
    assert refused(lambda: verify(OLD, made(vc={}))) is Code.W3C_CLAIM
    inner = {"@context": [V1], "type": ["VerifiablePresentation"], "holder": "did:e:a"}
    assert refused(lambda: verify(OLD, made(vp=inner, iss="did:e:b"))) is Code.W3C_CLAIM_CONFLICT


@pytest.mark.parametrize("form", FORMATS)
def test_what_an_issuer_must_not_order(form: VcJoseFormat) -> None:
    entry = BitstringEntry(uri="https://mois.example/s", index=1, purpose="revocation")
    subject = {"credentialSubject": {"a": 1}}
    orders: list[tuple[Code, dict[str, Any]]] = [
        (Code.MISUSE_CLAIMS, {"type": ""}),
        (Code.MISUSE_CLAIMS, {"claims": {}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": {}}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "exp": 1}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "proof": {}}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "issuer": "https://other.example"}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "issuer": {"id": "https://other.example"}}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "@context": ["no-url"]}}),
        (Code.MISUSE_CLAIMS, {"claims": {**subject, "x": float("nan")}}),
        (Code.MISUSE_CLAIMS, {"claims": {"credentialSubject": {"a": list(range(20_000))}}}),
        (Code.MISUSE_LIFETIME, {"valid_until": NOW}),
        (Code.MISUSE_STATUS, {"status": (entry, entry)}),
        (Code.MISUSE_OPTION, {"issuer": "did:web:mois.example"}),
        (Code.MISUSE_OPTION, {"certificates": (b"",) * 7}),
    ]
    for code, changes in orders:
        assert refused(lambda changes=changes: issue(form, **changes)) is code, changes  # type: ignore[misc]  # mypy can't infer the default


@pytest.mark.parametrize("form", FORMATS)
def test_what_a_holder_must_not_present(form: VcJoseFormat) -> None:
    card = issue(form)
    assert refused(lambda: present(form, card, ("credentialSubject", "none"))) is Code.W3C_NO_CLAIM
    assert refused(lambda: present(form, card, ())) is Code.W3C_NO_CLAIM
    ed = LocalKey.generate(Alg.EDDSA)
    assert refused(lambda: present(form, card, signer=ed)) is Code.ALG_KEY
    assert refused(lambda: present(form, issue(form, holder=BEARER))) is Code.KB_NO_KEY

    def prepare(challenge: Challenge) -> object:
        return form.prepare_presentation(
            card, disclose=(), challenge=challenge, alg=HOLDER.alg, now=NOW
        )

    assert refused(lambda: prepare(Challenge(audience="", nonce="n"))) is Code.MISUSE_OPTION
    assert refused(lambda: prepare(Challenge(audience="a", nonce=""))) is Code.MISUSE_OPTION
    pay = TransactionData("urn:pay", ("card",), "e30", {})
    assert (
        refused(lambda: prepare(Challenge(audience="a", nonce="n", transactions=(pay,))))
        is Code.TRANSACTION_FORMAT
    )


def test_what_a_verifier_must_not_ask() -> None:
    answer = vp(shown())
    assert (
        refused(lambda: verify(JWT, answer, now=NOW.replace(tzinfo=None))) is Code.MISUSE_NAIVE_TIME
    )
    assert refused(lambda: verify(JWT, answer, skew=timedelta(hours=1))) is Code.MISUSE_OPTION
    assert refused(lambda: verify(JWT, answer, max_age=-DAY)) is Code.MISUSE_OPTION
    empty = Challenge(audience="", nonce="n")
    assert refused(lambda: verify(JWT, answer, challenge=empty)) is Code.MISUSE_OPTION


def test_vc_and_vp_at_once() -> None:
    card = jwt({"vc": document_1_1(), "vp": {}}, typ="JWT")
    assert refused(lambda: parse_credential(card, Form.JWT_1_1)) is Code.W3C_CLAIM
