"""Documents that an issuer publishes beside its status lists: metadata, types, certificates."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Self, final
from urllib.parse import urlsplit

from krid._core import base64url, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MisuseError
from krid.keys import PublicKey, jwk
from krid.sdjwt.issuer_metadata import metadata_url

_HOUR: Final = timedelta(hours=1)


@final
@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as they are served, their media type, and how long they may be kept."""

    body: bytes = field(repr=False)
    media_type: str
    keep_for: timedelta = _HOUR

    @classmethod
    def of_json(cls, members: JsonObject, *, keep_for: timedelta = _HOUR) -> Self:
        """Write a JSON object as `application/json`."""
        return cls(strict_json.dumps(members), "application/json", keep_for)

    @property
    def etag(self) -> str:
        """An entity tag of these bytes, quotes included (RFC 9110, section 8.8.3)."""
        return entity_tag(self.body)


def entity_tag(body: bytes) -> str:
    """Return a strong entity tag, quotes included."""
    return f'"{base64url.encode(hashlib.sha256(body).digest()[:15])}"'


def issuer_metadata(issuer: str, keys: Iterable[PublicKey]) -> tuple[str, Document]:
    """Return the path and the document of JWT VC issuer metadata (SD-JWT VC draft 19, section 4).

    Raises:
        MisuseError: `misuse.option` without keys.
        KridError: as `krid.sdjwt.issuer_metadata.metadata_url`.
    """
    listed: list[Json] = [dict(jwk.encode_public(key)) | {"kid": jwk.key_id(key)} for key in keys]
    if not listed:
        raise MisuseError(Code.MISUSE_OPTION, "issuer metadata without keys")
    document = Document.of_json({"issuer": issuer, "jwks": {"keys": listed}})
    return urlsplit(metadata_url(issuer)).path, document


def type_metadata(raw: bytes) -> tuple[str, Document]:
    """Return the path and the document of type metadata, byte by byte as it was written.

    The bytes are kept, since credentials may name their digest (`vct#integrity`).

    Raises:
        MisuseError: `misuse.option` when its `vct` is no https address to publish it at.
        MalformedError: a `json.*` code.
    """
    members: Mapping[str, Json] = strict_json.loads_object(raw)
    vct = members.get("vct")
    parts = urlsplit(vct) if isinstance(vct, str) else None
    if parts is None or parts.scheme != "https" or not parts.path.strip("/") or parts.query:
        raise MisuseError(Code.MISUSE_OPTION, "the vct of type metadata is no https address")
    return parts.path, Document(raw, "application/json")
