"""Verifying what is secured with JOSE or COSE (VC-JOSE-COSE, sections 5 and 6).

`verify_issued` is for the holder who receives a credential and for a verifier who takes it from
anybody; `verify` is for a presentation that its holder signed. None of them decides whom to
believe: the caller has found the issuer's key. None looks up a status or a schema.
"""

from datetime import datetime, timedelta

from krid.cose import Sign1
from krid.errors import Code, ContentError, MalformedError
from krid.keys import PublicKey
from krid.model import Check, HolderKey, HolderKeys, Trail, binding
from krid.model.w3c import Enveloped, EnvelopedKind, claims
from krid.vcjose.holder import required_holder
from krid.vcjose.model import (
    Envelope,
    SecuredCredential,
    SecuredPresentation,
    VerifiedVc,
)
from krid.vcjose.names import MEDIA_TYPES
from krid.vcjose.parse import data_of, parse_credential


def verify_issued(
    secured: SecuredCredential, *, issuer_key: PublicKey, now: datetime, skew: timedelta
) -> VerifiedVc:
    """Verify a credential: its signature and its validity.

    Raises:
        SignatureError: `jws.signature` or `cose.signature`.
        ValidityError: `w3c.expired` or `w3c.not_yet_valid`.
        UnsupportedError: `alg.key`.
        MalformedError: `w3c.claim`.
        MisuseError: `misuse.naive_time`, `misuse.option` for more skew than krid allows.
    """
    binding.check_settings(now=now, skew=skew)
    with Trail() as trail:
        _verify_credential(secured, issuer_key, trail, now=now, skew=skew)
        return _verified(secured, None, trail)


def verify(
    shown: SecuredPresentation,
    secured: SecuredCredential,
    *,
    issuer_key: PublicKey,
    holders: HolderKeys,
    audience: str,
    nonce: str,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
) -> VerifiedVc:
    """Verify a presentation of one credential, `the_credential` in it, that its holder signed.

    `audience` and `nonce` are what the verifier asked with; `skew` is how far clocks may differ,
    `max_age` how long ago the holder may have signed.

    Raises:
        SignatureError: `jws.signature`, `cose.signature`, `kb.signature`.
        BindingError: `kb.no_key`, `kb.nonce`, `kb.audience`.
        ContentError: `w3c.claim_conflict` when another holder is named than the credential's.
        ValidityError: `w3c.expired`, `w3c.not_yet_valid`, `kb.iat`, `kb.validity`.
        MalformedError: `w3c.claim`, `kb.syntax`, `sdjwt.cnf`, `key.use`.
        UnsupportedError: `alg.key`, `key.type`.
        MisuseError: `misuse.naive_time`, `misuse.option`.
    """
    binding.check_settings(now=now, skew=skew)
    binding.check_challenge(audience=audience, nonce=nonce, max_age=max_age)
    with Trail() as trail:
        _verify_credential(secured, issuer_key, trail, now=now, skew=skew)
        trail.check = Check.HOLDER
        holder = required_holder(secured, holders)
        if "cnf" in secured.claims:
            binding.check_key_marks(secured.claims, shown.header.alg)
        check_signature(shown.envelope, holder.key, refusal=Code.KB_SIGNATURE)
        _check_holder_name(shown, secured, holder)
        binding.check_created(shown.claims, now=now, skew=skew, max_age=max_age)
        binding.check_nonce(shown.claims, nonce)
        binding.check_audience(shown.claims, audience)
        binding.check_validity_period(shown.claims, now=now, skew=skew)
        trail.prove(Check.HOLDER, f"{shown.header.alg.jose} presentation for this session")
        return _verified(secured, holder.key, trail)


def the_credential(shown: SecuredPresentation) -> SecuredCredential:
    """Open the one credential of a presentation, which must be secured by itself (section 3.1.2).

    Raises:
        ContentError: `w3c.several` for none or more than one, `w3c.unsecured` for a credential
            that is in no envelope.
        UnsupportedError: `vcjose.media_type` for an envelope of another form.
        KridError: as `parse_credential`.
    """
    contents = shown.presentation.credentials
    if len(contents) != 1:
        raise ContentError(Code.W3C_SEVERAL)
    content = contents[0]
    if not isinstance(content, Enveloped):
        raise ContentError(Code.W3C_UNSECURED)
    raw = data_of(content.url, MEDIA_TYPES[shown.form])
    if raw[:1] == b"{":
        raise MalformedError(Code.VCJOSE_SYNTAX, EnvelopedKind.CREDENTIAL.value)
    return parse_credential(raw, shown.form)


def check_signature(envelope: Envelope, key: PublicKey, *, refusal: Code | None = None) -> None:
    """Check the signature of either family.

    Raises:
        SignatureError: `refusal`, or `jws.signature` or `cose.signature`.
        UnsupportedError: `alg.key`.
    """
    if isinstance(envelope, Sign1):
        envelope.verify(key, refusal=refusal or Code.COSE_SIGNATURE)
    else:
        envelope.verify(key, refusal=refusal or Code.JWS_SIGNATURE)


def _verify_credential(
    secured: SecuredCredential,
    issuer_key: PublicKey,
    trail: Trail,
    *,
    now: datetime,
    skew: timedelta,
) -> None:
    trail.check = Check.ISSUER_SIGNATURE
    check_signature(secured.envelope, issuer_key)
    trail.prove(Check.ISSUER_SIGNATURE, secured.header.alg.jose)
    trail.check = Check.VALIDITY
    claims.check_period(secured.credential, secured.claims, now=now, skew=skew)
    trail.prove(Check.VALIDITY, "validFrom and validUntil, and those of the signature")


def _check_holder_name(
    shown: SecuredPresentation, secured: SecuredCredential, holder: HolderKey
) -> None:
    """A holder who is known by an identifier must not present in another's name."""
    named = shown.presentation.holder
    if named is None or not holder.key_id:
        return
    if named.id != secured.credential.subjects[0].id:
        raise ContentError(Code.W3C_CLAIM_CONFLICT, "holder")


def _verified(secured: SecuredCredential, holder: PublicKey | None, trail: Trail) -> VerifiedVc:
    return VerifiedVc(
        credential=secured.credential,
        holder=holder,
        valid_until=claims.valid_until(secured.credential, secured.claims),
        evidence=trail.evidence,
    )
