"""Related resources and their digests (section 5.3)."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, Self, final

from krid._core import base64url, limits
from krid._core.redact import same
from krid.errors import Code, ContentError, KridError, MalformedError, UnsupportedError
from krid.model.integrity import Integrity
from krid.model.w3c import values
from krid.model.w3c.values import Members


class _Hash(Protocol):
    def digest(self) -> bytes: ...


# The multihash codes of SHA-2 and SHA-3 (multicodec table), each below 128 and so one byte.
_MULTIHASHES: Final[Mapping[int, Callable[[bytes], _Hash]]] = {
    0x12: hashlib.sha256,
    0x13: hashlib.sha512,
    0x14: hashlib.sha3_512,
    0x15: hashlib.sha3_384,
    0x16: hashlib.sha3_256,
    0x20: hashlib.sha384,
}
_MEDIA_TYPE: Final = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}(?: *;[ -~]*)?", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class Multihash:
    """A digest in multibase: the code of its algorithm and the digest itself."""

    code: int
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `digestMultibase`, in base64url (`u`) or base58btc (`z`).

        Raises:
            MalformedError: `w3c.digest_syntax`.
            UnsupportedError: `w3c.digest_alg`.
        """
        raw = _multibase(text)
        if len(raw) < 2:
            raise MalformedError(Code.W3C_DIGEST_SYNTAX, "digestMultibase")
        code, length, digest = raw[0], raw[1], raw[2:]
        if code not in _MULTIHASHES:
            raise UnsupportedError(Code.W3C_DIGEST_ALG)
        if length != len(digest) or length != len(_MULTIHASHES[code](b"").digest()):
            raise MalformedError(Code.W3C_DIGEST_SYNTAX, "length")
        return cls(code, digest)

    def check(self, document: bytes) -> None:
        """Check that a document has this digest.

        Raises:
            ContentError: `w3c.digest`.
        """
        if not same(_MULTIHASHES[self.code](document).digest(), self.digest):
            raise ContentError(Code.W3C_DIGEST)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedResource:
    """A resource on the web, and what its content must be.

    Each of `integrity` (from `digestSRI`) and `hashes` (from `digestMultibase`) must hold.
    """

    id: str
    media_type: str | None
    integrity: tuple[Integrity, ...]
    hashes: tuple[Multihash, ...]

    def check(self, document: bytes) -> None:
        """Check the content of the resource as it was received.

        Raises:
            ContentError: `w3c.digest`.
        """
        for expected in self.hashes:
            expected.check(document)
        for metadata in self.integrity:
            try:
                metadata.check(document)
            except ContentError as cause:
                raise ContentError(Code.W3C_DIGEST) from cause


def parse_related(members: Members) -> tuple[RelatedResource, ...]:
    """Read `relatedResource`: one or more objects, each with an identifier of its own.

    Raises:
        MalformedError: `w3c.related`, `w3c.related_twice`, `w3c.digest_syntax`.
        UnsupportedError: `w3c.digest_alg`.
    """
    place = "relatedResource"
    if place not in members:
        return ()
    found = tuple(
        parse_resource(each, Code.W3C_RELATED)
        for each in values.objects(members[place], Code.W3C_RELATED, place)
    )
    if len({each.id for each in found}) != len(found):
        raise MalformedError(Code.W3C_RELATED_TWICE)
    if not all(each.hashes or each.integrity for each in found):
        raise MalformedError(Code.W3C_RELATED, "without a digest")
    return found


def parse_resource(members: Members, code: Code) -> RelatedResource:
    """Read the identifier of any object and its digests, of which there may be none.

    Raises:
        MalformedError: `code`, `w3c.digest_syntax`.
        UnsupportedError: `w3c.digest_alg`.
    """
    media_type = members.get("mediaType")
    if media_type is not None and not _is_media_type(media_type):
        raise MalformedError(code, "mediaType")
    return RelatedResource(
        id=values.url(members.get("id"), code, "id"),
        media_type=media_type if isinstance(media_type, str) else None,
        integrity=tuple(map(_integrity, _texts(members, "digestSRI"))),
        hashes=tuple(map(Multihash.parse, _texts(members, "digestMultibase"))),
    )


def digest_sri(document: bytes) -> str:
    """Write the `digestSRI` of a document with SHA-384, the least that the text recommends.

    >>> digest_sri(b"")[:15]
    'sha384-OLBgp1Gs'
    """
    return f"sha384-{b64encode(hashlib.sha384(document).digest()).decode('ascii')}"


def _is_media_type(value: object) -> bool:
    return isinstance(value, str) and _MEDIA_TYPE.fullmatch(value) is not None


def _integrity(text: str) -> Integrity:
    try:
        return Integrity.parse(text)
    except UnsupportedError as cause:
        raise UnsupportedError(Code.W3C_DIGEST_ALG) from cause
    except MalformedError as cause:
        raise MalformedError(Code.W3C_DIGEST_SYNTAX, "digestSRI") from cause


def _texts(members: Members, name: str) -> tuple[str, ...]:
    """Return the digests that stand under a name: one or more texts, none when it is absent."""
    if name not in members:
        return ()
    value = members[name]
    listed = value if isinstance(value, list | tuple) else (value,)
    found = tuple(each for each in listed if isinstance(each, str))
    if not 0 < len(listed) <= limits.MAX_W3C_OBJECTS or len(found) != len(listed):
        raise MalformedError(Code.W3C_DIGEST_SYNTAX, name)
    return found


def _multibase(text: str) -> bytes:
    from krid.keys import multikey

    try:
        if text[:1] == "u":
            return base64url.decode(text[1:])
        if text[:1] == "z":
            return multikey.decode_base58btc(text[1:])
    except KridError as cause:
        raise MalformedError(Code.W3C_DIGEST_SYNTAX, "digestMultibase") from cause
    raise MalformedError(Code.W3C_DIGEST_SYNTAX, "digestMultibase")
