"""Signed key sets: an entity's keys of a protocol, and its former keys of the federation.

OpenID Federation 1.0, draft 48, sections 5.2.1 and 8.7.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits, shape, strict_json
from krid.errors import Code, KridError, MalformedError, TrustError
from krid.keys import PublicKey, jwk
from krid.sdjwt.issuer_metadata import PublishedKey, parse_key_set
from krid.trust.federation.identifier import check_entity_id
from krid.trust.federation.keys import KeySet
from krid.trust.federation.signed import Signed, check_times, read_moment

KEY_SET_TYP: Final = "jwk-set+jwt"


@final
@dataclass(frozen=True, slots=True)
class SignedKeys:
    """An entity's keys of a protocol, verified; `expires` is None where nothing was said."""

    keys: tuple[PublishedKey, ...]
    expires: datetime | None


def verify_signed_keys(
    text: str, *, entity_id: str, keys: KeySet, now: datetime, skew: timedelta
) -> SignedKeys:
    """Verify what `signed_jwks_uri` answered (section 5.2.1): issued by the entity, about itself.

    `keys` are the entity's keys of the federation. The text lets an issuer speak for another
    owner of keys; krid does not.

    Raises:
        ContentError: `federation.typ`.
        TrustError: `federation.subject` when it is by or about another entity.
        SignatureError: `federation.key`, `federation.signature`.
        ValidityError: `federation.expired`, `federation.not_yet_valid`.
        MalformedError: `federation.keys`, `issuer.syntax`, `key.private`, or those of a JWS.
    """
    signed = Signed.parse(text, typ=KEY_SET_TYP)
    if (signed.claims.get("iss"), signed.claims.get("sub")) != (entity_id, entity_id):
        raise TrustError(Code.FEDERATION_SUBJECT)
    _check_optional_times(signed, now=now, skew=skew)
    signed.verify(keys)
    expires = signed.moment("exp", Code.FEDERATION_KEYS) if "exp" in signed.claims else None
    return SignedKeys(published_keys({"keys": signed.claims.get("keys")}), expires)


def published_keys(value: object) -> tuple[PublishedKey, ...]:
    """Read a JWK Set that was read as JSON before, where keys need no names.

    Raises:
        MalformedError: `issuer.syntax`, `key.private`.
    """
    return parse_key_set(strict_json.dumps(shape.mapping(value, Code.FEDERATION_METADATA)))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FormerKey:
    """A key with which an entity signed once; `revoked_at` is None for one that just expired."""

    key_id: str
    key: PublicKey | None
    issued_at: datetime | None
    expires: datetime
    revoked_at: datetime | None
    reason: str | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FormerKeys:
    """An entity's former keys, so that what it signed can still be verified (section 8.7)."""

    entity_id: str
    issued_at: datetime
    keys: Mapping[str, FormerKey]

    @classmethod
    def verify(
        cls, text: str, *, entity_id: str, keys: KeySet, now: datetime, skew: timedelta
    ) -> Self:
        """Verify an answer of the historical keys endpoint.

        `keys` are the entity's keys of the federation at present.

        Raises:
            ContentError: `federation.typ`.
            TrustError: `federation.subject` when it is by another entity.
            SignatureError: `federation.key`, `federation.signature`.
            ValidityError: `federation.not_yet_valid`.
            MalformedError: `federation.keys`, `key.private`, or those of a JWS.
        """
        signed = Signed.parse(text, typ=KEY_SET_TYP)
        if signed.claims.get("iss") != check_entity_id(entity_id):
            raise TrustError(Code.FEDERATION_SUBJECT)
        issued_at = signed.moment("iat", Code.FEDERATION_KEYS)
        check_times(issued_at, None, now=now, skew=skew)
        signed.verify(keys)
        entries = shape.sequence(signed.claims.get("keys"), Code.FEDERATION_KEYS)
        if len(entries) > limits.MAX_HISTORICAL_KEYS:
            raise MalformedError(Code.FEDERATION_KEYS, "too many keys")
        former = {key.key_id: key for key in map(_former, entries)}
        if len(former) != len(entries):
            raise MalformedError(Code.FEDERATION_KEYS, "kid")
        return cls(entity_id=entity_id, issued_at=issued_at, keys=MappingProxyType(former))

    def key_at(self, key_id: str, moment: datetime) -> PublicKey:
        """Return the key of a name as it stood at a moment, such as when something was signed.

        A key that was compromised is refused for every moment, since nobody knows when it was
        stolen; one revoked for another reason, from then on.

        Raises:
            TrustError: `trust.key` for a name that it does not list, or a key of a foreign kind;
                `federation.key_ended`.
        """
        former = self.keys.get(key_id)
        if former is None or former.key is None:
            raise TrustError(Code.TRUST_KEY)
        early = former.issued_at is not None and moment < former.issued_at
        revoked = former.revoked_at is not None and moment >= former.revoked_at
        if early or revoked or moment >= former.expires or former.reason == "compromised":
            raise TrustError(Code.FEDERATION_KEY_ENDED)
        return former.key


def _former(value: object) -> FormerKey:
    members = shape.mapping(value, Code.FEDERATION_KEYS)
    revoked = members.get("revoked")
    revocation = {} if revoked is None else shape.mapping(revoked, Code.FEDERATION_KEYS)
    return FormerKey(
        key_id=shape.text(members.get("kid"), Code.FEDERATION_KEYS),
        key=_public(members),
        issued_at=read_moment(members["iat"], Code.FEDERATION_KEYS) if "iat" in members else None,
        expires=read_moment(members.get("exp"), Code.FEDERATION_KEYS),
        revoked_at=_revoked_at(revocation) if revoked is not None else None,
        reason=_reason(revocation),
    )


def _revoked_at(revocation: Mapping[str, object]) -> datetime:
    return read_moment(revocation.get("revoked_at"), Code.FEDERATION_KEYS)


def _reason(revocation: Mapping[str, object]) -> str | None:
    return (
        shape.text(revocation["reason"], Code.FEDERATION_KEYS) if "reason" in revocation else None
    )


def _public(members: Mapping[str, object]) -> PublicKey | None:
    try:
        return jwk.parse_public(members)
    except KridError as refusal:
        if refusal.code is Code.KEY_PRIVATE:
            raise
        return None


def _check_optional_times(signed: Signed, *, now: datetime, skew: timedelta) -> None:
    issued_at = signed.moment("iat", Code.FEDERATION_KEYS) if "iat" in signed.claims else now
    expires = signed.moment("exp", Code.FEDERATION_KEYS) if "exp" in signed.claims else None
    check_times(issued_at, expires, now=now, skew=skew)
