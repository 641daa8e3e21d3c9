"""Derived credentials verified whole, and looked into."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bbs_cards import DOMAIN, MOMENT, PUBLIC, changed, derive, hold, issue

from krid.errors import Code, KridError
from krid.ld import BUNDLED_PROCESSOR
from krid.vcdi import InlineContexts, bbs2023, bbs_seen
from krid.vcdi.bbs2023 import Feature
from krid.vcdi.format import VcdiFormat

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HELD = hold(Feature.BASELINE)
DERIVED = derive(HELD)


def verify(
    card: Any, *, issuer: str = "did:example:issuer", now: datetime = NOW
) -> bbs2023.VerifiedBbsCredential:
    return bbs2023.verify_credential(
        json.dumps(card).encode(),
        issuer=issuer,
        issuer_key=PUBLIC,
        presentation_header=MOMENT,
        nym_domain=None,
        now=now,
        skew=timedelta(0),
        processor=BUNDLED_PROCESSOR,
        inline=InlineContexts.REFUSED,
    )


def test_a_card_verifies() -> None:
    verified = verify(DERIVED)
    assert verified.credential.issuer.id == "did:example:issuer"
    assert verified.shown.feature is Feature.BASELINE
    assert verified.valid_until is None


def _refused(card: Any, code: Code, **terms: Any) -> None:
    with pytest.raises(KridError) as error:
        verify(card, **terms)
    assert error.value.code is code


def test_another_issuer() -> None:
    _refused(DERIVED, Code.DI_METHOD, issuer="did:example:other")
    _refused(changed(DERIVED, verificationMethod="did:example:other#1"), Code.DI_METHOD)


def test_another_purpose_or_moment() -> None:
    _refused(changed(DERIVED, proofPurpose="authentication"), Code.DI_PURPOSE)
    _refused(DERIVED, Code.DI_CREATED, now=datetime(2025, 6, 1, tzinfo=UTC))


def test_a_context_in_the_document() -> None:
    card = copy.deepcopy(DERIVED)
    card["@context"] = [*card["@context"], {"city": "https://schema.org/name"}]
    _refused(card, Code.LD_INLINE)


def test_contexts_in_the_document_may_be_allowed() -> None:
    own = copy.deepcopy(hold(Feature.BASELINE).card)
    del own["proof"]
    own["@context"] = [*own["@context"], {"visits": "https://example.org/visits"}]
    shown = derive(HELD._replace(card=issue(card=own)))
    verified = bbs2023.verify_credential(
        json.dumps(shown).encode(),
        issuer="did:example:issuer",
        issuer_key=PUBLIC,
        presentation_header=MOMENT,
        nym_domain=None,
        now=NOW,
        skew=timedelta(0),
        processor=BUNDLED_PROCESSOR,
        inline=InlineContexts.ALLOWED,
    )
    assert verified.shown.nym is None


@pytest.mark.parametrize("feature", Feature)
def test_people_see_what_a_proof_holds(feature: Feature) -> None:
    held = hold(feature)
    shown = VcdiFormat().inspect(json.dumps(held.card).encode())
    content: Any = shown.content
    assert content["proofs"][0]["kind"] == "base"
    assert content["proofs"][0]["feature"] == feature.option
    shown = VcdiFormat().inspect(json.dumps(derive(held)).encode())
    content = shown.content
    assert content["proofs"][0]["kind"] == "derived"
    wanted = DOMAIN if feature.has_pseudonym else None
    assert content["proofs"][0]["pseudonym_for"] == wanted


def test_without_the_extra_less_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bbs_seen, "find_spec", lambda _name: None)
    assert bbs_seen.proof_parts("u") == {}
