"""Reads the imports of a source tree: wherever they stand, in functions and conditions too."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from layers import ABOVE_ALL, FOUNDATION, LAYER_OF


@dataclass(frozen=True)
class Import:
    """One import of a module of the same tree."""

    importer: str
    imported: str
    line: int
    for_types_alone: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def module_name(path: Path, root: Path) -> str:
    """Return the dotted name of a file below the folder of the top package."""
    parts = [root.name, *path.relative_to(root).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def trees(root: Path) -> dict[str, ast.Module]:
    """Parse every module below a top package."""
    return {
        module_name(path, root): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
    }


def imports_of(root: Path) -> list[Import]:
    """Return every import of a module of the tree by another one, dynamic ones by text too."""
    modules = trees(root)
    packages = {module_name(path, root) for path in root.rglob("__init__.py")}
    found = []
    for importer, tree in modules.items():
        types_alone = _lines_for_types(tree)
        for name, line in _targets(tree, importer, is_package=importer in packages):
            imported = _module_in(name, modules)
            if imported is not None and imported != importer:
                found.append(Import(importer, imported, line, line in types_alone))
    return found


def _targets(tree: ast.Module, importer: str, *, is_package: bool) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, importer, is_package=is_package)
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from ((text, node.lineno) for text in _constants(node))


def _base(node: ast.ImportFrom, importer: str, *, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    parts = importer.split(".")
    kept = parts[: len(parts) - node.level + is_package]
    return ".".join([*kept, node.module] if node.module else kept)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _constants(node: ast.Call) -> list[str]:
    return [
        inner.value
        for argument in node.args
        for inner in ast.walk(argument)
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    ]


def _module_in(name: str, modules: Mapping[str, object]) -> str | None:
    """Find the module that a dotted name is, or is a member of."""
    while name:
        if name in modules:
            return name
        name = name.rpartition(".")[0]
    return None


def _lines_for_types(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            lines.update(range(node.lineno, (node.body[-1].end_lineno or node.lineno) + 1))
    return lines


def part(module: str) -> str:
    """Return the top-level package or module inside krid that a module belongs to."""
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else "__init__"


def breaches(imports: list[Import]) -> list[str]:
    """Return every import that points up, sideways, or to a package without a layer."""
    return [f"{found}: {reason}" for found in imports if (reason := _reason(found)) is not None]


def _reason(found: Import) -> str | None:
    importer, imported = part(found.importer), part(found.imported)
    if importer in ABOVE_ALL or importer == imported or {importer, imported} <= FOUNDATION:
        return None
    if imported in ABOVE_ALL:
        return "nothing imports the public face"
    if importer not in LAYER_OF or imported not in LAYER_OF:
        return "a package without a layer"
    above = LAYER_OF[imported] - LAYER_OF[importer]
    if above == 0:
        return f"siblings of layer {LAYER_OF[importer]}"
    return f"layer {LAYER_OF[importer]} imports layer {LAYER_OF[imported]}" if above > 0 else None


def cycles(imports: list[Import]) -> list[str]:
    """Return modules that import each other in a circle; imports for types alone do not count."""
    graph: dict[str, set[str]] = {}
    for found in imports:
        if not found.for_types_alone and part(found.importer) != "__init__":
            graph.setdefault(found.importer, set()).add(found.imported)
    return sorted(" -> ".join([*path, path[0]]) for path in _circles(graph) if path[0] == min(path))


def _circles(graph: Mapping[str, set[str]]) -> Iterator[tuple[str, ...]]:
    """Yield, for each module on a circle, one shortest way from it back to itself."""
    for start in graph:
        paths: list[tuple[str, ...]] = [(start,)]
        seen: set[str] = set()
        while paths:
            path = paths.pop(0)
            following = graph.get(path[-1], set())
            if start in following:
                yield path
                break
            paths.extend((*path, name) for name in sorted(following - seen))
            seen |= following
