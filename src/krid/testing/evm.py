"""A chain inside this process, which answers JSON-RPC: for tests and for trying things out.

It is eth-tester with py-evm (`pip install eth-tester py-evm`). Each transaction makes a block.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, final

from krid._core import strict_json
from krid._core.strict_json import Json
from krid.errors import Code, TransportError
from krid.net import Request, Response


@final
class InProcessChain:
    """A transport behind which lies a chain of its own, with accounts that can pay.

    `url` is the address under which it answers.
    """

    url: Final = "https://chain.example/"
    chain_id: Final = 131277322940537

    def __init__(self) -> None:
        """Begin a chain with a genesis block."""
        self._tester: Any = _start()
        self._methods: Final[Mapping[str, Callable[..., Any]]] = {
            "eth_blockNumber": lambda: self._head()["number"],
            "eth_call": self._call,
            "eth_chainId": lambda: self.chain_id,
            "eth_estimateGas": lambda call: self._tester.estimate_gas(self._padded(call)),
            "eth_gasPrice": lambda: 10**10,
            "eth_getBlockByNumber": self._block,
            "eth_getLogs": self._logs,
            "eth_getTransactionCount": lambda address, _: self._tester.get_nonce(address),
            "eth_getTransactionReceipt": self._receipt,
            "eth_sendRawTransaction": self._tester.send_raw_transaction,
        }

    def fund(self, address: bytes) -> None:
        """Let an account pay for what it sends."""
        self._tester.send_transaction(
            {
                "from": self._tester.get_accounts()[0],
                "to": f"0x{address.hex()}",
                "value": 10**20,
                "gas": 21_000,
                "gas_price": 10**10,
            }
        )

    def mine(self, blocks: int = 1) -> None:
        """Let blocks follow."""
        self._tester.mine_blocks(blocks)

    def now(self) -> datetime:
        """Return the time of the newest block: the chain's clock is its own."""
        return datetime.fromtimestamp(self._head()["timestamp"], UTC)

    def send(self, request: Request) -> Response:
        """Answer a JSON-RPC call.

        Raises:
            TransportError: `net.unreachable` for another address.
        """
        if request.url != self.url:
            raise TransportError(Code.NET_UNREACHABLE)
        call = strict_json.loads_object(request.body)
        answer: dict[str, Json] = {"jsonrpc": "2.0", "id": call["id"]}
        return Response(200, body=strict_json.dumps(answer | self._answer(call)))

    def _answer(self, call: Mapping[str, Any]) -> dict[str, Json]:
        from eth_tester.exceptions import TransactionFailed, ValidationError

        method = self._methods.get(call["method"])
        if method is None:
            return {"error": {"code": -32601, "message": "no such method"}}
        try:
            return {"result": _hexed(method(*call["params"]))}
        except (TransactionFailed, ValidationError):
            return {"error": {"code": 3, "message": "execution reverted"}}

    def _head(self) -> Any:  # noqa: ANN401  the library's own
        return self._tester.get_block_by_number("latest")

    def _block(self, number: str, _whole: object) -> dict[str, Json] | None:
        from eth_tester.exceptions import BlockNotFound

        try:
            found = self._tester.get_block_by_number(_numbered(number))
        except BlockNotFound:
            return None
        names = {"number": "number", "hash": "hash", "parent_hash": "parentHash"}
        members = {wire: _hexed(found[name]) for name, wire in names.items()}
        return members | {"timestamp": hex(found["timestamp"]), "transactions": []}

    def _logs(self, wanted: Mapping[str, Any]) -> list[Json]:
        found = self._tester.get_logs(
            from_block=_numbered(wanted["fromBlock"]),
            to_block=_numbered(wanted["toBlock"]),
            address=wanted["address"],
            topics=wanted["topics"],
        )
        names = {"address": "address", "topics": "topics", "data": "data"}
        numbers = {"block_number": "blockNumber", "log_index": "logIndex"}
        return [
            {wire: _hexed(log[name]) for name, wire in (names | numbers).items()} for log in found
        ]

    def _call(self, call: Mapping[str, str], at: Mapping[str, object] | str) -> str:
        number = "latest" if isinstance(at, str) else self._number_of(at["blockHash"])
        found: str = self._tester.call(self._padded(call), block_number=number)
        return found

    def _number_of(self, block_hash: object) -> int:
        return int(self._tester.get_block_by_hash(block_hash)["number"])

    def _padded(self, call: Mapping[str, str]) -> dict[str, object]:
        sender = call.get("from", self._tester.get_accounts()[0])
        return {"gas": 10_000_000, "gas_price": 10**10, **call, "from": sender}

    def _receipt(self, transaction: str) -> dict[str, Json] | None:
        from eth_tester.exceptions import TransactionNotFound

        try:
            found = self._tester.get_transaction_receipt(transaction)
        except TransactionNotFound:
            return None
        return {
            "transactionHash": _hexed(found["transaction_hash"]),
            "status": hex(found["status"]),
            "blockNumber": hex(found["block_number"]),
            "contractAddress": found["contract_address"] or None,
        }


def _start() -> Any:  # noqa: ANN401  the library's own
    """Start a chain, and undo what py-evm does to the whole process when it is imported.

    It lets Python recurse ten times deeper, for contracts that call each other a thousand times.
    """
    limit = sys.getrecursionlimit()
    from eth_tester import EthereumTester, PyEVMBackend

    chain = EthereumTester(PyEVMBackend())
    sys.setrecursionlimit(limit)
    return chain


def _numbered(number: str) -> int | str:
    return int(number, 16) if number.startswith("0x") else number


def _hexed(value: Any) -> Json:  # noqa: ANN401  whatever the library returns
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int):
        return hex(value)
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return [_hexed(member) for member in value]
    raise TypeError
