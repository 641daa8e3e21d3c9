"""Issuing: the same few words for every format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, final

from krid._core.arguments import able, typed
from krid._core.clock import Clock, SystemClock
from krid._core.entropy import Entropy, system_entropy
from krid.errors import Code, MisuseError
from krid.exchange import IssuedCredential
from krid.formats import named, standard_formats
from krid.keys import Prepared, PublicKey, Signer
from krid.model import (
    BbsFormat,
    BbsOrder,
    Bearer,
    CredentialFormat,
    IssueOrder,
    NoStatus,
    OrderedStatus,
    Profile,
    StatusReference,
    VerificationAlg,
    name_of_alg,
)

if TYPE_CHECKING:
    from krid.bbs import BbsSigner, PreparedBbs


@final
class Issuer:
    """Signs credentials in the name of one issuer, with one key, under one profile.

    A signer of BBS (`krid.bbs.LocalBbsKey`) issues in the formats that take one: W3C credentials
    with embedded proofs, by bbs-2023.

    `issuer` is the name that verifiers see, an https URL or a DID. `certificates` are DER, the
    signer's first, without the anchor; an mdoc needs them. `key_id` is the `kid` for issuers that
    are found by a DID or by metadata.

    The claims are not looked at: what is true, and for whom, is the caller's register to know.
    """

    def __init__(
        self,
        issuer: str,
        *,
        signer: "Signer | BbsSigner",
        profile: Profile,
        certificates: Sequence[bytes] = (),
        key_id: str | None = None,
        formats: Sequence[CredentialFormat] | None = None,
        clock: Clock | None = None,
        entropy: Entropy = system_entropy,
    ) -> None:
        able("signer", signer, "sign")
        typed("profile", profile, Profile)
        alg: VerificationAlg = signer.alg if isinstance(signer, Signer) else signer.suite.alg
        if not profile.allows(alg):
            raise MisuseError(Code.ALG_NOT_ALLOWED, name_of_alg(alg))
        self._issuer = issuer
        self._signer = signer
        self._profile = profile
        self._certificates = tuple(certificates)
        self._key_id = key_id
        self._formats = standard_formats() if formats is None else tuple(formats)
        self._clock = clock or SystemClock()
        self._entropy = entropy

    def __repr__(self) -> str:
        return f"Issuer({self._issuer!r}, profile={self._profile.name!r})"

    def issue_sdjwt(
        self,
        *,
        vct: str,
        claims: Mapping[str, object],
        holder: PublicKey | Bearer,
        lifetime: timedelta,
        status: StatusReference | NoStatus,
    ) -> IssuedCredential:
        """Issue an SD-JWT VC; claims wrapped in `krid.sdjwt.sd` may be withheld by the holder.

        Raises:
            MisuseError: `misuse.claims`, `misuse.lifetime`, `misuse.format`, `misuse.status`,
                `misuse.type`.
        """
        return self.issue(
            "dc+sd-jwt", type=vct, claims=claims, holder=holder, lifetime=lifetime, status=status
        )

    def issue_mdoc(
        self,
        *,
        doctype: str,
        claims: Mapping[str, Mapping[str, object]],
        holder: PublicKey,
        lifetime: timedelta,
        status: StatusReference | NoStatus,
    ) -> IssuedCredential:
        """Issue an ISO 18013-5 mdoc; `claims` gives element values by namespace and identifier.

        Raises:
            MisuseError: `misuse.claims`, `misuse.lifetime`, `misuse.format`, `misuse.status`,
                `misuse.type`.
        """
        return self.issue(
            "mso_mdoc", type=doctype, claims=claims, holder=holder, lifetime=lifetime, status=status
        )

    def issue(
        self,
        format_name: str,
        *,
        type: str,  # noqa: A002  the word of the data model
        claims: Mapping[str, object],
        holder: PublicKey | Bearer,
        lifetime: timedelta,
        status: OrderedStatus,
    ) -> IssuedCredential:
        """Issue in any of this issuer's formats.

        `status` is a reference into a Token Status List, or the entries of Bitstring Status
        Lists, as far as the format can carry it.

        Raises:
            MisuseError: as `prepare`.
        """
        signer = self._signer
        asked = _Asked(type, claims, holder, lifetime, status)
        if isinstance(signer, Signer):
            return self._prepared(format_name, asked, signer).sign_with(signer)
        return self._prepared_bbs(format_name, asked, signer).sign_with(signer)

    def prepare(
        self,
        format_name: str,
        *,
        type: str,  # noqa: A002  the word of the data model
        claims: Mapping[str, object],
        holder: PublicKey | Bearer,
        lifetime: timedelta,
        status: OrderedStatus,
    ) -> Prepared[IssuedCredential]:
        """Make all of a credential but the signature, which anything may make.

        Raises:
            MisuseError: `misuse.claims`, `misuse.lifetime`, `misuse.format`, `misuse.type`;
                `misuse.status` for a status that the format can't carry; `alg.key` for a signer
                of BBS, see `prepare_bbs`.
        """
        if not isinstance(self._signer, Signer):
            raise MisuseError(Code.ALG_KEY)
        asked = _Asked(type, claims, holder, lifetime, status)
        return self._prepared(format_name, asked, self._signer)

    def prepare_bbs(
        self,
        format_name: str,
        *,
        type: str,  # noqa: A002  the word of the data model
        claims: Mapping[str, object],
        holder: PublicKey | Bearer,
        lifetime: timedelta,
        status: OrderedStatus,
    ) -> "PreparedBbs[IssuedCredential]":
        """Make all of a credential but the signature of BBS, which anything may make.

        Raises:
            MisuseError: as `prepare`; `alg.key` for a signer that is none of BBS, or a format
                that takes none.
        """
        if isinstance(self._signer, Signer):
            raise MisuseError(Code.ALG_KEY)
        asked = _Asked(type, claims, holder, lifetime, status)
        return self._prepared_bbs(format_name, asked, self._signer)

    def _prepared(
        self, format_name: str, asked: "_Asked", signer: Signer
    ) -> Prepared[IssuedCredential]:
        credential_format = self._format(format_name)
        signed_at = self._now()
        order = IssueOrder(
            type=asked.type,
            claims=asked.claims,
            holder=asked.holder,
            issuer=self._issuer,
            alg=signer.alg,
            key_id=self._key_id,
            certificates=self._certificates,
            signed_at=signed_at,
            valid_from=signed_at,
            valid_until=self._end(signed_at, asked.lifetime),
            status=asked.status,
        )
        prepared = credential_format.prepare_issue(order, entropy=self._entropy)
        return prepared.then(lambda raw: IssuedCredential(format_name, raw))

    def _prepared_bbs(
        self, format_name: str, asked: "_Asked", signer: "BbsSigner"
    ) -> "PreparedBbs[IssuedCredential]":
        credential_format = self._format(format_name)
        if not isinstance(credential_format, BbsFormat) or self._certificates:
            raise MisuseError(Code.ALG_KEY)
        signed_at = self._now()
        order = BbsOrder(
            type=asked.type,
            claims=asked.claims,
            holder=asked.holder,
            issuer=self._issuer,
            public_key=signer.public_key,
            key_id=self._key_id,
            signed_at=signed_at,
            valid_from=signed_at,
            valid_until=self._end(signed_at, asked.lifetime),
            status=asked.status,
        )
        prepared = credential_format.prepare_bbs(order, entropy=self._entropy)
        return prepared.then(lambda raw: IssuedCredential(format_name, raw))

    def _format(self, name: str) -> CredentialFormat:
        self._profile.check_format(name)
        return named(self._formats, name)

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)

    def _end(self, start: datetime, lifetime: timedelta) -> datetime:
        if not timedelta(0) < lifetime <= self._profile.max_lifetime:
            raise MisuseError(
                Code.MISUSE_LIFETIME, f"{self._profile.max_lifetime.days} days at most"
            )
        return start + lifetime


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """What a caller orders, whoever signs."""

    type: str
    claims: Mapping[str, object]
    holder: PublicKey | Bearer
    lifetime: timedelta
    status: OrderedStatus

    def __post_init__(self) -> None:
        typed("type", self.type, str)
        typed("claims", self.claims, Mapping)
        typed("holder", self.holder, PublicKey, Bearer)
        typed("lifetime", self.lifetime, timedelta)
