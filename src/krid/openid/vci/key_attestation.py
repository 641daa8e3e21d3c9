"""Key attestations (appendix D): somebody vouches for how a wallet's keys are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import limits, shape, strict_json, times
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    KridError,
    MalformedError,
    TrustError,
    ValidityError,
)
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared, PublicKey, Signer, jwk
from krid.model import IssuerHint, IssuerKeys
from krid.openid.oauth import proof_jwt
from krid.openid.oauth.certificates import check_certificates, x5c
from krid.openid.oauth.members import text_or_none, texts_or_none
from krid.openid.vci.configuration import AttestationDemand

TYP: Final = "key-attestation+jwt"
_CODE: Final = Code.KEY_ATTESTATION_SYNTAX


@final
@dataclass(frozen=True, slots=True)
class KeyAttestation:
    """A key attestation as it came, parsed and not verified.

    `key_storage` and `user_authentication` are what it asserts of all its keys (appendix D.2).
    """

    keys: tuple[PublicKey, ...]
    issued: datetime
    expires: datetime | None
    nonce: str | None = field(repr=False)
    key_storage: tuple[str, ...]
    user_authentication: tuple[str, ...]
    attester: str | None
    jws: Jws = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key attestation in JWT format (appendix D.1).

        Raises:
            MalformedError: `key.attestation_syntax`, or `key.private`.
            UnsupportedError: `alg.unknown`, `key.type`.
        """
        signed, claims = proof_jwt.parse(text, typ=TYP, refusal=_CODE)
        expires = proof_jwt.moment(claims, "exp", _CODE) if "exp" in claims else None
        return cls(
            keys=_attested(claims),
            issued=proof_jwt.moment(claims, "iat", _CODE),
            expires=expires,
            nonce=text_or_none(claims, "nonce", _CODE),
            key_storage=texts_or_none(claims, "key_storage", _CODE) or (),
            user_authentication=texts_or_none(claims, "user_authentication", _CODE) or (),
            attester=text_or_none(claims, "iss", _CODE),
            jws=signed,
        )


def prepare_key_attestation(
    signer: Signer,
    *,
    keys: Sequence[PublicKey],
    now: datetime,
    lifetime: timedelta,
    nonce: str | None,
    key_storage: Sequence[str] = (),
    user_authentication: Sequence[str] = (),
    attester: str | None = None,
    certificates: Sequence[bytes] = (),
) -> Prepared[str]:
    """Make a key attestation but for its signature, as a wallet provider or key store does.

    `certificates` are DER, the signer's first, without the anchor.
    """
    claims: strict_json.JsonObject = {
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(now + lifetime),
        "attested_keys": [jwk.encode_public(key) for key in keys],
    }
    claims |= {} if attester is None else {"iss": attester}
    claims |= {} if nonce is None else {"nonce": nonce}
    claims |= {"key_storage": list(key_storage)} if key_storage else {}
    levels = list(user_authentication)
    claims |= {"user_authentication": levels} if levels else {}
    return jws.prepare({"typ": TYP, **x5c(certificates)}, strict_json.dumps(claims), alg=signer.alg)


def verify_key_attestation(
    text: str,
    *,
    trust: IssuerKeys,
    demand: AttestationDemand,
    algs: frozenset[Alg],
    now: datetime,
    max_age: timedelta,
    skew: timedelta,
    certificates_required: bool,
) -> KeyAttestation:
    """Verify a key attestation, but for its nonce, which the caller compares.

    `trust` says who may vouch for keys: it is asked with `TYP` as the format and as the type.
    An attestation without an end is believed for `max_age`.

    Raises:
        MalformedError: `key.attestation_syntax`, or `key.private`.
        UnsupportedError: `alg.unknown`, `alg.not_allowed`, `key.type`.
        TrustError: `key.attestation_certificate`, or nobody trusted vouches for it.
        SignatureError: `key.attestation_signature`.
        ValidityError: `key.attestation_expired`.
        BindingError: `key.attestation_iat`.
        ContentError: `key.attestation_level`.
    """
    parsed = KeyAttestation.parse(text)
    proof_jwt.check_alg(parsed.jws.alg, algs)
    if certificates_required:
        check_certificates(parsed.jws, Code.KEY_ATTESTATION_CERTIFICATE)
    trusted = trust.find(_hint(parsed), now=now)
    parsed.jws.verify(trusted.public_key, refusal=Code.KEY_ATTESTATION_SIGNATURE)
    _check_dates(parsed, now=now, max_age=max_age, skew=skew)
    _check_level(parsed.key_storage, demand.key_storage)
    _check_level(parsed.user_authentication, demand.user_authentication)
    return parsed


def _hint(parsed: KeyAttestation) -> IssuerHint:
    key_id = parsed.jws.header.get("kid")
    try:
        certificates = parsed.jws.certificates()
    except KridError as cause:
        raise TrustError(Code.KEY_ATTESTATION_CERTIFICATE) from cause
    return IssuerHint(
        format=TYP,
        type=TYP,
        alg=parsed.jws.alg,
        issuer=parsed.attester,
        key_id=key_id if isinstance(key_id, str) else None,
        certificates=certificates,
    )


def _check_dates(
    parsed: KeyAttestation, *, now: datetime, max_age: timedelta, skew: timedelta
) -> None:
    if parsed.expires is not None and now - skew >= parsed.expires:
        raise ValidityError(Code.KEY_ATTESTATION_EXPIRED)
    if now + skew < parsed.issued:
        raise BindingError(Code.KEY_ATTESTATION_IAT)
    if parsed.expires is None and now - max_age > parsed.issued:
        raise BindingError(Code.KEY_ATTESTATION_IAT)


def _check_level(asserted: tuple[str, ...], accepted: tuple[str, ...]) -> None:
    """Check that one of the levels asserted is one of those accepted, where some are named.

    Levels have no order: an issuer that takes a higher one too lists it (section 12.2.4).
    """
    if accepted and not set(asserted) & set(accepted):
        raise ContentError(Code.KEY_ATTESTATION_LEVEL)


def _attested(claims: Mapping[str, object]) -> tuple[PublicKey, ...]:
    entries = shape.sequence(claims.get("attested_keys"), _CODE)
    if not 0 < len(entries) <= limits.MAX_BATCH:
        raise MalformedError(_CODE, "attested_keys")
    try:
        keys = tuple(jwk.parse_public(entry) for entry in entries)
    except MalformedError as cause:
        if cause.code is Code.KEY_PRIVATE:
            raise
        raise MalformedError(_CODE, "attested_keys") from cause
    if len(set(keys)) != len(keys):
        raise MalformedError(_CODE, "attested_keys")
    return keys
