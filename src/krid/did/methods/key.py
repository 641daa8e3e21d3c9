"""did:key 0.9 (W3C CCG): the DID is the key.

What differs between the texts: the syntax of 0.9 also has base64url (`u`), its algorithm demands
`z`, and krid takes `z`. The algorithm takes a version, a positive integer before the key. The
document lists keys as the public test vectors do: NIST curves and secp256k1 for all purposes,
X25519 for key agreement alone, Ed25519 with the X25519 key that is derived from it. A key of BBS
(BLS12-381 in G2) is listed for all that is signed; whether it is a point shows when it is used.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Final, final

from krid._core import limits
from krid.did.document import DidDocument
from krid.did.methods.generated import AGREEMENT, ALL, SIGNING, Generated
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.did.verification_method import VerificationMethod
from krid.errors import Code, MalformedError, ResolutionError, UnsupportedError
from krid.keys import Curve, PublicKey, multikey
from krid.net import Flow

_IDENTIFIER: Final = re.compile(r"(?:[1-9][0-9]{0,8}:)?(z[1-9A-HJ-NP-Za-km-z]+)", re.ASCII)
_CONTEXT: Final = "https://www.w3.org/ns/did/v1.1"
_TYPE: Final = "Multikey"
_BBS: Final = b"\xeb\x01"  # bls12_381-g2-pub, read in krid.did.bbs_keys
_BBS_OCTETS: Final = 96

# The prime of Curve25519 and edwards25519 (RFC 7748, section 4.1).
_P: Final = 2**255 - 19
_SIGN_BIT: Final = 1 << 255


@final
@dataclass(frozen=True, slots=True)
class DidKey:
    """The did:key method, on all of krid's curves and that of BBS; it asks nobody."""

    @property
    def name(self) -> str:
        """`key`."""
        return "key"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Unfold a DID into its document.

        Raises:
            ResolutionError: `did.syntax`, `did.public_key`, `did.public_key_length`,
                `did.key_type`, or `did.option` when a version of the document is asked for.
        """
        options.check_no_version()
        yield from ()  # A flow that asks for nothing.
        return Resolved(_document(did))

    def unfold(self, did: Did) -> DidDocument:
        """Return the document that a DID of this method holds.

        Raises:
            ResolutionError: as `resolve`.
            MalformedError: `key.syntax`.
        """
        return _document(did)

    @staticmethod
    def create(key: PublicKey) -> Did:
        """Return the DID of a public key.

        >>> from krid.keys import Alg, LocalKey
        >>> str(DidKey.create(LocalKey.generate(Alg.ES256).public_key))[:12]
        'did:key:zDna'
        """
        return Did("key", multikey.encode(key))


def _document(did: Did) -> DidDocument:
    match = _IDENTIFIER.fullmatch(did.identifier)
    if match is None:
        raise ResolutionError(Code.DID_SYNTAX, "did:key")
    encoded = match[1]
    if len(encoded) > limits.MAX_DID_KEY_CHARS:
        raise ResolutionError(Code.DID_PUBLIC_KEY_LENGTH)
    key = _read(encoded)
    if key is None:
        return DidDocument(did, Generated(did, (_CONTEXT,), _method(did, encoded, None), SIGNING))
    agreement = None
    if key.curve is Curve.ED25519:
        agreement = partial(_derive_agreement, did, key)
    method = _method(did, encoded, key)
    purposes = _PURPOSES.get(key.curve, ALL)
    return DidDocument(did, Generated(did, (_CONTEXT,), method, purposes, agreement))


def _read(encoded: str) -> PublicKey | None:
    """Read the key, and tell its faults apart as did:key does; one of BBS is none here."""
    raw = multikey.decode_base58btc(encoded[1:])
    try:
        return multikey.from_multicodec(raw)
    except UnsupportedError as cause:
        if raw[: len(_BBS)] == _BBS:
            _check_bbs_length(raw)
            return None
        raise ResolutionError(Code.DID_KEY_TYPE) from cause
    except MalformedError as cause:
        raise ResolutionError(_fault(raw, cause.code)) from cause


def _check_bbs_length(raw: bytes) -> None:
    if len(raw) != len(_BBS) + _BBS_OCTETS:
        raise ResolutionError(Code.DID_PUBLIC_KEY_LENGTH)


def _fault(raw: bytes, code: Code) -> Code:
    if code is not Code.KEY_POINT:
        return Code.DID_SYNTAX
    # The prefixes of all of krid's curves are varints of two bytes.
    prefix = raw[0] & 0x7F | raw[1] << 7
    sizes = {curve.multicodec: curve.size + (curve.kty == "EC") for curve in Curve}
    return Code.DID_PUBLIC_KEY if len(raw) - 2 == sizes[prefix] else Code.DID_PUBLIC_KEY_LENGTH


def _method(did: Did, encoded: str, key: PublicKey | None) -> VerificationMethod:
    text = str(did)
    members = {"publicKeyMultibase": encoded}
    return VerificationMethod(f"{text}#{encoded}", _TYPE, text, key, members=members)


def _derive_agreement(did: Did, key: PublicKey) -> VerificationMethod:
    """Map an Ed25519 key to X25519: u = (1 + y) / (1 - y) (RFC 7748, section 4.1).

    This is another way to write down a public point, and no cryptographic operation; the
    `cryptography` package has no function for it.
    """
    # PublicKey lets no y pass that is not below p, nor the y = 1 of the neutral point.
    y = int.from_bytes(key.raw, "little") & (_SIGN_BIT - 1)
    u = (1 + y) * pow(1 - y, -1, _P) % _P
    derived = PublicKey.from_raw(Curve.X25519, u.to_bytes(32, "little"))
    return _method(did, multikey.encode(derived), derived)


_PURPOSES: Final = {Curve.ED25519: SIGNING, Curve.X25519: AGREEMENT}
