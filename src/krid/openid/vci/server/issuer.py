"""The issuer's side as one object: hand it each request, send what it answers."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias, final

from krid.errors import Code, StoreError
from krid.openid.oauth.client_attestation import CHALLENGE_HEADER
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, reply_to
from krid.openid.oauth.server_metadata import metadata_url as server_metadata_url
from krid.openid.oauth.well_known import path_of
from krid.openid.vci.issuer_metadata import IssuerMetadata, metadata_url
from krid.openid.vci.offer import CredentialOffer, OfferReference
from krid.openid.vci.server import authorize, credential, metadata, notification, offers, token
from krid.openid.vci.server.access import challenged
from krid.openid.vci.server.guard import fresh_challenge, fresh_dpop_nonce
from krid.openid.vci.server.offers import OFFERS, NoTxCode, RequiredTxCode
from krid.openid.vci.server.setup import IssuerSetup

_Endpoint: TypeAlias = Callable[[IssuerSetup, Call], Reply]
_Answer: TypeAlias = Callable[[IssuerSetup, RefusalError], Reply]


class _Route(NamedTuple):
    methods: tuple[str, ...]
    endpoint: _Endpoint
    refuse: _Answer


@final
class CredentialIssuer:
    """A credential issuer and its authorization server, without a web framework.

    `answer` takes every request for `paths` and below; it decides by method, path, headers and
    body alone. All state is in the store of the setup, so that many processes can be one issuer.

    Faults of the program, such as claims that can't be signed, come out as they are: they are the
    caller's status 500.
    """

    def __init__(self, setup: IssuerSetup) -> None:
        self._setup = setup
        self._routes = _routes(setup)

    def __repr__(self) -> str:
        return f"CredentialIssuer({self._setup.identifier!r})"

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that `answer` knows; the last one ends in a slash and stands for all below."""
        return (*self._routes, path_of(self._setup.url(OFFERS)))

    @property
    def metadata(self) -> IssuerMetadata:
        """What the issuer says about itself."""
        return metadata.issuer_metadata(self._setup)

    def answer(self, call: Call) -> Reply:
        """Answer a request; a refusal is an answer too, with the reason in `refusal`."""
        route = self._route(call)
        if route is None:
            refused = RefusalError(Code.OAUTH_ENDPOINT, error=OauthError.INVALID_REQUEST)
            return Reply(404, refusal=refused)
        if call.method not in route.methods:
            refused = RefusalError(Code.OAUTH_ENDPOINT, error=OauthError.INVALID_REQUEST)
            return Reply(405, {"Allow": ", ".join(route.methods)}, refusal=refused)
        try:
            return route.endpoint(self._setup, call)
        except RefusalError as refusal:
            return route.refuse(self._setup, refusal)
        except StoreError as failure:
            return _unavailable(failure)

    def offer_pre_authorized(
        self, *, subject: str, configurations: Sequence[str], tx_code: RequiredTxCode | NoTxCode
    ) -> CredentialOffer:
        """Offer credentials to a person who was authenticated already: see `offers`.

        Raises:
            MisuseError: `misuse.option`, `misuse.type`.
            StoreError: `oauth.busy`.
        """
        return offers.offer_pre_authorized(
            self._setup, subject=subject, configurations=configurations, tx_code=tx_code
        )

    def offer_authorization(
        self, *, subject: str | None, configurations: Sequence[str]
    ) -> CredentialOffer:
        """Offer credentials to whoever then authenticates, or to one person alone.

        Raises:
            MisuseError: `misuse.option`.
            StoreError: `oauth.busy`.
        """
        return offers.offer_authorization(
            self._setup, subject=subject, configurations=configurations
        )

    def publish(self, offer: CredentialOffer) -> OfferReference:
        """Keep an offer at an address that nobody can guess.

        Raises:
            StoreError: `oauth.busy`.
        """
        return offers.publish_offer(self._setup, offer)

    def approve(self, interaction_id: str, *, subject: str) -> Reply:
        """Send the browser back to the wallet with a code: this person agreed.

        `subject` is the person as the caller has just authenticated them, never a value that the
        browser sent.
        """
        return self._browser(
            lambda: authorize.approve(self._setup, interaction_id, subject=subject)
        )

    def decline(self, interaction_id: str) -> Reply:
        """Send the browser back to the wallet without a code."""
        return self._browser(lambda: authorize.decline(self._setup, interaction_id))

    def _browser(self, step: Callable[[], Reply]) -> Reply:
        try:
            return step()
        except RefusalError as refusal:
            return reply_to(refusal)
        except StoreError as failure:
            return _unavailable(failure)

    def _route(self, call: Call) -> _Route | None:
        found = self._routes.get(call.path)
        if found is None and call.path.startswith(path_of(self._setup.url(OFFERS))):
            return _OFFER
        return found


def _plain(setup: IssuerSetup, refusal: RefusalError) -> Reply:
    """Answer a refusal of an endpoint of the authorization server (RFC 6749, section 5.2)."""
    headers = fresh_dpop_nonce(setup)
    if refusal.error is OauthError.USE_ATTESTATION_CHALLENGE:
        headers[CHALLENGE_HEADER] = fresh_challenge(setup)
    return reply_to(refusal, headers=headers)


_OFFER: Final = _Route(("GET",), offers.published_offer, _plain)


def _routes(setup: IssuerSetup) -> dict[str, _Route]:
    post, read = ("POST",), ("GET",)
    named = {
        authorize.PUSH: _Route(post, authorize.push, _plain),
        authorize.AUTHORIZE: _Route(("GET", "POST"), authorize.authorize, _plain),
        token.TOKEN: _Route(post, token.token, _plain),
        "challenge": _Route(post, notification.challenge, _plain),
        "nonce": _Route(post, credential.nonce, _plain),
        credential.CREDENTIAL: _Route(post, credential.credential, challenged),
        credential.DEFERRED: _Route(post, credential.deferred, challenged),
        notification.NOTIFICATION: _Route(post, notification.notification, challenged),
    }
    routes = {path_of(setup.url(name)): route for name, route in named.items()}
    routes[path_of(metadata_url(setup.identifier))] = _Route(
        read, metadata.issuer_metadata_reply, _plain
    )
    routes[path_of(server_metadata_url(setup.identifier))] = _Route(
        read, metadata.server_metadata_reply, _plain
    )
    return routes


def _unavailable(failure: StoreError) -> Reply:
    refusal = RefusalError(failure.code, failure.detail, error=OauthError.TEMPORARILY_UNAVAILABLE)
    return reply_to(refusal)
