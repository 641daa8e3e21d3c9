"""What all signed objects of a federation share: a type, a named key, and times.

OpenID Federation 1.0, draft 48, sections 3, 7 and 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits, shape, times
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, SignatureError, ValidityError
from krid.jose.jws import Jws
from krid.trust.federation.identifier import check_entity_id
from krid.trust.federation.keys import KeySet

_NO_SUCH_HEADER: Final = ("trust_chain", "peer_trust_chain")


@final
@dataclass(frozen=True, slots=True)
class Signed:
    """A signed object as it came, parsed and not verified; `key_id` says by which key."""

    text: str = field(repr=False)
    jws: Jws = field(repr=False)
    claims: Mapping[str, Json] = field(repr=False)
    key_id: str

    @classmethod
    def parse(cls, text: str, *, typ: str, most: int = limits.MAX_ENTITY_STATEMENT_CHARS) -> Self:
        """Read a JWT of one explicit type with a key's name.

        Raises:
            MalformedError: `federation.size`, `federation.kid`, and those of `Jws.parse` and
                `Jws.claims`.
            UnsupportedError: `alg.unknown`, `none` included, or `jws.crit`.
            ContentError: `federation.typ`.
        """
        if len(shape.text(text, Code.JWS_SYNTAX)) > most:
            raise MalformedError(Code.FEDERATION_SIZE)
        jws = Jws.parse(text)
        jws.check_typ(typ, refusal=Code.FEDERATION_TYP)
        key_id = jws.header.get("kid")
        if not isinstance(key_id, str) or not key_id:
            raise MalformedError(Code.FEDERATION_KID)
        return cls(text, jws, MappingProxyType(jws.claims()), key_id)

    def check_no_chain(self) -> None:
        """Refuse headers that statements must not have, being parts of chains (section 4.3).

        Raises:
            MalformedError: `federation.header`.
        """
        if any(name in self.jws.header for name in _NO_SUCH_HEADER):
            raise MalformedError(Code.FEDERATION_HEADER)

    def verify(self, keys: KeySet, *also: KeySet, refusal: Code = Code.FEDERATION_KEY) -> None:
        """Check the signature by the key that the header names, which all the sets must have.

        Raises:
            SignatureError: `refusal` when the first set has no key of this name,
                `federation.key` when another has none or a different one,
                `federation.signature` when the signature does not match.
            UnsupportedError: `alg.key` when the key is for another algorithm.
            MalformedError: `key.use`.
        """
        key = keys.named(self.key_id, alg=self.jws.alg, refusal=refusal)
        if any(each.named(self.key_id, alg=self.jws.alg) != key for each in also):
            raise SignatureError(Code.FEDERATION_KEY)
        self.jws.verify(key, refusal=Code.FEDERATION_SIGNATURE)

    def entity(self, claim: str, code: Code) -> str:
        """Read a claim that is an entity identifier.

        Raises:
            MalformedError: `code`, or `federation.identifier`.
        """
        return check_entity_id(shape.text(self.claims.get(claim), code))

    def moment(self, claim: str, code: Code) -> datetime:
        """Read a claim that is a moment.

        Raises:
            MalformedError: `code`.
        """
        return read_moment(self.claims.get(claim), code)


def read_moment(value: object, code: Code) -> datetime:
    """Read a NumericDate.

    Raises:
        MalformedError: `code`.
    """
    try:
        return times.from_numeric_date(value)
    except KridError as cause:
        raise MalformedError(code, "time") from cause


def check_times(
    issued_at: datetime, expires: datetime | None, *, now: datetime, skew: timedelta
) -> None:
    """Check that a moment lies after `iat` and before `exp` (section 3.2).

    Raises:
        ValidityError: `federation.not_yet_valid`, `federation.expired`.
        MisuseError: `misuse.naive_time`.
    """
    if times.aware(now) + skew < issued_at:
        raise ValidityError(Code.FEDERATION_NOT_YET_VALID)
    if expires is not None and now - skew >= expires:
        raise ValidityError(Code.FEDERATION_EXPIRED)
