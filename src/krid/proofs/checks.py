"""What a verifier expects of a proof beside its signature (VC Data Integrity 1.0, section 4.4)."""

from datetime import datetime, timedelta

from krid._core.redact import same
from krid.errors import BindingError, Code, MalformedError, ValidityError
from krid.proofs.model import Proof


def check_purpose(proof: Proof, purpose: str) -> None:
    """Check that the proof was made for this purpose (step 5).

    Raises:
        MalformedError: `di.purpose`.
    """
    if proof.purpose != purpose:
        raise MalformedError(Code.DI_PURPOSE)


def check_domain(proof: Proof, domains: frozenset[str]) -> None:
    """Check that the proof is for these domains and no others (step 6).

    Raises:
        BindingError: `di.domain`.
    """
    if proof.domains != domains:
        raise BindingError(Code.DI_DOMAIN)


def check_challenge(proof: Proof, challenge: str) -> None:
    """Check that the proof answers this challenge (step 7), in constant time.

    Raises:
        BindingError: `di.challenge`.
    """
    given = (proof.challenge or "").encode("utf-8", "surrogatepass")
    if proof.challenge is None or not same(given, challenge.encode()):
        raise BindingError(Code.DI_CHALLENGE)


def check_period(proof: Proof, *, now: datetime, skew: timedelta) -> None:
    """Check that the proof is not from the future and has not expired (section 2.1).

    Raises:
        ValidityError: `di.created`, `di.expired`.
    """
    if proof.created is not None and now + skew < proof.created:
        raise ValidityError(Code.DI_CREATED)
    if proof.expires is not None and now - skew >= proof.expires:
        raise ValidityError(Code.DI_EXPIRED)


def check_age(proof: Proof, *, now: datetime, max_age: timedelta) -> None:
    """Check that the proof was made lately, if it says when.

    Raises:
        ValidityError: `di.created`.
    """
    if proof.created is not None and now - proof.created > max_age:
        raise ValidityError(Code.DI_CREATED)
