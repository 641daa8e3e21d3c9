"""Type metadata: what is read, what is inherited, and how a format uses it."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core.entropy import system_entropy
from krid.errors import Code, ContentError, KridError
from krid.model import BEARER, Challenge
from krid.net import NoNetwork, Response, ScriptedTransport, run
from krid.sdjwt import SdJwtVcFormat, sd
from krid.sdjwt.type_metadata import (
    ClaimMetadata,
    ColorScheme,
    Contrast,
    Integrity,
    Orientation,
    ResolvedType,
    SdRule,
    TypeDocuments,
    TypeRules,
    parse_type_metadata,
    resolve_type,
)
from krid.trust import KeyTrust

CARD: dict[str, Any] = {
    "vct": "urn:example:card",
    "name": "Card",
    "description": "For developers",
    "unknown": {"passed": "over"},
    "display": [
        {
            "locale": "en-GB",
            "name": "Resident card",
            "description": "An invented card",
            "rendering": {
                "simple": {
                    "logo": {
                        "uri": "https://types.example/logo.png",
                        "uri#integrity": "sha256-cut",
                        "alt_text": "A crane",
                    },
                    "background_image": {"uri": "data:image/png;base64,AA=="},
                    "background_color": "#12107c",
                    "text_color": "rgb(255, 255, 100%)",
                },
                "svg_templates": [
                    {
                        "uri": "https://types.example/card.svg",
                        "properties": {"orientation": "portrait", "contrast": "high"},
                    },
                    {
                        "uri": "https://types.example/dark.svg",
                        "uri#integrity": "sha256-cut",
                        "properties": {"color_scheme": "dark", "later": 1},
                    },
                ],
                "holographic": {},
            },
        },
        {"locale": "ko", "name": "주민등록증"},
    ],
    "claims": [
        {
            "path": ["family_name"],
            "display": [{"locale": "ko", "label": "성", "description": "invented"}],
            "mandatory": True,
            "sd": "always",
            "svg_id": "family_name",
        },
        {"path": ["nationalities", None]},
        {"path": ["nationalities", 0], "sd": "allowed"},
    ],
}


def test_reading_a_document() -> None:
    metadata = parse_type_metadata(json.dumps(CARD).encode())
    assert (metadata.vct, metadata.name) == ("urn:example:card", "Card")
    assert (metadata.extends, metadata.extends_integrity) == (None, None)
    assert metadata.display is not None
    english, korean = metadata.display
    assert (english.locale, english.name, korean.rendering) == ("en-GB", "Resident card", None)
    assert english.rendering is not None
    simple = english.rendering.simple
    assert simple is not None
    assert simple.logo is not None
    assert (simple.logo.alt_text, simple.logo.integrity) == ("A crane", "sha256-cut")
    assert simple.background_image is not None
    assert simple.background_image.uri.startswith("data:image/png")
    assert (simple.background_color, simple.text_color) == ("#12107c", "rgb(255, 255, 100%)")
    first, second = english.rendering.svg_templates
    assert (first.orientation, first.contrast) == (Orientation.PORTRAIT, Contrast.HIGH)
    assert (first.color_scheme, second.color_scheme) == (None, ColorScheme.DARK)
    name, each, at = metadata.claims
    assert (name.path, name.sd, name.svg_id) == (("family_name",), SdRule.ALWAYS, "family_name")
    assert name.display is not None
    assert name.display[0].label == "성"
    assert (name.is_mandatory, each.is_mandatory) == (True, False)
    assert each == ClaimMetadata(
        path=("nationalities", None), display=None, mandatory=None, sd=None, svg_id=None
    )
    assert (each.rule, at.rule, at.sd) == (SdRule.ALLOWED, SdRule.ALLOWED, SdRule.ALLOWED)


def test_the_least_that_a_document_needs() -> None:
    metadata = parse_type_metadata(
        b'{"vct": "x", "display": [{"locale": "en", "name": "X", "rendering": {}}]}'
    )
    assert metadata.claims == ()
    assert metadata.display is not None
    rendering = metadata.display[0].rendering
    assert rendering is not None
    assert (rendering.simple, rendering.svg_templates) == (None, ())


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda v: (
            st.lists(v)
            | st.dictionaries(
                st.sampled_from(
                    ["vct", "display", "claims", "path", "sd", "locale", "name", "uri"]
                ),
                v,
            )
        ),
    ).map(lambda v: json.dumps(v).encode())
)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        parse_type_metadata(raw)
    except KridError:
        return


def test_inheriting() -> None:
    """SD-JWT VC, section 5.6.5.2: what a child adds, overrides and keeps."""
    base = {
        "vct": "urn:base",
        "name": "Base",
        "display": [{"locale": "en", "name": "Base"}],
        "claims": [
            {"path": ["name"], "display": [{"locale": "en", "label": "Full name"}], "sd": "always"},
            {
                "path": ["address", "city"],
                "display": [{"locale": "en", "label": "City"}, {"locale": "ko", "label": "시"}],
                "mandatory": True,
                "svg_id": "city",
            },
        ],
    }
    child = {
        "vct": "urn:child",
        "extends": "urn:base",
        "claims": [
            {"path": ["address", "city"], "display": [{"locale": "en", "label": "Town"}]},
            {"path": ["nationalities"], "sd": "never"},
        ],
    }
    documents = [json.dumps(each).encode() for each in (child, base)]
    flow = resolve_type("urn:child", integrity=None, known=TypeDocuments.of(*documents))
    found = run(flow, NoNetwork())
    assert found == ResolvedType.of(*documents)
    assert found.types == ("urn:child", "urn:base")
    assert found.document == documents[0]
    merged = found.metadata
    assert (merged.vct, merged.name) == ("urn:child", None)
    assert merged.display is not None
    assert merged.display[0].name == "Base"
    name, city, nationalities = merged.claims
    assert (name.rule, nationalities.rule) == (SdRule.ALWAYS, SdRule.NEVER)
    assert city.display is not None
    assert [each.label for each in city.display] == ["Town"]
    assert (city.mandatory, city.svg_id) == (True, "city")
    own = json.dumps({**child, "display": []}).encode()
    assert ResolvedType.of(own, documents[1]).metadata.display == ()


def test_what_is_at_hand_is_not_fetched() -> None:
    vct = "https://types.example/card"
    raw = json.dumps({"vct": vct}).encode()
    web = {vct: Response(200, {"Content-Type": "application/json"}, raw)}
    known = TypeDocuments.of(raw)
    assert run(resolve_type(vct, integrity=None, known=known), NoNetwork()).types == (vct,)
    transport = ScriptedTransport(web)
    run(resolve_type(vct, integrity=None, known=TypeDocuments.of()), transport)
    assert [request.url for request in transport.requests] == [vct]
    assert transport.requests[0].headers == {"Accept": "application/json"}


@given(st.binary(), st.sampled_from(["sha256", "sha384", "sha512"]))
def test_integrity_there_and_back(raw: bytes, alg: str) -> None:
    integrity = Integrity.of(raw, alg=alg)
    assert Integrity.parse(str(integrity)) == integrity
    integrity.check(raw)
    with pytest.raises(ContentError) as error:
        integrity.check(raw + b"\0")
    assert error.value.code is Code.TYPE_INTEGRITY


def test_integrity_with_several_digests() -> None:
    right, wrong = Integrity.of(b"right"), Integrity.of(b"wrong")
    text = f" {wrong}?option \t{right} md5-AAAA "
    assert Integrity.parse(text).digests == (*wrong.digests, *right.digests)
    Integrity.parse(text).check(b"right")
    strong = Integrity.of(b"right", alg="sha512")
    assert Integrity.parse(f"{strong} {wrong}").alg == "sha512"
    url = str(strong).translate(str.maketrans("+/", "-_"))
    assert Integrity.parse(url.replace("sha512_", "sha512-")) == strong
    assert b64encode(right.digests[0]).decode() in str(right)


def test_the_types_that_a_type_extends() -> None:
    base, child = {"vct": "urn:base"}, {"vct": "urn:child", "extends": "urn:base"}
    documents = (json.dumps(each).encode() for each in (child, base))
    rules = TypeRules.of(ResolvedType.of(*documents))
    assert rules.types_of("urn:child") == {"urn:child", "urn:base"}
    assert rules.types_of("urn:other") == {"urn:other"}


def test_a_format_that_processes_types(scene: Any) -> None:
    rules = TypeRules.of(ResolvedType.of(json.dumps(CARD).encode()))
    plug = SdJwtVcFormat(types=rules)
    trust = KeyTrust.of(scene.issuer.public_key)
    settings: dict[str, Any] = {"skew": scene.skew, "max_age": scene.max_age, "now": scene.now}

    def issued(claims: dict[str, object], **changes: Any) -> bytes:
        from dataclasses import replace

        order = replace(scene.order, claims=claims, **changes)
        return plug.prepare_issue(order, entropy=system_entropy).sign_with(scene.issuer)

    good = issued({"family_name": sd("Kim"), "nationalities": ["KR"]})
    plug.accept(good, issuers=trust, now=scene.now)
    challenge = Challenge(audience=scene.audience, nonce=scene.nonce)
    shown = plug.prepare_presentation(
        good, disclose=(), challenge=challenge, alg=scene.holder.alg, now=scene.now
    ).sign_with(scene.holder)
    verified = plug.verify(shown, issuers=trust, challenge=challenge, **settings)
    assert verified.evidence[-1].check == "type"
    assert verified.types == frozenset({verified.type})
    plain = SdJwtVcFormat().verify(shown, issuers=trust, challenge=challenge, **settings)
    assert "type" not in [each.check for each in plain.evidence]
    for bad, code in (
        (issued({"family_name": "Kim"}), Code.TYPE_SD),
        (issued({"nationalities": ["KR"]}), Code.TYPE_MANDATORY),
        (issued({"family_name": sd("Kim"), "nationalities": "KR"}), Code.TYPE_PATH),
        (issued({"family_name": sd("Kim")}, type="urn:other"), Code.TYPE_UNAVAILABLE),
    ):
        with pytest.raises(ContentError) as error:
            plug.accept(bad, issuers=trust, now=scene.now)
        assert error.value.code is code
        with pytest.raises(ContentError) as error:
            plug.verify(bad, issuers=trust, challenge=BEARER, **settings)
        assert error.value.code is code
