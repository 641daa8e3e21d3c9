"""Whether a verifier asks for more than it is registered for, told to the holder or refused."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Literal, TypeAlias, assert_never, final

from krid._core.arguments import typed
from krid.errors import Code, KridError, MisuseError, TrustError, ValidityError
from krid.exchange import AuthenticatedRequest
from krid.model import OverAsked, Registration, Registrations


class NoRegistrations(Enum):
    """The type of `NO_REGISTRATIONS`."""

    NO_REGISTRATIONS = "no registrations"


NO_REGISTRATIONS: Final[Literal[NoRegistrations.NO_REGISTRATIONS]] = (
    NoRegistrations.NO_REGISTRATIONS
)
"""Nobody is asked what verifiers may ask: every one is shown as unregistered."""


@final
@dataclass(frozen=True, slots=True)
class ShowBeyond:
    """What a verifier asks beyond its registration is shown to the holder, who decides."""

    registrations: Registrations


@final
@dataclass(frozen=True, slots=True)
class RefuseBeyond:
    """A verifier without a registration, or that asks beyond it, gets no answer."""

    registrations: Registrations


RegistrationRule: TypeAlias = NoRegistrations | ShowBeyond | RefuseBeyond


@final
@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody says what the verifier may ask; `reason` is why."""

    reason: Code


@final
@dataclass(frozen=True, slots=True)
class Registered:
    """The verifier is registered; `beyond` is what it asks for all the same, empty for nothing."""

    registration: Registration
    beyond: tuple[OverAsked, ...]


Asking: TypeAlias = Registered | Unregistered


def check_open(request: AuthenticatedRequest, *, now: datetime) -> None:
    """Check that this is a request whose sender is known, and that it still may be answered.

    Raises:
        ValidityError: `request.expired`.
        MisuseError: `misuse.type`.
    """
    typed("request", request, AuthenticatedRequest)
    if request.request.expires <= now:
        raise ValidityError(Code.REQUEST_EXPIRED)


def judge(rule: RegistrationRule, request: AuthenticatedRequest, *, now: datetime) -> Asking:
    """Compare what a request asks for with what its sender is registered for.

    Raises:
        TrustError: `registration.beyond` under `RefuseBeyond`.
        KridError: under `RefuseBeyond`, why there is no registration.
    """
    match rule:
        case NoRegistrations():
            return Unregistered(Code.REGISTRATION_UNKNOWN)
        case ShowBeyond(source):
            return _shown(source, request, now)
        case RefuseBeyond(source):
            found = _found(source, request, now)
            if found.beyond:
                raise TrustError(Code.REGISTRATION_BEYOND)
            return found
        case _ as never:
            assert_never(never)


def _shown(source: Registrations, request: AuthenticatedRequest, now: datetime) -> Asking:
    try:
        return _found(source, request, now)
    except MisuseError:
        raise
    except KridError as reason:
        return Unregistered(reason.code)


def _found(source: Registrations, request: AuthenticatedRequest, now: datetime) -> Registered:
    registration = source.find(request.asker, now=now)
    asked = request.request.query.credentials
    beyond = (registration.beyond(each) for each in asked)
    return Registered(registration, tuple(each for each in beyond if each is not None))
