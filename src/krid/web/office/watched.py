"""What OpenID4VCI refuses before a register is asked, in the register's log all the same."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import final

from krid._core import limits
from krid.errors import BindingError, Code, ContentError, MalformedError, StoreError
from krid.openid.oauth import Call, Reply
from krid.openid.vci.server import CredentialIssuer
from krid.web.issuer.records import KEPT_FOR, DeskRecord, DeskRecords, Progress
from krid.web.office.office import Office


@final
@dataclass(frozen=True, slots=True)
class Watched:
    """An issuer whose refusals of a known offer are written down.

    An offer that is redeemed twice, or with a wrong code, never comes to the registrar, for the
    token endpoint refuses it. Whose offer it was is known, and the log says what was tried, a few
    times for each offer: whoever saw one could else fill a log that is never shortened.

    The wallet is refused all the same where that can't be written down: what it asked for was
    decided, and to let it ask again would cost the person one more of their tries. The reply then
    carries the code of what failed, for the operator's log in the place of the refusal's.
    """

    issuer: CredentialIssuer
    office: Office
    records: DeskRecords

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the issuer."""
        return self.issuer.paths

    def answer(self, call: Call, /) -> Reply:
        """Answer as the issuer does, and note a refusal at the token endpoint."""
        reply = self.issuer.answer(call)
        if reply.refusal is None or not call.path.endswith("/token"):
            return reply
        try:
            self._note(call)
        except StoreError as failure:
            return replace(reply, refusal=failure)
        return reply

    def _note(self, call: Call) -> None:
        # What is no form, or too long for one, redeems nothing: it is not read again for the log.
        with suppress(BindingError, MalformedError):
            code = call.form().get("pre-authorized_code", "")
            record = self.records.tied(code)
            if record is not None and self._may_note(code):
                self._refuse(record)

    def _may_note(self, code: str) -> bool:
        most = limits.MAX_OFFER_REFUSALS
        return self.records.is_in_time(f"refused {code}", most=most, spell=KEPT_FOR)

    def _refuse(self, record: DeskRecord) -> None:
        is_open = record.progress is Progress.OFFERED
        note = self.office.note("wallet", "wrong_code" if is_open else "used_before")
        core = self.office.registrar.core
        with suppress(ContentError), core.work("redeem", record.resident_id, **note):
            raise ContentError(Code.REGISTER_TICKET)
