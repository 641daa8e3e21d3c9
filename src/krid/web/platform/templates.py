"""Templates and static files of the package, read once for each application."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, final

from krid._core import base64url
from krid.web.platform.page import Fragment, Page
from krid.web.platform.texts import Language
from krid.web.platform.visit import TOKEN, Visit
from krid.web.platform.words import moment

if TYPE_CHECKING:
    from jinja2 import Environment

_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_STATIC: Final = ("krid.css", "krid.js")
_OWN: Final = re.compile(r"/|(/[A-Za-z0-9._~-]+)+/?", re.ASCII)
"""A path that a link may lead to: browsers read //, /\\ and a tab after the slash as a host."""

_DIRECTIONS: Final = dict.fromkeys(
    map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    "\N{REPLACEMENT CHARACTER}",
)
"""Marks that turn the direction of writing around, so that a page reads otherwise than it is."""


@final
class Templates:
    """Templates of some packages: everything is escaped, and a missing value is an error.

    Whoever names himself to this page, as issuer, verifier or in a card, turns no words around.
    """

    def __init__(self, packages: Iterable[str]) -> None:
        self._environment: Final = _environment(packages)
        self.static: Final = MappingProxyType({name: _file(name) for name in _STATIC})
        every = b"".join(self.static.values())
        self._version: Final = base64url.encode(hashlib.sha256(every).digest()[:6])

    def render(self, turn: Page | Fragment, visit: Visit) -> str:
        """Render a page or a part of one for a visit."""
        return self._environment.get_template(turn.template).render(
            **_context(visit), version=self._version, **turn.values
        )


def media_type(name: str) -> str:
    """Return the media type of a static file."""
    return _TYPES[name.rpartition(".")[2]]


def _environment(packages: Iterable[str]) -> "Environment":
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=ChoiceLoader([PackageLoader(name, "templates") for name in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_straight,
    )
    found.filters["moment"] = moment
    return found


def _straight(value: object) -> object:
    return value.translate(_DIRECTIONS) if type(value) is str else value


def _file(name: str) -> bytes:
    return files("krid.web.platform").joinpath("static", name).read_bytes()


def _context(visit: Visit) -> Mapping[str, object]:
    return {
        "t": visit.say,
        "at": visit.at,
        "language": visit.language.value,
        "other": visit.language.other.value,
        "languages": tuple(Language),
        "path": visit.path if _OWN.fullmatch(visit.path) else "/",
        "form_token": visit.token,
        "form_field": TOKEN,
        "app": visit.texts.look_of(visit.platform.name),
    }
