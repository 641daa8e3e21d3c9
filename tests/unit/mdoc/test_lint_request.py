"""Linting a device request: each part for itself, and never an exception."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import Embedded
from krid._core.entropy import system_entropy
from krid.errors import Code, KridError, MisuseError
from krid.keys import Alg, LocalKey
from krid.model import Severity
from krid.x509 import MDOC_READER, self_signed_ca, sign_certificate

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ENDS = datetime(2027, 6, 1, tzinfo=UTC)
KEY, CA_KEY = LocalKey.generate(Alg.ES256), LocalKey.generate(Alg.ES256)
CA = self_signed_ca(
    CA_KEY,
    common_name="Invented",
    country="KR",
    valid_from=NOW,
    valid_until=ENDS,
    issuer_uri="https://issuer.example",
    entropy=system_entropy,
)
READER = sign_certificate(
    KEY.public_key,
    ca=CA,
    ca_key=CA_KEY,
    leaf=MDOC_READER,
    common_name="Invented reader",
    valid_from=NOW,
    valid_until=ENDS,
    entropy=system_entropy,
)
ITEMS: dict[str, Any] = {"docType": "x", "nameSpaces": {"ns": {"a": True}}}


def asking(*docs: Any, **more: Any) -> bytes:
    return cbor.encode({"version": "1.0", "docRequests": list(docs), **more})


def doc(auth: Any = None, **more: Any) -> dict[str, Any]:
    members: dict[str, Any] = {"itemsRequest": Embedded.of({**ITEMS, **more})}
    return members if auth is None else {**members, "readerAuth": auth}


def signed(alg: int = -7, payload: bytes | None = None, **unprotected: Any) -> list[Any]:
    headers = {33: READER.der} if not unprotected else unprotected["of"]
    return [cbor.encode({1: alg}), headers, payload, bytes(64)]


def found(raw: bytes) -> set[tuple[Code, str]]:
    return {
        (each.code, each.place)
        for each in mdoc.lint_request(raw, now=NOW)
        if each.severity is not Severity.NOTE
    }


def test_a_sound_request_has_no_findings() -> None:
    assert found(asking(doc())) == set()
    assert found(asking(doc(signed()))) == set()
    assert found(asking(doc(signed(of={33: [READER.der, CA.der]})))) == set()


@pytest.mark.parametrize(
    ("raw", "finding"),
    [
        (b"\x80", (Code.MDOC_REQUEST, "")),
        (b"\xf6", (Code.MDOC_REQUEST, "")),
        (b"\xa1", (Code.CBOR_SYNTAX, "")),
        (bytes(limits.MAX_DEVICE_REQUEST_BYTES + 1), (Code.CBOR_SIZE, "")),
        (asking(doc(), version="2.0"), (Code.MDOC_VERSION, "version")),
        (asking(doc(), new=1), (Code.MDOC_REQUEST, "request")),
        (asking(), (Code.MDOC_REQUEST, "docRequests")),
        (asking(1), (Code.MDOC_REQUEST, "docRequests[0]")),
        (asking(doc(), {**doc(), "new": 1}), (Code.MDOC_REQUEST, "docRequests[1]")),
        (asking(doc(docType="")), (Code.MDOC_REQUEST, "docRequests[0].itemsRequest")),
        (
            asking(
                doc(
                    nameSpaces={
                        "ns": dict.fromkeys(("age_over_18", "age_over_19", "age_over_20"), True)
                    }
                )
            ),
            (Code.MDOC_AGE_REQUESTS, "docRequests[0].itemsRequest"),
        ),
        (asking(doc(1)), (Code.COSE_SYNTAX, "docRequests[0].readerAuth")),
        (asking(doc(signed(-47))), (Code.ALG_NOT_ALLOWED, "docRequests[0].readerAuth")),
        (asking(doc(signed(-35))), (Code.ALG_KEY, "docRequests[0].readerAuth")),
        (asking(doc(signed(payload=b""))), (Code.COSE_PAYLOAD, "docRequests[0].readerAuth")),
        (asking(doc(signed(of={}))), (Code.MDOC_READER_AUTH, "docRequests[0].readerAuth")),
        (
            asking(doc(signed(of={33: []}))),
            (Code.X509_CHAIN_LENGTH, "docRequests[0].readerAuth x5chain"),
        ),
        (
            asking(doc(signed(of={33: b"der"}))),
            (Code.X509_SYNTAX, "docRequests[0].readerAuth x5chain[0]"),
        ),
    ],
)
def test_what_is_broken_is_named(raw: bytes, finding: tuple[Code, str]) -> None:
    assert finding in found(raw)


def test_each_part_is_measured_for_itself() -> None:
    raw = asking(doc(signed(-47), docType=""), doc(signed(payload=b"")), version="2.0")
    assert {code for code, _ in found(raw)} >= {
        Code.MDOC_VERSION,
        Code.MDOC_REQUEST,
        Code.ALG_NOT_ALLOWED,
        Code.COSE_PAYLOAD,
    }


def test_a_moment_has_a_zone() -> None:
    with pytest.raises(MisuseError) as error:
        mdoc.lint_request(b"", now=NOW.replace(tzinfo=None))
    assert error.value.code is Code.MISUSE_NAIVE_TIME


SOUND = asking(doc(signed()), doc())


@given(
    st.binary()
    | st.builds(
        lambda where, byte: bytes((*SOUND[:where], byte, *SOUND[where + 1 :])),
        st.integers(0, len(SOUND) - 1),
        st.integers(0, 255),
    )
)
def test_what_can_not_be_read_is_an_error(raw: bytes) -> None:
    errors = [each for each in mdoc.lint_request(raw, now=NOW) if each.severity is Severity.ERROR]
    try:
        mdoc.parse_device_request(raw)
    except KridError:
        assert errors
