"""Both roles of a session, with a real wallet and a real verifier between them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from proximity import (
    ADULT,
    DOCTYPE,
    HOST,
    LICENCE,
    NOW,
    PURPOSE,
    READERS,
    SHOP,
    SPACE,
    Raw,
    Room,
    agreed,
    issue,
    licence,
    open_wallet,
    said,
    verifier,
)
from roles import MovableClock

import krid
from krid import mdoc, query
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, MisuseError
from krid.exchange import PresentationResponse, Standing
from krid.keys import Alg, Curve, LocalKey
from krid.model import Check, IssuerHint, IssuerKey
from krid.proximity import (
    DECLINED,
    SESSION_CURVES,
    BleOptions,
    DeviceEngagement,
    DeviceSession,
    Ended,
    HandoverRequest,
    NfcOptions,
    ReaderSession,
    SessionData,
    SessionEstablishment,
    SessionStatus,
    Then,
    memory_pair,
)
from krid.proximity.talk import Talk
from krid.wallet import Matched, NoMatch, Unregistered

UUIDS = (UUID(int=1 << 100), UUID(int=2 << 100))
METHOD_NFC = NfcOptions(65_535, 65_536)


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture(scope="module")
def wallet(tmp_path_factory: pytest.TempPathFactory, clock: MovableClock) -> Iterator[krid.Wallet]:
    with open_wallet(tmp_path_factory.mktemp("wallet"), clock) as made:
        made.add(issue(made.new_key()))
        made.add(issue(made.new_key(), LICENCE, {SPACE: {"name": "Hong Gildong", "number": "A1"}}))
        yield made


def test_a_reader_learns_one_thing_and_nothing_else(wallet: krid.Wallet) -> None:
    room = Room()
    asked = room.asked()
    assert (asked.doctypes, asked.purpose) == ((DOCTYPE,), PURPOSE)
    assert asked.reader == "CN=Sample Store,C=ZZ"
    assert asked.names == {f"x509_san_dns:{HOST}"}
    message = room.answer(wallet)
    assert b"Hong Gildong" not in message
    verified = room.reader.receive(message)
    assert isinstance(verified, krid.Verified)
    assert verified["age"].claims == {SPACE: {"age_over_19": True}}
    assert [each.check for each in verified["age"].evidence][-1] is Check.ANSWER
    assert verified.report().refusal is None
    assert isinstance(room.device.receive(room.reader.end()), Ended)
    assert room.device.has_ended
    assert room.reader.has_ended


def test_the_wallet_sees_who_asks_and_remembers(wallet: krid.Wallet) -> None:
    room = Room()
    asked = room.asked()
    request = room.device.question(wallet.cards())
    assert request.standing is Standing.CERTIFICATE
    assert request.verifier == asked.reader
    assert request.title == asked.title == "Sample Store"
    assert request.request.client_id.startswith("x509_hash:")
    assert request.asker.names == {request.request.client_id, f"x509_san_dns:{HOST}"}
    assert request.request.expires == room.device.until
    found = wallet.match(request)
    assert isinstance(found, Matched)
    assert isinstance(found.asking, Unregistered)
    before = len(wallet.history())
    room.device.answer(wallet.present(found.consent(to=found.minimum)), then=Then.END)
    entry = wallet.history()[-1]
    assert len(wallet.history()) == before + 1
    assert (entry.verifier, entry.purpose) == (asked.reader, PURPOSE)
    assert entry.disclosed == ((DOCTYPE, (SPACE, "age_over_19")),)


def test_several_documents_and_several_requests_in_one_session(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked(ADULT, licence("number"))
    first = room.reader.receive(room.answer(wallet))
    assert isinstance(first, krid.Verified)
    assert first["licence"].claims == {SPACE: {"number": "A1"}}
    room.asked(licence("name"))
    second = room.reader.receive(room.answer(wallet, Then.END))
    assert isinstance(second, krid.Verified)
    assert list(second) == ["licence"]
    assert room.reader.has_ended
    assert room.device.has_ended


@pytest.mark.parametrize("curve", sorted(SESSION_CURVES, key=str))
def test_each_curve_of_the_suite(curve: Curve, wallet: krid.Wallet) -> None:
    room = Room(curve=curve)
    room.asked()
    assert isinstance(room.reader.receive(room.answer(wallet)), krid.Verified)


def test_a_device_that_makes_a_mac_is_verified_with_the_session_key() -> None:
    room = Room()
    room.asked()
    phone = LocalKey.generate(Alg.ES256)
    credential = mdoc.parse_issuer_signed(issue(phone.public_key).raw)
    shown = mdoc.mac_document(
        credential,
        disclose=[(SPACE, "age_over_19")],
        transcript=room.reader._transcript,
        device_key=phone,
        reader_key=room.reader._key.public_key,
    )
    raw = mdoc.encode_device_response(mdoc.respond((shown,)))
    verified = room.reader.receive(room.device._talk.seal(raw, then=Then.GO_ON))
    assert isinstance(verified, krid.Verified)
    assert verified["age"].claims == {SPACE: {"age_over_19": True}}


def test_saying_no_tells_nothing(wallet: krid.Wallet) -> None:
    room = Room()
    room.asked()
    assert room.reader.receive(room.device.decline(then=Then.GO_ON)) is DECLINED
    room.asked(licence("secret"))
    found = wallet.match(room.device.question(wallet.cards()))
    assert isinstance(found, NoMatch)
    assert room.reader.receive(room.device.decline(then=Then.END)) is DECLINED


def test_elements_that_no_card_has_are_named_without_a_reason(wallet: krid.Wallet) -> None:
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    docs = (
        raw.doc_request({SPACE: {"name": True, "photo": False, "age_over_18": False}}),
        raw.doc_request(doctype="org.example.unknown"),
    )
    room.device.receive(raw.first(raw.request(*docs), cipher))
    request = room.device.question(wallet.cards())
    found = wallet.match(request)
    assert isinstance(found, Matched)
    (candidate,) = found.minimum.leaving
    # Who is over 19 is over 18.
    assert set(candidate.disclose) == {(SPACE, "name"), (SPACE, "age_over_19")}
    assert candidate.retained == ((SPACE, "name"),)
    message = room.device.answer(agreed(room.device, wallet), then=Then.END)
    sealed = SessionData.parse(message)
    assert sealed.status is SessionStatus.TERMINATION
    response = mdoc.parse_device_response(cipher.open(sealed.data or b""))
    assert response.documents[0].errors == {SPACE: {"photo": 0}}
    assert response.document_errors == ({"org.example.unknown": 0},)


def test_a_static_handover(wallet: krid.Wallet, clock: MovableClock) -> None:
    methods: list[BleOptions | NfcOptions] = [
        METHOD_NFC,
        BleOptions(server_uuid=UUIDS[0], address=bytes(6)),
    ]
    device = DeviceSession.by_nfc(methods=methods, readers=READERS, clock=clock)
    assert isinstance(device.handover, mdoc.NfcHandover)
    reader = ReaderSession.by_nfc(
        device.handover.select,
        request=None,
        verifier=verifier(clock),
        identity=SHOP,
        clock=clock,
    )
    assert set(reader.methods) == set(methods)
    device.receive(reader.ask(ADULT, purpose=PURPOSE))
    assert isinstance(
        reader.receive(device.answer(agreed(device, wallet), then=Then.END)), krid.Verified
    )


@pytest.mark.parametrize("modes", ["server", "client", "nfc"])
def test_a_negotiated_handover(modes: str, wallet: krid.Wallet, clock: MovableClock) -> None:
    ways: dict[str, BleOptions | NfcOptions] = {
        "server": BleOptions(server_uuid=UUIDS[0], client_uuid=UUIDS[0]),
        "client": BleOptions(client_uuid=UUIDS[1]),
        "nfc": METHOD_NFC,
    }
    request = HandoverRequest.of([ways[modes]])
    device = DeviceSession.by_nfc_request(
        request.raw, readers=READERS, clock=clock, entropy=system_entropy
    )
    assert isinstance(device.handover, mdoc.NfcHandover)
    reader = ReaderSession.by_nfc(
        device.handover.select,
        request=request,
        verifier=verifier(clock),
        identity=SHOP,
        clock=clock,
    )
    (method,) = reader.methods
    if isinstance(method, BleOptions):
        assert (method.server_uuid is not None) == (modes == "server")
        assert method.client_uuid in {None, UUIDS[1]}
    else:
        assert method == NfcOptions(65_535, 65_536)
    device.receive(reader.ask(ADULT, purpose=PURPOSE))
    assert isinstance(
        reader.receive(device.answer(agreed(device, wallet), then=Then.END)), krid.Verified
    )


def test_a_session_goes_over_a_link(wallet: krid.Wallet) -> None:
    room, wait = Room(), timedelta(0)
    phone, till = memory_pair(size=20)
    till.send(room.ask())
    message = phone.receive(wait=wait)
    assert message is not None
    room.device.receive(message)
    phone.send(room.answer(wallet))
    answer = till.receive(wait=wait)
    assert answer is not None
    assert isinstance(room.reader.receive(answer), krid.Verified)
    assert till.receive(wait=wait) is None
    till.close()
    for end in (phone, till):
        with pytest.raises(KridError) as caught:
            end.receive(wait=wait)
        assert caught.value.code is Code.PROXIMITY_LINK
    with pytest.raises(KridError):
        phone.send(b"late")


def test_whoever_calls_out_of_turn_is_told(wallet: krid.Wallet) -> None:
    room = Room()
    empty = PresentationResponse("", {})
    for call in (
        lambda: room.device.question(()),
        lambda: room.device.answer(empty, then=Then.END),
        lambda: room.device.decline(then=Then.END),
    ):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.code is Code.PROXIMITY_ORDER
    room.asked()
    with pytest.raises(MisuseError):
        room.device.answer(empty, then=Then.END)
    with pytest.raises(MisuseError) as caught:
        room.ask()
    assert caught.value.code is Code.PROXIMITY_ORDER
    room.device.question(wallet.cards())
    with pytest.raises(KridError) as refused:
        room.device.answer(empty, then=Then.END)
    assert refused.value.code is Code.SESSION_UNKNOWN
    room.device.close()
    room.reader.close()
    with pytest.raises(KridError) as refused:
        room.device.question(wallet.cards())
    assert refused.value.code is Code.PROXIMITY_ENDED


def test_keys_must_fit_what_they_are_given_for(clock: MovableClock) -> None:
    key, other = LocalKey.generate_on(Curve.P256), LocalKey.generate_on(Curve.P384)
    engagement = DeviceEngagement.of(key.public_key, methods=[])
    with pytest.raises(MisuseError) as caught:
        DeviceSession(other, engagement, mdoc.QR_HANDOVER, readers=READERS, clock=clock)
    assert caught.value.code is Code.PROXIMITY_KEY
    with pytest.raises(MisuseError) as caught:
        ReaderSession(
            engagement,
            mdoc.QR_HANDOVER,
            methods=(),
            verifier=verifier(clock),
            identity=SHOP,
            clock=clock,
            key=other,
        )
    assert caught.value.code is Code.PROXIMITY_CURVE


@pytest.mark.parametrize(
    "asked",
    [
        query.sdjwt("a", vct="urn:example:card", claims=["name"]),
        query.any_of(ADULT, licence("name")),
        query.of(ADULT, query.mdoc("b", doctype=DOCTYPE, claims={SPACE: ["name"]})),
        query.mdoc("a", doctype=DOCTYPE, claims={SPACE: ["name"]}, multiple=True),
        query.mdoc("a", doctype=DOCTYPE, claims={}),
        query.mdoc(
            "a", doctype=DOCTYPE, claims=query.either({SPACE: ["name"]}, {SPACE: ["age_over_19"]})
        ),
    ],
)
def test_what_has_no_form_in_a_device_request_is_refused(asked: object) -> None:
    room = Room()
    with pytest.raises(MisuseError) as caught:
        room.reader.ask(asked, purpose=PURPOSE)  # type: ignore[arg-type]  # several types
    assert caught.value.code is Code.PROXIMITY_QUERY


def test_a_reader_that_says_no_purpose_has_none() -> None:
    room = Room()
    raw = Raw(room.device)
    asked = room.device.receive(raw.first(raw.request(raw.doc_request(info={"purpose": 7}))))
    assert not isinstance(asked, Ended)
    assert asked.purpose == ""


def test_purposes_are_sentences_of_one_line() -> None:
    for words in ("", "two\nlines", "x" * 501):
        with pytest.raises(MisuseError) as caught:
            Room().reader.ask(ADULT, purpose=words)
        assert caught.value.code is Code.MISUSE_PURPOSE
    room = Room()
    raw = Raw(room.device)
    said_each = ("Check your age", "two\nlines", "Check your licence", "Check your age")
    docs = [raw.doc_request(info={"purpose": words}) for words in said_each]
    asked = room.device.receive(raw.first(raw.request(*docs)))
    assert not isinstance(asked, Ended)
    assert asked.purpose == "Check your age · Check your licence"


def test_a_status_alone_ends_a_session() -> None:
    room = Room()
    room.asked()
    message = SessionData(status=SessionStatus.ENCRYPTION_ERROR).encode()
    assert room.reader.receive(message) == Ended(SessionStatus.ENCRYPTION_ERROR)
    assert room.device.end() == room.device.farewell
    assert said(room.device.farewell).status is SessionStatus.TERMINATION


def test_a_source_of_trust_that_breaks_ends_the_session() -> None:
    class Broken:
        def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
            raise OSError(hint, now)

    room = Room(readers=Broken())
    with pytest.raises(OSError, match="mdoc-reader"):
        room.device.receive(room.ask())
    assert room.device.has_ended
    assert room.device.farewell is None


def test_there_is_nothing_to_encrypt_with_before_a_session(clock: MovableClock) -> None:
    with pytest.raises(MisuseError) as caught:
        Talk(clock).seal(b"", then=Then.END)
    assert caught.value.code is Code.PROXIMITY_ORDER


def test_nothing_of_a_session_is_printed() -> None:
    room = Room()
    message = room.ask()
    for thing in (room.device, room.reader, room.device._talk, SessionEstablishment.parse(message)):
        assert "eReaderKey" not in repr(thing)
        assert len(repr(thing)) < 200
