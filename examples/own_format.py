"""A credential format of one's own: signed JSON, all claims or none, in about a hundred lines.

It plugs into issuer, wallet, query and verifier by being passed in: `formats=(SignedJson(),)`.
A credential is a JWS of the issuer over type, claims, holder key and dates. A presentation is a
JWS of the holder over the credential, the verifier's name and its nonce. There is no selective
disclosure: whoever asks for one claim gets all of them, and `withholdable` is empty to say so.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, final

from krid.errors import BindingError, Code, ContentError, MalformedError, ValidityError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared, jwk
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
    IssuerKeys,
    VerifiedCredential,
    select,
)

Entropy = Callable[[int], bytes]
CREDENTIAL = "example-credential+jwt"
PRESENTATION = "example-presentation+jwt"


@final
class SignedJson:
    """The whole format: the methods of `krid.model.CredentialFormat`."""

    name = "example+jwt"

    def recognises(self, raw: bytes) -> bool:
        return raw.startswith(b"ey") and raw.count(b".") == 2 and b"~" not in raw

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        if isinstance(order.holder, Bearer):
            raise BindingError(Code.KB_NO_KEY)
        payload = {
            "iss": order.issuer,
            "type": order.type,
            "claims": dict(order.claims),
            "holder": jwk.encode_public(order.holder),
            "nbf": int(order.valid_from.timestamp()),
            "exp": int(order.valid_until.timestamp()),
        }
        header = {"typ": CREDENTIAL, "kid": order.key_id or order.issuer}
        return _prepare(header, payload, order.alg)

    def inspect(self, raw: bytes) -> Inspection:
        return Inspection(format=self.name, type=None, content=_parse(raw).claims())

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        signed = _parse(credential)
        signed.check_typ(CREDENTIAL)
        claims: dict[str, Any] = signed.claims()
        kind, issuer = str(claims.get("type")), str(claims.get("iss"))
        hint = IssuerHint(format=self.name, type=kind, alg=signed.alg, issuer=issuer)
        signed.verify((trusted := issuers.find(hint, now=now)).public_key)
        try:
            first, last = (datetime.fromtimestamp(claims[name], UTC) for name in ("nbf", "exp"))
            shown = MappingProxyType(dict(claims["claims"]))
        except (KeyError, TypeError, ValueError, OverflowError, OSError) as cause:
            raise MalformedError(Code.JWS_PAYLOAD) from cause
        if not first <= now <= last:
            raise ValidityError(Code.SDJWT_EXPIRED)
        return AcceptedCredential(
            format=self.name,
            type=kind,
            issuer=trusted.issuer,
            signer=trusted,
            claims=shown,
            withholdable=(),
            holder=jwk.parse_public(claims.get("holder")),
            valid_from=first,
            valid_until=last,
            status=(),
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
        if not all(select(_parse(credential).claims().get("claims"), path) for path in disclose):
            raise ContentError(Code.QUERY_CLAIM_MISSING)
        bound = {"aud": challenge.audience, "nonce": challenge.nonce, "iat": int(now.timestamp())}
        return _prepare({"typ": PRESENTATION}, bound | {"vc": credential.decode("ascii")}, alg)

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
        signed = _parse(presentation)
        signed.check_typ(PRESENTATION)
        bound: dict[str, Any] = signed.claims()
        accepted = self.accept(str(bound.get("vc")).encode(), issuers=issuers, now=now)
        if isinstance(challenge, Bearer) or accepted.holder is None:
            raise BindingError(Code.KB_NO_KEY)
        signed.verify(accepted.holder, refusal=Code.KB_SIGNATURE)
        if bound.get("aud") != challenge.audience:
            raise BindingError(Code.KB_AUDIENCE)
        if bound.get("nonce") != challenge.nonce:
            raise BindingError(Code.KB_NONCE)
        age = now.timestamp() - float(bound["iat"] if type(bound.get("iat")) is int else "-inf")
        if not -skew.total_seconds() <= age <= max_age.total_seconds():
            raise BindingError(Code.KB_IAT)
        return VerifiedCredential(
            format=self.name,
            type=accepted.type,
            issuer=accepted.issuer,
            signer=accepted.signer,
            claims=accepted.claims,
            holder=accepted.holder,
            valid_until=accepted.valid_until,
            status=(),
            evidence=(Evidence(Check.HOLDER, "issuer and holder signed"),),
        )


def _parse(raw: bytes) -> Jws:
    return Jws.parse(raw.decode("ascii", "replace"))


def _prepare(header: dict[str, Any], payload: dict[str, Any], alg: Alg) -> Prepared[bytes]:
    return jws.prepare(header, json.dumps(payload).encode(), alg=alg).then(str.encode)
