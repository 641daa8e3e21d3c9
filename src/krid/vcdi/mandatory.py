"""Pointers to what an issuer makes every holder show."""

from collections.abc import Mapping, Sequence

from krid._core.strict_json import Json
from krid.errors import Code, KridError, MisuseError
from krid.ld import select


def check_mandatory(document: Mapping[str, Json], pointers: Sequence[str]) -> None:
    """Check that each pointer leads somewhere, and stands there once.

    Raises:
        MisuseError: `misuse.option`.
    """
    if len(set(pointers)) != len(pointers):
        raise MisuseError(Code.MISUSE_OPTION, "a mandatory pointer twice")
    try:
        select(document, pointers)
    except KridError as cause:
        raise MisuseError(Code.MISUSE_OPTION, "a mandatory pointer leads nowhere") from cause
