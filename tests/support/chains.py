"""What the tests of the chain share: a contract on a chain, and a node that may lie."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any, TypeVar, final

import pytest

from krid._core import strict_json
from krid.ledger import FIRST_CONTACT, Statement
from krid.ledger.evm import (
    KRID_TRUST,
    Block,
    ChainTerms,
    EvmIssuers,
    LocalAccount,
    Node,
    Outcome,
    deploy,
    outcome,
    say,
)
from krid.net import Flow, Request, Response, Transport, run

T = TypeVar("T")
pytest.importorskip("eth_account", reason="no accounts: pip install 'krid[evm]'")
MINISTRY = LocalAccount(bytes(31) + b"\x01")


@final
@dataclass
class Chain:
    """A node, the way to it, and a contract there."""

    node: Node
    transport: Transport
    chain_id: int
    now: Callable[[], datetime]
    contract: bytes = b""

    def run(self, flow: Flow[T]) -> T:
        return run(flow, self.transport)

    def mined(self, transaction: bytes) -> Outcome:
        found = self.run(outcome(self.node, transaction))
        assert found is not None
        return found

    def deploy(self, name: str = KRID_TRUST) -> bytes:
        flow = deploy(self.node, name, MINISTRY, chain_id=self.chain_id)
        contract = self.mined(self.run(flow)).contract
        assert contract is not None
        return contract

    def say(self, statement: Statement, account: LocalAccount = MINISTRY) -> Outcome:
        flow = say(self.node, statement, account, contract=self.contract, chain_id=self.chain_id)
        return self.mined(self.run(flow))

    def terms(
        self,
        *,
        confirmations: int = 0,
        known: Block | None = FIRST_CONTACT,
        contract: bytes | None = None,
        chain_id: int | None = None,
    ) -> ChainTerms:
        return ChainTerms(
            chain_id=self.chain_id if chain_id is None else chain_id,
            contract=self.contract if contract is None else contract,
            confirmations=confirmations,
            known=known,
            greatest_age=timedelta(hours=1),
            skew=timedelta(minutes=1),
        )

    def issuers(self, terms: ChainTerms | None = None) -> EvmIssuers:
        return EvmIssuers(self.node, transport=self.transport, terms=terms or self.terms())


def in_process() -> Chain:
    """Start a chain with a contract in this process, or skip where its packages are absent."""
    # Not imported here: InProcessChain undoes what that does to the whole process.
    if find_spec("eth_tester") is None or find_spec("eth") is None:
        pytest.skip("no chain in this process: pip install eth-tester py-evm")
    from krid.testing.evm import InProcessChain

    chain = InProcessChain()
    chain.fund(MINISTRY.address)
    made = Chain(Node(chain.url), chain, chain.chain_id, chain.now)
    made.contract = made.deploy()
    return made


@final
@dataclass
class Liar:
    """A node that answers truly but for the methods that it lies about."""

    honest: Transport
    lies: dict[str, Callable[[Any, list[Any]], Any]] = field(default_factory=dict)

    def send(self, request: Request) -> Response:
        call = strict_json.loads_object(request.body)
        answer: dict[str, Any] = strict_json.loads_object(self.honest.send(request).body)
        lie = self.lies.get(str(call["method"]))
        if lie is not None:
            parameters: Any = call["params"]
            answer["result"] = lie(answer.get("result"), parameters)
        return Response(200, body=strict_json.dumps(answer))
