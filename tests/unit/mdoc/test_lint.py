"""Linting an mdoc: many faults at once, each with its place."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core import cbor, limits
from krid._core.cbor import DateTime, Embedded, FullDate
from krid._core.entropy import system_entropy
from krid.cose import KID
from krid.errors import Code, MisuseError
from krid.keys import Alg, LocalKey, cose_key
from krid.mdoc import DigestAlg, MdocFormat
from krid.mdoc.lint import lint
from krid.mdoc.lint_elements import MANDATORY, MDL, MDL_NAMESPACE
from krid.model import Severity
from krid.x509 import MDOC_SIGNER, Certificate, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNER, DEVICE, CA_KEY = (LocalKey.generate(Alg.ES256) for _ in range(3))
CA = self_signed_ca(
    CA_KEY,
    common_name="Invented",
    country="KR",
    valid_from=NOW - timedelta(days=99),
    valid_until=NOW + timedelta(days=999),
    issuer_uri="https://issuer.example",
    entropy=system_entropy,
)


def leaf(key: LocalKey = SIGNER, *, days: int = 400) -> Certificate:
    return sign_certificate(
        key.public_key,
        ca=CA,
        ca_key=CA_KEY,
        leaf=MDOC_SIGNER,
        common_name="Invented signer",
        valid_from=NOW - timedelta(days=40),
        valid_until=NOW + timedelta(days=days),
        entropy=system_entropy,
    )


LEAF = leaf()
LICENCE: dict[str, Any] = {
    **dict.fromkeys(MANDATORY, "x"),
    **{name: FullDate("1990-01-01") for name in ("birth_date", "issue_date", "expiry_date")},
    "issuing_country": "KR",
    "portrait": b"x",
    "driving_privileges": [],
    "sex": 1,
    "height": 170,
    "age_over_19": True,
    "portrait_capture_date": DateTime("2026-01-01T00:00:00Z"),
    "something_new": 1,
}


def items(elements: Mapping[str, Any], *, random: int = 32) -> list[Embedded]:
    return [
        Embedded.of(
            {
                "digestID": number,
                "random": bytes(random),
                "elementIdentifier": name,
                "elementValue": value,
            }
        )
        for number, (name, value) in enumerate(elements.items())
    ]


def mso(listed: list[Embedded], **changes: Any) -> dict[str, Any]:
    digests = {number: DigestAlg.SHA256.digest(each.raw) for number, each in enumerate(listed)}
    members = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {MDL_NAMESPACE: digests},
        "deviceKeyInfo": {"deviceKey": cose_key.encode(DEVICE.public_key)},
        "docType": MDL,
        "validityInfo": {
            "signed": DateTime("2026-05-01T00:00:00Z"),
            "validFrom": DateTime("2026-05-01T00:00:00Z"),
            "validUntil": DateTime("2026-07-01T00:00:00Z"),
        },
    }
    return members | changes


def signed(payload: bytes, chain: Any = LEAF.der, key: LocalKey = SIGNER) -> list[Any]:
    protected = cbor.encode({1: key.alg.cose})
    message = cbor.encode(["Signature1", protected, b"", payload])
    return [protected, {} if chain is None else {33: chain}, payload, key.sign(message)]


def issued(
    elements: Mapping[str, Any] = LICENCE,
    *,
    random: int = 32,
    chain: Any = LEAF.der,
    **changes: Any,
) -> dict[str, Any]:
    listed = items(elements, random=random)
    auth = signed(Embedded.of(mso(listed, **changes)).raw, chain)
    return {"nameSpaces": {MDL_NAMESPACE: listed}, "issuerAuth": auth}


def response(**changes: Any) -> dict[str, Any]:
    device = {
        "nameSpaces": Embedded.of({}),
        "deviceAuth": {"deviceSignature": [cbor.encode({1: -7}), {}, None, bytes(64)]},
    }
    document = {"docType": MDL, "issuerSigned": issued(), "deviceSigned": device} | changes
    return {"version": "1.0", "documents": [document], "status": 0}


def found(value: object) -> set[tuple[Code, str]]:
    raw = value if isinstance(value, bytes) else cbor.encode(value)
    return {(each.code, each.place) for each in lint(raw, now=NOW)}


def codes(value: object) -> set[Code]:
    return {code for code, _ in found(value)}


def test_nothing_to_say_of_a_good_one() -> None:
    assert found(issued()) == set()
    assert found(response()) == set()
    assert found(issued(chain=[LEAF.der, CA.der])) == set()


def test_every_fault_of_a_credential_is_named() -> None:
    wrong = LICENCE | {
        "birth_date": "1990-01-01",
        "portrait": "x",
        "sex": 3,
        "issuing_country": "Korea",
        "age_over_19": 1,
    }
    del wrong["family_name"]
    faulty = issued(
        wrong,
        random=15,
        version="2.0",
        status=[],
        validityInfo={"signed": DateTime("2026-05-01T00:00:00.5Z"), "validFrom": 1},
        deviceKeyInfo={"keyAuthorizations": []},
    )
    assert {
        (Code.MDOC_MSO_SYNTAX, "mso.validityInfo.validFrom"),
        (Code.MDOC_MSO_SYNTAX, "mso.validityInfo.validUntil"),
        (Code.MDOC_TDATE, "mso.validityInfo.signed"),
        (Code.MDOC_MSO_SYNTAX, "mso.deviceKeyInfo.keyAuthorizations"),
        (Code.MDOC_DEVICE_KEY, "mso.deviceKeyInfo"),
        (Code.STATUS_SYNTAX, "mso.status"),
        *((Code.MDOC_RANDOM, f"{MDL_NAMESPACE}/{name}") for name in wrong),
        *(
            (Code.MDOC_ELEMENT_TYPE, f"{MDL_NAMESPACE}/{name}")
            for name in ("birth_date", "portrait", "sex", "issuing_country", "age_over_19")
        ),
    } == found(faulty)


def test_what_is_allowed_and_worth_knowing() -> None:
    few = {"birth_date": FullDate("1990-01-01"), "family_name": "x"}
    assert found(issued(few, random=16)) == {
        *((Code.MDOC_SHORT_RANDOM, f"{MDL_NAMESPACE}/{name}") for name in few),
        *(
            (Code.MDOC_MANDATORY, f"{MDL_NAMESPACE}/{each}")
            for each in MANDATORY
            if each not in few
        ),
    }
    in_order = dict(sorted(LICENCE.items()))
    assert found(issued(in_order)) == {(Code.MDOC_PREDICTABLE, MDL_NAMESPACE)}
    assert codes(issued(few, docType="org.example.other")) == set()
    assert codes(response(issuerSigned=issued(few))) == {Code.MDOC_MANDATORY}
    short = leaf(days=10)
    assert codes(issued(chain=short.der)) == {Code.MDOC_OUTLIVES}


def test_fractions_of_a_second_do_not_hide_the_rest() -> None:
    dates = {name: DateTime("2026-05-01T00:00:00.0Z") for name in ("signed", "validFrom")}
    validity = {**dates, "validUntil": DateTime("2026-05-02T00:00:00Z"), "expectedUpdate": 1}
    assert codes(issued(validityInfo=validity)) == {Code.MDOC_TDATE, Code.MDOC_MSO_SYNTAX}
    del validity["expectedUpdate"]
    assert codes(issued(validityInfo=validity)) == {Code.MDOC_TDATE, Code.MDOC_EXPIRED}


def test_certificates() -> None:
    assert codes(issued(chain=CA.der)) >= {
        Code.X509_LEAF,
        Code.X509_PROFILE,
        Code.MDOC_ISSUER_SIGNATURE,
    }
    assert codes(issued(chain=None)) == {Code.MDOC_X5CHAIN}
    assert codes(issued(chain=b"x")) == {Code.X509_SYNTAX}
    assert codes(issued(chain=[])) == {Code.X509_CHAIN_LENGTH}
    other = leaf(LocalKey.generate(Alg.ES256))
    assert codes(issued(chain=[LEAF.der, other.der])) >= {Code.X509_ISSUER, Code.X509_NOT_CA}
    assert found(issued(chain=[LEAF.der, b"x"])) == {(Code.X509_SYNTAX, "x5chain[1]")}
    broken = issued(version=1)
    assert codes(broken) == {Code.MDOC_MSO_SYNTAX}


def test_a_signers_key_that_krid_does_not_implement() -> None:
    key = ed448.Ed448PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Invented")])
    unknown = x509.CertificateBuilder(
        name, name, key.public_key(), 1, NOW - timedelta(days=60), NOW + timedelta(days=60)
    ).sign(key, None)
    assert Code.KEY_TYPE in codes(issued(chain=unknown.public_bytes(Encoding.DER)))


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"docType": "other"}, Code.MDOC_DOCTYPE, "documents[0].docType"),
        ({"docType": 1}, Code.MDOC_SYNTAX, "documents[0].docType"),
        ({"errors": 1}, Code.MDOC_SYNTAX, "documents[0].errors"),
        ({"new": 1}, Code.MDOC_SYNTAX, "documents[0]"),
        ({"issuerSigned": 1}, Code.MDOC_SYNTAX, "documents[0].issuerSigned"),
        ({"deviceSigned": None}, Code.MDOC_DEVICE_AUTH, "documents[0].deviceSigned"),
        ({"deviceSigned": 1}, Code.MDOC_SYNTAX, "documents[0].deviceSigned"),
        (
            {"deviceSigned": {"nameSpaces": 1, "deviceAuth": {}}},
            Code.MDOC_SYNTAX,
            "documents[0].deviceSigned.nameSpaces",
        ),
        (
            {"deviceSigned": {"nameSpaces": Embedded.of({"x": {"y": 1}}), "deviceAuth": {}}},
            Code.MDOC_KEY_AUTHORIZATION,
            "documents[0].deviceSigned.nameSpaces",
        ),
    ],
)
def test_a_fault_of_a_document(changes: dict[str, Any], code: Code, place: str) -> None:
    assert (code, place) in found(response(**changes))


def device(auth: object) -> dict[str, Any]:
    return response(deviceSigned={"nameSpaces": Embedded.of({}), "deviceAuth": auth})


def test_what_the_device_signed_with() -> None:
    def by(kind: str, alg: int, payload: bytes | None = None) -> dict[str, Any]:
        return device({kind: [cbor.encode({1: alg}), {KID: b"k"}, payload, bytes(64)]})

    assert codes(by("deviceMac", 5)) == set()
    assert codes(by("deviceMac", 6)) == {Code.ALG_NOT_ALLOWED}
    assert codes(by("deviceSignature", -35)) == {Code.ALG_KEY}
    assert codes(by("deviceSignature", -47)) == {Code.ALG_NOT_ALLOWED, Code.ALG_KEY}
    assert codes(by("deviceSignature", -7, b"x")) == {Code.COSE_PAYLOAD}


def test_faults_of_a_response() -> None:
    assert found(cbor.encode(1)) == {(Code.MDOC_SYNTAX, "response")}
    assert found({"version": 1, "status": "x", "documents": 1, "documentErrors": [1]}) == {
        *((Code.MDOC_SYNTAX, each) for each in ("version", "status", "documents")),
        (Code.MDOC_SYNTAX, "documentErrors[0]"),
    }
    assert codes({"version": "2", "status": 1}) == {
        *(Code.MDOC_VERSION, Code.MDOC_STATUS, Code.MDOC_NO_DOCUMENT),
    }
    many = response() | {"documentErrors": [{}] * (limits.MAX_DOCUMENTS + 1)}
    assert found(many) == {(Code.MDOC_LIMIT, "documentErrors")}
    crowded = {"x": [items({"a": 1})[0]] * (limits.MAX_ELEMENTS + 1)}
    assert codes(issued() | {"nameSpaces": crowded}) >= {Code.MDOC_LIMIT}
    assert codes(cbor.encode(None)) == {Code.MDOC_SYNTAX}


def test_bytes_have_their_offsets() -> None:
    longer = bytes.fromhex("a261621801616101")
    assert {(Code.CBOR_LONGER, "byte 3"), (Code.CBOR_UNSORTED, "byte 0")} <= found(longer)
    inside = cbor.encode({"issuerAuth": Embedded.wrap(bytes.fromhex("1800"))})
    assert (Code.CBOR_LONGER, f"byte {len(inside) - 2}") in found(inside)
    (finding, *_) = lint(bytes.fromhex("a1616180 9fff".replace(" ", "")), now=NOW)
    assert finding.severity is Severity.ERROR
    (first, second) = lint(bytes.fromhex("a161619fff"), now=NOW)
    assert {first.place, second.place} == {"", "byte 0"}
    assert second.words.endswith("(at byte 3)")


def test_a_bomb_ends_at_once() -> None:
    start = time.thread_time()
    for bomb in (b"\x81" * 10_000_000, b"\x9b" + b"\xff" * 8, b"\x80" * 9_000_000):
        assert lint(bomb, now=NOW)
    wide = b"\x9a\x00\x04\xff\xff" + b"\x00" * 0x4FFFF
    assert Code.CBOR_SIZE in codes(wide)
    assert Code.LINT_LIMIT in codes([0] * limits.MAX_LINTED_CBOR_ITEMS)
    assert Code.LINT_LIMIT in codes([Embedded.of([0] * 30_000)] * 2)
    assert codes(bytes(limits.MAX_INPUT_BYTES + 1)) == {Code.CBOR_SIZE}
    assert time.thread_time() - start < 5


def test_a_moment_has_a_zone() -> None:
    with pytest.raises(MisuseError) as error:
        MdocFormat().lint(b"", now=NOW.replace(tzinfo=None))
    assert error.value.code is Code.MISUSE_NAIVE_TIME


RAW = cbor.encode(issued())
UNSIGNED = cbor.encode(LEAF.der)
"""What no signature of the credential covers, and the certificate's own can't be checked."""


@settings(max_examples=60)
@given(st.integers(0, len(RAW) - 1), st.integers(0, 7))
def test_a_changed_bit_is_always_named(at: int, bit: int) -> None:
    changed = bytearray(RAW)
    changed[at] ^= 1 << bit
    outside = range(RAW.index(UNSIGNED), RAW.index(UNSIGNED) + len(UNSIGNED))
    assert at in outside or lint(bytes(changed), now=NOW)


@settings(max_examples=100)
@given(st.binary(max_size=100))
def test_any_bytes_give_findings(raw: bytes) -> None:
    assert lint(raw, now=NOW)
