"""How a reader got hold of a device's engagement in proximity (section 9.1.5.1)."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, TypeAlias, final

from krid._core.cbor import Cbor


class QrHandover(Enum):
    """The type of `QR_HANDOVER`."""

    QR_HANDOVER = "QR code"


QR_HANDOVER: Final[Literal[QrHandover.QR_HANDOVER]] = QrHandover.QR_HANDOVER
"""The device showed its engagement as a QR code; the transcript has null for it."""


@final
@dataclass(frozen=True, slots=True)
class NfcHandover:
    """The messages of an NFC connection handover, as they came.

    `select` is the Handover Select message; `request` the Handover Request message of a
    negotiated handover, None for a static one.
    """

    select: bytes = field(repr=False)
    request: bytes | None = field(repr=False)


Handover: TypeAlias = QrHandover | NfcHandover


def handover_value(handover: Handover) -> Cbor:
    """Return what stands for the handover in a session transcript."""
    if isinstance(handover, NfcHandover):
        return [handover.select, handover.request]
    return None
