"""`--opendid`: documents and status records of OpenDID at hand, told apart by their content."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import click

from krid._core import strict_json
from krid._core.strict_json import Json
from krid.cli.files import read_file
from krid.errors import Code, MalformedError

if TYPE_CHECKING:
    from krid.did import DidMethod
    from krid.model import CredentialFormat, StatusSource

UNLOCKING: Final = ("any", "free", "pin", "biometric", "pin-or-biometric", "pin-and-biometric")
_WRAPPERS: Final = ("didDoc", "document", "didDocument")


@final
@dataclass(frozen=True, slots=True)
class OpenDidFiles:
    """DID documents by their DIDs, and records by the ids of the credentials, as they came."""

    documents: Mapping[str, bytes] = field(repr=False)
    records: Mapping[str, bytes] = field(repr=False)

    def methods(self) -> "tuple[DidMethod, ...]":
        """Return did:omn over these documents, nothing when there are none."""
        from krid.did import DidOmn, omn

        return (DidOmn(omn.OmnList(self.documents)),) if self.documents else ()

    def format(self, unlocking: str | None) -> "CredentialFormat":
        """Return the format that finds holders in these documents.

        Raises:
            UsageError: nobody said how keys must be unlocked.
        """
        from krid.did import omn
        from krid.opendid import OpenDidFormat, Unlocking

        if unlocking is None:
            raise click.UsageError("an OpenDID presentation needs --unlocking")
        wanted = Unlocking[unlocking.replace("-", "_").upper()]
        documents = omn.OmnDocuments(omn.OmnList(self.documents))
        return OpenDidFormat(documents=documents, unlocking=wanted)

    def status(self, lists: "StatusSource") -> "StatusSource":
        """Look statuses up in these records, and in lists where a credential names one."""
        from krid.status.records import RecordStatus, VcMetaList

        return RecordStatus(VcMetaList(self.records), lists)


def read_opendid(names: tuple[str, ...]) -> OpenDidFiles:
    """Read files that hold one document or one record each; nothing is believed.

    Raises:
        MalformedError: a `json.*` code, or `input.unknown` for something else.
    """
    documents: dict[str, bytes] = {}
    records: dict[str, bytes] = {}
    for name in names:
        raw = read_file(name)
        members = _unwrapped(strict_json.loads_object(raw))
        id_ = members.get("id")
        if not isinstance(id_, str):
            raise MalformedError(Code.INPUT_UNKNOWN, "neither a DID document nor a record")
        (documents if "verificationMethod" in members else records)[id_] = raw
    return OpenDidFiles(documents, records)


def _unwrapped(members: Mapping[str, Json]) -> Mapping[str, Json]:
    from krid.did.methods.omn.encoding import decode

    for name in (*_WRAPPERS, "vcMeta"):
        inner = members.get(name)
        if isinstance(inner, Mapping):
            return inner
        if isinstance(inner, str):
            text = inner.encode() if inner.startswith("{") else decode(inner, Code.INPUT_UNKNOWN)
            return strict_json.loads_object(text)
    return members
