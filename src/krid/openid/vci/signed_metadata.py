"""Signed metadata of a credential issuer (section 12.2.3): somebody trusted vouches for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import limits, strict_json, times
from krid.errors import Code, ContentError, ValidityError
from krid.jose import Jws, jws
from krid.keys import Prepared, Signer
from krid.model import IssuerHint, IssuerKeys
from krid.openid.oauth import proof_jwt
from krid.openid.oauth.certificates import check_certificates, x5c
from krid.openid.oauth.members import text_or_none
from krid.openid.vci.issuer_metadata import IssuerMetadata

TYP: Final = "openidvci-issuer-metadata+jwt"
_CODE: Final = Code.ISSUANCE_METADATA


@final
@dataclass(frozen=True, slots=True)
class VouchedMetadata:
    """Metadata whose signer is trusted; `path` is how the trust came. Made by `read` alone."""

    metadata: IssuerMetadata
    path: str


def prepare_signed_metadata(
    metadata: IssuerMetadata,
    signer: Signer,
    *,
    certificates: Sequence[bytes],
    now: datetime,
    lifetime: timedelta,
) -> Prepared[str]:
    """Make signed metadata but for the signature; `certificates` are DER, without the anchor."""
    claims: strict_json.JsonObject = {
        "sub": metadata.issuer,
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(now + lifetime),
        **metadata.to_members(),
    }
    header: strict_json.JsonObject = {"typ": TYP, **x5c(certificates)}
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


def read_signed_metadata(
    text: str,
    *,
    issuer: str,
    trust: IssuerKeys,
    now: datetime,
    skew: timedelta,
    certificates_required: bool,
) -> VouchedMetadata:
    """Verify signed metadata of the issuer that was asked for.

    `trust` says who may vouch: it is asked with `TYP` as the format, the issuer as the type, and
    as the issuer whoever the metadata name as vouching, else the issuer itself.

    Raises:
        MalformedError: `issuance.metadata`, `key.private`.
        UnsupportedError: `alg.unknown`.
        TrustError: `issuance.signature` for missing certificates where they are demanded, or
            nobody trusted vouches.
        SignatureError: `issuance.signature`.
        ContentError: `issuance.foreign`.
        ValidityError: `issuance.validity`.
    """
    signed, claims = proof_jwt.parse(
        text, typ=TYP, refusal=_CODE, max_chars=limits.MAX_ISSUANCE_METADATA_BYTES
    )
    if certificates_required:
        check_certificates(signed, Code.ISSUANCE_SIGNATURE)
    attester = text_or_none(claims, "iss", _CODE)
    trusted = trust.find(_hint(signed, issuer, attester or issuer), now=now)
    signed.verify(trusted.public_key, refusal=Code.ISSUANCE_SIGNATURE)
    if claims.get("sub") != issuer:
        raise ContentError(Code.ISSUANCE_FOREIGN)
    _check_dates(claims, now=now, skew=skew)
    return VouchedMetadata(IssuerMetadata.of_members(claims, issuer=issuer), trusted.path)


def _hint(signed: Jws, issuer: str, attester: str) -> IssuerHint:
    key_id = signed.header.get("kid")
    return IssuerHint(
        format=TYP,
        type=issuer,
        alg=signed.alg,
        issuer=attester,
        key_id=key_id if isinstance(key_id, str) else None,
        certificates=signed.certificates(),
    )


def _check_dates(claims: Mapping[str, object], *, now: datetime, skew: timedelta) -> None:
    if now + skew < proof_jwt.moment(claims, "iat", _CODE):
        raise ValidityError(Code.ISSUANCE_VALIDITY)
    if "exp" in claims and now - skew >= proof_jwt.moment(claims, "exp", _CODE):
        raise ValidityError(Code.ISSUANCE_VALIDITY)
