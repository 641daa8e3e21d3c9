"""Credentials of OpenDID as a `krid.model.CredentialFormat`, for reading and verifying."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NoReturn, final

from krid._core import limits, strict_json
from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid._core.frozen import thaw
from krid.errors import BindingError, Code, ContentError, UnsupportedError
from krid.keys import Alg, Prepared, PublicKey
from krid.model import (
    AcceptedCredential,
    Bearer,
    Challenge,
    Check,
    ClaimPath,
    Inspection,
    IssueOrder,
    IssuerKeys,
    Trail,
    VerifiedCredential,
    binding,
)
from krid.opendid.model import NAME, Credential, Documents, Presentation, Unlocking, VerifiedVc
from krid.opendid.parse import parse_credential, parse_presentation
from krid.opendid.verify import Verification

_START: Final = re.compile(rb"[ \t\r\n]*\{")
_CREDENTIAL: Final = b'"OsdSchemaCredential"'
_SIGNED: Final = re.compile(rb'"proofValue(?:List)?"')
_PRESENTATION: Final = "VerifiablePresentation"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDidFormat:
    """Credentials of OpenDID, one to a presentation; `krid.opendid` itself takes several.

    `documents` find the holder's keys, and `unlocking` says how the holder must have unlocked
    them. The type of a credential is the address of its schema. Claims stand by their codes, as
    text, or as an object where the original is not inline. The audience of a challenge is not
    checked: a presentation has none.
    """

    documents: Documents = field(repr=False)
    unlocking: Unlocking

    @property
    def name(self) -> str:
        """`opendid_vc`, krid's own word."""
        return NAME

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes are JSON with a credential of OpenDID, by a glance."""
        return looks_like(raw)

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:  # noqa: ARG002  the port's names
        """Refuse.

        Raises:
            UnsupportedError: `omn.read_only`.
        """
        _read_only()

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing.

        Raises:
            KridError: as `inspect`.
        """
        return inspect(raw)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `binding.HOLDER_SKEW`.

        Raises:
            KridError: as `parse_credential` and `Verification.credential`.
        """
        read = parse_credential(credential)
        verified = Verification(issuers).credential(read, now=now, skew=binding.HOLDER_SKEW)
        alone = read.claims if read.proof.each else ()
        return AcceptedCredential(
            format=NAME,
            type=read.schema,
            types=frozenset(read.types),
            issuer=verified.signer.issuer,
            signer=verified.signer,
            claims=verified.claims,
            withholdable=tuple((claim.code,) for claim in alone),
            holder=None,
            valid_from=read.valid_from,
            valid_until=read.valid_until,
            status=(read.status,),
        )

    def prepare_presentation(
        self,
        credential: bytes,  # noqa: ARG002  the port's names, here and below
        *,
        disclose: Sequence[ClaimPath],  # noqa: ARG002
        challenge: Challenge,  # noqa: ARG002
        alg: Alg,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> Prepared[bytes]:
        """Refuse.

        Raises:
            UnsupportedError: `omn.read_only`.
        """
        _read_only()

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
        """Verify a presentation, or for BEARER a credential; its status is checked by the caller.

        Raises:
            BindingError: `kb.missing` for a bare credential, `kb.unexpected` for a presentation
                where nobody said what it should answer.
            ContentError: `omn.several` for more than one credential.
            KridError: as `parse_credential`, `parse_presentation` and `Verification`.
        """
        verification = Verification(issuers)
        with Trail() as trail:
            trail.check = Check.SYNTAX
            if isinstance(challenge, Bearer):
                read = _bare(presentation, trail)
                verified, holder = verification.credential(read, now=now, skew=skew), None
                trail.add(*verified.evidence)
            else:
                shown = verification.presentation(
                    _presented(presentation, trail),
                    documents=self.documents,
                    unlocking=self.unlocking,
                    nonce=challenge.nonce,
                    now=now,
                    skew=skew,
                    max_age=max_age,
                )
                (verified,), holder = shown.credentials, shown.keys[0]
                trail.add(*shown.evidence)
            return _proved(verified, holder, trail)


def looks_like(raw: bytes) -> bool:
    """Tell by a glance whether bytes could be a credential or presentation of OpenDID."""
    typed("raw", raw, bytes)
    return _START.match(raw) is not None and _CREDENTIAL in raw and _SIGNED.search(raw) is not None


def inspect(raw: bytes) -> Inspection:
    """Decode a credential or presentation for people, believing nothing.

    Raises:
        KridError: as `parse_credential` and `parse_presentation`.
    """
    if not is_presentation(raw):
        credential = parse_credential(raw)
        content = {"credential": thaw(credential.document)}
        return Inspection(format=NAME, type=credential.schema, content=content)
    shown = parse_presentation(raw)
    schemas = {each.schema for each in shown.credentials}
    only = schemas.pop() if len(schemas) == 1 else None
    return Inspection(format=NAME, type=only, content={"presentation": thaw(shown.document)})


def is_presentation(raw: bytes) -> bool:
    """Tell whether bytes say that they are a presentation, believing nothing.

    Raises:
        MalformedError: a `json.*` code.
    """
    types = strict_json.loads_object(
        raw, max_bytes=limits.MAX_OMN_BYTES, max_values=limits.MAX_JWT_VALUES
    ).get("type")
    return isinstance(types, list) and _PRESENTATION in types


def _bare(raw: bytes, trail: Trail) -> Credential:
    if is_presentation(raw):
        trail.check = Check.HOLDER
        raise BindingError(Code.KB_UNEXPECTED)
    return parse_credential(raw)


def _presented(raw: bytes, trail: Trail) -> Presentation:
    if not is_presentation(raw):
        trail.check = Check.HOLDER
        raise BindingError(Code.KB_MISSING)
    shown = parse_presentation(raw)
    if len(shown.credentials) != 1:
        raise ContentError(Code.OMN_SEVERAL)
    return shown


def _proved(verified: VerifiedVc, holder: PublicKey | None, trail: Trail) -> VerifiedCredential:
    read = verified.credential
    return VerifiedCredential(
        format=NAME,
        type=read.schema,
        types=frozenset(read.types),
        issuer=verified.signer.issuer,
        signer=verified.signer,
        claims=verified.claims,
        holder=holder,
        valid_until=read.valid_until,
        status=(read.status,),
        evidence=trail.evidence,
    )


def _read_only() -> NoReturn:
    raise UnsupportedError(Code.OMN_READ_ONLY)
