"""The software model of an IC card, and what it answers."""

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Any

import pytest
import registers
from hypothesis import given
from hypothesis import strategies as st
from registers import Authority

from krid.errors import Code, ContentError, KridError, MalformedError
from krid.registrar import PinnedChip
from krid.registrar.chip_pin import CHIP_TRIES
from krid.registrar.ic_card import Answer, Challenge, check_answer
from krid.store import Pin

CHALLENGE = Challenge("c-1", bytes(32), datetime(2026, 6, 1, 4, tzinfo=UTC))


@given(st.binary(max_size=600), st.integers(1, 2**48 - 1), st.binary(max_size=200))
def test_an_answer_is_read_as_it_was_written(
    certificate: bytes, counter: int, signature: bytes
) -> None:
    answer = Answer(certificate, counter, signature)
    assert Answer.parse(answer.encode()) == answer


@given(st.binary(max_size=100))
def test_any_bytes_are_an_answer_or_refused(raw: bytes) -> None:
    try:
        answer = Answer.parse(raw)
    except MalformedError as error:
        assert error.code is Code.REGISTER_IC_ANSWER
    else:
        assert answer.encode() == raw


@pytest.mark.parametrize("counter", [0, -1, 2**48, True])
def test_counters_that_no_chip_has(counter: int) -> None:
    with pytest.raises(MalformedError):
        Answer.parse(Answer(b"", counter, b"").encode())


def test_an_answer_holds_for_its_challenge_alone(authority: Authority) -> None:
    chip = authority.chip()
    answer = Answer.parse(chip.answer(CHALLENGE))
    good = {
        "value": CHALLENGE.value,
        "card_id": CHALLENGE.card_id,
        "chip_key": chip.chip_key,
        "anchors": (authority.ca,),
        "now": registers.NOW,
    }
    check_answer(answer, **good)  # type: ignore[arg-type]
    for change in (
        {"value": bytes(31) + b"\1"},
        {"card_id": "c-2"},
        {"chip_key": "another"},
        {"anchors": ()},
        {"now": registers.NOW + timedelta(days=20 * 365)},
    ):
        with pytest.raises(KridError):
            check_answer(answer, **(good | change))  # type: ignore[arg-type]


def test_the_counter_rises_and_a_clone_has_the_same(authority: Authority) -> None:
    chip = authority.chip()
    first = Answer.parse(chip.answer(CHALLENGE)).counter
    clone = chip.clone()
    again = [Answer.parse(each.answer(CHALLENGE)).counter for each in (chip, clone)]
    assert (first, again) == (1, [2, 2])
    assert clone.chip_key == chip.chip_key


def test_nothing_of_a_challenge_or_answer_is_shown(authority: Authority) -> None:
    answer = Answer.parse(authority.chip().answer(CHALLENGE))
    assert "0000" not in repr(CHALLENGE)
    assert answer.signature.hex() not in repr(answer)


def _dawdle(frame: FrameType, _event: str, _arg: object) -> Any:
    """Let other threads go first at every line of a chip's code."""
    if frame.f_code.co_name == "open" and frame.f_code.co_filename.endswith("chip_pin.py"):
        time.sleep(0.001)
        return _dawdle
    return None


@pytest.fixture
def crowd() -> Iterator[ThreadPoolExecutor]:
    def slowed() -> None:
        sys.settrace(_dawdle)

    with ThreadPoolExecutor(8, initializer=slowed) as made:
        yield made


def test_guesses_at_the_same_time_do_not_get_past_the_last_try(
    authority: Authority, crowd: ThreadPoolExecutor
) -> None:
    chip, gate = PinnedChip(authority.chip(), Pin("135790")), threading.Barrier(8)

    def guess(number: int) -> Code | None:
        gate.wait()
        try:
            chip.open(Pin(f"wrong {number}"))
        except ContentError as error:
            return error.code
        return None

    found = list(crowd.map(guess, range(8)))
    assert found.count(Code.REGISTER_IC_PIN) == CHIP_TRIES
    with pytest.raises(ContentError) as caught:
        chip.open(Pin("135790"))
    assert (caught.value.code, chip.left) == (Code.REGISTER_IC_PIN_BLOCKED, 0)
