"""Messages that go through the Digital Credentials API (appendix A)."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum, unique
from typing import Final

from krid._core import base64url, limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.exchange import AuthenticatedRequest, PresentationRequest, PresentationResponse
from krid.jose import Jws
from krid.openid.oauth.refusal import OauthError
from krid.openid.vp.refusal import RequestRefusedError
from krid.openid.vp.request_object import Terms, open_request, open_signed, open_unsigned_page
from krid.openid.vp.response import response_members, seal
from krid.openid.vp.senders import REQUEST_TYP

_CODE: Final = Code.REQUEST_SYNTAX
_IN_HEADERS: Final = frozenset({"client_id", "verifier_info", "trust_chain"})
"""Parameters that belong to one signature of several (appendix A.3.2.2)."""


@unique
class PageProtocol(StrEnum):
    """How a request through the API is signed, by the name of its protocol (appendix A.1)."""

    UNSIGNED = "openid4vp-v1-unsigned"
    SIGNED = "openid4vp-v1-signed"
    MULTISIGNED = "openid4vp-v1-multisigned"


def open_page_request(
    protocol: str, data: Mapping[str, object], terms: Terms
) -> AuthenticatedRequest:
    """Read a request that the platform hands over, and prove who asks as far as it says.

    Of several signatures the first counts whose sender is trusted; all stand over one payload.

    Raises:
        MalformedError: `request.method` for another protocol, `request.syntax`, and the `jws.*`
            codes.
        KridError: as `open_request` and `open_unsigned_page`.
    """
    try:
        kind = PageProtocol(protocol)
    except ValueError as cause:
        raise MalformedError(Code.REQUEST_METHOD) from cause
    if kind is PageProtocol.UNSIGNED:
        return open_unsigned_page(data, terms)
    if kind is PageProtocol.SIGNED:
        return open_request(shape.text(data.get("request"), _CODE), terms)
    return _open_multisigned(data, terms)


def page_answer(request: PresentationRequest, response: PresentationResponse) -> JsonObject:
    """Write an answer as the object to hand to the platform (appendix A.4).

    Raises:
        MisuseError: `misuse.option` for a request that came another way.
    """
    if not request.delivery.mode.is_dc_api:
        raise MisuseError(Code.MISUSE_OPTION, "a request that came another way")
    members = response_members(response, request)
    return {"response": seal(members, request)} if request.delivery.mode.is_sealed else members


def page_refusal(error: OauthError) -> JsonObject:
    """Write a refusal as the object to hand to the platform.

    A person should have seen the request before (section 15.9.2): to be asked at all may tell
    what the wallet holds. Most wallets rather end the flow without a word.
    """
    return {"error": error.value}


def multisigned(payload: bytes, signatures: Sequence[tuple[str, str]]) -> JsonObject:
    """Write a request with several signatures: pairs of protected header and signature."""
    return {
        "payload": base64url.encode(payload),
        "signatures": [
            {"protected": protected, "signature": signature} for protected, signature in signatures
        ],
    }


def _open_multisigned(data: Mapping[str, object], terms: Terms) -> AuthenticatedRequest:
    """Try the signatures in order; the example of the text has no `request` around them.

    When all are refused, the refusal of a sender that is known counts most, else the first one.
    """
    whole = shape.mapping(data.get("request", data), _CODE)
    refusals: list[KridError] = []
    for signed in _each_signed(whole):
        try:
            return _open_one(signed, terms)
        except MisuseError:
            raise
        except KridError as cause:
            refusals.append(cause)
    raise max(refusals, key=lambda each: isinstance(each, RequestRefusedError))


def _each_signed(whole: Mapping[str, object]) -> Iterator[Jws]:
    payload = shape.text(whole.get("payload"), _CODE)
    signatures = shape.sequence(whole.get("signatures"), _CODE)
    if not 0 < len(signatures) <= limits.MAX_VP_SIGNATURES:
        raise MalformedError(_CODE, "signatures")
    if len(payload) > limits.MAX_VP_REQUEST_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    for each in signatures:
        members = shape.mapping(each, _CODE)
        if "header" in members:
            raise MalformedError(_CODE, "an unprotected header")
        protected = shape.text(members.get("protected"), _CODE)
        signature = shape.text(members.get("signature"), _CODE)
        if "." in f"{protected}{payload}{signature}":
            raise MalformedError(_CODE)
        yield Jws.parse(f"{protected}.{payload}.{signature}")


def _open_one(signed: Jws, terms: Terms) -> AuthenticatedRequest:
    signed.check_typ(REQUEST_TYP, refusal=_CODE)
    claims: Mapping[str, Json] = signed.claims()
    if not _IN_HEADERS.isdisjoint(claims):
        raise MalformedError(_CODE, "a parameter of one signature in the payload")
    members: dict[str, object] = dict(claims)
    if "verifier_info" in signed.header:
        members["verifier_info"] = signed.header["verifier_info"]
    return open_signed(signed, members, signed.header.get("client_id"), terms)


def read_page_data(raw: bytes) -> Mapping[str, Json]:
    """Read the JSON that a page or a platform hands over.

    Raises:
        MalformedError: a `json.*` code.
    """
    return strict_json.loads_object(raw, max_bytes=limits.MAX_VP_RESPONSE_BYTES)
