"""What the pages speak of: names of krid, commands, and paths of this repository."""

import ast
import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from krid.cli.app import app
from krid.errors import Code, KridError

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    ROOT / "examples" / "bank" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
NAME = re.compile(r"(?<![\w./-])krid(?:\.(?!js\b|css\b)[A-Za-z_]\w*)+")
FOLDERS = "src|tests|docs|examples|scripts|bench|fuzz"
PATH = re.compile(rf"(?<![\w/.])(?:{FOLDERS})/[\w./-]*\w")
SHORT = {"vp": "krid.openid.vp", "vci": "krid.openid.vci", "oauth": "krid.openid.oauth"}
ELSEWHERE = {"tests/input/vc-di-ecdsa"}  # of the W3C's suites
CODES = {code.value for code in Code}


def faults(text: str) -> list[str]:
    """Return what a page speaks of and is not there."""
    blocks = [(match[2], match[3]) for match in FENCE.finditer(text)]
    spans = [" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", text))]
    found = [fault for language, body in blocks for fault in _of_block(language, body)]
    return [*found, *(fault for span in spans for fault in _of_span(span))]


def _of_block(language: str, body: str) -> Iterator[str]:
    if language == "python":
        yield from (name for name in names_of(body) if not is_there(name))
    if language == "sh":
        for line in body.replace("\\\n", " ").splitlines():
            for words in commands_of(line):
                yield from _wrong_words(words)


def _of_span(span: str) -> Iterator[str]:
    if span.startswith("krid ") and "..." not in span:
        yield from _wrong_words(_split(span)[1:])
    yield from (name for name in NAME.findall(span) if not is_there(name))
    for place in PATH.findall(span):
        if (
            place not in ELSEWHERE
            and not (ROOT / place).exists()
            and not list(ROOT.glob(f"{place}*"))
        ):
            yield place
    short = re.fullmatch(r"([a-z]\w*)((?:\.[A-Za-z_]\w*)+)", span)
    if short and short[0] not in CODES and short[1] in SHORT and not is_there(_long(short)):
        yield span


def _long(short: re.Match[str]) -> str:
    return SHORT[short[1]] + short[2]


def names_of(code: str) -> list[str]:
    """Return each name of krid that Python code uses, in full; nothing of what is no whole code."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "krid":
            known |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        if isinstance(node, ast.Import) and any(each.name == "krid" for each in node.names):
            known["krid"] = "krid"
    used = [
        known[root] + rest
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        for root, rest in [_chain(node)]
        if root in known
    ]
    return [*known.values(), *used]


def _chain(node: ast.Attribute) -> tuple[str, str]:
    text = ast.unparse(node)
    root, dot, rest = text.partition(".")
    return (root, dot + rest) if re.fullmatch(r"[\w.]+", text) else ("", "")


def is_there(dotted: str) -> bool:
    """Tell whether a name leads to something; what needs a package that is missing may."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        module = ".".join(parts[:count])
        try:
            found: object = import_module(module)
        except ModuleNotFoundError as missing:
            if not module.startswith(missing.name or "?"):
                return True
            continue
        except KridError:
            return True
        return _leads(found, parts[count:])
    return False


def _leads(found: object, names: list[str]) -> bool:
    for name in names:
        if name in getattr(found, "__annotations__", {}):
            return True
        if not hasattr(found, name):
            return False
        found = getattr(found, name)
    return True


def commands_of(line: str) -> Iterator[list[str]]:
    """Return the words after `krid` of each command in a line of a shell."""
    for part in re.split(r"\||&&|;", line.split(" #", maxsplit=1)[0]):
        words = _split(part)
        while words and words[0] != "krid" and not words[0].endswith("/krid"):
            words = words[1:]
        if words:
            yield words[1:]


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _wrong_words(words: list[str]) -> Iterator[str]:
    command: click.Command = app
    context, place = click.Context(app), 0
    while isinstance(command, click.Group) and place < len(words):
        if words[place].startswith("-"):
            return
        found = [command.get_command(context, name) for name in words[place].split("|")]
        if None in found or found[0] is None:
            yield f"krid {' '.join(words)}"
            return
        command, place = found[0], place + 1
    options = {word for each in command.params for word in (*each.opts, *each.secondary_opts)}
    for word in words[place:]:
        if word.startswith("--") and word.partition("=")[0] not in {*options, "--help"}:
            yield f"krid {' '.join(words)}: {word}"
