"""From a link to a request whose sender is known, fetching the request where it lies elsewhere."""

from typing import Final, assert_never

from krid._core import base64url, limits, strict_json
from krid.errors import Code, MalformedError, TransportError, TrustError, UnsupportedError
from krid.exchange import AuthenticatedRequest, ResponseKey
from krid.jose import Jwe
from krid.keys import Curve, LocalKey, jwk
from krid.net import Flow, Request, Response
from krid.openid.oauth.http import FORM, encode_form
from krid.openid.vp.addresses import host_of
from krid.openid.vp.client_id import ClientId, Prefix
from krid.openid.vp.link import (
    RequestMethod,
    RequestParameters,
    RequestReference,
    RequestValue,
    read_link,
)
from krid.openid.vp.request_object import open_request, open_unsigned
from krid.openid.vp.wallet.setup import WalletSetup

REQUEST_TYPE: Final = "application/oauth-authz-req+jwt"
_NONCE_BYTES: Final = 32
_JWE_DOTS: Final = 4


def read_request(setup: WalletSetup, link: str) -> Flow[AuthenticatedRequest]:
    """Read the link that the wallet was opened with, and prove who asks.

    Whether a verifier may be asked for its request at all is for the transport: it goes to no
    private address, and an answer has a cap. Redirects are not followed (section 14.8). Where the
    name is a host, the request must lie there.

    Raises:
        MalformedError: `request.syntax`, and what `open_request` raises.
        UnsupportedError: `request.unsigned`, `request.profile`, `request.prefix`.
        TrustError: nobody trusted stands behind the verifier.
        RequestRefusedError: the sender is known and its request is refused; tell it with `refuse`.
        TransportError: the request could not be had, `net.size` when it is too large.
    """
    match read_link(link):
        case RequestReference() as reference:
            return (yield from _fetched(setup, reference))
        case RequestValue(client_id, text):
            if setup.policy.reference_required:
                raise UnsupportedError(Code.REQUEST_PROFILE, "request")
            return open_request(text, setup.terms(client_id=client_id))
        case RequestParameters(members):
            return open_unsigned(members, setup.terms())
        case _ as never:
            assert_never(never)


def _fetched(setup: WalletSetup, reference: RequestReference) -> Flow[AuthenticatedRequest]:
    client = ClientId.parse(reference.client_id)
    if client.prefix not in setup.policy.prefixes:
        raise UnsupportedError(Code.REQUEST_PREFIX, client.prefix.value)
    _check_place(client, reference)
    nonce, key = None, None
    if reference.method is RequestMethod.POST:
        nonce = base64url.encode(setup.entropy(_NONCE_BYTES))
        key = LocalKey.generate_on(Curve.P256) if setup.seals_requests else None
    response = yield _request(setup, reference, nonce, key)
    text = _opened(_text(response), key)
    return open_request(text, setup.terms(client_id=client.text, wallet_nonce=nonce))


def _opened(text: str, key: LocalKey | None) -> str:
    """Open a request that had to be sealed for the wallet (section 5.10)."""
    if key is None:
        return text
    if text.count(".") != _JWE_DOTS:
        raise UnsupportedError(Code.REQUEST_ENCRYPTION)
    return Jwe.parse(text).decrypt(key).decode("ascii", "replace")


def _check_place(client: ClientId, reference: RequestReference) -> None:
    """Check that a request lies with the verifier, where its name says where (section 15.7.2)."""
    if client.prefix is Prefix.X509_SAN_DNS and host_of(reference.address) != client.name.lower():
        raise TrustError(Code.REQUEST_ADDRESS)


def _request(
    setup: WalletSetup, reference: RequestReference, nonce: str | None, key: LocalKey | None
) -> Request:
    headers = {"Accept": REQUEST_TYPE}
    if nonce is None:
        return Request(
            reference.address,
            headers=headers,
            max_bytes=limits.MAX_VP_REQUEST_BYTES,
            max_redirects=0,
        )
    sealing = None
    if key is not None:
        sealing = ResponseKey(key.public_key, jwk.key_id(key.public_key), setup.policy.encs)
    metadata = strict_json.dumps(setup.metadata(sealing)).decode("utf-8")
    return Request(
        reference.address,
        "POST",
        headers | {"Content-Type": FORM},
        encode_form({"wallet_metadata": metadata, "wallet_nonce": nonce}),
        limits.MAX_VP_REQUEST_BYTES,
        max_redirects=0,
    )


def _text(response: Response) -> str:
    """Take a request object out of an answer (section 5.10.1)."""
    if response.status != 200:
        raise TransportError(Code.NET_STATUS, str(response.status))
    if len(response.body) > limits.MAX_VP_REQUEST_BYTES:
        raise TransportError(Code.NET_SIZE)
    if response.media_type != REQUEST_TYPE:
        raise MalformedError(Code.REQUEST_SYNTAX, "media type")
    return response.body.decode("ascii", "replace")
