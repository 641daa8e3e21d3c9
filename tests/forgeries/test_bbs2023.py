"""Every rule about bbs-2023, each broken by one forgery."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bbs_cards import (
    CARD,
    DOMAIN,
    OPTIONS,
    SECRET,
    Held,
    accept,
    changed,
    derive,
    hold,
    issue,
    verify,
)

from krid import bbs
from krid._core.entropy import system_entropy
from krid.bbs import blind, pseudonym
from krid.errors import (
    BindingError,
    Code,
    KridError,
    MalformedError,
    SignatureError,
    UnsupportedError,
)
from krid.vcdi import bbs2023
from krid.vcdi.bbs2023 import BaseProofValue, DerivedProofValue, Feature, Nym

HELD = {feature: hold(feature) for feature in Feature}
DERIVED = {feature: derive(held) for feature, held in HELD.items()}
PLAIN = DERIVED[Feature.BASELINE]
OTHER = bbs.LocalBbsKey.generate(bbs.Suite.SHA256).public_key
ORDER = (0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001).to_bytes(32, "big")
IDENTITY = b"\xc0" + bytes(47)


def _refused(
    kind: type[KridError], code: Code, call: Callable[..., object], *arguments: object
) -> None:
    with pytest.raises(kind) as error:
        call(*arguments)
    assert error.value.code is code


def _value(card: Any) -> DerivedProofValue:
    return DerivedProofValue.parse(card["proof"]["proofValue"])


def _with(card: Any, **members: Any) -> Any:
    return changed(card, proofValue=replace(_value(card), **members).encode())


def test_a_proof_removed() -> None:
    _refused(MalformedError, Code.DI_NO_PROOF, verify, {**CARD})
    for card in ({**CARD, "proof": []}, {**CARD, "proof": "x"}, {**CARD, "proof": [{}, {}]}):
        _refused(MalformedError, Code.DI_SYNTAX, verify, card)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"type": "Proof"}, Code.DI_SYNTAX),
        ({"type": None}, Code.DI_SYNTAX),
        ({"cryptosuite": "ecdsa-sd-2023"}, Code.DI_SUITE),
        ({"cryptosuite": None}, Code.DI_SUITE),
        ({"created": "yesterday"}, Code.DI_SYNTAX),
        ({"created": 5}, Code.DI_SYNTAX),
        ({"expires": "2026-13-01T00:00:00Z"}, Code.DI_SYNTAX),
        ({"proofValue": None}, Code.DI_PROOF_VALUE),
        ({"proofValue": 5}, Code.DI_PROOF_VALUE),
        ({"proofValue": "z" + PLAIN["proof"]["proofValue"][1:]}, Code.DI_PROOF_VALUE),
        ({"proofValue": "u2V0A" + PLAIN["proof"]["proofValue"][5:]}, Code.DI_PROOF_HEADER),
        ({"proofValue": HELD[Feature.BASELINE].card["proof"]["proofValue"]}, Code.DI_PROOF_HEADER),
    ],
)
def test_options_and_values(members: dict[str, Any], code: Code) -> None:
    with pytest.raises(KridError) as error:
        verify(changed(PLAIN, **members))
    assert error.value.code is code


@pytest.mark.parametrize(
    "members",
    [
        {"created": "2026-01-01T00:00:01Z"},
        {"created": None},
        {"proofPurpose": "authentication"},
        {"verificationMethod": "did:example:issuer#2"},
        {"domain": "https://bank.example"},
    ],
)
def test_options_that_are_not_those_that_were_signed(members: dict[str, Any]) -> None:
    _refused(SignatureError, Code.DI_SIGNATURE, verify, changed(PLAIN, **members))


def test_a_document_that_is_not_what_was_signed() -> None:
    for name, value in (("issuer", "did:example:other"), ("validFrom", "2027-01-01T00:00:00Z")):
        _refused(SignatureError, Code.DI_SIGNATURE, verify, {**PLAIN, name: value})
    card = copy.deepcopy(PLAIN)
    card["credentialSubject"]["home"]["city"] = "Busan"
    _refused(SignatureError, Code.DI_SIGNATURE, verify, card)
    card["credentialSubject"]["home"]["extra"] = "more"
    _refused(MalformedError, Code.DI_INDEX, verify, card)
    with pytest.raises(SignatureError) as error:
        verify(PLAIN, key=OTHER)
    assert error.value.code is Code.DI_SIGNATURE


def test_a_statement_that_was_shown_and_is_not_there() -> None:
    card = copy.deepcopy(PLAIN)
    del card["credentialSubject"]["home"]["city"]
    with pytest.raises(MalformedError) as error:
        verify(card)
    assert error.value.code in {Code.DI_INDEX, Code.DI_LABEL_MAP}


def test_messages_in_other_places() -> None:
    value = _value(PLAIN)
    hidden = (len(value.proof) - 3 * 48) // 32 - 4
    free = next(n for n in range(hidden + len(value.selective)) if n not in value.selective)
    moved = tuple(sorted({*value.selective[1:], free}))
    _refused(SignatureError, Code.DI_SIGNATURE, verify, _with(PLAIN, selective=moved))
    reordered = (*value.selective[:-2], value.selective[-1], value.selective[-2])
    _refused(MalformedError, Code.DI_INDEX, verify, _with(PLAIN, selective=reordered))
    far = (*value.selective[:-1], 1000)
    _refused(MalformedError, Code.BBS_INDEX, verify, _with(PLAIN, selective=far))
    fewer = value.selective[:-1]
    _refused(MalformedError, Code.DI_INDEX, verify, _with(PLAIN, selective=fewer))


def test_mandatory_statements_in_other_places() -> None:
    value = _value(PLAIN)
    first, *rest = value.mandatory
    for mandatory, code in (
        ((*rest, 1000), Code.DI_INDEX),
        ((first, first, *rest), Code.DI_INDEX),
        (tuple(rest), Code.DI_INDEX),
    ):
        _refused(MalformedError, code, verify, _with(PLAIN, mandatory=mandatory))
    others = set(range(len(value.mandatory) + len(value.selective))) - set(value.mandatory)
    swapped = tuple(sorted({*rest, min(others)}))
    _refused(SignatureError, Code.DI_SIGNATURE, verify, _with(PLAIN, mandatory=swapped))


def test_blank_nodes_under_other_names() -> None:
    labels = dict(_value(PLAIN).labels)
    rotated = dict(
        zip(labels, [*list(labels.values())[1:], next(iter(labels.values()))], strict=True)
    )
    with pytest.raises(KridError):
        verify(_with(PLAIN, labels=rotated))
    more = labels | {len(labels): 99}
    _refused(MalformedError, Code.DI_LABEL_MAP, verify, _with(PLAIN, labels=more))
    less = {node: label for node, label in labels.items() if node}
    _refused(MalformedError, Code.DI_LABEL_MAP, verify, _with(PLAIN, labels=less))


@pytest.mark.parametrize("at", [0, 48, 96])
def test_points_that_are_the_identity(at: int) -> None:
    proof = _value(PLAIN).proof
    forged = proof[:at] + IDENTITY + proof[at + 48 :]
    _refused(MalformedError, Code.BBS_POINT, verify, _with(PLAIN, proof=forged))


@pytest.mark.parametrize("scalar", [bytes(32), ORDER])
def test_scalars_out_of_range(scalar: bytes) -> None:
    forged = _value(PLAIN).proof[:-32] + scalar
    _refused(MalformedError, Code.BBS_SCALAR, verify, _with(PLAIN, proof=forged))


def test_bytes_too_few_or_too_many() -> None:
    proof = _value(PLAIN).proof
    for forged in (proof[:-1], proof + b"\x00", b""):
        _refused(MalformedError, Code.BBS_LENGTH, verify, _with(PLAIN, proof=forged))
    for feature in Feature:
        if feature is not Feature.BASELINE:
            domain = DOMAIN if feature.has_pseudonym else None
            for forged in (
                _value(DERIVED[feature]).proof[:-32],
                _value(DERIVED[feature]).proof + bytes(31) + b"\x01",
            ):
                with pytest.raises(MalformedError) as error:
                    verify(_with(DERIVED[feature], proof=forged), domain=domain)
                assert error.value.code is Code.BBS_LENGTH


def test_another_presentation_header() -> None:
    with pytest.raises(BindingError) as refused:
        verify(PLAIN, moment=b"another nonce")
    assert refused.value.code is Code.DI_PRESENTATION_HEADER
    card = _with(PLAIN, presentation_header=b"another nonce")
    with pytest.raises(SignatureError) as error:
        verify(card, moment=b"another nonce")
    assert error.value.code is Code.DI_SIGNATURE


@pytest.mark.parametrize("feature", [one for one in Feature if one.has_pseudonym])
def test_pseudonyms(feature: Feature) -> None:
    card = DERIVED[feature]
    _refused(BindingError, Code.DI_PSEUDONYM, verify, card)
    nym = _value(card).nym
    assert nym is not None
    elsewhere = _with(card, nym=Nym("https://shop.example", nym.pseudonym))
    with pytest.raises(BindingError) as refused:
        verify(elsewhere, domain=DOMAIN)
    assert refused.value.code is Code.DI_PSEUDONYM
    with pytest.raises(SignatureError) as error:
        verify(elsewhere, domain="https://shop.example")
    assert error.value.code is Code.DI_SIGNATURE
    with pytest.raises(MalformedError) as malformed:
        verify(_with(card, nym=Nym(DOMAIN, IDENTITY)), domain=DOMAIN)
    assert malformed.value.code is Code.BBS_POINT


def test_a_pseudonym_that_is_asked_for_and_not_there() -> None:
    with pytest.raises(BindingError) as error:
        verify(PLAIN, domain=DOMAIN)
    assert error.value.code is Code.DI_PSEUDONYM


@pytest.mark.parametrize("feature", [one for one in Feature if one is not Feature.BASELINE])
def test_a_number_of_messages_that_is_another(feature: Feature) -> None:
    domain = DOMAIN if feature.has_pseudonym else None
    count = _value(DERIVED[feature]).messages
    assert count is not None
    with pytest.raises(MalformedError) as error:
        verify(_with(DERIVED[feature], messages=count - 1), domain=domain)
    assert error.value.code is Code.BBS_LENGTH


def test_a_proof_that_says_another_feature() -> None:
    """A proof without a secret does not pass for one that is bound, nor the other way round."""
    value = _value(PLAIN)
    bound = replace(value, feature=Feature.HOLDER_BINDING, messages=len(value.selective))
    with pytest.raises(KridError):
        verify(changed(PLAIN, proofValue=bound.encode()))
    value = _value(DERIVED[Feature.HOLDER_BINDING])
    plain = replace(value, feature=Feature.BASELINE, messages=None)
    card = changed(DERIVED[Feature.HOLDER_BINDING], proofValue=plain.encode())
    _refused(SignatureError, Code.DI_SIGNATURE, verify, card)


BASE = HELD[Feature.BASELINE].card


def _base_with(**members: Any) -> Held:
    value = replace(BaseProofValue.parse(BASE["proof"]["proofValue"]), **members)
    return Held(changed(BASE, proofValue=value.encode()), bbs2023.NO_SECRETS)


@pytest.mark.parametrize("call", [accept, derive])
def test_a_base_proof_that_is_not_of_the_card(call: Callable[..., object]) -> None:
    for held in (
        _base_with(header=bytes(64)),
        _base_with(hmac_key=bytes(32)),
        _base_with(public_key=OTHER.octets),
        Held({**BASE, "issuer": "did:example:other"}, bbs2023.NO_SECRETS),
        Held(changed(BASE, created="2027-01-01T00:00:00Z"), bbs2023.NO_SECRETS),
        _base_with(mandatory_pointers=("/issuer",)),
        _base_with(
            signature=BaseProofValue.parse(
                issue(card={**CARD, "name": "x"})["proof"]["proofValue"]
            ).signature
        ),
    ):
        _refused(SignatureError, Code.DI_SIGNATURE, call, held)
    with pytest.raises(SignatureError) as error:
        call(HELD[Feature.BASELINE], key=OTHER)
    assert error.value.code is Code.DI_SIGNATURE
    _refused(
        MalformedError, Code.DI_POINTER_TWICE, call, _base_with(mandatory_pointers=("/a", "/a"))
    )
    _refused(MalformedError, Code.LD_POINTER, call, _base_with(mandatory_pointers=("/a",)))
    _refused(MalformedError, Code.DI_PROOF_HEADER, call, Held(PLAIN, bbs2023.NO_SECRETS))


@pytest.mark.parametrize("call", [accept, derive])
def test_a_stolen_card_without_the_holders_secret(call: Callable[..., object]) -> None:
    card, secrets = HELD[Feature.HOLDER_BINDING]
    assert isinstance(secrets, bbs2023.HolderSecrets)
    guessed = bbs2023.HolderSecrets(bbs2023.HolderSecret(bytes(32)), secrets.blind)
    _refused(SignatureError, Code.DI_SIGNATURE, call, Held(card, guessed))
    card, both = HELD[Feature.HOLDER_BINDING_PSEUDONYM]
    assert isinstance(both, bbs2023.HolderPseudonymSecrets)
    other_nym = replace(both, prover_nym=pseudonym.generate_prover_nym(system_entropy))
    _refused(SignatureError, Code.DI_SIGNATURE, call, Held(card, other_nym))


def test_pointers_of_an_issuer() -> None:
    for pointers, code in (
        (["/issuer", "/issuer"], Code.DI_POINTER_TWICE),
        (["/x"], Code.LD_POINTER),
    ):
        with pytest.raises(MalformedError) as error:
            issue(mandatory=pointers)
        assert error.value.code is code


def test_options_of_an_issuer() -> None:
    with pytest.raises(UnsupportedError) as unsupported:
        issue(options={**OPTIONS, "cryptosuite": "bbs-2024"})
    assert unsupported.value.code is Code.DI_SUITE
    with pytest.raises(MalformedError) as error:
        issue(options={**OPTIONS, "type": "Other"})
    assert error.value.code is Code.DI_SYNTAX


def test_a_commitment_to_more_or_less_than_the_feature_has() -> None:
    half = pseudonym.generate_signer_nym_entropy(system_entropy)
    for committed in ([], [b"a", b"b"]):
        made = blind.commit(committed, suite=bbs2023.SUITE, entropy=system_entropy)
        _refused(MalformedError, Code.BBS_LENGTH, issue, bbs2023.BoundToHolder(made.octets))
    nym = pseudonym.generate_prover_nym(system_entropy)
    one = pseudonym.commit(
        [SECRET.reveal()], prover_nym=nym, suite=bbs2023.SUITE, entropy=system_entropy
    ).octets
    none = pseudonym.commit([], prover_nym=nym, suite=bbs2023.SUITE, entropy=system_entropy).octets
    _refused(MalformedError, Code.BBS_LENGTH, issue, bbs2023.BoundToPseudonym(one, half))
    both = bbs2023.BoundToHolderAndPseudonym(none, half)
    _refused(MalformedError, Code.BBS_LENGTH, issue, both)
    forged = bbs2023.BoundToPseudonym(none[:-1] + b"\x01", half)
    _refused(SignatureError, Code.BBS_COMMITMENT, issue, forged)
