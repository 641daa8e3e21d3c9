"""The register of relying parties in memory, for demonstrations and tests."""

from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Final, final

from krid._core.entropy import Entropy
from krid.errors import Code, ContentError, TrustError
from krid.exchange import AuthenticatedRequest
from krid.model import Asker, Registration
from krid.registrar.handles import new_handle
from krid.registrar.parties import (
    NewParty,
    Overasked,
    PartyState,
    PartyStep,
    RelyingParty,
    after_step,
    check_party,
    found_for,
    overasked,
)
from krid.registrar.reported import request_key


@final
class PartyList:
    """Parties and confirmed reports of this process, safe between threads; there is no log."""

    def __init__(self, *, entropy: Entropy) -> None:
        self._entropy: Final = entropy
        self._lock: Final = Lock()
        self._parties: dict[str, RelyingParty] = {}
        self._reports: dict[str, Overasked] = {}

    def enter(self, party: NewParty) -> str:
        """Take a party in and return its handle.

        Raises:
            ContentError: `registration.party`, `registration.repeated`.
            MisuseError: `misuse.option`.
        """
        check_party(party)
        names = {name for use in party.uses for name in use.names}
        with self._lock:
            for other in self._parties.values():
                taken = {name for use in other.uses for name in use.names}
                if other.number == party.number or taken & names:
                    raise ContentError(Code.REGISTRATION_REPEATED)
            made = RelyingParty(
                id=new_handle("a", self._entropy),
                number=party.number,
                name=party.name,
                state=PartyState.IN_FORCE,
                uses=party.uses,
            )
            self._parties[made.id] = made
        return made.id

    def take_step(self, party_id: str, step: PartyStep) -> None:
        """Suspend, restore or withdraw a registration.

        Raises:
            ContentError: `registration.state`.
            TrustError: `registration.unknown`.
        """
        with self._lock:
            party = self._known(party_id)
            self._parties[party_id] = replace(party, state=after_step(party.state, step))

    def every(self) -> tuple[RelyingParty, ...]:
        """List all parties as they were entered."""
        with self._lock:
            return tuple(self._parties.values())

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Return what holds for whoever asks.

        Raises:
            TrustError, ValidityError: as `krid.registrar.parties.found_for`.
        """
        return found_for(self.every(), asker, now=now)

    def report(
        self,
        request: AuthenticatedRequest,
        *,
        digest: bytes,
        asked_at: datetime,
        actor: str,  # noqa: ARG002  there is no log that would name it
        now: datetime,  # noqa: ARG002
    ) -> Overasked:
        """Take in a request whose sender is proved.

        Raises:
            TrustError: `registration.unknown`.
            ContentError: `registration.within`, `report.repeated`.
        """
        for party in self.every():
            if party.uses_of(request.asker):
                found = overasked(party, request, digest=digest, asked_at=asked_at)
                return self._kept(request_key(request), found)
        raise TrustError(Code.REGISTRATION_UNKNOWN)

    def confirmed(self, party_id: str) -> int:
        """Count the confirmed reports about a party."""
        with self._lock:
            return sum(each.party_id == party_id for each in self._reports.values())

    def _kept(self, key: str, found: Overasked) -> Overasked:
        with self._lock:
            if key in self._reports:
                raise ContentError(Code.REPORT_REPEATED)
            self._reports[key] = found
        return found

    def _known(self, party_id: str) -> RelyingParty:
        if party_id not in self._parties:
            raise TrustError(Code.REGISTRATION_UNKNOWN)
        return self._parties[party_id]
