"""What a person authorises by presenting a credential (OpenID4VP 1.0, section 8.4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

HASH_NAMES: Final[Mapping[str, str]] = {
    "sha-256": "sha256",
    "sha-384": "sha384",
    "sha-512": "sha512",
}
"""Hash algorithms for transaction data by their names in IANA's registry, krid's choice first."""

DEFAULT_HASH: Final = "sha-256"


@final
@dataclass(frozen=True, slots=True)
class TransactionData:
    """One thing to authorise, as the verifier sent it and a wallet knows its type.

    `encoded` is the base64url text as it came: hashes are made over it. `details` are the members
    beside `type` and `credential_ids`, for the person to read. `credential_ids` name the queries
    one of which authorises it. `hash_algs` are the hashes that the verifier takes; None where it
    names none, which means SHA-256. `element` is the namespace and identifier of the element in
    which an mdoc returns it, None where an mdoc can't.
    """

    type: str
    credential_ids: tuple[str, ...]
    encoded: str = field(repr=False)
    details: Mapping[str, object] = field(repr=False)
    hash_algs: tuple[str, ...] | None = None
    element: tuple[str, str] | None = None

    @property
    def accepted_hashes(self) -> tuple[str, ...]:
        """The names of the hashes that the verifier takes."""
        return (DEFAULT_HASH,) if self.hash_algs is None else self.hash_algs


def common_hash(transactions: Sequence[TransactionData]) -> str | None:
    """Return the hash that serves all of some transactions, None where there is none.

    >>> first = TransactionData("urn:pay", ("card",), "e30", {}, ("sha-512", "sha-384"))
    >>> common_hash([first, TransactionData("urn:pay", ("card",), "e30", {}, ("sha-384",))])
    'sha-384'
    """
    for name in HASH_NAMES:
        if all(name in each.accepted_hashes for each in transactions):
            return name
    return None


def allot(
    transactions: Sequence[TransactionData], chosen: Collection[str]
) -> Mapping[str, tuple[TransactionData, ...]]:
    """Say which chosen query authorises what: each transaction one query, the first it names.

    A transaction that names no chosen query is left out, for the caller to refuse.

    >>> pay = TransactionData("urn:pay", ("card", "licence"), "e30", {})
    >>> {name: len(each) for name, each in allot([pay], {"licence"}).items()}
    {'licence': 1}
    """
    allotted: dict[str, list[TransactionData]] = {}
    for each in transactions:
        name = next((name for name in each.credential_ids if name in chosen), None)
        if name is not None:
            allotted.setdefault(name, []).append(each)
    return {name: tuple(each) for name, each in allotted.items()}
