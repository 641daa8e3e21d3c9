"""More rows for `scripts/forge.py`: JSON serialisations, readers' requests, and type metadata.

A row is a rule, what breaks it, the code that it is refused with, and how to verify it.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from krid.errors import Code
from krid.keys import jwk

Terms = Mapping[str, Any]
Row = tuple[str, str, Code | None, Terms]
NOW = "2026-06-01T12:00:00Z"


def entropy() -> Callable[[int], bytes]:
    """Make the same bytes in the same order, in the place of random ones."""
    drawn = 0

    def draw(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(b"%d" % drawn).digest(size)

    return draw


# SD-JWT in JSON


def json_rows(catalogue: Any) -> Iterator[Row]:
    """Go through the rules of RFC 9901, section 8."""
    terms = {
        "trust": json.dumps(jwk.encode_public(catalogue.ISSUER.public_key)),
        "nonce": catalogue.NONCE,
        "audience": catalogue.AUDIENCE,
        "now": NOW,
        "max_age": "300",
    }
    other = catalogue.signed(catalogue.OTHER, kid="other")
    yield "JSON: genuine flattened", _text(catalogue.flattened()), None, terms
    yield "JSON: genuine general", _text(catalogue.general()), None, terms
    yield "JSON: genuine with a further signature", _text(catalogue.general(other)), None, terms
    for rule, document, code in catalogue.FORGERIES:
        yield f"JSON: {rule}", _text(document), code, terms


def _text(document: object) -> str:
    return document.decode() if isinstance(document, bytes) else json.dumps(document)


# Device requests

REQUESTS_LEFT_OUT = {
    "reader: unknown certificate": "its certificate is no certificate; a row has a real one",
    "reader: not for this doctype": "a trust file of certificates trusts them for all types",
    "reader: protected certificate": "its certificate is signed",
}


def request_rows(catalogue: Any) -> Iterator[tuple[str, bytes, Code | None]]:
    """Go through the rules for a reader's request (sections 8.3.2.1.2.1 and 9.1.4)."""
    yield "request: genuine", catalogue.forge(), None
    for rule, (changes, _, code) in catalogue.FORGERIES.items():
        if rule not in REQUESTS_LEFT_OUT:
            yield rule, catalogue.forge(**changes), code


# Type metadata


def type_rows(catalogue: Any) -> Iterator[Row]:
    """Go through the rules of a document; the credential that shows them is genuine."""
    shown = catalogue.credential({"name": catalogue.sd("Kim")}).text
    terms = {"trust": _trust(catalogue), "now": NOW, "credential": shown}
    genuine = catalogue.document(claims=[catalogue.claim("name", sd="always", mandatory=True)])
    yield "type: genuine", genuine.decode(), None, terms
    for rule, members in catalogue.DOCUMENTS:
        yield f"type: {rule}", catalogue.document(**members).decode(), Code.TYPE_SYNTAX, terms
    yield "type: an array", "[]", Code.JSON_NOT_OBJECT, terms
    twice = '{"vct":"urn:example:a","vct":"urn:example:b"}'
    yield "type: a member twice", twice, Code.JSON_DUPLICATE_NAME, terms
    for rule, members, base, code in _extensions(catalogue):
        extending = catalogue.document(extends=catalogue.BASE, **members).decode()
        yield f"type: {rule}", extending, code, {**terms, "types": [base.decode()]}
    loop = catalogue.document(extends=catalogue.VCT).decode()
    yield "type: it extends itself", loop, Code.TYPE_LOOP, terms
    urn = catalogue.document(extends="urn:example:base").decode()
    yield "type: what it extends can't be had", urn, Code.TYPE_UNAVAILABLE, terms


def _extensions(catalogue: Any) -> Iterator[tuple[str, Mapping[str, Any], bytes, Code | None]]:
    claim, document, base = catalogue.claim, catalogue.document, catalogue.BASE
    strict = document(vct=base, claims=[claim("name", sd="always", mandatory=True)])
    meant = str(catalogue.Integrity.of(strict))
    other = str(catalogue.Integrity.of(b"{}"))
    yield "genuine extension", {"extends#integrity": meant}, strict, None
    yield "it extends another document", {"extends#integrity": other}, strict, Code.TYPE_INTEGRITY
    yield (
        "integrity without value",
        {"extends#integrity": "sha256"},
        strict,
        (Code.TYPE_INTEGRITY_SYNTAX),
    )
    yield (
        "integrity by MD5",
        {"extends#integrity": "md5-1B2M2Y8AsgTpgAmY7PhCfg=="},
        strict,
        (Code.TYPE_INTEGRITY_ALG),
    )
    for rule, loosened in (("sd", {"sd": "allowed"}), ("mandatory", {"mandatory": False})):
        yield (
            f"it loosens {rule}",
            {"claims": [claim("name", **loosened)]},
            strict,
            (Code.TYPE_OVERRIDE),
        )


def typed_rows(catalogue: Any) -> Iterator[Row]:
    """Go through what a credential may break of its type."""
    terms = {"trust": _trust(catalogue), "now": NOW}
    for rule, described, claims, code in catalogue.BREAKS:
        document = catalogue.document(claims=[described]).decode()
        text = catalogue.credential(claims).text
        yield f"type rule: {rule}", text, code, {**terms, "types": [document]}
    document = catalogue.document(claims=[]).decode()
    typed = {**terms, "types": [document]}
    other = catalogue.credential({}, vct="urn:example:other").text
    yield "type rule: another type", other, Code.TYPE_UNAVAILABLE, typed
    for name, integrity, code in (
        ("other metadata was meant", str(catalogue.Integrity.of(b"{}")), Code.TYPE_INTEGRITY),
        ("integrity without value", "sha256", Code.TYPE_INTEGRITY_SYNTAX),
        ("integrity by MD5", "md5-1B2M2Y8AsgTpgAmY7PhCfg==", Code.TYPE_INTEGRITY_ALG),
    ):
        text = catalogue.credential({}, **{"vct#integrity": integrity}).text
        yield f"type rule: {name}", text, code, typed


def _trust(catalogue: Any) -> str:
    return json.dumps(jwk.encode_public(catalogue.KEY.public_key))
