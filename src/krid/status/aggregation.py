"""Which lists an issuer has: Status List Aggregation (Token Status List, section 9)."""

from collections.abc import Mapping
from typing import Final

from krid._core import limits, shape, strict_json
from krid._core.arguments import typed
from krid.errors import Code, MalformedError
from krid.net import Flow, fetch
from krid.status.reference import check_uri

_MEDIA_TYPE: Final = "application/json"
_METADATA: Final = "status_list_aggregation_endpoint"


def parse_aggregation(raw: bytes) -> tuple[str, ...]:
    """Read an aggregation: the addresses of lists, in their order and each once.

    Raises:
        MalformedError: `status.aggregation`; `status.syntax` for an address that is not https;
            a `json.*` code.

    >>> parse_aggregation(b'{"status_lists": ["https://mois.example/status/1"]}')
    ('https://mois.example/status/1',)
    """
    members = strict_json.loads_object(raw, max_bytes=limits.MAX_AGGREGATION_BYTES)
    uris = shape.texts(members.get("status_lists"), Code.STATUS_AGGREGATION)
    if len(uris) > limits.MAX_AGGREGATED_STATUS_LISTS:
        raise MalformedError(Code.STATUS_AGGREGATION, f"{len(uris)} lists")
    for uri in uris:
        check_uri(uri)
    return tuple(dict.fromkeys(uris))


def encode_aggregation(uris: tuple[str, ...]) -> bytes:
    """Write an aggregation, as it is served under `application/json`.

    Raises:
        MisuseError: `misuse.type`.
    """
    typed("uris", uris, list, tuple)
    return strict_json.dumps({"status_lists": list(uris)})


def fetch_aggregation(uri: str) -> Flow[tuple[str, ...]]:
    """Fetch an aggregation; nothing signs it, so that it says what to fetch and no more.

    Raises:
        MalformedError: as `parse_aggregation`, and `status.aggregation` for another media type
            than `application/json`.
        TransportError: `net.status`, `net.size`, and whatever the transport raises.
    """
    check_uri(uri)
    response = yield from fetch(uri, accept=_MEDIA_TYPE, max_bytes=limits.MAX_AGGREGATION_BYTES)
    if response.media_type != _MEDIA_TYPE:
        raise MalformedError(Code.STATUS_AGGREGATION, "media type")
    return parse_aggregation(response.body)


def aggregation_endpoint(metadata: Mapping[str, object]) -> str | None:
    """Return where an issuer's metadata says that its aggregation is (section 9.1).

    Raises:
        MalformedError: `status.syntax`.
    """
    if _METADATA not in shape.mapping(metadata, Code.STATUS_SYNTAX):
        return None
    uri = shape.text(metadata[_METADATA], Code.STATUS_SYNTAX)
    check_uri(uri)
    return uri
