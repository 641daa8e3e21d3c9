"""Where the status lists come from that an issuer publishes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, final
from urllib.parse import urlsplit

from krid._core import strict_json, times
from krid.errors import Code, MisuseError, StatusError
from krid.jose import Jws
from krid.status import BitstringCredential, StatusListToken, VcJwt
from krid.web.documents import entity_tag

if TYPE_CHECKING:
    from krid._core.strict_json import Json

JWT_TYPE: Final = "application/statuslist+jwt"
CWT_TYPE: Final = "application/statuslist+cwt"
VC_JWT_TYPE: Final = "application/vc+jwt"

_SHARD: Final = "{shard}"
_VC_JWT: Final = "vc+jwt"
_DAY: Final = timedelta(days=1)
_NAME: Final = "([A-Za-z0-9_-]{1,64})"


class PublishedList(Protocol):
    """A signed list as it is served; `krid.status.Published` is one."""

    @property
    def token(self) -> bytes:
        """The bytes of the token."""
        ...

    @property
    def etag(self) -> str:
        """A strong entity tag, quotes included."""
        ...

    @property
    def issued_at(self) -> datetime:
        """When it was signed."""
        ...

    @property
    def expires_at(self) -> datetime:
        """When it ends."""
        ...

    @property
    def ttl(self) -> timedelta | None:
        """How long it may be kept, where it says so."""
        ...


class PublishedLists(Protocol):
    """Signed lists by the path of their address."""

    def media_types(self, path: str) -> Sequence[str]:
        """The forms in which the list at a path is published, the preferred one first."""
        ...

    def covers(self, path: str) -> bool:
        """Tell by a glance whether a path is one at which lists lie."""
        ...

    def find(self, path: str, media_type: str, *, at: datetime | None) -> PublishedList | None:
        """Return the newest list at a path, or the one served `at` a moment; None for no list.

        Raises:
            StatusError: `status.unavailable` when there is a list, but none for the moment.
            StoreError: the lists could not be read.
        """
        ...

    def aggregation(self, *, now: datetime) -> bytes:
        """Return the addresses of all lists (Token Status List, section 9.3)."""
        ...


class Form(Protocol):
    """A form of lists; `krid.status.ListForm` is one."""

    @property
    def media_type(self) -> str:
        """Its media type."""
        ...

    def address(self, uri: str) -> str:
        """Return where its list lies for the shard at an address."""
        ...


FormT_contra = TypeVar("FormT_contra", bound=Form, contravariant=True)


class Registry(Protocol[FormT_contra]):
    """Status lists of a database; `krid.status.StatusRegistry` is one."""

    def published(self, shard: str, *, at: datetime | None, form: FormT_contra) -> PublishedList:
        """Return the newest token of a shard, or the one that was served at a moment.

        Raises:
            StatusError: `status.unavailable` when there is none.
        """
        ...

    def aggregation(self, *, now: datetime) -> bytes:
        """Return the addresses of all shards."""
        ...


@final
class RegistryLists:
    """The lists of a registry, whose address is `uri` with `{shard}` in its path."""

    def __init__(
        self, registry: Registry[FormT_contra], uri: str, *, forms: Sequence[FormT_contra]
    ) -> None:
        """Publish the shards of a registry in these forms, the preferred one first.

        Raises:
            MisuseError: `misuse.option` without forms, or without `{shard}` in the path.
        """
        if not forms:
            raise MisuseError(Code.MISUSE_OPTION, "a registry without forms")
        places: dict[re.Pattern[str], dict[str, _Finder]] = {}
        for form in forms:
            at = places.setdefault(_pattern(form.address(uri)), {})
            at[form.media_type] = _finder(registry, form)
        self._places: Final = places
        self._aggregation: Final = registry.aggregation

    def media_types(self, path: str) -> Sequence[str]:
        """The forms in which the list at a path is published, the preferred one first."""
        return tuple(self._at(path)[1])

    def covers(self, path: str) -> bool:
        """Tell whether a path is one of a shard's; there may be no such shard."""
        return bool(self._at(path)[1])

    def find(self, path: str, media_type: str, *, at: datetime | None) -> PublishedList | None:
        """Return the newest token at a path, or the one served `at` a moment.

        Raises:
            StatusError: `status.unavailable`.
            StoreError: the database could not be read.
        """
        shard, finders = self._at(path)
        finder = finders.get(media_type)
        return None if finder is None else finder(shard, at)

    def aggregation(self, *, now: datetime) -> bytes:
        """Return the addresses of all shards."""
        return self._aggregation(now=now)

    def _at(self, path: str) -> tuple[str, Mapping[str, "_Finder"]]:
        """Return the shard that a path names, and the finders of what lies there."""
        for pattern, finders in self._places.items():
            if named := pattern.fullmatch(path):
                return named[1], finders
        return "", {}


def _pattern(uri: str) -> re.Pattern[str]:
    before, mark, after = urlsplit(uri).path.partition(_SHARD)
    if not mark:
        raise MisuseError(Code.MISUSE_OPTION, "a registry without {shard} in its path")
    return re.compile(f"{re.escape(before)}{_NAME}{re.escape(after)}", re.ASCII)


class _Finder(Protocol):
    def __call__(self, shard: str, at: datetime | None, /) -> PublishedList: ...


def _finder(registry: Registry[FormT_contra], form: FormT_contra) -> _Finder:
    def find(shard: str, at: datetime | None, /) -> PublishedList:
        return registry.published(shard, at=at, form=form)

    return find


@final
@dataclass(frozen=True, slots=True)
class _Signed:
    """A list that somebody signed elsewhere."""

    uri: str
    media_type: str
    token: bytes = field(repr=False)
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta | None

    @property
    def etag(self) -> str:
        return entity_tag(self.token)


@final
class SignedLists:
    """Lists that were signed elsewhere and handed over as files: tokens and credentials, as JWT.

    Of several with one address the newest is served; `at` finds the others.
    """

    def __init__(self, tokens: Iterable[str]) -> None:
        """Read tokens; their signatures are not checked, for whoever fetches them does.

        Raises:
            KridError: as `krid.status.StatusListToken.parse`, or for the credential of a list of
                the W3C as `krid.status.VcJwt.parse` and `BitstringCredential.parse`.
        """
        read = sorted((_read(token) for token in tokens), key=lambda one: one.issued_at)
        self._by_path: Final[Mapping[str, list[_Signed]]] = {
            urlsplit(each.uri).path: [one for one in read if one.uri == each.uri] for each in read
        }

    def media_types(self, path: str) -> Sequence[str]:
        """The one form of the list at a path."""
        return tuple(each.media_type for each in self._by_path.get(path, [])[-1:])

    def covers(self, path: str) -> bool:
        """Tell whether a list lies at a path."""
        return path in self._by_path

    def find(self, path: str, media_type: str, *, at: datetime | None) -> PublishedList | None:
        """Return the newest token at a path, or the newest that was in force at a moment.

        Raises:
            StatusError: `status.unavailable`.
        """
        found = self._by_path.get(path)
        if found is None or media_type not in self.media_types(path):
            return None
        if at is None:
            return found[-1]
        for one in reversed(found):
            if one.issued_at <= at < one.expires_at:
                return one
        raise StatusError(Code.STATUS_UNAVAILABLE)

    def aggregation(self, *, now: datetime) -> bytes:
        """Return the addresses of all tokens that have not ended."""
        newest = [found[-1] for found in self._by_path.values()]
        tokens = [each for each in newest if each.media_type == JWT_TYPE]
        addresses: list[Json] = [each.uri for each in tokens if now < each.expires_at]
        return strict_json.dumps({"status_lists": addresses})


def _read(text: str) -> _Signed:
    if Jws.parse(text).header.get("typ") == _VC_JWT:
        return _read_credential(text.encode("ascii"))
    token = StatusListToken.parse_jwt(text).claims
    end = token.expires_at or token.issued_at + (token.ttl or _DAY)
    begin = times.aware(token.issued_at)
    return _Signed(token.uri, JWT_TYPE, text.encode("ascii"), begin, end, token.ttl)


def _read_credential(raw: bytes) -> _Signed:
    found = BitstringCredential.parse(VcJwt().parse(raw).credential)
    end = found.valid_until or found.issued_at + (found.ttl or _DAY)
    return _Signed(found.id, VC_JWT_TYPE, raw, found.issued_at, end, found.ttl)
