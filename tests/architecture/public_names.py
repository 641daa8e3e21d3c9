"""The public names of krid, as text: one line each, sorted.

`python tests/architecture/public_names.py` writes them anew; a change in the list is a change of
what users rely on, so it shows up in a review and in CHANGELOG.md.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2] / "src" / "krid"
LIST = Path(__file__).with_name("public_names.txt")


def public_names() -> list[str]:
    """Return `module.name` for each name that krid and its top-level packages export."""
    files = [
        *(ROOT / name for name in ("__init__.py", "aio.py", "errors.py")),
        *ROOT.glob("[!_]*/__init__.py"),
    ]
    return sorted(f"{_module(path)}.{name}" for path in files for name in exported(path))


def exported(path: Path) -> list[str]:
    """Return what stands in `__all__` of a file."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__":
            return list(ast.literal_eval(statement.value))
    return []


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


if __name__ == "__main__":
    LIST.write_text("".join(f"{name}\n" for name in public_names()), encoding="utf-8")
