"""The issuer's side of what ties a credential to its holder (vc-di-bbs, section 4).

What the holder sent is a commitment; who knows what it commits to can derive proofs, and nobody
else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeAlias, final

from krid.bbs import BbsPublicKey, Statement, Suite, blind, prepare, pseudonym
from krid.errors import Code, MalformedError
from krid.vcdi.bbs_feature import Feature

SUITE: Final = Suite.SHA256
_COMMITMENT: Final = 48 + 2 * 32
_COMMITTED: Final = 32


@final
@dataclass(frozen=True, slots=True)
class Unbound:
    """Nothing: whoever has the credential can show it."""

    feature: ClassVar[Feature] = Feature.BASELINE
    signer_nym_entropy: ClassVar[bytes] = b""

    def statement(self, key: BbsPublicKey, header: bytes, messages: Sequence[bytes]) -> Statement:
        """Prepare what is signed."""
        return prepare(key, header=header, messages=messages, suite=SUITE)


@final
@dataclass(frozen=True, slots=True)
class BoundToHolder:
    """A secret of the holder's, of which the issuer has a commitment."""

    commitment: bytes = field(repr=False)

    feature: ClassVar[Feature] = Feature.HOLDER_BINDING
    signer_nym_entropy: ClassVar[bytes] = b""

    def statement(self, key: BbsPublicKey, header: bytes, messages: Sequence[bytes]) -> Statement:
        """Prepare what is signed, with the commitment checked."""
        _check_count(self.commitment, 1)
        return blind.prepare(
            key,
            commitment_with_proof=self.commitment,
            header=header,
            messages=messages,
            suite=SUITE,
        )


@final
@dataclass(frozen=True, slots=True)
class BoundToPseudonym:
    """The secret of a pseudonym, half the holder's and half the issuer's."""

    commitment: bytes = field(repr=False)
    signer_nym_entropy: bytes = field(repr=False)

    feature: ClassVar[Feature] = Feature.PSEUDONYM

    def statement(self, key: BbsPublicKey, header: bytes, messages: Sequence[bytes]) -> Statement:
        """Prepare what is signed, with the commitment checked."""
        _check_count(self.commitment, 1)
        return _with_nym(self.commitment, self.signer_nym_entropy, key, header, messages)


@final
@dataclass(frozen=True, slots=True)
class BoundToHolderAndPseudonym:
    """A secret of the holder's, and the secret of a pseudonym."""

    commitment: bytes = field(repr=False)
    signer_nym_entropy: bytes = field(repr=False)

    feature: ClassVar[Feature] = Feature.HOLDER_BINDING_PSEUDONYM

    def statement(self, key: BbsPublicKey, header: bytes, messages: Sequence[bytes]) -> Statement:
        """Prepare what is signed, with the commitment checked."""
        _check_count(self.commitment, 2)
        return _with_nym(self.commitment, self.signer_nym_entropy, key, header, messages)


IssuerBinding: TypeAlias = Unbound | BoundToHolder | BoundToPseudonym | BoundToHolderAndPseudonym
"""What an issuer binds a credential to."""

UNBOUND: Final = Unbound()


def _with_nym(
    commitment: bytes,
    entropy: bytes,
    key: BbsPublicKey,
    header: bytes,
    messages: Sequence[bytes],
) -> Statement:
    return pseudonym.prepare(
        key,
        commitment_with_proof=commitment,
        signer_nym_entropy=entropy,
        header=header,
        messages=messages,
        suite=SUITE,
    )


def _check_count(commitment: bytes, committed: int) -> None:
    """Refuse a commitment to more or less than the feature has."""
    if len(commitment) != _COMMITMENT + committed * _COMMITTED:
        raise MalformedError(Code.BBS_LENGTH)
