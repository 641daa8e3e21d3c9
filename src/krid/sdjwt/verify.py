"""Verifying an SD-JWT, in the order of RFC 9901, sections 7.1 and 7.3, and of SD-JWT VC.

`verify` and `verify_bearer` are for verifiers, `verify_issued` is for the holder who receives
a credential; all three expect an SD-JWT VC of type `dc+sd-jwt`. The type `vc+sd-jwt` of the
drafts before November 2024 is refused: the draft no longer asks verifiers to accept it.
`verify_plain` and `verify_plain_bearer` know no credential type and no rule of SD-JWT VC.

None of them decides whom to believe: the caller has found the issuer's key. None looks up a
status. How the text came about is settled when it is parsed: `alg` is in krid's table (step
2.1), `_sd_alg` is known (step 2.4), disclosures are well-formed and none is given twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from krid._core.strict_json import Json
from krid.errors import Code
from krid.keys import PublicKey
from krid.model import Check, Evidence, Trail, TransactionData, binding
from krid.sdjwt import key_binding, names, registered, vc
from krid.sdjwt import transactions as authorised
from krid.sdjwt.model import VerifiedPlain, VerifiedSdJwt
from krid.sdjwt.parse import Presentation, SdJwt
from krid.sdjwt.reveal import reveal

_VALIDITY: Final = Evidence(Check.VALIDITY, "exp, nbf and iat, where present")


def verify(
    presentation: Presentation,
    *,
    issuer_key: PublicKey,
    audience: str,
    nonce: str,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
    transactions: Sequence[TransactionData] = (),
) -> VerifiedSdJwt:
    """Verify a presentation of an SD-JWT VC that its holder signed for this verifier.

    `audience` and `nonce` are what the verifier asked with; `skew` is how far clocks may
    differ, `max_age` how long ago the holder may have signed. `transactions` are what the holder
    may authorise with it; which of them it does stands in the outcome.

    Raises:
        SignatureError: `jws.signature` or `kb.signature`.
        ContentError: `sdjwt.typ`, a code of `reveal`, `sdjwt.not_disclosable`, `sdjwt.vct`,
            `kb.typ`.
        ValidityError: `sdjwt.expired`, `sdjwt.not_yet_valid`, `kb.iat`, `kb.validity`.
        BindingError: `kb.missing`, `kb.no_key`, `kb.nonce`, `kb.audience`, `kb.sd_hash`,
            `sdjwt.audience`, `kb.transaction`.
        MalformedError: `sdjwt.claim_type`, `sdjwt.cnf`, `sdjwt.digest_syntax`,
            `status.syntax`, `kb.syntax`, `key.use`.
        UnsupportedError: `alg.key`, `key.type`, `status.syntax`.
        MisuseError: `misuse.naive_time`, or `misuse.option` for an empty audience or nonce,
            a negative time, or more skew than krid allows.
    """
    binding.check_settings(now=now, skew=skew)
    binding.check_challenge(audience=audience, nonce=nonce, max_age=max_age)
    sd_jwt = presentation.sd_jwt
    with Trail() as trail:
        trail.check = Check.HOLDER
        kb = key_binding.require(presentation)
        claims = _verify_sd_jwt(sd_jwt, names.TYP_VC, issuer_key, trail, now=now, skew=skew)
        trail.check = Check.HOLDER
        registered.check_audience(claims, audience)
        vct = _check_credential(sd_jwt, claims, trail)
        trail.check = Check.HOLDER
        holder, bound = key_binding.check(
            kb, sd_jwt, claims, audience=audience, nonce=nonce, now=now, skew=skew, max_age=max_age
        )
        allowed = authorised.check(bound, transactions)
        trail.prove(Check.HOLDER, _bound(holder))
        verified = _verified(claims, vct, holder, trail)
    return replace(verified, transactions=allowed) if allowed else verified


def verify_bearer(
    presentation: Presentation, *, issuer_key: PublicKey, now: datetime, skew: timedelta
) -> VerifiedSdJwt:
    """Verify an SD-JWT VC from anyone who has it: it proves nothing about who shows it.

    A credential that names a holder key passes too, since asking for no key binding is the
    verifier's decision (section 7.3, step 1).

    Raises:
        BindingError: `kb.unexpected` when a key binding JWT is there, for nobody could check
            what it answers; `sdjwt.audience` when the credential is for certain verifiers.
        KridError: the codes of `verify`, but those of key binding.
    """
    binding.check_settings(now=now, skew=skew)
    with Trail() as trail:
        trail.check = Check.HOLDER
        key_binding.forbid(presentation)
        verified = verify_issued(presentation.sd_jwt, issuer_key=issuer_key, now=now, skew=skew)
        trail.add(*verified.evidence)
        trail.check = Check.HOLDER
        registered.check_audience(verified.claims, None)
    return verified


def verify_issued(
    sd_jwt: SdJwt, *, issuer_key: PublicKey, now: datetime, skew: timedelta
) -> VerifiedSdJwt:
    """Verify an SD-JWT VC as the holder who received it (section 7.2).

    Does not check `aud`, which names verifiers, nor that the holder has the key of `cnf`.

    Raises:
        KridError: the codes of `verify`, but those of key binding and `sdjwt.audience`.
    """
    binding.check_settings(now=now, skew=skew)
    with Trail() as trail:
        claims = _verify_sd_jwt(sd_jwt, names.TYP_VC, issuer_key, trail, now=now, skew=skew)
        return _verified(claims, _check_credential(sd_jwt, claims, trail), None, trail)


def verify_plain(
    presentation: Presentation,
    *,
    typ: str,
    issuer_key: PublicKey,
    audience: str,
    nonce: str,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
) -> VerifiedPlain:
    """Verify a plain SD-JWT+KB of a type of the caller's choice, such as `example+sd-jwt`.

    `exp` and its like are checked where they are disclosed; krid can't know which of them an
    application requires: that they are among the claims is for it to check (section 9.7).

    Raises:
        KridError: the codes of `verify`, but those of SD-JWT VC.
    """
    binding.check_settings(now=now, skew=skew)
    binding.check_challenge(audience=audience, nonce=nonce, max_age=max_age)
    sd_jwt = presentation.sd_jwt
    with Trail() as trail:
        trail.check = Check.HOLDER
        kb = key_binding.require(presentation)
        claims = _verify_sd_jwt(sd_jwt, typ, issuer_key, trail, now=now, skew=skew)
        trail.check = Check.HOLDER
        registered.check_audience(claims, audience)
        holder, _ = key_binding.check(
            kb, sd_jwt, claims, audience=audience, nonce=nonce, now=now, skew=skew, max_age=max_age
        )
        trail.prove(Check.HOLDER, _bound(holder))
        return _verified_plain(claims, holder, trail)


def verify_plain_bearer(
    presentation: Presentation,
    *,
    typ: str,
    issuer_key: PublicKey,
    now: datetime,
    skew: timedelta,
) -> VerifiedPlain:
    """Verify a plain SD-JWT without key binding.

    Raises:
        KridError: the codes of `verify_bearer`, but those of SD-JWT VC.
    """
    binding.check_settings(now=now, skew=skew)
    with Trail() as trail:
        trail.check = Check.HOLDER
        key_binding.forbid(presentation)
        claims = _verify_sd_jwt(presentation.sd_jwt, typ, issuer_key, trail, now=now, skew=skew)
        trail.check = Check.HOLDER
        registered.check_audience(claims, None)
        return _verified_plain(claims, None, trail)


def _verify_sd_jwt(
    sd_jwt: SdJwt, typ: str, issuer_key: PublicKey, trail: Trail, *, now: datetime, skew: timedelta
) -> Mapping[str, Json]:
    """Verify the SD-JWT itself and return its processed payload (section 7.1)."""
    trail.check = Check.ISSUER_SIGNATURE
    sd_jwt.jws.verify(issuer_key)  # step 2.2
    trail.prove(Check.ISSUER_SIGNATURE, sd_jwt.jws.alg.jose)
    trail.check = Check.TYPE
    sd_jwt.jws.check_typ(typ, refusal=Code.SDJWT_TYP)  # section 9.11; SD-JWT VC, section 2.2.1
    trail.check = Check.INTEGRITY
    claims = reveal(sd_jwt.payload, sd_jwt.disclosures)  # steps 3 to 5
    trail.prove(Check.INTEGRITY, f"{len(sd_jwt.disclosures)} disclosed, {sd_jwt.hash_alg.value}")
    trail.check = Check.VALIDITY
    registered.check_validity_period(claims, now=now, skew=skew)  # step 6
    trail.add(_VALIDITY)
    return claims


def _check_credential(sd_jwt: SdJwt, claims: Mapping[str, Json], trail: Trail) -> str:
    """Check what SD-JWT VC adds, and return the type (SD-JWT VC, section 2.2.2)."""
    trail.check = Check.TYPE
    vc.check_always_shown(sd_jwt.payload, claims)
    vct = vc.check_type(claims)
    vc.check_other_types(claims, vct)
    vc.check_texts(claims)
    vc.check_confirmation(claims)
    return vct


def _verified(
    claims: Mapping[str, Json], vct: str, holder: PublicKey | None, trail: Trail
) -> VerifiedSdJwt:
    trail.check = Check.STATUS
    issuer = claims.get("iss")
    return VerifiedSdJwt(
        claims=claims,
        vct=vct,
        issuer=issuer if isinstance(issuer, str) else None,
        holder=holder,
        valid_from=registered.moment(claims, "nbf"),
        valid_until=registered.moment(claims, "exp"),
        status=vc.status_of(claims),
        evidence=trail.evidence,
    )


def _verified_plain(
    claims: Mapping[str, Json], holder: PublicKey | None, trail: Trail
) -> VerifiedPlain:
    return VerifiedPlain(
        claims=claims,
        holder=holder,
        valid_until=registered.moment(claims, "exp"),
        evidence=trail.evidence,
    )


def _bound(holder: PublicKey) -> str:
    return f"{holder.alg.jose} key binding for this session"
