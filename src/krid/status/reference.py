"""The `status` claim of a credential (Token Status List, section 6.2)."""

from typing import Final

from krid._core import shape
from krid.errors import Code, MalformedError, StatusError
from krid.model import StatusReference

_SCHEME: Final = "https://"


def parse_reference(claim: object) -> StatusReference:
    """Read a decoded `status` claim, of JSON or of CBOR.

    Members other than `status_list`, and others inside it, are passed over: section 6.1 leaves
    them to other specifications. Only https addresses are taken, though the draft would allow
    any URI: a list is fetched from nowhere else.

    Raises:
        MalformedError: `status.syntax`.
        StatusError: `status.missing` when the claim knows other mechanisms only.
    """
    mechanisms = shape.mapping(claim, Code.STATUS_SYNTAX)
    if "status_list" not in mechanisms:
        raise StatusError(Code.STATUS_MISSING)
    members = shape.mapping(mechanisms["status_list"], Code.STATUS_SYNTAX)
    index = shape.integer(members.get("idx"), Code.STATUS_SYNTAX)
    uri = shape.text(members.get("uri"), Code.STATUS_SYNTAX)
    if index < 0:
        raise MalformedError(Code.STATUS_SYNTAX, "idx")
    check_uri(uri)
    return StatusReference(uri, index)


def encode_reference(reference: StatusReference) -> dict[str, dict[str, int | str]]:
    """Write the value of a `status` claim.

    >>> encode_reference(StatusReference("https://mois.example/status/1", 7))
    {'status_list': {'idx': 7, 'uri': 'https://mois.example/status/1'}}
    """
    return {"status_list": {"idx": reference.index, "uri": reference.uri}}


def check_uri(uri: str) -> None:
    """Refuse an address that is not https.

    Raises:
        MalformedError: `status.syntax`.
    """
    if not uri.lower().startswith(_SCHEME) or len(uri) == len(_SCHEME):
        raise MalformedError(Code.STATUS_SYNTAX, "uri")
