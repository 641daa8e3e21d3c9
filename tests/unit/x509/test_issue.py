from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from krid.errors import Code, KridError, MisuseError, UnsupportedError
from krid.keys import Alg, Curve, LocalKey
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_SIGNER,
    VERIFIER,
    Certificate,
    self_signed_ca,
    sign_certificate,
    verify_chain,
)

NOW = datetime(2026, 6, 1, 12, 30, 15, 999, tzinfo=UTC)
DAY = timedelta(days=1)


class Authority(Protocol):
    key: LocalKey
    certificate: Certificate
    now: datetime


def root(key: LocalKey, **changes: Any) -> Certificate:
    words: dict[str, Any] = {
        "common_name": "Sample IACA",
        "country": "KR",
        "valid_from": NOW,
        "valid_until": NOW + 100 * DAY,
        "issuer_uri": "https://iaca.example",
        "entropy": bytes,
        **changes,
    }
    return self_signed_ca(key, **words)


def leaf(authority: Authority, **changes: Any) -> Certificate:
    words: dict[str, Any] = {
        "ca": authority.certificate,
        "ca_key": authority.key,
        "leaf": DOCUMENT_SIGNER,
        "common_name": "Sample signer",
        "valid_from": authority.now,
        "valid_until": authority.now + DAY,
        "entropy": bytes,
        **changes,
    }
    return sign_certificate(LocalKey.generate(Alg.ES256).public_key, **words)


def refusal(call: Any, *given: Any, **changes: Any) -> Code:
    with pytest.raises(KridError) as error:
        call(*given, **changes)
    return error.value.code


@pytest.mark.parametrize("alg", list(Alg))
def test_every_algorithm_signs_a_chain(alg: Alg) -> None:
    key = LocalKey.generate(alg)
    top = root(key)
    low = sign_certificate(
        LocalKey.generate(alg).public_key,
        ca=top,
        ca_key=key,
        leaf=MDOC_SIGNER,
        common_name="Sample signer",
        valid_from=NOW,
        valid_until=NOW + DAY,
        entropy=bytes,
    )
    assert verify_chain([low], anchors=[top], now=NOW, leaf=MDOC_SIGNER).anchor == top


def test_times_are_whole_seconds_in_utc() -> None:
    from datetime import timezone

    seoul = timezone(timedelta(hours=9))
    made = root(LocalKey.generate(Alg.ES256), valid_from=NOW.astimezone(seoul))
    assert made.not_before == NOW.replace(microsecond=0)
    assert made.not_before.tzinfo is UTC


def test_serial_comes_from_the_entropy_given() -> None:
    key = LocalKey.generate(Alg.ES256)
    assert root(key, entropy=lambda size: b"\xab" * size).serial == int("01" + "ab" * 19, 16)
    assert root(key).serial == 1 << 152


def test_names_of_a_verifier(authority: Authority) -> None:
    made = leaf(authority, leaf=VERIFIER, dns_names=["bank.example"])
    assert made.dns_names == ("bank.example",)
    assert made.extensions.extended_key_usage is None
    assert leaf(authority).extensions.subject_names.uris == ()


def test_revocation_list_of_its_own() -> None:
    made = root(LocalKey.generate(Alg.ES256), crl_uri="https://crl.example/1")
    assert made.extensions.crl_uris == ("https://crl.example/1",)


def test_lifetimes_that_make_no_sense(authority: Authority) -> None:
    key = LocalKey.generate(Alg.ES256)
    assert refusal(root, key, valid_until=NOW) is Code.MISUSE_LIFETIME
    naive = NOW.replace(tzinfo=None)
    assert refusal(root, key, valid_from=naive) is Code.MISUSE_NAIVE_TIME
    for wrong in (
        {"valid_from": authority.certificate.not_before - DAY},
        {"valid_until": authority.certificate.not_after + DAY},
    ):
        assert refusal(leaf, authority, **wrong) is Code.MISUSE_LIFETIME


def test_words_without_a_place_in_a_certificate(authority: Authority) -> None:
    key = LocalKey.generate(Alg.ES256)
    for wrong in (
        {"country": "KOR"},
        {"common_name": ""},
        {"common_name": "a" * 65},
        {"issuer_uri": "https://행정.example"},
    ):
        assert refusal(root, key, **wrong) is Code.MISUSE_OPTION
    assert refusal(leaf, authority, dns_names=["은행.example"]) is Code.MISUSE_OPTION


def test_key_of_another_ca(authority: Authority) -> None:
    with pytest.raises(MisuseError) as error:
        leaf(authority, ca_key=LocalKey.generate(Alg.ES256))
    assert error.value.code is Code.MISUSE_OPTION


def test_key_that_does_not_sign() -> None:
    with pytest.raises(UnsupportedError) as error:
        root(LocalKey.generate_on(Curve.X25519))
    assert error.value.code is Code.ALG_KEY
