"""SD-JWT VC type metadata: what a type says of its credentials, and checks against it.

`resolve_type` gathers a type and all that it extends, from documents at hand and over https;
`TypeRules` checks credentials against what came of it. The rules are those of
draft-ietf-oauth-sd-jwt-vc-19, sections 5 and 6. Nothing is rendered here, and no logo, image
or template is fetched.

>>> from krid.net import NoNetwork, run
>>> from krid.sdjwt.type_metadata import TypeDocuments, TypeRules, resolve_type
>>> known = TypeDocuments.of(b'{"vct": "urn:example:card", "claims": [{"path": ["name"]}]}')
>>> flow = resolve_type("urn:example:card", integrity=None, known=known)
>>> rules = TypeRules.of(run(flow, NoNetwork()))
"""

from krid.model.integrity import Integrity
from krid.sdjwt.type_metadata.check import TypeRules
from krid.sdjwt.type_metadata.extend import ResolvedType, merge
from krid.sdjwt.type_metadata.lint import lint_type_metadata
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
from krid.sdjwt.type_metadata.parse import parse_type_metadata
from krid.sdjwt.type_metadata.retrieve import TypeDocuments, resolve_type

__all__ = [
    "ClaimDisplay",
    "ClaimMetadata",
    "ColorScheme",
    "Contrast",
    "Image",
    "Integrity",
    "Orientation",
    "Rendering",
    "ResolvedType",
    "SdRule",
    "SimpleRendering",
    "SvgTemplate",
    "TypeDisplay",
    "TypeDocuments",
    "TypeMetadata",
    "TypeRules",
    "lint_type_metadata",
    "merge",
    "parse_type_metadata",
    "resolve_type",
]
