"""What a verification checks, and what came of each check."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import final


@unique
class Check(StrEnum):
    """What a verification proves, the same for every format."""

    SYNTAX = "syntax"
    """The bytes are what they claim to be."""
    ISSUER = "issuer"
    """Somebody trusted stands behind the issuer's key."""
    ISSUER_SIGNATURE = "issuer_signature"
    """That key signed the credential."""
    INTEGRITY = "integrity"
    """Every disclosed claim is as it was issued."""
    VALIDITY = "validity"
    """The credential holds at this moment by its own dates."""
    TYPE = "type"
    """It is of the type that it says it is."""
    HOLDER = "holder"
    """The holder's key signed this presentation for this verifier and session."""
    DEVICE_ELEMENTS = "device_elements"
    """What the device itself asserts, the issuer authorised it to assert."""
    POLICY = "policy"
    """It is what this verifier takes: algorithms, types, issuers, assurance."""
    STATUS = "status"
    """It is neither revoked nor suspended."""
    ANSWER = "answer"
    """It is what was asked for."""


@unique
class State(StrEnum):
    """What came of a check."""

    PROVED = "proved"
    ABSENT = "absent"
    """The credential names nothing to check, and nobody demands that it does."""
    OPTED_OUT = "opted out"
    """The caller chose, by a named value, not to check."""
    REFUSED = "refused"
    NOT_REACHED = "not reached"
    """A check before it refused."""


@final
@dataclass(frozen=True, slots=True)
class Freshness:
    """Of which moment evidence speaks that is not of the present, such as a status list's.

    `as_of` is when its source was signed, `fresh_until` when the source says to ask anew.
    """

    as_of: datetime
    fresh_until: datetime


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """What came of one check, and by what. Holds no personal data.

    `freshness` is None for evidence of the present moment, and where nobody knows.
    """

    check: Check
    detail: str
    state: State = State.PROVED
    freshness: Freshness | None = None
