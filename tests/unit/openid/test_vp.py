"""Signed presentation requests and answers of OpenID4VP: what is read, and what is refused."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from krid import query
from krid._core import base64url, strict_json
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, TrustError
from krid.exchange import PresentationRequest, PresentationResponse
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import Attestation, IssuerHint
from krid.openid import vp
from krid.trust import NO_REVOCATION, CertificateTrust
from krid.x509 import VERIFIER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate
from krid.x509.organisation import proved_names, proved_title

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HOST = "bank.example"
ROOT_KEY, KEY, ROGUE_KEY = (LocalKey.generate(Alg.ES256) for _ in range(3))


def root(key: LocalKey) -> Certificate:
    return self_signed_ca(
        key,
        common_name="Verifiers",
        country="ZZ",
        valid_from=NOW - timedelta(days=1),
        valid_until=NOW + timedelta(days=365),
        issuer_uri="https://verifiers.example",
        entropy=system_entropy,
    )


def leaf(ca: Certificate, ca_key: LocalKey, *names: str) -> Certificate:
    return sign_certificate(
        KEY.public_key,
        ca=ca,
        ca_key=ca_key,
        leaf=VERIFIER,
        common_name="Bank",
        valid_from=NOW - timedelta(hours=1),
        valid_until=NOW + timedelta(days=30),
        entropy=system_entropy,
        dns_names=names,
    )


ROOT = root(ROOT_KEY)
LEAF = leaf(ROOT, ROOT_KEY, HOST)
TRUST = CertificateTrust((ROOT,), revocation=NO_REVOCATION)
REQUEST = PresentationRequest(
    client_id=f"x509_san_dns:{HOST}",
    nonce="nonce-1",
    state="state-1",
    response_uri=f"https://{HOST}/answer",
    query=query.of(
        query.sdjwt("card", vct="urn:t", claims=["name"]),
        query.mdoc("licence", doctype="d", claims={"ns": ["e"]}),
    ),
    purpose="Open an account",
    expires=NOW + timedelta(minutes=5),
)


def signed(request: PresentationRequest = REQUEST, *, certificate: Certificate = LEAF) -> str:
    return vp.prepare_request(
        request, signer=KEY, certificates=(certificate.der,), now=NOW
    ).sign_with(KEY)


def resigned(
    change: Callable[[dict[str, Any], dict[str, Any]], None], *, key: LocalKey = KEY
) -> str:
    parsed = jws.Jws.parse(signed())
    header = {name: value for name, value in parsed.header.items() if name != "alg"}
    claims = parsed.claims()
    change(header, claims)
    return jws.sign(header, strict_json.dumps(claims), key)


def refused(text: str, *, now: datetime = NOW) -> Code:
    with pytest.raises(KridError) as error:
        vp.read_request(text, trust=TRUST, now=now)
    return error.value.code


def test_a_request_is_read_and_its_sender_known() -> None:
    read = vp.read_request(signed(), trust=TRUST, now=NOW)
    assert read.request == REQUEST
    assert read.verifier == HOST
    assert "Verifiers" in read.path


def test_a_client_may_go_by_the_hash_of_its_certificate() -> None:
    digest = base64url.encode(hashlib.sha256(LEAF.der).digest())
    request = replace(REQUEST, client_id=f"x509_hash:{digest}")
    assert "Bank" in vp.read_request(signed(request), trust=TRUST, now=NOW).verifier


@pytest.mark.parametrize("audience", [None, ["a", "https://self-issued.me/v2"]])
def test_a_request_may_name_no_audience_or_several(audience: object) -> None:
    def change(_header: dict[str, Any], claims: dict[str, Any]) -> None:
        claims.pop("aud")
        if audience is not None:
            claims["aud"] = audience

    assert vp.read_request(resigned(change), trust=TRUST, now=NOW).request == REQUEST


def test_an_unknown_verifier_is_refused() -> None:
    rogue = root(ROGUE_KEY)
    with pytest.raises(TrustError):
        vp.read_request(signed(certificate=leaf(rogue, ROGUE_KEY, HOST)), trust=TRUST, now=NOW)


def set_claim(name: str, value: object) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda _header, claims: claims.__setitem__(name, value)


FORGERIES = [
    ("signed by another key", resigned(lambda _h, _c: None, key=ROGUE_KEY), Code.REQUEST_SIGNATURE),
    ("typ", resigned(lambda header, _: header.__setitem__("typ", "JWT")), Code.REQUEST_SYNTAX),
    ("no client", resigned(lambda _, claims: claims.pop("client_id")), Code.REQUEST_SYNTAX),
    ("response type", resigned(set_claim("response_type", "code")), Code.REQUEST_SYNTAX),
    ("response mode", resigned(set_claim("response_mode", "fragment")), Code.REQUEST_SYNTAX),
    ("audience", resigned(set_claim("aud", "https://wallet.example")), Code.REQUEST_AUDIENCE),
    ("empty nonce", resigned(set_claim("nonce", "")), Code.REQUEST_SYNTAX),
    ("no audience among several", resigned(set_claim("aud", ["a", 1])), Code.REQUEST_AUDIENCE),
    ("a state of odd characters", resigned(set_claim("state", "a b")), Code.REQUEST_SYNTAX),
    ("redirect", resigned(set_claim("redirect_uri", "https://a.example")), Code.REQUEST_SYNTAX),
    ("transaction", resigned(set_claim("transaction_data", ["x"])), Code.TRANSACTION_SYNTAX),
    ("no query", resigned(lambda _, claims: claims.pop("dcql_query")), Code.REQUEST_SYNTAX),
    ("expiry", resigned(set_claim("exp", "soon")), Code.TIME_NUMERIC_DATE),
    ("bad uri", resigned(set_claim("response_uri", "https://[x/")), Code.REQUEST_SYNTAX),
    (
        "another name",
        resigned(set_claim("client_id", "x509_san_dns:shop.example")),
        Code.REQUEST_CLIENT,
    ),
    (
        "answers elsewhere",
        resigned(set_claim("response_uri", "https://evil.example/answer")),
        Code.REQUEST_ADDRESS,
    ),
    ("another hash", resigned(set_claim("client_id", "x509_hash:AAAA")), Code.REQUEST_CLIENT),
    ("prefix", resigned(set_claim("client_id", "redirect_uri:https://a")), Code.REQUEST_PREFIX),
    ("no prefix", resigned(set_claim("client_id", HOST)), Code.TRUST_UNKNOWN_ISSUER),
    ("origin", resigned(set_claim("client_id", "origin:https://a")), Code.REQUEST_PREFIX),
]


@pytest.mark.parametrize(
    ("text", "code"), [row[1:] for row in FORGERIES], ids=[row[0] for row in FORGERIES]
)
def test_forged_requests_are_refused(text: str, code: Code) -> None:
    assert refused(text) is code


def test_a_request_without_certificates_proves_no_name() -> None:
    class Believing:
        def find(self, hint: object, *, now: datetime) -> object:
            return TRUST.find(
                IssuerHint(format=vp.REQUEST_TYP, type="", alg=Alg.ES256, certificates=(LEAF.der,)),
                now=now,
            )

    text = resigned(lambda header, _: header.pop("x5c"))
    with pytest.raises(TrustError) as error:
        vp.read_request(text, trust=Believing(), now=NOW)  # type: ignore[arg-type]  # a fake
    assert error.value.code is Code.REQUEST_CLIENT


def test_an_expired_request_is_refused() -> None:
    assert refused(signed(), now=NOW + timedelta(minutes=5)) is Code.REQUEST_EXPIRED


ANSWER = PresentationResponse(
    "state-1", {"card": (b"ey.a.b~c~ey.d.e",), "licence": (b"\xa1\x01\x02",)}
)


def test_an_answer_comes_back_as_it_was() -> None:
    form = vp.encode_response(ANSWER, REQUEST)
    assert strict_json.loads(form["vp_token"].encode()) == {
        "card": ["ey.a.b~c~ey.d.e"],
        "licence": ["oQEC"],
    }
    assert vp.read_response(form) == ANSWER


@pytest.mark.parametrize(
    "token",
    [
        "",
        "[]",
        '{"card": "ey.a.b~"}',
        '{"card": []}',
        '{"card": ["a", "b"]}',
        '{"card": [1]}',
        '{"card": ["=="]}',
        '{"card": ["\\u00e9.~"]}',
        '{"card": ["a"], "card": ["b"]}',
        "\ud800",
        strict_json.dumps({str(number): ["AA"] for number in range(33)}).decode(),
    ],
)
def test_malformed_answers_are_refused(token: str) -> None:
    with pytest.raises(KridError) as error:
        vp.read_response({"vp_token": token, "state": "s"})
    assert error.value.code is Code.RESPONSE_SYNTAX


@given(st.text())
def test_any_text_is_an_answer_or_refused(token: str) -> None:
    try:
        vp.read_response({"vp_token": token})
    except KridError as error:
        assert error.code is Code.RESPONSE_SYNTAX


@given(st.text())
def test_any_text_is_a_request_or_refused(text: str) -> None:
    with pytest.raises(KridError):
        vp.read_request(text, trust=TRUST, now=NOW)


def test_the_certificates_are_standard_base64() -> None:
    assert jws.Jws.parse(signed()).header["x5c"] == (base64.b64encode(LEAF.der).decode(),)


ATTESTATIONS = (
    Attestation("registration_cert", "e30.e30.AA"),
    Attestation("other", "text", frozenset({"card", "licence"})),
)


def test_what_a_verifier_says_of_itself_travels_along() -> None:
    request = replace(REQUEST, attestations=ATTESTATIONS)
    read = vp.read_request(signed(request), trust=TRUST, now=NOW)
    assert read.request == request
    assert read.asker.attestations == ATTESTATIONS
    assert read.asker.names == {f"x509_san_dns:{HOST}"}
    mixed = [{"format": "o", "data": {"a": 1}}, {"format": "t", "data": "x"}]
    text = resigned(set_claim("verifier_info", mixed))
    assert vp.read_request(text, trust=TRUST, now=NOW).asker.attestations == (
        Attestation("t", "x"),
    )


@pytest.mark.parametrize(
    "info",
    [
        [],
        {},
        ["text"],
        [{"format": "t"}],
        [{"data": "x"}],
        [{"format": "t", "data": 1}],
        [{"format": "t", "data": "x", "credential_ids": []}],
        [{"format": "t", "data": "x", "credential_ids": ["unasked"]}],
        [{"format": "t", "data": "x"}] * 17,
    ],
)
def test_malformed_information_on_a_verifier(info: object) -> None:
    assert refused(resigned(set_claim("verifier_info", info))) is Code.REQUEST_SYNTAX


def test_what_a_certificate_calls_the_organisation() -> None:
    """The organisation before the common name; never what can't be shown, or stands twice."""

    def title(*names: tuple[str, str]) -> str:
        return proved_title(subject_of(*names))

    organisation, common = "2.5.4.10", "2.5.4.3"
    assert title((common, "Leaf"), (organisation, "Sample Bank")) == "Sample Bank"
    assert title((common, "견본은행")) == "견본은행"
    assert title((organisation, "a"), (organisation, "b"), (common, "Leaf")) == "Leaf"
    assert title((organisation, "left \u202eright"), (common, "Leaf")) == "Leaf"
    assert title((organisation, " ")) == ""
    assert title() == ""


def subject_of(*names: tuple[str, str]) -> bytes:
    """Make a certificate with these attributes of its subject."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    name = x509.Name(
        [x509.NameAttribute(x509.ObjectIdentifier(oid), value) for oid, value in names]
    )
    native = KEY.native
    assert isinstance(native, ec.EllipticCurvePrivateKey)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(native.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
        .sign(native, SHA256())
    )
    return made.public_bytes(Encoding.DER)


def test_the_number_of_an_organisation_is_a_proved_name() -> None:
    def certificate(*numbers: str) -> bytes:
        return subject_of(*(("2.5.4.97", number) for number in numbers))

    assert proved_names(certificate("VATKR-1")) == {"VATKR-1"}
    assert proved_names(certificate("VATKR-1", "VATKR-2")) == frozenset()
    assert proved_names(LEAF.der) == frozenset()
