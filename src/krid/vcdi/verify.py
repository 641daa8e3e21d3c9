"""Verifying credentials and presentations with embedded proofs (VC Data Integrity 1.0, section 4).

Whom to believe, the caller decides: the key of each proof is found through its port. No status
and no schema is looked up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, unique
from typing import Final, final

from krid._core import jcs
from krid._core.strict_json import Json
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    TrustError,
    UnsupportedError,
)
from krid.keys import Alg, BbsAlg, PublicKey
from krid.model import (
    Check,
    HolderKeys,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    Trail,
    VerificationAlg,
    binding,
)
from krid.model.w3c import Credential, claims
from krid.proofs import (
    ContextRule,
    PlainSuite,
    Proof,
    check_age,
    check_challenge,
    check_domain,
    check_period,
    check_purpose,
    input_document,
)
from krid.proofs.plain import CONTEXT
from krid.vcdi import issue, present
from krid.vcdi.bbs_seen import BBS_2023
from krid.vcdi.contexts import check_written
from krid.vcdi.ecdsa_sd import EcdsaSd
from krid.vcdi.holder import required_holder
from krid.vcdi.installed import check_installed
from krid.vcdi.model import (
    InlineContexts,
    OtherSigners,
    SecuredCredential,
    SecuredPresentation,
    VerifiedVc,
)
from krid.vcdi.suites import Suite, Suites
from krid.vcdi.tied import check_tied

NAME: Final = "ldp_vc"

_P384_SIGNATURE: Final = 96


@unique
class _BaseProof(Enum):
    """Whether a base proof, which is for the holder alone, will do."""

    TAKEN = "taken"
    REFUSED = "refused"


@final
@dataclass(frozen=True, slots=True)
class Verification:
    """How a credential is verified: suites, trust, and what documents may hold."""

    suites: Suites = field(repr=False)
    issuers: IssuerKeys = field(repr=False)
    inline: InlineContexts
    others: OtherSigners = OtherSigners.REFUSED

    def issued(self, secured: SecuredCredential, *, now: datetime, skew: timedelta) -> VerifiedVc:
        """Verify a credential as the holder who receives it, a base proof whole.

        Raises:
            KridError: as `credential`.
        """
        binding.check_settings(now=now, skew=skew)
        with Trail() as trail:
            return self._credential(secured, trail, now=now, skew=skew, base=_BaseProof.TAKEN)

    def credential(
        self, secured: SecuredCredential, *, now: datetime, skew: timedelta
    ) -> VerifiedVc:
        """Verify a credential that nobody presents: its proofs and its validity.

        Raises:
            UnsupportedError: `di.suite` when krid knows no proof of it, or not one that another
                follows; `di.extra` where an optional part of krid is missing that it needs.
            MalformedError: `di.purpose`, `di.context`, `di.proof_value`, `di.proof_header` for a
                base proof, `ld.inline`, and as the suites.
            SignatureError: `di.signature`.
            TrustError: `di.method` for a key that is not the issuer's; as the port finds.
            ValidityError: `di.created`, `di.expired`, `w3c.expired`, `w3c.not_yet_valid`.
            MisuseError: `misuse.naive_time`, `misuse.option`.
        """
        binding.check_settings(now=now, skew=skew)
        with Trail() as trail:
            return self._credential(secured, trail, now=now, skew=skew, base=_BaseProof.REFUSED)

    def presentation(
        self,
        shown: SecuredPresentation,
        secured: SecuredCredential,
        *,
        holders: HolderKeys,
        audience: str,
        nonce: str,
        now: datetime,
        skew: timedelta,
        max_age: timedelta,
    ) -> VerifiedVc:
        """Verify a presentation of one credential, `the_credential` in it, by its holder.

        The proof's domain must be the audience, its challenge the nonce. A proof that does not
        say when it was made is as old as the nonce.

        Raises:
            BindingError: `kb.no_key`, `di.method` for another key than the holder's,
                `di.challenge`, `di.domain`; `di.presentation_header` for a proof of bbs-2023 that
                was derived for something else.
            ContentError: `w3c.claim_conflict` when another holder is named than the credential's.
            KridError: as `credential`.
        """
        binding.check_settings(now=now, skew=skew)
        binding.check_challenge(audience=audience, nonce=nonce, max_age=max_age)
        with Trail() as trail:
            issued = self._credential(secured, trail, now=now, skew=skew, base=_BaseProof.REFUSED)
            trail.check = Check.HOLDER
            holder = required_holder(secured, holders)
            proof = shown.proof
            check_purpose(proof, present.PURPOSE)
            if proof.verification_method != holder.key_id:
                raise BindingError(Code.DI_METHOD)
            named = shown.presentation.holder
            if named is not None and named.id != secured.credential.subjects[0].id:
                raise ContentError(Code.W3C_CLAIM_CONFLICT, "holder")
            self._check_presented(shown, holder.key)
            check_period(proof, now=now, skew=skew)
            check_age(proof, now=now, max_age=max_age)
            check_challenge(proof, nonce)
            check_domain(proof, frozenset({audience}))
            check_tied(secured, audience=audience, nonce=nonce)
            trail.prove(Check.HOLDER, f"{proof.cryptosuite} presentation for this session")
            return replace(issued, holder=holder.key, evidence=trail.evidence)

    def tied(
        self,
        secured: SecuredCredential,
        *,
        audience: str,
        nonce: str,
        now: datetime,
        skew: timedelta,
    ) -> VerifiedVc:
        """Verify a credential without a presentation whose own proof answers the nonce.

        That is one of bbs-2023, see `krid.vcdi.tied`: who made it has the credential itself. No
        key of a holder's is proved.

        Raises:
            BindingError: `di.presentation_header`.
            KridError: as `credential`.
        """
        binding.check_settings(now=now, skew=skew)
        binding.check_challenge(audience=audience, nonce=nonce, max_age=timedelta(0))
        with Trail() as trail:
            issued = self._credential(secured, trail, now=now, skew=skew, base=_BaseProof.REFUSED)
            trail.check = Check.HOLDER
            check_tied(secured, audience=audience, nonce=nonce)
            trail.prove(Check.HOLDER, "derived for this session from the credential; no key")
            return replace(issued, evidence=trail.evidence)

    def _check_presented(self, shown: SecuredPresentation, key: PublicKey) -> None:
        check_installed((shown.proof,))
        suite = self.suites.find(shown.proof.cryptosuite)
        if not isinstance(suite, PlainSuite):
            raise UnsupportedError(Code.DI_SUITE, "of a presentation")
        document = input_document(shown.document, (), ())
        self._check_written(jcs.without(document, "verifiableCredential"), shown.proof, suite)
        suite.verify(document, shown.proof, key=key)

    def _credential(
        self,
        secured: SecuredCredential,
        trail: Trail,
        *,
        now: datetime,
        skew: timedelta,
        base: _BaseProof,
    ) -> VerifiedVc:
        signers: list[IssuerKey] = []
        known = self._known(secured)
        own = [proof for proof in known if not _is_of_another(secured.credential, proof)]
        believed = self._believed(secured, own)
        for proof in known:
            trail.check = Check.ISSUER
            trusted = self._find(believed, proof, now=now)
            trail.prove(Check.ISSUER, trusted.path)
            trail.check = Check.ISSUER_SIGNATURE
            check_purpose(proof, issue.PURPOSE)
            self._check_signature(secured, proof, trusted, base)
            check_period(proof, now=now, skew=skew)
            trail.prove(Check.ISSUER_SIGNATURE, proof.cryptosuite)
            if proof in own:
                signers.append(trusted)
        trail.check = Check.ISSUER
        if not signers:
            raise TrustError(Code.DI_METHOD)
        trail.check = Check.VALIDITY
        claims.check_period(believed, {}, now=now, skew=skew)
        trail.prove(Check.VALIDITY, "validFrom and validUntil, and those of the proof")
        return VerifiedVc(
            credential=believed,
            signer=signers[0],
            holder=None,
            valid_until=claims.valid_until(believed, {}),
            evidence=trail.evidence,
        )

    def _believed(self, secured: SecuredCredential, proofs: Sequence[Proof]) -> Credential:
        """Return the credential in the contexts that were signed, without those put behind them.

        A proof over JSON names its contexts, and the document may have got more since (Data
        Integrity EdDSA 1.0, section 3.3.2): what those say of its types, nobody signed.
        """
        whole = contexts = _listed(secured.document[CONTEXT])
        for proof in proofs:
            signed = _listed(proof.members.get(CONTEXT, contexts))
            if self.suites.rule_of([proof]) is ContextRule.IN_PROOF and (
                contexts[: len(signed)] == signed
            ):
                contexts = signed
        if contexts == whole:
            return secured.credential
        return Credential.from_document({**secured.document, CONTEXT: contexts})

    def _known(self, secured: SecuredCredential) -> list[Proof]:
        """Leave out proofs of suites that krid does not know, unless another follows them."""
        check_installed(secured.proofs)
        known = [proof for proof in secured.proofs if self.suites.knows(proof.cryptosuite)]
        names = {proof.id for proof in known}
        if not known or any(not names >= set(proof.previous) for proof in known):
            raise UnsupportedError(Code.DI_SUITE)
        return known

    def _find(self, credential: Credential, proof: Proof, *, now: datetime) -> IssuerKey:
        issuer = credential.issuer.id
        method = proof.verification_method
        if _is_of_another(credential, proof):
            if self.others is OtherSigners.REFUSED:
                raise TrustError(Code.DI_METHOD)
            issuer = method.partition("#")[0]
        hint = IssuerHint(
            format=NAME,
            type=credential.narrowest_type,
            alg=_alg_of(proof),
            issuer=issuer,
            key_id=method,
        )
        return self.issuers.find(hint, now=now)

    def _check_signature(
        self,
        secured: SecuredCredential,
        proof: Proof,
        trusted: IssuerKey,
        base: _BaseProof,
    ) -> None:
        suite = self.suites.find(proof.cryptosuite)
        document = input_document(secured.document, proof.previous, secured.proofs)
        self._check_written(document, proof, suite)
        whole = base is _BaseProof.TAKEN and present.is_base(secured)
        if isinstance(suite, PlainSuite):
            suite.verify(document, proof, key=trusted.public_key)
        elif isinstance(suite, EcdsaSd):
            check = suite.verify_base if whole else suite.verify
            check(document, proof, key=trusted.public_key)
        elif proof.previous:
            raise UnsupportedError(Code.DI_SUITE, "bbs-2023 follows no proof")
        else:
            check_of_bbs = suite.verify_base if whole else suite.verify
            check_of_bbs(document, proof, key=trusted.bbs_key)

    def _check_written(self, document: Mapping[str, Json], proof: Proof, suite: Suite) -> None:
        """Refuse what the statements don't tell, unless the signature is over JSON as in JCS."""
        covered = isinstance(suite, PlainSuite) and suite.context is ContextRule.IN_PROOF
        if not covered:
            check_written(document, proof, self.inline, self.suites.processor)


def _is_of_another(credential: Credential, proof: Proof) -> bool:
    """Tell whether a proof is by a key of another DID than the issuer."""
    issuer = credential.issuer.id
    return issuer.startswith("did:") and proof.verification_method.partition("#")[0] != issuer


def _alg_of(proof: Proof) -> VerificationAlg:
    """Tell the algorithm by the suite, and P-384 by the length of its signature."""
    if proof.cryptosuite == BBS_2023:
        return BbsAlg.SHA256
    if proof.cryptosuite.startswith("eddsa-"):
        return Alg.EDDSA
    return Alg.ES384 if len(proof.value) == _P384_SIGNATURE else Alg.ES256


def _listed(contexts: Json) -> list[Json]:
    return list(contexts) if isinstance(contexts, list | tuple) else [contexts]
