"""Metadata of credential issuers and authorization servers, plain and signed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from krid._core import strict_json
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, PublicKey
from krid.model import IssuerHint, IssuerKey
from krid.openid.oauth import ServerMetadata
from krid.openid.vci import IssuerMetadata, read_signed_metadata

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_ISSUER = "https://i.example"
_TYP = "openidvci-issuer-metadata+jwt"


@dataclass(frozen=True)
class _Trusting:
    key: PublicKey

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=self.key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    """Read metadata in each form; nothing but KridError may come out."""
    try:
        members = strict_json.loads_object(data)
    except KridError:
        members = {}
    _issuer({"credential_issuer": _ISSUER, **members})
    _server({**members, "issuer": _ISSUER})
    for text in (jws.sign({"typ": _TYP}, data, _KEY), data.decode("latin-1")):
        try:
            read_signed_metadata(
                text,
                issuer=_ISSUER,
                trust=_Trusting(_KEY.public_key),
                now=_NOW,
                skew=timedelta(minutes=1),
                certificates_required=False,
            )
        except KridError:
            continue


def _issuer(members: strict_json.JsonObject) -> None:
    try:
        metadata = IssuerMetadata.of_members(members, issuer=_ISSUER)
    except KridError:
        return
    if IssuerMetadata.parse(metadata.encode(), issuer=_ISSUER) != metadata:
        raise AssertionError("issuer metadata changed when they were written")


def _server(members: strict_json.JsonObject) -> None:
    try:
        metadata = ServerMetadata.parse(strict_json.dumps(members), issuer=_ISSUER)
    except KridError:
        return
    if ServerMetadata.parse(metadata.encode(), issuer=_ISSUER) != metadata:
        raise AssertionError("server metadata changed when they were written")
