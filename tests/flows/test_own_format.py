"""A third format of under 150 lines goes through all roles unchanged, beside the standard ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import own_format
import pytest

import krid
from krid import profiles, query
from krid.exchange import AuthenticatedRequest
from krid.formats import standard_formats
from krid.sdjwt import sd
from krid.trust import KeyTrust

FORMATS = (*standard_formats(), own_format.SignedJson())
PROFILE = replace(profiles.HAIP, formats=profiles.HAIP.formats | {"example+jwt"})
VCT = "urn:example:card"


def test_it_is_under_150_lines() -> None:
    assert len(Path(own_format.__file__).read_text(encoding="utf-8").splitlines()) < 150


@pytest.mark.parametrize("format_name", ["example+jwt", "dc+sd-jwt"])
def test_it_goes_through_issuer_wallet_query_and_verifier(format_name: str, tmp_path: Path) -> None:
    state = krid.LocalKey.generate(krid.Alg.ES256)
    trust = KeyTrust.of(state.public_key, issuer="https://mois.example")
    issuer = krid.Issuer("https://mois.example", signer=state, profile=PROFILE, formats=FORMATS)
    verifier = krid.Verifier(
        "x509_san_dns:bank.example",
        trust=trust,
        status=krid.NO_STATUS,
        profile=PROFILE,
        sessions=krid.MemorySessions(),
        formats=FORMATS,
    )
    hidden = sd("Seoul") if format_name == "dc+sd-jwt" else "Seoul"
    path = tmp_path / "wallet.db"
    with krid.Wallet.create(
        path, unlock=krid.Pin("246813"), trust=trust, formats=FORMATS
    ) as wallet:
        wallet.add(
            issuer.issue(
                format_name,
                type=VCT,
                claims={"name": "Kim", "city": hidden},
                holder=wallet.new_key(),
                lifetime=timedelta(days=1),
                status=krid.NO_STATUS,
            )
        )
        asked = replace(query.sdjwt("card", vct=VCT, claims=["name"]), format=format_name)
        request = verifier.request(asked, purpose="Try a format")
        found = wallet.match(AuthenticatedRequest(request=request, verifier="bank", path="test"))
        assert isinstance(found, krid.Matched)
        answer = wallet.present(found.consent(to=found.minimum))
    verified = verifier.verify(answer)
    assert verified["card"].format == format_name
    assert verified["card"].claims["name"] == "Kim"
    assert ("city" in verified["card"].claims) is (format_name == "example+jwt")
