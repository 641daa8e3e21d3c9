"""Type metadata read from JSON (SD-JWT VC, sections 5.2, 5.5 and 5.6).

Properties that the draft does not define are passed over, as it demands; those that it defines
must have the form that it gives them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final, TypeVar

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, TransportError
from krid.model import ClaimPath
from krid.net import HttpsUrl
from krid.sdjwt.type_metadata.model import (
    ClaimDisplay,
    ClaimMetadata,
    ColorScheme,
    Contrast,
    Image,
    Orientation,
    Rendering,
    SdRule,
    SimpleRendering,
    SvgTemplate,
    TypeDisplay,
    TypeMetadata,
)

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
_Members = Mapping[str, Json]

_LOCALE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,15}", re.ASCII)
_SVG_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_COLOR: Final = re.compile(
    r"#[0-9A-Fa-f]{3}|#[0-9A-Fa-f]{6}|rgb\( *[0-9]{1,3}%?(?: *, *[0-9]{1,3}%?){2} *\)", re.ASCII
)
_DATA_IMAGE: Final = re.compile(r"data:image/[a-z0-9.+-]+[;,][!-~]*", re.ASCII)


def parse_type_metadata(raw: bytes) -> TypeMetadata:
    """Read one type metadata document; what it extends is not looked at.

    Raises:
        MalformedError: `type.syntax`, or a `json.*` code.
    """
    return from_members(read_members(raw))


def read_members(raw: bytes) -> JsonObject:
    """Read the JSON object that a document is.

    Raises:
        MalformedError: a `json.*` code.
    """
    return strict_json.loads_object(
        raw, max_bytes=limits.MAX_TYPE_METADATA_BYTES, max_values=limits.MAX_TYPE_VALUES
    )


def from_members(document: Mapping[str, Json]) -> TypeMetadata:
    """Read a document whose JSON is read already.

    Raises:
        MalformedError: `type.syntax`.
    """
    claims = _objects(document, "claims", _claim) or ()
    check_claims(claims)
    return TypeMetadata(
        vct=_required(document, "vct"),
        name=_text(document, "name"),
        description=_text(document, "description"),
        extends=_required(document, "extends") if "extends" in document else None,
        extends_integrity=_text(document, "extends#integrity"),
        display=_objects(document, "display", _type_display),
        claims=claims,
    )


def check_claims(claims: Sequence[ClaimMetadata]) -> None:
    """Check that no path and no `svg_id` stands twice, and that there are not too many.

    The draft says so of `svg_id`. Two entries for one path could contradict each other, and it
    does not say which would count.

    Raises:
        MalformedError: `type.syntax`.
    """
    paths = [claim.path for claim in claims]
    svg_ids = [claim.svg_id for claim in claims if claim.svg_id is not None]
    if len(claims) > limits.MAX_TYPE_CLAIMS:
        raise MalformedError(Code.TYPE_SYNTAX, "too many claims")
    if len(set(paths)) != len(paths) or len(set(svg_ids)) != len(svg_ids):
        raise MalformedError(Code.TYPE_SYNTAX, "a path or svg_id stands twice")


def _claim(members: _Members) -> ClaimMetadata:
    svg_id = _text(members, "svg_id")
    if svg_id is not None and _SVG_ID.fullmatch(svg_id) is None:
        raise MalformedError(Code.TYPE_SYNTAX, "svg_id")
    mandatory = members.get("mandatory", False)
    return ClaimMetadata(
        path=_path(members.get("path")),
        display=_objects(members, "display", _claim_display),
        mandatory=shape.boolean(mandatory, Code.TYPE_SYNTAX) if "mandatory" in members else None,
        sd=_choice(members, "sd", SdRule),
        svg_id=svg_id,
    )


def _path(value: Json) -> ClaimPath:
    """Read a path: text, null, and integers that are not negative (section 5.6.1)."""
    steps = shape.sequence(value, Code.TYPE_SYNTAX)
    if not 1 <= len(steps) <= limits.MAX_JSON_DEPTH or not all(_is_step(step) for step in steps):
        raise MalformedError(Code.TYPE_SYNTAX, "path")
    return tuple(steps)


def _is_step(step: object) -> bool:
    return step is None or type(step) is str or (type(step) is int and step >= 0)


def _claim_display(members: _Members) -> ClaimDisplay:
    return ClaimDisplay(
        locale=_locale(members),
        label=_required(members, "label"),
        description=_text(members, "description"),
    )


def _type_display(members: _Members) -> TypeDisplay:
    return TypeDisplay(
        locale=_locale(members),
        name=_required(members, "name"),
        description=_text(members, "description"),
        rendering=_optional(members, "rendering", _rendering),
    )


def _rendering(members: _Members) -> Rendering:
    templates = _objects(members, "svg_templates", _svg_template) or ()
    if len(templates) > 1 and not all(_has_properties(each) for each in templates):
        raise MalformedError(Code.TYPE_SYNTAX, "properties")
    return Rendering(simple=_optional(members, "simple", _simple), svg_templates=templates)


def _simple(members: _Members) -> SimpleRendering:
    return SimpleRendering(
        logo=_optional(members, "logo", _image),
        background_image=_optional(members, "background_image", _image),
        background_color=_color(members, "background_color"),
        text_color=_color(members, "text_color"),
    )


def _image(members: _Members) -> Image:
    return Image(
        uri=_resource(members),
        integrity=_text(members, "uri#integrity"),
        alt_text=_text(members, "alt_text"),
    )


def _svg_template(members: _Members) -> SvgTemplate:
    """Read a template; given `properties` hold at least one that is known (section 5.5.1.2.1)."""
    properties = _optional(members, "properties", dict) or {}
    template = SvgTemplate(
        uri=_resource(members),
        integrity=_text(members, "uri#integrity"),
        orientation=_choice(properties, "orientation", Orientation),
        color_scheme=_choice(properties, "color_scheme", ColorScheme),
        contrast=_choice(properties, "contrast", Contrast),
    )
    if "properties" in members and not _has_properties(template):
        raise MalformedError(Code.TYPE_SYNTAX, "properties")
    return template


def _has_properties(template: SvgTemplate) -> bool:
    return (template.orientation, template.color_scheme, template.contrast) != (None, None, None)


def _resource(members: _Members) -> str:
    """Read the address of a resource: https, or `data:` with an image (section 5.5.1)."""
    uri = _required(members, "uri")
    if _DATA_IMAGE.fullmatch(uri):
        return uri
    try:
        HttpsUrl.parse(uri)
    except TransportError as cause:
        raise MalformedError(Code.TYPE_SYNTAX, "uri") from cause
    return uri


def _color(members: _Members, name: str) -> str | None:
    color = _text(members, name)
    if color is not None and _COLOR.fullmatch(color) is None:
        raise MalformedError(Code.TYPE_SYNTAX, name)
    return color


def _locale(members: _Members) -> str:
    locale = _required(members, "locale")
    if _LOCALE.fullmatch(locale) is None:
        raise MalformedError(Code.TYPE_SYNTAX, "locale")
    return locale


def _required(members: _Members, name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedError(Code.TYPE_SYNTAX, name)
    return value


def _text(members: _Members, name: str) -> str | None:
    return shape.text(members[name], Code.TYPE_SYNTAX) if name in members else None


def _choice(members: _Members, name: str, choices: type[E]) -> E | None:
    if name not in members:
        return None
    for choice in choices:
        if choice.value == members[name]:
            return choice
    raise MalformedError(Code.TYPE_SYNTAX, name)


def _optional(members: _Members, name: str, read: Callable[[_Members], T]) -> T | None:
    return read(shape.mapping(members[name], Code.TYPE_SYNTAX)) if name in members else None


def _objects(members: _Members, name: str, read: Callable[[_Members], T]) -> tuple[T, ...] | None:
    """Read an array of objects, None where it is absent; none may be longer than the claims."""
    if name not in members:
        return None
    each = shape.sequence(members[name], Code.TYPE_SYNTAX)
    if len(each) > limits.MAX_TYPE_CLAIMS:
        raise MalformedError(Code.TYPE_SYNTAX, name)
    return tuple(read(shape.mapping(one, Code.TYPE_SYNTAX)) for one in each)
