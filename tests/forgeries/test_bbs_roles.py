"""Cards with bbs-2023 in the hands of the roles' format, each with one thing wrong."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import vcdi_cards as plain
from bbs_roles import (
    BEARER,
    CHALLENGE,
    DID,
    FORM,
    KEY,
    METHOD,
    NAME,
    NOW,
    OTHER_KEY,
    TRUST,
    UNHELD,
    issue,
    order,
    present,
    show,
    verify,
)
from vcdi_cards import CLAIMS, DAY, HOLDER, KEYS, with_changed_proof

from krid import bbs
from krid._core.entropy import system_entropy
from krid.bbs import blind
from krid.errors import Code, KridError, UnsupportedError
from krid.issuer import Issuer
from krid.keys import Alg, BbsAlg, LocalKey
from krid.model import NO_STATUS, IssuerHint, IssuerKey
from krid.profiles import HAIP, W3C
from krid.sdjwt.format import SdJwtVcFormat
from krid.trust import KeyTrust, PinnedKey
from krid.vcdi import bbs2023, installed
from krid.vcdi.bbs2023 import BaseProofValue, DerivedProofValue
from krid.vcdi.format import VcdiFormat
from krid.verifier import verify_presentation

CARD = issue()
FREE = issue(holder=BEARER)
SHOWN = json.loads(show(FREE, NAME))
PRESENTED = present(CARD, NAME)


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


def unheld(shown: Any, **words: Any) -> Code:
    return refused(lambda: verify(shown, **{"challenge": UNHELD, **words}))


def with_value(document: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The document with other parts of its derived proof value."""
    forged = copy.deepcopy(document)
    value = DerivedProofValue.parse(forged["proof"]["proofValue"])
    forged["proof"]["proofValue"] = replace(value, **members).encode()
    return forged


class Answers:
    """A source of trust that gives out one key, whatever it was asked for."""

    def __init__(self, key: Any) -> None:
        self.key = key

    def find(self, hint: IssuerHint, *, now: object) -> IssuerKey:
        return IssuerKey(key=self.key, issuer=DID, path="a careless source")


def test_what_is_refused_here_verifies_untouched() -> None:
    assert verify(SHOWN, challenge=UNHELD).holder is None
    assert verify(PRESENTED).holder == HOLDER.public_key
    accepted = FORM.accept(CARD, issuers=TRUST, now=NOW)
    assert accepted.signer.bbs_key == KEY.public_key


def test_another_nonce_or_audience() -> None:
    for changes in ({"nonce": "another"}, {"audience": "https://shop.example"}):
        other = replace(UNHELD, **changes)  # type: ignore[arg-type]  # both are texts
        assert unheld(SHOWN, challenge=other) is Code.DI_PRESENTATION_HEADER


def test_another_header_than_was_proved() -> None:
    header = b'{"challenge":"another","domain":"https://bank.example"}'
    other = replace(UNHELD, nonce="another")
    forged = with_value(SHOWN, presentation_header=header)
    assert unheld(forged, challenge=other) is Code.DI_SIGNATURE


def test_a_derived_card_inside_a_presentation_for_another_session() -> None:
    """The holder signs for this session what was derived for another."""
    elsewhere = replace(CHALLENGE, nonce="another")
    document = {
        "@context": [plain.V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads(show(CARD, NAME, challenge=elsewhere))],
    }
    shown = plain.signed(
        document,
        plain.ECDSA,
        HOLDER,
        purpose="authentication",
        challenge=CHALLENGE.nonce,
        domains=(CHALLENGE.audience,),
    )
    assert refused(lambda: verify(shown)) is Code.DI_PRESENTATION_HEADER


def test_a_holder_who_does_not_sign() -> None:
    """A challenge wants the holder's key, unless it says that none is needed."""
    assert refused(lambda: verify(show(CARD, NAME))) is Code.KB_MISSING
    untied = replace(CHALLENGE, audience="", nonce="")
    loose = show(FREE, NAME, challenge=untied)
    assert unheld(loose) is Code.KB_MISSING
    assert verify(loose, challenge=BEARER).holder is None
    assert refused(lambda: verify(SHOWN, challenge=BEARER)) is Code.KB_UNEXPECTED
    assert refused(lambda: verify(PRESENTED, challenge=BEARER)) is Code.KB_UNEXPECTED


def test_another_holder_signs() -> None:
    other = LocalKey.generate(Alg.ES256)
    prepared = FORM.prepare_presentation(
        CARD, disclose=[NAME], challenge=CHALLENGE, alg=Alg.ES256, now=NOW
    )
    assert refused(lambda: verify(prepared.sign_with(other))) is Code.DI_SIGNATURE


def test_a_base_proof_as_if_it_were_derived() -> None:
    assert refused(lambda: verify(FREE, challenge=BEARER)) is Code.DI_PROOF_HEADER
    assert unheld(json.loads(FREE)) is Code.KB_MISSING
    document = {
        "@context": [plain.V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads(CARD)],
    }
    whole = plain.signed(document, plain.ECDSA, HOLDER, purpose="authentication")
    assert refused(lambda: verify(whole)) is Code.DI_PROOF_HEADER


def test_what_was_derived_for_an_exchange_as_if_it_were_a_card() -> None:
    """Its wallet would say that it answers, and every verifier would refuse it."""
    raw = json.dumps(SHOWN).encode()
    assert refused(lambda: FORM.accept(raw, issuers=TRUST, now=NOW)) is Code.KB_UNEXPECTED


@pytest.mark.parametrize(
    ("path", "value"), [(NAME, "Another"), (("credentialSubject", "birthCountry"), "Elsewhere")]
)
def test_a_shown_claim_changed(path: tuple[str, str], value: str) -> None:
    forged = copy.deepcopy(SHOWN)
    forged[path[0]][path[1]] = value
    assert unheld(forged) is Code.DI_SIGNATURE


def test_messages_in_another_order() -> None:
    shown = json.loads(show(FREE, NAME, ("credentialSubject", "familyName")))
    assert verify(shown, challenge=UNHELD).holder is None
    first, second = DerivedProofValue.parse(shown["proof"]["proofValue"]).selective
    assert unheld(with_value(shown, selective=(second, first))) is Code.DI_INDEX
    moved = with_value(shown, selective=(first, second + 1))
    assert unheld(moved) is Code.DI_SIGNATURE


def test_a_mandatory_statement_left_out() -> None:
    forged = copy.deepcopy(SHOWN)
    del forged["credentialSubject"]["birthCountry"]
    assert unheld(forged) is Code.DI_INDEX
    value = DerivedProofValue.parse(SHOWN["proof"]["proofValue"])
    fewer = with_value(forged, mandatory=value.mandatory[:-1])
    assert unheld(fewer) is Code.DI_SIGNATURE


def test_the_end_of_validity_left_out() -> None:
    forged = {name: value for name, value in SHOWN.items() if name != "validUntil"}
    assert unheld(forged) is Code.DI_INDEX


def test_a_proof_of_another_suite() -> None:
    for suite in ("ecdsa-sd-2023", "eddsa-rdfc-2022"):
        forged = json.loads(with_changed_proof(json.dumps(SHOWN).encode(), cryptosuite=suite))
        trust = KeyTrust.of(*(key.public_key for key in KEYS.values()))
        code = refused(lambda: verify(forged, challenge=BEARER, issuers=trust))  # noqa: B023
        assert code in {Code.DI_PROOF_HEADER, Code.DI_PROOF_VALUE}


def test_a_proof_of_bbs_that_follows_another() -> None:
    forged = copy.deepcopy(SHOWN)
    first = {**forged["proof"], "id": "urn:example:first"}
    forged["proof"] = [{**forged["proof"], "previousProof": "urn:example:first"}, first]
    assert unheld(forged) is Code.DI_SUITE


def test_the_key_of_another_issuer() -> None:
    other = KeyTrust.of(OTHER_KEY.public_key)
    assert unheld(SHOWN, issuers=other) is Code.DI_SIGNATURE
    assert refused(lambda: FORM.accept(CARD, issuers=other, now=NOW)) is Code.DI_SIGNATURE
    named = KeyTrust((PinnedKey(key=KEY.public_key, issuer="did:example:other"),))
    assert unheld(SHOWN, issuers=named) is Code.TRUST_UNKNOWN_ISSUER
    both = KeyTrust.of(KEY.public_key, OTHER_KEY.public_key)
    assert unheld(SHOWN, issuers=both) is Code.TRUST_AMBIGUOUS


def test_a_key_of_the_other_kind() -> None:
    jws_key, bbs_key = KEYS[Alg.ES256].public_key, KEY.public_key
    assert unheld(SHOWN, issuers=KeyTrust.of(jws_key)) is Code.TRUST_UNKNOWN_ISSUER
    named = KeyTrust((PinnedKey(key=jws_key, key_id=METHOD),))
    assert unheld(SHOWN, issuers=named) is Code.ALG_KEY
    assert unheld(SHOWN, issuers=Answers(jws_key)) is Code.ALG_KEY
    for suite in (plain.EDDSA, plain.JCS, plain.ECDSA, plain.SD):
        card = plain.issue(suite)
        held = refused(lambda: FORM.accept(card, issuers=Answers(bbs_key), now=NOW))  # noqa: B023
        assert held is Code.ALG_KEY


def test_a_key_of_bbs_where_a_jws_wants_one() -> None:
    issuer = Issuer("https://mois.example", signer=KEYS[Alg.ES256], profile=HAIP)
    words: dict[str, Any] = {"claims": {}, "holder": BEARER, "lifetime": DAY, "status": NO_STATUS}
    card = issuer.issue_sdjwt(vct="urn:example:card", **words)
    form = SdJwtVcFormat()
    held = refused(lambda: form.accept(card.raw, issuers=Answers(KEY.public_key), now=NOW))
    assert held is Code.ALG_KEY
    hint = IssuerHint(format="dc+sd-jwt", type="urn:example:card", alg=BbsAlg.SHA256)
    assert refused(lambda: hint.message_alg) is Code.ALG_KEY


def test_a_signer_of_the_other_kind() -> None:
    words: dict[str, Any] = {
        "type": plain.TYPE,
        "claims": CLAIMS,
        "holder": BEARER,
        "lifetime": DAY,
        "status": NO_STATUS,
    }
    of_bbs = Issuer(DID, signer=KEY, profile=W3C, key_id=METHOD, formats=(FORM,))
    assert refused(lambda: of_bbs.prepare("ldp_vc", **words)) is Code.ALG_KEY
    standard = Issuer(DID, signer=KEY, profile=W3C, key_id=METHOD)
    assert refused(lambda: standard.issue("vc+jwt", **words)) is Code.ALG_KEY
    other = Issuer(
        DID, signer=KEY, profile=W3C, key_id=METHOD, formats=(VcdiFormat(suite=plain.SD),)
    )
    assert refused(lambda: other.issue("ldp_vc", **words)) is Code.ALG_KEY
    of_jws = Issuer(DID, signer=KEYS[Alg.ES256], profile=W3C, key_id=METHOD, formats=(FORM,))
    assert refused(lambda: of_jws.issue("ldp_vc", **words)) is Code.ALG_KEY
    assert refused(lambda: of_jws.prepare_bbs("ldp_vc", **words)) is Code.ALG_KEY
    shaking = bbs.LocalBbsKey.derive(bytes(32), suite=bbs.Suite.SHAKE256)
    for signer in (KEY, shaking):
        profile = W3C if signer is shaking else HAIP
        assert refused(lambda: Issuer(DID, signer=signer, profile=profile)) is (  # noqa: B023
            Code.ALG_NOT_ALLOWED
        )
    prepared = of_bbs.prepare_bbs("ldp_vc", **words)
    assert refused(lambda: prepared.sign_with(OTHER_KEY)) is Code.ALG_KEY


def test_an_order_that_can_not_be_signed() -> None:
    for changes, code in (
        ({"key_id": None}, Code.MISUSE_OPTION),
        ({"claims": {**CLAIMS, "undefined": 1}}, Code.MISUSE_CLAIMS),
    ):
        assert refused(lambda: issue(**changes)) is code  # noqa: B023
    with pytest.raises(KridError) as error:
        issue(claims={**CLAIMS, "undefined": 1})
    assert error.value.detail == "ld.undefined: undefined"
    for pointer in ("/nothing", "nothing"):
        form = replace(FORM, mandatory=(pointer,))
        assert refused(lambda: issue(form)) is Code.MISUSE_OPTION  # noqa: B023
    form = replace(FORM, mandatory=("/credentialSubject", "/credentialSubject"))
    assert refused(lambda: issue(form)) is Code.MISUSE_OPTION


def test_a_profile_without_bbs_takes_none() -> None:
    def check() -> object:
        return verify_presentation(
            json.dumps(SHOWN).encode(),
            credential_format=FORM,
            trust=TRUST,
            status=NO_STATUS,
            profile=replace(W3C, bbs_algs=frozenset()),
            challenge=UNHELD,
            now=NOW,
        )

    assert refused(check) is Code.ALG_NOT_ALLOWED


def test_a_card_that_is_bound_to_secrets() -> None:
    """The roles carry no secrets of the holder's; the functions of the suite do."""
    made = blind.commit([bytes(32)], suite=bbs2023.SUITE, entropy=system_entropy)
    document = {name: value for name, value in json.loads(FREE).items() if name != "proof"}
    card = bbs2023.prepare(
        document,
        options={name: each for name, each in SHOWN["proof"].items() if name != "proofValue"},
        mandatory_pointers=["/issuer", "/validFrom"],
        public_key=KEY.public_key,
        binding=bbs2023.BoundToHolder(made.octets),
        processor=FORM.suites.processor,
        entropy=system_entropy,
    ).sign_with(KEY)
    raw = json.dumps(card).encode()
    assert refused(lambda: FORM.accept(raw, issuers=TRUST, now=NOW)) is Code.DI_SUITE
    assert refused(lambda: show(raw, NAME)) is Code.DI_SUITE


def test_a_base_proof_that_a_wallet_does_not_keep() -> None:
    card = json.loads(CARD)
    value = BaseProofValue.parse(card["proof"]["proofValue"])
    for members in (
        {"header": bytes(64)},
        {"public_key": OTHER_KEY.public_key.octets},
        {"mandatory_pointers": ("/issuer",)},
    ):
        forged = copy.deepcopy(card)
        forged["proof"]["proofValue"] = replace(value, **members).encode()
        raw = json.dumps(forged).encode()
        code = refused(lambda: FORM.accept(raw, issuers=TRUST, now=NOW))  # noqa: B023
        assert code is Code.DI_SIGNATURE
    late = NOW + 400 * DAY
    assert refused(lambda: FORM.accept(CARD, issuers=TRUST, now=late)) is Code.W3C_EXPIRED


def test_the_linter_reads_proof_values() -> None:
    assert FORM.lint(CARD, now=NOW) == ()
    assert FORM.suites.find("bbs-2023").name == "bbs-2023"
    forged = with_changed_proof(json.dumps(SHOWN).encode(), proofValue="u2V0DgA")
    (found,) = FORM.lint(forged, now=NOW)
    assert (found.code, found.place) == (Code.DI_PROOF_VALUE, "$.proof[0].proofValue")


def test_short_cards_keep_their_time_of_day() -> None:
    short = json.loads(issue(valid_until=NOW + DAY))
    assert short["validFrom"] == "2026-06-01T12:00:00Z"
    assert order().valid_from == NOW


def test_an_end_does_not_tell_the_second_of_signing() -> None:
    """Cards that all end on one day are ordered with what is left until then."""
    ends = NOW + 365 * DAY
    dates = set()
    for at in (NOW, NOW + timedelta(hours=3, seconds=17)):
        card = json.loads(issue(valid_from=at, valid_until=ends))
        dates.add((card["validFrom"], card["validUntil"]))
    assert dates == {("2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z")}


def test_without_the_extra_somebody_elses_proof_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(installed, "find_spec", {"pyld": object()}.get)
    calls: list[Callable[[], object]] = [
        lambda: verify(PRESENTED),
        lambda: verify(SHOWN, challenge=UNHELD),
        lambda: FORM.accept(CARD, issuers=TRUST, now=NOW),
        lambda: FORM.is_bearer(json.dumps(SHOWN).encode()),
    ]
    for call in calls:
        with pytest.raises(UnsupportedError) as error:
            call()
        assert error.value.code is Code.DI_EXTRA
        assert error.value.detail == "pip install 'krid[bbs]'"
