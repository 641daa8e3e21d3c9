"""What is read of somebody else's decoded JSON is refused by a code, whatever stands there."""

from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from krid._core import shape
from krid.did import ResolutionOptions
from krid.errors import Code, KridError, MalformedError
from krid.openid.oauth.pkce import check_verifier, parse_challenge
from krid.openid.vci.offer import TxCode
from krid.openid.vp.response import read_response
from krid.proofs import parse_proofs
from krid.query import parse_dcql
from krid.status import BitstringCredential, parse_reference
from krid.status.aggregation import aggregation_endpoint
from krid.trust.federation import StatementChain

SHAPES: list[Any] = [None, 5, 1.5, True, "x", b"x", [], [[]], [{}], {"a": []}]
READERS: dict[str, Callable[[Any], object]] = {
    "options": ResolutionOptions.parse,
    "proofs": parse_proofs,
    "dcql": parse_dcql,
    "bitstring": BitstringCredential.parse,
    "reference": parse_reference,
    "tx_code": TxCode.of_members,
    "chain": lambda value: StatementChain.parse([value]),
    "token": lambda value: read_response({"vp_token": value}),
    "challenge": lambda value: parse_challenge(value, "S256"),
    "verifier": lambda value: check_verifier(value, challenge="x"),
    "input_mode": lambda value: TxCode.of_members({"input_mode": value}),
}


@pytest.mark.parametrize("name", READERS)
def test_any_shape_is_refused(name: str) -> None:
    taken: list[Any] = [{"a": []}] if name == "tx_code" else []
    for value in SHAPES:
        if value in taken:
            READERS[name](value)
            continue
        with pytest.raises(KridError):
            READERS[name](value)


def test_where_an_aggregation_is() -> None:
    assert aggregation_endpoint({}) is None
    wrong: list[Any] = [[], "status_list_aggregation_endpoint"]
    for value in wrong:
        with pytest.raises(MalformedError) as error:
            aggregation_endpoint(value)
        assert error.value.code is Code.STATUS_SYNTAX


class Colour(Enum):
    RED = "red"


def test_one_of_an_enumeration() -> None:
    assert shape.one_of(Colour, "red", Code.INPUT_UNKNOWN) is Colour.RED
    for value in ("blue", ["red"], None):
        with pytest.raises(MalformedError) as error:
            shape.one_of(Colour, value, Code.INPUT_UNKNOWN)
        assert error.value.code is Code.INPUT_UNKNOWN
