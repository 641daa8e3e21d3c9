from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import did as did_package
from krid._core.clock import FixedClock
from krid.bbs import BbsPublicKey, LocalBbsKey, Suite
from krid.errors import Code, MisuseError, ResolutionError, TrustError
from krid.keys import Alg, BbsAlg, LocalKey, PublicKey, multikey
from krid.model import IssuerHint
from krid.trust import DidTrust, HasDocument
from krid.trust.dids import is_did

KEY = LocalKey.generate(Alg.ES256).public_key
BBS_KEY = LocalBbsKey.generate(Suite.SHA256).public_key
MOIS = "did:web:mois.example"

Hint = Callable[..., IssuerHint]


@dataclass(frozen=True)
class Document:
    def assertion_key(self, fragment_or_url: str) -> PublicKey:
        assert fragment_or_url == "#key-1"
        return KEY

    def assertion_bbs_key(self, fragment_or_url: str) -> BbsPublicKey:
        assert fragment_or_url == "#key-1"
        return BBS_KEY


@dataclass(frozen=True)
class Resolved:
    document: Document = field(default_factory=Document)


@dataclass(frozen=True)
class Resolver:
    asked: list[str] = field(default_factory=list)

    def resolve(self, did: str) -> HasDocument:
        self.asked.append(did)
        return Resolved()


@pytest.mark.parametrize(
    ("issuer", "key_id"),
    [
        (MOIS, f"{MOIS}#key-1"),
        (MOIS, "#key-1"),
        (MOIS, "key-1"),
        (None, f"{MOIS}#key-1"),
    ],
)
def test_ways_to_name_the_key(hint: Hint, now: datetime, issuer: str | None, key_id: str) -> None:
    resolver = Resolver()
    trust = DidTrust(frozenset({MOIS}), resolver)
    found = trust.find(hint(issuer=issuer, key_id=key_id), now=now)
    assert (found.key, found.issuer) == (KEY, MOIS)
    assert found.path == "assertion key #key-1 of did:web:mois.example"
    assert found.authorities == {MOIS}
    assert resolver.asked == [MOIS]


def test_listing_what_is_no_did() -> None:
    with pytest.raises(MisuseError) as error:
        DidTrust(frozenset({"https://mois.example"}), Resolver())
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize(
    "text",
    ["", "did:", "did:web", "did:web:", "did:Web:a", "did:web:a#k", "did:web:a/b", "did:web:a\n"],
)
def test_no_did(text: str) -> None:
    assert not is_did(text)


def test_did_of_any_length() -> None:
    assert is_did("did:jwk:" + "a" * 1000)
    assert not is_did("did:jwk:" + "a" * 20_000)


@given(st.text(max_size=50))
def test_any_text(text: str) -> None:
    assert is_did("did:example:" + text) is (
        text != ""
        and text.isascii()
        and not text.endswith(":")
        and all(letter.isalnum() or letter in "._:%-" for letter in text)
    )


def test_with_the_resolver_of_krid(hint: Hint, now: datetime) -> None:
    name = multikey.encode(KEY)
    did = f"did:key:{name}"
    with did_package.Resolver(methods=(did_package.DidKey(),), clock=FixedClock(now)) as resolver:
        trust = DidTrust(frozenset({did}), resolver)
        assert trust.find(hint(issuer=did, key_id=f"{did}#{name}"), now=now).key == KEY
        with pytest.raises(ResolutionError) as error:
            trust.find(hint(issuer=did, key_id=f"{did}#other"), now=now)
    assert error.value.code is Code.DID_KEY_NOT_FOUND


def test_a_key_of_bbs(hint: Hint, now: datetime) -> None:
    trust = DidTrust(frozenset({MOIS}), Resolver())
    found = trust.find(hint(issuer=MOIS, key_id="#key-1", alg=BbsAlg.SHA256), now=now)
    assert found.bbs_key == BBS_KEY
    with pytest.raises(TrustError) as error:
        _ = found.public_key
    assert error.value.code is Code.ALG_KEY
