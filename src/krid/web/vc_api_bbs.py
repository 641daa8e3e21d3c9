"""bbs-2023 behind the VC API (extra `krid[bbs]`)."""

from dataclasses import dataclass, field
from typing import Final, final

from krid._core import strict_json, times
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.strict_json import JsonObject
from krid.bbs import BbsPublicKey, LocalBbsKey
from krid.did import Purpose, Resolver
from krid.did.bbs_keys import bbs_key_for, did_key_of
from krid.ld import BUNDLED_PROCESSOR
from krid.vcdi import InlineContexts, bbs2023, parse_credential
from krid.vcdi import issue as issuing
from krid.vcdi.contexts import with_proof_terms
from krid.web.vc_api_issuers import SKEW, check_issuer

PREFIX: Final = "/bbs-2023"


@final
@dataclass(frozen=True, slots=True)
class BbsSigning:
    """Issues, derives and verifies; proofs are derived for no presentation header."""

    key: LocalBbsKey
    resolver: Resolver
    clock: Clock
    entropy: Entropy = field(repr=False)

    @property
    def did(self) -> str:
        """The issuer."""
        return str(did_key_of(self.key.public_key))

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        """Add a base proof."""
        check_issuer(credential, self.did)
        options: JsonObject = {
            "type": "DataIntegrityProof",
            "cryptosuite": bbs2023.CRYPTOSUITE,
            "created": times.to_rfc3339(self.clock.now()),
            "verificationMethod": f"{self.did}#{self.key.public_key.multikey}",
            "proofPurpose": issuing.PURPOSE,
        }
        prepared = bbs2023.prepare(
            with_proof_terms(credential),
            options=options,
            mandatory_pointers=mandatory_pointers,
            public_key=self.key.public_key,
            binding=bbs2023.UNBOUND,
            processor=BUNDLED_PROCESSOR,
            entropy=self.entropy,
        )
        return prepared.sign_with(self.key)

    def derive(self, credential: JsonObject, *, selective_pointers: tuple[str, ...]) -> JsonObject:
        """Show what the pointers select."""
        _, key = self._issuer(credential)
        return bbs2023.derive(
            credential,
            selective_pointers=selective_pointers,
            presentation_header=b"",
            issuer_key=key,
            secrets=bbs2023.NO_SECRETS,
            processor=BUNDLED_PROCESSOR,
            entropy=self.entropy,
        )

    def issuer_of(self, credential: JsonObject) -> str:
        """Verify a derived proof of whoever controls the DID that it names, and return the DID."""
        issuer, key = self._issuer(credential)
        bbs2023.verify_credential(
            strict_json.dumps(credential),
            issuer=issuer,
            issuer_key=key,
            presentation_header=bbs2023.ANY_PRESENTATION_HEADER,
            nym_domain=None,
            now=self.clock.now(),
            skew=SKEW,
            processor=BUNDLED_PROCESSOR,
            inline=InlineContexts.ALLOWED,
        )
        return issuer

    def _issuer(self, credential: JsonObject) -> tuple[str, BbsPublicKey]:
        secured = parse_credential(strict_json.dumps(credential))
        did, _, fragment = secured.proofs[0].verification_method.partition("#")
        document = self.resolver.resolve(did).document
        return did, bbs_key_for(document, Purpose.ASSERTION, f"#{fragment}")
