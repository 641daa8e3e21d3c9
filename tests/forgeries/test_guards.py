"""Guarded keys and authenticators of a wallet, misused: each with its code."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from guarded import OTHER, PIN, Scene, code_of, scene
from roles import authenticated

from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError
from krid.fido import Credential, PrfOutput
from krid.keys import Alg, LocalKey
from krid.store import Pin
from krid.wallet import (
    PIN_AND_USER,
    STANDARD_CHECKS,
    AllOf,
    Guard,
    Matched,
    Use,
    Wallet,
    authenticators_of,
)
from krid.wallet.consent import Consent


@pytest.fixture
def here(tmp_path: Path) -> Scene:
    return scene(tmp_path / "wallet.db")


@pytest.fixture
def wallet(here: Scene) -> Iterator[Wallet]:
    with here.open() as opened:
        yield opened


def test_a_guarded_key_without_a_person(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, Guard.PIN)
    assert code_of(lambda: here.present(wallet)) is Code.GUARD_NEEDED
    signer = wallet.signer(wallet.new_key(guard=Guard.USER_VERIFIED))
    assert code_of(lambda: signer.sign(b"message")) is Code.GUARD_NEEDED
    assert wallet.history() == ()


def test_a_pin_for_a_key_that_needs_an_authenticator(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, Guard.USER_VERIFIED)
    wallet.guardian.confirm_pin(PIN)
    assert code_of(lambda: here.present(wallet)) is Code.GUARD_NEEDED


def test_an_authenticator_for_a_key_that_needs_the_pin(here: Scene, wallet: Wallet) -> None:
    here.add_finger(wallet)
    here.card(wallet, Guard.PIN)
    wallet.guardian.confirm_user(here.device.get(wallet.guardian.begin()))
    assert code_of(lambda: here.present(wallet)) is Code.GUARD_NEEDED


def test_a_verification_that_was_used(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, Guard.PIN)
    wallet.guardian.confirm_pin(PIN)
    here.present(wallet)
    assert code_of(lambda: here.present(wallet)) is Code.GUARD_STALE


@pytest.mark.parametrize("seconds", [30, -1])
def test_a_verification_that_is_too_old_or_to_come(
    here: Scene, wallet: Wallet, seconds: int
) -> None:
    here.card(wallet, Guard.PIN)
    wallet.guardian.confirm_pin(PIN)
    here.cast.clock.moment += timedelta(seconds=seconds)
    signer = wallet.signer(wallet.new_key(guard=Guard.PIN))
    assert code_of(lambda: signer.sign(b"message")) is Code.GUARD_STALE


def test_a_verification_that_was_forgotten(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, Guard.PIN)
    wallet.guardian.confirm_pin(PIN)
    wallet.guardian.forget()
    assert code_of(lambda: here.present(wallet)) is Code.GUARD_NEEDED


def test_wrong_pins_at_the_guard_count_as_those_at_the_door(here: Scene) -> None:
    person = replace(here.person, typed=OTHER)
    with here.open(checks=here.checks(person)) as wallet:
        here.card(wallet, Guard.PIN)
        for _ in range(5):
            assert code_of(lambda: here.present(wallet)) is Code.STORE_PIN
        assert code_of(lambda: here.present(wallet)) is Code.STORE_PIN_DELAY
        assert wallet.history() == ()
    assert code_of(here.open) is Code.STORE_PIN_DELAY


@dataclass
class Replaying:
    """Gives the same answer to every question."""

    answer: bytes

    def pin(self, use: Use) -> Pin:
        raise AssertionError

    def authenticator(self, use: Use, options: JsonObject) -> bytes:
        return self.answer


def test_an_old_answer_at_the_guard(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
        here.card(wallet, Guard.USER_VERIFIED)
        answer = here.device.get(wallet.guardian.begin())
        wallet.guardian.confirm_user(answer)
        assert code_of(lambda: wallet.guardian.confirm_user(answer)) is Code.FIDO_CHALLENGE
    with here.open(checks=here.checks(Replaying(answer))) as wallet:
        assert code_of(lambda: here.present(wallet)) is Code.FIDO_CHALLENGE


def test_a_person_who_is_present_and_not_verified(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
        here.device.flags = here.device.flags.UP
        answer = here.device.get(wallet.guardian.begin())
        assert code_of(lambda: wallet.guardian.confirm_user(answer)) is Code.FIDO_VERIFICATION


def test_a_cloned_authenticator_at_the_guard(here: Scene, wallet: Wallet) -> None:
    here.add_finger(wallet)
    (held,) = here.device.held.values()
    wallet.guardian.confirm_user(here.device.get(wallet.guardian.begin()))
    held.counter -= 1
    answer = here.device.get(wallet.guardian.begin())
    assert code_of(lambda: wallet.guardian.confirm_user(answer)) is Code.FIDO_COUNTER


def test_an_authenticator_that_was_revoked_while_it_was_asked(here: Scene, wallet: Wallet) -> None:
    method = here.add_finger(wallet)
    answer = here.device.get(wallet.guardian.begin())
    wallet.unlocking.revoke(method.id, pin=PIN)
    assert code_of(lambda: wallet.guardian.confirm_user(answer)) is Code.FIDO_CREDENTIAL
    assert code_of(wallet.guardian.begin) is Code.FIDO_CREDENTIAL


def test_a_wallet_that_can_ask_no_authenticator(here: Scene) -> None:
    with here.open(checks=STANDARD_CHECKS) as wallet:
        assert code_of(wallet.guardian.begin) is Code.GUARD_NEEDED
        assert code_of(lambda: wallet.guardian.confirm_user(b"{}")) is Code.GUARD_NEEDED


def test_a_revoked_authenticator_at_the_door(here: Scene) -> None:
    with here.open() as wallet:
        method = here.add_finger(wallet)
        before = authenticators_of(here.path)
        wallet.unlocking.revoke(method.id, pin=PIN)
    assert code_of(lambda: here.open(here.touch(*before))) is Code.STORE_METHOD_REVOKED


def test_a_prf_output_that_is_missing_changed_or_of_another(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
    user = here.touch(*authenticators_of(here.path))
    assert code_of(lambda: here.open(replace(user, prf=None))) is Code.FIDO_PRF
    changed = replace(user, prf=PrfOutput(bytes(32)))
    assert code_of(lambda: here.open(changed)) is Code.STORE_METHOD
    assert code_of(lambda: here.open(here.register())) is Code.STORE_METHOD


def test_a_record_put_in_the_place_of_the_wallets(here: Scene) -> None:
    """The right PRF output does not help who had the assertion verified with another key."""
    with here.open() as wallet:
        here.add_finger(wallet)
    user = here.touch(*authenticators_of(here.path))
    other = replace(user.credential, public_key=b"another")
    assert code_of(lambda: here.open(replace(user, credential=other))) is Code.FIDO_CREDENTIAL


def test_an_authenticators_use_at_the_door_twice(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
    user = here.touch(*authenticators_of(here.path))
    here.open(user).close()
    assert code_of(lambda: here.open(user)) is Code.FIDO_COUNTER


def test_a_new_pin_by_an_authenticator_used_before(here: Scene, wallet: Wallet) -> None:
    here.add_finger(wallet)
    user = here.touch(*authenticators_of(here.path))
    wallet.change_pin(user, OTHER)
    assert code_of(lambda: wallet.change_pin(user, PIN)) is Code.FIDO_COUNTER
    assert code_of(lambda: here.open(PIN)) is Code.STORE_PIN


def test_something_attached_that_is_no_record(here: Scene, wallet: Wallet) -> None:
    method = here.add_finger(wallet)
    wallet._vault.unlocking.attach(method.id, b"{}")
    assert code_of(lambda: authenticators_of(here.path)) is Code.FIDO_CREDENTIAL_RECORD
    assert isinstance(Credential, type)


def consent_of(here: Scene, wallet: Wallet) -> Consent:
    found = wallet.match(authenticated(here.cast.ask("name")))
    assert isinstance(found, Matched)
    return found.consent(to=found.minimum)


@pytest.mark.parametrize("met", [Guard.PIN, Guard.USER_VERIFIED])
def test_one_of_two_guards_alone(here: Scene, wallet: Wallet, met: Guard) -> None:
    here.add_finger(wallet)
    here.card(wallet, PIN_AND_USER)
    consent = consent_of(here, wallet)
    if met is Guard.PIN:
        wallet.guardian.confirm_pin(PIN, consent.use)
    else:
        answer = here.device.get(wallet.guardian.begin(consent.use))
        wallet.guardian.confirm_user(answer, consent.use)
    assert code_of(lambda: wallet.present(consent)) is Code.GUARD_NEEDED
    assert wallet.history() == ()


def test_a_right_pin_is_forgotten_when_the_authenticator_fails(here: Scene) -> None:
    """Otherwise the next use would find half of what it needs done."""
    with here.open() as wallet:
        here.add_finger(wallet)
        here.card(wallet, PIN_AND_USER)
    here.device.flags = here.device.flags.UP
    with here.open(checks=here.checks(here.person)) as wallet:
        assert code_of(lambda: here.present(wallet)) is Code.FIDO_VERIFICATION
        assert wallet.guardian._confirmed == {}


def test_a_verification_for_another_request(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, Guard.PIN)
    wallet.guardian.confirm_pin(PIN, consent_of(here, wallet).use)
    assert code_of(lambda: wallet.present(consent_of(here, wallet))) is Code.GUARD_STALE


def test_an_answer_about_another_request(here: Scene, wallet: Wallet) -> None:
    here.add_finger(wallet)
    here.card(wallet, Guard.USER_VERIFIED)
    shown, other = consent_of(here, wallet), consent_of(here, wallet)
    answer = here.device.get(wallet.guardian.begin(other.use))
    assert code_of(lambda: wallet.guardian.confirm_user(answer, shown.use)) is Code.FIDO_ABOUT
    answer = here.device.get(wallet.guardian.begin())
    assert code_of(lambda: wallet.guardian.confirm_user(answer, shown.use)) is Code.FIDO_ABOUT
    answer = here.device.get(wallet.guardian.begin(shown.use))
    assert code_of(lambda: wallet.guardian.confirm_user(answer)) is Code.FIDO_ABOUT


def test_a_guard_weakened_by_nobody_or_for_something_else(here: Scene, wallet: Wallet) -> None:
    key, other = wallet.new_key(guard=Guard.PIN), wallet.new_key(guard=Guard.PIN)
    change = wallet.guards.change
    assert code_of(lambda: change(key, Guard.FREE)) is Code.GUARD_NEEDED
    wallet.guardian.confirm_pin(PIN, wallet.guards.use_to_change(other, Guard.FREE))
    assert code_of(lambda: change(key, Guard.FREE)) is Code.GUARD_STALE
    assert wallet.guard_of(key) is Guard.PIN
    foreign = LocalKey.generate(Alg.ES256).public_key
    assert code_of(lambda: change(foreign, Guard.PIN)) is Code.WALLET_FOREIGN_KEY


def test_a_signer_after_its_use(here: Scene, wallet: Wallet) -> None:
    key = wallet.new_key(guard=Guard.PIN)
    with pytest.raises(KridError) as error, wallet.guards.signing(Use("", ""), key):
        pass
    assert error.value.code is Code.GUARD_NEEDED
    wallet.guardian.confirm_pin(PIN)
    with wallet.guards.signing(Use("", ""), key) as (signer,):
        signer.sign(b"message")
    assert code_of(lambda: signer.sign(b"message")) is Code.GUARD_STALE


@pytest.mark.parametrize("guards", [(), (Guard.PIN,), (Guard.PIN, Guard.FREE)])
def test_a_guard_of_several_that_is_none(guards: tuple[Guard, ...]) -> None:
    assert code_of(lambda: AllOf(frozenset(guards))) is Code.MISUSE_GUARD
