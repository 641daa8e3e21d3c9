"""JWT VC issuer metadata: an issuer's keys at a well-known address (SD-JWT VC, section 4)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self, final

from krid._core import limits, shape, strict_json
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json
from krid.errors import Code, ContentError, KridError, MalformedError, TransportError
from krid.keys import PublicKey, jwk
from krid.net import Flow, HttpsUrl, Response, fetch

_WELL_KNOWN: Final = "/.well-known/jwt-vc-issuer"
_JSON: Final = "application/json"
_JWK_SET: Final = frozenset({_JSON, "application/jwk-set+json"})
_SECRET: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_AUTHORITY: Final = re.compile(r"(https://[^/?#]+)(/[^?#]*)?", re.ASCII)
_MAX_AGE: Final = re.compile(r"(?:^|[ ,])max-age=\"?([0-9]{1,9})\"?(?=$|[ ,])", re.ASCII)
_UNCACHED: Final = re.compile(r"(?:^|[ ,])(?:no-store|no-cache)(?=$|[ ,])", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class PublishedKey:
    """One key of an issuer: its `kid`, and the members of its JWK, read-only."""

    key: PublicKey
    key_id: str | None
    members: Mapping[str, object] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class IssuerMetadata:
    """What an issuer publishes about itself: its keys, or where they are, never both."""

    issuer: str
    keys: tuple[PublishedKey, ...] | None
    jwks_uri: str | None

    @classmethod
    def parse(cls, raw: bytes, *, issuer: str) -> Self:
        """Read the metadata of the issuer that was asked for (sections 4.2 and 4.3).

        Raises:
            ContentError: `issuer.foreign` when it is about another issuer.
            MalformedError: `issuer.syntax`, `key.private`, or a `json.*` code.
        """
        members = strict_json.loads_object(raw, max_bytes=limits.MAX_ISSUER_METADATA_BYTES)
        if shape.text(members.get("issuer"), Code.ISSUER_SYNTAX) != issuer:
            raise ContentError(Code.ISSUER_FOREIGN)
        if ("jwks" in members) is ("jwks_uri" in members):
            raise MalformedError(Code.ISSUER_SYNTAX, "jwks or jwks_uri, and not both")
        if "jwks" in members:
            return cls(issuer, _key_set(members["jwks"]), None)
        return cls(issuer, None, _jwks_uri(members["jwks_uri"]))


@final
@dataclass(frozen=True, slots=True)
class IssuerKeySet:
    """The keys of an issuer, and how long HTTP lets one reuse them; None if it does not say."""

    issuer: str
    keys: tuple[PublishedKey, ...]
    fresh_for: timedelta | None


def metadata_url(issuer: str) -> str:
    """Form the address of an issuer's metadata (sections 4 and 4.1).

    Raises:
        MalformedError: `issuer.address` for a name that is no https address, or one with
            a query, a fragment, a user part, or dots or an empty segment in its path.

    >>> metadata_url("https://example.com/tenant/1234")
    'https://example.com/.well-known/jwt-vc-issuer/tenant/1234'
    """
    match = _AUTHORITY.fullmatch(issuer)
    if match is None:
        raise MalformedError(Code.ISSUER_ADDRESS)
    path = (match[2] or "").removesuffix("/")
    if not {"", ".", ".."}.isdisjoint(path.split("/")[1:]):
        raise MalformedError(Code.ISSUER_ADDRESS, "path")
    url = f"{match[1]}{_WELL_KNOWN}{path}"
    try:
        HttpsUrl.parse(url)
    except TransportError as cause:
        raise MalformedError(Code.ISSUER_ADDRESS) from cause
    return url


def parse_key_set(raw: bytes) -> tuple[PublishedKey, ...]:
    """Read a JWK Set (RFC 7517, section 5), passing over keys of kinds that krid does not know.

    Raises:
        MalformedError: `issuer.syntax`, `key.private` when a key of it is not public,
            or a `json.*` code.
    """
    return _key_set(strict_json.loads(raw, max_bytes=limits.MAX_ISSUER_METADATA_BYTES))


def fetch_issuer_keys(issuer: str) -> Flow[IssuerKeySet]:
    """Fetch an issuer's metadata, and its keys where they lie elsewhere.

    Whether the issuer is to be trusted is for the caller to settle, before this is called: the
    name of an unverified credential leads anywhere. Run it with `krid.net.run`.

    Raises:
        MalformedError: `issuer.address`, `issuer.syntax`, `key.private`, or a
            `json.*` code.
        ContentError: `issuer.foreign`.
        TransportError: they could not be fetched.
    """
    response = yield from _fetch(metadata_url(issuer), frozenset({_JSON}))
    metadata = IssuerMetadata.parse(response.body, issuer=issuer)
    lifetimes = [lifetime(response)]
    keys = metadata.keys
    if metadata.jwks_uri is not None:
        response = yield from _fetch(metadata.jwks_uri, _JWK_SET)
        keys = parse_key_set(response.body)
        lifetimes.append(lifetime(response))
    said = [lifetime for lifetime in lifetimes if lifetime is not None]
    return IssuerKeySet(issuer, keys or (), min(said, default=None))


def _fetch(url: str, media_types: frozenset[str]) -> Flow[Response]:
    accept = ", ".join(sorted(media_types))
    response = yield from fetch(url, accept=accept, max_bytes=limits.MAX_ISSUER_METADATA_BYTES)
    if response.media_type not in media_types:
        raise MalformedError(Code.ISSUER_SYNTAX, "media type")
    return response


def lifetime(response: Response) -> timedelta | None:
    """Return how long an answer may be reused, if it says so (RFC 9111, section 5.2.2)."""
    said = response.header("cache-control").lower()
    if _UNCACHED.search(said):
        return timedelta(0)
    match = _MAX_AGE.search(said)
    return None if match is None else timedelta(seconds=int(match[1]))


def _jwks_uri(value: Json) -> str:
    uri = shape.text(value, Code.ISSUER_SYNTAX)
    try:
        HttpsUrl.parse(uri)
    except TransportError as cause:
        raise MalformedError(Code.ISSUER_SYNTAX, "jwks_uri") from cause
    return uri


def _key_set(value: Json) -> tuple[PublishedKey, ...]:
    members = shape.mapping(value, Code.ISSUER_SYNTAX)
    entries = shape.sequence(members.get("keys"), Code.ISSUER_SYNTAX)
    if len(entries) > limits.MAX_ISSUER_KEYS:
        raise MalformedError(Code.ISSUER_SYNTAX, "too many keys")
    return tuple(_known(entries))


def _known(entries: Sequence[object]) -> list[PublishedKey]:
    read = [_key(shape.mapping(entry, Code.ISSUER_SYNTAX)) for entry in entries]
    return [key for key in read if key is not None]


def _key(members: Mapping[str, object]) -> PublishedKey | None:
    """Read one key, None where krid can't use it: an issuer may publish others beside."""
    if not _SECRET.isdisjoint(members):
        raise MalformedError(Code.KEY_PRIVATE)
    key_id = members.get("kid")
    if key_id is not None and not isinstance(key_id, str):
        raise MalformedError(Code.ISSUER_SYNTAX, "kid")
    try:
        key = jwk.parse_public(members)
    except KridError:
        return None
    return PublishedKey(key, key_id, freeze_object(members))
