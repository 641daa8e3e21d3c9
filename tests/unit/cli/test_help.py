"""The help of every command: whole sentences, an example, words for each option; words of errors."""

import errno
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from krid.cli.app import app, run


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if path:
        yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


ALL = dict(commands(app, ()))


def test_every_command_has_an_example() -> None:
    words = {name: each.help or "" for name, each in ALL.items()}
    assert [name for name, text in words.items() if "Example" not in text] == []
    assert [name for name, text in words.items() if f"krid {name.split()[0]}" not in text] == []


def test_every_option_says_what_it_is() -> None:
    said = {f"{name} {each.opts[0]}": each.help or "" for name, each in options()}
    assert [key for key, words in said.items() if not words.endswith(".")] == []


def test_every_option_that_may_be_repeated_says_so() -> None:
    many = {f"{name} {each.opts[0]}": each.help or "" for name, each in options() if each.multiple}
    assert [key for key, words in many.items() if "repeat" not in words] == []


def options() -> Iterator[tuple[str, click.Option]]:
    for name, command in ALL.items():
        for each in command.params:
            if isinstance(each, click.Option):
                yield name, each


def test_lists_of_commands_cut_no_sentence() -> None:
    for name in [name for name, each in ALL.items() if isinstance(each, click.Group)]:
        shown = CliRunner().invoke(app, [*name.split(), "--help"]).output
        listed = shown.partition("Commands:")[2].replace("a divorce, ...", "")
        assert listed
        assert "..." not in listed, name


def test_a_reader_that_goes_away_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """`krid demo | head` ends with 3, as for what could not be had; 1 would say refused."""

    def gone(_context: Any) -> None:
        raise OSError(errno.EPIPE, "nobody reads on")

    monkeypatch.setattr(app, "invoke", gone)
    monkeypatch.setattr("sys.stdout", StringIO())
    monkeypatch.setattr("sys.stderr", StringIO())
    assert run(["key", "new"]) == 3


@pytest.mark.parametrize(
    "words",
    [
        ("key", "show", "no-key"),
        ("key", "convert", "no-key", "--to", "pem"),
        ("key", "convert", "no-key", "--to", "pem", "--private"),
        ("did", "create", "jwk", "--key", "no-key"),
        ("did", "create", "key", "--key", "no-key"),
        ("issue", "sdjwt", "--key", "no-key", "--claims", "claims.json", "--vct", "urn:a:b"),
    ],
    ids=" ".join,
)
def test_a_file_without_a_key_is_named(
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("no-key").write_text("hello", encoding="ascii")
    Path("claims.json").write_text('{"name": "x"}', encoding="ascii")
    assert run(list(words)) == 1
    assert "(no-key" in capsys.readouterr().err


def test_a_new_wallet_wants_six_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KRID_PIN", "12345")
    assert run(["wallet", "create", str(tmp_path / "wallet.db")]) == 2
    assert "6 characters" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
