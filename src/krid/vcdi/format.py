"""Credentials with embedded proofs as a `krid.model.CredentialFormat`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, final

from krid._core import jcs, strict_json
from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid._core.frozen import thaw
from krid.errors import BindingError, Code, KridError, MisuseError
from krid.keys import Alg, Prepared
from krid.model import (
    NO_HOLDER_KEYS,
    AcceptedCredential,
    BbsOrder,
    Bearer,
    Challenge,
    Check,
    ClaimPath,
    Finding,
    HolderBinding,
    HolderKeys,
    Inspection,
    IssueOrder,
    IssuerKeys,
    Trail,
    VerifiedCredential,
    binding,
)
from krid.model.w3c import Credential
from krid.model.w3c.references import check_schemas, status_of
from krid.model.w3c.schema import Schemas
from krid.proofs import Proof
from krid.proofs.chain import PROOF
from krid.vcdi import issue, present
from krid.vcdi.bbs_seen import BBS_2023, proof_parts
from krid.vcdi.ecdsa_sd import BaseValue, DerivedValue
from krid.vcdi.holder import holder_of
from krid.vcdi.lint import lint
from krid.vcdi.model import InlineContexts, SecuredCredential, SecuredPresentation, VerifiedVc
from krid.vcdi.parse import (
    is_presentation,
    looks_like,
    parse_credential,
    parse_presentation,
    the_credential,
)
from krid.vcdi.suites import ECDSA_SD, Suites
from krid.vcdi.tied import is_tied
from krid.vcdi.verify import NAME, Verification

if TYPE_CHECKING:
    from krid.bbs import PreparedBbs


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VcdiFormat:
    """W3C credentials with Data Integrity proofs, `ldp_vc` in OpenID4VP 1.0, appendix B.1.2.

    It reads every suite of `krid.vcdi.suites`, proof sets and chains, and issues with `suite`;
    without one, with the suite over RDF that the issuer's key signs. `mandatory` are JSON pointers
    to what holders can't withhold under ecdsa-sd-2023 and bbs-2023, beside what is needed to check
    the credential. An issuer's key of BBS signs with bbs-2023. The holder is the one that `holders`
    find for the subject. `inline` says whether contexts may stand in a document whose statements
    alone are signed.

    The claims of a credential are all of its members but the proof, so that a claim's path begins
    with `credentialSubject`.
    """

    suite: str | None = None
    mandatory: tuple[str, ...] = ()
    holders: HolderKeys = NO_HOLDER_KEYS
    schemas: Schemas | None = None
    suites: Suites = field(default_factory=Suites)
    inline: InlineContexts = InlineContexts.REFUSED

    def __post_init__(self) -> None:
        """Check what is settled already, so that a slip does not wait for the first card.

        Raises:
            MisuseError: `misuse.option` for a suite that krid does not know, `misuse.type` for
                pointers that are one text.
        """
        typed("mandatory", self.mandatory, tuple, list)
        if self.suite is not None and not self.suites.knows(self.suite):
            raise MisuseError(Code.MISUSE_OPTION, f"suite: none but {', '.join(self.suites.names)}")

    @property
    def name(self) -> str:
        """The format identifier of OpenID4VP."""
        return NAME

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes are JSON with a Data Integrity proof, by a glance."""
        return looks_like(raw)

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        """Make everything of a credential but the signature.

        Raises:
            MisuseError: as `issue.prepare`.
        """
        return issue.prepare(
            order,
            suites=self.suites,
            suite=self.suite,
            mandatory=self.mandatory,
            entropy=entropy,
        )

    def prepare_bbs(self, order: BbsOrder, *, entropy: Entropy) -> "PreparedBbs[bytes]":
        """Make everything of a credential with bbs-2023 but the signature.

        Raises:
            MisuseError: as `issue.prepare_bbs`.
        """
        return issue.prepare_bbs(
            order,
            suites=self.suites,
            suite=self.suite,
            mandatory=self.mandatory,
            entropy=entropy,
        )

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing.

        Raises:
            KridError: as `parse_credential` and `parse_presentation`.
        """
        if is_presentation(raw):
            shown = parse_presentation(raw)
            content = {"proofs": [_seen(shown.proof)], "presentation": thaw(shown.document)}
            return Inspection(format=self.name, type=None, content=content)
        secured = parse_credential(raw)
        content = {
            "proofs": [_seen(proof) for proof in secured.proofs],
            "credential": thaw(secured.document),
        }
        return Inspection(format=self.name, type=secured.credential.narrowest_type, content=content)

    def lint(self, raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
        """Return every deviation from the data model and from Data Integrity.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        return lint(raw, suites=self.suites, inline=self.inline, now=now)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `binding.HOLDER_SKEW`.

        Raises:
            BindingError: `kb.unexpected` for what was derived for an exchange: it serves no other.
            KridError: as `parse_credential`, `Verification.issued` and `Schemas.check`.
        """
        secured = parse_credential(credential)
        if is_tied(secured):
            raise BindingError(Code.KB_UNEXPECTED)
        verified = self._verification(issuers).issued(secured, now=now, skew=binding.HOLDER_SKEW)
        believed, holder = verified.credential, holder_of(secured, self.holders)
        if self.schemas is not None:
            self.schemas.check(believed)
        return AcceptedCredential(
            format=self.name,
            type=believed.narrowest_type,
            types=self._types(believed),
            issuer=verified.signer.issuer,
            signer=verified.signer,
            claims=_claims(believed),
            withholdable=present.withholdable(secured),
            needs_one=present.needs_one(secured),
            holder=None if holder is None else holder.key,
            valid_from=believed.valid_from,
            valid_until=verified.valid_until,
            status=status_of(believed),
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
            suites=self.suites,
            disclose=disclose,
            audience=challenge.audience,
            nonce=challenge.nonce,
            holders=self.holders,
            alg=alg,
            now=now,
        )

    def present_bearer(
        self, credential: bytes, *, disclose: Sequence[ClaimPath], challenge: Challenge
    ) -> bytes:
        """Return the credential itself, of a base proof what is disclosed; nobody signs it.

        What is derived with bbs-2023 is tied to the challenge.

        Raises:
            ContentError: `w3c.no_claim`.
            KridError: as `parse_credential` and `present.derive`.
        """
        binding.check_shown(credential, disclose, challenge)
        secured = parse_credential(credential)
        shown = present.derive(
            secured,
            suites=self.suites,
            disclose=disclose,
            audience=challenge.audience,
            nonce=challenge.nonce,
        )
        return strict_json.dumps(shown) if present.is_base(secured) else credential

    def is_bearer(self, presentation: bytes) -> bool:
        """Tell whether these are bytes of a credential that is tied to nothing.

        Raises:
            KridError: as `parse_credential` and `is_tied`.
        """
        return not is_presentation(presentation) and not is_tied(parse_credential(presentation))

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

        A challenge that needs no key of the holder's takes a credential that was derived for it
        with bbs-2023, too.

        Raises:
            BindingError: `kb.missing` for a bare credential, `kb.unexpected` for a presentation,
                or a credential that is tied to an exchange, where nobody said what it should
                answer.
            KridError: as `parse_credential`, `parse_presentation`, `Verification` and
                `Schemas.check`.
        """
        verification = self._verification(issuers)
        with Trail() as trail:
            trail.check = Check.SYNTAX
            shown, secured = _parsed(presentation, challenge, trail)
            if shown is None or isinstance(challenge, Bearer):
                verified = _bare(verification, secured, challenge, now=now, skew=skew)
            else:
                verified = verification.presentation(
                    shown,
                    secured,
                    holders=self.holders,
                    audience=challenge.audience,
                    nonce=challenge.nonce,
                    now=now,
                    skew=skew,
                    max_age=max_age,
                )
            trail.add(*verified.evidence)
            check_schemas(self.schemas, verified.credential, trail)
            trail.check = Check.STATUS
            return self._proved(verified, trail)

    def _types(self, credential: Credential) -> frozenset[str]:
        """Return all types as URLs: those that the contexts define, where they are at hand."""
        named = {"@context": list(credential.contexts), "type": list(credential.types)}
        try:
            (node,) = self.suites.processor.expand(thaw(named))  # type: ignore[arg-type]  # an object
        except KridError:
            return credential.expanded_types
        return credential.expanded_types | frozenset(node["@type"])

    def _verification(self, issuers: IssuerKeys) -> Verification:
        return Verification(self.suites, issuers, self.inline)

    def _proved(self, verified: VerifiedVc, trail: Trail) -> VerifiedCredential:
        return VerifiedCredential(
            format=self.name,
            type=verified.credential.narrowest_type,
            types=self._types(verified.credential),
            issuer=verified.signer.issuer,
            signer=verified.signer,
            claims=_claims(verified.credential),
            holder=verified.holder,
            valid_until=verified.valid_until,
            status=status_of(verified.credential),
            evidence=trail.evidence,
        )


def _parsed(
    raw: bytes, challenge: Challenge | Bearer, trail: Trail
) -> tuple[SecuredPresentation | None, SecuredCredential]:
    if is_presentation(raw):
        if isinstance(challenge, Bearer):
            trail.check = Check.HOLDER
            raise BindingError(Code.KB_UNEXPECTED)
        shown = parse_presentation(raw)
        return shown, the_credential(shown)
    secured = parse_credential(raw)
    tied = is_tied(secured)
    trail.check = Check.HOLDER
    if isinstance(challenge, Bearer):
        if tied:
            raise BindingError(Code.KB_UNEXPECTED)
    elif not tied or challenge.binding is HolderBinding.REQUIRED:
        raise BindingError(Code.KB_MISSING)
    trail.check = Check.SYNTAX
    return None, secured


def _bare(
    verification: Verification,
    secured: SecuredCredential,
    challenge: Challenge | Bearer,
    *,
    now: datetime,
    skew: timedelta,
) -> VerifiedVc:
    if isinstance(challenge, Bearer):
        return verification.credential(secured, now=now, skew=skew)
    audience, nonce = challenge.audience, challenge.nonce
    return verification.tied(secured, audience=audience, nonce=nonce, now=now, skew=skew)


def _claims(credential: Credential) -> Mapping[str, object]:
    """Return what the issuer says; proofs are none of it, and not all of them were looked at."""
    return MappingProxyType(jcs.without(credential.document, PROOF))


def _seen(proof: Proof) -> dict[str, object]:
    """Say what a proof holds; of a selective suite, how much of it and which pointers."""
    seen: dict[str, object] = {
        "cryptosuite": proof.cryptosuite,
        "verification_method": proof.verification_method,
        "purpose": proof.purpose,
        "value_bytes": len(proof.value),
    }
    if proof.cryptosuite == BBS_2023:
        return {**seen, **proof_parts(str(proof.members["proofValue"]))}
    return {**seen, **_parts(proof)} if proof.cryptosuite == ECDSA_SD else seen


def _parts(proof: Proof) -> Mapping[str, object]:
    try:
        base = BaseValue.parse(proof)
    except KridError:
        derived = DerivedValue.parse(proof)
        mandatory = list(derived.mandatory)
        return {"kind": "derived", "signatures": len(derived.signatures), "mandatory": mandatory}
    return {
        "kind": "base",
        "signatures": len(base.signatures),
        "mandatory_pointers": list(base.pointers),
    }
