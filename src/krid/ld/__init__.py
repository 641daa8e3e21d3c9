"""JSON-LD and RDF: what a document says as statements, in their one canonical form.

JSON-LD is expanded by PyLD (the extra `krid[ld]`); the statements are written and brought into
canonical form (RDFC-1.0) here. Nothing is fetched, and what would get lost on the way is an error.
"""

from krid.ld.aliases import check_aliases
from krid.ld.canon import CanonicalDataset, HashAlg, canonicalize
from krid.ld.contexts import BUNDLED, PINNED, ContextLoader, Contexts, Pin
from krid.ld.expand import BUNDLED_PROCESSOR, Processor
from krid.ld.group import (
    Group,
    Grouped,
    LabelFactory,
    Labels,
    canonicalize_and_group,
    hmac_labels,
    hmac_name,
    mapped_labels,
    mark_nodes,
    marked_quads,
    relabelled,
)
from krid.ld.pointer import parse_pointer, select, write_pointer
from krid.ld.rdf import Quad, parse_nquads, write_nquads

__all__ = [
    "BUNDLED",
    "BUNDLED_PROCESSOR",
    "PINNED",
    "CanonicalDataset",
    "ContextLoader",
    "Contexts",
    "Group",
    "Grouped",
    "HashAlg",
    "LabelFactory",
    "Labels",
    "Pin",
    "Processor",
    "Quad",
    "canonicalize",
    "canonicalize_and_group",
    "check_aliases",
    "hmac_labels",
    "hmac_name",
    "mapped_labels",
    "mark_nodes",
    "marked_quads",
    "parse_nquads",
    "parse_pointer",
    "relabelled",
    "select",
    "write_nquads",
    "write_pointer",
]
