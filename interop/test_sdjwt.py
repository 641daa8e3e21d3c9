"""krid and @sd-jwt/sd-jwt-vc 0.19 issue, present and verify for each other.

What the peer does otherwise than RFC 9901 stands at the end, one test each.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core import base64url
from krid._core.entropy import system_entropy
from krid._core.frozen import thaw
from krid.errors import Code, KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import NO_STATUS, ClaimPath, IssueOrder
from krid.sdjwt import (
    HashAlg,
    JwsJson,
    Presentation,
    SdJwt,
    Serialisation,
    issue,
    present,
    sd,
    verify,
    verify_bearer,
)

Peer = Callable[..., Any]
Private = Callable[[LocalKey], dict[str, Any]]

ISSUER = "https://issuer.example"
VCT = "urn:example:card"
AUDIENCE = "https://bank.example"
NONCE = "n-0S6_WzA2Mj"
SKEW = timedelta(seconds=60)
CLAIMS = {
    "family_name": sd("Kim"),
    "issuing_country": "KR",
    "nationalities": [sd("KR"), "US", sd("DE")],
    "address": sd({"locality": sd("Seoul"), "country": "KR"}),
}
SHOWN = {
    "family_name": "Kim",
    "issuing_country": "KR",
    "nationalities": ["KR", "US", "DE"],
    "address": {"locality": "Seoul", "country": "KR"},
}
FRAME = {
    "_sd": ["family_name", "address"],
    "nationalities": {"_sd": [0, 2]},
    "address": {"_sd": ["locality"]},
}
ALGS = (Alg.ES256, Alg.ES384, Alg.EDDSA)
REGISTERED = {"iss", "iat", "nbf", "exp", "vct", "cnf"}


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def krid_issues(
    signer: LocalKey,
    holder: LocalKey,
    now: datetime,
    *,
    hash_alg: HashAlg = HashAlg.SHA256,
    decoys: int = 0,
) -> SdJwt:
    order = IssueOrder(
        type=VCT,
        claims=CLAIMS,
        holder=holder.public_key,
        issuer=ISSUER,
        alg=signer.alg,
        key_id="key-1",
        certificates=(),
        signed_at=now,
        valid_from=now,
        valid_until=now + timedelta(days=1),
        status=NO_STATUS,
    )
    prepared = issue.prepare(order, entropy=system_entropy, hash_alg=hash_alg, decoys=decoys)
    return SdJwt.parse(prepared.sign_with(signer))


def krid_presents(
    credential: SdJwt, holder: LocalKey, now: datetime, disclose: list[ClaimPath]
) -> str:
    return present.prepare(
        credential, disclose=disclose, audience=AUDIENCE, nonce=NONCE, alg=holder.alg, now=now
    ).sign_with(holder)


def krid_verifies(text: str, signer: LocalKey, now: datetime, *, nonce: str = NONCE) -> Any:
    return verify(
        Presentation.parse(text),
        issuer_key=signer.public_key,
        audience=AUDIENCE,
        nonce=nonce,
        now=now,
        skew=SKEW,
        max_age=timedelta(minutes=5),
    )


def peer_issues(
    peer: Peer, private: Private, signer: LocalKey, holder: LocalKey, now: datetime, **words: Any
) -> str:
    registered = {
        "iss": ISSUER,
        "vct": VCT,
        "iat": seconds(now),
        "exp": seconds(now + timedelta(days=1)),
        "cnf": {"jwk": jwk.encode_public(holder.public_key)},
    }
    text: str = peer(
        "issue",
        key=private(signer),
        alg=signer.alg.jose,
        claims=registered | SHOWN,
        frame=words.pop("frame", FRAME),
        hash=words.pop("hash_alg", "sha-256"),
        header={"kid": "key-1"},
    )
    return text


def peer_verifies(
    peer: Peer, text: str, signer: LocalKey, now: datetime, *, nonce: str | None = NONCE
) -> dict[str, Any]:
    claims: dict[str, Any] = peer(
        "verify",
        text=text,
        issuer=jwk.encode_public(signer.public_key),
        nonce=nonce,
        now=seconds(now),
    )["claims"]
    return claims


def own(claims: Any) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in REGISTERED}


@pytest.mark.parametrize("alg", ALGS)
@pytest.mark.parametrize("hash_alg", HashAlg)
def test_the_peer_verifies_what_krid_issues(
    sdjwt_peer: Peer, now: datetime, alg: Alg, hash_alg: HashAlg
) -> None:
    signer, holder = LocalKey.generate(alg), LocalKey.generate(Alg.ES256)
    credential = krid_issues(signer, holder, now, hash_alg=hash_alg, decoys=2)
    theirs = peer_verifies(sdjwt_peer, credential.text, signer, now, nonce=None)
    assert own(theirs) == SHOWN
    ours = verify_bearer(
        Presentation.parse(credential.text), issuer_key=signer.public_key, now=now, skew=SKEW
    )
    assert theirs == thaw(ours.claims)


@pytest.mark.parametrize("alg", ALGS)
def test_the_peer_verifies_what_krid_presents(sdjwt_peer: Peer, now: datetime, alg: Alg) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(alg)
    credential = krid_issues(signer, holder, now)
    chosen: list[ClaimPath] = [("address", "locality"), ("nationalities", 2)]
    text = krid_presents(credential, holder, now, chosen)
    assert own(peer_verifies(sdjwt_peer, text, signer, now)) == {
        "issuing_country": "KR",
        "nationalities": ["US", "DE"],
        "address": {"locality": "Seoul", "country": "KR"},
    }


@pytest.mark.parametrize("alg", ALGS)
@pytest.mark.parametrize("hash_alg", HashAlg)
def test_krid_verifies_what_the_peer_issues(
    sdjwt_peer: Peer, private_jwk: Private, now: datetime, alg: Alg, hash_alg: HashAlg
) -> None:
    signer, holder = LocalKey.generate(alg), LocalKey.generate(Alg.ES256)
    text = peer_issues(sdjwt_peer, private_jwk, signer, holder, now, hash_alg=hash_alg.value)
    credential = SdJwt.parse(text)
    assert credential.hash_alg is hash_alg
    paths: list[ClaimPath] = [("family_name",), ("nationalities", None), ("address", "locality")]
    verified = krid_verifies(krid_presents(credential, holder, now, paths), signer, now)
    assert own(thaw(verified.claims)) == SHOWN
    assert verified.holder == holder.public_key


def test_krid_verifies_decoys_of_the_peer(
    sdjwt_peer: Peer, private_jwk: Private, now: datetime
) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    frame = {**FRAME, "_sd_decoy": 3, "nationalities": {"_sd": [0, 2], "_sd_decoy": 2}}
    text = peer_issues(sdjwt_peer, private_jwk, signer, holder, now, frame=frame)
    verified = verify_bearer(
        Presentation.parse(text), issuer_key=signer.public_key, now=now, skew=SKEW
    )
    assert own(thaw(verified.claims)) == SHOWN


def peer_presents(
    peer: Peer, private: Private, credential: str, holder: LocalKey, now: datetime
) -> str:
    text: str = peer(
        "present",
        credential=credential,
        frame={"family_name": True, "address": {"locality": True}},
        key=private(holder),
        alg=holder.alg.jose,
        payload={"iat": seconds(now), "aud": AUDIENCE, "nonce": NONCE},
    )
    return text


@pytest.mark.parametrize("alg", ALGS)
def test_krid_verifies_what_the_peer_presents(
    sdjwt_peer: Peer, private_jwk: Private, now: datetime, alg: Alg
) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(alg)
    for credential in (
        krid_issues(signer, holder, now, hash_alg=HashAlg.SHA512).text,
        peer_issues(sdjwt_peer, private_jwk, signer, holder, now),
    ):
        text = peer_presents(sdjwt_peer, private_jwk, credential, holder, now)
        assert own(thaw(krid_verifies(text, signer, now).claims)) == {
            "family_name": "Kim",
            "issuing_country": "KR",
            "nationalities": ["US"],
            "address": {"locality": "Seoul", "country": "KR"},
        }


FORMS = (Serialisation.FLATTENED, Serialisation.GENERAL)


@pytest.mark.parametrize("form", FORMS)
def test_krid_reads_what_the_peer_writes_as_json(
    sdjwt_peer: Peer, private_jwk: Private, now: datetime, form: Serialisation
) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    credential = krid_issues(signer, holder, now)
    text = peer_presents(sdjwt_peer, private_jwk, credential.text, holder, now)
    written = json.dumps(sdjwt_peer("json", text=text, form=form.value)).encode()
    read = JwsJson.parse(written)
    assert (read.serialisation, read.compact()) == (form, text)
    assert krid_verifies(read.presentation_text(), signer, now).claims["family_name"] == "Kim"


@pytest.mark.parametrize("form", FORMS)
def test_the_peer_reads_what_krid_writes_as_json(
    sdjwt_peer: Peer, now: datetime, form: Serialisation
) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    text = krid_presents(krid_issues(signer, holder, now), holder, now, [("family_name",)])
    value = json.loads(JwsJson.from_compact(text, form).encode())
    assert sdjwt_peer("compact", value=value, form=form.value) == text


def part_text(part: str) -> bytes:
    return b"" if "." in part else base64url.decode(part)


def without_name(text: str) -> str:
    """Leave out the disclosure of the family name, which holds no digest of another."""
    parts = text.split("~")
    return "~".join(part for part in parts if b"family_name" not in part_text(part))


def code_of(text: str, signer: LocalKey, now: datetime, **words: str) -> Code:
    with pytest.raises(KridError) as error:
        krid_verifies(text, signer, now, **words)
    return error.value.code


def test_krid_refuses_what_was_changed_after_the_peer_made_it(
    sdjwt_peer: Peer, private_jwk: Private, now: datetime
) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    credential = peer_issues(sdjwt_peer, private_jwk, signer, holder, now)
    text = peer_presents(sdjwt_peer, private_jwk, credential, holder, now)
    signed, *disclosures, kb = text.split("~")
    header, payload, signature = signed.split(".")
    turned = ("A" if signature[0] != "A" else "B") + signature[1:]
    assert code_of(text, signer, now, nonce="another") is Code.KB_NONCE
    assert code_of(text, LocalKey.generate(Alg.ES256), now) is Code.JWS_SIGNATURE
    forged = "~".join((f"{header}.{payload}.{turned}", *disclosures, kb))
    assert code_of(forged, signer, now) is Code.JWS_SIGNATURE
    assert code_of(without_name(text), signer, now) is Code.KB_SD_HASH
    assert code_of("~".join((signed, *disclosures, "")), signer, now) is Code.KB_MISSING
    assert code_of(text, signer, now + timedelta(hours=1)) is Code.KB_IAT


def test_the_peer_refuses_what_krid_refuses(
    sdjwt_peer: Peer, refused: type[Exception], now: datetime
) -> None:
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    credential = krid_issues(signer, holder, now)
    text = krid_presents(credential, holder, now, [("family_name",), ("nationalities", 0)])
    with pytest.raises(refused, match="Nonce"):
        peer_verifies(sdjwt_peer, text, signer, now, nonce="another")
    with pytest.raises(refused, match="sd_hash"):
        peer_verifies(sdjwt_peer, without_name(text), signer, now)
    with pytest.raises(refused, match="Signature"):
        peer_verifies(sdjwt_peer, text, LocalKey.generate(Alg.ES256), now)
    with pytest.raises(refused, match="expired"):
        peer_verifies(sdjwt_peer, text, signer, now + timedelta(days=2))


def peer_passes(sdjwt_peer: Peer, text: str, signer: LocalKey, now: datetime) -> None:
    assert peer_verifies(sdjwt_peer, text, signer, now, nonce=None)["vct"] == VCT


def bearer_code(text: str, signer: LocalKey, now: datetime) -> Code:
    with pytest.raises(KridError) as error:
        verify_bearer(Presentation.parse(text), issuer_key=signer.public_key, now=now, skew=SKEW)
    return error.value.code


def disclosure(*parts: object) -> str:
    return base64url.encode(json.dumps(parts).encode())


def signed_text(signer: LocalKey, claims: dict[str, Any], *disclosures: str) -> str:
    payload = json.dumps({"iss": ISSUER, "vct": VCT, **claims}).encode()
    return "~".join((jws.sign({"typ": "dc+sd-jwt"}, payload, signer), *disclosures, ""))


def digest(encoded: str) -> str:
    return HashAlg.SHA256.digest(encoded)


CLAIM, RESERVED, ELEMENT = (
    disclosure("salt", "a", 1),
    disclosure("salt", "_sd", 1),
    disclosure("salt", 1),
)
NOT_REFUSED_BY_THE_PEER: dict[str, tuple[tuple[Any, ...], Code]] = {
    "a disclosure that belongs to no digest": (
        ({}, CLAIM),
        Code.SDJWT_DISCLOSURE_UNUSED,
    ),
    "a disclosed claim with a reserved name": (
        ({"_sd": [digest(RESERVED)]}, RESERVED),
        Code.SDJWT_CLAIM_NAME,
    ),
    "a digest that stands in two places": (
        ({"list": [{"...": digest(ELEMENT)}, {"...": digest(ELEMENT)}]}, ELEMENT),
        Code.SDJWT_DIGEST_REPEATED,
    ),
    "a disclosed claim that exists already": (
        ({"a": 0, "_sd": [digest(CLAIM)]}, CLAIM),
        Code.SDJWT_CLAIM_COLLISION,
    ),
}


@pytest.mark.parametrize("name", NOT_REFUSED_BY_THE_PEER)
def test_krid_refuses_what_the_peer_lets_pass(sdjwt_peer: Peer, now: datetime, name: str) -> None:
    signer = LocalKey.generate(Alg.ES256)
    (claims, *disclosures), code = NOT_REFUSED_BY_THE_PEER[name]
    text = signed_text(signer, claims, *disclosures)
    peer_passes(sdjwt_peer, text, signer, now)
    assert bearer_code(text, signer, now) is code


def test_the_peer_checks_neither_typ_nor_audience_nor_age(
    sdjwt_peer: Peer, private_jwk: Private, now: datetime
) -> None:
    """The peer leaves `aud` and the age of the key binding, and `typ`, to its caller."""
    signer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    credential = krid_issues(signer, holder, now)
    old = sdjwt_peer(
        "present",
        credential=credential.text,
        frame={"family_name": True},
        key=private_jwk(holder),
        alg="ES256",
        payload={"iat": seconds(datetime(2016, 1, 1, tzinfo=UTC)), "aud": "x", "nonce": NONCE},
    )
    assert peer_verifies(sdjwt_peer, old, signer, now)["family_name"] == "Kim"
    assert code_of(old, signer, now) is Code.KB_IAT
    payload = json.dumps({"iss": ISSUER, "vct": VCT}).encode()
    other = jws.sign({"typ": "JWT"}, payload, signer) + "~"
    peer_passes(sdjwt_peer, other, signer, now)
    assert bearer_code(other, signer, now) is Code.SDJWT_TYP
