"""Issuing a credential secured with JOSE or COSE: prepare, sign, complete.

>>> from datetime import UTC, datetime
>>> from krid.keys import Alg, LocalKey
>>> from krid.model import BEARER, NO_STATUS, IssueOrder
>>> from krid.vcjose import Form, issue
>>> key = LocalKey.generate(Alg.ES256)
>>> order = IssueOrder(
...     type="ExampleResidentCard",
...     claims={"credentialSubject": {"level": 3}},
...     holder=BEARER,
...     issuer="https://mois.example",
...     alg=key.alg,
...     key_id=None,
...     certificates=(),
...     signed_at=datetime(2026, 6, 1, tzinfo=UTC),
...     valid_from=datetime(2026, 6, 1, tzinfo=UTC),
...     valid_until=datetime(2027, 6, 1, tzinfo=UTC),
...     status=NO_STATUS,
... )
>>> issue.prepare(order, form=Form.JWT).sign_with(key).count(b".")
2
"""

from base64 import b64encode
from collections.abc import Mapping

from krid import cose
from krid._core import limits, strict_json
from krid._core.strict_json import Json, JsonObject
from krid._core.times import to_numeric_date
from krid.cose import CONTENT_TYPE, CWT_CLAIMS, KID, TYP, X5CHAIN, Placement, Tagging
from krid.errors import Code, MalformedError, MisuseError
from krid.jose import jws
from krid.keys import Alg, Prepared, jwk
from krid.model import Bearer, IssueOrder
from krid.model.w3c import Version, compose
from krid.vcjose.headers import encode_cwt_claims
from krid.vcjose.names import CREDENTIAL_TYPES, Form


def prepare(order: IssueOrder, *, form: Form) -> Prepared[bytes]:
    """Make everything of a credential but the issuer's signature.

    What the claims of the order may be, `krid.model.w3c.compose` says. The holder's key goes into
    `cnf`; who wants the holder to be named by a DID puts it into `credentialSubject`.

    Raises:
        MisuseError: as `compose`; `misuse.claims` for what is larger than the limit, or has no
            JSON form; `misuse.option` for a DID as issuer without a key id, or a chain of
            certificates that is too long.
    """
    _check_key(order)
    version = Version.V1_1 if form is Form.JWT_1_1 else Version.V2_0
    document = compose(order, version)
    claims = _claims(order)
    if form is Form.COSE:
        return _cose(document, claims, order)
    payload = _payload_1_1(document, claims) if form is Form.JWT_1_1 else {**document, **claims}
    content = {} if form is Form.JWT_1_1 else {"cty": "vc"}
    header: JsonObject = {"typ": CREDENTIAL_TYPES[form][0], **content, **_hints(order)}
    return jws.prepare(header, _dumps(payload), alg=order.alg).then(str.encode)


def _cose(document: JsonObject, claims: JsonObject, order: IssueOrder) -> Prepared[bytes]:
    protected: dict[cose.Label, object] = {
        TYP: CREDENTIAL_TYPES[Form.COSE][0],
        CONTENT_TYPE: "application/vc",
        CWT_CLAIMS: encode_cwt_claims({"iss": order.issuer, **claims}),
    }
    if order.key_id is not None:
        protected[KID] = order.key_id.encode()
    if order.certificates:
        protected[X5CHAIN] = cose.x5chain_value(order.certificates)
    return prepare_cose(protected, _dumps(document), order.alg)


def prepare_cose(protected: cose.HeaderMap, payload: bytes, alg: Alg) -> Prepared[bytes]:
    """Make a tagged COSE_Sign1 that carries its payload."""
    prepared = cose.prepare(protected, {}, payload, alg=alg, placement=Placement.ATTACHED)
    return prepared.then(lambda sign1: sign1.encode(Tagging.TAGGED))


def _claims(order: IssueOrder) -> JsonObject:
    """Write the claims beside the credential: when it was signed, when that ends, the holder."""
    claims: JsonObject = {
        "iat": to_numeric_date(order.signed_at),
        "exp": to_numeric_date(order.valid_until),
    }
    if not isinstance(order.holder, Bearer):
        claims["cnf"] = {"jwk": jwk.encode_public(order.holder)}
    return claims


def _payload_1_1(document: JsonObject, claims: JsonObject) -> JsonObject:
    """Write the claims of a JWT of version 1.1, and the credential in `vc` (section 6.3.1)."""
    issuer = document["issuer"]
    payload: JsonObject = {"iss": issuer["id"] if isinstance(issuer, Mapping) else issuer}
    payload |= {"jti": document["id"]} if "id" in document else {}
    subject = document["credentialSubject"]
    if isinstance(subject, Mapping) and "id" in subject:
        payload["sub"] = subject["id"]
    return {**payload, "nbf": claims["iat"], **claims, "vc": document}


def _hints(order: IssueOrder) -> JsonObject:
    hints: JsonObject = {} if order.key_id is None else {"kid": order.key_id}
    if order.certificates:
        chain: list[Json] = [b64encode(der).decode("ascii") for der in order.certificates]
        hints["x5c"] = chain
    return hints


def _check_key(order: IssueOrder) -> None:
    if order.issuer.startswith("did:") and order.key_id is None and not order.certificates:
        raise MisuseError(Code.MISUSE_OPTION, "a DID as issuer, and no key id")
    if len(order.certificates) > limits.MAX_CHAIN_LENGTH:
        raise MisuseError(Code.MISUSE_OPTION, "certificates")


def _dumps(payload: JsonObject) -> bytes:
    try:
        raw = strict_json.dumps(payload)
        strict_json.check_crowd([raw], max_values=limits.MAX_JWT_VALUES)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "larger than the limit, or no JSON") from cause
    return raw
