"""Relying parties: who may ask for cards, for which purposes, and what each purpose may ask.

`krid.registrar.party_book` keeps them in a database, `PartyList` in memory. What a wallet gets
of them is a `Registration`, by the list or as a registration certificate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Protocol, final

from krid._core import limits, times
from krid.errors import Code, ContentError, TrustError, ValidityError
from krid.exchange import AuthenticatedRequest
from krid.model import Asker, ClaimPath, OverAsked, Permission, Query, Registration
from krid.status.registry.values import check_word

_EVIDENCE: Final = "the register of relying parties"


@unique
class PartyState(StrEnum):
    """Whether what a party is registered for holds."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@unique
class PartyStep(StrEnum):
    """What an official does to a registration. Nothing else ever does."""

    SUSPEND = "suspend"
    RESTORE = "restore"
    WITHDRAW = "withdraw"


_STEPS: Final[Mapping[tuple[PartyState, PartyStep], PartyState]] = {
    (PartyState.IN_FORCE, PartyStep.SUSPEND): PartyState.SUSPENDED,
    (PartyState.SUSPENDED, PartyStep.RESTORE): PartyState.IN_FORCE,
    (PartyState.IN_FORCE, PartyStep.WITHDRAW): PartyState.WITHDRAWN,
    (PartyState.SUSPENDED, PartyStep.WITHDRAW): PartyState.WITHDRAWN,
}
"""Every step that there is; a registration that was withdrawn never comes back."""

_REFUSED: Final = {
    PartyState.SUSPENDED: Code.REGISTRATION_SUSPENDED,
    PartyState.WITHDRAWN: Code.REGISTRATION_WITHDRAWN,
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One registered purpose. `id` is a short word, such as `open_account`.

    `purposes` say it by language. `names` are the client identifiers under which requests for
    this purpose come: each stands for one purpose alone. From `since` on, until `until`.
    """

    id: str
    purposes: Mapping[str, str]
    names: frozenset[str]
    permissions: tuple[Permission, ...]
    since: datetime
    until: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "purposes", MappingProxyType(dict(self.purposes)))

    def holds_at(self, moment: datetime) -> bool:
        """Tell whether a moment is within the dates."""
        return self.since <= moment and (self.until is None or moment < self.until)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A party to be entered. `number` is its identifier in an official register.

    `name` is by language, such as `ko` and `en`. A certificate that proves the number
    (organizationIdentifier) is the party's own, whatever its client identifier.
    """

    number: str
    name: Mapping[str, str]
    uses: tuple[Use, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", MappingProxyType(dict(self.name)))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class FormerName:
    """A client identifier that stood for the purpose `use` until a moment, and no longer."""

    name: str
    use: str
    until: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RelyingParty:
    """A party as the register knows it; `id` is the handle that stands in the log.

    `former` are the names that its purposes had, by which requests of that time are judged.
    """

    id: str
    number: str
    name: Mapping[str, str]
    state: PartyState
    uses: tuple[Use, ...] = field(repr=False)
    former: tuple[FormerName, ...] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """The name in all its languages, as people read it."""
        return " ".join(dict.fromkeys(self.name.values()))

    def registration(self, use: Use) -> Registration:
        """Return what wallets read of one purpose, whether it holds or not."""
        return Registration(
            id=self.number,
            name=self.title,
            purposes=use.purposes,
            permissions=use.permissions,
            valid_until=use.until,
            evidence=_EVIDENCE,
        )

    def uses_of(self, asker: Asker) -> tuple[Use, ...]:
        """Return the purposes that a request may be for.

        It is the one that its client identifier stands for or, where the certificate proves the
        party's number, any of them.
        """
        own = tuple(use for use in self.uses if asker.client_id in use.names)
        return own or (self.uses if self.number in asker.names else ())

    def uses_at(self, asker: Asker, moment: datetime) -> tuple[Use, ...]:
        """Return the purposes that a request of a moment may have been for, by its name of then."""
        then = [each for each in self.former if each.name == asker.client_id]
        held = [each for each in then if moment < each.until]
        if not held:
            return self.uses_of(asker)
        word = min(held, key=lambda each: each.until).use
        return tuple(use for use in self.uses if use.id == word)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Overasked:
    """A confirmed report: what one request asked for beyond a purpose.

    `digest` is the SHA-256 of the signed request; the request itself is not kept, for it may hold
    what a person was to authorise.
    """

    party_id: str
    use: str
    types: tuple[str, ...]
    claims: tuple[ClaimPath, ...]
    digest: bytes
    asked_at: datetime


class PartyRegister(Protocol):
    """A register of relying parties: the one in the database, and the one in memory.

    It is a source of registrations (`krid.model.Registrations`), too.
    """

    def every(self) -> Sequence[RelyingParty]:
        """List all parties."""
        ...

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Return what holds for whoever asks."""
        ...

    def report(
        self,
        request: AuthenticatedRequest,
        *,
        digest: bytes,
        asked_at: datetime,
        actor: str,
        now: datetime,
    ) -> Overasked:
        """Take in a request whose sender is proved."""
        ...

    def confirmed(self, party_id: str) -> int:
        """Count the confirmed reports about a party."""
        ...


def after_step(state: PartyState, step: PartyStep) -> PartyState:
    """Return the state after a step.

    Raises:
        ContentError: `registration.state`.
    """
    if (state, step) not in _STEPS:
        raise ContentError(Code.REGISTRATION_STATE, f"{step} while {state}")
    return _STEPS[state, step]


def in_force(party: RelyingParty, use: Use, *, now: datetime) -> Registration:
    """Return what a party is registered for, if it holds.

    Raises:
        TrustError: `registration.suspended`, `registration.withdrawn`.
        ValidityError: `registration.not_yet_valid`, `registration.expired`.
    """
    if party.state in _REFUSED:
        raise TrustError(_REFUSED[party.state])
    if times.aware(now) < use.since:
        raise ValidityError(Code.REGISTRATION_NOT_YET_VALID)
    if not use.holds_at(now):
        raise ValidityError(Code.REGISTRATION_EXPIRED)
    return party.registration(use)


def found_for(parties: Iterable[RelyingParty], asker: Asker, *, now: datetime) -> Registration:
    """Return the registration of the one purpose that a client identifier stands for.

    Raises:
        TrustError: `registration.unknown`, also for a party with several purposes that is known
            by its number alone: then its registration certificate says which is meant; as
            `in_force`.
        ValidityError: as `in_force`.
    """
    for party in parties:
        uses = party.uses_of(asker)
        if len(uses) == 1:
            return in_force(party, uses[0], now=now)
    raise TrustError(Code.REGISTRATION_UNKNOWN)


def overasked(
    party: RelyingParty, request: AuthenticatedRequest, *, digest: bytes, asked_at: datetime
) -> Overasked:
    """Say what a request asks for beyond the purpose that it keeps closest to.

    What a party may ask is judged by its permissions, dates and names at the moment of the
    request, not by whether it is suspended meanwhile. Purposes are not added up: what one may ask
    and what another may is not what both may at once.

    Raises:
        TrustError: `registration.unknown`.
        ContentError: `registration.within` when one purpose covers all of it.
    """
    uses = party.uses_at(request.asker, asked_at)
    if not uses:
        raise TrustError(Code.REGISTRATION_UNKNOWN)
    each = [(use, _beyond(party, use, request.request.query, asked_at)) for use in uses]
    use, over = min(each, key=lambda pair: _amount(pair[1]))
    if not over:
        raise ContentError(Code.REGISTRATION_WITHIN)
    return Overasked(
        party_id=party.id,
        use=use.id,
        types=tuple(dict.fromkeys(kind for one in over for kind in one.types)),
        claims=tuple(dict.fromkeys(path for one in over for path in one.claims)),
        digest=digest,
        asked_at=asked_at,
    )


def _beyond(party: RelyingParty, use: Use, query: Query, moment: datetime) -> tuple[OverAsked, ...]:
    registration = party.registration(use)
    if not use.holds_at(moment):
        registration = replace(registration, permissions=())
    found = (registration.beyond(each) for each in query.credentials)
    return tuple(each for each in found if each is not None)


def _amount(over: tuple[OverAsked, ...]) -> int:
    return sum(len(each.types) + len(each.claims) for each in over)


def check_party(party: NewParty) -> None:
    """Check that a party can be registered as it is written down.

    Raises:
        ContentError: `registration.party`.
        MisuseError: `misuse.option` for a purpose whose `id` is no short word.
    """
    texts = (party.number, *party.name.values())
    if not party.name or not all(_is_line(each) for each in texts):
        raise ContentError(Code.REGISTRATION_PARTY, "name or number")
    if len({use.id for use in party.uses}) != len(party.uses):
        raise ContentError(Code.REGISTRATION_PARTY, "a purpose twice")
    names = [name for use in party.uses for name in use.names]
    if len(set(names)) != len(names):
        raise ContentError(Code.REGISTRATION_REPEATED)
    for use in party.uses:
        check_use(use)


def check_use(use: Use) -> None:
    """Check that a purpose can be registered as it is written down.

    Raises:
        ContentError, MisuseError: as `check_party`.
    """
    check_word(use.id, "use")
    wrong = {
        "purposes": not 0 < len(use.purposes) <= limits.MAX_REGISTRATION_PURPOSES
        or not all(_is_line(each) for pair in use.purposes.items() for each in pair),
        "permissions": len(use.permissions) > limits.MAX_REGISTRATION_CREDENTIALS,
        "names": len(use.names) > limits.MAX_PARTY_NAMES
        or not all(_is_line(each) for each in use.names),
        "dates": use.until is not None and times.aware(use.until) <= times.aware(use.since),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise ContentError(Code.REGISTRATION_PARTY, name)


def _is_line(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= limits.MAX_PARTY_TEXT_CHARS
