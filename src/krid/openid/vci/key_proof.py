"""The proof that a wallet holds a key (OpenID4VCI 1.0, appendix F.1, proof type `jwt`)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import shape, strict_json, times
from krid.errors import BindingError, Code, MalformedError
from krid.jose import Jws, jws
from krid.keys import Prepared, PublicKey, Signer, jwk

TYP: Final = "openid4vci-proof+jwt"


@final
@dataclass(frozen=True, slots=True)
class KeyProof:
    """A key proof whose signature holds for the key that it shows; nothing else is verified.

    `attestation` is the text of a key attestation in its header, `client_id` its `iss`.
    """

    key: PublicKey
    audience: object = field(repr=False)
    nonce: str | None = field(repr=False)
    issued: datetime
    client_id: str | None
    attestation: str | None = field(repr=False)
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key proof and check that the key it shows signed it (appendix F.4).

        krid takes keys in `jwk` alone: the keys of a `kid` or `x5c` are for others to look up.

        Raises:
            MalformedError: `proof.syntax`, and the `jws.*`, `key.*` and `time.*` codes.
            UnsupportedError: `alg.unknown`, `key.type`.
            SignatureError: `proof.signature`.
        """
        proof = Jws.parse(text)
        proof.check_typ(TYP, refusal=Code.PROOF_SYNTAX)
        if {"kid", "x5c", "trust_chain"} & proof.header.keys():
            raise MalformedError(Code.PROOF_SYNTAX)
        key = jwk.parse_public(proof.header.get("jwk"))
        proof.verify(key, refusal=Code.PROOF_SIGNATURE)
        claims = proof.claims()
        attestation = proof.header.get("key_attestation")
        return cls(
            key=key,
            audience=claims.get("aud"),
            nonce=_text_or_none(claims.get("nonce")),
            issued=times.from_numeric_date(claims.get("iat")),
            client_id=_text_or_none(claims.get("iss")),
            attestation=_text_or_none(attestation),
            jws=proof,
        )

    def check(self, *, audience: str, now: datetime, max_age: timedelta) -> None:
        """Check for whom and when it was made.

        Raises:
            BindingError: `proof.audience` or `proof.iat`.
        """
        if self.audience != audience:
            raise BindingError(Code.PROOF_AUDIENCE)
        if not now - max_age <= self.issued <= now + max_age:
            raise BindingError(Code.PROOF_IAT)


def prepare_key_proof(
    signer: Signer,
    *,
    audience: str,
    nonce: str | None,
    now: datetime,
    client_id: str | None = None,
    attestation: str | None = None,
) -> Prepared[str]:
    """Make a key proof but for its signature; `audience` is the issuer, `nonce` its challenge.

    `nonce` is None for an issuer without a nonce endpoint. `client_id` is left out where the
    access token was had without one; `attestation` is a key attestation that covers the key.
    """
    header: strict_json.JsonObject = {"typ": TYP, "jwk": jwk.encode_public(signer.public_key)}
    header |= {} if attestation is None else {"key_attestation": attestation}
    claims: strict_json.JsonObject = {"aud": audience, "iat": times.to_numeric_date(now)}
    claims |= {} if nonce is None else {"nonce": nonce}
    claims |= {} if client_id is None else {"iss": client_id}
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
    proof = KeyProof.parse(text)
    if proof.nonce is None:
        raise MalformedError(Code.PROOF_SYNTAX)
    if proof.nonce != nonce:
        raise BindingError(Code.PROOF_NONCE)
    proof.check(audience=audience, now=now, max_age=max_age)
    return proof.key


def _text_or_none(value: object) -> str | None:
    return None if value is None else shape.text(value, Code.PROOF_SYNTAX)
