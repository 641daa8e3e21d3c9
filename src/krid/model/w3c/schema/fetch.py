"""Getting the schemas of a credential over https."""

from collections.abc import Callable
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from krid._core import limits
from krid.errors import Code, ContentError, UnsupportedError
from krid.model.w3c.credential import Credential
from krid.model.w3c.node import Node
from krid.model.w3c.schema.json_schema import JsonSchema
from krid.model.w3c.schema.known import TYPES, Schemas, check_digest
from krid.net import Flow, fetch

OpenCredential: TypeAlias = Callable[[bytes], Credential]
"""Verifies the bytes of a credential that holds a schema, and returns it, or raises."""

_SCHEMA: Final = "application/schema+json, application/json"
_CREDENTIAL: Final = "application/vc+jwt, application/vc, application/json"


class NoSchemaCredentials(Enum):
    """The type of `NO_SCHEMA_CREDENTIALS`."""

    NO_SCHEMA_CREDENTIALS = "no schema credentials"


NO_SCHEMA_CREDENTIALS: Final[Literal[NoSchemaCredentials.NO_SCHEMA_CREDENTIALS]] = (
    NoSchemaCredentials.NO_SCHEMA_CREDENTIALS
)
"""Schemas that stand in credentials are refused: nobody says whom to believe about them."""


def fetch_schemas(
    credential: Credential, *, known: Schemas, open_credential: OpenCredential | NoSchemaCredentials
) -> Flow[Schemas]:
    """Gather the schemas that a credential names: those at hand, else over https.

    Fetching tells the publisher that somebody looks at such a credential. Run it with
    `krid.net.run` after the credential was verified. `open_credential` verifies a schema that
    stands in a credential of its own.

    Raises:
        ContentError: `w3c.schema_missing` for an address that is not https; `w3c.digest`.
        UnsupportedError: `w3c.schema_credential` under NO_SCHEMA_CREDENTIALS, others as
            `JsonSchema.parse`.
        MalformedError: as `JsonSchema.parse`.
        TransportError: it could not be fetched.
        KridError: as `open_credential` raises.
    """
    found = dict(known.by_address)
    for node in credential.schemas:
        address = node.id or ""
        if TYPES.isdisjoint(node.types) or address in found:
            continue
        if not address.startswith("https://"):
            raise ContentError(Code.W3C_SCHEMA_MISSING, "not an https address")
        found[address] = yield from _fetch(node, address, open_credential)
    return Schemas(MappingProxyType(found))


def _fetch(
    node: Node, address: str, open_credential: OpenCredential | NoSchemaCredentials
) -> Flow[JsonSchema]:
    """Fetch one, and look into it only when it is the one that the credential means."""
    in_credential = "JsonSchemaCredential" in node.types
    if in_credential and isinstance(open_credential, NoSchemaCredentials):
        raise UnsupportedError(Code.W3C_SCHEMA_CREDENTIAL)
    accept = _CREDENTIAL if in_credential else _SCHEMA
    response = yield from fetch(address, accept=accept, max_bytes=limits.MAX_SCHEMA_BYTES)
    check_digest(node, response.body)
    if not in_credential or isinstance(open_credential, NoSchemaCredentials):
        return JsonSchema.parse(response.body)
    return JsonSchema.of_credential(open_credential(response.body), response.body)
