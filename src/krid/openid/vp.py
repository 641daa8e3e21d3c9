"""Presentation requests and answers of OpenID4VP 1.0: signed by the verifier, read by the wallet.

A request is a signed request object (RFC 9101) with the client identifier prefix `x509_san_dns`
or `x509_hash` (section 5.9.3). Other prefixes are refused; so are unsigned requests, always.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from krid import query
from krid._core import base64url, limits, shape, strict_json, times
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    TrustError,
    UnsupportedError,
    ValidityError,
)
from krid.exchange import AuthenticatedRequest, PresentationRequest, PresentationResponse
from krid.jose import jws
from krid.keys import Prepared, Signer
from krid.model import IssuerHint, IssuerKeys
from krid.openid import verifier_info
from krid.openid.wire import check_serialisation, presentation_from_wire, presentation_to_wire

REQUEST_TYP = "oauth-authz-req+jwt"
_AUDIENCE = "https://self-issued.me/v2"
_SAN_DNS = "x509_san_dns:"
_HASH = "x509_hash:"


def prepare_request(
    request: PresentationRequest, *, signer: Signer, certificates: Sequence[bytes], now: datetime
) -> Prepared[str]:
    """Make a signed request object but for its signature (sections 5 and 8).

    `certificates` are DER, the signer's first, without the anchor. The purpose travels in the
    member `purpose`, which is krid's own: OpenID4VP 1.0 has none for it. The attestations travel
    in `verifier_info` (section 5.1).
    """
    header: strict_json.JsonObject = {
        "typ": REQUEST_TYP,
        "x5c": [b64encode(der).decode("ascii") for der in certificates],
    }
    claims: strict_json.JsonObject = {
        "aud": _AUDIENCE,
        "client_id": request.client_id,
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": request.response_uri,
        "nonce": request.nonce,
        "state": request.state,
        "dcql_query": query.encode_dcql(request.query),
        "purpose": request.purpose,
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(request.expires),
    }
    if request.attestations:
        claims["verifier_info"] = verifier_info.encode(request.attestations)
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


def read_request(text: str, *, trust: IssuerKeys, now: datetime) -> AuthenticatedRequest:
    """Read a signed request object and prove who sent it.

    `trust` says which verifiers, or whose certificates, the holder's side believes.

    Raises:
        MalformedError: `request.syntax`, the `jws.*` and the `query.*` codes.
        UnsupportedError: `request.client` for other client identifier prefixes.
        TrustError: nobody trusted stands behind the verifier, or `request.client` when its name
            does not fit its certificate or its `response_uri`.
        SignatureError: `request.signature`.
        ValidityError: `request.expired`.
    """
    signed = jws.Jws.parse(text)
    signed.check_typ(REQUEST_TYP, refusal=Code.REQUEST_SYNTAX)
    claims = signed.claims()
    client_id = shape.text(claims.get("client_id"), Code.REQUEST_SYNTAX)
    hint = IssuerHint(
        format=REQUEST_TYP, type=client_id, alg=signed.alg, certificates=signed.certificates()
    )
    trusted = trust.find(hint, now=now)
    signed.verify(trusted.key, refusal=Code.REQUEST_SIGNATURE)
    request = _read_claims(claims, client_id)
    _check_client(client_id, request.response_uri, hint.certificates)
    if request.expires <= now:
        raise ValidityError(Code.REQUEST_EXPIRED)
    return AuthenticatedRequest(
        request=request,
        verifier=client_id.partition(":")[2],
        path=trusted.path,
        names=verifier_info.proved_names(hint.certificates[0]),
    )


def encode_response(response: PresentationResponse, request: PresentationRequest) -> dict[str, str]:
    """Write an answer as the form that `direct_post` sends (section 8.2)."""
    formats = {each.id: each.format for each in request.query.credentials}
    token: strict_json.JsonObject = {
        query_id: [presentation_to_wire(raw, formats[query_id])]
        for query_id, raw in response.presentations.items()
    }
    return {"vp_token": strict_json.dumps(token).decode("utf-8"), "state": response.state}


def read_response(form: Mapping[str, str]) -> PresentationResponse:
    """Read the form of an answer; nothing in it is verified.

    Raises:
        MalformedError: `response.syntax`.
        UnsupportedError: `response.serialisation` for an SD-JWT in JSON serialisation.
    """
    try:
        token = strict_json.loads_object(form.get("vp_token", "").encode("utf-8"))
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.RESPONSE_SYNTAX) from cause
    if len(token) > limits.MAX_QUERY_CREDENTIALS:
        raise MalformedError(Code.RESPONSE_SYNTAX)
    presentations = {query_id: _one_presentation(each) for query_id, each in token.items()}
    return PresentationResponse(form.get("state", ""), presentations)


def _one_presentation(value: object) -> bytes:
    check_serialisation(value)
    presentations = shape.texts(value, Code.RESPONSE_SYNTAX)
    if len(presentations) != 1:
        raise MalformedError(Code.RESPONSE_SYNTAX)
    return presentation_from_wire(presentations[0])


def _read_claims(claims: Mapping[str, strict_json.Json], client_id: str) -> PresentationRequest:
    fixed = {"response_type": "vp_token", "response_mode": "direct_post", "aud": _AUDIENCE}
    if any(claims.get(name) != value for name, value in fixed.items()):
        raise MalformedError(Code.REQUEST_SYNTAX)
    if {"redirect_uri", "transaction_data"} & claims.keys():
        raise UnsupportedError(Code.REQUEST_SYNTAX)
    asked = query.parse_dcql(claims.get("dcql_query"))
    return PresentationRequest(
        client_id=client_id,
        nonce=_required(claims, "nonce"),
        state=_required(claims, "state"),
        response_uri=_required(claims, "response_uri"),
        query=asked,
        purpose=shape.text(claims.get("purpose", ""), Code.REQUEST_SYNTAX),
        expires=times.from_numeric_date(claims.get("exp")),
        attestations=verifier_info.parse(claims.get("verifier_info"), asked),
    )


def _required(claims: Mapping[str, strict_json.Json], name: str) -> str:
    value = shape.text(claims.get(name), Code.REQUEST_SYNTAX)
    if not value:
        raise MalformedError(Code.REQUEST_SYNTAX, name)
    return value


def _check_client(client_id: str, response_uri: str, certificates: tuple[bytes, ...]) -> None:
    """Check that the name belongs to the certificate that signed (section 5.9.3)."""
    if not certificates:
        raise TrustError(Code.REQUEST_CLIENT)
    if client_id.startswith(_SAN_DNS):
        _check_san_dns(client_id.removeprefix(_SAN_DNS), response_uri, certificates[0])
    elif client_id.startswith(_HASH):
        digest = base64url.encode(hashlib.sha256(certificates[0]).digest())
        if digest != client_id.removeprefix(_HASH):
            raise TrustError(Code.REQUEST_CLIENT)
    else:
        raise UnsupportedError(Code.REQUEST_CLIENT)


def _check_san_dns(name: str, response_uri: str, leaf: bytes) -> None:
    from krid.x509 import Certificate

    try:
        host = urlsplit(response_uri).hostname
    except ValueError as cause:
        raise MalformedError(Code.REQUEST_SYNTAX) from cause
    if name not in Certificate.parse(leaf).dns_names or host != name:
        raise TrustError(Code.REQUEST_CLIENT)


__all__ = [
    "REQUEST_TYP",
    "encode_response",
    "prepare_request",
    "read_request",
    "read_response",
]
