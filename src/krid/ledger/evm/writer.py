"""Telling a contract: transactions that are prepared, signed behind a port, sent, and looked up.

Nothing here waits: a program asks `outcome` again until there is one.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol, final

from krid._core import shape, strict_json
from krid.errors import Code, ContentError, MalformedError, MisuseError
from krid.evm.blocks import ADDRESS_BYTES
from krid.evm.node import Node
from krid.evm.values import read_data, read_quantity, write_data
from krid.ledger.evm.artefact import Artefact
from krid.ledger.evm.contract import call_of
from krid.ledger.statements import Statement
from krid.net import Flow

_HASH_BYTES: Final = 32
_GAS_MARGIN: Final = 5
"""A fifth more gas than the node estimates: the state may change before the block."""


@final
@dataclass(frozen=True, slots=True)
class Transaction:
    """What is to be signed: of the form that all networks take (EIP-155), with the chain's number.

    `to` is None to deploy a contract.
    """

    chain_id: int
    nonce: int
    gas: int
    gas_price: int
    to: bytes | None
    data: bytes = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """The bytes to send, and the hash by which the network knows them."""

    raw: bytes = field(repr=False)
    hash: bytes


class TransactionSigner(Protocol):
    """Something that signs transactions with a key which never leaves it."""

    @property
    def address(self) -> bytes:
        """The 20 bytes of the account that pays."""
        ...

    def sign(self, transaction: Transaction) -> SignedTransaction:
        """Sign."""
        ...


@final
class LocalAccount:
    """An account whose key is in this process's memory; `repr` shows the address alone."""

    __slots__ = ("_account", "address")

    def __init__(self, private_key: bytes) -> None:
        """Take a secp256k1 key of 32 bytes.

        Raises:
            MisuseError: `key.syntax`.
        """
        from eth_account import Account

        try:
            self._account = Account.from_key(private_key)
        except Exception as cause:  # the library has its own and those of others
            raise MisuseError(Code.KEY_SYNTAX) from cause
        self.address: Final = bytes.fromhex(self._account.address[2:])

    def __repr__(self) -> str:
        """Show the address alone."""
        return f"LocalAccount(0x{self.address.hex()})"

    def sign(self, transaction: Transaction) -> SignedTransaction:
        """Sign."""
        members = {
            "chainId": transaction.chain_id,
            "nonce": transaction.nonce,
            "gas": transaction.gas,
            "gasPrice": transaction.gas_price,
            "value": 0,
            "to": "" if transaction.to is None else _checksummed(transaction.to),
            "data": transaction.data,
        }
        signed = self._account.sign_transaction(members)
        return SignedTransaction(bytes(signed.raw_transaction), bytes(signed.hash))


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """A transaction that is in a block, and the contract that it made, if it did."""

    block: int
    contract: bytes | None


def deploy(node: Node, name: str, signer: TransactionSigner, *, chain_id: int) -> Flow[bytes]:
    """Send the transaction that makes a contract, and return its hash.

    Raises:
        ContentError: `evm.chain_id`.
        MalformedError: `evm.answer`.
        TransportError: `evm.refused`, and what the transport raises.
    """
    return (yield from _send(node, signer, chain_id, None, Artefact.load(name).bytecode))


def say(
    node: Node,
    statement: Statement,
    signer: TransactionSigner,
    *,
    contract: bytes,
    chain_id: int,
) -> Flow[bytes]:
    """Send the transaction that tells a `KridTrust` contract a statement, and return its hash.

    Raises:
        ContentError, MalformedError, TransportError: as `deploy`; `evm.refused` also when the
            contract would not take it.
    """
    return (yield from _send(node, signer, chain_id, contract, call_of(statement)))


def outcome(node: Node, transaction: bytes) -> Flow[Outcome | None]:
    """Return what became of a transaction; None when it is in no block yet.

    Raises:
        ContentError: `evm.reverted`.
        MalformedError: `evm.answer`.
        TransportError: as `deploy`.
    """
    value = yield from node.ask("eth_getTransactionReceipt", write_data(transaction))
    if value is None:
        return None
    members = shape.mapping(value, Code.EVM_ANSWER)
    if read_data(members.get("transactionHash"), size=_HASH_BYTES) != transaction:
        raise MalformedError(Code.EVM_ANSWER, "another transaction")
    if read_quantity(members.get("status"), bits=1) == 0:
        raise ContentError(Code.EVM_REVERTED)
    made = members.get("contractAddress")
    contract = None if made is None else read_data(made, size=ADDRESS_BYTES)
    return Outcome(read_quantity(members.get("blockNumber"), bits=64), contract)


def _send(
    node: Node, signer: TransactionSigner, chain_id: int, to: bytes | None, data: bytes
) -> Flow[bytes]:
    if read_quantity((yield from node.ask("eth_chainId"))) != chain_id:
        raise ContentError(Code.EVM_CHAIN_ID)
    sender = write_data(signer.address)
    nonce = yield from node.ask("eth_getTransactionCount", sender, "pending")
    price = yield from node.ask("eth_gasPrice")
    call: strict_json.JsonObject = {"from": sender, "data": write_data(data)}
    if to is not None:
        call["to"] = write_data(to)
    estimate = read_quantity((yield from node.ask("eth_estimateGas", call)), bits=64)
    transaction = Transaction(
        chain_id=chain_id,
        nonce=read_quantity(nonce, bits=64),
        gas=estimate + estimate // _GAS_MARGIN,
        gas_price=read_quantity(price, bits=128),
        to=to,
        data=data,
    )
    signed = signer.sign(transaction)
    sent = yield from node.ask("eth_sendRawTransaction", write_data(signed.raw))
    if read_data(sent, size=_HASH_BYTES) != signed.hash:
        raise MalformedError(Code.EVM_ANSWER, "another transaction")
    return signed.hash


def _checksummed(address: bytes) -> str:
    from eth_utils.address import to_checksum_address

    return str(to_checksum_address(address))
