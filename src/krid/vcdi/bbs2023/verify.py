"""Verifying derived proofs of bbs-2023 (vc-di-bbs, sections 3.3.8 and 3.4.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Final, final

from krid._core.strict_json import Json, JsonObject
from krid.bbs import BbsPublicKey, blind, pseudonym, verify_proof
from krid.errors import BindingError, Code, MalformedError, SignatureError
from krid.ld import Processor, mapped_labels, relabelled
from krid.vcdi.bbs2023 import hashing
from krid.vcdi.bbs2023.base import split
from krid.vcdi.bbs2023.issuer_bindings import SUITE
from krid.vcdi.bbs2023.values import DerivedProofValue, Nym
from krid.vcdi.bbs_feature import Feature

_PROOF_FLOOR: Final = 3 * 48 + 4 * 32
_SCALAR: Final = 32
_SECRETS: Final = {
    Feature.HOLDER_BINDING: 2,
    Feature.PSEUDONYM: 2,
    Feature.HOLDER_BINDING_PSEUDONYM: 3,
}


@unique
class PresentationHeaders(Enum):
    """What may be said of a presentation header instead of the bytes that it must be."""

    ANY = "any"


ANY_PRESENTATION_HEADER: Final = PresentationHeaders.ANY
"""Takes a proof made for any moment: it may have been shown before, by somebody else."""


@final
@dataclass(frozen=True, slots=True)
class VerifiedDerived:
    """What a derived proof shows: `document` is what the issuer signed a part of.

    `feature` tells what the proof is bound to, `nym` the pseudonym, if there is one.
    """

    document: JsonObject = field(repr=False)
    feature: Feature
    presentation_header: bytes
    nym: Nym | None


def verify(
    secured: Mapping[str, Json],
    *,
    issuer_key: BbsPublicKey,
    presentation_header: bytes | PresentationHeaders,
    nym_domain: str | None,
    processor: Processor,
) -> VerifiedDerived:
    """Check a credential with a derived proof.

    `nym_domain` demands a pseudonym for a domain, None that there is none. Does not check dates,
    status, the purpose of the proof, nor that the key is the issuer's.

    Raises:
        UnsupportedError: `di.suite`; `ld.context_unknown`.
        MalformedError: `di.no_proof`, `di.syntax`, `di.proof_value`, `di.proof_header`,
            `di.label_map`, `di.index`, `di.context`, those of JSON-LD, and
            `bbs.length`, `bbs.point`, `bbs.scalar`.
        BindingError: `di.presentation_header`, `di.pseudonym`.
        SignatureError: `di.signature`.
        MisuseError: `misuse.extra`.
    """
    document, proof = split(secured)
    options = hashing.options_of(proof)
    value = DerivedProofValue.parse(hashing.value_of(proof))
    _check_moment(value, presentation_header)
    _check_pseudonym(value, nym_domain)
    lines = _signed_lines(processor, document, value)
    mandatory, shown = _parted(lines, value)
    header = hashing.header(processor, document, options, mandatory)
    try:
        _verify(value, issuer_key, header, shown)
    except SignatureError as cause:
        raise SignatureError(Code.DI_SIGNATURE) from cause
    return VerifiedDerived(document, value.feature, value.presentation_header, value.nym)


def _check_moment(value: DerivedProofValue, wanted: bytes | PresentationHeaders) -> None:
    if isinstance(wanted, bytes) and value.presentation_header != wanted:
        raise BindingError(Code.DI_PRESENTATION_HEADER)


def _check_pseudonym(value: DerivedProofValue, domain: str | None) -> None:
    if (None if value.nym is None else value.nym.domain) != domain:
        raise BindingError(Code.DI_PSEUDONYM)


def _signed_lines(
    processor: Processor, document: Mapping[str, Json], value: DerivedProofValue
) -> Sequence[str]:
    """Return the statements with blank nodes named as when they were signed."""
    names = {f"_:c14n{label}": f"_:b{signed}" for label, signed in value.labels.items()}
    lines, labels = relabelled(processor.quads(document), mapped_labels(names))
    if len(labels) != len(names):
        raise MalformedError(Code.DI_LABEL_MAP)
    return lines


def _parted(lines: Sequence[str], value: DerivedProofValue) -> tuple[list[str], dict[int, bytes]]:
    """Part statements into mandatory ones and the others, by their places when signed."""
    places = set(value.mandatory)
    mandatory = [line for place, line in enumerate(lines) if place in places]
    others = [line.encode() for place, line in enumerate(lines) if place not in places]
    if len(mandatory) != len(places) or len(others) != len(value.selective):
        raise MalformedError(Code.DI_INDEX)
    return mandatory, dict(zip(value.selective, others, strict=True))


def _verify(
    value: DerivedProofValue, key: BbsPublicKey, header: bytes, shown: Mapping[int, bytes]
) -> None:
    if value.messages is None:
        verify_proof(
            key,
            value.proof,
            header=header,
            presentation_header=value.presentation_header,
            disclosed=shown,
            suite=SUITE,
        )
        return
    _check_secrets(value, value.messages)
    if value.nym is None:
        blind.verify_proof(
            key,
            value.proof,
            header=header,
            presentation_header=value.presentation_header,
            signer_messages=value.messages,
            disclosed=shown,
            disclosed_committed={},
            suite=SUITE,
        )
    else:
        pseudonym.verify_proof(
            key,
            value.proof,
            header=header,
            presentation_header=value.presentation_header,
            pseudonym=value.nym.pseudonym,
            context=value.nym.domain.encode(),
            signer_messages=value.messages,
            disclosed=shown,
            disclosed_committed={},
            suite=SUITE,
        )


def _check_secrets(value: DerivedProofValue, messages: int) -> None:
    """Check that the proof hides as many secrets of the holder's as the feature has."""
    hidden = messages - len(value.selective) + _SECRETS[value.feature]
    if len(value.proof) != _PROOF_FLOOR + hidden * _SCALAR:
        raise MalformedError(Code.BBS_LENGTH)
