"""Attestation-based client authentication: a wallet provider vouches for an instance of a wallet.

draft-ietf-oauth-attestation-based-client-auth as of July 2026, and the wallet attestation of
OpenID4VCI 1.0, appendix E, which is the same format with some claims more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import base64url, limits, shape, strict_json, times
from krid._core.entropy import Entropy
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    SignatureError,
    TrustError,
    ValidityError,
)
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared, PublicKey, Signer, jwk
from krid.model import IssuerHint, IssuerKeys
from krid.openid.oauth import proof_jwt
from krid.openid.oauth.certificates import check_certificates, x5c
from krid.openid.oauth.members import text, text_or_none
from krid.openid.oauth.nonces import Nonces
from krid.openid.oauth.store import IssuanceStore, Kind, fingerprint

TYP: Final = "oauth-client-attestation+jwt"
POP_TYP: Final = "oauth-client-attestation-pop+jwt"
HEADER: Final = "OAuth-Client-Attestation"
POP_HEADER: Final = "OAuth-Client-Attestation-PoP"
CHALLENGE_HEADER: Final = "OAuth-Client-Attestation-Challenge"
METHOD: Final = "attest_jwt_client_auth"
METHOD_WITH_DPOP: Final = "attest_jwt_client_auth_dpop"

_SYNTAX: Final = Code.CLIENT_ATTESTATION_SYNTAX


@final
@dataclass(frozen=True, slots=True)
class ClientAttestation:
    """A client attestation, and whether it was verified depends on who made it: see `verify`.

    `client_id` is its subject, `key` the instance's own, `attester` who vouches, if it says so.
    """

    client_id: str
    key: PublicKey
    expires: datetime
    issued: datetime | None
    attester: str | None
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, attestation: str) -> Self:
        """Read an attestation (section 4), unverified.

        Raises:
            MalformedError: `client.attestation_syntax`, or `key.private`.
            UnsupportedError: `alg.unknown`, `key.type`.
        """
        signed, claims = proof_jwt.parse(attestation, typ=TYP, refusal=_SYNTAX)
        issued = proof_jwt.moment(claims, "iat", _SYNTAX) if "iat" in claims else None
        return cls(
            client_id=text(claims, "sub", _SYNTAX),
            key=_confirmed(claims.get("cnf")),
            expires=proof_jwt.moment(claims, "exp", _SYNTAX),
            issued=issued,
            attester=text_or_none(claims, "iss", _SYNTAX),
            jws=signed,
        )


@final
@dataclass(frozen=True, slots=True)
class AttestationPop:
    """The proof that the instance itself sends its attestation, parsed and not verified."""

    identifier: str = field(repr=False)
    audience: str
    issued: datetime
    challenge: str | None = field(repr=False)
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, pop: str) -> Self:
        """Read a proof of possession (section 5.1).

        Raises:
            MalformedError: `client.attestation_syntax`.
            UnsupportedError: `alg.unknown`.
        """
        signed, claims = proof_jwt.parse(pop, typ=POP_TYP, refusal=_SYNTAX)
        return cls(
            identifier=proof_jwt.jti(claims, _SYNTAX),
            audience=text(claims, "aud", _SYNTAX),
            issued=proof_jwt.moment(claims, "iat", _SYNTAX),
            challenge=text_or_none(claims, "challenge", _SYNTAX),
            jws=signed,
        )


def prepare_attestation(
    signer: Signer,
    *,
    client_id: str,
    key: PublicKey,
    now: datetime,
    lifetime: timedelta,
    attester: str | None = None,
    certificates: Sequence[bytes] = (),
    key_id: str | None = None,
) -> Prepared[str]:
    """Make a client attestation but for its signature, as a wallet provider does.

    `certificates` are DER, the signer's first, without the anchor.
    """
    named: strict_json.JsonObject = {} if attester is None else {"iss": attester}
    claims: strict_json.JsonObject = {
        **named,
        "sub": client_id,
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(now + lifetime),
        "cnf": {"jwk": jwk.encode_public(key)},
    }
    header: strict_json.JsonObject = {"typ": TYP, **x5c(certificates)}
    if key_id is not None:
        header["kid"] = key_id
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


def prepare_pop(
    signer: Signer, *, audience: str, challenge: str | None, now: datetime, entropy: Entropy
) -> Prepared[str]:
    """Make the proof of possession but for its signature, as an instance does for each request.

    `audience` is the identifier of the authorization server.
    """
    challenged: strict_json.JsonObject = {} if challenge is None else {"challenge": challenge}
    claims: strict_json.JsonObject = {
        "aud": audience,
        "jti": base64url.encode(entropy(16)),
        "iat": times.to_numeric_date(now),
        **challenged,
    }
    return jws.prepare({"typ": POP_TYP}, strict_json.dumps(claims), alg=signer.alg)


def verify_attestation(
    attestation: str,
    *,
    trust: IssuerKeys,
    algs: frozenset[Alg],
    now: datetime,
    skew: timedelta,
    certificates_required: bool,
) -> ClientAttestation:
    """Verify an attestation (section 7.1); the proof of possession is for `verify_pop`.

    `trust` says which wallet providers are believed: it is asked with `TYP` as the format and
    the client's identifier as the type. With `certificates_required`, the key must come by
    certificates, the first of which is not self-signed (HAIP 1.0, section 4.4.1).

    Raises:
        MalformedError: `client.attestation_syntax`, or `key.private`.
        UnsupportedError: `alg.unknown`, `alg.not_allowed`, `key.type`.
        TrustError: `client.attestation_certificate`, or nobody trusted vouches for it.
        SignatureError: `client.attestation_signature`.
        ValidityError: `client.attestation_expired`.
    """
    parsed = ClientAttestation.parse(attestation)
    proof_jwt.check_alg(parsed.jws.alg, algs)
    if certificates_required:
        check_certificates(parsed.jws, Code.CLIENT_ATTESTATION_CERTIFICATE)
    trusted = trust.find(_hint(parsed), now=now)
    parsed.jws.verify(trusted.public_key, refusal=Code.CLIENT_ATTESTATION_SIGNATURE)
    _check_dates(parsed, now=now, skew=skew)
    return parsed


def verify_pop(
    pop: str,
    *,
    attestation: ClientAttestation,
    audience: str,
    algs: frozenset[Alg],
    now: datetime,
    max_age: timedelta,
) -> AttestationPop:
    """Verify a proof of possession (section 7.2), but for challenge and replay.

    Raises:
        MalformedError: `client.attestation_syntax`.
        UnsupportedError: `alg.unknown`, `alg.not_allowed`.
        SignatureError: `client.attestation_pop`.
        BindingError: `client.attestation_audience` or `client.attestation_iat`.
    """
    parsed = AttestationPop.parse(pop)
    proof_jwt.check_alg(parsed.jws.alg, algs)
    if parsed.jws.alg.curve is not attestation.key.curve:
        raise SignatureError(Code.CLIENT_ATTESTATION_POP)
    parsed.jws.verify(attestation.key, refusal=Code.CLIENT_ATTESTATION_POP)
    if parsed.audience != audience:
        raise BindingError(Code.CLIENT_ATTESTATION_AUDIENCE)
    proof_jwt.check_fresh(
        parsed.issued, now=now, max_age=max_age, refusal=Code.CLIENT_ATTESTATION_IAT
    )
    return parsed


def check_challenge(pop: AttestationPop, nonces: Nonces, *, now: datetime) -> None:
    """Check that a proof has a challenge of this server (section 6).

    Raises:
        BindingError: `client.attestation_challenge`.
    """
    nonces.check(pop.challenge, now=now, refusal=Code.CLIENT_ATTESTATION_CHALLENGE)


def check_first_use(
    pop: AttestationPop, store: IssuanceStore, *, now: datetime, max_age: timedelta
) -> None:
    """Check that a proof was not seen before, and remember it while it is fresh.

    Raises:
        BindingError: `client.attestation_replay`.
        StoreError: `oauth.busy`.
    """
    used = fingerprint(f"{POP_HEADER} {pop.audience} {base64url.encode(pop.jws.signing_input)}")
    expires = proof_jwt.forgotten(pop.issued, max_age=max_age)
    if not store.claim(Kind.USED_PROOF, used, expires=expires, now=now):
        raise BindingError(Code.CLIENT_ATTESTATION_REPLAY)


def parse_challenge(raw: bytes) -> str:
    """Read the answer of a challenge endpoint (section 6.1).

    Raises:
        MalformedError: `oauth.response`.
    """
    try:
        members = strict_json.loads_object(raw, max_bytes=limits.MAX_OAUTH_BYTES)
    except KridError as cause:
        raise MalformedError(Code.OAUTH_RESPONSE) from cause
    return text(members, "attestation_challenge", Code.OAUTH_RESPONSE)


def _hint(parsed: ClientAttestation) -> IssuerHint:
    key_id = parsed.jws.header.get("kid")
    try:
        certificates = parsed.jws.certificates()
    except KridError as cause:
        raise TrustError(Code.CLIENT_ATTESTATION_CERTIFICATE) from cause
    return IssuerHint(
        format=TYP,
        type=parsed.client_id,
        alg=parsed.jws.alg,
        issuer=parsed.attester,
        key_id=key_id if isinstance(key_id, str) else None,
        certificates=certificates,
    )


def _check_dates(parsed: ClientAttestation, *, now: datetime, skew: timedelta) -> None:
    if now - skew >= parsed.expires:
        raise ValidityError(Code.CLIENT_ATTESTATION_EXPIRED)
    if parsed.issued is not None and now + skew < parsed.issued:
        raise ValidityError(Code.CLIENT_ATTESTATION_EXPIRED, "from the future")


def _confirmed(value: object) -> PublicKey:
    try:
        return jwk.parse_public(shape.mapping(value, _SYNTAX).get("jwk"))
    except MalformedError as cause:
        if cause.code is Code.KEY_PRIVATE:
            raise
        raise MalformedError(_SYNTAX, "cnf") from cause
