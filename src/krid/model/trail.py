"""Keeping what was proved, in order, so that a refusal can say how far verification came."""

from types import TracebackType
from typing import final

from krid.errors import KridError, MisuseError
from krid.model.credential import Check, Evidence


@final
class Trail:
    """The checks of one verification as they are made.

    A format opens one around its checks, says which check begins, and what each proved. When one
    refuses, the error carries away what was proved before it (`KridError.proved`) and which check
    it was (`KridError.check`). Trails nest: an inner one's check counts, an outer one's evidence
    comes first. A `MisuseError` is no refusal and carries nothing.

    >>> from krid.errors import Code, ValidityError
    >>> try:
    ...     with Trail() as trail:
    ...         trail.prove(Check.ISSUER_SIGNATURE, "ES256")
    ...         trail.begin(Check.VALIDITY)
    ...         raise ValidityError(Code.SDJWT_EXPIRED)
    ... except ValidityError as refusal:
    ...     print(refusal.check, [each.check.value for each in refusal.proved])
    validity ['issuer_signature']
    """

    __slots__ = ("_proved", "_under_way")

    def __init__(self) -> None:
        self._proved: list[Evidence] = []
        self._under_way: Check | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was proved so far, in order."""
        return tuple(self._proved)

    def begin(self, check: Check) -> None:
        """Say which check is under way."""
        self._under_way = check

    def prove(self, check: Check, detail: str) -> None:
        """Write down that a check proved something; none is under way any more."""
        self._proved.append(Evidence(check, detail))
        self._under_way = None

    def add(self, *evidence: Evidence) -> None:
        """Write down evidence that somebody else made."""
        self._proved.extend(evidence)
        self._under_way = None

    def __enter__(self) -> "Trail":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, KridError) and not isinstance(error, MisuseError):
            error.proved = (*self._proved, *error.proved)
            if error.check is None:
                error.check = self._under_way
