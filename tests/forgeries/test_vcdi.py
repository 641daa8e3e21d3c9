"""One forgery for every rule of VC Data Integrity and its suites."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from vcdi_cards import (
    BEARER,
    CHALLENGE,
    CITIZENSHIP,
    CLAIMS,
    DAY,
    ECDSA,
    EDDSA,
    HOLDER,
    JCS,
    KEYS,
    NOW,
    SD,
    TYPE,
    V2,
    changed,
    format_of,
    issue,
    present,
    signed,
    trust,
    verify,
    with_changed_proof,
)

from krid._core import base64url, cbor
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.ld import BUNDLED, Contexts, Processor
from krid.model import Challenge, TransactionData
from krid.proofs import parse_proofs
from krid.trust import KeyTrust
from krid.vcdi import installed
from krid.vcdi.ecdsa_sd import BaseValue, DerivedValue
from krid.vcdi.holder import did_of, method_of
from krid.vcdi.suites import Suites

NAME = ("credentialSubject", "givenName")
FAMILY = ("credentialSubject", "familyName")
CARD = ("credentialSubject", "permanentResidentCard")
OTHER = LocalKey.generate(Alg.ES256)


KOBLITZ = LocalKey.generate(Alg.ES256K)


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def bearer(raw: bytes, **changes: Any) -> object:
    return verify(raw, challenge=BEARER, **changes)


def card(suite: str = EDDSA, **changes: Any) -> bytes:
    return issue(suite, holder=BEARER, **changes)


def bare(suite: str = EDDSA) -> dict[str, Any]:
    document = json.loads(card(suite))
    del document["proof"]
    return dict(document)


def test_without_the_extra_a_proof_over_rdf_is_refused_and_one_over_json_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over_rdf, over_json = card(EDDSA), card(JCS)
    shown = present(issue(JCS))
    monkeypatch.setattr(installed, "find_spec", lambda _package: None)
    assert refused(lambda: bearer(over_rdf)) is Code.DI_EXTRA
    bearer(over_json)
    verify(shown)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"proof": ...}, Code.DI_NO_PROOF),
        ({"proof": []}, Code.W3C_PROOF),
        ({"proof": {"type": "DataIntegrityProof"}}, Code.DI_SYNTAX),
        ({"validUntil": "2099-01-01T00:00:00Z"}, Code.DI_SIGNATURE),
        ({"unknownTerm": "x"}, Code.LD_UNDEFINED),
        ({"name": None}, Code.W3C_TEXT),
        ({"evidence": [{"type": "Evidence", "id": None}]}, Code.W3C_ID),
        ({"@context": [V2]}, Code.LD_UNDEFINED),
        ({"@context": [CITIZENSHIP, V2]}, Code.W3C_CONTEXT),
        ({"@context": [V2, CITIZENSHIP, {"other": "urn:other"}]}, Code.LD_INLINE),
        ({"@context": [V2, CITIZENSHIP, "https://nowhere.example/v1"]}, Code.LD_CONTEXT_UNKNOWN),
    ],
)
def test_documents(changes: dict[str, Any], code: Code) -> None:
    assert refused(lambda: bearer(changed(card(), **changes))) is code


MODEL = "https://www.w3.org/2018/credentials#"
STATUS = "https://www.w3.org/ns/credentials/status#"
ENTRY = {
    "id": "https://mois.example/list#1",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "1",
    "statusListCredential": "https://mois.example/list",
}


def moment(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}


def under_iri(whole: dict[str, Any]) -> None:
    whole[f"{MODEL}validUntil"] = moment(whole.pop("validUntil"))


def status_under_iri(whole: dict[str, Any]) -> None:
    entry = whole.pop("credentialStatus")
    whole[f"{MODEL}credentialStatus"] = {
        "id": entry["id"],
        "type": f"{STATUS}BitstringStatusListEntry",
        f"{STATUS}statusPurpose": entry["statusPurpose"],
        f"{STATUS}statusListIndex": entry["statusListIndex"],
        f"{STATUS}statusListCredential": {"id": entry["statusListCredential"]},
    }


def included(whole: dict[str, Any]) -> None:
    moved = {name: whole.pop(name) for name in ("validUntil", "credentialStatus")}
    whole["@included"] = [{"id": whole["id"], "type": ["VerifiableCredential"], **moved}]


def reversed_(whole: dict[str, Any]) -> None:
    pointer = {f"{MODEL}credentialStatus": {"id": whole["id"]}}
    whole["@included"] = [{**whole.pop("credentialStatus"), "@reverse": pointer}]


def repeated_below(whole: dict[str, Any]) -> None:
    moved = {"type": whole["type"], "validUntil": whole.pop("validUntil")}
    whole["relatedResource"] = [{"id": whole["id"], **moved, **whole["relatedResource"][0]}]


def proof_under_iri(whole: dict[str, Any]) -> None:
    proof = whole["proof"]
    proof["https://w3id.org/security#expiration"] = moment(proof.pop("expires"))


@pytest.mark.parametrize("suite", [EDDSA, ECDSA])
@pytest.mark.parametrize(
    "hide",
    [under_iri, status_under_iri, included, reversed_, repeated_below, proof_under_iri],
)
def test_the_same_statements_written_where_nobody_reads_them(
    hide: Callable[[dict[str, Any]], None], suite: str
) -> None:
    """The signature holds in any case: end, status and expiry would be gone for who reads JSON."""
    own = {"id": "urn:card:1", "digestSRI": "sha256-" + "A" * 43 + "="}
    document = {**bare(suite), "id": "urn:card:1", "credentialStatus": ENTRY}
    document["relatedResource"] = [own]
    key = KEYS[Alg.EDDSA if suite == EDDSA else Alg.ES256]
    honest = signed(document, suite, key, expires=NOW + 900 * DAY)
    if hide is not repeated_below:
        del document["relatedResource"]
        honest = signed(document, suite, key, expires=NOW + 900 * DAY)
    whole = json.loads(honest)
    hide(whole)
    assert refused(lambda: bearer(json.dumps(whole).encode())) is Code.LD_HIDDEN


def test_a_hidden_end_of_a_derived_credential() -> None:
    shown = json.loads(
        format_of(None).present_bearer(issue(SD), disclose=[NAME], challenge=CHALLENGE)
    )
    under_iri(shown)
    assert refused(lambda: bearer(json.dumps(shown).encode())) is Code.LD_HIDDEN


def test_contexts_that_nobody_signed_make_no_types() -> None:
    """A proof over JSON lets contexts come after its own: what they say is not believed."""
    whole = json.loads(card(JCS))
    honest = verify(json.dumps(whole).encode(), challenge=BEARER)
    whole["@context"].append({TYPE: "https://mois.example/#Minister"})
    shown = json.dumps(whole).encode()
    found = verify(shown, challenge=BEARER)
    assert (found.type, found.types, found.claims) == (honest.type, honest.types, honest.claims)
    held = format_of(None).accept(shown, issuers=trust(), now=NOW)
    assert (held.type, held.types) == (honest.type, honest.types)


def test_a_context_that_was_signed_as_text_and_got_company() -> None:
    document = {**bare(JCS), "@context": V2, "type": ["VerifiableCredential", "Card"]}
    whole = json.loads(signed(document, JCS, KEYS[Alg.EDDSA]))
    whole["@context"] = [V2, {"Card": "https://mois.example/#Minister"}]
    found = verify(json.dumps(whole).encode(), challenge=BEARER)
    assert (found.type, found.claims["@context"]) == ("Card", (V2,))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"proofValue": ...}, Code.DI_SYNTAX),
        ({"proofValue": "f00"}, Code.DI_SYNTAX),
        ({"proofValue": "z0"}, Code.DI_SYNTAX),
        ({"proofValue": "u2V0A"}, Code.DI_PROOF_VALUE),
        ({"proofValue": "z1111"}, Code.DI_SIGNATURE),
        ({"type": "Ed25519Signature2020"}, Code.DI_SYNTAX),
        ({"cryptosuite": "future-2030"}, Code.DI_SUITE),
        ({"cryptosuite": ECDSA}, Code.DI_SIGNATURE),
        ({"cryptosuite": JCS}, Code.DI_SIGNATURE),
        ({"proofPurpose": "authentication"}, Code.DI_PURPOSE),
        ({"verificationMethod": method_of(OTHER.public_key)}, Code.DI_METHOD),
        ({"created": "2026-01-01T00:00:00Z"}, Code.DI_SIGNATURE),
        ({"created": "yesterday"}, Code.DI_SYNTAX),
        ({"nonce": 5}, Code.DI_SYNTAX),
        ({"domain": []}, Code.DI_SYNTAX),
        ({"domain": ["a", "a"]}, Code.DI_SYNTAX),
        ({"previousProof": "urn:proof:0"}, Code.DI_PREVIOUS),
        ({"id": "urn:p", "previousProof": "urn:p"}, Code.DI_PREVIOUS),
        ({"@context": ["https://www.w3.org/ns/did/v1"]}, Code.DI_CONTEXT),
    ],
)
def test_proofs(changes: dict[str, Any], code: Code) -> None:
    assert refused(lambda: bearer(with_changed_proof(card(), **changes))) is code


def test_context_of_canonical_json() -> None:
    """Over JSON the proof repeats the contexts, and the document must begin with them."""
    code = Code.DI_CONTEXT
    assert refused(lambda: bearer(changed(card(JCS), **{"@context": [V2]}))) is code
    longer = changed(card(JCS), **{"@context": [V2, CITIZENSHIP, "https://www.w3.org/ns/did/v1"]})
    assert bearer(longer)


def test_a_context_that_is_not_the_pinned_one() -> None:
    other = json.dumps(BUNDLED.load(CITIZENSHIP)).encode()
    suites = Suites(Processor(Contexts(added={CITIZENSHIP: other})))
    form = format_of(None, suites=suites)
    assert refused(lambda: bearer(card(), form=form)) is Code.LD_CONTEXT_DIGEST


def test_protected_terms() -> None:
    url = "https://contexts.example/v1"
    added = {url: b'{"@context": {"issuer": "urn:other", "type": "urn:other"}}'}
    form = format_of(None, suites=Suites(Processor(Contexts(added=added))))
    forged = changed(card(), **{"@context": [V2, CITIZENSHIP, url]})
    assert refused(lambda: bearer(forged, form=form)) is Code.LD_PROTECTED


def test_poison() -> None:
    """Two people alike, each with nine cards alike: nine factorial orders would be tried."""
    cards = [{"type": "PermanentResidentCard"}] * 9
    people = [{"type": "PermanentResident", "permanentResidentCard": cards}] * 2
    assert refused(lambda: bearer(changed(card(), credentialSubject=people))) is Code.LD_POISON


def test_dates_of_a_proof() -> None:
    key = KEYS[Alg.EDDSA]
    expired = signed(bare(), EDDSA, key, expires=NOW)
    assert refused(lambda: bearer(expired)) is Code.DI_EXPIRED
    early = signed(bare(), EDDSA, key, created=NOW + DAY)
    assert refused(lambda: bearer(early)) is Code.DI_CREATED


def test_dates_of_a_credential() -> None:
    assert refused(lambda: bearer(card(), now=NOW + 366 * DAY)) is Code.W3C_EXPIRED
    assert refused(lambda: bearer(card(JCS, valid_from=NOW + DAY))) is Code.W3C_NOT_YET_VALID


def test_sets_and_chains() -> None:
    key = KEYS[Alg.EDDSA]
    first = json.loads(signed(bare(), EDDSA, key, id="urn:p:1"))
    chain = json.loads(signed(first, EDDSA, key, id="urn:p:2", previous=("urn:p:1",)))
    assert bearer(json.dumps(chain).encode())
    alone = {**chain, "proof": [chain["proof"][1]]}
    assert refused(lambda: bearer(json.dumps(alone).encode())) is Code.DI_PREVIOUS
    other = json.loads(signed(bare(), EDDSA, key, id="urn:p:1", created=NOW - DAY))["proof"]
    swapped = {**chain, "proof": [other, chain["proof"][1]]}
    assert refused(lambda: bearer(json.dumps(swapped).encode())) is Code.DI_SIGNATURE
    twice = {**chain, "proof": [chain["proof"][0], chain["proof"][0]]}
    assert refused(lambda: bearer(json.dumps(twice).encode())) is Code.DI_SYNTAX
    many = {**chain, "proof": [chain["proof"][0] | {"id": f"urn:{n}"} for n in range(17)]}
    assert refused(lambda: bearer(json.dumps(many).encode())) is Code.DI_SYNTAX
    ring = [
        chain["proof"][0] | {"previousProof": "urn:p:2"},
        chain["proof"][1],
    ]
    assert (
        refused(lambda: bearer(json.dumps({**chain, "proof": ring}).encode())) is Code.DI_PREVIOUS
    )
    unknown = [chain["proof"][0] | {"cryptosuite": "future-2030"}, chain["proof"][1]]
    assert (
        refused(lambda: bearer(json.dumps({**chain, "proof": unknown}).encode())) is Code.DI_SUITE
    )


def test_nobody_trusts_the_issuer() -> None:
    nobody = KeyTrust.of(OTHER.public_key)
    assert refused(lambda: bearer(card(), issuers=nobody)) is Code.TRUST_UNKNOWN_ISSUER


def test_a_key_of_another_suite() -> None:
    (proof,) = parse_proofs(json.loads(card()))
    suite = Suites().plain_named(EDDSA)
    assert refused(lambda: suite.verify(bare(), proof, key=OTHER.public_key)) is Code.DI_SUITE
    (proof,) = parse_proofs(json.loads(card(JCS)))
    assert refused(lambda: suite.verify(bare(), proof, key=OTHER.public_key)) is Code.DI_SUITE
    (proof,) = parse_proofs(json.loads(card(SD)))
    selective = Suites().selective
    key = KEYS[Alg.EDDSA].public_key
    assert refused(lambda: selective.verify(bare(), proof, key=key)) is Code.DI_SUITE
    (proof,) = parse_proofs(json.loads(card()))
    assert refused(lambda: selective.verify(bare(), proof, key=OTHER.public_key)) is Code.DI_SUITE
    assert refused(lambda: selective.derive(bare(), proof, selective=[])) is Code.DI_SUITE


TWO = [{**json.loads(issue(EDDSA)), "id": f"urn:uuid:{number}"} for number in range(2)]


class TestPresentations:
    shown = staticmethod(lambda: json.loads(present(issue(EDDSA))))

    def resigned(self, **options: Any) -> bytes:
        """The presentation without its proof, signed anew by its holder."""
        document = self.shown()
        del document["proof"]
        document |= options.pop("document", {})
        whole: dict[str, Any] = {
            "purpose": "authentication",
            "domains": (CHALLENGE.audience,),
            "challenge": CHALLENGE.nonce,
        }
        key = options.pop("key", HOLDER)
        return signed(document, ECDSA, key, **(whole | options))

    def test_as_it_should_be(self) -> None:
        assert verify(self.resigned()).holder == HOLDER.public_key
        assert verify(self.resigned(created=None)).holder == HOLDER.public_key

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"purpose": "assertionMethod"}, Code.DI_PURPOSE),
            ({"domains": ()}, Code.DI_DOMAIN),
            ({"domains": ("https://other.example",)}, Code.DI_DOMAIN),
            ({"domains": (CHALLENGE.audience, "https://other.example")}, Code.DI_DOMAIN),
            ({"challenge": None}, Code.DI_CHALLENGE),
            ({"challenge": "another"}, Code.DI_CHALLENGE),
            ({"created": NOW - timedelta(minutes=6)}, Code.DI_CREATED),
            ({"created": NOW + timedelta(minutes=6)}, Code.DI_CREATED),
            ({"expires": NOW}, Code.DI_EXPIRED),
            ({"key": OTHER}, Code.DI_METHOD),
            (
                {"key": OTHER, "verification_method": method_of(HOLDER.public_key)},
                Code.DI_SIGNATURE,
            ),
            ({"document": {"holder": "did:example:other"}}, Code.W3C_CLAIM_CONFLICT),
            ({"document": {"verifiableCredential": TWO}}, Code.W3C_SEVERAL),
            ({"document": {"@context": [V2, {"x": "urn:x"}]}}, Code.LD_INLINE),
        ],
    )
    def test_proof(self, options: dict[str, Any], code: Code) -> None:
        assert refused(lambda: verify(self.resigned(**options))) is code

    def test_a_changed_presentation(self) -> None:
        forged = changed(present(issue(EDDSA)), id="urn:uuid:1")
        assert refused(lambda: verify(forged)) is Code.DI_SIGNATURE

    def test_without_its_proof(self) -> None:
        forged = changed(present(issue(EDDSA)), proof=...)
        assert refused(lambda: verify(forged)) is Code.DI_NO_PROOF

    def test_two_proofs(self) -> None:
        document = self.shown()
        document["proof"] = [document["proof"], document["proof"]]
        assert refused(lambda: verify(json.dumps(document).encode())) is Code.DI_SYNTAX

    def test_a_selective_proof_around_it(self) -> None:
        forged = with_changed_proof(present(issue(EDDSA)), cryptosuite=SD)
        assert refused(lambda: verify(forged)) is Code.DI_SUITE

    def test_a_credential_that_is_not_secured(self) -> None:
        document = self.shown()
        inner = document["verifiableCredential"][0]
        del inner["proof"]
        assert refused(lambda: verify(json.dumps(document).encode())) is Code.W3C_UNSECURED
        envelope = {
            "@context": V2,
            "type": "EnvelopedVerifiableCredential",
            "id": "data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AA",
        }
        document["verifiableCredential"] = envelope
        assert refused(lambda: verify(json.dumps(document).encode())) is Code.W3C_UNSECURED

    def test_of_another_kind(self) -> None:
        assert refused(lambda: verify(issue(EDDSA))) is Code.KB_MISSING
        assert refused(lambda: bearer(present(issue(EDDSA)))) is Code.KB_UNEXPECTED

    def test_no_holder(self) -> None:
        claims = {
            **CLAIMS,
            "credentialSubject": {"id": "https://someone.example", "type": "Person"},
        }
        unbound = issue(EDDSA, claims=claims)
        assert refused(lambda: present(unbound)) is Code.KB_NO_KEY
        document = self.shown() | {
            "verifiableCredential": [json.loads(issue(EDDSA, holder=BEARER))]
        }
        assert refused(lambda: verify(json.dumps(document).encode())) is Code.KB_NO_KEY

    def test_transactions(self) -> None:
        transaction = TransactionData("urn:pay", ("card",), "e30", {})
        challenge = Challenge(audience="https://a.example", nonce="n", transactions=(transaction,))
        card = issue(EDDSA)
        assert refused(lambda: present(card, challenge=challenge)) is Code.TRANSACTION_FORMAT


class TestSelective:
    """ecdsa-sd-2023."""

    def derived(self) -> dict[str, Any]:
        shown = json.loads(present(issue(SD), NAME, FAMILY, CARD))
        return dict(shown["verifiableCredential"][0])

    def value(self) -> DerivedValue:
        (proof,) = parse_proofs(self.derived())
        return DerivedValue.parse(proof)

    def forged(self, document: dict[str, Any], place: int, component: Any) -> bytes:
        """The credential with another component in the value of its proof."""
        proof = dict(document["proof"])
        raw = base64url.decode(proof["proofValue"][1:])
        components = list(cbor.decode(raw[3:]))  # type: ignore[call-overload]  # an array
        components[place] = component(components[place]) if callable(component) else component
        proof["proofValue"] = "u" + base64url.encode(raw[:3] + cbor.encode(components))
        return json.dumps(document | {"proof": proof}).encode()

    def test_as_it_should_be(self) -> None:
        assert bearer(json.dumps(self.derived()).encode())

    @pytest.mark.parametrize(
        ("place", "component", "code"),
        [
            (0, lambda raw: raw[:-1], Code.DI_PROOF_VALUE),
            (0, lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]), Code.DI_SIGNATURE),
            (1, bytes(35), Code.DI_PROOF_VALUE),
            (1, bytes.fromhex("8024") + OTHER.public_key.compressed, Code.DI_SIGNATURE),
            (1, bytes.fromhex("e701") + KOBLITZ.public_key.compressed, Code.DI_PROOF_VALUE),
            (1, bytes.fromhex("e701") + OTHER.public_key.compressed, Code.DI_PROOF_VALUE),
            (2, lambda found: found[::-1], Code.DI_SIGNATURE),
            (2, lambda found: found[1:], Code.DI_COUNT),
            (2, "x", Code.DI_PROOF_VALUE),
            (3, {}, Code.DI_LABEL_MAP),
            (3, lambda found: {**found, 99: bytes(32)}, Code.DI_LABEL_MAP),
            (3, lambda found: dict.fromkeys(found, bytes(32)), Code.DI_LABEL_MAP),
            (
                3,
                lambda found: {number: bytes([number]) * 32 for number in found},
                Code.DI_SIGNATURE,
            ),
            (3, {-1: bytes(32)}, Code.DI_PROOF_VALUE),
            (4, lambda found: found[::-1], Code.DI_INDEX),
            (4, lambda found: [*found, 500], Code.DI_INDEX),
            (4, lambda found: found[1:], Code.DI_COUNT),
            (4, "x", Code.DI_PROOF_VALUE),
        ],
    )
    def test_components(self, place: int, component: Any, code: Code) -> None:
        assert refused(lambda: bearer(self.forged(self.derived(), place, component))) is code

    def test_a_statement_more_or_less(self) -> None:
        document = self.derived()
        subject = document["credentialSubject"]
        more = document | {"credentialSubject": subject | {"birthCountry": "Arcadia"}}
        assert refused(lambda: bearer(json.dumps(more).encode())) is Code.DI_COUNT
        other = document | {"credentialSubject": subject | {"givenName": "Other"}}
        assert refused(lambda: bearer(json.dumps(other).encode())) is Code.DI_SIGNATURE

    def test_a_mandatory_statement_withheld(self) -> None:
        document = self.derived()
        del document["validUntil"]
        found = refused(lambda: bearer(json.dumps(document).encode()))
        assert found in {Code.DI_COUNT, Code.DI_INDEX, Code.DI_SIGNATURE}

    def test_a_base_proof_is_for_the_holder_alone(self) -> None:
        assert refused(lambda: bearer(card(SD))) is Code.DI_PROOF_HEADER

    def test_a_value_of_another_kind(self) -> None:
        document = self.derived()
        for value in ("z1111", "u2V0D", "u2V0B", "u2V0BgA"):
            code = Code.DI_PROOF_HEADER if value in {"z1111", "u2V0D"} else Code.DI_PROOF_VALUE
            proof = document["proof"] | {"proofValue": value}
            forged = json.dumps(document | {"proof": proof}).encode()
            assert refused(lambda forged=forged: bearer(forged)) is code  # type: ignore[misc]

    def test_derived_twice(self) -> None:
        """From what was derived nothing can be derived."""
        document = self.derived()
        (proof,) = parse_proofs(document)
        bare = {name: value for name, value in document.items() if name != "proof"}
        code = refused(lambda: Suites().selective.derive(bare, proof, selective=[]))
        assert code is Code.DI_PROOF_HEADER

    def test_pointers_that_lead_nowhere(self) -> None:
        document = json.loads(issue(SD))
        (proof,) = parse_proofs(document)
        bare = {name: value for name, value in document.items() if name != "proof"}
        derive = Suites().selective.derive
        code = refused(lambda: derive(bare, proof, selective=["/nothing"]))
        assert code is Code.W3C_NO_CLAIM
        assert refused(lambda: Suites().find("future-2030")) is Code.DI_SUITE

    def test_pointers_twice(self) -> None:
        twice = self.forged(json.loads(issue(SD)), 4, lambda found: [*found, found[0]])
        accept = format_of(None).accept
        code = refused(lambda: accept(twice, issuers=trust(), now=NOW))
        assert code is Code.DI_POINTER_TWICE

    def test_base_proofs_that_hold_something_else(self) -> None:
        accept = format_of(None).accept
        document = json.loads(issue(SD))
        for place, component, code in (
            (3, lambda found: found[1:], Code.DI_COUNT),
            (3, lambda found: found[::-1], Code.DI_SIGNATURE),
            (2, bytes(32), Code.DI_SIGNATURE),
            (2, bytes(31), Code.DI_PROOF_VALUE),
            (4, lambda found: [*found, "/nothing"], Code.LD_POINTER),
            (4, lambda found: found[1:], Code.DI_COUNT),
        ):
            forged = self.forged(document, place, component)
            call = lambda forged=forged: accept(forged, issuers=trust(), now=NOW)  # noqa: E731
            assert refused(call) is code

    def test_at_issue(self) -> None:
        base = BaseValue(bytes(64), bytes(35), bytes(32), (), ("/a",))
        assert base.encode().startswith("u2V0A")
        selective = Suites().selective
        from krid.proofs import ProofOptions
        from krid.vcdi.ecdsa_sd import ProofSecrets

        options = ProofOptions(verification_method="urn:k", purpose="assertionMethod", created=NOW)
        good = ProofSecrets(OTHER, bytes(32))
        for pointers, secrets in (
            (["/issuer", "/issuer"], good),
            (["/nothing"], good),
            (["issuer"], good),
            (["/issuer"], ProofSecrets(OTHER, bytes(31))),
            (["/issuer"], ProofSecrets(KEYS[Alg.EDDSA], bytes(32))),
        ):
            call = lambda pointers=pointers, secrets=secrets: selective.prepare_base(  # noqa: E731
                bare(), options, mandatory=pointers, secrets=secrets
            )
            assert refused(call) is Code.MISUSE_OPTION

    def test_too_little(self) -> None:
        (proof,) = parse_proofs(json.loads(issue(SD)))
        document = json.loads(issue(SD))
        alone = self.forged(document, 4, [])
        (proof,) = parse_proofs(json.loads(alone))
        assert (
            refused(lambda: Suites().selective.derive(bare(), proof, selective=[]))
            is Code.W3C_NO_CLAIM
        )
        assert did_of(OTHER.public_key).startswith("did:key:z")
        subject = {"name": "Gildong"}
        unbound = issue(SD, holder=BEARER, claims={**CLAIMS, "credentialSubject": subject})
        from krid.vcdi import derive, parse_credential

        code = refused(
            lambda: derive(
                parse_credential(unbound), suites=Suites(), disclose=[], audience="", nonce=""
            )
        )
        assert code is Code.W3C_NO_CLAIM
