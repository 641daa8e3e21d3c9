"""docs/errors.md is what the table of codes says."""

import importlib.util
from pathlib import Path

from krid.errors import Code

REPOSITORY = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location(
    "write_error_codes", REPOSITORY / "scripts" / "write_error_codes.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
script = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(script)


def test_the_page_is_current() -> None:
    """After a change of codes: `make error-codes`."""
    assert (REPOSITORY / "docs" / "errors.md").read_text(encoding="utf-8") == script.page()


def test_the_page_names_every_code_once() -> None:
    text = script.page()
    assert [text.count(f"| `{code}` |") for code in Code] == [1] * len(Code)
