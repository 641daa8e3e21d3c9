"""What may be known of a proof of bbs-2023 without the extra `krid[bbs]`, believing nothing."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from krid.errors import KridError
from krid.proofs import Proof
from krid.vcdi.bbs_feature import Feature

BBS_2023: Final = "bbs-2023"

_BASE_HEADERS: Final = tuple(feature.base_header for feature in Feature)


def is_bbs_base(proof: Proof) -> bool:
    """Tell whether a proof is a base proof of bbs-2023, which is for the holder alone."""
    return proof.cryptosuite == BBS_2023 and proof.value.startswith(_BASE_HEADERS)


def proof_parts(text: str) -> Mapping[str, object]:
    """Say what a proof value holds; nothing where the extra is not installed.

    Raises:
        MalformedError: as `DerivedProofValue.parse`.
    """
    if find_spec("py_arkworks_bls12381") is None:
        return {}
    from krid.vcdi.bbs2023.values import BaseProofValue, DerivedProofValue

    try:
        base = BaseProofValue.parse(text)
    except KridError:
        derived = DerivedProofValue.parse(text)
        return {
            "kind": "derived",
            "feature": derived.feature.option,
            "mandatory": list(derived.mandatory),
            "selective": list(derived.selective),
            "presentation_header": derived.presentation_header.hex(),
            "pseudonym_for": None if derived.nym is None else derived.nym.domain,
        }
    return {
        "kind": "base",
        "feature": base.feature.option,
        "mandatory_pointers": list(base.mandatory_pointers),
    }
