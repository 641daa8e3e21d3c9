"""bbs-2023 as the roles use it: baseline, for they carry no secrets of the holder's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final

from krid._core import jcs
from krid._core.entropy import Entropy
from krid._core.strict_json import Json, JsonObject
from krid.bbs import BbsPublicKey, PreparedBbs
from krid.errors import Code, UnsupportedError
from krid.ld import Processor
from krid.proofs import Proof, ProofOptions
from krid.proofs.chain import PROOF
from krid.vcdi.bbs2023 import base
from krid.vcdi.bbs2023.derive import derive
from krid.vcdi.bbs2023.hashing import CRYPTOSUITE
from krid.vcdi.bbs2023.holder_secrets import NO_SECRETS
from krid.vcdi.bbs2023.issuer_bindings import UNBOUND
from krid.vcdi.bbs2023.values import BaseProofValue
from krid.vcdi.bbs2023.verify import ANY_PRESENTATION_HEADER, verify
from krid.vcdi.bbs_feature import Feature
from krid.vcdi.mandatory import check_mandatory


@final
@dataclass(frozen=True, slots=True)
class Bbs2023:
    """The suite, over the contexts of a processor."""

    processor: Processor = field(repr=False)
    entropy: Entropy = field(repr=False)

    @property
    def name(self) -> str:
        """The name that proofs carry as `cryptosuite`."""
        return CRYPTOSUITE

    def prepare_base(
        self,
        document: Mapping[str, Json],
        options: ProofOptions,
        *,
        mandatory: Sequence[str],
        public_key: BbsPublicKey,
        entropy: Entropy,
    ) -> PreparedBbs[JsonObject]:
        """Prepare a document without proofs and its base proof (vc-di-bbs, section 3.4.1).

        Raises:
            MisuseError: `misuse.option` for a pointer that stands there twice, is none or leads
                nowhere; `misuse.naive_time`.
            KridError: as `krid.vcdi.bbs2023.prepare`.
        """
        check_mandatory(document, mandatory)
        return base.prepare(
            document,
            options=options.members(CRYPTOSUITE),
            mandatory_pointers=mandatory,
            public_key=public_key,
            binding=UNBOUND,
            processor=self.processor,
            entropy=entropy,
        )

    def derive(
        self,
        document: Mapping[str, Json],
        proof: Proof,
        *,
        selective: Sequence[str],
        presentation_header: bytes,
    ) -> JsonObject:
        """Make what a holder shows of a document, with the derived proof in it.

        The base proof is checked by the key that it names; whose that is, is not checked.

        Raises:
            UnsupportedError: `di.suite` for a credential that is bound to secrets.
            KridError: as `krid.vcdi.bbs2023.derive`.
        """
        return derive(
            {**document, PROOF: proof.members},
            selective_pointers=selective,
            presentation_header=presentation_header,
            issuer_key=BbsPublicKey.parse(_base(proof).public_key),
            secrets=NO_SECRETS,
            processor=self.processor,
            entropy=self.entropy,
        )

    def verify(self, document: Mapping[str, Json], proof: Proof, *, key: BbsPublicKey) -> None:
        """Verify a derived proof over a document, given without it (section 3.4.7).

        Its presentation header is not compared; `moment` does that.

        Raises:
            BindingError: `di.pseudonym` for one with a pseudonym, which nobody asked for.
            KridError: as `krid.vcdi.bbs2023.verify`.
        """
        verify(
            {**jcs.without(document, PROOF), PROOF: proof.members},
            issuer_key=key,
            presentation_header=ANY_PRESENTATION_HEADER,
            nym_domain=None,
            processor=self.processor,
        )

    def verify_base(self, document: Mapping[str, Json], proof: Proof, *, key: BbsPublicKey) -> None:
        """Verify a base proof as the holder who receives it.

        Raises:
            UnsupportedError: `di.suite` for a credential that is bound to secrets.
            KridError: as `krid.vcdi.bbs2023.accept`.
        """
        _base(proof)
        base.accept(
            {**document, PROOF: proof.members},
            issuer_key=key,
            secrets=NO_SECRETS,
            processor=self.processor,
            entropy=self.entropy,
        )


def _base(proof: Proof) -> BaseProofValue:
    value = BaseProofValue.parse(str(proof.members["proofValue"]))
    if value.feature is not Feature.BASELINE:
        raise UnsupportedError(Code.DI_SUITE, "bound to secrets of its holder")
    return value
