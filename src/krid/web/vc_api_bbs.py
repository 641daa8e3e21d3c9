"""bbs-2023 behind the VC API (extra `krid[bbs]`)."""

from dataclasses import dataclass, field
from typing import Final, final

from krid._core import jcs, strict_json
from krid._core.clock import Clock
from krid._core.strict_json import JsonObject
from krid.bbs import LocalBbsKey
from krid.did.bbs_keys import did_key_of
from krid.proofs import ProofOptions
from krid.proofs.chain import PROOF
from krid.vcdi import Suites, parse_credential
from krid.vcdi import issue as issuing
from krid.vcdi.contexts import with_proof_terms
from krid.web.vc_api_issuers import check_issuer

PREFIX: Final = "/bbs-2023"


@final
@dataclass(frozen=True, slots=True)
class BbsSigning:
    """Issues, and derives for no presentation header."""

    suites: Suites
    key: LocalBbsKey
    clock: Clock = field(repr=False)

    @property
    def did(self) -> str:
        """The issuer."""
        return str(did_key_of(self.key.public_key))

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        """Add a base proof."""
        check_issuer(credential, self.did)
        options = ProofOptions(
            verification_method=f"{self.did}#{self.key.public_key.multikey}",
            purpose=issuing.PURPOSE,
            created=self.clock.now(),
        )
        prepared = self.suites.anonymous.prepare_base(
            with_proof_terms(credential),
            options,
            mandatory=mandatory_pointers,
            public_key=self.key.public_key,
            entropy=self.suites.entropy,
        )
        return prepared.sign_with(self.key)

    def derive(self, credential: JsonObject, *, selective_pointers: tuple[str, ...]) -> JsonObject:
        """Show what the pointers select."""
        (proof, *_) = parse_credential(strict_json.dumps(credential)).proofs
        return self.suites.anonymous.derive(
            jcs.without(credential, PROOF),
            proof,
            selective=selective_pointers,
            presentation_header=b"",
        )
