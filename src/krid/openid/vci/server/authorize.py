"""The authorization endpoint and pushed requests (section 5; RFC 6749 4.1, RFC 9126, RFC 9207)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from krid.errors import Code
from krid.openid.oauth.http import Call, Reply, with_query
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing
from krid.openid.oauth.store import Kind, fingerprint, new_secret
from krid.openid.vci.authorization_request import AuthorizationRequest, PushedResponse
from krid.openid.vci.offer import GrantType
from krid.openid.vci.server.guard import Caller, burn, identify
from krid.openid.vci.server.ports import Interaction
from krid.openid.vci.server.records import Asked, Grant, OfferContext
from krid.openid.vci.server.setup import IssuerSetup
from krid.openid.vci.server.wishes import configurations_of

AUTHORIZE: Final = "authorize"
PUSH: Final = "par"
_URN: Final = "urn:ietf:params:oauth:request_uri:"


def push(setup: IssuerSetup, call: Call) -> Reply:
    """Take an authorization request from the wallet itself (RFC 9126, section 2).

    Raises:
        RefusalError: the errors of `identify`, and of an authorization request.
    """
    with refusing(OauthError.INVALID_REQUEST):
        form = call.form()
    caller = identify(setup, call, form, PUSH)
    request = _checked(setup, form)
    asked = Asked(_bound(request, caller), caller.instance)
    burn(setup, caller.proof)
    name, now = new_secret(setup.entropy), setup.now
    setup.store.put(
        Kind.PUSHED,
        fingerprint(name),
        asked.encode(),
        expires=now + setup.lifetimes.pushed,
        now=now,
    )
    response = PushedResponse(f"{_URN}{name}", setup.lifetimes.pushed)
    return Reply.of_json(response.to_members(), status=201)


def authorize(setup: IssuerSetup, call: Call) -> Reply:
    """Take the browser that a wallet sent, and let a person be asked (section 5).

    Before it is known that the wallet's address belongs to the wallet, errors are shown to the
    person and sent nowhere.

    Raises:
        RefusalError: `invalid_request`, `invalid_client`, and what else is wrong with a request.
    """
    if setup.people is None:
        raise RefusalError(Code.OAUTH_GRANT_TYPE, error=OauthError.UNAUTHORIZED_CLIENT)
    with refusing(OauthError.INVALID_REQUEST):
        members = call.parameters() if call.method == "GET" else call.form()
    asked = _pushed(setup, members) if "request_uri" in members else _direct(setup, members)
    try:
        interaction = _interaction(setup, asked)
    except RefusalError as refusal:
        return _sent_back(setup, asked.request, refusal)
    return setup.people.ask(interaction, call)


def approve(setup: IssuerSetup, interaction_id: str, *, subject: str) -> Reply:
    """Send the browser back with a code: this person was authenticated and agreed.

    Raises:
        RefusalError: `invalid_request` when the question has expired or was answered.
        StoreError: `oauth.busy`.
    """
    asked = _answered(setup, interaction_id)
    request = asked.request
    try:
        configurations = _offered(setup, request, subject)
    except RefusalError as refusal:
        return _sent_back(setup, request, refusal)
    code, now = new_secret(setup.entropy), setup.now
    grant = Grant(
        family=new_secret(setup.entropy),
        subject=subject,
        configurations=configurations,
        expires=now + setup.lifetimes.code,
        details=request.details,
        scope=request.scope,
        client_id=request.client_id,
        instance=asked.instance,
        dpop_key=request.dpop_key,
        challenge=request.challenge,
        redirect_uri=request.redirect_uri,
    )
    setup.store.put(Kind.CODE, fingerprint(code), grant.encode(), expires=grant.expires, now=now)
    return Reply.redirect(_back(setup, request, {"code": code}))


def decline(setup: IssuerSetup, interaction_id: str) -> Reply:
    """Send the browser back without a code: the person did not agree, or could not be proved.

    Raises:
        RefusalError: `invalid_request` when the question has expired or was answered.
    """
    refusal = RefusalError(Code.OAUTH_DENIED, error=OauthError.ACCESS_DENIED)
    return _sent_back(setup, _answered(setup, interaction_id).request, refusal)


def _read(setup: IssuerSetup, members: Mapping[str, str]) -> AuthorizationRequest:
    """Read a request and make sure that the browser may be sent back to where it says."""
    with refusing(_error_of(members)):
        request = AuthorizationRequest.of_members(members)
    _check_client(setup, request)
    return request


def _checked(setup: IssuerSetup, members: Mapping[str, str]) -> AuthorizationRequest:
    """Read a request and check all of it, since the wallet itself hears the answer."""
    request = _read(setup, members)
    configurations_of(setup, request.scope, request.details)
    _context(setup, request)
    return request


def _error_of(members: Mapping[str, str]) -> OauthError:
    if members.get("response_type", "code") != "code":
        return OauthError.UNSUPPORTED_RESPONSE_TYPE
    return OauthError.INVALID_REQUEST


def _check_client(setup: IssuerSetup, request: AuthorizationRequest) -> None:
    """Check that the browser will be sent to an address of this client alone."""
    if GrantType.AUTHORIZATION_CODE not in setup.policy.grants:
        raise RefusalError(Code.OAUTH_GRANT_TYPE, error=OauthError.UNAUTHORIZED_CLIENT)
    client = setup.client(request.client_id)
    if client is None:
        raise RefusalError(Code.OAUTH_CLIENT, error=OauthError.INVALID_CLIENT)
    if request.redirect_uri not in client.redirect_uris:
        raise RefusalError(Code.OAUTH_REDIRECT, error=OauthError.INVALID_REQUEST)


def _bound(request: AuthorizationRequest, caller: Caller) -> AuthorizationRequest:
    """Bind a request to the DPoP key that pushed it (RFC 9449, section 10.1)."""
    if caller.dpop_key is None:
        return request
    if request.dpop_key not in (None, caller.dpop_key):
        raise RefusalError(Code.DPOP_KEY, error=OauthError.INVALID_DPOP_PROOF)
    return replace(request, dpop_key=caller.dpop_key)


def _pushed(setup: IssuerSetup, members: Mapping[str, str]) -> Asked:
    uri = members["request_uri"]
    record = None
    if uri.startswith(_URN):
        name = fingerprint(uri.removeprefix(_URN))
        record = setup.store.take(Kind.PUSHED, name, now=setup.now)
    if record is None:
        raise RefusalError(Code.OAUTH_GRANT, error=OauthError.INVALID_REQUEST)
    asked = Asked.decode(record)
    if members.get("client_id") != asked.request.client_id:
        raise RefusalError(Code.OAUTH_GRANT_CLIENT, error=OauthError.INVALID_REQUEST)
    return asked


def _direct(setup: IssuerSetup, members: Mapping[str, str]) -> Asked:
    if setup.policy.push_required:
        raise RefusalError(Code.OAUTH_PUSH, error=OauthError.INVALID_REQUEST)
    return Asked(_read(setup, members), None)


def _interaction(setup: IssuerSetup, asked: Asked) -> Interaction:
    request = asked.request
    configurations = configurations_of(setup, request.scope, request.details)
    context = _context(setup, request)
    name, now = new_secret(setup.entropy), setup.now
    expires = now + setup.lifetimes.interaction
    setup.store.put(Kind.INTERACTION, fingerprint(name), asked.encode(), expires=expires, now=now)
    return Interaction(
        id=name,
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        configurations=configurations,
        subject=None if context is None else context.subject,
        expires=expires,
    )


def _context(setup: IssuerSetup, request: AuthorizationRequest) -> OfferContext | None:
    """Find the offer that a request comes from; a state that is not ours is refused (5.1.3)."""
    if request.issuer_state is None:
        return None
    name = fingerprint(request.issuer_state)
    record = setup.store.get(Kind.ISSUER_STATE, name, now=setup.now)
    if record is None:
        raise RefusalError(Code.OAUTH_GRANT, "issuer_state", error=OauthError.INVALID_REQUEST)
    context = OfferContext.decode(record)
    named = configurations_of(setup, request.scope, request.details)
    if not set(named) <= set(context.configurations):
        raise RefusalError(Code.OAUTH_SCOPE, error=OauthError.INVALID_SCOPE)
    return context


def _offered(setup: IssuerSetup, request: AuthorizationRequest, subject: str) -> tuple[str, ...]:
    """Use up the offer that a request comes from, for the person it was made for."""
    context = _context(setup, request)
    if context is not None and context.subject not in (None, subject):
        raise RefusalError(Code.OAUTH_DENIED, error=OauthError.ACCESS_DENIED)
    if request.issuer_state is not None:
        name = fingerprint(request.issuer_state)
        if setup.store.take(Kind.ISSUER_STATE, name, now=setup.now) is None:
            raise RefusalError(Code.OAUTH_GRANT, error=OauthError.INVALID_REQUEST)
    return configurations_of(setup, request.scope, request.details)


def _answered(setup: IssuerSetup, interaction_id: str) -> Asked:
    record = setup.store.take(Kind.INTERACTION, fingerprint(interaction_id), now=setup.now)
    if record is None:
        raise RefusalError(Code.OAUTH_GRANT, error=OauthError.INVALID_REQUEST)
    return Asked.decode(record)


def _back(setup: IssuerSetup, request: AuthorizationRequest, members: Mapping[str, str]) -> str:
    state = {} if request.state is None else {"state": request.state}
    return with_query(request.redirect_uri, {**members, **state, "iss": setup.identifier})


def _sent_back(setup: IssuerSetup, request: AuthorizationRequest, refusal: RefusalError) -> Reply:
    members = {"error": refusal.error.value, "error_description": refusal.code.message}
    return Reply.redirect(_back(setup, request, members), refusal=refusal)
