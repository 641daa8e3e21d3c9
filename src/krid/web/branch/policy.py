"""The bank's own rules on top of what the card proves: age, and that a person is there."""

from dataclasses import dataclass, field
from typing import Final, Protocol, final

from krid.web.asking import answers
from krid.web.verifier.records import VisitRecord

TOO_YOUNG: Final = "bank.too_young"
NOT_ALIVE: Final = "bank.liveness"


@final
@dataclass(frozen=True, slots=True)
class Liveness:
    """What a liveness check found, and who made it: the name stands in the decision."""

    passed: bool
    by: str


class LivenessCheck(Protocol):
    """Checks that the person is there: a camera with face match, a video call, a branch."""

    def check(self, secret: str) -> Liveness:
        """Check the person behind a browser's session."""
        ...


@final
@dataclass(frozen=True, slots=True)
class SampleLiveness:
    """Says yes without looking at anybody, and says so: for demonstrations."""

    def check(self, secret: str) -> Liveness:  # noqa: ARG002  the port's words
        """Pass everybody."""
        return Liveness(passed=True, by="a sample that looks at nobody")


@final
@dataclass(frozen=True, slots=True)
class AccountPolicy:
    """Who may open an account: somebody of an age, who is there."""

    liveness: LivenessCheck = field(repr=False)
    age: int = 19

    @property
    def name(self) -> str:
        """The policy in one line, for the decision."""
        return f"name and birth date proved; {self.age} or older; person there"

    def judge(self, record: VisitRecord, liveness: Liveness) -> str:
        """Return the reason against an account, empty for none."""
        if answers(record, ("age_equal_or_over", str(self.age))) != [True]:
            return TOO_YOUNG
        return "" if liveness.passed else NOT_ALIVE
