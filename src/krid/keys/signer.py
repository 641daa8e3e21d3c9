"""The ports behind which private keys stay, and signing in three steps.

Issuing and presenting are *prepare, sign, complete*: krid prepares the bytes, anything may sign
them (this process, an HSM, a phone's secure hardware, a person's second factor), krid completes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar, final, runtime_checkable

from krid._core.arguments import able
from krid.errors import Code, MisuseError
from krid.keys.alg import Alg
from krid.keys.public import PublicKey

T = TypeVar("T")
U = TypeVar("U")


@runtime_checkable
class Signer(Protocol):
    """Something that signs with a private key which never leaves it."""

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies what this signer signs."""
        ...

    @property
    def alg(self) -> Alg:
        """The algorithm it signs with."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign a message that is not hashed yet; ECDSA gives r and s side by side."""
        ...


class KeyAgreement(Protocol):
    """Something that agrees on a secret with a private key which never leaves it."""

    @property
    def public_key(self) -> PublicKey:
        """The key to hand to the other side."""
        ...

    def exchange(self, peer: PublicKey) -> bytes:
        """Return the shared secret Z of ECDH with the other side's key, on the same curve."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Prepared(Generic[T]):
    """Something that lacks nothing but a signature.

    `to_be_signed` are the bytes to sign with `alg`; `complete` takes the signature and returns
    the finished thing. It does not verify the signature.
    """

    to_be_signed: bytes = field(repr=False)
    alg: Alg
    finish: Callable[[bytes], T] = field(repr=False)

    def complete(self, signature: bytes) -> T:
        """Put the signature in its place, r and s side by side for ECDSA.

        Raises:
            MisuseError: `signature.length`.
        """
        if len(signature) != self.alg.signature_size:
            raise MisuseError(Code.SIGNATURE_LENGTH)
        return self.finish(signature)

    def sign_with(self, signer: Signer) -> T:
        """Let a signer sign, and complete.

        Raises:
            MisuseError: `alg.key` when the signer uses another algorithm; `misuse.type`.
        """
        able("signer", signer, "sign")
        if signer.alg is not self.alg:
            raise MisuseError(Code.ALG_KEY)
        return self.complete(signer.sign(self.to_be_signed))

    def then(self, step: Callable[[T], U]) -> "Prepared[U]":
        """Return the same preparation with one more step after completion."""
        return Prepared(self.to_be_signed, self.alg, lambda signature: step(self.finish(signature)))
