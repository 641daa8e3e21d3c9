"""Contexts of a caller that would let somebody write where nobody reads, each in one way."""

import json
from dataclasses import replace
from typing import Any

import pytest
from bbs_roles import BEARER, FORM, issue
from vcdi_cards import CITIZENSHIP, CLAIMS, EDDSA, NOW, format_of, issuer_of, order, trust, verify
from vcdi_cards import issue as issue_plain

from krid.errors import Code, KridError
from krid.ld import PINNED, Contexts, Processor
from krid.vcdi import InlineContexts, Suites
from krid.vcdi.holder import did_of

URL = "https://mois.example/contexts/card/v1"
CRED = "https://www.w3.org/2018/credentials#"
SEC = "https://w3id.org/security#"

FORGED: dict[str, dict[str, Any]] = {
    "whole": {"ende": f"{CRED}validUntil"},
    "in an object": {"ende": {"@id": f"{CRED}validUntil", "@type": "@id"}},
    "by a prefix of its own": {"x": {"@id": CRED, "@prefix": True}, "ende": "x:validUntil"},
    "by a known prefix": {"ende": "cred:credentialStatus"},
    "by a prefix of a prefix": {"w": "https://www.w3.org/2018/", "ende": "w:credentials#issuer"},
    "by the name of the base": {"ende": {"@id": "validUntil"}},
    "of a proof": {"zweck": f"{SEC}proofPurpose"},
    "of a proof's end": {"expiration": f"{SEC}expiration"},
    "of a status": {"groesse": "https://www.w3.org/ns/credentials/status#statusSize"},
    "turned around": {"credentialStatus": {"@reverse": f"{CRED}credentialStatus"}},
    "for one term": {"card": {"@id": f"{URL}#card", "@context": {"ende": f"{CRED}validUntil"}}},
    "in a list": [{}, {"ende": f"{CRED}validUntil"}],  # type: ignore[dict-item]
    "a default": {"@vocab": CRED},
    "a default that begins so": {"@vocab": f"{CRED}valid"},
    "a default by a prefix": {"@vocab": "cred:"},
    "a prefix for others": {"other": CRED},
    "a shorter prefix for others": {"other": "https://www.w3.org/2018/"},
    "an identifier": {"kennung": "@id"},
    "a type": {"art": {"@id": "@type"}},
    "what is included": {"dazu": "@included"},
    "what is nested": {"darin": "@nest"},
    "what is turned around": {"zurueck": "@reverse"},
    "an identifier by its own name": {"kennung": "id"},
    "a type by its own name": {"art": {"@id": "type"}},
    "a name of a name": {"kennung": "nummer", "nummer": {"@id": "id"}},
    "a prefix that another context ends": {"x": {"@id": f"{CRED}valid", "@prefix": True}},
    "a scheme": {"did": "https://mois.example/"},
    "a scheme in an object": {"urn": {"@id": "https://mois.example/x", "@prefix": True}},
    "a prefix by a prefix": {"x": {"@id": "cred:credentialSta", "@prefix": True}},
    "a term of itself": {"a": "b:", "b": "a:", "ende": "a:x"},
}
TAKEN: tuple[dict[str, Any], ...] = (
    {"cred": CRED, "sec": SEC, "id": "@id", "type": "@type", "wert": "@value"},
    {"validUntil": f"{CRED}validUntil", "proof": {"@id": "sec:proof"}, "expires": "sec:expiration"},
    {"@vocab": "https://mois.example/vocabulary#", "city": {}, "@version": 1.1},
    {"schema": "https://schema.org/", "name": "schema:name", "none": None, "self": "self"},
    {"other": f"{CRED}other", "sec": SEC, "proof": "sec:proof", "karte": "type/karte"},
    {"did": "https://mois.example/ns#did", "urn": {"@id": "https://mois.example/ns#"}},
    {"grossmutter": {"@reverse": "https://mois.example/vocabulary#grandchild"}},
)


def refused(contexts: Contexts) -> Code:
    with pytest.raises(KridError) as error:
        contexts.load(URL)
    return error.value.code


@pytest.mark.parametrize("context", FORGED.values(), ids=FORGED)
def test_a_second_name(context: object) -> None:
    raw = json.dumps({"@context": context}).encode()
    assert refused(Contexts(added={URL: raw})) is Code.LD_ALIAS
    loaded = Contexts(loader=lambda _url: raw, unpinned=frozenset({URL}))
    assert refused(loaded) is Code.LD_ALIAS


@pytest.mark.parametrize("context", TAKEN)
def test_what_is_no_second_name(context: object) -> None:
    raw = json.dumps({"@context": context}).encode()
    assert Contexts(added={URL: raw}).load(URL)["@context"] == context


def test_the_contexts_that_come_along_are_not_asked() -> None:
    for url in PINNED:
        assert Contexts().load(url)


def test_an_end_that_nobody_would_find() -> None:
    """The holder writes the end of validity under a name of the caller's context."""
    raw = json.dumps({"@context": {"ende": f"{CRED}validUntil"}}).encode()
    form = replace(FORM, suites=Suites(Processor(Contexts(added={URL: raw}))))
    with pytest.raises(KridError) as error:
        issue(form, holder=BEARER, claims={**CLAIMS, "@context": [CITIZENSHIP, URL]})
    assert (error.value.code, error.value.detail) == (Code.MISUSE_CLAIMS, str(Code.LD_ALIAS))


def test_a_name_that_two_contexts_make_together() -> None:
    """Each alone says nothing of a status; the second would, with the prefix of the first."""
    halves = ({"x": {"@id": f"{CRED}credentialSta", "@prefix": True}}, {"los": "x:tus"})
    added = {f"{URL}/{n}": json.dumps({"@context": each}).encode() for n, each in enumerate(halves)}
    document = {"@context": [CITIZENSHIP, *added], "los": {"id": "urn:example:status"}}
    with pytest.raises(KridError) as error:
        Processor(Contexts(added=added)).canonicalize(document)  # type: ignore[arg-type]  # JSON
    assert error.value.code is Code.LD_ALIAS


@pytest.mark.parametrize(
    ("own", "there"), [("https://mois.example/1", "mois:1"), ("mois:1", "https://mois.example/1")]
)
def test_an_end_under_another_spelling_of_the_credentials_id(own: str, there: str) -> None:
    """A signed statement leads back to the credential: its end could stand there as well."""
    ns = "https://mois.example/ns#"
    link = {"@id": f"{ns}of", "@type": "@id"}
    terms = {"mois": "https://mois.example/", "Card": f"{ns}Card", "of": link}
    raw = json.dumps({"@context": terms}).encode()
    form = format_of(EDDSA, suites=Suites(Processor(Contexts(added={URL: raw}))))
    subject = {"id": "did:example:subject", "of": there}
    claims = {"@context": URL, "id": own, "credentialSubject": subject}
    ordered = order(EDDSA, holder=BEARER, type="Card", claims=claims)
    signed = form.prepare_issue(ordered, entropy=bytes).sign_with(issuer_of(EDDSA))
    assert verify(signed, form=form, challenge=BEARER, issuers=trust()).valid_until
    card = json.loads(signed)
    moved = {"id": there, "type": "VerifiableCredential", "validUntil": card.pop("validUntil")}
    card["credentialSubject"]["of"] = moved
    with pytest.raises(KridError) as error:
        verify(json.dumps(card).encode(), form=form, challenge=BEARER, issuers=trust())
    assert (error.value.code, error.value.detail) == (Code.LD_HIDDEN, "id")
    found = form.lint(json.dumps(card).encode(), now=NOW)
    assert Code.LD_HIDDEN in {each.code for each in found}


NS = "https://mois.example/ns#"
LINK = {"@id": f"{NS}replaces", "@type": "@id"}
BACK = {"@reverse": f"{NS}replaces", "@type": "@id"}
BY = {"@id": f"{NS}by", "@type": "@id"}
OUTER, INNER = "https://mois.example/cards/2", "https://mois.example/cards/1"


@pytest.mark.parametrize("link", [{}, {"by": OUTER}], ids=["turned around", "by its id"])
def test_a_credential_inside_another_is_not_the_one_that_was_issued(link: dict[str, str]) -> None:
    """What is signed does not say which of two is meant; the older of them holds for longer."""
    terms = {"Card": f"{NS}Card", "replaces": LINK, "replacedBy": BACK, "by": BY}
    raw = json.dumps({"@context": terms}).encode()
    form = format_of(EDDSA, suites=Suites(Processor(Contexts(added={URL: raw}))))
    subject = {"id": "did:example:subject"}
    inner: dict[str, Any] = {
        "id": INNER,
        "type": ["VerifiableCredential", "Card"],
        "issuer": did_of(issuer_of(EDDSA).public_key),
        "validUntil": "2040-01-01T00:00:00Z",
        "credentialSubject": {**subject, **link},
    }
    claims = {"@context": URL, "id": OUTER, "credentialSubject": subject, "replaces": inner}
    ordered = order(EDDSA, holder=BEARER, type="Card", claims=claims)
    card = json.loads(form.prepare_issue(ordered, entropy=bytes).sign_with(issuer_of(EDDSA)))
    whole: dict[str, Any] = {"form": form, "challenge": BEARER, "issuers": trust()}
    if not link:
        assert verify(json.dumps(card).encode(), **whole).valid_until
    outer = {name: card[name] for name in card if name not in {"@context", "proof", "replaces"}}
    if link:
        turned = {**inner, "credentialSubject": {**subject, "by": {**outer, "replaces": INNER}}}
    else:
        turned = {**inner, "replacedBy": outer}
    forged = {"@context": card["@context"], **turned, "proof": card["proof"]}
    with pytest.raises(KridError) as error:
        verify(json.dumps(forged).encode(), **whole)
    assert (error.value.code, error.value.detail) == (Code.LD_HIDDEN, "VerifiableCredential")


def test_statements_hidden_where_contexts_in_the_document_are_allowed() -> None:
    allowed = format_of(None, inline=InlineContexts.ALLOWED)
    form = replace(allowed, suite=EDDSA)
    card = json.loads(issue_plain(EDDSA, holder=BEARER))
    context = [*card["@context"], {"ende": f"{CRED}validUntil"}]
    renamed = {name: each for name, each in card.items() if name != "validUntil"}
    hidden = {**renamed, "@context": context, "ende": card["validUntil"]}
    whole = {**renamed, f"{CRED}validUntil": [{"@value": card["validUntil"]}]}
    for forged, code in ((hidden, Code.LD_ALIAS), (whole, Code.LD_HIDDEN)):
        with pytest.raises(KridError) as error:
            verify(json.dumps(forged).encode(), form=form, challenge=BEARER, issuers=trust())
        assert error.value.code is code
