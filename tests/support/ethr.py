"""What the tests of did:ethr share: a registry on a chain in this process, and an identity."""

from dataclasses import dataclass, field
from typing import final

from chains import MINISTRY, Chain, in_process

from krid.did import Did
from krid.did.methods.ethr import DidEthr, EthrNetwork
from krid.did.resolution import ResolutionOptions, Resolved
from krid.evm.values import write_data
from krid.ledger.evm import DID_REGISTRY, Artefact, LocalAccount
from krid.ledger.evm.writer import _send
from krid.net import Transport, run

FOREVER = 10**9
VERI_KEY, SIG_AUTH = (name.ljust(32, b"\0") for name in (b"veriKey", b"sigAuth"))


@final
@dataclass
class Registry:
    """A registry, and calls of it by an account."""

    chain: Chain
    contract: bytes
    method: DidEthr = field(init=False)

    def __post_init__(self) -> None:
        terms = self.chain.terms(contract=self.contract)
        network = EthrNetwork(name="test", node=self.chain.node, terms=terms)
        self.method = DidEthr((network,), self.chain)

    def send(self, signature: str, *arguments: object, by: LocalAccount = MINISTRY) -> int:
        """Send a call and return its block."""
        data = Artefact.load(DID_REGISTRY).call(signature, *arguments)
        flow = _send(self.chain.node, by, self.chain.chain_id, self.contract, data)
        return self.chain.mined(self.chain.run(flow)).block

    def attribute(
        self, account: LocalAccount, name: str, value: bytes, validity: int = FOREVER
    ) -> int:
        return self.send(
            "setAttribute(address,bytes32,bytes,uint256)",
            write_data(account.address),
            name.encode().ljust(32, b"\0"),
            value,
            validity,
            by=account,
        )

    def resolve(
        self,
        did: str,
        *,
        transport: Transport | None = None,
        options: ResolutionOptions | None = None,
    ) -> Resolved:
        flow = self.method.resolve(Did.parse(did), options=options or ResolutionOptions())
        return run(flow, transport or self.chain.transport)

    def account(self, number: int) -> LocalAccount:
        """Make an account of its own that can pay."""
        made = LocalAccount(number.to_bytes(32, "big"))
        self.chain.transport.fund(made.address)  # type: ignore[attr-defined]
        return made


def registry() -> Registry:
    chain = in_process()
    return Registry(chain, chain.deploy(DID_REGISTRY))


def did_of(account: LocalAccount, network: str = "test") -> str:
    return f"did:ethr:{network}:{write_data(account.address)}"
