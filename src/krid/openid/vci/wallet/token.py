"""Tokens for a wallet: from a pre-authorized code, from a code, and anew (section 6)."""

from collections.abc import Sequence

from krid.errors import Code, ContentError, MalformedError, MisuseError, UnsupportedError
from krid.net import Flow
from krid.openid.oauth.http import parse_form
from krid.openid.vci.authorization_details import AuthorizationDetail
from krid.openid.vci.offer import CredentialOffer
from krid.openid.vci.token import (
    PreAuthorizedGrant,
    RefreshGrant,
    TokenRequest,
    TokenResponse,
)
from krid.openid.vci.wallet.ask import Ask, ask
from krid.openid.vci.wallet.setup import Counterpart, Session, WalletSetup


def redeem_offer(
    setup: WalletSetup,
    counterpart: Counterpart,
    offer: CredentialOffer,
    *,
    tx_code: str | None,
    configurations: Sequence[str] = (),
) -> Flow[Session]:
    """Redeem the pre-authorized code of an offer (section 6.1).

    `tx_code` is what the person typed, None where the offer asks for nothing. `configurations`
    narrow what is asked for; without any, all that was offered.

    Raises:
        UnsupportedError: `offer.grant` for an offer without a pre-authorized code.
        ContentError: `offer.server` for an offer that names another authorization server.
        MisuseError: `offer.tx_code` for a code that is missing or not asked for.
        MalformedError: `oauth.response`.
        RejectedError: `oauth.refused`, with the error as detail.
        TransportError: the server could not be asked.
    """
    grant = offer.pre_authorized
    if grant is None or offer.issuer != counterpart.issuer:
        raise UnsupportedError(Code.OFFER_GRANT)
    check_named(counterpart, grant.server)
    if (grant.tx_code is None) is not (tx_code is None):
        raise MisuseError(Code.OFFER_TX_CODE)
    # Else a stranger could name the server that a stolen code is of, and would get the token.
    locations = (counterpart.issuer,) if counterpart.metadata.servers else ()
    details = tuple(AuthorizationDetail(name, locations=locations) for name in configurations)
    named = setup.client_id
    if setup.attestation is None and counterpart.server.anonymous_grant:
        named = None
    pre_authorized = PreAuthorizedGrant(grant.code, tx_code)
    resource = next(iter(locations), None)
    request = TokenRequest(pre_authorized, named, details, resource=resource)
    return (yield from exchange(setup, counterpart, request))


def check_named(counterpart: Counterpart, server: str | None) -> None:
    """Check that an offer goes to the authorization server that it names, where it names one.

    Raises:
        ContentError: `offer.server`.
    """
    if server not in (None, counterpart.server.issuer):
        raise ContentError(Code.OFFER_SERVER)


def refresh(setup: WalletSetup, session: Session) -> Flow[Session]:
    """Get a new access token, to fetch credentials anew or to ask for deferred ones (13.5).

    Raises:
        UnsupportedError: `oauth.grant` for a session without a refresh token.
        MalformedError: `oauth.response`.
        RejectedError: `oauth.refused`.
        TransportError: the server could not be asked.
    """
    token = session.tokens.refresh_token
    if token is None:
        raise UnsupportedError(Code.OAUTH_GRANT)
    request = TokenRequest(RefreshGrant(token), session.client_id)
    renewed = yield from exchange(setup, session.counterpart, request)
    if renewed.tokens.refresh_token is not None:
        return renewed
    tokens = renewed.tokens
    kept = TokenResponse(
        tokens.access_token, tokens.token_type, tokens.lifetime, token, tokens.scope, tokens.details
    )
    return Session(renewed.counterpart, kept, renewed.client_id)


def exchange(setup: WalletSetup, counterpart: Counterpart, request: TokenRequest) -> Flow[Session]:
    """Send a token request and read the answer.

    Raises:
        MalformedError: `oauth.response`, also for a type of token that krid does not know.
        UnsupportedError: `issuance.profile` for an unbound token where the policy wants a bound.
        RejectedError: `oauth.refused`.
        TransportError: the server could not be asked.
    """
    server = counterpart.server
    members = parse_form(request.encode())
    wanted = Ask.form(server.token_endpoint or "", members, server=server)
    response = yield from ask(setup, wanted)
    tokens = TokenResponse.parse(response.body)
    _check_type(setup, tokens)
    return Session(counterpart, tokens, request.client_id)


def _check_type(setup: WalletSetup, tokens: TokenResponse) -> None:
    kind = tokens.token_type.lower()
    if kind not in {"bearer", "dpop"} or (kind == "dpop" and setup.dpop is None):
        raise MalformedError(Code.OAUTH_RESPONSE, "token_type")
    if setup.policy.dpop_required and kind != "dpop":
        raise UnsupportedError(Code.ISSUANCE_PROFILE, "dpop")
