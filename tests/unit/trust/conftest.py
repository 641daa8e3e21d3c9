"""An authority, what it signs, and hints, for all tests of this folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid.keys import Alg, LocalKey
from krid.model import IssuerHint
from krid.x509 import DOCUMENT_SIGNER, Certificate, LeafProfile, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    name: str
    key: LocalKey
    certificate: Certificate

    @classmethod
    def make(cls, name: str) -> "Authority":
        key = LocalKey.generate(Alg.ES256)
        certificate = self_signed_ca(
            key,
            common_name=name,
            country="KR",
            valid_from=NOW - timedelta(days=10),
            valid_until=NOW + timedelta(days=1000),
            issuer_uri="https://iaca.example",
            entropy=bytes,
        )
        return cls(name, key, certificate)

    def leaf(
        self,
        *,
        purpose: LeafProfile = DOCUMENT_SIGNER,
        uris: Sequence[str] = (),
        dns_names: Sequence[str] = (),
        days: int = 100,
    ) -> Certificate:
        return sign_certificate(
            LocalKey.generate(Alg.ES256).public_key,
            ca=self.certificate,
            ca_key=self.key,
            leaf=purpose,
            common_name="Sample signer",
            valid_from=NOW - timedelta(days=1),
            valid_until=NOW + timedelta(days=days),
            entropy=bytes,
            uris=uris,
            dns_names=dns_names,
        )


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.make("Sample root")


@pytest.fixture(scope="session")
def other_authority() -> Authority:
    return Authority.make("Other root")


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def hint() -> Callable[..., IssuerHint]:
    def make(**changes: Any) -> IssuerHint:
        words: dict[str, Any] = {
            "format": "dc+sd-jwt",
            "type": "urn:example:card",
            "alg": Alg.ES256,
            **changes,
        }
        return IssuerHint(**words)

    return make
