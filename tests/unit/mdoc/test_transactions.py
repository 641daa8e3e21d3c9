"""Transactions among the elements of a device: bound by it, and found by a verifier."""

import hashlib

import pytest

from krid.errors import Code, KridError
from krid.mdoc import transactions
from krid.model import TransactionData

SPACE = "org.example"


def made(
    text: str = "e30", name: str | None = "signed", hash_algs: tuple[str, ...] | None = None
) -> TransactionData:
    element = None if name is None else (SPACE, name)
    return TransactionData("urn:sign", ("licence",), text, {}, hash_algs, element)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def test_hashes_stand_in_the_element_of_the_type() -> None:
    first, second, other = made("e30"), made("e31"), made("e32", "other")
    bound = transactions.bind([first, second, other])
    assert bound == {SPACE: {"signed": [digest("e30"), digest("e31")], "other": [digest("e32")]}}
    assert transactions.check(bound, [other, first, second]) == (other, first, second)
    assert transactions.check(bound, [made("e33", None), first, second, other])
    assert transactions.check({}, [first]) == ()
    assert transactions.check({SPACE: {"more": 1}}, [first]) == ()


def test_a_part_of_the_transactions_may_be_authorised() -> None:
    first, second = made("e30", hash_algs=("sha-256", "sha-999")), made("e31")
    bound = {SPACE: {"signed": (digest("e31"),)}}
    assert transactions.check(bound, [first, second]) == (second,)


@pytest.mark.parametrize(
    "value",
    [
        1,
        (),
        (1,),
        (digest("e31"),),
        (digest("e30"), digest("e30")),
        (digest("e30"), 1),
        (digest("e30"), hashlib.sha512(b"e30").digest()),
    ],
)
def test_anything_else_in_the_element_is_refused(value: object) -> None:
    offered = [made("e30", hash_algs=("sha-256", "sha-512"))]
    with pytest.raises(KridError) as error:
        transactions.check({SPACE: {"signed": value}}, offered)
    assert error.value.code is Code.TRANSACTION_FOREIGN


def test_what_an_mdoc_can_not_return_is_refused() -> None:
    with pytest.raises(KridError) as error:
        transactions.bind([made(name=None)])
    assert error.value.code is Code.TRANSACTION_FORMAT
    with pytest.raises(KridError) as error:
        transactions.bind([made(hash_algs=("sha-384",)), made("e31")])
    assert error.value.code is Code.TRANSACTION_HASH
