"""SD-JWT VC as a credential format: the adapter behind `model.CredentialFormat`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid._core.frozen import thaw
from krid.jose import Jws
from krid.keys import Alg, Prepared
from krid.model import (
    AcceptedCredential,
    Bearer,
    Challenge,
    Check,
    ClaimPath,
    Evidence,
    Finding,
    Inspection,
    IssueOrder,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    Trail,
    VerifiedCredential,
    as_entries,
    binding,
)
from krid.sdjwt import issue, json_form, key_binding, names, present, vc, w3c
from krid.sdjwt.json_form import JwsJson, Serialisation
from krid.sdjwt.lint import lint
from krid.sdjwt.model import HashAlg, VerifiedSdJwt
from krid.sdjwt.parse import Presentation, SdJwt
from krid.sdjwt.reveal import locate
from krid.sdjwt.type_metadata import TypeRules
from krid.sdjwt.verify import verify, verify_bearer, verify_issued

_GLANCE: Final = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]+~", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class SdJwtVcFormat:
    """SD-JWT VC, `dc+sd-jwt` in OpenID4VP 1.0, appendix B.3.

    It reads the compact and both JSON serialisations. `decoys` is the number of digests of
    nothing in each object with marked members, `hash_alg` makes the digests, and
    `serialisation` is the form of what it writes; OpenID4VP takes the compact one alone.
    With `types`, a credential must be of one of these types and follow its type metadata;
    without, type metadata is not processed (SD-JWT VC, section 5.7).
    """

    decoys: int = 0
    hash_alg: HashAlg = HashAlg.SHA256
    serialisation: Serialisation = Serialisation.COMPACT
    types: TypeRules | None = None

    @property
    def name(self) -> str:
        """The format identifier, which is also the `typ` of the credential."""
        return names.TYP_VC

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes begin like a compact JWS with a tilde, or are JSON with its members.

        An SD-JWT in JSON without `disclosures` is read, but not told apart from other JSON. One
        that holds a W3C credential is of another format.
        """
        alike = _GLANCE.match(raw) is not None or json_form.looks_like_json(raw)
        return alike and not w3c.looks_like(raw)

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        """Make everything of a credential but the signature; `sd` marks what can be withheld.

        Raises:
            MisuseError: as `issue.prepare`.
        """
        prepared = issue.prepare(order, entropy=entropy, hash_alg=self.hash_alg, decoys=self.decoys)
        return prepared.then(self._written)

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing.

        Raises:
            KridError: as `Presentation.parse` and `JwsJson.parse`.
        """
        presentation = Presentation.parse(json_form.to_compact(raw))
        sd_jwt, vct = presentation.sd_jwt, presentation.sd_jwt.payload.get("vct")
        content: dict[str, object] = {
            "header": thaw(sd_jwt.jws.header),
            "payload": thaw(sd_jwt.payload),
            "disclosures": _listed(sd_jwt),
        }
        if presentation.kb is not None:
            content["key_binding"] = _shown_key_binding(presentation.kb)
        content |= _shown_form(raw)
        return Inspection(
            format=self.name, type=vct if isinstance(vct, str) else None, content=content
        )

    def lint(self, raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
        """Return every deviation of a credential or presentation from RFC 9901 and SD-JWT VC.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        return lint(raw, now=now)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `binding.HOLDER_SKEW`.

        Raises:
            KridError: as `JwsJson.parse`, `SdJwt.parse` and `verify_issued`, as `issuers`
                finds, and as `TypeRules.check_issued`.
        """
        sd_jwt = SdJwt.parse(json_form.to_compact(credential))
        trusted = issuers.find(self._hint(sd_jwt), now=now)
        verified = verify_issued(
            sd_jwt, issuer_key=trusted.public_key, now=now, skew=binding.HOLDER_SKEW
        )
        if self.types is not None:
            self.types.check_issued(sd_jwt)
        claims = verified.claims
        return AcceptedCredential(
            format=self.name,
            type=verified.vct,
            issuer=trusted.issuer,
            signer=trusted,
            claims=claims,
            withholdable=tuple(locate(sd_jwt.payload, sd_jwt.disclosures)),
            holder=binding.confirmation_key(claims) if "cnf" in claims else None,
            valid_from=verified.valid_from,
            valid_until=verified.valid_until,
            status=as_entries(verified.status),
            types=self._types(verified.vct),
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

        Raises:
            KridError: as `JwsJson.parse`, `SdJwt.parse` and `present.prepare`.
        """
        binding.check_shown(credential, disclose, challenge)
        typed("alg", alg, Alg)
        return present.prepare(
            SdJwt.parse(json_form.to_compact(credential)),
            disclose=disclose,
            audience=challenge.audience,
            nonce=challenge.nonce,
            alg=alg,
            now=now,
            transactions=challenge.transactions,
        ).then(self._written)

    def present_bearer(
        self,
        credential: bytes,
        *,
        disclose: Sequence[ClaimPath],
        challenge: Challenge,
    ) -> bytes:
        """Make an SD-JWT without key binding that discloses these paths and no others.

        Raises:
            KridError: as `JwsJson.parse`, `SdJwt.parse` and `present.bearer`.
        """
        binding.check_shown(credential, disclose, challenge)
        sd_jwt = SdJwt.parse(json_form.to_compact(credential))
        return self._written(present.bearer(sd_jwt, disclose=disclose))

    def is_bearer(self, presentation: bytes) -> bool:
        """Tell whether a presentation has no key binding."""
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
            KridError: as `JwsJson.parse`, `Presentation.parse`, `verify` and `verify_bearer`, as
                `issuers` finds, and as `TypeRules.check_presented`.
        """
        with Trail() as trail:
            trail.check = Check.SYNTAX
            parsed = Presentation.parse(json_form.to_compact(presentation))
            hint = self._hint(parsed.sd_jwt)
            trail.check = Check.ISSUER
            trusted = issuers.find(hint, now=now)
            trail.prove(Check.ISSUER, trusted.path)
            verified = _verify(parsed, trusted, challenge, now=now, skew=skew, max_age=max_age)
            trail.add(*verified.evidence)
            if self.types is not None:
                trail.check = Check.TYPE
                self.types.check_presented(parsed.sd_jwt)
                trail.prove(Check.TYPE, "vct, and the metadata of this type")
        return self._proved(verified, trusted, trail.evidence)

    def _written(self, text: str) -> bytes:
        return json_form.write(text, self.serialisation)

    def _hint(self, sd_jwt: SdJwt) -> IssuerHint:
        """Say who claims to have signed; the types are checked, the truth is not."""
        vc.check_texts(sd_jwt.payload)
        issuer, key_id = sd_jwt.payload.get("iss"), sd_jwt.jws.header.get("kid")
        return IssuerHint(
            format=self.name,
            type=vc.check_type(sd_jwt.payload),
            alg=sd_jwt.jws.alg,
            issuer=issuer if isinstance(issuer, str) else None,
            key_id=key_id if isinstance(key_id, str) else None,
            certificates=sd_jwt.jws.certificates(),
        )

    def _proved(
        self, verified: VerifiedSdJwt, trusted: IssuerKey, evidence: tuple[Evidence, ...]
    ) -> VerifiedCredential:
        return VerifiedCredential(
            format=self.name,
            type=verified.vct,
            issuer=trusted.issuer,
            signer=trusted,
            claims=verified.claims,
            holder=verified.holder,
            valid_until=verified.valid_until,
            status=as_entries(verified.status),
            evidence=evidence,
            transactions=verified.transactions,
            types=self._types(verified.vct),
        )

    def _types(self, vct: str) -> frozenset[str]:
        """Count the types that a type extends, where its metadata is known."""
        return frozenset() if self.types is None else self.types.types_of(vct)


def _verify(
    parsed: Presentation,
    trusted: IssuerKey,
    challenge: Challenge | Bearer,
    *,
    now: datetime,
    skew: timedelta,
    max_age: timedelta,
) -> VerifiedSdJwt:
    if isinstance(challenge, Bearer):
        return verify_bearer(parsed, issuer_key=trusted.public_key, now=now, skew=skew)
    return verify(
        parsed,
        issuer_key=trusted.public_key,
        audience=challenge.audience,
        nonce=challenge.nonce,
        now=now,
        skew=skew,
        max_age=max_age,
        transactions=challenge.transactions,
    )


def _listed(sd_jwt: SdJwt) -> list[dict[str, object]]:
    """List the disclosures in the order given, without their salts."""
    return [
        {
            "digest": disclosure.digest,
            **({} if disclosure.name is None else {"name": disclosure.name}),
            "value": thaw(disclosure.value),
        }
        for disclosure in sd_jwt.disclosures.values()
    ]


def _shown_key_binding(kb: Jws) -> Mapping[str, object]:
    return {"header": thaw(kb.header), "payload": key_binding.read_claims(kb)}


def _shown_form(raw: bytes) -> dict[str, object]:
    """Say what a JSON serialisation holds beside the compact form; nothing of it was signed."""
    if not raw.lstrip().startswith(b"{"):
        return {}
    form = JwsJson.parse(raw)
    return {
        "serialisation": form.serialisation.value,
        "signatures": len(form.signatures),
        "unprotected": [thaw(each.header) for each in form.signatures],
    }
