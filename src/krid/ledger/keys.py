"""Keys of logs and witnesses as signed notes name them, and how many witnesses are enough."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self, final

from krid._core.arguments import typed
from krid.errors import Code, KridError, MalformedError, MisuseError, SignatureError
from krid.keys import Curve, PublicKey, pem
from krid.ledger.note import decode_base64
from krid.ledger.subjects import check_origin

_ED25519: Final = b"\x01"
_ECDSA: Final = b"\x02"
_COSIGNATURE: Final = b"\x04"
_KEY_ID_BYTES: Final = 4


@final
@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A log by its origin, and the key by which it signs: Ed25519, or ECDSA with P-256.

    Ed25519 is what every tool for signed notes knows (type `0x01`); ECDSA (`0x02`) is for keys
    in hardware that has nothing else.

    >>> from krid.keys import Alg, LocalKey
    >>> key = LedgerKey("ledger.example/trust", LocalKey.generate(Alg.EDDSA).public_key)
    >>> LedgerKey.parse(key.encode()) == key
    True
    """

    origin: str
    key: PublicKey

    def __post_init__(self) -> None:
        """Refuse other curves.

        Raises:
            MalformedError: `ledger.statement` for an origin that can't be one.
            MisuseError: `alg.key`.
        """
        check_origin(self.origin)
        if self.key.curve not in {Curve.ED25519, Curve.P256}:
            raise MisuseError(Code.ALG_KEY)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key (`vkey`): origin, key ID in hex, and key in base64.

        Raises:
            MalformedError: `key.syntax`.
        """
        typed("text", text, str)
        origin, key_id, encoded = [*text.split("+", 2), "", ""][:3]
        try:
            raw = decode_base64(encoded)
            found = cls(origin, _read_key(raw))
        except KridError as cause:
            raise MalformedError(Code.KEY_SYNTAX, "a verifier key") from cause
        if found.key_id.hex() != key_id:
            raise MalformedError(Code.KEY_SYNTAX, "a verifier key")
        return found

    def encode(self) -> str:
        """Write the verifier key."""
        encoded = b64encode(self._kind + self._public).decode("ascii")
        return f"{self.origin}+{self.key_id.hex()}+{encoded}"

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key beside the origin."""
        if self._kind == _ECDSA:
            return sha256(self._public).digest()[:_KEY_ID_BYTES]
        return _key_id(self.origin, self._kind, self._public)

    @property
    def _kind(self) -> bytes:
        return _ED25519 if self.key.curve is Curve.ED25519 else _ECDSA

    @property
    def _public(self) -> bytes:
        return self.key.raw if self._kind == _ED25519 else pem.encode_public_der(self.key)

    def encode_signature(self, signature: bytes) -> bytes:
        """Turn a signature as krid's signers make it into the one of a note."""
        if self._kind == _ED25519:
            return signature
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        half = len(signature) // 2
        numbers = (signature[:half], signature[half:])
        return encode_dss_signature(*(int.from_bytes(each, "big") for each in numbers))

    def check(self, text: bytes, signature: bytes) -> None:
        """Check the log's signature.

        Raises:
            SignatureError: `ledger.signature`.
        """
        plain = signature if self._kind == _ED25519 else _plain(signature, self.key.curve.size)
        self.key.verify(text, plain, alg=self.key.alg, refusal=Code.LEDGER_SIGNATURE)


@final
@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who cosigns checkpoints after seeing that the log only grew; signs by Ed25519."""

    name: str
    key: PublicKey

    def __post_init__(self) -> None:
        """Refuse other curves.

        Raises:
            MalformedError: `ledger.statement` for a name that can't be one.
            MisuseError: `alg.key`.
        """
        check_origin(self.name)
        if self.key.curve is not Curve.ED25519:
            raise MisuseError(Code.ALG_KEY)

    @property
    def key_id(self) -> bytes:
        """The four bytes that name the key beside the witness."""
        return _key_id(self.name, _COSIGNATURE, self.key.raw)

    def check(self, text: bytes, signature: bytes) -> None:
        """Check the witness's signature.

        Raises:
            SignatureError: `ledger.signature`.
        """
        self.key.verify(text, signature, alg=self.key.alg, refusal=Code.LEDGER_SIGNATURE)


@final
@dataclass(frozen=True, slots=True)
class Witnesses:
    """How many of these witnesses must have signed."""

    quorum: int
    members: tuple[Witness, ...]

    def __post_init__(self) -> None:
        """Refuse a quorum that nobody could miss or reach, and one key counted twice.

        Raises:
            MisuseError: `misuse.option`.
        """
        different = len({witness.key for witness in self.members}) == len(self.members)
        if not min(1, len(self.members)) <= self.quorum <= len(self.members) or not different:
            raise MisuseError(Code.MISUSE_OPTION, "the quorum of witnesses")


NO_WITNESSES: Final = Witnesses(0, ())
"""The log alone is believed: it may show different ledgers to different people."""


def _key_id(name: str, kind: bytes, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + kind + public).digest()[:_KEY_ID_BYTES]


def _read_key(raw: bytes) -> PublicKey:
    kind, public = raw[:1], raw[1:]
    if kind == _ED25519:
        return PublicKey.from_raw(Curve.ED25519, public)
    if kind == _ECDSA:
        return pem.parse_public(public)
    raise MalformedError(Code.KEY_SYNTAX)


def _plain(signature: bytes, size: int) -> bytes:
    """Turn r and s in DER into r and s side by side."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    try:
        return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(signature))
    except (ValueError, OverflowError) as cause:
        raise SignatureError(Code.LEDGER_SIGNATURE) from cause
