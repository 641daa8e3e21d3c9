"""A report as HTML for a notebook: escaped, and complete in itself."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from krid.model import State
from krid.verifier.steps import Section, Step, printable

_MARKS: Final[Mapping[State, tuple[str, str]]] = {
    State.PROVED: ("✓", "#1a7f37"),
    State.ABSENT: ("-", "#6e7781"),
    State.OPTED_OUT: ("○", "#9a6700"),
    State.REFUSED: ("✗", "#cf222e"),
    State.NOT_REACHED: ("·", "#6e7781"),
}
"""A mark and a colour for each state; the state is written out too, for who sees no colours."""

_TABLE: Final = "border-collapse:collapse;margin:.3em 0 .8em;font-size:.95em"
_CELL: Final = "padding:.25em .9em .25em 0;text-align:left;vertical-align:top"


def html(title: str, *, refused: bool, sections: Sequence[Section]) -> str:
    """Return one `div` that loads nothing and runs nothing."""
    _, colour = _MARKS[State.REFUSED if refused else State.PROVED]
    strong = f'<strong style="color:{colour}">{_text(title)}</strong>'
    tables = "".join(part for section in sections for part in _section(section))
    return f'<div class="krid-report"><p style="margin:.2em 0">{strong}</p>{tables}</div>'


def _section(section: Section) -> Iterator[str]:
    yield f'<table style="{_TABLE}">'
    if section.heading:
        yield f'<caption style="text-align:left;padding:.3em 0">{_text(section.heading)}</caption>'
    yield f"<thead><tr>{_head('Outcome')}{_head('Check')}{_head('By what')}</tr></thead><tbody>"
    yield from (_row(step) for step in section.steps)
    yield "</tbody></table>"


def _head(words: str) -> str:
    return f'<th scope="col" style="{_CELL};border-bottom:1px solid #8884">{words}</th>'


def _row(step: Step) -> str:
    mark, colour = _MARKS[step.state]
    state = f'<td style="{_CELL};color:{colour};white-space:nowrap">{mark} {step.state.value}</td>'
    code = "" if step.code is None else f"<code>{_text(str(step.code))}</code> "
    check = f'<td style="{_CELL};white-space:nowrap">{_text(step.name)}</td>'
    return f'<tr>{state}{check}<td style="{_CELL}">{code}{_text(step.detail)}</td></tr>'


def _text(text: str) -> str:
    return escape(printable(text))
