"""Sessions: whatever comes, plain or well encrypted, is refused or what nobody trusted may say.

Both keys are fixed here and used nowhere. Nobody is trusted: no request is answered and no answer
verified. After a refusal nothing is taken any more.
"""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from krid import mdoc, query
from krid._core.clock import FixedClock
from krid.errors import KridError
from krid.exchange import MemorySessions
from krid.keys import LocalKey
from krid.model import NO_STATUS
from krid.profiles import HAIP
from krid.proximity import (
    Asked,
    DeviceEngagement,
    DeviceSession,
    ReaderIdentity,
    ReaderSession,
    Role,
    SessionCipher,
    SessionData,
    SessionEstablishment,
)
from krid.trust import NOBODY
from krid.verifier import Verified, Verifier

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
PHONE, READER = (
    LocalKey.from_native(ec.derive_private_key(number, ec.SECP256R1())) for number in (5, 7)
)
ENGAGEMENT = DeviceEngagement.of(PHONE.public_key, methods=[])
ENCODED_KEY = mdoc.encode_reader_key(READER.public_key)
TRANSCRIPT = mdoc.SessionTranscript.of_proximity(
    device_engagement=ENGAGEMENT.raw, reader_key=ENCODED_KEY, handover=mdoc.QR_HANDOVER
)
ASKED = query.mdoc("card", doctype="card", claims={"ns": ["name"]})


def device() -> DeviceSession:
    return DeviceSession(PHONE, ENGAGEMENT, mdoc.QR_HANDOVER, readers=NOBODY, clock=CLOCK)


def reader() -> ReaderSession:
    verifier = Verifier(
        "x509_san_dns:shop.example",
        trust=NOBODY,
        status=NO_STATUS,
        profile=HAIP,
        sessions=MemorySessions(),
        clock=CLOCK,
    )
    made = ReaderSession(
        ENGAGEMENT,
        mdoc.QR_HANDOVER,
        methods=(),
        verifier=verifier,
        identity=ReaderIdentity(READER, (b"none",)),
        clock=CLOCK,
        key=READER,
    )
    made.ask(ASKED, purpose="fuzz")
    return made


def target(data: bytes) -> None:
    receive(device(), data)
    receive(reader(), data)
    sealed = cipher(READER, PHONE, Role.READER).seal(data)
    receive(device(), SessionEstablishment(ENCODED_KEY, sealed).encode())
    sealed = cipher(PHONE, READER, Role.DEVICE).seal(data)
    receive(reader(), SessionData(sealed).encode())


def cipher(ours: LocalKey, theirs: LocalKey, role: Role) -> SessionCipher:
    return SessionCipher.derive(ours, theirs.public_key, transcript=TRANSCRIPT, role=role)


def receive(session: DeviceSession | ReaderSession, message: bytes) -> None:
    try:
        found = session.receive(message)
    except KridError:
        if not session.has_ended or session.farewell is None:
            raise AssertionError from None
        SessionData.parse(session.farewell)
        return
    if isinstance(found, Asked | Verified):
        raise AssertionError  # noqa: TRY004  a finding
