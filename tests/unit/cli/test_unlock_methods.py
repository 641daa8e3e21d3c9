"""Other ways to open a wallet, from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from krid._core.entropy import system_entropy
from krid.cli.wallet_command import command
from krid.errors import Code, KridError
from krid.store import RecoveryCode

PIN = {"KRID_PIN": "493817"}
CODE = RecoveryCode.generate(system_entropy).show()


@pytest.fixture
def wallet(tmp_path: Path) -> str:
    path = str(tmp_path / "wallet.db")
    assert run("create", path).exit_code == 0
    return path


def run(*words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(command, words, env=PIN, input=said)


def code_of(result: Result) -> Code:
    assert isinstance(result.exception, KridError)
    return result.exception.code


def listed(wallet: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(
        run("unlock-methods", "list", wallet, "--json").stdout
    )["methods"]
    return found


def test_a_code_is_made_listed_and_removed(wallet: str) -> None:
    assert listed(wallet) == []
    made = run("unlock-methods", "add-code", wallet, "--label", "in the safe")
    assert len(made.stdout.strip()) == 35
    (method,) = listed(wallet)
    assert (method["kind"], method["state"]) == ("recovery code", "active")
    plain = run("unlock-methods", "list", wallet).stdout
    assert method["id"] in plain
    assert "in the safe" in plain
    assert made.stdout.strip() not in plain
    assert run("unlock-methods", "remove", wallet, method["id"]).exit_code == 0
    assert listed(wallet)[0]["state"] == "revoked"
    again = run("unlock-methods", "remove", wallet, method["id"])
    assert code_of(again) is Code.STORE_NO_METHOD
    spoken = f"{made.stdout.strip()}\n271828\n271828\n"
    assert code_of(run("recover", wallet, said=spoken)) is Code.STORE_METHOD_REVOKED


def test_a_code_sets_another_pin_once(wallet: str) -> None:
    code = run("unlock-methods", "add-code", wallet).stdout.strip()
    spoken = f"{code}\n271828\n271828\n"
    recovered = run("recover", wallet, said=spoken)
    assert recovered.exit_code == 0
    assert code not in recovered.output
    assert listed(wallet)[0]["state"] == "used"
    assert code_of(run("key", wallet)) is Code.STORE_PIN
    assert code_of(run("recover", wallet, said=spoken)) is Code.STORE_METHOD_USED


def test_a_slip_in_the_code_is_told(wallet: str) -> None:
    spoken = "00000-00000-00000-00000-00000-00000\n"
    assert code_of(run("recover", wallet, said=spoken)) is Code.STORE_RECOVERY_CODE


def test_the_pin_is_changed(wallet: str) -> None:
    assert run("pin", wallet, said="271828\n271828\n").exit_code == 0
    assert code_of(run("key", wallet)) is Code.STORE_PIN


@pytest.mark.parametrize(
    "words",
    [
        ("key",),
        ("history",),
        ("pin",),
        ("recover",),
        ("unlock-methods", "list"),
        ("unlock-methods", "add-code"),
        ("unlock-methods", "remove"),
    ],
)
def test_a_file_that_is_not_there_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    path = str(tmp_path / "nofile.db")
    more = ("5f2c0a91e37b4d60",) if words[-1] == "remove" else ()
    refused = run(*words, path, *more, said=f"{CODE}\n271828\n271828\n")
    assert code_of(refused) is Code.STORE_NOT_FOUND
    assert str(refused.exception).endswith(f"({path})")


def test_a_wallet_that_is_there_already_is_named(wallet: str) -> None:
    refused = run("create", wallet)
    assert code_of(refused) is Code.STORE_EXISTS
    assert wallet in str(refused.exception)
