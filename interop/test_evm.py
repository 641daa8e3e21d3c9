"""The contracts on a real node, anvil of Foundry, by JSON-RPC over loopback; and recompiled."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krid.errors import Code, ContentError, TransportError, TrustError
from krid.keys import Alg, LocalKey
from krid.ledger import (
    FIRST_CONTACT,
    Removal,
    Role,
    Statement,
    TrustedIssuerAdded,
    TrustedIssuerRemoved,
)
from krid.ledger.evm import (
    KRID_TRUST,
    ChainTerms,
    EvmIssuers,
    LocalAccount,
    Node,
    deploy,
    outcome,
    say,
)
from krid.net import Flow, run

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from plain_http import Loopback  # noqa: E402  beside this file

ROOT = HERE.parent
CHAIN_ID = 31_337
STATE = "https://mois.example"
# The first account of the node's public test mnemonic, the same on every machine.
PAYER = LocalAccount(
    bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
)
ADDED = TrustedIssuerAdded(
    issuer=STATE,
    roles=frozenset({Role.ISSUER}),
    types=frozenset({"urn:card"}),
    keys=(LocalKey.generate(Alg.ES256).public_key,),
)
REMOVED = TrustedIssuerRemoved(issuer=STATE, reason=Removal.ENDED)


def _anvil() -> Path:
    found = sorted((HERE / "node_modules" / "@foundry-rs").glob("anvil-*/bin/anvil*"))
    if not found:
        pytest.skip("anvil is not installed: run `make interop`")
    return found[0]


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A node with a chain of its own, which ends with the tests."""
    program = _anvil()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(program), "--port", str(port), "--silent", "--hardfork", "london"]
    with subprocess.Popen(words) as process:  # noqa: S603  the peer of this folder
        try:
            yield _ready(Node(f"http://127.0.0.1:{port}/"))
        finally:
            process.terminate()


def _ready(node: Node) -> Node:
    for _ in range(100):
        try:
            run(node.ask("eth_chainId"), Loopback())
        except TransportError:
            time.sleep(0.1)
        else:
            return node
    pytest.fail("the node does not answer")


def sent(node: Node, flow: Flow[bytes]) -> bytes | None:
    transaction = run(flow, Loopback())
    for _ in range(100):
        found = run(outcome(node, transaction), Loopback())
        if found is not None:
            return found.contract
        time.sleep(0.05)
    pytest.fail("the transaction is in no block")


def mine(node: Node, blocks: int) -> None:
    run(node.ask("anvil_mine", hex(blocks)), Loopback())


def test_an_issuer_comes_and_goes(node: Node) -> None:
    contract = sent(node, deploy(node, KRID_TRUST, PAYER, chain_id=CHAIN_ID))
    assert contract is not None

    def tell(statement: Statement) -> None:
        sent(node, say(node, statement, PAYER, contract=contract, chain_id=CHAIN_ID))

    terms = ChainTerms(
        chain_id=CHAIN_ID,
        contract=contract,
        confirmations=3,
        known=FIRST_CONTACT,
        greatest_age=timedelta(minutes=5),
        skew=timedelta(minutes=1),
    )
    issuers = EvmIssuers(node, transport=Loopback(), terms=terms)
    with pytest.raises(ContentError) as young:
        issuers.find(STATE, now=datetime.now(UTC))
    assert young.value.code is Code.EVM_UNCONFIRMED
    tell(ADDED)
    mine(node, 3)
    assert issuers.find(STATE, now=datetime.now(UTC)).keys == ADDED.keys
    tell(REMOVED)
    # Not confirmed yet, so it still holds.
    assert issuers.find(STATE, now=datetime.now(UTC)).keys == ADDED.keys
    mine(node, 3)
    with pytest.raises(TrustError) as gone:
        issuers.find(STATE, now=datetime.now(UTC))
    assert gone.value.code is Code.TRUST_UNKNOWN_ISSUER


def test_a_chain_that_was_reset_is_noticed(node: Node) -> None:
    contract = sent(node, deploy(node, KRID_TRUST, PAYER, chain_id=CHAIN_ID))
    assert contract is not None
    terms = ChainTerms(
        chain_id=CHAIN_ID,
        contract=contract,
        confirmations=0,
        known=FIRST_CONTACT,
        greatest_age=timedelta(minutes=5),
        skew=timedelta(minutes=1),
    )
    issuers = EvmIssuers(node, transport=Loopback(), terms=terms)
    snapshot = run(node.ask("evm_snapshot"), Loopback())
    sent(node, say(node, ADDED, PAYER, contract=contract, chain_id=CHAIN_ID))
    issuers.find(STATE, now=datetime.now(UTC))
    run(node.ask("evm_revert", snapshot), Loopback())
    with pytest.raises(ContentError) as back:
        issuers.find(STATE, now=datetime.now(UTC))
    assert back.value.code is Code.EVM_ROLLED_BACK
    sent(node, say(node, REMOVED, PAYER, contract=contract, chain_id=CHAIN_ID))
    with pytest.raises(ContentError) as other:
        issuers.find(STATE, now=datetime.now(UTC))
    assert other.value.code is Code.EVM_REORGANISED


def test_a_node_that_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        node = Node(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        with pytest.raises(TransportError) as late:
            run(node.ask("eth_chainId"), Loopback(0.2))
    assert late.value.code is Code.NET_TIME


def test_the_contracts_compile_to_what_lies_in_the_package() -> None:
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "solc").is_dir():
        pytest.skip("solc is not installed: run `make interop`")
    done = subprocess.run(  # noqa: S603  a script of this repository
        [node, str(ROOT / "scripts" / "compile_contracts.mjs"), "--print"],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    folder = ROOT / "src" / "krid" / "ledger" / "evm" / "contracts"
    made = json.loads(done.stdout)
    assert set(made) == {"DidRegistry", "KridTrust"}
    for name, artefact in made.items():
        assert json.loads((folder / f"{name}.json").read_text("utf-8")) == artefact
