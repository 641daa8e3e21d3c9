"""Trust chains that hold, and what they resolve to."""

from datetime import timedelta

import pytest
from federations import (
    ANCHOR,
    DAY,
    ISSUER,
    MINISTRY,
    NOW,
    SKEW,
    Entity,
    Federation,
    lonely,
)

from krid.errors import Code, TrustError
from krid.jose.jws import Jws
from krid.keys import jwk
from krid.trust.federation import (
    Anchor,
    StatementChain,
    TrustChain,
    chain_in_header,
    verify_chain,
)


def verified(federation: Federation, texts: list[str]) -> TrustChain:
    return verify_chain(texts, anchors=federation.anchors, now=NOW, skew=SKEW)


def test_a_chain_of_three() -> None:
    federation = Federation.small()
    chain = verified(federation, federation.chain())
    assert chain.entity_ids == (ISSUER, MINISTRY, ANCHOR)
    assert (chain.subject, chain.anchor, chain.expires) == (ISSUER, ANCHOR, NOW + DAY)
    assert [key.key for key in chain.keys] == [federation[ISSUER].key.public_key]
    assert chain.parameters("vc_issuer") == federation_keys(federation)
    with pytest.raises(TrustError) as error:
        chain.parameters("openid_provider")
    assert error.value.code is Code.FEDERATION_ENTITY_TYPE


def federation_keys(federation: Federation) -> dict[str, object]:
    public = jwk.encode_public(federation[ISSUER].key.public_key)
    return {"jwks": {"keys": ({**public, "kid": federation[ISSUER].key_id},)}}


def test_the_anchors_configuration_may_be_left_out() -> None:
    federation = Federation.small()
    chain = verified(federation, lonely(federation.chain()))
    assert chain.anchor == ANCHOR
    assert chain.anchor_configuration is None


def test_an_anchor_is_a_chain_of_its_own() -> None:
    federation = Federation.small()
    chain = verified(federation, [federation[ANCHOR].configuration()])
    assert chain.entity_ids == (ANCHOR,)
    assert [key.key for key in chain.keys] == [federation[ANCHOR].key.public_key]
    assert chain.anchor_configuration is not None


def test_the_least_end_is_the_chains() -> None:
    federation = Federation.small()
    soon = NOW + timedelta(minutes=1)
    federation[MINISTRY].above = {ANCHOR: {"exp": int(soon.timestamp())}}
    assert verified(federation, federation.chain()).expires == soon


def test_a_skew_is_allowed_for() -> None:
    federation = Federation.small()
    late = NOW + DAY + timedelta(seconds=30)
    chain = verify_chain(
        federation.chain(), anchors=federation.anchors, now=late, skew=timedelta(minutes=1)
    )
    assert chain.subject == ISSUER


def test_the_superiors_metadata_goes_before_the_policy() -> None:
    federation = Federation.small()
    federation[ISSUER].metadata["vc_issuer"] |= {"algs": ["ES256", "RS256"], "name": "Own"}
    federation[ISSUER].above = {
        MINISTRY: {
            "metadata": {"vc_issuer": {"name": "Given"}, "openid_provider": {"name": "No"}},
            "metadata_policy": {"vc_issuer": {"name": {"one_of": ["Given"]}}},
        }
    }
    federation[MINISTRY].above = {
        ANCHOR: {
            # Metadata is for the subject alone, a policy is for all below.
            "metadata": {"vc_issuer": {"name": "Ministry"}},
            "metadata_policy": {"vc_issuer": {"algs": {"subset_of": ["ES256", "EdDSA"]}}},
        }
    }
    chain = verified(federation, federation.chain())
    assert set(chain.metadata) == {"federation_entity", "vc_issuer"}
    assert chain.metadata["vc_issuer"]["name"] == "Given"
    assert chain.metadata["vc_issuer"]["algs"] == ("ES256",)


def test_entity_types_that_a_superior_does_not_allow_are_taken_away() -> None:
    federation = Federation.small()
    federation[ISSUER].metadata["openid_provider"] = {"bad": "policy would refuse this"}
    federation[MINISTRY].above = {
        ANCHOR: {
            "constraints": {"allowed_entity_types": ["vc_issuer"]},
            "metadata_policy": {"openid_provider": {"issuer": {"essential": True}}},
        }
    }
    assert set(verified(federation, federation.chain()).metadata) == {
        "federation_entity",
        "vc_issuer",
    }


@pytest.mark.parametrize(
    ("by_anchor", "by_ministry"),
    [
        ({"max_path_length": 1}, {"max_path_length": 0}),
        ({"max_path_length": 9, "unknown_constraint": [1]}, {}),
        ({"naming_constraints": {"permitted": [".example"]}}, {}),
        ({"naming_constraints": {"permitted": ["MOIS.example", "ministry.example"]}}, {}),
        ({"naming_constraints": {"excluded": [".bank.example"]}}, {"naming_constraints": {}}),
    ],
)
def test_constraints_that_are_kept(by_anchor: object, by_ministry: object) -> None:
    federation = Federation.small()
    federation[MINISTRY].above = {ANCHOR: {"constraints": by_anchor}}
    federation[ISSUER].above = {MINISTRY: {"constraints": by_ministry}}
    assert verified(federation, federation.chain()).subject == ISSUER


def test_an_anchor_that_is_below_another() -> None:
    federation = Federation.small()
    union = Entity("https://union.example")
    federation.entities[union.entity_id] = union
    federation[ANCHOR].superiors = (union.entity_id,)
    longer = federation.chain(ISSUER, MINISTRY, ANCHOR, union.entity_id)
    anchors = [Anchor.of(union.entity_id, union.key.public_key), *federation.anchors]
    chain = verify_chain(longer, anchors=anchors, now=NOW, skew=SKEW)
    assert chain.anchor == union.entity_id
    shorter = verify_chain(federation.chain(), anchors=anchors, now=NOW, skew=SKEW)
    assert shorter.anchor == ANCHOR


def test_a_chain_in_a_header() -> None:
    federation = Federation.small()
    entity, texts = federation[ISSUER], federation.chain()
    assert chain_in_header(Jws.parse(entity.sign({}, typ="JWT", trust_chain=texts))) == tuple(texts)
    assert chain_in_header(Jws.parse(entity.sign({}, typ="JWT"))) == ()


def test_statements_are_kept_as_they_came() -> None:
    texts = Federation.small().chain()
    assert StatementChain.parse(texts).texts == tuple(texts)
