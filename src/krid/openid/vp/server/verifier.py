"""The verifier's side as one object: begin, answer each request of wallets, fetch the outcome."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, final

from krid import query
from krid._core.arguments import typed
from krid._core.strict_json import Json
from krid.errors import Code, StoreError
from krid.exchange import ResponseMode
from krid.model import CredentialQuery, Query, TransactionData
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, reply_to
from krid.openid.oauth.well_known import path_of
from krid.openid.vp.dc_api import PageProtocol
from krid.openid.vp.server import begin, outcome, page, request, response
from krid.openid.vp.server.begin import Begun, Wish
from krid.openid.vp.server.outcome import Completed, Declined, Result
from krid.openid.vp.server.page import BegunPage
from krid.openid.vp.server.records import Journey
from krid.openid.vp.server.setup import REQUEST, RESPONSE, VerifierSetup

_Endpoint: TypeAlias = Callable[[VerifierSetup, Call], Reply]


class _Route(NamedTuple):
    methods: tuple[str, ...]
    endpoint: _Endpoint


@final
class PresentationVerifier:
    """A verifier and its endpoints, without a web framework.

    `answer` takes every request for `paths` and below; it decides by method, path, headers and
    body alone. All state is in the store of the setup, so that many processes can be one
    verifier. Faults of the program come out as they are: they are the caller's status 500.
    """

    def __init__(self, setup: VerifierSetup) -> None:
        self._setup = setup
        self._requests = path_of(setup.address(REQUEST)) + "/"
        self._responses = path_of(setup.address(RESPONSE))

    def __repr__(self) -> str:
        return f"PresentationVerifier({self._setup.identity.client_id!r})"

    @property
    def client_id(self) -> str:
        """The name under which it asks."""
        return self._setup.identity.client_id

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that `answer` knows; the last one ends in a slash and stands for all below."""
        return (self._responses, self._requests)

    def begin(
        self,
        *credentials: CredentialQuery | query.CredentialChoice,
        purpose: str,
        journey: Journey,
        transactions: Sequence[TransactionData] = (),
    ) -> Begun:
        """Open a session that asks for what `query.of` takes: see `begin_query`."""
        return self.begin_query(
            query.of(*credentials), purpose=purpose, journey=journey, transactions=transactions
        )

    def begin_query(
        self,
        asked: Query,
        *,
        purpose: str,
        journey: Journey,
        transactions: Sequence[TransactionData] = (),
    ) -> Begun:
        """Open a session, and return the link that opens a wallet.

        `purpose` is a sentence for the person who decides; `transactions` is what they authorise.

        Raises:
            MisuseError: `misuse.purpose`, `misuse.format`, `misuse.option`, `misuse.type`.
            UnsupportedError: `transaction.credential`.
            StoreError: what the store raises.
        """
        typed("journey", journey, Journey)
        wish = Wish(query=asked, purpose=purpose, transactions=tuple(transactions))
        return begin.begin(self._setup, wish, journey=journey)

    def answer(self, call: Call) -> Reply:
        """Answer a request of a wallet; a refusal is an answer too, with the reason in it."""
        route = self._route(call.path)
        refused = RefusalError(Code.OAUTH_ENDPOINT, error=OauthError.INVALID_REQUEST)
        if route is None:
            return Reply(404, refusal=refused)
        if call.method not in route.methods:
            return Reply(405, {"Allow": ", ".join(route.methods)}, refusal=refused)
        try:
            return route.endpoint(self._setup, call)
        except RefusalError as refusal:
            return reply_to(refusal)
        except StoreError as failure:
            return reply_to(
                RefusalError(failure.code, failure.detail, error=OauthError.TEMPORARILY_UNAVAILABLE)
            )

    def outcome(self, secret: str, *, response_code: str | None) -> Result:
        """Return what became of a request, for the browser session that began it alone.

        `secret` is the one of `begin`, as this very browser session holds it, never a value of
        the page's address. `response_code` is what the browser brought back from the wallet in
        the address of the page, None where it did not come back.

        Raises:
            BindingError: `session.unknown`, `response.code`.
            MisuseError: `misuse.type` for a secret that is no text.
            StoreError: what the store raises.
        """
        typed("secret", secret, str)
        return outcome.outcome(self._setup, secret, response_code=response_code)

    def begin_page(
        self,
        asked: Query,
        *,
        purpose: str,
        origin: str,
        mode: ResponseMode,
        protocols: Sequence[PageProtocol],
        transactions: Sequence[TransactionData] = (),
    ) -> BegunPage:
        """Open a session for the Digital Credentials API of the browser at a page.

        `origin` is the page's own, such as `https://bank.example`. `protocols` are the ways to
        ask, in the order of preference; the wallet takes one.

        Raises:
            MisuseError: `misuse.purpose`, `misuse.format`, `misuse.option`.
            MalformedError: `request.origin`.
            StoreError: what the store raises.
        """
        wish = Wish(query=asked, purpose=purpose, transactions=tuple(transactions))
        return page.begin_page(self._setup, wish, origin=origin, mode=mode, protocols=protocols)

    def complete_page(self, secret: str, data: Mapping[str, Json]) -> Completed | Declined:
        """Verify the `data` of what `navigator.credentials.get` gave to the page.

        Raises:
            BindingError: `session.unknown`.
            KridError: `response.*`, and the code of whatever is wrong with the answer.
        """
        return page.complete_page(self._setup, secret, data)

    def complete_fragment(self, secret: str, fragment: str) -> Completed | Declined:
        """Verify an answer that came in the fragment of the page's address.

        Raises:
            BindingError: `session.unknown`, `response.state`.
            KridError: as `complete_page`.
        """
        return page.complete_fragment(self._setup, secret, fragment)

    def _route(self, path: str) -> _Route | None:
        if path == self._responses:
            return _Route(("POST",), response.response)
        if path.startswith(self._requests):
            return _Route(("GET", "POST"), request.request_object)
        return None
