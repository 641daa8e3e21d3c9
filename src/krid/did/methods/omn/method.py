"""The did:omn method: documents of the Korean OpenDID system, from wherever they are kept."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, final
from urllib.parse import quote

from krid._core import limits
from krid._core.strict_json import JsonObject
from krid.did.methods.omn.document import OmnDocument, State
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.errors import Code, RejectedError, ResolutionError
from krid.net import Flow, Request

_METHOD: Final = "omn"
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)
_GONE: Final = frozenset({404, 410})


class OmnSource(Protocol):
    """Where documents are had: the system's own resolver, a ledger, or a list at hand."""

    def fetch(self, did: Did, *, version_id: str | None) -> Flow[bytes]:
        """Return the answer for a DID, or for one of its versions, as it came.

        Raises:
            ResolutionError: `did.not_found`.
        """
        ...


@final
@dataclass(frozen=True, slots=True)
class OmnHttp:
    """The resolver of the system over https; `address` ends in `/api/v1/did-doc`.

    It answers with the document, or with an object that wraps it, behind the gateway.
    """

    address: str

    def fetch(self, did: Did, *, version_id: str | None) -> Flow[bytes]:
        """Ask for a document."""
        query = f"did={quote(str(did), safe='')}"
        if version_id is not None:
            query += f"&versionId={quote(version_id, safe='')}"
        response = yield Request(
            f"{self.address}?{query}",
            headers={"Accept": "application/json"},
            max_bytes=limits.MAX_DID_DOCUMENT_BYTES,
        )
        if response.status in _GONE:
            raise ResolutionError(Code.DID_NOT_FOUND)
        if response.status != 200:
            raise ResolutionError(Code.NET_STATUS, str(response.status))
        return response.body


@final
@dataclass(frozen=True, slots=True)
class OmnList:
    """Documents at hand, by their DIDs: for checking without a network."""

    documents: Mapping[str, bytes]

    def fetch(self, did: Did, *, version_id: str | None) -> Flow[bytes]:  # noqa: ARG002  checked later
        """Find a document."""
        yield from ()  # A flow that asks for nothing.
        raw = self.documents.get(str(did))
        if raw is None:
            raise ResolutionError(Code.DID_NOT_FOUND)
        return raw


@final
@dataclass(frozen=True, slots=True)
class DidOmn:
    """The did:omn method: every proof of a document is verified, and its state is heeded.

    That the document is the one of the ledger is the word of the source.
    """

    source: OmnSource

    @property
    def name(self) -> str:
        """`omn`."""
        return _METHOD

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Have the document of a DID, verify it, and return it in the form of the W3C.

        Raises:
            ResolutionError: `did.syntax`, `did.not_found`, `did.deactivated`, `did.option` when a
                version is asked for by time, or `net.status`.
            MalformedError: `omn.syntax`, `omn.proof`, `did.document_id`, or `did.document`.
            SignatureError: `omn.signature`.
            RejectedError: `omn.state` for a DID that is revoked or terminated, or `omn.proof`.
            TransportError: whatever the transport raises.
        """
        if _IDENTIFIER.fullmatch(did.identifier) is None:
            raise ResolutionError(Code.DID_SYNTAX, "did:omn")
        if options.version_time is not None or options.version_number is not None:
            raise ResolutionError(Code.DID_OPTION, "versions by time or number")
        found = yield from fetch_document(self.source, did, version_id=options.version_id)
        return Resolved(found.to_standard(), _metadata(found))


def fetch_document(source: OmnSource, did: Did, *, version_id: str | None) -> Flow[OmnDocument]:
    """Have a document, or one version of it, verified and of a DID that holds.

    Raises:
        KridError: as `DidOmn.resolve`, but for its options.
    """
    raw = yield from source.fetch(did, version_id=version_id)
    found = OmnDocument.parse(raw, did=did)
    if version_id not in (None, found.version_id):
        raise ResolutionError(Code.DID_NOT_FOUND, "version")
    _check_state(found.state)
    return found


def _check_state(state: State) -> None:
    if state is State.DEACTIVATED:
        raise ResolutionError(Code.DID_DEACTIVATED)
    if state is not State.ACTIVATED:
        raise RejectedError(Code.OMN_STATE, state.value)


def _metadata(found: OmnDocument) -> JsonObject:
    return {"versionId": found.version_id, "deactivated": False, **dict(_dates(found))}


def _dates(found: OmnDocument) -> Iterator[tuple[str, str]]:
    for name in ("created", "updated"):
        value = found.members.get(name)
        if isinstance(value, str):
            yield name, value
