"""Keys of BBS on the command line."""

import json
from pathlib import Path

import pytest

from krid import bbs
from krid.cli import bbs_keys
from krid.cli.app import run
from krid.errors import Code, KridError


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "issuer.json"
    assert run(["key", "new", "--alg", "BBS", "--out", str(path)]) == 0
    return path


def test_a_new_key_is_a_multikey(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    members = json.loads(key_file.read_bytes())
    private = bbs_keys.read_private(key_file.read_bytes())
    assert private.suite is bbs.Suite.SHA256
    assert private.public_key.multikey == members["publicKeyMultibase"]
    assert run(["key", "show", str(key_file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["did:key"] == f"did:key:{members['publicKeyMultibase']}"
    assert members["secretKeyMultibase"] not in json.dumps(told)
    assert run(["key", "show", str(key_file)]) == 0


def test_its_public_half_is_written_and_read(
    key_file: Path, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    assert run(["key", "convert", str(key_file), "--to", "multikey"]) == 0
    text = capfdbinary.readouterr().out
    assert text.startswith(b"zUC")
    public = tmp_path / "public.txt"
    public.write_bytes(text)
    assert run(["key", "show", str(public)]) == 0
    assert bbs_keys.read_public(text) == bbs_keys.read_public(key_file.read_bytes())
    with pytest.raises(KridError) as error:
        bbs_keys.read_private(json.dumps({"publicKeyMultibase": text.decode().strip()}).encode())
    assert error.value.code is Code.KEY_NOT_PRIVATE


@pytest.mark.parametrize("words", [("--to", "jwk"), ("--to", "multikey", "--private")])
def test_it_goes_to_multikey_alone(key_file: Path, words: tuple[str, ...]) -> None:
    assert run(["key", "convert", str(key_file), *words]) == 2


def test_a_key_whose_multikey_begins_in_the_rarer_way() -> None:
    """The first octet of a key is 0x80 at the least, which base58 writes as zUC6 or zUC7."""
    assert bbs_keys.is_one(b"zUC6zvw")
    assert bbs_keys.is_one(b"zUC7MFi")
    assert not bbs_keys.is_one(b"zDnae")
