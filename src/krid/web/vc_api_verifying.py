"""What the VC API verifies: credentials and presentations of every form, under each prefix."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, final

from krid._core import jcs, strict_json
from krid._core.clock import Clock
from krid._core.strict_json import Json, JsonObject
from krid.did import Purpose, Resolver
from krid.errors import Code, ContentError, MalformedError, UnsupportedError
from krid.model import StatusEntry, parse_bitstring_entries
from krid.model.w3c import Enveloped, EnvelopedKind, Presentation
from krid.proofs import (
    ContextRule,
    PlainSuite,
    check_challenge,
    check_domain,
    check_period,
    check_purpose,
    input_document,
    parse_proofs,
)
from krid.vcdi import InlineContexts, OtherSigners, Suites, Verification, parse_credential
from krid.vcdi.contexts import check_written
from krid.vcdi.installed import check_installed
from krid.web.vc_api_issuers import SKEW, AnyDid, authentication_key, check_related
from krid.web.vc_api_jose import Envelopes
from krid.web.vc_api_status import StatusBooks

_PROOF: Final = "proof"


@final
@dataclass(frozen=True, slots=True)
class Verifying:
    """Verifies credentials and presentations, and looks up what status they have."""

    suites: Suites
    resolver: Resolver
    clock: Clock
    statuses: StatusBooks

    def verify(self, credential: JsonObject) -> None:
        """Verify the proofs, the dates and the status of a credential.

        Of related resources those are checked that krid brings along: none is fetched.
        """
        if _is(credential, EnvelopedKind.CREDENTIAL):
            envelopes = Envelopes(self.resolver, self.clock)
            read = envelopes.credential(Enveloped.parse(credential))
            self.statuses.check(read.status, issuer=read.issuer, signer=read.signer)
        else:
            self._verify_embedded(credential)

    def verify_presentation(
        self, presentation: JsonObject, *, challenge: str | None, domain: str | None
    ) -> None:
        """Verify a presentation, if it is signed, and the credentials in it, which must be."""
        if _is(presentation, EnvelopedKind.PRESENTATION):
            envelopes = Envelopes(self.resolver, self.clock)
            enveloped = Enveloped.parse(presentation)
            shown = envelopes.presentation(enveloped, challenge=challenge, domain=domain)
            presentation = dict(shown.document)
        else:
            Presentation.from_document(presentation)
            if _PROOF in presentation:
                self._check_signed(presentation, challenge, domain)
            elif challenge is not None or domain is not None:
                raise ContentError(Code.W3C_UNSECURED)
        for credential in _contents(presentation):
            self.verify(credential)

    def _verify_embedded(self, credential: JsonObject) -> None:
        believed = AnyDid(self.resolver)
        verification = Verification(
            self.suites, believed, InlineContexts.ALLOWED, OtherSigners.ALLOWED
        )
        parsed = parse_credential(strict_json.dumps(credential))
        check_related(parsed.credential)
        found = verification.credential(parsed, now=self.clock.now(), skew=SKEW)
        entries = _entries(credential)
        self.statuses.check(entries, issuer=found.signer.issuer, signer=found.signer)

    def _check_signed(
        self, presentation: JsonObject, challenge: str | None, domain: str | None
    ) -> None:
        proofs = parse_proofs(presentation)
        check_installed(proofs)
        for proof in proofs:
            suite = self.suites.find(proof.cryptosuite)
            if not isinstance(suite, PlainSuite):
                raise UnsupportedError(Code.DI_SUITE, "of a presentation")
            check_purpose(proof, Purpose.AUTHENTICATION.value)
            check_period(proof, now=self.clock.now(), skew=SKEW)
            if challenge is not None:
                check_challenge(proof, challenge)
            if domain is not None:
                check_domain(proof, frozenset({domain}))
            key = authentication_key(self.resolver, proof.verification_method)
            document = input_document(presentation, proof.previous, proofs)
            if suite.context is ContextRule.OF_DOCUMENT:
                own = jcs.without(document, "verifiableCredential")
                check_written(own, proof, InlineContexts.ALLOWED, self.suites.processor)
            suite.verify(document, proof, key=key)


def _is(members: Mapping[str, Json], kind: EnvelopedKind) -> bool:
    named = members.get("type")
    return named == kind.value or (isinstance(named, list) and kind.value in named)


def _entries(credential: JsonObject) -> tuple[StatusEntry, ...]:
    if "credentialStatus" not in credential:
        return ()
    return parse_bitstring_entries(credential["credentialStatus"])


def _contents(presentation: Mapping[str, Json]) -> Iterator[JsonObject]:
    value = presentation.get("verifiableCredential", [])
    for each in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(each, Mapping):
            raise MalformedError(Code.W3C_CONTENTS)
        yield dict(each)
