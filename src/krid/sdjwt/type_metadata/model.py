"""The values of type metadata (SD-JWT VC, section 5): what a publisher says, and no more.

All texts are outside data for people: escape them before they are shown (section 7.6).
"""

from dataclasses import dataclass
from enum import Enum, unique
from typing import final

from krid.model import ClaimPath


@unique
class SdRule(Enum):
    """Whether the issuer makes a claim selectively disclosable (section 5.6.4)."""

    ALWAYS = "always"
    ALLOWED = "allowed"
    NEVER = "never"


@unique
class Orientation(Enum):
    """How a template is turned (section 5.5.1.2.1)."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


@unique
class ColorScheme(Enum):
    """The colours that a template is made for."""

    LIGHT = "light"
    DARK = "dark"


@unique
class Contrast(Enum):
    """The contrast that a template is made for."""

    NORMAL = "normal"
    HIGH = "high"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A logo or background image: where it lies, and integrity metadata as it came.

    `uri` is an https address or a `data:` URI of an image. Whoever fetches it checks it by
    `Integrity.parse(image.integrity).check(octets)`.
    """

    uri: str
    integrity: str | None
    alt_text: str | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SimpleRendering:
    """Rendering without SVG (section 5.5.1.1); colours are RGB values of CSS."""

    logo: Image | None
    background_image: Image | None
    background_color: str | None
    text_color: str | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SvgTemplate:
    """An SVG template (section 5.5.1.2): active content by a stranger; krid never renders it."""

    uri: str
    integrity: str | None
    orientation: Orientation | None
    color_scheme: ColorScheme | None
    contrast: Contrast | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """The rendering methods that krid knows (section 5.5.1); others are passed over."""

    simple: SimpleRendering | None
    svg_templates: tuple[SvgTemplate, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDisplay:
    """How the type is called in one language (section 5.5); `locale` is a language tag."""

    locale: str
    name: str
    description: str | None
    rendering: Rendering | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDisplay:
    """How a claim is called in one language (section 5.6.2)."""

    locale: str
    label: str
    description: str | None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMetadata:
    """What a type says of the claims at a path (section 5.6); None where it says nothing."""

    path: ClaimPath
    display: tuple[ClaimDisplay, ...] | None
    mandatory: bool | None
    sd: SdRule | None
    svg_id: str | None

    @property
    def is_mandatory(self) -> bool:
        """Tell whether the issuer must include the claim: false by default (section 5.6.3)."""
        return self.mandatory is True

    @property
    def rule(self) -> SdRule:
        """Return the rule for selective disclosure: `allowed` by default (section 5.6.4)."""
        return SdRule.ALLOWED if self.sd is None else self.sd


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TypeMetadata:
    """One type metadata document (section 5.2), or several merged into one.

    `display` is None where the document says nothing, which is what makes a type inherit it.
    """

    vct: str
    name: str | None
    description: str | None
    extends: str | None
    extends_integrity: str | None
    display: tuple[TypeDisplay, ...] | None
    claims: tuple[ClaimMetadata, ...]
