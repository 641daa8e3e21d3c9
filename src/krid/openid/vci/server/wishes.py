"""What a request asks for, and what of it may be had (sections 5.1.1, 5.1.2 and 6.1.1)."""

from collections.abc import Sequence
from dataclasses import replace

from krid.errors import Code, ContentError
from krid.openid.oauth.refusal import OauthError, RefusalError
from krid.openid.vci.authorization_details import AuthorizationDetail
from krid.openid.vci.server.records import Grant
from krid.openid.vci.server.setup import IssuerSetup


def configurations_of(
    setup: IssuerSetup, scope: str | None, details: Sequence[AuthorizationDetail]
) -> tuple[str, ...]:
    """Return the configurations that scopes and details name; unknown scopes are ignored.

    Raises:
        RefusalError: `invalid_scope` when nothing issued here is named, or
            `invalid_authorization_details` for a configuration that is not.
    """
    for detail in details:
        if detail.configuration not in setup.offerings:
            raise RefusalError(Code.OAUTH_SCOPE, error=OauthError.INVALID_AUTHORIZATION_DETAILS)
        if detail.locations and setup.identifier not in detail.locations:
            raise RefusalError(Code.OAUTH_SCOPE, error=OauthError.INVALID_AUTHORIZATION_DETAILS)
    named = (*(detail.configuration for detail in details), *_scoped(setup, scope))
    if not named:
        raise RefusalError(Code.OAUTH_SCOPE, error=OauthError.INVALID_SCOPE)
    return tuple(dict.fromkeys(named))


def check_target(setup: IssuerSetup, resource: str | None) -> None:
    """Check that a token is asked for this issuer (section 5.1.2; RFC 8707, section 2).

    Whoever else a wallet means has named this server as its own: the token, good here, would be
    sent to that stranger, who could use it here.

    Raises:
        RefusalError: `invalid_target`.
    """
    if resource not in {None, setup.identifier}:
        raise RefusalError(Code.OAUTH_TARGET, error=OauthError.INVALID_TARGET)


def narrowed(
    setup: IssuerSetup,
    grant: Grant,
    scope: str | None,
    details: Sequence[AuthorizationDetail],
) -> Grant:
    """Return the part of a grant that a token request asks for; without a wish, the whole.

    Raises:
        RefusalError: `invalid_scope` or `invalid_authorization_details` for more than was granted.
    """
    if scope is None and not details:
        return _with_datasets(setup, grant, grant.details)
    wanted = configurations_of(setup, scope, details)
    if not set(wanted) <= set(grant.configurations):
        error = OauthError.INVALID_AUTHORIZATION_DETAILS if details else OauthError.INVALID_SCOPE
        raise RefusalError(Code.OAUTH_SCOPE, error=error)
    chosen = details or [each for each in grant.details if each.configuration in wanted]
    kept = replace(grant, configurations=wanted, scope=scope or grant.scope)
    return _with_datasets(setup, kept, chosen)


def _with_datasets(
    setup: IssuerSetup, grant: Grant, details: Sequence[AuthorizationDetail]
) -> Grant:
    """Name the datasets behind each detail (section 6.2)."""
    return replace(grant, details=tuple(_detailed(setup, grant, each) for each in details))


def _detailed(setup: IssuerSetup, grant: Grant, detail: AuthorizationDetail) -> AuthorizationDetail:
    names = tuple(setup.source.datasets(grant.subject, detail.configuration))
    if not names:
        raise ContentError(Code.ISSUANCE_DENIED)
    return replace(detail, identifiers=names)


def _scoped(setup: IssuerSetup, scope: str | None) -> Sequence[str]:
    asked = set((scope or "").split(" "))
    return [
        name
        for name, offering in setup.offerings.items()
        if offering.configuration.scope is not None and offering.configuration.scope in asked
    ]
