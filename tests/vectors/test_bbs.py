"""BBS against the fixtures of the CFRG drafts, byte for byte.

Those of blind signatures and of pseudonyms are in folders of their own, `bbs-blind` and
`bbs-pseudonym`; their tests skip where these are absent.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bbs_vectors import MockedScalars

from krid import bbs
from krid._core.entropy import system_entropy
from krid.bbs import blind, pseudonym
from krid.bbs.scheme import Interface, Scheme
from krid.errors import KridError

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
SUITES = {"bls12-381-sha-256": bbs.Suite.SHA256, "bls12-381-shake-256": bbs.Suite.SHAKE256}


def _h(text: str) -> bytes:
    return bytes.fromhex(text)


def _all_h(texts: list[str]) -> list[bytes]:
    return [_h(text) for text in texts]


def _file(suite: bbs.Suite, name: str, topic: str = "bbs") -> Any:
    folder = next(folder for folder, one in SUITES.items() if one is suite)
    return json.loads((VECTORS / topic / folder / name).read_bytes())


def _cases(topic: str, kind: str) -> list[Any]:
    found = [
        pytest.param(suite, json.loads(path.read_bytes()), id=f"{suite.name}-{path.stem}")
        for folder, suite in SUITES.items()
        for path in sorted((VECTORS / topic / folder / kind).glob("*.json"))
    ]
    absent = pytest.mark.skip(reason=f"{topic}/ is not among the vectors")
    return found or [pytest.param(None, {}, id="absent", marks=absent)]


def _accepted(call: Callable[[], object]) -> bool:
    try:
        call()
    except KridError:
        return False
    return True


def _mocked(suite: bbs.Suite, case: Any, step: str, *, skip: int = 0) -> MockedScalars:
    parameters = case["mockRngParameters"]
    seed = parameters["SEED"].encode()
    terms = parameters[step]
    return MockedScalars(suite, seed, terms["DST"].encode(), terms["count"], skip=skip)


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize("suite", bbs.Suite)
def test_hashing(suite: bbs.Suite) -> None:
    case = _file(suite, "h2s.json")
    assert suite.hash_to_scalar(_h(case["message"]), _h(case["dst"])).to_be_bytes() == _h(
        case["scalar"]
    )
    mapped = _file(suite, "MapMessageToScalarAsHash.json")["cases"]
    scalars = Scheme(suite, Interface.PLAIN).scalars(_h(one["message"]) for one in mapped)
    assert [one.to_be_bytes().hex() for one in scalars] == [one["scalar"] for one in mapped]


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize("suite", bbs.Suite)
def test_generators(suite: bbs.Suite) -> None:
    case = _file(suite, "generators.json")
    scheme = Scheme(suite, Interface.PLAIN)
    assert scheme.base().to_compressed_bytes() == _h(case["P1"])
    wanted = [case["Q1"], *case["MsgGenerators"]]
    assert scheme.generators(len(wanted) - 1).octets == _h("".join(wanted))


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize("suite", bbs.Suite)
def test_a_key_pair(suite: bbs.Suite) -> None:
    case = _file(suite, "keypair.json")
    key = bbs.LocalBbsKey.derive(
        _h(case["keyMaterial"]),
        key_info=_h(case["keyInfo"]),
        key_dst=_h(case["keyDst"]),
        suite=suite,
    )
    assert key.public_key.octets == _h(case["keyPair"]["publicKey"])
    assert key.secret.reveal() == _h(case["keyPair"]["secretKey"])


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize("suite", bbs.Suite)
def test_mocked_scalars(suite: bbs.Suite) -> None:
    case = _file(suite, "mockedRng.json")
    mocked = MockedScalars(suite, _h(case["seed"]), _h(case["dst"]), case["count"])
    from krid.bbs.curve import random_scalars

    drawn = random_scalars(mocked, case["count"])
    assert [scalar.to_be_bytes().hex() for scalar in drawn] == case["mockedScalars"]


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs", "signature"))
def test_a_signature(suite: bbs.Suite, case: Any) -> None:
    key = bbs.BbsPublicKey.parse(_h(case["signerKeyPair"]["publicKey"]))
    header, messages, signature = (
        _h(case["header"]),
        _all_h(case["messages"]),
        _h(case["signature"]),
    )
    accepted = _accepted(
        lambda: bbs.verify(key, signature, header=header, messages=messages, suite=suite)
    )
    assert accepted is case["result"]["valid"]
    if accepted:
        secret = _h(case["signerKeyPair"]["secretKey"])
        signer = bbs.LocalBbsKey.parse_secret(secret, suite=suite)
        assert bbs.sign(signer, header=header, messages=messages) == signature


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs", "proof"))
def test_a_proof(suite: bbs.Suite, case: Any) -> None:
    key = bbs.BbsPublicKey.parse(_h(case["signerPublicKey"]))
    messages, indexes = _all_h(case["messages"]), case["disclosedIndexes"]
    header, presentation_header = _h(case["header"]), _h(case["presentationHeader"])
    accepted = _accepted(
        lambda: bbs.verify_proof(
            key,
            _h(case["proof"]),
            header=header,
            presentation_header=presentation_header,
            disclosed={index: messages[index] for index in indexes},
            suite=suite,
        )
    )
    assert accepted is case["result"]["valid"]
    if accepted:
        mock = _file(suite, "mockedRng.json")
        count = 5 + len(messages) - len(indexes)
        proof = bbs.prove(
            key,
            _h(case["signature"]),
            header=header,
            presentation_header=presentation_header,
            messages=messages,
            disclosed=indexes,
            suite=suite,
            entropy=MockedScalars(suite, _h(mock["seed"]), _h(mock["dst"]), count),
        )
        assert proof == _h(case["proof"])


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs-blind", "commit"))
def test_a_commitment(suite: bbs.Suite, case: Any) -> None:
    made = blind.commit(
        _all_h(case["committedMessages"]), suite=suite, entropy=_mocked(suite, case, "commit")
    )
    assert made.octets == _h(case["commitmentWithProof"])
    assert made.blind.reveal() == _h(case["proverBlind"])


def _with_commitment(cases: list[Any]) -> list[Any]:
    """Leave out signatures without a commitment, which bbs-2023 does not allow."""
    return [case for case in cases if case.marks or case.values[1]["commitmentWithProof"]]


def _committed_case(case: Any) -> tuple[bbs.ProverBlind, bytes, list[bytes], list[bytes]]:
    return (
        bbs.ProverBlind(_h(case["proverBlind"])),
        _h(case["header"]),
        _all_h(case["messages"]),
        _all_h(case["committedMessages"]),
    )


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _with_commitment(_cases("bbs-blind", "signature")))
def test_a_blind_signature(suite: bbs.Suite, case: Any) -> None:
    prover_blind, header, messages, committed = _committed_case(case)
    secret = _h(case["signerKeyPair"]["secretKey"])
    signer = bbs.LocalBbsKey.parse_secret(secret, suite=suite)
    statement = blind.prepare(
        signer.public_key,
        commitment_with_proof=_h(case["commitmentWithProof"]),
        header=header,
        messages=messages,
        suite=suite,
    )
    assert signer.sign(statement) == _h(case["signature"])
    blind.verify(
        signer.public_key,
        _h(case["signature"]),
        header=header,
        messages=messages,
        committed_messages=committed,
        blind=prover_blind,
        suite=suite,
        entropy=system_entropy,
    )


def _revealed(case: Any, name: str) -> dict[int, bytes]:
    return {int(index): _h(message) for index, message in (case[name] or {}).items()}


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs-blind", "proof"))
def test_a_blind_proof(suite: bbs.Suite, case: Any) -> None:
    blind.verify_proof(
        bbs.BbsPublicKey.parse(_h(case["signerPublicKey"])),
        _h(case["proof"]),
        header=_h(case["header"]),
        presentation_header=_h(case["presentationHeader"]),
        signer_messages=case["L"],
        disclosed=_revealed(case, "revealedMessages"),
        disclosed_committed=_revealed(case, "revealedCommittedMessages"),
        suite=suite,
    )


def _signed(topic: str, kind: str, suite: bbs.Suite, signature: str) -> Any:
    """Find the case whose signature a proof was made of: it has all messages."""
    cases = [case.values[1] for case in _cases(topic, kind) if case.values[0] is suite]
    return next(case for case in cases if case["signature"] == signature)


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _with_commitment(_cases("bbs-blind", "proof")))
def test_a_blind_proof_is_made_again(suite: bbs.Suite, case: Any) -> None:
    signed = _signed("bbs-blind", "signature", suite, case["signature"])
    prover_blind, header, messages, committed = _committed_case(signed)
    proof = blind.prove(
        bbs.BbsPublicKey.parse(_h(case["signerPublicKey"])),
        _h(case["signature"]),
        header=header,
        presentation_header=_h(case["presentationHeader"]),
        messages=messages,
        committed_messages=committed,
        disclosed=_revealed(case, "revealedMessages"),
        disclosed_committed=_revealed(case, "revealedCommittedMessages"),
        blind=prover_blind,
        suite=suite,
        entropy=_mocked(suite, case, "proof"),
    )
    assert proof == _h(case["proof"])


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs-pseudonym", "nymCommit"))
def test_a_commitment_with_a_nym(suite: bbs.Suite, case: Any) -> None:
    committed = _all_h(case["committedMessages"])
    terms = case["mockRngParameters"]
    dst = terms["commit"]["DST"].encode()  # its count is wrong in one of the files
    made = pseudonym.commit(
        committed,
        prover_nym=bbs.ProverNym(_h(case["proverNym"])),
        suite=suite,
        entropy=MockedScalars(suite, terms["SEED"].encode(), dst, len(committed) + 3),
    )
    assert made.octets == _h(case["commitmentWithProof"])
    assert made.blind.reveal() == _h(case["proverBlind"])


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs-pseudonym", "nymSignature"))
def test_a_signature_with_a_nym(suite: bbs.Suite, case: Any) -> None:
    prover_blind, header, messages, committed = _committed_case(case)
    secret = _h(case["signerKeyPair"]["secretKey"])
    signer = bbs.LocalBbsKey.parse_secret(secret, suite=suite)
    statement = pseudonym.prepare(
        signer.public_key,
        commitment_with_proof=_h(case["commitmentWithProof"]),
        signer_nym_entropy=_h(case["signer_nym_entropy"]),
        header=header,
        messages=messages,
        suite=suite,
    )
    assert signer.sign(statement) == _h(case["signature"])
    secret_of_nym = pseudonym.finalize(
        signer.public_key,
        _h(case["signature"]),
        header=header,
        messages=messages,
        committed_messages=committed,
        prover_nym=bbs.ProverNym(_h(case["proverNym"])),
        signer_nym_entropy=_h(case["signer_nym_entropy"]),
        blind=prover_blind,
        suite=suite,
        entropy=system_entropy,
    )
    assert secret_of_nym.reveal() == _h(case["nym_secret"])


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs-pseudonym", "nymProof"))
def test_a_proof_with_a_pseudonym(suite: bbs.Suite, case: Any) -> None:
    pseudonym.verify_proof(
        bbs.BbsPublicKey.parse(_h(case["signerPublicKey"])),
        _h(case["proof"]),
        header=_h(case["header"]),
        presentation_header=_h(case["presentationHeader"]),
        pseudonym=_h(case["pseudonym"]),
        context=_h(case["context_id"]),
        signer_messages=case["L"],
        disclosed=_revealed(case, "revealedMessages"),
        disclosed_committed=_revealed(case, "revealedCommittedMessages"),
        suite=suite,
    )


@pytest.mark.usefixtures("vectors")
@pytest.mark.parametrize(("suite", "case"), _cases("bbs-pseudonym", "nymProof"))
def test_a_proof_with_a_pseudonym_is_made_again(suite: bbs.Suite, case: Any) -> None:
    signed = _signed("bbs-pseudonym", "nymSignature", suite, case["signature"])
    prover_blind, header, messages, committed = _committed_case(signed)
    proof, made = pseudonym.prove(
        bbs.BbsPublicKey.parse(_h(case["signerPublicKey"])),
        _h(case["signature"]),
        header=header,
        presentation_header=_h(case["presentationHeader"]),
        secret=bbs.NymSecret(_h(case["nym_secret"])),
        context=_h(case["context_id"]),
        messages=messages,
        committed_messages=committed,
        disclosed=_revealed(case, "revealedMessages"),
        disclosed_committed=_revealed(case, "revealedCommittedMessages"),
        blind=prover_blind,
        suite=suite,
        entropy=_mocked(suite, case, "proof", skip=1),
    )
    assert made == _h(case["pseudonym"])
    assert proof == _h(case["proof"])
