"""Vectors of VC Data Integrity: EdDSA and ECDSA, whole documents and selective disclosure."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from krid.errors import SignatureError
from krid.keys import Alg, LocalKey, PublicKey, multikey
from krid.ld import BUNDLED_PROCESSOR, PINNED, canonicalize_and_group, hmac_labels, select
from krid.proofs import (
    Proof,
    ProofOptions,
    input_document,
    parse_proofs,
    with_proof,
)
from krid.vcdi.ecdsa_sd import BaseValue, DerivedValue, EcdsaSd, ProofSecrets
from krid.vcdi.suites import Suites

ROOT = Path(os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors"))
FOLDER = ROOT / "data-integrity"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="public test vectors are absent")

SUITES = Suites()


def load(name: str) -> Any:
    return json.loads((FOLDER / name).read_bytes())


def text(name: str) -> str:
    return (FOLDER / name).read_text().strip()


def without_proof(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "proof"}


PLAIN = [
    ("eddsa-rdfc-2022", "eddsa/eddsa-rdfc-2022/{}DataInt", "eddsa/unsigned.json"),
    ("eddsa-jcs-2022", "eddsa/eddsa-jcs-2022/{}JCS", "eddsa/unsigned.json"),
    ("ecdsa-rdfc-2019", "ecdsa/ecdsa-rdfc-2019-p256/{}ECDSAP256", "ecdsa/unsigned.json"),
    ("ecdsa-rdfc-2019", "ecdsa/ecdsa-rdfc-2019-p384/{}ECDSAP384", "ecdsa/unsigned.json"),
    ("ecdsa-jcs-2019", "ecdsa/ecdsa-jcs-2019-p256/{}JCSECDSAP256", "ecdsa/unsigned.json"),
]


@pytest.mark.parametrize(("suite", "pattern", "unsigned"), PLAIN)
class TestPlain:
    def test_hashes(self, suite: str, pattern: str, unsigned: str) -> None:
        """The canonical forms and what is signed are those of the vector, byte for byte."""
        algorithm = "sha384" if "P384" in pattern else "sha256"
        found = SUITES.plain_named(suite)
        document = load(unsigned)
        canonical = found.transform(document, algorithm)
        assert canonical.decode().strip() == text(pattern.format("canonDoc") + ".txt")
        digest = hashlib.new(algorithm, canonical).hexdigest()
        assert digest == text(pattern.format("docHash") + ".txt")
        config = load(pattern.format("proofConfig") + ".json")
        canonical = found.transform(config, algorithm)
        assert canonical.decode().strip() == text(pattern.format("proofCanon") + ".txt")
        proof_digest = hashlib.new(algorithm, canonical).hexdigest()
        assert proof_digest + digest == text(pattern.format("combinedHash") + ".txt")

    def test_verifies(self, suite: str, pattern: str, unsigned: str) -> None:
        signed = load(pattern.format("signed") + ".json")
        (proof,) = parse_proofs(signed)
        key = multikey.parse(proof.verification_method.rpartition("#")[2])
        SUITES.plain_named(suite).verify(without_proof(signed), proof, key=key)
        changed = {**without_proof(signed), "id": "urn:uuid:0"}
        with pytest.raises(SignatureError):
            SUITES.plain_named(suite).verify(changed, proof, key=key)

    def test_signs(self, suite: str, pattern: str, unsigned: str) -> None:
        """What krid would sign is what the vector signed."""
        config = load(pattern.format("proofConfig") + ".json")
        (proof,) = parse_proofs(load(pattern.format("signed") + ".json"))
        assert proof.created is not None
        options = ProofOptions(
            verification_method=config["verificationMethod"],
            purpose=config["proofPurpose"],
            created=proof.created,
        )
        key = multikey.parse(proof.verification_method.rpartition("#")[2])
        prepared = SUITES.plain_named(suite).prepare(load(unsigned), options, alg=key.alg)
        assert prepared.to_be_signed.hex() == text(pattern.format("combinedHash") + ".txt")
        assert prepared.complete(proof.value) == dict(proof.members)


@pytest.mark.parametrize("name", ["signedProofSet1.json", "signedProofSet2.json"])
def test_proof_sets(name: str) -> None:
    signed = load(f"eddsa/proof-set-chain/{name}")
    proofs = parse_proofs(signed)
    for proof in proofs:
        key = multikey.parse(proof.verification_method.rpartition("#")[2])
        SUITES.plain_named(proof.cryptosuite).verify(
            input_document(signed, proof.previous, proofs), proof, key=key
        )
    assert len(proofs) == int(name[14])


BASE = "ecdsa/ecdsa-sd-2023/employ/"


def sd_keys() -> dict[str, Any]:
    found: dict[str, Any] = load("ecdsa/ecdsa-sd-2023/SDKeyMaterial.json")
    return found


def base_value() -> BaseValue:
    raw = load(BASE + "addRawBaseSignatureInfo.json")
    return BaseValue(
        bytes.fromhex(raw["baseSignature"]),
        multikey.decode_multibase(raw["publicKey"]),
        bytes.fromhex(sd_keys()["hmacKeyString"]),
        tuple(map(bytes.fromhex, raw["signatures"])),
        tuple(load("ecdsa/employMandatory.json")),
    )


class TestSelective:
    def test_groups(self) -> None:
        mandatory = load("ecdsa/employMandatory.json")
        selective = load("ecdsa/employSelective.json")
        grouped = canonicalize_and_group(
            BUNDLED_PROCESSOR,
            load("ecdsa/employmentAuth.json"),
            labels=hmac_labels(bytes.fromhex(sd_keys()["hmacKeyString"])),
            groups={
                "mandatory": mandatory,
                "selective": selective,
                "combined": [*mandatory, *selective],
            },
        )
        assert list(grouped.lines) == load(BASE + "addBaseDocHMACCanon.json")
        indexes = load(BASE + "derivedGroupIndexes.json")
        for name, group in grouped.groups.items():
            assert list(group.matching) == indexes[f"{name}Indexes"]
        assert list(grouped.groups["mandatory"].other) == indexes["nonMandatoryIndexes"]
        selected = select(load("ecdsa/employmentAuth.json"), [*mandatory, *selective])
        assert selected == load(BASE + "derivedUnsignedReveal.json")

    def test_base_document(self) -> None:
        found = BUNDLED_PROCESSOR.canonicalize(load("ecdsa/employmentAuth.json"))
        assert list(found.lines) == load(BASE + "addBaseDocCanon.json")

    def test_base_value(self) -> None:
        """The value is that of the vector, byte for byte, and is read again."""
        signed = load(BASE + "addSignedSDBase.json")
        (proof,) = parse_proofs(signed)
        assert base_value().encode() == signed["proof"]["proofValue"]
        assert BaseValue.parse(proof) == base_value()

    def test_base_proof(self) -> None:
        """What krid would sign is what the vector signed."""
        document = load("ecdsa/employmentAuth.json")
        (proof,) = parse_proofs(load(BASE + "addSignedSDBase.json"))
        options = ProofOptions(
            verification_method=proof.verification_method,
            purpose=proof.purpose,
            created=proof.created,
        )
        secrets = ProofSecrets(LocalKey.generate(Alg.ES256), base_value().hmac_key)
        prepared = EcdsaSd(BUNDLED_PROCESSOR).prepare_base(
            document, options, mandatory=base_value().pointers, secrets=secrets
        )
        hashes = load(BASE + "addHashData.json")
        assert prepared.to_be_signed[:32].hex() == hashes["proofHash"]
        assert prepared.to_be_signed[-32:].hex() == hashes["mandatoryHash"]

    def test_base_proof_of_the_vector(self) -> None:
        signed = load(BASE + "addSignedSDBase.json")
        (proof,) = parse_proofs(signed)
        EcdsaSd(BUNDLED_PROCESSOR).verify_base(without_proof(signed), proof, key=issuer())

    def test_derived(self) -> None:
        """What a holder derives is the vector's, byte for byte, and verifies."""
        signed = load(BASE + "addSignedSDBase.json")
        (proof,) = parse_proofs(signed)
        suite = EcdsaSd(BUNDLED_PROCESSOR)
        derived = suite.derive(
            without_proof(signed), proof, selective=load("ecdsa/employSelective.json")
        )
        expected = load(BASE + "derivedRevealDocument.json")
        assert derived == expected
        (shown,) = parse_proofs(expected)
        value = DerivedValue.parse(shown)
        assert (
            list(value.mandatory)
            == load(BASE + "derivedAdjMandatoryIndexes.json")["adjMandatoryIndexes"]
        )
        suite.verify(without_proof(expected), shown, key=issuer())


def issuer() -> PublicKey:
    return multikey.parse(sd_keys()["baseKeyPair"]["publicKeyMultibase"])


@pytest.mark.parametrize(
    "path", sorted((FOLDER / "contexts").glob("*.jsonld")), ids=lambda path: path.stem
)
def test_contexts_are_the_bundled_ones(path: Path) -> None:
    """The vectors' contexts have the digests of some that krid brings along."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in {pin.digest for pin in PINNED.values()}


def test_proofs_can_be_added() -> None:
    document = load("eddsa/unsigned.json")
    key = LocalKey.generate(Alg.EDDSA)
    suite = SUITES.plain_named("eddsa-rdfc-2022")
    options = ProofOptions(verification_method="urn:x", purpose="assertionMethod", created=None)
    once = with_proof(document, suite.prepare(document, options, alg=key.alg).sign_with(key))
    assert Proof.parse(once["proof"]).created is None
