"""How an issuer, a credential and its claims are shown to people (section 12.2.4, appendix B.2).

Nothing here is fetched: where an image lies is text for the wallet to judge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.strict_json import JsonObject
from krid.errors import Code, MalformedError
from krid.model import ClaimPath
from krid.openid.oauth import members as m
from krid.openid.vci.paths import check_paths, parse_path

_CODE: Final = Code.ISSUANCE_METADATA


@final
@dataclass(frozen=True, slots=True)
class Image:
    """An image by its address, https or data, and the text to show in its place."""

    uri: str
    alt_text: str | None = None

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read a logo or background image.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        uri = shape.text(members.get("uri"), _CODE)
        if not uri or len(uri) > limits.MAX_ISSUANCE_METADATA_BYTES:
            raise MalformedError(_CODE, "uri")
        return cls(uri, m.text_or_none(members, "alt_text", _CODE))

    def to_members(self) -> JsonObject:
        """Return the members of the image."""
        return _present({"uri": self.uri, "alt_text": self.alt_text})


@final
@dataclass(frozen=True, slots=True)
class Display:
    """What to show in one language, a tag of BCP 47, or in none named."""

    name: str | None = None
    locale: str | None = None
    logo: Image | None = None
    description: str | None = None
    background_color: str | None = None
    background_image: Image | None = None
    text_color: str | None = None

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read one display object; members that krid does not know are ignored.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        return cls(
            name=m.text_or_none(members, "name", _CODE),
            locale=m.text_or_none(members, "locale", _CODE),
            logo=_image(members, "logo"),
            description=m.text_or_none(members, "description", _CODE),
            background_color=m.text_or_none(members, "background_color", _CODE),
            background_image=_image(members, "background_image"),
            text_color=m.text_or_none(members, "text_color", _CODE),
        )

    def to_members(self) -> JsonObject:
        """Return the members of the display object."""
        return _present(
            {
                "name": self.name,
                "locale": self.locale,
                "logo": self.logo and self.logo.to_members(),
                "description": self.description,
                "background_color": self.background_color,
                "background_image": self.background_image and self.background_image.to_members(),
                "text_color": self.text_color,
            }
        )


@final
@dataclass(frozen=True, slots=True)
class ClaimDescription:
    """How a claim is shown; `mandatory` says that the issuer always puts it in."""

    path: ClaimPath
    mandatory: bool = False
    display: tuple[Display, ...] = ()

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read a claims description of metadata.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        return cls(
            parse_path(members.get("path"), _CODE),
            m.flag_or_false(members, "mandatory", _CODE),
            displays(members),
        )

    def to_members(self) -> JsonObject:
        """Return the members of the description."""
        members: JsonObject = {"path": list(self.path)}
        members |= {"mandatory": True} if self.mandatory else {}
        return members | display_members(self.display)


@final
@dataclass(frozen=True, slots=True)
class CredentialMetadata:
    """How a credential is shown: displays by language, and its claims in the order to show."""

    display: tuple[Display, ...] = ()
    claims: tuple[ClaimDescription, ...] = ()

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member `credential_metadata`.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        shown = displays(members)
        if any(each.name is None for each in shown):
            raise MalformedError(_CODE, "a display without a name")
        return cls(shown, _claims(members))

    def to_members(self) -> JsonObject:
        """Return the members, none where there is nothing to show."""
        claims = [claim.to_members() for claim in self.claims]
        return display_members(self.display) | ({"claims": claims} if claims else {})


def displays(members: Mapping[str, object]) -> tuple[Display, ...]:
    """Read the member `display`: at most one object for each language.

    Raises:
        MalformedError: `issuance.metadata`.
    """
    if "display" not in members:
        return ()
    entries = shape.sequence(members["display"], _CODE)
    if not 0 < len(entries) <= limits.MAX_DISPLAYS:
        raise MalformedError(_CODE, "display")
    shown = tuple(Display.of_members(entry) for entry in entries)
    locales = [each.locale for each in shown]
    if len(set(locales)) != len(locales):
        raise MalformedError(_CODE, "two displays for one language")
    return shown


def display_members(shown: tuple[Display, ...]) -> JsonObject:
    """Return the member `display`, none for no displays."""
    return {"display": [each.to_members() for each in shown]} if shown else {}


def _claims(members: Mapping[str, object]) -> tuple[ClaimDescription, ...]:
    if "claims" not in members:
        return ()
    entries = shape.sequence(members["claims"], _CODE)
    if not 0 < len(entries) <= limits.MAX_TYPE_CLAIMS:
        raise MalformedError(_CODE, "claims")
    claims = tuple(ClaimDescription.of_members(entry) for entry in entries)
    check_paths([claim.path for claim in claims], _CODE)
    return claims


def _image(members: Mapping[str, object], name: str) -> Image | None:
    return Image.of_members(members[name]) if name in members else None


def _present(members: JsonObject) -> JsonObject:
    return {name: value for name, value in members.items() if value is not None}
