import asyncio
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core.clock import SystemClock
from krid.did import (
    CachePolicy,
    Caching,
    Did,
    DidDocument,
    DidKey,
    DidMethod,
    DidWeb,
    ResolutionFailure,
    ResolutionOptions,
    ResolutionResult,
    Resolved,
    Resolver,
)
from krid.errors import (
    Code,
    MalformedError,
    MisuseError,
    ResolutionError,
    TransportError,
)
from krid.keys import Alg, LocalKey, multikey
from krid.net import (
    FetchPolicy,
    Flow,
    Request,
    Response,
    ScriptedTransport,
    run_async,
)

BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
DID = "did:web:issuer.example"
URL = "https://issuer.example/.well-known/did.json"
KEY = LocalKey.generate(Alg.ES256).public_key


@dataclass
class MovingClock:
    moment: datetime = BEGIN

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Counted:
    """did:counted: a document with a key that expires, or a failure, and how often it was asked."""

    failure: Exception | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "counted"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        yield from ()
        self.asked.append(str(did))
        if self.failure is not None:
            raise self.failure
        members: dict[str, Any] = {
            "id": str(did),
            "assertionMethod": [
                {
                    "id": "#k",
                    "type": "Multikey",
                    "controller": str(did),
                    "publicKeyMultibase": multikey.encode(KEY),
                    "expires": "2026-06-01T00:01:00Z",
                }
            ],
        }
        return Resolved(DidDocument.from_members(members, did=did), {"versionId": "7"})


def web_document(did: str = DID) -> bytes:
    return json.dumps(
        {
            "@context": "https://www.w3.org/ns/did/v1",
            "id": did,
            "verificationMethod": [
                {
                    "id": f"{did}#key-1",
                    "type": "Multikey",
                    "controller": did,
                    "publicKeyMultibase": multikey.encode(KEY),
                }
            ],
            "assertionMethod": [f"{did}#key-1"],
        }
    ).encode()


def web_resolver(answer: Response | TransportError) -> tuple[Resolver, ScriptedTransport]:
    transport = ScriptedTransport({URL: answer})
    return Resolver((DidWeb(),), clock=MovingClock(), transport=transport), transport


def test_resolves_did_web() -> None:
    resolver, transport = web_resolver(Response(200, body=web_document()))
    document = resolver.resolve(DID).document
    assert document.assertion_key("#key-1") == KEY
    assert document.raw == web_document()
    request = transport.requests[0]
    assert (request.method, request.url) == ("GET", URL)
    assert request.headers["Accept"].startswith("application/did,")


def test_the_flow_runs_under_an_asynchronous_driver() -> None:
    class Asynchronous:
        async def send(self, request: Request) -> Response:
            await asyncio.sleep(0)
            return Response(200, body=web_document())

    resolver = Resolver((DidWeb(),), clock=MovingClock())
    result = asyncio.run(run_async(resolver.resolve_flow(DID), Asynchronous()))
    assert result.document.assertion_key("#key-1") == KEY


def test_the_result_in_the_words_of_the_standard() -> None:
    resolver, _ = web_resolver(Response(200, body=web_document()))
    result = resolver.resolve_result(DID)
    assert isinstance(result, ResolutionResult)
    assert result.to_json() == {
        "didDocument": json.loads(web_document()),
        "didResolutionMetadata": {"contentType": "application/did"},
        "didDocumentMetadata": {},
    }


def test_a_failure_in_the_words_of_the_standard() -> None:
    resolver, _ = web_resolver(Response(404))
    result = resolver.resolve_result(DID)
    assert isinstance(result, ResolutionFailure)
    assert result.problem.http_status == 404
    assert result.to_json() == {
        "didDocument": None,
        "didResolutionMetadata": {
            "error": {
                "type": "https://www.w3.org/ns/did#NOT_FOUND",
                "title": "the DID does not exist",
                "detail": "did.not_found: the DID does not exist",
            }
        },
        "didDocumentMetadata": {},
    }


def test_a_deactivated_did_is_no_error_in_the_words_of_the_standard() -> None:
    method = Counted(ResolutionError(Code.DID_DEACTIVATED))
    resolver = Resolver((method,), clock=MovingClock())
    result = resolver.resolve_result("did:counted:1")
    assert result.to_json() == {
        "didDocument": None,
        "didResolutionMetadata": {},
        "didDocumentMetadata": {"deactivated": True},
    }
    with pytest.raises(ResolutionError) as error:
        resolver.resolve("did:counted:1")
    assert error.value.code is Code.DID_DEACTIVATED


def test_remembers_a_document_for_its_lifetime() -> None:
    method, clock = Counted(), MovingClock()
    resolver = Resolver((method,), clock=clock)
    for wait in (0, 0, 299):
        clock.wait(wait)
        result = resolver.resolve("did:counted:1")
        assert result.document_metadata == {"versionId": "7"}
    assert len(method.asked) == 1
    clock.wait(1)
    resolver.resolve("did:counted:1")
    assert len(method.asked) == 2


def test_a_remembered_key_expires_in_time() -> None:
    clock = MovingClock()
    resolver = Resolver((Counted(),), clock=clock)
    assert resolver.resolve("did:counted:1").document.assertion_key("#k") == KEY
    clock.wait(60)
    with pytest.raises(ResolutionError) as error:
        resolver.resolve("did:counted:1").document.assertion_key("#k")
    assert error.value.code is Code.DID_KEY_EXPIRED


def test_a_clock_that_was_set_back_does_not_keep_a_document_alive() -> None:
    method, clock = Counted(), MovingClock()
    resolver = Resolver((method,), clock=clock)
    resolver.resolve("did:counted:1")
    clock.wait(-3_600)
    resolver.resolve("did:counted:1")
    assert len(method.asked) == 2


@pytest.mark.parametrize(
    "failure",
    [
        ResolutionError(Code.DID_NOT_FOUND),
        TransportError(Code.NET_TIME, "here"),
        MalformedError(Code.DID_DOCUMENT),
    ],
)
def test_remembers_a_failure_for_a_short_time(failure: MalformedError) -> None:
    method, clock = Counted(failure), MovingClock()
    resolver = Resolver((method,), clock=clock)
    for wait in (0, 0, 9.9):
        clock.wait(wait)
        with pytest.raises(ResolutionError) as error:
            resolver.resolve("did:counted:1")
        assert (error.value.code, error.value.detail) == (failure.code, failure.detail)
    assert len(method.asked) == 1
    clock.wait(0.1)
    method.failure = None
    assert resolver.resolve("did:counted:1").document.did == Did("counted", "1")


def test_does_not_remember_what_the_did_itself_says() -> None:
    method = Counted(ResolutionError(Code.DID_PUBLIC_KEY))
    resolver = Resolver((method,), clock=MovingClock())
    for _ in range(2):
        with pytest.raises(ResolutionError):
            resolver.resolve("did:counted:1")
    assert len(method.asked) == 2


def test_forgets_what_was_used_least_recently() -> None:
    method = Counted()
    resolver = Resolver((method,), clock=MovingClock(), cache=CachePolicy(entries=2))
    for name in "1", "2", "1", "3", "1", "2":
        resolver.resolve(f"did:counted:{name}")
    assert [did[-1] for did in method.asked] == ["1", "2", "3", "2"]


@pytest.mark.parametrize(
    "options",
    [ResolutionOptions(caching=Caching.BYPASSED), ResolutionOptions(version_id="7")],
)
def test_passes_the_memory_by(options: ResolutionOptions) -> None:
    method = Counted()
    resolver = Resolver((method,), clock=MovingClock())
    for _ in range(2):
        resolver.resolve("did:counted:1", options=options)
    resolver.resolve("did:counted:1")
    assert len(method.asked) == 3


@pytest.mark.parametrize("failure", [None, ResolutionError(Code.DID_NOT_FOUND)])
def test_options_are_checked_for_what_is_remembered_too(failure: ResolutionError | None) -> None:
    resolver = Resolver((Counted(failure),), clock=MovingClock())
    resolver.resolve_result("did:counted:1")
    with pytest.raises(ResolutionError) as error:
        resolver.resolve("did:counted:1", options=ResolutionOptions(accept="text/html"))
    assert error.value.code is Code.DID_REPRESENTATION


@pytest.mark.parametrize(
    ("did", "code"),
    [("did:", Code.DID_SYNTAX), ("did:other:1", Code.DID_METHOD), ("did:counted:1", None)],
)
def test_faults_are_found_in_the_order_of_the_standard(did: str, code: Code | None) -> None:
    resolver = Resolver((Counted(),), clock=MovingClock())
    with pytest.raises(ResolutionError) as error:
        resolver.resolve(did, options=ResolutionOptions(accept="text/html"))
    assert error.value.code is (code or Code.DID_REPRESENTATION)


def test_the_end_of_the_block_forgets() -> None:
    method = Counted()
    resolver = Resolver((method,), clock=MovingClock())
    for _ in range(2):
        with resolver:
            resolver.resolve("did:counted:1")
    assert len(method.asked) == 2


def test_threads_may_share_a_resolver() -> None:
    resolver = Resolver(
        (Counted(),), clock=MovingClock(), cache=CachePolicy(entries=3, lifetime=timedelta(0))
    )
    found: list[str] = []

    def work() -> None:
        dids = [f"did:counted:{number % 5}" for number in range(50)]
        found.extend(str(resolver.resolve(did).document.did) for did in dids)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 200


def test_the_standard_resolver() -> None:
    did = str(DidKey.create(KEY))
    with Resolver.standard() as resolver:
        key = resolver.resolve(did).document.assertion_key("#" + did.removeprefix("did:key:"))
        assert key == KEY
        result = resolver.resolve_result("did:web:localhost%3A1")
    assert isinstance(result, ResolutionFailure)
    assert result.error.code is Code.NET_PRIVATE
    policy = FetchPolicy(timeout_seconds=1)
    assert Resolver.standard(clock=SystemClock(), policy=policy).resolve(did).document.did.method


def test_two_methods_with_one_name_are_refused() -> None:
    methods: tuple[DidMethod, ...] = (Counted(), Counted())
    with pytest.raises(MisuseError) as error:
        Resolver(methods, clock=MovingClock())
    assert error.value.code is Code.MISUSE_OPTION
