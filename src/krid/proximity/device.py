"""The holder's side of a session in proximity, without input or output.

The caller moves bytes: it shows the engagement, gives in each whole message that arrives, and
sends what comes out.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Self, final
from uuid import UUID

from krid import mdoc
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import BindingError, Code, KridError, MisuseError
from krid.exchange import AuthenticatedRequest, PresentationResponse
from krid.keys import Curve, KeyAgreement, LocalKey
from krid.mdoc import QR_HANDOVER, Handover, NfcHandover, SessionTranscript
from krid.model import IssuerKeys
from krid.proximity.carriers import carrier_of
from krid.proximity.cipher import Role, SessionCipher
from krid.proximity.engagement import DeviceEngagement, parse_session_key
from krid.proximity.messages import SessionData, SessionEstablishment, SessionStatus
from krid.proximity.nfc import HandoverRequest, HandoverSelect
from krid.proximity.questions import Asked, Question, nothing, question
from krid.proximity.retrieval import BleOptions, NfcOptions, RetrievalMethod
from krid.proximity.talk import Ended, Talk, Then
from krid.wallet import Card

_UUID_BYTES: Final = 16


@final
class DeviceSession:
    """One session of a phone with one reader. Made by `by_qr` and `by_nfc...`.

    `readers` says whom it believes: it is asked with the format `krid.mdoc.READER_FORMAT`. A
    reader that does not prove who it is gets no answer. `key` is for this session alone; who gives
    one uses it nowhere else. After a refusal the session is over, and `farewell` is what to send.
    Not safe between threads.
    """

    def __init__(
        self,
        key: KeyAgreement,
        engagement: DeviceEngagement,
        handover: Handover,
        *,
        readers: IssuerKeys,
        clock: Clock,
    ) -> None:
        """Begin a session with an engagement that is made already.

        Raises:
            MisuseError: `proximity.key` for an engagement with another key.
        """
        if engagement.key != key.public_key:
            raise MisuseError(Code.PROXIMITY_KEY)
        self.engagement: Final = engagement
        self.handover: Final = handover
        self._key: Final = [key]  # taken out when the session is established
        self._readers: Final = readers
        self._clock: Final = clock
        self._talk: Final = Talk(clock)
        self._transcript: SessionTranscript | None = None
        self._asked: Asked | None = None
        self._question: Question | None = None
        self._number = 0

    @classmethod
    def by_qr(
        cls,
        *,
        methods: Sequence[RetrievalMethod],
        readers: IssuerKeys,
        clock: Clock,
        curve: Curve = Curve.P256,
    ) -> Self:
        """Begin with a QR code: show `engagement.to_uri()`. The key comes from the system."""
        key = LocalKey.generate_on(curve)
        engagement = DeviceEngagement.of(key.public_key, methods=methods)
        return cls(key, engagement, QR_HANDOVER, readers=readers, clock=clock)

    @classmethod
    def by_nfc(
        cls,
        *,
        methods: Sequence[BleOptions | NfcOptions],
        readers: IssuerKeys,
        clock: Clock,
        curve: Curve = Curve.P256,
    ) -> Self:
        """Begin with a static handover: `handover.select` is the message on the phone's tag.

        Raises:
            MisuseError: as `HandoverSelect.of` and `carrier_of`.
        """
        key = LocalKey.generate_on(curve)
        engagement = DeviceEngagement.of(key.public_key, methods=())
        select = HandoverSelect.of(engagement.raw, [carrier_of(each) for each in methods])
        handover = NfcHandover(select.raw, None)
        return cls(key, engagement, handover, readers=readers, clock=clock)

    @classmethod
    def by_nfc_request(
        cls,
        request: bytes,
        *,
        readers: IssuerKeys,
        clock: Clock,
        entropy: Entropy,
        curve: Curve = Curve.P256,
    ) -> Self:
        """Answer a reader's handover request: `handover.select` is the message to send.

        Raises:
            MalformedError: as `HandoverRequest.parse`.
        """
        asked = HandoverRequest.parse(request)
        key = LocalKey.generate_on(curve)
        engagement = DeviceEngagement.of(key.public_key, methods=())
        chosen = asked.chosen(uuid=UUID(bytes=entropy(_UUID_BYTES), version=4))
        select = HandoverSelect.of(engagement.raw, [chosen])
        handover = NfcHandover(select.raw, asked.raw)
        return cls(key, engagement, handover, readers=readers, clock=clock)

    @property
    def has_ended(self) -> bool:
        """Tell whether the session is over."""
        return self._talk.has_ended

    @property
    def until(self) -> datetime:
        """When the session ends at the latest."""
        return self._talk.until

    @property
    def farewell(self) -> bytes | None:
        """What to send before the link is closed, after a refusal; None where there was none."""
        return self._talk.farewell

    def receive(self, message: bytes) -> Asked | Ended:
        """Take a whole message of the reader.

        The first is a SessionEstablishment, each other one SessionData. Whatever is refused ends
        the session.

        Raises:
            MalformedError: `proximity.message`, `proximity.size`, `proximity.key`, `mdoc.request`
                and what else a request can be wrong in.
            UnsupportedError: `proximity.curve`, `proximity.messages`, `mdoc.version`.
            SignatureError: `proximity.decryption`; `mdoc.reader_signature`.
            BindingError: `proximity.order` for a request before the last one was answered;
                `proximity.ended`.
            TrustError: `mdoc.reader_auth`, `proximity.readers`, and what `readers` refuses.
            ValidityError: `proximity.expired`.
        """
        with self._talk.receiving():
            if self._transcript is None:
                return self._read(*self._establish(message))
            data = SessionData.parse(message)
            if data.status is not None:
                self._talk.close()
                return Ended(data.status)
            if self._asked is not None:
                raise BindingError(Code.PROXIMITY_ORDER, "a request while another one waits")
            return self._read(self._talk.open(data.data or b""), self._transcript)

    def question(self, cards: Sequence[Card]) -> AuthenticatedRequest:
        """Put what is asked into the words of a wallet, for `Wallet.match`.

        `cards` are the wallet's; those that have expired are not looked at.

        Raises:
            MisuseError: `proximity.order` when nothing was asked.
            BindingError, ValidityError: `proximity.ended`, `proximity.expired`.
        """
        asked = self._open_question()
        now = self._clock.now()
        usable = [each for each in cards if each.holds_at(now)]
        self._question = question(asked, usable, expires=self._talk.until)
        return self._question.request

    def answer(self, response: PresentationResponse, *, then: Then) -> bytes:
        """Return the message that brings what `Wallet.present` made.

        Raises:
            MisuseError: `proximity.order` when there was no question.
            BindingError: `session.unknown` for the answer to another question.
            BindingError, ValidityError: `proximity.ended`, `proximity.expired`.
            UnsupportedError: `proximity.messages`.
        """
        self._open_question()
        if self._question is None:
            raise MisuseError(Code.PROXIMITY_ORDER, "no question")
        return self._sealed(self._question.response(response), then)

    def decline(self, *, then: Then) -> bytes:
        """Return the message that brings nothing: the person did not agree, or has no such card.

        Raises:
            KridError: as `answer`.
        """
        return self._sealed(nothing(self._open_question()), then)

    def end(self) -> bytes:
        """End the session, and return the message that says so."""
        return self._talk.end(SessionStatus.TERMINATION)

    def close(self) -> None:
        """End the session without a word, as when the link has gone; the keys are dropped."""
        self._key.clear()
        self._talk.close()

    def _sealed(self, plaintext: bytes, then: Then) -> bytes:
        self._asked = self._question = None
        return self._talk.seal(plaintext, then=then)

    def _open_question(self) -> Asked:
        self._talk.check_open()
        if self._asked is None:
            raise MisuseError(Code.PROXIMITY_ORDER, "nothing was asked")
        return self._asked

    def _establish(self, message: bytes) -> tuple[bytes, SessionTranscript]:
        """Derive the keys once; the session key of the phone is forgotten (section 9.1.1.4)."""
        key = self._key.pop()
        first = SessionEstablishment.parse(message)
        theirs = parse_session_key(first.reader_key)
        transcript = SessionTranscript.of_proximity(
            device_engagement=self.engagement.raw,
            reader_key=first.reader_key,
            handover=self.handover,
        )
        cipher = SessionCipher.derive(key, theirs, transcript=transcript, role=Role.DEVICE)
        self._talk.establish(cipher)
        self._transcript = transcript
        return self._talk.open(first.data), transcript

    def _read(self, plaintext: bytes, transcript: SessionTranscript) -> Asked:
        """Read a request, and check who makes it; a refusal is told as a device response."""
        try:
            verified = mdoc.verify_request(
                mdoc.parse_device_request(plaintext),
                readers=self._readers,
                transcript=transcript,
                now=self._clock.now(),
            )
            self._number += 1
            self._asked = Asked.of(verified, transcript=transcript.raw, number=self._number)
        except KridError as refusal:
            status = mdoc.ResponseStatus.of(refusal)
            self._talk.say_last(mdoc.encode_device_response(mdoc.respond((), status=status)))
            raise
        return self._asked
