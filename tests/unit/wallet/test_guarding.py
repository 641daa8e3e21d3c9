"""Cards that need several things at once, guards that change, and signing for one use."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from guarded import PIN, Scene, code_of, scene
from hypothesis import given
from hypothesis import strategies as st
from roles import authenticated

from krid.errors import Code, KridError
from krid.wallet import (
    AT_OPENING,
    PIN_AND_USER,
    Candidate,
    Guard,
    KeyGuard,
    Matched,
    Selection,
    Use,
    Wallet,
    authenticators_of,
    guard_of,
    needs,
)
from krid.wallet.consent import Consent
from krid.wallet.guards import OTHER_USE, decode_guard, encode_guard

BOTH = frozenset({Guard.PIN, Guard.USER_VERIFIED})


@pytest.fixture
def here(tmp_path: Path) -> Scene:
    return scene(tmp_path / "wallet.db")


@pytest.fixture
def wallet(here: Scene) -> Iterator[Wallet]:
    with here.open() as opened:
        here.add_finger(opened)
        yield opened


def consent_of(here: Scene, wallet: Wallet) -> Consent:
    found = wallet.match(authenticated(here.cast.ask("name")))
    assert isinstance(found, Matched)
    return found.consent(to=found.minimum)


def chosen_by(consent: Consent) -> Iterator[tuple[str, tuple[Candidate, ...]]]:
    yield from consent.selection.choices.items()


def confirm(here: Scene, wallet: Wallet, use: Use) -> None:
    wallet.guardian.confirm_pin(PIN, use)
    wallet.guardian.confirm_user(here.device.get(wallet.guardian.begin(use)), use)


def test_a_card_that_needs_both_asks_for_both_at_each_use(here: Scene) -> None:
    with here.open(checks=here.checks(here.person)) as wallet:
        here.add_finger(wallet)
        card = here.card(wallet, PIN_AND_USER)
        assert card.credential.holder is not None
        assert wallet.guard_of(card.credential.holder) == PIN_AND_USER
        here.present(wallet)
        here.present(wallet)
        ways = [how for how, _ in here.person.asked]
        assert ways == ["pin", "authenticator"] * 2
        assert wallet.history()[0].guards == ("pin", "user verified")
    with here.open() as again:
        assert again.guard_of(card.credential.holder) == PIN_AND_USER


def test_both_may_be_confirmed_beforehand_for_one_consent(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, PIN_AND_USER)
    consent = consent_of(here, wallet)
    assert wallet.guards.needed(consent) == BOTH
    confirm(here, wallet, consent.use)
    here.cast.verifier.verify(wallet.present(consent))


def test_a_consent_needs_what_its_cards_need(here: Scene, wallet: Wallet) -> None:
    here.card(wallet, Guard.FREE)
    consent = consent_of(here, wallet)
    assert wallet.guards.needed(consent) == frozenset()
    assert consent.use == consent.use
    assert consent.use != consent_of(here, wallet).use
    less = {name: (replace(chosen[0], disclose=()),) for name, chosen in chosen_by(consent)}
    assert replace(consent, selection=Selection(less)).use != consent.use
    assert consent.use.about != replace(consent.use, purpose="another").about


def test_a_card_that_nobody_proves_to_hold_needs_its_guard_all_the_same(
    here: Scene, wallet: Wallet
) -> None:
    here.card(wallet, Guard.PIN)
    consent = consent_of(here, wallet)
    bearer = {
        name: tuple(replace(each, binding=each.binding.NOT_REQUIRED) for each in chosen)
        for name, chosen in consent.selection.choices.items()
    }
    selection = replace(consent.selection, choices=bearer)
    assert wallet.guards.needed(replace(consent, selection=selection)) == {Guard.PIN}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Guard.FREE, Guard.FREE),
        (Guard.FREE, Guard.PIN),
        (Guard.FREE, PIN_AND_USER),
        (Guard.PIN, PIN_AND_USER),
        (Guard.USER_VERIFIED, PIN_AND_USER),
    ],
)
def test_a_guard_is_strengthened_freely(wallet: Wallet, before: KeyGuard, after: KeyGuard) -> None:
    key = wallet.new_key(guard=before)
    assert wallet.guards.needed_to_change(key, after) == frozenset()
    wallet.guards.change(key, after)
    assert wallet.guard_of(key) == after


@pytest.mark.parametrize("after", [Guard.FREE, Guard.PIN, Guard.USER_VERIFIED])
def test_a_guard_is_weakened_by_who_meets_it(here: Scene, wallet: Wallet, after: KeyGuard) -> None:
    key = wallet.new_key(guard=PIN_AND_USER)
    assert wallet.guards.needed_to_change(key, after) == BOTH
    confirm(here, wallet, wallet.guards.use_to_change(key, after))
    wallet.guards.change(key, after)
    assert wallet.guard_of(key) is after


def test_several_signatures_are_one_use(here: Scene) -> None:
    with here.open(checks=here.checks(here.person)) as wallet:
        key = wallet.new_key(guard=Guard.PIN)
        with wallet.guards.signing(OTHER_USE, key) as (signer,):
            for message in (b"one", b"two"):
                key.verify(message, signer.sign(message), alg=signer.alg)
            assert (signer.public_key, repr(signer)) == (key, "Signer(***)")
        assert here.person.asked == [("pin", OTHER_USE)]


@given(st.sampled_from([*Guard, PIN_AND_USER]))
def test_a_guard_is_read_as_it_was_written(guard: KeyGuard) -> None:
    assert Guard.FREE not in needs(guard)
    if guard is not Guard.FREE:
        assert decode_guard(encode_guard(guard)) == guard


@given(st.binary(max_size=40))
def test_any_bytes_are_a_guard_or_refused(raw: bytes) -> None:
    try:
        needs(decode_guard(raw))
    except KridError as error:
        assert error.code is Code.WALLET_RECORD


def test_a_free_key_stays_free_without_a_record(wallet: Wallet) -> None:
    key = wallet.new_key()
    wallet.guards.change(key, Guard.FREE)
    assert wallet._vault.names("guard") == ()
    assert code_of(lambda: decode_guard(b"pin + pin")) is Code.WALLET_RECORD


def test_what_opened_the_wallet_counts_for_what_is_done_at_once(here: Scene) -> None:
    with here.open() as wallet:
        here.add_finger(wallet)
        key = wallet.new_key(guard=Guard.PIN)
        assert wallet.guardian.met(AT_OPENING) == {Guard.PIN}
        with wallet.guards.signing(AT_OPENING, key, wallet.new_key()) as signers:
            assert len(signers) == 2
        assert code_of(lambda: wallet.signer(key).sign(b"message")) is Code.GUARD_NEEDED
    with here.open(here.touch(*authenticators_of(here.path))) as wallet:
        assert wallet.guardian.met(AT_OPENING) == {Guard.USER_VERIFIED}
        assert wallet.guardian.met(OTHER_USE) == frozenset()


def test_guards_add_up() -> None:
    assert guard_of(frozenset()) is Guard.FREE
    assert guard_of(frozenset({Guard.FREE, Guard.PIN})) is Guard.PIN
    assert guard_of(BOTH) == PIN_AND_USER


def test_the_open_wallet_names_its_authenticators(here: Scene, wallet: Wallet) -> None:
    assert wallet.unlocking.authenticators() == authenticators_of(here.path)
