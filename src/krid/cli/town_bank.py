"""The bank of the town: identity check, decision, its own customer card, log-in."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from krid import query
from krid.cli.demo.cast import Root, card_trust
from krid.cli.town_cards import identity
from krid.cli.town_ground import Ground
from krid.cli.town_residents import UNREVOKED
from krid.cli.town_state import displays, issuer_of, signer
from krid.cli.town_verifiers import Asker, make_verifier
from krid.openid.oauth import NonceKey
from krid.openid.vci import CredentialConfiguration, CredentialMetadata, ProofDemand
from krid.openid.vci.server import CredentialIssuer, IssuerSetup, Lifetimes, NoStatuses, Offering
from krid.profiles import OPENID4VCI, kr
from krid.trust import NOBODY, ForTypes
from krid.web.asking import Asking
from krid.web.branch import (
    CUSTOMER_VCT,
    AccountPolicy,
    Branch,
    CustomerOrders,
    CustomerSource,
    DecisionBook,
    SampleLiveness,
    branch_pages,
)
from krid.web.branch.customers import CONFIGURATION, LIFETIME
from krid.web.issuer import LOOPBACK_ONLY
from krid.web.issuer.protocol import operations as issuance_operations
from krid.web.platform.routes import Endpoints
from krid.web.verifier import Counter, verifier_app
from krid.web.verifier.protocol import operations as presentation_operations
from krid.web.verifier.records import VisitRecords
from krid.x509 import DOCUMENT_SIGNER

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.model import IssuerKeys

ASKED: Final = ("name", "birthdate", ("age_equal_or_over", "19"))
PURPOSE: Final = "계좌 개설을 위한 본인 확인 · Identify you to open an account"
LOGIN: Final = "견본은행 로그인 · Log in to Sample Bank"
_NUMBER: Final = "KR-SAMPLE-BANK"
_NAMES: Final = (("ko", "견본은행"), ("en", "Sample Bank"))
_CARD_NAMES: Final = (("ko", "견본은행 고객 카드"), ("en", "Sample Bank customer card"))


def customer_trust(bank: Root) -> "IssuerKeys":
    """Trust a bank's root for its customer card, and for nothing else."""
    return ForTypes(card_trust(bank), types=frozenset({CUSTOMER_VCT}))


def make_bank(ground: Ground, cards: Root, verifiers: Root) -> Asker:
    """Make the verifier of the account opening."""
    verifier = make_verifier(
        ground, ground.bank, "Sample Bank", root=verifiers, trust=card_trust(cards)
    )
    purposes = {"ko": "계좌 개설", "en": "Open an account"}
    return Asker(_NUMBER, "open_account", dict(_NAMES), purposes, verifier, (identity(),))


def make_login(ground: Ground, bank: Root, verifiers: Root) -> Asker:
    """Make the verifier of the log-in, which believes the bank's own card alone."""
    verifier = make_verifier(
        ground,
        ground.bank,
        "Sample Bank Log-in",
        root=verifiers,
        trust=customer_trust(bank),
        path="/login",
        profile=UNREVOKED,
    )
    asked = query.of(query.sdjwt("customer", vct=CUSTOMER_VCT, claims=["customer_number"]))
    purposes = {"ko": "고객 로그인", "en": "Log in as a customer"}
    return Asker(_NUMBER, "log_in", dict(_NAMES), purposes, verifier, (asked,))


def make_bank_app(ground: Ground, root: Root, asker: Asker, login: Asker) -> "Starlette":
    """Make the application."""
    platform = ground.platform("bank")
    records = asker.records(ground)
    orders = CustomerOrders(ground.store, ground.clock)
    issuer = _issuer(ground, root, orders)
    asking = _login_pages(ground, login, records)
    branch = Branch(
        policy=AccountPolicy(SampleLiveness()),
        book=DecisionBook(ground.folder / "bank-decisions.jsonl"),
        records=records,
        issuer=issuer,
        orders=orders,
        login=asking,
        access=LOOPBACK_ONLY,
        platform=platform,
    )
    counter = Counter(
        verifier=asker.verifier,
        query=asker.queries[0],
        purpose=PURPOSE,
        records=records,
        wallets=ground.wallets,
        beyond=query.of(
            query.sdjwt("id", vct=kr.VCT, claims=[*ASKED, "resident_registration_number"])
        ),
        decide=branch.decide,
        card_path="/card",
    )
    return verifier_app(
        counter,
        platform,
        checks=ground.checks,
        groups=(branch_pages(branch), asking.group),
        endpoints=_endpoints(login, issuer),
    )


def _login_pages(ground: Ground, login: Asker, records: VisitRecords) -> Asking:
    return Asking(
        verifier=login.verifier,
        query=login.queries[0],
        purpose=LOGIN,
        records=records,
        name="customer",
        title="login.title",
        after="/customer",
        path="/login",
        wallets=ground.wallets,
    )


def _endpoints(login: Asker, issuer: CredentialIssuer) -> tuple[Endpoints, ...]:
    return (
        Endpoints(
            answering=login.verifier,
            name="openid4vp-login",
            operations=presentation_operations(login.verifier.paths),
        ),
        Endpoints(
            answering=issuer, name="openid4vci", operations=issuance_operations(issuer.paths)
        ),
    )


def _issuer(ground: Ground, root: Root, orders: CustomerOrders) -> CredentialIssuer:
    name = f"https://{ground.bank}"
    by = signer(ground, root, DOCUMENT_SIGNER, name, 2 * LIFETIME, profile=UNREVOKED)
    configuration = CredentialConfiguration(
        format="dc+sd-jwt",
        signing_algs=("ES256",),
        binding_methods=("jwk",),
        proofs={"jwt": ProofDemand(("ES256",))},
        metadata=CredentialMetadata(displays(_CARD_NAMES)),
        particulars={"vct": CUSTOMER_VCT},
    )
    offering = Offering(
        configuration=configuration, issuer=issuer_of(ground, by), type=CUSTOMER_VCT
    )
    setup = IssuerSetup(
        identifier=name,
        offerings={CONFIGURATION: offering},
        policy=OPENID4VCI,
        source=CustomerSource(orders),
        statuses=NoStatuses(),
        store=ground.store,
        nonce_key=NonceKey(ground.entropy(32)),
        trust=NOBODY,
        clock=ground.clock,
        entropy=ground.entropy,
        lifetimes=Lifetimes(refresh=timedelta(0)),  # what was ordered comes once
        anonymous_grant=True,
        display=displays(_NAMES),
    )
    return CredentialIssuer(setup)
