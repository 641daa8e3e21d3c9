"""The signature of a list in XML: enveloped, XAdES, over the whole list (TS 119 612, clause 5.7).

signxml computes; what it is asked to accept is decided here. The document has no DTD and no
entities and is UTF-8; it has one signature, a child of the root. Its references are one to the
whole document without the signature, one to the properties of the signature, and perhaps one to
its key. Certificates in the document only say which of the pinned ones signed. Whoever calls
reads the bytes that were signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, final

from krid._core import limits
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    TrustError,
    UnsupportedError,
)
from krid.trust.etsi.identity import decode
from krid.x509 import Certificate, rules

_DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
_PROPERTIES_TYPE: Final = "http://uri.etsi.org/01903#SignedProperties"
_ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

# Canonical forms without comments, so that a comment can't cut a text in two.
_CANONICAL: Final = frozenset(
    {
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    }
)
_DIGESTS: Final = frozenset({"SHA256", "SHA384", "SHA512"})
_METHODS: Final = frozenset(
    {
        *("RSA_SHA256", "RSA_SHA384", "RSA_SHA512"),
        *("ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512"),
        *("SHA256_RSA_MGF1", "SHA384_RSA_MGF1", "SHA512_RSA_MGF1"),
    }
)
_REFERENCES: Final = f"{_DS}SignedInfo/{_DS}Reference"
_KEY, _WHOLE, _PROPERTIES = "key", "list", "properties"
_DOCTYPE: Final = b"<!DOCTYPE"


@final
@dataclass(frozen=True, slots=True)
class SignedXml:
    """The root element of what was signed, and who signed it."""

    root: Any
    signer: Certificate


def verify(raw: bytes, *, signers: Sequence[Certificate], now: datetime) -> SignedXml:
    """Verify the one signature of a document, by one of some pinned certificates.

    Raises:
        TrustError: `list.signer`, with the reason as its detail; `list.coverage`.
        SignatureError: `list.signature`.
        MalformedError: `list.syntax`, `input.size`.
        UnsupportedError: `list.algorithm`.
        MisuseError: `misuse.extra` without the extra `etsi`.
    """
    document = parse_document(raw)
    signature = _only_signature(document)
    signer = _signer(signature, signers, now)
    _check_algorithms(signature)
    kinds = _check_references(document, signature)
    signed = _signed_elements(raw, signer, len(kinds), now)
    return SignedXml(signed[kinds.index(_WHOLE)], signer)


def parse_document(raw: bytes) -> Any:  # noqa: ANN401  an element of lxml
    """Parse XML that can do nothing: no DTD, no entities, nothing fetched, bounded.

    Raises:
        MalformedError: `list.syntax`, `input.size`.
        MisuseError: `misuse.extra`.
    """
    if len(raw) > limits.MAX_LIST_BYTES or raw.count(b"<") > limits.MAX_XML_MARKS:
        raise MalformedError(Code.INPUT_SIZE)
    etree = _lxml()
    try:
        raw.decode("utf-8")
        if _DOCTYPE in raw:
            raise MalformedError(Code.LIST_SYNTAX, "DTD")
        root = etree.fromstring(raw, parser=_parser())
    except (UnicodeDecodeError, ValueError, etree.LxmlError) as cause:
        raise MalformedError(Code.LIST_SYNTAX, "XML") from cause
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise MalformedError(Code.LIST_SYNTAX, "encoding")
    return root


def _lxml() -> Any:  # noqa: ANN401  a module
    try:
        import signxml  # noqa: F401  needed a little later
        from lxml import etree
    except ImportError as cause:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[etsi]'") from cause
    return etree


def _parser() -> Any:  # noqa: ANN401  a parser of lxml
    return _lxml().XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )


def _only_signature(document: Any) -> Any:  # noqa: ANN401
    found = list(document.iter(f"{_DS}Signature"))
    if len(found) != 1 or found[0].getparent() is not document:
        raise TrustError(Code.LIST_COVERAGE, "one signature, below the root")
    return found[0]


def _signer(signature: Any, signers: Sequence[Certificate], now: datetime) -> Certificate:  # noqa: ANN401
    """Find the pinned certificate that the signature shows, and check that it may be used."""
    shown = signature.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    ders = {decode(each.text or "") for each in shown}
    for signer in signers:
        if signer.der in ders:
            try:
                rules.check_own_strength(signer)
                rules.check_validity(signer, now)
            except KridError as cause:
                raise TrustError(Code.LIST_SIGNER, str(cause.code)) from cause
            return signer
    raise TrustError(Code.LIST_SIGNER)


def _check_algorithms(signature: Any) -> None:  # noqa: ANN401
    from signxml.algorithms import DigestAlgorithm, SignatureMethod

    methods = {each.value for each in SignatureMethod if each.name in _METHODS}
    digests = {each.value for each in DigestAlgorithm if each.name in _DIGESTS}
    info = f"{_DS}SignedInfo"
    for path, allowed in (
        (f"{info}/{_DS}CanonicalizationMethod", _CANONICAL),
        (f"{info}/{_DS}SignatureMethod", methods),
        (f"{info}/{_DS}Reference/{_DS}DigestMethod", digests),
    ):
        if {each.get("Algorithm") for each in signature.findall(path)} - allowed:
            raise UnsupportedError(Code.LIST_ALGORITHM)


def _check_references(document: Any, signature: Any) -> list[str]:  # noqa: ANN401
    """Return what the references are to: the document, the signature's properties, its key."""
    kinds: list[str] = []
    for reference in signature.findall(_REFERENCES):
        kind = _kind_of(reference, document, signature)
        transforms = _transforms(reference)
        if kind == _WHOLE and transforms[:1] != [_ENVELOPED]:
            raise TrustError(Code.LIST_COVERAGE, "transforms")
        canonical = transforms[1:] if kind == _WHOLE else transforms
        if len(canonical) > 1 or not _CANONICAL.issuperset(canonical):
            raise TrustError(Code.LIST_COVERAGE, "transforms")
        kinds.append(kind)
    if sorted(kinds) not in ([_WHOLE, _PROPERTIES], [_KEY, _WHOLE, _PROPERTIES]):
        raise TrustError(Code.LIST_COVERAGE, "references")
    return kinds


def _kind_of(reference: Any, document: Any, signature: Any) -> str:  # noqa: ANN401
    uri = reference.get("URI")
    key = signature.find(f"{_DS}KeyInfo")
    if reference.get("Type") == _PROPERTIES_TYPE:
        return _PROPERTIES
    if uri == "" or _names(uri, document):
        return _WHOLE
    if _names(uri, key):
        return _KEY
    raise TrustError(Code.LIST_COVERAGE, "references")


def _names(uri: str | None, element: Any) -> bool:  # noqa: ANN401
    """Tell whether a reference is to an element by its Id."""
    name = element.get("Id")
    return name is not None and uri == f"#{name}"


def _transforms(reference: Any) -> list[str]:  # noqa: ANN401
    path = f"{_DS}Transforms/{_DS}Transform"
    return [each.get("Algorithm", "") for each in reference.findall(path)]


def _signed_elements(raw: bytes, signer: Certificate, references: int, now: datetime) -> list[Any]:
    """Let signxml verify, and return what each reference covers, parsed from the signed bytes."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

    config = XAdESSignatureConfiguration(
        location="./",
        expect_references=references,
        signature_methods=frozenset(each for each in SignatureMethod if each.name in _METHODS),
        digest_algorithms=frozenset(each for each in DigestAlgorithm if each.name in _DIGESTS),
        verification_time=now,
    )
    try:
        results = XAdESVerifier().verify(
            raw, x509_cert=signer.native, expect_config=config, parser=_parser()
        )
    except (
        *(SignXMLException, InvalidSignature, UnsupportedAlgorithm, _lxml().LxmlError),
        *(ValueError, TypeError, AttributeError, LookupError, AssertionError, NotImplementedError),
    ) as cause:
        raise SignatureError(Code.LIST_SIGNATURE) from cause
    return [each.signed_xml for each in results]
