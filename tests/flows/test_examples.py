"""What the README and the examples show is run as it stands there."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import issue_hold_verify
import ledger_evm
import openid4vci_in_memory
import openid4vp_in_memory
import proximity_in_memory
import pytest
import registrar_office
import try_own_format
import verify_on_all_cores
import w3c_credentials

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They tell one story, one after the other."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(compile(code, "README.md", "exec"), names)  # noqa: S102  the project's own README
    assert names["verified"].claims["name"] == "Hong Gildong"
    names["wallet"].close()


def test_the_ceremony_discloses_the_name() -> None:
    assert issue_hold_verify.main() == "Hong Gildong"


def test_presentations_are_verified_by_processes() -> None:
    assert verify_on_all_cores.main(count=130, processes=2) == (129, ["kb.audience"])


def test_a_removed_issuer_is_refused_by_the_chain() -> None:
    if find_spec("eth_tester") is None:
        pytest.skip("no chain in this process: pip install eth-tester py-evm")
    assert ledger_evm.main() == "trust.unknown_issuer"


def test_three_cards_are_issued_over_openid4vci() -> None:
    assert openid4vci_in_memory.main() == ["Hong Gildong"] * 3


def test_a_name_is_shown_over_openid4vp() -> None:
    assert openid4vp_in_memory.main() == "Hong Gildong"


def test_a_till_learns_an_age_close_by() -> None:
    assert proximity_in_memory.main()


def test_a_format_of_ones_own_is_played() -> None:
    assert str(try_own_format.main()).startswith("verified")


def test_a_degree_is_shown_in_every_form() -> None:
    assert w3c_credentials.main() == ["Bachelor of Science"] * 4


def test_a_card_is_suspended_when_the_phone_is_lost() -> None:
    assert registrar_office.main() == ("active", "suspended")
