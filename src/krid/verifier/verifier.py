"""The verifier: requests with one-time sessions, and verified answers."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import final

from krid import query
from krid._core import base64url, limits
from krid._core.arguments import NoSuchNameError, able, typed
from krid._core.clock import Clock, SystemClock
from krid._core.entropy import Entropy, system_entropy
from krid.errors import Code, MisuseError
from krid.exchange import PresentationRequest, PresentationResponse, Session, Sessions
from krid.formats import named, standard_formats
from krid.model import (
    BEARER,
    NO_POLICY,
    Bearer,
    BearerFormat,
    Challenge,
    Check,
    CredentialFormat,
    CredentialQuery,
    Evidence,
    HolderBinding,
    IssuerKeys,
    NoStatus,
    Policy,
    Profile,
    Query,
    StatusSource,
    Trail,
    VerifiedCredential,
)
from krid.verifier.check import verify_presentation
from krid.verifier.report import Report
from krid.verifier.rules import check_fits

_NONCE_BYTES = 32
_ANSWERED = Evidence(Check.ANSWER, "of the type and with the claims that were asked for")


@final
@dataclass(frozen=True, slots=True)
class Verified(Mapping[str, VerifiedCredential]):
    """An answer of which everything was proved: verified credentials by query id.

    Holds the queries that were answered: of those that could be left out, not all need be there.
    Ask with `in` or `get` for these.
    """

    credentials: Mapping[str, tuple[VerifiedCredential, ...]]
    at: datetime

    def __getitem__(self, query_id: str) -> VerifiedCredential:
        """Return the credential that answers a query; with `multiple`, the first of them.

        Raises:
            MisuseError: `misuse.query_id`, which is a `KeyError`, too.
        """
        found = self.every(query_id)
        if not found:
            raise NoSuchNameError(Code.MISUSE_QUERY_ID, f"there are: {', '.join(self)}")
        return found[0]

    def every(self, query_id: str) -> tuple[VerifiedCredential, ...]:
        """Return all credentials that answer a query, none when it was left out."""
        return self.credentials.get(query_id, ())

    def __iter__(self) -> Iterator[str]:
        """Iterate over the query ids."""
        return iter(self.credentials)

    def __len__(self) -> int:
        """The number of queries that were answered."""
        return len(self.credentials)

    def report(self) -> Report:
        """Say check by check what was proved and by what; holds no claim values."""
        return Report.of_answer(self.credentials, at=self.at)


@final
class Verifier:
    """Asks wallets for credentials and verifies their answers, each session once.

    `client_id` is the verifier's name with its prefix, such as `x509_san_dns:bank.example`;
    presentations must be made for exactly this name. `response_uri` is where answers arrive.
    `trust` says whose credentials count, `status` where to learn whether they still hold.
    `policy` narrows what the profile allows.
    """

    def __init__(
        self,
        client_id: str,
        *,
        trust: IssuerKeys,
        status: StatusSource | NoStatus,
        profile: Profile,
        sessions: Sessions,
        response_uri: str = "",
        policy: Policy = NO_POLICY,
        formats: Sequence[CredentialFormat] | None = None,
        clock: Clock | None = None,
        entropy: Entropy = system_entropy,
    ) -> None:
        typed("client_id", client_id, str)
        typed("profile", profile, Profile)
        able("trust", trust, "find")
        able("sessions", sessions, "take")
        check_fits(policy, status)
        self._client_id = client_id
        self._trust = trust
        self._status = status
        self._profile = profile
        self._policy = policy
        self._sessions = sessions
        self._response_uri = response_uri
        self._formats = standard_formats() if formats is None else tuple(formats)
        self._clock = clock or SystemClock()
        self._entropy = entropy

    def __repr__(self) -> str:
        return f"Verifier({self._client_id!r}, profile={self._profile.name!r})"

    def request(
        self,
        *asked: CredentialQuery | query.CredentialChoice | Query,
        purpose: str,
        lifetime: timedelta = timedelta(minutes=5),
        transcript: bytes | None = None,
    ) -> PresentationRequest:
        """Open a session and return its request, with a fresh nonce.

        `asked` are what `query.of` takes, or one query that it made. `purpose` is a sentence for
        the person who decides. `transcript` is the session transcript in proximity, None where
        the protocol makes one of the request itself.

        Raises:
            MalformedError: `query.empty` or `query.syntax`.
            MisuseError: `misuse.purpose`, `misuse.lifetime`, `misuse.type`, or `misuse.format` when
                a query asks for a format that the profile does not allow.
        """
        typed("purpose", purpose, str)
        typed("lifetime", lifetime, timedelta)
        if not purpose.strip():
            raise MisuseError(Code.MISUSE_PURPOSE)
        if not 0 < lifetime.total_seconds() <= limits.MAX_REQUEST_LIFETIME_SECONDS:
            raise MisuseError(Code.MISUSE_LIFETIME)
        wanted = _query(asked)
        for each in wanted.credentials:
            self._format(each.format)
        now = self._clock.now()
        request = PresentationRequest(
            client_id=self._client_id,
            nonce=self._token(),
            state=self._token(),
            response_uri=self._response_uri,
            query=wanted,
            purpose=purpose,
            expires=now + lifetime,
            transcript=transcript,
        )
        self._sessions.open(Session(request), now=now)
        return request

    def verify(self, response: PresentationResponse) -> Verified:
        """Find and burn the session of an answer, and verify all that was asked for.

        The session is gone whatever comes out, so an answer can't be tried twice.

        Raises:
            BindingError: `session.unknown`, and every code of a wrong nonce, audience or holder.
            ContentError: `query.unanswered`, `query.unasked`, `query.multiple`, and what
                `query.check_answer` finds.
            RejectedError: the code of whatever else is wrong with a presentation.
        """
        typed("response", response, PresentationResponse)
        now = self._clock.now()
        with Trail() as trail:
            trail.check = Check.HOLDER
            request = self._sessions.take(response.state, now=now).request
            trail.check = Check.ANSWER
            _check_answered(request.query, response)
        credentials = {
            each.id: tuple(
                self._verify_one(each, raw, request, now) for raw in response.presentations[each.id]
            )
            for each in request.query.credentials
            if each.id in response.presentations
        }
        request.check_authorised(one for several in credentials.values() for one in several)
        return Verified(MappingProxyType(credentials), now)

    def with_format(self, plug: CredentialFormat) -> "Verifier":
        """Return this verifier with another plug for one format, over the same sessions.

        For what is known of one session alone, such as the key with which a device makes its MAC.
        """
        other = copy(self)
        others = tuple(each for each in self._formats if each.name != plug.name)
        other._formats = (*others, plug)  # noqa: SLF001  a copy of this very object
        return other

    def _verify_one(
        self, asked: CredentialQuery, raw: bytes, request: PresentationRequest, now: datetime
    ) -> VerifiedCredential:
        credential_format = self._format(asked.format)
        verified = verify_presentation(
            raw,
            credential_format=credential_format,
            trust=self._trust,
            status=self._status,
            profile=self._profile,
            challenge=_challenge(asked, raw, credential_format, request),
            now=now,
            policy=self._policy,
        )
        with Trail() as trail:
            trail.add(*verified.evidence)
            trail.check = Check.ANSWER
            query.check_answer(asked, verified)
            trail.add(_ANSWERED)
        return replace(verified, evidence=trail.evidence)

    def _format(self, name: str) -> CredentialFormat:
        self._profile.check_format(name)
        return named(self._formats, name)

    def _token(self) -> str:
        return base64url.encode(self._entropy(_NONCE_BYTES))


def _query(asked: tuple[CredentialQuery | query.CredentialChoice | Query, ...]) -> Query:
    if len(asked) == 1 and isinstance(asked[0], Query):
        return asked[0]
    parts = [each for each in asked if not isinstance(each, Query)]
    if len(parts) != len(asked):
        raise MisuseError(Code.MISUSE_OPTION, "a whole query beside others")
    return query.of(*parts)


def _challenge(
    asked: CredentialQuery,
    raw: bytes,
    credential_format: CredentialFormat,
    request: PresentationRequest,
) -> Challenge | Bearer:
    """Do without a proof of the holder only where none was asked for and none is there.

    What is tied to a moment by itself must be to this one, also where no holder need prove it.
    """
    if (
        asked.holder_binding is HolderBinding.NOT_REQUIRED
        and isinstance(credential_format, BearerFormat)
        and credential_format.is_bearer(raw)
    ):
        return BEARER
    return replace(request.challenge_for(asked.id), binding=asked.holder_binding)


def _check_answered(asked: Query, response: PresentationResponse) -> None:
    """Check what can be checked before anything is verified: ids and numbers."""
    query.check_chosen(asked, response.presentations.keys())
    for each in asked.credentials:
        if each.id in response.presentations:
            query.check_number(each, response.presentations[each.id])
