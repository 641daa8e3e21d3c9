"""JSON serialisations: read, written, converted, and put through the format like compact ones."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import limits
from krid._core.entropy import system_entropy
from krid.errors import BindingError, Code, KridError, MalformedError, MisuseError, SignatureError
from krid.keys import Alg, LocalKey
from krid.model import BEARER, Challenge
from krid.sdjwt import (
    HashAlg,
    JwsJson,
    JwsSignature,
    Presentation,
    SdJwt,
    SdJwtVcFormat,
    Serialisation,
    present,
    verify,
)
from krid.sdjwt.json_form import looks_like_json, to_compact, write
from krid.trust import KeyTrust

JSON_FORMS = (Serialisation.FLATTENED, Serialisation.GENERAL)
PART = st.text("abcXYZ019-_", min_size=1, max_size=8)
HEADERS = st.dictionaries(
    st.sampled_from(["kid", "note", "more"]),
    st.text(max_size=5) | st.lists(st.booleans()).map(tuple),
)


@st.composite
def forms(draw: Any) -> JwsJson:
    signatures = draw(
        st.lists(
            st.builds(JwsSignature, st.just("eyJhbGciOiJFUzI1NiJ9"), PART, HEADERS),
            min_size=1,
            max_size=4,
        )
    )
    several = len(signatures) > 1
    return JwsJson(
        Serialisation.GENERAL if several else draw(st.sampled_from(JSON_FORMS)),
        draw(PART),
        tuple(signatures),
        tuple(draw(st.lists(PART, max_size=4))),
        draw(st.none() | PART),
    )


@given(forms())
def test_what_was_written_is_read(form: JwsJson) -> None:
    assert JwsJson.parse(form.encode()) == form


@given(st.binary() | forms().map(JwsJson.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        form = JwsJson.parse(raw)
    except KridError:
        return
    assert JwsJson.parse(form.encode()) == form


@pytest.mark.parametrize("serialisation", JSON_FORMS)
def test_there_and_back(scene: Any, serialisation: Serialisation) -> None:
    text = scene.issue().text
    form = JwsJson.from_compact(text, serialisation)
    assert form.kb_jwt is None
    assert form.compact() == form.presentation_text() == text
    for other in JSON_FORMS:
        assert form.converted(other).converted(serialisation) == form
    raw = form.encode()
    assert ("signatures" in json.loads(raw)) is (serialisation is Serialisation.GENERAL)
    assert to_compact(raw) == to_compact(b" \n" + raw) == text
    assert write(text, serialisation) == raw
    assert write(text, Serialisation.COMPACT) == text.encode()
    assert looks_like_json(raw)


@pytest.mark.parametrize("serialisation", JSON_FORMS)
def test_the_whole_way_in_json(scene: Any, serialisation: Serialisation) -> None:
    plug = SdJwtVcFormat(serialisation=serialisation, hash_alg=HashAlg.SHA384, decoys=2)
    trust = KeyTrust.of(scene.issuer.public_key)
    issued = plug.prepare_issue(scene.order, entropy=system_entropy).sign_with(scene.issuer)
    assert plug.recognises(issued)
    accepted = plug.accept(issued, issuers=trust, now=scene.now)
    assert ("family_name",) in accepted.withholdable
    challenge = Challenge(audience=scene.audience, nonce=scene.nonce)
    shown = plug.prepare_presentation(
        issued,
        disclose=(("family_name",),),
        challenge=challenge,
        alg=scene.holder.alg,
        now=scene.now,
    ).sign_with(scene.holder)
    settings: dict[str, Any] = {
        "issuers": trust,
        "now": scene.now,
        "skew": scene.skew,
        "max_age": scene.max_age,
    }
    verified = SdJwtVcFormat().verify(shown, challenge=challenge, **settings)
    assert verified.claims["family_name"] == "Kim"
    assert "address" not in verified.claims
    assert SdJwtVcFormat().verify(issued, challenge=BEARER, **settings).holder is None
    with pytest.raises(BindingError) as error:
        SdJwtVcFormat().verify(shown, challenge=BEARER, **settings)
    assert error.value.code is Code.KB_UNEXPECTED
    content: Any = SdJwtVcFormat().inspect(shown).content
    assert content["serialisation"] == serialisation.value
    assert (content["signatures"], content["unprotected"]) == (1, [{}])
    assert content["payload"]["_sd_alg"] == "sha-384"
    assert "serialisation" not in SdJwtVcFormat().inspect(scene.issue().text.encode()).content


def test_a_presentation_keeps_all_signatures(scene: Any) -> None:
    """RFC 9901, section 8.3: one payload, two signatures, the disclosures beside the first."""
    second = LocalKey.generate(Alg.EDDSA)
    form = JwsJson.from_compact(scene.issue().text, Serialisation.FLATTENED)
    both = form.prepare_cosignature({"typ": "dc+sd-jwt", "kid": "second"}, alg=second.alg)
    issued = both.sign_with(second)
    assert issued.serialisation is Serialisation.GENERAL
    text = present.prepare(
        SdJwt.parse(issued.presentation_text()),
        disclose=(("family_name",),),
        audience=scene.audience,
        nonce=scene.nonce,
        alg=scene.holder.alg,
        now=scene.now,
    ).sign_with(scene.holder)
    shown = JwsJson.parse(issued.showing(text).encode())
    assert shown.signatures == issued.signatures
    verified = verify(
        Presentation.parse(shown.presentation_text()),
        issuer_key=scene.issuer.public_key,
        audience=scene.audience,
        nonce=scene.nonce,
        now=scene.now,
        skew=scene.skew,
        max_age=scene.max_age,
    )
    assert verified.claims["family_name"] == "Kim"
    shown.cosignature(0).verify(scene.issuer.public_key)
    shown.cosignature(1).verify(second.public_key)
    with pytest.raises(SignatureError) as error:
        shown.cosignature(1).verify(LocalKey.generate(Alg.EDDSA).public_key)
    assert error.value.code is Code.JWS_SIGNATURE
    entries = json.loads(shown.encode())["signatures"]
    assert set(entries[0]["header"]) == {"disclosures", "kb_jwt"}
    assert "header" not in entries[1]
    for index in (-1, 2):
        with pytest.raises(MisuseError) as misuse:
            shown.cosignature(index)
        assert misuse.value.code is Code.MISUSE_OPTION


def test_what_can_not_be_converted_without_loss(scene: Any) -> None:
    form = JwsJson.from_compact(scene.issue().text, Serialisation.FLATTENED)
    two = replace(form, serialisation=Serialisation.GENERAL, signatures=(form.signatures[0],) * 2)
    noted = replace(form, signatures=(replace(form.signatures[0], header={"kid": "a"}),))
    full = replace(two, signatures=(form.signatures[0],) * limits.MAX_JWS_SIGNATURES)
    other = scene.issue(key_id="other").text
    for lossy in (
        lambda: two.converted(Serialisation.FLATTENED),
        lambda: form.converted(Serialisation.COMPACT),
        lambda: JwsJson.from_compact(form.compact(), Serialisation.COMPACT),
        two.compact,
        noted.compact,
        lambda: full.prepare_cosignature({}, alg=Alg.ES256),
        lambda: form.prepare_cosignature({"alg": "none"}, alg=Alg.ES256),
        lambda: form.showing(other),
    ):
        with pytest.raises(MisuseError) as error:
            lossy()
        assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize("text", ["", "a.b.c", "a.b~", "a.b.c.d~"])
def test_what_is_no_compact_text(text: str) -> None:
    with pytest.raises(MalformedError) as error:
        JwsJson.from_compact(text, Serialisation.FLATTENED)
    assert error.value.code is Code.SDJWT_SYNTAX


def test_other_json_is_not_taken_for_one() -> None:
    assert not looks_like_json(b'{"payload": 1, "signature": 2}')
    assert not looks_like_json(b'["payload", "signature", "disclosures"]')


def test_nothing_of_it_shows() -> None:
    form = JwsJson.from_compact("aa.secret.bb~more~", Serialisation.FLATTENED)
    assert "secret" not in repr(form)
    assert "more" not in repr(form)
