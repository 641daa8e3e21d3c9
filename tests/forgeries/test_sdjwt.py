"""One forgery for every rule of SD-JWT and SD-JWT VC, each refused with its code.

The forger here has the issuer's and the holder's keys, so that every signature matches and
exactly one rule is broken.
"""

import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from krid._core import base64url, limits
from krid._core.entropy import system_entropy
from krid.errors import (
    BindingError,
    Code,
    ContentError,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    UnsupportedError,
    ValidityError,
)
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import BEARER, NO_STATUS, IssueOrder, StatusReference
from krid.sdjwt import (
    HashAlg,
    Presentation,
    SdJwt,
    VerifiedSdJwt,
    issue,
    present,
    sd,
    verify,
    verify_bearer,
    verify_issued,
    verify_plain,
    verify_plain_bearer,
)

ISSUER, HOLDER, OTHER = (LocalKey.generate(Alg.ES256) for _ in range(3))
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
SKEW, MAX_AGE = timedelta(seconds=60), timedelta(minutes=5)
AUDIENCE, NONCE = "https://bank.example", "n-0S6_WzA2Mj"
PLAIN = "example+sd-jwt"

CLAIMS: dict[str, object] = {
    "iss": "https://issuer.example",
    "vct": "urn:example:card",
    "iat": AT,
    "nbf": AT,
    "exp": AT + 3600,
    "cnf": {"jwk": jwk.encode_public(HOLDER.public_key)},
    "status": {"status_list": {"idx": 7, "uri": "https://status.example/1"}},
}


def encoded(value: object) -> str:
    return base64url.encode(json.dumps(value).encode())


def digest(disclosure: str) -> str:
    return HashAlg.SHA256.digest(disclosure)


def signed(claims: object, *, typ: str | None = "dc+sd-jwt", key: LocalKey = ISSUER) -> str:
    header = {} if typ is None else {"typ": typ}
    return jws.sign(header, json.dumps(claims).encode(), key)


def credential(*disclosures: str, typ: Any = "dc+sd-jwt", **changes: object) -> str:
    """Sign a credential; a change to None takes the claim out."""
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    return "~".join((signed(claims, typ=typ), *disclosures, ""))


def bound(
    text: str, *, typ: str = "kb+jwt", key: LocalKey = HOLDER, **changes: object
) -> Presentation:
    """Bind a credential to its holder; a change to None takes the claim out."""
    claims = {"iat": AT, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(text)} | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return Presentation.parse(text + jws.sign({"typ": typ}, json.dumps(kept).encode(), key))


def check(presentation: Presentation) -> VerifiedSdJwt:
    return verify(
        presentation,
        issuer_key=ISSUER.public_key,
        audience=AUDIENCE,
        nonce=NONCE,
        now=NOW,
        skew=SKEW,
        max_age=MAX_AGE,
    )


def check_bearer(text: str, *, now: datetime = NOW) -> VerifiedSdJwt:
    return verify_bearer(Presentation.parse(text), issuer_key=ISSUER.public_key, now=now, skew=SKEW)


NAME = encoded(["salt-0123456789", "family_name", "Kim"])
ELEMENT = encoded(["salt-0123456789", "KR"])


def test_what_the_forgeries_start_from_is_accepted() -> None:
    verified = check(bound(credential(NAME, _sd=[digest(NAME)])))
    assert verified.claims["family_name"] == "Kim"
    assert verified.holder == HOLDER.public_key
    assert verified.status == StatusReference("https://status.example/1", 7)
    assert check_bearer(credential()).holder is None


# Section 4: the serialisation

PARSED: list[tuple[str, str, Code, type[KridError]]] = [
    ("no tilde", credential()[:-1], Code.SDJWT_SYNTAX, MalformedError),
    ("empty", "", Code.SDJWT_SYNTAX, MalformedError),
    ("no issuer JWT", "~", Code.JWS_SYNTAX, MalformedError),
    ("last tilde cut off", credential(NAME)[:-1], Code.KB_SYNTAX, MalformedError),
    ("white space", credential(NAME) + " ", Code.KB_SYNTAX, MalformedError),
    ("not ASCII", credential("é"), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    ("empty disclosure", credential(NAME, ""), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    ("too large", "A" * (limits.MAX_SDJWT_BYTES + 1), Code.INPUT_SIZE, MalformedError),
    (
        "too many disclosures",
        credential(*(encoded([str(i), "n", 1]) for i in range(limits.MAX_DISCLOSURES + 1))),
        Code.SDJWT_DISCLOSURE_LIMIT,
        MalformedError,
    ),
    ("payload is an array", signed([]) + "~", Code.JWS_PAYLOAD, MalformedError),
    (
        "payload has iss twice",
        jws.sign({"typ": "dc+sd-jwt"}, b'{"iss":"a","iss":"b"}', ISSUER) + "~",
        Code.JSON_DUPLICATE_NAME,
        MalformedError,
    ),
    ("alg none", f"{encoded({'alg': 'none'})}.e30.~", Code.ALG_UNKNOWN, UnsupportedError),
    ("padding", credential(NAME + "="), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    ("stray bits", credential(NAME[:-1] + "R"), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    ("one element", credential(encoded(["s"])), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    (
        "four elements",
        credential(encoded(["s", "n", 1, 2])),
        Code.SDJWT_DISCLOSURE_SYNTAX,
        MalformedError,
    ),
    ("an object", credential(encoded({})), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    ("text", credential(encoded("abc")), Code.SDJWT_DISCLOSURE_SYNTAX, MalformedError),
    (
        "salt a number",
        credential(encoded([1, "n", 1])),
        Code.SDJWT_DISCLOSURE_SYNTAX,
        MalformedError,
    ),
    (
        "name null",
        credential(encoded(["s", None, 1])),
        Code.SDJWT_DISCLOSURE_SYNTAX,
        MalformedError,
    ),
    (
        "a disclosure that closes another",
        credential(encoded(["s", "n"]) + "~" + base64url.encode(b'["s","n",1],["s"')),
        Code.SDJWT_DISCLOSURE_SYNTAX,
        MalformedError,
    ),
    (
        "name a number",
        credential(encoded(["s", 1, 1])),
        Code.SDJWT_DISCLOSURE_SYNTAX,
        MalformedError,
    ),
    (
        "a member twice",
        credential(base64url.encode(b'["s","n",{"a":1,"a":2}]')),
        Code.SDJWT_DISCLOSURE_SYNTAX,
        MalformedError,
    ),
    ("given twice", credential(NAME, NAME), Code.SDJWT_DISCLOSURE_REPEATED, MalformedError),
    ("_sd_alg unknown", credential(_sd_alg="sha-1"), Code.SDJWT_HASH_ALG, UnsupportedError),
    ("_sd_alg truncated", credential(_sd_alg="sha-256-32"), Code.SDJWT_HASH_ALG, UnsupportedError),
    ("_sd_alg upper case", credential(_sd_alg="SHA-256"), Code.SDJWT_HASH_ALG, UnsupportedError),
    ("_sd_alg a list", credential(_sd_alg=["sha-256"]), Code.SDJWT_HASH_ALG, MalformedError),
    (
        "KB alg none",
        f"{credential()}{encoded({'alg': 'none'})}.e30.",
        Code.ALG_UNKNOWN,
        UnsupportedError,
    ),
    (
        "KB alg none in another case",
        f"{credential()}{encoded({'alg': 'None'})}.e30.",
        Code.ALG_UNKNOWN,
        UnsupportedError,
    ),
    ("KB of two parts", credential() + "e30.e30", Code.KB_SYNTAX, MalformedError),
]


@pytest.mark.parametrize(
    ("text", "code", "kind"), [row[1:] for row in PARSED], ids=[row[0] for row in PARSED]
)
def test_a_text_that_must_not_parse(text: str, code: Code, kind: type[KridError]) -> None:
    with pytest.raises(kind) as error:
        Presentation.parse(text)
    assert error.value.code is code


# Section 7.1 and SD-JWT VC, section 2.2: every text here is signed by the issuer

NESTED_NAME = encoded(["salt", "a", {"_sd": [digest(NAME)]}])
HIDDEN_EXP = encoded(["salt", "exp", AT - 7200])
HIDDEN_STATUS = encoded(["salt", "status_list", {"idx": 1, "uri": "https://status.example/1"}])


def chain(length: int) -> list[str]:
    """Make disclosures of which each holds the digest of the one before."""
    links = [encoded(["salt", "c", "end"])]
    while len(links) < length:
        links.append(encoded(["salt", "c", {"_sd": [digest(links[-1])]}]))
    return links


CHAIN = chain(limits.MAX_JSON_DEPTH + 2)

REVEALED: list[tuple[str, str, Code, type[KridError]]] = [
    ("unused disclosure", credential(NAME), Code.SDJWT_DISCLOSURE_UNUSED, ContentError),
    (
        "child without its parent",
        credential(NAME, _sd=[digest(NESTED_NAME)]),
        Code.SDJWT_DISCLOSURE_UNUSED,
        ContentError,
    ),
    (
        "digest twice in _sd",
        credential(NAME, _sd=[digest(NAME), digest(NAME)]),
        Code.SDJWT_DIGEST_REPEATED,
        ContentError,
    ),
    (
        "digest of nothing twice",
        credential(_sd=["decoy"], nested={"_sd": ["decoy"]}),
        Code.SDJWT_DIGEST_REPEATED,
        ContentError,
    ),
    (
        "digest twice in an array",
        credential(ELEMENT, list=[{"...": digest(ELEMENT)}, {"...": digest(ELEMENT)}]),
        Code.SDJWT_DIGEST_REPEATED,
        ContentError,
    ),
    (
        "digest in _sd and in an array",
        credential(list=[{"...": "decoy"}], _sd=["decoy"]),
        Code.SDJWT_DIGEST_REPEATED,
        ContentError,
    ),
    (
        "digest again inside a disclosure",
        credential(NAME, NESTED_NAME, _sd=[digest(NAME), digest(NESTED_NAME)]),
        Code.SDJWT_DIGEST_REPEATED,
        ContentError,
    ),
    (
        "element where a claim belongs",
        credential(ELEMENT, _sd=[digest(ELEMENT)]),
        Code.SDJWT_DISCLOSURE_KIND,
        ContentError,
    ),
    (
        "claim where an element belongs",
        credential(NAME, list=[{"...": digest(NAME)}]),
        Code.SDJWT_DISCLOSURE_KIND,
        ContentError,
    ),
    ("_sd is text", credential(_sd="x"), Code.SDJWT_DIGEST_SYNTAX, MalformedError),
    ("_sd holds a number", credential(_sd=[1]), Code.SDJWT_DIGEST_SYNTAX, MalformedError),
    ("_sd is an object", credential(a={"_sd": {}}), Code.SDJWT_DIGEST_SYNTAX, MalformedError),
    ("... at the top", credential(**{"...": "x"}), Code.SDJWT_DIGEST_SYNTAX, MalformedError),
    ("... in an object", credential(a={"...": "x"}), Code.SDJWT_DIGEST_SYNTAX, MalformedError),
    (
        "... with company",
        credential(a=[{"...": "x", "b": 1}]),
        Code.SDJWT_DIGEST_SYNTAX,
        MalformedError,
    ),
    ("... is a number", credential(a=[{"...": 1}]), Code.SDJWT_DIGEST_SYNTAX, MalformedError),
    (
        "_sd_alg below the top",
        credential(a={"_sd_alg": "sha-256"}),
        Code.SDJWT_HASH_ALG,
        MalformedError,
    ),
    (
        "disclosures nested too deep",
        credential(*CHAIN, _sd=[digest(CHAIN[-1])]),
        Code.JSON_DEPTH,
        MalformedError,
    ),
    ("typ missing", credential(typ=None), Code.SDJWT_TYP, ContentError),
    ("typ JWT", credential(typ="JWT"), Code.SDJWT_TYP, ContentError),
    ("typ of the old drafts", credential(typ="vc+sd-jwt"), Code.SDJWT_TYP, ContentError),
    ("typ of a KB-JWT", credential(typ="kb+jwt"), Code.SDJWT_TYP, ContentError),
    ("typ of a plain SD-JWT", credential(typ=PLAIN), Code.SDJWT_TYP, ContentError),
    ("expired", credential(exp=AT - 60), Code.SDJWT_EXPIRED, ValidityError),
    ("nbf to come", credential(nbf=AT + 61), Code.SDJWT_NOT_YET_VALID, ValidityError),
    ("iat to come", credential(iat=AT + 61), Code.SDJWT_NOT_YET_VALID, ValidityError),
    ("exp is text", credential(exp=str(AT)), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("exp is true", credential(exp=True), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("exp is beyond time", credential(exp=10**18), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("nbf is a list", credential(nbf=[AT]), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("iat is text", credential(iat="now"), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("iss is a number", credential(iss=1), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("sub is a number", credential(sub=1), Code.SDJWT_CLAIM_TYPE, MalformedError),
    (
        "vct#integrity is a number",
        credential(**{"vct#integrity": 1}),
        Code.SDJWT_CLAIM_TYPE,
        MalformedError,
    ),
    ("aka_vcts is text", credential(aka_vcts="x"), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("aka_vcts is empty", credential(aka_vcts=[]), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("aka_vcts holds a number", credential(aka_vcts=[1]), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("aka_vcts holds nothing", credential(aka_vcts=[""]), Code.SDJWT_CLAIM_TYPE, MalformedError),
    (
        "aka_vcts holds vct",
        credential(aka_vcts=["urn:example:card"]),
        Code.SDJWT_CLAIM_TYPE,
        MalformedError,
    ),
    ("vct missing", credential(vct=None), Code.SDJWT_VCT, ContentError),
    ("vct is empty", credential(vct=""), Code.SDJWT_VCT, ContentError),
    ("vct is a list", credential(vct=["x"]), Code.SDJWT_VCT, ContentError),
    ("cnf is text", credential(cnf="x"), Code.SDJWT_CNF, MalformedError),
    ("status is text", credential(status="x"), Code.STATUS_SYNTAX, MalformedError),
    (
        "status of another kind",
        credential(status={"x": 1}),
        Code.STATUS_MECHANISM,
        UnsupportedError,
    ),
    (
        "status list is text",
        credential(status={"status_list": "x"}),
        Code.STATUS_SYNTAX,
        MalformedError,
    ),
    (
        "status index negative",
        credential(status={"status_list": {"idx": -1, "uri": "x"}}),
        Code.STATUS_SYNTAX,
        MalformedError,
    ),
    (
        "status index true",
        credential(status={"status_list": {"idx": True, "uri": "x"}}),
        Code.STATUS_SYNTAX,
        MalformedError,
    ),
    (
        "status without uri",
        credential(status={"status_list": {"idx": 1}}),
        Code.STATUS_SYNTAX,
        MalformedError,
    ),
    (
        "for another verifier",
        credential(aud="https://other.example"),
        Code.SDJWT_AUDIENCE,
        BindingError,
    ),
    ("for nobody", credential(aud=[]), Code.SDJWT_AUDIENCE, BindingError),
    ("aud is a number", credential(aud=1), Code.SDJWT_CLAIM_TYPE, MalformedError),
    ("aud holds a number", credential(aud=[1]), Code.SDJWT_CLAIM_TYPE, MalformedError),
]

SIGNED = pytest.mark.parametrize(
    ("text", "code", "kind"), [row[1:] for row in REVEALED], ids=[row[0] for row in REVEALED]
)


@SIGNED
def test_a_signed_credential_that_breaks_a_rule(
    text: str, code: Code, kind: type[KridError]
) -> None:
    with pytest.raises(kind) as error:
        check(bound(text))
    assert error.value.code is code


@SIGNED
def test_a_bearer_credential_that_breaks_a_rule(
    text: str, code: Code, kind: type[KridError]
) -> None:
    with pytest.raises(kind) as error:
        check_bearer(text)
    assert error.value.code is code


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_disclosed_claim_with_a_reserved_name(name: str) -> None:
    forged = encoded(["salt", name, "sha-512"])
    with pytest.raises(ContentError) as error:
        check_bearer(credential(forged, _sd=[digest(forged)]))
    assert error.value.code is Code.SDJWT_CLAIM_NAME


@pytest.mark.parametrize("name", ["iss", "vct", "exp", "_sd_alg"])
def test_a_disclosed_claim_that_exists_already(name: str) -> None:
    forged = encoded(["salt", name, "x"])
    reserved = name == "_sd_alg"
    with pytest.raises(ContentError) as error:
        check_bearer(credential(forged, _sd=[digest(forged)], _sd_alg="sha-256"))
    assert error.value.code is (Code.SDJWT_CLAIM_NAME if reserved else Code.SDJWT_CLAIM_COLLISION)


def test_two_disclosures_of_one_name() -> None:
    other = encoded(["another-salt", "family_name", "Lee"])
    with pytest.raises(ContentError) as error:
        check_bearer(credential(NAME, other, _sd=[digest(NAME), digest(other)]))
    assert error.value.code is Code.SDJWT_CLAIM_COLLISION


def test_a_disclosure_hashed_with_another_algorithm_than_named() -> None:
    with pytest.raises(ContentError) as error:
        check_bearer(credential(NAME, _sd=[digest(NAME)], _sd_alg="sha-384"))
    assert error.value.code is Code.SDJWT_DISCLOSURE_UNUSED


def test_a_changed_disclosure_is_unused() -> None:
    changed = encoded(["salt-0123456789", "family_name", "Lee"])
    with pytest.raises(ContentError) as error:
        check_bearer(credential(changed, _sd=[digest(NAME)]))
    assert error.value.code is Code.SDJWT_DISCLOSURE_UNUSED


HIDDEN: dict[str, object] = {
    "iss": "https://issuer.example",
    "nbf": AT,
    "exp": AT + 3600,
    "cnf": CLAIMS["cnf"],
    "vct": "urn:example:card",
    "vct#integrity": "sha256-x",
    "aka_vcts": ["urn:example:other"],
    "status": CLAIMS["status"],
    "aud": AUDIENCE,
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_claim_that_must_not_be_hidden(name: str) -> None:
    disclosure = encoded(["salt", name, HIDDEN[name]])
    text = credential(disclosure, **{name: None, "_sd": [digest(disclosure)]})
    with pytest.raises(ContentError) as error:
        check(bound(text))
    assert error.value.code is Code.SDJWT_NOT_DISCLOSABLE


@pytest.mark.parametrize(
    ("disclosure", "changes"),
    [
        (HIDDEN_STATUS, {"status": {"_sd": [digest(HIDDEN_STATUS)]}}),
        (None, {"status": {"status_list": {"idx": 1, "uri": "x"}, "_sd": []}}),
        (None, {"cnf": {"_sd": ["decoy"], "jwk": jwk.encode_public(HOLDER.public_key)}}),
        (ELEMENT, {"aka_vcts": [{"...": digest(ELEMENT)}]}),
    ],
)
def test_a_part_of_a_claim_that_must_not_be_hidden(
    disclosure: str | None, changes: Mapping[str, object]
) -> None:
    disclosures = () if disclosure is None else (disclosure,)
    with pytest.raises(ContentError) as error:
        check(bound(credential(*disclosures, **changes)))
    assert error.value.code is Code.SDJWT_NOT_DISCLOSABLE


def test_another_issuer_key() -> None:
    text = signed(CLAIMS, key=OTHER) + "~"
    with pytest.raises(SignatureError) as error:
        check(bound(text))
    assert error.value.code is Code.JWS_SIGNATURE


def test_the_signature_is_checked_before_anything_that_it_covers() -> None:
    forged = signed({"exp": "never"}, typ="JWT", key=OTHER) + f"~{NAME}~"
    with pytest.raises(SignatureError) as error:
        check(bound(forged))
    assert error.value.code is Code.JWS_SIGNATURE


# What an attacker tries who has a key of his own, and not the issuer's


def headed(key: LocalKey, **header: Any) -> str:
    """Sign the claims under a header that says more."""
    return jws.sign({"typ": "dc+sd-jwt", **header}, json.dumps(CLAIMS).encode(), key) + "~"


def hmac_signed() -> str:
    """Take the issuer's public key for the secret of a MAC."""
    protected = encoded({"alg": "HS256", "typ": "dc+sd-jwt"})
    message = f"{protected}.{encoded(CLAIMS)}"
    mac = hmac.digest(ISSUER.public_key.raw, message.encode(), "sha256")
    return f"{message}.{base64url.encode(mac)}~"


def relabelled(alg: str, *, drop: int = 0) -> str:
    """Say another algorithm than the one signed with, or cut the signature."""
    _, payload, signature = signed(CLAIMS).split(".")
    protected = encoded({"alg": alg, "typ": "dc+sd-jwt"})
    return f"{protected}.{payload}.{signature[: len(signature) - drop]}~"


def resigned(**header: Any) -> str:
    """Sign under a header that this library would not write."""
    protected = encoded({"alg": "ES256", "typ": "dc+sd-jwt", **header})
    message = f"{protected}.{encoded(CLAIMS)}"
    return f"{message}.{base64url.encode(ISSUER.sign(message.encode()))}~"


def raw_claims(payload: bytes) -> str:
    return jws.sign({"typ": "dc+sd-jwt"}, payload, ISSUER) + "~"


def stray_kb() -> str:
    """The issuer's own key binding JWT, signed for another purpose."""
    return jws.sign({"typ": "kb+jwt"}, json.dumps(CLAIMS).encode(), ISSUER) + "~"


HOLDER_JWK = jwk.encode_public(HOLDER.public_key)
HOLDER_CNF = {"jwk": HOLDER_JWK}
OTHER_JWK = jwk.encode_public(OTHER.public_key)
SPLIT_CNF = encoded(["salt-0123456789", "jwk", OTHER_JWK])

ATTACKS: list[tuple[str, str, Code]] = [
    ("HMAC with the public key", hmac_signed(), Code.ALG_UNKNOWN),
    ("alg NONE", relabelled("NONE"), Code.ALG_UNKNOWN),
    ("alg in lower case", relabelled("es256"), Code.ALG_UNKNOWN),
    ("alg of another curve", relabelled("ES384"), Code.ALG_KEY),
    ("alg of Edwards curves", relabelled("EdDSA"), Code.ALG_KEY),
    ("signature cut off", relabelled("ES256", drop=6), Code.JWS_SIGNATURE),
    ("no signature", f"{signed(CLAIMS).rpartition('.')[0]}.~", Code.JWS_SIGNATURE),
    ("the forger's key in jwk", headed(OTHER, jwk=OTHER_JWK), Code.JWS_SIGNATURE),
    ("the issuer's kid", headed(OTHER, kid=jwk.key_id(ISSUER.public_key)), Code.JWS_SIGNATURE),
    ("a kid that is a path", headed(OTHER, kid="../../dev/null"), Code.JWS_SIGNATURE),
    ("a kid that is a list", headed(OTHER, kid=["a"]), Code.JWS_HEADER),
    ("a key to fetch in jku", headed(OTHER, jku="https://forger.example"), Code.JWS_SIGNATURE),
    ("crit that nobody knows", resigned(crit=["exp"]), Code.JWS_CRIT),
    ("b64 false", resigned(b64=False), Code.JWS_CRIT),
    ("exp is null", signed({**CLAIMS, "exp": None}) + "~", Code.SDJWT_CLAIM_TYPE),
    ("exp is a list", credential(exp=[AT + 3600]), Code.SDJWT_CLAIM_TYPE),
    ("exp is beyond numbers", raw_claims(b'{"exp":1e999}'), Code.JSON_NUMBER),
    ("aud is an object", credential(aud={AUDIENCE: 1}), Code.SDJWT_CLAIM_TYPE),
    ("aud is null", signed({**CLAIMS, "aud": None}) + "~", Code.SDJWT_CLAIM_TYPE),
    (
        "the holder's key hidden and swapped",
        credential(SPLIT_CNF, cnf={"_sd": [digest(SPLIT_CNF)]}),
        Code.SDJWT_NOT_DISCLOSABLE,
    ),
    (
        "a second holder's key disclosed",
        credential(SPLIT_CNF, cnf={**HOLDER_CNF, "_sd": [digest(SPLIT_CNF)]}),
        Code.SDJWT_CLAIM_COLLISION,
    ),
    ("a key binding in the place of a credential", stray_kb(), Code.SDJWT_TYP),
]


@pytest.mark.parametrize(
    ("text", "code"), [row[1:] for row in ATTACKS], ids=[row[0] for row in ATTACKS]
)
def test_an_attack(text: str, code: Code) -> None:
    with pytest.raises(KridError) as error:
        check_bearer(text)
    assert error.value.code is code


# Section 7.3: the key binding JWT; its signature is the holder's own

TEXT = credential(NAME, ELEMENT, _sd=[digest(NAME)], list=[{"...": digest(ELEMENT)}])


def moved_kb() -> Presentation:
    """The key binding of one credential behind another one of the same holder."""
    return Presentation.parse(credential() + bound(TEXT).text.rpartition("~")[2])


BOUND: list[tuple[str, Callable[[], Presentation], Code, type[KridError]]] = [
    ("no KB-JWT", lambda: Presentation.parse(TEXT), Code.KB_MISSING, BindingError),
    ("no cnf", lambda: bound(credential(cnf=None)), Code.KB_NO_KEY, BindingError),
    ("cnf empty", lambda: bound(credential(cnf={})), Code.SDJWT_CNF, MalformedError),
    ("cnf with kid", lambda: bound(credential(cnf={"kid": "1"})), Code.SDJWT_CNF, MalformedError),
    (
        "cnf with two keys",
        lambda: bound(credential(cnf={**HOLDER_CNF, "jku": "https://x.example"})),
        Code.SDJWT_CNF,
        MalformedError,
    ),
    (
        "cnf with a private key",
        lambda: bound(credential(cnf={"jwk": jwk.encode_private(HOLDER)})),
        Code.SDJWT_CNF,
        MalformedError,
    ),
    (
        "cnf with RSA",
        lambda: bound(credential(cnf={"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}})),
        Code.KEY_TYPE,
        UnsupportedError,
    ),
    (
        "cnf for encryption",
        lambda: bound(credential(cnf={"jwk": {**HOLDER_JWK, "use": "enc"}})),
        Code.KEY_USE,
        MalformedError,
    ),
    ("other holder", lambda: bound(TEXT, key=OTHER), Code.KB_SIGNATURE, SignatureError),
    ("issuer as holder", lambda: bound(TEXT, key=ISSUER), Code.KB_SIGNATURE, SignatureError),
    (
        "holder with another curve",
        lambda: bound(TEXT, key=LocalKey.generate(Alg.EDDSA)),
        Code.ALG_KEY,
        UnsupportedError,
    ),
    ("typ JWT", lambda: bound(TEXT, typ="JWT"), Code.KB_TYP, ContentError),
    ("typ dc+sd-jwt", lambda: bound(TEXT, typ="dc+sd-jwt"), Code.KB_TYP, ContentError),
    ("iat missing", lambda: bound(TEXT, iat=None), Code.KB_SYNTAX, MalformedError),
    ("iat is text", lambda: bound(TEXT, iat="now"), Code.KB_SYNTAX, MalformedError),
    ("ten years old", lambda: bound(TEXT, iat=AT - 315_360_000), Code.KB_IAT, ValidityError),
    ("a second too old", lambda: bound(TEXT, iat=AT - 301), Code.KB_IAT, ValidityError),
    ("from the future", lambda: bound(TEXT, iat=AT + 61), Code.KB_IAT, ValidityError),
    ("nonce missing", lambda: bound(TEXT, nonce=None), Code.KB_SYNTAX, MalformedError),
    ("nonce is a list", lambda: bound(TEXT, nonce=[NONCE]), Code.KB_SYNTAX, MalformedError),
    ("other nonce", lambda: bound(TEXT, nonce="other"), Code.KB_NONCE, BindingError),
    ("nonce cut", lambda: bound(TEXT, nonce=NONCE[:-1]), Code.KB_NONCE, BindingError),
    ("empty nonce", lambda: bound(TEXT, nonce=""), Code.KB_NONCE, BindingError),
    ("aud missing", lambda: bound(TEXT, aud=None), Code.KB_SYNTAX, MalformedError),
    ("aud is a list", lambda: bound(TEXT, aud=[AUDIENCE]), Code.KB_SYNTAX, MalformedError),
    ("other aud", lambda: bound(TEXT, aud="https://b.example"), Code.KB_AUDIENCE, BindingError),
    ("aud with a slash", lambda: bound(TEXT, aud=AUDIENCE + "/"), Code.KB_AUDIENCE, BindingError),
    ("sd_hash missing", lambda: bound(TEXT, sd_hash=None), Code.KB_SYNTAX, MalformedError),
    ("sd_hash wrong", lambda: bound(TEXT, sd_hash=digest("x")), Code.KB_SD_HASH, BindingError),
    (
        "sd_hash without the tilde",
        lambda: bound(TEXT, sd_hash=digest(TEXT[:-1])),
        Code.KB_SD_HASH,
        BindingError,
    ),
    (
        "sd_hash of another hash",
        lambda: bound(TEXT, sd_hash=HashAlg.SHA512.digest(TEXT)),
        Code.KB_SD_HASH,
        BindingError,
    ),
    ("disclosure taken out", lambda: swapped(NAME), Code.KB_SD_HASH, BindingError),
    (
        "disclosures in another order",
        lambda: swapped(ELEMENT, NAME),
        Code.KB_SD_HASH,
        BindingError,
    ),
    ("the forger's key in jwk", lambda: kb_with_key(OTHER), Code.KB_SIGNATURE, SignatureError),
    (
        "the credential itself as key binding",
        lambda: Presentation.parse(TEXT + TEXT.split("~")[0]),
        Code.KB_SIGNATURE,
        SignatureError,
    ),
    (
        "cnf with a symmetric key",
        lambda: bound(credential(cnf={"jwk": {"kty": "oct", "k": "AAAA"}})),
        Code.SDJWT_CNF,
        MalformedError,
    ),
    (
        "cnf with the key as text",
        lambda: bound(credential(cnf={"jwk": json.dumps(HOLDER_JWK)})),
        Code.SDJWT_CNF,
        MalformedError,
    ),
    (
        "cnf off the curve",
        lambda: bound(credential(cnf={"jwk": {**HOLDER_JWK, "y": HOLDER_JWK["x"]}})),
        Code.SDJWT_CNF,
        MalformedError,
    ),
    (
        "cnf to derive keys with",
        lambda: bound(credential(cnf={"jwk": {**HOLDER_JWK, "key_ops": ["deriveKey"]}})),
        Code.KEY_USE,
        MalformedError,
    ),
    (
        "cnf for another algorithm",
        lambda: bound(credential(cnf={"jwk": {**HOLDER_JWK, "alg": "ES384"}})),
        Code.KEY_USE,
        MalformedError,
    ),
    (
        "nonce in another case",
        lambda: bound(TEXT, nonce=NONCE.upper()),
        Code.KB_NONCE,
        BindingError,
    ),
    (
        "aud in another case",
        lambda: bound(TEXT, aud=AUDIENCE.upper()),
        Code.KB_AUDIENCE,
        BindingError,
    ),
    ("aud is an object", lambda: bound(TEXT, aud={AUDIENCE: 1}), Code.KB_SYNTAX, MalformedError),
    ("iat is true", lambda: bound(TEXT, iat=True), Code.KB_SYNTAX, MalformedError),
    ("of another credential", moved_kb, Code.KB_SD_HASH, BindingError),
    ("KB expired", lambda: bound(TEXT, exp=AT - 60), Code.KB_VALIDITY, ValidityError),
    ("KB not yet valid", lambda: bound(TEXT, nbf=AT + 61), Code.KB_VALIDITY, ValidityError),
    ("KB exp is text", lambda: bound(TEXT, exp="x"), Code.KB_SYNTAX, MalformedError),
    ("KB payload is a list", lambda: raw_kb(b"[]"), Code.KB_SYNTAX, MalformedError),
    (
        "KB payload has nonce twice",
        lambda: raw_kb(b'{"nonce":1,"nonce":2}'),
        Code.KB_SYNTAX,
        MalformedError,
    ),
]


def swapped(*disclosures: str) -> Presentation:
    """Put other disclosures between the issuer's JWT and the key binding JWT."""
    parts = bound(TEXT).text.split("~")
    return Presentation.parse("~".join((parts[0], *disclosures, parts[-1])))


def kb_with_key(key: LocalKey) -> Presentation:
    """A key binding that brings the key along that it is signed with."""
    header: dict[str, Any] = {"typ": "kb+jwt", "jwk": jwk.encode_public(key.public_key)}
    claims = {"iat": AT, "aud": AUDIENCE, "nonce": NONCE, "sd_hash": digest(TEXT)}
    return Presentation.parse(TEXT + jws.sign(header, json.dumps(claims).encode(), key))


def raw_kb(payload: bytes) -> Presentation:
    return Presentation.parse(TEXT + jws.sign({"typ": "kb+jwt"}, payload, HOLDER))


@pytest.mark.parametrize(
    ("make", "code", "kind"), [row[1:] for row in BOUND], ids=[row[0] for row in BOUND]
)
def test_a_key_binding_that_breaks_a_rule(
    make: Callable[[], Presentation], code: Code, kind: type[KridError]
) -> None:
    with pytest.raises(kind) as error:
        check(make())
    assert error.value.code is code


@pytest.mark.parametrize(
    ("make", "code", "kind"), [row[1:] for row in BOUND], ids=[row[0] for row in BOUND]
)
def test_a_plain_key_binding_that_breaks_a_rule(
    make: Callable[[], Presentation], code: Code, kind: type[KridError]
) -> None:
    with pytest.raises(kind) as error:
        verify_plain(
            make(),
            typ="dc+sd-jwt",
            issuer_key=ISSUER.public_key,
            audience=AUDIENCE,
            nonce=NONCE,
            now=NOW,
            skew=SKEW,
            max_age=MAX_AGE,
        )
    assert error.value.code is code


def test_a_key_binding_where_nobody_asked_for_one() -> None:
    with pytest.raises(BindingError) as error:
        check_bearer(bound(TEXT).text)
    assert error.value.code is Code.KB_UNEXPECTED
    with pytest.raises(BindingError) as error:
        verify_plain_bearer(
            bound(TEXT), typ="dc+sd-jwt", issuer_key=ISSUER.public_key, now=NOW, skew=SKEW
        )
    assert error.value.code is Code.KB_UNEXPECTED


def test_a_holder_takes_no_presentation_for_a_credential() -> None:
    with pytest.raises(BindingError) as error:
        SdJwt.parse(bound(TEXT).text)
    assert error.value.code is Code.KB_UNEXPECTED


def test_a_bearer_credential_for_certain_verifiers() -> None:
    with pytest.raises(BindingError) as error:
        check_bearer(credential(aud=AUDIENCE))
    assert error.value.code is Code.SDJWT_AUDIENCE


def test_a_plain_sd_jwt_of_another_type() -> None:
    text = credential(typ=PLAIN)
    parsed = Presentation.parse(text)
    verify_plain_bearer(parsed, typ=PLAIN, issuer_key=ISSUER.public_key, now=NOW, skew=SKEW)
    with pytest.raises(ContentError) as error:
        verify_plain_bearer(
            parsed, typ="other+sd-jwt", issuer_key=ISSUER.public_key, now=NOW, skew=SKEW
        )
    assert error.value.code is Code.SDJWT_TYP


# Limits: refused within a moment

BOMBS: dict[str, tuple[Callable[[], str], Code]] = {
    "nested arrays of 10 MB": (lambda: bomb(b"[" * 10_000_000), Code.INPUT_SIZE),
    "nested arrays below the limit": (lambda: bomb(b"[" * 2_900_000), Code.JSON_DEPTH),
    "nested objects": (lambda: bomb(b'{"a":' * 580_000), Code.JSON_DEPTH),
    "an array of empty arrays": (
        lambda: bomb(b'{"a":[' + b"[]," * 900_000 + b"1]}"),
        Code.JSON_SIZE,
    ),
    "100,000 disclosures": (
        lambda: credential(*(encoded([f"{i}", "n", 1]) for i in range(100_000))),
        Code.SDJWT_DISCLOSURE_LIMIT,
    ),
    "a million tildes": (lambda: credential() + "~" * 1_000_000, Code.SDJWT_DISCLOSURE_LIMIT),
    "a disclosure of nested arrays": (
        lambda: credential(base64url.encode(b'["s","n",' + b"[" * 2_000_000)),
        Code.SDJWT_DISCLOSURE_SYNTAX,
    ),
    "a long number": (lambda: bomb(b'{"exp":' + b"9" * 2_000_000 + b"}"), Code.JSON_NUMBER),
}


def bomb(payload: bytes) -> str:
    return jws.sign({"typ": "dc+sd-jwt"}, payload, ISSUER) + "~"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_fast(name: str) -> None:
    make, code = BOMBS[name]
    text = make()
    start = time.thread_time()
    with pytest.raises(MalformedError) as error:
        check_bearer(text)
    assert error.value.code is code
    assert time.thread_time() - start < 5


def test_a_disclosure_that_repeats_its_parent_ends() -> None:
    child = encoded(["salt", "child", {"_sd": ["parent-digest"]}])
    parent = encoded(["salt", "parent", {"_sd": [digest(child)]}])
    text = credential(child, parent, _sd=[digest(parent), "parent-digest"])
    with pytest.raises(ContentError) as error:
        check_bearer(text)
    assert error.value.code is Code.SDJWT_DIGEST_REPEATED


# What a caller may not do

ORDER = IssueOrder(
    type="urn:example:card",
    claims={},
    holder=BEARER,
    issuer="https://issuer.example",
    alg=Alg.ES256,
    key_id=None,
    certificates=(),
    signed_at=NOW,
    valid_from=NOW,
    valid_until=NOW + timedelta(days=1),
    status=NO_STATUS,
)


def order(**changes: object) -> IssueOrder:
    from dataclasses import replace

    return replace(ORDER, **changes)  # type: ignore[arg-type]  # each test names one field


CYCLE: list[object] = []
CYCLE.append(CYCLE)
MARKED_CYCLE: list[object] = []
MARKED_CYCLE.append(MARKED_CYCLE)

CLAIMS_REFUSED: dict[str, object] = {
    **{name: {name: "x"} for name in ("iss", "iat", "nbf", "exp", "vct", "cnf", "status")},
    "_sd": {"_sd": []},
    "_sd_alg": {"_sd_alg": "sha-256"},
    "...": {"...": "x"},
    "_sd below": {"a": [{"_sd": []}]},
    "... inside a mark": {"a": sd({"...": "x"})},
    "a name that is a number": {"a": {1: "x"}},
    "a mark on a mark": {"a": sd(sd(1))},
    "bytes": {"a": b"x"},
    "bytes inside a mark": {"a": sd(b"x")},
    "not a number": {"a": float("nan")},
    "a lone surrogate": {"a": sd("\ud800")},
    "a cycle": {"a": CYCLE},
    "a cycle where no mark may be": {"aud": MARKED_CYCLE},
    "too many marks": {"a": [sd(1)] * (limits.MAX_DISCLOSURES + 1)},
    "aud marked": {"aud": sd(AUDIENCE)},
    "aud marked inside": {"aud": [sd(AUDIENCE)]},
    "aud marked in a member": {"aud": {"a": sd(1)}},
    "vct#integrity marked": {"vct#integrity": sd("sha256-x")},
    "vct#integrity a number": {"vct#integrity": 1},
    "aka_vcts text": {"aka_vcts": "x"},
    "aka_vcts empty": {"aka_vcts": []},
    "aka_vcts numbers": {"aka_vcts": [1]},
    "aka_vcts holds nothing": {"aka_vcts": [""]},
    "aka_vcts marked": {"aka_vcts": [sd("x")]},
    "aka_vcts with vct": {"aka_vcts": ["urn:example:card"]},
}


@pytest.mark.parametrize("name", CLAIMS_REFUSED)
def test_claims_that_can_not_be_issued(name: str) -> None:
    with pytest.raises(MisuseError) as error:
        issue.prepare(order(claims=CLAIMS_REFUSED[name]), entropy=system_entropy)
    assert error.value.code is Code.MISUSE_CLAIMS


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": ""}, Code.MISUSE_CLAIMS),
        ({"issuer": ""}, Code.MISUSE_CLAIMS),
        ({"valid_until": NOW}, Code.MISUSE_LIFETIME),
        ({"valid_until": NOW - timedelta(1)}, Code.MISUSE_LIFETIME),
        ({"valid_from": NOW.replace(tzinfo=None)}, Code.MISUSE_NAIVE_TIME),
        ({"signed_at": NOW.replace(tzinfo=None)}, Code.MISUSE_NAIVE_TIME),
        ({"certificates": (b"x",) * (limits.MAX_CHAIN_LENGTH + 1)}, Code.MISUSE_OPTION),
    ],
)
def test_an_order_that_can_not_be_issued(changes: Mapping[str, object], code: Code) -> None:
    with pytest.raises(MisuseError) as error:
        issue.prepare(order(**changes), entropy=system_entropy)
    assert error.value.code is code


@pytest.mark.parametrize("decoys", [-1, limits.MAX_DISCLOSURES + 1])
def test_a_number_of_decoys_that_makes_no_sense(decoys: int) -> None:
    with pytest.raises(MisuseError) as error:
        issue.prepare(ORDER, entropy=system_entropy, decoys=decoys)
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": ""},
        {"nonce": ""},
        {"skew": timedelta(seconds=-1)},
        {"skew": timedelta(seconds=limits.MAX_CLOCK_SKEW_SECONDS + 1)},
        {"max_age": timedelta(seconds=-1)},
        {"now": NOW.replace(tzinfo=None)},
    ],
)
def test_a_verification_without_a_security_input(changes: Mapping[str, object]) -> None:
    settings: dict[str, object] = {
        "issuer_key": ISSUER.public_key,
        "audience": AUDIENCE,
        "nonce": NONCE,
        "now": NOW,
        "skew": SKEW,
        "max_age": MAX_AGE,
    }
    with pytest.raises(MisuseError) as error:
        verify(bound(TEXT), **(settings | dict(changes)))  # type: ignore[arg-type]  # one at a time
    naive = "now" in changes
    assert error.value.code is (Code.MISUSE_NAIVE_TIME if naive else Code.MISUSE_OPTION)


def test_the_holders_check_needs_a_moment_with_a_time_zone() -> None:
    with pytest.raises(MisuseError) as error:
        verify_issued(
            SdJwt.parse(TEXT),
            issuer_key=ISSUER.public_key,
            now=NOW.replace(tzinfo=None),
            skew=SKEW,
        )
    assert error.value.code is Code.MISUSE_NAIVE_TIME


# Presenting


@pytest.mark.parametrize(
    "path", [("given_name",), ("list", 1), ("list", -1), ("family_name", "x"), ("iss", None), ()]
)
def test_a_path_that_the_credential_does_not_have(path: tuple[str | int | None, ...]) -> None:
    with pytest.raises(ContentError) as error:
        present.bearer(SdJwt.parse(TEXT), disclose=[("family_name",), path])
    assert error.value.code is Code.SDJWT_NO_CLAIM


def present_with(text: Any = TEXT, **changes: object) -> None:
    settings: dict[str, object] = {
        "disclose": [],
        "audience": AUDIENCE,
        "nonce": NONCE,
        "alg": Alg.ES256,
        "now": NOW,
    }
    present.prepare(SdJwt.parse(text), **(settings | changes))  # type: ignore[arg-type]  # one at a time


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"audience": ""}, Code.MISUSE_OPTION),
        ({"nonce": ""}, Code.MISUSE_OPTION),
        ({"alg": Alg.EDDSA}, Code.ALG_KEY),
        ({"now": NOW.replace(tzinfo=None)}, Code.MISUSE_NAIVE_TIME),
    ],
)
def test_a_presentation_that_nobody_would_take(changes: dict[str, object], code: Code) -> None:
    with pytest.raises(MisuseError) as error:
        present_with(**changes)
    assert error.value.code is code


def test_a_credential_without_holder_key_is_not_bound() -> None:
    with pytest.raises(BindingError) as error:
        present_with(credential(cnf=None))
    assert error.value.code is Code.KB_NO_KEY


def test_a_credential_that_breaks_a_rule_is_not_presented() -> None:
    with pytest.raises(ContentError) as error:
        present_with(credential(NAME))
    assert error.value.code is Code.SDJWT_DISCLOSURE_UNUSED
