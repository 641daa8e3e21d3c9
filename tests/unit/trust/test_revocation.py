from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import asn1
import certs
import pytest
from crls import CRL_URI, DAY, NOW, Ca, crl, entry, number, reason
from cryptography import x509

from krid._core import limits
from krid.errors import Code, KridError, MisuseError, TransportError, TrustError
from krid.model import IssuerHint
from krid.net import Request, Response, ScriptedTransport
from krid.trust import NO_REVOCATION, CertificateTrust, Conformance, Crls, WhereKnown, load_trust
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_SIGNER,
    Certificate,
    CertificationPath,
    RevocationList,
    verify_chain,
    verify_crl,
)
from krid.x509.pem import Block, encode_block

Hint = Callable[..., IssuerHint]
HOUR = timedelta(hours=1)


@cache
def ca() -> Ca:
    return Ca.make()


@cache
def leaf() -> Certificate:
    return ca().leaf()


@cache
def path() -> CertificationPath:
    return verify_chain([leaf()], anchors=[ca().certificate], now=NOW, leaf=MDOC_SIGNER)


def listed(*entries: bytes, **how: Any) -> RevocationList:
    return RevocationList.parse(crl(ca(), *entries, **how))


def numbered(value: int) -> list[bytes]:
    return [ca().authority_key(), number(value)]


def refused(source: Any, code: Code, *, now: Any = NOW) -> str:
    with pytest.raises(KridError) as error:
        source.check(path(), now=now)
    assert error.value.code is code
    return error.value.detail


class Web:
    """A network that can be changed, and counts."""

    def __init__(self, raw: bytes | None = None) -> None:
        self.raw = raw
        self.asked = 0

    def send(self, request: Request) -> Response:
        self.asked += 1
        if self.raw is None:
            raise TransportError(Code.NET_UNREACHABLE)
        assert request.url == CRL_URI
        return Response(200, body=self.raw)


def test_known_lists() -> None:
    words = "not revoked by list 7 of 2026-05-31T00:00:00Z"
    assert Crls.known(listed()).check(path(), now=NOW) == words
    refused(Crls.known(listed(entry(leaf().serial))), Code.X509_REVOKED)
    refused(Crls.known(listed(entry(leaf().serial, reason(6)))), Code.X509_ON_HOLD)
    refused(Crls.known(listed()), Code.X509_CRL_EXPIRED, now=NOW + 2 * DAY)
    refused(Crls.known(), Code.X509_CRL_MISSING)
    stranger = RevocationList.parse(crl(Ca.make("Other root")))
    refused(Crls.known(stranger), Code.X509_CRL_MISSING)


def test_a_list_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def counted(*args: Any, **words: Any) -> Any:
        nonlocal count
        count += 1
        return verify_crl(*args, **words)

    monkeypatch.setattr("krid.trust.revocation.verify_crl", counted)
    monkeypatch.setattr(limits, "MAX_CRLS", 1)
    source = Crls.known(listed())
    for _ in range(3):
        source.check(path(), now=NOW)
    assert count == 1
    other = Ca.make("Sample root")
    low = other.leaf()
    foreign = verify_chain([low], anchors=[other.certificate], now=NOW, leaf=MDOC_SIGNER)
    with pytest.raises(TrustError) as error:
        source.check(foreign, now=NOW)
    assert error.value.code is Code.X509_CRL_ISSUER


def test_verified_lists_are_not_kept_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CRLS", 2)
    others = [Ca.make(f"Root {index}") for index in range(3)]
    source = Crls.known(*(RevocationList.parse(crl(each)) for each in others[:2]))
    monkeypatch.setattr(limits, "MAX_CRLS", 1)
    for each in others[:2] * 2:
        low = verify_chain([each.leaf()], anchors=[each.certificate], now=NOW, leaf=MDOC_SIGNER)
        source.check(low, now=NOW)


def test_the_newest_list_counts() -> None:
    old = listed(extensions=numbered(6))
    new = listed(entry(leaf().serial), extensions=numbered(8))
    refused(Crls.known(old, new), Code.X509_REVOKED)
    refused(Crls.known(new, old), Code.X509_REVOKED)


def test_fetched_and_kept() -> None:
    web = Web(crl(ca()))
    source = Crls.fetched(web, keep_for=HOUR)
    for minutes in (0, 30, 59):
        source.check(path(), now=NOW + timedelta(minutes=minutes))
    assert web.asked == 1
    source.check(path(), now=NOW + HOUR)
    source.check(path(), now=NOW)  # a clock that was turned back
    assert web.asked == 3
    assert repr(source) == "Crls(known=0, kept=1)"


def test_kept_until_its_next_update_at_most() -> None:
    web = Web(crl(ca()))
    source = Crls.fetched(web, keep_for=30 * DAY)
    source.check(path(), now=NOW)
    web.raw = None
    source.check(path(), now=NOW + DAY - timedelta(seconds=1))
    assert refused(source, Code.X509_CRL_MISSING, now=NOW + DAY) == "net.unreachable"


def test_what_failed_is_not_asked_for_again_at_once() -> None:
    web = Web()
    source = Crls.fetched(web, keep_for=HOUR)
    for _ in range(3):
        refused(source, Code.X509_CRL_MISSING)
    assert web.asked == 1
    web.raw = crl(ca())
    source.check(path(), now=NOW + timedelta(seconds=30))
    assert web.asked == 2


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"hello", Code.X509_SYNTAX),
        (crl(Ca.make("Other root")), Code.X509_CRL_ISSUER),
        (crl(ca(), begin=NOW - 3 * DAY, end=NOW - 2 * DAY), Code.X509_CRL_EXPIRED),
        (crl(ca(), signer=Ca.make()), Code.X509_CRL_SIGNATURE),
    ],
)
def test_what_is_fetched_is_not_believed(raw: bytes, code: Code) -> None:
    web = Web(raw)
    source = Crls.fetched(web, keep_for=HOUR)
    refused(source, code)
    refused(source, code)
    assert web.asked == 1


def test_a_fetched_list_does_not_go_back() -> None:
    web = Web(crl(ca(), entry(leaf().serial + 1), extensions=numbered(9)))
    source = Crls.fetched(web, keep_for=HOUR)
    source.check(path(), now=NOW)
    web.raw = crl(ca(), extensions=numbered(8))
    assert refused(source, Code.X509_CRL_EXPIRED, now=NOW + HOUR) == "a newer list was seen before"
    web.raw = None
    refused(source, Code.X509_CRL_MISSING, now=NOW + 2 * HOUR)
    web.raw = crl(ca(), extensions=numbered(8))
    refused(source, Code.X509_CRL_EXPIRED, now=NOW + 3 * HOUR)
    web.raw = crl(ca(), extensions=numbered(9))
    source.check(path(), now=NOW + 4 * HOUR)


def test_a_ca_without_a_key_identifier() -> None:
    root = certs.authority(certs.common("root"))
    low = certs.leaf(root)
    found = verify_chain([low], anchors=[root.certificate], now=NOW, leaf=DOCUMENT_SIGNER)
    key = asn1.extension("2.5.29.35", asn1.sequence(asn1.tlv(0x80, bytes(20))))
    raw = crl(ca(), name=root.certificate.parts.subject, extensions=[key, number()], sign=root.key)
    Crls.known(RevocationList.parse(raw)).check(found, now=NOW)


def test_known_lists_save_the_fetch() -> None:
    web = Web(crl(ca(), entry(leaf().serial), end=NOW + 9 * DAY))
    source = Crls.fetched(web, keep_for=HOUR, known=[listed()])
    source.check(path(), now=NOW)
    assert web.asked == 0
    refused(source, Code.X509_REVOKED, now=NOW + 2 * DAY)


def test_a_certificate_without_an_address() -> None:
    root = certs.authority(certs.common("root"))
    low = certs.leaf(root)
    found = verify_chain([low], anchors=[root.certificate], now=NOW, leaf=DOCUMENT_SIGNER)
    with pytest.raises(TrustError) as error:
        Crls.fetched(Web(), keep_for=HOUR).check(found, now=NOW)
    assert (error.value.code, error.value.detail) == (
        Code.X509_CRL_MISSING,
        "the certificate names no address",
    )


def test_the_second_address_is_tried() -> None:
    uris = [x509.UniformResourceIdentifier(f"https://{host}.example/crl") for host in "ab"]
    points = x509.CRLDistributionPoints([x509.DistributionPoint(uris, None, None, None)])
    root = certs.authority(certs.common("root"))
    low = certs.leaf(root, None, (), points, critical=False)
    found = verify_chain([low], anchors=[root.certificate], now=NOW, leaf=DOCUMENT_SIGNER)
    transport = ScriptedTransport({"https://b.example/crl": Response(200, body=b"x")})
    with pytest.raises(KridError) as error:
        Crls.fetched(transport, keep_for=HOUR).check(found, now=NOW)
    assert error.value.code is Code.X509_SYNTAX
    assert len(transport.requests) == 2


def test_lists_are_not_kept_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CRLS", 1)
    first, second = Ca.make("First"), Ca.make("Second")
    web = Web()
    source = Crls.fetched(web, keep_for=HOUR)
    for each in (first, second, first):
        web.raw = crl(each)
        low = verify_chain([each.leaf()], anchors=[each.certificate], now=NOW, leaf=MDOC_SIGNER)
        source.check(low, now=NOW)
    assert web.asked == 3
    assert repr(source) == "Crls(known=0, kept=1)"


def test_mistakes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MisuseError):
        Crls.fetched(Web(), keep_for=timedelta(seconds=29))
    monkeypatch.setattr(limits, "MAX_CRLS", 0)
    with pytest.raises(MisuseError):
        Crls.known(listed())


def test_where_known() -> None:
    assert WhereKnown(Crls.known()).check(path(), now=NOW) == "revocation not checked"
    source = WhereKnown(Crls.known(listed()))
    assert source.check(path(), now=NOW) == "not revoked by list 7 of 2026-05-31T00:00:00Z"
    refused(source, Code.X509_CRL_EXPIRED, now=NOW + 2 * DAY)
    upper = certs.authority(certs.common("root"))
    middle = certs.authority(certs.common("middle"), upper)
    chain = [certs.leaf(middle), middle.certificate]
    found = verify_chain(chain, anchors=[upper.certificate], now=NOW, leaf=DOCUMENT_SIGNER)
    assert source.check(found, now=NOW) == "revocation not checked"


def test_the_path_of_trust_says_what_was_checked(hint: Hint) -> None:
    asked = hint(format="mso_mdoc", certificates=(leaf().der,))
    anchors = (ca().certificate,)
    without = CertificateTrust(anchors, revocation=NO_REVOCATION).find(asked, now=NOW)
    assert without.path.endswith("CN=Sample root,C=KR, revocation not checked")
    source = CertificateTrust(anchors, revocation=Crls.known(listed()))
    assert source.find(asked, now=NOW).path.endswith(
        ", not revoked by list 7 of 2026-05-31T00:00:00Z"
    )
    bad = CertificateTrust(anchors, revocation=Crls.known(listed(entry(leaf().serial))))
    with pytest.raises(TrustError) as error:
        bad.find(asked, now=NOW)
    assert error.value.code is Code.X509_REVOKED


def test_trust_files_with_lists(hint: Hint) -> None:
    asked = hint(format="mso_mdoc", certificates=(leaf().der,))
    root = ca().certificate.to_pem()
    good, bad = (
        encode_block(Block("X509 CRL", raw)) for raw in (crl(ca()), crl(ca(), entry(leaf().serial)))
    )
    assert "list 7" in load_trust(root, good).find(asked, now=NOW).path
    assert "not checked" in load_trust(root).find(asked, now=NOW).path
    with pytest.raises(TrustError) as error:
        load_trust(root + bad).find(asked, now=NOW)
    assert error.value.code is Code.X509_REVOKED


def test_annex_b(hint: Hint) -> None:
    anchors = (ca().certificate,)
    strict = CertificateTrust(anchors, revocation=NO_REVOCATION, conformance=Conformance.ANNEX_B)
    asked = hint(format="mso_mdoc", certificates=(leaf().der,))
    strict.find(asked, now=NOW)
    strict.find(hint(certificates=(leaf().der,)), now=NOW)  # no profile for this format
    root = certs.authority(certs.common("root"))
    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.0.18013.5.1.2")])
    low = certs.leaf(root, None, (), usage)
    loose = CertificateTrust(
        (root.certificate,), revocation=NO_REVOCATION, conformance=Conformance.ANNEX_B
    )
    with pytest.raises(TrustError) as error:
        loose.find(hint(format="mso_mdoc", certificates=(low.der,)), now=NOW)
    assert error.value.code is Code.X509_PROFILE


def test_annex_b_for_readers(hint: Hint) -> None:
    root = certs.authority(certs.common("root"))
    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.0.18013.5.1.6")])
    low = certs.leaf(root, None, (), usage)
    for conformance, code in ((Conformance.PATH, None), (Conformance.ANNEX_B, Code.X509_PROFILE)):
        trust = CertificateTrust(
            (root.certificate,), revocation=NO_REVOCATION, conformance=conformance
        )
        asked = hint(format="mdoc-reader", certificates=(low.der,))
        if code is None:
            trust.find(asked, now=NOW)
            continue
        with pytest.raises(TrustError) as error:
            trust.find(asked, now=NOW)
        assert error.value.code is code
