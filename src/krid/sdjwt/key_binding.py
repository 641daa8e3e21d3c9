"""The key binding JWT (RFC 9901, sections 4.3 and 7.3): one function per rule, in its order."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from krid._core import limits, shape, times
from krid._core.redact import same
from krid._core.strict_json import Json, JsonObject
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    UnsupportedError,
    ValidityError,
)
from krid.jose import Jws
from krid.keys import PublicKey, jwk
from krid.sdjwt import names
from krid.sdjwt.model import HashAlg
from krid.sdjwt.parse import Presentation, SdJwt


def require(presentation: Presentation) -> Jws:
    """Return the key binding JWT, which must be there (section 7.3, step 2).

    Raises:
        BindingError: `kb.missing`.
    """
    if presentation.kb is None:
        raise BindingError(Code.KB_MISSING)
    return presentation.kb


def forbid(presentation: Presentation) -> None:
    """Check that none is there, where nobody said which nonce it should answer (section 4).

    Raises:
        BindingError: `kb.unexpected`.
    """
    if presentation.kb is not None:
        raise BindingError(Code.KB_UNEXPECTED)


def check(
    kb: Jws,
    sd_jwt: SdJwt,
    claims: Mapping[str, Json],
    *,
    audience: str,
    nonce: str,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
) -> PublicKey:
    """Check a key binding JWT (section 7.3, step 5) and return the holder's key.

    `claims` is the processed payload of the SD-JWT, already verified: it names the holder.

    Raises:
        BindingError: `kb.no_key`, `kb.nonce`, `kb.audience` or `kb.sd_hash`.
        SignatureError: `kb.signature`.
        ContentError: `kb.typ`.
        ValidityError: `kb.iat` or `kb.validity`.
        MalformedError: `kb.syntax`, `sdjwt.cnf` or `key.use`.
        UnsupportedError: `alg.key`, or `key.type` for a key that krid does not implement.
    """
    holder = confirmation_key(claims)
    check_key_marks(claims, kb)
    kb.verify(holder, refusal=Code.KB_SIGNATURE)
    kb.check_typ(names.TYP_KB, refusal=Code.KB_TYP)
    bound = read_claims(kb)
    check_created(bound, now=now, skew=skew, max_age=max_age)
    check_nonce(bound, nonce)
    check_audience(bound, audience)
    check_sd_hash(bound, sd_jwt.text, sd_jwt.hash_alg)
    check_validity_period(bound, now=now, skew=skew)
    return holder


def confirmation_key(claims: Mapping[str, Json]) -> PublicKey:
    """Return the one key that `cnf` holds as a JWK (section 4.1.2; RFC 7800, section 3).

    Raises:
        BindingError: `kb.no_key` when there is no `cnf`.
        MalformedError: `sdjwt.cnf` when it does not hold exactly one public JWK.
        UnsupportedError: `key.type` for a JWK of a type that krid does not implement.
    """
    if "cnf" not in claims:
        raise BindingError(Code.KB_NO_KEY)
    confirmation = shape.mapping(claims["cnf"], Code.SDJWT_CNF)
    if not {"jwe", "jku"}.isdisjoint(confirmation):
        raise MalformedError(Code.SDJWT_CNF)
    try:
        return jwk.parse_public(confirmation.get("jwk"))
    except UnsupportedError:
        raise
    except KridError as cause:
        raise MalformedError(Code.SDJWT_CNF, cause.code.message) from cause


def check_key_marks(claims: Mapping[str, Json], kb: Jws) -> None:
    """Check that the holder's JWK is not marked for another use or algorithm (step 5.2)."""
    confirmation = shape.mapping(claims["cnf"], Code.SDJWT_CNF)
    jwk.check_marks(shape.mapping(confirmation["jwk"], Code.SDJWT_CNF), alg=kb.alg)


def read_claims(kb: Jws) -> JsonObject:
    """Read what the key binding JWT says."""
    try:
        return kb.claims(max_values=limits.MAX_JWT_VALUES)
    except MalformedError as cause:
        raise MalformedError(Code.KB_SYNTAX) from cause


def check_created(bound: JsonObject, *, now: datetime, skew: timedelta, max_age: timedelta) -> None:
    """Check that `iat` lies within the window (step 5.5)."""
    created = moment(bound, "iat")
    if created is None:
        raise MalformedError(Code.KB_SYNTAX, "iat")
    if created > now + skew or now - created > max_age:
        raise ValidityError(Code.KB_IAT)


def check_nonce(bound: JsonObject, nonce: str) -> None:
    """Check that it answers this transaction (step 5.6)."""
    if not _equal(text(bound, "nonce"), nonce):
        raise BindingError(Code.KB_NONCE)


def check_audience(bound: JsonObject, audience: str) -> None:
    """Check that it was made for this verifier, named by one text (step 5.6, section 4.3)."""
    if not _equal(text(bound, "aud"), audience):
        raise BindingError(Code.KB_AUDIENCE)


def check_sd_hash(bound: JsonObject, shown: str, hash_alg: HashAlg) -> None:
    """Check that it covers this SD-JWT with these disclosures (step 5.7, section 4.3.1)."""
    if not _equal(text(bound, "sd_hash"), hash_alg.digest(shown)):
        raise BindingError(Code.KB_SD_HASH)


def check_validity_period(bound: JsonObject, *, now: datetime, skew: timedelta) -> None:
    """Check `nbf` and `exp`, should it have them (step 5.8; RFC 7519, sections 4.1.4 and 4.1.5)."""
    not_before, expires = moment(bound, "nbf"), moment(bound, "exp")
    if not_before is not None and now + skew < not_before:
        raise ValidityError(Code.KB_VALIDITY)
    if expires is not None and now - skew >= expires:
        raise ValidityError(Code.KB_VALIDITY)


def moment(bound: JsonObject, name: str) -> datetime | None:
    """Read a date, None when it is absent."""
    if name not in bound:
        return None
    try:
        return times.from_numeric_date(bound[name])
    except MalformedError as cause:
        raise MalformedError(Code.KB_SYNTAX, name) from cause


def text(bound: JsonObject, name: str) -> str:
    """Read a claim that must be text."""
    value = bound.get(name)
    if not isinstance(value, str):
        raise MalformedError(Code.KB_SYNTAX, name)
    return value


def _equal(left: str, right: str) -> bool:
    return same(left.encode("utf-8"), right.encode("utf-8", "surrogatepass"))
