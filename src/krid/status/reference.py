"""The `status` claim of a credential, with the one kind of address that krid fetches from."""

from typing import Final

from krid.errors import Code, MalformedError
from krid.model import StatusReference, parse_status

_SCHEME: Final = "https://"


def parse_reference(claim: object) -> StatusReference:
    """Read a decoded `status` claim that names a list to be fetched.

    Only https addresses are taken, though the draft would allow any URI: a list is fetched from
    nowhere else.

    Raises:
        MalformedError: `status.syntax`.
        UnsupportedError: `status.mechanism`.
    """
    reference = parse_status(claim)
    check_uri(reference.uri)
    return reference


def check_uri(uri: str) -> None:
    """Refuse an address that is not https.

    Raises:
        MalformedError: `status.syntax`.
    """
    if not uri.lower().startswith(_SCHEME) or len(uri) == len(_SCHEME):
        raise MalformedError(Code.STATUS_SYNTAX, "uri")
