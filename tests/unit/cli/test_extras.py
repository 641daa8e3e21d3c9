"""Each command that needs an extra says which one, in the same words."""

import importlib.util
from collections.abc import Sequence

import pytest

from krid.cli.app import run
from krid.cli.extras import need
from krid.errors import Code, MisuseError


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the packages of all extras away."""
    real = importlib.util.find_spec
    gone = {"sqlalchemy", "starlette", "uvicorn", "py_arkworks_bls12381"}

    def find(name: str, *more: str) -> object:
        return None if name in gone else real(name, *more)

    monkeypatch.setattr("krid.cli.extras.find_spec", find)


COMMANDS = [
    (("status", "new", "x.db", "https://mois.example/status/{shard}"), "sql"),
    (("status", "allocate", "x.db"), "sql"),
    (("status", "publish", "x.db", "--key", "x.jwk"), "sql"),
    (("ledger", "prove", "x.db", "--index", "0"), "sql"),
    (("serve", "issuer", "--db", "x.db"), "web"),
    (("serve", "resolver"), "web"),
    (("serve", "demo"), "web"),
    (("key", "new", "--alg", "BBS"), "bbs"),
    (("bbs", "commit", "--out", "x.json"), "bbs"),
]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("words", "extra"), COMMANDS, ids=str)
def test_it_says_what_to_install(
    words: Sequence[str], extra: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(list(words)) == 3
    told = capsys.readouterr().err
    assert told.startswith("misuse.extra: ")
    assert f"pip install 'krid[{extra}]'" in told


def test_nothing_is_said_where_it_is_there() -> None:
    for extra in ("sql", "web"):
        pytest.importorskip({"sql": "sqlalchemy", "web": "uvicorn"}[extra])
        need(extra)


@pytest.mark.usefixtures("bare")
def test_the_code() -> None:
    with pytest.raises(MisuseError) as error:
        need("web")
    assert error.value.code is Code.MISUSE_EXTRA


@pytest.mark.usefixtures("bare")
def test_help_needs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bbs", "commit", "--help"]) == 0
    assert "--out" in capsys.readouterr().out
