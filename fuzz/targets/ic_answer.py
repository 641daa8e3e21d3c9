"""Any bytes as an IC card's answer: only the one signature over this challenge is taken."""

from datetime import UTC, datetime, timedelta

from krid._core.entropy import system_entropy
from krid.errors import KridError
from krid.registrar.authority import SampleAuthority
from krid.registrar.ic_card import Answer, Challenge, check_answer

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_AUTHORITY = SampleAuthority.make(
    "https://registrar.example", country="KR", now=_NOW, entropy=system_entropy
)
_CHIP = _AUTHORITY.make_chip("chip-1", now=_NOW, entropy=system_entropy)
_CHALLENGE = Challenge("c-1", bytes(32), _NOW + timedelta(minutes=1))


def target(data: bytes) -> None:
    try:
        answer = Answer.parse(data)
    except KridError:
        answer = Answer.parse(_CHIP.answer(_CHALLENGE))
        answer = Answer(answer.certificate, answer.counter + 1 + len(data), answer.signature)
    try:
        check_answer(
            answer,
            value=_CHALLENGE.value,
            card_id=_CHALLENGE.card_id,
            chip_key=_CHIP.chip_key,
            anchors=(_AUTHORITY.root.certificate,),
            now=_NOW,
        )
    except KridError:
        return
    raise AssertionError("an answer that the chip did not give was taken")
