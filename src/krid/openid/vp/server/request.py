"""The endpoint of request objects: `request_uri`, by GET and by POST (section 5.10)."""

import re
from collections.abc import Mapping
from typing import Final

from krid._core import limits, strict_json
from krid.errors import BindingError, Code, KridError, MalformedError, UnsupportedError
from krid.exchange import ResponseKey
from krid.jose import Enc, jwe
from krid.keys import Signer
from krid.openid.oauth import members as m
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, refusing
from krid.openid.oauth.store import Kind, fingerprint
from krid.openid.vp.metadata import ClientMetadata
from krid.openid.vp.parameters import SELF_ISSUED
from krid.openid.vp.request_object import prepare_request
from krid.openid.vp.server.records import Pending
from krid.openid.vp.server.setup import VerifierSetup

_MEDIA_TYPE: Final = "application/oauth-authz-req+jwt"
_NONCE: Final = re.compile(r"[!-~]+", re.ASCII)


def request_object(setup: VerifierSetup, call: Call) -> Reply:
    """Sign the request for the wallet that fetches it, with its nonce where it sends one.

    It may be fetched until it is answered or has ended: each time with the same nonce of the
    verifier, which serves for one answer.

    Raises:
        RefusalError: `invalid_request`, `vp_formats_not_supported`.
    """
    with refusing(OauthError.INVALID_REQUEST):
        posted = call.form() if call.method == "POST" else {}
        wallet_nonce = _wallet_nonce(posted)
        metadata = _metadata(posted)
        pending = _pending(setup, call.path.rpartition("/")[2])
        signer = _signer(setup, metadata)
        sealing = _sealing(setup, metadata)
    with refusing(OauthError.VP_FORMATS_NOT_SUPPORTED):
        _check_formats(pending, metadata)
    return _reply(_signed(setup, pending, signer, wallet_nonce), sealing)


def _pending(setup: VerifierSetup, name: str) -> Pending:
    place = setup.store.get(Kind.REQUEST_OBJECT, fingerprint(name), now=setup.now)
    if place is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    record = setup.store.get(Kind.PRESENTATION, place.decode("ascii"), now=setup.now)
    if record is None:
        raise BindingError(Code.SESSION_UNKNOWN)
    pending = Pending.decode(record, setup)
    if pending.request.client_id != setup.identity.client_id:
        raise BindingError(Code.SESSION_UNKNOWN)
    return pending


def _wallet_nonce(form: Mapping[str, str]) -> str | None:
    nonce = form.get("wallet_nonce")
    if nonce is None:
        return None
    if len(nonce) > limits.MAX_VP_NONCE_CHARS or _NONCE.fullmatch(nonce) is None:
        raise MalformedError(Code.OAUTH_REQUEST, "wallet_nonce")
    return nonce


def _metadata(form: Mapping[str, str]) -> Mapping[str, object]:
    """Read what the wallet says of itself; members that krid does not know are ignored."""
    if "wallet_metadata" not in form:
        return {}
    try:
        return strict_json.loads_object(form["wallet_metadata"].encode("utf-8"))
    except KridError as cause:
        raise MalformedError(Code.OAUTH_REQUEST, "wallet_metadata") from cause


def _signer(setup: VerifierSetup, metadata: Mapping[str, object]) -> Signer:
    """Return who signs, for a wallet that can verify it."""
    names = m.texts_or_none(
        metadata, "request_object_signing_alg_values_supported", Code.OAUTH_REQUEST
    )
    signer = setup.identity.signer
    if signer is None or (names is not None and signer.alg.jose not in names):
        raise UnsupportedError(Code.ALG_NOT_ALLOWED)
    return signer


def _check_formats(pending: Pending, metadata: Mapping[str, object]) -> None:
    formats = metadata.get("vp_formats_supported")
    asked = {each.format for each in pending.request.query.credentials}
    if isinstance(formats, Mapping) and asked.isdisjoint(formats):
        raise UnsupportedError(Code.REQUEST_FORMATS)


def _signed(
    setup: VerifierSetup, pending: Pending, signer: Signer, wallet_nonce: str | None
) -> str:
    identity = setup.identity
    prepared = prepare_request(
        pending.request,
        signer=signer,
        now=setup.now,
        certificates=identity.certificates,
        key_id=identity.key_id,
        attestation=identity.attestation,
        trust_chain=identity.trust_chain,
        wallet_nonce=wallet_nonce,
        audience=SELF_ISSUED,
        algs=setup.profile.algs,
    )
    return prepared.sign_with(signer)


def _sealing(setup: VerifierSetup, metadata: Mapping[str, object]) -> ResponseKey | None:
    """Return the wallet's key to seal the request for, None where it gives none."""
    if "jwks" not in metadata:
        return None
    encs = metadata.get("request_object_encryption_enc_values_supported", [Enc.A128GCM.value])
    given = {"jwks": metadata["jwks"], "encrypted_response_enc_values_supported": encs}
    return ClientMetadata.of_members(given).response_key(setup.policy.encs)


def _reply(text: str, sealing: ResponseKey | None) -> Reply:
    """Send a request, sealed around the signature where the wallet wants it (RFC 9101, 6.1)."""
    if sealing is not None:
        text = jwe.encrypt(
            text.encode("ascii"),
            to=sealing.key,
            enc=sealing.encs[0],
            key_id=sealing.key_id,
            content_type="JWT",
        )
    headers = {"Content-Type": _MEDIA_TYPE, "Cache-Control": "no-store"}
    return Reply(200, headers, text.encode("ascii"))
