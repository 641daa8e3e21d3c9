"""What stands behind the VC API: the suites of Data Integrity with keys of their own.

Each prefix is a suite and, where it has several, a type of key. The issuers are did:keys. To test
suites every issuer whose DID resolves is one to believe, which no real verifier does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, final

from krid._core import jcs, strict_json
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.strict_json import Json, JsonObject
from krid.did import Purpose, Resolver
from krid.errors import Code, ContentError, MalformedError, TrustError, UnsupportedError
from krid.keys import Alg, LocalKey
from krid.model import IssuerHint, IssuerKey
from krid.model.w3c import Credential, Presentation
from krid.proofs import (
    PlainSuite,
    ProofOptions,
    check_challenge,
    check_domain,
    check_period,
    check_purpose,
    input_document,
    parse_proofs,
    with_proof,
)
from krid.vcdi import (
    InlineContexts,
    SecuredCredential,
    Suites,
    Verification,
    parse_credential,
)
from krid.vcdi import issue as issuing
from krid.vcdi.ecdsa_sd import ProofSecrets
from krid.vcdi.holder import did_of, method_of
from krid.web.vc_api import VcService

_PROOF: Final = "proof"
_SKEW: Final = timedelta(seconds=60)
_HMAC_KEY: Final = 32
_KEY_NAMES: Final = {Alg.EDDSA: "ed25519", Alg.ES256: "p-256", Alg.ES384: "p-384"}


@final
@dataclass(frozen=True, slots=True)
class AnyDid:
    """Believes whoever controls a DID, by the key that the proof names."""

    resolver: Resolver

    def find(self, hint: IssuerHint, *, now: object) -> IssuerKey:
        """Return the assertion key of the DID in the key's identifier.

        Raises:
            TrustError: `trust.unknown_issuer` when it is no DID URL.
            ResolutionError: the document can't be had, or does not list the key.
        """
        del now
        did, _, fragment = (hint.key_id or "").partition("#")
        if not did.startswith("did:") or not fragment:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        key = self.resolver.resolve(did).document.assertion_key(f"#{fragment}")
        return IssuerKey(key=key, issuer=did, path=f"#{fragment} of {did}")


@final
@dataclass(frozen=True, slots=True)
class Verifying:
    """Verifies credentials and presentations with any suite but bbs-2023."""

    suites: Suites
    resolver: Resolver
    clock: Clock

    def verify(self, credential: JsonObject) -> None:
        """Verify the proofs and the dates of a credential."""
        now = self.clock.now()
        verification = Verification(self.suites, AnyDid(self.resolver), InlineContexts.ALLOWED)
        verification.credential(_parsed(credential), now=now, skew=_SKEW)

    def verify_presentation(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> None:
        """Verify a presentation, if it is signed, and the credentials in it, which must be."""
        Presentation.from_document(presentation)
        if _PROOF in presentation:
            self._check_signed(presentation, challenge, domain)
        elif challenge is not None or domain is not None:
            raise ContentError(Code.W3C_UNSECURED)
        for credential in _embedded(presentation):
            self.verify(credential)

    def _check_signed(
        self, presentation: JsonObject, challenge: str | None, domain: str | None
    ) -> None:
        proofs = parse_proofs(presentation)
        for proof in proofs:
            suite = self.suites.find(proof.cryptosuite)
            if not isinstance(suite, PlainSuite):
                raise UnsupportedError(Code.DI_SUITE, "of a presentation")
            check_purpose(proof, Purpose.AUTHENTICATION.value)
            check_period(proof, now=self.clock.now(), skew=_SKEW)
            if challenge is not None:
                check_challenge(proof, challenge)
            if domain is not None:
                check_domain(proof, frozenset({domain}))
            did, _, fragment = proof.verification_method.partition("#")
            document = self.resolver.resolve(did).document
            key = document.authentication_key(f"#{fragment}")
            suite.verify(input_document(presentation, proof.previous, proofs), proof, key=key)


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
        _check_issuer(credential, did_of(self.key.public_key))
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

    def _signed(self, document: JsonObject, options: ProofOptions) -> JsonObject:
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
        _check_issuer(credential, did_of(self.key.public_key))
        options = ProofOptions(
            verification_method=method_of(self.key.public_key),
            purpose=issuing.PURPOSE,
            created=self.clock.now(),
        )
        secrets = ProofSecrets(LocalKey.generate(Alg.ES256), self.entropy(_HMAC_KEY))
        prepared = self.suites.selective.prepare_base(
            credential, options, mandatory=mandatory_pointers, secrets=secrets
        )
        return with_proof(credential, prepared.sign_with(self.key))

    def derive(self, credential: JsonObject, *, selective_pointers: tuple[str, ...]) -> JsonObject:
        """Show what the pointers select."""
        secured = _parsed(credential)
        bare = jcs.without(credential, _PROOF)
        (proof, *_) = secured.proofs
        return self.suites.selective.derive(bare, proof, selective=selective_pointers)


def data_integrity_services(
    *, resolver: Resolver, clock: Clock, entropy: Entropy
) -> dict[str, tuple[str, VcService]]:
    """Make services with new keys: by prefix, the did:key that issues and the service."""
    suites = Suites()
    verifying = Verifying(suites, resolver, clock)
    services = dict(_plain_services(suites, verifying, clock))
    key = LocalKey.generate(Alg.ES256)
    selective = EcdsaSdSigning(suites, key, clock, entropy)
    services["/ecdsa-sd-2023/p-256"] = (
        did_of(key.public_key),
        VcService(
            issuer=selective,
            holder=selective,
            verifier=verifying,
            presentation_verifier=verifying,
        ),
    )
    return services


def _plain_services(
    suites: Suites, verifying: Verifying, clock: Clock
) -> Iterator[tuple[str, tuple[str, VcService]]]:
    for suite in suites.plain:
        for alg in sorted(suite.algs, key=lambda each: each.jose):
            key = LocalKey.generate(alg)
            signing = PlainSigning(suite, key, clock)
            service = VcService(
                issuer=signing,
                verifier=verifying,
                presenter=signing,
                presentation_verifier=verifying,
            )
            yield f"/{suite.name}/{_KEY_NAMES[alg]}", (did_of(key.public_key), service)


def _check_issuer(credential: JsonObject, did: str) -> None:
    """Read a credential that is to be issued, and whether its issuer is this one.

    Raises:
        ContentError: `di.method` for another issuer.
        KridError: as `Credential.from_document`.
    """
    if Credential.from_document(credential).issuer.id != did:
        raise ContentError(Code.DI_METHOD)


def _parsed(document: Mapping[str, Json]) -> SecuredCredential:
    return parse_credential(strict_json.dumps(dict(document)))


def _embedded(presentation: JsonObject) -> Iterator[JsonObject]:
    value = presentation.get("verifiableCredential", [])
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            raise MalformedError(Code.W3C_CONTENTS)
        yield each
