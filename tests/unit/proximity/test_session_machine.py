"""Random walks through a session, with messages lost, repeated, changed and sent back.

Against a simple model: a side reads a message only if it is the next of the other side, and never
anything after the session has ended for it.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from proximity import Raw, Room, licence

from krid import mdoc
from krid.errors import KridError, MisuseError
from krid.proximity import (
    DECLINED,
    Asked,
    DeviceSession,
    Ended,
    ReaderSession,
    SessionData,
    Then,
)

ASKED = licence("number")


class Sessions(RuleBasedStateMachine):
    """`to_device` and `to_reader` are messages that were sent and have not arrived."""

    @initialize()
    def begin(self) -> None:
        self.room = Room()
        self.device: DeviceSession = self.room.device
        self.reader: ReaderSession = self.room.reader
        self.to_device: list[bytes] = []
        self.to_reader: list[bytes] = []
        self.seen: list[bytes] = []
        self.is_asked = self.waits = False

    @precondition(lambda self: not self.waits and not self.reader.has_ended)
    @rule()
    def ask(self) -> None:
        self.to_device.append(self.reader.ask(ASKED, purpose="test"))
        self.waits = True

    @precondition(lambda self: self.to_device)
    @rule()
    def deliver_to_device(self) -> None:
        message = self.to_device.pop(0)
        self.seen.append(message)
        was_over, was_asked = self.device.has_ended, self.is_asked
        try:
            found = self.device.receive(message)
        except KridError:
            assert self.device.has_ended
            return
        assert not was_over
        if isinstance(found, Asked):
            assert not was_asked
            self.is_asked = True
        else:
            assert isinstance(found, Ended)
            assert self.device.has_ended

    @precondition(lambda self: self.is_asked and not self.device.has_ended)
    @rule(then=st.sampled_from(Then))
    def decline(self, then: Then) -> None:
        self.to_reader.append(self.device.decline(then=then))
        self.is_asked = False
        assert self.device.has_ended == (then is Then.END)

    @precondition(lambda self: self.to_reader)
    @rule()
    def deliver_to_reader(self) -> None:
        message = self.to_reader.pop(0)
        self.seen.append(message)
        was_over, waited = self.reader.has_ended, self.waits
        try:
            found = self.reader.receive(message)
        except KridError:
            assert self.reader.has_ended
            return
        assert not was_over
        if found is DECLINED:
            assert waited
            self.waits = False
        else:
            assert isinstance(found, Ended)
            assert self.reader.has_ended

    @precondition(lambda self: self.seen)
    @rule(place=st.integers(0, 9), change=st.booleans())
    def replay_or_reflect(self, place: int, *, change: bool) -> None:
        """What was seen on the air is of no use a second time, to either side."""
        message = self.seen[place % len(self.seen)]
        sealed = SessionData.parse(message).data if b"eReaderKey" not in message else None
        if sealed is None:
            return
        if change:
            message = SessionData(sealed[:-1] + bytes((sealed[-1] ^ 1,))).encode()
        for side in (self.device, self.reader):
            try:
                found = side.receive(message)
            except MisuseError:
                raise
            except KridError:
                assert side.has_ended
            else:
                raise AssertionError(found)

    @precondition(lambda self: not self.reader.has_ended)
    @rule()
    def reader_ends(self) -> None:
        self.to_device.append(self.reader.end())
        assert self.reader.has_ended

    @precondition(lambda self: not self.device.has_ended)
    @rule()
    def device_ends(self) -> None:
        self.to_reader.append(self.device.end())
        assert self.device.has_ended


Sessions.TestCase.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
TestSessions = Sessions.TestCase


def test_no_nonce_is_used_twice() -> None:
    """Each message of one direction has the next number, whatever is in it."""
    room = Room()
    raw = Raw(room.device)
    cipher = raw.cipher()
    nonces = set()
    for _ in range(10):
        assert cipher._sending is not None
        _, nonce = cipher._sending.next()
        nonces.add(nonce)
    assert cipher._receiving is not None
    nonces.add(cipher._receiving.next()[1])
    assert len(nonces) == 11
    assert {len(each) for each in nonces} == {12}
    assert bytes(11) + b"\x01" in nonces
    assert bytes(7) + b"\x01" + bytes(3) + b"\x01" in nonces
    assert isinstance(raw.transcript, mdoc.SessionTranscript)
