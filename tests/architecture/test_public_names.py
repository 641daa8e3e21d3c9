"""What users rely on: the list of public names, that each exists, and what importing costs."""

import importlib
import subprocess
import sys

import pytest
from public_names import LIST, ROOT, exported, public_names

HEAVY = (
    *("cbor2", "jwcrypto", "pydid", "multiformats", "base58", "pydantic", "rich", "click"),
    *("segno", "sqlite3", "ssl", "http.client", "cryptography.x509", "sqlalchemy", "psycopg"),
)


def test_the_list_is_current() -> None:
    """After a change on purpose: `make public-names`."""
    assert LIST.read_text(encoding="utf-8").splitlines() == public_names()


@pytest.mark.parametrize("name", public_names())
def test_a_public_name_exists(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    assert hasattr(importlib.import_module(module), attribute)


@pytest.mark.parametrize(
    "package", sorted(path.parent.name for path in ROOT.glob("[!_]*/__init__.py"))
)
def test_every_package_says_what_is_public(package: str) -> None:
    names = exported(ROOT / package / "__init__.py")
    assert names
    assert not [name for name in names if name.startswith("_")]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", ["krid", "krid.errors", "krid.keys", "krid.model"])
def test_importing_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    result = subprocess.run(  # noqa: S603  the command is made of constants
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []


def test_a_name_that_is_not_public_is_refused() -> None:
    krid = importlib.import_module("krid")
    assert set(krid.__all__) <= set(dir(krid))
    with pytest.raises(AttributeError):
        _ = krid.no_such_name
