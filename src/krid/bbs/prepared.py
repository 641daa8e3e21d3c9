"""Something that lacks nothing but a signature of BBS: prepare, sign, complete."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar, final

from krid.bbs.signature import Statement
from krid.bbs.signer import BbsSigner
from krid.errors import Code, MisuseError

T = TypeVar("T")
U = TypeVar("U")


@final
@dataclass(frozen=True, slots=True)
class PreparedBbs(Generic[T]):
    """A statement to sign, and what its signature of 80 bytes makes of it.

    It does not verify the signature that completes it.
    """

    statement: Statement
    finish: Callable[[bytes], T] = field(repr=False)

    def sign_with(self, signer: BbsSigner) -> T:
        """Let a signer sign, and complete.

        Raises:
            MisuseError: `alg.key` when the signer is of another ciphersuite or key.
        """
        statement = self.statement
        if signer.suite is not statement.suite or signer.public_key != statement.public_key:
            raise MisuseError(Code.ALG_KEY)
        return self.finish(signer.sign(statement))

    def then(self, step: Callable[[T], U]) -> "PreparedBbs[U]":
        """Return the same preparation with one more step after completion."""
        return PreparedBbs(self.statement, lambda signature: step(self.finish(signature)))
