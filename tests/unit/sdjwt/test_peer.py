"""Against the `sd-jwt` package, in both directions where it follows RFC 9901."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jwcrypto.jwk import JWK
from jwcrypto.jws import InvalidJWSSignature

from krid._core import base64url
from krid._core.entropy import system_entropy
from krid._core.frozen import thaw
from krid.errors import Code, ContentError, KridError, ValidityError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.sdjwt import HashAlg, Presentation, SdJwt, issue, present, verify, verify_bearer
from krid.sdjwt.reveal import locate

WHY = "the sd-jwt package is not installed"
peer_common: Any = pytest.importorskip("sd_jwt.common", reason=WHY)
peer_holder: Any = pytest.importorskip("sd_jwt.holder", reason=WHY)
peer_issuer: Any = pytest.importorskip("sd_jwt.issuer", reason=WHY)
peer_verifier: Any = pytest.importorskip("sd_jwt.verifier", reason=WHY)


def peer_key(members: Any) -> Any:
    return JWK(**members)


def peer_claims(scene: Any, text: str, **binding: str) -> dict[str, Any]:
    public = peer_key(jwk.encode_public(scene.issuer.public_key))
    verifier = peer_verifier.SDJWTVerifier(text, lambda _issuer, _header: public, **binding)
    payload: dict[str, Any] = verifier.get_verified_payload()
    return payload


def peer_credential(scene: Any, claims: dict[Any, Any], **options: Any) -> str:
    text: str = peer_issuer.SDJWTIssuer(
        claims,
        peer_key(jwk.encode_private(scene.issuer)),
        peer_key(jwk.encode_public(scene.holder.public_key)),
        extra_header_parameters={"typ": "dc+sd-jwt"},
        **options,
    ).sd_jwt_issuance
    return text


def check(scene: Any, text: str) -> Any:
    return verify_bearer(
        Presentation.parse(text),
        issuer_key=scene.issuer.public_key,
        now=scene.now,
        skew=scene.skew,
    )


@pytest.mark.parametrize("decoys", [0, 3])
def test_the_peer_verifies_what_krid_issues(scene: Any, decoys: int) -> None:
    credential = scene.issue(decoys=decoys)
    assert peer_claims(scene, credential.text) == thaw(check(scene, credential.text).claims)


def test_the_peer_verifies_what_krid_presents(scene: Any) -> None:
    credential = scene.issue()
    for path in locate(credential.payload, credential.disclosures):
        prepared = present.prepare(
            credential,
            disclose=[path],
            audience=scene.audience,
            nonce=scene.nonce,
            alg=scene.holder.alg,
            now=scene.now,
        )
        text = prepared.sign_with(scene.holder)
        theirs = peer_claims(scene, text, expected_aud=scene.audience, expected_nonce=scene.nonce)
        ours = verify(
            Presentation.parse(text),
            issuer_key=scene.issuer.public_key,
            audience=scene.audience,
            nonce=scene.nonce,
            now=scene.now,
            skew=scene.skew,
            max_age=scene.max_age,
        )
        assert theirs == thaw(ours.claims)


@pytest.mark.parametrize("decoys", [False, True])
def test_krid_verifies_what_the_peer_issues(scene: Any, decoys: bool) -> None:
    claims = {
        "iss": "https://issuer.example",
        "vct": "urn:example:card",
        peer_common.SDObj("name"): "Kim",
        "list": [peer_common.SDObj("a"), "b", peer_common.SDObj({peer_common.SDObj("c"): 1})],
        peer_common.SDObj("address"): {peer_common.SDObj("locality"): "Seoul", "country": "KR"},
    }
    text = peer_credential(scene, claims, add_decoy_claims=decoys)
    verified = check(scene, text)
    assert thaw(verified.claims) == peer_claims(scene, text)
    assert verified.claims["list"] == ("a", "b", {"c": 1})


def test_krid_verifies_what_the_peer_presents(scene: Any) -> None:
    claims = {
        "vct": "urn:example:card",
        peer_common.SDObj("a"): {peer_common.SDObj("b"): 1, peer_common.SDObj("c"): 2},
    }
    holder = peer_holder.SDJWTHolder(peer_credential(scene, claims))
    holder.create_presentation(
        {"a": {"b": True}},
        scene.nonce,
        scene.audience,
        peer_key(jwk.encode_private(scene.holder)),
    )
    presentation = Presentation.parse(holder.sd_jwt_presentation)
    verified = verify(
        presentation,
        issuer_key=scene.issuer.public_key,
        audience=scene.audience,
        nonce=scene.nonce,
        now=made_at(holder.sd_jwt_presentation),
        skew=scene.skew,
        max_age=scene.max_age,
    )
    assert verified.claims["a"] == {"b": 1}


def peer_presentation(scene: Any, nonce: str) -> str:
    claims = {
        "vct": "urn:example:card",
        peer_common.SDObj("name"): "Kim",
        peer_common.SDObj("city"): "Seoul",
    }
    holder = peer_holder.SDJWTHolder(peer_credential(scene, claims))
    key = peer_key(jwk.encode_private(scene.holder))
    holder.create_presentation({"name": True, "city": True}, nonce, scene.audience, key)
    text: str = holder.sd_jwt_presentation
    return text


def made_at(text: str) -> datetime:
    """Return the moment at which the peer's clock made the key binding."""
    created: Any = jws.Jws.parse(text.rsplit("~", maxsplit=1)[-1]).claims()["iat"]
    return datetime.fromtimestamp(created, UTC)


def bound_code(scene: Any, text: str, **changes: Any) -> Code:
    words = {
        "issuer_key": scene.issuer.public_key,
        "audience": scene.audience,
        "nonce": scene.nonce,
        "now": scene.now,
        "skew": scene.skew,
        "max_age": scene.max_age,
    }
    with pytest.raises(KridError) as error:
        verify(Presentation.parse(text), **(words | changes))
    return error.value.code


def test_krid_refuses_what_was_changed_after_the_peer_made_it(scene: Any) -> None:
    text = peer_presentation(scene, scene.nonce)
    now = made_at(text)
    signed, *disclosures, kb = text.split("~")
    header, payload, signature = signed.split(".")
    turned = ("B" if signature[0] == "A" else "A") + signature[1:]
    fewer, more = disclosures[1:], [*disclosures, CLAIM]
    changed = {
        Code.JWS_SIGNATURE: "~".join((f"{header}.{payload}.{turned}", *disclosures, kb)),
        Code.KB_SD_HASH: "~".join((signed, *fewer, kb)),
        Code.SDJWT_DISCLOSURE_UNUSED: "~".join((signed, *more, kb)),
        Code.SDJWT_DISCLOSURE_REPEATED: "~".join((signed, *disclosures, disclosures[0], kb)),
        Code.KB_MISSING: "~".join((signed, *disclosures, "")),
    }
    for code, forgery in changed.items():
        assert bound_code(scene, forgery, now=now) is code
    assert bound_code(scene, text, now=now, nonce="another") is Code.KB_NONCE
    audience = "https://another.example"
    assert bound_code(scene, text, now=now, audience=audience) is Code.KB_AUDIENCE


def test_krid_refuses_a_key_binding_of_years_ago_and_the_peer_does_not(scene: Any) -> None:
    text = present.prepare(
        scene.issue(),
        disclose=[],
        audience=scene.audience,
        nonce=scene.nonce,
        alg=scene.holder.alg,
        now=scene.now - timedelta(days=3652),
    ).sign_with(scene.holder)
    peer_claims(scene, text, expected_aud=scene.audience, expected_nonce=scene.nonce)
    assert bound_code(scene, text) is Code.KB_IAT


def test_krid_accepts_a_holder_key_that_the_peer_refuses(scene: Any) -> None:
    holder = LocalKey.generate(Alg.EDDSA)
    text = present.prepare(
        scene.issue(holder=holder.public_key),
        disclose=[],
        audience=scene.audience,
        nonce=scene.nonce,
        alg=holder.alg,
        now=scene.now,
    ).sign_with(holder)
    with pytest.raises(InvalidJWSSignature, match="mismatch"):
        peer_claims(scene, text, expected_aud=scene.audience, expected_nonce=scene.nonce)
    verified = verify(
        Presentation.parse(text),
        issuer_key=scene.issuer.public_key,
        audience=scene.audience,
        nonce=scene.nonce,
        now=scene.now,
        skew=scene.skew,
        max_age=scene.max_age,
    )
    assert verified.holder == holder.public_key


def forged(scene: Any, claims: dict[str, Any], *disclosures: str) -> str:
    payload = json.dumps({"vct": "urn:example:card", **claims}).encode()
    return "~".join((jws.sign({"typ": "dc+sd-jwt"}, payload, scene.issuer), *disclosures, ""))


def encoded(*parts: object) -> str:
    return base64url.encode(json.dumps(parts).encode())


CLAIM, RESERVED, DOTS = encoded("s", "a", 1), encoded("s", "_sd", []), encoded("s", "...", 1)
ELEMENT = encoded("s", 1)


def digests(*disclosures: str) -> list[str]:
    return [HashAlg.SHA256.digest(disclosure) for disclosure in disclosures]


TWICE = [{"...": digest} for digest in digests(ELEMENT, ELEMENT)]


@pytest.mark.parametrize(
    ("claims", "disclosures", "code"),
    [
        ({}, (CLAIM,), Code.SDJWT_DISCLOSURE_UNUSED),
        ({"_sd": digests(RESERVED)}, (RESERVED,), Code.SDJWT_CLAIM_NAME),
        ({"_sd": digests(DOTS)}, (DOTS,), Code.SDJWT_CLAIM_NAME),
        ({"list": TWICE}, (ELEMENT,), Code.SDJWT_DIGEST_REPEATED),
        ({"exp": 1}, (), Code.SDJWT_EXPIRED),
        ({"nbf": 9_999_999_999}, (), Code.SDJWT_NOT_YET_VALID),
    ],
)
def test_krid_refuses_what_the_peer_lets_pass(
    scene: Any, claims: dict[str, Any], disclosures: tuple[str, ...], code: Code
) -> None:
    text = forged(scene, claims, *disclosures)
    peer_claims(scene, text)
    with pytest.raises((ContentError, ValidityError)) as error:
        check(scene, text)
    assert error.value.code is code


def test_krid_accepts_what_the_peer_refuses(scene: Any) -> None:
    credential = scene.issue(hash_alg=HashAlg.SHA512)
    with pytest.raises(ValueError, match="hash algorithm"):
        peer_claims(scene, credential.text)
    assert check(scene, credential.text).claims["family_name"] == "Kim"


def test_a_plain_sd_jwt_of_krid_at_the_peer(scene: Any) -> None:
    text = issue.prepare_plain(
        {"a": {"b": [1, None, "x"]}}, typ="x", alg=scene.issuer.alg, entropy=system_entropy
    ).sign_with(scene.issuer)
    assert peer_claims(scene, text) == {"a": {"b": [1, None, "x"]}}
    assert SdJwt.parse(text).disclosures == {}
