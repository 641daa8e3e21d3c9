import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import KEY, LOG, ORIGIN, refused

from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.ledger import NO_WITNESSES, Checkpoint, LedgerKey, Witness, Witnesses
from krid.ledger.checkpoint import prepare, prepare_cosignature
from krid.ledger.note import Note, NoteSignature

WITNESS_KEY = LocalKey.generate(Alg.EDDSA)
WITNESS = Witness("witness.example/w1", WITNESS_KEY.public_key)
CHECKPOINT = prepare(LOG, size=7, root=bytes(range(32))).sign_with(KEY)


def test_its_form_is_that_of_c2sp() -> None:
    lines = CHECKPOINT.raw.decode().split("\n")
    assert lines[:4] == [ORIGIN, "7", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""]
    assert lines[4].startswith(f"\u2014 {ORIGIN} ")
    assert lines[5:] == [""]
    assert Checkpoint.parse(CHECKPOINT.raw) == CHECKPOINT
    CHECKPOINT.verify(log=LOG, witnesses=NO_WITNESSES)


def test_the_example_of_the_standard_reads_and_its_witness_line_too() -> None:
    """The text of c2sp.org/tlog-cosignature; its keys are not published, so nobody verifies it."""
    raw = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
        "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )
    read = Checkpoint.parse(raw.encode())
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert read.raw.decode() == raw


@pytest.mark.parametrize("alg", [Alg.EDDSA, Alg.ES256])
def test_both_kinds_of_keys_sign(alg: Alg) -> None:
    key = LocalKey.generate(alg)
    log = LedgerKey(ORIGIN, key.public_key)
    prepare(log, size=1, root=bytes(32)).sign_with(key).verify(log=log, witnesses=NO_WITNESSES)
    assert LedgerKey.parse(log.encode()) == log


def test_other_keys_do_not() -> None:
    key = LocalKey.generate(Alg.ES384).public_key
    refused(Code.ALG_KEY, lambda: LedgerKey(ORIGIN, key))
    refused(Code.ALG_KEY, lambda: Witness("w", LocalKey.generate(Alg.ES256).public_key))
    refused(Code.LEDGER_STATEMENT, lambda: LedgerKey("a b", KEY.public_key))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b+c",
        LOG.encode().replace("+", "-"),
        LOG.encode() + "=",
        LOG.encode().replace("ledger", "Ledger"),
        "x+00000000+CQ==",
    ],
)
def test_what_is_no_verifier_key(text: str) -> None:
    refused(Code.KEY_SYNTAX, lambda: LedgerKey.parse(text))


def test_witnesses_cosign() -> None:
    cosigned = prepare_cosignature(CHECKPOINT, WITNESS, stamp=1_700_000_000).sign_with(WITNESS_KEY)
    again = Checkpoint.parse(cosigned.raw)
    again.verify(log=LOG, witnesses=Witnesses(1, (WITNESS,)))
    # Somebody else's line is ignored.
    stray = again.with_signature(NoteSignature("other.example", b"abcd", b"signature"))
    stray.verify(log=LOG, witnesses=Witnesses(1, (WITNESS,)))


def test_a_quorum_must_make_sense() -> None:
    for quorum, members in ((1, ()), (0, (WITNESS,)), (-1, ()), (2, (WITNESS, WITNESS))):
        refused(Code.MISUSE_OPTION, lambda: Witnesses(quorum, members))  # noqa: B023


HEAD = f"{ORIGIN}\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
LINE = f"\u2014 {ORIGIN} AAAAAAA=\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD,
        HEAD + "\n",
        HEAD + LINE,
        HEAD + "\n" + LINE[:-1],
        HEAD + "\n" + LINE * 33,
        HEAD + "extension\n\n" + LINE,
        HEAD.replace("7", "07") + "\n" + LINE,
        HEAD.replace("7", "-7") + "\n" + LINE,
        HEAD.replace("7", "9" * 16) + "\n" + LINE,
        HEAD.replace(ORIGIN, "") + "\n" + LINE,
        HEAD.replace("AAEC", "AAE") + "\n" + LINE,
        HEAD.replace("AAECAwQF", "") + "\n" + LINE,
        HEAD.replace("Hh8=", "Hh9=") + "\n" + LINE,
        HEAD.replace("7", "7\t") + "\n" + LINE,
        HEAD + "\n" + LINE.replace("\u2014", "-"),
        HEAD + "\n" + LINE.replace(ORIGIN, ""),
        HEAD + "\n" + LINE.replace(ORIGIN, "a+b"),
        HEAD + "\n" + LINE.replace(ORIGIN, "a\u00a0b"),
        HEAD + "\n" + LINE.replace("AAAAAAA=", "AAAA"),
        HEAD + "\n" + LINE.replace("AAAAAAA=", "AAAAAA=="),
        HEAD + "\n" + LINE + "\n",
        HEAD + "\n" + LINE.replace("AAAAAAA=", "A" * 17_000),
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    refused(Code.LEDGER_CHECKPOINT, lambda: Checkpoint.parse(text.encode()))


def test_what_is_no_text() -> None:
    refused(Code.LEDGER_CHECKPOINT, lambda: Checkpoint.parse(b"\xff"))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_checkpoint_or_refused(raw: bytes) -> None:
    try:
        checkpoint = Checkpoint.parse(raw)
    except KridError as error:
        assert error.code is Code.LEDGER_CHECKPOINT
    else:
        assert checkpoint.raw == raw


@given(st.lists(st.binary(min_size=5, max_size=80), min_size=1, max_size=4))
def test_a_note_survives_its_encoding(signatures: list[bytes]) -> None:
    lines = tuple(NoteSignature("a.example", raw[:4], raw[4:]) for raw in signatures)
    note = Note("text\n\nmore\n", lines)
    assert Note.parse(note.encode()) == note
