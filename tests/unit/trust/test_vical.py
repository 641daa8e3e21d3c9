import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from certs import authority as made
from certs import common
from crls import crl
from crls import entry as revoked
from hypothesis import given
from hypothesis import strategies as st
from vicals import CARD, DAY, MDL, NOW, authority, entry, provider, verify, vical

from krid._core.cbor import DateTime
from krid.errors import Code, KridError, MisuseError, TrustError
from krid.keys import Alg
from krid.model import IssuerHint
from krid.trust import NO_REVOCATION, Crls, KeyTrust
from krid.trust.lists import FIRST_LIST, ListMark
from krid.trust.vical import (
    LeftOut,
    SignedVical,
    Vical,
    VicalEntry,
    VicalTrust,
    prepare_vical,
    verify_vical,
)
from krid.x509 import RevocationList, self_signed_ca

LIST = Vical(
    provider="Sample provider",
    issued_at=NOW - DAY,
    issue=7,
    next_update=NOW + 30 * DAY,
    entries=(
        VicalEntry(
            certificate=authority().certificate,
            doctypes=frozenset({MDL, CARD}),
            profiles=("urn:example:iaca",),
            issuing_authority="Sample ministry",
            issuing_country="KR",
            state_or_province="Seoul",
        ),
    ),
)


def signed(listed: Vical = LIST) -> bytes:
    prepared = prepare_vical(listed, alg=Alg.ES256, certificates=[provider().certificate.der])
    return prepared.sign_with(provider().key)


def test_what_is_issued_is_read_and_verified() -> None:
    verified = verify(signed())
    assert verified.vical == LIST
    assert verified.vical.mark == ListMark(7, NOW - DAY)
    assert verified.valid_until == NOW + 30 * DAY
    assert verified.vical.roots_for(CARD) == (authority().certificate,)
    assert verified.vical.roots_for("other") == ()
    assert verified.signer.issuer == "CN=Sample list signer,C=KR"


@given(
    st.text(max_size=20),
    st.integers(0, 2**63),
    st.datetimes(datetime(1971, 1, 1), datetime(2900, 1, 1)),  # noqa: DTZ001 -- a zone follows
    st.frozensets(st.text(min_size=1, max_size=5), min_size=1, max_size=3),
)
def test_round_trip(text: str, issue: int, moment: datetime, doctypes: frozenset[str]) -> None:
    listed = Vical(
        provider=text,
        issued_at=moment.replace(microsecond=0, tzinfo=UTC),
        issue=issue,
        entries=(VicalEntry(certificate=authority().certificate, doctypes=doctypes),),
    )
    assert SignedVical.parse(signed(listed)).vical == listed


@given(st.binary(max_size=100), st.integers(0, 1_200))
def test_any_bytes(raw: bytes, at: int) -> None:
    honest = vical(entry())
    for changed in (raw, honest[:at] + raw + honest[at + len(raw) :]):
        try:
            SignedVical.parse(changed)
        except KridError:
            continue


def test_a_list_without_number_and_end() -> None:
    listed = Vical.of("Sample provider", NOW - DAY, *LIST.entries)
    assert verify(signed(listed)).valid_until == NOW + 59 * DAY


def test_mistakes() -> None:
    bad_entry = replace(LIST.entries[0], doctypes=frozenset())
    for listed, code in (
        (replace(LIST, entries=(bad_entry,)), Code.MISUSE_OPTION),
        (replace(LIST, next_update=LIST.issued_at), Code.MISUSE_LIFETIME),
    ):
        with pytest.raises(MisuseError) as error:
            signed(listed)
        assert error.value.code is code
    with pytest.raises(MisuseError):
        prepare_vical(LIST, alg=Alg.ES256, certificates=[])


def test_a_negative_serial_number() -> None:
    negative = replace(authority().certificate, serial=-5)
    with pytest.raises(MisuseError) as error:
        signed(replace(LIST, entries=(replace(LIST.entries[0], certificate=negative),)))
    assert error.value.code is Code.MISUSE_OPTION


def test_a_certificate_that_krid_cannot_read_is_left_out() -> None:
    found = verify(vical(entry(certificate=b"\x30\x00"), entry())).vical
    assert len(found.entries) == 1
    (left_out,) = found.left_out
    assert left_out == LeftOut(entry()["ski"], Code.X509_SYNTAX)


def test_a_root_without_a_key_identifier() -> None:
    root = made(common("IACA without an identifier")).certificate
    assert root.extensions.subject_key_id is None
    listed = replace(LIST, entries=(VicalEntry(certificate=root, doctypes=frozenset({MDL})),))
    assert verify(signed(listed)).vical == listed


def test_a_small_serial_number_without_a_tag() -> None:
    root = made(common("root")).certificate
    key_id = hashlib.sha1(root.parts.key_bits).digest()  # noqa: S324 -- a name, no protection
    row = {"certificate": root.der, "serialNumber": 4711, "docType": [MDL], "ski": key_id}
    assert verify(vical(row)).vical.roots_for(MDL) == (root,)


def test_a_pinned_provider() -> None:
    pinned = KeyTrust.of(provider().key.public_key, issuer="Sample provider")
    verified = verify_vical(
        SignedVical.parse(signed()), providers=pinned, now=NOW, max_age=60 * DAY, seen=FIRST_LIST
    )
    assert verified.signer.issuer == "Sample provider"


def test_an_age_beyond_the_end_of_time() -> None:
    late = vical(entry(), date=DateTime("9999-12-31T23:59:59Z"), nextUpdate=None)
    with pytest.raises(KridError) as error:
        verify(late)
    assert error.value.code is Code.LIST_NOT_YET_VALID
    assert verify(signed(), max_age=timedelta.max).valid_until == NOW + 30 * DAY


def hint(doctype: str = MDL) -> IssuerHint:
    leaf = authority().leaf()
    return IssuerHint(format="mso_mdoc", type=doctype, alg=Alg.ES256, certificates=(leaf.der,))


def test_trust_says_through_which_list_it_came() -> None:
    found = VicalTrust(verify(signed()), NO_REVOCATION).find(hint(CARD), now=NOW)
    assert found.path == (
        "certificate chain to CN=Sample IACA,C=KR, revocation not checked, which VICAL 7 of "
        "2026-05-31T00:00:00Z lists, signed by CN=Sample list signer,C=KR (certificate chain to "
        "CN=Sample list provider,C=KR, revocation not checked)"
    )
    unnumbered = verify(vical(entry(), vicalIssueID=None))
    assert "which VICAL of" in VicalTrust(unnumbered, NO_REVOCATION).find(hint(), now=NOW).path


def test_revocation_below_a_listed_root() -> None:
    serial = authority().leaf().serial
    lists = Crls.known(RevocationList.parse(crl(authority(), revoked(serial))))
    with pytest.raises(TrustError) as error:
        VicalTrust(verify(signed()), lists).find(hint(), now=NOW)
    assert error.value.code is Code.X509_REVOKED


def test_two_roots_of_one_key_for_two_doctypes() -> None:
    old = authority()
    renewed = self_signed_ca(
        old.key,
        common_name="Sample IACA",
        country="KR",
        valid_from=NOW - DAY,
        valid_until=NOW + timedelta(days=2000),
        issuer_uri="https://iaca.example",
        entropy=lambda size: bytes([3]) * size,
    )
    rows = (
        VicalEntry(certificate=old.certificate, doctypes=frozenset({MDL})),
        VicalEntry(certificate=renewed, doctypes=frozenset({CARD})),
    )
    source = VicalTrust(verify(signed(replace(LIST, entries=rows))), NO_REVOCATION)
    source.find(hint(MDL), now=NOW)
    source.find(hint(CARD), now=NOW)
