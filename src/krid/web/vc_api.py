"""The VC API: issuing, deriving and verifying over HTTP, for the test suites of the W3C.

Bodies and statuses are those of the W3C's VCALM draft (formerly VC API): 201 with what was issued,
derived or presented, 200 for what verifies, 400 with the reasons for what does not. Each service
stands under a prefix of its own, such as `/bbs-2023`. Nobody is asked who they are, so this is no
service for the open network: it signs what it is given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias, final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, ContentError, KridError, MalformedError, MisuseError
from krid.web.vc_api_openapi import LISTS, document
from krid.web.vc_api_problems import problem

_HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_ISSUED: Final = 201
_VERIFIED: Final = 200
_REFUSED: Final = 400
_MISSING: Final = 404
_TOO_LARGE: Final = 413
_CREDENTIAL: Final = "application/vc"
_ANY_JSON: Final = "application/json"
_MAX_POINTERS: Final = limits.MAX_BBS_MESSAGES
_STATUS_POINTER: Final = "/credentialStatus"

Signed: TypeAlias = JsonObject
"""A secured credential or presentation: with a proof, or enveloped."""


class Issues(Protocol):
    """Something that secures a credential."""

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> Signed:
        """Return the credential with a proof, or enveloped."""
        ...


class Derives(Protocol):
    """Something that shows a part of a credential."""

    def derive(self, credential: Signed, *, selective_pointers: tuple[str, ...]) -> Signed:
        """Return the credential with a derived proof."""
        ...


class Verifies(Protocol):
    """Something that verifies credentials, or raises."""

    def verify(self, credential: Signed) -> None:
        """Return when the credential is to be believed."""
        ...


class Presents(Protocol):
    """Something that secures a presentation."""

    def present(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> Signed:
        """Return the presentation with a proof, or enveloped."""
        ...


class VerifiesPresentations(Protocol):
    """Something that verifies presentations and what is in them, or raises."""

    def verify_presentation(
        self, presentation: Signed, *, challenge: str | None, domain: str | None
    ) -> None:
        """Return when the presentation is to be believed."""
        ...


class SetsStatuses(Protocol):
    """Something that gives credentials a status, changes it, and publishes it."""

    def enter(
        self, credential: JsonObject, *, credential_id: str, purposes: tuple[str, ...]
    ) -> JsonObject:
        """Return a credential that names where its status stands."""
        ...

    def published(self, purpose: str) -> tuple[str, bytes] | None:
        """Return the list of a purpose, its media type first; None when there is none."""
        ...

    def set_status(self, credential_id: str, *, purpose: str, value: bool) -> None:
        """Set or clear the status of one purpose."""
        ...


@final
@dataclass(frozen=True, slots=True)
class VcService:
    """What one prefix offers; what is None has no address."""

    issuer: Issues | None = None
    holder: Derives | None = None
    verifier: Verifies | None = None
    presenter: Presents | None = None
    presentation_verifier: VerifiesPresentations | None = None
    statuses: SetsStatuses | None = None

    def operations(self) -> "dict[str, _Operation]":
        """Return what to do for each path that is offered."""
        offered: dict[str, _Operation] = {}
        if self.issuer is not None:
            offered["/credentials/issue"] = _issuing(self.issuer, self.statuses)
        if self.holder is not None:
            offered["/credentials/derive"] = _deriving(self.holder)
        if self.verifier is not None:
            offered["/credentials/verify"] = _verifying(self.verifier)
        if self.statuses is not None:
            offered["/credentials/status"] = _setting(self.statuses)
        if self.presenter is not None:
            offered["/presentations"] = _presenting(self.presenter)
        if self.presentation_verifier is not None:
            verifier = self.presentation_verifier
            offered["/presentations/verify"] = _verifying_presentations(verifier)
        return offered


_Operation: TypeAlias = Callable[[Mapping[str, Json]], tuple[int, JsonObject]]


def vc_api_app(services: Mapping[str, VcService]) -> Starlette:
    """Make the application from services by their prefixes, such as `/ecdsa-rdfc-2019/p-256`.

    Raises:
        MisuseError: `misuse.option` for a prefix that does not begin with a slash, or ends in one.
    """
    operations = {
        prefix + path: doing
        for prefix, service in services.items()
        for path, doing in service.operations().items()
    }
    if any(prefix and (prefix[0] != "/" or prefix[-1] == "/") for prefix in services):
        raise MisuseError(Code.MISUSE_OPTION, "prefix")
    published = [prefix + LISTS for prefix, service in services.items() if service.statuses]
    described = document(sorted(operations), sorted(published))

    async def openapi(_request: Request) -> Response:
        return _json(200, described)

    routes = [Route(path, _endpoint(doing), methods=["POST"]) for path, doing in operations.items()]
    lists = [
        Route(prefix + LISTS, _listing(service.statuses), methods=["GET"])
        for prefix, service in services.items()
        if service.statuses is not None
    ]
    return Starlette(routes=[*routes, *lists, Route("/openapi.json", openapi, methods=["GET"])])


def _listing(statuses: SetsStatuses) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        found = await run_in_threadpool(statuses.published, request.path_params["purpose"])
        if found is None:
            return _json(_MISSING, _refusal(ContentError(Code.VC_API_STATUS)))
        media_type, raw = found
        if media_type == _CREDENTIAL and _CREDENTIAL not in request.headers.get("accept", ""):
            media_type = _ANY_JSON
        return Response(raw, headers={**_HEADERS, "Content-Type": media_type})

    return answer


def _endpoint(operation: _Operation) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        try:
            raw = await _read(request)
        except MalformedError as error:
            return _json(_TOO_LARGE, _refusal(error))
        return await run_in_threadpool(_answer, operation, raw)

    return answer


async def _read(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limits.MAX_VC_API_BODY_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
    return bytes(raw)


def _answer(operation: _Operation, raw: bytes) -> Response:
    try:
        return _json(*operation(strict_json.loads_object(raw)))
    except KridError as error:
        status = _MISSING if error.code is Code.VC_API_CREDENTIAL else _REFUSED
        return _json(status, _refusal(error))


def _refusal(error: KridError) -> JsonObject:
    told = problem(error)
    return {**told, "verified": False, "problemDetails": [told], "errors": [told]}


def _json(status: int, members: JsonObject) -> Response:
    return Response(
        strict_json.dumps(members),
        status_code=status,
        headers={**_HEADERS, "Content-Type": _ANY_JSON},
    )


def _issuing(issuer: Issues, statuses: SetsStatuses | None) -> _Operation:
    def operation(body: Mapping[str, Json]) -> tuple[int, JsonObject]:
        credential, options = _object(body, "credential"), _options(body)
        pointers = _pointers(options, "mandatoryPointers")
        purposes = shape.texts(options.get("statusPurposes", []), Code.VC_API_BODY)
        if purposes:
            credential = _entered(credential, options, purposes, statuses)
            pointers = (*(each for each in pointers if each != _STATUS_POINTER), _STATUS_POINTER)
        issued = issuer.issue(credential, mandatory_pointers=pointers)
        return _ISSUED, {"verifiableCredential": issued}

    return operation


def _entered(
    credential: JsonObject,
    options: Mapping[str, Json],
    purposes: tuple[str, ...],
    statuses: SetsStatuses | None,
) -> JsonObject:
    """Give a credential a status, by whose name it can be set afterwards."""
    name = _text(options, "credentialId") or credential.get("id")
    if statuses is None or not isinstance(name, str):
        raise ContentError(Code.VC_API_STATUS)
    return statuses.enter(credential, credential_id=name, purposes=purposes)


def _deriving(holder: Derives) -> _Operation:
    def operation(body: Mapping[str, Json]) -> tuple[int, JsonObject]:
        credential = _object(body, "verifiableCredential")
        pointers = _pointers(_options(body), "selectivePointers")
        derived = holder.derive(credential, selective_pointers=pointers)
        return _ISSUED, {"verifiableCredential": derived}

    return operation


def _verifying(verifier: Verifies) -> _Operation:
    def operation(body: Mapping[str, Json]) -> tuple[int, JsonObject]:
        credential = _object(body, "verifiableCredential")
        options = _options(body)
        verifier.verify(credential)
        verified: JsonObject = {"verified": True, "problemDetails": []}
        if options.get("returnCredential") is True:
            verified["credential"] = credential
        return _VERIFIED, verified

    return operation


def _presenting(presenter: Presents) -> _Operation:
    def operation(body: Mapping[str, Json]) -> tuple[int, JsonObject]:
        presentation, options = _object(body, "presentation"), _options(body)
        presented = presenter.present(
            presentation, challenge=_text(options, "challenge"), domain=_text(options, "domain")
        )
        return _ISSUED, {"verifiablePresentation": presented}

    return operation


def _verifying_presentations(verifier: VerifiesPresentations) -> _Operation:
    def operation(body: Mapping[str, Json]) -> tuple[int, JsonObject]:
        presentation, options = _object(body, "verifiablePresentation"), _options(body)
        verifier.verify_presentation(
            presentation, challenge=_text(options, "challenge"), domain=_text(options, "domain")
        )
        verified: JsonObject = {"verified": True, "problemDetails": []}
        if options.get("returnPresentation") is True:
            verified["verifiablePresentation"] = presentation
        return _VERIFIED, verified

    return operation


def _setting(statuses: SetsStatuses) -> _Operation:
    def operation(body: Mapping[str, Json]) -> tuple[int, JsonObject]:
        credential_id = shape.text(body.get("credentialId"), Code.VC_API_BODY)
        entry = shape.mapping(body.get("credentialStatus"), Code.VC_API_BODY)
        purpose = shape.text(entry.get("statusPurpose"), Code.VC_API_BODY)
        value = shape.boolean(body.get("status", True), Code.VC_API_BODY)
        statuses.set_status(credential_id, purpose=purpose, value=value)
        return _VERIFIED, {}

    return operation


def _object(body: Mapping[str, Json], name: str) -> JsonObject:
    return dict(shape.mapping(body.get(name), Code.VC_API_BODY))


def _options(body: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return the options; members that are not known are what a test suite may add."""
    return shape.mapping(body.get("options", {}), Code.VC_API_BODY)


def _text(options: Mapping[str, Json], name: str) -> str | None:
    value = options.get(name)
    return None if value is None else shape.text(value, Code.VC_API_BODY)


def _pointers(options: Mapping[str, Json], name: str) -> tuple[str, ...]:
    pointers = shape.texts(options.get(name, []), Code.VC_API_BODY)
    if len(pointers) > _MAX_POINTERS:
        raise MalformedError(Code.VC_API_BODY, name)
    return pointers
