"""One forgery for every rule of the JSON serialisations (RFC 9901, section 8; RFC 7515, 7.2).

The forger has all keys: each signature matches, and exactly one rule is broken.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core import base64url, limits
from krid.errors import Code, KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import Challenge, VerifiedCredential
from krid.openid.vp.wire import check_serialisation, presentation_from_wire, presentation_to_wire
from krid.sdjwt import HashAlg, SdJwtVcFormat
from krid.trust import KeyTrust

ISSUER, HOLDER, OTHER = (LocalKey.generate(Alg.ES256) for _ in range(3))
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
AUDIENCE, NONCE = "https://bank.example", "n-0S6_WzA2Mj"
Forge = Callable[[dict[str, Any]], object]


def encoded(value: object) -> str:
    return base64url.encode(json.dumps(value).encode())


NAME = encoded(["salt-0123456789", "family_name", "Kim"])
CITY = encoded(["salt-9876543210", "city", "Seoul"])
CLAIMS = {
    "iss": "https://issuer.example",
    "vct": "urn:example:card",
    "exp": AT + 3600,
    "cnf": {"jwk": jwk.encode_public(HOLDER.public_key)},
    "_sd": [HashAlg.SHA256.digest(NAME), HashAlg.SHA256.digest(CITY)],
}


def signed(key: LocalKey = ISSUER, **header: Any) -> dict[str, Any]:
    """Sign the claims; the header is `typ` and what is given."""
    text = jws.sign({"typ": "dc+sd-jwt", **header}, json.dumps(CLAIMS).encode(), key)
    return dict(zip(("protected", "payload", "signature"), text.split("."), strict=True))


def key_binding(one: dict[str, Any], *disclosures: str) -> str:
    text = ".".join((one["protected"], one["payload"], one["signature"]))
    covered = "~".join((text, *disclosures, ""))
    claims = {"iat": AT, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": HashAlg.SHA256.digest(covered)}
    return jws.sign({"typ": "kb+jwt"}, json.dumps(claims).encode(), HOLDER)


def flattened(**header: Any) -> dict[str, Any]:
    """A presentation of the name, in flattened form, with more in its unprotected header."""
    one = signed()
    ours = {"disclosures": [NAME], "kb_jwt": key_binding(one, NAME)}
    return {**one, "header": ours | header}


def general(*others: dict[str, Any]) -> dict[str, Any]:
    """The same in general form, with further signatures."""
    one = flattened()
    payload = one.pop("payload")
    for other in others:
        other.pop("payload", None)
    return {"payload": payload, "signatures": [one, *others]}


def check(document: object) -> VerifiedCredential:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return SdJwtVcFormat().verify(
        raw,
        issuers=KeyTrust.of(ISSUER.public_key),
        challenge=Challenge(audience=AUDIENCE, nonce=NONCE),
        now=NOW,
        skew=timedelta(0),
        max_age=timedelta(minutes=5),
    )


@pytest.mark.parametrize(
    "document",
    [
        flattened(),
        flattened(kid="unprotected, carried and not believed"),
        general(),
        general(signed(OTHER, kid="other"), {**signed(OTHER), "header": {"kid": "other"}}),
        {**flattened(), "more": "passed over"},
    ],
)
def test_what_the_forgeries_start_from_is_accepted(document: object) -> None:
    verified = check(document)
    assert verified.claims["family_name"] == "Kim"
    assert "city" not in verified.claims
    assert verified.holder == HOLDER.public_key


def test_without_disclosures() -> None:
    one = signed()
    assert "city" not in check({**one, "header": {"kb_jwt": key_binding(one)}}).claims


def changed(**members: Any) -> dict[str, Any]:
    """The flattened form with members changed; None takes one out."""
    document = {**flattened(), **members}
    return {name: value for name, value in document.items() if value is not None}


def protected(**header: Any) -> dict[str, Any]:
    """The flattened form under another protected header, its signature made anew."""
    members = {"alg": "ES256", "typ": "dc+sd-jwt", **header}
    one = {"protected": encoded(members), "payload": encoded(CLAIMS)}
    covered = f"{one['protected']}.{one['payload']}".encode()
    one["signature"] = base64url.encode(ISSUER.sign(covered))
    return {**one, "header": {"disclosures": [NAME], "kb_jwt": key_binding(one, NAME)}}


def swapped() -> dict[str, Any]:
    """The signature that the holder's key covers stands second."""
    document = general(signed(ISSUER, kid="another header"))
    first, second = document["signatures"]
    second["header"] = first.pop("header")
    document["signatures"] = [second, first]
    return document


SECOND_WITH = "disclosures beside a second signature"

FORGERIES: list[tuple[str, object, Code]] = [
    ("no payload", changed(payload=None), Code.SDJWT_JSON_SYNTAX),
    ("payload is an object", changed(payload=CLAIMS), Code.SDJWT_JSON_SYNTAX),
    ("payload with a dot", changed(payload="e30.e30"), Code.SDJWT_JSON_SYNTAX),
    ("payload is empty", changed(payload=""), Code.SDJWT_JSON_SYNTAX),
    ("no protected header", changed(protected=None), Code.SDJWT_JSON_SYNTAX),
    ("no signature", changed(signature=None), Code.SDJWT_JSON_SYNTAX),
    ("signature with a tilde", changed(signature="AA~AA"), Code.SDJWT_JSON_SYNTAX),
    ("both forms", {**flattened(), "signatures": []}, Code.SDJWT_JSON_SYNTAX),
    ("no signatures", {**general(), "signatures": []}, Code.SDJWT_JSON_SYNTAX),
    ("signatures are an object", {**general(), "signatures": {}}, Code.SDJWT_JSON_SYNTAX),
    ("a signature is text", {**general(), "signatures": ["AA"]}, Code.SDJWT_JSON_SYNTAX),
    (
        "too many signatures",
        general(*(signed(OTHER) for _ in range(limits.MAX_JWS_SIGNATURES))),
        Code.SDJWT_JSON_SYNTAX,
    ),
    (
        "a member twice",
        json.dumps(flattened())[:-1].encode() + b',"payload":"e30"}',
        Code.JSON_DUPLICATE_NAME,
    ),
    ("an array", b"[]", Code.SDJWT_SYNTAX),
    ("JSON cut off", json.dumps(flattened())[:-1].encode(), Code.JSON_SYNTAX),
    ("too large", b"{" + b" " * limits.MAX_SDJWT_BYTES, Code.INPUT_SIZE),
    ("header is text", changed(header="e30"), Code.SDJWT_JSON_HEADER),
    ("a large header", flattened(note="a" * limits.MAX_JWT_HEADER_BYTES), Code.SDJWT_JSON_HEADER),
    ("disclosures are text", flattened(disclosures=NAME), Code.SDJWT_JSON_HEADER),
    ("a disclosure is an array", flattened(disclosures=[["s", "n", 1]]), Code.SDJWT_JSON_HEADER),
    ("kb_jwt is null", flattened(kb_jwt=None), Code.SDJWT_JSON_HEADER),
    ("kb_jwt is empty", flattened(kb_jwt=""), Code.KB_SYNTAX),
    ("kb_jwt with a tilde", flattened(kb_jwt=f"{NAME}~{key_binding(signed())}"), Code.KB_SYNTAX),
    ("no kb_jwt", changed(header={"disclosures": [NAME]}), Code.KB_MISSING),
    (
        "two disclosures in one",
        flattened(disclosures=[f"{NAME}~{CITY}"]),
        Code.SDJWT_DISCLOSURE_SYNTAX,
    ),
    ("a disclosure is empty", flattened(disclosures=[NAME, ""]), Code.SDJWT_DISCLOSURE_SYNTAX),
    ("a disclosure twice", flattened(disclosures=[NAME, NAME]), Code.SDJWT_DISCLOSURE_REPEATED),
    (
        "too many disclosures",
        flattened(disclosures=["AA"] * (limits.MAX_DISCLOSURES + 1)),
        Code.SDJWT_DISCLOSURE_LIMIT,
    ),
    ("a disclosure added", flattened(disclosures=[NAME, CITY]), Code.KB_SD_HASH),
    ("a disclosure taken out", flattened(disclosures=[]), Code.KB_SD_HASH),
    ("disclosures in another order", flattened(disclosures=[CITY, NAME]), Code.KB_SD_HASH),
    ("crit unprotected", flattened(crit=["exp"]), Code.JWS_CRIT),
    ("crit protected", protected(crit=["exp"]), Code.JWS_CRIT),
    ("b64 unprotected", flattened(b64=False), Code.SDJWT_JSON_HEADER),
    ("b64 protected", protected(b64=False), Code.JWS_CRIT),
    ("alg in both", flattened(alg="ES256"), Code.SDJWT_JSON_HEADER),
    ("typ unprotected", flattened(typ="dc+sd-jwt"), Code.SDJWT_JSON_HEADER),
    ("x5c unprotected", flattened(x5c=["AA=="]), Code.SDJWT_JSON_HEADER),
    ("jwk unprotected", flattened(jwk=jwk.encode_public(OTHER.public_key)), Code.SDJWT_JSON_HEADER),
    (
        "kid in both",
        {**protected(kid="a"), "header": {**protected(kid="a")["header"], "kid": "a"}},
        Code.SDJWT_JSON_HEADER,
    ),
    ("disclosures protected", protected(disclosures=[NAME]), Code.SDJWT_JSON_HEADER),
    ("kb_jwt protected", protected(kb_jwt="AA"), Code.SDJWT_JSON_HEADER),
    ("protected header is an array", changed(protected=encoded([])), Code.JSON_NOT_OBJECT),
    ("protected header with stray bits", changed(protected="e31"), Code.BASE64URL_SYNTAX),
    ("alg none", protected(alg="none"), Code.ALG_UNKNOWN),
    (
        "the first signature is another's",
        general() | {"signatures": [{**flattened(), "signature": signed(OTHER)["signature"]}]},
        Code.JWS_SIGNATURE,
    ),
    (
        SECOND_WITH,
        general({**signed(OTHER), "header": {"disclosures": [CITY]}}),
        Code.SDJWT_JSON_HEADER,
    ),
    (
        "kb_jwt beside a second signature",
        general({**signed(OTHER), "header": {"kb_jwt": "AA"}}),
        Code.SDJWT_JSON_HEADER,
    ),
    (
        "crit beside a second signature",
        general({**signed(OTHER), "header": {"crit": []}}),
        Code.JWS_CRIT,
    ),
    ("a second signature without header", general({"signature": "AA"}), Code.SDJWT_JSON_SYNTAX),
    ("signatures swapped", swapped(), Code.KB_SD_HASH),
]


@pytest.mark.parametrize(
    ("document", "code"), [each[1:] for each in FORGERIES], ids=[each[0] for each in FORGERIES]
)
def test_a_forgery_is_refused(document: object, code: Code) -> None:
    with pytest.raises(KridError) as error:
        check(document)
    assert error.value.code is code


def test_only_the_first_signature_counts() -> None:
    """A signature that verifies does not help when it stands second."""
    document = general(signed(ISSUER))
    document["signatures"][0]["signature"] = signed(OTHER)["signature"]
    with pytest.raises(KridError) as error:
        check(document)
    assert error.value.code is Code.JWS_SIGNATURE


def test_every_changed_bit_of_what_is_covered_is_refused() -> None:
    document = flattened()
    for name in ("payload", "protected", "signature"):
        raw = base64url.decode(document[name])
        for at in range(0, len(raw), 7):
            bent = bytes((*raw[:at], raw[at] ^ 1, *raw[at + 1 :]))
            with pytest.raises(KridError):
                check({**document, name: base64url.encode(bent)})


# OpenID4VP: krid takes the compact form alone in a vp_token


@pytest.mark.parametrize("document", [flattened(), general()])
def test_json_does_not_travel_in_a_vp_token(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    refused: list[Callable[[], object]] = [
        lambda: presentation_to_wire(text.encode(), "dc+sd-jwt"),
        lambda: presentation_from_wire(text),
        lambda: presentation_from_wire(" " + text),
        lambda: check_serialisation([document]),
        lambda: check_serialisation(document),
    ]
    for call in refused:
        with pytest.raises(KridError) as error:
            call()
        assert error.value.code is Code.RESPONSE_SERIALISATION
    check_serialisation(["text", {"payload": 1}, 7])
