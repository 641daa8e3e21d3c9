"""W3C credentials of data model 2.0 as SD-JWTs: `vc+sd-jwt` (VC-JOSE-COSE, section 3.2).

A second format over the machinery of RFC 9901: claims that a holder shows one by one, in a
credential of the W3C data model. It is presented as SD-JWT+KB; presentations that are SD-JWTs
themselves (`vp+sd-jwt`) are not read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits
from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid._core.frozen import thaw
from krid._core.strict_json import JsonObject
from krid._core.times import to_numeric_date
from krid.errors import Code, ContentError, MalformedError, MisuseError, UnsupportedError
from krid.jose import Jws
from krid.keys import Alg, Prepared, PublicKey, jwk
from krid.model import (
    AcceptedCredential,
    Bearer,
    Challenge,
    Check,
    ClaimPath,
    Finding,
    Inspection,
    IssueOrder,
    IssuerHint,
    IssuerKeys,
    Trail,
    VerifiedCredential,
    binding,
)
from krid.model.w3c import Credential, Version, claims, compose
from krid.model.w3c.references import check_schemas, status_of
from krid.model.w3c.schema import Schemas
from krid.sdjwt import issue, json_form, key_binding, present
from krid.sdjwt.model import HashAlg, Sd, VerifiedPlain
from krid.sdjwt.parse import Presentation, SdJwt
from krid.sdjwt.reveal import locate, reveal
from krid.sdjwt.verify import verify_plain, verify_plain_bearer
from krid.sdjwt.w3c_lint import check_shown, lint

TYP: Final = "vc+sd-jwt"

ALWAYS_SHOWN: Final = (
    *("@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialStatus"),
    *("credentialSchema", "relatedResource", "proof", "iss", "sub", "aud", "exp", "nbf", "iat"),
    *("jti", "cnf"),
)
"""What is needed to verify a credential, and so must not be hidden, nor any part of it."""


@final
@dataclass(frozen=True, slots=True)
class W3cSdJwtFormat:
    """W3C credentials as SD-JWTs, under the name of their media type.

    It reads the compact and the JSON serialisations. `decoys`, `hash_alg` and `schemas` are as
    in `SdJwtVcFormat` and `krid.vcjose.VcJoseFormat`.
    """

    decoys: int = 0
    hash_alg: HashAlg = HashAlg.SHA256
    schemas: Schemas | None = None

    @property
    def name(self) -> str:
        """The format identifier, which is also the `typ` of the credential."""
        return TYP

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes are an SD-JWT whose payload has a `@context`."""
        return looks_like(raw)

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        """Make everything of a credential but the signature; `sd` marks what can be withheld.

        The claims are members of the credential, as `krid.model.w3c.compose` describes them.

        Raises:
            MisuseError: as `compose` and `issue.prepare`; `misuse.claims` for a mark where none
                may be.
        """
        _check_marks(order.claims)
        if order.issuer.startswith("did:") and order.key_id is None and not order.certificates:
            raise MisuseError(Code.MISUSE_OPTION, "a DID as issuer, and no key id")
        document = compose(replace(order, claims=_open(order.claims)), Version.V2_0)
        marked = {name: each for name, each in order.claims.items() if name not in ALWAYS_SHOWN}
        return issue.prepare_claims(
            {**document, **marked, **_beside(order)},
            order,
            header={"typ": TYP, "cty": "vc"},
            entropy=entropy,
            hash_alg=self.hash_alg,
            decoys=self.decoys,
        ).then(str.encode)

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing.

        Raises:
            KridError: as `Presentation.parse`, `JwsJson.parse` and `Credential.from_document`.
        """
        presentation = Presentation.parse(json_form.to_compact(raw))
        sd_jwt = presentation.sd_jwt
        credential = _credential(sd_jwt)
        content: dict[str, object] = {
            "header": thaw(sd_jwt.jws.header),
            "credential": thaw(credential.document),
            "withholdable": [list(path) for path in locate(sd_jwt.payload, sd_jwt.disclosures)],
        }
        if presentation.kb is not None:
            shown = key_binding.read_claims(presentation.kb)
            content["key_binding"] = {"header": thaw(presentation.kb.header), "payload": shown}
        return Inspection(format=TYP, type=credential.narrowest_type, content=content)

    def lint(self, raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
        """Return every deviation from RFC 9901, the data model and VC-JOSE-COSE.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        return lint(raw, typ=TYP, always_shown=ALWAYS_SHOWN, now=now)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `binding.HOLDER_SKEW`.

        Raises:
            KridError: as `SdJwt.parse`, `verify_plain_bearer`, `Credential.from_document` and
                `Schemas.check`, and as `issuers` finds.
        """
        sd_jwt = SdJwt.parse(json_form.to_compact(credential))
        read = _credential(sd_jwt)
        trusted = issuers.find(_hint(sd_jwt, read), now=now)
        shown = Presentation(sd_jwt.text, sd_jwt, None)
        verified = verify_plain_bearer(
            shown, typ=TYP, issuer_key=trusted.public_key, now=now, skew=binding.HOLDER_SKEW
        )
        _check(sd_jwt, read, verified, now=now, skew=binding.HOLDER_SKEW)
        if self.schemas is not None:
            self.schemas.check(read)
        return AcceptedCredential(
            format=TYP,
            type=read.narrowest_type,
            issuer=trusted.issuer,
            signer=trusted,
            claims=verified.claims,
            withholdable=tuple(locate(sd_jwt.payload, sd_jwt.disclosures)),
            holder=binding.confirmation_key(verified.claims) if "cnf" in verified.claims else None,
            valid_from=read.valid_from,
            valid_until=claims.valid_until(read, verified.claims),
            status=status_of(read),
            types=read.expanded_types,
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
        """Make everything of an SD-JWT+KB but the holder's signature, as `present.prepare`.

        At least one claim about each subject must be shown, or it is no credential any more.

        Raises:
            UnsupportedError: `transaction.format`: OpenID4VP has no transactions for this format.
            KridError: as `SdJwt.parse` and `present.prepare`.
        """
        binding.check_shown(credential, disclose, challenge)
        typed("alg", alg, Alg)
        binding.check_no_transactions(challenge)
        return present.prepare(
            SdJwt.parse(json_form.to_compact(credential)),
            disclose=disclose,
            audience=challenge.audience,
            nonce=challenge.nonce,
            alg=alg,
            now=now,
        ).then(str.encode)

    def present_bearer(
        self,
        credential: bytes,
        *,
        disclose: Sequence[ClaimPath],
        challenge: Challenge,
    ) -> bytes:
        """Make an SD-JWT without key binding that shows the chosen claims.

        Raises:
            KridError: as `SdJwt.parse` and `present.bearer`.
        """
        binding.check_shown(credential, disclose, challenge)
        sd_jwt = SdJwt.parse(json_form.to_compact(credential))
        return present.bearer(sd_jwt, disclose=disclose).encode("ascii")

    def is_bearer(self, presentation: bytes) -> bool:
        """Tell whether no key binding JWT follows.

        Raises:
            KridError: as `Presentation.parse`.
        """
        return Presentation.parse(json_form.to_compact(presentation)).kb is None

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

        Raises:
            KridError: as `Presentation.parse`, `verify_plain`, `verify_plain_bearer`,
                `Credential.from_document` and `Schemas.check`, and as `issuers` finds.
        """
        with Trail() as trail:
            trail.check = Check.SYNTAX
            parsed = Presentation.parse(json_form.to_compact(presentation))
            read = _credential(parsed.sd_jwt)
            trail.check = Check.ISSUER
            trusted = issuers.find(_hint(parsed.sd_jwt, read), now=now)
            trail.prove(Check.ISSUER, trusted.path)
            verified = _verify(
                parsed, trusted.public_key, challenge, now=now, skew=skew, max_age=max_age
            )
            trail.add(*verified.evidence)
            trail.check = Check.TYPE
            _check(parsed.sd_jwt, read, verified, now=now, skew=skew)
            check_schemas(self.schemas, read, trail)
            trail.check = Check.STATUS
            return VerifiedCredential(
                format=TYP,
                type=read.narrowest_type,
                issuer=trusted.issuer,
                signer=trusted,
                claims=verified.claims,
                holder=verified.holder,
                valid_until=claims.valid_until(read, verified.claims),
                status=status_of(read),
                evidence=trail.evidence,
                types=read.expanded_types,
            )


def looks_like(raw: bytes) -> bool:
    """Tell by a glance whether an SD-JWT, compact or in JSON, holds a W3C credential."""
    if b"~" not in raw and not json_form.looks_like_json(raw):
        return False
    try:
        signed = json_form.to_compact(raw).partition("~")[0]
        return "@context" in Jws.parse(signed).claims(max_values=limits.MAX_JWT_VALUES)
    except (MalformedError, UnsupportedError):
        return False


def _credential(sd_jwt: SdJwt) -> Credential:
    """Read what is shown as a credential; nothing of it is verified yet."""
    return Credential.from_document(reveal(sd_jwt.payload, sd_jwt.disclosures))


def _hint(sd_jwt: SdJwt, read: Credential) -> IssuerHint:
    key_id = sd_jwt.jws.header.get("kid")
    return IssuerHint(
        format=TYP,
        type=read.narrowest_type,
        alg=sd_jwt.jws.alg,
        issuer=read.issuer.id,
        key_id=key_id if isinstance(key_id, str) else None,
        certificates=sd_jwt.jws.certificates(),
    )


def _verify(
    parsed: Presentation,
    issuer_key: PublicKey,
    challenge: Challenge | Bearer,
    *,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
) -> VerifiedPlain:
    if isinstance(challenge, Bearer):
        return verify_plain_bearer(parsed, typ=TYP, issuer_key=issuer_key, now=now, skew=skew)
    return verify_plain(
        parsed,
        typ=TYP,
        issuer_key=issuer_key,
        audience=challenge.audience,
        nonce=challenge.nonce,
        now=now,
        skew=skew,
        max_age=max_age,
    )


def _check(
    sd_jwt: SdJwt,
    read: Credential,
    verified: VerifiedPlain,
    *,
    now: datetime,
    skew: timedelta,
) -> None:
    """Check what VC-JOSE-COSE and the data model add to a verified SD-JWT."""
    if read.version is not Version.V2_0:
        raise ContentError(Code.W3C_VERSION, "@context")
    for name in ALWAYS_SHOWN:
        check_shown(sd_jwt.payload, verified.claims, name)
    claims.check_reserved(verified.claims)
    claims.check_agreement(read, verified.claims)
    named = sd_jwt.jws.header.get("kid", sd_jwt.jws.header.get("x5c"))
    claims.check_key_id(read, None if named is None else "named")
    claims.check_period(read, verified.claims, now=now, skew=skew)


def _check_marks(given: Mapping[str, object]) -> None:
    for name in ALWAYS_SHOWN:
        if issue.has_mark(given.get(name), 1):
            raise MisuseError(Code.MISUSE_CLAIMS, f"{name} must not be selectively disclosable")
    subjects = given.get("credentialSubject")
    for subject in subjects if isinstance(subjects, list | tuple) else (subjects,):
        if _may_vanish(subject):
            raise MisuseError(Code.MISUSE_CLAIMS, "nothing of a subject would be left")


def _may_vanish(subject: object) -> bool:
    """A holder who withholds all that may be withheld must still show a credential."""
    if isinstance(subject, Mapping):
        return bool(subject) and all(isinstance(each, Sd) for each in subject.values())
    return isinstance(subject, Sd)


def _open(given: Mapping[str, object]) -> dict[str, object]:
    """Return claims without their marks."""
    return {name: _opened(each, 1) for name, each in given.items()}


def _opened(value: object, depth: int) -> object:
    if depth > limits.MAX_JSON_DEPTH:
        raise MisuseError(Code.MISUSE_CLAIMS, "nested deeper than the limit")
    if isinstance(value, Sd):
        return _opened(value.value, depth + 1)
    if isinstance(value, Mapping):
        return {name: _opened(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_opened(each, depth + 1) for each in value]
    return value


def _beside(order: IssueOrder) -> JsonObject:
    """Write the claims beside the credential: when it was signed, when that ends, the holder."""
    beside: JsonObject = {
        "iat": to_numeric_date(order.signed_at),
        "exp": to_numeric_date(order.valid_until),
    }
    if not isinstance(order.holder, Bearer):
        beside["cnf"] = {"jwk": jwk.encode_public(order.holder)}
    return beside
