"""Demonstrating Proof of Possession (RFC 9449): tokens that work for the holder of one key only."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import base64url, strict_json, times
from krid._core.entropy import Entropy
from krid._core.redact import same
from krid.errors import BindingError, Code, MalformedError, TransportError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared, PublicKey, Signer, jwk
from krid.net import HttpsUrl
from krid.openid.oauth import proof_jwt
from krid.openid.oauth.members import text, text_or_none
from krid.openid.oauth.nonces import Nonces
from krid.openid.oauth.store import IssuanceStore, Kind, fingerprint

TYP: Final = "dpop+jwt"
HEADER: Final = "DPoP"
NONCE_HEADER: Final = "DPoP-Nonce"
TOKEN_TYPE: Final = "DPoP"  # noqa: S105  a word of OAuth


def prepare_proof(
    signer: Signer,
    *,
    method: str,
    url: str,
    now: datetime,
    entropy: Entropy,
    nonce: str | None,
    access_token: str | None,
) -> Prepared[str]:
    """Make a DPoP proof but for its signature (section 4.2).

    `nonce` is what the server handed out last, if anything; `access_token` the token that the
    request carries, if any. Query and fragment of the address are left out.
    """
    claims: strict_json.JsonObject = {
        "jti": base64url.encode(entropy(16)),
        "htm": method,
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": times.to_numeric_date(now),
    }
    if access_token is not None:
        claims["ath"] = token_digest(access_token)
    if nonce is not None:
        claims["nonce"] = nonce
    header: strict_json.JsonObject = {"typ": TYP, "jwk": jwk.encode_public(signer.public_key)}
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


@final
@dataclass(frozen=True, slots=True)
class DpopProof:
    """A DPoP proof as it came, parsed and not verified."""

    key: PublicKey
    identifier: str = field(repr=False)
    method: str
    address: str = field(repr=False)
    issued: datetime
    nonce: str | None = field(repr=False)
    token_digest: str | None = field(repr=False)
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, proof: str) -> Self:
        """Read a proof (section 4.3, items 2 to 5 and 7).

        Raises:
            MalformedError: `dpop.syntax`, or `key.private`.
            UnsupportedError: `alg.unknown` for `none`, MACs and unknown algorithms, `key.type`.
        """
        signed, claims = proof_jwt.parse(proof, typ=TYP, refusal=Code.DPOP_SYNTAX)
        return cls(
            key=_shown_key(signed),
            identifier=proof_jwt.jti(claims, Code.DPOP_SYNTAX),
            method=text(claims, "htm", Code.DPOP_SYNTAX),
            address=text(claims, "htu", Code.DPOP_SYNTAX),
            issued=proof_jwt.moment(claims, "iat", Code.DPOP_SYNTAX),
            nonce=text_or_none(claims, "nonce", Code.DPOP_SYNTAX),
            token_digest=text_or_none(claims, "ath", Code.DPOP_SYNTAX),
            jws=signed,
        )

    @property
    def thumbprint(self) -> str:
        """What a token is bound to, `jkt`: the JWK thumbprint in base64url (section 6.1)."""
        return jwk.key_id(self.key)


def verify_proof(
    proof: str,
    *,
    method: str,
    url: str,
    access_token: str | None,
    algs: frozenset[Alg],
    now: datetime,
    max_age: timedelta,
) -> DpopProof:
    """Verify a proof for one request (section 4.3), but for nonce and replay.

    `url` is the endpoint's own address, `access_token` what the request carries. That the token
    is bound to this key is for the caller to check, as are `check_nonce` and `check_first_use`.

    Raises:
        MalformedError: `dpop.syntax`, or `key.private`.
        UnsupportedError: `alg.unknown`, `alg.not_allowed`, `alg.key`, `key.type`.
        SignatureError: `dpop.signature`.
        BindingError: `dpop.method`, `dpop.address`, `dpop.iat`, `dpop.token`.
    """
    parsed = DpopProof.parse(proof)
    proof_jwt.check_alg(parsed.jws.alg, algs)
    parsed.jws.verify(parsed.key, refusal=Code.DPOP_SIGNATURE)
    if parsed.method != method:
        raise BindingError(Code.DPOP_METHOD)
    if _normal(parsed.address) != _normal(url):
        raise BindingError(Code.DPOP_ADDRESS)
    proof_jwt.check_fresh(parsed.issued, now=now, max_age=max_age, refusal=Code.DPOP_IAT)
    _check_token(parsed, access_token)
    return parsed


def check_nonce(proof: DpopProof, nonces: Nonces, *, now: datetime) -> None:
    """Check that a proof has a nonce of this server (section 8).

    Raises:
        BindingError: `dpop.nonce`.
    """
    nonces.check(proof.nonce, now=now, refusal=Code.DPOP_NONCE)


def check_first_use(
    proof: DpopProof, store: IssuanceStore, *, now: datetime, max_age: timedelta
) -> None:
    """Check that a proof was not seen before, and remember it while it is fresh (section 11.1).

    Raises:
        BindingError: `dpop.replay`.
        StoreError: `oauth.busy`.
    """
    used = fingerprint(f"{HEADER} {proof.thumbprint} {proof.address} {proof.identifier}")
    expires = proof_jwt.forgotten(proof.issued, max_age=max_age)
    if not store.claim(Kind.USED_PROOF, used, expires=expires, now=now):
        raise BindingError(Code.DPOP_REPLAY)


def token_digest(access_token: str) -> str:
    """Return what `ath` says of a token (section 4.2)."""
    return base64url.encode(hashlib.sha256(access_token.encode("ascii", "replace")).digest())


def _shown_key(signed: Jws) -> PublicKey:
    try:
        return jwk.parse_public(signed.header.get("jwk"))
    except MalformedError as cause:
        if cause.code is Code.KEY_PRIVATE:
            raise
        raise MalformedError(Code.DPOP_SYNTAX, "jwk") from cause


def _normal(url: str) -> tuple[str, int, str]:
    """Return an address as section 4.3 compares it: without query, host in lower case."""
    try:
        parsed = HttpsUrl.parse(url)
    except TransportError as cause:
        raise BindingError(Code.DPOP_ADDRESS) from cause
    return parsed.host, parsed.port, parsed.target.partition("?")[0]


def _check_token(proof: DpopProof, access_token: str | None) -> None:
    if access_token is None:
        return
    digest = proof.token_digest or ""
    if not same(digest.encode(), token_digest(access_token).encode()):
        raise BindingError(Code.DPOP_TOKEN)
