"""What a verifier is given once everything is proved."""

from datetime import timedelta
from typing import Any

import pytest

from krid.errors import Code, ValidityError
from krid.keys import Alg, Curve, LocalKey
from krid.model import NO_STATUS, StatusReference
from krid.sdjwt import (
    Presentation,
    VerifiedSdJwt,
    present,
    verify,
    verify_bearer,
    verify_issued,
    verify_plain,
)


def presented(scene: Any, holder: LocalKey, **changes: Any) -> Presentation:
    credential = scene.issue(holder=holder.public_key, **changes)
    return Presentation.parse(
        present.prepare(
            credential,
            disclose=[("family_name",)],
            audience=scene.audience,
            nonce=scene.nonce,
            alg=holder.alg,
            now=scene.now,
        ).sign_with(holder)
    )


def check(scene: Any, presentation: Presentation, **changes: Any) -> VerifiedSdJwt:
    settings = {
        "issuer_key": scene.issuer.public_key,
        "audience": scene.audience,
        "nonce": scene.nonce,
        "now": scene.now,
        "skew": scene.skew,
        "max_age": scene.max_age,
    }
    return verify(presentation, **(settings | changes))


def test_what_was_proved(scene: Any) -> None:
    verified = check(scene, presented(scene, scene.holder))
    assert verified.vct == "urn:example:card"
    assert verified.issuer == "https://issuer.example"
    assert verified.holder == scene.holder.public_key
    assert verified.valid_from == scene.now
    assert verified.valid_until == scene.now + timedelta(days=365)
    assert verified.status == StatusReference("https://status.example/1", 7)
    assert [evidence.check for evidence in verified.evidence] == [
        "issuer_signature",
        "integrity",
        "validity",
        "holder",
    ]


def test_the_digests_are_gone(scene: Any) -> None:
    claims = check(scene, presented(scene, scene.holder)).claims
    assert set(claims) == {
        *("iss", "vct", "iat", "nbf", "exp", "cnf", "status"),
        *("issuing_country", "nationalities", "work", "family_name"),
    }
    assert claims["nationalities"] == ("US",)
    assert claims["work"] == {"since": 2020}


def test_the_claims_are_read_only(scene: Any) -> None:
    claims = check(scene, presented(scene, scene.holder)).claims
    with pytest.raises(TypeError):
        claims["family_name"] = "Lee"  # type: ignore[index]  # the point of the test
    with pytest.raises(TypeError):
        claims["work"]["since"] = 2026  # type: ignore[index]  # the point of the test


def test_the_text_form_shows_no_claims(scene: Any) -> None:
    assert "Kim" not in repr(check(scene, presented(scene, scene.holder)))


@pytest.mark.parametrize("alg", Alg)
def test_every_algorithm_for_issuer_and_holder(scene: Any, alg: Alg) -> None:
    holder, issuer = LocalKey.generate(alg), LocalKey.generate(alg)
    from dataclasses import replace

    other = replace(scene, issuer=issuer, order=replace(scene.order, alg=alg))
    assert check(other, presented(other, holder)).holder == holder.public_key


def test_without_status_and_holder_key(scene: Any) -> None:
    verified = verify_bearer(
        Presentation.parse(scene.issue(status=NO_STATUS).text),
        issuer_key=scene.issuer.public_key,
        now=scene.now,
        skew=scene.skew,
    )
    assert (verified.status, verified.holder) == (None, None)
    assert "holder" not in {evidence.check for evidence in verified.evidence}


@pytest.mark.parametrize("aud", ["https://bank.example", ["x", "https://bank.example"]])
def test_a_credential_made_for_this_verifier(scene: Any, aud: object) -> None:
    presentation = presented(scene, scene.holder, claims={"family_name": "Kim", "aud": aud})
    assert check(scene, presentation).claims["family_name"] == "Kim"


def test_a_holder_may_have_a_credential_for_one_verifier(scene: Any) -> None:
    verified = verify_issued(
        scene.issue(claims={"aud": scene.audience}),
        issuer_key=scene.issuer.public_key,
        now=scene.now,
        skew=scene.skew,
    )
    assert verified.claims["aud"] == scene.audience


@pytest.mark.parametrize(
    "changes",
    [
        {"now_shift": timedelta(minutes=5)},
        {"now_shift": timedelta(seconds=-60)},
    ],
)
def test_the_edges_of_the_holders_window(scene: Any, changes: dict[str, timedelta]) -> None:
    presentation = presented(scene, scene.holder)
    moment = scene.now + changes["now_shift"]
    check(scene, presentation, now=moment)
    outside = moment + changes["now_shift"] / abs(changes["now_shift"].total_seconds())
    with pytest.raises(ValidityError):
        check(scene, presentation, now=outside)


def test_the_edges_of_validity(scene: Any) -> None:
    credential = scene.issue()
    end = scene.now + timedelta(days=365) + scene.skew

    def at(now: Any) -> VerifiedSdJwt:
        return verify_issued(
            credential, issuer_key=scene.issuer.public_key, now=now, skew=scene.skew
        )

    at(end - timedelta(seconds=1))
    with pytest.raises(ValidityError) as error:
        at(end)
    assert error.value.code is Code.SDJWT_EXPIRED
    at(scene.now - scene.skew)
    with pytest.raises(ValidityError) as error:
        at(scene.now - scene.skew - timedelta(seconds=1))
    assert error.value.code is Code.SDJWT_NOT_YET_VALID


def test_a_plain_sd_jwt_with_key_binding(scene: Any) -> None:
    verified = verify_plain(
        presented(scene, scene.holder),
        typ="application/dc+sd-jwt",
        issuer_key=scene.issuer.public_key,
        audience=scene.audience,
        nonce=scene.nonce,
        now=scene.now,
        skew=scene.skew,
        max_age=scene.max_age,
    )
    assert verified.holder == scene.holder.public_key
    assert verified.valid_until == scene.now + timedelta(days=365)


def test_a_holder_key_that_does_not_sign(scene: Any) -> None:
    box = LocalKey.generate_on(Curve.X25519)
    assert scene.issue(holder=box.public_key).payload["cnf"]["jwk"]["crv"] == "X25519"


def test_further_types_are_among_the_claims(scene: Any) -> None:
    credential = scene.issue(claims={"aka_vcts": ["urn:example:other"]})
    verified = verify_issued(
        credential, issuer_key=scene.issuer.public_key, now=scene.now, skew=scene.skew
    )
    assert verified.claims["aka_vcts"] == ("urn:example:other",)
