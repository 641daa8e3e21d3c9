"""The life of a mobile card: every state, every step, and who may take it, in three tables."""

from collections.abc import Mapping
from enum import Enum, unique
from types import MappingProxyType
from typing import Final

from krid.errors import Code, ContentError
from krid.status import StatusType


@unique
class Stage(Enum):
    """Where a card is in its life.

    APPLIED: somebody asks for it. ENROLLED: the person has been proved, by an office or by an IC
    card. ISSUED: signed and waiting for the phone. ACTIVE: on the phone. SUSPENDED: stopped for
    now. REVOKED, EXPIRED, WITHDRAWN: the end; a withdrawn card was never issued.
    """

    APPLIED = "applied"
    ENROLLED = "enrolled"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


HELD: Final = frozenset({Stage.ISSUED, Stage.ACTIVE, Stage.SUSPENDED})
"""A card that is in the world: there is one at most for each person and type."""

PENDING: Final = frozenset({Stage.APPLIED, Stage.ENROLLED})
"""A card that is not signed yet."""


@unique
class Step(Enum):
    """What can happen to a card."""

    ENROL = "enrol"
    ISSUE = "issue"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


STEPS: Final[Mapping[tuple[Stage, Step], Stage]] = MappingProxyType(
    {
        (Stage.APPLIED, Step.ENROL): Stage.ENROLLED,
        (Stage.APPLIED, Step.WITHDRAW): Stage.WITHDRAWN,
        (Stage.ENROLLED, Step.ISSUE): Stage.ISSUED,
        (Stage.ENROLLED, Step.WITHDRAW): Stage.WITHDRAWN,
        (Stage.ISSUED, Step.ISSUE): Stage.ISSUED,  # the phone asks again for what it did not get
        (Stage.ISSUED, Step.ACTIVATE): Stage.ACTIVE,
        (Stage.ISSUED, Step.SUSPEND): Stage.SUSPENDED,
        (Stage.ISSUED, Step.REVOKE): Stage.REVOKED,
        (Stage.ISSUED, Step.EXPIRE): Stage.EXPIRED,
        (Stage.ACTIVE, Step.ACTIVATE): Stage.ACTIVE,  # a phone that did not hear the answer
        (Stage.ACTIVE, Step.ISSUE): Stage.ACTIVE,  # credentials that live shorter than the card
        (Stage.ACTIVE, Step.SUSPEND): Stage.SUSPENDED,
        (Stage.ACTIVE, Step.REVOKE): Stage.REVOKED,
        (Stage.ACTIVE, Step.EXPIRE): Stage.EXPIRED,
        (Stage.SUSPENDED, Step.SUSPEND): Stage.SUSPENDED,  # for a second reason
        (Stage.SUSPENDED, Step.RESTORE): Stage.ACTIVE,
        (Stage.SUSPENDED, Step.REVOKE): Stage.REVOKED,
        (Stage.SUSPENDED, Step.EXPIRE): Stage.EXPIRED,
    }
)
"""Every step that there is, and where it leads; no other is possible."""


def after(stage: Stage, step: Step) -> Stage:
    """Return where a step leads.

    Raises:
        ContentError: `register.stage`.

    >>> after(Stage.ISSUED, Step.ACTIVATE)
    <Stage.ACTIVE: 'active'>
    """
    found = STEPS.get((stage, step))
    if found is None:
        raise ContentError(Code.REGISTER_STAGE, f"{step.value} when {stage.value}")
    return found


def status_of(stage: Stage) -> StatusType:
    """Return what the status lists say of the credentials of a card.

    An expired card keeps VALID: its own dates end it. A card that is to be issued has a place in
    the lists already, which says VALID before anybody could show it.
    """
    if stage is Stage.SUSPENDED:
        return StatusType.SUSPENDED
    if stage in {Stage.REVOKED, Stage.WITHDRAWN}:
        return StatusType.INVALID
    return StatusType.VALID


@unique
class Hold(Enum):
    """Why a card is suspended; it is restored when no hold is left."""

    PHONE_LOST = "phone_lost"
    DOCUMENT_LOST = "document_lost"
    POLICE = "police"


@unique
class Role(Enum):
    """In what role somebody acts; who they are is the actor of the log."""

    HOLDER = "holder"
    OFFICE = "office"
    POLICE = "police"


_PLACE: Final = MappingProxyType(
    {
        Hold.PHONE_LOST: frozenset({Role.HOLDER, Role.OFFICE, Role.POLICE}),
        Hold.DOCUMENT_LOST: frozenset({Role.HOLDER, Role.OFFICE, Role.POLICE}),
        Hold.POLICE: frozenset({Role.POLICE}),
    }
)
_LIFT: Final = MappingProxyType(
    {
        Hold.PHONE_LOST: frozenset({Role.OFFICE, Role.POLICE}),
        Hold.DOCUMENT_LOST: frozenset({Role.OFFICE}),
        Hold.POLICE: frozenset({Role.POLICE}),
    }
)


def check_may_place(hold: Hold, role: Role) -> None:
    """Check that a role may suspend a card for a reason: anybody may report a loss.

    Raises:
        ContentError: `register.right`.
    """
    if role not in _PLACE[hold]:
        raise ContentError(Code.REGISTER_RIGHT, hold.value)


def check_may_lift(hold: Hold, role: Role) -> None:
    """Check that a role may end a suspension; whoever found the phone may not.

    Raises:
        ContentError: `register.right`.
    """
    if role not in _LIFT[hold]:
        raise ContentError(Code.REGISTER_RIGHT, hold.value)
