"""Many presentations over threads, over the example format."""

from dataclasses import replace

import pytest
from own_format import SignedJson
from roles import NOW, PROFILE, TYPE, Cast

from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS, Challenge, VerifiedCredential
from krid.verifier import verify_many

HOLDER = LocalKey.generate(Alg.ES256)
CHALLENGE = Challenge(audience="x509_san_dns:bank.example", nonce="a nonce")


def _presented(cast: Cast, challenge: Challenge) -> bytes:
    return (
        SignedJson()
        .prepare_presentation(
            cast.issue(HOLDER.public_key).raw,
            disclose=[("name",)],
            challenge=challenge,
            alg=HOLDER.alg,
            now=NOW,
        )
        .sign_with(HOLDER)
    )


def test_results_come_in_order_with_refusals_in_their_place() -> None:
    cast = Cast()
    challenges = [replace(CHALLENGE, nonce=f"nonce {number}") for number in range(20)]
    items = [(_presented(cast, challenge), challenge) for challenge in challenges]
    items[7] = (items[7][0], challenges[8])
    items[9] = (b"\0", challenges[9])
    found = list(
        verify_many(
            items,
            credential_format=SignedJson(),
            trust=cast.trust,
            status=NO_STATUS,
            profile=PROFILE,
            now=NOW,
            workers=2,
        )
    )
    refused = {number: each for number, each in enumerate(found) if isinstance(each, KridError)}
    assert refused.keys() == {7, 9}
    assert refused[7].code is Code.KB_NONCE
    for number, each in enumerate(found):
        if number not in refused:
            assert isinstance(each, VerifiedCredential)
            assert each.type == TYPE


def test_the_number_of_threads_is_bounded() -> None:
    with pytest.raises(MisuseError) as error:
        verify_many(
            [],
            credential_format=SignedJson(),
            trust=Cast().trust,
            status=NO_STATUS,
            profile=PROFILE,
            now=NOW,
            workers=1_000,
        )
    assert error.value.code is Code.MISUSE_OPTION
