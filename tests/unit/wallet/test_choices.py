"""What a person may choose from, where a query has alternatives, and what then leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from own_format import SignedJson
from roles import FORMAT, NOW, TYPE, Cast, authenticated

from krid import query
from krid.errors import BindingError, Code, KridError
from krid.exchange import PresentationResponse
from krid.model import (
    AcceptedCredential,
    Challenge,
    ClaimPath,
    CredentialQuery,
    HolderBinding,
    IssuerKeys,
    TransactionData,
    TypeValues,
    VctValues,
)
from krid.store import Pin
from krid.wallet import Card, Guard, Matched, NoMatch, Selection, Wallet

PIN = Pin("246813")


class Loose(SignedJson):  # type: ignore[misc]  # the example is final; a test may look inside
    """The example format, which can be shown without a proof, and whose tickets name no holder."""

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        found = super().accept(credential, issuers=issuers, now=now)
        return replace(found, holder=None) if "ticket" in found.claims else found

    def present_bearer(
        self, credential: bytes, *, disclose: Sequence[ClaimPath], challenge: Challenge
    ) -> bytes:
        return b"bearer of " + repr(disclose).encode()

    def is_bearer(self, presentation: bytes) -> bool:
        return presentation.startswith(b"bearer")


@pytest.fixture(scope="module")
def cast() -> Cast:
    made = Cast()
    made.verifier = made.make_verifier(formats=(Loose(),))
    return made


@pytest.fixture
def wallet(cast: Cast, tmp_path: Path) -> Iterator[Wallet]:
    cast.clock.moment = NOW
    with Wallet.create(
        tmp_path / "wallet.db",
        unlock=PIN,
        trust=cast.trust,
        formats=(Loose(),),
        clock=cast.clock,
    ) as made:
        yield made


def add(cast: Cast, wallet: Wallet, **claims: object) -> Card:
    return wallet.add(cast.issue(wallet.new_key(), claims=claims))


def asked(name: str, claims: Any, **changes: Any) -> CredentialQuery:
    return replace(query.sdjwt(name, vct=TYPE, claims=claims), format=FORMAT, **changes)


def match(cast: Cast, wallet: Wallet, *parts: Any) -> Matched:
    found = wallet.match(authenticated(cast.verifier.request(*parts, purpose="Open an account")))
    assert isinstance(found, Matched)
    return found


def answer(wallet: Wallet, found: Matched, to: Selection) -> PresentationResponse:
    return wallet.present(found.consent(to=to))


def refused(found: Matched, **choices: Any) -> None:
    with pytest.raises(BindingError) as error:
        found.consent(to=Selection(choices))
    assert error.value.code is Code.CONSENT_BEYOND


ADDRESS = {"city": "Seoul", "street": "Sejong-daero", "code": "03172"}


def test_the_least_and_what_the_verifier_likes_best(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim", address=ADDRESS)
    found = match(cast, wallet, asked("card", query.either(["address"], ["name"])))
    assert [each.option for each in found.candidates["card"]] == [1, 0]
    assert [each.weight for each in found.candidates["card"]] == [1, 3]
    assert found.minimum.choices["card"][0].disclose == (("name",),)
    assert found.preferred.choices["card"][0].disclose == (("address",),)
    assert len(answer(wallet, found, found.preferred).presentations["card"]) == 1


def test_an_option_that_no_card_satisfies_is_not_offered(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim")
    found = match(cast, wallet, asked("card", query.either(["birthdate"], ["name"])))
    assert [each.option for each in found.candidates["card"]] == [1]
    assert isinstance(
        wallet.match(authenticated(cast.verifier.request(asked("x", ["zip"]), purpose="x"))),
        NoMatch,
    )


def test_a_choice_of_credentials(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim", address=ADDRESS)
    whole, parts = asked("whole", ["address"]), (asked("name", ["name"]), asked("none", ["zip"]))
    found = match(cast, wallet, query.any_of(whole, asked("name", ["name"])))
    assert found.minimum.choices.keys() == {"name"}
    assert [each.options for each in found.sets] == [(("whole",), ("name",))]
    whole_one, name_one = (found.candidates[each][0] for each in ("whole", "name"))
    assert answer(wallet, found, Selection({"whole": (whole_one,)})).presentations.keys() == {
        "whole"
    }
    refused(found)
    refused(found, other=(name_one,))
    refused(found, name=())
    refused(found, name=(whole_one,))
    narrowed = match(cast, wallet, query.any_of(whole, parts))
    assert narrowed.candidates.keys() == {"whole"}
    refused(narrowed, whole=(whole_one,), name=(name_one,))


def test_what_is_optional_stays_unless_it_is_chosen(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim", mail="kim@example.com")
    found = match(
        cast, wallet, asked("card", ["name"]), query.optional(asked("mail", ["mail"])),
        query.optional(asked("phone", ["phone"])),
    )  # fmt: skip
    assert found.minimum.choices.keys() == {"card"}
    assert found.candidates.keys() == {"card", "mail"}
    more = Selection({**found.minimum.choices, "mail": found.candidates["mail"]})
    verified = cast.verifier.verify(answer(wallet, found, more))
    assert verified["mail"].claims["mail"] == "kim@example.com"
    assert [len(verified.every(name)) for name in ("card", "mail", "phone")] == [1, 1, 0]
    assert len(verified) == 2


def test_an_option_that_is_chosen_already_adds_nothing(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim", address=ADDRESS)
    whole, small = asked("whole", ["address"]), asked("small", ["name"])
    found = match(cast, wallet, whole, query.any_of(small, whole))
    assert found.minimum.choices.keys() == {"whole"}


def test_what_is_missing_is_named(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim")
    either_of = query.any_of((asked("name", ["name"]), asked("zip", ["zip"])), asked("x", ["x"]))
    request = cast.verifier.request(either_of, asked("card", ["name"]), purpose="x")
    found = wallet.match(authenticated(request))
    assert isinstance(found, NoMatch)
    assert found.missing == ("zip", "x")


def test_several_cards_for_one_query(cast: Cast, wallet: Wallet) -> None:
    for name in ("Kim", "Lee", "Park"):
        add(cast, wallet, name=name)
    found = match(cast, wallet, asked("card", ["name"], multiple=True))
    assert len(found.minimum.choices["card"]) == 1
    first, second, _ = found.candidates["card"]
    refused(found, card=(first, first))
    verified = cast.verifier.verify(answer(wallet, found, Selection({"card": (first, second)})))
    assert {each.claims["name"] for each in verified.every("card")} == {
        first.values[("name",)],
        second.values[("name",)],
    }
    assert verified["card"] is verified.every("card")[0]
    assert len(verified.report().sections) == 2
    one = match(cast, wallet, asked("card", ["name"]))
    refused(one, card=one.candidates["card"][:2])


def test_what_a_verifier_means_to_keep_is_shown(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, ns={"portrait": "x", "name": "Kim"})
    elements = {"ns": [query.element("portrait", retain=True), query.element("name", retain=False)]}
    licence = replace(query.mdoc("card", doctype=TYPE, claims=elements), format=FORMAT)
    (choice,) = match(cast, wallet, licence).candidates["card"]
    assert choice.retained == (("ns", "portrait"),)


# Without a proof of the holder

FREE = HolderBinding.NOT_REQUIRED


def test_a_ticket_answers_only_who_asks_for_no_proof(cast: Cast, wallet: Wallet) -> None:
    card = add(cast, wallet, ticket="A 12")
    assert card.credential.holder is None
    bound = cast.verifier.request(asked("card", ["ticket"]), purpose="x")
    assert isinstance(wallet.match(authenticated(bound)), NoMatch)
    found = match(cast, wallet, asked("card", ["ticket"], holder_binding=FREE))
    (choice,) = found.candidates["card"]
    assert choice.binding is FREE
    assert wallet.guards.needed(found.consent(to=found.minimum)) == frozenset()
    sent = answer(wallet, found, found.minimum).presentations["card"]
    assert sent == (b"bearer of (('ticket',),)",)


def test_a_card_proves_its_holder_wherever_it_can(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, name="Kim")
    found = match(cast, wallet, asked("card", ["name"], holder_binding=FREE))
    assert found.minimum.choices["card"][0].binding is HolderBinding.REQUIRED
    assert cast.verifier.verify(answer(wallet, found, found.minimum))["card"].holder is not None


def test_a_w3c_credential_is_shown_without_a_proof_where_none_is_asked_for(
    cast: Cast, wallet: Wallet
) -> None:
    add(cast, wallet, name="Kim")
    types = TypeValues(((TYPE,),))
    found = match(cast, wallet, asked("card", ["name"], wanted=types, holder_binding=FREE))
    assert found.minimum.choices["card"][0].binding is FREE


def test_nobody_gets_round_a_guard_by_asking_for_no_proof(cast: Cast, wallet: Wallet) -> None:
    wallet.add(cast.issue(wallet.new_key(guard=Guard.PIN), claims={"name": "Kim"}))
    types = TypeValues(((TYPE,),))
    found = match(cast, wallet, asked("card", ["name"], wanted=types, holder_binding=FREE))
    assert found.minimum.choices["card"][0].binding is FREE
    assert wallet.guards.needed(found.consent(to=found.minimum)) == {Guard.PIN}
    with pytest.raises(BindingError) as error:
        answer(wallet, found, found.minimum)
    assert error.value.code is Code.GUARD_NEEDED
    wallet.guardian.confirm_pin(PIN)
    assert answer(wallet, found, found.minimum).presentations["card"]


def test_nobody_authorises_without_a_proof(cast: Cast, wallet: Wallet) -> None:
    add(cast, wallet, ticket="A 12")
    request = cast.verifier.request(asked("card", ["ticket"], holder_binding=FREE), purpose="x")
    pay = TransactionData("urn:pay", ("card",), "e30", {})
    found = wallet.match(authenticated(replace(request, transactions=(pay,))))
    assert isinstance(found, Matched)
    with pytest.raises(BindingError) as error:
        answer(wallet, found, found.minimum)
    assert error.value.code is Code.TRANSACTION_UNBOUND


def test_a_format_that_needs_a_proof_is_not_shown_without(cast: Cast, tmp_path: Path) -> None:
    words: dict[str, Any] = {"unlock": PIN, "trust": cast.trust, "clock": cast.clock}
    path = tmp_path / "kept.db"
    with Wallet.create(path, formats=(Loose(),), **words) as kept:
        add(cast, kept, ticket="A 12")
    free = asked("card", ["name"], wanted=VctValues((TYPE,)), holder_binding=FREE)

    class Unbound(SignedJson):  # type: ignore[misc]  # the example is final
        def accept(
            self, credential: bytes, *, issuers: IssuerKeys, now: datetime
        ) -> AcceptedCredential:
            found = super().accept(credential, issuers=issuers, now=now)
            return replace(found, holder=None)

    with Wallet.open(path, formats=(Unbound(),), **words) as kept:
        assert isinstance(
            kept.match(authenticated(cast.verifier.request(free, purpose="x"))), NoMatch
        )


def test_a_card_that_loses_its_holder_after_the_choice(cast: Cast, tmp_path: Path) -> None:
    class Fickle(SignedJson):  # type: ignore[misc]  # the example is final
        holds = True

        def accept(
            self, credential: bytes, *, issuers: IssuerKeys, now: datetime
        ) -> AcceptedCredential:
            found = super().accept(credential, issuers=issuers, now=now)
            return found if self.holds else replace(found, holder=None)

    with Wallet.create(
        tmp_path / "fickle.db", unlock=PIN, trust=cast.trust, formats=(Fickle(),), clock=cast.clock
    ) as kept:
        add(cast, kept, name="Kim")
        consent = (found := match(cast, kept, asked("card", ["name"]))).consent(to=found.minimum)
        Fickle.holds = False
        with pytest.raises(BindingError) as error:
            kept.present(consent)
    assert error.value.code is Code.WALLET_FOREIGN_KEY


def test_too_many_ways_are_cut(cast: Cast, wallet: Wallet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krid._core.limits.MAX_QUERY_CANDIDATES", 2)
    for name in ("Kim", "Lee", "Park"):
        add(cast, wallet, name=name)
    assert len(match(cast, wallet, asked("card", ["name"])).candidates["card"]) == 2


def test_a_verifier_that_wants_a_whole_query_and_more(cast: Cast) -> None:
    whole = query.of(asked("card", ["name"]))
    assert cast.verifier.request(whole, purpose="x").query is whole
    with pytest.raises(KridError) as error:
        cast.verifier.request(whole, asked("other", ["name"]), purpose="x")
    assert error.value.code is Code.MISUSE_OPTION
