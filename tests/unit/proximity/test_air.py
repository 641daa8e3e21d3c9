"""What goes over the air: pieces, channels, the port, and the software model of a radio."""

import socket
import struct
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, MisuseError, TransportError
from krid.proximity import (
    BleMode,
    BleOptions,
    BleReceiver,
    BleState,
    L2capReceiver,
    LoopbackLink,
    LoopbackPhone,
    NfcOptions,
    SessionData,
    SessionEstablishment,
    SessionStatus,
    ident_value,
    l2cap_frame,
    memory_pair,
    piece_size,
    pieces,
    service_of,
)
from krid.proximity.loopback import FrameReader, port_of

AT_ONCE, LONG = timedelta(0), timedelta(seconds=5)


@given(st.binary(min_size=1, max_size=3000), st.integers(2, 512))
def test_pieces_make_the_message_again(message: bytes, size: int) -> None:
    receiver = BleReceiver()
    receiver.write_state(bytes((BleState.START,)))
    *before, last = pieces(message, size=size)
    assert all(len(each) == size for each in before)
    assert all(receiver.write_piece(each) is None for each in before)
    assert receiver.write_piece(last) == message
    receiver.write_state(bytes((BleState.END,)))
    assert receiver.has_ended


@given(st.lists(st.binary(min_size=1, max_size=60), max_size=5), st.integers(1, 40))
def test_a_channel_gives_the_messages_again(messages: list[bytes], step: int) -> None:
    stream = b"".join(map(l2cap_frame, messages))
    receiver = L2capReceiver()
    found: list[bytes] = []
    for start in range(0, len(stream), step):
        found += receiver.write(stream[start : start + step])
    assert found == messages


@given(st.lists(st.binary(max_size=20), max_size=6))
def test_any_values_are_pieces_or_refused(values: list[bytes]) -> None:
    receiver = BleReceiver()
    receiver.write_state(bytes((BleState.START,)))
    for each in values:
        try:
            receiver.write_piece(each)
        except KridError as refusal:
            assert refusal.code is Code.PROXIMITY_CHUNK


@given(st.binary(max_size=60))
def test_any_bytes_are_a_session_message_or_refused(raw: bytes) -> None:
    kinds: tuple[type[SessionEstablishment | SessionData], ...]
    kinds = (SessionEstablishment, SessionData)
    for kind in kinds:
        try:
            kind.parse(raw)
        except KridError as refusal:
            assert str(refusal.code).startswith(("cbor.", "proximity.message"))


@given(st.none() | st.binary(max_size=40), st.sampled_from([None, *SessionStatus]))
def test_what_is_written_is_read(data: bytes | None, status: SessionStatus | None) -> None:
    if data is not None or status is not None:
        made = SessionData(data, status)
        assert SessionData.parse(made.encode()) == made


def test_a_last_piece_may_be_empty() -> None:
    receiver = BleReceiver()
    receiver.write_state(b"\x01")
    receiver.write_piece(b"\x01ab")
    assert receiver.write_piece(b"\x00") == b"ab"


def test_characteristics_of_both_modes() -> None:
    server, central = (mode.characteristics for mode in BleMode)
    assert str(server.state) == "00000001-a123-48ce-896b-4c76973373e6"
    assert server.ident is None
    assert str(central.ident) == "00000008-a123-48ce-896b-4c76973373e6"
    assert str(central.l2cap) == "0000000b-a123-48ce-896b-4c76973373e6"
    uuids = {server.state, server.client_to_server, server.server_to_client, server.l2cap}
    assert uuids.isdisjoint({central.state, central.client_to_server, central.server_to_client})


def test_sizes_follow_the_mtu() -> None:
    assert piece_size(23) == 20
    assert piece_size(185) == 182
    assert piece_size(517) == 512
    for call in (
        lambda: piece_size(22),
        lambda: pieces(b"", size=20),
        lambda: pieces(b"a", size=1),
        lambda: l2cap_frame(b""),
    ):
        with pytest.raises(MisuseError) as caught:
            call()
        assert caught.value.code is Code.MISUSE_OPTION


def test_ident_is_of_one_key() -> None:
    assert ident_value(b"one") != ident_value(b"other")
    assert len(ident_value(b"one")) == 16


@pytest.fixture
def phone() -> Iterator[LoopbackPhone]:
    made = LoopbackPhone.advertise(system_entropy)
    yield made
    made.close()


def both(phone: LoopbackPhone, size: int = 100) -> tuple[LoopbackLink, LoopbackLink]:
    till = LoopbackLink.connect(phone.service, size=size)
    found = phone.accept(wait=LONG, size=size)
    assert found is not None
    return till, found


def assert_gone(link: LoopbackLink) -> None:
    """What was written before the other side went may still come."""
    codes = []
    for _ in range(3):
        try:
            assert link.receive(wait=LONG) is None
        except TransportError as gone:
            codes.append(gone.code)
    assert set(codes) == {Code.PROXIMITY_LINK}


def test_messages_go_through_the_model_of_the_air(phone: LoopbackPhone) -> None:
    assert phone.accept(wait=AT_ONCE) is None
    others = (NfcOptions(255, 256), BleOptions(client_uuid=UUID(int=3)))
    assert service_of((*others, phone.method)) == phone.service
    till, wallet = both(phone)
    for _ in range(3):
        assert wallet.receive(wait=AT_ONCE) is None
    till.send(b"q" * 1000)
    till.send(b"again")
    assert wallet.receive(wait=LONG) == b"q" * 1000
    assert wallet.receive(wait=LONG) == b"again"
    wallet.send(b"a" * 5000)
    wallet.close()
    answer = None
    while answer is None:
        answer = till.receive(wait=LONG)
    assert answer == b"a" * 5000
    with pytest.raises(TransportError) as caught:
        till.receive(wait=LONG)
    assert caught.value.code is Code.PROXIMITY_LINK
    with pytest.raises(TransportError):
        till.receive(wait=LONG)
    wallet.close()
    with pytest.raises(TransportError):
        wallet.send(b"late")


def test_a_phone_is_found_once(phone: LoopbackPhone) -> None:
    till, wallet = both(phone)
    with pytest.raises(TransportError):
        phone.accept(wait=AT_ONCE)
    with pytest.raises(TransportError):
        LoopbackLink.connect(phone.service)
    till.close()
    wallet.close()


def test_one_side_that_just_goes(phone: LoopbackPhone) -> None:
    till, wallet = both(phone)
    till._connection.close()
    till._is_open = False
    assert_gone(wallet)


def test_a_stranger_at_the_port(phone: LoopbackPhone) -> None:
    with socket.create_connection(("127.0.0.1", port_of(phone.service))) as stranger:
        link = phone.accept(wait=LONG)
        assert link is not None
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(KridError) as caught:
            link.receive(wait=LONG)
        assert caught.value.code is Code.PROXIMITY_CHUNK
        with pytest.raises(TransportError):
            link.receive(wait=AT_ONCE)


def test_a_reset_connection(phone: LoopbackPhone) -> None:
    till, wallet = both(phone)
    till._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    till._let_go()
    assert_gone(wallet)


def test_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_arguments: object, **_words: object) -> None:
        raise OSError

    monkeypatch.setattr(socket, "create_server", taken)
    with pytest.raises(TransportError) as caught:
        LoopbackPhone.advertise(system_entropy)
    assert caught.value.code is Code.PROXIMITY_LINK


def test_frames_come_in_any_pieces() -> None:
    service = UUID(int=1)
    stream = b"\x00\x00\x10" + service.bytes + b"\x01\x00\x01\x01" + b"\x02\x00\x03\x00ab"
    reader = FrameReader()
    found: list[bytes] = []
    for place in range(len(stream)):
        found += reader.feed(stream[place : place + 1], service=service)
    assert found == [b"ab"]


@given(st.binary(max_size=80))
def test_any_bytes_are_frames_or_refused(raw: bytes) -> None:
    try:
        FrameReader().feed(raw, service=UUID(int=1))
    except KridError as refusal:
        assert refusal.code in {Code.PROXIMITY_CHUNK, Code.PROXIMITY_ORDER}


def test_a_pair_in_memory_refuses_what_is_no_message() -> None:
    one, other = memory_pair(size=20)
    with pytest.raises(MisuseError):
        one.send(b"")
    one.send(b"x" * 50)
    one.close()
    assert other.receive(wait=AT_ONCE) == b"x" * 50
    assert limits.MAX_PROXIMITY_MESSAGES < 2**32
