"""What an application is made of: pages, and endpoints of a protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, final

from krid._core.strict_json import JsonObject
from krid.openid.oauth import Call, Reply
from krid.web.platform.page import Turn
from krid.web.platform.rates import Rate
from krid.web.platform.texts import Text
from krid.web.platform.visit import Visit

View: TypeAlias = Callable[[Visit], Turn]

Check: TypeAlias = Callable[[], None]
"""Raises when something that the application needs is not there."""


class Answering(Protocol):
    """An issuer's or a verifier's protocol side, such as `openid.vci.server.CredentialIssuer`."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it knows; one that ends in a slash stands for all below."""
        ...

    def answer(self, call: Call, /) -> Reply:
        """Answer a request; it may be asked from several threads at once."""
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A page: for GET, or for forms that are sent by POST. `fields` are the form's."""

    path: str
    view: View
    name: str
    summary: str
    method: str = "GET"
    fields: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """The endpoints of a protocol, and how the OpenAPI document describes them, by path.

    `rate` is how often one client may ask them, None for what all protocols have together.
    """

    answering: Answering
    name: str
    operations: JsonObject
    rate: Rate | None = None

    def covers(self, path: str) -> bool:
        """Tell whether a path is one of them."""
        return any(
            path.startswith(each) if each.endswith("/") else path == each
            for each in self.answering.paths
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PageGroup:
    """Pages that an application takes beside its own: routes, texts, and the package of looks."""

    routes: tuple[Route, ...]
    texts: Mapping[str, Text]
    package: str
