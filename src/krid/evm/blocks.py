"""Which block to read at: one that others follow, in a chain that holds together.

From JSON-RPC alone it can't be shown that a block is part of the chain that everybody follows;
networks hash their headers differently. What can be checked is checked: the chain's number, that
the newest block is of now, that each block names the one before it as its parent, that times do
not run backwards, and that a block that was seen before is still there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.times import aware, from_numeric_date
from krid.errors import Code, ContentError, KridError, MalformedError, MisuseError, ValidityError
from krid.evm.node import Node
from krid.evm.values import read_data, read_quantity
from krid.net import Flow

ADDRESS_BYTES: Final = 20
_HASH_BYTES: Final = 32
_HASHES_ALONE: Final = False
"""Ask for the hashes of a block's transactions, not for the transactions."""


@final
@dataclass(frozen=True, slots=True)
class Block:
    """The head of a block, as a node says it."""

    number: int
    hash: bytes
    parent: bytes
    at: datetime

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read a block, whose transactions are left alone.

        Raises:
            MalformedError: `evm.answer`.
        """
        members = shape.mapping(value, Code.EVM_ANSWER)
        try:
            at = from_numeric_date(read_quantity(members.get("timestamp"), bits=64))
        except KridError as cause:
            raise MalformedError(Code.EVM_ANSWER, "a time") from cause
        return cls(
            read_quantity(members.get("number"), bits=64),
            read_data(members.get("hash"), size=_HASH_BYTES),
            read_data(members.get("parentHash"), size=_HASH_BYTES),
            at,
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTerms:
    """On which terms a chain is believed.

    `confirmations` is how many blocks must follow the one that is read: 0 for a network whose
    blocks are final at once (QBFT and IBFT of Hyperledger Besu), 64 for Ethereum. `known` is the
    newest block that was read before, or `FIRST_CONTACT`. `greatest_age` is how old the newest
    block may be, `skew` how far the chain's clock may be ahead.
    """

    chain_id: int
    contract: bytes
    confirmations: int
    known: Block | None
    greatest_age: timedelta
    skew: timedelta

    def __post_init__(self) -> None:
        """Refuse what can't be.

        Raises:
            MisuseError: `misuse.option`.
        """
        if len(self.contract) != ADDRESS_BYTES:
            raise MisuseError(Code.MISUSE_OPTION, "the address of a contract has 20 bytes")
        if not 0 <= self.confirmations <= limits.MAX_CONFIRMATIONS:
            raise MisuseError(Code.MISUSE_OPTION, "confirmations")


def settled_block(node: Node, *, terms: ChainTerms, now: datetime) -> Flow[Block]:
    """Return the newest block that as many follow as are demanded.

    Raises:
        ContentError: `evm.chain_id`, `evm.block_order`, `evm.unconfirmed`, `evm.rolled_back`,
            `evm.reorganised`.
        ValidityError: `evm.stale`, `evm.future`, `evm.block_time`.
        MalformedError: `evm.answer`.
        TransportError: `evm.refused`, and what the transport raises.
        MisuseError: `misuse.naive_time`.
    """
    chain_id = read_quantity((yield from node.ask("eth_chainId")))
    if chain_id != terms.chain_id:
        raise ContentError(Code.EVM_CHAIN_ID)
    newest = Block.parse((yield from node.ask("eth_getBlockByNumber", "latest", _HASHES_ALONE)))
    _check_age(newest, terms, now)
    if newest.number < terms.confirmations:
        raise ContentError(Code.EVM_UNCONFIRMED)
    block = newest
    for number in range(newest.number - 1, newest.number - terms.confirmations - 1, -1):
        block = yield from _parent(node, block, number)
    yield from _check_known(node, block, terms.known)
    return block


def _check_age(newest: Block, terms: ChainTerms, now: datetime) -> None:
    if newest.at > aware(now) + terms.skew:
        raise ValidityError(Code.EVM_FUTURE)
    if now - newest.at > terms.greatest_age:
        raise ValidityError(Code.EVM_STALE)


def _parent(node: Node, child: Block, number: int) -> Flow[Block]:
    block = yield from block_at(node, number)
    if block.hash != child.parent:
        raise ContentError(Code.EVM_BLOCK_ORDER)
    if block.at > child.at:
        raise ValidityError(Code.EVM_BLOCK_TIME)
    return block


def block_at(node: Node, number: int) -> Flow[Block]:
    """Return the block of a number.

    Raises:
        ContentError: `evm.block_order` when the node shows another one.
        MalformedError, TransportError: as `settled_block`.
    """
    block = Block.parse((yield from node.ask("eth_getBlockByNumber", hex(number), _HASHES_ALONE)))
    if block.number != number:
        raise ContentError(Code.EVM_BLOCK_ORDER)
    return block


def _check_known(node: Node, block: Block, known: Block | None) -> Flow[None]:
    """Check that a block that was read before is still part of the chain."""
    if known is None:
        return
    if known.number > block.number:
        raise ContentError(Code.EVM_ROLLED_BACK)
    if known.at > block.at:
        raise ValidityError(Code.EVM_BLOCK_TIME)
    there = block if known.number == block.number else (yield from block_at(node, known.number))
    if there.hash != known.hash:
        raise ContentError(Code.EVM_REORGANISED)
