"""bbs-2023 against the vectors of vc-di-bbs.

Those of the features are older than the text. What text and vectors share is held byte for byte:
for holder binding all; for pseudonyms the signature, the proof and the pseudonym, and not the proof
value, in which the vectors use a tag and lack the domain.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from bbs_vectors import MockedScalars

from krid import bbs
from krid._core.entropy import Entropy
from krid.errors import Code, MalformedError
from krid.ld import BUNDLED_PROCESSOR
from krid.vcdi import bbs2023
from krid.vcdi.bbs2023 import hashing

FOLDER = (
    Path(os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors"))
    / "data-integrity"
    / "bbs"
)

pytestmark = pytest.mark.usefixtures("vectors")


def _json(name: str) -> Any:
    return json.loads((FOLDER / name).read_bytes())


def _hex(name: str, member: str) -> bytes:
    return bytes.fromhex(_json(name)[member])


@pytest.fixture
def signer(vectors: Path) -> bbs.LocalBbsKey:
    del vectors
    secret = _hex("BBSKeyMaterial.json", "privateKeyHex")
    return bbs.LocalBbsKey.parse_secret(secret, suite=bbs.Suite.SHA256)


def _hmac_key(_size: int) -> bytes:
    return _hex("BBSKeyMaterial.json", "hmacKeyString")


def _options(signed: Any) -> Any:
    return hashing.options_of(signed["proof"])


def _derive_entropy(interface: bbs.Interface, hidden: int, *, skip: int = 0) -> Entropy:
    """Mock the scalars of a proof; the tag is the identifier of the interface alone."""
    seed = _hex("BBSDeriveMaterial.json", "pseudoRandSeedHex")
    tag = bbs.Suite.SHA256.value + interface.value
    return MockedScalars(bbs.Suite.SHA256, seed, tag, 5 + hidden, skip=skip)


def _presentation_header() -> bytes:
    return _hex("BBSDeriveMaterial.json", "presentationHeaderHex")


def _issue(
    signer: bbs.LocalBbsKey,
    document: Any,
    pointers: list[str],
    folder: str,
    binding: bbs2023.IssuerBinding,
) -> tuple[Any, Any]:
    signed = _json(f"{folder}addSignedSDBase.json")
    made = bbs2023.prepare(
        document,
        options=_options(signed),
        mandatory_pointers=pointers,
        public_key=signer.public_key,
        binding=binding,
        processor=BUNDLED_PROCESSOR,
        entropy=_hmac_key,
    ).sign_with(signer)
    return made, signed


def test_a_base_proof(signer: bbs.LocalBbsKey) -> None:
    made, signed = _issue(
        signer, _json("windDoc.json"), _json("windMandatory.json"), "", bbs2023.UNBOUND
    )
    assert made == signed


def test_a_derived_proof(signer: bbs.LocalBbsKey) -> None:
    wanted = _json("derivedRevealDocument.json")
    derived = bbs2023.derive(
        _json("addSignedSDBase.json"),
        selective_pointers=_json("windSelective.json"),
        presentation_header=_presentation_header(),
        issuer_key=signer.public_key,
        secrets=bbs2023.NO_SECRETS,
        processor=BUNDLED_PROCESSOR,
        entropy=_derive_entropy(bbs.Interface.PLAIN, _hidden(wanted)),
    )
    verified = bbs2023.verify(
        derived,
        issuer_key=signer.public_key,
        presentation_header=_presentation_header(),
        nym_domain=None,
        processor=BUNDLED_PROCESSOR,
    )
    assert verified.feature is bbs2023.Feature.BASELINE
    assert derived == wanted


def _hidden(document: Any) -> int:
    """Return how many messages a proof hides."""
    value = bbs2023.DerivedProofValue.parse(document["proof"]["proofValue"])
    return (len(value.proof) - 3 * 48) // 32 - 4


def test_derived_proofs_verify(signer: bbs.LocalBbsKey) -> None:
    for folder in ("", "HolderBinding/"):
        verified = bbs2023.verify(
            _json(f"{folder}derivedRevealDocument.json"),
            issuer_key=signer.public_key,
            presentation_header=_presentation_header(),
            nym_domain=None,
            processor=BUNDLED_PROCESSOR,
        )
        assert "proof" not in verified.document


@pytest.mark.parametrize("folder", ["HolderBinding/", "Pseudonym/"])
def test_what_is_signed_with_a_feature(signer: bbs.LocalBbsKey, folder: str) -> None:
    raw = _json(f"{folder}addRawBaseSignatureInfo.json")
    commitment = _hex(f"{folder}commitmentInfo.json", "commitmentWithProof")
    binding: bbs2023.IssuerBinding = bbs2023.BoundToHolder(commitment)
    if folder == "Pseudonym/":
        half = _hex("FeatureInputs/signerNymEntropy.json", "signerNymEntropyHex")
        binding = bbs2023.BoundToPseudonym(commitment, half)
    made, signed = _issue(
        signer,
        _json("FeatureInputs/license.json"),
        _json("FeatureInputs/licenseMandatory.json"),
        folder,
        binding,
    )
    value = bbs2023.BaseProofValue.parse(made["proof"]["proofValue"])
    assert value.signature.hex() == raw["bbsSignature"]
    assert value.header.hex() == raw["bbsHeader"]
    if folder == "HolderBinding/":
        assert made == signed
    else:  # the vector has the header of another feature, and a tag
        with pytest.raises(MalformedError) as error:
            bbs2023.BaseProofValue.parse(signed["proof"]["proofValue"])
        assert error.value.code is Code.DI_PROOF_VALUE


def _blind(folder: str) -> bbs.ProverBlind:
    return bbs.ProverBlind(_hex(f"{folder}commitmentInfo.json", "secretProverBlind"))


def test_holder_binding_is_derived_again(signer: bbs.LocalBbsKey) -> None:
    wanted = _json("HolderBinding/derivedRevealDocument.json")
    secret = _hex("FeatureInputs/holderSecret.json", "holderSecretHex")
    secrets = bbs2023.HolderSecrets(bbs2023.HolderSecret(secret), _blind("HolderBinding/"))
    derived = bbs2023.derive(
        _json("HolderBinding/addSignedSDBase.json"),
        selective_pointers=_json("FeatureInputs/licenseSelective.json"),
        presentation_header=_presentation_header(),
        issuer_key=signer.public_key,
        secrets=secrets,
        processor=BUNDLED_PROCESSOR,
        entropy=_derive_entropy(bbs.Interface.BLIND, _hidden(wanted)),
    )
    assert derived == wanted


@pytest.mark.parametrize("folder", ["Pseudonym/", "PseudonymHB/"])
def test_a_pseudonym_is_made_again(signer: bbs.LocalBbsKey, folder: str) -> None:
    if not (FOLDER / folder).is_dir():
        pytest.skip(f"{folder} of vc-di-bbs is not among the vectors")
    wanted = _json(f"{folder}derivedDisclosureData.json")
    half = _hex("FeatureInputs/signerNymEntropy.json", "signerNymEntropyHex")
    commitment = _hex(f"{folder}commitmentInfo.json", "commitmentWithProof")
    domain = _json("FeatureInputs/verifierInfo.json")["verifierId"]
    nym = bbs.ProverNym(_hex("FeatureInputs/proverNym.json", "proverNymHex"))
    binding: bbs2023.IssuerBinding = bbs2023.BoundToPseudonym(commitment, half)
    secrets: bbs2023.Secrets = bbs2023.PseudonymSecrets(nym, _blind(folder), domain)
    if folder == "PseudonymHB/":
        own = bbs2023.HolderSecret(_hex("FeatureInputs/holderSecret.json", "holderSecretHex"))
        binding = bbs2023.BoundToHolderAndPseudonym(commitment, half)
        secrets = bbs2023.HolderPseudonymSecrets(own, nym, _blind(folder), domain)
    made, _ = _issue(
        signer,
        _json("FeatureInputs/license.json"),
        _json("FeatureInputs/licenseMandatory.json"),
        folder,
        binding,
    )
    hidden = (len(wanted["bbsProof"]) // 2 - 3 * 48) // 32 - 4
    derived = bbs2023.derive(
        made,
        selective_pointers=_json("FeatureInputs/licenseSelective.json"),
        presentation_header=_presentation_header(),
        issuer_key=signer.public_key,
        secrets=secrets,
        processor=BUNDLED_PROCESSOR,
        entropy=_derive_entropy(bbs.Interface.PSEUDONYM, hidden, skip=1),
    )
    proof: Any = derived["proof"]
    value = bbs2023.DerivedProofValue.parse(proof["proofValue"])
    assert value.nym is not None
    assert value.nym.pseudonym.hex() == wanted["pseudonym"]
    assert value.proof.hex() == wanted["bbsProof"]
    assert value.messages == wanted["lengthBBSMessages"]
    assert list(value.selective) == wanted["adjSelectiveIndexes"]
