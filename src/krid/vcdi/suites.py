"""The cryptosuites that sign a whole credential: a closed set, whatever proofs may name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from krid._core.strict_json import Json
from krid.errors import Code, MisuseError, UnsupportedError
from krid.keys import Alg
from krid.ld import BUNDLED_PROCESSOR, HashAlg, Processor
from krid.proofs import ECDSA_JCS, EDDSA_JCS, ContextRule, PlainSuite, Proof, Transform
from krid.vcdi import ecdsa_sd
from krid.vcdi.ecdsa_sd import EcdsaSd

ECDSA_SD: Final = ecdsa_sd.NAME


def rdf_transform(processor: Processor) -> Transform:
    """Bring objects into canonical N-Quads, with contexts of the processor's."""

    def transform(value: Mapping[str, Json], digest: str) -> bytes:
        return processor.canonicalize(value, hash_alg=HashAlg(digest)).text.encode()

    return transform


@final
@dataclass(frozen=True, slots=True)
class Suites:
    """The suites, over the contexts of one processor."""

    processor: Processor = field(default=BUNDLED_PROCESSOR, repr=False)

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

    def knows(self, name: str) -> bool:
        """Tell whether a suite is among them."""
        return name == ECDSA_SD or any(suite.name == name for suite in self.plain)

    def find(self, name: str) -> PlainSuite | EcdsaSd:
        """Find a suite by what a proof says.

        Raises:
            UnsupportedError: `di.suite`.
        """
        if name == ECDSA_SD:
            return self.selective
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
