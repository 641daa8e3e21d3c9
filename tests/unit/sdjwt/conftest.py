"""Keys, an order and a moment that the tests of SD-JWT share. All people are invented."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core.entropy import system_entropy
from krid.keys import Alg, LocalKey
from krid.model import IssueOrder, StatusReference
from krid.sdjwt import HashAlg, SdJwt, issue, sd

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """An issuer, a holder, and what they agree on."""

    issuer: LocalKey
    holder: LocalKey
    order: IssueOrder
    now: datetime = NOW
    skew: timedelta = timedelta(seconds=60)
    max_age: timedelta = timedelta(minutes=5)
    audience: str = "https://bank.example"
    nonce: str = "n-0S6_WzA2Mj"

    def issue(
        self, *, hash_alg: HashAlg = HashAlg.SHA256, decoys: int = 0, **changes: Any
    ) -> SdJwt:
        order = replace(self.order, **changes)
        prepared = issue.prepare(order, entropy=system_entropy, hash_alg=hash_alg, decoys=decoys)
        return SdJwt.parse(prepared.sign_with(self.issuer))


@pytest.fixture(scope="session")
def scene() -> Scene:
    issuer, holder = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
    order = IssueOrder(
        type="urn:example:card",
        claims={
            "family_name": sd("Kim"),
            "issuing_country": "KR",
            "nationalities": [sd("KR"), "US", sd("DE")],
            "address": sd({"locality": sd("Seoul"), "country": "KR"}),
            "work": {"employer": sd("Example Ltd."), "since": 2020},
        },
        holder=holder.public_key,
        issuer="https://issuer.example",
        alg=issuer.alg,
        key_id="key-1",
        certificates=(),
        signed_at=NOW,
        valid_from=NOW,
        valid_until=NOW + timedelta(days=365),
        status=StatusReference("https://status.example/1", 7),
    )
    return Scene(issuer, holder, order)
