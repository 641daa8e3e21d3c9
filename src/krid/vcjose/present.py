"""Presenting a credential secured with JOSE or COSE, whole: nothing of it can be withheld."""

from collections.abc import Sequence
from datetime import datetime

from krid._core import strict_json
from krid._core.strict_json import JsonObject
from krid._core.times import to_numeric_date
from krid.cose import CONTENT_TYPE, CWT_CLAIMS, KID, TYP
from krid.errors import Code, ContentError, MisuseError
from krid.jose import jws
from krid.keys import Alg, Prepared
from krid.model import ClaimPath, HolderKey, HolderKeys, select
from krid.model.w3c import BASE_1_1, BASE_2_0, DataUrl, Enveloped, EnvelopedKind
from krid.vcjose.headers import encode_cwt_claims
from krid.vcjose.holder import required_holder
from krid.vcjose.issue import prepare_cose
from krid.vcjose.model import SecuredCredential
from krid.vcjose.names import MEDIA_TYPES, PRESENTATION_TYPES, Form
from krid.vcjose.parse import parse_credential

_TYPE = "VerifiablePresentation"


def prepare(
    credential: bytes,
    *,
    form: Form,
    disclose: Sequence[ClaimPath],
    audience: str,
    nonce: str,
    holders: HolderKeys,
    alg: Alg,
    now: datetime,
) -> Prepared[bytes]:
    """Make everything of a presentation of one credential but the holder's signature.

    The paths to disclose must be there; all else leaves with them. Does not verify the
    credential. A holder that is known by an identifier is named by it, with the URL of the key.

    Raises:
        ContentError: `w3c.no_claim`.
        BindingError: `kb.no_key` when the credential names no holder.
        MisuseError: `alg.key` when the holder's key is not for `alg`; `misuse.option` for an
            empty audience or nonce; `misuse.naive_time`.
        KridError: as `parse_credential`.
    """
    if not audience or not nonce:
        raise MisuseError(Code.MISUSE_OPTION, "audience or nonce is empty")
    secured = parse_credential(credential, form)
    check_paths(secured, disclose)
    holder = required_holder(secured, holders)
    if holder.key.curve is not alg.curve:
        raise MisuseError(Code.ALG_KEY)
    claims: JsonObject = {"aud": audience, "nonce": nonce, "iat": to_numeric_date(now)}
    named = _subject_of(secured) if holder.key_id else None
    if form is Form.JWT_1_1:
        return _jwt_1_1(credential, claims, named, holder, alg)
    document = _document(credential, form, named)
    if form is Form.COSE:
        return _cose(document, claims, holder, alg)
    header: JsonObject = {"typ": PRESENTATION_TYPES[form][0], "cty": "vp", **_key_id(holder)}
    payload = strict_json.dumps({**document, **claims})
    return jws.prepare(header, payload, alg=alg).then(str.encode)


def check_paths(secured: SecuredCredential, disclose: Sequence[ClaimPath]) -> None:
    """Check that what is to be shown is there; all else leaves with it.

    Raises:
        ContentError: `w3c.no_claim`.
    """
    if not all(path and select(secured.credential.document, path) for path in disclose):
        raise ContentError(Code.W3C_NO_CLAIM)


def _document(credential: bytes, form: Form, holder: str | None) -> JsonObject:
    """Write the presentation, with the credential in an envelope (sections 3.1.2 and 3.3.2)."""
    url = DataUrl(MEDIA_TYPES[form], credential)
    document: JsonObject = {"@context": [BASE_2_0], "type": [_TYPE]}
    document |= {} if holder is None else {"holder": holder}
    enveloped = Enveloped(EnvelopedKind.CREDENTIAL, url).to_json()
    return {**document, "verifiableCredential": [enveloped]}


def _jwt_1_1(
    credential: bytes, claims: JsonObject, named: str | None, holder: HolderKey, alg: Alg
) -> Prepared[bytes]:
    """Write a JWT with the presentation in `vp` (VCDM 1.1, section 6.3.1)."""
    vp: JsonObject = {
        "@context": [BASE_1_1],
        "type": [_TYPE],
        "verifiableCredential": [credential.decode("ascii")],
    }
    issuer: JsonObject = {} if named is None else {"iss": named}
    payload: JsonObject = {**issuer, **claims, "nbf": claims["iat"], "vp": vp}
    header: JsonObject = {"typ": PRESENTATION_TYPES[Form.JWT_1_1][0], **_key_id(holder)}
    return jws.prepare(header, strict_json.dumps(payload), alg=alg).then(str.encode)


def _cose(document: JsonObject, claims: JsonObject, holder: HolderKey, alg: Alg) -> Prepared[bytes]:
    protected: dict[int | str, object] = {
        TYP: PRESENTATION_TYPES[Form.COSE][0],
        CONTENT_TYPE: "application/vp",
        CWT_CLAIMS: encode_cwt_claims(claims),
    }
    if holder.key_id:
        protected[KID] = holder.key_id.encode()
    return prepare_cose(protected, strict_json.dumps(document), alg)


def _key_id(holder: HolderKey) -> JsonObject:
    return {"kid": holder.key_id} if holder.key_id else {}


def _subject_of(secured: SecuredCredential) -> str | None:
    return secured.credential.subjects[0].id
