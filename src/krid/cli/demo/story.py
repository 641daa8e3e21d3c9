"""The story, scene by scene: real roles, real files, nothing staged but the people."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

from krid import query
from krid._core import base64url
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.cli.demo import words
from krid.cli.demo.cast import AUTHORITY_URI, Authority, Party, Root, card_trust, holder_trust
from krid.cli.demo.screen import ConsentScreen, Row, Screen
from krid.errors import Code, ContentError
from krid.exchange import (
    AuthenticatedRequest,
    IssuedCredential,
    PresentationRequest,
    PresentationResponse,
)
from krid.keys import PublicKey
from krid.model import StatusReference
from krid.openid import vci, vp
from krid.profiles import kr
from krid.registrar import Resident
from krid.status import Fetching, StatusLists
from krid.store import Pin
from krid.verifier import Verified
from krid.wallet import Candidate, Card, Consent, Matched, Wallet

HERO: Final = "sample-hong-gildong"
PIN: Final = "246813"
BANK: Final = "bank.example"
SHOP: Final = "shop.example"


@final
@dataclass(slots=True)
class Stage:
    """Everything that exists while the story is told."""

    screen: Screen
    clock: Clock
    entropy: Entropy
    authority: Authority
    verifiers_root: Root
    wallet: Wallet
    statuses: dict[str, str]
    bank: Party
    shop: Party
    references: tuple[StatusReference, ...] = ()
    cards: tuple[Card, ...] = ()
    exchanges: list["Exchange"] = field(default_factory=list)


@final
@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its answer, and what was proved."""

    name: str
    party: Party
    request: PresentationRequest
    request_object: str
    response: PresentationResponse
    verified: Verified


def set_stage(screen: Screen, *, folder: Path, clock: Clock, entropy: Entropy) -> Stage:
    """Found the authority, register the bank and the shop, and make an empty phone."""
    authority = Authority.make("Sample Resident Card Authority", clock=clock, entropy=entropy)
    verifiers = Root.make("Sample Register of Verifiers", now=clock.now(), entropy=entropy)
    statuses: dict[str, str] = {}
    trust = card_trust(authority.root)
    source = StatusLists(Fetching(statuses.__getitem__), issuers=trust)
    bank, shop = (
        Party.make(host, root=verifiers, trust=trust, status=source, clock=clock, entropy=entropy)
        for host in (BANK, SHOP)
    )
    wallet = Wallet.create(
        folder / "wallet.db",
        unlock=Pin(PIN),
        trust=holder_trust(authority.root, verifiers),
        clock=clock,
    )
    return Stage(screen, clock, entropy, authority, verifiers, wallet, statuses, bank, shop)


def tell(stage: Stage) -> None:
    """Play the scenes up to the answers; the refusals follow in `attacks`."""
    resident = show_register(stage)
    ticket = visit_office(stage, resident)
    receive_card(stage, ticket)
    ask_bank(stage)
    ask_shop(stage)


def show_register(stage: Stage) -> Resident:
    """Scene 1: somebody stands in the register."""
    stage.screen.scene(1, "The resident register knows a person (invented)")
    resident = stage.authority.check(HERO)
    stage.screen.card("Resident register · 주민등록", words.register_rows(resident))
    stage.screen.say("17 or older, the plastic card is in force, no other phone: may have the card")
    return resident


def visit_office(stage: Stage, resident: Resident) -> str:
    """Scene 2: a one-time QR at the community centre."""
    stage.screen.scene(2, "The office checks the person and shows a one-time QR")
    ticket = stage.authority.office.issue(resident, now=stage.clock.now())
    stage.screen.qr(ticket.qr_text, "good once, for ten minutes")
    return ticket.qr_text


def receive_card(stage: Stage, ticket: str) -> None:
    """Scene 3: the phone proves its keys and receives the card in both formats."""
    stage.screen.scene(3, "The phone scans it, proves its keys and receives the card")
    authority, wallet = stage.authority, stage.wallet
    resident = authority.check(authority.office.redeem(ticket, now=stage.clock.now()))
    keys = [_proved_key(stage) for _ in range(2)]
    stage.screen.say("two new keys, each proved by a signature over the issuer's nonce (ES256)")
    authority.register.activate_phone(resident.id, base64url.encode(keys[0].thumbprint()))
    stage.references = tuple(authority.status_list.allocate() for _ in keys)
    issued = (
        authority.issue_sdjwt(resident, keys[0], stage.references[0]),
        authority.issue_mdoc(resident, keys[1], stage.references[1]),
    )
    stage.statuses[stage.references[0].uri] = authority.publish_status()
    stage.cards = tuple(wallet.add(each) for each in issued)
    for card, each in zip(stage.cards, issued, strict=True):
        stage.screen.say(_received(card, each))
    stage.screen.card("Mobile resident card · 모바일 주민등록증", words.card_rows(stage.cards[0]))


def ask_bank(stage: Stage) -> None:
    """Scene 4: the bank asks for a name and an age, and gets nothing else."""
    stage.screen.scene(4, "A bank asks; the owner decides; nothing else leaves")
    asked = query.sdjwt("card", vct=kr.VCT, claims=["name", ("age_equal_or_over", "19")])
    request = stage.bank.verifier.request(asked, purpose="Open a bank account · 계좌 개설")
    exchange = _exchange(stage, "presentation.sdjwt", stage.bank, request)
    _show_verified(stage, exchange)


def ask_shop(stage: Stage) -> None:
    """Scene 5: a shop learns that the customer is 19 or older, from the mdoc."""
    stage.screen.scene(5, "A shop learns one thing: 19 or older")
    asked = query.mdoc("card", doctype=kr.DOCTYPE, claims={kr.NAMESPACE: ["age_over_19"]})
    request = stage.shop.verifier.request(asked, purpose="Buy wine · 주류 구매")
    exchange = _exchange(stage, "presentation.mdoc", stage.shop, request)
    _show_verified(stage, exchange)


def agree(stage: Stage, request: AuthenticatedRequest) -> Consent:
    """Let the wallet match, show the consent screen, and agree to the minimum.

    Raises:
        ContentError: `query.unanswered` when the wallet has no card for it.
    """
    match stage.wallet.match(request):
        case Matched() as found:
            for choice in found.minimum.leaving:
                stage.screen.consent(consent_screen(request, choice))
            return found.consent(to=found.minimum)
        case _:
            raise ContentError(Code.QUERY_UNANSWERED)


def consent_screen(request: AuthenticatedRequest, choice: Candidate) -> ConsentScreen:
    """Put into words who asks, why, what would leave and what stays."""
    return ConsentScreen(
        verifier=request.verifier,
        proof=f"proved by its {request.path}",
        purpose=request.request.purpose,
        leaves=[
            Row(words.label(path), words.shown(value)) for path, value in choice.values.items()
        ],
        always=words.labels(choice.always),
        stays=words.labels(choice.withheld),
    )


def _proved_key(stage: Stage) -> PublicKey:
    """Make a key in the wallet and prove to the issuer that the wallet holds it."""
    nonce = base64url.encode(stage.entropy(16))
    signer = stage.wallet.signer(stage.wallet.new_key())
    proof = vci.prepare_key_proof(
        signer, audience=AUTHORITY_URI, nonce=nonce, now=stage.clock.now()
    ).sign_with(signer)
    return vci.verify_key_proof(
        proof,
        audience=AUTHORITY_URI,
        nonce=nonce,
        now=stage.clock.now(),
        max_age=kr.PROFILE.max_age,
    )


def _received(card: Card, issued: IssuedCredential) -> str:
    until = card.credential.valid_until
    day = "" if until is None else f", valid to {until.astimezone(kr.KOREAN_TIME).date()}"
    return f"{words.FORMATS[card.credential.format]}: {len(issued.raw):,} bytes, verified{day}"


def _exchange(stage: Stage, name: str, party: Party, request: PresentationRequest) -> Exchange:
    now = stage.clock.now()
    prepared = vp.prepare_request(
        request, signer=party.key, certificates=(party.certificate.der,), now=now
    )
    request_object = prepared.sign_with(party.key)
    trust = holder_trust(stage.authority.root, stage.verifiers_root)
    authenticated = vp.read_request(request_object, trust=trust, now=now)
    response = stage.wallet.present(agree(stage, authenticated))
    form = vp.encode_response(response, request)
    verified = party.verifier.verify(vp.read_response(form))
    exchange = Exchange(name, party, request, request_object, response, verified)
    stage.exchanges.append(exchange)
    return exchange


def _show_verified(stage: Stage, exchange: Exchange) -> None:
    proved = exchange.verified["card"]
    stage.screen.say(f"{exchange.party.host} verified it:")
    stage.screen.card("Disclosed and proved", words.claim_rows(proved.claims))
    stage.screen.card(
        "By which evidence", [Row(each.check, each.detail) for each in proved.evidence]
    )
