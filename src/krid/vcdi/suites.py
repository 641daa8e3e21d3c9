"""The cryptosuites: a closed set, whatever proofs may name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias, final

from krid._core.entropy import Entropy, system_entropy
from krid._core.strict_json import Json
from krid.errors import Code, MisuseError, UnsupportedError
from krid.keys import Alg
from krid.ld import BUNDLED_PROCESSOR, HashAlg, Processor
from krid.proofs import ECDSA_JCS, EDDSA_JCS, ContextRule, PlainSuite, Proof, Transform
from krid.vcdi import ecdsa_sd
from krid.vcdi.bbs_seen import BBS_2023
from krid.vcdi.ecdsa_sd import EcdsaSd

if TYPE_CHECKING:
    from krid.vcdi.bbs2023.suite import Bbs2023

ECDSA_SD: Final = ecdsa_sd.NAME

Suite: TypeAlias = "PlainSuite | EcdsaSd | Bbs2023"
"""A suite: one signature over all, one for each statement, or one of BBS."""


def rdf_transform(processor: Processor) -> Transform:
    """Bring objects into canonical N-Quads, with contexts of the processor's."""

    def transform(value: Mapping[str, Json], digest: str) -> bytes:
        return processor.canonicalize(value, hash_alg=HashAlg(digest)).text.encode()

    return transform


@final
@dataclass(frozen=True, slots=True)
class Suites:
    """The suites, over the contexts of one processor.

    `entropy` makes two proofs that are derived with bbs-2023 of one credential unlike each other.
    """

    processor: Processor = field(default=BUNDLED_PROCESSOR, repr=False)
    entropy: Entropy = field(default=system_entropy, repr=False)

    @property
    def plain(self) -> tuple[PlainSuite, ...]:
        """The suites that sign a document with one signature."""
        transform = rdf_transform(self.processor)
        ecdsa = frozenset({Alg.ES256, Alg.ES384})
        rule = ContextRule.OF_DOCUMENT
        return (
            PlainSuite("eddsa-rdfc-2022", frozenset({Alg.EDDSA}), transform, rule),
            EDDSA_JCS,
            PlainSuite("ecdsa-rdfc-2019", ecdsa, transform, rule),
            ECDSA_JCS,
        )

    @property
    def selective(self) -> EcdsaSd:
        """The suite that signs each statement."""
        return EcdsaSd(self.processor)

    @property
    def anonymous(self) -> "Bbs2023":
        """The suite whose derived proofs nobody can link.

        Raises:
            MisuseError: `misuse.extra` without `krid[bbs]`.
        """
        from krid.vcdi.bbs2023.suite import Bbs2023

        return Bbs2023(self.processor, self.entropy)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all suites, as proofs give them."""
        return (*(suite.name for suite in self.plain), ECDSA_SD, BBS_2023)

    def knows(self, name: str) -> bool:
        """Tell whether a suite is among them."""
        return name in self.names

    def find(self, name: str) -> Suite:
        """Find a suite by what a proof says.

        Raises:
            UnsupportedError: `di.suite`.
            MisuseError: `misuse.extra`.
        """
        if name == ECDSA_SD:
            return self.selective
        if name == BBS_2023:
            return self.anonymous
        for suite in self.plain:
            if suite.name == name:
                return suite
        raise UnsupportedError(Code.DI_SUITE)

    def plain_named(self, name: str) -> PlainSuite:
        """Find a plain suite by a caller's word.

        Raises:
            MisuseError: `misuse.option`.
        """
        for suite in self.plain:
            if suite.name == name:
                return suite
        raise MisuseError(Code.MISUSE_OPTION, "suite")

    def for_key(self, alg: Alg, rule: ContextRule = ContextRule.OF_DOCUMENT) -> PlainSuite:
        """Choose the suite over RDF, or by another rule over JSON, that signs with a key.

        Raises:
            MisuseError: `alg.key` when no suite signs with it.
        """
        for suite in self.plain:
            if suite.context is rule and alg in suite.algs:
                return suite
        raise MisuseError(Code.ALG_KEY)

    def rule_of(self, proofs: Sequence[Proof]) -> ContextRule:
        """Tell whether proofs are all over JSON, whose terms no context needs to define."""
        over_json = {suite.name for suite in self.plain if suite.context is ContextRule.IN_PROOF}
        if all(proof.cryptosuite in over_json for proof in proofs):
            return ContextRule.IN_PROOF
        return ContextRule.OF_DOCUMENT
