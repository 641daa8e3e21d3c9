"""Keys that need a person, and authenticators that open the wallet."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from guarded import OTHER, PIN, Scene, code_of, scene

from krid.errors import Code
from krid.keys import Alg, LocalKey
from krid.store import MethodState
from krid.wallet import (
    Freshness,
    Guard,
    HistoryEntry,
    Use,
    Wallet,
    authenticators_of,
)


@pytest.fixture
def here(tmp_path: Path) -> Scene:
    return scene(tmp_path / "wallet.db")


@pytest.fixture
def wallet(here: Scene) -> Iterator[Wallet]:
    with here.open() as opened:
        yield opened


def test_a_free_key_asks_nobody(here: Scene) -> None:
    with here.open(checks=here.checks(here.person)) as wallet:
        card = here.card(wallet, Guard.FREE)
        here.present(wallet)
        assert here.person.asked == []
        assert card.credential.holder is not None
        assert wallet.guard_of(card.credential.holder) is Guard.FREE
        assert wallet.history()[0].guards == ()


def test_a_key_behind_the_pin_asks_for_it_once_a_use(here: Scene) -> None:
    with here.open(checks=here.checks(here.person)) as wallet:
        card = here.card(wallet, Guard.PIN)
        here.present(wallet)
        here.present(wallet)
        (first, one), (second, other) = here.person.asked
        assert (first, second) == ("pin", "pin")
        assert (one.verifier, one.purpose) == ("bank.example", "Open an account")
        assert one != other
        assert card.credential.holder is not None
        assert wallet.guard_of(card.credential.holder) is Guard.PIN
        (entry, _) = wallet.history()
        assert entry.guards == ("pin",)
        assert HistoryEntry.decode(entry.encode()) == entry


def test_a_key_behind_an_authenticator_asks_it(here: Scene) -> None:
    with here.open(checks=here.checks(here.person)) as wallet:
        here.add_finger(wallet)
        here.card(wallet, Guard.USER_VERIFIED)
        here.present(wallet)
        assert [how for how, _ in here.person.asked] == ["authenticator"]
        assert wallet.history()[0].guards == ("user verified",)


def test_a_verification_before_counts_for_its_uses(here: Scene) -> None:
    with here.open(checks=here.checks(uses=2)) as wallet:
        here.card(wallet, Guard.PIN)
        wallet.guardian.confirm_pin(PIN)
        here.present(wallet)
        here.present(wallet)
        assert code_of(lambda: here.present(wallet)) is Code.GUARD_STALE


def test_an_authenticator_may_be_asked_beforehand(here: Scene, wallet: Wallet) -> None:
    here.add_finger(wallet)
    here.card(wallet, Guard.USER_VERIFIED)
    wallet.guardian.confirm_user(here.device.get(wallet.guardian.begin()))
    here.present(wallet)


def test_a_guarded_signer_asks_before_each_signature(here: Scene) -> None:
    with here.open(checks=here.checks(here.person)) as wallet:
        key = wallet.new_key(guard=Guard.PIN)
        signer = wallet.signer(key)
        assert (signer.public_key, signer.alg) == (key, Alg.ES256)
        assert repr(signer) == "GuardedKey(***)"
        key.verify(b"message", signer.sign(b"message"), alg=Alg.ES256)
        assert here.person.asked == [("pin", Use("", ""))]


def test_removing_a_card_forgets_key_and_guard(here: Scene, wallet: Wallet) -> None:
    card = here.card(wallet, Guard.PIN)
    wallet.remove(card)
    assert card.credential.holder is not None
    assert code_of(lambda: wallet.guard_of(card.credential.holder)) is Code.WALLET_FOREIGN_KEY  # type: ignore[arg-type]
    assert wallet._vault.names("guard") == ()


def test_an_authenticator_opens_the_wallet_again_and_again(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
        card = here.card(wallet, Guard.FREE)
    for count in (2, 3):
        with here.open(here.touch(*authenticators_of(here.path))) as wallet:
            assert wallet.cards() == (card,)
        (kept,) = authenticators_of(here.path)
        assert kept.sign_count == count


def test_an_authenticator_stands_in_for_a_forgotten_pin(here: Scene, wallet: Wallet) -> None:
    here.add_finger(wallet)
    wallet.change_pin(here.touch(*authenticators_of(here.path)), OTHER)
    wallet.change_pin(OTHER, PIN)
    here.open(PIN).close()


def test_a_recovery_code_opens_the_wallet_once(here: Scene, wallet: Wallet) -> None:
    card = here.card(wallet, Guard.PIN)
    code = wallet.unlocking.add_recovery_code(label="paper", pin=PIN)
    wallet.close()
    clock, trust = here.cast.clock, here.cast.trust
    with Wallet.recover(
        here.path, code=code, new_pin=OTHER, trust=trust, clock=clock, checks=here.checks()
    ) as recovered:
        assert [each.state for each in recovered.unlocking.methods()] == [MethodState.USED]
    with here.open(OTHER) as opened:
        assert opened.cards() == (card,)


def test_a_method_is_revoked(here: Scene, wallet: Wallet) -> None:
    method = here.add_finger(wallet)
    wallet.unlocking.revoke(method.id, pin=PIN)
    assert authenticators_of(here.path) == ()


@pytest.mark.parametrize(
    ("within", "uses"),
    [(timedelta(), 1), (timedelta(hours=1, seconds=1), 1), (timedelta(minutes=1), 0)],
)
def test_a_freshness_that_is_none(within: timedelta, uses: int) -> None:
    assert code_of(lambda: Freshness(within=within, uses=uses)) is Code.MISUSE_FRESHNESS


def test_the_guard_of_a_foreign_key(wallet: Wallet) -> None:
    foreign = LocalKey.generate(Alg.ES256).public_key
    assert code_of(lambda: wallet.guard_of(foreign)) is Code.WALLET_FOREIGN_KEY
    assert code_of(lambda: wallet.signer(foreign)) is Code.WALLET_FOREIGN_KEY


def test_an_authenticator_without_a_counter_opens_the_wallet(here: Scene) -> None:
    here.device = replace(here.device, counts=False)
    with here.open() as wallet:
        here.add_finger(wallet)
    for _ in range(2):
        here.open(here.touch(*authenticators_of(here.path))).close()
