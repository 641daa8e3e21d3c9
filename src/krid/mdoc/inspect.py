"""Showing an mdoc to people as JSON-like values, without believing any of it."""

from collections.abc import Mapping

from krid._core import base64url, times
from krid.cose import Sign1
from krid.mdoc.model import (
    FORMAT,
    DeviceResponse,
    Document,
    Elements,
    IssuerSigned,
    MobileSecurityObject,
    ValidityInfo,
)
from krid.model import Inspection


def inspect(parsed: DeviceResponse | IssuerSigned) -> Inspection:
    """Show a credential, or a response under the type of its first document.

    Raises:
        MalformedError: `cose.header` or `x509.chain_length` when the certificates can't be read.
    """
    if isinstance(parsed, IssuerSigned):
        return _inspection(parsed.mso.doctype, _credential(parsed))
    types = [document.doctype for document in parsed.documents]
    return _inspection(next(iter(types), None), _response(parsed))


def _inspection(doctype: str | None, content: dict[str, object]) -> Inspection:
    return Inspection(format=FORMAT, type=doctype, content=content)


def _response(response: DeviceResponse) -> dict[str, object]:
    return {
        "version": response.version,
        "status": response.status,
        "documents": [_document(document) for document in response.documents],
        "document_errors": [dict(codes) for codes in response.document_errors],
    }


def _document(document: Document) -> dict[str, object]:
    auth = document.device_signed.auth
    kind = "signature" if isinstance(auth, Sign1) else "mac"
    return {
        "doctype": document.doctype,
        "issuer_signed": _credential(document.issuer_signed),
        "device_signed": {
            "elements": _elements(document.device_signed.elements),
            "auth": {"kind": kind, "alg": auth.alg.name},
        },
        "errors": _readable(document.errors),
    }


def _credential(credential: IssuerSigned) -> dict[str, object]:
    elements: dict[str, list[object]] = {}
    for namespace, item in credential.items():
        shown = {"element": item.identifier, "value": _readable(item.value)}
        elements.setdefault(namespace, []).append({"digest_id": item.digest_id, **shown})
    return {
        "namespaces": elements,
        "issuer_auth": {
            "alg": credential.issuer_auth.alg.jose,
            "x5chain": [_readable(der) for der in credential.issuer_auth.x5chain()],
        },
        "mso": _mso(credential.mso),
    }


def _mso(mso: MobileSecurityObject) -> dict[str, object]:
    key_info = mso.device_key_info
    status = mso.status
    return {
        "version": mso.version,
        "doctype": mso.doctype,
        "digest_alg": mso.digest_alg.wire,
        "digests": {namespace: len(digests) for namespace, digests in mso.value_digests.items()},
        "device_key": {"curve": key_info.key.curve.jose, "raw": _readable(key_info.key.raw)},
        "key_authorizations": {
            "namespaces": sorted(key_info.authorizations.namespaces),
            "elements": {
                namespace: sorted(names)
                for namespace, names in key_info.authorizations.elements.items()
            },
        },
        "validity": _validity(mso.validity),
        "status": None if status is None else {"uri": status.uri, "index": status.index},
    }


def _validity(validity: ValidityInfo) -> dict[str, object]:
    update = validity.expected_update
    return {
        "signed": times.to_rfc3339(validity.signed),
        "valid_from": times.to_rfc3339(validity.valid_from),
        "valid_until": times.to_rfc3339(validity.valid_until),
        "expected_update": None if update is None else times.to_rfc3339(update),
    }


def _elements(elements: Elements) -> dict[str, object]:
    return {namespace: _readable(members) for namespace, members in elements.items()}


def _readable(value: object) -> object:
    """Turn bytes into base64url and map keys into text, all the way down."""
    if isinstance(value, bytes):
        return base64url.encode(value)
    if isinstance(value, tuple):
        return [_readable(member) for member in value]
    if isinstance(value, Mapping):
        return {str(key): _readable(member) for key, member in value.items()}
    return value
