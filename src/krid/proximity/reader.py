"""The verifier's side of a session in proximity, without input or output."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, Self, final

from krid import mdoc
from krid._core.clock import Clock
from krid.errors import BindingError, Code, ContentError, MisuseError
from krid.exchange import PresentationRequest, PresentationResponse
from krid.keys import KeyAgreement, LocalKey, Signer
from krid.mdoc import (
    QR_HANDOVER,
    DeviceResponse,
    Handover,
    ItemsRequest,
    MdocFormat,
    NfcHandover,
    SessionTranscript,
)
from krid.model import CredentialQuery, DoctypeValue, Query
from krid.proximity.cipher import Role, SessionCipher
from krid.proximity.engagement import DeviceEngagement
from krid.proximity.messages import SessionData, SessionEstablishment, SessionStatus
from krid.proximity.nfc import HandoverRequest, HandoverSelect
from krid.proximity.questions import FORMAT, PURPOSE, is_sentence
from krid.proximity.retrieval import RetrievalMethod
from krid.proximity.talk import Ended, Talk, Then
from krid.query import CredentialChoice
from krid.verifier import Verified, Verifier


@final
@dataclass(frozen=True, slots=True)
class ReaderIdentity:
    """Who a reader proves to be: its key, and certificates as DER, its own first."""

    signer: Signer = field(repr=False)
    certificates: Sequence[bytes] = field(repr=False)


class Declined(Enum):
    """The type of `DECLINED`."""

    DECLINED = "no document"


DECLINED: Final[Literal[Declined.DECLINED]] = Declined.DECLINED
"""The phone returned nothing: the person did not agree, or has no such card, which is not told."""


@final
class ReaderSession:
    """One session of a reader with one phone. Made by `by_qr` and `by_nfc`.

    `verifier` asks and verifies, with the same checks and the same report as online. `methods` are
    the ways to connect. After a refusal the session is over, and `farewell` is what to send. Not
    safe between threads.
    """

    def __init__(
        self,
        engagement: DeviceEngagement,
        handover: Handover,
        *,
        methods: tuple[RetrievalMethod, ...],
        verifier: Verifier,
        identity: ReaderIdentity,
        clock: Clock,
        key: KeyAgreement | None = None,
    ) -> None:
        """Begin a session; `key` is for this session alone, None for a new one.

        Raises:
            MisuseError: `proximity.curve` for a key of another curve than the phone's.
        """
        own = LocalKey.generate_on(engagement.key.curve) if key is None else key
        if own.public_key.curve is not engagement.key.curve:
            raise MisuseError(Code.PROXIMITY_CURVE)
        self.engagement: Final = engagement
        self.methods: Final = methods
        self._key: Final = own
        self._encoded_key: Final = mdoc.encode_reader_key(own.public_key)
        self._identity: Final = identity
        self._verifier: Final = verifier.with_format(MdocFormat(reader_key=own))
        self._talk: Final = Talk(clock)
        self._pending: PresentationRequest | None = None
        self._transcript: Final = SessionTranscript.of_proximity(
            device_engagement=engagement.raw, reader_key=self._encoded_key, handover=handover
        )

    @classmethod
    def by_qr(
        cls, text: str, *, verifier: Verifier, identity: ReaderIdentity, clock: Clock
    ) -> Self:
        """Begin with the text of a QR code.

        Raises:
            MalformedError, UnsupportedError: as `DeviceEngagement.from_uri`.
        """
        engagement = DeviceEngagement.from_uri(text)
        return cls(
            engagement,
            QR_HANDOVER,
            methods=engagement.methods,
            verifier=verifier,
            identity=identity,
            clock=clock,
        )

    @classmethod
    def by_nfc(
        cls,
        select: bytes,
        *,
        request: HandoverRequest | None,
        verifier: Verifier,
        identity: ReaderIdentity,
        clock: Clock,
    ) -> Self:
        """Begin with a phone's handover select; `request` is what it answers, None for nothing.

        Raises:
            MalformedError: as `HandoverSelect.parse`, `HandoverSelect.methods` and
                `DeviceEngagement.parse`.
            UnsupportedError: as `DeviceEngagement.parse`.
        """
        chosen = HandoverSelect.parse(select)
        handover = NfcHandover(chosen.raw, None if request is None else request.raw)
        return cls(
            DeviceEngagement.parse(chosen.engagement),
            handover,
            methods=chosen.methods(request),
            verifier=verifier,
            identity=identity,
            clock=clock,
        )

    @property
    def has_ended(self) -> bool:
        """Tell whether the session is over."""
        return self._talk.has_ended

    @property
    def farewell(self) -> bytes | None:
        """What to send before the link is closed, after a refusal; None where there was none."""
        return self._talk.farewell

    def ask(self, *asked: CredentialQuery | CredentialChoice | Query, purpose: str) -> bytes:
        """Return the message that asks: the first establishes the session.

        `asked` are mdocs by doctype with the elements to show, one query for each doctype; a
        device request has no alternatives. Values that are asked for, and authorities, are checked
        in the answer. `purpose` is a sentence for the person who decides, of one line.

        Raises:
            MisuseError: `proximity.query` for what has no form in a device request;
                `proximity.order` before the answer to the last; `misuse.purpose`; as
                `Verifier.request`.
            BindingError, ValidityError: `proximity.ended`, `proximity.expired`.
        """
        self._talk.check_open()
        if self._pending is not None:
            raise MisuseError(Code.PROXIMITY_ORDER, "not answered yet")
        if not is_sentence(purpose):
            raise MisuseError(Code.MISUSE_PURPOSE)
        pending = self._verifier.request(*asked, purpose=purpose, transcript=self._transcript.raw)
        request = self._signed(_items(pending.query, purpose))
        message = self._first(request) if not self._talk.is_established else self._next(request)
        self._pending = pending
        return message

    def receive(self, message: bytes) -> Verified | Declined | Ended:
        """Take a whole message of the phone, and verify what it brings.

        Whatever is refused ends the session.

        Raises:
            MalformedError: `proximity.message`, `proximity.size`, and what a response can be
                wrong in.
            SignatureError: `proximity.decryption`.
            BindingError: `proximity.order` for what nobody asked for; `proximity.ended`.
            ContentError: `mdoc.status`, `query.unasked`, `query.multiple`.
            RejectedError: as `Verifier.verify`.
            ValidityError: `proximity.expired`.
        """
        with self._talk.receiving():
            data = SessionData.parse(message)
            if data.data is None:
                return self._ended(data.status)
            if self._pending is None:
                raise BindingError(Code.PROXIMITY_ORDER, "an answer that nobody asked for")
            pending, self._pending = self._pending, None
            outcome = self._verified(self._talk.open(data.data), pending)
            if data.status is not None:
                self._talk.close()
            return outcome

    def end(self) -> bytes:
        """End the session, and return the message that says so."""
        return self._talk.end(SessionStatus.TERMINATION)

    def close(self) -> None:
        """End the session without a word, as when the link has gone; the keys are dropped."""
        self._talk.close()

    def _ended(self, status: SessionStatus | None) -> Ended:
        self._talk.close()
        return Ended(status or SessionStatus.TERMINATION)

    def _first(self, request: bytes) -> bytes:
        cipher = SessionCipher.derive(
            self._key, self.engagement.key, transcript=self._transcript, role=Role.READER
        )
        self._talk.establish(cipher)
        return SessionEstablishment(self._encoded_key, self._talk.seal_first(request)).encode()

    def _next(self, request: bytes) -> bytes:
        return self._talk.seal(request, then=Then.GO_ON)

    def _signed(self, items: Sequence[ItemsRequest]) -> bytes:
        signer = self._identity.signer
        signed = (
            mdoc.prepare_doc_request(
                each,
                transcript=self._transcript,
                alg=signer.alg,
                certificates=self._identity.certificates,
            ).sign_with(signer)
            for each in items
        )
        return mdoc.encode_device_request(mdoc.DeviceRequest(tuple(signed)))

    def _verified(self, plaintext: bytes, pending: PresentationRequest) -> Verified | Declined:
        response = mdoc.parse_device_response(plaintext)
        if response.status != mdoc.ResponseStatus.OK:
            raise ContentError(Code.MDOC_STATUS, f"status {response.status}")
        if not response.documents:
            return DECLINED
        presentations = _by_query(response, pending.query)
        return self._verifier.verify(PresentationResponse(pending.state, presentations))


def _items(asked: Query, purpose: str) -> tuple[ItemsRequest, ...]:
    """Write each query as what a reader signs."""
    doctypes = [_doctype(each) for each in asked.credentials]
    if asked.credential_sets or len(set(doctypes)) != len(doctypes):
        raise MisuseError(Code.PROXIMITY_QUERY, "alternatives, or a doctype twice")
    return tuple(
        ItemsRequest.of(doctype, _elements(each), info={PURPOSE: purpose})
        for doctype, each in zip(doctypes, asked.credentials, strict=True)
    )


def _doctype(asked: CredentialQuery) -> str:
    if asked.format != FORMAT or not isinstance(asked.wanted, DoctypeValue):
        raise MisuseError(Code.PROXIMITY_QUERY, "not an mdoc by its doctype")
    if asked.claim_sets or asked.multiple or not asked.claims:
        raise MisuseError(Code.PROXIMITY_QUERY, "claim sets, several, or no claims")
    return asked.wanted.value


def _elements(asked: CredentialQuery) -> dict[str, dict[str, bool]]:
    elements: dict[str, dict[str, bool]] = {}
    for each in asked.claims:
        namespace, name = each.path
        elements.setdefault(str(namespace), {})[str(name)] = each.intent_to_retain is True
    return elements


def _by_query(response: DeviceResponse, asked: Query) -> dict[str, tuple[bytes, ...]]:
    """Give each document to the query of its doctype, as a response of its own."""
    ids = {_doctype(each): each.id for each in asked.credentials}
    found: dict[str, tuple[bytes, ...]] = {}
    for document in response.documents:
        name = ids.get(document.doctype)
        if name is None:
            raise ContentError(Code.QUERY_UNASKED)
        if name in found:
            raise ContentError(Code.QUERY_MULTIPLE)
        alone = DeviceResponse(response.version, (document,), (), response.status)
        found[name] = (mdoc.encode_device_response(alone),)
    return found
