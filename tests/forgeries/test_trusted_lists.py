"""One trusted list for each rule of ETSI TS 119 612 and TS 119 602, breaking that rule alone."""

import hashlib
import sys
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
import trusted_lists as lists
from certs import Made, authority, common, leaf
from crls import Ca
from trusted_lists import (
    CA_QC,
    DAY,
    NOW,
    OTHER,
    PID,
    WITHDRAWN,
    direct,
    document,
    entity_service,
    issuing,
    lote,
    operator,
    pinned,
    service,
    sign_json,
    state,
    text,
    usual,
)

from krid._core import base64url, limits
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
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint
from krid.trust import NO_REVOCATION
from krid.trust.etsi import (
    GRANTED,
    TrustedListTrust,
    VerifiedList,
    verify_json_list,
    verify_xml_list,
)
from krid.trust.lists import FIRST_LIST, ListMark, Seen
from krid.x509 import Certificate

pytest.importorskip("signxml", reason="trusted lists in XML need the extra `etsi`")
import xml_signing as xml

SECOND = timedelta(seconds=1)
ISSUED, END = (
    datetime.fromisoformat("2026-05-31T00:00:00Z"),
    datetime.fromisoformat("2026-06-30T00:00:00Z"),
)
COMMENTS = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"


def check_xml(
    raw: bytes,
    *,
    signers: Sequence[Certificate] | None = None,
    now: datetime = NOW,
    max_age: timedelta = 60 * DAY,
    seen: Seen = FIRST_LIST,
) -> VerifiedList:
    believed = [operator().certificate] if signers is None else signers
    return verify_xml_list(raw, signers=believed, now=now, max_age=max_age, seen=seen)


def check_json(
    raw: str, *, now: datetime = NOW, max_age: timedelta = 60 * DAY, seen: Seen = FIRST_LIST
) -> VerifiedList:
    return verify_json_list(raw, signers=pinned(), now=now, max_age=max_age, seen=seen)


def check(raw: bytes | str, **how: Any) -> VerifiedList:
    return check_json(raw, **how) if isinstance(raw, str) else check_xml(raw, **how)


def refuses(code: Code, kind: type[KridError], raw: bytes | str, **how: Any) -> str:
    with pytest.raises(kind) as error:
        check(raw, **how)
    assert error.value.code is code
    return error.value.detail


def signed(raw: str | None = None, *references: xml.Reference, **how: Any) -> bytes:
    chosen = references or (xml.WHOLE, xml.PROPERTIES)
    return xml.sign(usual() if raw is None else raw, operator().made, chosen, **how)


@cache
def honest() -> bytes:
    return signed()


def test_what_is_forged_below_is_accepted_unforged() -> None:
    check_xml(honest())
    check_xml(lists.sign_xml(usual()))
    check_xml(lists.sign_xml(usual(), method="ecdsa-sha512", digest="sha384"))
    check_xml(signed(None, xml.WHOLE, xml.PROPERTIES, xml.KEY))
    check_xml(signed(None, xml.Reference("#list"), xml.PROPERTIES))
    check_xml(signed(document()))
    check_xml(honest(), now=ISSUED)
    check_xml(honest(), now=END)
    check_json(sign_json(lote(entity_service(direct()))))
    check_json(sign_json(lote(LoTEType=None, SchemeTerritory=None)))


def test_signed_by_a_stranger() -> None:
    stranger = authority(common("Sample operator"))
    by_stranger = xml.sign(usual(), stranger)
    refuses(Code.LIST_SIGNER, TrustError, by_stranger)
    refuses(Code.LIST_SIGNER, TrustError, honest(), signers=[])
    shown = xml.sign(usual(), stranger, shown=operator().made)
    refuses(Code.LIST_SIGNATURE, SignatureError, shown)
    foreign = sign_json(lote(), key=LocalKey.generate(Alg.ES256))
    refuses(Code.LIST_SIGNATURE, SignatureError, foreign)
    refuses(Code.LIST_SIGNER, TrustError, sign_json(lote(), {"alg": "ES384"}))


def test_signer_whose_certificate_has_expired() -> None:
    detail = refuses(Code.LIST_SIGNER, TrustError, honest(), now=NOW + 200 * DAY)
    assert detail == str(Code.X509_EXPIRED)


def test_content_changed_after_signing() -> None:
    raw = honest()
    refuses(Code.LIST_SIGNATURE, SignatureError, raw.replace(b"TSPName in en", b"TSPName in eN"))
    refuses(
        Code.LIST_SIGNATURE,
        SignatureError,
        raw.replace(b"05-31T00:00:00Z</xades", b"05-30T00:00:00Z</xades"),
    )


def test_a_signature_around_the_list() -> None:
    """Wrapping: what is signed stands inside, and another list around it."""
    inner = honest().partition(b"?>")[2].decode()
    outer = document().replace("</TrustServiceStatusList>", inner + "</TrustServiceStatusList>")
    refuses(Code.LIST_COVERAGE, TrustError, outer.encode())


def test_two_signatures() -> None:
    twice = xml.sign(honest().partition(b"?>")[2].decode(), operator().made)
    refuses(Code.LIST_COVERAGE, TrustError, twice)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "signxml", None)
    refuses(Code.MISUSE_EXTRA, MisuseError, honest())


def test_a_certificate_that_krid_cannot_read_is_left_out() -> None:
    odd = text("DigitalId", text("X509Certificate", "MAA="))
    (listed,) = check_xml(signed(document(service(state(body=odd))))).listed.services
    assert (listed.certificates, listed.left_out) == ((), (Code.X509_SYNTAX,))


def test_no_signature() -> None:
    refuses(Code.LIST_COVERAGE, TrustError, usual().encode())


def test_signature_that_is_not_below_the_root() -> None:
    raw = signed(below="{http://uri.etsi.org/02231/v2#}SchemeInformation")
    refuses(Code.LIST_COVERAGE, TrustError, raw)


@pytest.mark.parametrize(
    "references",
    [
        pytest.param((xml.PROPERTIES,), id="properties alone"),
        pytest.param((xml.WHOLE,), id="without properties"),
        pytest.param((xml.WHOLE, xml.KEY), id="key in place of properties"),
        pytest.param((xml.WHOLE, xml.WHOLE, xml.PROPERTIES), id="list twice"),
        pytest.param((xml.WHOLE, xml.PROPERTIES, xml.Reference("#signature")), id="something more"),
        pytest.param((xml.Reference("#scheme"), xml.PROPERTIES), id="a part"),
        pytest.param((xml.Reference("https://a.example/"), xml.PROPERTIES), id="another document"),
        pytest.param((xml.Reference(transforms=()), xml.PROPERTIES), id="not enveloped"),
        pytest.param(
            (xml.Reference(transforms=(xml.EXCLUSIVE, xml.ENVELOPED)), xml.PROPERTIES),
            id="order of transforms",
        ),
        pytest.param(
            (xml.Reference(transforms=(xml.ENVELOPED, XPATH)), xml.PROPERTIES), id="XPath"
        ),
        pytest.param(
            (xml.Reference(transforms=(xml.ENVELOPED, COMMENTS)), xml.PROPERTIES), id="comments"
        ),
        pytest.param(
            (
                xml.Reference(transforms=(xml.ENVELOPED, xml.EXCLUSIVE, xml.EXCLUSIVE)),
                xml.PROPERTIES,
            ),
            id="three transforms",
        ),
        pytest.param(
            (xml.WHOLE, xml.Reference("#properties", (XPATH,), xml.PROPERTIES_TYPE)),
            id="properties through XPath",
        ),
    ],
)
def test_signature_that_does_not_cover_the_list(references: tuple[xml.Reference, ...]) -> None:
    refuses(Code.LIST_COVERAGE, TrustError, signed(None, *references))


def test_properties_that_are_none() -> None:
    """A reference that calls itself one to the properties, and is to a list in the list."""
    nested = document().replace('Id="list"', 'Id="inner"')
    raw = usual().replace("<TrustServiceProviderList>", f"{nested}<TrustServiceProviderList>")
    other = xml.Reference("#inner", (xml.EXCLUSIVE,), xml.PROPERTIES_TYPE)
    refuses(Code.LIST_SIGNATURE, SignatureError, signed(raw, xml.WHOLE, other))


@pytest.mark.parametrize(
    "how",
    [
        {"method": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"},
        {"method": "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"},
        {"method": "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha224"},
        {"method": "urn:unknown"},
        {"canonical": COMMENTS},
        {"canonical": "urn:unknown"},
    ],
)
def test_algorithm(how: dict[str, str]) -> None:
    refuses(Code.LIST_ALGORITHM, UnsupportedError, signed(**how))


def test_digest_algorithm() -> None:
    sha1 = xml.Reference(digest=f"{xml.DS}sha1")
    refuses(Code.LIST_ALGORITHM, UnsupportedError, signed(None, sha1, xml.PROPERTIES))


def test_certificate_in_the_properties_is_another() -> None:
    other = b64encode(hashlib.sha256(direct().der).digest())
    own = b64encode(hashlib.sha256(operator().certificate.der).digest())
    refuses(Code.LIST_SIGNATURE, SignatureError, honest().replace(own, other))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<a>", id="cut off"),
        pytest.param(b"<!DOCTYPE a><a/>", id="DTD"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', id="entity"),
        pytest.param(b"<a>&b;</a>", id="unknown entity"),
        pytest.param('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', id="other encoding"),
        pytest.param(b"<a>\xff</a>", id="not UTF-8"),
        pytest.param(b"<a>" * 400 + b"</a>" * 400, id="deep"),
    ],
)
def test_malformed_xml(raw: bytes) -> None:
    refuses(Code.LIST_SYNTAX, MalformedError, raw)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    refuses(Code.INPUT_SIZE, MalformedError, bytes(limits.MAX_LIST_BYTES + 1))
    refuses(Code.INPUT_SIZE, MalformedError, "a" * (limits.MAX_LIST_BYTES + 1))
    refuses(Code.INPUT_SIZE, MalformedError, b"<" * (limits.MAX_XML_MARKS + 1))
    monkeypatch.setattr(limits, "MAX_LIST_ENTRIES", 1)
    refuses(Code.INPUT_SIZE, MalformedError, honest())
    refuses(Code.INPUT_SIZE, MalformedError, sign_json(lote(entity_service(), entity_service())))


def test_too_many_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LIST_CERTIFICATES", 0)
    refuses(Code.INPUT_SIZE, MalformedError, honest())
    refuses(Code.INPUT_SIZE, MalformedError, sign_json(lote(entity_service(direct()))))


CURRENT = state()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(document().replace("TrustServiceStatusList", "Other"), id="root"),
        pytest.param(document(TSLVersionIdentifier=""), id="no version"),
        pytest.param(document(TSLSequenceNumber=text("TSLSequenceNumber", "-1")), id="number"),
        pytest.param(document(TSLSequenceNumber=text("TSLSequenceNumber", "٣")), id="other digits"),
        pytest.param(
            document(TSLSequenceNumber=text("TSLSequenceNumber", "1" * 10)), id="long number"
        ),
        pytest.param(document(NextUpdate=text("NextUpdate", "")), id="closed list"),
        pytest.param(document(NextUpdate=""), id="no next update"),
        pytest.param(document(SchemeOperatorName=text("SchemeOperatorName", "")), id="no name"),
        pytest.param(document(SchemeTerritory=text("SchemeTerritory", "K<!-- -->R")), id="comment"),
        pytest.param(
            document(SchemeTerritory=text("SchemeTerritory", "K<?a b?>R")), id="instruction"
        ),
        pytest.param(document(service(CURRENT.replace("ServiceStatus>", "X>"))), id="no status"),
        pytest.param(
            document(service(CURRENT.replace("ServiceTypeIdentifier>", "X>"))), id="no type"
        ),
        pytest.param(document(service(CURRENT * 2)), id="state twice"),
        pytest.param(
            document(service(state(body=text("DigitalId", text("X509Certificate", "*"))))),
            id="certificate that is not base64",
        ),
    ],
)
def test_malformed_list(raw: str) -> None:
    if "<!--" in raw:
        check_xml(signed(raw))  # the canonical form that is signed has no comments
        return
    refuses(Code.LIST_SYNTAX, MalformedError, signed(raw))


def test_malformed_times() -> None:
    late = document(ListIssueDateTime=text("ListIssueDateTime", "2026-05-31"))
    refuses(Code.TIME_RFC3339, MalformedError, signed(late))
    refuses(Code.TIME_RFC3339, MalformedError, signed(document(service(state(since="never")))))
    refuses(Code.TIME_RFC3339, MalformedError, sign_json(lote(NextUpdate="never")))


@pytest.mark.parametrize("version", ["4", "7", "", "five"])
def test_version(version: str) -> None:
    raw = document(TSLVersionIdentifier=text("TSLVersionIdentifier", version))
    refuses(Code.LIST_VERSION, UnsupportedError, signed(raw))
    refuses(Code.LIST_VERSION, UnsupportedError, sign_json(lote(LoTEVersionIdentifier=2)))


HISTORY = {"ServiceStatus": WITHDRAWN, "StatusStartingTime": "2020-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"LoTE": []},
        {"ListAndSchemeInformation": {}},
        lote(LoTEVersionIdentifier="1"),
        lote(LoTESequenceNumber=None),
        lote(LoTESequenceNumber=0),
        lote(SchemeOperatorName=None),
        lote(SchemeOperatorName=[]),
        lote(SchemeOperatorName=[{"lang": "en"}]),
        lote(SchemeOperatorName=["name"]),
        lote(ListIssueDateTime=None),
        lote(ListIssueDateTime=1),
        lote(NextUpdate=None),
        lote(LoTEType=1),
        lote(entity_service(ServiceName=None)),
        lote(entity_service(ServiceDigitalIdentity=None)),
        lote(entity_service(ServiceDigitalIdentity={"X509Certificates": [{}]})),
        lote(entity_service(ServiceDigitalIdentity={"X509Certificates": [{"val": "*"}]})),
        lote(entity_service(ServiceStatus=1)),
        lote(entity_service(history=[{}])),
        lote(entity_service(history=[{**HISTORY, "StatusStartingTime": 1}])),
        # Withdrawn now, and nobody says since when: it must not sort behind the state before it.
        lote(entity_service(ServiceStatus=WITHDRAWN, history=[HISTORY])),
    ],
)
def test_malformed_json_list(payload: dict[str, Any]) -> None:
    refuses(Code.LIST_SYNTAX, MalformedError, sign_json(payload))


def test_malformed_json() -> None:
    refuses(Code.JWS_SYNTAX, MalformedError, "a.b")
    refuses(Code.JWS_HEADER, MalformedError, sign_json(lote(), {"crit": []}))
    refuses(Code.JWS_HEADER, MalformedError, sign_json(lote(), {"crit": ["sigT"]}))
    refuses(Code.JWS_HEADER, MalformedError, sign_json(lote(), {"sigT": 1}))
    refuses(Code.TIME_RFC3339, MalformedError, sign_json(lote(), {"sigT": "now"}))
    refuses(Code.JWS_CRIT, UnsupportedError, sign_json(lote(), {"crit": ["sigD"], "sigD": {}}))
    refuses(Code.JWS_CRIT, UnsupportedError, sign_json(lote(), {"b64": True}))
    refuses(Code.ALG_UNKNOWN, UnsupportedError, sign_json(lote(), {"alg": "none"}))
    refuses(Code.ALG_UNKNOWN, UnsupportedError, sign_json(lote(), {"alg": "RS256"}))
    check_json(sign_json(lote(), {"sigT": "2026-05-31T00:00:00Z", "crit": ["sigT"]}))


def test_thumbprint_of_another_certificate() -> None:
    shown = [b64encode(direct().der).decode()]
    own = base64url.encode(hashlib.sha256(direct().der).digest())
    other = base64url.encode(bytes(32))
    check_thumbprint = {"x5c": shown, "x5t#S256": other}
    refuses(Code.LIST_ENTRY, TrustError, sign_json(lote(), check_thumbprint))
    refuses(Code.LIST_SIGNER, TrustError, sign_json(lote(), {"x5c": shown, "x5t#S256": own}))
    check_json(sign_json(lote(), {"x5t#S256": other}))


@pytest.mark.parametrize("made", [lambda: honest(), lambda: sign_json(lote())])  # noqa: PLW0108 -- made late
def test_outside_its_time(made: Any) -> None:
    raw = made()
    refuses(Code.LIST_NOT_YET_VALID, ValidityError, raw, now=ISSUED - SECOND)
    refuses(Code.LIST_EXPIRED, ValidityError, raw, now=END + SECOND)
    refuses(Code.LIST_EXPIRED, ValidityError, raw, max_age=DAY, now=NOW + SECOND)
    refuses(Code.MISUSE_OPTION, MisuseError, raw, max_age=timedelta(0))
    refuses(Code.MISUSE_NAIVE_TIME, MisuseError, raw, now=datetime(2026, 6, 1))  # noqa: DTZ001 -- the mistake itself
    for seen in (ListMark(13, ISSUED), ListMark(12, ISSUED + SECOND)):
        refuses(Code.LIST_ROLLBACK, TrustError, raw, seen=seen)
    for seen in (ListMark(12, ISSUED), ListMark(11, ISSUED - DAY)):
        check(raw, seen=seen)


def asked(*chain: Certificate) -> IssuerHint:
    ders = tuple(each.der for each in chain)
    return IssuerHint(format="dc+sd-jwt", type="urn:x", alg=Alg.ES256, certificates=ders)


def source(*services: str, types: frozenset[str] = frozenset({CA_QC})) -> TrustedListTrust:
    verified = check_xml(signed(document(*services)))
    return TrustedListTrust(
        verified=verified, types=types, statuses=GRANTED, revocation=NO_REVOCATION
    )


def trust_refuses(
    code: Code, trust: TrustedListTrust, hint: IssuerHint, now: datetime = NOW
) -> None:
    with pytest.raises(KridError) as error:
        trust.find(hint, now=now)
    assert error.value.code is code


@pytest.mark.parametrize("which", [issuing, direct])
def test_services_that_do_not_count(which: Any) -> None:
    made = which()
    identity: Certificate = made.certificate if isinstance(made, Ca) else made
    hint = asked(made.leaf() if isinstance(made, Ca) else made)
    since = "2020-01-01T00:00:00Z"
    good = state(CA_QC, lists.GRANTED, since, identity)
    source(service(good)).find(hint, now=NOW)
    other = state(OTHER, lists.GRANTED, since, identity)
    trust_refuses(Code.LIST_SERVICE, source(service(other)), hint)
    withdrawn = state(CA_QC, WITHDRAWN, since, identity)
    trust_refuses(Code.LIST_STATUS, source(service(withdrawn)), hint)
    later = state(CA_QC, lists.GRANTED, "2026-06-01T00:00:01Z", identity)
    trust_refuses(Code.LIST_SERVICE, source(service(later)), hint)
    source(service(later, state())).find(hint, now=NOW)
    trust_refuses(Code.LIST_STATUS, source(service(later, state(CA_QC, WITHDRAWN))), hint)
    source(service(withdrawn), service(good)).find(hint, now=NOW)
    trust_refuses(Code.LIST_EXPIRED, source(service(good)), hint, END + SECOND)
    trust_refuses(Code.LIST_NOT_YET_VALID, source(service(good)), hint, ISSUED - SECOND)


def test_certificates_that_no_service_has() -> None:
    trust = source(
        service(state(CA_QC, lists.GRANTED, "2020-01-01T00:00:00Z", issuing().certificate))
    )
    stranger = Ca.make("Other CA")
    trust_refuses(Code.X509_ISSUER, trust, asked(stranger.leaf()))
    namesake = Ca.make("Sample service CA")
    trust_refuses(Code.X509_KEY_IDENTIFIER, trust, asked(namesake.leaf()))
    trust_refuses(Code.TRUST_UNKNOWN_ISSUER, trust, asked())
    trust_refuses(Code.X509_LEAF, trust, asked(issuing().certificate))


def test_a_listed_signer_is_checked_for_itself() -> None:
    since = "2020-01-01T00:00:00Z"
    named = IssuerHint(
        format="dc+sd-jwt",
        type="urn:x",
        alg=Alg.ES256,
        issuer="https://mois.example",
        certificates=(direct().der,),
    )
    trust = source(service(state(CA_QC, lists.GRANTED, since, direct())))
    trust_refuses(Code.TRUST_ISSUER_NAME, trust, named)
    mdoc = IssuerHint(format="mso_mdoc", type="x", alg=Alg.ES256, certificates=(direct().der,))
    trust_refuses(Code.X509_EXTENDED_KEY_USAGE, trust, mdoc)


def test_a_listed_ca_that_shows_itself_as_a_signer() -> None:
    made: Made = operator().made
    trust = source(service(state(CA_QC, lists.GRANTED, "2020-01-01T00:00:00Z", made.certificate)))
    trust_refuses(Code.X509_LEAF, trust, asked(made.certificate))
    trust.find(asked(leaf(made)), now=NOW)


def test_services_of_a_json_list() -> None:
    hint = asked(direct())
    for changes, code in (
        ({}, None),
        ({"kind": None}, Code.LIST_SERVICE),
        ({"kind": OTHER}, Code.LIST_SERVICE),
        ({"ServiceStatus": WITHDRAWN}, Code.LIST_STATUS),
        ({"ServiceStatus": lists.GRANTED}, None),
        ({"StatusStartingTime": "2026-07-01T00:00:00Z"}, Code.LIST_SERVICE),
    ):
        verified = check_json(sign_json(lote(entity_service(direct(), **changes))))
        trust = TrustedListTrust(
            verified=verified,
            types=frozenset({PID}),
            statuses=GRANTED,
            revocation=NO_REVOCATION,
        )
        if code is None:
            trust.find(hint, now=NOW)
        else:
            trust_refuses(code, trust, hint)
