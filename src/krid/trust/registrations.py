"""Sources of registrations: what verifiers may ask, by a list or by what they bring along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits, times
from krid.errors import Code, KridError, MisuseError, TrustError, ValidityError
from krid.model import (
    Asker,
    Attestation,
    IssuerKeys,
    NoStatus,
    Registration,
    Registrations,
    StatusSource,
)
from krid.trust.registration_certificate import RegistrationCertificate

ATTESTATION_FORMAT: Final = "registration_cert"
"""The `format` of a registration certificate in `verifier_info` (ETSI TS 119 472-2)."""

_TWELVE_MONTHS: Final = timedelta(days=limits.MAX_REGISTRATION_DAYS)


@final
@dataclass(frozen=True, slots=True)
class RegisteredVerifiers:
    """Registrations that somebody listed, by one of the names that a verifier proves.

    The client identifier is looked up first, then the other names in their order.
    """

    entries: Mapping[str, Registration]

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Return the verifier's entry.

        Raises:
            TrustError: `registration.unknown`.
            ValidityError: `registration.expired`.
        """
        for name in (asker.client_id, *sorted(asker.names)):
            if name in self.entries:
                return _in_force(self.entries[name], times.aware(now))
        raise TrustError(Code.REGISTRATION_UNKNOWN)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCertificates:
    """Registrations by certificates that verifiers bring along (ETSI TS 119 475, V1.2.1).

    `registrars` says who may sign them, for the format `rc-wrp+jwt`. A certificate counts for the
    verifier alone whose proved names hold its subject or, when an intermediary asks, the
    intermediary's. `status` says whether they still hold; `skew` is for clocks.

    Of a certificate in CWT form nothing is read.
    """

    registrars: IssuerKeys
    status: StatusSource | NoStatus
    skew: timedelta = field(default=timedelta(0))

    def __post_init__(self) -> None:
        """Refuse a skew that krid does not allow.

        Raises:
            MisuseError: `misuse.option`.
        """
        if not timedelta(0) <= self.skew <= timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS):
            raise MisuseError(Code.MISUSE_OPTION, "skew")

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Verify the one certificate that the verifier brought along for this request.

        Raises:
            TrustError: `registration.unknown` when there is none or several; `trust.*` and
                `x509.*` for a registrar that is not trusted; `registration.subject`.
            SignatureError: `registration.signature`.
            ValidityError: `registration.not_yet_valid`, `registration.expired`,
                `registration.lifetime`.
            StatusError: as `status` says.
            MalformedError, ContentError, UnsupportedError: as `RegistrationCertificate.parse`.
        """
        parsed = RegistrationCertificate.parse(_only(asker.attestations).data)
        registrar = self.registrars.find(parsed.hint, now=now)
        parsed.jws.verify(registrar.public_key, refusal=Code.REGISTRATION_SIGNATURE)
        _check_subject(parsed, asker)
        _check_dates(parsed, now=times.aware(now), skew=self.skew)
        if parsed.status is not None and not isinstance(self.status, NoStatus):
            self.status.check(parsed.status, issuer=registrar, now=now)
        return parsed.registration(evidence=f"registration certificate, {registrar.path}")


@final
@dataclass(frozen=True, slots=True, init=False)
class AnyRegistration:
    """The first registration that one of several sources finds.

    When none does, the most telling refusal is raised: the first that is not
    `registration.unknown`.
    """

    sources: tuple[Registrations, ...]

    def __init__(self, *sources: Registrations) -> None:
        object.__setattr__(self, "sources", sources)

    def find(self, asker: Asker, *, now: datetime) -> Registration:
        """Return the first registration found.

        Raises:
            KridError: as described above.
        """
        refusals: list[KridError] = []
        for source in self.sources:
            try:
                return source.find(asker, now=now)
            except MisuseError:
                raise
            except KridError as refusal:
                refusals.append(refusal)
        telling = (each for each in refusals if each.code is not Code.REGISTRATION_UNKNOWN)
        raise next(telling, TrustError(Code.REGISTRATION_UNKNOWN))


def _only(attestations: tuple[Attestation, ...]) -> Attestation:
    """Several would leave open which one the request keeps to."""
    found = [each for each in attestations if each.format == ATTESTATION_FORMAT]
    if len(found) != 1 or found[0].credential_ids is not None:
        raise TrustError(Code.REGISTRATION_UNKNOWN, f"{len(found)} for the whole request")
    return found[0]


def _in_force(registration: Registration, now: datetime) -> Registration:
    if registration.valid_until is not None and now >= registration.valid_until:
        raise ValidityError(Code.REGISTRATION_EXPIRED)
    return registration


def _check_subject(parsed: RegistrationCertificate, asker: Asker) -> None:
    """The certificate is this verifier's own, or its intermediary's (GEN-5.1.1-04)."""
    if (parsed.intermediary or parsed.subject) not in asker.names:
        raise TrustError(Code.REGISTRATION_SUBJECT)


def _check_dates(parsed: RegistrationCertificate, *, now: datetime, skew: timedelta) -> None:
    """It was issued, has not expired, and for twelve months at most (GEN-5.2.4-08)."""
    if parsed.issued_at - now > skew:
        raise ValidityError(Code.REGISTRATION_NOT_YET_VALID)
    if now - parsed.valid_until >= skew:
        raise ValidityError(Code.REGISTRATION_EXPIRED)
    if parsed.valid_until - parsed.issued_at > _TWELVE_MONTHS:
        raise ValidityError(Code.REGISTRATION_LIFETIME)
