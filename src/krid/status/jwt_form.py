"""Status List Tokens as JWT (Token Status List, section 5.1)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from krid._core import base64url, limits, shape, strict_json
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared
from krid.model import IssuerHint
from krid.status.claims import ListClaims, status_list_of

TYP: Final = "statuslist+jwt"


def parse(text: str) -> tuple[ListClaims, IssuerHint, Jws]:
    """Read the compact serialisation; checks neither signature nor times.

    Raises:
        ContentError: `jws.typ`.
        MalformedError: `input.size`, `status.syntax`, `base64url.syntax`, `time.numeric_date`,
            and those of `Jws.parse` and `Jws.claims`.
        UnsupportedError: those of `Jws.parse`.
    """
    if len(text) > limits.MAX_RESPONSE_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    parsed = Jws.parse(text)
    parsed.check_typ(TYP)
    members = parsed.claims(max_values=limits.MAX_JWT_VALUES)
    lst = shape.text(status_list_of(members).get("lst"), Code.STATUS_SYNTAX)
    claims = ListClaims.read(members, compressed=base64url.decode(lst))
    return claims, _hint(parsed, claims.issuer), parsed


def prepare(
    claims: Mapping[str, Any], *, alg: Alg, key_id: str | None, certificates: Sequence[bytes]
) -> Prepared[str]:
    """Make everything but the signature, of claims that `write_claims` wrote."""
    status_list = {**claims["status_list"], "lst": base64url.encode(claims["status_list"]["lst"])}
    body = strict_json.dumps({**claims, "status_list": status_list})
    return jws.prepare(header(TYP, key_id, certificates), body, alg=alg)


def header(typ: str, key_id: str | None, certificates: Sequence[bytes]) -> dict[str, Json]:
    """Write a protected header; `certificates` are DER, the signer's first."""
    members: dict[str, Json] = {"typ": typ}
    if key_id is not None:
        members["kid"] = key_id
    if certificates:
        members["x5c"] = [b64encode(der).decode("ascii") for der in certificates]
    return members


def _hint(parsed: Jws, issuer: str | None) -> IssuerHint:
    kid = parsed.header.get("kid")
    return IssuerHint(
        format=TYP,
        type=TYP,
        alg=parsed.alg,
        issuer=issuer,
        key_id=kid if isinstance(kid, str) else None,
        certificates=parsed.certificates(),
    )
