"""Asking for credentials: the Digital Credentials Query Language (OpenID4VP 1.0, section 6).

    >>> from krid import query
    >>> card = query.sdjwt("card", vct="urn:example:card", claims=["name", ("address", "city")])
    >>> query.encode_dcql(query.of(card))["credentials"][0]["claims"]
    [{'path': ['name']}, {'path': ['address', 'city']}]

What is here: credentials, types, claims with paths and values, each of them needed.
`claim_sets`, `credential_sets`, `multiple` and `trusted_authorities` are refused, not ignored.
"""

from krid.query.answer import check_answer
from krid.query.build import claim, mdoc, of, sdjwt
from krid.query.dcql import encode_dcql, parse_dcql
from krid.query.match import Match, match_credential

__all__ = [
    "Match",
    "check_answer",
    "claim",
    "encode_dcql",
    "match_credential",
    "mdoc",
    "of",
    "parse_dcql",
    "sdjwt",
]
