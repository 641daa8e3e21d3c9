"""Keeping what was proved, in order, so that a refusal can say how far verification came."""

from types import TracebackType
from typing import Final, final

from krid.errors import KridError, MalformedError, MisuseError, UnsupportedError
from krid.model.credential import Check, Evidence

_UNREAD: Final = (MalformedError, UnsupportedError)


@final
class Trail:
    """The checks of one verification as they are made.

    A format opens one around its checks, sets `check` when one begins, and says what each proved.
    When one refuses, the error carries away what was proved before it (`KridError.proved`) and
    which check it was (`KridError.check`): SYNTAX when none was under way and the bytes could not
    be read. Trails nest: an inner one's check counts, an outer one's evidence comes first. A
    `MisuseError` is no refusal and carries nothing.

    >>> from krid.errors import Code, ValidityError
    >>> try:
    ...     with Trail() as trail:
    ...         trail.prove(Check.ISSUER_SIGNATURE, "ES256")
    ...         trail.check = Check.VALIDITY
    ...         raise ValidityError(Code.SDJWT_EXPIRED)
    ... except ValidityError as refusal:
    ...     print(refusal.check, [each.check.value for each in refusal.proved])
    validity ['issuer_signature']
    """

    __slots__ = ("_proved", "check")

    def __init__(self) -> None:
        self._proved: list[Evidence] = []
        self.check: Check | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was proved so far, in order."""
        return tuple(self._proved)

    def prove(self, check: Check, detail: str) -> None:
        """Write down that a check proved something; none is under way any more."""
        self._proved.append(Evidence(check, detail))
        self.check = None

    def add(self, *evidence: Evidence) -> None:
        """Write down evidence that somebody else made; no check is under way any more."""
        self._proved.extend(evidence)
        self.check = None

    def __enter__(self) -> "Trail":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None or not isinstance(error, KridError) or isinstance(error, MisuseError):
            return
        error.proved = (*self._proved, *error.proved)
        if error.check is None:
            error.check = self.check or (Check.SYNTAX if isinstance(error, _UNREAD) else None)
