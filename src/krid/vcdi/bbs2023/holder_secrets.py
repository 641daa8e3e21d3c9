"""The holder's side of what ties a credential to its holder (vc-di-bbs, section 4).

Each kind of secrets checks a signature made for it and proves it; none of them ever leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeAlias, final

from krid._core.entropy import Entropy
from krid._core.redact import Secret
from krid.bbs import BbsPublicKey, ProverBlind, ProverNym, blind, prove, pseudonym, verify
from krid.vcdi.bbs2023.issuer_bindings import SUITE
from krid.vcdi.bbs2023.values import BaseProofValue, Nym
from krid.vcdi.bbs_feature import Feature


@final
class HolderSecret(Secret):
    """What a credential is bound to: at least 32 random bytes, the same for all credentials."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class Showing:
    """What is to be proved: an issuer's signature over messages, some of them shown."""

    key: BbsPublicKey
    base: BaseProofValue = field(repr=False)
    messages: Sequence[bytes] = field(repr=False)
    shown: Sequence[int]
    presentation_header: bytes
    entropy: Entropy = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class NoSecrets:
    """The credential is bound to nothing."""

    feature: ClassVar[Feature] = Feature.BASELINE

    def check(self, showing: Showing) -> None:
        """Check the signature alone."""
        verify(
            showing.key,
            showing.base.signature,
            header=showing.base.header,
            messages=showing.messages,
            suite=SUITE,
        )

    def prove(self, showing: Showing) -> tuple[bytes, Nym | None]:
        """Make the proof."""
        proof = prove(
            showing.key,
            showing.base.signature,
            header=showing.base.header,
            presentation_header=showing.presentation_header,
            messages=showing.messages,
            disclosed=showing.shown,
            suite=SUITE,
            entropy=showing.entropy,
        )
        return proof, None


@final
@dataclass(frozen=True, slots=True)
class HolderSecrets:
    """The secret that a credential is bound to, and the blind of its commitment."""

    secret: HolderSecret
    blind: ProverBlind

    feature: ClassVar[Feature] = Feature.HOLDER_BINDING

    def check(self, showing: Showing) -> None:
        """Check the signature alone."""
        blind.verify(
            showing.key,
            showing.base.signature,
            header=showing.base.header,
            messages=showing.messages,
            committed_messages=[self.secret.reveal()],
            blind=self.blind,
            suite=SUITE,
            entropy=showing.entropy,
        )

    def prove(self, showing: Showing) -> tuple[bytes, Nym | None]:
        """Make the proof."""
        proof = blind.prove(
            showing.key,
            showing.base.signature,
            header=showing.base.header,
            presentation_header=showing.presentation_header,
            messages=showing.messages,
            committed_messages=[self.secret.reveal()],
            disclosed=showing.shown,
            disclosed_committed=(),
            blind=self.blind,
            suite=SUITE,
            entropy=showing.entropy,
        )
        return proof, None


@final
@dataclass(frozen=True, slots=True)
class PseudonymSecrets:
    """The holder's half of a pseudonym's secret, and the domain to be known in."""

    prover_nym: ProverNym
    blind: ProverBlind
    domain: str

    feature: ClassVar[Feature] = Feature.PSEUDONYM

    def check(self, showing: Showing) -> None:
        """Check the signature alone."""
        _check_with_nym(showing, self.prover_nym, self.blind, [])

    def prove(self, showing: Showing) -> tuple[bytes, Nym | None]:
        """Make the proof and the pseudonym."""
        return _prove_with_nym(showing, self.prover_nym, self.blind, [], domain=self.domain)


@final
@dataclass(frozen=True, slots=True)
class HolderPseudonymSecrets:
    """The secrets of both: what the credential is bound to, and the half of a pseudonym's."""

    secret: HolderSecret
    prover_nym: ProverNym
    blind: ProverBlind
    domain: str

    feature: ClassVar[Feature] = Feature.HOLDER_BINDING_PSEUDONYM

    def check(self, showing: Showing) -> None:
        """Check the signature alone."""
        _check_with_nym(showing, self.prover_nym, self.blind, [self.secret.reveal()])

    def prove(self, showing: Showing) -> tuple[bytes, Nym | None]:
        """Make the proof and the pseudonym."""
        committed = [self.secret.reveal()]
        return _prove_with_nym(showing, self.prover_nym, self.blind, committed, domain=self.domain)


Secrets: TypeAlias = NoSecrets | HolderSecrets | PseudonymSecrets | HolderPseudonymSecrets
"""What a holder needs to show a credential."""

NO_SECRETS: Final = NoSecrets()


def _check_with_nym(
    showing: Showing, nym: ProverNym, blinding: ProverBlind, committed: Sequence[bytes]
) -> None:
    pseudonym.finalize(
        showing.key,
        showing.base.signature,
        header=showing.base.header,
        messages=showing.messages,
        committed_messages=committed,
        prover_nym=nym,
        signer_nym_entropy=showing.base.signer_nym_entropy,
        blind=blinding,
        suite=SUITE,
        entropy=showing.entropy,
    )


def _prove_with_nym(
    showing: Showing,
    nym: ProverNym,
    blinding: ProverBlind,
    committed: Sequence[bytes],
    *,
    domain: str,
) -> tuple[bytes, Nym | None]:
    proof, made = pseudonym.prove(
        showing.key,
        showing.base.signature,
        header=showing.base.header,
        presentation_header=showing.presentation_header,
        secret=pseudonym.nym_secret(nym, showing.base.signer_nym_entropy),
        context=domain.encode(),
        messages=showing.messages,
        committed_messages=committed,
        disclosed=showing.shown,
        disclosed_committed=(),
        blind=blinding,
        suite=SUITE,
        entropy=showing.entropy,
    )
    return proof, Nym(domain, made)
