"""Issuing an SD-JWT VC: prepare, sign, complete (RFC 9901 section 4, SD-JWT VC section 2.2).

>>> from datetime import UTC, datetime
>>> from krid._core.entropy import system_entropy
>>> from krid.keys import Alg, LocalKey
>>> from krid.model import BEARER, NO_STATUS, IssueOrder
>>> from krid.sdjwt import issue, sd
>>> key = LocalKey.generate(Alg.ES256)
>>> order = IssueOrder(
...     type="urn:example:card",
...     claims={"family_name": sd("Kim"), "nationalities": [sd("KR"), sd("DE")]},
...     holder=BEARER,
...     issuer="https://issuer.example",
...     alg=key.alg,
...     key_id=None,
...     certificates=(),
...     signed_at=datetime(2026, 6, 1, tzinfo=UTC),
...     valid_from=datetime(2026, 6, 1, tzinfo=UTC),
...     valid_until=datetime(2027, 6, 1, tzinfo=UTC),
...     status=NO_STATUS,
... )
>>> issue.prepare(order, entropy=system_entropy).sign_with(key).count("~")
4
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final

from krid._core import base64url, limits, strict_json
from krid._core.entropy import Entropy
from krid._core.strict_json import Json
from krid._core.times import to_numeric_date
from krid.errors import Code, MalformedError, MisuseError
from krid.jose import jws
from krid.keys import Alg, Prepared, PublicKey, jwk
from krid.model import BEARER, Bearer, IssueOrder, OrderedStatus, encode_status, one_reference
from krid.sdjwt import names
from krid.sdjwt.conceal import conceal, dumps
from krid.sdjwt.model import HashAlg, Sd

_SET_BY_ORDER: Final = frozenset({"iss", "iat", "nbf", "exp", "vct", "cnf", "status"})


def prepare(
    order: IssueOrder,
    *,
    entropy: Entropy,
    hash_alg: HashAlg = HashAlg.SHA256,
    decoys: int = 0,
) -> Prepared[str]:
    """Make everything of an SD-JWT VC but the issuer's signature.

    Claims are shown always unless `sd` marks them. `decoys` is the number of digests of
    nothing in each object with marked members.

    Raises:
        MisuseError: `misuse.claims` for claims that the order sets itself, that must not be
            selectively disclosable, or that have no JSON form; `misuse.lifetime`;
            `misuse.naive_time`; `misuse.option` for a negative number of decoys or a chain of
            certificates that is too long; `misuse.status` for another than a reference into a
            Token Status List.
    """
    _check_order(order, decoys)
    concealed = conceal(order.claims, hash_alg=hash_alg, decoys=decoys, entropy=entropy)
    payload = _registered(order) | concealed.payload
    if concealed.disclosures:
        payload[names.SD_ALG] = hash_alg.value
    header = _header(names.TYP_VC, order.key_id, order.certificates)
    return _complete(header, payload, concealed.disclosures, order.alg)


def prepare_claims(
    claims: Mapping[str, object],
    order: IssueOrder,
    *,
    header: Mapping[str, Json],
    entropy: Entropy,
    hash_alg: HashAlg,
    decoys: int,
) -> Prepared[str]:
    """Make everything of an SD-JWT of another kind than SD-JWT VC but the signature.

    All claims are the caller's; of the order, the key and the certificates count. They join the
    header.

    Raises:
        MisuseError: as `prepare`.
    """
    _check_decoys(decoys)
    _check_certificates(order)
    concealed = conceal(claims, hash_alg=hash_alg, decoys=decoys, entropy=entropy)
    payload = concealed.payload
    if concealed.disclosures:
        payload = payload | {names.SD_ALG: hash_alg.value}
    hints = _header("", order.key_id, order.certificates)
    return _complete({**hints, **header}, payload, concealed.disclosures, order.alg)


def prepare_plain(
    claims: Mapping[str, object],
    *,
    typ: str,
    alg: Alg,
    entropy: Entropy,
    hash_alg: HashAlg = HashAlg.SHA256,
    decoys: int = 0,
) -> Prepared[str]:
    """Make everything of a plain SD-JWT but the signature; all claims are the caller's.

    Raises:
        MisuseError: `misuse.claims`, or `misuse.option` for a negative number of decoys.
    """
    _check_decoys(decoys)
    concealed = conceal(claims, hash_alg=hash_alg, decoys=decoys, entropy=entropy)
    payload = concealed.payload | {names.SD_ALG: hash_alg.value}
    return _complete({"typ": typ}, payload, concealed.disclosures, alg)


def _complete(
    header: Mapping[str, Json], payload: dict[str, Json], disclosures: Sequence[str], alg: Alg
) -> Prepared[str]:
    def append(signed: str) -> str:
        return "~".join((signed, *disclosures, ""))

    raw = dumps(payload)
    _check_readable(raw, disclosures)
    return jws.prepare(header, raw, alg=alg).then(append)


def _check_readable(payload: bytes, disclosures: Sequence[str]) -> None:
    """Refuse to issue what no verifier of krid would read, for its size."""
    size = sum(map(len, disclosures)) + len(disclosures)
    if len(payload) * 4 // 3 + size > limits.MAX_SDJWT_BYTES - limits.MAX_JWT_HEADER_BYTES:
        raise MisuseError(Code.MISUSE_CLAIMS, "larger than the limit")
    try:
        strict_json.check_crowd([payload], max_values=limits.MAX_JWT_VALUES)
        if size > limits.MAX_JWT_VALUES:
            raws = base64url.decode_each(disclosures)
            strict_json.check_crowd(raws, max_values=limits.MAX_JWT_VALUES)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "more values than the limit") from cause


def _check_order(order: IssueOrder, decoys: int) -> None:
    _check_decoys(decoys)
    if not order.type or not order.issuer:
        raise MisuseError(Code.MISUSE_CLAIMS, "vct or iss is empty")
    if not _SET_BY_ORDER.isdisjoint(order.claims):
        raise MisuseError(Code.MISUSE_CLAIMS, "a claim that the order sets")
    if to_numeric_date(order.valid_until) <= to_numeric_date(order.valid_from):
        raise MisuseError(Code.MISUSE_LIFETIME)
    _check_certificates(order)
    _check_always_shown(order)


def _check_certificates(order: IssueOrder) -> None:
    if len(order.certificates) > limits.MAX_CHAIN_LENGTH:
        raise MisuseError(Code.MISUSE_OPTION, "certificates")


def _check_decoys(decoys: int) -> None:
    if not 0 <= decoys <= limits.MAX_DISCLOSURES:
        raise MisuseError(Code.MISUSE_OPTION, "decoys")


def _check_always_shown(order: IssueOrder) -> None:
    """Refuse marks where SD-JWT VC, section 2.2.2.3, allows none, sub-claims included."""
    for name in names.ALWAYS_SHOWN:
        if has_mark(order.claims.get(name), 1):
            raise MisuseError(Code.MISUSE_CLAIMS, f"{name} must not be selectively disclosable")
    if not isinstance(order.claims.get("vct#integrity", ""), str):
        raise MisuseError(Code.MISUSE_CLAIMS, "vct#integrity is not text")
    if "aka_vcts" in order.claims:
        _check_other_types(order.claims["aka_vcts"], order.type)


def _check_other_types(value: object, vct: str) -> None:
    """Check `aka_vcts`: text, at least one, and not the main type (section 2.2.2.2)."""
    if not isinstance(value, list | tuple) or not value or vct in value:
        raise MisuseError(Code.MISUSE_CLAIMS, "aka_vcts")
    if not all(isinstance(other, str) and other for other in value):
        raise MisuseError(Code.MISUSE_CLAIMS, "aka_vcts")


def has_mark(value: object, depth: int) -> bool:
    """Tell whether a value that stands at a depth is marked, or anything in it."""
    if value is None or type(value) is str:
        return False
    if isinstance(value, Sd):
        return True
    if depth > limits.MAX_JSON_DEPTH:
        return False  # the claims are refused for their depth right after
    if isinstance(value, Mapping):
        value = tuple(value.values())
    return isinstance(value, list | tuple) and any(has_mark(part, depth + 1) for part in value)


def _registered(order: IssueOrder) -> dict[str, Json]:
    """Write the claims that stand in every credential (section 2.2.2.3)."""
    return {
        "iss": order.issuer,
        "vct": order.type,
        "iat": to_numeric_date(order.signed_at),
        "nbf": to_numeric_date(order.valid_from),
        "exp": to_numeric_date(order.valid_until),
        **_confirmation(order.holder),
        **_status(order.status),
    }


def _confirmation(holder: PublicKey | Bearer) -> dict[str, Json]:
    """Write `cnf` (RFC 7800, section 3.2)."""
    if holder is BEARER:
        return {}
    return {"cnf": {"jwk": jwk.encode_public(holder)}}


def _status(status: OrderedStatus) -> dict[str, Json]:
    """Write `status` (Token Status List, section 6.2)."""
    reference = one_reference(status)
    return {} if reference is None else {"status": encode_status(reference)}


def _header(typ: str, key_id: str | None, certificates: Sequence[bytes]) -> dict[str, Json]:
    """Write the header but for `alg`; certificates are in standard base64 (RFC 7515, 4.1.6)."""
    header: dict[str, Json] = {"typ": typ}
    if key_id is not None:
        header["kid"] = key_id
    if certificates:
        header["x5c"] = [b64encode(der).decode("ascii") for der in certificates]
    return header
