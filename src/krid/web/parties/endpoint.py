"""Where wallets report requests: each is proved anew, compared with the register, counted once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, final

from krid._core import limits
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError, MisuseError, RejectedError, StoreError
from krid.openid.oauth import Call, Reply
from krid.openid.oauth.http import JSON
from krid.openid.vp import REQUEST_TYP, Terms, read_reported
from krid.registrar.parties import PartyRegister
from krid.web.platform.operations import operation

PATH: Final = "/verifiers/reports"
_TYPE: Final = f"application/{REQUEST_TYP}"
_ACTOR: Final = "wallet-report"


@final
@dataclass(frozen=True, slots=True)
class ReportsEndpoint:
    """Takes request objects as wallets got them, and nothing else.

    `terms` says, each time, what a request has to fit: those of the wallets that this authority
    stands behind. Who reports is not asked, and no answer tells of others' reports but that a
    request was known already. 201: counted; 200: known before; 400, 403: refused, with the code.
    """

    register: PartyRegister = field(repr=False)
    terms: Callable[[], Terms] = field(repr=False)

    @property
    def paths(self) -> tuple[str, ...]:
        """Where reports come in."""
        return (PATH,)

    def answer(self, call: Call, /) -> Reply:
        """Answer a report."""
        if call.method != "POST":
            return Reply(405, {"Allow": "POST"})
        if len(call.body) > limits.MAX_VP_REQUEST_BYTES:
            return _refused(413, MalformedError(Code.INPUT_SIZE))
        try:
            self._taken(call)
        except (MisuseError, StoreError):
            raise
        except KridError as refusal:
            if refusal.code is Code.REPORT_REPEATED:
                return Reply.of_json({"counted": False}, refusal=refusal)
            return _refused(403 if isinstance(refusal, RejectedError) else 400, refusal)
        return Reply.of_json({"counted": True}, status=201)

    def _taken(self, call: Call) -> None:
        if (call.header("content-type") or "").partition(";")[0].strip().lower() != _TYPE:
            raise MalformedError(Code.REQUEST_SYNTAX, "media type")
        terms = self.terms()
        found = read_reported(call.body.decode("ascii", "replace"), terms)
        self.register.report(
            found.request,
            digest=found.digest,
            asked_at=found.asked_at,
            actor=_ACTOR,
            now=terms.now,
        )


def operations() -> JsonObject:
    """Describe the endpoint for an OpenAPI document."""
    words = "Report a request that asks for more than its verifier is registered for."
    statuses = (200, 201, 400, 403, 405, 413, 429)
    return {PATH: {"post": operation(words, media_type=JSON, body=_TYPE, statuses=statuses)}}


def _refused(status: int, refusal: KridError) -> Reply:
    return Reply.of_json({"code": str(refusal.code)}, status=status, refusal=refusal)
