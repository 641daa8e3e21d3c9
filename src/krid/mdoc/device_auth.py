"""mdoc authentication: the device proves its key for this session (section 9.1.3)."""

import hashlib
from enum import Enum
from typing import Final, Literal, TypeAlias

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from krid.cose import Mac0, MacAlg, MacKey, Sign1
from krid.errors import Code, ContentError, KridError, SignatureError, UnsupportedError
from krid.keys import KeyAgreement, PublicKey
from krid.mdoc.encode import device_authentication
from krid.mdoc.model import MAC_CURVES, SIGNING_ALGS, Document, Elements, KeyAuthorizations
from krid.mdoc.transcript import SessionTranscript
from krid.model import Check, Evidence


class NoReaderKey(Enum):
    """The type of `NO_READER_KEY`."""

    NO_READER_KEY = "no reader key"


NO_READER_KEY: Final[Literal[NoReaderKey.NO_READER_KEY]] = NoReaderKey.NO_READER_KEY
"""The reader has no key for this session, as under OpenID4VP: a device MAC can't be verified."""

ReaderKey: TypeAlias = KeyAgreement | NoReaderKey

_MAC_KEY_BYTES: Final = 32


def check_device_auth(
    document: Document, *, transcript: SessionTranscript, reader_key: ReaderKey
) -> Evidence:
    """Check that the device's key signed or MACed this document for this session.

    The key is the one in the mobile security object, which the caller has verified before.

    Raises:
        SignatureError: `mdoc.device_signature` or `mdoc.device_mac`.
        UnsupportedError: `alg.not_allowed` or `alg.key`.
        MalformedError: `cose.payload` when the payload is attached.
    """
    signed = document.device_signed
    authentic = device_authentication(transcript, document.doctype, signed.namespaces)
    key = document.issuer_signed.mso.device_key_info.key
    if isinstance(signed.auth, Sign1):
        return _check_signature(signed.auth, key, authentic)
    return _check_mac(signed.auth, _mac_key(key, reader_key, transcript), authentic)


def check_key_authorizations(allowed: KeyAuthorizations, elements: Elements) -> Evidence:
    """Check that the issuer lets the device assert each of these elements (section 9.1.2.4).

    Raises:
        ContentError: `mdoc.key_authorization`.
    """
    for namespace, members in elements.items():
        beyond = members.keys() - allowed.elements.get(namespace, frozenset())
        if beyond and namespace not in allowed.namespaces:
            raise ContentError(Code.MDOC_KEY_AUTHORIZATION)
    count = sum(len(members) for members in elements.values())
    return Evidence(Check.DEVICE_ELEMENTS, f"{count} of the device's own")


def _check_signature(auth: Sign1, key: PublicKey, authentic: bytes) -> Evidence:
    """The signature is over a detached payload (section 9.1.3.6)."""
    if auth.alg not in SIGNING_ALGS:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED)
    auth.verify(key, payload=authentic, refusal=Code.MDOC_DEVICE_SIGNATURE)
    return Evidence(Check.HOLDER, f"{auth.alg.jose} device signature for this session")


def _check_mac(auth: Mac0, key: MacKey, authentic: bytes) -> Evidence:
    """The MAC is HMAC 256/256 over a detached payload (section 9.1.3.5)."""
    if auth.alg is not MacAlg.HMAC_256:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED)
    auth.verify(key, payload=authentic, refusal=Code.MDOC_DEVICE_MAC)
    return Evidence(Check.HOLDER, "HMAC 256/256 device MAC for this session")


def derive_mac_key(ours: KeyAgreement, theirs: PublicKey, transcript: SessionTranscript) -> MacKey:
    """Derive EMacKey from the device's static and the reader's session key (section 9.1.3.5).

    Each side has one of the two private keys, and the secret is the same.

    Raises:
        MisuseError: `alg.key` when the keys are on different curves or can't agree, `key.point`.
    """
    secret = ours.exchange(theirs)
    salt = hashlib.sha256(transcript.embedded()).digest()
    return MacKey(HKDF(SHA256(), _MAC_KEY_BYTES, salt, b"EMacKey").derive(secret))


def _mac_key(key: PublicKey, reader_key: ReaderKey, transcript: SessionTranscript) -> MacKey:
    """Derive the key on the reader's side; whatever fails, the MAC can't be believed."""
    if key.curve not in MAC_CURVES:
        raise UnsupportedError(Code.ALG_KEY)
    if isinstance(reader_key, NoReaderKey):
        raise SignatureError(Code.MDOC_DEVICE_MAC, "no reader key to verify it with")
    try:
        return derive_mac_key(reader_key, key, transcript)
    except KridError as cause:
        raise SignatureError(Code.MDOC_DEVICE_MAC) from cause
