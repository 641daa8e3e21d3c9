"""The wallet: one encrypted file, the keys and cards in it, and what may be done with them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self, final

from krid import query
from krid._core import base64url, times
from krid._core.arguments import able, typed
from krid._core.clock import Clock, SystemClock
from krid._core.entropy import Entropy, system_entropy
from krid.errors import BindingError, Code
from krid.exchange import AuthenticatedRequest, IssuedCredential, PresentationResponse
from krid.fido import VerifiedUser
from krid.formats import standard_formats
from krid.keys import Alg, PublicKey, Signer
from krid.model import BearerFormat, Challenge, CredentialFormat, HolderBinding, IssuerKeys
from krid.store import Pin, RecoveryCode, Vault
from krid.wallet.asking import NO_REGISTRATIONS, RegistrationRule, check_open, judge
from krid.wallet.cards import Card, CardRecord, Draft, RefusedCard
from krid.wallet.consent import Candidate, Consent, Matched, NoMatch
from krid.wallet.guardian import GuardedKey, Guardian, remember_use
from krid.wallet.guarding import WalletGuards
from krid.wallet.guards import STANDARD_CHECKS, Guard, GuardSet, KeyGuard, UserChecks, needs
from krid.wallet.held_cards import HeldCards, believed
from krid.wallet.held_keys import HeldKeys
from krid.wallet.history import HistoryEntry
from krid.wallet.matching import candidates
from krid.wallet.notes import Notes
from krid.wallet.opening import opened
from krid.wallet.unlocking import WalletUnlocking, unlock_key

_HISTORY = "history"


@final
class Wallet:
    """A holder's keys and cards in one encrypted file.

    Made by `create` and `open`. `trust` says whose cards it takes: a card is verified before it
    is stored, and again whenever it is read, so a card whose issuer is no longer trusted is no
    longer presented. Private keys never leave the file but into this process's memory, for one
    signature; a phone's secure hardware would keep them even from that.
    """

    def __init__(
        self,
        vault: Vault,
        *,
        trust: IssuerKeys,
        registrations: RegistrationRule,
        checks: UserChecks,
        formats: Sequence[CredentialFormat] | None,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._vault = vault
        known = standard_formats() if formats is None else tuple(formats)
        self._keys = HeldKeys(vault)
        self._held = HeldCards(vault, known, trust)
        self.guardian: Final = Guardian(vault, checks, clock=clock)
        """Where the person confirms the use of guarded keys beforehand."""
        self.guards: Final = WalletGuards(vault, self._keys, self.guardian, self._held.holder_of)
        """What guards its keys, and how that is changed."""
        self.unlocking: Final = WalletUnlocking(vault, clock=clock)
        """The ways to open the wallet beside its PIN."""
        self.notes: Final = Notes(vault)
        """What an app keeps in the same file."""
        self._registrations = registrations
        self._clock = clock
        self._entropy = entropy
        self._seal = object()
        self._bearer_formats = frozenset(
            each.name for each in known if isinstance(each, BearerFormat)
        )

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        unlock: Pin,
        trust: IssuerKeys,
        registrations: RegistrationRule = NO_REGISTRATIONS,
        checks: UserChecks = STANDARD_CHECKS,
        formats: Sequence[CredentialFormat] | None = None,
        clock: Clock | None = None,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Make a new wallet file that opens to a PIN.

        Raises:
            StoreError: `store.exists` or `store.io`.
            MisuseError: `misuse.type`.
        """
        clock = clock or SystemClock()
        typed("unlock", unlock, Pin)
        able("trust", trust, "find")
        vault = Vault.create(path, pin=unlock, clock=clock, entropy=entropy)
        return cls(
            vault,
            trust=trust,
            registrations=registrations,
            checks=checks,
            formats=formats,
            clock=clock,
            entropy=entropy,
        )

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        unlock: Pin | VerifiedUser,
        trust: IssuerKeys,
        registrations: RegistrationRule = NO_REGISTRATIONS,
        checks: UserChecks = STANDARD_CHECKS,
        formats: Sequence[CredentialFormat] | None = None,
        clock: Clock | None = None,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open a wallet file by its PIN, or by an authenticator that verified the person.

        For the latter ask one of `authenticators_of` the file.

        Raises:
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`, `store.method`,
                `store.method_revoked`, `store.altered`, `store.truncated`, `store.not_found`,
                `store.not_wallet`, `store.version`, `store.io`.
            UnsupportedError: `fido.prf` when the authenticator gave no PRF output.
            BindingError: `fido.credential`, `fido.counter` when the file has another record of
                the authenticator.
            MisuseError: `misuse.type`.
        """
        clock = clock or SystemClock()
        typed("unlock", unlock, Pin, VerifiedUser)
        able("trust", trust, "find")
        vault = opened(path, unlock, clock=clock, entropy=entropy)
        wallet = cls(
            vault,
            trust=trust,
            registrations=registrations,
            checks=checks,
            formats=formats,
            clock=clock,
            entropy=entropy,
        )
        wallet.guardian.note_opening(unlock)
        return wallet

    @classmethod
    def recover(
        cls,
        path: str | Path,
        *,
        code: RecoveryCode,
        new_pin: Pin,
        trust: IssuerKeys,
        registrations: RegistrationRule = NO_REGISTRATIONS,
        checks: UserChecks = STANDARD_CHECKS,
        formats: Sequence[CredentialFormat] | None = None,
        clock: Clock | None = None,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Open a wallet file by a recovery code, which is used up, and take another PIN.

        Raises:
            StoreError: `store.method`, `store.method_used`, `store.method_revoked`, and as `open`
                for the file.
        """
        clock = clock or SystemClock()
        vault = Vault.recover(path, code=code, new_pin=new_pin, clock=clock, entropy=entropy)
        return cls(
            vault,
            trust=trust,
            registrations=registrations,
            checks=checks,
            formats=formats,
            clock=clock,
            entropy=entropy,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return "Wallet(***)"

    def close(self) -> None:
        """Close the file; the wallet can't be used afterwards."""
        self._vault.close()

    def new_key(self, alg: Alg = Alg.ES256, *, guard: KeyGuard = Guard.FREE) -> PublicKey:
        """Make a key pair, keep it, and return the public half for an issuer to bind a card to.

        A card has the guard of its key, until `guards.change`.
        """
        return self._keys.make(alg, guard)

    def guard_of(self, key: PublicKey) -> KeyGuard:
        """Return what must happen before one of this wallet's keys is used, as `guards.of`."""
        return self.guards.of(key)

    def signer(self, key: PublicKey) -> Signer:
        """Return a signer for one of this wallet's keys, such as for a key proof.

        That of a guarded key has the person verified before each signature.

        Raises:
            BindingError: `wallet.foreign_key`.
        """
        local, guard = self._keys.private(key), self._keys.guard(key)
        return local if guard is Guard.FREE else GuardedKey(local, guard, self.guardian)

    def add(self, issued: IssuedCredential) -> Card:
        """Verify a card as its holder and keep it; one that is there already stays once.

        A card that is bound to nobody is kept if its format can be shown without a proof; it
        answers only those who ask for none.

        Raises:
            BindingError: `wallet.foreign_key` when it is bound to no key of this wallet.
            RejectedError: the code of whatever else is wrong with it.
        """
        typed("issued", issued, IssuedCredential)
        there = self._held.same(issued)
        record = CardRecord(issued.format, issued.raw, self._clock.now())
        card = self._held.read(there or self._entropy(16).hex(), record)
        if card.credential.holder is not None:
            self._keys.private(card.credential.holder)
        elif issued.format not in self._bearer_formats:
            raise BindingError(Code.WALLET_FOREIGN_KEY)
        if there is None:
            self._held.put(card, record)
        return card

    def cards(self) -> tuple[Card, ...]:
        """Return all cards, in the order in which they were added, expired ones among them.

        Each is verified anew. Those that are not believed any more are in `refused_cards`.

        Raises:
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        return tuple(believed(self._held.all()))

    def refused_cards(self) -> tuple[RefusedCard, ...]:
        """Return the cards that are not believed now, and why, in the order of `cards`.

        Raises:
            StoreError: `store.altered`, `store.closed`, `store.busy`.
        """
        return tuple(each for each in self._held.all() if isinstance(each, RefusedCard))

    def remove(self, card: Card | RefusedCard) -> None:
        """Forget a card and the key that it is bound to, unless another card shares the key.

        The key of a refused card stays, as nobody vouches for which it is.

        Raises:
            StoreError: `store.no_record`.
        """
        typed("card", card, Card, RefusedCard)
        with self._vault.transaction():
            self._held.delete(card.id)
            holder = card.credential.holder if isinstance(card, Card) else None
            if holder is not None and not self._is_shared(holder):
                self._keys.forget(holder)

    def match(self, request: AuthenticatedRequest) -> Matched | NoMatch:
        """Find the cards that answer a request, and what each would disclose.

        Raises:
            ValidityError: `request.expired`.
            KridError: under `RefuseBeyond`, `registration.beyond` or why there is no registration.
        """
        now = self._clock.now()
        check_open(request, now=now)
        asking = judge(self._registrations, request, now=now)
        usable = [card for card in self.cards() if card.holds_at(now)]
        asked = request.request.query
        ways = {
            each.id: candidates(each, usable, self._bearer_formats) for each in asked.credentials
        }
        held = {query_id for query_id, each in ways.items() if each}
        if missing := query.missing(asked, held):
            return NoMatch(request, missing)
        sets = query.answerable(asked, held)
        wanted = {name for each in sets for option in each.options for name in option}
        found = {query_id: each for query_id, each in ways.items() if query_id in wanted}
        return Matched(request, MappingProxyType(found), asking, self._seal, sets)

    def present(self, consent: Consent) -> PresentationResponse:
        """Answer a request with exactly what the person agreed to, and write it in the history.

        If a card's key is guarded and signs the answer, the person is verified first, once for all
        of them. A W3C credential that is asked for without its holder's proof leaves by consent.

        Raises:
            BindingError: `consent.foreign` when the consent is not from this open wallet;
                `transaction.unbound` when nothing that was chosen may authorise a transaction;
                `guard.needed` when nobody was verified.
            ValidityError: `request.expired`; `guard.stale` when that is too long ago.
            KridError: what the prompt raised, or why its answer is not taken.
        """
        if consent.seal is not self._seal:
            raise BindingError(Code.CONSENT_FOREIGN)
        check_open(consent.request, now=self._clock.now())
        choices = consent.selection.choices
        challenges = consent.request.request.challenges(tuple(choices))
        drafts = {
            query_id: tuple(self._draft_each(chosen, challenges[query_id]))
            for query_id, chosen in choices.items()
        }
        guards = frozenset().union(
            *(needs(each.guard) for drafted in drafts.values() for each in drafted)
        )
        self.guardian.require(guards, consent.use)
        presentations = {
            query_id: tuple(each.finish() for each in drafted)
            for query_id, drafted in drafts.items()
        }
        self._remember(consent, guards)
        return PresentationResponse(consent.request.request.state, MappingProxyType(presentations))

    def history(self) -> tuple[HistoryEntry, ...]:
        """Return what has left this wallet, oldest first."""
        entries = (HistoryEntry.decode(record) for _, record in self._vault.records(_HISTORY))
        return tuple(sorted(entries, key=lambda entry: entry.at))

    def change_pin(self, old: Pin | VerifiedUser, new: Pin) -> None:
        """Let the wallet open to another PIN; an authenticator stands in for one forgotten.

        Raises:
            StoreError: `store.pin`, `store.pin_delay`, `store.pin_locked`; `store.method`,
                `store.method_revoked`.
            UnsupportedError: `fido.prf`.
            BindingError: `fido.credential`, `fido.counter`.
        """
        if isinstance(old, VerifiedUser):
            remember_use(self._vault, old)
        proof = old if isinstance(old, Pin) else unlock_key(old)
        self._vault.change_pin(proof, new, clock=self._clock)

    def _is_shared(self, key: PublicKey) -> bool:
        """Tell whether a key is still needed: also what is refused today may need it tomorrow."""
        left = self._held.all()
        return any(isinstance(each, RefusedCard) or each.credential.holder == key for each in left)

    def _draft_each(self, chosen: Sequence[Candidate], challenge: Challenge) -> Iterator[Draft]:
        """Draft several cards for one query; the first of them authorises what is asked."""
        for choice in chosen:
            yield self._draft(choice, challenge)
            challenge = replace(challenge, transactions=())

    def _draft(self, choice: Candidate, challenge: Challenge) -> Draft:
        record = self._held.record(choice.card_id)
        holder = self._held.read(choice.card_id, record).credential.holder
        if choice.binding is HolderBinding.NOT_REQUIRED:
            shown = self._present_bearer(choice, record, challenge)
            guard = Guard.FREE if holder is None else self._keys.guard(holder)
            return Draft(guard, lambda: shown)
        if holder is None:
            raise BindingError(Code.WALLET_FOREIGN_KEY)
        key = self._keys.private(holder)
        prepared = self._held.format_of(record).prepare_presentation(
            record.raw,
            disclose=choice.disclose,
            challenge=challenge,
            alg=key.alg,
            now=self._clock.now(),
        )
        return Draft(self._keys.guard(holder), lambda: prepared.sign_with(key))

    def _present_bearer(self, choice: Candidate, record: CardRecord, challenge: Challenge) -> bytes:
        credential_format = self._held.format_of(record)
        if challenge.transactions or not isinstance(credential_format, BearerFormat):
            raise BindingError(Code.TRANSACTION_UNBOUND)
        return credential_format.present_bearer(
            record.raw, disclose=choice.disclose, challenge=challenge
        )

    def _remember(self, consent: Consent, guards: GuardSet) -> None:
        now = self._clock.now()
        name = f"{times.to_rfc3339(now)} {base64url.encode(self._entropy(8))}"
        self._vault.put(_HISTORY, name, HistoryEntry.of(consent, at=now, guards=guards).encode())
