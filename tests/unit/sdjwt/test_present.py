"""What a holder shows, and what stays hidden."""

from typing import Any

import pytest

from krid._core.frozen import thaw
from krid.model import ClaimPath
from krid.sdjwt import HashAlg, Presentation, SdJwt, present, sd, verify, verify_bearer
from krid.sdjwt.reveal import locate

OPEN = {"issuing_country": "KR", "nationalities": ["US"], "work": {"since": 2020}}
REGISTERED = {"iss", "vct", "iat", "nbf", "exp", "cnf", "status"}


def shown(scene: Any, credential: SdJwt, *paths: ClaimPath) -> dict[str, Any]:
    text = present.bearer(credential, disclose=paths)
    verified = verify_bearer(
        Presentation.parse(text),
        issuer_key=scene.issuer.public_key,
        now=scene.now,
        skew=scene.skew,
    )
    claims: Any = thaw(verified.claims)
    return {name: value for name, value in claims.items() if name not in REGISTERED}


@pytest.mark.parametrize(
    ("paths", "more"),
    [
        ((), {}),
        ((("family_name",),), {"family_name": "Kim"}),
        ((("issuing_country",),), {}),
        ((("nationalities", 0),), {"nationalities": ["KR", "US"]}),
        ((("nationalities", 1),), {}),
        ((("nationalities", 2),), {"nationalities": ["US", "DE"]}),
        ((("nationalities", None),), {"nationalities": ["KR", "US", "DE"]}),
        ((("nationalities",),), {"nationalities": ["KR", "US", "DE"]}),
        ((("address", "country"),), {"address": {"country": "KR"}}),
        ((("address", "locality"),), {"address": {"country": "KR", "locality": "Seoul"}}),
        ((("address",),), {"address": {"country": "KR", "locality": "Seoul"}}),
        ((("work", "employer"),), {"work": {"since": 2020, "employer": "Example Ltd."}}),
        ((("work", "since"),), {}),
        (
            (("family_name",), ("family_name",), ("nationalities", 0)),
            {"family_name": "Kim", "nationalities": ["KR", "US"]},
        ),
    ],
)
def test_what_is_chosen_is_shown_and_nothing_else(
    scene: Any, paths: tuple[ClaimPath, ...], more: dict[str, Any]
) -> None:
    assert shown(scene, scene.issue(), *paths) == OPEN | more


def test_indexes_count_what_the_whole_credential_shows(scene: Any) -> None:
    credential = scene.issue(claims={"list": [sd("a"), sd("b"), sd(["c", sd("d")])]})
    narrowed = SdJwt.parse(present.bearer(credential, disclose=[("list", 1), ("list", 2, 1)]))
    assert list(locate(narrowed.payload, narrowed.disclosures)) == [
        ("list", 0),
        ("list", 1),
        ("list", 1, 1),
    ]
    assert shown(scene, narrowed, ("list", 0)) == {"list": ["b"]}


@pytest.mark.parametrize("decoys", [0, 2])
def test_located_paths_are_those_of_every_disclosure(scene: Any, decoys: int) -> None:
    credential = scene.issue(decoys=decoys)
    assert set(locate(credential.payload, credential.disclosures)) == {
        ("family_name",),
        ("nationalities", 0),
        ("nationalities", 2),
        ("address",),
        ("address", "locality"),
        ("work", "employer"),
    }


@pytest.mark.parametrize("hash_alg", HashAlg)
def test_a_bound_presentation(scene: Any, hash_alg: HashAlg) -> None:
    prepared = present.prepare(
        scene.issue(hash_alg=hash_alg),
        disclose=[("family_name",)],
        audience=scene.audience,
        nonce=scene.nonce,
        alg=scene.holder.alg,
        now=scene.now,
    )
    text = prepared.complete(scene.holder.sign(prepared.to_be_signed))
    presentation = Presentation.parse(text)
    assert presentation.kb is not None
    assert dict(presentation.kb.header) == {"alg": "ES256", "typ": "kb+jwt"}
    assert presentation.kb.claims() == {
        "iat": int(scene.now.timestamp()),
        "aud": scene.audience,
        "nonce": scene.nonce,
        "sd_hash": hash_alg.digest(presentation.sd_jwt.text),
    }
    verified = verify(
        presentation,
        issuer_key=scene.issuer.public_key,
        audience=scene.audience,
        nonce=scene.nonce,
        now=scene.now,
        skew=scene.skew,
        max_age=scene.max_age,
    )
    assert verified.claims["family_name"] == "Kim"


def test_the_order_of_disclosures_is_the_issuers(scene: Any) -> None:
    credential = scene.issue()
    paths = list(locate(credential.payload, credential.disclosures))
    assert present.bearer(credential, disclose=paths) == credential.text
    assert present.bearer(credential, disclose=paths[::-1]) == credential.text
