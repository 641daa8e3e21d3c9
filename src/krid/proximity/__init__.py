"""ISO/IEC 18013-5 in proximity: engagement, session encryption and both roles, as bytes.

A phone shows an engagement, a reader connects and asks, and one more wire form of `krid.exchange`
goes over the air. There is no radio here: `Link` is the port that one fills.
"""

from krid.proximity.ble import (
    BleMode,
    BleReceiver,
    BleState,
    Characteristics,
    L2capReceiver,
    ident_value,
    l2cap_frame,
    piece_size,
    pieces,
)
from krid.proximity.carriers import BleCarrier, Carrier, NfcCarrier
from krid.proximity.cipher import Role, SessionCipher
from krid.proximity.device import DeviceSession
from krid.proximity.engagement import (
    SESSION_CURVES,
    Capability,
    DeviceEngagement,
    OriginInfo,
)
from krid.proximity.link import Link, MemoryLink, memory_pair
from krid.proximity.loopback import LoopbackLink, LoopbackPhone, service_of
from krid.proximity.messages import SessionData, SessionEstablishment, SessionStatus
from krid.proximity.ndef import NameFormat, NdefRecord, encode_ndef, parse_ndef
from krid.proximity.nfc import (
    SERVICE_ACCEPTED,
    SERVICE_PARAMETER,
    SERVICE_SELECT,
    HandoverRequest,
    HandoverSelect,
)
from krid.proximity.questions import Asked
from krid.proximity.reader import DECLINED, Declined, ReaderIdentity, ReaderSession
from krid.proximity.retrieval import (
    BleOptions,
    NfcOptions,
    OtherMethod,
    RetrievalMethod,
    WifiAwareOptions,
)
from krid.proximity.talk import Ended, Then

__all__ = [
    "DECLINED",
    "SERVICE_ACCEPTED",
    "SERVICE_PARAMETER",
    "SERVICE_SELECT",
    "SESSION_CURVES",
    "Asked",
    "BleCarrier",
    "BleMode",
    "BleOptions",
    "BleReceiver",
    "BleState",
    "Capability",
    "Carrier",
    "Characteristics",
    "Declined",
    "DeviceEngagement",
    "DeviceSession",
    "Ended",
    "HandoverRequest",
    "HandoverSelect",
    "L2capReceiver",
    "Link",
    "LoopbackLink",
    "LoopbackPhone",
    "MemoryLink",
    "NameFormat",
    "NdefRecord",
    "NfcCarrier",
    "NfcOptions",
    "OriginInfo",
    "OtherMethod",
    "ReaderIdentity",
    "ReaderSession",
    "RetrievalMethod",
    "Role",
    "SessionCipher",
    "SessionData",
    "SessionEstablishment",
    "SessionStatus",
    "Then",
    "WifiAwareOptions",
    "encode_ndef",
    "ident_value",
    "l2cap_frame",
    "memory_pair",
    "parse_ndef",
    "piece_size",
    "pieces",
    "service_of",
]
