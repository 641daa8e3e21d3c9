"""An operator of trusted lists, and lists in its name with any content, in XML and in JSON."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from certs import Made, authority, common, leaf
from crls import Ca

from krid._core import base64url
from krid.keys import Alg, LocalKey
from krid.trust import KeyTrust
from krid.x509 import Certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TSL = "http://uri.etsi.org/02231/v2#"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
GRANTED, WITHDRAWN = f"{STATUS}granted", f"{STATUS}withdrawn"
CA_QC, OTHER = (
    "http://uri.etsi.org/TrstSvc/Svctype/CA/QC",
    "http://uri.etsi.org/TrstSvc/Svctype/TSA",
)
PID = "http://uri.etsi.org/19602/SvcType/PID/Issuance"
LOTE_TYPE = "http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList"


@dataclass(frozen=True)
class Operator:
    """Signs lists: a certificate of its own, and a key for JSON."""

    made: Made
    key: LocalKey

    @property
    def certificate(self) -> Certificate:
        """The certificate that signs XML."""
        return self.made.certificate


@cache
def operator() -> Operator:
    """Return the one operator of most tests."""
    return Operator(authority(common("Sample operator")), LocalKey.generate(Alg.ES256))


@cache
def issuing() -> Ca:
    """Return a CA that a service of the list is identified by."""
    return Ca.make("Sample service CA")


@cache
def direct() -> Certificate:
    """Return a signer's certificate that a service is identified by."""
    return leaf(authority(common("unlisted")), common("Listed signer"))


def text(name: str, content: str) -> str:
    """Write an element."""
    return f"<{name}>{content}</{name}>"


def names(name: str, *languages: str) -> str:
    """Write names in some languages."""
    rows = "".join(f'<Name xml:lang="{each}">{name} in {each}</Name>' for each in languages)
    return text(name, rows)


def state(
    kind: str = CA_QC,
    status: str = GRANTED,
    since: str = "2020-01-01T00:00:00Z",
    *certificates: Certificate,
    body: str = "",
) -> str:
    """Write what a service is or was."""
    ids = "".join(
        text("DigitalId", text("X509Certificate", b64encode(each.der).decode()))
        for each in certificates
    )
    return (
        text("ServiceTypeIdentifier", kind)
        + names("ServiceName", "ko", "en")
        + text("ServiceDigitalIdentity", ids + body)
        + text("ServiceStatus", status)
        + text("StatusStartingTime", since)
    )


def service(now: str, *before: str) -> str:
    """Write a service with its history."""
    history = "".join(text("ServiceHistoryInstance", each) for each in before)
    return text(
        "TSPService",
        text("ServiceInformation", now) + (text("ServiceHistory", history) if before else ""),
    )


def document(*services: str, **changes: str) -> str:
    """Write an unsigned list in XML."""
    scheme = {
        "TSLVersionIdentifier": text("TSLVersionIdentifier", "6"),
        "TSLSequenceNumber": text("TSLSequenceNumber", "12"),
        "TSLType": text("TSLType", "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"),
        "SchemeOperatorName": names("SchemeOperatorName", "ko"),
        "SchemeTerritory": text("SchemeTerritory", "KR"),
        "ListIssueDateTime": text("ListIssueDateTime", "2026-05-31T00:00:00Z"),
        "NextUpdate": text("NextUpdate", text("dateTime", "2026-06-30T00:00:00Z")),
        **changes,
    }
    provider = text(
        "TrustServiceProvider",
        text("TSPInformation", names("TSPName", "en")) + text("TSPServices", "".join(services)),
    )
    return (
        f'<TrustServiceStatusList xmlns="{TSL}" Id="list" TSLTag="http://uri.etsi.org/19612/TSLTag">'
        + text("SchemeInformation", "".join(scheme.values()))
        + text("TrustServiceProviderList", provider)
        + "</TrustServiceStatusList>"
    )


def usual() -> str:
    """Write the list of most tests: a CA, a signer, one withdrawn, and one of another type."""
    return document(
        service(state(CA_QC, GRANTED, "2020-01-01T00:00:00Z", issuing().certificate)),
        service(state(CA_QC, GRANTED, "2020-01-01T00:00:00Z", direct())),
    )


def sign_xml(
    raw: str,
    *,
    by: Made | None = None,
    method: str = "ecdsa-sha256",
    digest: str = "sha256",
    canonical: str = "http://www.w3.org/2006/12/xml-c14n11",
    reference: str | None = None,
) -> bytes:
    """Sign a list in XML, enveloped, with XAdES."""
    from lxml import etree
    from signxml.algorithms import CanonicalizationMethod
    from signxml.xades.xades import XAdESSigner

    signer = XAdESSigner(
        signature_algorithm=method,
        digest_algorithm=digest,
        c14n_algorithm=CanonicalizationMethod(canonical),
    )
    own = by or operator().made
    signed = signer.sign(
        etree.fromstring(raw.encode()),
        key=own.key,
        cert=own.certificate.to_pem().decode(),
        always_add_key_value=False,
        reference_uri=reference,
    )
    written: bytes = etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
    return written


def lote(*services: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Write the payload of a list in JSON; a change of None leaves a member out."""
    scheme: dict[str, Any] = {
        "LoTEVersionIdentifier": 1,
        "LoTESequenceNumber": 12,
        "LoTEType": LOTE_TYPE,
        "SchemeOperatorName": [{"lang": "ko", "value": "Sample operator"}],
        "SchemeTerritory": "KR",
        "ListIssueDateTime": "2026-05-31T00:00:00Z",
        "NextUpdate": "2026-06-30T00:00:00Z",
        **changes,
    }
    entity = {
        "TrustedEntityInformation": {"TEName": [{"lang": "en", "value": "Sample office"}]},
        "TrustedEntityServices": list(services),
    }
    return {
        "LoTE": {
            "ListAndSchemeInformation": {k: v for k, v in scheme.items() if v is not None},
            "TrustedEntitiesList": [entity],
        }
    }


def entity_service(
    *certificates: Certificate,
    kind: str | None = PID,
    history: Sequence[Mapping[str, Any]] = (),
    **changes: Any,
) -> dict[str, Any]:
    """Write a service of a list in JSON."""
    information: dict[str, Any] = {
        "ServiceName": [{"lang": "en", "value": "Sample service"}],
        "ServiceTypeIdentifier": kind,
        "ServiceDigitalIdentity": {
            "X509Certificates": [{"val": b64encode(each.der).decode()} for each in certificates]
        },
        **changes,
    }
    past = {"ServiceHistory": list(history)} if history else {}
    return {
        "ServiceInformation": {k: v for k, v in information.items() if v is not None},
        **past,
    }


def sign_json(
    payload: Mapping[str, Any], header: Mapping[str, Any] | None = None, key: LocalKey | None = None
) -> str:
    """Sign a list in JSON; the header may say anything."""
    own = key or operator().key
    protected = {"alg": "ES256", "kid": "1"} if header is None else {"alg": "ES256", **header}
    start = f"{base64url.encode(json.dumps(protected).encode())}.{base64url.encode(json.dumps(payload).encode())}"
    return f"{start}.{base64url.encode(own.sign(start.encode()))}"


def pinned() -> KeyTrust:
    """Trust in the operator's key for JSON."""
    return KeyTrust.of(operator().key.public_key, issuer="Sample operator")
