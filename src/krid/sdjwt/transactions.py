"""Transaction data in a key binding JWT (OpenID4VP 1.0, appendix B.3.3.1)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from krid._core import base64url, shape
from krid._core.strict_json import Json, JsonObject
from krid.errors import BindingError, Code, UnsupportedError
from krid.model import DEFAULT_HASH, HASH_NAMES, TransactionData, common_hash

HASHES: Final = "transaction_data_hashes"
HASHES_ALG: Final = "transaction_data_hashes_alg"


def bind(transactions: Sequence[TransactionData]) -> JsonObject:
    """Return the members of a key binding JWT that authorise all of some transactions.

    Raises:
        UnsupportedError: `transaction.hash` when no one hash serves all of them.
    """
    if not transactions:
        return {}
    alg = common_hash(transactions)
    if alg is None:
        raise UnsupportedError(Code.TRANSACTION_HASH)
    members: JsonObject = {HASHES: [_digest(each, alg) for each in transactions]}
    if any(each.hash_algs is not None for each in transactions):
        members[HASHES_ALG] = alg
    return members


def check(
    bound: Mapping[str, Json], offered: Sequence[TransactionData]
) -> tuple[TransactionData, ...]:
    """Return which of the transactions offered a key binding JWT authorises, in its order.

    Raises:
        BindingError: `kb.transaction` for a hash of anything else, one twice, or made with
            another algorithm than asked for.
        MalformedError: `kb.syntax`.
    """
    if HASHES not in bound:
        if HASHES_ALG in bound:
            raise BindingError(Code.KB_TRANSACTION)
        return ()
    hashes = shape.texts(bound[HASHES], Code.KB_SYNTAX)
    alg = None if HASHES_ALG not in bound else shape.text(bound[HASHES_ALG], Code.KB_SYNTAX)
    fitting = [each for each in offered if _takes(each, alg)]
    by_hash = {_digest(each, alg or DEFAULT_HASH): each for each in fitting}
    if not hashes or len(set(hashes)) != len(hashes) or not by_hash.keys() >= set(hashes):
        raise BindingError(Code.KB_TRANSACTION)
    return tuple(by_hash[each] for each in hashes)


def _takes(transaction: TransactionData, alg: str | None) -> bool:
    """Tell whether a verifier takes this hash for a transaction; one asked for must be named."""
    if alg is None:
        return transaction.hash_algs is None
    return alg in HASH_NAMES and alg in transaction.accepted_hashes


def _digest(transaction: TransactionData, alg: str) -> str:
    hashed = hashlib.new(HASH_NAMES[alg], transaction.encoded.encode("ascii"))
    return base64url.encode(hashed.digest())
