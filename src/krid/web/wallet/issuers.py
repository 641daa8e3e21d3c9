"""How the wallet gets cards: from an offer, by the issuer's own pages, later, and anew."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar, final

from krid._core import strict_json
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, KridError, StoreError, UnsupportedError
from krid.keys import Alg, LocalKey, PublicKey, Signer, jwk
from krid.model import IssuerKeys
from krid.net import Flow, Transport, run
from krid.openid import vci
from krid.openid.vci import wallet as issuance
from krid.profiles import OPENID4VCI
from krid.status import StatusLists
from krid.wallet import AT_OPENING, Card, Guard, GuardSet, KeyGuard, Use, Wallet, guard_of, needs
from krid.web.platform.texts import Language
from krid.web.platform.words import card_names, display_name
from krid.web.wallet.awaited import Awaited, Titles, awaited, keep_awaited
from krid.web.wallet.renewals import Renewal, drop_renewal, is_over, keep_renewal, renewals

T = TypeVar("T")

LOOK: Final = Use("", "", b"asking issuers for new cards")
"""What the person is verified for who has issuers asked for new cards."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WalletClient:
    """What issuers know the wallet as, and where its browser comes back to: `/authorized` here.

    Both are registered with an issuer (`vci.server.Client`), and compared letter by letter.
    """

    id: str
    redirect_uri: str


@final
@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, and the issuer that stands behind its address."""

    offer: vci.CredentialOffer
    counterpart: issuance.Counterpart
    dpop: LocalKey = field(repr=False)
    setup: issuance.WalletSetup = field(repr=False)

    @property
    def grant(self) -> vci.GrantType:
        """How the cards are had: by the code of the offer, or else by the issuer's pages."""
        return grant_of(self.offer)

    @property
    def use(self) -> Use:
        """Name the taking of this very offer as a use of the wallet's key."""
        grant = self.offer.pre_authorized
        secret = jwk.key_id(self.dpop.public_key) if grant is None else grant.code
        named = [*self.offer.configurations, secret]
        digest = hashlib.sha256(b"krid offer 1" + strict_json.dumps(named)).digest()
        return Use("", self.offer.issuer, digest)


@final
@dataclass(frozen=True, slots=True)
class Away:
    """An offer whose person is at the issuer's pages, and by what the answer is known."""

    offered: Offered
    pending: issuance.PendingAuthorization


@final
@dataclass(frozen=True, slots=True)
class Granted:
    """An offer that the issuer agreed to: its cards may be fetched."""

    offered: Offered
    session: issuance.Session = field(repr=False)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Issuers:
    """The issuers as the wallet sees them; what is here is said of in `World`."""

    transport: Transport = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    cards: IssuerKeys | None = field(repr=False)
    guards: Mapping[str, KeyGuard]
    client: WalletClient | None

    def offered(self, link: str) -> Offered:
        """Read an offer and ask its issuer who it is."""
        offer = self.run(issuance.fetch_offer(link))
        grant, dpop = grant_of(offer), LocalKey.generate(Alg.ES256)
        by_browser = grant is vci.GrantType.AUTHORIZATION_CODE
        if by_browser and self.client is None:
            raise UnsupportedError(Code.OFFER_GRANT)
        setup = self.setup(dpop, self.client if by_browser else None)
        code = offer.authorization_code if by_browser else offer.pre_authorized
        server = None if code is None else code.server
        found = issuance.discover(setup, offer.issuer, grant=grant, server=server)
        return Offered(offer, self.run(found), dpop, setup)

    def redeemed(self, offered: Offered, tx_code: str | None) -> issuance.Session:
        """Redeem an offer by its own code."""
        asking = issuance.redeem_offer(
            offered.setup, offered.counterpart, offered.offer, tx_code=tx_code
        )
        return self.run(asking)

    def left(self, offered: Offered) -> tuple[Away, str]:
        """Push the request, and return what to know the answer by, and where the browser goes."""
        code = offered.offer.authorization_code
        step = self.run(
            issuance.begin_authorization(
                offered.setup,
                offered.counterpart,
                offered.offer.configurations,
                issuer_state=None if code is None else code.issuer_state,
                server=None if code is None else code.server,
            )
        )
        return Away(offered, step.pending), step.url

    def returned(self, away: Away, query: str) -> Granted:
        """Take the answer that the browser came back with: its state and its server must fit."""
        redirected = f"{away.pending.redirect_uri}?{query}"
        finishing = issuance.finish_authorization(away.offered.setup, away.pending, redirected)
        return Granted(away.offered, self.run(finishing))

    def received(
        self, offered: Offered, session: issuance.Session, wallet: Wallet
    ) -> tuple[Card, ...]:
        """Fetch all credentials of an offer; those that come later are written down."""
        names = offered.offer.configurations
        known = phone_key(wallet, offered.offer.issuer)
        key = wallet.new_key() if known is None else known
        later: list[issuance.Deferred] = []
        cards: list[Card] = []
        with wallet.guards.signing(offered.use, key) as (signer,):
            if known is None:
                wallet.guards.change(key, self._guard_of(offered))
            try:
                for outcome in self._asked(offered.setup, session, names, signer):
                    if isinstance(outcome, issuance.Deferred):
                        later.append(outcome)
                    else:
                        cards += self.kept(offered.setup, session, outcome, wallet)
            finally:
                if later:
                    waiting = self._awaited(offered, session, key, cards, later)
                    keep_awaited(wallet, waiting)
        self.drop_ended(wallet, cards)
        if not later:
            renewal = Renewal.of(session, offered.grant, offered.dpop, names, cards)
            keep_renewal(wallet, renewal)
        return tuple(cards)

    def renewed(self, wallet: Wallet, use: Use = AT_OPENING) -> tuple[Card, ...]:
        """Ask every issuer that renews cards whether there are new ones."""
        found: list[Card] = []
        due = [
            (each, key)
            for each, key in self._held(wallet)
            if needs(wallet.guard_of(key)) <= wallet.guardian.met(use)
        ]
        with wallet.guards.signing(use, *(key for _, key in due)) as signers:
            for (each, _), signer in zip(due, signers, strict=True):
                found += self._renewed_by(each, wallet, signer)
        return tuple(found)

    def needed_to_renew(self, wallet: Wallet) -> GuardSet:
        """Return all that the keys of cards that may be renewed need."""
        return frozenset().union(*(needs(wallet.guard_of(key)) for _, key in self._held(wallet)))

    def _guard_of(self, offered: Offered) -> KeyGuard:
        """Return what a new key for an offer needs: for several types, all that they need."""
        known = offered.counterpart.metadata.configurations
        types = [known[name].type for name in offered.offer.configurations if name in known]
        wanted = (needs(self.guards.get(each or "", Guard.FREE)) for each in types)
        return guard_of(frozenset().union(*wanted))

    def _awaited(
        self,
        offered: Offered,
        session: issuance.Session,
        key: PublicKey,
        cards: Sequence[Card],
        later: Sequence[issuance.Deferred],
    ) -> Awaited:
        now = self.clock.now()
        return Awaited(
            session=issuance.KeptSession.of(session, offered.grant),
            dpop=offered.dpop,
            key=key,
            configurations=offered.offer.configurations,
            cards=tuple(each.id for each in cards),
            later=tuple(later),
            titles=_titles(offered, [each.configuration for each in later]),
            since=now,
            asked=now,
        )

    def _held(self, wallet: Wallet) -> Iterator[tuple[Renewal, PublicKey]]:
        """Find what may be renewed, by which key, and forget what the person has deleted."""
        for each in renewals(wallet):
            key = phone_key(wallet, each.session.issuer)
            if not each.is_held(wallet):
                drop_renewal(wallet, each)
            elif key is not None:
                yield each, key

    def _renewed_by(self, renewal: Renewal, wallet: Wallet, signer: Signer) -> tuple[Card, ...]:
        setup = self.setup(renewal.dpop)
        try:
            before = self.run(issuance.go_on(setup, renewal.session))
            session = self.run(issuance.refresh(setup, before))
        except KridError as error:
            if is_over(error):
                drop_renewal(wallet, renewal)
            return ()
        keep_renewal(wallet, renewal.after(session))
        cards: list[Card] = []
        try:
            for outcome in self._asked(setup, session, renewal.configurations, signer):
                if isinstance(outcome, issuance.Deferred):
                    raise UnsupportedError(Code.ISSUANCE_TRANSACTION)
                cards += self.kept(setup, session, outcome, wallet)
            self.drop_ended(wallet, cards)
        except StoreError:
            raise
        except KridError:
            return ()
        renewal.take_out(wallet, cards)
        keep_renewal(wallet, renewal.after(session, cards))
        return tuple(cards)

    def _asked(
        self,
        setup: issuance.WalletSetup,
        session: issuance.Session,
        names: Sequence[str],
        signer: Signer,
    ) -> Iterator[issuance.Outcome]:
        """Ask for credentials, one of each name."""
        for name in names:
            asking = issuance.request_credentials(setup, session, name, keys=[signer])
            yield self.run(asking)

    def setup(self, dpop: LocalKey, client: WalletClient | None = None) -> issuance.WalletSetup:
        """Make what a flow needs; by the issuer's pages, the wallet has a name."""
        return issuance.WalletSetup(
            policy=OPENID4VCI,
            clock=self.clock,
            entropy=self.entropy,
            client_id=None if client is None else client.id,
            redirect_uri=None if client is None else client.redirect_uri,
            dpop=dpop,
            attestation=None,
            key_attester=None,
            metadata_trust=None,
        )

    def drop_ended(self, wallet: Wallet, fresh: Sequence[Card]) -> None:
        """Throw away what was revoked of the kinds that came; what can't be asked for stays."""
        if self.cards is None:
            return
        kinds, new = {each.credential.type for each in fresh}, {each.id for each in fresh}
        lists = StatusLists(self.transport, issuers=self.cards)
        for card in wallet.cards():
            if card.credential.type in kinds and card.id not in new and self._ended(lists, card):
                wallet.remove(card)

    def _ended(self, lists: StatusLists, card: Card) -> bool:
        now = self.clock.now()
        try:
            for entry in card.credential.status:
                lists.check(entry, issuer=card.credential.signer, now=now)
        except KridError as error:
            return error.code is Code.STATUS_REVOKED
        return False

    def kept(
        self,
        setup: issuance.WalletSetup,
        session: issuance.Session,
        outcome: issuance.Received,
        wallet: Wallet,
    ) -> list[Card]:
        """Verify and keep what came, and tell the issuer."""
        event = vci.Event.FAILURE
        try:
            cards = [wallet.add(each) for each in outcome.credentials]
            event = vci.Event.ACCEPTED
        finally:
            self._tell(setup, session, outcome.notification_id, event)
        return cards

    def _tell(
        self,
        setup: issuance.WalletSetup,
        session: issuance.Session,
        notification_id: str | None,
        event: vci.Event,
    ) -> None:
        """Tell the issuer; that it can't be told changes nothing of what was kept."""
        if notification_id is None:
            return
        try:
            self.run(issuance.notify(setup, session, notification_id, event))
        except KridError:
            return

    def run(self, flow: Flow[T]) -> T:
        """Let a flow ask over the network."""
        return run(flow, self.transport)


def grant_of(offer: vci.CredentialOffer) -> vci.GrantType:
    """Say by which grant an offer is taken; a code in the offer asks for the fewest steps."""
    if offer.pre_authorized is None:
        return vci.GrantType.AUTHORIZATION_CODE
    return vci.GrantType.PRE_AUTHORIZED_CODE


def phone_key(wallet: Wallet, issuer: str) -> PublicKey | None:
    """Return the key that an issuer knows this wallet by."""
    held = [
        each.credential.holder
        for each in wallet.cards()
        if each.credential.issuer == issuer and each.credential.holder is not None
    ]
    held = held or [each.key for each in awaited(wallet) if each.session.issuer == issuer]
    return held[-1] if held else None


def _titles(offered: Offered, names: Sequence[str]) -> Titles:
    """Keep what the issuer and its cards are called, for pages without the network."""
    metadata = offered.counterpart.metadata
    return {
        language.value: (
            display_name(metadata.display, language) or offered.offer.issuer,
            ", ".join(card_names(metadata, names, language)),
        )
        for language in Language
    }
