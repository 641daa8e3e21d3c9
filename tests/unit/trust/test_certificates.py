from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from krid._core import base64url
from krid.model import AKI, IssuerHint, TrustedAuthority
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import MDOC_SIGNER, VERIFIER

Hint = Callable[..., IssuerHint]


def test_what_comes_back(authority: Any, hint: Hint, now: datetime) -> None:
    leaf = authority.leaf(uris=["https://mois.example"])
    trust = CertificateTrust((authority.certificate,), revocation=NO_REVOCATION)
    found = trust.find(hint(issuer="https://mois.example", certificates=(leaf.der,)), now=now)
    assert (found.key, found.issuer) == (leaf.public_key, "https://mois.example")
    assert found.path == "certificate chain to CN=Sample root,C=KR, revocation not checked"
    assert (found.not_before, found.not_after) == (leaf.not_before, leaf.not_after)


def test_who_stands_behind_a_key(authority: Any, hint: Hint, now: datetime) -> None:
    """The anchor, and the name that the certificate holds: never the subject alone."""
    named = authority.leaf(uris=["https://mois.example"])
    unnamed = authority.leaf()
    trust = CertificateTrust((authority.certificate,), revocation=NO_REVOCATION)
    first = trust.find(hint(issuer="https://mois.example", certificates=(named.der,)), now=now)
    second = trust.find(hint(certificates=(unnamed.der,)), now=now)
    (anchor,) = second.authorities
    assert anchor.startswith("x509:sha-256:")
    assert first.authorities == {anchor, "https://mois.example"}
    other = type(authority).make(authority.name)
    stranger = other.leaf()
    elsewhere = CertificateTrust((other.certificate,), revocation=NO_REVOCATION)
    third = elsewhere.find(hint(certificates=(stranger.der,)), now=now)
    assert third.issuer == second.issuer
    assert third.authorities.isdisjoint(second.authorities)


def test_under_whom_a_key_stands(authority: Any, hint: Hint, now: datetime) -> None:
    """The issuers of the certificates that came along, and of no others."""
    leaf = authority.leaf()
    trust = CertificateTrust((authority.certificate,), revocation=NO_REVOCATION)
    key_id = leaf.extensions.authority_key_id
    assert key_id is not None
    named = {TrustedAuthority(AKI, base64url.encode(key_id))}
    assert trust.find(hint(certificates=(leaf.der,)), now=now).stands_under == named
    both = (leaf.der, authority.certificate.der)
    assert trust.find(hint(certificates=both), now=now).stands_under >= named


def test_issuer_without_a_name_is_the_subject(authority: Any, hint: Hint, now: datetime) -> None:
    leaf = authority.leaf()
    trust = CertificateTrust((authority.certificate,), revocation=NO_REVOCATION)
    assert trust.find(hint(certificates=(leaf.der,)), now=now).issuer == "CN=Sample signer,C=KR"


@pytest.mark.parametrize(
    ("format_name", "purpose"),
    [("mso_mdoc", MDOC_SIGNER), ("oauth-authz-req+jwt", VERIFIER), ("dc+sd-jwt", MDOC_SIGNER)],
)
def test_purpose_by_format(
    authority: Any, hint: Hint, now: datetime, format_name: str, purpose: Any
) -> None:
    leaf = authority.leaf(purpose=purpose)
    trust = CertificateTrust((authority.certificate,), revocation=NO_REVOCATION)
    found = trust.find(hint(format=format_name, certificates=(leaf.der,)), now=now)
    assert found.key == leaf.public_key


@pytest.mark.parametrize(
    "issuer",
    [
        "https://mois.example",
        "https://MOIS.example/",
        "https://mois.example:8443/cards?x=1",
        "https://mois.example#a",
        "did:web:mois.example",
    ],
)
def test_names_that_the_certificate_stands_for(
    authority: Any, hint: Hint, now: datetime, issuer: str
) -> None:
    leaf = authority.leaf(dns_names=["Mois.example"], uris=["did:web:mois.example"])
    trust = CertificateTrust((authority.certificate,), revocation=NO_REVOCATION)
    assert trust.find(hint(issuer=issuer, certificates=(leaf.der,)), now=now).issuer == issuer
