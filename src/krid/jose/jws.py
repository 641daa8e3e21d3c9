"""JSON Web Signature in compact serialisation (RFC 7515), straight over `krid.keys`.

A parsed `Jws` is not verified: `parse` reads, `verify` believes. `none`, MACs, `crit` and
unencoded payloads (RFC 7797) are refused before anything else is looked at.
"""

from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Self, final

from krid._core import base64url, limits, shape, strict_json
from krid._core.arguments import typed
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, ContentError, MalformedError, MisuseError, UnsupportedError
from krid.jose import header as protected_header
from krid.keys import Alg, Prepared, PublicKey, Signer

_NOT_FROM_CALLERS: Final = ("alg", "crit", "b64")


@final
@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS as it came, parsed and not verified.

    `header` is the protected header, read-only all the way down. `signing_input` are the exact
    bytes that were signed; nothing is ever encoded again.

    >>> from krid.keys import LocalKey
    >>> key = LocalKey.generate(Alg.ES256)
    >>> jws = Jws.parse(sign({"typ": "JWT"}, b'{"sub":"x"}', key))
    >>> jws.verify(key.public_key)
    >>> jws.claims()
    {'sub': 'x'}
    """

    header: Mapping[str, Json]
    payload: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    signing_input: bytes = field(repr=False)
    alg: Alg

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the compact serialisation (section 7.1); does not check the signature.

        Raises:
            MalformedError: `input.size`, `jws.syntax`, `jws.header`, `base64url.syntax`, or the
                `json.*` code of what is wrong with the header.
            UnsupportedError: `alg.unknown` for an algorithm that is not in krid's table, `none`
                and MACs among them; `jws.crit` for `crit` or `b64`.
        """
        typed("text", text, str)
        if len(text) > limits.MAX_INPUT_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        parts = text.split(".", 3)
        if len(parts) != 3:
            raise MalformedError(Code.JWS_SYNTAX)
        protected, payload, signature = parts
        header = _header(protected)
        return cls(
            header,
            base64url.decode(payload),
            base64url.decode(signature),
            text[: len(protected) + 1 + len(payload)].encode("ascii"),
            Alg.from_jose(header.get("alg")),
        )

    def check_typ(self, *expected: str, refusal: Code = Code.JWS_TYP) -> None:
        """Check `typ` against media types, with or without `application/` (section 4.1.9).

        Raises:
            ContentError: `refusal` when `typ` is missing or is none of those expected.
        """
        typ = self.header.get("typ")
        if typ in expected:
            return
        names = {_media_type(name) for name in expected}
        if not isinstance(typ, str) or _media_type(typ) not in names:
            raise ContentError(refusal)

    def verify(self, key: PublicKey, *, refusal: Code = Code.JWS_SIGNATURE) -> None:
        """Check the signature with the algorithm that the protected header names (section 5.2).

        Raises:
            UnsupportedError: `alg.key` when the key is not of the algorithm's curve.
            SignatureError: `refusal` when the signature does not match.
        """
        key.verify(self.signing_input, self.signature, alg=self.alg, refusal=refusal)

    def claims(self, *, max_values: int = limits.MAX_JSON_VALUES) -> JsonObject:
        """Read the payload as a JWT Claims Set (RFC 7519, section 7.2); it may be unverified.

        `max_values` bounds the work, as in `strict_json.loads`.

        Raises:
            MalformedError: `jws.payload` when it is not an object, or a `json.*` code.
        """
        value = strict_json.loads(self.payload, max_values=max_values)
        if not isinstance(value, dict):
            raise MalformedError(Code.JWS_PAYLOAD)
        return value

    def certificates(self) -> tuple[bytes, ...]:
        """Return `x5c` as DER, the signer's first, empty when absent (section 4.1.6).

        Checks neither the certificates nor that the JWS was signed with the first one's key.

        Raises:
            MalformedError: `jws.header` when it is not an array of strict base64, or is empty
                or longer than a chain may be.
        """
        if "x5c" not in self.header:
            return ()
        chain = shape.texts(self.header["x5c"], Code.JWS_HEADER)
        if not 1 <= len(chain) <= limits.MAX_CHAIN_LENGTH:
            raise MalformedError(Code.JWS_HEADER, "x5c")
        return tuple(_certificate(text) for text in chain)


def prepare(header: Mapping[str, Json], payload: bytes, *, alg: Alg) -> Prepared[str]:
    """Make everything of a JWS but the signature; `alg` stands first in the header.

    Raises:
        MisuseError: `misuse.option` when the header names `alg`, `crit` or `b64` itself.
        MalformedError: `json.syntax` when the header has no JSON form.
    """
    for name in _NOT_FROM_CALLERS:
        if name in header:
            raise MisuseError(Code.MISUSE_OPTION, name)
    protected = base64url.encode(strict_json.dumps({"alg": alg.jose, **header}))
    signing_input = f"{protected}.{base64url.encode(payload)}"

    def finish(signature: bytes) -> str:
        return f"{signing_input}.{base64url.encode(signature)}"

    return Prepared(signing_input.encode("ascii"), alg, finish)


def sign(header: Mapping[str, Json], payload: bytes, signer: Signer) -> str:
    """Make a whole JWS in compact serialisation with a signer at hand.

    Raises:
        MisuseError: `misuse.option` when the header names `alg`, `crit` or `b64` itself.
        MalformedError: `json.syntax` when the header has no JSON form.
    """
    return prepare(header, payload, alg=signer.alg).sign_with(signer)


def _header(text: str) -> Mapping[str, Json]:
    if len(text) > limits.MAX_CACHED_HEADER_CHARS:
        return _parse_header(text)
    return _known_header(text)


def _parse_header(text: str) -> Mapping[str, Json]:
    header = protected_header.parse(text, refusal=Code.JWS_HEADER, unknown_extension=Code.JWS_CRIT)
    if "b64" in header:
        raise UnsupportedError(Code.JWS_CRIT, "b64")
    return header


# All that an issuer signs has the same header, letter by letter. What is refused is not kept.
_known_header = lru_cache(maxsize=limits.HEADER_CACHE_ENTRIES)(_parse_header)


def _media_type(name: str) -> str:
    lowered = name.lower()
    bare = lowered.removeprefix("application/")
    return lowered if "/" in bare else bare


def _certificate(text: str) -> bytes:
    try:
        der = b64decode(text, validate=True)
    except (BinasciiError, ValueError) as cause:
        raise MalformedError(Code.JWS_HEADER, "x5c") from cause
    if b64encode(der).decode("ascii") != text or len(der) > limits.MAX_CERTIFICATE_BYTES:
        raise MalformedError(Code.JWS_HEADER, "x5c")
    return der
