"""Linting a type metadata document: each claim and each display is measured for itself.

The rules are those of `parse_type_metadata` and of `Integrity.parse`. What a document extends is
not looked at, for it is another document.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from krid._core import limits
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code
from krid.model import Finding, Findings, Rule, Severity
from krid.model.integrity import Integrity
from krid.sdjwt.type_metadata.parse import from_members, read_members

_VC: Final = "SD-JWT VC"
_TEXTS: Final = ("name", "description", "extends", "extends#integrity")
_LISTS: Final = ("display", "claims")
_SOUND: Final = "urn:example:sound"
"""A `vct` beside which one member alone is measured."""

RULES: Final[Mapping[Code, Rule]] = MappingProxyType(
    {
        Code.TYPE_SYNTAX: Rule(f"{_VC}, 5.2, 5.5 and 5.6"),
        Code.TYPE_VCT: Rule(f"{_VC}, 5.3"),
        Code.TYPE_INTEGRITY_SYNTAX: Rule(f"{_VC}, 6"),
        Code.TYPE_INTEGRITY_ALG: Rule(f"{_VC}, 6"),
        Code.TYPE_INTEGRITY: Rule(f"{_VC}, 6"),
        Code.TYPE_UNAVAILABLE: Rule(f"{_VC}, 5.7"),
        Code.TYPE_LOOP: Rule(f"{_VC}, 5.4"),
        Code.TYPE_DEPTH: Rule("krid"),
        Code.TYPE_OVERRIDE: Rule(f"{_VC}, 5.6.5.1"),
        Code.TYPE_PATH: Rule(f"{_VC}, 5.6.1"),
        Code.TYPE_MANDATORY: Rule(f"{_VC}, 5.6.3"),
        Code.TYPE_SD: Rule(f"{_VC}, 5.6.4"),
        Code.LINT_LIMIT: Rule("krid", Severity.NOTE),
    }
)
"""Which rule a code of type metadata stands for."""


def lint_type_metadata(raw: bytes) -> tuple[Finding, ...]:
    """Return every deviation of a document from SD-JWT VC, sections 5 and 6."""
    into = Findings(RULES)
    document = into.check("", lambda: read_members(raw))
    if document is not None:
        _lint_members(document, into)
        if not into.found:  # what only several members together can break
            into.check("$", lambda: from_members(document))
    return into.ordered()


def _lint_members(document: JsonObject, into: Findings) -> None:
    into.check("$.vct", lambda: from_members({"vct": document.get("vct")}))
    for name in (name for name in _TEXTS if name in document):
        _lint_member(name, document[name], f"$.{name}", into)
    integrity = document.get("extends#integrity")
    if isinstance(integrity, str):
        into.check("$.extends#integrity", lambda: Integrity.parse(integrity))
    for listed in (name for name in _LISTS if name in document):
        _lint_list(listed, document[listed], into)


def _lint_list(name: str, value: Json, into: Findings) -> None:
    """Measure each entry alone; what is no list, or is too long, is measured as a whole."""
    if not isinstance(value, list) or len(value) > limits.MAX_TYPE_CLAIMS:
        _lint_member(name, value, f"$.{name}", into)
        return
    for number, entry in enumerate(value):
        _lint_member(name, [entry], f"$.{name}[{number}]", into)


def _lint_member(name: str, value: Json, place: str, into: Findings) -> None:
    into.check(place, partial(from_members, {"vct": _SOUND, name: value}))
