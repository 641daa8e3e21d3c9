"""Transaction data: which hash serves all, and which credential authorises what."""

from krid.model import TransactionData, allot, common_hash


def made(*ids: str, hash_algs: tuple[str, ...] | None = None) -> TransactionData:
    return TransactionData("urn:pay", ids or ("card",), "e30", {}, hash_algs)


def test_sha_256_where_nothing_is_named() -> None:
    assert common_hash([made(), made(hash_algs=("sha-512", "sha-256"))]) == "sha-256"
    assert common_hash([made(), made(hash_algs=("sha-512",))]) is None
    assert common_hash([made(hash_algs=("md5",))]) is None


def test_each_transaction_is_authorised_by_one_credential() -> None:
    first, second, third = made("a", "b"), made("b"), made("c")
    assert allot([first, second, third], ["a", "b"]) == {"a": (first,), "b": (second,)}
    assert allot([first], ["b"]) == {"b": (first,)}
    assert allot([], ["b"]) == {}
