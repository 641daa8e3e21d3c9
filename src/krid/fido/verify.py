"""The rules of sections 7.1 and 7.2, one function a rule, in the order of the text.

Attestation statements are not asked for and not looked at: what make the authenticator is of, is
not proved here.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from krid._core import limits, shape
from krid._core.redact import same
from krid.errors import BindingError, Code, SignatureError, TrustError, UnsupportedError
from krid.fido.credential import Credential
from krid.fido.messages import Assertion, Attestation, ClientData, reading
from krid.fido.party import RelyingParty, Synced
from krid.fido.user import VerifiedUser

if TYPE_CHECKING:
    from fido2.webauthn import AuthenticatorData

ALGORITHMS: Final = (-7, -8, -257)
"""COSE numbers of ES256, EdDSA and RS256: phones, security keys, Windows Hello."""

CREATE: Final = "webauthn.create"
GET: Final = "webauthn.get"


def registered(answer: Attestation, *, party: RelyingParty, user: bytes, salt: bytes) -> Credential:
    """Verify a registration but for its challenge (section 7.1), and make the record of it.

    Raises:
        BindingError, UnsupportedError, MalformedError: the code of the rule that is broken.
    """
    _check_client_data(answer.client_data, CREATE, party)
    _check_authenticator_data(answer.data, party)
    if answer.id != answer.attested.credential_id or not (
        0 < len(answer.id) <= limits.MAX_FIDO_CREDENTIAL_ID_BYTES
    ):
        raise BindingError(Code.FIDO_CREDENTIAL)
    if answer.attested.public_key.get(3) not in ALGORITHMS:
        raise UnsupportedError(Code.FIDO_ALG)
    if not answer.prf_enabled:
        raise UnsupportedError(Code.FIDO_PRF)
    from fido2 import cbor

    return Credential(
        id=answer.id,
        public_key=cbor.encode(answer.attested.public_key),
        user=user,
        salt=salt,
        sign_count=answer.data.counter,
        backup_eligible=answer.data.is_backup_eligible(),
    )


def asserted(
    answer: Assertion, *, party: RelyingParty, credentials: Sequence[Credential], now: datetime
) -> VerifiedUser:
    """Verify an assertion but for its challenge (section 7.2).

    Raises:
        BindingError, SignatureError: the code of the rule that is broken.
    """
    credential = _credential(answer, credentials)
    _check_client_data(answer.client_data, GET, party)
    _check_authenticator_data(answer.data, party)
    if answer.data.is_backup_eligible() != credential.backup_eligible:
        raise BindingError(Code.FIDO_BACKUP)
    _check_signature(answer, credential)
    _check_counter(answer.data.counter, credential)
    return VerifiedUser(replace(credential, sign_count=answer.data.counter), now, answer.prf)


def _credential(answer: Assertion, credentials: Sequence[Credential]) -> Credential:
    """Section 7.2, steps 5 and 6: one of those that were asked, and its own user."""
    for each in credentials:
        if same(each.id, answer.id) and (answer.user is None or same(each.user, answer.user)):
            return each
    raise BindingError(Code.FIDO_CREDENTIAL)


def _check_client_data(said: ClientData, expected: str, party: RelyingParty) -> None:
    if said.type != expected:
        raise BindingError(Code.FIDO_TYPE)
    if said.origin not in party.origins:
        raise BindingError(Code.FIDO_ORIGIN)
    if said.cross_origin:
        raise BindingError(Code.FIDO_CROSS_ORIGIN)


def _check_authenticator_data(data: "AuthenticatorData", party: RelyingParty) -> None:
    if not same(data.rp_id_hash, hashlib.sha256(party.id.encode()).digest()):
        raise BindingError(Code.FIDO_RP_ID)
    if not data.is_user_present():
        raise BindingError(Code.FIDO_PRESENCE)
    if not data.is_user_verified():
        raise BindingError(Code.FIDO_VERIFICATION)
    if data.is_backed_up() and not data.is_backup_eligible():
        raise BindingError(Code.FIDO_BACKUP)
    if data.is_backup_eligible() and party.synced is Synced.REFUSED:
        raise TrustError(Code.FIDO_SYNCED)


def _check_signature(answer: Assertion, credential: Credential) -> None:
    from cryptography.exceptions import InvalidSignature
    from fido2 import cbor
    from fido2.cose import CoseKey

    with reading():
        key = CoseKey.parse(shape.integer_map(cbor.decode(credential.public_key), Code.FIDO_SYNTAX))
    signed = bytes(answer.data) + hashlib.sha256(answer.client_data.raw).digest()
    try:
        with reading():
            key.verify(signed, answer.signature)
    except InvalidSignature as cause:
        raise SignatureError(Code.FIDO_SIGNATURE) from cause


def _check_counter(count: int, credential: Credential) -> None:
    """Section 7.2: a counter that does not grow is the sign of a clone, and refused here."""
    if (count or credential.sign_count) and count <= credential.sign_count:
        raise BindingError(Code.FIDO_COUNTER)
