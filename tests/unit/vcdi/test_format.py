"""Credentials with embedded proofs through the port of formats."""

import json
import pickle
from dataclasses import replace
from datetime import timedelta
from typing import Any

import bbs_roles
import pytest
from vcdi_cards import (
    ALGS,
    BEARER,
    CHALLENGE,
    CLAIMS,
    HOLDER,
    JCS,
    KEYS,
    NOW,
    SD,
    TYPE,
    V2,
    format_of,
    issue,
    order,
    present,
    signed,
    trust,
    verify,
)

from krid import query
from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError, KridError, MisuseError
from krid.formats import recognised, standard_formats
from krid.keys import Alg, LocalKey
from krid.ld import Contexts, Processor
from krid.model import BitstringEntry, Check, ClaimPath, HolderBinding, StatusEntry
from krid.model.w3c.schema import Schemas
from krid.vcdi.format import VcdiFormat
from krid.vcdi.holder import did_of
from krid.vcdi.model import InlineContexts, VerifiedVc
from krid.vcdi.parse import parse_credential
from krid.vcdi.present import path_of
from krid.vcdi.suites import Suites
from krid.vcdi.verify import Verification

NAME = ("credentialSubject", "givenName")
COUNTRY = ("credentialSubject", "birthCountry")
SUITES_AND_KEYS = [*ALGS.items(), ("ecdsa-rdfc-2019", Alg.ES384), ("ecdsa-jcs-2019", Alg.ES384)]


@pytest.mark.parametrize(("suite", "alg"), SUITES_AND_KEYS)
def test_issue_accept_present_verify(suite: str, alg: Alg) -> None:
    card = issue(suite, alg)
    accepted = format_of(None).accept(card, issuers=trust(), now=NOW)
    assert (accepted.format, accepted.type) == ("ldp_vc", TYPE)
    assert accepted.issuer == did_of(KEYS[alg].public_key)
    assert accepted.holder == HOLDER.public_key
    assert accepted.valid_until == NOW + timedelta(days=365)
    verified = verify(present(card, NAME))
    subject = verified.claims["credentialSubject"]
    assert isinstance(subject, dict | type(verified.claims))
    assert subject["givenName"] == "Gildong"
    assert verified.holder == HOLDER.public_key
    assert [each.check for each in verified.evidence] == [
        Check.ISSUER,
        Check.ISSUER_SIGNATURE,
        Check.VALIDITY,
        Check.HOLDER,
    ]
    assert ("birthCountry" in subject) is (suite != SD)
    assert bool(accepted.withholdable) is (suite == SD)


def test_what_can_be_withheld() -> None:
    accepted = format_of(None).accept(issue(SD), issuers=trust(), now=NOW)
    assert set(accepted.withholdable) == {
        *(("credentialSubject", name) for name in ("givenName", "familyName", "birthCountry")),
        ("credentialSubject", "residentSince"),
        ("credentialSubject", "permanentResidentCard", "identifier"),
    }


def test_mandatory_claims() -> None:
    form = format_of(SD, mandatory=("/credentialSubject/birthCountry", "/issuer"))
    card = form.prepare_issue(order(SD), entropy=system_entropy).sign_with(KEYS[Alg.ES256])
    assert COUNTRY not in form.accept(card, issuers=trust(), now=NOW).withholdable
    subject = verify(present(card)).claims["credentialSubject"]
    assert set(subject) == {"id", "type", "birthCountry"}  # type: ignore[call-overload]  # a mapping


def test_bearer() -> None:
    card = issue(JCS, holder=BEARER)
    accepted = format_of(None).accept(card, issuers=trust(), now=NOW)
    assert accepted.holder is None
    assert verify(card, challenge=BEARER).holder is None


def test_a_derived_credential_without_its_holder() -> None:
    """What is in a presentation can be taken out and shown by itself, and accepted."""
    shown = json.loads(present(issue(SD), NAME))
    derived = json.dumps(shown["verifiableCredential"][0]).encode()
    assert verify(derived, challenge=BEARER).holder is None
    accepted = format_of(None).accept(derived, issuers=trust(), now=NOW)
    assert accepted.withholdable == ()
    assert verify(present(derived, NAME)).holder == HOLDER.public_key


@pytest.mark.parametrize("paths", [(), (("issuer",),), (("@context", 1), ("type", None))])
@pytest.mark.parametrize("suite", [SD, "bbs-2023"])
def test_a_query_for_nothing_of_the_subject(suite: str, paths: tuple[ClaimPath, ...]) -> None:
    """What a wallet says it can show it can show: of a subject without an id its type is left."""
    bbs = bbs_roles.issue(replace(bbs_roles.FORM, mandatory=()), holder=BEARER)
    card = bbs if suite == "bbs-2023" else issue(SD, holder=BEARER)
    shown = bbs_roles.FORM.present_bearer(card, disclose=paths, challenge=CHALLENGE)
    assert json.loads(shown)["credentialSubject"] == {"type": CLAIMS["credentialSubject"]["type"]}
    if suite == "bbs-2023":
        assert bbs_roles.verify(shown, challenge=bbs_roles.UNHELD).holder is None
    else:
        assert verify(shown, challenge=BEARER).holder is None


def test_same_entropy_same_proof_key() -> None:
    form = format_of(SD)
    one, two = (
        form.prepare_issue(order(SD), entropy=lambda size: bytes([7]) * size) for _ in range(2)
    )
    assert one.to_be_signed == two.to_be_signed


def test_proof_sets_and_chains() -> None:
    """Proofs of one issuer over several suites, one of which follows another."""
    key = KEYS[Alg.ES256]
    card = json.loads(issue("ecdsa-rdfc-2019", holder=BEARER))
    card["proof"]["id"] = "urn:proof:1"
    first = {name: value for name, value in card.items() if name != "proof"}
    document = json.loads(signed(first, "ecdsa-jcs-2019", key, id="urn:proof:1"))
    document = json.loads(signed(document, "ecdsa-rdfc-2019", key))
    chained = signed(document, "ecdsa-rdfc-2019", key, previous=("urn:proof:1",))
    verified = verify(chained, challenge=BEARER)
    details = [each.detail for each in verified.evidence if each.check is Check.ISSUER_SIGNATURE]
    assert details == ["ecdsa-jcs-2019", "ecdsa-rdfc-2019", "ecdsa-rdfc-2019"]


def test_proofs_of_unknown_suites_are_passed_over() -> None:
    card = json.loads(issue(JCS, holder=BEARER))
    card["proof"] = [card["proof"], {**card["proof"], "cryptosuite": "future-2030"}]
    assert verify(json.dumps(card).encode(), challenge=BEARER).type == TYPE


def test_inline_contexts() -> None:
    claims = {"@context": {"level": "urn:example:level"}, "credentialSubject": {"level": 3}}
    over_json = issue(JCS, claims=claims, type="urn:example:Card")
    assert verify(present(over_json)).holder == HOLDER.public_key
    over_rdf = issue("eddsa-rdfc-2022", claims=claims, type="urn:example:Card", holder=BEARER)
    allowed = format_of(None, inline=InlineContexts.ALLOWED)
    assert verify(over_rdf, challenge=BEARER, form=allowed).holder is None


@pytest.mark.parametrize("suite", [JCS, SD])
def test_presented_without_a_holder(suite: str) -> None:
    form, card = format_of(None), issue(suite)
    shown = form.present_bearer(card, disclose=[NAME], challenge=CHALLENGE)
    assert (shown == card) is (suite == JCS)
    assert form.is_bearer(shown)
    assert not form.is_bearer(present(card, NAME))
    assert verify(shown, challenge=BEARER).holder is None
    with pytest.raises(ContentError) as refusal:
        form.present_bearer(card, disclose=[("credentialSubject", "nothing")], challenge=CHALLENGE)
    assert refusal.value.code is Code.W3C_NO_CLAIM


def test_types_are_expanded() -> None:
    expanded = f"https://w3id.org/citizenship#{TYPE}"
    accepted = format_of(None).accept(issue(SD), issuers=trust(), now=NOW)
    assert expanded in accepted.types
    wanted = query.of(query.ldp_vc("card", types=[(expanded,)], claims=[NAME]))
    assert query.match_credential(wanted.credentials[0], accepted) is not None
    assert expanded in verify(present(issue(SD), NAME)).types


def test_types_of_contexts_that_nobody_has() -> None:
    """Over JSON the contexts need not be at hand; types are then as the document has them."""
    claims = {"@context": "https://nowhere.example/v1", "credentialSubject": {"level": 3}}
    accepted = format_of(None).accept(issue(JCS, claims=claims), issuers=trust(), now=NOW)
    assert TYPE in accepted.types


def test_terms_that_no_context_defines() -> None:
    """Over JSON they are signed all the same, by issuer and holder."""
    card = issue(JCS, claims={"credentialSubject": {"shoe_size": 42}})
    subject: Any = verify(present(card)).claims["credentialSubject"]
    assert subject["shoe_size"] == 42


def test_contexts_of_the_caller() -> None:
    url = "https://contexts.example/v1"
    contexts = Contexts(added={url: b'{"@context": {"level": "urn:example:level"}}'})
    suites = Suites(Processor(contexts))
    form = format_of("eddsa-rdfc-2022", suites=suites)
    made = order(
        "eddsa-rdfc-2022",
        claims={"@context": url, "credentialSubject": {"level": 3}},
        type="urn:example:Card",
    )
    card = form.prepare_issue(made, entropy=system_entropy).sign_with(KEYS[Alg.EDDSA])
    assert form.accept(card, issuers=trust(), now=NOW).type == "urn:example:Card"
    with pytest.raises(KridError) as refusal:
        format_of(None).accept(card, issuers=trust(), now=NOW)
    assert refusal.value.code is Code.LD_CONTEXT_UNKNOWN


def test_status_and_schemas() -> None:
    entry = BitstringEntry(uri="https://mois.example/lists/1", index=5, purpose="revocation")
    card = issue(SD, status=entry)
    form = format_of(None, schemas=Schemas({}))
    (found,) = form.accept(card, issuers=trust(), now=NOW).status
    assert isinstance(found, StatusEntry | BitstringEntry)
    verified = verify(present(card, NAME), form=form)
    assert len(verified.status) == 1
    assert Check.TYPE in {each.check for each in verified.evidence}


def the_proof(raw: bytes) -> dict[str, Any]:
    proofs: Any = format_of(None).inspect(raw).content["proofs"]
    (proof,) = proofs
    return dict(proof)


def test_inspection() -> None:
    form = format_of(None)
    card = issue(SD)
    assert form.inspect(card).type == TYPE
    proof = the_proof(card)
    assert proof["kind"] == "base"
    assert "/credentialSubject/id" in proof["mandatory_pointers"]
    shown = present(card, NAME)
    assert form.inspect(shown).type is None
    derived = json.dumps(json.loads(shown)["verifiableCredential"][0]).encode()
    proof = the_proof(derived)
    assert proof["kind"] == "derived"
    assert the_proof(issue(JCS))["cryptosuite"] == JCS


def test_recognised() -> None:
    assert recognised(standard_formats(), issue(JCS)).name == "ldp_vc"
    assert recognised(standard_formats(), present(issue(JCS))).name == "ldp_vc"
    for other in (b"[]", b"{}", b'{"@context":1,"proof":1,"DataIntegrityProof":1}'):
        assert not format_of(None).recognises(other)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"suite": "ecdsa-sd-2023", "alg": Alg.EDDSA}, Code.ALG_KEY),
        ({"suite": "eddsa-rdfc-2022", "alg": Alg.ES256}, Code.ALG_KEY),
        ({"suite": "future-2030", "alg": Alg.ES256}, Code.MISUSE_OPTION),
        ({"certificates": (b"der",)}, Code.MISUSE_OPTION),
        ({"key_id": None}, Code.MISUSE_OPTION),
        ({"claims": {**CLAIMS, "unknownTerm": 1}}, Code.MISUSE_CLAIMS),
        ({"claims": {"credentialSubject": [{"name": "a"}, {"name": "b"}]}}, Code.MISUSE_CLAIMS),
    ],
)
def test_orders_that_are_refused(changes: dict[str, object], code: Code) -> None:
    suite = str(changes.pop("suite", "eddsa-rdfc-2022"))
    alg = changes.pop("alg", Alg.EDDSA)
    assert isinstance(alg, Alg)
    made = order("eddsa-rdfc-2022", alg, **changes)
    with pytest.raises(MisuseError) as refusal:
        format_of(suite).prepare_issue(made, entropy=system_entropy)
    assert refusal.value.code is code


def test_a_key_id_that_is_a_fragment() -> None:
    card = json.loads(issue(JCS, key_id="#key-1", issuer="https://mois.example"))
    assert card["proof"]["verificationMethod"] == "https://mois.example#key-1"


def test_paths_of_pointers() -> None:
    secured = parse_credential(issue(SD))
    assert path_of(secured, ("credentialSubject", "type", "0")) == ("credentialSubject", "type", 0)
    for steps in (("credentialSubject", "nothing"), ("credentialSubject", "type", "x")):
        with pytest.raises(ContentError) as refusal:
            path_of(secured, steps)
        assert refusal.value.code is Code.W3C_NO_CLAIM


def test_lists_that_can_be_withheld() -> None:
    url = "https://contexts.example/v1"
    context = {"codes": "urn:example:codes", "shown": "urn:example:shown"}
    contexts = Contexts(added={url: json.dumps({"@context": context}).encode()})
    form = format_of(
        SD, suites=Suites(Processor(contexts)), mandatory=("/credentialSubject/shown/1",)
    )
    made = order(
        SD,
        claims={"@context": url, "credentialSubject": {"codes": ["a", "b"], "shown": ["c", "d"]}},
        type="urn:example:Card",
    )
    card = form.prepare_issue(made, entropy=system_entropy).sign_with(KEYS[Alg.ES256])
    accepted = form.accept(card, issuers=trust(), now=NOW)
    assert set(accepted.withholdable) == {
        ("credentialSubject", "codes", 0),
        ("credentialSubject", "codes", 1),
        ("credentialSubject", "shown", 0),
    }
    prepared = form.prepare_presentation(
        card,
        disclose=[("credentialSubject", "codes", 1)],
        challenge=CHALLENGE,
        alg=HOLDER.alg,
        now=NOW,
    )
    subject: Any = verify(prepared.sign_with(HOLDER), form=form).claims["credentialSubject"]
    assert subject["codes"] == ("b",)
    assert subject["shown"] == ("d",)


def test_names_of_the_suites() -> None:
    suites = Suites()
    assert {suites.find(name).name for name in ALGS} == set(ALGS)
    assert suites.selective.algs == {Alg.ES256}


def test_no_suite_for_a_key() -> None:
    key = LocalKey.generate(Alg.ES512)
    with pytest.raises(MisuseError) as refusal:
        Suites().for_key(key.alg)
    assert refusal.value.code is Code.ALG_KEY


def test_too_large() -> None:
    claims = {"@context": {"n": "urn:n"}, "credentialSubject": {"n": list(range(13_000))}}
    with pytest.raises(MisuseError) as refusal:
        issue(JCS, claims=claims)
    assert refusal.value.code is Code.MISUSE_CLAIMS


def test_presentations_that_are_refused() -> None:
    card = issue(SD)
    for paths in ([("credentialSubject", "nothing")], [()]):
        with pytest.raises(ContentError) as missing:
            present(card, *paths)
        assert missing.value.code is Code.W3C_NO_CLAIM
    with pytest.raises(MisuseError) as misuse:
        present(card, signer=KEYS[Alg.EDDSA])
    assert misuse.value.code is Code.ALG_KEY
    with pytest.raises(MisuseError) as misuse:
        present(card, challenge=type(CHALLENGE)(audience="", nonce="n"))
    assert misuse.value.code is Code.MISUSE_OPTION
    alone = issue(
        SD,
        holder=BEARER,
        claims={**CLAIMS, "credentialSubject": {"id": did_of(HOLDER.public_key), "type": "Person"}},
    )
    assert verify(present(alone)).holder == HOLDER.public_key


def test_verified_credentials_travel() -> None:
    secured = parse_credential(issue(JCS))
    verification = Verification(Suites(), trust(), InlineContexts.REFUSED)
    verified = verification.issued(secured, now=NOW, skew=timedelta(0))
    again = pickle.loads(pickle.dumps(verified))  # noqa: S301  what was just made
    assert isinstance(again, VerifiedVc)
    assert again.credential.document == verified.credential.document
    assert V2 in again.credential.contexts


EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
SUBJECTS: list[tuple[Any, tuple[tuple[str, ...], ...]]] = [
    ({"givenName": "Gildong", "city": "Seoul"}, (("credentialSubject",),)),
    ([{"givenName": "Gildong"}, {"givenName": "Chunhyang"}], (("credentialSubject",),)),
    ([{"givenName": "Gildong"}, {"type": "Person", "givenName": "Chunhyang"}], ()),
    ([{"id": "urn:example:1", "givenName": "Gildong"}], ()),
    ({"type": "Person", "givenName": "Gildong"}, ()),
]


@pytest.mark.parametrize(("subject", "needed"), SUBJECTS)
def test_what_matches_can_be_shown(subject: Any, needed: tuple[tuple[str, ...], ...]) -> None:
    """A query for nothing of the subject is answered by a card of which enough is left."""
    claims = {"@context": EXAMPLES, "credentialSubject": subject}
    card = issue(SD, holder=BEARER, claims=claims)
    accepted = format_of(None).accept(card, issuers=trust(), now=NOW)
    assert accepted.needs_one == needed
    whole = f"https://www.w3.org/ns/credentials/examples#{TYPE}"
    words: dict[str, Any] = {"types": [(whole,)], "holder": HolderBinding.NOT_REQUIRED}
    nothing = query.ldp_vc("card", **words, claims=[])
    found = query.match_options(nothing, accepted)
    assert bool(found) is not bool(needed)
    for match in found:
        shown = format_of(None).present_bearer(card, disclose=match.disclose, challenge=CHALLENGE)
        assert b"Gildong" not in shown
        verify(shown, challenge=BEARER)
    asked = query.ldp_vc("card", **words, claims=[("credentialSubject",)])
    assert query.match_options(asked, accepted)
    with pytest.raises(ContentError) as missing:
        format_of(None).present_bearer(
            issue(SD, holder=BEARER, claims={**claims, "credentialSubject": {"city": "Seoul"}}),
            disclose=[],
            challenge=CHALLENGE,
        )
    assert missing.value.code is Code.W3C_NO_CLAIM


def test_a_suite_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(MisuseError) as error:
        VcdiFormat(suite="eddsa-rdfc-2023")
    assert error.value.code is Code.MISUSE_OPTION
    assert error.value.detail.startswith("suite: none but eddsa-rdfc-2022, ")
    assert all(VcdiFormat(suite=name).suite == name for name in Suites().names)
    with pytest.raises(MisuseError) as error:
        VcdiFormat(mandatory="/issuer")  # type: ignore[arg-type]
    assert error.value.code is Code.MISUSE_TYPE


def test_a_plain_suite_by_a_callers_word() -> None:
    assert Suites().plain_named(JCS).name == JCS
    with pytest.raises(MisuseError) as error:
        Suites().plain_named(SD)
    assert error.value.code is Code.MISUSE_OPTION
