"""One visit to a federation: what was fetched is not fetched again, and there is a limit."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits
from krid.errors import Code, KridError, MalformedError, TransportError, TrustError
from krid.net import Flow, Response, fetch
from krid.trust.federation.identifier import configuration_url, subject_url
from krid.trust.federation.statement import EntityConfiguration, SubordinateStatement

STATEMENT_TYPE: Final = "application/entity-statement+jwt"
FETCH_ENDPOINT: Final = "federation_fetch_endpoint"


@final
@dataclass(slots=True)
class Visit:
    """Statements fetched so far, and why others could not be had; not for several threads."""

    now: datetime
    skew: timedelta
    _configurations: dict[str, EntityConfiguration | KridError] = field(default_factory=dict)
    _statements: dict[tuple[str, str], SubordinateStatement] = field(default_factory=dict)
    _fetches: int = 0

    def configuration(self, entity_id: str) -> Flow[EntityConfiguration]:
        """Fetch what an entity says about itself (section 9), signed by itself and in force.

        Raises:
            TrustError: `federation.subject` when it is about another entity,
                `federation.fetches`.
            TransportError: it could not be fetched.
            KridError: as `EntityConfiguration.parse` and `check`, `federation.media_type`.
        """
        known = self._configurations.get(entity_id)
        if known is None:
            known = yield from self._look(entity_id)
            self._configurations[entity_id] = known
        if isinstance(known, KridError):
            raise type(known)(known.code, known.detail)
        return known

    def statement(self, superior: EntityConfiguration, subject: str) -> Flow[SubordinateStatement]:
        """Fetch what a superior says about an entity below it (section 8.1).

        Raises:
            TrustError: `federation.subject` when it is by or about another entity,
                `federation.not_subordinate` when the superior knows no such entity, or no longer,
                `federation.fetches`.
            TransportError: it could not be fetched.
            KridError: as `SubordinateStatement.parse`, `federation.endpoint`,
                `federation.media_type`.
        """
        pair = (superior.entity_id, subject)
        if pair not in self._statements:
            url = subject_url(superior.endpoint(FETCH_ENDPOINT), subject)
            response = yield from self._ask(url)
            statement = SubordinateStatement.parse(text_of(response))
            if (statement.issuer, statement.subject) != pair:
                raise TrustError(Code.FEDERATION_SUBJECT)
            self._statements[pair] = statement
        return self._statements[pair]

    def fetch(self, url: str, media_type: str) -> Flow[Response]:
        """Fetch an address, if the limit allows, and insist on a media type.

        Raises:
            TrustError: `federation.fetches`.
            MalformedError: `federation.media_type`.
            TransportError: it could not be fetched.
        """
        self.count()
        response = yield from fetch(
            url, accept=media_type, max_bytes=limits.MAX_ENTITY_STATEMENT_CHARS
        )
        if response.media_type != media_type:
            raise MalformedError(Code.FEDERATION_MEDIA_TYPE)
        return response

    def count(self) -> None:
        """Count a request before it is made.

        Raises:
            TrustError: `federation.fetches`.
        """
        if self._fetches >= limits.MAX_FEDERATION_FETCHES:
            raise TrustError(Code.FEDERATION_FETCHES)
        self._fetches += 1

    def _ask(self, url: str) -> Flow[Response]:
        """Fetch a statement, or the answer that there is none (section 8.9)."""
        try:
            return (yield from self.fetch(url, STATEMENT_TYPE))
        except TransportError as failure:
            if (failure.code, failure.detail) != (Code.NET_STATUS, "404"):
                raise
            raise TrustError(Code.FEDERATION_NOT_SUBORDINATE) from failure

    def _look(self, entity_id: str) -> Flow[EntityConfiguration | KridError]:
        try:
            response = yield from self.fetch(configuration_url(entity_id), STATEMENT_TYPE)
            found = EntityConfiguration.parse(text_of(response))
            if found.entity_id != entity_id:
                raise TrustError(Code.FEDERATION_SUBJECT)
            found.check(now=self.now, skew=self.skew)
        except KridError as refusal:
            if refusal.code is Code.FEDERATION_FETCHES:
                raise
            # A copy, since the refusal itself holds on to everything on the stack.
            return type(refusal)(refusal.code, refusal.detail)
        return found


def text_of(response: Response) -> str:
    """Return a signed object from an answer.

    Raises:
        MalformedError: `jws.syntax` when it is not ASCII.
    """
    try:
        return response.body.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.JWS_SYNTAX) from cause
