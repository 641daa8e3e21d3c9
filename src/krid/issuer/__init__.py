"""The issuer's role: claims in, signed credentials out, in any format."""

from krid.issuer.bulk import Entry, issue_many
from krid.issuer.issuer import Issuer

__all__ = ["Entry", "Issuer", "issue_many"]
