import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor
from krid.errors import KridError
from krid.keys import Curve, LocalKey, cose_key

KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in Curve}
LABELS = st.integers(-5, 5)
VALUES = (
    st.integers(-10, 10)
    | st.binary(max_size=67)
    | st.booleans()
    | st.none()
    | st.text(max_size=3)
    | st.floats()
)


@pytest.mark.parametrize("curve", Curve)
def test_reading_undoes_writing(curve: Curve) -> None:
    written = cose_key.encode(KEYS[curve])
    assert cose_key.parse(written) == KEYS[curve]
    assert cose_key.parse(cbor.decode(cbor.encode(written))) == KEYS[curve]


@pytest.mark.parametrize("curve", [curve for curve in Curve if curve.kty == "EC"])
def test_a_compressed_point_is_read(curve: Curve) -> None:
    written = cose_key.encode(KEYS[curve])
    sign = bool(KEYS[curve].raw[-1] & 1)
    assert cose_key.parse({**written, -3: sign}) == KEYS[curve]
    assert cose_key.parse({**written, -3: not sign}) != KEYS[curve]


def test_other_labels_are_ignored() -> None:
    written = cose_key.encode(KEYS[Curve.P256])
    others: dict[int | str, object] = {2: b"kid", 3: -7, "x": 1}
    assert cose_key.parse(dict(written) | others) == KEYS[Curve.P256]


@given(st.dictionaries(LABELS, VALUES) | VALUES)
def test_anything_is_a_key_or_refused(value: object) -> None:
    try:
        cose_key.parse(value)
    except KridError as error:
        assert error.code.value.startswith("key.")


@given(st.sampled_from(list(Curve)), LABELS, VALUES)
def test_one_changed_member_is_a_key_or_refused(curve: Curve, label: int, value: object) -> None:
    changed: dict[int, object] = dict(cose_key.encode(KEYS[curve]))
    changed[label] = value
    try:
        cose_key.parse(changed)
    except KridError as error:
        assert error.code.value.startswith("key.")
