"""The documents of OpenDID as credentials need them: with states, versions and kinds of keys."""

from typing import Final, final

from krid.did.methods.omn.document import OmnDocument
from krid.did.methods.omn.method import OmnSource, fetch_document
from krid.did.syntax import Did
from krid.net import NoNetwork, Transport, run


@final
class OmnDocuments:
    """Finds the document of a DID that holds, and earlier versions of it.

    Nothing is remembered: each call asks the source.
    """

    __slots__ = ("_source", "_transport")

    def __init__(self, source: OmnSource, *, transport: Transport | None = None) -> None:
        """Ask a source, through a transport where the source needs one."""
        self._source: Final = source
        self._transport: Final = NoNetwork() if transport is None else transport

    def find(self, did: str, *, version_id: str | None = None) -> OmnDocument:
        """Return the present document, or the version asked for of a DID whose present one holds.

        Raises:
            MalformedError: `did.syntax`, `omn.syntax`, `omn.proof`, or `did.document_id`.
            ResolutionError: `did.not_found`, `did.deactivated`, `net.status`.
            RejectedError: `omn.state`, `omn.proof`.
            SignatureError: `omn.signature`.
            TransportError: whatever the transport raises.
        """
        parsed = Did.parse(did)
        present = run(fetch_document(self._source, parsed, version_id=None), self._transport)
        if version_id in (None, present.version_id):
            return present
        return run(fetch_document(self._source, parsed, version_id=version_id), self._transport)
