"""The W3C Verifiable Credentials Data Model 2.0, and reading 1.1: what a credential says.

Credentials and presentations are read once, by all rules that the text makes for them, and then
known by their types. They are not secured here, and nothing of them is to be believed:
`krid.vcjose`, `krid.sdjwt` and others put a signature around them or into them.

JSON-LD processing is not done. What can be seen without it is checked: the base context stands
first, and no context that stands in the document itself redefines a protected term.
"""

from krid.model.w3c.compose import compose
from krid.model.w3c.contexts import BASE_1_1, BASE_2_0, Context, Version
from krid.model.w3c.credential import Credential
from krid.model.w3c.enveloped import DataUrl, Enveloped, EnvelopedKind
from krid.model.w3c.node import Node
from krid.model.w3c.presentation import Presentation
from krid.model.w3c.related import RelatedResource
from krid.model.w3c.text import Direction, LanguageText

__all__ = [
    "BASE_1_1",
    "BASE_2_0",
    "Context",
    "Credential",
    "DataUrl",
    "Direction",
    "Enveloped",
    "EnvelopedKind",
    "LanguageText",
    "Node",
    "Presentation",
    "RelatedResource",
    "Version",
    "compose",
]
