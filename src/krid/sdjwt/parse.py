"""SD-JWT and SD-JWT+KB in compact serialisation (RFC 9901, section 4): read, believing nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, cast, final

from krid._core import base64url, limits, strict_json
from krid._core.arguments import typed
from krid._core.frozen import freeze
from krid._core.strict_json import Json
from krid.errors import BindingError, Code, MalformedError
from krid.jose import Jws
from krid.sdjwt import names
from krid.sdjwt.model import Disclosure, HashAlg, disclosure_of

_ARRAYS: Final = frozenset({list})
_TEXTS: Final = frozenset({str})
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


@final
@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT as it came: the issuer-signed JWT and disclosures, parsed and not verified.

    `text` is the exact compact serialisation up to the last tilde, which is what `sd_hash`
    covers. `payload` is what the issuer signed, read-only all the way down. `disclosures` are
    found by their digests, in the order given. None of it is to be believed.
    """

    text: str = field(repr=False)
    jws: Jws
    payload: Mapping[str, Json] = field(repr=False)
    hash_alg: HashAlg
    disclosures: Mapping[str, Disclosure] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an SD-JWT without key binding, as an issuer hands it out (section 7.2).

        Raises:
            MalformedError: `input.size`, `sdjwt.syntax`, `sdjwt.hash_alg`, a
                `sdjwt.disclosure_*` code, or a code of `Jws.parse` and `Jws.claims`.
            UnsupportedError: `sdjwt.hash_alg`, `alg.unknown`, `jws.crit`.
            BindingError: `kb.unexpected` when a key binding JWT follows.
        """
        sd_jwt, key_binding = split(text)
        if key_binding:
            raise BindingError(Code.KB_UNEXPECTED)
        return cls.from_components(sd_jwt)

    @classmethod
    def from_components(cls, text: str) -> Self:
        """Read text that ends with its last tilde; raises as `parse`."""
        typed("text", text, str)
        signed, *encoded = text[:-1].split("~")
        jws = Jws.parse(signed)
        claims = jws.claims(max_values=limits.MAX_JWT_VALUES)
        payload = MappingProxyType({name: _frozen(value) for name, value in claims.items()})
        hash_alg = HashAlg.from_claim(payload.get(names.SD_ALG, HashAlg.SHA256.value))
        return cls(text, jws, payload, hash_alg, parse_disclosures(encoded, hash_alg))


@final
@dataclass(frozen=True, slots=True)
class Presentation:
    """What a holder shows: an SD-JWT, and a key binding JWT unless it is shown by a bearer.

    `text` is what came. Nothing is verified, so there are no claims here: see `verify`.
    """

    text: str = field(repr=False)
    sd_jwt: SdJwt
    kb: Jws | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an SD-JWT or SD-JWT+KB (section 4).

        Raises:
            MalformedError: as `SdJwt.parse`, and `kb.syntax` for the key binding JWT.
            UnsupportedError: as `SdJwt.parse`, for the key binding JWT too.
        """
        sd_jwt, key_binding = split(text)
        return cls(text, SdJwt.from_components(sd_jwt), parse_key_binding(key_binding))


def split(text: str) -> tuple[str, str]:
    """Separate the SD-JWT, last tilde included, from the key binding JWT or nothing."""
    typed("text", text, str)
    if len(text) > limits.MAX_SDJWT_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    tildes = text.count("~")
    if tildes == 0:
        raise MalformedError(Code.SDJWT_SYNTAX)
    if tildes - 1 > limits.MAX_DISCLOSURES:
        raise MalformedError(Code.SDJWT_DISCLOSURE_LIMIT)
    end = text.rindex("~") + 1
    return text[:end], text[end:]


def parse_key_binding(text: str) -> Jws | None:
    """Read the key binding JWT, None when there is none."""
    if not text:
        return None
    try:
        return Jws.parse(text)
    except MalformedError as cause:
        raise MalformedError(Code.KB_SYNTAX) from cause


def parse_disclosures(encoded: list[str], hash_alg: HashAlg) -> Mapping[str, Disclosure]:
    """Read disclosures, each found by its digest, and none given twice."""
    arrays, digests = _read_arrays(encoded), hash_alg.digests(encoded)
    by_digest = dict(
        zip(
            digests,
            _parse_alike(digests, encoded, arrays)
            or map(_parse_disclosure, digests, encoded, arrays),
            strict=True,
        )
    )
    if len(by_digest) != len(encoded):
        raise MalformedError(Code.SDJWT_DISCLOSURE_REPEATED)
    return MappingProxyType(by_digest)


def _read_arrays(encoded: list[str]) -> list[Json]:
    try:
        raws = base64url.decode_each(encoded)
        strict_json.check_crowd(raws, max_values=limits.MAX_JWT_VALUES)
        return strict_json.loads_each(raws)
    except MalformedError as cause:
        raise MalformedError(Code.SDJWT_DISCLOSURE_SYNTAX, cause.code.message) from cause


def _parse_alike(
    digests: list[str], encoded: list[str], arrays: list[Json]
) -> Iterable[Disclosure]:
    """Read disclosures of claims with plain values, column by column; none where one is not."""
    if not (arrays and _ARRAYS.issuperset(map(type, arrays))):
        return ()
    columns = list(zip(*cast("list[list[Json]]", arrays), strict=False))
    if len(columns) != 3 or max(map(len, cast("list[list[Json]]", arrays))) != 3:
        return ()
    salts, names, values = columns
    if not (_TEXTS.issuperset(map(type, salts)) and _TEXTS.issuperset(map(type, names))):
        return ()
    if not _PLAIN.issuperset(map(type, values)):
        return ()
    rows = zip(digests, encoded, salts, names, values, strict=True)
    return map(disclosure_of, cast("Iterable[tuple[str, str, str, str, Json]]", rows))


def _parse_disclosure(digest: str, encoded: str, array: Json) -> Disclosure:
    """Read one disclosure of two or three elements (sections 4.2.1 and 4.2.2).

    Written with types and no patterns, which take four times as long.
    """
    if type(array) is list and len(array) == 3:
        salt, name, value = array
        if type(salt) is str and type(name) is str:
            return Disclosure(digest, encoded, salt, name, _frozen(value))
    elif type(array) is list and len(array) == 2:
        salt, value = array
        if type(salt) is str:
            return Disclosure(digest, encoded, salt, None, _frozen(value))
    raise MalformedError(Code.SDJWT_DISCLOSURE_SYNTAX)


def _frozen(value: Json) -> Json:
    frozen: Json = value
    if type(value) is dict or type(value) is list:
        frozen = freeze(value)  # type: ignore[assignment]  # freezing JSON gives JSON
    return frozen
