"""Writes docs/errors.md from the error tree and the table of codes; `--check` only compares."""

import argparse
import re
import sys
from pathlib import Path

from krid import errors
from krid.errors import Code

REPOSITORY = Path(__file__).parents[1]
PAGE = REPOSITORY / "docs" / "errors.md"
SOURCE = REPOSITORY / "src" / "krid" / "codes.py"

HEAD = """\
# Errors

<!-- Written by scripts/write_error_codes.py from src/krid/codes.py. Change it there. -->

Whatever krid refuses or fails to do is a `KridError`. The class says what kind of trouble it is,
`error.code` which rule was broken. Codes are stable: programs compare them, `krid ... --json`
prints them, and none is ever renamed or given another meaning. `str(error)` is one line for
people; it may name a place or a limit, and never holds a token, a key or personal data.

```python
try:
    verified = verifier.verify(response)
except krid.RejectedError as error:
    log.warning("refused: %s", error.code)
```

```
{tree}
```
"""


def page() -> str:
    """Return the whole page."""
    pieces = [HEAD.format(tree=_tree())]
    for title, codes in _sections():
        pieces.append(f"\n## {title}\n\n| code | meaning |\n| --- | --- |\n")
        pieces += [f"| `{code}` | {code.message} |\n" for code in codes]
    return "".join(pieces)


def _tree() -> str:
    lines = (errors.__doc__ or "").splitlines()
    drawn = [line[4:] for line in lines if line.startswith("    ")]
    return "\n".join(line.rstrip() for line in drawn)


def _sections() -> list[tuple[str, list[Code]]]:
    """Return the codes by the comments that head them in the source."""
    sections: list[tuple[str, list[Code]]] = []
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"    # (.+)", line):
            sections.append((heading[1], []))
        elif member := re.match(r"    ([A-Z][A-Z0-9_]*) = ", line):
            sections[-1][1].append(Code[member[1]])
    return sections


def main() -> None:
    parser = argparse.ArgumentParser(description="Write docs/errors.md.")
    parser.add_argument("--check", action="store_true", help="fail if the page is not current")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.exit("docs/errors.md is not current: run `make error-codes`")


if __name__ == "__main__":
    main()
