"""Any text is a proof value of bbs-2023, or refused; what was read is written and read again."""

from krid.errors import KridError
from krid.vcdi.bbs2023 import BaseProofValue, DerivedProofValue


def target(data: bytes) -> None:
    text = data.decode("latin-1")
    for kind in (BaseProofValue, DerivedProofValue):
        _read(kind, text)


def _read(kind: type[BaseProofValue] | type[DerivedProofValue], text: str) -> None:
    try:
        value = kind.parse(text)
    except KridError:
        return
    if kind.parse(value.encode()) != value:
        raise AssertionError("a proof value changed on its way")
