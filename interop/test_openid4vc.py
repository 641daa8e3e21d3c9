"""From krid's issuer to krid's verifier with a wallet in which nothing is krid's, over HTTPS.

@openid4vc/openid4vci gets the card; @openid4vc/openid4vp fetches the request at `request_uri`,
checks its signature and sends the answer to `response_uri`; dcql picks the card;
@sd-jwt/sd-jwt-vc and @owf/mdoc present it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, final
from urllib.parse import parse_qs

import pytest
from openid_town import DOCTYPE, DPOP, FORMATS, NAMESPACE, VCT, Bank, Town

from krid import query
from krid.errors import Code, KridError
from krid.exchange import ResponseMode
from krid.keys import Alg, LocalKey
from krid.model import CredentialQuery
from krid.openid.vci.server import NO_TX_CODE
from krid.openid.vp import server

Peer: TypeAlias = Callable[..., Any]
Private: TypeAlias = Callable[[LocalKey], dict[str, Any]]

POSTED, SEALED = ResponseMode.DIRECT_POST, ResponseMode.DIRECT_POST_JWT
ASKED: dict[str, CredentialQuery] = {
    "card": query.sdjwt("it", vct=VCT, claims=query.either(["name"], ["city", "name"])),
    "licence": query.mdoc("it", doctype=DOCTYPE, claims={NAMESPACE: ["family_name"]}),
}
BOUND = {"card": Code.KB_NONCE, "licence": Code.MDOC_DEVICE_SIGNATURE}
"""By what a presentation is refused that was made for another request."""


@final
@dataclass(frozen=True)
class Phone:
    """The wallet of peers, with one key of its own."""

    vci: Peer
    wallet: Peer
    private: Private
    town: Town
    key: LocalKey = field(default_factory=lambda: LocalKey.generate(Alg.ES256))

    def fetch(self, name: str) -> str:
        """Get a card from the issuer, over HTTPS."""
        with self.town.issuing(DPOP) as issuer:
            offer = issuer.offer_pre_authorized(
                subject="account-1", configurations=(name,), tx_code=NO_TX_CODE
            )
            found = self.vci(
                "obtain",
                offer=offer.to_uri(),
                keys=[self.private(self.key)],
                dpop=self.private(LocalKey.generate(Alg.ES256)),
            )
        (card,) = found["credentials"]
        return str(card)

    def run(self, name: str, card: str, *errands: dict[str, Any]) -> list[dict[str, Any]]:
        """Go on errands, each a link to answer and how."""
        found: list[dict[str, Any]] = self.wallet(
            "present",
            key=self.private(self.key),
            cards=[{"format": FORMATS[name], "credential": card}],
            roots=self.town.roots,
            errands=list(errands),
        )
        return found


@pytest.fixture(scope="module")
def phone(vci_peer: Peer, wallet_peer: Peer, private_jwk: Private, town: Town) -> Phone:
    return Phone(vci_peer, wallet_peer, private_jwk, town)


@pytest.fixture(scope="module")
def held(phone: Phone) -> dict[str, str]:
    """One card of each kind, for the forgeries."""
    return {name: phone.fetch(name) for name in FORMATS}


def begin(bank: Bank, name: str) -> server.Begun:
    return bank.verifier.begin(ASKED[name], purpose="Name", journey=server.Journey.CROSS_DEVICE)


def proves(phone: Phone, bank: Bank, begun: server.Begun, name: str) -> None:
    """The bank learns what it asked for, of the holder of the phone's key, and nothing else."""
    result = bank.outcome(begun)
    assert isinstance(result, server.Completed)
    verified = result.verified["it"]
    assert verified.holder == phone.key.public_key
    if name == "card":
        assert (verified.claims["name"], "city" in verified.claims) == ("Kim", False)
    else:
        assert verified.claims == {NAMESPACE: {"family_name": "Kim"}}


@pytest.mark.parametrize("mode", [POSTED, SEALED])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_from_offer_to_proof(phone: Phone, name: str, mode: ResponseMode) -> None:
    """By GET, by POST with the wallet's nonce, and by POST with the request sealed for it."""
    card = phone.fetch(name)
    sealing = phone.private(LocalKey.generate(Alg.ES256))
    with phone.town.asking(mode) as bank:
        by_get, by_post, sealed = begun = [begin(bank, name) for _ in range(3)]
        done = phone.run(
            name,
            card,
            {"link": by_get.link},
            {"link": by_post.link, "method": "post", "nonce": "w-1"},
            {"link": sealed.link, "method": "post", "nonce": "w-2", "sealing": sealing},
        )
        assert not [each["refused"] for each in done if "refused" in each]
        for each in begun:
            proves(phone, bank, each, name)
    assert [each["replies"] for each in done] == [[{"status": 200, "body": {}}]] * 3
    assert [each["nonce"] for each in done] == [None, "w-1", "w-2"]
    assert done[0]["seen"] == ["GET /vp/request/...", "POST /vp/response"]
    assert done[1]["seen"] == ["POST /vp/request/...", "POST /vp/response"]
    assert {(each["prefix"], each["version"]) for each in done} == {("x509_hash", 100)}
    assert bank.place.codes == [None] * 6


def test_the_bank_goes_by_its_host(phone: Phone, held: dict[str, str]) -> None:
    """Under `x509_san_dns` the name in the certificate is that of `response_uri`, and of TLS."""
    with phone.town.asking(POSTED, identity="x509_san_dns") as bank:
        begun = begin(bank, "card")
        phone.run("card", held["card"], {"link": begun.link})
        proves(phone, bank, begun, "card")


def test_the_browser_on_the_same_device_brings_the_code(phone: Phone, held: dict[str, str]) -> None:
    """The wallet sends the browser back with a code; without it, or with another, no answer."""
    with phone.town.asking(POSTED) as bank:
        begun = bank.verifier.begin(
            ASKED["card"], purpose="Name", journey=server.Journey.SAME_DEVICE
        )
        (done,) = phone.run("card", held["card"], {"link": begun.link})
        (reply,) = done["replies"]
        address, _, query_part = reply["body"]["redirect_uri"].partition("?")
        assert address == f"{bank.place.origin}/done"
        assert bank.outcome(begun) == server.Waiting()
        with pytest.raises(KridError) as error:
            bank.outcome(begun, "another")
        assert error.value.code is Code.RESPONSE_CODE
        code = parse_qs(query_part)["response_code"][0]
        assert isinstance(bank.outcome(begun, code), server.Completed)


@pytest.mark.parametrize("mode", [POSTED, SEALED])
def test_the_person_declines(phone: Phone, held: dict[str, str], mode: ResponseMode) -> None:
    with phone.town.asking(mode) as bank:
        begun = begin(bank, "card")
        (done,) = phone.run("card", held["card"], {"link": begun.link, "declines": True})
        assert done["replies"] == [{"status": 200, "body": {}}]
        assert bank.outcome(begun) == server.Declined("access_denied", is_final=False)


def test_the_wallet_checks_whom_it_talks_to(
    phone: Phone, wary_peer: Peer, held: dict[str, str], office: Any
) -> None:
    """Without the authority of this run it does not get past TLS, nor past another root."""
    wary = replace(phone, wallet=wary_peer)
    with phone.town.asking(POSTED) as bank:
        begun = begin(bank, "card")
        (done,) = wary.run("card", held["card"], {"link": begun.link})
        assert done["refused"]
        assert not bank.place.lines
        strangers = [office.root.to_pem().decode()]
        (done,) = phone.run("card", held["card"], {"link": begun.link, "roots": strangers})
        assert done["refused"]
        assert codes(bank) == []


# Forgeries over the wire. The bank's answer says no in the words of OAuth, its log by which rule.

REFUSED = (400, "invalid_request")
TAKEN = (200, None)


def replied(done: list[dict[str, Any]]) -> list[list[tuple[int, str | None]]]:
    """How the bank answered each answer of each errand."""
    return [
        [(reply["status"], reply["body"].get("error")) for reply in errand["replies"]]
        for errand in done
    ]


def codes(bank: Bank) -> list[object]:
    """By which rule each answer was refused; None for one that was taken."""
    return [line.get("code") for line in bank.place.lines if line["method"] == "POST"]


def refusal(bank: Bank, begun: server.Begun) -> tuple[Code, bool]:
    """By which rule a request was refused, and whether that is final."""
    found = bank.outcome(begun)
    assert isinstance(found, server.Refused)
    return found.code, found.is_final


@pytest.mark.parametrize("mode", [POSTED, SEALED])
@pytest.mark.parametrize("name", ["card", "licence"])
def test_forgeries_prove_nothing(
    phone: Phone, held: dict[str, str], name: str, mode: ResponseMode
) -> None:
    bound = BOUND[name].value
    astray = Code.RESPONSE_STATE if mode.is_sealed else Code.SESSION_UNKNOWN
    with phone.town.asking(mode) as bank:
        twice, mine, yours, changed, strayed = (begin(bank, name) for _ in range(5))
        done = phone.run(
            name,
            held[name],
            # The same answer again.
            {"link": twice.link, "times": 2},
            # What was made for a request of one's own, as the answer to somebody else's.
            {"link": mine.link, "as": yours.link},
            # Bound to a nonce that nobody asked with.
            {"link": changed.link, "bound": {"nonce": "another"}},
            # Under a state that nobody knows; then the true answer to the same request.
            {"link": strayed.link, "answered": {"state": "another"}},
            {"link": strayed.link},
        )
        assert replied(done) == [[TAKEN, REFUSED], [REFUSED], [REFUSED], [REFUSED], [TAKEN]]
        unknown = Code.SESSION_UNKNOWN.value
        assert codes(bank) == [None, unknown, bound, bound, astray.value, None]
        assert bank.outcome(mine) == server.Waiting()
        assert [refusal(bank, each) for each in (yours, changed)] == [(BOUND[name], False)] * 2
        proves(phone, bank, twice, name)
        proves(phone, bank, strayed, name)


@pytest.mark.parametrize("name", ["card", "licence"])
def test_an_answer_that_must_be_sealed_comes_open(
    phone: Phone, held: dict[str, str], name: str
) -> None:
    with phone.town.asking(SEALED) as bank:
        begun = begin(bank, name)
        opened = {"response_mode": "direct_post"}
        done = phone.run(name, held[name], {"link": begun.link, "answered": opened})
        assert replied(done) == [[REFUSED]]
        assert codes(bank) == [Code.RESPONSE_ENCRYPTION.value]
        assert bank.outcome(begun) == server.Waiting()


# What the peer does otherwise.


def test_the_peer_posts_no_wallet_nonce(phone: Phone, held: dict[str, str]) -> None:
    """It posts its metadata member by member; section 5.10 has `wallet_metadata` for it.

    krid passes over parameters that it does not know and answers without a nonce, which the peer
    then misses.
    """
    with phone.town.asking(POSTED) as bank:
        begun = begin(bank, "card")
        errand = {"link": begun.link, "method": "post", "loose": True}
        missing, done = phone.run("card", held["card"], errand | {"nonce": "w-1"}, errand)
        assert "wallet_nonce" in missing["refused"]
        assert done["replies"] == [{"status": 200, "body": {}}]
        proves(phone, bank, begun, "card")


def test_the_peer_does_not_open_a_sealed_request(phone: Phone, held: dict[str, str]) -> None:
    """It reads the JWE that it asked for (RFC 9101, section 6.1) as a JWS; jose opens it."""
    sealing = phone.private(LocalKey.generate(Alg.ES256))
    with phone.town.asking(POSTED) as bank:
        begun = begin(bank, "card")
        errand = {"link": begun.link, "method": "post", "nonce": "w-1", "sealing": sealing}
        stuck, done = phone.run("card", held["card"], errand | {"closed": True}, errand)
        assert "not a valid jwt" in stuck["refused"]
        assert done["replies"] == [{"status": 200, "body": {}}]
        proves(phone, bank, begun, "card")
