"""Derived proofs of bbs-2023: a holder shows a part (vc-di-bbs, sections 3.3.3 and 3.4.6)."""

from collections.abc import Mapping, Sequence

from krid._core.entropy import Entropy
from krid._core.strict_json import Json, JsonObject
from krid.bbs import BbsPublicKey
from krid.errors import Code, ContentError, SignatureError
from krid.ld import Grouped, Processor, canonicalize, select
from krid.vcdi.bbs2023.base import check_feature, open_base
from krid.vcdi.bbs2023.holder_secrets import Secrets, Showing
from krid.vcdi.bbs2023.values import DerivedProofValue
from krid.vcdi.bbs_feature import Feature

_BLANK = len("_:b")
_CANONICAL = len("_:c14n")


def derive(
    secured: Mapping[str, Json],
    *,
    selective_pointers: Sequence[str],
    presentation_header: bytes,
    issuer_key: BbsPublicKey,
    secrets: Secrets,
    processor: Processor,
    entropy: Entropy,
) -> JsonObject:
    """Return a credential that shows what the pointers select, and what is mandatory.

    The base proof is checked on the way. The presentation header is the verifier's to choose.

    Raises:
        UnsupportedError: `di.suite`; `ld.context_unknown`.
        MalformedError: `di.no_proof`, `di.syntax`, `di.proof_value`, `di.proof_header`,
            `di.pointer_twice`, `di.context`, `ld.pointer` and others of JSON-LD,
            `bbs.point`, `bbs.scalar`.
        SignatureError: `di.signature`.
        ContentError: `w3c.no_claim` when nothing would be shown.
        MisuseError: `misuse.option` for secrets of
            another feature, `misuse.extra`.
    """
    opened = open_base(
        secured,
        selective_pointers=selective_pointers,
        issuer_key=issuer_key,
        processor=processor,
    )
    check_feature(opened, secrets)
    pointers = [*opened.value.mandatory_pointers, *selective_pointers]
    revealed = select(opened.document, pointers)
    if revealed is None:
        raise ContentError(Code.W3C_NO_CLAIM, "nothing is shown")
    mandatory, selective = _places(opened.taken)
    messages = opened.messages
    showing = Showing(issuer_key, opened.value, messages, selective, presentation_header, entropy)
    try:
        proof, nym = secrets.prove(showing)
    except SignatureError as cause:
        raise SignatureError(Code.DI_SIGNATURE) from cause
    value = DerivedProofValue(
        secrets.feature,
        proof,
        _label_map(opened.taken),
        mandatory,
        selective,
        presentation_header,
        nym,
        None if secrets.feature is Feature.BASELINE else len(messages),
    )
    return {**revealed, "proof": {**opened.proof, "proofValue": value.encode()}}


def _places(taken: Grouped) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the places of what is shown (section 3.3.3, steps 7 and 8).

    Those of mandatory statements are among all that are shown, those of the others among all that
    may be hidden. What is shown and not mandatory counts as selected; that is what a verifier sees.
    """
    shown, mandatory = taken.groups["combined"].matching, taken.groups["mandatory"]
    among_shown = {index: place for place, index in enumerate(sorted(shown))}
    among_hideable = {index: place for place, index in enumerate(sorted(mandatory.other))}
    return (
        tuple(sorted(among_shown[index] for index in mandatory.matching)),
        tuple(sorted(among_hideable[index] for index in shown if index in among_hideable)),
    )


def _label_map(taken: Grouped) -> dict[int, int]:
    """Map the numbers that a verifier will give blank nodes to those that were signed."""
    canonical = canonicalize(taken.groups["combined"].quads).labels
    return {
        int(name[_CANONICAL:]): int(taken.labels[node][_BLANK:]) for node, name in canonical.items()
    }
