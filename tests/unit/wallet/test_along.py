"""What leaves beside what was asked for: a person is shown it, and so is the history."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krid import profiles, query
from krid._core.clock import FixedClock
from krid.cli.wallet_command import _confirm
from krid.exchange import AuthenticatedRequest, MemorySessions
from krid.issuer import Issuer
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, ClaimPath
from krid.sdjwt import sd
from krid.store import Pin
from krid.trust import KeyTrust
from krid.verifier import Verifier
from krid.wallet import Matched, Wallet

CLOCK = FixedClock(datetime(2026, 6, 1, 12, tzinfo=UTC))
VCT = "urn:example:card"
CLAIMS = {
    "name": "Kim",
    "address": sd({"city": sd("Seoul"), "street": "Sejong-daero 1", "map": {"zoom": 3}}),
    "langs": sd([sd("ko"), "en", sd("fr")]),
    "secret": sd({"open": "within"}),
}


@pytest.fixture
def wallet(tmp_path: Path) -> Iterator[Wallet]:
    key = LocalKey.generate(Alg.ES256)
    trust = KeyTrust.of(key.public_key)
    issuer = Issuer("https://mois.example", signer=key, profile=profiles.HAIP, clock=CLOCK)
    with Wallet.create(tmp_path / "w.db", unlock=Pin("246813"), trust=trust, clock=CLOCK) as made:
        made.add(
            issuer.issue_sdjwt(
                vct=VCT,
                claims=CLAIMS,
                holder=made.new_key(),
                lifetime=timedelta(days=10),
                status=NO_STATUS,
            )
        )
        yield made


def matched(wallet: Wallet, *paths: ClaimPath) -> Matched:
    verifier = Verifier(
        "x509_san_dns:bank.example",
        trust=KeyTrust.of(),
        status=NO_STATUS,
        profile=profiles.HAIP,
        sessions=MemorySessions(),
        clock=CLOCK,
    )
    asked = query.sdjwt("card", vct=VCT, claims=paths)
    request = verifier.request(asked, purpose="Open \x1b[2J an account")
    found = wallet.match(
        AuthenticatedRequest(request=request, verifier="bank.example", path="a certificate")
    )
    assert isinstance(found, Matched)
    return found


@pytest.mark.parametrize(
    ("paths", "along"),
    [
        (
            [("address", "city")],
            {("address", "street"): "Sejong-daero 1", ("address", "map", "zoom"): 3},
        ),
        ([("address", "map")], {("address", "street"): "Sejong-daero 1"}),
        ([("langs", 0)], {("langs", 1): "en"}),
        ([("langs", 1)], {}),
        ([("address",)], {}),
        ([("name",)], {}),
    ],
)
def test_what_stands_open_beside_it_is_shown(
    wallet: Wallet, paths: list[ClaimPath], along: Mapping[ClaimPath, object]
) -> None:
    """Of a claim that may be withheld, the rest leaves with the part that was asked for."""
    found = matched(wallet, *paths)
    (choice,) = found.minimum.leaving
    assert {path: choice.values[path] for path in choice.along} == along
    assert set(choice.values) == {*choice.disclose, *along}
    assert ("secret",) in choice.withheld
    wallet.present(found.consent(to=found.minimum))
    assert {path for _, path in wallet.history()[-1].disclosed} == set(choice.values)


def test_the_command_line_shows_it_and_keeps_the_terminal(
    wallet: Wallet, capsys: pytest.CaptureFixture[str]
) -> None:
    _confirm(matched(wallet, ("langs", 0)), agreed=True)
    shown = capsys.readouterr().err
    assert "leaves: langs/0" in shown
    assert "leaves with it: langs/1" in shown
    assert "\x1b" not in shown
