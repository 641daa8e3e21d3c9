"""One forgery for every rule of type metadata and of its integrity (SD-JWT VC, sections 5 and 6)."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from krid._core import limits
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.net import NoNetwork, Response, ScriptedTransport, run
from krid.sdjwt import SdJwt, issue, present, sd
from krid.sdjwt.type_metadata import (
    Integrity,
    ResolvedType,
    TypeDocuments,
    TypeRules,
    parse_type_metadata,
    resolve_type,
)

KEY = LocalKey.generate(Alg.EDDSA)
VCT = "https://types.example/card"
BASE = "https://types.example/base"


def document(**members: Any) -> bytes:
    """A type metadata document; a member of None is left out."""
    whole = {"vct": VCT, **members}
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()


def claim(*path: Any, **members: Any) -> dict[str, Any]:
    return {"path": list(path), **members}


def refused(call: Callable[[], object]) -> Code:
    with pytest.raises(KridError) as error:
        call()
    return error.value.code


# The document

IMAGE = {"uri": "https://types.example/logo.png"}


def rendering(**members: Any) -> dict[str, Any]:
    return {"display": [{"locale": "en", "name": "Card", "rendering": members}]}


def template(**members: Any) -> dict[str, Any]:
    return {"uri": "https://types.example/card.svg", **members}


DOCUMENTS: list[tuple[str, dict[str, Any]]] = [
    ("no vct", {"vct": None}),
    ("vct is a number", {"vct": 1}),
    ("vct is empty", {"vct": ""}),
    ("name is an object", {"name": {}}),
    ("description is an array", {"description": []}),
    ("extends is empty", {"extends": ""}),
    ("extends#integrity is a number", {"extends": BASE, "extends#integrity": 1}),
    ("display is an object", {"display": {}}),
    ("a display is text", {"display": ["en"]}),
    ("a display without locale", {"display": [{"name": "Card"}]}),
    ("a display without name", {"display": [{"locale": "en"}]}),
    ("a locale that is no language tag", {"display": [{"locale": "en_US", "name": "Card"}]}),
    ("rendering is an array", {"display": [{"locale": "en", "name": "Card", "rendering": []}]}),
    ("simple is text", rendering(simple="x")),
    ("a logo without uri", rendering(simple={"logo": {}})),
    ("a logo over http", rendering(simple={"logo": {"uri": "http://types.example/logo.png"}})),
    ("a logo that is a script", rendering(simple={"logo": {"uri": "javascript:alert(1)"}})),
    ("a logo that is HTML", rendering(simple={"logo": {"uri": "data:text/html,x"}})),
    ("alt_text is a number", rendering(simple={"logo": {**IMAGE, "alt_text": 1}})),
    ("integrity is a number", rendering(simple={"logo": {**IMAGE, "uri#integrity": 1}})),
    ("a background without uri", rendering(simple={"background_image": {}})),
    ("a colour by name", rendering(simple={"background_color": "red"})),
    ("a colour that ends the style", rendering(simple={"text_color": "#fff;}"})),
    ("svg_templates are an object", rendering(svg_templates={})),
    ("a template without uri", rendering(svg_templates=[{}])),
    ("empty properties", rendering(svg_templates=[template(properties={})])),
    ("unknown orientation", rendering(svg_templates=[template(properties={"orientation": "up"})])),
    (
        "color_scheme is an array",
        rendering(svg_templates=[template(properties={"color_scheme": []})]),
    ),
    ("unknown contrast", rendering(svg_templates=[template(properties={"contrast": "low"})])),
    ("two templates without properties", rendering(svg_templates=[template(), template()])),
    ("claims are an object", {"claims": {}}),
    ("a claim is text", {"claims": ["name"]}),
    ("a claim without path", {"claims": [{}]}),
    ("an empty path", {"claims": [claim()]}),
    ("a path of text", {"claims": [{"path": "name"}]}),
    ("a negative index", {"claims": [claim("a", -1)]}),
    ("an index that is true", {"claims": [claim("a", True)]}),
    ("an index with a fraction", {"claims": [claim("a", 1.5)]}),
    ("a path that is too long", {"claims": [claim(*["a"] * (limits.MAX_JSON_DEPTH + 1))]}),
    ("a path twice", {"claims": [claim("a"), claim("a", sd="never")]}),
    ("sd is true", {"claims": [claim("a", sd=True)]}),
    ("an unknown sd", {"claims": [claim("a", sd="sometimes")]}),
    ("mandatory is text", {"claims": [claim("a", mandatory="true")]}),
    ("svg_id begins with a digit", {"claims": [claim("a", svg_id="1a")]}),
    ("svg_id with a hyphen", {"claims": [claim("a", svg_id="a-b")]}),
    ("svg_id twice", {"claims": [claim("a", svg_id="x"), claim("b", svg_id="x")]}),
    ("a label is missing", {"claims": [claim("a", display=[{"locale": "en"}])]}),
    ("a claim's display is an object", {"claims": [claim("a", display={})]}),
    ("too many claims", {"claims": [claim(str(n)) for n in range(limits.MAX_TYPE_CLAIMS + 1)]}),
]


@pytest.mark.parametrize(
    "members", [each[1] for each in DOCUMENTS], ids=[each[0] for each in DOCUMENTS]
)
def test_a_document_is_refused(members: dict[str, Any]) -> None:
    assert refused(lambda: parse_type_metadata(document(**members))) is Code.TYPE_SYNTAX


def test_json_is_read_strictly() -> None:
    assert refused(lambda: parse_type_metadata(b"[]")) is Code.JSON_NOT_OBJECT
    assert (
        refused(lambda: parse_type_metadata(b'{"vct":"a","vct":"b"}')) is Code.JSON_DUPLICATE_NAME
    )
    large = b" " * (limits.MAX_TYPE_METADATA_BYTES + 1)
    assert refused(lambda: parse_type_metadata(large)) is Code.JSON_SIZE


# Integrity

EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.TYPE_INTEGRITY_SYNTAX),
        ("sha256", Code.TYPE_INTEGRITY_SYNTAX),
        (f"sha256:{EMPTY}", Code.TYPE_INTEGRITY_SYNTAX),
        (f"SHA256-{EMPTY}", Code.TYPE_INTEGRITY_SYNTAX),
        (f"sha256-{EMPTY[:-1]}", Code.TYPE_INTEGRITY_SYNTAX),
        (f"sha384-{EMPTY}", Code.TYPE_INTEGRITY_SYNTAX),
        (f"sha256-{EMPTY}\nsha256-{EMPTY}", Code.TYPE_INTEGRITY_SYNTAX),
        (f"sha256-{EMPTY} " * 50, Code.TYPE_INTEGRITY_SYNTAX),
        ("md5-1B2M2Y8AsgTpgAmY7PhCfg==", Code.TYPE_INTEGRITY_ALG),
        ("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", Code.TYPE_INTEGRITY_ALG),
    ],
)
def test_integrity_is_refused(text: str, code: Code) -> None:
    assert refused(lambda: Integrity.parse(text)) is code


def test_the_strongest_digest_alone_counts() -> None:
    """A right digest does not help beside a stronger one that is wrong."""
    raw = document()
    weak, strong = str(Integrity.of(raw)), str(Integrity.of(b"", alg="sha512"))
    Integrity.parse(weak).check(raw)
    assert refused(lambda: Integrity.parse(f"{weak} {strong}").check(raw)) is Code.TYPE_INTEGRITY
    assert refused(lambda: Integrity.of(raw, alg="md5")) is Code.TYPE_INTEGRITY_ALG


def test_every_changed_bit_is_refused() -> None:
    raw = document(name="Card")
    integrity = Integrity.of(raw, alg="sha384")
    for at in range(len(raw)):
        bent = bytes((*raw[:at], raw[at] ^ 4, *raw[at + 1 :]))
        assert refused(lambda bent=bent: integrity.check(bent)) is Code.TYPE_INTEGRITY  # type: ignore[misc]  # bound at once


# Retrieval and extension


def resolved(
    *known: bytes,
    vct: str = VCT,
    integrity: str | None = None,
    web: Mapping[str, Response] | None = None,
) -> ResolvedType:
    flow = resolve_type(vct, integrity=integrity, known=TypeDocuments.of(*known))
    return run(flow, NoNetwork() if web is None else ScriptedTransport(web))


JSON = {"Content-Type": "application/json; charset=utf-8"}


def test_what_the_forgeries_start_from_is_accepted() -> None:
    base = document(vct=BASE, claims=[claim("name", sd="allowed")])
    card = document(extends=BASE, **{"extends#integrity": str(Integrity.of(base))})
    web = {VCT: Response(200, JSON, card), BASE: Response(200, JSON, base)}
    integrity = str(Integrity.of(card, alg="sha512"))
    assert resolved(web=web, integrity=integrity).types == (VCT, BASE)
    assert resolved(card, base) == resolved(web=web) == ResolvedType.of(card, base)


def test_what_can_not_be_had() -> None:
    assert refused(lambda: resolved(vct="urn:example:card")) is Code.TYPE_UNAVAILABLE
    assert refused(lambda: resolved(vct="http://types.example/card")) is Code.TYPE_UNAVAILABLE
    assert refused(resolved) is Code.NET_OFFLINE
    html = {VCT: Response(200, {"Content-Type": "text/html"}, document())}
    assert refused(lambda: resolved(web=html)) is Code.TYPE_UNAVAILABLE
    gone = {VCT: Response(404, JSON, document())}
    assert refused(lambda: resolved(web=gone)) is Code.NET_STATUS
    large = {VCT: Response(200, JSON, b" " * (limits.MAX_TYPE_METADATA_BYTES + 1))}
    assert refused(lambda: resolved(web=large)) is Code.NET_SIZE
    assert refused(lambda: resolved(document(extends="urn:example:base"))) is Code.TYPE_UNAVAILABLE


def test_a_document_about_another_type() -> None:
    foreign = {VCT: Response(200, JSON, document(vct=BASE))}
    assert refused(lambda: resolved(web=foreign)) is Code.TYPE_VCT
    card = document(extends=BASE)
    swapped = {BASE: Response(200, JSON, document(vct="urn:example:other"))}
    assert refused(lambda: resolved(card, web=swapped)) is Code.TYPE_VCT
    assert refused(lambda: ResolvedType.of(card, document(vct="urn:other"))) is Code.TYPE_VCT


def test_another_document_than_meant() -> None:
    other = str(Integrity.of(b"{}"))
    assert refused(lambda: resolved(document(), integrity=other)) is Code.TYPE_INTEGRITY
    card = document(extends=BASE, **{"extends#integrity": other})
    assert refused(lambda: resolved(card, document(vct=BASE))) is Code.TYPE_INTEGRITY
    assert refused(lambda: resolved(document(), integrity="sha256")) is Code.TYPE_INTEGRITY_SYNTAX
    assert refused(lambda: resolved(document(), integrity="md5-AAAA")) is Code.TYPE_INTEGRITY_ALG


def test_integrity_is_checked_before_anything_is_read() -> None:
    web = {VCT: Response(200, JSON, b"no JSON")}
    assert (
        refused(lambda: resolved(web=web, integrity=str(Integrity.of(b"")))) is Code.TYPE_INTEGRITY
    )


def test_a_type_that_extends_itself() -> None:
    assert refused(lambda: resolved(document(extends=VCT))) is Code.TYPE_LOOP
    circle = (document(extends=BASE), document(vct=BASE, extends=VCT))
    assert refused(lambda: resolved(*circle)) is Code.TYPE_LOOP
    assert refused(lambda: ResolvedType.of(*circle, document())) is Code.TYPE_LOOP
    assert refused(lambda: ResolvedType.of(*circle)) is Code.MISUSE_OPTION


def test_a_chain_that_is_too_long() -> None:
    def chain(length: int) -> list[bytes]:
        extending = [document(vct=f"urn:{n}", extends=f"urn:{n + 1}") for n in range(length)]
        return [*extending, document(vct=f"urn:{length}")]

    longest = chain(limits.MAX_TYPE_EXTENDS)
    assert len(resolved(*longest, vct="urn:0").types) == limits.MAX_TYPE_EXTENDS + 1
    longer = chain(limits.MAX_TYPE_EXTENDS + 1)
    assert refused(lambda: resolved(*longer, vct="urn:0")) is Code.TYPE_DEPTH
    assert refused(lambda: ResolvedType.of(*longer)) is Code.TYPE_DEPTH


@pytest.mark.parametrize(
    ("inherited", "own", "code"),
    [
        ({"sd": "always"}, {"sd": "never"}, Code.TYPE_OVERRIDE),
        ({"sd": "always"}, {"sd": "allowed"}, Code.TYPE_OVERRIDE),
        ({"sd": "never"}, {"sd": "always"}, Code.TYPE_OVERRIDE),
        ({"sd": "never"}, {"sd": "allowed"}, Code.TYPE_OVERRIDE),
        ({"mandatory": True}, {"mandatory": False}, Code.TYPE_OVERRIDE),
        ({"sd": "allowed"}, {"sd": "always"}, None),
        ({}, {"sd": "never"}, None),
        ({"sd": "always"}, {}, None),
        ({"mandatory": True}, {}, None),
        ({"mandatory": False}, {"mandatory": True}, None),
    ],
)
def test_overriding(inherited: dict[str, Any], own: dict[str, Any], code: Code | None) -> None:
    card = document(extends=BASE, claims=[claim("a", **own)])
    base = document(vct=BASE, claims=[claim("a", **inherited)])
    if code is None:
        merged = resolved(card, base).metadata.claims[0]
        assert merged.sd is None or merged.sd.value == (own | {**inherited, **own})["sd"]
        assert merged.is_mandatory is bool({**inherited, **own}.get("mandatory"))
        return
    assert refused(lambda: resolved(card, base)) is code


def test_what_merging_makes_is_checked_too() -> None:
    card = document(extends=BASE, claims=[claim("a", svg_id="x")])
    base = document(vct=BASE, claims=[claim("b", svg_id="x")])
    assert refused(lambda: resolved(card, base)) is Code.TYPE_SYNTAX
    half = [claim(str(n)) for n in range(limits.MAX_TYPE_CLAIMS)]
    full = document(vct=BASE, claims=half)
    assert len(resolved(document(extends=BASE), full).metadata.claims) == limits.MAX_TYPE_CLAIMS
    more = document(extends=BASE, claims=[claim("one more")])
    assert refused(lambda: resolved(more, full)) is Code.TYPE_SYNTAX


# A credential against its type


def credential(claims: dict[str, object], *, decoys: int = 0, **plain: object) -> SdJwt:
    prepared = issue.prepare_plain(
        {"vct": VCT, **plain, **claims},
        typ="dc+sd-jwt",
        alg=KEY.alg,
        entropy=system_entropy,
        decoys=decoys,
    )
    return SdJwt.parse(prepared.sign_with(KEY))


def rules(*claims: dict[str, Any]) -> TypeRules:
    return TypeRules.of(ResolvedType.of(document(claims=list(claims))))


BREAKS: list[tuple[str, dict[str, Any], dict[str, object], Code]] = [
    ("always, but plain", claim("a", sd="always"), {"a": 1}, Code.TYPE_SD),
    ("never, but hidden", claim("a", sd="never"), {"a": sd(1)}, Code.TYPE_SD),
    (
        "always, but only its parent",
        claim("a", "b", sd="always"),
        {"a": sd({"b": 1})},
        Code.TYPE_SD,
    ),
    (
        "never, but below a parent",
        claim("a", "b", sd="never"),
        {"a": sd({"b": sd(1)})},
        Code.TYPE_SD,
    ),
    ("an element is plain", claim("a", None, sd="always"), {"a": [sd(1), 2]}, Code.TYPE_SD),
    ("an element is hidden", claim("a", 1, sd="never"), {"a": [1, sd(2)]}, Code.TYPE_SD),
    ("missing", claim("a", mandatory=True), {"b": 1}, Code.TYPE_MANDATORY),
    ("missing below", claim("a", "b", mandatory=True), {"a": {}}, Code.TYPE_MANDATORY),
    ("missing in an array", claim("a", 2, mandatory=True), {"a": [1, 2]}, Code.TYPE_MANDATORY),
    ("no element", claim("a", None, mandatory=True), {"a": []}, Code.TYPE_MANDATORY),
    ("a member of text", claim("a", "b"), {"a": "text"}, Code.TYPE_PATH),
    ("a member of an array", claim("a", "b"), {"a": [{"b": 1}]}, Code.TYPE_PATH),
    ("an element of an object", claim("a", 0), {"a": {"0": 1}}, Code.TYPE_PATH),
    ("all elements of text", claim("a", None), {"a": "text"}, Code.TYPE_PATH),
]


@pytest.mark.parametrize(
    ("rule", "claims", "code"), [each[1:] for each in BREAKS], ids=[each[0] for each in BREAKS]
)
def test_a_credential_is_refused(
    rule: dict[str, Any], claims: dict[str, object], code: Code
) -> None:
    sd_jwt = credential(claims)
    assert refused(lambda: rules(rule).check_issued(sd_jwt)) is code
    assert refused(lambda: rules(rule).check_presented(sd_jwt)) is code


FOLLOWS: list[tuple[dict[str, Any], dict[str, object]]] = [
    (claim("a", sd="always", mandatory=True), {"a": sd(1)}),
    (claim("a", sd="never", mandatory=True), {"a": 1}),
    (claim("a", sd="allowed"), {"a": sd(1)}),
    (claim("a", "b", sd="never"), {"a": sd({"b": 1})}),
    (claim("a", "b", sd="always"), {"a": {"b": sd(1)}}),
    (claim("a", None, "b", sd="always", mandatory=True), {"a": [sd({"b": sd(1)}), {}]}),
    (claim("a", 1, sd="always"), {"a": [1, sd(2)]}),
    (claim("_sd"), {"a": sd(1)}),
    (claim("_sd_alg", sd="always"), {"a": sd(1)}),
    (claim("absent", "b"), {"a": 1}),
]


@pytest.mark.parametrize(("rule", "claims"), FOLLOWS)
def test_a_credential_that_follows_its_type(
    rule: dict[str, Any], claims: dict[str, object]
) -> None:
    rules(rule).check_issued(credential(claims))
    rules(rule).check_presented(credential(claims))


WITHHELD: list[tuple[dict[str, Any], dict[str, object], Code | None]] = [
    (claim("a", mandatory=True), {"a": sd(1)}, None),
    (claim("a", mandatory=True, sd="never"), {"b": sd(1)}, Code.TYPE_MANDATORY),
    (claim("a", "b", mandatory=True), {"a": sd({"b": 1})}, None),
    (claim("a", "b", mandatory=True, sd="never"), {"a": sd({"b": 1})}, None),
    (claim("a", None, "b", mandatory=True), {"a": [sd({"b": 1})]}, None),
    (claim("a", None, sd="always"), {"a": [sd({"b": 1})]}, None),
    (claim("a", None, sd="never"), {"a": [sd({"b": 1})]}, Code.TYPE_SD),
    (claim("a", 1, sd="never", mandatory=True), {"a": [sd(1), 2]}, None),
]


@pytest.mark.parametrize(("rule", "claims", "code"), WITHHELD)
def test_what_is_withheld_is_not_missing(
    rule: dict[str, Any], claims: dict[str, object], code: Code | None
) -> None:
    """A verifier holds nothing against a holder that the metadata allows to withhold."""
    shown = SdJwt.parse(present.bearer(credential(claims), disclose=()))
    if code is None:
        rules(rule).check_presented(shown)
    else:
        assert refused(lambda: rules(rule).check_presented(shown)) is code


def test_a_holder_is_not_fooled_by_decoys() -> None:
    rule = rules(claim("a", mandatory=True))
    issued = credential({"b": sd(1)}, decoys=3)
    assert refused(lambda: rule.check_issued(issued)) is Code.TYPE_MANDATORY
    rule.check_presented(issued)
    emptied = SdJwt.parse(present.bearer(credential({"a": [sd(1)]}), disclose=()))
    element = rules(claim("a", None, mandatory=True))
    assert refused(lambda: element.check_issued(emptied)) is Code.TYPE_MANDATORY


def test_a_credential_of_another_type() -> None:
    assert refused(lambda: TypeRules.of().check_issued(credential({}))) is Code.TYPE_UNAVAILABLE
    plain = credential({}, vct=7)
    assert refused(lambda: rules().check_presented(plain)) is Code.TYPE_UNAVAILABLE
    one = ResolvedType.of(document())
    assert refused(lambda: TypeRules.of(one, one)) is Code.MISUSE_OPTION
    assert refused(lambda: TypeDocuments.of(document(), document())) is Code.MISUSE_OPTION


def test_a_credential_that_means_other_metadata() -> None:
    meant: dict[str, Any] = {"vct#integrity": str(Integrity.of(document(claims=[])))}
    rules().check_issued(credential({}, **meant))
    meant["vct#integrity"] = str(Integrity.of(b"{}"))
    assert refused(lambda: rules().check_issued(credential({}, **meant))) is Code.TYPE_INTEGRITY
    meant["vct#integrity"] = "md5-AAAA"
    assert (
        refused(lambda: rules().check_presented(credential({}, **meant))) is Code.TYPE_INTEGRITY_ALG
    )


def test_paths_that_take_too_long() -> None:
    issued = credential({"a": [[0] * 30 for _ in range(30)]})
    rules(claim("a", None, None), *(claim("a", n, None) for n in range(100))).check_issued(issued)
    many = rules(*(claim("a", None, n) for n in range(limits.MAX_TYPE_CLAIMS)))
    wide = credential({"a": [[0] for _ in range(2_000)]})
    start = time.thread_time()
    assert refused(lambda: many.check_issued(wide)) is Code.TYPE_PATH
    assert time.thread_time() - start < 5
    hidden = credential({f"{n}": sd(n) for n in range(limits.MAX_DISCLOSURES)})
    absent = rules(*(claim(f"x{n}") for n in range(limits.MAX_TYPE_CLAIMS)))
    assert refused(lambda: absent.check_presented(hidden)) is Code.TYPE_PATH
