import json
from datetime import timedelta
from typing import Any

import certs
import pytest
import trusted_lists as lists
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from trusted_lists import (
    CA_QC,
    DAY,
    LOTE_TYPE,
    NOW,
    PID,
    WITHDRAWN,
    direct,
    entity_service,
    issuing,
    lote,
    operator,
    pinned,
    sign_json,
)

from krid.errors import KridError
from krid.keys import Alg
from krid.model import AKI, ETSI_TL, IssuerHint, TrustedAuthority
from krid.trust import FIRST_LIST, NO_REVOCATION, ListMark
from krid.trust.etsi import (
    GRANTED,
    PID_ISSUANCE,
    ListPointer,
    ServiceState,
    TrustedListTrust,
    TrustedService,
    VerifiedList,
    verify_json_list,
    verify_xml_list,
)
from krid.trust.etsi.json_list import parse_list
from krid.trust.etsi.model import newest_first


def verified_json(payload: dict[str, Any]) -> VerifiedList:
    return verify_json_list(
        sign_json(payload), signers=pinned(), now=NOW, max_age=60 * DAY, seen=FIRST_LIST
    )


def hint(certificate: Any) -> IssuerHint:
    return IssuerHint(
        format="dc+sd-jwt", type="urn:x", alg=Alg.ES256, certificates=(certificate.der,)
    )


def test_a_json_list() -> None:
    verified = verified_json(lote(entity_service(direct(), issuing().certificate)))
    listed = verified.listed
    assert (listed.operator, listed.territory, listed.type) == ("Sample operator", "KR", LOTE_TYPE)
    assert listed.mark == ListMark(12, NOW - DAY)
    assert verified.valid_until == NOW + 29 * DAY
    (service,) = listed.services
    assert (service.provider, service.name) == ("Sample office", "Sample service")
    assert service.certificates == (direct(), issuing().certificate)
    assert service.states == (ServiceState(PID, None, None),)
    assert PID_ISSUANCE == PID
    unplaced = verified_json(lote(SchemeTerritory=None)).listed
    assert str(unplaced) == "trusted list 12 of 2026-05-31T00:00:00Z"


def test_an_xml_list() -> None:
    pytest.importorskip("signxml", reason="trusted lists in XML need the extra `etsi`")
    verified = verify_xml_list(
        lists.sign_xml(lists.usual()),
        signers=[direct(), operator().certificate],
        now=NOW,
        max_age=60 * DAY,
        seen=FIRST_LIST,
    )
    listed = verified.listed
    assert listed.operator == "SchemeOperatorName in ko"
    assert str(listed) == "trusted list 12 of KR of 2026-05-31T00:00:00Z"
    assert [each.name for each in listed.services] == ["ServiceName in en"] * 2
    assert listed.services[0].certificates == (issuing().certificate,)
    assert verified.signed_by == "CN=Sample operator (pinned certificate)"
    trust = TrustedListTrust(
        verified=verified,
        types=frozenset({CA_QC}),
        statuses=GRANTED,
        revocation=NO_REVOCATION,
        identifiers=frozenset({"https://lotl.example"}),
    )
    kinds = {each.kind for each in trust.find(hint(issuing().leaf()), now=NOW).stands_under}
    assert kinds == {AKI, ETSI_TL}
    assert trust.find(hint(issuing().leaf()), now=NOW).path == (
        "certificate chain to CN=Sample service CA,C=KR, revocation not checked, listed for "
        "ServiceName in en of TSPName in en in trusted list 12 of KR of 2026-05-31T00:00:00Z, "
        "signed by CN=Sample operator (pinned certificate)"
    )


def test_trust_in_a_listed_signer() -> None:
    trust = TrustedListTrust(
        verified=verified_json(lote(entity_service(direct()))),
        types=frozenset({PID}),
        statuses=frozenset(),
        revocation=NO_REVOCATION,
        identifiers=frozenset({"https://list.example"}),
    )
    found = trust.find(hint(direct()), now=NOW)
    assert TrustedAuthority(ETSI_TL, "https://list.example") in found.stands_under
    assert (found.key, found.issuer) == (direct().public_key, "CN=Listed signer")
    assert found.not_after == direct().not_after
    assert found.path.startswith("certificate listed for Sample service of Sample office in ")


def test_the_history_of_a_service() -> None:
    past = {
        "ServiceTypeIdentifier": PID,
        "ServiceStatus": lists.GRANTED,
        "StatusStartingTime": "2020-01-01T00:00:00Z",
    }
    changes = {"ServiceStatus": WITHDRAWN, "StatusStartingTime": "2026-05-01T00:00:00Z"}
    listed = verified_json(lote(entity_service(direct(), history=[past], **changes))).listed
    (service,) = listed.services
    assert not service.is_trusted_at(NOW, GRANTED)
    assert service.is_trusted_at(NOW - 60 * DAY, GRANTED)
    assert service.state_at(NOW - 3000 * DAY) is None
    assert not service.is_trusted_at(NOW - 3000 * DAY, GRANTED)
    assert not service.is_of({PID}, NOW - 3000 * DAY)


def test_pointers_of_a_json_list() -> None:
    pointer = {
        "LoTELocation": "https://lists.example/pid",
        "ServiceDigitalIdentities": [
            entity_service(direct())["ServiceInformation"]["ServiceDigitalIdentity"]
        ],
        "LoTEQualifiers": [
            {"LoTEType": LOTE_TYPE, "SchemeTerritory": "JP", "MimeType": "application/jwt"}
        ],
    }
    bare = {"LoTELocation": "https://lists.example/2", "ServiceDigitalIdentities": []}
    first, second = verified_json(lote(PointersToOtherLoTE=[pointer, bare])).listed.pointers
    assert (first.location, first.territory) == ("https://lists.example/pid", "JP")
    assert (first.type, first.media_type) == (LOTE_TYPE, "application/jwt")
    assert first.key_trust().pins[0].key == direct().public_key
    assert (second.territory, second.type, second.certificates) == (None, None, ())


def test_pointers_of_an_xml_list() -> None:
    pytest.importorskip("signxml", reason="trusted lists in XML need the extra `etsi`")
    identity = lists.state(CA_QC, lists.GRANTED, "2020-01-01T00:00:00Z", operator().certificate)
    start = identity.index("<ServiceDigitalIdentity>")
    end = identity.index("<ServiceStatus>")
    more = 'xmlns:a="http://uri.etsi.org/02231/v2/additionaltypes#"'
    facts = "".join(
        lists.text("OtherInformation", each)
        for each in (
            lists.text("SchemeTerritory", "JP"),
            lists.text("TSLType", "urn:type"),
            f"<a:MimeType {more}>application/vnd.etsi.tsl+xml</a:MimeType>",
            lists.text("Unknown", "x"),
        )
    )
    pointer = (
        lists.text("ServiceDigitalIdentities", identity[start:end])
        + lists.text("TSLLocation", "https://lists.example/jp.xml")
        + lists.text("AdditionalInformation", facts)
    )
    pointers = lists.text("PointersToOtherTSL", lists.text("OtherTSLPointer", pointer))
    (found,) = verify_xml_list(
        lists.sign_xml(lists.document(PointersToOtherTSL=pointers)),
        signers=[operator().certificate],
        now=NOW,
        max_age=60 * DAY,
        seen=FIRST_LIST,
    ).listed.pointers
    assert found.location == "https://lists.example/jp.xml"
    assert found.certificates == (operator().certificate,)
    assert (found.territory, found.type) == ("JP", "urn:type")
    assert found.media_type == "application/vnd.etsi.tsl+xml"


def test_keys_that_krid_cannot_use_are_passed_over() -> None:
    key = rsa.generate_private_key(65537, 2048)
    foreign = certs.foreign(key)
    pointer = ListPointer(
        location="https://lists.example",
        certificates=(foreign, direct()),
        territory=None,
        type=None,
        media_type=None,
    )
    assert [pin.key for pin in pointer.key_trust().pins] == [direct().public_key]


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=6), st.integers(0, 100))
def test_the_state_that_holds_is_the_newest(days: list[int | None], day: int) -> None:
    states = [
        ServiceState(None, None, None if each is None else NOW + timedelta(days=each))
        for each in days
    ]
    service = TrustedService(provider="a", name="b", certificates=(), states=newest_first(states))
    begun = [each for each in days if each is not None and each <= day]
    state = service.state_at(NOW + timedelta(days=day))
    if begun:
        assert state == ServiceState(None, None, NOW + timedelta(days=max(begun)))
    else:
        assert state == (ServiceState(None, None, None) if None in days else None)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
_WHERE = [
    "LoTE",
    "ListAndSchemeInformation",
    "TrustedEntitiesList",
    "TrustedEntityServices",
    "ServiceInformation",
    "ServiceDigitalIdentity",
    "X509Certificates",
    "LoTESequenceNumber",
    "NextUpdate",
    "TEName",
]


@given(st.sampled_from(_WHERE), _JSON)
def test_any_json(name: str, value: object) -> None:
    payload = json.dumps(lote(entity_service(direct())))
    members = json.loads(
        payload, object_hook=lambda found: found | ({name: value} if name in found else {})
    )
    try:
        parse_list(json.dumps(members).encode())
    except KridError:
        return


@given(st.binary(max_size=40), st.integers(0, 4_000))
def test_any_xml(raw: bytes, at: int) -> None:
    pytest.importorskip("signxml", reason="trusted lists in XML need the extra `etsi`")
    honest = _signed_once()
    for changed in (raw, honest[:at] + raw + honest[at + len(raw) :]):
        try:
            verify_xml_list(
                changed,
                signers=[operator().certificate],
                now=NOW,
                max_age=60 * DAY,
                seen=FIRST_LIST,
            )
        except KridError:
            continue


_MADE: list[bytes] = []


def _signed_once() -> bytes:
    if not _MADE:
        _MADE.append(lists.sign_xml(lists.usual()))
    return _MADE[0]
