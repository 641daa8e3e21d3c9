"""Issuing: what is written, and what is refused to a calling program."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from krid import mdoc
from krid._core import cbor, limits
from krid._core.cbor import DateTime, Embedded, FullDate
from krid._core.entropy import system_entropy
from krid.cose import X5CHAIN
from krid.errors import Code, MisuseError
from krid.keys import Alg, Curve, LocalKey
from krid.model import BEARER, NO_STATUS, BitstringEntry, StatusReference

SIGNER = LocalKey.generate(Alg.ES256)
DEVICE = LocalKey.generate(Alg.ES256)
NOW = datetime(2026, 6, 1, 12, 0, 0, 999_999, tzinfo=UTC)
VALIDITY = mdoc.ValidityInfo(NOW, NOW, NOW + timedelta(days=30))


def issue(**changes: Any) -> mdoc.IssuerSigned:
    arguments: dict[str, Any] = {
        "doctype": "org.example.card",
        "claims": {"ns": {"name": "Invented", "birth_date": date(1990, 2, 3)}},
        "holder": DEVICE.public_key,
        "alg": Alg.ES256,
        "certificates": (b"certificate",),
        "validity": VALIDITY,
        "status": NO_STATUS,
        "entropy": system_entropy,
    }
    return mdoc.prepare(**arguments | changes).sign_with(SIGNER)


def wire(credential: mdoc.IssuerSigned) -> Any:
    return cbor.decode(mdoc.encode_issuer_signed(credential))


def wire_mso(credential: mdoc.IssuerSigned) -> Any:
    embedded = cbor.decode(wire(credential)["issuerAuth"][2])
    assert isinstance(embedded, Embedded)
    return cbor.decode(embedded.content)


def test_the_wire_form_is_that_of_the_standard() -> None:
    update = NOW + timedelta(days=20)
    credential = issue(
        validity=replace(VALIDITY, expected_update=update),
        status=StatusReference("https://status.example/1", 7),
    )
    value = wire(credential)
    assert set(value) == {"nameSpaces", "issuerAuth"}
    protected, unprotected, _, _ = value["issuerAuth"]
    assert protected == bytes.fromhex("a10126")
    assert unprotected == {X5CHAIN: b"certificate"}
    mso = wire_mso(credential)
    assert mso["version"] == "1.0"
    assert mso["digestAlgorithm"] == "SHA-256"
    assert mso["docType"] == "org.example.card"
    assert mso["status"] == {"status_list": {"idx": 7, "uri": "https://status.example/1"}}
    assert set(mso["deviceKeyInfo"]) == {"deviceKey"}
    assert mso["validityInfo"] == {
        "signed": DateTime("2026-06-01T12:00:00Z"),
        "validFrom": DateTime("2026-06-01T12:00:00Z"),
        "validUntil": DateTime("2026-07-01T12:00:00Z"),
        "expectedUpdate": DateTime("2026-06-21T12:00:00Z"),
    }


def test_items_are_embedded_and_digested_with_their_tag() -> None:
    credential = issue()
    digests = wire_mso(credential)["valueDigests"]["ns"]
    items = wire(credential)["nameSpaces"]["ns"]
    assert sorted(digests) == [0, 1]
    seen = {}
    for embedded in items:
        item = cbor.decode(embedded.content)
        assert isinstance(item, dict)
        assert len(item["random"]) == 32
        assert digests[item["digestID"]] == mdoc.DigestAlg.SHA256.digest(embedded.raw)
        seen[item["elementIdentifier"]] = item["elementValue"]
    assert seen == {"name": "Invented", "birth_date": FullDate("1990-02-03")}


def test_what_is_made_is_what_is_read() -> None:
    authorizations = mdoc.KeyAuthorizations(
        frozenset({"all"}), {"ns": frozenset({"a", "b"}), "other": frozenset({"c"})}
    )
    for changes in (
        {},
        {"digest_alg": mdoc.DigestAlg.SHA384},
        {"digest_alg": mdoc.DigestAlg.SHA512},
        {"status": StatusReference("https://status.example/1", 7)},
        {"validity": replace(VALIDITY, expected_update=NOW)},
        {"authorizations": authorizations},
        {"authorizations": mdoc.KeyAuthorizations(frozenset({"all"}))},
        {"authorizations": mdoc.KeyAuthorizations(elements={"ns": frozenset({"a"})})},
        {"certificates": (b"leaf", b"intermediate")},
        {"holder": LocalKey.generate(Alg.ES384).public_key},
        {"holder": LocalKey.generate(Alg.ES512).public_key},
        {"holder": LocalKey.generate(Alg.EDDSA).public_key},
        {"holder": LocalKey.generate_on(Curve.X25519).public_key},
    ):
        credential = issue(**changes)
        assert mdoc.parse_issuer_signed(mdoc.encode_issuer_signed(credential)) == credential


def test_randoms_come_from_one_call_and_digest_ids_tell_no_order() -> None:
    names = [f"element_{number}" for number in range(20)]
    calls: list[int] = []

    def entropy(size: int) -> bytes:
        calls.append(size)
        return system_entropy(size)

    credential = issue(claims={"ns": dict.fromkeys(names, 1)}, entropy=entropy)
    assert calls == [20 * 32, 20 * 8]  # all randoms, then a number for each to order them by
    items = [item for _, item in credential.items()]
    assert [item.digest_id for item in items] == list(range(20))
    assert sorted(item.identifier for item in items) == sorted(names)
    assert [item.identifier for item in items] != names
    assert len({item.random for item in items}) == 20


def test_the_same_entropy_gives_the_same_bytes() -> None:
    made = [
        mdoc.prepare(
            doctype="d",
            claims={"b": {"x": 1}, "a": {"y": 2}},
            holder=DEVICE.public_key,
            alg=Alg.ES256,
            certificates=(b"c",),
            validity=VALIDITY,
            status=NO_STATUS,
            entropy=bytes,
        ).to_be_signed
        for _ in range(2)
    ]
    assert made[0] == made[1]


DEEP: list[object] = []
for _ in range(40):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"holder": BEARER}, Code.MISUSE_OPTION),
        ({"holder": LocalKey.generate(Alg.ES256K).public_key}, Code.MDOC_DEVICE_KEY),
        ({"alg": Alg.ES256K}, Code.ALG_NOT_ALLOWED),
        (
            {"authorizations": mdoc.KeyAuthorizations(frozenset({"ns"}), {"ns": frozenset({"a"})})},
            Code.MISUSE_OPTION,
        ),
        ({"entropy": lambda size: bytes(size - 1)}, Code.MDOC_RANDOM),
        (
            {"validity": replace(VALIDITY, expected_update=NOW - timedelta(seconds=1))},
            Code.MISUSE_LIFETIME,
        ),
        ({"doctype": ""}, Code.MISUSE_CLAIMS),
        ({"certificates": ()}, Code.MDOC_X5CHAIN),
        ({"certificates": (b"c",) * (limits.MAX_CHAIN_LENGTH + 1)}, Code.MDOC_X5CHAIN),
        ({"status": StatusReference("https://status.example/1", -1)}, Code.MISUSE_STATUS),
        (
            {"status": BitstringEntry(uri="https://status.example/1", index=1, purpose="message")},
            Code.MISUSE_STATUS,
        ),
        ({"claims": {}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"a": 1}, "empty": {}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"": {"a": 1}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"": 1}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": dict.fromkeys(map(str, range(2001)), 1)}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"a": object()}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"a": 2**64}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"a": "\ud800"}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"\ud800": 1}}}, Code.MISUSE_CLAIMS),
        ({"claims": {"ns": {"a": DEEP}}}, Code.MISUSE_CLAIMS),
        ({"validity": replace(VALIDITY, valid_until=NOW)}, Code.MISUSE_LIFETIME),
        (
            {"validity": replace(VALIDITY, valid_from=NOW - timedelta(seconds=1))},
            Code.MISUSE_LIFETIME,
        ),
        (
            {"validity": replace(VALIDITY, signed=NOW.replace(tzinfo=None))},
            Code.MISUSE_NAIVE_TIME,
        ),
    ],
)
def test_an_order_that_can_not_be_met_is_a_misuse(changes: dict[str, Any], code: Code) -> None:
    with pytest.raises(MisuseError) as error:
        issue(**changes)
    assert error.value.code is code


def test_times_are_cut_before_they_are_compared() -> None:
    """One microsecond after .999999 is the next whole second; one before is the same second."""
    later, sooner = (NOW + timedelta(microseconds=step) for step in (1, -1))
    issue(validity=replace(VALIDITY, valid_until=later))
    issue(validity=replace(VALIDITY, valid_from=sooner))
    with pytest.raises(MisuseError) as error:
        issue(validity=replace(VALIDITY, valid_from=NOW.replace(microsecond=0), valid_until=NOW))
    assert error.value.code is Code.MISUSE_LIFETIME


def test_the_deepest_value_that_is_written_can_be_read() -> None:
    value: object = 1
    for _ in range(limits.MAX_CBOR_DEPTH - 3):
        value = [value]
    credential = issue(claims={"ns": {"a": value}})
    assert mdoc.parse_issuer_signed(mdoc.encode_issuer_signed(credential)) == credential


def test_as_many_elements_as_the_limit_are_written_and_read() -> None:
    credential = issue(claims={"ns": dict.fromkeys(map(str, range(limits.MAX_ELEMENTS)), 1)})
    assert mdoc.parse_issuer_signed(mdoc.encode_issuer_signed(credential)) == credential


def test_an_element_does_not_show_its_value_or_random() -> None:
    (_, item), *_ = issue(claims={"ns": {"name": "Hong Gildong"}}).items()
    assert repr(item) == "IssuerSignedItem(digest_id=0, identifier='name')"
