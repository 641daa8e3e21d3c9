"""What a credential refers to, and every way to secure it has to follow: statuses and schemas."""

from typing import TYPE_CHECKING

from krid.model.bitstring_entry import parse_bitstring_entries
from krid.model.credential import Check
from krid.model.status_entry import StatusEntry
from krid.model.trail import Trail
from krid.model.w3c.credential import Credential

if TYPE_CHECKING:
    from krid.model.w3c.schema import Schemas


def status_of(credential: Credential) -> tuple[StatusEntry, ...]:
    """Return what must be looked up of a credential's status.

    Raises:
        UnsupportedError: `status.mechanism` for one that krid does not know.
        MalformedError: `status.syntax`.
    """
    if not credential.status:
        return ()
    return parse_bitstring_entries(credential.document["credentialStatus"])


def check_schemas(schemas: "Schemas | None", credential: Credential, trail: Trail) -> None:
    """Check a credential against the schemas that it names, where a verifier has any.

    Raises:
        KridError: as `Schemas.check`.
    """
    if schemas is not None:
        trail.check = Check.TYPE
        schemas.check(credential)
        trail.prove(Check.TYPE, "every JSON Schema that it names")
