"""Whole rounds of bbs-2023, for each feature."""

import pytest
from bbs_cards import (
    CARD,
    DOMAIN,
    KEY,
    MANDATORY,
    MOMENT,
    NYM,
    OPTIONS,
    SECRET,
    accept,
    derive,
    hold,
    issue,
    verify,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from krid import bbs
from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError, MisuseError
from krid.ld import BUNDLED_PROCESSOR, write_pointer
from krid.vcdi import bbs2023
from krid.vcdi.bbs2023 import Feature

HELD = {feature: hold(feature) for feature in Feature}
PSEUDONYMOUS = {feature for feature in Feature if feature.has_pseudonym}


@pytest.mark.parametrize("feature", Feature)
def test_a_holder_shows_a_part(feature: Feature) -> None:
    held = HELD[feature]
    accept(held)
    derived = derive(held)
    verified = verify(derived, domain=DOMAIN if feature in PSEUDONYMOUS else None)
    assert verified.document == {
        **{name: CARD[name] for name in ("@context", "type", "issuer", "validFrom")},
        "credentialSubject": {"home": {"city": "Seoul"}, "visits": [{"town": "Jeju"}]},
    }
    assert verified.feature is feature
    assert verified.presentation_header == MOMENT
    assert (verified.nym is not None) is (feature in PSEUDONYMOUS)
    assert "Gildong" not in str(derived)
    assert "Hong" not in repr(verified) + repr(held.secrets)


@pytest.mark.parametrize("feature", [one for one in Feature if one.has_pseudonym])
def test_a_pseudonym_is_the_same_each_time(feature: Feature) -> None:
    shown = [verify(derive(HELD[feature]), domain=DOMAIN).nym for _ in range(2)]
    assert shown[0] == shown[1]


def test_two_proofs_of_a_card_share_no_more_than_they_show() -> None:
    values = [
        bbs2023.DerivedProofValue.parse(derive(HELD[Feature.BASELINE])["proof"]["proofValue"])
        for _ in range(2)
    ]
    assert values[0].proof[:48] != values[1].proof[:48]
    assert values[0].labels == values[1].labels


_PATHS = [
    ("credentialSubject", "name"),
    ("credentialSubject", "home"),
    ("credentialSubject", "home", "street"),
    ("credentialSubject", "visits", 0),
    ("credentialSubject", "visits", 0, "town"),
    ("credentialSubject", "visits"),
    ("credentialSubject",),
    ("validFrom",),
    ("issuer",),
    (),
]


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.sampled_from(_PATHS), unique=True), st.lists(st.sampled_from(_PATHS), unique=True)
)
def test_any_pointers_do(
    mandatory: list[tuple[str | int, ...]], selected: list[tuple[str | int, ...]]
) -> None:
    card = issue(mandatory=[write_pointer(path) for path in mandatory])
    held = HELD[Feature.BASELINE]._replace(card=card)
    pointers = [write_pointer(path) for path in selected]
    if mandatory or selected:
        verify(derive(held, selected=pointers))
    else:
        with pytest.raises(ContentError) as error:
            derive(held, selected=pointers)
        assert error.value.code is Code.W3C_NO_CLAIM


def test_any_presentation_header_may_be_taken() -> None:
    derived = derive(HELD[Feature.BASELINE])
    taken = verify(derived, moment=bbs2023.ANY_PRESENTATION_HEADER)
    assert taken.presentation_header == MOMENT


def test_one_proof_in_a_list_is_a_proof() -> None:
    derived = derive(HELD[Feature.BASELINE])
    verify({**derived, "proof": [derived["proof"]]})


@pytest.mark.parametrize(
    "other",
    [bbs.LocalBbsKey.generate(bbs.Suite.SHA256), bbs.LocalBbsKey.generate(bbs.Suite.SHAKE256)],
)
def test_another_signer_signs_nothing(other: bbs.LocalBbsKey) -> None:
    prepared = bbs2023.prepare(
        CARD,
        options=OPTIONS,
        mandatory_pointers=MANDATORY,
        public_key=KEY.public_key,
        binding=bbs2023.UNBOUND,
        processor=BUNDLED_PROCESSOR,
        entropy=system_entropy,
    )
    with pytest.raises(MisuseError) as error:
        prepared.sign_with(other)
    assert error.value.code is Code.ALG_KEY


@pytest.mark.parametrize("feature", Feature)
@pytest.mark.parametrize("secrets", Feature)
def test_secrets_of_another_feature_do_not_do(feature: Feature, secrets: Feature) -> None:
    held = HELD[feature]._replace(secrets=HELD[secrets].secrets)
    if feature is secrets:
        return
    for call in (accept, derive):
        with pytest.raises(MisuseError) as error:
            call(held)
        assert error.value.code is Code.MISUSE_OPTION


def test_secrets_do_not_print() -> None:
    for held in HELD.values():
        assert SECRET.reveal().decode() not in repr(held.secrets)
        assert str(NYM.reveal()) not in repr(held.secrets)
