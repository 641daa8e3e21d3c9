"""Any JSON as JSON-LD: expanded, made into statements, taken apart by pointers."""

from krid._core import strict_json
from krid.errors import KridError
from krid.ld import BUNDLED_PROCESSOR, canonicalize_and_group, hmac_labels, select, write_pointer

_LABELS = hmac_labels(bytes(32))


def target(data: bytes) -> None:
    """Read a document; nothing but KridError may come out.

    The whole document selected is the document.
    """
    try:
        document = strict_json.loads_object(data, max_bytes=16 * 1024)
        lines = BUNDLED_PROCESSOR.canonicalize(document).lines
        names = [write_pointer([name]) for name in document if name != "@context"]
        groups = {"all": [""], "each": names}
        grouped = canonicalize_and_group(BUNDLED_PROCESSOR, document, labels=_LABELS, groups=groups)
    except KridError:
        return
    if len(grouped.lines) != len(lines) or grouped.groups["all"].other:
        raise AssertionError("statements got lost or came from nowhere")
    select(document, [""])
