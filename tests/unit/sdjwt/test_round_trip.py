"""Written and read again, values stay the same, and one changed character is refused."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import base64url
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.sdjwt import HashAlg, Presentation, SdJwt, Serialisation, verify
from krid.sdjwt.json_form import JwsJson

ISSUER, HOLDER = LocalKey.generate(Alg.EDDSA), LocalKey.generate(Alg.EDDSA)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def encoded(value: object) -> str:
    return base64url.encode(json.dumps(value, ensure_ascii=False).encode("utf-8"))


def credential(disclosures: list[str]) -> str:
    claims = {
        "vct": "urn:example:card",
        "cnf": {"jwk": jwk.encode_public(HOLDER.public_key)},
        "_sd": [HashAlg.SHA256.digest(each) for each in disclosures],
    }
    signed = jws.sign({"typ": "dc+sd-jwt"}, json.dumps(claims).encode(), ISSUER)
    return "~".join((signed, *disclosures, ""))


def bound(text: str) -> str:
    claims = {"iat": AT, "aud": "me", "nonce": "n", "sd_hash": HashAlg.SHA256.digest(text)}
    return text + jws.sign({"typ": "kb+jwt"}, json.dumps(claims).encode(), HOLDER)


@settings(max_examples=50)
@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_a_text_that_was_read_is_written_in_any_form_and_read_again(
    claims: dict[str, object],
) -> None:
    disclosures = [encoded(["A" * 22, name, value]) for name, value in claims.items()]
    text = credential(disclosures)
    read = SdJwt.parse(text)
    assert [each.encoded for each in read.disclosures.values()] == disclosures
    for form in (Serialisation.FLATTENED, Serialisation.GENERAL):
        written = JwsJson.from_compact(text, form).encode()
        assert SdJwt.parse(JwsJson.parse(written).presentation_text()) == read


TEXT = bound(credential([encoded(["A" * 22, "family_name", "Kim"])]))


def check(text: str) -> None:
    verify(
        Presentation.parse(text),
        issuer_key=ISSUER.public_key,
        audience="me",
        nonce="n",
        now=NOW,
        skew=timedelta(0),
        max_age=timedelta(0),
    )


@settings(max_examples=150)
@given(st.integers(0, len(TEXT) - 1), st.integers(0, 6))
def test_any_changed_bit_is_refused(at: int, bit: int) -> None:
    check(TEXT)
    changed = TEXT[:at] + chr(ord(TEXT[at]) ^ 1 << bit) + TEXT[at + 1 :]
    with pytest.raises(KridError):
        check(changed)
