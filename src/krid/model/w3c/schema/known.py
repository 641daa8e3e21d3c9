"""Schemas at hand, and checking credentials against those that they name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, final

from krid.errors import Code, ContentError
from krid.model.w3c.credential import Credential
from krid.model.w3c.node import Node
from krid.model.w3c.related import parse_resource
from krid.model.w3c.schema.json_schema import JsonSchema

TYPES: Final = frozenset({"JsonSchema", "JsonSchemaCredential"})


@final
@dataclass(frozen=True, slots=True)
class Schemas:
    """Schemas by the addresses under which credentials name them."""

    by_address: Mapping[str, JsonSchema] = field(repr=False)

    @classmethod
    def of(cls, *schemas: JsonSchema) -> Self:
        """Take schemas under their own `$id`, which is their address by recommendation."""
        return cls(MappingProxyType({schema.id: schema for schema in schemas}))

    def check(self, credential: Credential) -> None:
        """Check a credential against every schema that it names (VCDM, section 4.11).

        Schemas of types that krid does not know are passed over, as VC-JOSE-COSE, section 6,
        demands.

        Raises:
            ContentError: `w3c.schema_missing` for one that is not at hand, `w3c.digest`,
                `w3c.schema_mismatch`, `w3c.schema_limit`.
            MalformedError: `w3c.digest_syntax`.
            UnsupportedError: `w3c.digest_alg`, `w3c.schema_reference`.
        """
        for node in credential.schemas:
            if TYPES.isdisjoint(node.types):
                continue
            schema = self.by_address.get(node.id or "")
            if schema is None:
                raise ContentError(Code.W3C_SCHEMA_MISSING)
            check_digest(node, schema.raw)
            schema.check(credential)


def check_digest(node: Node, raw: bytes) -> None:
    """Check the digests that the credential has for a schema, if any (JSON Schema, section 5.1).

    Raises:
        ContentError: `w3c.digest`.
        MalformedError: `w3c.digest_syntax`.
        UnsupportedError: `w3c.digest_alg`.
    """
    parse_resource(node.members, Code.W3C_SCHEMA).check(raw)
