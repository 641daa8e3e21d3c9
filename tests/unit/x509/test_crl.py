from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import asn1
import crls
import pytest
from crls import DAY, NOW, Ca, crl, entry, number
from hypothesis import given
from hypothesis import strategies as st

from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    TrustError,
    UnsupportedError,
)
from krid.keys import Curve, LocalKey
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_SIGNER,
    Entry,
    RevocationList,
    RevocationReason,
    VerifiedCrl,
    check_not_revoked,
    sign_crl,
    verify_chain,
    verify_crl,
    verify_listed,
)

WEEK = timedelta(days=7)


@cache
def ca() -> Ca:
    return Ca.make()


def signed(revoked: dict[int, Entry], **changes: object) -> RevocationList:
    words: dict[str, object] = {
        "ca": ca().certificate,
        "ca_key": ca().key,
        "number": 7,
        "this_update": NOW,
        "next_update": NOW + WEEK,
        **changes,
    }
    return sign_crl(revoked, **words)  # type: ignore[arg-type]  # named words


def test_what_is_signed_is_read() -> None:
    revoked = {
        number: Entry(NOW - timedelta(days=1, seconds=number), reason)
        for number, reason in enumerate(RevocationReason, start=1)
    }
    made = signed(revoked)
    assert RevocationList.parse(made.der) == made
    assert {number: made.entry(number) for number in revoked} == revoked
    assert made.entry(99) is None
    assert len(made) == len(revoked)
    assert (made.number, made.this_update, made.next_update) == (7, NOW, NOW + WEEK)
    assert verify_crl(made, issuer=ca().certificate).listed is made


@given(
    st.dictionaries(
        st.integers(1, 2**158),
        st.builds(
            Entry,
            st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 -- a zone follows
                lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
            ),
            st.sampled_from(RevocationReason),
        ),
        max_size=5,
    )
)
def test_round_trip(revoked: dict[int, Entry]) -> None:
    made = RevocationList.parse(signed(revoked).der)
    assert {number: made.entry(number) for number in revoked} == revoked
    assert len(made) == len(revoked)


@given(st.binary(max_size=200), st.integers(0, 300))
def test_any_bytes(raw: bytes, at: int) -> None:
    honest = crl(ca(), entry(5))
    for changed in (raw, honest[:at] + raw + honest[at + len(raw) :]):
        try:
            RevocationList.parse(changed)
        except KridError:
            continue


@pytest.mark.parametrize(
    ("changes", "code", "kind"),
    [
        ({"ca_key": Ca.make().key}, Code.MISUSE_OPTION, MisuseError),
        ({"number": -1}, Code.MISUSE_OPTION, MisuseError),
        ({"next_update": NOW}, Code.MISUSE_LIFETIME, MisuseError),
        ({"this_update": datetime(2026, 6, 1)}, Code.MISUSE_NAIVE_TIME, MisuseError),  # noqa: DTZ001 -- the mistake itself
    ],
)
def test_mistakes(changes: dict[str, object], code: Code, kind: type[KridError]) -> None:
    with pytest.raises(kind) as error:
        signed({}, **changes)
    assert error.value.code is code


def test_a_serial_number_that_has_no_place() -> None:
    with pytest.raises(MisuseError) as error:
        signed({0: Entry(NOW, RevocationReason.UNSPECIFIED)})
    assert error.value.code is Code.MISUSE_OPTION


def test_a_key_that_does_not_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = LocalKey.generate_on(Curve.X25519)
    certificate = ca().certificate

    class Odd:
        public_key = exchange.public_key
        extensions = certificate.extensions

    with pytest.raises(UnsupportedError) as error:
        signed({}, ca=Odd(), ca_key=exchange)
    assert error.value.code is Code.ALG_KEY


def test_a_path_is_checked_from_the_anchor_down() -> None:
    leaf = ca().leaf()
    path = verify_chain([leaf], anchors=[ca().certificate], now=NOW, leaf=MDOC_SIGNER)
    listed = verify_crl(signed({}), issuer=ca().certificate)
    asked: list[tuple[object, object]] = []

    def find(certificate: object, issuer: object) -> VerifiedCrl:
        asked.append((certificate, issuer))
        return listed

    assert check_not_revoked(path, find=find, now=NOW) == (listed,)
    assert asked == [(leaf, ca().certificate)]
    bad = signed({leaf.serial: Entry(NOW, RevocationReason.SUPERSEDED)})
    with pytest.raises(TrustError) as error:
        check_not_revoked(path, find=lambda _, issuer: verify_crl(bad, issuer=issuer), now=NOW)
    assert (error.value.code, error.value.detail) == (Code.X509_REVOKED, "superseded")


def test_a_listed_leaf_needs_no_chain() -> None:
    leaf = ca().leaf()
    verify_listed(leaf, now=NOW, leaf=MDOC_SIGNER)
    verify_listed(leaf, now=NOW, leaf=DOCUMENT_SIGNER)
    for bad, now, code in (
        (ca().certificate, NOW, Code.X509_LEAF),
        (leaf, NOW + 200 * DAY, Code.X509_EXPIRED),
        (leaf, NOW - 200 * DAY, Code.X509_NOT_YET_VALID),
    ):
        with pytest.raises(KridError) as error:
            verify_listed(bad, now=now, leaf=MDOC_SIGNER)
        assert error.value.code is code


def test_times_of_two_centuries() -> None:
    late = asn1.tlv(asn1.GENERALIZED_TIME, b"20510101000000Z")
    early = asn1.tlv(asn1.UTC_TIME, b"990101000000Z")
    rows = (asn1.sequence(asn1.integer(1), late), asn1.sequence(asn1.integer(2), early))
    made = RevocationList.parse(crl(ca(), *rows))
    found = [made.entry(1), made.entry(2)]
    assert [each.revoked_at.year for each in found if each] == [2051, 1999]


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(lambda: crl(ca(), entry(1) + b"\x30"), id="entry cut off"),
        pytest.param(
            lambda: crl(ca(), asn1.tlv(0x31, entry(1), bytes(200))), id="long entry of a wrong type"
        ),
        pytest.param(
            lambda: crl(ca(), entry(1, asn1.extension(crls.REASON, b"\x0a\x02\x00\x01"))),
            id="reason of two bytes",
        ),
        pytest.param(lambda: crl(ca(), name=asn1.tlv(0x31)), id="issuer of a wrong type"),
        pytest.param(lambda: crl(ca(), name=asn1.sequence(b"\x05\x00")), id="issuer that is none"),
        pytest.param(
            lambda: crl(ca(), tail=asn1.tlv(0xA1, asn1.sequence(number()))),
            id="extensions under another tag",
        ),
        pytest.param(
            lambda: crl(ca(), tail=asn1.tlv(0xA0, ca().authority_key(), number())),
            id="extensions without a sequence",
        ),
        pytest.param(
            lambda: crl(
                ca(),
                extensions=[
                    number(),
                    asn1.extension(crls.AUTHORITY_KEY, asn1.sequence(asn1.tlv(0x82, b"\x01"))),
                ],
            ),
            id="key named by a number alone",
        ),
    ],
)
def test_further_malformed_lists(bad: object) -> None:
    assert callable(bad)
    with pytest.raises(MalformedError):
        RevocationList.parse(bad())


def test_whatever_the_library_underneath_raises_is_a_bad_signature() -> None:
    honest = RevocationList.parse(crl(ca()))

    class Odd:
        signature_algorithm_oid = honest.native.signature_algorithm_oid
        signature_hash_algorithm = honest.native.signature_hash_algorithm

        def is_signature_valid(self, _key: object) -> bool:
            raise ValueError

    odd = replace(honest, native=Odd())  # type: ignore[arg-type]  # stands in for a list
    with pytest.raises(SignatureError) as error:
        verify_crl(odd, issuer=ca().certificate)
    assert error.value.code is Code.X509_CRL_SIGNATURE
