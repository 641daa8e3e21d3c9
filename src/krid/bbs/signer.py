"""The port behind which secret keys of BBS stay, and a key in this process's memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, Self, final

from krid._core.entropy import Entropy, system_entropy
from krid._core.redact import Secret
from krid.bbs import curve
from krid.bbs.curve import Scalar
from krid.bbs.public import PRIVATE_CODE, PUBLIC_CODE, BbsPublicKey
from krid.bbs.scheme import Scheme
from krid.bbs.signature import Signature, Statement, prepare
from krid.bbs.suite import Suite
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError
from krid.keys import multikey

_KEY_MATERIAL_OCTETS: Final = 32
_KEY_INFO_OCTETS: Final = 65_535
_MAX_DST: Final = 255


class BbsSigner(Protocol):
    """Something that signs with a secret key of BBS which never leaves it."""

    @property
    def public_key(self) -> BbsPublicKey:
        """The key that verifies what this signer signs."""
        ...

    @property
    def suite(self) -> Suite:
        """The ciphersuite it signs with."""
        ...

    def sign(self, statement: Statement) -> bytes:
        """Sign a statement made for `public_key` and `suite`; return 80 bytes."""
        ...


class _SecretKey(Secret):
    """The 32 octets of a secret key."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class LocalBbsKey:
    """A secret key that signs in this process; `repr` shows its public half alone.

    `entropy` masks the secret while it is multiplied and inverted; signatures do not depend on it.
    """

    public_key: BbsPublicKey
    suite: Suite
    secret: Secret = field(repr=False, compare=False)
    entropy: Entropy = field(default=system_entropy, repr=False, compare=False)

    @classmethod
    def generate(cls, suite: Suite, *, entropy: Entropy = system_entropy) -> Self:
        """Make a new key from fresh key material."""
        return cls.derive(entropy(_KEY_MATERIAL_OCTETS), suite=suite, entropy=entropy)

    @classmethod
    def derive(
        cls,
        key_material: bytes,
        *,
        suite: Suite,
        key_info: bytes = b"",
        key_dst: bytes | None = None,
        entropy: Entropy = system_entropy,
    ) -> Self:
        """Derive a key from secret key material of at least 32 bytes (section 3.4.1).

        Raises:
            MisuseError: `bbs.key_material`.
        """
        dst = suite.value + b"KEYGEN_DST_" if key_dst is None else key_dst
        if (
            len(key_material) < _KEY_MATERIAL_OCTETS
            or len(key_info) > _KEY_INFO_OCTETS
            or len(dst) > _MAX_DST
        ):
            raise MisuseError(Code.BBS_KEY_MATERIAL)
        message = key_material + len(key_info).to_bytes(2, "big") + key_info
        octets = suite.hash_to_scalar(message, dst).to_be_bytes()
        return cls.parse_secret(octets, suite=suite, entropy=entropy)

    @classmethod
    def parse_secret(
        cls, octets: bytes, *, suite: Suite, entropy: Entropy = system_entropy
    ) -> Self:
        """Read the 32 octets of a secret key.

        Raises:
            MalformedError: `bbs.scalar`.
        """
        scalar = curve.parse_scalar(octets)
        point = curve.hidden_multiple_of_base(scalar, entropy)
        public = BbsPublicKey(point.to_compressed_bytes(), point)
        return cls(public, suite, _SecretKey(octets), entropy)

    @classmethod
    def parse_multikey(cls, text: str, *, suite: Suite, entropy: Entropy = system_entropy) -> Self:
        """Read a secret key as Multikey `bls12_381-g2-priv`.

        Raises:
            MalformedError: `key.syntax`, `bbs.scalar`, `key.not_private` for a public key.
            UnsupportedError: `key.type`.
        """
        code, octets = multikey.split(multikey.decode_multibase(text))
        if code == PUBLIC_CODE:
            raise MalformedError(Code.KEY_NOT_PRIVATE)
        if code != PRIVATE_CODE:
            raise UnsupportedError(Code.KEY_TYPE)
        return cls.parse_secret(octets, suite=suite, entropy=entropy)

    def encode_secret(self) -> str:
        """Write the secret key as Multikey, for a key file; whoever reads it can sign."""
        return multikey.join(PRIVATE_CODE, self.secret.reveal())

    def sign(self, statement: Statement) -> bytes:
        """Sign a statement (section 3.6.1, steps 2, 4 and 5).

        Raises:
            MisuseError: `alg.key` when the statement is for another key or ciphersuite.
        """
        if statement.public_key != self.public_key or statement.suite is not self.suite:
            raise MisuseError(Code.ALG_KEY)
        scheme = Scheme(statement.suite, statement.interface)
        exponent = scheme.hash(self.secret.reveal() + statement.bound)
        key = Scalar.from_be_bytes(self.secret.reveal())
        inverse = curve.hidden_inverse(key + exponent, self.entropy)
        point = curve.hidden_sum([(statement.point, inverse)], self.entropy)
        return Signature(point, exponent).encode()


def sign(signer: BbsSigner, *, header: bytes, messages: Sequence[bytes]) -> bytes:
    """Sign a header and messages, whose order matters (section 3.5.1); return 80 bytes.

    Raises:
        MalformedError: `bbs.messages` for more than the limit.
    """
    statement = prepare(signer.public_key, header=header, messages=messages, suite=signer.suite)
    return signer.sign(statement)
