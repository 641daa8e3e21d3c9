"""The register of relying parties in a database: every change stands in the log.

It is a source of registrations for wallets (`find`), it writes the list of all of them
(`listed`), and it signs registration certificates (`certify`): one source feeds every form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, final

from sqlalchemy import ColumnElement, func, select

from krid.errors import Code, ContentError, KridError, TrustError
from krid.exchange import AuthenticatedRequest
from krid.keys import Signer
from krid.model import Asker, Registration
from krid.registrar.book.act import Row
from krid.registrar.book.book import make_note
from krid.registrar.book.chain import Note
from krid.registrar.book.party_rows import behind, behind_at, parties_where, row_of_use
from krid.registrar.book.party_values import (
    party_row,
    report_of,
    report_row,
    use_row,
)
from krid.registrar.book.schema import (
    FORMER_NAME,
    PARTY,
    PARTY_NAME,
    REGISTRATION,
    REPORT,
    TOUCH,
    USE,
)
from krid.registrar.book.values import reference_of
from krid.registrar.parties import (
    NewParty,
    Overasked,
    PartyState,
    PartyStep,
    RelyingParty,
    Use,
    after_step,
    check_party,
    check_use,
    found_for,
    in_force,
    overasked,
)
from krid.registrar.reported import request_key
from krid.registrar.work import Core, Work
from krid.status import Change, StatusType
from krid.status.registry import moments
from krid.trust import RegisteredVerifiers
from krid.trust.registration_certificate import prepare

_STATUS: Final = {
    PartyState.IN_FORCE: StatusType.VALID,
    PartyState.SUSPENDED: StatusType.SUSPENDED,
    PartyState.WITHDRAWN: StatusType.INVALID,
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSigner:
    """Who signs registration certificates, and what each of them says of the register."""

    signer: Signer = field(repr=False)
    certificates: Sequence[bytes] = field(repr=False)
    country: str
    registry_uri: str
    entitlements: Sequence[str]


@final
class PartyBook:
    """The parties of a register. What is done to one is an official's act, and never automatic."""

    def __init__(self, core: Core) -> None:
        self._core: Final = core

    def enter(self, party: NewParty, *, actor: str, reason: str, now: datetime) -> str:
        """Take a party in with its purposes, and return its handle.

        Raises:
            ContentError: `registration.party`, `registration.repeated`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        handle = self._core.handle("a")
        with self._core.work("register", handle, actor=actor, reason=reason, now=now) as work:
            check_party(party)
            taken = select(PARTY.c.id).where(PARTY.c.number == party.number)
            if work.act.connection.execute(taken).first() is not None:
                raise ContentError(Code.REGISTRATION_REPEATED, "number")
            work.act.insert(work.line, PARTY, party_row(handle, party))
            for use in party.uses:
                self._add(work, handle, use)
        return handle

    def add_use(self, party_id: str, use: Use, *, actor: str, reason: str, now: datetime) -> None:
        """Register a further purpose of a party.

        Raises:
            ContentError: `register.unknown_party`, `registration.state` for a party whose
                registration was withdrawn, `registration.party`, `registration.repeated`.
            MisuseError, StoreError: as `enter`.
        """
        with self._core.work("register", party_id, actor=actor, reason=reason, now=now) as work:
            row = work.act.find(PARTY, party_id)
            if row["state"] == PartyState.WITHDRAWN.value:
                raise ContentError(Code.REGISTRATION_STATE)
            check_use(use)
            twice = select(USE.c.id).where(USE.c.party_id == party_id, USE.c.word == use.id)
            if work.act.connection.execute(twice).first() is not None:
                raise ContentError(Code.REGISTRATION_REPEATED, "purpose")
            self._add(work, party_id, use)

    def end_use(
        self, party_id: str, use: str, *, at: datetime, actor: str, reason: str, now: datetime
    ) -> None:
        """Let a purpose end at a moment; certificates of it that run for longer are revoked.

        Raises:
            ContentError: `register.unknown_party`; `registration.party` for a moment before its
                first.
            MisuseError, StoreError: as `enter`.
        """
        with self._core.work("end_use", party_id, actor=actor, reason=reason, now=now) as work:
            work.act.find(PARTY, party_id)
            row, until = row_of_use(work.act.connection, party_id, use), moments.to_number(at)
            if until <= row["since"]:
                raise ContentError(Code.REGISTRATION_PARTY, "dates")
            work.act.update(work.line, USE, row, until=until)
            longer = (REGISTRATION.c.use_id == row["id"]) & (REGISTRATION.c.until > until)
            for each in _show(work, longer, StatusType.INVALID):
                work.act.update(work.line, REGISTRATION, each, until=work.at)

    def set_names(
        self,
        party_id: str,
        use: str,
        names: frozenset[str],
        *,
        actor: str,
        reason: str,
        now: datetime,
    ) -> None:
        """Write down under which client identifiers a purpose goes from now on.

        Where they are hashes of certificates, a renewed certificate is a further name. A request
        that is reported later is judged by what its name stood for when it was signed.

        Raises:
            ContentError: `register.unknown_party`, `registration.party`, `registration.repeated`.
            MisuseError, StoreError: as `enter`.
        """
        with self._core.work("rename_use", party_id, actor=actor, reason=reason, now=now) as work:
            work.act.find(PARTY, party_id)
            (party,) = parties_where(work.act.connection, PARTY.c.id == party_id)
            row = row_of_use(work.act.connection, party_id, use)
            before = _named(party, use)
            check_use(replace(before, names=names))
            for name in sorted(before.names - names):
                work.act.delete(work.line, PARTY_NAME, name)
                work.act.insert(work.line, FORMER_NAME, self._former(name, row, work))
            _name(work, row["id"], names - before.names)

    def take_step(
        self, party_id: str, step: PartyStep, *, actor: str, reason: str, now: datetime
    ) -> None:
        """Suspend, restore or withdraw a registration, in the list and in every certificate of it.

        Certificates are seen to have ended with the next publication of the status lists.

        Raises:
            ContentError: `register.unknown_party`, `registration.state`.
            MisuseError, StoreError: as `enter`.
        """
        action = f"party_{step.value}"
        with self._core.work(action, party_id, actor=actor, reason=reason, now=now) as work:
            row = work.act.find(PARTY, party_id)
            state = after_step(PartyState(row["state"]), step)
            work.act.update(work.line, PARTY, row, state=state.value)
            _show(work, REGISTRATION.c.party_id == party_id, _STATUS[state])

    def every(self) -> tuple[RelyingParty, ...]:
        """List all parties by their numbers.

        Raises:
            StoreError: `register.database`.
        """
        with self._core.book.reading() as connection:
            return parties_where(connection, PARTY.c.id.is_not(None))

    def party(self, party_id: str) -> RelyingParty:
        """Find a party by its handle.

        Raises:
            ContentError: `register.unknown_party`.
            StoreError: `register.database`.
        """
        with self._core.book.reading() as connection:
            found = parties_where(connection, PARTY.c.id == party_id)
        if not found:
            raise ContentError(Code.REGISTER_UNKNOWN_PARTY)
        return found[0]

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Return what holds for whoever asks: the port `krid.model.Registrations`.

        Raises:
            TrustError, ValidityError: as `krid.registrar.parties.found_for`.
            StoreError: `register.database`.
        """
        with self._core.book.reading() as connection:
            found = behind(connection, asker)
        return found_for(found, asker, now=now)

    def listed(self, *, now: datetime) -> RegisteredVerifiers:
        """Return the list of all that holds now, by client identifier, as wallets read it.

        Raises:
            StoreError: `register.database`.
        """
        entries: dict[str, Registration] = {}
        for party in self.every():
            for use in party.uses:
                try:
                    registration = in_force(party, use, now=now)
                except KridError:
                    continue
                entries |= dict.fromkeys(use.names, registration)
        return RegisteredVerifiers(entries)

    def certify(
        self,
        party_id: str,
        use: str,
        *,
        by: RegistrationSigner,
        lifetime: timedelta,
        actor: str,
        reason: str,
        now: datetime,
    ) -> str:
        """Sign a certificate of one purpose, for the party to send along with its requests.

        It has a place of its own in the status lists, and ends no later than the purpose does.
        A wallet takes it from whoever proves the party's number (ETSI TS 119 475).

        Raises:
            TrustError, ValidityError: as `krid.registrar.parties.in_force`.
            ContentError: `register.unknown_party`.
            MisuseError, StoreError: as `enter`.
        """
        with self._core.work("certify", party_id, actor=actor, reason=reason, now=now) as work:
            work.act.find(PARTY, party_id)
            (party,) = parties_where(work.act.connection, PARTY.c.id == party_id)
            row = row_of_use(work.act.connection, party_id, use)
            registration = in_force(party, _named(party, use), now=now)
            end = min(now + lifetime, registration.valid_until or now + lifetime)
            (status,) = work.status.allocate_many(1, until=end)
            certified = {
                "id": self._core.handle("g"),
                "party_id": party_id,
                "use_id": row["id"],
                "list_uri": status.uri,
                "list_index": status.index,
                "until": moments.to_number(end),
            }
            work.act.insert(work.line, REGISTRATION, certified)
            return prepare(
                registration,
                country=by.country,
                registry_uri=by.registry_uri,
                entitlements=by.entitlements,
                alg=by.signer.alg,
                certificates=by.certificates,
                now=now,
                lifetime=end - now,
                status=status,
            ).sign_with(by.signer)

    def report(
        self,
        request: AuthenticatedRequest,
        *,
        digest: bytes,
        asked_at: datetime,
        actor: str,
        now: datetime,
    ) -> Overasked:
        """Hold a request whose sender is proved against the register; one line for what is beyond.

        `digest` is the SHA-256 of the signed request, `asked_at` the moment for which it holds.
        What is refused here leaves no line: else whoever sends anything could fill the log.

        Raises:
            TrustError: `registration.unknown`.
            ContentError: `registration.within`, `report.repeated`.
            MisuseError: `misuse.option`, `misuse.naive_time`.
            StoreError: `register.database`.
        """
        key = request_key(request)
        with self._core.book.entering() as act:
            for party in behind_at(act.connection, request.asker, asked_at):
                act.find(PARTY, party.id)
                found = overasked(party, request, digest=digest, asked_at=asked_at)
                if act.connection.execute(select(REPORT.c.id).where(REPORT.c.id == key)).first():
                    raise ContentError(Code.REPORT_REPEATED)
                line = act.line(_note(found, actor, now))
                act.insert(line, REPORT, report_row(key, found))
                return found
        raise TrustError(Code.REGISTRATION_UNKNOWN)

    def confirmed(self, party_id: str) -> int:
        """Count the confirmed reports about a party.

        Raises:
            StoreError: `register.database`.
        """
        statement = select(func.count()).where(REPORT.c.party_id == party_id)
        with self._core.book.reading() as connection:
            return int(connection.execute(statement).scalar_one())

    def at_lines(self, lines: Sequence[int]) -> Mapping[int, Overasked]:
        """Return the confirmed reports that lines of the log stand for, by their numbers.

        Raises:
            StoreError: `register.database`.
        """
        statement = (
            select(TOUCH.c.seq, REPORT)
            .join(REPORT, REPORT.c.id == TOUCH.c.key)
            .where(TOUCH.c.place == "report", TOUCH.c.seq.in_(lines))
        )
        with self._core.book.reading() as connection:
            rows = connection.execute(statement).mappings().all()
        return {row["seq"]: report_of(row) for row in rows}

    def _former(self, name: str, use: Row, work: Work) -> dict[str, object]:
        return {
            "id": self._core.handle("n"),
            "name": name,
            "use_id": use["id"],
            "until": work.at,
        }

    def _add(self, work: Work, party_id: str, use: Use) -> None:
        use_id = self._core.handle("u")
        work.act.insert(work.line, USE, use_row(use_id, party_id, use))
        _name(work, use_id, use.names)


def _name(work: Work, use_id: str, names: frozenset[str]) -> None:
    """Let client identifiers stand for a purpose, each for this one alone."""
    taken = select(PARTY_NAME.c.id).where(PARTY_NAME.c.id.in_(sorted(names)))
    if work.act.connection.execute(taken).first() is not None:
        raise ContentError(Code.REGISTRATION_REPEATED, "name")
    for name in sorted(names):
        work.act.insert(work.line, PARTY_NAME, {"id": name, "use_id": use_id})


def _named(party: RelyingParty, word: str) -> Use:
    (found,) = (each for each in party.uses if each.id == word)
    return found


def _show(work: Work, which: ColumnElement[bool], status: StatusType) -> list[Row]:
    """Set the status of those certificates of a registration that have not ended."""
    running = which & (REGISTRATION.c.until > work.at)
    found = work.act.connection.execute(select(REGISTRATION).where(running)).mappings()
    rows: list[Row] = [dict(row) for row in found]
    changes = [Change(reference_of(row), status) for row in rows]
    if changes:
        note = work.line.note
        work.status.set_many(changes, by=note.actor, reason=note.reason, now=work.now)
    return rows


def _note(found: Overasked, actor: str, now: datetime) -> Note:
    """Write down what was asked as a refused attempt, for the wallet did refuse it."""
    note = make_note(
        actor=actor, action="overask", subject=found.party_id, reason=found.use, now=now
    )
    return replace(note, refusal=str(Code.REGISTRATION_BEYOND))
