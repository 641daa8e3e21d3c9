"""What a trusted list says, whichever its syntax (ETSI TS 119 612 and TS 119 602)."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, final

from krid._core import times
from krid.errors import Code, MalformedError, UnsupportedError
from krid.trust.keys import KeyTrust, PinnedKey
from krid.trust.lists import ListMark
from krid.x509 import Certificate

_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)

GRANTED: Final = frozenset({"http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted"})
"""The one state of a service that is trusted in Europe since 2016 (TS 119 612, annex D.5)."""

PID_ISSUANCE: Final = "http://uri.etsi.org/19602/SvcType/PID/Issuance"
"""Issues person identification data (TS 119 602)."""

WALLET_ISSUANCE: Final = "http://uri.etsi.org/19602/SvcType/WalletSolution/Issuance"
"""Issues attestations of wallets (TS 119 602)."""

WRPAC_ISSUANCE: Final = "http://uri.etsi.org/19602/SvcType/WRPAC/Issuance"
"""Issues access certificates to those who ask wallets (TS 119 602)."""

PUB_EAA_ISSUANCE: Final = "http://uri.etsi.org/19602/SvcType/PubEAA/Issuance"
"""A public body that issues attestations of attributes (TS 119 602)."""


@final
@dataclass(frozen=True, slots=True)
class ServiceState:
    """What a service was from a moment on, until its next state.

    Lists that say nothing about states have one without a status and a beginning: there, to be
    listed is to be trusted.
    """

    type: str | None
    status: str | None
    since: datetime | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedService:
    """A service, whose it is, how it is recognised, and its states from the newest on.

    `left_out` says why certificates of the service can't be read; nothing is trusted for them.
    Services that are identified by names or key identifiers alone have no certificates here.
    """

    provider: str
    name: str
    certificates: tuple[Certificate, ...] = field(repr=False)
    states: tuple[ServiceState, ...]
    left_out: tuple[Code, ...] = ()

    def state_at(self, moment: datetime) -> ServiceState | None:
        """Return the state that held at a moment; None before the first one."""
        for state in self.states:
            if state.since is None or state.since <= moment:
                return state
        return None

    def is_trusted_at(self, moment: datetime, statuses: Collection[str]) -> bool:
        """Tell whether the state at a moment is one of those that count."""
        state = self.state_at(moment)
        return state is not None and (state.status is None or state.status in statuses)

    def is_of(self, types: Collection[str], moment: datetime) -> bool:
        """Tell whether the service was of one of some types at a moment."""
        state = self.state_at(moment)
        return state is not None and state.type in types


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ListPointer:
    """Where another list is, and the certificates by one of which it is signed.

    A list that points to others vouches for these certificates: hand them in, or `key_trust`, to
    verify the other list. krid follows no pointer by itself.
    """

    location: str
    certificates: tuple[Certificate, ...] = field(repr=False)
    territory: str | None
    type: str | None
    media_type: str | None

    def key_trust(self) -> KeyTrust:
        """Trust in the keys of the certificates, as far as krid can use them."""
        pins: list[PinnedKey] = []
        for certificate in self.certificates:
            with suppress(MalformedError, UnsupportedError):
                pins.append(PinnedKey(key=certificate.public_key, issuer=self.location))
        return KeyTrust(tuple(pins))


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedList:
    """A trusted list, as its operator wrote it; `number` grows with each list."""

    operator: str
    territory: str | None
    type: str | None
    number: int
    issued_at: datetime
    next_update: datetime
    services: tuple[TrustedService, ...] = field(repr=False)
    pointers: tuple[ListPointer, ...] = field(default=(), repr=False)

    @property
    def mark(self) -> ListMark:
        """How far this list has come."""
        return ListMark(self.number, self.issued_at)

    def __str__(self) -> str:
        """Say which list it is."""
        place = "" if self.territory is None else f" of {self.territory}"
        return f"trusted list {self.number}{place} of {times.to_rfc3339(self.issued_at)}"


@final
@dataclass(frozen=True, slots=True)
class VerifiedList:
    """A trusted list that was verified, by whom it was signed, and until when it counts.

    Made by `verify_xml_list` and `verify_json_list` alone.
    """

    listed: TrustedList
    signed_by: str
    valid_until: datetime


def newest_first(states: Collection[ServiceState]) -> tuple[ServiceState, ...]:
    """Put the states of a service in order; one without a beginning held before all others."""
    return tuple(sorted(states, key=lambda state: state.since or _BEGINNING, reverse=True))
