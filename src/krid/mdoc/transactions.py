"""Transaction data among the elements that a device asserts (OpenID4VP 1.0, appendix B.2.1).

The text leaves to each type of transaction which element returns it and how. krid puts the
hashes of all transactions that name one element into it, as an array of byte strings in the order
of the request: SHA-256, or what the verifier asks for, over the text as it came.
"""

import hashlib
from collections.abc import Mapping, Sequence

from krid.errors import BindingError, Code, UnsupportedError
from krid.mdoc.model import Elements
from krid.model import HASH_NAMES, TransactionData, common_hash


def bind(transactions: Sequence[TransactionData]) -> Elements:
    """Return the elements that authorise transactions, for the device to sign.

    That the issuer lets the device assert them is checked where the document is made.

    Raises:
        UnsupportedError: `transaction.format` for one that an mdoc can't return,
            `transaction.hash` when no one hash serves all in one element.
    """
    elements: dict[str, dict[str, object]] = {}
    for (namespace, name), each in _by_element(transactions).items():
        elements.setdefault(namespace, {})[name] = _digests(each)
    return elements


def check(asserted: Elements, offered: Sequence[TransactionData]) -> tuple[TransactionData, ...]:
    """Return which of the transactions offered a device authorised.

    Raises:
        BindingError: `transaction.foreign` when an element for transactions holds anything else.
    """
    authorised: list[TransactionData] = []
    named = _by_element([each for each in offered if each.element is not None])
    for (namespace, name), each in named.items():
        members = asserted.get(namespace, {})
        if name in members:
            authorised.extend(_authorised(members[name], each))
    return tuple(authorised)


def _authorised(value: object, offered: Sequence[TransactionData]) -> list[TransactionData]:
    """Find whose hashes an element holds: each of one transaction, and none twice."""
    known = {
        _digest(each, alg): each
        for each in offered
        for alg in each.accepted_hashes
        if alg in HASH_NAMES
    }
    hashes = value if isinstance(value, list | tuple) else ()
    if not hashes or not all(each in known for each in hashes if isinstance(each, bytes)):
        raise BindingError(Code.TRANSACTION_FOREIGN)
    found = [known[each] for each in hashes if isinstance(each, bytes)]
    if len(found) != len(hashes) or len({each.encoded for each in found}) != len(found):
        raise BindingError(Code.TRANSACTION_FOREIGN)
    return found


def _by_element(
    transactions: Sequence[TransactionData],
) -> Mapping[tuple[str, str], list[TransactionData]]:
    found: dict[tuple[str, str], list[TransactionData]] = {}
    for each in transactions:
        if each.element is None:
            raise UnsupportedError(Code.TRANSACTION_FORMAT)
        found.setdefault(each.element, []).append(each)
    return found


def _digests(transactions: Sequence[TransactionData]) -> list[bytes]:
    alg = common_hash(transactions)
    if alg is None:
        raise UnsupportedError(Code.TRANSACTION_HASH)
    return [_digest(each, alg) for each in transactions]


def _digest(transaction: TransactionData, alg: str) -> bytes:
    return hashlib.new(HASH_NAMES[alg], transaction.encoded.encode("ascii")).digest()
