"""What a wallet keeps, matches, asks about and lets leave."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from own_format import SignedJson
from roles import DAY, FORMAT, NOW, TYPE, Cast, authenticated

from krid import query
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    MisuseError,
    StoreError,
    TrustError,
    ValidityError,
)
from krid.exchange import IssuedCredential
from krid.keys import Alg, LocalKey
from krid.model import (
    AcceptedCredential,
    Asker,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    OverAsked,
    Permission,
    Registration,
)
from krid.store import Pin
from krid.trust import NOBODY, RegisteredVerifiers
from krid.wallet import (
    NO_REGISTRATIONS,
    Card,
    HistoryEntry,
    Matched,
    NoMatch,
    RefuseBeyond,
    Registered,
    RegistrationRule,
    Selection,
    ShowBeyond,
    Unregistered,
    Wallet,
)
from krid.wallet.cards import CardRecord

PIN = Pin("246813")


@pytest.fixture(scope="module")
def cast() -> Cast:
    return Cast()


@pytest.fixture
def wallet(cast: Cast, tmp_path: Path) -> Iterator[Wallet]:
    cast.clock.moment = NOW
    with Wallet.create(
        tmp_path / "wallet.db",
        unlock=PIN,
        trust=cast.trust,
        formats=(SignedJson(),),
        clock=cast.clock,
    ) as made:
        yield made


def filled(cast: Cast, wallet: Wallet, **claims: object) -> Card:
    return wallet.add(cast.issue(wallet.new_key(), claims=claims))


def matched(cast: Cast, wallet: Wallet, *names: str) -> Matched:
    found = wallet.match(authenticated(cast.ask(*names)))
    assert isinstance(found, Matched)
    return found


def test_a_card_is_presented_and_verified(cast: Cast, wallet: Wallet) -> None:
    filled(cast, wallet)
    found = matched(cast, wallet, "name")
    verified = cast.verifier.verify(wallet.present(found.consent(to=found.minimum)))
    assert verified["card"].claims["name"] == "Kim"


def test_what_left_is_in_the_history_without_its_value(cast: Cast, wallet: Wallet) -> None:
    filled(cast, wallet)
    found = matched(cast, wallet, "name")
    wallet.present(found.consent(to=found.minimum))
    (entry,) = wallet.history()
    assert entry == HistoryEntry(NOW, "bank.example", "Open an account", ((TYPE, ("name",)),))
    assert b"Kim" not in entry.encode()


def test_cards_are_there_when_it_is_opened_again(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "wallet.db"
    words = {"unlock": PIN, "trust": cast.trust, "formats": (SignedJson(),), "clock": cast.clock}
    with Wallet.create(path, **words) as wallet:  # type: ignore[arg-type]  # named words
        card = filled(cast, wallet)
    with Wallet.open(path, **words) as wallet:  # type: ignore[arg-type]
        assert wallet.cards() == (card,)
        found = matched(cast, wallet, "name")
        cast.verifier.verify(wallet.present(found.consent(to=found.minimum)))


def test_a_card_for_another_phone_is_refused(cast: Cast, wallet: Wallet) -> None:
    with pytest.raises(BindingError) as error:
        wallet.add(cast.issue(LocalKey.generate(Alg.ES256).public_key))
    assert error.value.code is Code.WALLET_FOREIGN_KEY
    assert wallet.cards() == ()


class Unbound(SignedJson):  # type: ignore[misc]  # the example is final; a test may look inside
    """The example format, whose cards name no holder."""

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        return replace(super().accept(credential, issuers=issuers, now=now), holder=None)


def test_a_card_without_a_holder_is_refused(cast: Cast, tmp_path: Path) -> None:
    with Wallet.create(
        tmp_path / "wallet.db", unlock=PIN, trust=cast.trust, formats=(Unbound(),), clock=cast.clock
    ) as wallet:
        with pytest.raises(BindingError) as error:
            wallet.add(cast.issue(wallet.new_key()))
        assert error.value.code is Code.WALLET_FOREIGN_KEY


def test_a_card_that_lost_its_holder_is_neither_shown_nor_kept_alive(
    cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "wallet.db"
    words = {"unlock": PIN, "trust": cast.trust, "clock": cast.clock}
    with Wallet.create(path, formats=(SignedJson(),), **words) as wallet:  # type: ignore[arg-type]
        filled(cast, wallet)
    with Wallet.open(path, formats=(Unbound(),), **words) as wallet:  # type: ignore[arg-type]
        assert isinstance(wallet.match(authenticated(cast.ask("name"))), NoMatch)
        (card,) = wallet.cards()
        wallet.remove(card)
        assert wallet.cards() == ()


def test_a_damaged_wallet_does_not_pass_for_a_missing_key(cast: Cast, tmp_path: Path) -> None:
    wallet = Wallet.create(
        tmp_path / "wallet.db", unlock=PIN, trust=cast.trust, formats=(SignedJson(),)
    )
    key = wallet.new_key()
    wallet.close()
    with pytest.raises(StoreError) as error:
        wallet.signer(key)
    assert error.value.code is Code.STORE_CLOSED


def test_a_forged_card_is_refused(cast: Cast, wallet: Wallet) -> None:
    issued = cast.issue(wallet.new_key())
    forged = IssuedCredential(FORMAT, issued.raw[:-2] + b"AA")
    with pytest.raises(KridError) as error:
        wallet.add(forged)
    assert error.value.code in {Code.JWS_SIGNATURE, Code.BASE64URL_SYNTAX}


def test_a_card_that_nobody_vouches_for_any_more_is_shown_to_nobody(
    cast: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "wallet.db"
    words = {"unlock": PIN, "formats": (SignedJson(),), "clock": cast.clock}
    with Wallet.create(path, trust=cast.trust, **words) as wallet:  # type: ignore[arg-type]
        filled(cast, wallet)
    with Wallet.open(path, trust=NOBODY, **words) as wallet:  # type: ignore[arg-type]
        assert wallet.cards() == ()
        assert isinstance(wallet.match(authenticated(cast.ask("name"))), NoMatch)
        (refused,) = wallet.refused_cards()
        assert (refused.format, refused.code) == (FORMAT, Code.TRUST_UNKNOWN_ISSUER)
    with Wallet.open(path, trust=cast.trust, **words) as wallet:  # type: ignore[arg-type]
        assert len(wallet.cards()) == 1
        assert wallet.refused_cards() == ()


def test_one_that_is_refused_stands_in_no_other_card_s_way(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "wallet.db"
    words = {"unlock": PIN, "formats": (SignedJson(),), "clock": cast.clock}
    other = Cast()
    with Wallet.create(path, trust=other.trust, **words) as wallet:  # type: ignore[arg-type]
        filled(other, wallet)
    with Wallet.open(path, trust=cast.trust, **words) as wallet:  # type: ignore[arg-type]
        filled(cast, wallet)
        matched(cast, wallet, "name")
        (card,), (refused,) = wallet.cards(), wallet.refused_cards()
        wallet.remove(card)
        wallet.guard_of(card.credential.holder)  # type: ignore[arg-type]  # kept: it may be its key
        wallet.remove(refused)
        assert (wallet.cards(), wallet.refused_cards()) == ((), ())


def test_a_card_that_is_added_again_is_there_once(cast: Cast, wallet: Wallet) -> None:
    issued = cast.issue(wallet.new_key())
    first = wallet.add(issued)
    cast.clock.moment += DAY
    assert wallet.add(issued).id == first.id
    assert wallet.cards() == (first,)


class Broken:
    """Somebody to trust whose own records can't be read now."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        raise StoreError(Code.STORE_IO)


def test_a_store_that_fails_is_no_word_about_a_card(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "wallet.db"
    words = {"unlock": PIN, "formats": (SignedJson(),), "clock": cast.clock}
    with Wallet.create(path, trust=cast.trust, **words) as wallet:  # type: ignore[arg-type]
        filled(cast, wallet)
    with (
        Wallet.open(path, trust=Broken(), **words) as wallet,  # type: ignore[arg-type]
        pytest.raises(StoreError),
    ):
        wallet.cards()


def test_a_file_that_is_closed_refuses_no_card(wallet: Wallet) -> None:
    wallet.close()
    with pytest.raises(StoreError):
        wallet.refused_cards()


def test_the_standard_formats_are_there_without_naming_them(tmp_path: Path) -> None:
    path = tmp_path / "wallet.db"
    Wallet.create(path, unlock=PIN, trust=NOBODY).close()
    with Wallet.open(path, unlock=PIN, trust=NOBODY) as wallet:
        assert wallet.cards() == ()
        assert repr(wallet) == "Wallet(***)"


def test_the_request_decides_whether_a_card_matches(cast: Cast, wallet: Wallet) -> None:
    filled(cast, wallet)
    missing = wallet.match(authenticated(cast.ask("birthdate")))
    assert isinstance(missing, NoMatch)
    assert missing.missing == ("card",)


def test_an_expired_card_does_not_match(cast: Cast, wallet: Wallet) -> None:
    filled(cast, wallet)
    cast.clock.moment = NOW + 2 * DAY
    assert isinstance(wallet.match(authenticated(cast.ask("name"))), NoMatch)


def test_the_least_disclosing_card_comes_first(cast: Cast, wallet: Wallet) -> None:
    many = filled(cast, wallet, langs=["ko", "en", "fr"], name="Kim")
    few = filled(cast, wallet, langs=["ko"], name="Kim")
    asked = replace(query.sdjwt("card", vct=TYPE, claims=[("langs", None)]), format=FORMAT)
    found = wallet.match(authenticated(cast.verifier.request(asked, purpose="Languages")))
    assert isinstance(found, Matched)
    assert [each.card_id for each in found.candidates["card"]] == [few.id, many.id]
    assert found.minimum.choices["card"][0].card_id == few.id


def test_the_consent_screen_learns_values_and_what_leaves_anyway(
    cast: Cast, wallet: Wallet
) -> None:
    filled(cast, wallet, name="Kim", langs=["ko"], address={"city": "Seoul"})
    choice = matched(cast, wallet, "name").minimum.choices["card"][0]
    assert choice.values[("name",)] == "Kim"
    assert set(choice.always) == {("name",), ("langs", 0), ("address", "city")}
    assert choice.withheld == ()
    assert "Kim" not in repr(choice)


def test_consent_to_anything_else_is_refused(cast: Cast, wallet: Wallet) -> None:
    filled(cast, wallet)
    found = matched(cast, wallet, "name")
    wider = replace(found.minimum.choices["card"][0], disclose=(("name",), ("city",)))
    for selection in (Selection({"card": (wider,)}), Selection({}), Selection({"other": (wider,)})):
        with pytest.raises(BindingError) as error:
            found.consent(to=selection)
        assert error.value.code is Code.CONSENT_BEYOND


def test_a_consent_given_elsewhere_is_refused(cast: Cast, wallet: Wallet, tmp_path: Path) -> None:
    filled(cast, wallet)
    found = matched(cast, wallet, "name")
    consent = found.consent(to=found.minimum)
    with Wallet.create(tmp_path / "other.db", unlock=PIN, trust=cast.trust) as other:
        for foreign, where in ((consent, other), (replace(consent, seal=object()), wallet)):
            with pytest.raises(BindingError) as error:
                where.present(foreign)
            assert error.value.code is Code.CONSENT_FOREIGN


def test_a_request_that_has_expired_is_neither_matched_nor_answered(
    cast: Cast, wallet: Wallet
) -> None:
    filled(cast, wallet)
    found = matched(cast, wallet, "name")
    consent = found.consent(to=found.minimum)
    cast.clock.moment = NOW + timedelta(minutes=5)
    for act in (lambda: wallet.match(found.request), lambda: wallet.present(consent)):
        with pytest.raises(ValidityError) as error:
            act()
        assert error.value.code is Code.REQUEST_EXPIRED


def test_a_removed_card_takes_its_key_along(cast: Cast, wallet: Wallet) -> None:
    card = filled(cast, wallet)
    assert card.credential.holder is not None
    wallet.remove(card)
    assert wallet.cards() == ()
    with pytest.raises(BindingError) as error:
        wallet.signer(card.credential.holder)
    assert error.value.code is Code.WALLET_FOREIGN_KEY


def test_a_shared_key_stays_with_the_other_card(cast: Cast, wallet: Wallet) -> None:
    key = wallet.new_key()
    first, second = (wallet.add(cast.issue(key, claims={"name": name})) for name in ("Kim", "Lee"))
    wallet.remove(first)
    assert wallet.cards() == (second,)
    assert wallet.signer(key).public_key == key


def test_the_pin_is_changed(cast: Cast, wallet: Wallet) -> None:
    new = Pin("135797")
    wallet.change_pin(PIN, new)
    wallet.new_key()
    wallet.change_pin(new, PIN)


@pytest.mark.parametrize(
    "record",
    [
        b"{}",
        b'{"format":1,"raw":"","added_at":"2026-06-01T00:00:00Z"}',
        b'{"format":"f","raw":1,"added_at":"2026-06-01T00:00:00Z"}',
        b'{"format":"f","raw":"","added_at":1}',
    ],
)
def test_foreign_card_records_are_refused(record: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        CardRecord.decode(record)
    assert error.value.code is Code.WALLET_RECORD


@pytest.mark.parametrize(
    "record",
    [
        b"{}",
        b'{"at":"2026-06-01T00:00:00Z","verifier":"v","purpose":"p"}',
        b'{"at":"2026-06-01T00:00:00Z","verifier":"v","purpose":"p","disclosed":[1]}',
        b'{"at":"2026-06-01T00:00:00Z","verifier":"v","purpose":"p","disclosed":[["t"]]}',
        b'{"at":1,"verifier":"v","purpose":"p","disclosed":[]}',
    ],
)
def test_foreign_history_records_are_refused(record: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        HistoryEntry.decode(record)
    assert error.value.code is Code.WALLET_RECORD


REGISTRATION = Registration(
    id="bank",
    name="Sample Bank",
    purposes={"en": "Open an account"},
    permissions=(Permission(FORMAT, frozenset({TYPE}), frozenset({("name",)})),),
    valid_until=None,
    evidence="a list",
)


def ruled(cast: Cast, tmp_path: Path, rule: RegistrationRule, *names: str) -> Matched:
    with Wallet.create(
        tmp_path / "ruled.db",
        unlock=PIN,
        trust=cast.trust,
        registrations=rule,
        formats=(SignedJson(),),
        clock=cast.clock,
    ) as wallet:
        filled(cast, wallet)
        return matched(cast, wallet, *names)


KNOWN = RegisteredVerifiers({"x509_san_dns:bank.example": REGISTRATION})


def test_a_verifier_that_asks_for_more_is_shown_as_such(cast: Cast, tmp_path: Path) -> None:
    found = ruled(cast, tmp_path, ShowBeyond(KNOWN), "name", "city")
    over = OverAsked("card", (), (("city",),))
    assert found.asking == Registered(REGISTRATION, (over,))
    assert found.consent(to=found.minimum).asking == found.asking


@pytest.mark.parametrize("rule", [ShowBeyond(KNOWN), RefuseBeyond(KNOWN)])
def test_a_verifier_that_keeps_to_its_registration(
    cast: Cast, tmp_path: Path, rule: RegistrationRule
) -> None:
    assert ruled(cast, tmp_path, rule, "name").asking == Registered(REGISTRATION, ())


def test_a_verifier_that_asks_for_more_may_be_refused(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(TrustError) as error:
        ruled(cast, tmp_path, RefuseBeyond(KNOWN), "name", "city")
    assert error.value.code is Code.REGISTRATION_BEYOND


@pytest.mark.parametrize("rule", [NO_REGISTRATIONS, ShowBeyond(RegisteredVerifiers({}))])
def test_a_verifier_that_nobody_knows(cast: Cast, tmp_path: Path, rule: RegistrationRule) -> None:
    found = ruled(cast, tmp_path, rule, "name")
    assert found.asking == Unregistered(Code.REGISTRATION_UNKNOWN)


def test_a_verifier_that_nobody_knows_may_be_refused(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(TrustError) as error:
        ruled(cast, tmp_path, RefuseBeyond(RegisteredVerifiers({})), "name")
    assert error.value.code is Code.REGISTRATION_UNKNOWN


class Misused:
    def find(self, asker: Asker, *, now: datetime) -> Registration:
        raise MisuseError(Code.MISUSE_OPTION)


def test_a_misused_source_is_no_unknown_verifier(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(MisuseError):
        ruled(cast, tmp_path, ShowBeyond(Misused()), "name")


def test_an_app_keeps_notes_in_the_file(wallet: Wallet) -> None:
    assert wallet.notes.names() == ()
    assert wallet.notes.get("language") is None
    wallet.notes.put("language", b"ko")
    wallet.notes.put("language", b"en")
    wallet.notes.put("another", b"")
    assert wallet.notes.names() == ("another", "language")
    assert wallet.notes.get("language") == b"en"
    wallet.notes.forget("language")
    with pytest.raises(StoreError) as caught:
        wallet.notes.forget("language")
    assert caught.value.code is Code.STORE_NO_RECORD
    with pytest.raises(MisuseError) as misuse:
        wallet.notes.get("")
    assert misuse.value.code is Code.MISUSE_RECORD


def test_notes_close_with_the_wallet(wallet: Wallet) -> None:
    wallet.close()
    with pytest.raises(StoreError) as caught:
        wallet.notes.get("language")
    assert caught.value.code is Code.STORE_CLOSED
