"""One forgery for every rule of trust marks, signed key sets and resolvers' answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from federations import (
    ANCHOR,
    DAY,
    ISSUER,
    LEFT_OUT,
    MARK,
    MINISTRY,
    NOW,
    SKEW,
    Entity,
    Federation,
    embedded,
    lonely,
)

from krid._core import limits
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MalformedError,
    SignatureError,
    StatusError,
    TransportError,
    TrustError,
    ValidityError,
)
from krid.keys import Alg, jwk
from krid.model import IssuerHint
from krid.net import NoNetwork, Response, ScriptedTransport, run
from krid.trust.federation import (
    FormerKeys,
    KeySet,
    TrustChain,
    TrustMark,
    check_mark_status,
    verify_chain,
    verify_mark,
    verify_resolved,
)

AUDITOR, OWNER = "https://auditor.example", "https://owner.example"
STRANGER = Entity("https://stranger.example")
PAST, FUTURE = int((NOW - DAY).timestamp()), int((NOW + DAY).timestamp())


def refused(kind: type[KridError], code: Code, call: Callable[[], object]) -> None:
    with pytest.raises(kind) as error:
        call()
    assert error.value.code is code


def audited(*, owned: bool = False) -> Federation:
    """A federation in which an auditor below the anchor may issue marks of one type."""
    federation = Federation.small()
    auditor = Entity(AUDITOR, (ANCHOR,))
    federation.entities[AUDITOR] = auditor
    federation.entities[OWNER] = Entity(OWNER, (ANCHOR,))
    claims: dict[str, Any] = {"trust_mark_issuers": {MARK: [AUDITOR]}}
    if owned:
        owner = {"sub": OWNER, "jwks": federation[OWNER].jwks}
        claims["trust_mark_owners"] = {MARK: owner}
    federation[ANCHOR].claims = claims
    wear(federation, auditor.mark(ISSUER))
    return federation


def wear(federation: Federation, *marks: str, type_: str = MARK) -> None:
    federation[ISSUER].claims = {"trust_marks": embedded(*marks, type_=type_)}


def delegation(federation: Federation, **changes: Any) -> str:
    owner = federation[OWNER]
    header = {"typ": "trust-mark-delegation+jwt", **changes.pop("header", {})}
    claims = {**owner.common(AUDITOR), "trust_mark_type": MARK, **changes}
    return owner.sign(claims, **header)


def find(federation: Federation, **options: Any) -> str:
    trust = federation.trust(required_trust_marks=frozenset({MARK}), **options)
    hint = IssuerHint(format="dc+sd-jwt", type="card", alg=Alg.EDDSA, issuer=ISSUER)
    path: str = trust.find(hint, now=NOW).path
    return path


def refuses(federation: Federation, kind: type[KridError], code: Code, **options: Any) -> None:
    refused(kind, code, lambda: find(federation, **options))


def test_the_mark_is_believed_before_it_is_forged() -> None:
    assert find(audited()).endswith(f"; trust marks {MARK} by {AUDITOR}")
    federation = audited(owned=True)
    wear(federation, federation[AUDITOR].mark(ISSUER, delegation=delegation(federation)))
    assert find(federation).endswith(f"by {AUDITOR}")


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"iss": "auditor"}, MalformedError, Code.FEDERATION_IDENTIFIER),
        ({"iss": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"sub": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"iat": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"exp": "never"}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"trust_mark_type": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"trust_mark_type": ""}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"trust_mark_type": "https://marks.example/other"}, TrustError, Code.FEDERATION_MARK_TYPE),
        ({"delegation": 7}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"delegation": "a.b"}, MalformedError, Code.JWS_SYNTAX),
        ({"sub": MINISTRY}, TrustError, Code.FEDERATION_MARK_SUBJECT),
        ({"iss": MINISTRY}, TrustError, Code.FEDERATION_MARK_ISSUER),
        ({"exp": PAST}, ValidityError, Code.FEDERATION_EXPIRED),
        ({"iat": FUTURE}, ValidityError, Code.FEDERATION_NOT_YET_VALID),
    ],
)
def test_mark(changes: dict[str, Any], kind: type[KridError], code: Code) -> None:
    federation = audited()
    wear(federation, federation[AUDITOR].mark(ISSUER, **changes))
    refuses(federation, kind, code)


def test_mark_of_another_type_of_object() -> None:
    federation = audited()
    auditor = federation[AUDITOR]
    claims = {**auditor.common(ISSUER), "trust_mark_type": MARK}
    wear(federation, auditor.sign(claims, typ="JWT"))
    refuses(federation, ContentError, Code.FEDERATION_TYP)


def test_no_mark_of_the_type() -> None:
    federation = audited()
    federation[ISSUER].claims = {}
    refuses(federation, TrustError, Code.FEDERATION_MARK_MISSING)
    wear(federation, federation[AUDITOR].mark(ISSUER), type_="https://marks.example/other")
    refuses(federation, TrustError, Code.FEDERATION_MARK_MISSING)


def test_mark_by_an_entity_that_the_anchor_does_not_let_issue_it() -> None:
    federation = audited()
    federation[ANCHOR].claims = {"trust_mark_issuers": {MARK: [OWNER]}}
    refuses(federation, TrustError, Code.FEDERATION_MARK_ISSUER)


def test_mark_of_a_type_that_the_anchor_does_not_list() -> None:
    federation = audited()
    federation[ANCHOR].claims = {}
    refuses(federation, TrustError, Code.FEDERATION_MARK_ISSUER)


def test_who_may_issue_marks_is_for_the_anchor_to_say() -> None:
    federation = audited()
    federation[ANCHOR].claims = {}
    federation[MINISTRY].claims = {"trust_mark_issuers": {MARK: [AUDITOR]}}
    refuses(federation, TrustError, Code.FEDERATION_MARK_ISSUER)


def test_mark_where_the_anchors_configuration_is_not_at_hand() -> None:
    federation = audited()
    chains = [
        lonely(federation.chain()),
        lonely([*federation.chain(AUDITOR, ANCHOR)]),
    ]
    refuses(
        federation, TrustError, Code.FEDERATION_MARK_ISSUER, chains=chains, transport=NoNetwork()
    )


def test_mark_whose_issuer_left_the_federation() -> None:
    federation = audited()
    federation[AUDITOR].superiors = ()
    refuses(federation, TrustError, Code.FEDERATION_NO_PATH)


def test_mark_signed_by_another_key_than_its_issuers() -> None:
    federation = audited()
    wear(federation, Entity(AUDITOR).mark(ISSUER))
    refuses(federation, SignatureError, Code.FEDERATION_KEY)
    thief = Entity(AUDITOR)
    claims = {**thief.common(ISSUER), "trust_mark_type": MARK}
    wear(federation, thief.sign(claims, typ="trust-mark+jwt", kid=federation[AUDITOR].key_id))
    refuses(federation, SignatureError, Code.FEDERATION_SIGNATURE)


def test_mark_that_lacks_the_owners_delegation() -> None:
    refuses(audited(owned=True), TrustError, Code.FEDERATION_MARK_DELEGATION)


def test_delegation_where_nobody_owns_the_type() -> None:
    federation = audited()
    wear(federation, federation[AUDITOR].mark(ISSUER, delegation=delegation(federation)))
    refuses(federation, TrustError, Code.FEDERATION_MARK_OWNER)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"header": {"typ": "JWT"}}, ContentError, Code.FEDERATION_TYP),
        ({"header": {"kid": LEFT_OUT}}, MalformedError, Code.FEDERATION_KID),
        ({"header": {"kid": "other"}}, SignatureError, Code.FEDERATION_KEY),
        ({"iss": AUDITOR}, TrustError, Code.FEDERATION_MARK_OWNER),
        ({"sub": MINISTRY}, TrustError, Code.FEDERATION_MARK_OWNER),
        ({"trust_mark_type": "https://marks.example/other"}, TrustError, Code.FEDERATION_MARK_TYPE),
        ({"trust_mark_type": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"exp": PAST}, ValidityError, Code.FEDERATION_EXPIRED),
        ({"iat": FUTURE}, ValidityError, Code.FEDERATION_NOT_YET_VALID),
    ],
)
def test_delegation(changes: dict[str, Any], kind: type[KridError], code: Code) -> None:
    federation = audited(owned=True)
    given = delegation(federation, **changes)
    wear(federation, federation[AUDITOR].mark(ISSUER, delegation=given))
    refuses(federation, kind, code)


def test_delegation_by_another_key_than_the_owners() -> None:
    federation = audited(owned=True)
    thief = Entity(OWNER)
    claims = {**thief.common(AUDITOR), "trust_mark_type": MARK}
    forged = thief.sign(claims, typ="trust-mark-delegation+jwt", kid=federation[OWNER].key_id)
    wear(federation, federation[AUDITOR].mark(ISSUER, delegation=forged))
    refuses(federation, SignatureError, Code.FEDERATION_SIGNATURE)


def test_mark_verified_with_the_chain_of_another_entity() -> None:
    federation = audited()
    mark = TrustMark.parse(federation[AUDITOR].mark(ISSUER))
    other = chain_of(federation)
    refused(
        TrustError,
        Code.FEDERATION_MARK_ISSUER,
        lambda: verify_mark(mark, subject=ISSUER, issuer=other, now=NOW, skew=SKEW),
    )


# The status of a mark

STATUS_URL = f"{AUDITOR}/status"


def ask(federation: Federation, answer: Response | None = None, **changes: Any) -> None:
    auditor = federation[AUDITOR]
    auditor.metadata = {"federation_entity": {"federation_trust_mark_status_endpoint": STATUS_URL}}
    chain = chain_of(federation, AUDITOR, ANCHOR)
    mark = TrustMark.parse(auditor.mark(ISSUER))
    header = {"typ": "trust-mark-status-response+jwt", **changes.pop("header", {})}
    claims = {"iss": AUDITOR, "iat": PAST, "trust_mark": mark.signed.text, "status": "active"}
    signed = changes.pop("by", auditor).sign({**claims, **changes}, **header)
    whole = Response(200, {"Content-Type": f"application/{header['typ']}"}, signed.encode())
    network = ScriptedTransport({STATUS_URL: answer or whole})
    run(check_mark_status(mark, issuer=chain, now=NOW, skew=SKEW), network)
    (request,) = network.requests
    assert request.method == "POST"
    assert request.body == f"trust_mark={mark.signed.text}".encode()


def chain_of(federation: Federation, *entity_ids: str) -> TrustChain:
    texts = federation.chain(*entity_ids)
    return verify_chain(texts, anchors=federation.anchors, now=NOW, skew=SKEW)


def test_an_active_mark() -> None:
    ask(audited())


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"status": "revoked"}, StatusError, Code.FEDERATION_MARK_STATUS),
        ({"status": "Active"}, StatusError, Code.FEDERATION_MARK_STATUS),
        ({"status": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"trust_mark": "another"}, TrustError, Code.FEDERATION_SUBJECT),
        ({"iss": ISSUER}, TrustError, Code.FEDERATION_SUBJECT),
        ({"iat": FUTURE}, ValidityError, Code.FEDERATION_NOT_YET_VALID),
        ({"iat": LEFT_OUT}, MalformedError, Code.FEDERATION_MARK_SYNTAX),
        ({"by": STRANGER}, SignatureError, Code.FEDERATION_KEY),
        ({"answer": Response(404)}, TransportError, Code.NET_STATUS),
        ({"answer": Response(200)}, MalformedError, Code.FEDERATION_MEDIA_TYPE),
    ],
)
def test_status(changes: dict[str, Any], kind: type[KridError], code: Code) -> None:
    refused(kind, code, lambda: ask(audited(), **changes))


def test_status_of_another_type_of_object() -> None:
    federation = audited()
    text = federation[AUDITOR].sign({}, typ="JWT").encode()
    answer = Response(200, {"Content-Type": "application/trust-mark-status-response+jwt"}, text)
    refused(ContentError, Code.FEDERATION_TYP, lambda: ask(federation, answer))


def test_status_asked_of_another_entity_than_the_issuer() -> None:
    federation = audited()
    mark = TrustMark.parse(federation[AUDITOR].mark(ISSUER))
    flow = check_mark_status(mark, issuer=chain_of(federation), now=NOW, skew=SKEW)
    refused(TrustError, Code.FEDERATION_MARK_ISSUER, lambda: run(flow, NoNetwork()))


def test_issuer_of_marks_without_a_status_endpoint() -> None:
    federation = audited()
    chain = chain_of(federation, AUDITOR, ANCHOR)
    mark = TrustMark.parse(federation[AUDITOR].mark(ISSUER))
    flow = check_mark_status(mark, issuer=chain, now=NOW, skew=SKEW)
    refused(MalformedError, Code.FEDERATION_ENDPOINT, lambda: run(flow, NoNetwork()))


# Signed key sets

KEYS_URL = f"{ISSUER}/keys"


def with_signed_keys(claims: dict[str, Any], header: dict[str, Any]) -> str:
    federation = audited()
    issuer = federation[ISSUER]
    issuer.metadata = {"vc_issuer": {"signed_jwks_uri": KEYS_URL}}
    typ = header.pop("typ", "jwk-set+jwt")
    whole = {"iss": ISSUER, "sub": ISSUER, **issuer.jwks, **claims}
    signed = header.pop("by", issuer).sign(whole, typ=typ, **header)
    media_type = header.pop("media_type", "application/jwk-set+jwt")
    answer = Response(200, {"Content-Type": media_type}, signed.encode())
    network = ScriptedTransport({**federation.answers(), KEYS_URL: answer})
    return find(federation, transport=network)


def test_signed_keys() -> None:
    assert with_signed_keys({"iat": PAST, "exp": FUTURE}, {})
    assert with_signed_keys({}, {})


@pytest.mark.parametrize(
    ("claims", "header", "kind", "code"),
    [
        ({"iss": ANCHOR}, {}, TrustError, Code.FEDERATION_SUBJECT),
        ({"sub": LEFT_OUT}, {}, TrustError, Code.FEDERATION_SUBJECT),
        ({"exp": PAST}, {}, ValidityError, Code.FEDERATION_EXPIRED),
        ({"iat": FUTURE}, {}, ValidityError, Code.FEDERATION_NOT_YET_VALID),
        ({"iat": "now"}, {}, MalformedError, Code.FEDERATION_KEYS),
        ({"keys": LEFT_OUT}, {}, MalformedError, Code.ISSUER_SYNTAX),
        ({}, {"typ": "JWT"}, ContentError, Code.FEDERATION_TYP),
        ({}, {"kid": LEFT_OUT}, MalformedError, Code.FEDERATION_KID),
        ({}, {"by": STRANGER}, SignatureError, Code.FEDERATION_KEY),
    ],
)
def test_signed_key_set(
    claims: dict[str, Any], header: dict[str, Any], kind: type[KridError], code: Code
) -> None:
    refused(kind, code, lambda: with_signed_keys(claims, header))


def test_unsigned_keys_of_another_media_type() -> None:
    federation = audited()
    federation[ISSUER].metadata = {"vc_issuer": {"jwks_uri": KEYS_URL}}
    answers = {**federation.answers(), KEYS_URL: Response(200, {"Content-Type": "text/html"})}
    refuses(
        federation, MalformedError, Code.FEDERATION_MEDIA_TYPE, transport=ScriptedTransport(answers)
    )


# Former keys

ENTITY = Entity(ANCHOR)


def former(*, header: dict[str, Any] | None = None, **claims: Any) -> FormerKeys:
    signer = claims.pop("by", ENTITY)
    whole = {"iss": ANCHOR, "iat": PAST, "keys": [old()], **claims}
    text = signer.sign(whole, typ=(header or {}).get("typ", "jwk-set+jwt"))
    keys = KeySet.of(ENTITY.key.public_key)
    return FormerKeys.verify(text, entity_id=ANCHOR, keys=keys, now=NOW, skew=SKEW)


def old(**members: Any) -> dict[str, Any]:
    public = jwk.encode_public(STRANGER.key.public_key)
    whole = {**public, "kid": "old", "iat": PAST, "exp": FUTURE, **members}
    return {name: value for name, value in whole.items() if value is not LEFT_OUT}


@pytest.mark.parametrize(
    ("claims", "kind", "code"),
    [
        ({"iss": ISSUER}, TrustError, Code.FEDERATION_SUBJECT),
        ({"iat": LEFT_OUT}, MalformedError, Code.FEDERATION_KEYS),
        ({"iat": FUTURE}, ValidityError, Code.FEDERATION_NOT_YET_VALID),
        ({"keys": {}}, MalformedError, Code.FEDERATION_KEYS),
        ({"keys": [old()] * 2}, MalformedError, Code.FEDERATION_KEYS),
        (
            {"keys": [old()] * (limits.MAX_HISTORICAL_KEYS + 1)},
            MalformedError,
            Code.FEDERATION_KEYS,
        ),
        ({"keys": [old(kid=LEFT_OUT)]}, MalformedError, Code.FEDERATION_KEYS),
        ({"keys": [old(exp=LEFT_OUT)]}, MalformedError, Code.FEDERATION_KEYS),
        ({"keys": [old(iat="old")]}, MalformedError, Code.FEDERATION_KEYS),
        ({"keys": [old(revoked={})]}, MalformedError, Code.FEDERATION_KEYS),
        ({"keys": [old(revoked=[])]}, MalformedError, Code.FEDERATION_KEYS),
        (
            {"keys": [old(revoked={"revoked_at": 1, "reason": 1})]},
            MalformedError,
            Code.FEDERATION_KEYS,
        ),
        ({"keys": [old(d="AAAA")]}, MalformedError, Code.KEY_PRIVATE),
        ({"header": {"typ": "JWT"}}, ContentError, Code.FEDERATION_TYP),
        ({"by": STRANGER}, SignatureError, Code.FEDERATION_KEY),
    ],
)
def test_former_keys(claims: dict[str, Any], kind: type[KridError], code: Code) -> None:
    refused(kind, code, lambda: former(**claims))


@pytest.mark.parametrize(
    ("members", "moment", "code"),
    [
        ({"kid": "other"}, NOW, Code.TRUST_KEY),
        ({"kty": "RSA", "crv": LEFT_OUT}, NOW, Code.TRUST_KEY),
        ({}, NOW - 2 * DAY, Code.FEDERATION_KEY_ENDED),
        ({}, NOW + DAY, Code.FEDERATION_KEY_ENDED),
        ({"revoked": {"revoked_at": PAST}}, NOW, Code.FEDERATION_KEY_ENDED),
        (
            {"revoked": {"revoked_at": FUTURE, "reason": "compromised"}},
            NOW,
            Code.FEDERATION_KEY_ENDED,
        ),
    ],
)
def test_former_key(members: dict[str, Any], moment: Any, code: Code) -> None:
    keys = former(keys=[old(**members)])
    refused(TrustError, code, lambda: keys.key_at("old", moment))


def test_a_former_key_for_what_it_signed_in_its_time() -> None:
    kept = former()
    assert kept.key_at("old", NOW) == STRANGER.key.public_key
    superseded = {"revoked_at": int((NOW + timedelta(hours=1)).timestamp()), "reason": "superseded"}
    keys = former(keys=[old(iat=LEFT_OUT, revoked=superseded)])
    assert keys.key_at("old", NOW - 9 * DAY) == STRANGER.key.public_key
    assert (keys.entity_id, keys.keys["old"].reason) == (ANCHOR, "superseded")


# A resolver's answer

RESOLVER = Entity("https://resolver.example")


def answer(federation: Federation, **changes: Any) -> TrustChain:
    typ = changes.pop("typ", "resolve-response+jwt")
    signer = changes.pop("by", RESOLVER)
    metadata = {"vc_issuer": federation[ISSUER].metadata["vc_issuer"]}
    claims = {
        **RESOLVER.common(ISSUER),
        "metadata": metadata,
        "trust_chain": federation.chain(),
        **changes,
    }
    return verify_resolved(
        signer.sign(claims, typ=typ),
        subject=ISSUER,
        resolver=RESOLVER.entity_id,
        resolver_keys=KeySet.of(RESOLVER.key.public_key),
        anchors=federation.anchors,
        now=NOW,
        skew=SKEW,
    )


def test_an_answer_that_is_what_its_chain_says() -> None:
    assert answer(Federation.small()).entity_ids == (ISSUER, MINISTRY, ANCHOR)


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"typ": "JWT"}, ContentError, Code.FEDERATION_TYP),
        ({"iss": ANCHOR}, TrustError, Code.FEDERATION_SUBJECT),
        ({"sub": ANCHOR}, TrustError, Code.FEDERATION_SUBJECT),
        ({"iss": LEFT_OUT}, MalformedError, Code.FEDERATION_SYNTAX),
        ({"iat": FUTURE}, ValidityError, Code.FEDERATION_NOT_YET_VALID),
        ({"exp": PAST}, ValidityError, Code.FEDERATION_EXPIRED),
        ({"exp": FUTURE + 1}, TrustError, Code.FEDERATION_RESOLVED),
        ({"metadata": LEFT_OUT}, MalformedError, Code.FEDERATION_SYNTAX),
        ({"metadata": {"vc_issuer": {}}}, TrustError, Code.FEDERATION_RESOLVED),
        ({"metadata": {"openid_provider": {}}}, TrustError, Code.FEDERATION_RESOLVED),
        ({"trust_chain": LEFT_OUT}, MalformedError, Code.FEDERATION_SYNTAX),
        ({"trust_chain": []}, TrustError, Code.FEDERATION_CHAIN_LENGTH),
        ({"by": STRANGER}, SignatureError, Code.FEDERATION_KEY),
    ],
)
def test_resolved(changes: dict[str, Any], kind: type[KridError], code: Code) -> None:
    refused(kind, code, lambda: answer(Federation.small(), **changes))


def test_resolved_with_the_chain_of_another_entity() -> None:
    federation = Federation.small()
    other = federation.chain(MINISTRY, ANCHOR)
    refused(TrustError, Code.FEDERATION_RESOLVED, lambda: answer(federation, trust_chain=other))
