"""Transactions in a key binding JWT: bound by a holder, and found by a verifier."""

import hashlib
from typing import Any

import pytest

from krid._core import base64url
from krid.errors import Code, KridError
from krid.model import TransactionData
from krid.sdjwt import transactions


def made(text: str = "e30", hash_algs: tuple[str, ...] | None = None) -> TransactionData:
    return TransactionData("urn:pay", ("card",), text, {}, hash_algs)


def digest(text: str, alg: str = "sha256") -> str:
    return base64url.encode(hashlib.new(alg, text.encode()).digest())


def test_the_algorithm_is_named_where_it_was_asked_for() -> None:
    assert transactions.bind([]) == {}
    assert transactions.bind([made()]) == {"transaction_data_hashes": [digest("e30")]}
    assert transactions.bind([made(hash_algs=("sha-512",))]) == {
        "transaction_data_hashes": [digest("e30", "sha512")],
        "transaction_data_hashes_alg": "sha-512",
    }
    with pytest.raises(KridError) as error:
        transactions.bind([made(hash_algs=("sha-512",)), made("e31")])
    assert error.value.code is Code.TRANSACTION_HASH


def test_what_is_bound_is_found() -> None:
    first, second = made("e30", ("sha-384", "sha-256")), made("e31", ("sha-256",))
    assert transactions.check(transactions.bind([second, first]), [first, second]) == (
        second,
        first,
    )
    assert transactions.check({}, [first]) == ()


@pytest.mark.parametrize(
    ("bound", "code"),
    [
        ({"transaction_data_hashes_alg": "sha-256"}, Code.KB_TRANSACTION),
        ({"transaction_data_hashes": []}, Code.KB_TRANSACTION),
        ({"transaction_data_hashes": [digest("e31")]}, Code.KB_TRANSACTION),
        ({"transaction_data_hashes": [digest("e30")] * 2}, Code.KB_TRANSACTION),
        ({"transaction_data_hashes": 1}, Code.KB_SYNTAX),
        (
            {"transaction_data_hashes": [digest("e30")], "transaction_data_hashes_alg": 1},
            Code.KB_SYNTAX,
        ),
        (
            {"transaction_data_hashes": [digest("e30")], "transaction_data_hashes_alg": "md5"},
            Code.KB_TRANSACTION,
        ),
        (
            {
                "transaction_data_hashes": [digest("e30", "sha512")],
                "transaction_data_hashes_alg": "sha-512",
            },
            Code.KB_TRANSACTION,
        ),
    ],
)
def test_anything_else_is_refused(bound: dict[str, Any], code: Code) -> None:
    with pytest.raises(KridError) as error:
        transactions.check(bound, [made()])
    assert error.value.code is code


def test_an_algorithm_that_was_asked_for_must_be_named() -> None:
    with pytest.raises(KridError) as error:
        transactions.check(
            {"transaction_data_hashes": [digest("e30")]}, [made("e30", ("sha-256",))]
        )
    assert error.value.code is Code.KB_TRANSACTION
