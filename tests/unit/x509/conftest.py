"""Certificates that several tests of this folder look at, made by krid."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from krid.keys import Alg, LocalKey
from krid.x509 import MDOC_SIGNER, Certificate, self_signed_ca, sign_certificate


@dataclass(frozen=True)
class Authority:
    key: LocalKey
    certificate: Certificate
    now: datetime


@pytest.fixture(scope="session")
def authority() -> Authority:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    key = LocalKey.generate(Alg.ES256)
    certificate = self_signed_ca(
        key,
        common_name="Sample IACA",
        country="KR",
        valid_from=now - timedelta(days=30),
        valid_until=now + timedelta(days=3000),
        issuer_uri="https://iaca.example/",
        entropy=lambda size: bytes(range(size)),
    )
    return Authority(key, certificate, now)


@pytest.fixture(scope="session")
def signer(authority: Authority) -> Certificate:
    return sign_certificate(
        LocalKey.generate(Alg.ES256).public_key,
        ca=authority.certificate,
        ca_key=authority.key,
        leaf=MDOC_SIGNER,
        common_name="Sample signer",
        valid_from=authority.now,
        valid_until=authority.now + timedelta(days=457),
        entropy=lambda size: b"\xff" * size,
        uris=["https://mois.example"],
        dns_names=["mois.example"],
    )
