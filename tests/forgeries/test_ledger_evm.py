"""A node that lies about its chain: each lie meets its code."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chains import MINISTRY, Chain, Liar, in_process
from ledgers import ADDED, MOIS, NOW, REMOVED, refused

from krid._core import strict_json
from krid.errors import Code, TransportError
from krid.evm.node import read_answer
from krid.evm.values import write_data
from krid.ledger import Sealed, Statement, TrustedIssuerAdded, encode
from krid.ledger.evm import (
    KRID_TRUST,
    Block,
    EvmIssuers,
    LocalAccount,
    Node,
    deploy,
    outcome,
    settled_block,
)
from krid.ledger.evm.artefact import Artefact
from krid.ledger.evm.contract import Record, check_record
from krid.ledger.evm.writer import _send
from krid.net import FetchPolicy, Request, Response, ScriptedTransport, run

Lie = Callable[[Any, list[Any]], Any]


@pytest.fixture(scope="module")
def chain() -> Chain:
    """A chain that knows an issuer, with some blocks on top."""
    made = in_process()
    made.say(ADDED)
    made.transport.mine(6)  # type: ignore[attr-defined]
    return made


def find(
    chain: Chain, *, confirmations: int = 3, known: Block | None = None, **lies: Lie
) -> object:
    liar = Liar(chain.transport, lies)
    terms = chain.terms(confirmations=confirmations, known=known)
    return EvmIssuers(chain.node, transport=liar, terms=terms).find(MOIS, now=chain.now())


def settled(chain: Chain, confirmations: int = 3) -> Block:
    terms = chain.terms(confirmations=confirmations)
    return chain.run(settled_block(chain.node, terms=terms, now=chain.now()))


def on_block(back: int, **changes: Any) -> Lie:
    """Change a block so far behind the newest one; a function is given what is true."""

    def lie(result: Any, parameters: list[Any]) -> Any:
        if parameters[0] == "latest":
            lie.newest = int(result["number"], 16)  # type: ignore[attr-defined]
        if int(result["number"], 16) != lie.newest - back:  # type: ignore[attr-defined]
            return result
        given = {
            name: value(result[name]) if callable(value) else value
            for name, value in changes.items()
        }
        return result | given

    return lie


def later(seconds: int) -> Callable[[str], str]:
    return lambda at: hex(int(at, 16) + seconds)


def test_the_honest_node_passes(chain: Chain) -> None:
    find(chain)
    find(chain, known=settled(chain))
    find(chain, known=settled(chain, 5))


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (on_block(0, timestamp=later(3_600)), Code.EVM_FUTURE),
        (on_block(0, timestamp=later(-3_601)), Code.EVM_STALE),
        (on_block(0, parentHash="0x" + "00" * 32), Code.EVM_BLOCK_ORDER),
        (on_block(1, hash="0x" + "00" * 32), Code.EVM_BLOCK_ORDER),
        (on_block(2, parentHash="0x" + "00" * 32), Code.EVM_BLOCK_ORDER),
        (on_block(2, number=later(-1)), Code.EVM_BLOCK_ORDER),
        (on_block(2, number=later(1)), Code.EVM_BLOCK_ORDER),
        (on_block(2, timestamp=later(1_000)), Code.EVM_BLOCK_TIME),
        (on_block(1, timestamp=later(-1_000)), Code.EVM_BLOCK_TIME),
        (on_block(0, timestamp="0xffffffffffffffff"), Code.EVM_ANSWER),
        (on_block(0, timestamp="0x00"), Code.EVM_ANSWER),
        (on_block(0, hash="0x00"), Code.EVM_ANSWER),
        (on_block(1, parentHash=None), Code.EVM_ANSWER),
        (lambda result, parameters: None, Code.EVM_ANSWER),
        (lambda result, parameters: [], Code.EVM_ANSWER),
    ],
)
def test_lies_about_blocks(chain: Chain, lie: Lie, code: Code) -> None:
    refused(code, lambda: find(chain, eth_getBlockByNumber=lie))


def test_blocks_in_another_order(chain: Chain) -> None:
    """The node exchanges two blocks: each is genuine, their order is not."""
    newest = settled(chain, 0).number

    def exchanged(result: Any, parameters: list[Any]) -> Any:
        others = {newest - 1: newest - 2, newest - 2: newest - 1}
        number = int(result["number"], 16)
        if number not in others:
            return result
        words: strict_json.JsonObject = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "eth_getBlockByNumber",
        }
        words["params"] = [hex(others[number]), False]
        request = Request("https://chain.example/", "POST", body=strict_json.dumps(words))
        return strict_json.loads_object(chain.transport.send(request).body)["result"]

    refused(Code.EVM_BLOCK_ORDER, lambda: find(chain, eth_getBlockByNumber=exchanged))


def test_another_chain(chain: Chain) -> None:
    refused(Code.EVM_CHAIN_ID, lambda: find(chain, eth_chainId=lambda *_: "0x1"))
    flow = deploy(chain.node, KRID_TRUST, MINISTRY, chain_id=1)
    refused(Code.EVM_CHAIN_ID, lambda: chain.run(flow))


def test_a_chain_that_goes_back(chain: Chain) -> None:
    newest = settled(chain, 0)
    refused(Code.EVM_ROLLED_BACK, lambda: find(chain, known=newest))
    refused(Code.EVM_UNCONFIRMED, lambda: find(chain, confirmations=60))


def test_a_chain_with_another_block_where_one_was_seen(chain: Chain) -> None:
    block = settled(chain)
    other = replace(block, hash=bytes(32))
    refused(Code.EVM_REORGANISED, lambda: find(chain, known=other))
    older = replace(settled(chain, 5), hash=bytes(32))
    refused(Code.EVM_REORGANISED, lambda: find(chain, known=older))
    later_seen = replace(settled(chain, 5), at=block.at + timedelta(seconds=1))
    refused(Code.EVM_BLOCK_TIME, lambda: find(chain, known=later_seen))


def test_two_answers_at_once_that_contradict(chain: Chain) -> None:
    issuers = EvmIssuers(chain.node, transport=chain.transport, terms=chain.terms())
    issuers.find(MOIS, now=chain.now())
    known = issuers.known
    assert known is not None
    other = replace(known, hash=bytes(32))
    refused(Code.EVM_REORGANISED, lambda: issuers._remember(other))
    issuers._remember(settled(chain))
    assert issuers.known == known


def test_no_contract_there(chain: Chain) -> None:
    terms = chain.terms(contract=b"\x99" * 20)
    issuers = EvmIssuers(chain.node, transport=chain.transport, terms=terms)
    refused(Code.EVM_CONTRACT, lambda: issuers.find(MOIS, now=chain.now()))
    for answer in ("0x", "0x00", "0x" + "ff" * 320):
        refused(Code.EVM_CONTRACT, lambda: find(chain, eth_call=lambda *_: answer))  # noqa: B023
    refused(Code.EVM_ANSWER, lambda: find(chain, eth_call=lambda *_: None))


BLOCK = Block(9, bytes(32), bytes(32), NOW)


def record(statement: Statement, **changes: Any) -> Record:
    return replace(Record.of(statement), **{"since": 9, **changes})


def look(found: Record) -> object:
    return check_record(found, ADDED.subject, BLOCK)


@pytest.mark.parametrize(
    "forged",
    [
        record(ADDED, since=10),
        record(ADDED, since=0),
        record(ADDED, roles=3),
        record(ADDED, roles=0),
        record(ADDED, valid_from=1),
        record(ADDED, valid_until=1),
        record(REMOVED, roles=1),
        record(replace(ADDED, issuer="https://evil.example")),
        Record(9, 0, 0, 0, encode(Sealed(at=NOW, state=bytes(32)))),
        Record(0, 0, 0, 1, b""),
    ],
)
def test_records_that_contradict_themselves(forged: Record) -> None:
    assert look(record(ADDED)) == ADDED
    refused(Code.EVM_RECORD, lambda: look(forged))


def test_a_record_without_a_statement() -> None:
    refused(Code.LEDGER_STATEMENT, lambda: look(Record(9, 0, 0, 0, b"nonsense")))


def test_what_a_removed_issuer_may_no_longer_do(chain: Chain) -> None:
    """An old answer of the contract is no answer at the block that is read."""
    other: TrustedIssuerAdded = replace(ADDED, issuer="https://gone.example")
    chain.say(other)
    kept: list[Any] = []

    def keep(result: Any, _: list[Any]) -> Any:
        kept.append(result)
        return result

    liar = Liar(chain.transport, {"eth_call": keep})
    issuers = EvmIssuers(chain.node, transport=liar, terms=chain.terms())
    issuers.find("https://gone.example", now=chain.now())
    chain.say(replace(REMOVED, issuer="https://gone.example"))
    chain.transport.mine(6)  # type: ignore[attr-defined]
    refused(
        Code.TRUST_UNKNOWN_ISSUER,
        lambda: issuers.find("https://gone.example", now=chain.now()),
    )


# Answers


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"jsonrpc": "1.0", "id": 1, "result": 1},
        {"jsonrpc": "2.0", "id": 2, "result": 1},
        {"jsonrpc": "2.0", "result": 1},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "id": 1, "result": 1, "error": {"code": 1, "message": ""}},
        {"jsonrpc": "2.0", "id": 1, "error": 1},
        {"jsonrpc": "2.0", "id": 1, "error": {"code": "1"}},
    ],
)
def test_answers_that_are_none(answer: dict[str, Any]) -> None:
    refused(Code.EVM_ANSWER, lambda: read_answer(strict_json.dumps(answer)))


def test_other_answers_that_are_none() -> None:
    refused(Code.EVM_ANSWER, lambda: read_answer(b"[]"))
    refused(Code.EVM_ANSWER, lambda: read_answer(b" " * (256 * 1024 + 1)))


URL = "https://chain.example/"


def asked(answer: Response | TransportError) -> object:
    return run(Node(URL).ask("eth_chainId"), ScriptedTransport({URL: answer}))


def test_nodes_that_fail() -> None:
    refused(Code.NET_STATUS, lambda: asked(Response(503)))
    late = TransportError(Code.NET_TIME)
    refused(Code.NET_TIME, lambda: asked(late))
    error: strict_json.JsonObject = {
        "jsonrpc": "2.0",
        "id": 1,
        "error": {"code": -32000, "message": "secret words"},
    }
    with pytest.raises(TransportError) as raised:
        asked(Response(200, body=strict_json.dumps(error)))
    assert raised.value.code is Code.EVM_REFUSED
    assert "secret" not in str(raised.value)
    assert "chain.example" not in repr(Node(URL))
    assert FetchPolicy().timeout_seconds == 10


# Transactions


def test_lies_about_a_transaction(chain: Chain) -> None:
    data = Artefact.load(KRID_TRUST).call("anchor(bytes32,bytes)", bytes(32), b"s")
    flow = _send(chain.node, MINISTRY, chain.chain_id, chain.contract, data)
    lies: dict[str, Lie] = {"eth_sendRawTransaction": lambda *_: "0x" + "00" * 32}
    refused(Code.EVM_ANSWER, lambda: run(flow, Liar(chain.transport, lies)))

    again = _send(chain.node, MINISTRY, chain.chain_id, chain.contract, data)
    sent = chain.run(again)

    def told(**changes: Any) -> object:
        lie: Lie = lambda result, _: result | changes  # noqa: E731
        liar = Liar(chain.transport, {"eth_getTransactionReceipt": lie})
        return run(outcome(chain.node, sent), liar)

    told()
    refused(Code.EVM_ANSWER, lambda: told(transactionHash="0x" + "00" * 32))
    refused(Code.EVM_REVERTED, lambda: told(status="0x0"))
    refused(Code.EVM_ANSWER, lambda: told(status="0x2"))
    refused(Code.EVM_ANSWER, lambda: told(contractAddress="0x00"))
    refused(Code.EVM_ANSWER, lambda: told(blockNumber=None))


def test_an_account_without_money(chain: Chain) -> None:
    poor = LocalAccount(bytes(31) + b"\x0a")
    with pytest.raises(TransportError) as raised:
        chain.say(REMOVED, poor)
    assert raised.value.code is Code.EVM_REFUSED
    assert write_data(poor.address) not in str(raised.value)
