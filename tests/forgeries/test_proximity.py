"""Every rule of engagement, session and air, each broken by one forgery."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from proximity import (
    ADULT,
    METHOD,
    NOW,
    OTHER,
    OTHER_KEY,
    PURPOSE,
    READER,
    SPACE,
    Raw,
    Room,
    agreed,
    issue,
    licence,
    open_wallet,
    said,
)
from roles import MovableClock

import krid
from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import Embedded
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    KridError,
    MalformedError,
    SignatureError,
    TransportError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.keys import Alg, Curve, LocalKey, cose_key
from krid.model import IssuerHint, IssuerKey
from krid.proximity import (
    BleReceiver,
    DeviceEngagement,
    HandoverRequest,
    HandoverSelect,
    L2capReceiver,
    LoopbackPhone,
    NfcOptions,
    ReaderIdentity,
    Role,
    SessionData,
    SessionEstablishment,
    SessionStatus,
    Then,
    parse_ndef,
    service_of,
)
from krid.proximity.loopback import FrameReader, LoopbackLink

Change = Callable[[dict[Any, Any]], dict[Any, Any]]
KEY = LocalKey.generate_on(Curve.P256)
KEY_VALUE = cose_key.encode(KEY.public_key)


@pytest.fixture(scope="module")
def wallet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[krid.Wallet]:
    with open_wallet(tmp_path_factory.mktemp("wallet"), MovableClock(NOW)) as made:
        made.add(issue(made.new_key()))
        yield made


def refused(code: Code, kind: type[KridError], call: Callable[[], object]) -> KridError:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.code is code
    return caught.value


# Engagement


def engagement(change: Change = lambda value: value) -> bytes:
    ble = [2, 1, {0: True, 1: False, 10: bytes(16)}]
    return cbor.encode(change({0: "1.0", 1: [1, Embedded.of(KEY_VALUE)], 2: [ble]}))


def put(**members: Any) -> Change:
    return lambda value: value | {int(name[1:]): member for name, member in members.items()}


def ble(**members: Any) -> Change:
    options = {0: True, 1: False, 10: bytes(16)}
    return put(_2=[[2, 1, options | {int(name[1:]): each for name, each in members.items()}]])


def security(key: Any, suite: Any = 1) -> Change:
    return put(_1=[suite, key if isinstance(key, bytes | int) else Embedded.of(key)])


def test_the_engagement_that_is_forged_is_good() -> None:
    found = DeviceEngagement.parse(engagement())
    assert found.key == KEY.public_key
    newer = DeviceEngagement.parse(
        engagement(put(_0="1.7", _99=[1], _3={"webApi": 1}, _6={2: True}))
    )
    assert newer.capabilities == {2: True}
    assert DeviceEngagement.parse(engagement(put(_2=[[9, 1, {}], [2, 2, "other"]]))).methods


BAD_ENGAGEMENTS: dict[str, tuple[Change, Code]] = {
    "no version": (put(_0=1), Code.PROXIMITY_ENGAGEMENT),
    "next version": (put(_0="2.0"), Code.PROXIMITY_VERSION),
    "no version number": (put(_0="1"), Code.PROXIMITY_VERSION),
    "no security": (put(_1=None), Code.PROXIMITY_ENGAGEMENT),
    "no key": (put(_1=[1]), Code.PROXIMITY_ENGAGEMENT),
    "bare key": (security(b"key"), Code.PROXIMITY_ENGAGEMENT),
    "suite": (security(KEY_VALUE, 2), Code.PROXIMITY_CIPHER_SUITE),
    "suite text": (security(KEY_VALUE, "1"), Code.PROXIMITY_ENGAGEMENT),
    "off the curve": (security(KEY_VALUE | {-3: bytes(32)}), Code.PROXIMITY_KEY),
    "private key": (security(KEY_VALUE | {-4: bytes(32)}), Code.PROXIMITY_KEY),
    "no such curve": (security(KEY_VALUE | {-1: 256}), Code.PROXIMITY_CURVE),
    "signs only": (
        security(cose_key.encode(LocalKey.generate(Alg.EDDSA).public_key)),
        Code.PROXIMITY_CURVE,
    ),
    "not of the suite": (
        security(cose_key.encode(LocalKey.generate(Alg.ES256K).public_key)),
        Code.PROXIMITY_CURVE,
    ),
    "no methods": (put(_2=[]), Code.PROXIMITY_ENGAGEMENT),
    "too many methods": (put(_2=[[9, 1, {}]] * 17), Code.PROXIMITY_ENGAGEMENT),
    "a method too short": (put(_2=[[2]]), Code.PROXIMITY_ENGAGEMENT),
    "a method too long": (put(_2=[[2, 1, {}, 1]]), Code.PROXIMITY_ENGAGEMENT),
    "no mode": (ble(_0=False), Code.PROXIMITY_ENGAGEMENT),
    "mode is no boolean": (ble(_1=0), Code.PROXIMITY_ENGAGEMENT),
    "mode without uuid": (ble(_1=True), Code.PROXIMITY_ENGAGEMENT),
    "short uuid": (ble(_10=bytes(15)), Code.PROXIMITY_ENGAGEMENT),
    "short address": (ble(_20=bytes(5)), Code.PROXIMITY_ENGAGEMENT),
    "nfc length": (put(_2=[[1, 1, {0: 254, 1: 256}]]), Code.PROXIMITY_ENGAGEMENT),
    "passphrase": (put(_2=[[3, 1, {0: 1}]]), Code.PROXIMITY_ENGAGEMENT),
    "text for a key": (lambda value: value | {"7": 1}, Code.PROXIMITY_ENGAGEMENT),
    "origins": (put(_5=[1]), Code.PROXIMITY_ENGAGEMENT),
    "capabilities": (put(_6=[]), Code.PROXIMITY_ENGAGEMENT),
    "too long": (put(_99=bytes(5000)), Code.CBOR_SIZE),
}


@pytest.mark.parametrize("name", BAD_ENGAGEMENTS)
def test_an_engagement(name: str) -> None:
    change, code = BAD_ENGAGEMENTS[name]
    refused(code, KridError, lambda: DeviceEngagement.parse(engagement(change)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("krid-live:x", Code.PROXIMITY_ENGAGEMENT),
        ("mdoc://host", Code.BASE64URL_SYNTAX),
        ("mdoc:" + "A" * 9000, Code.PROXIMITY_ENGAGEMENT),
        ("mdoc:AA==", Code.BASE64URL_SYNTAX),
        ("mdoc:", Code.CBOR_SYNTAX),
    ],
)
def test_a_text_that_is_no_engagement(text: str, code: Code) -> None:
    refused(code, MalformedError, lambda: DeviceEngagement.from_uri(text))


# Establishment


@pytest.mark.parametrize(
    ("curve", "change", "code", "status"),
    [
        (Curve.P256, {-3: bytes(32)}, Code.PROXIMITY_KEY, SessionStatus.ENCRYPTION_ERROR),
        (Curve.P384, {}, Code.PROXIMITY_CURVE, SessionStatus.ENCRYPTION_ERROR),
        (Curve.P256, {-1: 256}, Code.PROXIMITY_CURVE, SessionStatus.ENCRYPTION_ERROR),
        (Curve.ED25519, {}, Code.PROXIMITY_CURVE, SessionStatus.ENCRYPTION_ERROR),
    ],
)
def test_a_readers_key(
    curve: Curve, change: dict[int, Any], code: Code, status: SessionStatus
) -> None:
    device = Room().device
    value = cose_key.encode(LocalKey.generate_on(curve).public_key) | change
    message = SessionEstablishment(cbor.encode(value), b"sealed").encode()
    refused(code, KridError, lambda: device.receive(message))
    assert said(device.farewell).status is status
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: device.receive(message))


def test_a_key_of_small_order() -> None:
    device = Room(curve=Curve.X25519).device
    small = {1: 1, -1: 4, -2: bytes(32)}
    message = SessionEstablishment(cbor.encode(small), b"sealed").encode()
    refused(Code.PROXIMITY_KEY, MalformedError, lambda: device.receive(message))


BAD_FIRST: dict[str, tuple[Any, Code]] = {
    "no map": ([], Code.PROXIMITY_MESSAGE),
    "no key": ({"data": b"x"}, Code.PROXIMITY_MESSAGE),
    "no data": ({"eReaderKey": Embedded.of(KEY_VALUE)}, Code.PROXIMITY_MESSAGE),
    "bare key": ({"eReaderKey": KEY_VALUE, "data": b"x"}, Code.PROXIMITY_MESSAGE),
    "unknown": (
        {"eReaderKey": Embedded.of(KEY_VALUE), "data": b"x", "seq": 1},
        Code.PROXIMITY_MESSAGE,
    ),
    "a later message": ({"data": b"x", "status": 20}, Code.PROXIMITY_MESSAGE),
}


@pytest.mark.parametrize("name", BAD_FIRST)
def test_a_first_message(name: str) -> None:
    value, code = BAD_FIRST[name]
    device = Room().device
    refused(code, MalformedError, lambda: device.receive(cbor.encode(value)))
    assert said(device.farewell).status is SessionStatus.CBOR_ERROR


def test_bytes_that_are_no_cbor() -> None:
    device = Room().device
    refused(Code.CBOR_SYNTAX, MalformedError, lambda: device.receive(b""))
    assert said(device.farewell).status is SessionStatus.CBOR_ERROR


def test_a_message_that_is_too_long() -> None:
    room = Room()
    huge = bytes(limits.MAX_PROXIMITY_MESSAGE_BYTES + 1)
    refused(Code.PROXIMITY_SIZE, MalformedError, lambda: room.device.receive(huge))
    assert said(room.device.farewell).status is SessionStatus.CBOR_ERROR


def test_a_second_reader_that_read_the_same_code() -> None:
    room = Room()
    second = room.another_reader().ask(ADULT, purpose=PURPOSE)
    room.asked()
    refused(Code.PROXIMITY_MESSAGE, MalformedError, lambda: room.device.receive(second))
    assert room.device.has_ended


def test_a_code_that_was_used() -> None:
    room = Room()
    room.asked()
    room.device.close()
    second = room.another_reader().ask(ADULT, purpose=PURPOSE)
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: room.device.receive(second))


# Encryption


def test_a_changed_ciphertext() -> None:
    room = Room()
    message = bytearray(room.ask())
    message[-1] ^= 1
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: room.device.receive(bytes(message)))
    assert said(room.device.farewell) == SessionData(status=SessionStatus.ENCRYPTION_ERROR)
    whole = bytes(message)
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: room.device.receive(whole))


def test_a_changed_answer(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked()
    message = bytearray(room.answer(wallet))
    message[-1] ^= 1
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: room.reader.receive(bytes(message)))
    assert said(room.reader.farewell).status is SessionStatus.ENCRYPTION_ERROR
    refused(Code.PROXIMITY_ENDED, BindingError, room.ask)


def test_an_answer_that_is_repeated(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked()
    message = room.answer(wallet)
    room.reader.receive(message)
    refused(Code.PROXIMITY_ORDER, BindingError, lambda: room.reader.receive(message))
    again = Room()
    again.asked()
    first = again.answer(wallet)
    again.reader.receive(first)
    again.asked()
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: again.reader.receive(first))


def test_a_request_that_is_repeated(wallet: krid.Wallet) -> None:
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    room.device.receive(raw.first(cipher=cipher))
    room.answer(wallet)
    second = SessionData(cipher.seal(raw.request())).encode()
    room.device.receive(second)
    room.answer(wallet)
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: room.device.receive(second))


def test_a_message_that_is_left_out(wallet: krid.Wallet) -> None:
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    room.device.receive(raw.first(cipher=cipher))
    room.answer(wallet)
    cipher.seal(raw.request())
    third = SessionData(cipher.seal(raw.request())).encode()
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: room.device.receive(third))


def test_a_request_before_the_last_was_answered() -> None:
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    room.device.receive(raw.first(cipher=cipher))
    second = SessionData(cipher.seal(raw.request())).encode()
    refused(Code.PROXIMITY_ORDER, BindingError, lambda: room.device.receive(second))


def test_a_message_sent_back_to_its_sender() -> None:
    room = Room()
    sealed = SessionEstablishment.parse(room.ask()).data
    refused(
        Code.PROXIMITY_DECRYPTION,
        SignatureError,
        lambda: room.reader.receive(SessionData(sealed).encode()),
    )


def test_a_reader_that_encrypts_as_a_phone() -> None:
    room = Room()
    raw = Raw(room.device)
    message = raw.first(cipher=raw.cipher(Role.DEVICE))
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: room.device.receive(message))


def test_keys_of_another_sessions_transcript() -> None:
    room, other = Room(), Room()
    raw = Raw(room.device)
    raw.transcript = Raw(other.device).transcript
    refused(Code.PROXIMITY_DECRYPTION, SignatureError, lambda: room.device.receive(raw.first()))


def test_more_messages_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROXIMITY_MESSAGES", 1)
    room = Room()
    room.asked()
    room.reader.receive(room.device.decline(then=Then.GO_ON))
    refused(Code.PROXIMITY_MESSAGES, UnsupportedError, room.ask)
    room = Room()
    raw = Raw(room.device)
    room.device.receive(raw.first())
    room.device.decline(then=Then.GO_ON)
    second = SessionData(b"sealed").encode()
    refused(Code.PROXIMITY_MESSAGES, UnsupportedError, lambda: room.device.receive(second))


@pytest.mark.parametrize("late", ["ask", "receive", "question", "answer"])
def test_a_session_that_takes_too_long(late: str, wallet: krid.Wallet) -> None:
    room = Room()
    other = room.another_reader()
    message = room.ask()
    response = None
    if late in {"question", "answer"}:
        room.device.receive(message)
        response = agreed(room.device, wallet)
    calls: dict[str, Callable[[], object]] = {
        "ask": lambda: other.ask(ADULT, purpose=PURPOSE),
        "receive": lambda: room.device.receive(message),
        "question": lambda: room.device.question(()),
        "answer": lambda: room.device.answer(response, then=Then.END),  # type: ignore[arg-type]
    }
    room.clock.moment = NOW + timedelta(seconds=limits.MAX_PROXIMITY_SECONDS)
    refused(Code.PROXIMITY_EXPIRED, ValidityError, calls[late])
    session = other if late == "ask" else room.device
    assert session.has_ended
    assert said(session.farewell).status is SessionStatus.TERMINATION


# The reader


def test_a_reader_that_does_not_sign() -> None:
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    message = raw.first(raw.request(replace(raw.doc_request(), reader_auth=None)), cipher)
    refused(Code.MDOC_READER_AUTH, TrustError, lambda: room.device.receive(message))
    last = said(room.device.farewell)
    assert last.status is SessionStatus.TERMINATION
    response = mdoc.parse_device_response(cipher.open(last.data or b""))
    assert (response.status, response.documents) == (10, ())


def test_a_signature_of_another_session() -> None:
    room = Room()
    raw = Raw(room.device)
    doc = raw.doc_request(transcript=Raw(room.device).transcript)
    message = raw.first(raw.request(doc))
    refused(Code.MDOC_READER_SIGNATURE, SignatureError, lambda: room.device.receive(message))


def test_a_reader_that_nobody_trusts() -> None:
    room = Room(identity=ReaderIdentity(KEY, (b"no certificate",)))
    refused(Code.X509_SYNTAX, MalformedError, lambda: room.device.receive(room.ask()))


def test_two_readers_in_one_request() -> None:
    room = Room()
    raw = Raw(room.device)
    docs = (raw.doc_request(), raw.doc_request(key=OTHER_KEY, certificates=(OTHER.der,)))
    message = raw.first(raw.request(*docs))
    refused(Code.PROXIMITY_READERS, TrustError, lambda: room.device.receive(message))


def test_a_certificate_that_is_not_the_readers() -> None:
    class Pinned:
        def find(self, hint: IssuerHint, *, now: Any) -> IssuerKey:
            return IssuerKey(key=KEY.public_key, issuer="pinned", path="pinned")

    room = Room(identity=ReaderIdentity(KEY, (READER.der,)), readers=Pinned())
    refused(Code.MDOC_READER_AUTH, TrustError, lambda: room.device.receive(room.ask()))


def test_a_request_for_too_many_ages() -> None:
    room = Room()
    raw = Raw(room.device)
    wanted = {f"age_over_{age}": False for age in (18, 19, 21)}
    items = Embedded.of({"docType": "d", "nameSpaces": {SPACE: wanted}})
    doc = mdoc.DocRequest(mdoc.ItemsRequest.parse(items))
    signed = mdoc.prepare_doc_request(
        doc.items,
        transcript=raw.transcript,
        alg=OTHER_KEY.alg,
        certificates=(OTHER.der,),
    ).sign_with(OTHER_KEY)
    message = raw.first(raw.request(signed))
    refused(Code.MDOC_AGE_REQUESTS, ContentError, lambda: room.device.receive(message))


@pytest.mark.parametrize(
    ("plaintext", "status", "code"),
    [
        (b"", 11, Code.CBOR_SYNTAX),
        (cbor.encode({}), 12, Code.MDOC_REQUEST),
        (cbor.encode({"version": "9.0", "docRequests": []}), 10, Code.MDOC_VERSION),
    ],
)
def test_a_request_that_is_none(plaintext: bytes, status: int, code: Code) -> None:
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    refused(code, KridError, lambda: room.device.receive(raw.first(plaintext, cipher)))
    last = said(room.device.farewell)
    assert mdoc.parse_device_response(cipher.open(last.data or b"")).status == status


# The answer


def answer_of(room: Room, response: mdoc.DeviceResponse) -> bytes:
    room.asked()
    return room.device._talk.seal(mdoc.encode_device_response(response), then=Then.GO_ON)


def document(room: Room, wallet: krid.Wallet) -> mdoc.Document:
    response = agreed(room.device, wallet)
    (raw,) = response.presentations["document-0"]
    return mdoc.parse_device_response(raw).documents[0]


def sealed(room: Room, *documents: mdoc.Document) -> bytes:
    raw = mdoc.encode_device_response(mdoc.respond(documents))
    return room.device._talk.seal(raw, then=Then.GO_ON)


def test_a_response_that_failed() -> None:
    room = Room()
    failed = mdoc.respond((), status=mdoc.ResponseStatus.GENERAL_ERROR)
    message = answer_of(room, failed)
    refused(Code.MDOC_STATUS, ContentError, lambda: room.reader.receive(message))
    assert said(room.reader.farewell).status is SessionStatus.TERMINATION


def test_a_document_that_nobody_asked_for(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked(licence("number"))
    other = Room()
    other.asked()
    message = sealed(room, document(other, wallet))
    refused(Code.QUERY_UNASKED, ContentError, lambda: room.reader.receive(message))


def test_a_document_twice(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked()
    shown = document(room, wallet)
    message = sealed(room, shown, shown)
    refused(Code.QUERY_MULTIPLE, ContentError, lambda: room.reader.receive(message))


def test_a_document_that_was_shown_in_another_session(wallet: krid.Wallet) -> None:
    room, other = Room(), Room()
    room.asked()
    other.asked()
    message = sealed(room, document(other, wallet))
    error = refused(
        Code.MDOC_DEVICE_SIGNATURE, SignatureError, lambda: room.reader.receive(message)
    )
    assert error.proved


def test_one_of_two_documents(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked(ADULT, licence("number"))
    message = sealed(room, document(room, wallet))
    refused(Code.QUERY_UNANSWERED, ContentError, lambda: room.reader.receive(message))


def test_an_answer_after_the_end(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked()
    message = room.answer(wallet)
    room.reader.end()
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: room.reader.receive(message))
    room = Room()
    room.asked()
    response = agreed(room.device, wallet)
    room.device.receive(SessionData(status=SessionStatus.TERMINATION).encode())
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: room.device.answer(response, then=Then.END))


@pytest.mark.parametrize(
    "value", [{}, {"status": 21}, {"status": "20"}, {"data": 1}, {"data": b"", "more": 1}, []]
)
def test_a_message_that_is_none(value: Any) -> None:
    room = Room()
    room.asked()
    message = cbor.encode(value)
    refused(Code.PROXIMITY_MESSAGE, MalformedError, lambda: room.device.receive(message))
    assert said(room.device.farewell).status is SessionStatus.CBOR_ERROR


# Over the air


def started() -> BleReceiver:
    receiver = BleReceiver()
    receiver.write_state(b"\x01")
    return receiver


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([b""], Code.PROXIMITY_CHUNK),
        ([b"\x02a"], Code.PROXIMITY_CHUNK),
        ([b"\x00"], Code.PROXIMITY_CHUNK),
        ([b"\x01"], Code.PROXIMITY_CHUNK),
        ([b"\x01a", b"\x01"], Code.PROXIMITY_CHUNK),
        ([b"\x00" + bytes(512)], Code.PROXIMITY_CHUNK),
    ],
)
def test_a_piece(values: list[bytes], code: Code) -> None:
    receiver = started()
    *good, bad = values
    for each in good:
        receiver.write_piece(each)
    refused(code, MalformedError, lambda: receiver.write_piece(bad))


def test_pieces_outside_of_a_session() -> None:
    receiver = BleReceiver()
    refused(Code.PROXIMITY_ORDER, BindingError, lambda: receiver.write_piece(b"\x00a"))
    receiver.write_state(b"\x01")
    refused(Code.PROXIMITY_ORDER, BindingError, lambda: receiver.write_state(b"\x01"))
    receiver.write_state(b"\x02")
    refused(Code.PROXIMITY_ORDER, BindingError, lambda: receiver.write_piece(b"\x00a"))
    refused(Code.PROXIMITY_ORDER, BindingError, lambda: receiver.write_state(b"\x02"))
    for value in (b"", b"\x03", b"\x01\x01"):
        write = partial(BleReceiver().write_state, value)
        refused(Code.PROXIMITY_CHUNK, MalformedError, write)


def test_too_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROXIMITY_CHUNKS", 2)
    receiver = started()
    receiver.write_piece(b"\x01a")
    receiver.write_piece(b"\x01b")
    refused(Code.PROXIMITY_SIZE, MalformedError, lambda: receiver.write_piece(b"\x01c"))


def test_too_much_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PROXIMITY_MESSAGE_BYTES", 600)
    receiver = started()
    receiver.write_piece(b"\x01" + bytes(500))
    refused(Code.PROXIMITY_SIZE, MalformedError, lambda: receiver.write_piece(b"\x00" + bytes(200)))


def test_a_channel_without_pieces() -> None:
    refused(Code.PROXIMITY_CHUNK, MalformedError, lambda: L2capReceiver().write(bytes(4)))
    huge = (limits.MAX_PROXIMITY_MESSAGE_BYTES + 1).to_bytes(4, "big")
    refused(Code.PROXIMITY_SIZE, MalformedError, lambda: L2capReceiver().write(huge))


def test_frames_of_the_model_of_the_air() -> None:
    service = LoopbackPhone.advertise(lambda size: hashlib.sha256(b"x").digest()[:size])
    service.close()
    uuid = service.service
    for frame, code in (
        (b"\x00\x00\x10" + bytes(16), Code.PROXIMITY_ORDER),
        (b"\x07\x00\x00", Code.PROXIMITY_CHUNK),
        (b"\x02\x02\x01", Code.PROXIMITY_CHUNK),
    ):
        refused(code, KridError, partial(FrameReader().feed, frame, service=uuid))
    refused(Code.PROXIMITY_LINK, TransportError, lambda: LoopbackLink.connect(uuid))
    refused(Code.PROXIMITY_CARRIER, BindingError, lambda: service_of((NfcOptions(255, 256),)))


# Handover


def handover(**changes: bytes) -> bytes:
    parts = {
        "version": b"\x15",
        "inner": b"\xd1\x02\x04ac\x01\x010\x00",
        "engagement_type": b"iso.org:18013:deviceengagement",
        "ble": b"\x02\x1c\x00\x11\x07" + bytes(16),
        "name": b"Hs",
    } | changes
    payload = parts["version"] + parts["inner"]
    kind = parts["engagement_type"]
    content = engagement()
    records = b"\x91\x02" + bytes((len(payload),)) + parts["name"] + payload
    records += b"\x1c" + bytes((len(kind), len(content), 4)) + kind + b"mdoc" + content
    oob = b"application/vnd.bluetooth.le.oob"
    records += b"\x5a" + bytes((len(oob), len(parts["ble"]), 1)) + oob + b"0" + parts["ble"]
    return records


def test_the_handover_that_is_forged_is_good() -> None:
    select = HandoverSelect.parse(handover())
    assert select.engagement == engagement()
    assert select.methods(None)


BAD_HANDOVERS: dict[str, tuple[dict[str, bytes], Code]] = {
    "another record first": ({"name": b"Hr"}, Code.PROXIMITY_HANDOVER),
    "version 2": ({"version": b"\x25"}, Code.PROXIMITY_HANDOVER),
    "nothing in it": ({"version": b"", "inner": b""}, Code.PROXIMITY_HANDOVER),
    "no engagement": (
        {"engagement_type": b"iso.org:18013:readerengagement"},
        Code.PROXIMITY_HANDOVER,
    ),
    "carrier not named": ({"inner": b"\xd1\x02\x04ac\x01\x011\x00"}, Code.PROXIMITY_CARRIER),
    "carrier cut short": ({"inner": b"\xd1\x02\x02ac\x01\x09"}, Code.PROXIMITY_NDEF),
    "no role": ({"ble": b"\x11\x07" + bytes(16)}, Code.PROXIMITY_HANDOVER),
    "role": ({"ble": b"\x02\x1c\x04"}, Code.PROXIMITY_HANDOVER),
    "role twice": ({"ble": b"\x02\x1c\x00" * 2}, Code.PROXIMITY_HANDOVER),
    "uuid": ({"ble": b"\x02\x1c\x00\x03\x07ab"}, Code.PROXIMITY_HANDOVER),
    "address": ({"ble": b"\x02\x1c\x00\x03\x1bab"}, Code.PROXIMITY_HANDOVER),
    "empty structure": ({"ble": b"\x02\x1c\x00\x00"}, Code.PROXIMITY_HANDOVER),
    "structure cut short": ({"ble": b"\x02\x1c\x00\x05\x07"}, Code.PROXIMITY_NDEF),
}


@pytest.mark.parametrize("name", BAD_HANDOVERS)
def test_a_handover(name: str) -> None:
    changes, code = BAD_HANDOVERS[name]
    refused(code, MalformedError, lambda: HandoverSelect.parse(handover(**changes)))


def test_a_handover_without_a_uuid() -> None:
    select = HandoverSelect.parse(handover(ble=b"\x02\x1c\x00"))
    refused(Code.PROXIMITY_HANDOVER, MalformedError, lambda: select.methods(None))
    # The reader's UUID is for a phone that is the central; this one is the peripheral.
    request = HandoverRequest.of([METHOD])
    refused(Code.PROXIMITY_HANDOVER, MalformedError, lambda: select.methods(request))


def test_a_handover_that_answers_another_request() -> None:
    select = HandoverSelect.parse(handover())
    request = HandoverRequest.of([NfcOptions(255, 256)])
    refused(Code.PROXIMITY_CARRIER, MalformedError, lambda: select.methods(request))


@pytest.mark.parametrize(
    "payload",
    [
        b"\x02",
        b"\x01\x03\x01\xff\xff",
        b"\x01\x02\x01\x01\x03\x02\x01\x00",
        b"\x01\x03\x02\x01\x00\x02\x01\xff",
    ],
)
def test_the_record_of_nfc(payload: bytes) -> None:
    name = b"iso.org:18013:nfc"
    inner = b"\xd1\x02\x06ac\x01\x03nfc\x00"
    raw = b"\x91\x02" + bytes((len(inner) + 1,)) + b"Hr\x15" + inner
    raw += b"\x5c" + bytes((len(name), len(payload), 3)) + name + b"nfc" + payload
    refused(Code.PROXIMITY_HANDOVER, MalformedError, lambda: HandoverRequest.parse(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xd1",
        b"\x51\x01\x00a",
        b"\xd1\x01\x00a\x00",
        b"\xf1\x01\x00a",
        b"\xd0\x00\x00",
        b"\xd1\x01\x05a",
        b"\x91\x01\x00a\x91\x01\x00a",
        b"\x91\x01\x00a" + b"\x11\x01\x00a" * 33,
        bytes(limits.MAX_NDEF_BYTES + 1),
    ],
)
def test_an_ndef_message(raw: bytes) -> None:
    refused(Code.PROXIMITY_NDEF, MalformedError, lambda: parse_ndef(raw))


def test_a_session_key_is_used_once() -> None:
    """A message that was refused leaves nothing that another one could be opened with."""
    room = Room()
    raw = Raw(room.device)
    refused(Code.CBOR_SYNTAX, MalformedError, lambda: room.device.receive(b"\xff"))
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: room.device.receive(raw.first()))
    cipher = raw.cipher()
    cipher.drop()
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: cipher.seal(b"x"))
    refused(Code.PROXIMITY_ENDED, BindingError, lambda: cipher.open(b"x"))
