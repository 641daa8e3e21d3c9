"""Asking a chain's node by JSON-RPC 2.0: as flows, so that any transport carries them.

A node is not believed. What it says is read strictly and capped; what can be held against
something else is (`krid.evm.blocks`). A node may still lie about what a contract stores:
ask one of your own, or several and compare.
"""

from dataclasses import dataclass, field
from typing import Final, final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, TransportError
from krid.net import Flow, Request

_ID: Final = 1
_VERSION: Final = "2.0"
_OK: Final = 200


@final
@dataclass(frozen=True, slots=True)
class Node:
    """A node by the address of its JSON-RPC over HTTP."""

    url: str = field(repr=False)

    def ask(self, method: str, *parameters: Json) -> Flow[Json]:
        """Call a method and return its result.

        Raises:
            TransportError: `net.status` for anything but 200; `evm.refused` when the node answers
                with an error, whose words are the node's and are not repeated.
            MalformedError: `evm.answer`.
        """
        call: Json = {
            "jsonrpc": _VERSION,
            "id": _ID,
            "method": method,
            "params": list(parameters),
        }
        response = yield Request(
            self.url,
            "POST",
            {"Content-Type": "application/json"},
            strict_json.dumps(call),
            limits.MAX_RPC_BYTES,
        )
        if response.status != _OK:
            raise TransportError(Code.NET_STATUS, str(response.status))
        return read_answer(response.body)


def read_answer(raw: bytes) -> Json:
    """Read the answer to a call.

    Raises:
        TransportError: `evm.refused`.
        MalformedError: `evm.answer`.
    """
    if len(raw) > limits.MAX_RPC_BYTES:
        raise MalformedError(Code.EVM_ANSWER, "size")
    try:
        members = strict_json.loads_object(raw)
    except KridError as cause:
        raise MalformedError(Code.EVM_ANSWER) from cause
    if members.get("jsonrpc") != _VERSION or members.get("id") != _ID:
        raise MalformedError(Code.EVM_ANSWER, "the answer to another call")
    if ("result" in members) == (members.get("error") is not None):
        raise MalformedError(Code.EVM_ANSWER, "result or error")
    if "result" not in members:
        error = shape.mapping(members["error"], Code.EVM_ANSWER)
        raise TransportError(
            Code.EVM_REFUSED, f"code {shape.integer(error.get('code'), Code.EVM_ANSWER)}"
        )
    return members["result"]
