"""What a verifier writes down: requests that are open, and answers that wait for a browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Self, TypeAlias, final

from krid._core import shape, strict_json, times
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.exchange import PresentationRequest
from krid.keys import LocalKey, jwk
from krid.model import Check, Evidence, State
from krid.openid.oauth import members as m
from krid.openid.vp.server.asked import decode_request, encode_request
from krid.openid.vp.server.setup import VerifierSetup

_CODE: Final = Code.PRESENTATION_RECORD
_CODES: Final = {str(each): each for each in Code}


@unique
class Journey(StrEnum):
    """Where the wallet is: in the browser's own device, which comes back, or in another."""

    SAME_DEVICE = "same_device"
    CROSS_DEVICE = "cross_device"


@final
@dataclass(frozen=True, slots=True)
class Pending:
    """A request that waits for its answer.

    `browser` is the digest of the secret of the browser session that began it. `key` opens
    sealed answers. `written` is the request as it is written down.
    """

    request: PresentationRequest
    written: JsonObject = field(repr=False)
    journey: Journey
    browser: str
    key: LocalKey | None

    @classmethod
    def begun(
        cls, request: PresentationRequest, journey: Journey, browser: str, key: LocalKey | None
    ) -> Self:
        """Wait for the answer to a request that was made just now."""
        return cls(request, encode_request(request), journey, browser, key)

    def encode(self) -> bytes:
        """Write the record."""
        return strict_json.dumps(
            {
                "request": self.written,
                "journey": self.journey.value,
                "browser": self.browser,
                "key": None if self.key is None else jwk.encode_private(self.key),
            }
        )

    @classmethod
    def decode(cls, record: bytes, setup: VerifierSetup) -> Self:
        """Read a record back.

        Raises:
            MalformedError: when something else wrote it.
        """
        members = strict_json.loads_object(record)
        written = dict(shape.mapping(members.get("request"), _CODE))
        secret = members.get("key")
        key = None if secret is None else jwk.parse_private(secret)
        return cls(
            decode_request(written, None if key is None else key.public_key, setup),
            written,
            shape.one_of(Journey, members.get("journey"), _CODE),
            m.text(members, "browser", _CODE),
            key,
        )


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was verified when it came, and is verified again when it is fetched.

    `written` is the request as it is written down. `members` are the answer's parameters, opened.
    `code` is the digest of the response code that the browser must bring, None where there is none.
    """

    request: PresentationRequest
    written: JsonObject = field(repr=False)
    members: JsonObject = field(repr=False)
    arrived: datetime
    code: str | None = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Shortfall:
    """An answer that was none: the wallet's error, or why krid refused what it sent.

    Of the refusal code, detail and what was proved are kept. `at` is when it came. `until` is how
    long the request may be answered all the same, None where this has ended it.
    """

    error: str | None
    refusal: KridError | None
    at: datetime
    until: datetime | None = None


Outcome: TypeAlias = Answer | Shortfall


def encode_outcome(outcome: Outcome) -> bytes:
    """Write what became of a request; of a refused answer nothing is kept but the reason."""
    if isinstance(outcome, Shortfall):
        return encode_shortfall(outcome)
    key = outcome.request.delivery.key
    return strict_json.dumps(
        {
            "request": outcome.written,
            "key": None if key is None else jwk.encode_public(key.key),
            "answer": outcome.members,
            "arrived": times.to_rfc3339(outcome.arrived),
            "code": outcome.code,
        }
    )


def decode_outcome(record: bytes, setup: VerifierSetup) -> Outcome:
    """Read it back.

    Raises:
        MalformedError: when something else wrote it.
    """
    members = strict_json.loads_object(record)
    if "answer" not in members:
        return decode_shortfall(members)
    written = dict(shape.mapping(members.get("request"), _CODE))
    key = members.get("key")
    return Answer(
        decode_request(written, None if key is None else jwk.parse_public(key), setup),
        written,
        dict(shape.mapping(members["answer"], _CODE)),
        times.from_rfc3339(m.text(members, "arrived", _CODE)),
        _or_none(members, "code"),
    )


def encode_shortfall(found: Shortfall) -> bytes:
    """Write an answer that was none."""
    refusal = found.refusal
    members: JsonObject = {"error": found.error, "refusal": None}
    members["at"] = times.to_rfc3339(found.at)
    members["until"] = None if found.until is None else times.to_rfc3339(found.until)
    if refusal is not None:
        members["refusal"] = {
            "code": str(refusal.code),
            "detail": refusal.detail,
            "check": None if refusal.check is None else refusal.check.value,
            "proved": [
                [each.check.value, each.detail, each.state.value] for each in refusal.proved
            ],
        }
    return strict_json.dumps(members)


def decode_shortfall(members: JsonObject) -> Shortfall:
    """Read it back.

    Raises:
        MalformedError: when something else wrote it.
    """
    told = members.get("refusal")
    refusal = None if told is None else _refusal(shape.mapping(told, _CODE))
    until = _or_none(members, "until")
    return Shortfall(
        _or_none(members, "error"),
        refusal,
        times.from_rfc3339(m.text(members, "at", _CODE)),
        None if until is None else times.from_rfc3339(until),
    )


def _refusal(members: Mapping[str, object]) -> KridError:
    try:
        error = KridError(_CODES[m.text(members, "code", _CODE)], str(members.get("detail", "")))
        if members.get("check") is not None:
            error.check = Check(m.text(members, "check", _CODE))
        entries = shape.sequence(members.get("proved"), _CODE)
        error.proved = tuple(
            Evidence(Check(check), detail, state=State(state)) for check, detail, state in entries
        )
    except (KeyError, TypeError, ValueError) as cause:
        raise MalformedError(_CODE) from cause
    return error


def _or_none(members: JsonObject, name: str) -> str | None:
    value = members.get(name)
    return None if value is None else shape.text(value, _CODE)
