"""Linting an SD-JWT VC: many faults at once, each with its place."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import base64url, limits
from krid._core.entropy import system_entropy
from krid.errors import Code, MisuseError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.sdjwt import HashAlg, SdJwtVcFormat, Serialisation
from krid.sdjwt.json_form import JwsJson
from krid.sdjwt.lint import lint
from krid.x509 import DOCUMENT_SIGNER, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
ISSUER, HOLDER = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
SALT = "A" * 22
GOOD: dict[str, object] = {
    "iss": "https://issuer.example",
    "vct": "urn:example:card",
    "iat": AT,
    "exp": AT + 3600,
    "cnf": {"jwk": jwk.encode_public(HOLDER.public_key)},
}


def encoded(value: object) -> str:
    return base64url.encode(json.dumps(value).encode())


def digest(text: str) -> str:
    return HashAlg.SHA256.digest(text)


def credential(*disclosures: str, header: dict[str, object] | None = None, **more: object) -> str:
    members: dict[str, object] = {"typ": "dc+sd-jwt"} | (header or {})
    claims = {name: value for name, value in (GOOD | more).items() if value is not None}
    signed = jws.sign(members, json.dumps(claims).encode(), ISSUER)  # type: ignore[arg-type]  # JSON by each test
    return "~".join((signed, *disclosures, ""))


def bind(text: str, **changes: object) -> str:
    claims = {"iat": AT, "aud": "me", "nonce": "n", "sd_hash": digest(text)} | changes
    return text + jws.sign({"typ": "kb+jwt"}, json.dumps(claims).encode(), HOLDER)


def found(text: str | bytes) -> set[tuple[Code, str]]:
    raw = text if isinstance(text, bytes) else text.encode()
    return {(each.code, each.place) for each in lint(raw, now=NOW)}


def codes(text: str | bytes) -> set[Code]:
    return {code for code, _ in found(text)}


NAME = encoded([SALT, "family_name", "Kim"])


def test_nothing_to_say_of_a_good_one() -> None:
    text = credential(NAME, _sd=[digest(NAME)])
    assert found(text) == set()
    assert found(bind(text)) == set()
    flattened = JwsJson.from_compact(text, Serialisation.FLATTENED).encode()
    assert found(flattened) == set()


def test_every_fault_is_named_with_its_place() -> None:
    short = encoded(["s", "a", 1])
    unused = encoded([SALT, "b", 1])
    text = credential(
        short,
        "!",
        unused,
        NAME,
        header={"typ": "JWT"},
        _sd=[digest(short), digest(NAME), digest(NAME)],
        iss=1,
        exp="never",
        vct=None,
        list=[{"...": digest(NAME)}, {"...": 1}],
        nested={"...": 1, "_sd_alg": "x"},
    )
    assert found(text) == {
        (Code.SDJWT_TYP, "issuer JWT header typ"),
        (Code.SDJWT_SALT, "disclosure 0"),
        (Code.SDJWT_DISCLOSURE_SYNTAX, "disclosure 1"),
        (Code.SDJWT_DISCLOSURE_UNUSED, "disclosure 2"),
        (Code.SDJWT_DIGEST_REPEATED, "$._sd"),
        (Code.SDJWT_DIGEST_SYNTAX, "$.list[1]"),
        (Code.SDJWT_DIGEST_SYNTAX, "$.nested...."),
        (Code.SDJWT_HASH_ALG, "$.nested._sd_alg"),
        (Code.SDJWT_DISCLOSURE_KIND, "$.list[0]"),
        (Code.SDJWT_CLAIM_TYPE, "$.iss"),
        (Code.SDJWT_CLAIM_TYPE, "$.exp"),
        (Code.SDJWT_VCT, "$.vct"),
    }


def test_a_broken_header_does_not_hide_the_payload() -> None:
    header = base64url.encode(b'{"alg":"HS256","crit":["x"],"typ":7}')
    text = f"{header}.{base64url.encode(b'{}')}.~"
    assert {Code.JWS_CRIT, Code.ALG_UNKNOWN, Code.SDJWT_TYP, Code.SDJWT_VCT} <= codes(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.SDJWT_SYNTAX),
        ("~", Code.JWS_SYNTAX),
        ("a.b.c.d~", Code.JWS_SYNTAX),
        ("!.e30.~", Code.BASE64URL_SYNTAX),
        ("~" * (limits.MAX_DISCLOSURES + 9), Code.SDJWT_DISCLOSURE_LIMIT),
        ("A" * (limits.MAX_SDJWT_BYTES + 1), Code.INPUT_SIZE),
        ('{"payload": 1}', Code.SDJWT_JSON_SYNTAX),
        (credential(NAME, NAME, _sd=[digest(NAME)]), Code.SDJWT_DISCLOSURE_REPEATED),
        (credential(exp=None), Code.SDJWT_NO_EXPIRY),
        (f"{encoded({'alg': 'ES256', 'b64': True})}.e30.AAAA~", Code.JWS_CRIT),
        (credential(_sd_alg="md5"), Code.SDJWT_HASH_ALG),
        (credential(aud="https://other.example", sub=1), Code.SDJWT_CLAIM_TYPE),
    ],
)
def test_one_fault(text: str, code: Code) -> None:
    assert code in codes(text)


def test_the_audience_is_the_verifiers_to_judge() -> None:
    assert found(credential(aud="https://other.example")) == set()


def test_a_name_is_cut_in_its_place() -> None:
    name = "x" * 100
    hostile: dict[str, Any] = {name: {"_sd": 1}}
    places = {place for _, place in found(credential(**hostile))}
    assert places == {"$." + "x" * 64 + "…._sd"}


def test_faults_of_a_key_binding() -> None:
    text = credential(NAME, _sd=[digest(NAME)])
    assert found(bind(text, nonce=1, aud=None, sd_hash="x", iat=AT + 999, exp=AT - 999)) == {
        (Code.KB_SYNTAX, "key binding JWT.nonce"),
        (Code.KB_SYNTAX, "key binding JWT.aud"),
        (Code.KB_SD_HASH, "key binding JWT.sd_hash"),
        (Code.KB_IAT, "key binding JWT.iat"),
        (Code.KB_VALIDITY, "key binding JWT.exp"),
    }
    assert codes(text + "x") == {Code.KB_SYNTAX, Code.KB_TYP}
    assert Code.KB_SIGNATURE in codes(bind(text)[:-4] + "AAAA")
    assert Code.KB_NO_KEY in codes(bind(credential(cnf=None)))
    assert Code.KB_SD_HASH not in codes(bind(credential(_sd_alg="md5"), sd_hash="x"))


def test_disclosures_nested_too_deep_end() -> None:
    links = [encoded([SALT, "c", [[1]]])]
    while len(links) < limits.MAX_JSON_DEPTH + 2:
        links.append(encoded([SALT, "c", [{"_sd": [digest(links[-1])]}]]))
    assert Code.JSON_DEPTH in codes(credential(*links, _sd=[digest(links[-1])]))
    below = credential(*links, nested={"_sd": [digest(links[-1])]})
    assert Code.JSON_DEPTH in codes(below)


def chain(**changes: timedelta) -> tuple[list[str], LocalKey]:
    ca_key = LocalKey.generate(Alg.ES256)
    begin, end = NOW - timedelta(days=9), NOW + timedelta(days=9)
    ca = self_signed_ca(
        ca_key,
        common_name="Invented",
        country="KR",
        valid_from=begin,
        valid_until=end,
        issuer_uri="https://issuer.example",
        entropy=system_entropy,
    )
    leaf = sign_certificate(
        ISSUER.public_key,
        ca=ca,
        ca_key=ca_key,
        leaf=DOCUMENT_SIGNER,
        common_name="Invented signer",
        valid_from=begin,
        valid_until=end - changes.get("earlier", timedelta(0)),
        entropy=system_entropy,
    )
    from base64 import b64encode

    return [b64encode(each.der).decode() for each in (leaf, ca)], ca_key


def test_certificates_and_the_signature_by_them() -> None:
    x5c, _ = chain()
    text = credential(header={"x5c": x5c})
    assert found(text) == set()
    signed, rest = text.split("~", 1)
    forged = f"{signed[:-4]}AAAA~{rest}"
    assert found(forged) == {(Code.JWS_SIGNATURE, "issuer JWT signature")}
    expired, _ = chain(earlier=timedelta(days=12))
    assert found(credential(header={"x5c": expired})) == {(Code.X509_EXPIRED, "issuer JWT x5c[0]")}
    assert found(credential(header={"x5c": x5c[::-1]})) >= {
        (Code.X509_LEAF, "issuer JWT x5c[0]"),
        (Code.X509_ISSUER, "issuer JWT x5c[0]"),
        (Code.JWS_SIGNATURE, "issuer JWT signature"),
    }
    assert found(credential(header={"x5c": ["AAAA", x5c[1]]})) >= {
        (Code.X509_SYNTAX, "issuer JWT x5c[0]")
    }
    assert found(credential(header={"x5c": []})) == {(Code.JWS_HEADER, "issuer JWT x5c")}


def test_a_moment_has_a_zone() -> None:
    with pytest.raises(MisuseError) as error:
        lint(b"", now=NOW.replace(tzinfo=None))
    assert error.value.code is Code.MISUSE_NAIVE_TIME


TEXT = bind(credential(NAME, header={"x5c": chain()[0]}, _sd=[digest(NAME)]))


@settings(max_examples=60)
@given(st.data())
def test_a_changed_character_is_always_named(data: st.DataObject) -> None:
    text = TEXT
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii", exclude_characters=text[at]))
    assert lint((text[:at] + other + text[at + 1 :]).encode(), now=NOW)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_give_findings(raw: bytes) -> None:
    findings = SdJwtVcFormat().lint(raw, now=NOW)
    assert findings
    assert all(each.clause for each in findings)
