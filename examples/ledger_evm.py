"""Trust that stands on a chain: deploy, register an issuer, verify its card, remove the issuer.

The chain runs inside this process; with the address of a node, and an https transport, the same
code talks to Hyperledger Besu. See docs/ledger.md.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import krid
from krid import profiles
from krid.formats import named, standard_formats
from krid.ledger import FIRST_CONTACT, Removal, Role, Statement
from krid.ledger import TrustedIssuerAdded as Added
from krid.ledger import TrustedIssuerRemoved as Removed
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
from krid.sdjwt import sd
from krid.testing.evm import InProcessChain
from krid.trust import LedgerTrust

STATE = "https://mois.example"
VCT = "urn:example:resident-card"
T = TypeVar("T")


def main() -> str:
    """Play it through, and return the code by which the removed issuer's card is refused."""
    chain = InProcessChain()
    node = Node(chain.url)
    ministry = LocalAccount(secrets.token_bytes(32))
    chain.fund(ministry.address)

    def sent(flow: Flow[bytes]) -> bytes | None:
        mined = run(outcome(node, run(flow, chain)), chain)
        assert mined is not None
        return mined.contract

    contract = sent(deploy(node, KRID_TRUST, ministry, chain_id=chain.chain_id))
    assert contract is not None

    def tell(statement: Statement) -> None:
        sent(say(node, statement, ministry, contract=contract, chain_id=chain.chain_id))
        chain.mine(2)  # the blocks that a reader waits for

    # A verifier asks the contract; it demands two blocks on top, and a chain that is not stale.
    register = EvmIssuers(
        node,
        transport=chain,
        terms=ChainTerms(
            chain_id=chain.chain_id,
            contract=contract,
            confirmations=2,
            known=FIRST_CONTACT,
            greatest_age=timedelta(hours=1),
            skew=timedelta(hours=1),
        ),
    )

    state_key = krid.LocalKey.generate(krid.Alg.ES256)
    card = krid.Issuer(STATE, signer=state_key, profile=profiles.HAIP).issue_sdjwt(
        vct=VCT,
        claims={"name": sd("Hong Gildong")},
        holder=krid.BEARER,
        lifetime=timedelta(days=365),
        status=krid.NO_STATUS,
    )

    def verify() -> object:
        return krid.verify_presentation(
            card.raw,
            credential_format=named(standard_formats(), "dc+sd-jwt"),
            trust=LedgerTrust(register),
            status=krid.NO_STATUS,
            profile=profiles.HAIP,
            challenge=krid.BEARER,
            now=datetime.now(UTC),
        ).claims["name"]

    tell(
        Added(
            issuer=STATE,
            roles=frozenset({Role.ISSUER}),
            types=frozenset({VCT}),
            keys=(state_key.public_key,),
        )
    )
    assert verify() == "Hong Gildong"

    tell(Removed(issuer=STATE, reason=Removal.ENDED))
    try:
        verify()
    except krid.TrustError as refusal:
        return str(refusal.code)
    return "accepted"


if __name__ == "__main__":
    print(main())
