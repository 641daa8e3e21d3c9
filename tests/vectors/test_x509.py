"""Certificates and chains in public vectors: ISO 18013-5 document signers, and COSE examples."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from krid._core import cbor
from krid.errors import Code, KridError, TrustError
from krid.keys import pem
from krid.x509 import (
    DOCUMENT_SIGNER,
    MDOC_READER,
    MDOC_SIGNER,
    Certificate,
    LeafProfile,
    check_profile,
    deviations,
    parse_pem_bundle,
    verify_chain,
)
from krid.x509.profile import IACA, MDOC_READER_PROFILE, MDOC_SIGNER_PROFILE

# What must be refused for its certificates, and by which rule; the rest is about other things.
REFUSALS = {
    "ds-from-rogue-iaca": Code.X509_KEY_IDENTIFIER,
    "ds-no-eku": Code.X509_EXTENDED_KEY_USAGE,
    "ds-expired": Code.X509_EXPIRED,
    "self-signed-ds": Code.X509_LEAF,
}
NOT_CBOR = {"trailing-bytes", "truncated", "nesting-bomb", "huge-length"}
NO_DOCUMENT = {"status-10-no-documents"}


def load(vectors: Path, *where: str) -> Any:
    return json.loads(vectors.joinpath(*where).read_text(encoding="utf-8"))


def shown_chain(response: bytes) -> tuple[Certificate, ...]:
    decoded: Any = cbor.decode(response)
    auth = decoded["documents"][0]["issuerSigned"]["issuerAuth"]
    message: Any = auth.value if isinstance(auth, cbor.Tagged) else auth
    shown = message[1][33]
    return tuple(Certificate.parse(der) for der in ([shown] if isinstance(shown, bytes) else shown))


def outcome(
    chain: tuple[Certificate, ...], anchor: Certificate, now: datetime, purpose: LeafProfile
) -> Code | None:
    try:
        path = verify_chain(chain, anchors=[anchor], now=now, leaf=purpose)
    except KridError as refusal:
        return refusal.code
    assert (path.leaf, path.anchor) == (chain[0], anchor)
    return None


def test_document_signers(vectors: Path) -> None:
    file = load(vectors, "mdoc", "derived_device_responses.json")
    now = datetime.fromisoformat(file["test_clock"])
    seen = set()
    for vector in file["vectors"]:
        name = vector["name"]
        if name in NOT_CBOR | NO_DOCUMENT:
            continue
        (anchor,) = parse_pem_bundle(file[vector["trusted_iaca"] + "_pem"].encode())
        chain = shown_chain(bytes.fromhex(vector["device_response_hex"]))
        assert outcome(chain, anchor, now, MDOC_SIGNER) is REFUSALS.get(name), name
        seen.add(name)
    assert REFUSALS.keys() | {"baseline", "es384-sha384", "x5chain-with-root"} <= seen


def test_document_signers_below_the_other_root(vectors: Path) -> None:
    file = load(vectors, "mdoc", "derived_device_responses.json")
    (other,) = parse_pem_bundle(file["iaca384_pem"].encode())
    now = datetime.fromisoformat(file["test_clock"])
    baseline = next(each for each in file["vectors"] if each["name"] == "baseline")
    chain = shown_chain(bytes.fromhex(baseline["device_response_hex"]))
    assert outcome(chain, other, now, MDOC_SIGNER) is Code.X509_ISSUER


def test_profile_of_the_derived_certificates(vectors: Path) -> None:
    file = load(vectors, "mdoc", "derived_device_responses.json")
    (root,) = parse_pem_bundle(file["iaca_pem"].encode())
    assert [rule.name for rule in deviations(root, issuer=root, profile=IACA)] == [
        "CRL distribution points"
    ]
    broken = {}
    for vector in file["vectors"]:
        if vector["name"] in {"baseline", "ds-no-eku"}:
            (signer,) = shown_chain(bytes.fromhex(vector["device_response_hex"]))
            found = deviations(signer, issuer=root, profile=MDOC_SIGNER_PROFILE)
            broken[vector["name"]] = [rule.name for rule in found]
    assert broken == {"baseline": [], "ds-no-eku": ["extended key usage"]}


ISOMDL_NOW = datetime(2024, 1, 1, tzinfo=UTC)
ISOMDL_ROOT = "isomdl_iaca_root_cert.pem"


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        (["isomdl_iaca_signer.pem"], None),
        (["isomdl_incorrect_iaca_signer.pem"], Code.X509_LEAF),
        (["isomdl_iaca_leaf_signer.pem", "isomdl_iaca_intermediate.pem"], Code.X509_LEAF),
        (["isomdl_iaca_signer.pem", ISOMDL_ROOT], None),
        ([ISOMDL_ROOT], Code.X509_LEAF),
        (["reader_auth.pem"], Code.X509_ISSUER),
        (["256-cert.pem"], Code.X509_LEAF),
    ],
)
def test_isomdl(vectors: Path, chain: list[str], expected: Code | None) -> None:
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    certificates = tuple(parse_pem_bundle(file[name].encode())[0] for name in chain)
    (root,) = parse_pem_bundle(file[ISOMDL_ROOT].encode())
    assert outcome(certificates, root, ISOMDL_NOW, MDOC_SIGNER) is expected


def test_isomdl_expired_since(vectors: Path) -> None:
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    chain = parse_pem_bundle(file["isomdl_iaca_signer.pem"].encode())
    (root,) = parse_pem_bundle(file[ISOMDL_ROOT].encode())
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert outcome(chain, root, now, MDOC_SIGNER) is Code.X509_EXPIRED
    early = datetime(2023, 11, 1, tzinfo=UTC)
    assert outcome(chain, root, early, MDOC_SIGNER) is Code.X509_NOT_YET_VALID


def test_isomdl_deviations_from_annex_b(vectors: Path) -> None:
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    (root,) = parse_pem_bundle(file[ISOMDL_ROOT].encode())
    found = {
        name: [rule.name for rule in deviations(certificate, issuer=root, profile=profile)]
        for name, profile in (
            (ISOMDL_ROOT, IACA),
            ("isomdl_iaca_signer.pem", MDOC_SIGNER_PROFILE),
            ("isomdl_incorrect_iaca_signer.pem", MDOC_SIGNER_PROFILE),
        )
        for certificate in parse_pem_bundle(file[name].encode())
    }
    assert found == {
        ISOMDL_ROOT: [],
        "isomdl_iaca_signer.pem": [],
        "isomdl_incorrect_iaca_signer.pem": ["basic constraints", "issuer alternative name"],
    }


def test_isomdl_incorrect_signer_fails_its_profile(vectors: Path) -> None:
    """Its signature is that of the root; the profile, and path validation too, refuse it."""
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    (root,) = parse_pem_bundle(file[ISOMDL_ROOT].encode())
    (signer,) = parse_pem_bundle(file["isomdl_incorrect_iaca_signer.pem"].encode())
    with pytest.raises(TrustError) as error:
        check_profile(signer, issuer=root, profile=MDOC_SIGNER_PROFILE)
    assert error.value.code is Code.X509_PROFILE
    assert error.value.detail == "B.1.4: basic constraints"


def test_isomdl_reader(vectors: Path) -> None:
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    (reader,) = parse_pem_bundle(file["reader_auth.pem"].encode())
    broken = {rule.name for rule in deviations(reader, issuer=reader, profile=MDOC_READER_PROFILE)}
    assert broken == {"issuer", "authority key identifier"}  # its issuer is not part of the vectors
    assert outcome((reader,), reader, ISOMDL_NOW, MDOC_READER) is Code.X509_LEAF


@pytest.mark.parametrize("size", ["256", "384", "521"])
def test_isomdl_keys_belong_to_their_certificates(vectors: Path, size: str) -> None:
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    (certificate,) = parse_pem_bundle(file[f"{size}-cert.pem"].encode())
    key = pem.parse_private(file[f"{size}-key.pem"].encode())
    certificate.public_key.verify(b"message", key.sign(b"message"), alg=key.alg)
    assert certificate.public_key.curve.jose == f"P-{size}"


def test_isomdl_reader_key(vectors: Path) -> None:
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    (reader,) = parse_pem_bundle(file["reader_auth.pem"].encode())
    assert pem.parse_private(file["reader_key.pem"].encode()).public_key == reader.public_key


def test_how_many_ran(vectors: Path) -> None:
    """Say it: `pytest -rP` shows the line."""
    certificates = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    responses = load(vectors, "mdoc", "derived_device_responses.json")["vectors"]
    print(  # noqa: T201  the reader of a test report asked for it
        f"x509 vectors: {len(certificates)} PEM files of isomdl and "
        f"the chains of {len(responses)} derived responses"
    )
    assert len(certificates) == 15


def test_negative_serial_number(vectors: Path) -> None:
    """RFC 5280, section 4.1.2.2: its users handle it gracefully; annex B asks for a positive one."""
    file = load(vectors, "mdoc", "isomdl_pki.json")["pem"]
    (root,) = parse_pem_bundle(file["owf_multipaz_iaca_p384.pem"].encode())
    (signer,) = parse_pem_bundle(file["owf_multipaz_ds_p384.pem"].encode())
    assert signer.serial < 0
    inside = datetime(2026, 6, 1, tzinfo=UTC)
    assert outcome((signer,), root, inside, MDOC_SIGNER) is None
    assert outcome((signer,), root, datetime(2028, 1, 1, tzinfo=UTC), MDOC_SIGNER) is (
        Code.X509_EXPIRED
    )
    found = deviations(signer, issuer=root, profile=MDOC_SIGNER_PROFILE)
    assert [rule.name for rule in found] == ["serial number"]


def test_annex_d(vectors: Path) -> None:
    file = load(vectors, "mdoc", "iso18013-5_annex_d.json")["hex"]
    signer = Certificate.parse(bytes.fromhex(file["DS_CERT"]))
    assert (signer.subject, signer.issuer) == ("C=US,CN=utopia ds", "C=US,CN=utopia iaca")
    assert shown_chain(bytes.fromhex(file["DEVICE_RESPONSE"])) == (signer,)
    now = datetime(2021, 1, 1, tzinfo=UTC)
    assert signer.not_before <= now <= signer.not_after
    assert signer.extensions.issuer_names.emails == ("example@example.com",)
    assert outcome((signer,), signer, now, MDOC_SIGNER) is Code.X509_LEAF


def test_cose_examples(vectors: Path) -> None:
    folder = vectors / "cose" / "x509-examples"
    alice, ca = (
        Certificate.parse((folder / f"{name}.der").read_bytes()) for name in ("alice", "ca")
    )
    assert parse_pem_bundle((folder / "alice.crt").read_bytes()) == (alice,)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    assert outcome((alice,), ca, now, DOCUMENT_SIGNER) is None
    assert outcome((alice, ca), ca, now, DOCUMENT_SIGNER) is None
    assert outcome((alice,), ca, now, MDOC_SIGNER) is Code.X509_EXTENDED_KEY_USAGE
    assert outcome((ca,), ca, now, DOCUMENT_SIGNER) is Code.X509_LEAF
    key = load(folder, "signed-01.json")["input"]["sign"]["signers"][0]["key"]
    assert alice.public_key.raw.hex() == key["x_hex"] + key["y_hex"]


def test_cose_header_parameters(vectors: Path) -> None:
    folder = vectors / "cose" / "x509-examples"
    alice = Certificate.parse((folder / "alice.der").read_bytes())
    seen = set()
    for file in sorted(folder.glob("signed-*.json")):
        message = json.loads(file.read_text(encoding="utf-8"))["output"]["cbor"].lower()
        if alice.der.hex() in message:
            seen.add("certificate")
        if alice.thumbprint().hex() in message:
            seen.add("thumbprint")
    assert seen == {"certificate", "thumbprint"}
