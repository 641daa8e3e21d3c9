from collections.abc import Callable
from datetime import datetime

from krid.keys import Alg, LocalKey, jwk
from krid.model import IssuerHint
from krid.trust import KeyTrust, PinnedKey

FIRST, SECOND = (LocalKey.generate(Alg.ES256).public_key for _ in range(2))
EDWARDS = LocalKey.generate(Alg.EDDSA).public_key
MOIS, BANK = "https://mois.example", "https://bank.example"

Hint = Callable[..., IssuerHint]


def test_only_key_for_any_name(hint: Hint, now: datetime) -> None:
    found = KeyTrust.of(FIRST).find(hint(issuer=MOIS, key_id="unheard of"), now=now)
    assert (found.key, found.issuer) == (FIRST, MOIS)
    assert found.path == f"pinned key {jwk.key_id(FIRST)}"
    assert (found.not_before, found.not_after) == (None, None)


def test_name_of_the_pin_when_the_hint_has_none(hint: Hint, now: datetime) -> None:
    assert KeyTrust.of(FIRST, issuer=MOIS).find(hint(), now=now).issuer == MOIS
    assert KeyTrust.of(FIRST).find(hint(), now=now).issuer == f"key {jwk.key_id(FIRST)}"


def test_by_key_id(hint: Hint, now: datetime) -> None:
    trust = KeyTrust((PinnedKey(key=FIRST, key_id="1"), PinnedKey(key=SECOND, key_id="2")))
    assert trust.find(hint(key_id="2"), now=now).key == SECOND
    assert trust.find(hint(key_id=jwk.key_id(FIRST)), now=now).key == FIRST


def test_by_issuer(hint: Hint, now: datetime) -> None:
    trust = KeyTrust((PinnedKey(key=FIRST, issuer=MOIS), PinnedKey(key=SECOND, issuer=BANK)))
    assert trust.find(hint(issuer=BANK), now=now).key == SECOND


def test_by_algorithm(hint: Hint, now: datetime) -> None:
    trust = KeyTrust.of(FIRST, EDWARDS)
    assert trust.find(hint(alg=Alg.EDDSA), now=now).key == EDWARDS


def test_by_certificate(hint: Hint, now: datetime, authority: object) -> None:
    leaf = authority.leaf()  # type: ignore[attr-defined]  # the class stands in conftest
    trust = KeyTrust.of(FIRST, leaf.public_key)
    assert trust.find(hint(certificates=(leaf.der,)), now=now).key == leaf.public_key


def test_key_id_of_another_issuer_does_not_shadow(hint: Hint, now: datetime) -> None:
    trust = KeyTrust(
        (PinnedKey(key=FIRST, issuer=MOIS, key_id="1"), PinnedKey(key=SECOND, issuer=BANK))
    )
    assert trust.find(hint(issuer=BANK, key_id="1"), now=now).key == SECOND


def test_same_key_pinned_twice(hint: Hint, now: datetime) -> None:
    assert KeyTrust.of(FIRST, FIRST).find(hint(), now=now).key == FIRST
