"""The layer rule over the whole of krid, and over small trees that break it."""

import re
from functools import cache
from pathlib import Path

import pytest
from imports import Import, breaches, cycles, imports_of, part, trees
from layers import ABOVE_ALL, LAYER_OF, LAYERS, TOP

ROOT = Path(__file__).parents[2] / "src" / "krid"


@cache
def imports_of_krid() -> list[Import]:
    return imports_of(ROOT)


def test_imports_point_down_and_siblings_do_not_know_each_other() -> None:
    assert breaches(imports_of_krid()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycles(imports_of_krid()) == []


def test_every_package_has_a_layer() -> None:
    assert {part(name) for name in trees(ROOT)} - set(LAYER_OF) - ABOVE_ALL == set()


def test_no_package_stands_in_two_layers() -> None:
    assert sum(map(len, LAYERS)) == len(LAYER_OF)


def test_the_checker_sees_imports_at_all() -> None:
    found = {(one.importer, one.imported) for one in imports_of_krid()}
    assert ("krid.keys.public", "krid.keys.alg") in found
    assert ("krid.keys.public", "krid._core.base64url") in found
    assert ("krid.model.ports", "krid.model.credential") in found


def _tree(folder: Path, **modules: str) -> Path:
    root = folder / "krid"
    for name in ("keys", "net", "model", "sdjwt", "cli"):
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").write_text("")
    (root / "__init__.py").write_text("from krid.keys import key\n")
    (root / "errors.py").write_text("")
    for name, text in modules.items():
        (root / f"{name.replace('__', '/')}.py").write_text(text)
    return root


CLEAN = "from krid.errors import X\nfrom krid.keys import key\n"


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    root = _tree(tmp_path, keys__key="import krid.errors\n", sdjwt__parse=CLEAN, cli__main=CLEAN)
    assert breaches(imports_of(root)) == []
    assert cycles(imports_of(root)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "from krid.sdjwt import parse",
        "import krid.sdjwt.parse",
        "import krid.sdjwt as other",
        "from krid import sdjwt",
        "from ..sdjwt import parse",
        "def f():\n    from krid.sdjwt import parse",
        "if TYPE_CHECKING:\n    from krid.sdjwt import parse",
        "try:\n    import krid.sdjwt\nexcept ImportError:\n    pass",
        "from importlib import import_module\nimport_module('krid.sdjwt.parse')",
        "class A:\n    def f(self):\n        from krid.sdjwt.parse import g",
    ],
)
def test_an_upward_import_is_found(tmp_path: Path, statement: str) -> None:
    root = _tree(tmp_path, sdjwt__parse="", keys__key=statement)
    (found,) = breaches(imports_of(root))
    assert found.startswith("krid.keys.key:")
    assert found.endswith("layer 1 imports layer 4")


def test_an_import_between_siblings_is_found(tmp_path: Path) -> None:
    root = _tree(tmp_path, keys__key="def f():\n    from krid.net import fetch\n")
    (found,) = breaches(imports_of(root))
    assert found == "krid.keys.key:2 imports krid.net: siblings of layer 1"


def test_an_import_of_the_public_face_is_found(tmp_path: Path) -> None:
    root = _tree(tmp_path, cli__main="import krid\n")
    (found,) = breaches(imports_of(root))
    assert found.endswith("nothing imports the public face")


def test_a_package_without_a_layer_is_found(tmp_path: Path) -> None:
    root = _tree(tmp_path, helpers="from krid.keys import key\n")
    (found,) = breaches(imports_of(root))
    assert found.endswith("a package without a layer")


def test_a_circle_is_found_once(tmp_path: Path) -> None:
    root = _tree(
        tmp_path,
        keys__a="from krid.keys import b\n",
        keys__b="def f():\n    from krid.keys.c import x\n",
        keys__c="from krid.keys.a import y\n",
    )
    assert cycles(imports_of(root)) == ["krid.keys.a -> krid.keys.b -> krid.keys.c -> krid.keys.a"]
    assert breaches(imports_of(root)) == []


def test_a_module_that_imports_its_own_package_is_a_circle(tmp_path: Path) -> None:
    root = _tree(tmp_path, keys__a="from krid.keys import B\n")
    (root / "keys" / "__init__.py").write_text("from krid.keys.a import A\n")
    assert cycles(imports_of(root)) == ["krid.keys -> krid.keys.a -> krid.keys"]


def test_a_circle_of_types_alone_is_none(tmp_path: Path) -> None:
    root = _tree(
        tmp_path,
        keys__a="from krid.keys.b import B\n",
        keys__b="if TYPE_CHECKING:\n    from krid.keys.a import A\n",
    )
    assert cycles(imports_of(root)) == []


def test_the_page_shows_every_package_in_its_layer() -> None:
    page = (ROOT.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = page.partition("```\n")[2].partition("```")[0]
    rows = re.split(r"\n(?= ?\d+  )", picture)
    assert len(rows) == len(LAYERS)
    cells = re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE)
    listed = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    for level, names in enumerate(LAYERS):
        there = {name for name in names if list(ROOT.glob(f"{name}*"))}
        shown = set(re.findall(r"\w+", rows[TOP - level]))
        assert there - shown == set(), level
        assert there - listed == set(), level
