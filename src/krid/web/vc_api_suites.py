"""Data Integrity behind the VC API: issuing, presenting and deriving with keys of its own."""

from dataclasses import dataclass, field
from typing import Final, final

from krid._core import jcs, strict_json
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.strict_json import JsonObject
from krid.did import Purpose
from krid.keys import Alg, LocalKey
from krid.model.w3c import Presentation
from krid.proofs import ContextRule, PlainSuite, ProofOptions, with_proof
from krid.vcdi import Suites, parse_credential
from krid.vcdi import issue as issuing
from krid.vcdi.contexts import with_proof_terms
from krid.vcdi.ecdsa_sd import ProofSecrets
from krid.vcdi.holder import did_of, method_of
from krid.web.vc_api_issuers import check_issuer

_PROOF: Final = "proof"
_HMAC_KEY: Final = 32
_MEDIA_TYPE: Final = "application/vc"


@final
@dataclass(frozen=True, slots=True)
class PlainSigning:
    """Issues and presents with a suite that signs a document as a whole."""

    suite: PlainSuite
    key: LocalKey
    clock: Clock

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        """Add a proof; mandatory pointers mean nothing here."""
        del mandatory_pointers
        check_issuer(credential, did_of(self.key.public_key))
        return self._signed(credential, self._options(issuing.PURPOSE))

    def present(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> JsonObject:
        """Add a proof that answers a challenge."""
        Presentation.from_document(presentation)
        options = self._options(
            Purpose.AUTHENTICATION.value,
            challenge=challenge,
            domains=() if domain is None else (domain,),
        )
        return self._signed(presentation, options)

    def _options(
        self, purpose: str, *, challenge: str | None = None, domains: tuple[str, ...] = ()
    ) -> ProofOptions:
        return ProofOptions(
            verification_method=method_of(self.key.public_key),
            purpose=purpose,
            created=self.clock.now(),
            challenge=challenge,
            domains=domains,
        )

    def secure(self, credential: JsonObject) -> tuple[str, bytes]:
        """Issue a credential: its media type, and the bytes."""
        return _MEDIA_TYPE, strict_json.dumps(self.issue(credential, mandatory_pointers=()))

    def _signed(self, document: JsonObject, options: ProofOptions) -> JsonObject:
        if self.suite.context is ContextRule.OF_DOCUMENT:
            document = with_proof_terms(document)
        bare = jcs.without(document, _PROOF)
        proof = self.suite.prepare(bare, options, alg=self.key.alg).sign_with(self.key)
        return with_proof(document, proof)


@final
@dataclass(frozen=True, slots=True)
class EcdsaSdSigning:
    """Issues and derives with ecdsa-sd-2023."""

    suites: Suites
    key: LocalKey
    clock: Clock
    entropy: Entropy = field(repr=False)

    def issue(self, credential: JsonObject, *, mandatory_pointers: tuple[str, ...]) -> JsonObject:
        """Add a base proof."""
        check_issuer(credential, did_of(self.key.public_key))
        options = ProofOptions(
            verification_method=method_of(self.key.public_key),
            purpose=issuing.PURPOSE,
            created=self.clock.now(),
        )
        credential = with_proof_terms(credential)
        secrets = ProofSecrets(LocalKey.generate(Alg.ES256), self.entropy(_HMAC_KEY))
        prepared = self.suites.selective.prepare_base(
            credential, options, mandatory=mandatory_pointers, secrets=secrets
        )
        return with_proof(credential, prepared.sign_with(self.key))

    def derive(self, credential: JsonObject, *, selective_pointers: tuple[str, ...]) -> JsonObject:
        """Show what the pointers select."""
        secured = parse_credential(strict_json.dumps(credential))
        bare = jcs.without(credential, _PROOF)
        (proof, *_) = secured.proofs
        return self.suites.selective.derive(bare, proof, selective=selective_pointers)
