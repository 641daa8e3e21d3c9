"""A credential format of one's own: signed JSON, all claims or none, in about a hundred lines.

It plugs into issuer, wallet, query and verifier by being passed in a tuple:

    Issuer(..., formats=(SignedJson(),))

A credential is a JWS of the issuer over type, claims, holder key and dates. A presentation is a
JWS of the holder over the credential, the verifier's name and its nonce. There is no selective
disclosure: whoever asks for one claim gets all of them, and `withholdable` is empty to say so.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast, final

from krid._core import shape, strict_json, times
from krid._core.entropy import Entropy
from krid._core.frozen import freeze_object
from krid.errors import BindingError, Code, ContentError, ValidityError
from krid.jose.jws import Jws, prepare
from krid.keys import Alg, Prepared, PublicKey, jwk
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

CREDENTIAL = "example-credential+jwt"
PRESENTATION = "example-presentation+jwt"


@final
class SignedJson:
    """The whole format: the six methods of `krid.model.CredentialFormat`."""

    name = "example+jwt"

    def recognises(self, raw: bytes) -> bool:
        return raw.startswith(b"ey") and raw.count(b".") == 2 and b"~" not in raw

    def prepare_issue(self, order: IssueOrder, *, entropy: Entropy) -> Prepared[bytes]:
        if isinstance(order.holder, Bearer):
            raise BindingError(Code.KB_NO_KEY)
        payload: strict_json.JsonObject = {
            "iss": order.issuer,
            "type": order.type,
            "claims": cast("strict_json.JsonObject", dict(order.claims)),
            "holder": jwk.encode_public(order.holder),
            "nbf": times.to_numeric_date(order.valid_from),
            "exp": times.to_numeric_date(order.valid_until),
        }
        header: strict_json.JsonObject = {"typ": CREDENTIAL, "kid": order.key_id or order.issuer}
        jws = prepare(header, strict_json.dumps(payload), alg=order.alg)
        return jws.then(lambda text: text.encode("ascii"))

    def inspect(self, raw: bytes) -> Inspection:
        claims = Jws.parse(raw.decode("ascii", "replace")).claims()
        return Inspection(format=self.name, type=str(claims.get("type")), content=claims)

    def accept(
        self, credential: bytes, *, issuers: IssuerKeys, now: datetime
    ) -> AcceptedCredential:
        jws = Jws.parse(credential.decode("ascii", "replace"))
        jws.check_typ(CREDENTIAL)
        payload = jws.claims()
        kind = shape.text(payload.get("type"), Code.JWS_PAYLOAD)
        hint = IssuerHint(
            format=self.name, type=kind, alg=jws.alg, issuer=str(payload.get("iss")),
            key_id=str(jws.header.get("kid")),
        )  # fmt: skip
        trusted = issuers.find(hint, now=now)
        jws.verify(trusted.key)
        first, last = (times.from_numeric_date(payload.get(name)) for name in ("nbf", "exp"))
        if not first <= now <= last:
            raise ValidityError(Code.SDJWT_EXPIRED)
        return AcceptedCredential(
            format=self.name,
            type=kind,
            issuer=trusted.issuer,
            claims=freeze_object(shape.mapping(payload.get("claims"), Code.JWS_PAYLOAD)),
            withholdable=(),
            holder=jwk.parse_public(payload.get("holder")),
            valid_from=first,
            valid_until=last,
            status=None,
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
        claims = Jws.parse(credential.decode("ascii")).claims()["claims"]
        if not all(select(claims, path) for path in disclose):
            raise ContentError(Code.QUERY_CLAIM_MISSING)
        payload: strict_json.JsonObject = {
            "credential": credential.decode("ascii"),
            "aud": challenge.audience,
            "nonce": challenge.nonce,
            "iat": times.to_numeric_date(now),
        }
        jws = prepare({"typ": PRESENTATION}, strict_json.dumps(payload), alg=alg)
        return jws.then(lambda text: text.encode("ascii"))

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
        if isinstance(challenge, Bearer):
            raise BindingError(Code.KB_MISSING)
        jws = Jws.parse(presentation.decode("ascii", "replace"))
        jws.check_typ(PRESENTATION)
        payload = jws.claims()
        inner = shape.text(payload.get("credential"), Code.JWS_PAYLOAD).encode()
        accepted = self.accept(inner, issuers=issuers, now=now)
        holder = _holder(accepted)
        jws.verify(holder, refusal=Code.KB_SIGNATURE)
        if payload.get("aud") != challenge.audience:
            raise BindingError(Code.KB_AUDIENCE)
        if payload.get("nonce") != challenge.nonce:
            raise BindingError(Code.KB_NONCE)
        signed = times.from_numeric_date(payload.get("iat"))
        if not now - max_age <= signed <= now + skew:
            raise BindingError(Code.KB_IAT)
        return VerifiedCredential(
            format=self.name,
            type=accepted.type,
            issuer=accepted.issuer,
            claims=accepted.claims,
            holder=holder,
            valid_until=accepted.valid_until,
            status=None,
            evidence=(Evidence(Check.HOLDER, "issuer and holder signed"),),
        )


def _holder(accepted: AcceptedCredential) -> PublicKey:
    if accepted.holder is None:
        raise BindingError(Code.KB_NO_KEY)
    return accepted.holder
