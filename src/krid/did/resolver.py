"""The resolver: from a DID to its document, through whichever methods it was given."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self, final

from krid._core.arguments import typed
from krid._core.clock import Clock, SystemClock
from krid.did.cache import Cache, CachePolicy
from krid.did.dereference import (
    VERSION_PARAMETERS,
    Dereferenced,
    DereferencedUrls,
    dereference,
)
from krid.did.flights import Flights
from krid.did.methods.jwk import DidJwk
from krid.did.methods.key import DidKey
from krid.did.methods.peer import DidPeer
from krid.did.methods.web import DidWeb
from krid.did.methods.webvh import DidWebvh
from krid.did.resolution import (
    Caching,
    DidMethod,
    Resolution,
    ResolutionFailure,
    ResolutionOptions,
    ResolutionResult,
    Resolved,
)
from krid.did.syntax import Did, DidUrl
from krid.errors import Code, KridError, MisuseError, ResolutionError, TransportError
from krid.net import (
    FetchPolicy,
    Flow,
    HttpsTransport,
    NoNetwork,
    Request,
    Response,
    Transport,
    run,
)

_PLAIN = ResolutionOptions()
_GONE = frozenset({404, 410})
# Failures that ask for nothing but the DID itself are found again as fast as they are remembered.
_WORTH_KEEPING = frozenset(
    {Code.DID_NOT_FOUND, Code.DID_DOCUMENT, Code.DID_DOCUMENT_ID, Code.DID_DEACTIVATED}
)


@final
class Resolver:
    """Finds DID documents by the methods that it was made with, and remembers them for a while.

    Threads may share a resolver; what several want at the same time is fetched once. It asks
    the network through `transport` alone; the default asks nothing, so that only methods whose
    DIDs hold their own keys resolve.

    >>> from krid.did import DidKey
    >>> from krid._core.clock import SystemClock
    >>> did = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"
    >>> with Resolver(methods=(DidKey(),), clock=SystemClock()) as resolver:
    ...     document = resolver.resolve(did).document
    >>> document.assertion_key("#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK").curve.name
    'ED25519'

    Raises:
        MisuseError: `misuse.option` when two methods have one name.
    """

    def __init__(
        self,
        methods: Iterable[DidMethod],
        *,
        clock: Clock,
        transport: Transport | None = None,
        cache: CachePolicy | None = None,
    ) -> None:
        given = tuple(methods)
        self._methods = {method.name: method for method in given}
        if len(self._methods) != len(given):
            raise MisuseError(Code.MISUSE_OPTION, "two DID methods with one name")
        self._clock = clock
        self._transport = transport or NoNetwork()
        self._cache = Cache(cache or CachePolicy())
        self._flights = Flights[Resolution]()
        # What unfolds from the DID itself is done sooner than somebody else can be waited for.
        self._alone = {each.name: each for each in given if isinstance(each, DidKey | DidJwk)}
        self._alone_prefixes = tuple(f"did:{name}:" for name in self._alone)

    @classmethod
    def standard(cls, *, clock: Clock | None = None, policy: FetchPolicy | None = None) -> Self:
        """Make a resolver for the methods that need nothing but https, as the policy says.

        They are did:key, did:jwk, did:peer, did:web and did:webvh. The clock is the machine's
        own unless another is given.
        """
        clock = clock or SystemClock()
        return cls(
            cls.standard_methods(clock=clock),
            clock=clock,
            transport=HttpsTransport(policy),
        )

    @staticmethod
    def standard_methods(*, clock: Clock) -> tuple[DidMethod, ...]:
        """Return the methods that `standard` makes a resolver for, to add others to them."""
        return DidKey(), DidJwk(), DidPeer(), DidWeb(), DidWebvh(clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget what was found."""
        self._cache.clear()

    def resolve(self, did: str, *, options: ResolutionOptions = _PLAIN) -> ResolutionResult:
        """Find the document of a DID.

        Raises:
            ResolutionError: `did.syntax`, `did.method`, `did.option`, `did.not_found`,
                `did.deactivated`, `did.document`, `did.document_id`, `did.public_key` and the
                others of its kind, or the `net.` code of what went wrong on the way.
        """
        typed("did", did, str)
        known = self._known(did, options)
        if known is not None:
            return known
        if options is _PLAIN and did.startswith(self._alone_prefixes):
            return self._unfold(did)
        if options.caching is Caching.BYPASSED:
            return run(self.resolve_flow(did, options=options), self._transport)
        return self._at_present(self._resolve_together(did, options))

    def _unfold(self, text: str) -> ResolutionResult:
        """Resolve a DID that holds its own document, without a flow around it.

        Whatever is wrong with it goes the way of all others, for its code and its words.
        """
        try:
            did = Did.parse(text)
            document = self._alone[did.method].unfold(did)
        except KridError:
            return run(self._resolve_and_keep(text, _PLAIN), self._transport)
        result = ResolutionResult(document)
        self._cache.keep(text, result, self._clock.now())
        return result

    def _resolve_together(self, did: str, options: ResolutionOptions) -> ResolutionResult:
        """Share the work with threads that ask the same at this moment, and a failure too."""
        outcome = self._flights.share(
            did if options is _PLAIN else (did, options),
            lambda: _outcome(lambda: run(self.resolve_flow(did, options=options), self._transport)),
        )
        if isinstance(outcome, ResolutionFailure):
            raise outcome.again() from outcome.error.__cause__
        return outcome

    def resolve_result(self, did: str, *, options: ResolutionOptions = _PLAIN) -> Resolution:
        """Find the document of a DID, or return why not in the words of the standard."""
        try:
            return self.resolve(did, options=options)
        except ResolutionError as error:
            return ResolutionFailure(error)

    def dereference(self, did_url: str) -> Dereferenced:
        """Find what a DID URL names: a document, a part of it, or addresses at a service.

        Does not check that a key is listed for a purpose; `DidDocument.key_for` does.

        Raises:
            ResolutionError: `did.url_syntax`, `did.key_not_found`, and as `resolve`.
        """
        return run(self.dereference_flow(did_url), self._transport)

    def fetch(self, did_url: str, *, accept: str = "*/*") -> Response:
        """Fetch what a DID URL names at a service, such as `<did>/whois` of did:webvh.

        Nothing about the answer is checked: a presentation is to be verified as one.

        Raises:
            ResolutionError: `did.not_found` when there is no such thing, `did.url_syntax` when
                the DID URL names no address, and as `dereference`.
            TransportError: `net.status`, or whatever the transport raises.
        """
        return run(self.fetch_flow(did_url, accept=accept), self._transport)

    def fetch_flow(self, did_url: str, *, accept: str = "*/*") -> Flow[Response]:
        """Do what `fetch` does as a flow, for a driver of the caller's choice."""
        found = yield from self.dereference_flow(did_url)
        if not isinstance(found, DereferencedUrls) or not found.urls:
            raise ResolutionError(Code.DID_URL_SYNTAX, "no address")
        response = yield Request(found.urls[0], headers={"Accept": accept})
        if response.status in _GONE:
            raise ResolutionError(Code.DID_NOT_FOUND)
        if response.status != 200:
            raise TransportError(Code.NET_STATUS, str(response.status))
        return response

    def resolve_flow(
        self, did: str, *, options: ResolutionOptions = _PLAIN
    ) -> Flow[ResolutionResult]:
        """Do what `resolve` does as a flow, for a driver of the caller's choice."""
        known = self._known(did, options)
        if known is not None:
            return known
        if _may_be_kept(options):
            return self._at_present((yield from self._resolve_and_keep(did, options)))
        return self._at_present(_result((yield from self._resolve_anew(did, options))))

    def _known(self, did: str, options: ResolutionOptions) -> ResolutionResult | None:
        """Return what is remembered, or raise what was found wrong a moment ago."""
        if not _may_be_kept(options):
            return None
        known = self._cache.find(did, self._clock.now())
        if known is None:
            return None
        if options is not _PLAIN:
            options.check()
        if isinstance(known, ResolutionFailure):
            raise known.again()
        return self._at_present(known)

    def dereference_flow(self, did_url: str) -> Flow[Dereferenced]:
        """Do what `dereference` does as a flow, for a driver of the caller's choice."""
        try:
            url = DidUrl.parse(did_url)
            parameters = url.parameters
        except KridError as cause:
            raise ResolutionError(cause.code, cause.detail) from cause
        versions = {name: parameters[name] for name in VERSION_PARAMETERS & parameters.keys()}
        options = ResolutionOptions.parse(versions)
        result = yield from self.resolve_flow(str(url.did), options=options)
        return dereference(url, parameters, result)

    def _resolve_and_keep(self, did: str, options: ResolutionOptions) -> Flow[ResolutionResult]:
        try:
            resolved = yield from self._resolve_anew(did, options)
        except ResolutionError as error:
            if _is_worth_keeping(error):
                # Without the cause, whose frames would stay in memory with it.
                failure = ResolutionFailure(ResolutionFailure(error).again())
                self._cache.keep(did, failure, self._clock.now())
            raise
        result = _result(resolved)
        self._cache.keep(did, result, self._clock.now(), at_most=resolved.lifetime)
        return result

    def _resolve_anew(self, text: str, options: ResolutionOptions) -> Flow[Resolved]:
        """Go through the steps of DID Resolution 1.0, section 4.4, in their order."""
        try:
            did = Did.parse(text)
            method = self._method(did)
            if options is not _PLAIN:
                options.check()
            resolved = yield from method.resolve(did, options=options)
        except ResolutionError:
            raise
        except KridError as cause:
            raise ResolutionError(cause.code, cause.detail) from cause
        if resolved.document.did != did and resolved.document.did not in resolved.names:
            raise ResolutionError(Code.DID_DOCUMENT_ID)
        return resolved

    def _at_present(self, result: ResolutionResult) -> ResolutionResult:
        """Let keys that expire be judged at this moment."""
        if not result.document.is_dated:
            return result
        return replace(result, document=result.document.at(self._clock.now()))

    def _method(self, did: Did) -> DidMethod:
        method = self._methods.get(did.method)
        if method is None:
            raise ResolutionError(Code.DID_METHOD, did.method)
        return method


def _outcome(resolve: Callable[[], ResolutionResult]) -> Resolution:
    try:
        return resolve()
    except ResolutionError as error:
        return ResolutionFailure(error)


def _result(resolved: Resolved) -> ResolutionResult:
    return ResolutionResult(resolved.document, resolved.metadata)


def _may_be_kept(options: ResolutionOptions) -> bool:
    return options is _PLAIN or not (
        options.asks_for_version or options.caching is Caching.BYPASSED
    )


def _is_worth_keeping(error: ResolutionError) -> bool:
    return error.code in _WORTH_KEEPING or str(error.code).startswith("net.")
