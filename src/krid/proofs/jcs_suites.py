"""The suites over canonical JSON: eddsa-jcs-2022 and ecdsa-jcs-2019."""

from collections.abc import Mapping
from typing import Final

from krid._core import jcs
from krid._core.strict_json import Json
from krid.keys import Alg
from krid.proofs.plain import ContextRule, PlainSuite


def _canonical(value: Mapping[str, Json], _digest: str) -> bytes:
    return jcs.canonical(dict(value))


EDDSA_JCS: Final = PlainSuite(
    "eddsa-jcs-2022", frozenset({Alg.EDDSA}), _canonical, ContextRule.IN_PROOF
)
ECDSA_JCS: Final = PlainSuite(
    "ecdsa-jcs-2019", frozenset({Alg.ES256, Alg.ES384}), _canonical, ContextRule.IN_PROOF
)
