"""Any JSON as the members of a JSON Schema, and a credential checked against it."""

from krid._core import strict_json
from krid.errors import KridError
from krid.model.w3c import Credential
from krid.model.w3c.schema import JsonSchema

MAX_BYTES = 4_096
_HEAD = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:a"}
_CREDENTIAL = Credential.from_document(
    {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:a",
        "credentialSubject": {"a": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "b": [1, 1.0, {}], "c": {}},
    }
)


def target(data: bytes) -> None:
    """Read and check; nothing but KridError may come out, and never late."""
    try:
        members = strict_json.loads_object(data)
        JsonSchema.parse(strict_json.dumps({**members, **_HEAD})).check(_CREDENTIAL)
    except KridError:
        return
