"""Signing XML by hand, in the form of European lists, and in forms that nobody should sign in."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from certs import Made
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
ENVELOPED = f"{DS}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA256_URI = "http://www.w3.org/2001/04/xmlenc#sha256"
PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"


@dataclass(frozen=True)
class Reference:
    """What is to be signed."""

    uri: str = ""
    transforms: Sequence[str] = (ENVELOPED, EXCLUSIVE)
    type: str | None = None
    digest: str = SHA256_URI


WHOLE = Reference()
PROPERTIES = Reference("#properties", (EXCLUSIVE,), PROPERTIES_TYPE)
KEY = Reference("#key", (EXCLUSIVE,))


def sign(
    raw: str,
    by: Made,
    references: Sequence[Reference] = (WHOLE, PROPERTIES),
    *,
    method: str = ECDSA_SHA256,
    canonical: str = EXCLUSIVE,
    shown: Made | None = None,
    below: str = ".",
) -> bytes:
    """Sign a document; every word of the signature may be another than it should be."""
    document = etree.fromstring(raw.encode())
    bare = deepcopy(document)
    certificate = (shown or by).certificate
    signature = etree.fromstring(_template(references, method, canonical, certificate.der).encode())
    document.find(below).append(signature)
    rows = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    for row, reference in zip(rows, references, strict=True):
        target = bare if ENVELOPED in reference.transforms else _target(document, reference.uri)
        digest = hashlib.sha256(_canonical(target)).digest()
        row.find(f"{{{DS}}}DigestValue").text = b64encode(digest).decode()
    der = by.key.sign(_canonical(signature.find(f"{{{DS}}}SignedInfo")), ec.ECDSA(SHA256()))
    pair = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))
    signature.find(f"{{{DS}}}SignatureValue").text = b64encode(pair).decode()
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    return written


def _canonical(element: Any) -> bytes:
    written: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return written


def _target(document: Any, uri: str) -> Any:
    found = document.xpath("//*[@Id=$name]", name=uri.removeprefix("#"))
    return found[0] if found else document


def _template(references: Sequence[Reference], method: str, canonical: str, der: bytes) -> str:
    rows = "".join(_reference(each) for each in references)
    digest = b64encode(hashlib.sha256(der).digest()).decode()
    return f"""<ds:Signature xmlns:ds="{DS}" xmlns:xades="{XADES}" Id="signature"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="{canonical}"/><ds:SignatureMethod Algorithm="{method}"/>
{rows}</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo Id="key"><ds:X509Data><ds:X509Certificate>
{b64encode(der).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object>
<xades:QualifyingProperties Target="#signature"><xades:SignedProperties Id="properties">
<xades:SignedSignatureProperties><xades:SigningTime>2026-05-31T00:00:00Z</xades:SigningTime>
<xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod
Algorithm="{SHA256_URI}"/><ds:DigestValue>{digest}</ds:DigestValue></xades:CertDigest></xades:Cert>
</xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties>
</xades:QualifyingProperties></ds:Object></ds:Signature>"""


def _reference(reference: Reference) -> str:
    kind = "" if reference.type is None else f' Type="{reference.type}"'
    transforms = "".join(f'<ds:Transform Algorithm="{each}"/>' for each in reference.transforms)
    wrapped = f"<ds:Transforms>{transforms}</ds:Transforms>" if transforms else ""
    return f"""<ds:Reference URI="{reference.uri}"{kind}>{wrapped}<ds:DigestMethod
Algorithm="{reference.digest}"/><ds:DigestValue/></ds:Reference>"""
