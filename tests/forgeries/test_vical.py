"""One VICAL for each rule of ISO 18013-5, annex C, breaking that rule alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from crls import Ca
from vicals import CARD, DAY, MDL, NOW, Provider, authority, entry, provider, verify, vical

from krid._core import cbor, limits
from krid._core.cbor import BigNumber, DateTime
from krid.cose import Placement
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.keys import Alg
from krid.model import IssuerHint
from krid.trust import NO_REVOCATION
from krid.trust.lists import FIRST_LIST, ListMark
from krid.trust.vical import SignedVical, VicalTrust, verify_vical
from krid.x509 import DOCUMENT_SIGNER

SECOND = timedelta(seconds=1)
ISSUED, END = (
    datetime.fromisoformat("2026-05-31T00:00:00Z"),
    datetime.fromisoformat("2026-06-30T00:00:00Z"),
)


def refuses(code: Code, kind: type[KridError], raw: bytes, **how: Any) -> str:
    with pytest.raises(kind) as error:
        verify(raw, **how)
    assert error.value.code is code
    return error.value.detail


def test_what_is_forged_below_is_accepted_unforged() -> None:
    verify(vical(entry()))
    verify(vical())
    verify(vical(entry()), now=ISSUED)
    verify(vical(entry()), now=END)
    verify(vical(entry(), nextUpdate=None, vicalIssueID=None))
    verify(vical(entry(), version="1.0.1", extensions={"a": 1}, unknown=[1]))
    certificate = authority().certificate
    verify(
        vical(
            entry(
                issuer=certificate.parts.issuer,
                subject=certificate.parts.subject,
                notBefore=DateTime("2026-05-22T00:00:00Z"),
                issuingCountry="KR-11",
                certificateProfile=["urn:example:iaca"],
            )
        )
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"version": None},
        {"version": 1},
        {"vicalProvider": None},
        {"date": None},
        {"date": "2026-05-31T00:00:00Z"},
        {"nextUpdate": "2026-06-30T00:00:00Z"},
        {"vicalIssueID": "7"},
        {"vicalIssueID": -1},
        {"vicalIssueID": BigNumber(2**70)},
        {"certificateInfos": None},
        {"certificateInfos": {}},
        {"certificateInfos": [1]},
    ],
)
def test_malformed_list(changes: dict[str, Any]) -> None:
    refuses(Code.LIST_SYNTAX, MalformedError, vical(entry(), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"certificate": None},
        {"certificate": "text"},
        {"serialNumber": None},
        {"serialNumber": "1"},
        {"ski": None},
        {"docType": None},
        {"docType": []},
        {"docType": MDL},
        {"docType": [1]},
        {"certificateProfile": "urn:example:iaca"},
        {"issuingCountry": 1},
        {"notBefore": "2026-05-22T00:00:00Z"},
    ],
)
def test_malformed_entry(changes: dict[str, Any]) -> None:
    refuses(Code.LIST_SYNTAX, MalformedError, vical(entry(**changes)))


@pytest.mark.parametrize(
    "changes",
    [
        {"serialNumber": 4711},
        {"serialNumber": BigNumber(4711)},
        {"ski": bytes(20)},
        {"issuer": b"\x30\x00"},
        {"subject": [1]},
        {"notBefore": DateTime("2026-05-22T00:00:01Z")},
        {"notAfter": DateTime("2026-05-22T00:00:00Z")},
    ],
)
def test_entry_that_contradicts_its_certificate(changes: dict[str, Any]) -> None:
    refuses(Code.LIST_ENTRY, TrustError, vical(entry(**changes)))


@pytest.mark.parametrize("version", ["2.0", "1", "1.0-beta", "01.0"])
def test_version(version: str) -> None:
    if version == "1":
        verify(vical(entry(), version=version))
        return
    refuses(Code.LIST_VERSION, UnsupportedError, vical(entry(), version=version))


def test_payload() -> None:
    refuses(Code.LIST_SYNTAX, MalformedError, provider().sign(cbor.encode([1])))
    detached = provider().sign(cbor.encode({}), placement=Placement.DETACHED)
    refuses(Code.LIST_SYNTAX, MalformedError, detached)
    refuses(Code.CBOR_SYNTAX, MalformedError, provider().sign(b"\xff"))


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    refuses(Code.INPUT_SIZE, MalformedError, bytes(limits.MAX_LIST_BYTES + 1))
    monkeypatch.setattr(limits, "MAX_LIST_ENTRIES", 1)
    refuses(Code.INPUT_SIZE, MalformedError, vical(entry(), entry()))


def test_signed_by_a_stranger() -> None:
    stranger = Provider.make()
    detail = refuses(Code.LIST_SIGNER, TrustError, vical(entry(), by=stranger))
    assert detail == str(Code.X509_KEY_IDENTIFIER)


def test_signer_is_not_made_for_lists() -> None:
    signer = Provider.make(DOCUMENT_SIGNER)
    with pytest.raises(TrustError) as error:
        verify_vical(
            SignedVical.parse(vical(entry(), by=signer)),
            providers=signer.trust,
            now=NOW,
            max_age=DAY * 60,
            seen=FIRST_LIST,
        )
    assert error.value.code is Code.LIST_SIGNER
    assert error.value.detail == str(Code.X509_EXTENDED_KEY_USAGE)


def test_content_changed_after_signing() -> None:
    raw = vical(entry())
    forged = raw.replace(b"Sample provider", b"Simple provider")
    refuses(Code.LIST_SIGNATURE, SignatureError, forged)


def test_outside_its_time() -> None:
    refuses(Code.LIST_NOT_YET_VALID, ValidityError, vical(entry()), now=ISSUED - SECOND)
    refuses(Code.LIST_EXPIRED, ValidityError, vical(entry()), now=END + SECOND)
    refuses(Code.LIST_EXPIRED, ValidityError, vical(entry()), max_age=DAY, now=NOW + SECOND)
    endless = vical(entry(), nextUpdate=None)
    refuses(Code.LIST_EXPIRED, ValidityError, endless, max_age=DAY, now=NOW + SECOND)
    refuses(Code.MISUSE_OPTION, MisuseError, vical(entry()), max_age=timedelta(0))
    refuses(Code.MISUSE_NAIVE_TIME, MisuseError, vical(entry()), now=datetime(2026, 6, 1))  # noqa: DTZ001 -- the mistake itself


@pytest.mark.parametrize(
    "seen",
    [
        ListMark(8, ISSUED),
        ListMark(7, ISSUED + SECOND),
        ListMark(None, ISSUED + SECOND),
    ],
)
def test_older_than_one_seen_before(seen: ListMark) -> None:
    refuses(Code.LIST_ROLLBACK, TrustError, vical(entry()), seen=seen)


def test_numbers_are_not_given_up() -> None:
    raw = vical(entry(), vicalIssueID=None)
    refuses(Code.LIST_ROLLBACK, TrustError, raw, seen=ListMark(1, ISSUED))
    for seen in (ListMark(7, ISSUED), ListMark(6, ISSUED - DAY), ListMark(None, ISSUED)):
        verify(vical(entry()), seen=seen)


def asked(by: Ca, doctype: str = MDL, form: str = "mso_mdoc") -> IssuerHint:
    return IssuerHint(format=form, type=doctype, alg=Alg.ES256, certificates=(by.leaf().der,))


def trust_refuses(code: Code, hint: IssuerHint, *, now: datetime = NOW) -> None:
    source = VicalTrust(verify(vical(entry())), NO_REVOCATION)
    source.find(asked(authority()), now=NOW)
    with pytest.raises(KridError) as error:
        source.find(hint, now=now)
    assert error.value.code is code


def test_root_that_is_not_listed() -> None:
    trust_refuses(Code.X509_ISSUER, asked(Ca.make("Other IACA")))
    trust_refuses(Code.X509_KEY_IDENTIFIER, asked(Ca.make("Sample IACA")))


def test_root_that_is_listed_for_another_doctype() -> None:
    trust_refuses(Code.TRUST_TYPE, asked(authority(), CARD))


def test_what_is_no_mdoc() -> None:
    trust_refuses(Code.TRUST_UNKNOWN_ISSUER, asked(authority(), form="dc+sd-jwt"))


def test_list_that_has_ended_meanwhile() -> None:
    trust_refuses(Code.LIST_EXPIRED, asked(authority()), now=END + SECOND)
    trust_refuses(Code.LIST_NOT_YET_VALID, asked(authority()), now=ISSUED - SECOND)


def test_name_that_the_certificate_does_not_bear() -> None:
    hint = IssuerHint(
        format="mso_mdoc",
        type=MDL,
        alg=Alg.ES256,
        issuer="https://mois.example",
        certificates=(authority().leaf().der,),
    )
    trust_refuses(Code.TRUST_ISSUER_NAME, hint)
