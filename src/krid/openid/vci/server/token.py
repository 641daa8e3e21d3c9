"""The token endpoint (section 6): from a code or refresh token to an access token, once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self, assert_never, final

from krid._core.redact import same
from krid.errors import BindingError, Code, KridError
from krid.openid.oauth import dpop, pkce
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing
from krid.openid.oauth.store import Kind, new_secret
from krid.openid.vci.offer import GrantType
from krid.openid.vci.server.guard import Caller, burn, fresh_dpop_nonce, identify
from krid.openid.vci.server.offers import TypedCode, tx_code_digest
from krid.openid.vci.server.records import Grant
from krid.openid.vci.server.setup import IssuerSetup
from krid.openid.vci.server.wishes import check_target, narrowed
from krid.openid.vci.token import (
    CodeGrant,
    PreAuthorizedGrant,
    RefreshGrant,
    TokenGrant,
    TokenRequest,
    TokenResponse,
)

TOKEN: Final = "token"  # noqa: S105  the name of an endpoint


@final
@dataclass(frozen=True, slots=True)
class _Redeemed:
    """What an access token is for, and what the refresh token beside it is for."""

    access: Grant
    refresh: Grant

    @classmethod
    def whole(cls, grant: Grant) -> Self:
        return cls(grant, grant)


def token(setup: IssuerSetup, call: Call) -> Reply:
    """Give tokens for a grant.

    Who asks is settled before the grant is touched. A code is burnt by the first who shows it,
    right or wrong; a pre-authorized code only by success, or by too many wrong transaction codes.

    Raises:
        RefusalError: the errors of RFC 6749, section 5.2, and those of `identify`.
    """
    with refusing(OauthError.INVALID_REQUEST):
        form = call.form()
    caller = identify(setup, call, form, TOKEN)
    if setup.policy.dpop_required and caller.dpop_key is None:
        raise RefusalError(Code.DPOP_MISSING, error=OauthError.INVALID_DPOP_PROOF)
    request = _request(setup, form)
    check_target(setup, request.resource)
    response = _issue(setup, _redeemed(setup, caller, request))
    return Reply.of_json(response.to_members(), headers=fresh_dpop_nonce(setup))


def granted(setup: IssuerSetup, access_token: str) -> Grant | None:
    """Find what an access token is good for, None for one that is not, or no longer."""
    record = setup.store.get(Kind.ACCESS, setup.place(access_token), now=setup.now)
    if record is None:
        return None
    grant = Grant.decode(record)
    revoked = setup.store.get(Kind.REVOKED, grant.family, now=setup.now)
    return grant if revoked is None else None


def _redeemed(setup: IssuerSetup, caller: Caller, request: TokenRequest) -> _Redeemed:
    match request.grant:
        case PreAuthorizedGrant() as given:
            return _pre_authorized(setup, caller, request, given)
        case CodeGrant() as given:
            return _authorized(setup, caller, request, given)
        case RefreshGrant() as given:
            return _refreshed(setup, caller, request, given)
        case _ as never:
            assert_never(never)


def _request(setup: IssuerSetup, form: Mapping[str, str]) -> TokenRequest:
    try:
        request = TokenRequest.of_members(form)
    except KridError as cause:
        unknown = cause.code is Code.OAUTH_GRANT_TYPE
        word = OauthError.UNSUPPORTED_GRANT_TYPE if unknown else OauthError.INVALID_REQUEST
        raise RefusalError(cause.code, cause.detail, error=word) from cause
    if _type_of(request.grant) not in setup.policy.grants | {GrantType.REFRESH_TOKEN}:
        raise RefusalError(Code.OAUTH_GRANT_TYPE, error=OauthError.UNSUPPORTED_GRANT_TYPE)
    return request


def _type_of(grant: TokenGrant) -> GrantType:
    match grant:
        case PreAuthorizedGrant():
            return GrantType.PRE_AUTHORIZED_CODE
        case CodeGrant():
            return GrantType.AUTHORIZATION_CODE
        case RefreshGrant():
            return GrantType.REFRESH_TOKEN
        case _ as never:
            assert_never(never)


def _pre_authorized(
    setup: IssuerSetup, caller: Caller, request: TokenRequest, given: PreAuthorizedGrant
) -> _Redeemed:
    """Redeem a pre-authorized code (section 6.1)."""
    if caller.client_id is None and not setup.anonymous_grant:
        raise RefusalError(Code.OAUTH_CLIENT, error=OauthError.INVALID_CLIENT)
    place = setup.place(given.code)
    found = _found(setup, Kind.PRE_AUTHORIZED, place)
    if (found.tx_code is None) is not (given.tx_code is None):
        raise RefusalError(Code.OFFER_TX_CODE, error=OauthError.INVALID_REQUEST)
    burn(setup, caller.proof)
    grant = _taken(setup, Kind.PRE_AUTHORIZED, place)
    try:
        _check_tx_code(grant, given)
        chosen = _narrowed(setup, grant, request)
    except BaseException as failure:
        _put_back(setup, place, grant, failure)
        raise
    return _Redeemed.whole(_held(chosen, caller, client_id=caller.client_id))


def _put_back(setup: IssuerSetup, place: str, grant: Grant, failure: BaseException) -> None:
    """Keep a code that was not redeemed, with one try less after a wrong transaction code."""
    wrong = isinstance(failure, RefusalError) and failure.error is OauthError.INVALID_GRANT
    left = replace(grant, tries=grant.tries - wrong)
    if left.tries > 0:
        setup.store.put(
            Kind.PRE_AUTHORIZED, place, left.encode(), expires=grant.expires, now=setup.now
        )


def _check_tx_code(grant: Grant, given: PreAuthorizedGrant) -> None:
    if grant.tx_code is None or given.tx_code is None:
        return
    typed = TypedCode(given.tx_code.encode("utf-8"))
    if not same(tx_code_digest(given.code, typed).encode(), grant.tx_code.encode()):
        raise RefusalError(Code.OFFER_TX_CODE, error=OauthError.INVALID_GRANT)


def _authorized(
    setup: IssuerSetup, caller: Caller, request: TokenRequest, given: CodeGrant
) -> _Redeemed:
    """Redeem an authorization code (RFC 6749, section 4.1.3; RFC 7636, section 4.6)."""
    place = setup.place(given.code)
    grant = _unspent(setup, caller, Kind.CODE, place)
    burn(setup, caller.proof)
    _spend(setup, Kind.CODE, place, grant)
    with refusing(OauthError.INVALID_GRANT):
        _check_holder(grant, caller)
        if grant.dpop_key not in (None, caller.dpop_key):
            raise BindingError(Code.DPOP_KEY)
        if given.redirect_uri != grant.redirect_uri:
            raise BindingError(Code.OAUTH_REDIRECT)
        pkce.check_verifier(given.code_verifier, challenge=grant.challenge or "")
    chosen = _narrowed(setup, grant, request)
    return _Redeemed.whole(_held(chosen, caller, client_id=grant.client_id))


def _refreshed(
    setup: IssuerSetup, caller: Caller, request: TokenRequest, given: RefreshGrant
) -> _Redeemed:
    """Redeem a refresh token, which another one replaces (RFC 6749, section 6; RFC 9700, 4.14).

    It stays with the client, the attested instance and the DPoP key that it was given to; whoever
    lacks them can't use it up either.
    """
    place = setup.place(given.refresh_token)
    grant = _unspent(setup, caller, Kind.REFRESH, place)
    with refusing(OauthError.INVALID_GRANT):
        _check_holder(grant, caller)
        if grant.dpop_key != caller.dpop_key:
            raise BindingError(Code.DPOP_KEY)
    _check_family(setup, grant.family)
    chosen = _narrowed(setup, grant, request)
    burn(setup, caller.proof)
    _spend(setup, Kind.REFRESH, place, grant)
    return _Redeemed(chosen, grant)


def _check_holder(grant: Grant, caller: Caller) -> None:
    if grant.client_id != caller.client_id:
        raise BindingError(Code.OAUTH_GRANT_CLIENT)
    if grant.instance not in (None, caller.instance):
        raise BindingError(Code.OAUTH_GRANT_CLIENT)


def _narrowed(setup: IssuerSetup, grant: Grant, request: TokenRequest) -> Grant:
    with refusing(OauthError.INVALID_SCOPE):
        return narrowed(setup, grant, request.scope, request.details)


def _held(grant: Grant, caller: Caller, *, client_id: str | None) -> Grant:
    """Bind what comes of a grant to whoever redeemed it."""
    return replace(grant, client_id=client_id, instance=caller.instance, dpop_key=caller.dpop_key)


def _found(setup: IssuerSetup, kind: Kind, place: str) -> Grant:
    record = setup.store.get(kind, place, now=setup.now)
    if record is None:
        raise _no_grant()
    return Grant.decode(record)


def _taken(setup: IssuerSetup, kind: Kind, place: str) -> Grant:
    record = setup.store.take(kind, place, now=setup.now)
    if record is None:
        raise _no_grant()
    return Grant.decode(record)


def _unspent(setup: IssuerSetup, caller: Caller, kind: Kind, place: str) -> Grant:
    """Find a code or refresh token; one that was redeemed before ends all that came of it.

    RFC 6749, section 4.1.2, and RFC 9700, section 4.14.2: one of the two who showed it stole it.
    The very same request a second time, by its DPoP proof, is refused and ends nothing.
    """
    record = setup.store.get(kind, place, now=setup.now)
    if record is not None:
        return Grant.decode(record)
    spent = setup.store.get(Kind.SPENT, place, now=setup.now)
    if spent is None:
        raise _no_grant()
    family = spent.decode("ascii")
    _check_family(setup, family)
    burn(setup, caller.proof)
    raise _revoked(setup, family)


def _spend(setup: IssuerSetup, kind: Kind, place: str, grant: Grant) -> None:
    """Use up a code or refresh token that was found; if somebody else just did, end it all.

    It is marked as spent before it is taken, so that whoever no longer finds it finds the mark.
    """
    family = grant.family.encode("ascii")
    setup.store.put(Kind.SPENT, place, family, expires=_family_ends(setup), now=setup.now)
    if setup.store.take(kind, place, now=setup.now) is None:
        raise _revoked(setup, grant.family)


def _check_family(setup: IssuerSetup, family: str) -> None:
    if setup.store.get(Kind.REVOKED, family, now=setup.now) is not None:
        raise _no_grant()


def _revoked(setup: IssuerSetup, family: str) -> RefusalError:
    """Revoke all that came of one consent, and return what to refuse the request with."""
    setup.store.put(Kind.REVOKED, family, b"", expires=_family_ends(setup), now=setup.now)
    return _no_grant()


def _family_ends(setup: IssuerSetup) -> datetime:
    """Return when nothing that was given out by now is good any more."""
    return setup.now + setup.lifetimes.refresh + setup.lifetimes.access


def _no_grant() -> RefusalError:
    return RefusalError(Code.OAUTH_GRANT, error=OauthError.INVALID_GRANT)


def _issue(setup: IssuerSetup, redeemed: _Redeemed) -> TokenResponse:
    access, lifetimes, grant = new_secret(setup.entropy), setup.lifetimes, redeemed.access
    refresh = new_secret(setup.entropy) if lifetimes.refresh else None
    if refresh is not None:
        _keep(setup, Kind.REFRESH, refresh, redeemed.refresh, lifetimes.refresh)
    _keep(setup, Kind.ACCESS, access, grant, lifetimes.access)
    return TokenResponse(
        access_token=access,
        token_type="Bearer" if grant.dpop_key is None else dpop.TOKEN_TYPE,
        lifetime=lifetimes.access,
        refresh_token=refresh,
        scope=grant.scope,
        details=grant.details,
    )


def _keep(setup: IssuerSetup, kind: Kind, secret: str, grant: Grant, lifetime: timedelta) -> None:
    expires = setup.now + lifetime
    record = grant.until(expires).encode()
    setup.store.put(kind, setup.place(secret), record, expires=expires, now=setup.now)
