"""Any bytes as type metadata, checked against a credential that holds most kinds of claims.

The data is split at line feeds: the integrity metadata, the type, and what it extends.
"""

from krid._core.entropy import system_entropy
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.sdjwt import SdJwt, issue, sd
from krid.sdjwt.type_metadata import (
    Integrity,
    ResolvedType,
    TypeRules,
    lint_type_metadata,
    parse_type_metadata,
)

_KEY = LocalKey.generate(Alg.EDDSA)
_CREDENTIAL = SdJwt.parse(
    issue.prepare_plain(
        {"vct": "urn:a", "name": sd("Kim"), "list": [sd({"a": 1}), {"a": 2}], "o": {"p": sd(1)}},
        typ="dc+sd-jwt",
        alg=_KEY.alg,
        entropy=system_entropy,
        decoys=1,
    ).sign_with(_KEY)
)


def target(data: bytes) -> None:
    """Read, merge and check; nothing but KridError may come out."""
    integrity, document, *extended = (*data.split(b"\n"), b"")
    _check_integrity(integrity, document)
    _check_lint(document)
    try:
        rules = TypeRules.of(ResolvedType.of(document, *(each for each in extended if each)))
        rules.check_presented(_CREDENTIAL)
        rules.check_issued(_CREDENTIAL)
    except KridError:
        return


def _check_integrity(text: bytes, document: bytes) -> None:
    try:
        Integrity.parse(text.decode("latin-1")).check(document)
    except KridError:
        return


def _check_lint(document: bytes) -> None:
    """The linter never refuses, and finds something where reading is refused."""
    found = lint_type_metadata(document)
    try:
        parse_type_metadata(document)
    except KridError:
        if not found:
            raise AssertionError from None
