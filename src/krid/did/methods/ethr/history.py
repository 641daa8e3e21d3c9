"""The events of one identity in a registry of ERC-1056, found from the newest back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast, final

from krid._core import limits, shape
from krid.errors import Code, ContentError, MalformedError
from krid.evm.node import Node
from krid.evm.values import read_data, read_quantity, write_data
from krid.net import Flow

# The first four bytes of Keccak-256 over `changed(address)`, and all of it over each event.
_CHANGED: Final = "0xf96d0f9f"
OWNER_CHANGED: Final = "38a5a6e68f30ed1ab45860a4afb34bcb2fc00f22ca462d249b8a8d40cda6f7a3"
DELEGATE_CHANGED: Final = "5a5084339536bcab65f20799fcc58724588145ca054bd2be626174b27ba156f7"
ATTRIBUTE_CHANGED: Final = "18ab6b2ae3d64306c00ce663125f2bd680e441a098de1635bd7ad8b0d44965e4"
_PADDING: Final = bytes(12)
_WORD: Final = 32
_ADDRESS: Final = 20


@final
@dataclass(frozen=True, slots=True)
class OwnerChanged:
    """Who controls the identity from now on; 20 zero bytes are nobody."""

    block: int
    owner: bytes


@final
@dataclass(frozen=True, slots=True)
class DelegateChanged:
    """An address speaks for the identity until a moment, in seconds since 1970."""

    block: int
    kind: bytes
    delegate: bytes
    valid_to: int


@final
@dataclass(frozen=True, slots=True)
class AttributeChanged:
    """A key or a service, or anything else, holds until a moment."""

    block: int
    name: bytes
    value: bytes = field(repr=False)
    valid_to: int


Event: TypeAlias = OwnerChanged | DelegateChanged | AttributeChanged
_Linked: TypeAlias = tuple[Event, int]
"""An event and the block of the change before it."""


def read_history(
    node: Node, identity: bytes, *, registry: bytes, block_hash: bytes, newest: int
) -> Flow[tuple[Event, ...]]:
    """Return all changes of an identity up to a block, the oldest first.

    Each block of a change names the one before it, so that a node can't leave one out unseen.

    Raises:
        ContentError: `evm.record` when the events do not lead back to the first.
        MalformedError: `evm.answer`, `evm.contract`, `did.document` for more changes than the
            limit.
        TransportError: `evm.refused`, and what the transport raises.
    """
    call: Any = {"to": write_data(registry), "data": _CHANGED + (_PADDING + identity).hex()}
    at: Any = {"blockHash": write_data(block_hash), "requireCanonical": True}
    raw = read_data((yield from node.ask("eth_call", call, at)))
    if len(raw) != _WORD:
        raise MalformedError(Code.EVM_CONTRACT)
    change, last = int.from_bytes(raw, "big"), newest + 1
    found: list[Event] = []
    while change:
        if change >= last:
            raise ContentError(Code.EVM_RECORD, "a change after the one that names it")
        last = change
        events, change = yield from _changes_in(node, identity, registry, change)
        found = [*events, *found]
        if len(found) > limits.MAX_ETHR_CHANGES:
            raise MalformedError(Code.DID_DOCUMENT, "more changes than the limit")
    return tuple(found)


def _changes_in(
    node: Node, identity: bytes, registry: bytes, block: int
) -> Flow[tuple[list[Event], int]]:
    """Return the events of one block in their order, and the block of the change before them."""
    topics: Any = [
        [f"0x{topic}" for topic in (OWNER_CHANGED, DELEGATE_CHANGED, ATTRIBUTE_CHANGED)],
        write_data(_PADDING + identity),
    ]
    number = hex(block)
    wanted: Any = {"fromBlock": number, "toBlock": number, "topics": topics}
    logs = yield from node.ask("eth_getLogs", wanted | {"address": write_data(registry)})
    members = [shape.mapping(log, Code.EVM_ANSWER) for log in shape.sequence(logs, Code.EVM_ANSWER)]
    order = [read_quantity(log.get("logIndex"), bits=64) for log in members]
    if order != sorted(set(order)):
        raise ContentError(Code.EVM_RECORD, "events in another order")
    linked = [_read_log(log, identity, registry, block) for log in members]
    return [event for event, _ in linked], _before(linked, block)


def _before(linked: Sequence[_Linked], block: int) -> int:
    """Return the change before the first event; the others of a block name that block."""
    if not linked or any(before != block for _, before in linked[1:]):
        raise ContentError(Code.EVM_RECORD, "events are missing")
    return linked[0][1]


def _read_log(log: Mapping[str, Any], identity: bytes, registry: bytes, block: int) -> _Linked:
    topics = [
        read_data(topic, size=_WORD) for topic in shape.sequence(log.get("topics"), Code.EVM_ANSWER)
    ]
    if (
        read_data(log.get("address"), size=_ADDRESS) != registry
        or read_quantity(log.get("blockNumber"), bits=64) != block
        or topics[1:] != [_PADDING + identity]
    ):
        raise ContentError(Code.EVM_RECORD, "an event of something else")
    return _read_event(topics[0].hex(), read_data(log.get("data")), block)


def _read_event(topic: str, data: bytes, block: int) -> _Linked:
    if topic == OWNER_CHANGED:
        owner, before = _decode(("address", "uint256"), data)
        return OwnerChanged(block, _address(owner)), cast("int", before)
    if topic == DELEGATE_CHANGED:
        kinds = ("bytes32", "address", "uint256", "uint256")
        kind, delegate, valid_to, before = _decode(kinds, data)
        event: Event = DelegateChanged(
            block, cast("bytes", kind), _address(delegate), cast("int", valid_to)
        )
        return event, cast("int", before)
    if topic != ATTRIBUTE_CHANGED:
        raise ContentError(Code.EVM_RECORD, "an event of something else")
    kinds = ("bytes32", "bytes", "uint256", "uint256")
    values = cast("tuple[bytes, bytes, int, int]", _decode(kinds, data))
    name, value, valid_to, before = values
    return AttributeChanged(block, name, value, valid_to), before


def _decode(kinds: Sequence[str], data: bytes) -> tuple[object, ...]:
    from eth_abi.abi import decode
    from eth_abi.exceptions import DecodingError

    try:
        return tuple(decode(kinds, data))
    except (DecodingError, OverflowError, ValueError) as cause:
        raise MalformedError(Code.EVM_CONTRACT) from cause


def _address(value: object) -> bytes:
    """Turn the text that the decoder makes of an address back into its bytes."""
    return bytes.fromhex(str(value)[2:])
