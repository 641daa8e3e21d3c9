"""Asking through the browser's Digital Credentials API, and answers that a page brings itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never, final

from krid._core import strict_json
from krid._core.redact import same
from krid._core.strict_json import Json, JsonObject
from krid.errors import BindingError, Code, MisuseError
from krid.exchange import PresentationRequest, PresentationResponse, ResponseMode
from krid.jose import jws
from krid.keys import Signer
from krid.openid.oauth.certificates import x5c
from krid.openid.oauth.store import Kind, new_secret
from krid.openid.vp import dc_api, parameters, verifier_info
from krid.openid.vp.addresses import check_origin
from krid.openid.vp.dc_api import PageProtocol
from krid.openid.vp.link import read_fragment
from krid.openid.vp.parameters import SELF_ISSUED
from krid.openid.vp.request_object import prepare_request, signed_claims
from krid.openid.vp.response import (
    Incoming,
    Refusal,
    SealedResponse,
    read_form,
    read_incoming,
)
from krid.openid.vp.senders import REQUEST_TYP
from krid.openid.vp.server import checking
from krid.openid.vp.server.begin import Wish, fresh_request, keep
from krid.openid.vp.server.outcome import Completed, Declined
from krid.openid.vp.server.records import Journey, Pending
from krid.openid.vp.server.setup import Identity, VerifierSetup


@final
@dataclass(frozen=True, slots=True)
class BegunPage:
    """A request for a page's script to hand to `navigator.credentials.get`, as it is.

    `secret` is for the browser session alone, as in `Begun`.
    """

    argument: JsonObject = field(repr=False)
    secret: str = field(repr=False)
    expires: datetime


def begin_page(
    setup: VerifierSetup,
    wish: Wish,
    *,
    origin: str,
    mode: ResponseMode,
    protocols: Sequence[PageProtocol],
) -> BegunPage:
    """Open a session for one page, and return the request in one or several protocols.

    Raises:
        MisuseError: `misuse.option` for what the policy does not take, and as `begin`.
        MalformedError: `request.origin`.
        StoreError: what the store raises.
    """
    _check_page(setup, mode, protocols)
    secret = new_secret(setup.entropy)
    request, key = fresh_request(
        setup, wish, state=new_secret(setup.entropy), mode=mode, origin=check_origin(origin)
    )
    place = setup.browser(secret)
    keep(setup, place, Pending.begun(request, Journey.SAME_DEVICE, place, key))
    requests: list[Json] = [
        {"protocol": each.value, "data": _data(setup, request, each)} for each in protocols
    ]
    argument: JsonObject = {"mediation": "required", "digital": {"requests": requests}}
    return BegunPage(argument, secret, request.expires)


def complete_page(
    setup: VerifierSetup, secret: str, data: Mapping[str, Json]
) -> Completed | Declined:
    """Verify what a page got of `navigator.credentials.get`: its member `data`, as it came.

    The request is gone whatever comes out. `secret` is the one of this very browser session.

    Raises:
        BindingError: `session.unknown`.
        KridError: `response.*`, and the code of whatever is wrong with the answer.
    """
    return _complete(setup, secret, read_incoming(data))


def complete_fragment(setup: VerifierSetup, secret: str, fragment: str) -> Completed | Declined:
    """Verify an answer that the wallet put into the fragment of the page's address.

    The page's script sends the fragment, without its number sign, in the browser's own session.

    Raises:
        BindingError: `session.unknown`, `response.state`.
        KridError: as `complete_page`.
    """
    incoming = read_form({name: each for name, each in read_fragment(fragment).items() if each})
    return _complete(setup, secret, incoming)


def _complete(setup: VerifierSetup, secret: str, incoming: Incoming) -> Completed | Declined:
    key, now = setup.browser(secret), setup.now
    record = setup.store.take(Kind.PRESENTATION, key, now=now)
    if record is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    setup.store.take(Kind.WAITING, key, now=now)
    pending = Pending.decode(record, setup)
    found = checking.opened(setup, incoming, pending)
    match found:
        case Refusal(error):
            return Declined(error)
        case PresentationResponse(state, presentations):
            _check_state(pending.request, state)
            answered = PresentationResponse(pending.request.state, presentations)
            return Completed(checking.verify(setup, pending.request, answered, arrived=now))
        case SealedResponse():
            raise BindingError(Code.RESPONSE_ENCRYPTION)
        case _ as never:
            assert_never(never)


def _check_state(request: PresentationRequest, state: str) -> None:
    """Through the Digital Credentials API there is none; what stands there means nothing (A.2)."""
    given = state.encode("utf-8", "surrogatepass")
    if request.origin is None and not same(given, request.state.encode("ascii")):
        raise BindingError(Code.RESPONSE_STATE)


def _check_page(
    setup: VerifierSetup, mode: ResponseMode, protocols: Sequence[PageProtocol]
) -> None:
    signs = setup.identity.signer is not None
    wrong = {
        "mode": not mode.is_dc_api or mode not in setup.policy.modes,
        "protocols": not protocols or len(set(protocols)) != len(protocols),
        "unsigned": PageProtocol.UNSIGNED in protocols and setup.policy.dc_api_signed_required,
        "signer": not signs and any(each is not PageProtocol.UNSIGNED for each in protocols),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise MisuseError(Code.MISUSE_OPTION, name)


def _data(setup: VerifierSetup, request: PresentationRequest, protocol: PageProtocol) -> JsonObject:
    signer = setup.identity.signer
    if signer is None:
        return parameters.encode(request, algs=setup.profile.algs)
    match protocol:
        case PageProtocol.UNSIGNED:
            return parameters.encode(request, algs=setup.profile.algs)
        case PageProtocol.SIGNED:
            return {"request": _signed(setup, request, signer)}
        case PageProtocol.MULTISIGNED:
            return {"request": _multisigned(setup, request)}
        case _ as never:
            assert_never(never)


def _signed(setup: VerifierSetup, request: PresentationRequest, signer: Signer) -> str:
    identity = setup.identity
    return prepare_request(
        request,
        signer=signer,
        now=setup.now,
        certificates=identity.certificates,
        key_id=identity.key_id,
        attestation=identity.attestation,
        trust_chain=identity.trust_chain,
        algs=setup.profile.algs,
    ).sign_with(signer)


def _multisigned(setup: VerifierSetup, request: PresentationRequest) -> JsonObject:
    """Sign one payload by each identity; what belongs to one stands in its header (A.3.2.2)."""
    claims = signed_claims(request, now=setup.now, audience=SELF_ISSUED, algs=setup.profile.algs)
    claims.pop("verifier_info", None)
    payload = strict_json.dumps(claims)
    texts = [
        _signature(identity, identity.signer, payload)
        for identity in (setup.identity, *setup.others)
        if identity.signer is not None
    ]
    return dc_api.multisigned(payload, texts)


def _signature(identity: Identity, signer: Signer, payload: bytes) -> tuple[str, str]:
    header: JsonObject = {
        "typ": REQUEST_TYP,
        "client_id": identity.client_id,
        **x5c(identity.certificates),
    }
    header |= {} if identity.key_id is None else {"kid": identity.key_id}
    header |= {} if identity.attestation is None else {"jwt": identity.attestation}
    header |= {"trust_chain": list(identity.trust_chain)} if identity.trust_chain else {}
    if identity.attestations:
        header["verifier_info"] = verifier_info.encode(identity.attestations)
    protected, _, signature = jws.sign(header, payload, signer).split(".")
    return protected, signature
