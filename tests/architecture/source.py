"""What a module may not do below the top layer, read from its source."""

import ast
from collections.abc import Iterator
from typing import Final

FORBIDDEN_CALLS: Final = {
    "print": "prints",
    "input": "asks on the terminal",
    "breakpoint": "stops for a debugger",
    "os.environ": "reads the environment",
    "os.environb": "reads the environment",
    "os.getenv": "reads the environment",
    "datetime.datetime.now": "reads the clock",
    "datetime.datetime.utcnow": "reads the clock",
    "datetime.datetime.today": "reads the clock",
    "datetime.date.today": "reads the clock",
    "time.time": "reads the clock",
    "time.time_ns": "reads the clock",
    "time.localtime": "reads the clock",
    "time.gmtime": "reads the clock",
    "time.monotonic": "reads the clock",
    "time.perf_counter": "reads the clock",
    "time.sleep": "waits",
}
FORBIDDEN_MODULES: Final = {
    "random": "is predictable randomness",
    "logging": "logs",
    "warnings": "warns past the caller",
}
_CHANGES: Final = frozenset(
    {"append", "add", "extend", "insert", "update", "setdefault", "pop", "popitem", "remove"}
    | {"discard", "clear", "sort", "reverse", "appendleft", "__setitem__", "__delitem__"}
)


def ambient(tree: ast.Module) -> list[tuple[int, str]]:
    """Return where a module reads the clock, the environment or weak randomness, or prints."""
    names = _imported_names(tree)
    found: set[tuple[int, str]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            dotted = _dotted(node, names)
            if dotted in FORBIDDEN_CALLS:
                found.add((node.lineno, dotted))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update((node.lineno, name) for name in _imported(node))
    return sorted(found)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    else:
        modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    for module in modules:
        if module.partition(".")[0] in FORBIDDEN_MODULES or module in FORBIDDEN_CALLS:
            yield module


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for, `dt` for `import datetime as dt` included."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                names[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, names)}.{node.attr}"
    return "?"


def shared_mutables(tree: ast.Module) -> list[tuple[int, str]]:
    """Return where code changes what belongs to the module or to a class: a hidden registry.

    A container at the top of a module is a table as long as nobody changes it, so the change is
    what is looked for: `global`, and a method or assignment that alters such a name.
    """
    shared = _shared_names(tree)
    found: set[tuple[int, str]] = set()
    for function in _functions(tree):
        local = _local_names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                found.add((node.lineno, f"global {', '.join(node.names)}"))
            name = _changed(node)
            if name in shared and name not in local:
                found.add((getattr(node, "lineno", 0), f"changes {name}"))
    return sorted(found)


def _shared_names(tree: ast.Module) -> set[str]:
    """Return names bound at module level, and class attributes as `Class.name`."""
    names: set[str] = set()
    for statement in tree.body:
        names |= _bound(statement)
        if isinstance(statement, ast.ClassDef):
            names |= {
                f"{statement.name}.{name}" for inner in statement.body for name in _bound(inner)
            }
            names |= {f"cls.{name}" for inner in statement.body for name in _bound(inner)}
    return names


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.Assign):
        return {target.id for target in statement.targets if isinstance(target, ast.Name)}
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return {statement.target.id}
    return set()


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _local_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    stored = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return (arguments | stored) - {"cls"}


def _changed(node: ast.AST) -> str:
    """Return the name that a statement or call alters in place, or nothing."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _plain(node.func.value) if node.func.attr in _CHANGES else ""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return _plain(node.value)
    return ""


def _plain(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def long_functions(tree: ast.Module, *, most: int) -> list[tuple[int, str]]:
    """Return functions with more lines than allowed, their docstring not counted."""
    return [
        (function.lineno, f"{function.name} has {length} lines")
        for function in _functions(tree)
        if (length := _length(function)) > most
    ]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return whole
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)
