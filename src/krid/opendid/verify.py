"""Verifying credentials and presentations of OpenDID, all credentials of a presentation each.

Whom to believe, the caller decides: the key of each issuer is found through its port, that of the
holder in the holder's document. The format names no verifier: the nonce alone binds a
presentation, so that whoever can have a holder answer a nonce can pass the answer on.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import final

from krid._core.redact import same
from krid.did.methods.omn import AuthType, OmnDocument, verify_claims
from krid.did.methods.omn import proof as omn_proof
from krid.did.verification_method import Purpose
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MisuseError,
    TrustError,
    ValidityError,
)
from krid.keys import PublicKey
from krid.model import (
    Check,
    Evidence,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    NoStatus,
    State,
    StatusSource,
    Trail,
    binding,
)
from krid.opendid.model import (
    NAME,
    Credential,
    Documents,
    HolderProof,
    Presentation,
    Unlocking,
    VerifiedVc,
    VerifiedVp,
)
from krid.opendid.parse import parse_credential, parse_nonce, parse_presentation


def verify_credential(
    raw: bytes,
    *,
    issuers: IssuerKeys,
    status: StatusSource | NoStatus,
    now: datetime,
    skew: timedelta,
) -> VerifiedVc:
    """Verify a credential that nobody presents: its issuer, proofs, dates and status.

    Does not check its schema, nor originals that are not inline.

    Raises:
        KridError: as `parse_credential`, `Verification.credential` and the status source.
    """
    with Trail() as trail:
        trail.check = Check.SYNTAX
        credential = parse_credential(raw)
        verified = Verification(issuers).credential(credential, now=now, skew=skew)
        trail.add(*verified.evidence)
        return _with_status(verified, status, trail, now=now)


def verify_presentation(
    raw: bytes,
    *,
    issuers: IssuerKeys,
    documents: Documents,
    unlocking: Unlocking,
    status: StatusSource | NoStatus,
    nonce: str,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
) -> VerifiedVp:
    """Verify a presentation: its holder, and every credential in it with its status.

    `nonce` is the one that the verifier sent, in multibase. What the credentials are good for
    together, and that they are those asked for, is not checked.

    Raises:
        KridError: as `parse_presentation`, `Verification.presentation` and the status source.
    """
    with Trail() as trail:
        trail.check = Check.SYNTAX
        shown = parse_presentation(raw)
        verified = Verification(issuers).presentation(
            shown,
            documents=documents,
            unlocking=unlocking,
            nonce=nonce,
            now=now,
            skew=skew,
            max_age=max_age,
        )
        trail.add(*verified.evidence)
        credentials = tuple(
            _with_status(each, status, trail, now=now) for each in verified.credentials
        )
        return VerifiedVp(
            holder=verified.holder,
            keys=verified.keys,
            unlocked=verified.unlocked,
            credentials=credentials,
            evidence=trail.evidence,
        )


@final
@dataclass(frozen=True, slots=True)
class Verification:
    """Verifies what is parsed; statuses are not looked up."""

    issuers: IssuerKeys = field(repr=False)

    def credential(self, credential: Credential, *, now: datetime, skew: timedelta) -> VerifiedVc:
        """Verify the issuer, every signature, and the dates of one credential.

        Raises:
            TrustError: `omn.issuer` for a key of another DID than the issuer's; as the port finds.
            MalformedError: `omn.proof`, `omn.syntax`.
            SignatureError: `omn.signature`.
            ValidityError: `w3c.not_yet_valid`, `w3c.expired`.
            MisuseError: `misuse.naive_time`, `misuse.option`.
        """
        binding.check_settings(now=now, skew=skew)
        with Trail() as trail:
            trail.check = Check.ISSUER
            signer = self._find(credential, now=now)
            trail.prove(Check.ISSUER, signer.path)
            trail.check = Check.ISSUER_SIGNATURE
            _check_signatures(credential, signer.public_key)
            trail.prove(Check.ISSUER_SIGNATURE, _said(credential))
            trail.check = Check.VALIDITY
            _check_period(credential, now=now, skew=skew)
            trail.prove(Check.VALIDITY, "validFrom and validUntil")
            return VerifiedVc(
                credential=credential,
                claims=MappingProxyType(credential.values()),
                signer=signer,
                evidence=trail.evidence,
            )

    def presentation(
        self,
        shown: Presentation,
        *,
        documents: Documents,
        unlocking: Unlocking,
        nonce: str,
        now: datetime,
        skew: timedelta,
        max_age: timedelta,
    ) -> VerifiedVp:
        """Verify every credential of a presentation, and that its holder answers this nonce.

        Raises:
            BindingError: `omn.holder` when the holder is not the subject of each credential,
                `omn.holder_key` for a key of another DID or of an earlier document, `omn.auth`,
                `kb.nonce`.
            RejectedError: `omn.key` for a key that is not for assertions; as `Documents.find`.
            SignatureError: `omn.signature`.
            ValidityError: `kb.iat`, `kb.validity`.
            KridError: as `credential`.
            MisuseError: `misuse.option` for a nonce that is not 16 bytes in multibase.
        """
        binding.check_settings(now=now, skew=skew)
        wanted = _wanted_nonce(nonce, max_age)
        with Trail() as trail:
            verified = []
            for credential in shown.credentials:
                verified.append(self.credential(credential, now=now, skew=skew))
                trail.add(*verified[-1].evidence)
            trail.check = Check.HOLDER
            _check_subjects(shown)
            document = documents.find(shown.holder)
            keys = tuple(_check_proof(shown, each, document) for each in shown.proofs)
            used = frozenset(kind for _, kind in keys)
            if not unlocking.allows(used):
                raise BindingError(Code.OMN_AUTH)
            _check_times(shown, now=now, skew=skew, max_age=max_age)
            if not same(shown.nonce, wanted):
                raise BindingError(Code.KB_NONCE)
            kinds = ", ".join(sorted(kind.name.lower() for kind in used))
            trail.prove(Check.HOLDER, f"current keys ({kinds}) for this nonce, no verifier named")
            return VerifiedVp(
                holder=shown.holder,
                keys=tuple(key for key, _ in keys),
                unlocked=used,
                credentials=tuple(verified),
                evidence=trail.evidence,
            )

    def _find(self, credential: Credential, *, now: datetime) -> IssuerKey:
        """Ask for the key of this credential's own issuer, whatever the others' are."""
        if credential.proof.key.did != credential.issuer:
            raise TrustError(Code.OMN_ISSUER)
        hint = IssuerHint(
            format=NAME,
            type=credential.schema,
            alg=credential.proof.alg,
            issuer=credential.issuer,
            key_id=credential.proof.reference,
        )
        return self.issuers.find(hint, now=now)


def _check_signatures(credential: Credential, key: PublicKey) -> None:
    """Check the signature over all claims and those over single claims, whichever there are."""
    if credential.proof.whole is not None:
        omn_proof.verify(credential.document, credential.proof.whole, key=key)
    if credential.proof.each:
        verify_claims(credential.document, key=key)


def _said(credential: Credential) -> str:
    proof = credential.proof
    count = f"{len(credential.claims)} claims, each signed alone" if proof.each else "all claims"
    return f"{proof.alg.jose}: {count}"


def _check_period(credential: Credential, *, now: datetime, skew: timedelta) -> None:
    if now + skew < credential.valid_from:
        raise ValidityError(Code.W3C_NOT_YET_VALID)
    if now - skew >= credential.valid_until:
        raise ValidityError(Code.W3C_EXPIRED)


def _wanted_nonce(nonce: str, max_age: timedelta) -> bytes:
    binding.check_challenge(audience=NAME, nonce=nonce, max_age=max_age)
    try:
        return parse_nonce(nonce)
    except KridError as cause:
        raise MisuseError(Code.MISUSE_OPTION, "nonce: 16 bytes in multibase") from cause


def _check_subjects(shown: Presentation) -> None:
    if any(each.subject != shown.holder for each in shown.credentials):
        raise BindingError(Code.OMN_HOLDER)


def _check_proof(
    shown: Presentation, made: HolderProof, document: OmnDocument
) -> tuple[PublicKey, AuthType]:
    """Check one proof by a key of the present document, and return what the key is."""
    if made.key.did != shown.holder or made.key.version_id not in (None, document.version_id):
        raise BindingError(Code.OMN_HOLDER_KEY)
    key, kind = document.key_for(made.key.key_id, Purpose.ASSERTION)
    omn_proof.verify(shown.document, made.proof, key=key)
    return key, kind


def _check_times(
    shown: Presentation, *, now: datetime, skew: timedelta, max_age: timedelta
) -> None:
    for made in shown.proofs:
        if made.created > now + skew or now - made.created > max_age:
            raise ValidityError(Code.KB_IAT)
    if now + skew < shown.valid_from or now - skew >= shown.valid_until:
        raise ValidityError(Code.KB_VALIDITY)


def _with_status(
    verified: VerifiedVc, status: StatusSource | NoStatus, trail: Trail, *, now: datetime
) -> VerifiedVc:
    """Look the status up, that of every credential by its own entry."""
    trail.check = Check.STATUS
    if isinstance(status, NoStatus):
        found = Evidence(Check.STATUS, "the caller does not check it", State.OPTED_OUT)
    else:
        entry = verified.credential.status
        found = status.check(entry, issuer=verified.signer, now=now)
    trail.add(found)
    return VerifiedVc(
        credential=verified.credential,
        claims=verified.claims,
        signer=verified.signer,
        evidence=(*verified.evidence, found),
    )
