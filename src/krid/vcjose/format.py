"""Credentials secured with JOSE or COSE as a `krid.model.CredentialFormat`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import final

from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid._core.frozen import thaw
from krid.errors import BindingError, Code
from krid.keys import Alg, Prepared
from krid.model import (
    NO_HOLDER_KEYS,
    AcceptedCredential,
    Bearer,
    Challenge,
    Check,
    ClaimPath,
    Finding,
    HolderKeys,
    Inspection,
    IssueOrder,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    Trail,
    VerifiedCredential,
    binding,
)
from krid.model.w3c.references import check_schemas, status_of
from krid.model.w3c.schema import Schemas
from krid.vcjose import issue, present
from krid.vcjose.holder import holder_of
from krid.vcjose.lint import lint
from krid.vcjose.model import SecuredCredential, SecuredPresentation, VerifiedVc
from krid.vcjose.names import Form
from krid.vcjose.parse import is_presentation, looks_like, parse, parse_credential
from krid.vcjose.verify import the_credential, verify, verify_issued


@final
@dataclass(frozen=True, slots=True)
class VcJoseFormat:
    """One of the three forms: `vc+jwt`, `vc+cose`, and `jwt_vc_json` of data model 1.1.

    The claims of a credential are all of its members, so that a claim's path begins with
    `credentialSubject` (OpenID4VP 1.0, appendix B.1). The holder is the key in `cnf`, or the one
    that `holders` find for the subject.
    """

    form: Form
    holders: HolderKeys = NO_HOLDER_KEYS
    schemas: Schemas | None = None

    def __post_init__(self) -> None:
        typed("form", self.form, Form)

    @property
    def name(self) -> str:
        """The format identifier: that of OpenID4VP for data model 1.1, the media type for 2.0."""
        return self.form.value

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes are of this form on the outside, enveloped in JSON or not."""
        return looks_like(raw, self.form)

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:  # noqa: ARG002  the port's name
        """Make everything of a credential but the signature.

        Raises:
            MisuseError: as `issue.prepare`.
        """
        return issue.prepare(order, form=self.form)

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing.

        Raises:
            KridError: as `parse_credential` and `parse_presentation`.
        """
        parsed = parse(raw, self.form)
        if isinstance(parsed, SecuredPresentation):
            content = _content(parsed, "presentation", parsed.presentation.document)
            return Inspection(format=self.name, type=None, content=content)
        credential = parsed.credential
        content = _content(parsed, "credential", credential.document)
        return Inspection(format=self.name, type=credential.narrowest_type, content=content)

    def lint(self, raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
        """Return every deviation from the data model and from VC-JOSE-COSE.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        return lint(raw, form=self.form, now=now)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `binding.HOLDER_SKEW`.

        Raises:
            KridError: as `parse_credential`, `verify_issued` and `Schemas.check`, and as
                `issuers` finds.
        """
        secured = parse_credential(credential, self.form)
        trusted = issuers.find(self._hint(secured), now=now)
        verified = verify_issued(
            secured, issuer_key=trusted.public_key, now=now, skew=binding.HOLDER_SKEW
        )
        holder = holder_of(secured, self.holders)
        if self.schemas is not None:
            self.schemas.check(secured.credential)
        return AcceptedCredential(
            format=self.name,
            type=secured.credential.narrowest_type,
            issuer=trusted.issuer,
            signer=trusted,
            claims=secured.credential.document,
            withholdable=(),
            holder=None if holder is None else holder.key,
            valid_from=secured.credential.valid_from,
            valid_until=verified.valid_until,
            status=status_of(secured.credential),
            types=secured.credential.expanded_types,
        )

    def prepare_presentation(
        self,
        credential: bytes,
        *,
        disclose: Sequence[ClaimPath],
        challenge: Challenge,
        alg: Alg,
        now: datetime,
    ) -> Prepared[bytes]:
        """Make everything of a presentation but the holder's signature, as `present.prepare`.

        Raises:
            UnsupportedError: `transaction.format`: OpenID4VP has no transactions for this format.
            KridError: as `present.prepare`.
        """
        binding.check_shown(credential, disclose, challenge)
        typed("alg", alg, Alg)
        binding.check_no_transactions(challenge)
        return present.prepare(
            credential,
            form=self.form,
            disclose=disclose,
            audience=challenge.audience,
            nonce=challenge.nonce,
            holders=self.holders,
            alg=alg,
            now=now,
        )

    def present_bearer(
        self,
        credential: bytes,
        *,
        disclose: Sequence[ClaimPath],
        challenge: Challenge,
    ) -> bytes:
        """Return the credential itself, which nobody signs (OpenID4VP 1.0, appendix B.1).

        Raises:
            ContentError: `w3c.no_claim`.
            KridError: as `parse_credential`.
        """
        binding.check_shown(credential, disclose, challenge)
        present.check_paths(parse_credential(credential, self.form), disclose)
        return credential

    def is_bearer(self, presentation: bytes) -> bool:
        """Tell whether these are bytes of a credential and of no presentation.

        Raises:
            KridError: they are neither.
        """
        return not is_presentation(presentation, self.form)

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
            KridError: as `parse_credential`, `parse_presentation`, `verify_issued`, `verify` and
                `Schemas.check`, and as `issuers` finds.
        """
        with Trail() as trail:
            trail.check = Check.SYNTAX
            shown, secured = self._parsed(presentation, challenge, trail)
            hint = self._hint(secured)
            trail.check = Check.ISSUER
            trusted = issuers.find(hint, now=now)
            trail.prove(Check.ISSUER, trusted.path)
            if shown is None or isinstance(challenge, Bearer):
                verified = verify_issued(secured, issuer_key=trusted.public_key, now=now, skew=skew)
            else:
                verified = verify(
                    shown,
                    secured,
                    issuer_key=trusted.public_key,
                    holders=self.holders,
                    audience=challenge.audience,
                    nonce=challenge.nonce,
                    now=now,
                    skew=skew,
                    max_age=max_age,
                )
            trail.add(*verified.evidence)
            check_schemas(self.schemas, secured.credential, trail)
            trail.check = Check.STATUS
            return self._proved(verified, trusted, trail)

    def _parsed(
        self, raw: bytes, challenge: Challenge | Bearer, trail: Trail
    ) -> tuple[SecuredPresentation | None, SecuredCredential]:
        parsed = parse(raw, self.form)
        presented = isinstance(parsed, SecuredPresentation)
        trail.check = Check.HOLDER
        if isinstance(challenge, Bearer) is presented:
            raise BindingError(Code.KB_UNEXPECTED if presented else Code.KB_MISSING)
        trail.check = Check.SYNTAX
        if isinstance(parsed, SecuredPresentation):
            return parsed, the_credential(parsed)
        return None, parsed

    def _hint(self, secured: SecuredCredential) -> IssuerHint:
        return IssuerHint(
            format=self.name,
            type=secured.credential.narrowest_type,
            alg=secured.header.alg,
            issuer=secured.credential.issuer.id,
            key_id=secured.header.key_id,
            certificates=secured.header.certificates,
        )

    def _proved(self, verified: VerifiedVc, trusted: IssuerKey, trail: Trail) -> VerifiedCredential:
        return VerifiedCredential(
            format=self.name,
            type=verified.credential.narrowest_type,
            issuer=trusted.issuer,
            signer=trusted,
            claims=verified.credential.document,
            holder=verified.holder,
            valid_until=verified.valid_until,
            status=status_of(verified.credential),
            evidence=trail.evidence,
            types=verified.credential.expanded_types,
        )


def _content(
    secured: SecuredCredential | SecuredPresentation, name: str, document: Mapping[str, object]
) -> dict[str, object]:
    header = secured.header
    return {
        "header": {
            "alg": header.alg.jose,
            "typ": header.typ,
            "content_type": header.content_type,
            "kid": header.key_id,
            "certificates": len(header.certificates),
        },
        "claims": thaw(secured.claims),
        name: thaw(document),
    }
