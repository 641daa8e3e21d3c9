"""The register in memory: residents, their plastic cards, and the phone that holds each card."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

from krid.errors import Code, ContentError, MisuseError
from krid.registrar.resident import PhysicalCard, Resident


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """One person with the plastic card and the active phone, where there are any.

    A phone goes by an opaque name, such as the thumbprint of its key.
    """

    resident: Resident
    card: PhysicalCard | None = None
    active_phone: str | None = None


@final
class Register:
    """Look-ups by the register's own handle, and the one phone of each person.

    Only the phones change. Several threads may use one register.
    """

    __slots__ = ("_entries", "_phones")

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take in people, each once.

        Raises:
            MisuseError: `register.repeated`.
        """
        found = tuple(entries)
        self._entries: Mapping[str, Entry] = MappingProxyType(
            {entry.resident.id: entry for entry in found}
        )
        if len(self._entries) != len(found):
            raise MisuseError(Code.REGISTER_REPEATED)
        self._phones = {
            entry.resident.id: entry.active_phone
            for entry in found
            if entry.active_phone is not None
        }

    def __repr__(self) -> str:
        return f"Register({len(self._entries)} residents)"

    @property
    def residents(self) -> tuple[Resident, ...]:
        """Everybody, in the order in which they were taken in."""
        return tuple(entry.resident for entry in self._entries.values())

    def resident(self, resident_id: str) -> Resident:
        """Find a person.

        Raises:
            ContentError: `register.unknown`.
        """
        return self._entry(resident_id).resident

    def card(self, resident_id: str) -> PhysicalCard | None:
        """Find a person's plastic card, in whatever state.

        Raises:
            ContentError: `register.unknown`.
        """
        return self._entry(resident_id).card

    def active_phone(self, resident_id: str) -> str | None:
        """Name the phone that holds the person's mobile card now.

        Raises:
            ContentError: `register.unknown`.
        """
        self._entry(resident_id)
        return self._phones.get(resident_id)

    def activate_phone(self, resident_id: str, phone: str) -> None:
        """Record that a phone holds the mobile card now; the same phone may be recorded again.

        Raises:
            ContentError: `register.unknown`, or `register.active_phone` when another phone does.
        """
        self._entry(resident_id)
        # One step, so that of two phones that come at once only one gets through.
        if self._phones.setdefault(resident_id, phone) != phone:
            raise ContentError(Code.REGISTER_ACTIVE_PHONE)

    def release_phone(self, resident_id: str) -> None:
        """Record that no phone holds the mobile card any more.

        Raises:
            ContentError: `register.unknown`.
        """
        self._entry(resident_id)
        self._phones.pop(resident_id, None)

    def _entry(self, resident_id: str) -> Entry:
        entry = self._entries.get(resident_id)
        if entry is None:
            raise ContentError(Code.REGISTER_UNKNOWN)
        return entry
