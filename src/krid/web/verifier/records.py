"""What a browser that asked is shown: the link, and what came of it, kept for minutes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Final, Self, TypeAlias, assert_never, final

from krid._core import shape, strict_json
from krid._core.clock import Clock
from krid._core.strict_json import Json
from krid.errors import BindingError, Code
from krid.model import ClaimPath
from krid.openid.oauth import IssuanceStore
from krid.openid.oauth.store import Kind, fingerprint
from krid.openid.vp.server import (
    Completed,
    Declined,
    Journey,
    PresentationVerifier,
    Refused,
    Result,
    Waiting,
)
from krid.verifier import Verified
from krid.web.platform.words import picture_of

_CODE: Final = Code.PRESENTATION_RECORD
KEPT_FOR: Final = timedelta(minutes=10)
"""A request lives for five minutes; its result is shown for as long again."""


@unique
class State(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    VERIFIED = "verified"
    DECLINED = "declined"
    REFUSED = "refused"


@final
@dataclass(frozen=True, slots=True)
class Proved:
    """One credential that was verified: its claims one by one, and by what they were proved."""

    issuer: str
    claims: tuple[tuple[ClaimPath, object], ...] = field(repr=False)
    evidence: tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A request of one browser. `code` is why an answer was refused.

    `is_open` says that the request may still be answered though somebody declined, or sent what
    did not verify: across devices that may have been anybody who saw the code.
    """

    link: str = field(repr=False)
    journey: Journey
    expires: datetime
    state: State = State.WAITING
    code: str = ""
    proved: tuple[Proved, ...] = field(default=(), repr=False)
    is_open: bool = False

    @property
    def may_change(self) -> bool:
        """Tell whether to ask the verifier again."""
        return self.state is State.WAITING or self.is_open

    def says_more_than(self, before: Self) -> bool:
        """Tell whether something came of the request that had not before."""
        return (self.state, self.code) != (before.state, before.code)

    def encode(self) -> bytes:
        """Write the record."""
        return strict_json.dumps(
            {
                "link": self.link,
                "journey": self.journey.value,
                "expires": self.expires.isoformat(),
                "state": self.state.value,
                "code": self.code,
                "proved": [_proved_members(each) for each in self.proved],
                "open": self.is_open,
            }
        )

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Read a record back."""
        members = strict_json.loads_object(raw)
        return cls(
            shape.text(members.get("link"), _CODE),
            shape.one_of(Journey, members.get("journey"), _CODE),
            datetime.fromisoformat(shape.text(members.get("expires"), _CODE)),
            shape.one_of(State, members.get("state"), _CODE),
            shape.text(members.get("code"), _CODE),
            tuple(_proved(each) for each in shape.sequence(members.get("proved"), _CODE)),
            members.get("open") is True,
        )

    def verified(self, found: Verified) -> Self:
        """Return the record with what was proved."""
        proved = tuple(
            Proved(
                each.issuer,
                tuple(_leaves((), each.claims)),
                tuple((one.check, one.detail) for one in each.evidence),
            )
            for each in found.values()
        )
        return replace(self, state=State.VERIFIED, code="", proved=proved, is_open=False)

    def after(self, result: Result) -> Self:
        """Return the record with what the verifier says of the request now."""
        match result:
            case Waiting():
                return self
            case Declined(is_final=is_final):
                return replace(self, state=State.DECLINED, code="", is_open=not is_final)
            case Refused(code=code, is_final=is_final):
                return replace(self, state=State.REFUSED, code=str(code), is_open=not is_final)
            case Completed(verified):
                return self.verified(verified)
            case _ as never:
                assert_never(never)


Decide: TypeAlias = Callable[[str, VisitRecord, Result], VisitRecord]
"""Called once for each result, with the secret of the browser; returns what is shown.

Across devices results that are not final may come before the last one.
"""


@final
@dataclass(frozen=True, slots=True)
class VisitRecords:
    """The records by the secret of each browser, in the store that the verifier has anyway.

    `asker` names who asks, and what for: of what was proved to another who shares the store,
    nothing is found, whatever cookie a browser brings.
    """

    store: IssuanceStore
    clock: Clock
    _: KW_ONLY
    asker: str

    def of(self, name: str) -> Self:
        """Return the records of one more thing that the same asker asks for."""
        return replace(self, asker=f"{self.asker} {name}")

    def put(self, secret: str, record: VisitRecord) -> None:
        """Keep a record."""
        self.store.put(
            Kind.VISIT,
            self._key(secret),
            record.encode(),
            expires=record.expires,
            now=self.clock.now(),
        )

    def find(self, secret: str | None) -> VisitRecord:
        """Return the record of a browser.

        Raises:
            BindingError: `session.unknown`.
        """
        raw = None
        if secret is not None and secret.isascii():
            raw = self.store.get(Kind.VISIT, self._key(secret), now=self.clock.now())
        if raw is None:
            raise BindingError(Code.SESSION_UNKNOWN)
        return VisitRecord.decode(raw)

    def forget(self, secret: str) -> None:
        """Forget the record of a browser, also for whoever kept a copy of its cookie."""
        self.store.take(Kind.VISIT, self._key(secret), now=self.clock.now())

    def _key(self, secret: str) -> str:
        return fingerprint(f"visit of {self.asker}: {secret}")

    def settle(
        self,
        verifier: PresentationVerifier,
        secret: str | None,
        *,
        code: str | None,
        decide: Decide | None = None,
    ) -> tuple[VisitRecord, Result | None]:
        """Return the record of a browser as it is by now, and the result if that is news.

        `code` is the response code with which the browser came back.

        Raises:
            BindingError: `session.unknown`, `response.code`.
        """
        record = self.find(secret)
        if not record.may_change or secret is None:
            return record, None
        try:
            result = verifier.outcome(secret, response_code=code)
        except BindingError:
            # Another request of this browser may have fetched the answer in this moment.
            again = self.find(secret)
            if again.state is State.WAITING:
                raise
            return replace(again, is_open=False), None
        moved = record.after(result)
        is_news = moved.says_more_than(record)
        if moved != record:
            if decide is not None and is_news:
                moved = decide(secret, moved, result)
            self.put(secret, moved)
        return moved, result if is_news else None


def _leaves(path: ClaimPath, value: object) -> list[tuple[ClaimPath, object]]:
    if isinstance(value, Mapping):
        return [each for name, member in value.items() for each in _leaves((*path, name), member)]
    return [(path, value)]


def _proved_members(proved: Proved) -> Json:
    return {
        "issuer": proved.issuer,
        "claims": [[list(path), _written(value)] for path, value in proved.claims],
        "evidence": [list(each) for each in proved.evidence],
    }


def _written(value: object) -> Json:
    match value:
        case bool() | int() | str():
            return value
        case date():
            return value.isoformat()
        case bytes():
            return picture_of(value) or ""
        case _:
            return str(value)


def _proved(value: object) -> Proved:
    members = shape.mapping(value, _CODE)
    claims = [_pair(each) for each in shape.sequence(members.get("claims"), _CODE)]
    evidence = [_pair(each) for each in shape.sequence(members.get("evidence"), _CODE)]
    return Proved(
        shape.text(members.get("issuer"), _CODE),
        tuple((tuple(shape.sequence(path, _CODE)), shown) for path, shown in claims),
        tuple((str(check), str(detail)) for check, detail in evidence),
    )


def _pair(value: object) -> Sequence[object]:
    return tuple(shape.sequence(value, _CODE))[:2]
