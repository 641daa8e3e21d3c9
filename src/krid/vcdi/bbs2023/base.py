"""Base proofs of bbs-2023: an issuer makes one, the holder checks it (vc-di-bbs, section 3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from krid._core.entropy import Entropy
from krid._core.redact import same
from krid._core.strict_json import Json, JsonObject
from krid.bbs import BbsPublicKey, PreparedBbs
from krid.errors import Code, MalformedError, MisuseError, SignatureError
from krid.ld import Grouped, Processor, canonicalize_and_group
from krid.vcdi.bbs2023 import hashing
from krid.vcdi.bbs2023.holder_secrets import Secrets, Showing
from krid.vcdi.bbs2023.issuer_bindings import IssuerBinding
from krid.vcdi.bbs2023.labels import shuffled_labels
from krid.vcdi.bbs2023.values import BaseProofValue

_HMAC_KEY: Final = 32
_MANDATORY: Final = "mandatory"
_COMBINED: Final = "combined"


def prepare(
    document: Mapping[str, Json],
    *,
    options: Mapping[str, Json],
    mandatory_pointers: Sequence[str],
    public_key: BbsPublicKey,
    binding: IssuerBinding,
    processor: Processor,
    entropy: Entropy,
) -> PreparedBbs[JsonObject]:
    """Prepare a base proof over a credential without one (section 3.4.1).

    `options` are the members of the proof but its value. What mandatory pointers select is in
    every proof that is derived.

    Raises:
        UnsupportedError: `di.suite`; `ld.context_unknown`.
        MalformedError: `di.syntax`, `di.pointer_twice`, `ld.pointer` and others of JSON-LD;
            `bbs.messages`; `bbs.length`, `bbs.point`, `bbs.scalar` of a commitment.
        SignatureError: `bbs.commitment`.
        MisuseError: `misuse.extra`.
    """
    chosen = hashing.options_of(options)
    if len(set(mandatory_pointers)) != len(mandatory_pointers):
        raise MalformedError(Code.DI_POINTER_TWICE)
    hmac_key = entropy(_HMAC_KEY)
    taken = canonicalize_and_group(
        processor,
        document,
        labels=shuffled_labels(hmac_key),
        groups={_MANDATORY: mandatory_pointers},
    ).groups[_MANDATORY]
    header = hashing.header(processor, document, chosen, taken.matching.values())
    messages = [line.encode() for line in taken.other.values()]

    def finish(signature: bytes) -> JsonObject:
        value = BaseProofValue(
            binding.feature,
            signature,
            header,
            public_key.octets,
            hmac_key,
            tuple(mandatory_pointers),
            binding.signer_nym_entropy,
        )
        return {**document, "proof": {**chosen, "proofValue": value.encode()}}

    return PreparedBbs(binding.statement(public_key, header, messages), finish)


@final
@dataclass(frozen=True, slots=True)
class OpenedBase:
    """A base proof with the document it is over, taken apart; its signature is not checked yet."""

    document: JsonObject = field(repr=False)
    proof: Mapping[str, Json] = field(repr=False)
    value: BaseProofValue = field(repr=False)
    taken: Grouped = field(repr=False)

    @property
    def messages(self) -> list[bytes]:
        """The statements that may be hidden."""
        return [line.encode() for line in self.taken.groups[_MANDATORY].other.values()]


def open_base(
    secured: Mapping[str, Json],
    *,
    selective_pointers: Sequence[str],
    issuer_key: BbsPublicKey,
    processor: Processor,
) -> OpenedBase:
    """Take a credential with a base proof apart, and compare its header and key.

    Raises:
        UnsupportedError: `di.suite`; `ld.context_unknown`.
        MalformedError: `di.no_proof`, `di.syntax`, `di.proof_value`, `di.proof_header`,
            `di.pointer_twice`, `di.context`, and those of JSON-LD.
        SignatureError: `di.signature` when the document, the options or the key are not those
            that were signed.
    """
    document, proof = split(secured)
    options = hashing.options_of(proof)
    value = BaseProofValue.parse(hashing.value_of(proof))
    taken = canonicalize_and_group(
        processor,
        document,
        labels=shuffled_labels(value.hmac_key),
        groups={
            _MANDATORY: value.mandatory_pointers,
            _COMBINED: [*value.mandatory_pointers, *selective_pointers],
        },
    )
    mandatory = taken.groups[_MANDATORY].matching.values()
    header = hashing.header(processor, document, options, mandatory)
    if not same(header, value.header) or value.public_key != issuer_key.octets:
        raise SignatureError(Code.DI_SIGNATURE)
    return OpenedBase(document, proof, value, taken)


def accept(
    secured: Mapping[str, Json],
    *,
    issuer_key: BbsPublicKey,
    secrets: Secrets,
    processor: Processor,
    entropy: Entropy,
) -> None:
    """Check, as the holder, a credential with a base proof before it is kept.

    Does not check dates, status, nor that the key is the issuer's.

    Raises:
        UnsupportedError, MalformedError: as `derive`.
        SignatureError: `di.signature`.
        MisuseError: `misuse.option` for secrets of another feature.
    """
    opened = open_base(secured, selective_pointers=[], issuer_key=issuer_key, processor=processor)
    check_feature(opened, secrets)
    showing = Showing(issuer_key, opened.value, opened.messages, (), b"", entropy)
    try:
        secrets.check(showing)
    except SignatureError as cause:
        raise SignatureError(Code.DI_SIGNATURE) from cause


def check_feature(opened: OpenedBase, secrets: Secrets) -> None:
    """Refuse secrets of another feature than the credential has."""
    if opened.value.feature is not secrets.feature:
        raise MisuseError(Code.MISUSE_OPTION, "secrets of another feature")


def split(secured: Mapping[str, Json]) -> tuple[JsonObject, Mapping[str, Json]]:
    """Part a secured document into the document and its one proof.

    Raises:
        MalformedError: `di.no_proof`; `di.syntax` for another shape, or several proofs.
    """
    if "proof" not in secured:
        raise MalformedError(Code.DI_NO_PROOF)
    proof = secured["proof"]
    if isinstance(proof, list | tuple) and len(proof) == 1:
        proof = proof[0]
    if not isinstance(proof, Mapping):
        raise MalformedError(Code.DI_SYNTAX, "proof")
    return {name: value for name, value in secured.items() if name != "proof"}, proof
