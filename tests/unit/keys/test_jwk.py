import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK

from krid._core import base64url
from krid.errors import Code, KridError, MalformedError
from krid.keys import Alg, Curve, LocalKey, jwk

KEYS = {curve: LocalKey.generate_on(curve) for curve in Curve}
MEMBERS = st.sampled_from(["kty", "crv", "x", "y", "d", "k", "kid", "alg", "use"])
WORDS = st.sampled_from(["EC", "OKP", "RSA", "oct", *(curve.jose for curve in Curve)])
ENCODED = st.binary(max_size=67).map(base64url.encode)
ANYTHING = WORDS | ENCODED | st.text(max_size=4) | st.none() | st.integers() | st.booleans()


@pytest.mark.parametrize("curve", Curve)
def test_reading_undoes_writing(curve: Curve) -> None:
    key = KEYS[curve]
    assert jwk.parse_public(jwk.encode_public(key.public_key)) == key.public_key
    again = jwk.parse_private(jwk.encode_private(key))
    assert jwk.encode_private(again) == jwk.encode_private(key)


@pytest.mark.parametrize("curve", Curve)
def test_it_is_what_jwcrypto_writes_and_reads(curve: Curve) -> None:
    kty = {"kty": curve.kty, "crv": curve.jose}
    theirs = JWK.generate(**kty)
    public = json.loads(theirs.export_public())
    private = json.loads(theirs.export_private())
    public.pop("kid", None)
    private.pop("kid", None)
    assert jwk.encode_public(jwk.parse_public(public)) == public
    assert jwk.encode_private(jwk.parse_private(private)) == private
    assert json.loads(JWK(**jwk.encode_private(KEYS[curve])).export_public()) == jwk.encode_public(
        KEYS[curve].public_key
    )


@given(st.dictionaries(MEMBERS, ANYTHING) | ANYTHING | st.lists(ANYTHING))
def test_anything_is_a_key_or_refused(members: object) -> None:
    for parse in (jwk.parse_public, jwk.parse_private):
        try:
            parse(members)
        except KridError as error:
            assert error.code.value.startswith("key.")


@given(st.sampled_from(list(Curve)), MEMBERS, ANYTHING)
def test_one_changed_member_is_another_key_or_refused(
    curve: Curve, name: str, value: object
) -> None:
    members = jwk.encode_private(KEYS[curve])
    try:
        key = jwk.parse_private({**members, name: value})
    except KridError as error:
        assert error.code.value.startswith("key.")
    else:
        assert key == KEYS[curve]


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"use": "sig"},
        {"key_ops": ["sign", "verify"]},
        {"alg": "ES256"},
        {"alg": "ESP256"},
        {"use": "sig", "key_ops": ("verify",), "alg": "ES256"},
    ],
)
def test_marks_that_allow_verifying_pass(marks: dict[str, object]) -> None:
    jwk.check_marks(marks, alg=Alg.ES256)


def test_unknown_members_are_ignored() -> None:
    members = {**jwk.encode_public(KEYS[Curve.P256].public_key), "kid": "1", "x5t": 1}
    assert jwk.parse_public(members) == KEYS[Curve.P256].public_key


def test_the_text_of_a_refusal_shows_no_key() -> None:
    members = jwk.encode_private(KEYS[Curve.P256])
    with pytest.raises(MalformedError) as error:
        jwk.parse_public(members)
    assert error.value.code is Code.KEY_PRIVATE
    assert str(members["d"]) not in str(error.value)
