import importlib.util
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core.entropy import system_entropy
from krid.bbs import curve
from krid.bbs.curve import G1Point, Scalar
from krid.errors import Code, KridError, MisuseError

SCALARS = st.integers(min_value=0, max_value=2**64 - 1).map(Scalar)
TERMS = st.lists(st.tuples(SCALARS.map(lambda by: G1Point() * by), SCALARS), max_size=6)


@given(st.binary(min_size=40, max_size=56))
def test_any_bytes_are_a_point_or_refused(octets: bytes) -> None:
    try:
        point = curve.parse_g1(octets)
    except KridError as error:
        assert error.code is Code.BBS_POINT
    else:
        assert point.to_compressed_bytes() == octets


@given(st.binary(min_size=30, max_size=34))
def test_any_bytes_are_a_scalar_or_refused(octets: bytes) -> None:
    try:
        scalar = curve.parse_scalar(octets)
    except KridError as error:
        assert error.code is Code.BBS_SCALAR
    else:
        assert scalar.to_be_bytes() == octets


@given(TERMS)
def test_a_hidden_sum_is_the_sum(terms: list[tuple[G1Point, Scalar]]) -> None:
    naive = sum((point * by for point, by in terms), start=G1Point.identity())
    assert curve.public_sum(terms) == curve.hidden_sum(terms, system_entropy) == naive


@given(SCALARS)
def test_hidden_multiples_and_inverses(by: Scalar) -> None:
    assert curve.hidden_multiple_of_base(by, system_entropy) == curve.G2Point() * by
    if not by.is_zero():
        assert curve.hidden_inverse(by, system_entropy) == by.inverse()


def test_the_binding_never_multiplies_by_the_secret_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[Scalar] = []
    plain = curve.public_sum

    def watched(terms: curve.Terms) -> G1Point:
        pairs = list(terms)
        seen.extend(by for _, by in pairs)
        return plain(pairs)

    monkeypatch.setattr(curve, "public_sum", watched)
    secrets = [Scalar(3), Scalar(5)]
    first = curve.hidden_sum([(G1Point(), by) for by in secrets], system_entropy)
    again = curve.hidden_sum([(G1Point(), by) for by in secrets], system_entropy)
    assert first == again
    assert not set(secrets) & set(seen)
    assert len(set(seen)) == len(seen) == 6


def test_zero_has_no_inverse() -> None:
    with pytest.raises(MisuseError) as error:
        curve.hidden_inverse(Scalar(0), system_entropy)
    assert error.value.code is Code.BBS_SCALAR


def test_without_the_binding_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_arkworks_bls12381", None)
    spec = importlib.util.spec_from_file_location("krid_bbs_curve_again", curve.__file__)
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(MisuseError) as error:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert (error.value.code, error.value.detail) == (Code.MISUSE_EXTRA, "pip install 'krid[bbs]'")
