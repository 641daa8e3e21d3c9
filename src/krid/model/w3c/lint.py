"""Linting a credential or presentation: every rule of the data model, each for itself."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from krid.errors import Code
from krid.model.findings import Findings, Rule, Severity
from krid.model.w3c import contexts, credential, node, presentation, related, text, values
from krid.model.w3c.contexts import Version
from krid.model.w3c.values import Members

_TEXT: Final = "VCDM 2.0, "
RULES: Final[Mapping[Code, Rule]] = {
    Code.W3C_CONTEXT: Rule(_TEXT + "4.3"),
    Code.W3C_CONTEXT_ENTRY: Rule(_TEXT + "4.3"),
    Code.W3C_CONTEXT_TERM: Rule("JSON-LD 1.1, 4.1.11"),
    Code.W3C_VERSION: Rule(_TEXT + "4.9"),
    Code.W3C_ID: Rule(_TEXT + "4.4"),
    Code.W3C_TYPE: Rule(_TEXT + "4.5"),
    Code.W3C_TEXT: Rule(_TEXT + "4.6"),
    Code.W3C_ISSUER: Rule(_TEXT + "4.7"),
    Code.W3C_SUBJECT: Rule(_TEXT + "4.8"),
    Code.W3C_DATE: Rule(_TEXT + "4.9"),
    Code.W3C_DATE_ORDER: Rule(_TEXT + "4.9"),
    Code.W3C_STATUS: Rule(_TEXT + "4.10"),
    Code.W3C_SCHEMA: Rule(_TEXT + "4.11"),
    Code.W3C_PROOF: Rule(_TEXT + "4.12"),
    Code.W3C_HOLDER: Rule(_TEXT + "4.13"),
    Code.W3C_CONTENTS: Rule(_TEXT + "4.13"),
    Code.W3C_ENVELOPE: Rule(_TEXT + "4.13.1"),
    Code.W3C_RELATED: Rule(_TEXT + "5.3"),
    Code.W3C_RELATED_TWICE: Rule(_TEXT + "5.3"),
    Code.W3C_DIGEST_SYNTAX: Rule(_TEXT + "5.3"),
    Code.W3C_DIGEST_ALG: Rule(_TEXT + "5.3"),
    Code.W3C_REFRESH: Rule(_TEXT + "5.4"),
    Code.W3C_TERMS: Rule(_TEXT + "5.5"),
    Code.W3C_EVIDENCE: Rule(_TEXT + "5.6"),
    Code.W3C_NO_EXPIRY: Rule(_TEXT + "4.9", Severity.NOTE),
}

_NODES: Final = (
    ("credentialStatus", Code.W3C_STATUS),
    ("evidence", Code.W3C_EVIDENCE),
    ("termsOfUse", Code.W3C_TERMS),
    ("refreshService", Code.W3C_REFRESH),
    ("proof", Code.W3C_PROOF),
)


def lint_credential(members: Members, into: Findings) -> None:
    """Check each property of a credential for itself."""
    version = _lint_head(members, credential.TYPE, into)
    into.check("$.issuer", partial(node.parse_party, members, "issuer", Code.W3C_ISSUER))
    into.check("$.credentialSubject", partial(node.parse_subjects, members))
    for name in ("name", "description"):
        into.check(f"$.{name}", partial(text.parse_texts, members, name, ""))
    for name, code in _NODES:
        into.check(f"$.{name}", partial(node.parse_nodes, members, name, code))
    into.check("$.credentialSchema", partial(credential.parse_schemas, members))
    into.check("$.relatedResource", partial(related.parse_related, members))
    if version is None:
        return
    into.check("$.credentialStatus", partial(credential.parse_status, members, version))
    period = into.check("$", partial(credential.parse_validity, members, version))
    if period is not None and period[1] is None:
        into.add(Code.W3C_NO_EXPIRY, "$")


def lint_presentation(members: Members, into: Findings) -> None:
    """Check each property of a presentation for itself, and of each credential in it."""
    version = _lint_head(members, presentation.TYPE, into)
    into.check("$.holder", partial(presentation.parse_holder, members))
    for name, code in _NODES[2:]:
        into.check(f"$.{name}", partial(node.parse_nodes, members, name, code))
    if version is not None:
        place = "$.verifiableCredential"
        into.check(place, partial(presentation.parse_contents, members, version))


def _lint_head(members: Members, required: str, into: Findings) -> Version | None:
    read = into.check("$.@context", partial(contexts.parse_contexts, members))
    into.check("$.id", partial(values.identifier, members, "id"))
    into.check("$.type", partial(credential.parse_types, members, required))
    return None if read is None else read[0]
