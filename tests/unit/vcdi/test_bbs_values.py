import base64
from collections.abc import Sequence

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import limits
from krid.errors import Code, KridError, MalformedError
from krid.vcdi.bbs2023.values import BaseProofValue, DerivedProofValue, Nym
from krid.vcdi.bbs_feature import Feature

FEATURES = st.sampled_from(list(Feature))
PLACES = st.sets(st.integers(0, limits.MAX_BBS_MESSAGES), max_size=20).map(
    lambda found: tuple(sorted(found))
)
POINTERS = st.lists(st.text(max_size=10), unique=True, max_size=5).map(tuple)


def _fixed(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


@st.composite
def _bases(draw: st.DrawFn) -> BaseProofValue:
    feature = draw(FEATURES)
    return BaseProofValue(
        feature,
        draw(_fixed(80)),
        draw(_fixed(64)),
        draw(_fixed(96)),
        draw(_fixed(32)),
        draw(POINTERS),
        draw(_fixed(32)) if feature.has_pseudonym else b"",
    )


@st.composite
def _derived(draw: st.DrawFn) -> DerivedProofValue:
    feature = draw(FEATURES)
    numbers = draw(st.integers(0, 20))
    return DerivedProofValue(
        feature,
        draw(st.binary(max_size=40)),
        dict(zip(range(numbers), draw(st.permutations(range(numbers))), strict=True)),
        draw(PLACES),
        draw(PLACES),
        draw(st.binary(max_size=20)),
        Nym(draw(st.text(max_size=20)), draw(_fixed(48))) if feature.has_pseudonym else None,
        None if feature is Feature.BASELINE else draw(st.integers(0, 20)),
    )


@given(_bases())
@settings(deadline=None)
def test_a_base_value_is_read_as_it_was_written(value: BaseProofValue) -> None:
    assert BaseProofValue.parse(value.encode()) == value
    with pytest.raises(MalformedError) as error:
        DerivedProofValue.parse(value.encode())
    assert error.value.code is Code.DI_PROOF_HEADER


@given(_derived())
@settings(deadline=None)
def test_a_derived_value_is_read_as_it_was_written(value: DerivedProofValue) -> None:
    assert DerivedProofValue.parse(value.encode()) == value
    with pytest.raises(MalformedError) as error:
        BaseProofValue.parse(value.encode())
    assert error.value.code is Code.DI_PROOF_HEADER


@given(st.one_of(st.text(), st.binary().map(lambda raw: "u" + base64.b64encode(raw).decode())))
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in (BaseProofValue, DerivedProofValue):
        with pytest.raises(KridError):
            kind.parse(text)


def test_secrets_do_not_print() -> None:
    value = BaseProofValue(
        Feature.PSEUDONYM, b"\x11" * 80, b"\x22" * 64, b"", b"\x33" * 32, (), b"\x44" * 32
    )
    for octet in ("\\x11", '"""""', "3333", "DDDD"):
        assert octet not in repr(value)


BASE = [bytes(80), bytes(64), bytes(96), bytes(32), ["/issuer"]]
DERIVED = [b"proof", {0: 1, 1: 0}, [0, 2], [1, 3], b""]


def _text(header: str, components: object, behind: bytes = b"") -> str:
    raw = bytes.fromhex(header) + cbor2.dumps(components) + behind
    return "u" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _put(components: Sequence[object], at: int, value: object) -> list[object]:
    return [*components[:at], value, *components[at + 1 :]]


GOOD = _text("d95d03", DERIVED)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.DI_PROOF_VALUE),
        ("z" + GOOD[1:], Code.DI_PROOF_VALUE),
        (GOOD + "=", Code.DI_PROOF_VALUE),
        (GOOD + "A" * limits.MAX_SD_PROOF_VALUE_CHARS, Code.DI_PROOF_VALUE),
        ("u", Code.DI_PROOF_HEADER),
        (_text("d95d00", DERIVED), Code.DI_PROOF_HEADER),
        (_text("d95d01", DERIVED), Code.DI_PROOF_HEADER),
        (_text("d95d0a", DERIVED), Code.DI_PROOF_HEADER),
        (_text("d95d02", DERIVED), Code.DI_PROOF_HEADER),
        (_text("d95d03", DERIVED, b"\x00"), Code.DI_PROOF_VALUE),
        (GOOD[:-2], Code.DI_PROOF_VALUE),
        (_text("d95d03", {}), Code.DI_PROOF_VALUE),
        (_text("d95d03", DERIVED[:4]), Code.DI_PROOF_VALUE),
        (_text("d95d03", [*DERIVED, 1]), Code.DI_PROOF_VALUE),
        (_text("d95d05", DERIVED), Code.DI_PROOF_VALUE),
        (_text("d95d05", [*DERIVED, -1]), Code.DI_PROOF_VALUE),
        (_text("d95d05", [*DERIVED, limits.MAX_BBS_MESSAGES + 1]), Code.DI_PROOF_VALUE),
        (_text("d95d07", [*DERIVED, bytes(48), 1]), Code.DI_PROOF_VALUE),
        (_text("d95d07", [*DERIVED, "domain", bytes(47), 1]), Code.DI_PROOF_VALUE),
        (_text("d95d07", [*DERIVED, b"domain", bytes(48), 1]), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 0, "proof")), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 1, [1, 0])), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 1, {0: 1, 1: 1})), Code.DI_LABEL_MAP),
        (_text("d95d03", _put(DERIVED, 1, {"c14n0": 1})), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 1, {0: "b1"})), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 2, [2, 0])), Code.DI_INDEX),
        (_text("d95d03", _put(DERIVED, 3, [1, 1])), Code.DI_INDEX),
        (_text("d95d03", _put(DERIVED, 3, [True])), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 3, [-1])), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 4, "header")), Code.DI_PROOF_VALUE),
        (_text("d95d03", _put(DERIVED, 4, cbor2.CBORTag(2, b"h"))), Code.DI_PROOF_VALUE),
    ],
)
def test_a_derived_value_that_is_none(text: str, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        DerivedProofValue.parse(text)
    assert error.value.code is code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (_text("d95d02", _put(BASE, 0, bytes(79))), Code.DI_PROOF_VALUE),
        (_text("d95d02", _put(BASE, 1, bytes(65))), Code.DI_PROOF_VALUE),
        (_text("d95d02", _put(BASE, 2, bytes(48))), Code.DI_PROOF_VALUE),
        (_text("d95d02", _put(BASE, 3, bytes(31))), Code.DI_PROOF_VALUE),
        (_text("d95d02", _put(BASE, 4, "/issuer")), Code.DI_PROOF_VALUE),
        (_text("d95d02", _put(BASE, 4, [1])), Code.DI_PROOF_VALUE),
        (_text("d95d02", _put(BASE, 4, ["/issuer", "/issuer"])), Code.DI_POINTER_TWICE),
        (_text("d95d03", BASE), Code.DI_PROOF_HEADER),
        (_text("d95d06", BASE), Code.DI_PROOF_VALUE),
        (_text("d95d06", [*BASE, 2**255]), Code.DI_PROOF_VALUE),
        (_text("d95d06", [*BASE, bytes(31)]), Code.DI_PROOF_VALUE),
    ],
)
def test_a_base_value_that_is_none(text: str, code: Code) -> None:
    with pytest.raises(MalformedError) as error:
        BaseProofValue.parse(text)
    assert error.value.code is code
