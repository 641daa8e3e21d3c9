"""Every rule about BBS, each broken by one forgery."""

from collections.abc import Callable

import pytest

from krid import bbs
from krid._core import limits
from krid._core.entropy import system_entropy
from krid.bbs import blind, pseudonym
from krid.bbs.commitment import CommitmentProof
from krid.bbs.curve import G1Point, Scalar
from krid.bbs.proof import Proof
from krid.bbs.scheme import Interface, Scheme
from krid.bbs.signature import Signature
from krid.errors import (
    Code,
    KridError,
    MalformedError,
    MisuseError,
    SignatureError,
    UnsupportedError,
)
from krid.keys import Alg, LocalKey, multikey

SUITE = bbs.Suite.SHA256
KEY = bbs.LocalBbsKey.generate(SUITE)
PUBLIC = KEY.public_key
HEADER, MOMENT = b"header", b"nonce"
MESSAGES = [b"Kim", b"1990-01-01", b"KR", b"Seoul"]
SHOWN = {1: MESSAGES[1], 2: MESSAGES[2]}
SIGNATURE = bbs.sign(KEY, header=HEADER, messages=MESSAGES)
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
IDENTITY = b"\xc0" + bytes(47)
NOT_IDENTITY = {
    "sign": b"\xe0" + bytes(47),
    "bits behind": b"\xc0" + bytes(46) + b"\x01",
    "all bits": b"\xff" * 48,
}


def _off_group() -> bytes:
    """Return a point of the curve that is outside the subgroup."""
    for x in range(256):
        octets = b"\x80" + bytes(46) + bytes((x,))
        try:
            point = G1Point.from_compressed_bytes_unchecked(octets)
        except ValueError:
            continue
        if not point.is_in_subgroup():
            return octets
    raise AssertionError


BAD_POINTS = [
    pytest.param(IDENTITY, id="identity"),
    *(pytest.param(octets, id=f"identity with {what}") for what, octets in NOT_IDENTITY.items()),
    pytest.param(bytes(48), id="not compressed"),
    pytest.param(b"\x80" + bytes(46) + b"\x02", id="not on the curve"),
    pytest.param(_off_group(), id="outside the subgroup"),
    pytest.param(b"\x9f" + b"\xff" * 47, id="not below the prime"),
]
BAD_SCALARS = [
    pytest.param(bytes(32), id="zero"),
    pytest.param(ORDER.to_bytes(32, "big"), id="the order"),
    pytest.param(b"\xff" * 32, id="above the order"),
]


def _refused(
    kind: type[KridError], code: Code, call: Callable[..., object], *arguments: object
) -> None:
    with pytest.raises(kind) as error:
        call(*arguments)
    assert error.value.code is code


def _prove(disclosed: set[int] | dict[int, bytes], **changed: bytes) -> bytes:
    return bbs.prove(
        PUBLIC,
        changed.get("signature", SIGNATURE),
        header=changed.get("header", HEADER),
        presentation_header=MOMENT,
        messages=MESSAGES,
        disclosed=disclosed,
        suite=SUITE,
        entropy=system_entropy,
    )


PROOF = _prove(SHOWN)


def _verify_proof(
    proof: bytes = PROOF,
    *,
    key: bbs.BbsPublicKey = PUBLIC,
    header: bytes = HEADER,
    moment: bytes = MOMENT,
    disclosed: dict[int, bytes] | None = None,
    suite: bbs.Suite = SUITE,
) -> None:
    bbs.verify_proof(
        key,
        proof,
        header=header,
        presentation_header=moment,
        disclosed=SHOWN if disclosed is None else disclosed,
        suite=suite,
    )


def _with(octets: bytes, at: int, piece: bytes) -> bytes:
    return octets[:at] + piece + octets[at + len(piece) :]


@pytest.mark.parametrize("point", BAD_POINTS)
@pytest.mark.parametrize("at", [0, 48, 96])
def test_a_point_of_a_proof(point: bytes, at: int) -> None:
    _refused(MalformedError, Code.BBS_POINT, _verify_proof, _with(PROOF, at, point))


@pytest.mark.parametrize("scalar", BAD_SCALARS)
@pytest.mark.parametrize("at", range(144, len(PROOF), 32))
def test_a_scalar_of_a_proof(scalar: bytes, at: int) -> None:
    _refused(MalformedError, Code.BBS_SCALAR, _verify_proof, _with(PROOF, at, scalar))


@pytest.mark.parametrize("proof", [b"", PROOF[:-1], PROOF + b"\x00", PROOF[:271], bytes(240)])
def test_the_length_of_a_proof(proof: bytes) -> None:
    _refused(MalformedError, Code.BBS_LENGTH, _verify_proof, proof)


def test_a_proof_that_hides_too_many_messages() -> None:
    most = 3 * 48 + (4 + limits.MAX_BBS_MESSAGES) * 32
    _refused(MalformedError, Code.BBS_MESSAGES, Proof.parse, bytes(most + 32))
    _refused(MalformedError, Code.BBS_POINT, Proof.parse, bytes(most))


@pytest.mark.parametrize("at", range(144, len(PROOF), 32))
def test_another_scalar_in_a_proof(at: int) -> None:
    _refused(SignatureError, Code.BBS_PROOF, _verify_proof, _with(PROOF, at, bytes(31) + b"\x07"))


@pytest.mark.parametrize("at", [0, 48, 96])
def test_another_point_in_a_proof(at: int) -> None:
    point = G1Point().to_compressed_bytes()
    _refused(SignatureError, Code.BBS_PROOF, _verify_proof, _with(PROOF, at, point))


def test_points_that_fit_the_challenge_and_not_the_key() -> None:
    """A proof of a signature by another key passes the challenge, and not the pairing."""
    other = bbs.LocalBbsKey.generate(SUITE)

    class _Hidden:
        octets = PUBLIC.octets
        point = other.public_key.point

    statement = bbs.prepare(PUBLIC, header=HEADER, messages=MESSAGES, suite=SUITE)
    key, scheme = _Hidden(), Scheme(SUITE, Interface.PLAIN)
    exponent = Scalar(5)
    secret = Scalar.from_be_bytes(other.secret.reveal())
    point = statement.point * (secret + exponent).inverse()
    from krid.bbs import proof as proofs

    forged = proofs.make(
        proofs.Holding(
            scheme,
            key,  # type: ignore[arg-type]
            scheme.generators(len(MESSAGES)),
            HEADER,
            scheme.scalars(MESSAGES),
        ),
        Signature(point, exponent).encode(),
        presentation_header=MOMENT,
        disclosed=frozenset(SHOWN),
        beside=proofs.nothing,
        entropy=system_entropy,
    )
    _refused(SignatureError, Code.BBS_PROOF, _verify_proof, forged)


@pytest.mark.parametrize(
    "disclosed",
    [
        {},
        {1: MESSAGES[1]},
        {1: MESSAGES[1], 2: b"KP"},
        {1: MESSAGES[2], 2: MESSAGES[1]},
        {0: MESSAGES[1], 2: MESSAGES[2]},
        {1: MESSAGES[1], 3: MESSAGES[2]},
        {**SHOWN, 0: MESSAGES[0]},
    ],
    ids=["none", "one less", "changed", "swapped", "moved", "moved on", "one more"],
)
def test_other_messages_than_were_disclosed(disclosed: dict[int, bytes]) -> None:
    with pytest.raises(SignatureError) as error:
        _verify_proof(disclosed=disclosed)
    assert error.value.code is Code.BBS_PROOF


@pytest.mark.parametrize("index", [4, -1, 2**64, 1_000_000])
def test_an_index_of_no_message(index: int) -> None:
    disclosed = {1: MESSAGES[1], index: b"KR"}
    with pytest.raises(MalformedError) as error:
        _verify_proof(disclosed=disclosed)
    assert error.value.code is Code.BBS_INDEX
    _refused(MisuseError, Code.BBS_INDEX, _prove, {index})


@pytest.mark.parametrize("name", ["header", "moment"])
@pytest.mark.parametrize("octets", [b"", b"headeR", b"nonce\x00"])
def test_another_header(name: str, octets: bytes) -> None:
    with pytest.raises(SignatureError) as error:
        _verify_proof(**{name: octets})  # type: ignore[arg-type]
    assert error.value.code is Code.BBS_PROOF


def test_another_key_or_suite() -> None:
    other = bbs.LocalBbsKey.generate(SUITE).public_key
    for changed in ({"key": other}, {"suite": bbs.Suite.SHAKE256}):
        with pytest.raises(SignatureError) as error:
            _verify_proof(**changed)
        assert error.value.code is Code.BBS_PROOF


@pytest.mark.parametrize(
    "messages", [[], MESSAGES[:3], [*MESSAGES, b""], [*MESSAGES[1:], MESSAGES[0]]]
)
def test_a_signature_over_other_messages(messages: list[bytes]) -> None:
    with pytest.raises(SignatureError) as error:
        bbs.verify(PUBLIC, SIGNATURE, header=HEADER, messages=messages, suite=SUITE)
    assert error.value.code is Code.BBS_SIGNATURE


def test_a_signature_for_another_header_key_or_interface() -> None:
    other = bbs.LocalBbsKey.generate(SUITE).public_key
    for key, header in ((PUBLIC, b""), (other, HEADER)):
        with pytest.raises(SignatureError) as error:
            bbs.verify(key, SIGNATURE, header=header, messages=MESSAGES, suite=SUITE)
        assert error.value.code is Code.BBS_SIGNATURE
    with pytest.raises(SignatureError) as error:
        blind.verify(
            PUBLIC,
            SIGNATURE,
            header=HEADER,
            messages=MESSAGES,
            committed_messages=[],
            blind=BLIND,
            suite=SUITE,
            entropy=system_entropy,
        )
    assert error.value.code is Code.BBS_SIGNATURE


@pytest.mark.parametrize("length", [0, 48, 79, 81, 112])
def test_the_length_of_a_signature(length: int) -> None:
    _refused(MalformedError, Code.BBS_LENGTH, Signature.parse, (SIGNATURE * 2)[:length])


@pytest.mark.parametrize("point", BAD_POINTS)
def test_the_point_of_a_signature(point: bytes) -> None:
    _refused(MalformedError, Code.BBS_POINT, Signature.parse, _with(SIGNATURE, 0, point))


@pytest.mark.parametrize("scalar", BAD_SCALARS)
def test_the_scalar_of_a_signature(scalar: bytes) -> None:
    _refused(MalformedError, Code.BBS_SCALAR, Signature.parse, _with(SIGNATURE, 48, scalar))


def test_no_proof_is_made_of_a_signature_that_does_not_verify() -> None:
    with pytest.raises(SignatureError) as error:
        _prove(SHOWN, header=b"another")
    assert error.value.code is Code.BBS_SIGNATURE


def test_too_many_messages() -> None:
    messages = [b""] * (limits.MAX_BBS_MESSAGES + 1)
    with pytest.raises(MalformedError) as error:
        bbs.sign(KEY, header=b"", messages=messages)
    assert error.value.code is Code.BBS_MESSAGES


BAD_KEYS = [
    pytest.param(b"\xc0" + bytes(95), id="identity"),
    pytest.param(b"\xe0" + bytes(95), id="identity with sign"),
    pytest.param(b"\xc0" + bytes(94) + b"\x01", id="identity with bits behind"),
    pytest.param(bytes(96), id="not compressed"),
    pytest.param(PUBLIC.octets[:-1], id="short"),
    pytest.param(PUBLIC.octets + b"\x00", id="long"),
    pytest.param(b"", id="empty"),
    pytest.param(b"\x80" + bytes(94) + b"\x02", id="outside the subgroup or the curve"),
]


@pytest.mark.parametrize("octets", BAD_KEYS)
def test_a_public_key_that_is_none(octets: bytes) -> None:
    _refused(MalformedError, Code.KEY_POINT, bbs.BbsPublicKey.parse, octets)
    text = multikey.join(0xEB, octets)
    _refused(MalformedError, Code.KEY_POINT, bbs.BbsPublicKey.parse_multikey, text)


def test_a_multikey_of_another_kind() -> None:
    read = bbs.BbsPublicKey.parse_multikey
    _refused(MalformedError, Code.KEY_PRIVATE, read, KEY.encode_secret())
    ed25519 = multikey.encode(LocalKey.generate(Alg.EDDSA).public_key)
    _refused(UnsupportedError, Code.KEY_TYPE, read, ed25519)
    _refused(MalformedError, Code.KEY_SYNTAX, read, "u" + PUBLIC.multikey[1:])
    _refused(MalformedError, Code.KEY_SYNTAX, read, "z0")


def test_a_private_multikey_of_another_kind() -> None:
    def read(text: str) -> object:
        return bbs.LocalBbsKey.parse_multikey(text, suite=SUITE)

    _refused(MalformedError, Code.KEY_NOT_PRIVATE, read, PUBLIC.multikey)
    ed25519 = multikey.encode(LocalKey.generate(Alg.EDDSA).public_key)
    _refused(UnsupportedError, Code.KEY_TYPE, read, ed25519)
    _refused(MalformedError, Code.BBS_SCALAR, read, multikey.join(0x130A, bytes(32)))
    _refused(MalformedError, Code.BBS_SCALAR, read, multikey.join(0x130A, bytes(31)))


@pytest.mark.parametrize(
    ("material", "info", "dst"),
    [
        (bytes(31), b"", None),
        (bytes(32), bytes(65_536), None),
        (bytes(32), b"", bytes(256)),
    ],
    ids=["short", "label", "tag"],
)
def test_key_material(material: bytes, info: bytes, dst: bytes | None) -> None:
    with pytest.raises(MisuseError) as error:
        bbs.LocalBbsKey.derive(material, suite=SUITE, key_info=info, key_dst=dst)
    assert error.value.code is Code.BBS_KEY_MATERIAL


OWN = [b"a secret of the holder's", b"another"]
COMMITMENT = blind.commit(OWN, suite=SUITE, entropy=system_entropy)
BLIND = COMMITMENT.blind


def _blind_statement(commitment: bytes) -> bbs.Statement:
    return blind.prepare(
        PUBLIC,
        commitment_with_proof=commitment,
        header=HEADER,
        messages=MESSAGES,
        suite=SUITE,
    )


@pytest.mark.parametrize("length", [0, 47, 48, 111, 113])
def test_the_length_of_a_commitment(length: int) -> None:
    octets = COMMITMENT.octets[:length]
    _refused(MalformedError, Code.BBS_LENGTH, _blind_statement, octets)


def test_a_commitment_to_too_many_messages() -> None:
    most = 48 + (2 + limits.MAX_BBS_MESSAGES) * 32
    _refused(MalformedError, Code.BBS_MESSAGES, CommitmentProof.parse, bytes(most + 32))


@pytest.mark.parametrize("point", BAD_POINTS)
def test_the_point_of_a_commitment(point: bytes) -> None:
    _refused(MalformedError, Code.BBS_POINT, _blind_statement, _with(COMMITMENT.octets, 0, point))


@pytest.mark.parametrize("scalar", BAD_SCALARS)
@pytest.mark.parametrize("at", range(48, len(COMMITMENT.octets), 32))
def test_a_scalar_of_a_commitment(scalar: bytes, at: int) -> None:
    octets = _with(COMMITMENT.octets, at, scalar)
    _refused(MalformedError, Code.BBS_SCALAR, _blind_statement, octets)


@pytest.mark.parametrize(
    "octets",
    [
        _with(COMMITMENT.octets, 0, G1Point().to_compressed_bytes()),
        _with(COMMITMENT.octets, 48, bytes(31) + b"\x07"),
        COMMITMENT.octets[:-64] + COMMITMENT.octets[-32:],
        pseudonym.commit(
            OWN,
            prover_nym=pseudonym.generate_prover_nym(system_entropy),
            suite=SUITE,
            entropy=system_entropy,
        ).octets,
    ],
    ids=["point", "scalar", "one less", "of a pseudonym"],
)
def test_a_commitment_that_nobody_knows(octets: bytes) -> None:
    _refused(SignatureError, Code.BBS_COMMITMENT, _blind_statement, octets)


BLIND_SIGNATURE = KEY.sign(_blind_statement(COMMITMENT.octets))


def _blind_prove(
    *,
    own: list[bytes] = OWN,
    shown: frozenset[int] = frozenset({1}),
    own_shown: frozenset[int] = frozenset(),
) -> bytes:
    return blind.prove(
        PUBLIC,
        BLIND_SIGNATURE,
        header=HEADER,
        presentation_header=MOMENT,
        messages=MESSAGES,
        committed_messages=own,
        disclosed=shown,
        disclosed_committed=own_shown,
        blind=BLIND,
        suite=SUITE,
        entropy=system_entropy,
    )


def test_a_proof_without_the_holders_secret() -> None:
    with pytest.raises(SignatureError) as error:
        _blind_prove(own=[b"a guess", b"another"])
    assert error.value.code is Code.BBS_SIGNATURE


def test_an_index_of_the_blind_or_of_no_message() -> None:
    for shown, own_shown in ((4, ()), (1, (2,)), (1, (-1,))):
        with pytest.raises(MisuseError) as error:
            _blind_prove(shown=frozenset({shown}), own_shown=frozenset(own_shown))
        assert error.value.code is Code.BBS_INDEX


@pytest.mark.parametrize(
    ("known", "disclosed", "own", "code"),
    [
        (3, {1: MESSAGES[1]}, {}, Code.BBS_PROOF),
        (5, {1: MESSAGES[1]}, {}, Code.BBS_PROOF),
        (-1, {1: MESSAGES[1]}, {}, Code.BBS_INDEX),
        (7, {1: MESSAGES[1]}, {}, Code.BBS_INDEX),
        (4, {4: MESSAGES[1]}, {}, Code.BBS_INDEX),
        (4, {1: MESSAGES[1]}, {3: b""}, Code.BBS_INDEX),
        (4, {}, {0: MESSAGES[1]}, Code.BBS_PROOF),
    ],
)
def test_how_many_messages_the_signer_knew(
    known: int, disclosed: dict[int, bytes], own: dict[int, bytes], code: Code
) -> None:
    with pytest.raises(KridError) as error:
        blind.verify_proof(
            PUBLIC,
            BLIND_PROOF,
            header=HEADER,
            presentation_header=MOMENT,
            signer_messages=known,
            disclosed=disclosed,
            disclosed_committed=own,
            suite=SUITE,
        )
    assert error.value.code is code


BLIND_PROOF = _blind_prove()
CONTEXT = b"https://bank.example"
NYM = pseudonym.generate_prover_nym(system_entropy)
HALF = pseudonym.generate_signer_nym_entropy(system_entropy)
NYM_COMMITMENT = pseudonym.commit([], prover_nym=NYM, suite=SUITE, entropy=system_entropy)


def _nym_statement(half: bytes) -> bbs.Statement:
    return pseudonym.prepare(
        PUBLIC,
        commitment_with_proof=NYM_COMMITMENT.octets,
        signer_nym_entropy=half,
        header=HEADER,
        messages=MESSAGES,
        suite=SUITE,
    )


NYM_SIGNATURE = KEY.sign(_nym_statement(HALF))


def _nym_prove(secret: bbs.NymSecret) -> tuple[bytes, bytes]:
    return pseudonym.prove(
        PUBLIC,
        NYM_SIGNATURE,
        header=HEADER,
        presentation_header=MOMENT,
        secret=secret,
        context=CONTEXT,
        messages=MESSAGES,
        committed_messages=[],
        disclosed={1},
        disclosed_committed={},
        blind=NYM_COMMITMENT.blind,
        suite=SUITE,
        entropy=system_entropy,
    )


NYM_PROOF, PSEUDONYM = _nym_prove(pseudonym.nym_secret(NYM, HALF))


def _nym_verify(
    proof: bytes = NYM_PROOF, *, shown: bytes = PSEUDONYM, context: bytes = CONTEXT
) -> None:
    pseudonym.verify_proof(
        PUBLIC,
        proof,
        header=HEADER,
        presentation_header=MOMENT,
        pseudonym=shown,
        context=context,
        signer_messages=len(MESSAGES),
        disclosed={1: MESSAGES[1]},
        disclosed_committed={},
        suite=SUITE,
    )


def test_anothers_pseudonym() -> None:
    for terms in (
        {"shown": G1Point().to_compressed_bytes()},
        {"context": b"https://shop.example"},
    ):
        with pytest.raises(SignatureError) as error:
            _nym_verify(**terms)
        assert error.value.code is Code.BBS_PROOF


@pytest.mark.parametrize("point", BAD_POINTS)
def test_a_pseudonym_that_is_no_point(point: bytes) -> None:
    with pytest.raises(MalformedError) as error:
        _nym_verify(shown=point)
    assert error.value.code is Code.BBS_POINT


def test_a_masked_pseudonym_that_is_the_identity() -> None:
    """A response that takes the pseudonym apart into nothing hides no secret."""
    scheme = Scheme(SUITE, Interface.PSEUDONYM)
    challenge, response = Scalar(3), Scalar(12)
    shown = SUITE.hash_to_g1(CONTEXT, scheme.api_id) * Scalar(4)
    octets = NYM_PROOF[:-64] + response.to_be_bytes() + challenge.to_be_bytes()
    with pytest.raises(SignatureError) as error:
        _nym_verify(octets, shown=shown.to_compressed_bytes())
    assert error.value.code is Code.BBS_PROOF


def test_a_secret_that_is_not_the_signed_one() -> None:
    with pytest.raises(SignatureError) as error:
        _nym_prove(bbs.NymSecret(bytes(31) + b"\x05"))
    assert error.value.code is Code.BBS_SIGNATURE


@pytest.mark.parametrize("scalar", BAD_SCALARS)
def test_halves_of_a_secret(scalar: bytes) -> None:
    _refused(MalformedError, Code.BBS_SCALAR, _nym_statement, scalar)
    _refused(MalformedError, Code.BBS_SCALAR, pseudonym.nym_secret, NYM, scalar)
    _refused(MalformedError, Code.BBS_SCALAR, pseudonym.nym_secret, bbs.ProverNym(scalar), HALF)
    _refused(MalformedError, Code.BBS_SCALAR, _nym_prove, bbs.NymSecret(scalar))


def test_a_signature_with_another_half() -> None:
    with pytest.raises(SignatureError) as error:
        pseudonym.finalize(
            PUBLIC,
            NYM_SIGNATURE,
            header=HEADER,
            messages=MESSAGES,
            committed_messages=[],
            prover_nym=NYM,
            signer_nym_entropy=pseudonym.generate_signer_nym_entropy(system_entropy),
            blind=NYM_COMMITMENT.blind,
            suite=SUITE,
            entropy=system_entropy,
        )
    assert error.value.code is Code.BBS_SIGNATURE
