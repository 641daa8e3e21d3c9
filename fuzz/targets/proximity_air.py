"""Pieces, channels and frames: any bytes, however cut, are messages or refused."""

from uuid import UUID

from krid.errors import KridError
from krid.proximity import BleReceiver, L2capReceiver, SessionData, SessionEstablishment, pieces
from krid.proximity.loopback import FrameReader

SERVICE = UUID(int=0)


def target(data: bytes) -> None:
    size = 2 + (data[0] if data else 0)
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    receiver, channel, frames = BleReceiver(), L2capReceiver(), FrameReader()
    receiver.write_state(b"\x01")
    try:
        for each in parts:
            receiver.write_piece(each)
    except KridError:
        pass
    try:
        for each in parts:
            for message in (*channel.write(each), *frames.feed(each, service=SERVICE)):
                check(message, size)
    except KridError:
        pass
    check(data, size)


def check(message: bytes, size: int) -> None:
    for kind in (SessionEstablishment, SessionData):
        try:
            found = kind.parse(message)
        except KridError:
            continue
        if kind.parse(found.encode()) != found:
            raise AssertionError
    if not message:
        return
    receiver = BleReceiver()
    receiver.write_state(b"\x01")
    values = [receiver.write_piece(each) for each in pieces(message, size=min(size, 512))]
    if values[-1] != message or any(each is not None for each in values[:-1]):
        raise AssertionError
