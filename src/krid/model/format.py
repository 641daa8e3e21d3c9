"""The port that a credential format implements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from krid._core.entropy import Entropy
from krid.keys import Alg, Prepared
from krid.model.credential import (
    AcceptedCredential,
    BbsOrder,
    Inspection,
    IssueOrder,
    VerifiedCredential,
)
from krid.model.optout import Bearer
from krid.model.paths import ClaimPath
from krid.model.ports import Challenge, IssuerKeys

if TYPE_CHECKING:
    from krid.bbs import PreparedBbs


class CredentialFormat(Protocol):
    """One way to write a credential down: SD-JWT VC, ISO mdoc, or a researcher's own.

    Credentials and presentations are bytes here, whatever they look like inside.
    Every method that reads bytes raises `MalformedError` for bytes that are not of this format.
    """

    @property
    def name(self) -> str:
        """The format identifier of OpenID4VP 1.0, appendix B, such as `dc+sd-jwt`."""
        ...

    def recognises(self, raw: bytes) -> bool:
        """Tell by a glance whether bytes could be a credential or presentation of this format."""
        ...

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        """Make everything of a credential but the issuer's signature."""
        ...

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing."""
        ...

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder: issuer, integrity and validity.

        Raises:
            RejectedError: with the code of the rule that is broken.
        """
        ...

    def prepare_presentation(
        self,
        credential: bytes,
        *,
        disclose: Sequence[ClaimPath],
        challenge: Challenge,
        alg: Alg,
        now: datetime,
    ) -> Prepared[bytes]:
        """Make everything of a presentation but the holder's signature with `alg`.

        Raises:
            ContentError: a path to disclose does not exist in the credential.
        """
        ...

    def verify(
        self,
        presentation: bytes,
        *,
        issuers: IssuerKeys,
        challenge: Challenge | Bearer,
        now: datetime,
        skew: timedelta,
        max_age: timedelta,
    ) -> VerifiedCredential:
        """Verify a presentation; its status is checked by the caller.

        `skew` is how far clocks may differ, `max_age` how long ago the holder may have signed.

        Raises:
            RejectedError: with the code of the rule that is broken.
        """
        ...


@runtime_checkable
class BearerFormat(Protocol):
    """What a format offers beside `CredentialFormat` when it can do without a holder's proof."""

    def present_bearer(
        self, credential: bytes, *, disclose: Sequence[ClaimPath], challenge: Challenge
    ) -> bytes:
        """Make a presentation that nobody signs, for queries that ask for none.

        A format that can tie a credential to a moment without a key ties it to the challenge.

        Raises:
            ContentError: a path to disclose does not exist in the credential.
        """
        ...

    def is_bearer(self, presentation: bytes) -> bool:
        """Tell whether a presentation claims to be of no holder; verification proves the rest.

        One that is tied to a moment by itself is none: it is verified against a `Challenge`.
        """
        ...


@runtime_checkable
class BbsFormat(Protocol):
    """What a format offers beside `CredentialFormat` when issuers may sign with BBS."""

    def prepare_bbs(self, order: BbsOrder, *, entropy: Entropy) -> "PreparedBbs[bytes]":
        """Make everything of a credential but the issuer's signature.

        Raises:
            MisuseError: with the code of what is wrong with the order.
        """
        ...
