"""Whom the wallet talks to, and how: issuers by OpenID4VCI, verifiers by OpenID4VP."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar, final

from krid._core import strict_json
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, KridError, UnsupportedError
from krid.exchange import AuthenticatedRequest, PresentationResponse
from krid.keys import Alg, LocalKey, PublicKey, Signer
from krid.model import IssuerKeys
from krid.net import Flow, HttpsUrl, Transport, run
from krid.openid import vci, vp
from krid.openid.vci import wallet as issuance
from krid.openid.vp import wallet as presentation
from krid.profiles import HAIP_PRESENTATION, OPENID4VCI
from krid.status import StatusLists
from krid.wallet import (
    AT_OPENING,
    Card,
    Guard,
    GuardSet,
    KeyGuard,
    Matched,
    NoMatch,
    Selection,
    Use,
    Wallet,
    guard_of,
    needs,
)
from krid.wallet.consent import Consent
from krid.web.wallet.renewals import Renewal, drop_renewal, is_over, keep_renewal, renewals

T = TypeVar("T")

LOOK: Final = Use("", "", b"asking issuers for new cards")
"""What the person is verified for who has issuers asked for new cards."""


@final
@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, and the issuer that stands behind its address."""

    offer: vci.CredentialOffer
    counterpart: issuance.Counterpart
    dpop: LocalKey = field(repr=False)
    setup: issuance.WalletSetup = field(repr=False)

    @property
    def use(self) -> Use:
        """Name the taking of this very offer as a use of the wallet's key."""
        grant = self.offer.pre_authorized
        named = [*self.offer.configurations, "" if grant is None else grant.code]
        digest = hashlib.sha256(b"krid offer 1" + strict_json.dumps(named)).digest()
        return Use("", self.offer.issuer, digest)


class NearWay(Protocol):
    """The way back to a terminal close by, good for one answer."""

    def bring(self, response: PresentationResponse) -> None:
        """Bring what a person agreed to."""
        ...

    def decline(self) -> None:
        """Say that nothing is returned."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose sender is known, and what the wallet could answer.

    `chosen` is what the person picked, None for what discloses the least. `near` is the way back
    to a terminal close by, None where the answer goes over the network.
    """

    request: AuthenticatedRequest
    found: Matched | NoMatch
    chosen: Selection | None = field(default=None, repr=False)
    near: NearWay | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """The host that the answer goes to, and nothing that stands behind it.

        In proximity it goes to whoever proved this name.
        """
        if self.near is not None:
            return self.request.verifier
        return HttpsUrl.parse(self.request.request.response_uri).authority

    @property
    def selection(self) -> Selection:
        """What leaves when the person agrees; nothing where no card answers."""
        if not isinstance(self.found, Matched):
            return Selection({})
        return self.chosen or self.found.minimum

    @property
    def consent(self) -> Consent:
        """The person's agreement, once they have given it.

        Raises:
            UnsupportedError: `query.unanswered` where no card answers.
        """
        if not isinstance(self.found, Matched):
            raise UnsupportedError(Code.QUERY_UNANSWERED)
        return self.found.consent(to=self.selection)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The network, and who may ask. `for_browser` says where a browser finds an address.

    `cards` says whose word counts about cards that have ended; without it none is thrown away.
    `transaction_types` are what a person may be asked to authorise, such as `PAYMENT`: the page
    of a request shows all of it. A request with any other type is refused (`transaction.type`).
    `guards` says by the type of a card what a new key for it needs; the person may change it.
    """

    transport: Transport = field(repr=False)
    verifiers: IssuerKeys = field(repr=False)
    for_browser: Callable[[str], str] = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    cards: IssuerKeys | None = field(default=None, repr=False)
    transaction_types: tuple[vp.TransactionType, ...] = ()
    guards: Mapping[str, KeyGuard] = field(default_factory=dict)

    def offered(self, link: str) -> Offered:
        """Read an offer and ask its issuer who it is.

        Raises:
            KridError: as `krid.openid.vci.wallet.fetch_offer` and `discover`; `offer.grant` for
                an offer that needs a browser at the issuer's.
        """
        dpop = LocalKey.generate(Alg.ES256)
        setup = self._setup(dpop)
        offer = self._run(issuance.fetch_offer(link))
        if offer.pre_authorized is None:
            raise UnsupportedError(Code.OFFER_GRANT)
        found = issuance.discover(
            setup,
            offer.issuer,
            grant=vci.GrantType.PRE_AUTHORIZED_CODE,
            server=offer.pre_authorized.server,
        )
        return Offered(offer, self._run(found), dpop, setup)

    def redeemed(self, offered: Offered, tx_code: str | None) -> issuance.Session:
        """Redeem an offer.

        Raises:
            KridError: as `krid.openid.vci.wallet.redeem_offer`.
        """
        return self._run(
            issuance.redeem_offer(
                offered.setup, offered.counterpart, offered.offer, tx_code=tx_code
            )
        )

    def received(
        self, offered: Offered, session: issuance.Session, wallet: Wallet
    ) -> tuple[Card, ...]:
        """Fetch all credentials of an offer, verify and keep them, and tell the issuer.

        All of them are bound to one key, and what the same issuer gave before is: this key is
        what an issuer knows the phone by, so that it can replace a card. Cards that the issuer
        has revoked by then are thrown away.

        Its guard must be met, for `Offered.use`; that of a new key is set before a card is bound.

        Raises:
            KridError: as `krid.openid.vci.wallet.request_credentials`, `Wallet.add` and
                `Wallet.guards.signing`.
        """
        names = offered.offer.configurations
        known = phone_key(wallet, offered.offer.issuer)
        key = wallet.new_key() if known is None else known
        with wallet.guards.signing(offered.use, key) as (signer,):
            if known is None:
                wallet.guards.change(key, self._guard_of(offered))
            cards = self._fetched(offered.setup, session, names, wallet, signer)
        keep_renewal(wallet, Renewal.of(session, offered.dpop, names, cards))
        return cards

    def _guard_of(self, offered: Offered) -> KeyGuard:
        """Return what a new key for an offer needs: for several types, all that they need."""
        known = offered.counterpart.metadata.configurations
        types = [known[name].type for name in offered.offer.configurations if name in known]
        wanted = (needs(self.guards.get(each or "", Guard.FREE)) for each in types)
        return guard_of(frozenset().union(*wanted))

    def renewed(self, wallet: Wallet, use: Use = AT_OPENING) -> tuple[Card, ...]:
        """Ask every issuer that renews cards whether there are new ones; return those that came.

        Cards whose keys need more than the person was verified by for the use are left out.
        An issuer that can't be asked now is asked the next time; one that renews no more is
        forgotten. The cards that came take the place of those that they renew.

        Raises:
            StoreError: the wallet's file can't be written.
        """
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

    def _held(self, wallet: Wallet) -> Iterator[tuple[Renewal, PublicKey]]:
        """Find what may be renewed, by which key, and forget what the person has deleted."""
        for each in renewals(wallet):
            key = phone_key(wallet, each.session.issuer)
            if not each.is_held(wallet):
                drop_renewal(wallet, each)
            elif key is not None:
                yield each, key

    def _renewed_by(self, renewal: Renewal, wallet: Wallet, signer: Signer) -> tuple[Card, ...]:
        setup = self._setup(renewal.dpop)
        try:
            before = self._run(issuance.go_on(setup, renewal.session))
            session = self._run(issuance.refresh(setup, before))
        except KridError as error:
            if is_over(error):
                drop_renewal(wallet, renewal)
            return ()
        keep_renewal(wallet, renewal.after(session))
        try:
            cards = self._fetched(setup, session, renewal.configurations, wallet, signer)
        except KridError:
            return ()
        renewal.take_out(wallet, cards)
        keep_renewal(wallet, renewal.after(session, cards))
        return cards

    def _fetched(
        self,
        setup: issuance.WalletSetup,
        session: issuance.Session,
        names: Sequence[str],
        wallet: Wallet,
        signer: Signer,
    ) -> tuple[Card, ...]:
        """Fetch credentials, one of each name, verify and keep them."""
        cards: list[Card] = []
        for name in names:
            asking = issuance.request_credentials(setup, session, name, keys=[signer])
            outcome = self._run(asking)
            if not isinstance(outcome, issuance.Received):
                raise UnsupportedError(Code.ISSUANCE_TRANSACTION)
            cards += self._kept(setup, session, outcome, wallet)
        self._drop_ended(wallet, cards)
        return tuple(cards)

    def _setup(self, dpop: LocalKey) -> issuance.WalletSetup:
        return issuance.WalletSetup(
            policy=OPENID4VCI,
            clock=self.clock,
            entropy=self.entropy,
            client_id=None,
            redirect_uri=None,
            dpop=dpop,
            attestation=None,
            key_attester=None,
            metadata_trust=None,
        )

    def _drop_ended(self, wallet: Wallet, fresh: list[Card]) -> None:
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

    def asked(self, link: str, wallet: Wallet) -> Asked:
        """Read a request, prove who sent it, and find what answers it.

        Raises:
            KridError: as `krid.openid.vp.wallet.read_request` and `Wallet.match`.
        """
        setup = presentation.WalletSetup(
            policy=HAIP_PRESENTATION,
            trust=self.verifiers,
            clients=None,
            clock=self.clock,
            entropy=self.entropy,
            transaction_types=self.transaction_types,
        )
        try:
            request = self._run(presentation.read_request(setup, link))
        except vp.RequestRefusedError as refusal:
            self._run(presentation.refuse(refusal))
            raise
        return Asked(request, wallet.match(request))

    def answered(self, asked: Asked, wallet: Wallet) -> str | None:
        """Send what the person agreed to, and return where the browser goes, None for nowhere.

        Raises:
            KridError: as `Wallet.present` and `krid.openid.vp.wallet.send`.
        """
        response = wallet.present(asked.consent)
        if asked.near is not None:
            asked.near.bring(response)
            return None
        return self._way_on(self._run(presentation.send(asked.request, response)))

    def declined(self, asked: Asked) -> str | None:
        """Tell the verifier that it gets nothing, and return where the browser goes."""
        if asked.near is not None:
            asked.near.decline()
            return None
        return self._way_on(self._run(presentation.refuse(asked.request)))

    def _kept(
        self,
        setup: issuance.WalletSetup,
        session: issuance.Session,
        outcome: issuance.Received,
        wallet: Wallet,
    ) -> list[Card]:
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
            self._run(issuance.notify(setup, session, notification_id, event))
        except KridError:
            return

    def _way_on(self, sent: presentation.Sent) -> str | None:
        if sent.open is None or not sent.open.startswith("https://"):
            return sent.open
        return self.for_browser(sent.open)

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self.transport)


def phone_key(wallet: Wallet, issuer: str) -> PublicKey | None:
    """Return the key that an issuer knows this wallet by."""
    held = [
        each.credential.holder
        for each in wallet.cards()
        if each.credential.issuer == issuer and each.credential.holder is not None
    ]
    return held[-1] if held else None
