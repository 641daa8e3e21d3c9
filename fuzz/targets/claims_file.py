"""Any JSON as a file of claims for `krid issue`, in both formats: issued and read, or refused."""

from datetime import UTC, datetime, timedelta

from krid import mdoc
from krid._core import strict_json
from krid.cli.elements import elements
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.model import BEARER, NO_STATUS, IssueOrder
from krid.sdjwt import Presentation, issue, sd, verify_bearer

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_END = _NOW + timedelta(days=1)
_ISSUER, _DEVICE = LocalKey.generate(Alg.EDDSA), LocalKey.generate(Alg.EDDSA)


def target(data: bytes) -> None:
    try:
        claims = strict_json.loads_object(data)
    except KridError:
        return
    _as_sdjwt(claims)
    _as_mdoc(claims)


def _as_sdjwt(claims: strict_json.JsonObject) -> None:
    order = IssueOrder(
        type="urn:example:card",
        claims={name: sd(value) for name, value in claims.items()},
        holder=BEARER,
        issuer="https://issuer.example",
        alg=_ISSUER.alg,
        key_id=None,
        certificates=(),
        signed_at=_NOW,
        valid_from=_NOW,
        valid_until=_END,
        status=NO_STATUS,
    )
    try:
        text = issue.prepare(order, entropy=bytes).sign_with(_ISSUER)
    except KridError:
        return
    try:
        verified = verify_bearer(
            Presentation.parse(text),
            issuer_key=_ISSUER.public_key,
            now=_NOW,
            skew=timedelta(0),
        )
    except KridError as error:
        raise AssertionError("krid issued what it does not verify") from error
    if not claims.keys() <= verified.claims.keys():
        raise AssertionError("a claim was lost")


def _as_mdoc(claims: strict_json.JsonObject) -> None:
    try:
        credential = mdoc.prepare(
            doctype="org.example.card",
            claims=elements(claims),
            holder=_DEVICE.public_key,
            alg=_ISSUER.alg,
            certificates=(b"ds",),
            validity=mdoc.ValidityInfo(_NOW, _NOW, _END),
            status=NO_STATUS,
            entropy=bytes,
        ).sign_with(_ISSUER)
    except KridError:
        return
    try:
        mdoc.parse_issuer_signed(mdoc.encode_issuer_signed(credential))
    except KridError as error:
        raise AssertionError("krid issued what it does not read") from error
