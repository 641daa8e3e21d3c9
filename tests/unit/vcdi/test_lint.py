"""Deviations of credentials with embedded proofs, each with its place."""

import json
from datetime import timedelta
from typing import Any

import pytest
from vcdi_cards import (
    CITIZENSHIP,
    EDDSA,
    JCS,
    KEYS,
    NOW,
    SD,
    V2,
    changed,
    format_of,
    issue,
    present,
    signed,
    with_changed_proof,
)

from krid.errors import Code
from krid.keys import Alg
from krid.model import LintingFormat
from krid.vcdi.model import InlineContexts

NAME = ("credentialSubject", "givenName")


def codes(raw: bytes, **changes: Any) -> list[tuple[Code, str]]:
    form = format_of(None, **changes)
    assert isinstance(form, LintingFormat)
    return [(each.code, each.place) for each in form.lint(raw, now=NOW)]


@pytest.mark.parametrize("suite", [EDDSA, JCS, SD])
def test_nothing_to_say(suite: str) -> None:
    card = issue(suite)
    assert codes(card) == []
    assert codes(present(card, NAME)) == []
    derived = json.loads(present(card, NAME))["verifiableCredential"][0]
    assert codes(json.dumps(derived).encode()) == []


def test_no_json() -> None:
    assert codes(b"{") == [(Code.JSON_SYNTAX, "")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"proof": ...}, (Code.DI_NO_PROOF, "$.proof")),
        ({"issuer": 5}, (Code.W3C_ISSUER, "$.issuer")),
        ({"shoe_size": 5}, (Code.LD_UNDEFINED, "$")),
        ({"@context": [V2, CITIZENSHIP, {"x": "urn:x"}]}, (Code.LD_INLINE, "$.@context")),
    ],
)
def test_documents(changes: dict[str, Any], expected: tuple[Code, str]) -> None:
    assert expected in codes(changed(issue(EDDSA), **changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"proofPurpose": "authentication"}, (Code.DI_PURPOSE, "$.proof[0].proofPurpose")),
        ({"cryptosuite": "future-2030"}, (Code.DI_SUITE, "$.proof[0].cryptosuite")),
        ({"cryptosuite": SD}, (Code.DI_PROOF_HEADER, "$.proof[0].proofValue")),
        ({"created": "2027-01-01T00:00:00Z"}, (Code.DI_CREATED, "$.proof[0]")),
    ],
)
def test_proofs(changes: dict[str, Any], expected: tuple[Code, str]) -> None:
    assert expected in codes(with_changed_proof(issue(EDDSA), **changes))


def test_over_json_no_term_needs_a_definition() -> None:
    claims = {"@context": {"x": "urn:x"}, "credentialSubject": {"shoe_size": 42}}
    assert codes(issue(JCS, claims=claims)) == []


def test_inline_contexts_that_are_allowed() -> None:
    claims = {"@context": {"x": "urn:x"}, "credentialSubject": {"x": 42}}
    card = issue(EDDSA, claims=claims, type="urn:example:Card")
    assert codes(card) == [(Code.LD_INLINE, "$.@context")]
    assert codes(card, inline=InlineContexts.ALLOWED) == []


def test_several_proofs() -> None:
    document = json.loads(issue(EDDSA))
    key = KEYS[Alg.EDDSA]
    both = signed(document, EDDSA, key, expires=NOW - timedelta(days=1))
    assert codes(both) == [(Code.DI_EXPIRED, "$.proof[1]")]
