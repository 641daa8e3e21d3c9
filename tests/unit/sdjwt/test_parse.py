"""What is read, and that it is kept as it came."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import base64url
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, MalformedError
from krid.keys import Alg, LocalKey
from krid.sdjwt import HashAlg, Presentation, SdJwt, issue, present, sd

KEY = LocalKey.generate(Alg.EDDSA)
TEXT = issue.prepare_plain(
    {"a": sd(1), "b": [sd("x")]}, typ="x", alg=KEY.alg, entropy=system_entropy
).sign_with(KEY)


def test_the_text_is_kept(scene: Any) -> None:
    credential = scene.issue()
    text = present.prepare(
        credential,
        disclose=[("family_name",)],
        audience=scene.audience,
        nonce=scene.nonce,
        alg=scene.holder.alg,
        now=scene.now,
    ).sign_with(scene.holder)
    parsed = Presentation.parse(text)
    assert parsed.text == text
    assert parsed.kb is not None
    assert parsed.sd_jwt.text + text.rpartition("~")[2] == text
    assert parsed.sd_jwt.text.count("~") == 2
    assert parsed.sd_jwt.jws == credential.jws


def test_disclosures_are_found_by_their_digests() -> None:
    parsed = SdJwt.parse(TEXT)
    for digest, disclosure in parsed.disclosures.items():
        assert digest == disclosure.digest == HashAlg.SHA256.digest(disclosure.encoded)
        assert disclosure.encoded in TEXT
    assert {(d.name, d.value) for d in parsed.disclosures.values()} == {("a", 1), (None, "x")}
    assert [d.encoded for d in parsed.disclosures.values()] == TEXT.split("~")[1:-1]


def test_odd_spelling_of_a_disclosure_is_kept() -> None:
    odd = base64url.encode(b'[ "salt",\n"n" , {"a": [1]} ]')
    parsed = SdJwt.parse(TEXT + odd + "~")
    disclosure = parsed.disclosures[HashAlg.SHA256.digest(odd)]
    assert disclosure.encoded == odd
    assert disclosure.value == {"a": (1,)}


def test_what_is_parsed_is_read_only() -> None:
    parsed = SdJwt.parse(TEXT)
    with pytest.raises(TypeError):
        parsed.payload["a"] = 2  # type: ignore[index]  # the point of the test
    assert not hasattr(parsed, "claims")
    assert not hasattr(Presentation.parse(TEXT), "claims")


def test_the_text_form_shows_no_claims(scene: Any) -> None:
    credential = scene.issue()
    shown = repr(credential) + repr(list(credential.disclosures.values()))
    assert "Kim" not in shown
    assert credential.text not in shown


@given(st.integers(0, len(TEXT) - 1), st.characters())
def test_any_changed_character_is_refused_or_changes_the_text(position: int, other: str) -> None:
    changed = TEXT[:position] + other + TEXT[position + 1 :]
    try:
        parsed = Presentation.parse(changed)
    except KridError:
        return
    assert parsed.text == changed


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(KridError):
        Presentation.parse(text)


@given(st.text(alphabet="~.", max_size=50))
def test_any_separators_are_refused(text: str) -> None:
    with pytest.raises(KridError):
        Presentation.parse(text)


@pytest.mark.parametrize("parts", [b'[1, "x"]', b'[null, "n", 1]', b'["s", 1, 1]'])
def test_a_disclosure_with_a_salt_or_name_that_is_no_text(parts: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        SdJwt.parse(f"{TEXT}{base64url.encode(parts)}~")
    assert error.value.code is Code.SDJWT_DISCLOSURE_SYNTAX
