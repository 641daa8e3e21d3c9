"""Verifier attestations: somebody vouches for a verifier and its key (section 12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import shape, strict_json, times
from krid.errors import BindingError, Code, KridError, MalformedError, ValidityError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared, PublicKey, Signer, jwk
from krid.model import IssuerHint, IssuerKey, IssuerKeys
from krid.openid.oauth import members as m
from krid.openid.oauth import proof_jwt
from krid.openid.oauth.certificates import x5c

TYP: Final = "verifier-attestation+jwt"
"""The `typ` of an attestation, and the format by which sources of trust are asked about it."""

HEADER: Final = "jwt"
"""The header of a signed request in which an attestation stands."""

_CODE: Final = Code.REQUEST_ATTESTATION


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierAttestation:
    """An attestation, parsed and not verified: `subject` has this `key`, says `issuer`.

    `addresses` are those that answers may go to, None where it names none.
    """

    issuer: str
    subject: str
    key: PublicKey
    expires: datetime
    not_before: datetime | None
    addresses: frozenset[str] | None
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an attestation.

        Raises:
            MalformedError: `request.attestation`, or `key.private`.
            UnsupportedError: `alg.unknown`, `key.type`.
        """
        signed, claims = proof_jwt.parse(text, typ=TYP, refusal=_CODE)
        addresses = m.texts_or_none(claims, "redirect_uris", _CODE)
        return cls(
            issuer=m.text(claims, "iss", _CODE),
            subject=m.text(claims, "sub", _CODE),
            key=_confirmed(claims.get("cnf")),
            expires=proof_jwt.moment(claims, "exp", _CODE),
            not_before=proof_jwt.moment(claims, "nbf", _CODE) if "nbf" in claims else None,
            addresses=None if addresses is None else frozenset(addresses),
            jws=signed,
        )


def prepare_attestation(
    signer: Signer,
    *,
    issuer: str,
    subject: str,
    key: PublicKey,
    now: datetime,
    lifetime: timedelta,
    addresses: Sequence[str] = (),
    certificates: Sequence[bytes] = (),
    key_id: str | None = None,
) -> Prepared[str]:
    """Make an attestation but for its signature, as somebody does who vouches for verifiers.

    `subject` is the verifier's name without its prefix. `certificates` are DER, without the
    anchor.
    """
    claims: strict_json.JsonObject = {
        "iss": issuer,
        "sub": subject,
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(now + lifetime),
        "cnf": {"jwk": jwk.encode_public(key)},
        **({"redirect_uris": list(addresses)} if addresses else {}),
    }
    header: strict_json.JsonObject = {"typ": TYP, **x5c(certificates)}
    header |= {} if key_id is None else {"kid": key_id}
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


def verify_attestation(
    text: str,
    *,
    subject: str,
    trust: IssuerKeys,
    algs: frozenset[Alg],
    now: datetime,
    skew: timedelta,
) -> tuple[VerifierAttestation, IssuerKey]:
    """Verify an attestation for a verifier; that it has the key, its own signature must show.

    `trust` is asked with `TYP` as the format and the verifier's name as the type: limit each
    source by `trust.ForFormats`, so that who issues cards can't vouch for verifiers.

    Raises:
        MalformedError: `request.attestation`, or `key.private`.
        UnsupportedError: `alg.unknown`, `alg.not_allowed`, `key.type`.
        TrustError: nobody trusted vouches for it.
        SignatureError: `request.signature`.
        ValidityError: `request.attestation` before its time and after it.
        BindingError: `request.attestation` for another verifier.
    """
    parsed = VerifierAttestation.parse(text)
    proof_jwt.check_alg(parsed.jws.alg, algs)
    trusted = trust.find(_hint(parsed), now=now)
    parsed.jws.verify(trusted.public_key, refusal=Code.REQUEST_SIGNATURE)
    if parsed.expires <= now - skew:
        raise ValidityError(_CODE)
    if parsed.not_before is not None and now + skew < parsed.not_before:
        raise ValidityError(_CODE)
    if parsed.subject != subject:
        raise BindingError(_CODE)
    return parsed, trusted


def _hint(parsed: VerifierAttestation) -> IssuerHint:
    key_id = parsed.jws.header.get("kid")
    return IssuerHint(
        format=TYP,
        type=parsed.subject,
        alg=parsed.jws.alg,
        issuer=parsed.issuer,
        key_id=key_id if isinstance(key_id, str) else None,
        certificates=parsed.jws.certificates(),
    )


def _confirmed(value: object) -> PublicKey:
    members: Mapping[str, object] = shape.mapping(value, _CODE)
    try:
        return jwk.parse_public(members.get("jwk"))
    except KridError as cause:
        if cause.code in {Code.KEY_PRIVATE, Code.KEY_TYPE}:
            raise
        raise MalformedError(_CODE, "cnf") from cause
