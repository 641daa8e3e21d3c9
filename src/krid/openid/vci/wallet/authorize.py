"""The browser's way: push the request, send the browser, and believe only the right answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

from krid._core.redact import same
from krid.errors import BindingError, Code, KridError, MalformedError, MisuseError, UnsupportedError
from krid.net import Flow
from krid.openid.oauth import pkce
from krid.openid.oauth.http import parse_form, with_query
from krid.openid.oauth.refusal import ErrorResponse
from krid.openid.oauth.store import new_secret
from krid.openid.vci.authorization_details import AuthorizationDetail
from krid.openid.vci.authorization_request import AuthorizationRequest, PushedResponse
from krid.openid.vci.token import CodeGrant, TokenRequest
from krid.openid.vci.wallet.ask import Ask, ask
from krid.openid.vci.wallet.setup import Counterpart, Session, WalletSetup
from krid.openid.vci.wallet.token import check_named, exchange


@final
@dataclass(frozen=True, slots=True)
class PendingAuthorization:
    """What a wallet keeps while the browser is away: it knows the answer by this."""

    counterpart: Counterpart
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    scope: str | None = None
    details: tuple[AuthorizationDetail, ...] = ()
    resource: str | None = None


@final
@dataclass(frozen=True, slots=True)
class BrowserStep:
    """Where to send the browser, and what to go on with when it comes back."""

    url: str = field(repr=False)
    pending: PendingAuthorization


def begin_authorization(
    setup: WalletSetup,
    counterpart: Counterpart,
    configurations: Sequence[str],
    *,
    issuer_state: str | None = None,
    server: str | None = None,
) -> Flow[BrowserStep]:
    """Ask an authorization server to let a person be asked (section 5).

    Credentials are asked for by their scopes where all of them have one, else by authorization
    details. The request is pushed wherever the server takes that, so that the browser sees none
    of it. `issuer_state` and `server` are those of the offer that led here, if one did and it
    has them.

    Raises:
        ContentError: `offer.configuration` for what the issuer does not issue; `offer.server` for
            an offer that names another authorization server.
        UnsupportedError: `issuance.profile` where the policy wants scopes and there are none.
        MalformedError: `oauth.response`.
        RejectedError: `oauth.refused`.
        MisuseError: `misuse.option` for a wallet without a client identifier or redirect address.
        TransportError: the server could not be asked.
    """
    if setup.client_id is None or setup.redirect_uri is None:
        raise MisuseError(Code.MISUSE_OPTION, "client_id, redirect_uri")
    check_named(counterpart, server)
    verifier, state = pkce.new_verifier(setup.entropy), new_secret(setup.entropy)
    wishes = _wishes(setup, counterpart, configurations)
    request = AuthorizationRequest(
        client_id=setup.client_id,
        redirect_uri=setup.redirect_uri,
        challenge=pkce.challenge_of(verifier),
        state=state,
        scope=wishes.scope,
        details=wishes.details,
        issuer_state=issuer_state,
        resource=wishes.resource,
    )
    members = yield from _pushed(setup, counterpart, request)
    url = with_query(counterpart.server.authorization_endpoint or "", members)
    pending = PendingAuthorization(counterpart, state, verifier, setup.redirect_uri)
    return BrowserStep(url, pending)


def finish_authorization(
    setup: WalletSetup, pending: PendingAuthorization, redirected: str
) -> Flow[Session]:
    """Go on when the browser came back: `redirected` is the whole address it was sent to.

    Raises:
        MalformedError: `oauth.response`.
        BindingError: `oauth.state` for an answer to another request; `oauth.iss` for one by
            another server (RFC 9207).
        RejectedError: `oauth.denied`, `oauth.refused`.
        TransportError: the server could not be asked.
    """
    members = _answer(pending, redirected)
    _check_server(pending.counterpart, members)
    if "error" in members:
        raise ErrorResponse.of_members(members).refusal()
    if "code" not in members:
        raise MalformedError(Code.OAUTH_RESPONSE, "code")
    grant = CodeGrant(members["code"], pending.verifier, pending.redirect_uri)
    request = TokenRequest(grant, setup.client_id)
    return (yield from exchange(setup, pending.counterpart, request))


def _wishes(setup: WalletSetup, counterpart: Counterpart, configurations: Sequence[str]) -> _Wishes:
    """Say what is asked for, and of which issuer where the server may serve several (5.1.2)."""
    named = (counterpart.issuer,) if counterpart.metadata.servers else ()
    described = [counterpart.metadata.configuration(name) for name in configurations]
    scopes = [each.scope for each in described if each.scope is not None]
    if scopes and len(scopes) == len(described):
        scope = " ".join(dict.fromkeys(scopes))
        return _Wishes(scope=scope, resource=next(iter(named), None))
    if setup.policy.scope_required:
        raise UnsupportedError(Code.ISSUANCE_PROFILE, "scope")
    details = tuple(AuthorizationDetail(name, locations=named) for name in configurations)
    return _Wishes(details=details)


def _pushed(
    setup: WalletSetup, counterpart: Counterpart, request: AuthorizationRequest
) -> Flow[Mapping[str, str]]:
    server = counterpart.server
    if server.pushed_endpoint is None:
        return request.to_members()
    wanted = Ask.form(server.pushed_endpoint, request.to_members(), server=server)
    response = yield from ask(setup, wanted)
    pushed = PushedResponse.parse(response.body)
    return {"client_id": request.client_id, "request_uri": pushed.request_uri}


def _answer(pending: PendingAuthorization, redirected: str) -> Mapping[str, str]:
    """Read the parameters of the redirect, which must answer this very request."""
    address, _, query = redirected.partition("?")
    try:
        members = parse_form(query.partition("#")[0].encode("ascii"))
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(Code.OAUTH_RESPONSE) from cause
    if address != pending.redirect_uri.partition("?")[0]:
        raise BindingError(Code.OAUTH_STATE, "another address")
    if not same(members.get("state", "").encode(), pending.state.encode()):
        raise BindingError(Code.OAUTH_STATE)
    return members


def _check_server(counterpart: Counterpart, members: Mapping[str, str]) -> None:
    """Check who answers (RFC 9207, section 2.4): two servers must not be mixed up."""
    said = members.get("iss")
    if said is None and not counterpart.server.names_itself:
        return
    if said != counterpart.server.issuer:
        raise BindingError(Code.OAUTH_ISS)
