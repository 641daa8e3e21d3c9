"""SD-JWT VC as a credential format: the adapter behind `model.CredentialFormat`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from krid._core.entropy import Entropy
from krid._core.frozen import thaw
from krid.errors import Code, MalformedError
from krid.jose import Jws
from krid.keys import Alg, Prepared
from krid.model import (
    AcceptedCredential,
    Bearer,
    Challenge,
    Check,
    ClaimPath,
    Evidence,
    Inspection,
    IssueOrder,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    VerifiedCredential,
)
from krid.sdjwt import issue, key_binding, names, present, vc
from krid.sdjwt.model import VerifiedSdJwt
from krid.sdjwt.parse import Presentation, SdJwt
from krid.sdjwt.reveal import locate
from krid.sdjwt.verify import verify, verify_bearer, verify_issued

HOLDER_SKEW: Final = timedelta(seconds=60)
"""How far a holder's clock may differ from the issuer's: a card is taken over right after it was
signed, and phones keep the network's time."""

_GLANCE: Final = re.compile(rb"[\w-]+\.[\w-]+\.[\w-]+~", re.ASCII)


@final
@dataclass(frozen=True, slots=True)
class SdJwtVcFormat:
    """SD-JWT VC in compact serialisation, `dc+sd-jwt` in OpenID4VP 1.0, appendix B.3.

    `decoys` is the number of digests of nothing in each object with marked members.
    """

    decoys: int = 0

    @property
    def name(self) -> str:
        """The format identifier, which is also the `typ` of the credential."""
        return names.TYP_VC

    def recognises(self, raw: bytes) -> bool:
        """Tell whether bytes begin like a compact JWS with a tilde after it."""
        return _GLANCE.match(raw) is not None

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        """Make everything of a credential but the signature; `sd` marks what can be withheld.

        Raises:
            MisuseError: as `issue.prepare`.
        """
        return issue.prepare(order, entropy=entropy, decoys=self.decoys).then(_bytes)

    def inspect(self, raw: bytes) -> Inspection:
        """Decode a credential or presentation for people, believing nothing.

        Raises:
            KridError: as `Presentation.parse`.
        """
        presentation = Presentation.parse(_text(raw))
        sd_jwt, vct = presentation.sd_jwt, presentation.sd_jwt.payload.get("vct")
        content: dict[str, object] = {
            "header": thaw(sd_jwt.jws.header),
            "payload": thaw(sd_jwt.payload),
            "disclosures": _listed(sd_jwt),
        }
        if presentation.kb is not None:
            content["key_binding"] = _shown_key_binding(presentation.kb)
        return Inspection(
            format=self.name, type=vct if isinstance(vct, str) else None, content=content
        )

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        """Verify an issued credential as its holder; clocks may differ by `HOLDER_SKEW`.

        Raises:
            KridError: as `SdJwt.parse` and `verify_issued`, and as `issuers` finds.
        """
        sd_jwt = SdJwt.parse(_text(credential))
        trusted = issuers.find(self._hint(sd_jwt), now=now)
        verified = verify_issued(sd_jwt, issuer_key=trusted.key, now=now, skew=HOLDER_SKEW)
        claims = verified.claims
        return AcceptedCredential(
            format=self.name,
            type=verified.vct,
            issuer=trusted.issuer,
            claims=claims,
            withholdable=tuple(locate(sd_jwt.payload, sd_jwt.disclosures)),
            holder=key_binding.confirmation_key(claims) if "cnf" in claims else None,
            valid_from=verified.valid_from,
            valid_until=verified.valid_until,
            status=verified.status,
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
            KridError: as `SdJwt.parse` and `present.prepare`.
        """
        return present.prepare(
            SdJwt.parse(_text(credential)),
            disclose=disclose,
            audience=challenge.audience,
            nonce=challenge.nonce,
            alg=alg,
            now=now,
        ).then(_bytes)

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
            KridError: as `Presentation.parse`, `verify` and `verify_bearer`, and
                as `issuers` finds.
        """
        parsed = Presentation.parse(_text(presentation))
        trusted = issuers.find(self._hint(parsed.sd_jwt), now=now)
        if isinstance(challenge, Bearer):
            verified = verify_bearer(parsed, issuer_key=trusted.key, now=now, skew=skew)
        else:
            verified = verify(
                parsed,
                issuer_key=trusted.key,
                audience=challenge.audience,
                nonce=challenge.nonce,
                now=now,
                skew=skew,
                max_age=max_age,
            )
        return self._proved(verified, trusted)

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

    def _proved(self, verified: VerifiedSdJwt, trusted: IssuerKey) -> VerifiedCredential:
        return VerifiedCredential(
            format=self.name,
            type=verified.vct,
            issuer=trusted.issuer,
            claims=verified.claims,
            holder=verified.holder,
            valid_until=verified.valid_until,
            status=verified.status,
            evidence=(Evidence(Check.ISSUER, trusted.path), *verified.evidence),
        )


def _text(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.SDJWT_SYNTAX) from cause


def _bytes(text: str) -> bytes:
    return text.encode("ascii")


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
    return {"header": thaw(kb.header), "payload": kb.claims()}
