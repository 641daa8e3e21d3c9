"""The key binding JWT (RFC 9901, sections 4.3 and 7.3): one function per rule, in its order."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from krid._core import limits
from krid._core.strict_json import Json, JsonObject
from krid.errors import BindingError, Code, MalformedError
from krid.jose import Jws
from krid.keys import PublicKey
from krid.model import binding
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
) -> tuple[PublicKey, JsonObject]:
    """Check a key binding JWT (section 7.3, step 5); return the holder's key and what it says.

    `claims` is the processed payload of the SD-JWT, already verified: it names the holder.

    Raises:
        BindingError: `kb.no_key`, `kb.nonce`, `kb.audience` or `kb.sd_hash`.
        SignatureError: `kb.signature`.
        ContentError: `kb.typ`.
        ValidityError: `kb.iat` or `kb.validity`.
        MalformedError: `kb.syntax`, `sdjwt.cnf` or `key.use`.
        UnsupportedError: `alg.key`, or `key.type` for a key that krid does not implement.
    """
    holder = binding.confirmation_key(claims)
    binding.check_key_marks(claims, kb.alg)
    kb.verify(holder, refusal=Code.KB_SIGNATURE)
    kb.check_typ(names.TYP_KB, refusal=Code.KB_TYP)
    bound = read_claims(kb)
    binding.check_created(bound, now=now, skew=skew, max_age=max_age)
    binding.check_nonce(bound, nonce)
    binding.check_audience(bound, audience)
    check_sd_hash(bound, sd_jwt.text, sd_jwt.hash_alg)
    binding.check_validity_period(bound, now=now, skew=skew)
    return holder, bound


def read_claims(kb: Jws) -> JsonObject:
    """Read what the key binding JWT says."""
    try:
        return kb.claims(max_values=limits.MAX_JWT_VALUES)
    except MalformedError as cause:
        raise MalformedError(Code.KB_SYNTAX) from cause


def check_sd_hash(bound: JsonObject, shown: str, hash_alg: HashAlg) -> None:
    """Check that it covers this SD-JWT with these disclosures (step 5.7, section 4.3.1)."""
    if not binding.equal(binding.text(bound, "sd_hash"), hash_alg.digest(shown)):
        raise BindingError(Code.KB_SD_HASH)
