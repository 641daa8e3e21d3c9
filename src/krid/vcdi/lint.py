"""Linting: every deviation from the data model and Data Integrity that the bytes alone show.

No signature is checked: who the signers are and which keys they have is the verifier's to know.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from krid._core import jcs, times
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code
from krid.ld import check_aliases
from krid.ld.contexts import known_names
from krid.model import Finding, Findings, Rule, Severity
from krid.model.w3c import lint as model
from krid.proofs import ContextRule, PlainSuite, Proof, check_period, check_purpose, parse_proofs
from krid.proofs.chain import PROOF
from krid.vcdi import issue, present
from krid.vcdi.bbs_seen import BBS_2023, proof_parts
from krid.vcdi.contexts import check_named, check_plain, check_spelled
from krid.vcdi.ecdsa_sd import BaseValue, DerivedValue
from krid.vcdi.ecdsa_sd.values import BASE_HEADER
from krid.vcdi.model import InlineContexts
from krid.vcdi.parse import read_document, says_presentation
from krid.vcdi.suites import Suites

LINT_SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ before a date counts as broken."""

_TEXT: Final = "VC Data Integrity 1.0, "
_SD: Final = "Data Integrity ECDSA 1.0, "
OWN_RULES: Final[Mapping[Code, Rule]] = {
    Code.DI_NO_PROOF: Rule(_TEXT + "2.1"),
    Code.DI_SYNTAX: Rule(_TEXT + "2.1"),
    Code.DI_SUITE: Rule(_TEXT + "3.1", Severity.WARNING),
    Code.DI_PURPOSE: Rule(_TEXT + "2.2"),
    Code.DI_CREATED: Rule(_TEXT + "2.1"),
    Code.DI_EXPIRED: Rule(_TEXT + "2.1"),
    Code.DI_PREVIOUS: Rule(_TEXT + "2.1.2"),
    Code.DI_PROOF_VALUE: Rule(_SD + "3.5"),
    Code.DI_PROOF_HEADER: Rule(_SD + "3.5"),
    Code.DI_POINTER_TWICE: Rule(_SD + "3.5.3"),
    Code.DI_LABEL_MAP: Rule(_SD + "3.5.8"),
    Code.DI_INDEX: Rule(_SD + "3.5.8"),
    Code.LD_ALIAS: Rule(_TEXT + "4.6", Severity.WARNING),
    Code.LD_HIDDEN: Rule("VCDM 2.0, 1.3", Severity.WARNING),
    Code.LD_INLINE: Rule(_TEXT + "4.6", Severity.WARNING),
    Code.LD_CONTEXT_UNKNOWN: Rule(_TEXT + "4.6", Severity.WARNING),
    Code.LD_UNDEFINED: Rule(_TEXT + "2.4.3"),
    Code.LD_LOST: Rule(_TEXT + "2.4.3"),
    Code.LD_RELATIVE: Rule(_TEXT + "2.4.3"),
    Code.LD_PROTECTED: Rule("JSON-LD 1.1, 4.1.11"),
    Code.LD_POISON: Rule("RDF-CANON, 7.1"),
}
RULES: Final[Mapping[Code, Rule]] = {**model.RULES, **OWN_RULES}


def lint(
    raw: bytes, *, suites: Suites, inline: InlineContexts, now: datetime
) -> tuple[Finding, ...]:
    """Return every deviation of a credential or presentation, errors first.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    into = Findings(RULES)
    document = into.check("", partial(read_document, raw))
    if document is None:
        return into.ordered()
    presented = says_presentation(document)
    members: Mapping[str, Json] = freeze_object(document)  # type: ignore[assignment]  # JSON stays JSON
    (model.lint_presentation if presented else model.lint_credential)(members, into)
    proofs = into.check("$.proof", partial(parse_proofs, document)) or ()
    purpose = present.PURPOSE if presented else issue.PURPOSE
    for number, proof in enumerate(proofs):
        _lint_proof(proof, f"$.proof[{number}]", purpose, now, suites, into)
    if any(_is_over_rdf(proof, suites) for proof in proofs):
        _lint_statements(document, suites, inline, into)
    return into.ordered()


def _lint_proof(  # noqa: PLR0917  one call
    proof: Proof, place: str, purpose: str, now: datetime, suites: Suites, into: Findings
) -> None:
    into.check(f"{place}.proofPurpose", partial(check_purpose, proof, purpose))
    into.check(place, partial(check_period, proof, now=now, skew=LINT_SKEW))
    if proof.cryptosuite == BBS_2023:
        text = str(proof.members["proofValue"])
        into.check(f"{place}.proofValue", partial(proof_parts, text))
        return
    suite = into.check(f"{place}.cryptosuite", partial(suites.find, proof.cryptosuite))
    if suite is None or isinstance(suite, PlainSuite):
        return
    kind = BaseValue if proof.value.startswith(BASE_HEADER) else DerivedValue
    into.check(f"{place}.proofValue", partial(kind.parse, proof))


def _is_over_rdf(proof: Proof, suites: Suites) -> bool:
    return suites.knows(proof.cryptosuite) and suites.rule_of([proof]) is ContextRule.OF_DOCUMENT


def _lint_statements(
    document: JsonObject, suites: Suites, inline: InlineContexts, into: Findings
) -> None:
    """Check that all of a document is signed where its statements are."""
    bare = jcs.without(document, PROOF)
    if inline is InlineContexts.REFUSED:
        into.check("$.@context", partial(check_named, bare))
    else:
        into.check("$.@context", partial(check_aliases, bare, known_names()))
    into.check("$", partial(check_plain, bare))
    into.check("$", partial(check_spelled, bare, suites.processor))
    into.check("$", partial(suites.processor.canonicalize, bare))
