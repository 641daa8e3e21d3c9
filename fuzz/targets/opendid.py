"""OpenDID: any bytes are a credential, a presentation, a record of a status, or refused."""

from krid.errors import KridError
from krid.opendid import parse_credential, parse_presentation
from krid.status.records import VcMeta


def target(data: bytes) -> None:
    """Read what is there in each of the forms."""
    for read in (parse_credential, parse_presentation, VcMeta.parse):
        try:
            read(data)
        except KridError:
            continue
