"""JSON Schema of credentials (Verifiable Credentials JSON Schema Specification).

`fetch_schemas` gathers the schemas that a credential names, `Schemas` checks credentials against
them. Needs the extra `krid[schema]`.
"""

from krid.model.w3c.schema.fetch import (
    NO_SCHEMA_CREDENTIALS,
    NoSchemaCredentials,
    OpenCredential,
    fetch_schemas,
)
from krid.model.w3c.schema.json_schema import JsonSchema
from krid.model.w3c.schema.known import Schemas

__all__ = [
    "NO_SCHEMA_CREDENTIALS",
    "JsonSchema",
    "NoSchemaCredentials",
    "OpenCredential",
    "Schemas",
    "fetch_schemas",
]
