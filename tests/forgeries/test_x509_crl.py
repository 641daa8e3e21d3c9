"""One revocation list for each rule of RFC 5280, sections 5 and 6.3, breaking that rule alone."""

from datetime import datetime
from functools import cache

import asn1
import crls
import pytest
from crls import DAY, NOW, Ca, crl, entry, number, reason

from krid._core import limits
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    TrustError,
    ValidityError,
)
from krid.x509 import Certificate, RevocationList, verify_crl

POINT = asn1.tlv(0xA0, asn1.tlv(0xA0, asn1.tlv(0x86, crls.CRL_URI.encode())))


@cache
def ca() -> Ca:
    return Ca.make()


@cache
def other() -> Ca:
    return Ca.make("Other root")


@cache
def leaf() -> Certificate:
    return ca().leaf()


def check(raw: bytes, *, by: Ca | None = None, now: datetime = NOW) -> None:
    issuer = (by or ca()).certificate
    verify_crl(RevocationList.parse(raw), issuer=issuer).check(leaf(), now=now)


def refuses(code: Code, kind: type[KridError], raw: bytes, **how: object) -> None:
    with pytest.raises(kind) as error:
        check(raw, **how)  # type: ignore[arg-type]  # keyword arguments of check, passed on
    assert error.value.code is code


def scope(*members: bytes, critical: bool = True) -> bytes:
    return asn1.extension(crls.SCOPE, asn1.sequence(*members), critical=critical)


def flag(tag: int) -> bytes:
    return asn1.tlv(tag, b"\xff")


def test_what_is_forged_below_is_accepted_unforged() -> None:
    check(crl(ca()))
    check(crl(ca(), entry(1), entry(3, reason(1)), entry(-5), entry(0)))
    check(crl(ca()), now=NOW - DAY)
    check(crl(ca()), now=NOW + DAY)
    check(crl(ca(), extra=[scope(POINT, flag(0x81))]))


@pytest.mark.parametrize("why", [None, 0, 1, 2, 3, 4, 5, 9, 10])
def test_revoked(why: int | None) -> None:
    why_not = [] if why is None else [reason(why)]
    raw = crl(ca(), entry(1), entry(leaf().serial, *why_not))
    refuses(Code.X509_REVOKED, TrustError, raw)


def test_on_hold() -> None:
    refuses(Code.X509_ON_HOLD, TrustError, crl(ca(), entry(leaf().serial, reason(6))))


def test_a_long_entry_hides_nothing() -> None:
    long = asn1.extension("1.2.3.4", bytes(200))
    refuses(Code.X509_REVOKED, TrustError, crl(ca(), entry(9, long), entry(leaf().serial)))


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(lambda: crl(ca(), entry(1, reason(8))), id="removed from a list of changes"),
        pytest.param(lambda: crl(ca(), entry(1, reason(7))), id="reason 7"),
        pytest.param(lambda: crl(ca(), entry(1, reason(11))), id="reason 11"),
        pytest.param(lambda: crl(ca(), entry(1), entry(1, reason(6))), id="serial number twice"),
        pytest.param(lambda: crl(ca(), end=None), id="no next update"),
        pytest.param(lambda: crl(ca(), version=b""), id="version 1"),
        pytest.param(lambda: crl(ca(), version=asn1.integer(2)), id="version 3"),
        pytest.param(lambda: crl(ca(), extensions=[number()]), id="no key identifier"),
        pytest.param(lambda: crl(ca(), extensions=[ca().authority_key()]), id="no number"),
        pytest.param(lambda: crl(ca(), extra=[number()]), id="extension twice"),
        pytest.param(lambda: _numbered(asn1.integer(-1)), id="negative number"),
        pytest.param(lambda: _numbered(asn1.integer(1 << 160)), id="number of 21 bytes"),
        pytest.param(lambda: _numbered(asn1.integer(1) * 2), id="two numbers"),
        pytest.param(lambda: _numbered(asn1.tlv(4, b"\x01")), id="number that is none"),
        pytest.param(lambda: crl(ca(), asn1.sequence(asn1.integer(1))), id="entry without a date"),
        pytest.param(
            lambda: crl(ca(), asn1.tlv(0x31, b"\x02\x01\x01")), id="entry of a wrong type"
        ),
        pytest.param(lambda: crl(ca(), _dated(b"260601000000Z", 0x04)), id="date of a wrong type"),
        pytest.param(lambda: crl(ca(), _dated(b"2606010000Z")), id="date without seconds"),
        pytest.param(lambda: crl(ca(), _dated(b"260601000000+")), id="date with a zone"),
        pytest.param(lambda: crl(ca(), _tailed(asn1.sequence() * 2)), id="entry with more"),
        pytest.param(lambda: crl(ca(), _serial(b"\x00\x01")), id="serial number too long"),
        pytest.param(lambda: crl(ca(), _serial(b"\xff\xff")), id="negative and too long"),
        pytest.param(lambda: crl(ca(), _serial(bytes((1,)) * 21)), id="serial of 21 bytes"),
        pytest.param(lambda: crl(ca(), _serial(b"")), id="empty serial number"),
        pytest.param(lambda: crl(ca(), _flagged(b"\x01")), id="critical in another spelling"),
        pytest.param(lambda: crl(ca(), extra=[scope(asn1.tlv(0x81, b"\x00"))]), id="scope flag"),
        pytest.param(lambda: crl(ca()) * 2, id="two lists"),
        pytest.param(
            lambda: crl(ca(), extra=[asn1.sequence(asn1.oid("1.2.3"))]), id="extension cut short"
        ),
        pytest.param(lambda: asn1.sequence(asn1.sequence(asn1.integer(1))), id="too short"),
    ],
)
def test_malformed(bad: object) -> None:
    assert callable(bad)
    refuses(Code.X509_CRL_SYNTAX, MalformedError, bad())


def _numbered(value: bytes) -> bytes:
    return crl(ca(), extensions=[ca().authority_key(), asn1.extension(crls.NUMBER, value)])


def _dated(date: bytes, tag: int = asn1.UTC_TIME) -> bytes:
    return asn1.sequence(asn1.integer(1), asn1.tlv(tag, date))


def _tailed(tail: bytes) -> bytes:
    return asn1.sequence(asn1.integer(1), crls.utc(NOW), tail)


def _serial(content: bytes) -> bytes:
    return asn1.sequence(asn1.tlv(asn1.INTEGER, content), crls.utc(NOW))


def _flagged(value: bytes) -> bytes:
    odd = asn1.sequence(
        asn1.oid("1.2.3.4"), asn1.tlv(asn1.BOOLEAN, value), asn1.tlv(asn1.OCTETS, b"")
    )
    return entry(1, odd)


@pytest.mark.parametrize("date", [b"20260601000000Z", b"20490101000000Z", b"20501301000000Z"])
def test_a_time_in_the_long_form_that_is_not_for_it(date: bytes) -> None:
    number = asn1.integer(leaf().serial)
    raw = crl(ca(), asn1.sequence(number, asn1.tlv(asn1.GENERALIZED_TIME, date)))
    refuses(Code.X509_CRL_SYNTAX, MalformedError, raw)


def test_a_day_that_no_month_has() -> None:
    raw = crl(ca()).replace(b"260531000000Z", b"260631000000Z")
    refuses(Code.X509_CRL_SYNTAX, MalformedError, raw)


@pytest.mark.parametrize("cut", [1, 40, 100])
def test_cut_off(cut: int) -> None:
    refuses(Code.X509_SYNTAX, MalformedError, crl(ca(), entry(1))[:-cut])


def test_larger_than_the_limit() -> None:
    refuses(Code.INPUT_SIZE, MalformedError, bytes(limits.MAX_CRL_BYTES + 1))


@pytest.mark.parametrize("tail", [(), (asn1.extension("1.2.3.4", bytes(200)),)])
def test_more_entries_than_the_limit(
    monkeypatch: pytest.MonkeyPatch, tail: tuple[bytes, ...]
) -> None:
    monkeypatch.setattr(limits, "MAX_CRL_ENTRIES", 2)
    check(crl(ca(), entry(1), entry(3, *tail)))
    raw = crl(ca(), entry(1), entry(3, *tail), entry(4))
    refuses(Code.INPUT_SIZE, MalformedError, raw)


def test_list_of_changes() -> None:
    delta = asn1.extension(crls.DELTA, asn1.integer(6), critical=True)
    refuses(Code.X509_CRL_DELTA, TrustError, crl(ca(), extra=[delta]))


def test_unknown_critical_extension() -> None:
    unknown = asn1.extension("1.2.3.4", b"\x05\x00", critical=True)
    refuses(Code.X509_CRL_CRITICAL, TrustError, crl(ca(), extra=[unknown]))
    refuses(Code.X509_CRL_CRITICAL, TrustError, crl(ca(), entry(1), entry(3, unknown)))
    check(crl(ca(), extra=[asn1.extension("1.2.3.4", b"\x05\x00")]))


@pytest.mark.parametrize(
    "members",
    [
        pytest.param((flag(0x84),), id="indirect"),
        pytest.param((flag(0x85),), id="attribute certificates"),
        pytest.param((asn1.tlv(0x83, b"\x06\x40"),), id="some reasons"),
        pytest.param((flag(0x82),), id="authorities alone"),
        pytest.param((asn1.tlv(0xA0, asn1.tlv(0xA1, b"")),), id="relative name"),
        pytest.param((asn1.tlv(0xA0, asn1.tlv(0xA0, asn1.tlv(0x82, b"a"))),), id="no address"),
        pytest.param(
            (asn1.tlv(0xA0, asn1.tlv(0xA0, asn1.tlv(0x86, b"https://other.example/crl"))),),
            id="another address",
        ),
        pytest.param(
            (asn1.tlv(0xA0, asn1.tlv(0xA0, asn1.tlv(0x86, b"https://\xff"))),), id="odd address"
        ),
    ],
)
@pytest.mark.parametrize("critical", [True, False])
def test_not_for_this_certificate(members: tuple[bytes, ...], critical: bool) -> None:
    raw = crl(ca(), extra=[scope(*members, critical=critical)])
    refuses(Code.X509_CRL_SCOPE, TrustError, raw)


def test_entry_of_another_issuer() -> None:
    issuer = asn1.extension("2.5.29.29", asn1.sequence(), critical=True)
    refuses(Code.X509_CRL_SCOPE, TrustError, crl(ca(), entry(3, issuer)))


def test_by_another_issuer() -> None:
    refuses(Code.X509_CRL_ISSUER, TrustError, crl(other()))
    listed = verify_crl(RevocationList.parse(crl(other())), issuer=other().certificate)
    with pytest.raises(TrustError) as error:
        listed.check(leaf(), now=NOW)
    assert error.value.code is Code.X509_CRL_ISSUER


def test_by_another_key_of_the_same_name() -> None:
    namesake = Ca.make()
    refuses(Code.X509_CRL_ISSUER, TrustError, crl(namesake))
    forged = crl(ca(), signer=namesake)
    refuses(Code.X509_CRL_SIGNATURE, SignatureError, forged)


def test_content_changed_after_signing() -> None:
    honest = crl(ca(), entry(leaf().serial))
    forged = honest.replace(asn1.integer(leaf().serial), asn1.integer(leaf().serial + 1))
    refuses(Code.X509_CRL_SIGNATURE, SignatureError, forged)


def test_inner_and_outer_algorithm_differ() -> None:
    other_algorithm = asn1.sequence(asn1.oid("1.2.840.10045.4.3.3"))
    raw = crl(ca())
    at = raw.rindex(crls.ECDSA_SHA256)
    forged = raw[:at] + other_algorithm + raw[at + len(other_algorithm) :]
    refuses(Code.X509_CRL_SYNTAX, MalformedError, forged)


def test_weak_algorithm() -> None:
    sha1 = asn1.sequence(asn1.oid("1.2.840.10045.4.1"))
    refuses(Code.X509_WEAK, TrustError, crl(ca(), algorithm=sha1))


def test_signature_of_another_kind_than_the_key() -> None:
    rsa = asn1.sequence(asn1.oid("1.2.840.113549.1.1.11"), b"\x05\x00")
    refuses(Code.X509_CRL_SIGNATURE, SignatureError, crl(ca(), algorithm=rsa))


def test_a_ca_that_may_not_sign_lists() -> None:
    signer = ca().leaf(3)
    listed = RevocationList.parse(
        crl(
            ca(),
            name=signer.parts.subject,
            extensions=[
                asn1.extension(
                    crls.AUTHORITY_KEY,
                    asn1.sequence(asn1.tlv(0x80, signer.extensions.subject_key_id or b"")),
                ),
                number(),
            ],
        )
    )
    with pytest.raises(TrustError) as error:
        verify_crl(listed, issuer=signer)
    assert error.value.code is Code.X509_CRL_ISSUER
    assert error.value.detail == "key usage"


def test_outside_its_time() -> None:
    second = DAY / 86_400
    raw = crl(ca())
    refuses(Code.X509_CRL_NOT_YET_VALID, ValidityError, raw, now=NOW - DAY - second)
    refuses(Code.X509_CRL_EXPIRED, ValidityError, raw, now=NOW + DAY + second)
    refuses(Code.MISUSE_NAIVE_TIME, MisuseError, raw, now=datetime(2026, 6, 1))  # noqa: DTZ001 -- the mistake itself
