"""What a page function answers: a page, a part of one, or the way elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, final


@final
@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set; `seconds` of 0 takes it back, None keeps it until the browser closes."""

    name: str
    value: str = field(repr=False)
    seconds: int | None = None


@final
@dataclass(frozen=True, slots=True)
class Page:
    """A whole page: a template and its values."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    status: int = 200
    cookies: tuple[Cookie, ...] = ()
    code: str | None = None


@final
@dataclass(frozen=True, slots=True)
class Fragment:
    """The live part of a page: shown again when `state` has changed, and no more once `done`."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    state: str = ""
    done: str = ""


@final
@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the browser to a path of this application, with a GET."""

    path: str
    cookies: tuple[Cookie, ...] = ()


Turn: TypeAlias = Page | Fragment | Redirect
