"""Status list credentials that carry their proof with them (Data Integrity 1.0)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid._core import strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, ContentError, SignatureError, UnsupportedError
from krid.keys import Alg, PublicKey
from krid.ld import Processor
from krid.model import IssuerHint
from krid.proofs import (
    ContextRule,
    PlainSuite,
    Proof,
    check_purpose,
    input_document,
    parse_proofs,
)
from krid.status.securing import TYPE, issuer_of
from krid.vcdi import InlineContexts, Suites
from krid.vcdi import issue as issuing
from krid.vcdi.contexts import check_written

_FORMAT: Final = "ldp_vc"
_P384_SIGNATURE: Final = 96


@final
@dataclass(frozen=True, slots=True)
class EmbeddedProof:
    """Credentials with one proof of a suite that signs them whole; a `ListSecuring`."""

    suites: Suites = field(default_factory=Suites)

    @property
    def media_types(self) -> tuple[str, ...]:
        """That of a credential (VCDM 2.0, section 6.2.1)."""
        return ("application/vc",)

    def parse(self, raw: bytes) -> "EmbeddedCredential":
        """Read the credential and its proof.

        Raises:
            MalformedError: a `json.*` code, `di.no_proof`, `di.syntax`, `di.purpose`,
                `status.syntax`.
            UnsupportedError: `di.suite` for another suite, or several proofs.
            ContentError: `di.method` for a key that is not the issuer's.
        """
        document = strict_json.loads_object(raw)
        proofs = parse_proofs(document)
        suite = self.suites.find(proofs[0].cryptosuite)
        if len(proofs) != 1 or not isinstance(suite, PlainSuite):
            raise UnsupportedError(Code.DI_SUITE, "of a status list")
        check_purpose(proofs[0], issuing.PURPOSE)
        return EmbeddedCredential(
            document, _hint(document, proofs[0]), suite, proofs[0], self.suites.processor
        )


@final
@dataclass(frozen=True, slots=True)
class EmbeddedCredential:
    """A status list credential with its proof as it came."""

    credential: JsonObject = field(repr=False)
    hint: IssuerHint
    suite: PlainSuite = field(repr=False)
    proof: Proof = field(repr=False)
    processor: Processor = field(repr=False)

    @property
    def begins(self) -> datetime | None:
        """When the proof was made, where it says so."""
        return self.proof.created

    @property
    def ends(self) -> datetime | None:
        """When the proof expires, where it does."""
        return self.proof.expires

    def verify(self, key: PublicKey) -> None:
        """Check the proof, whenever that is.

        Raises:
            SignatureError: `status.signature`.
            MalformedError: `ld.inline`, `ld.hidden` where statements alone are signed.
            KridError: as the suite, for a document that it can't process.
        """
        document = input_document(self.credential, (), ())
        if self.suite.context is ContextRule.OF_DOCUMENT:
            check_written(document, self.proof, InlineContexts.REFUSED, self.processor)
        try:
            self.suite.verify(document, self.proof, key=key)
        except SignatureError as cause:
            raise SignatureError(Code.STATUS_SIGNATURE) from cause


def _hint(document: JsonObject, proof: Proof) -> IssuerHint:
    issuer, method = issuer_of(document), proof.verification_method
    if issuer.startswith("did:") and method.partition("#")[0] != issuer:
        raise ContentError(Code.DI_METHOD)
    alg = Alg.ES384 if len(proof.value) == _P384_SIGNATURE else Alg.ES256
    return IssuerHint(
        format=_FORMAT,
        type=TYPE,
        alg=Alg.EDDSA if proof.cryptosuite.startswith("eddsa-") else alg,
        issuer=issuer,
        key_id=method,
    )
