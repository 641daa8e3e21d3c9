"""The proof that a wallet holds a key (OpenID4VCI 1.0, appendix F.1, proof type `jwt`)."""

from datetime import datetime, timedelta

from krid._core import shape, strict_json, times
from krid.errors import BindingError, Code, MalformedError
from krid.jose import jws
from krid.keys import Prepared, PublicKey, Signer, jwk

_TYP = "openid4vci-proof+jwt"


def prepare_key_proof(signer: Signer, *, audience: str, nonce: str, now: datetime) -> Prepared[str]:
    """Make a key proof but for its signature; `audience` is the issuer, `nonce` its challenge."""
    header: strict_json.JsonObject = {"typ": _TYP, "jwk": jwk.encode_public(signer.public_key)}
    claims: strict_json.JsonObject = {
        "aud": audience,
        "iat": times.to_numeric_date(now),
        "nonce": nonce,
    }
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


def verify_key_proof(
    text: str, *, audience: str, nonce: str, now: datetime, max_age: timedelta
) -> PublicKey:
    """Verify a key proof and return the key to bind the credential to (appendix F.4).

    Does not check that the key lives in secure hardware: that is what key attestations are for.

    Raises:
        MalformedError: `proof.syntax`, and the `jws.*` codes.
        SignatureError: `proof.signature`.
        BindingError: `proof.audience`, `proof.nonce` or `proof.iat`.
    """
    proof = jws.Jws.parse(text)
    proof.check_typ(_TYP, refusal=Code.PROOF_SYNTAX)
    if {"kid", "x5c"} & proof.header.keys():
        raise MalformedError(Code.PROOF_SYNTAX)
    key = jwk.parse_public(proof.header.get("jwk"))
    proof.verify(key, refusal=Code.PROOF_SIGNATURE)
    claims = proof.claims()
    if claims.get("aud") != audience:
        raise BindingError(Code.PROOF_AUDIENCE)
    if shape.text(claims.get("nonce"), Code.PROOF_SYNTAX) != nonce:
        raise BindingError(Code.PROOF_NONCE)
    issued = times.from_numeric_date(claims.get("iat"))
    if not now - max_age <= issued <= now + max_age:
        raise BindingError(Code.PROOF_IAT)
    return key
