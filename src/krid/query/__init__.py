"""Asking for credentials: the Digital Credentials Query Language (OpenID4VP 1.0, section 6).

    >>> from krid import query
    >>> card = query.sdjwt("card", vct="urn:example:card", claims=["name", ("address", "city")])
    >>> query.encode_dcql(query.of(card))["credentials"][0]["claims"]
    [{'path': ['name']}, {'path': ['address', 'city']}]

Alternatives of claims are `either`, alternatives of credentials `any_of` and `optional`:

    >>> age = query.either(["age_over_18"], ["birthdate"])
    >>> adult = query.sdjwt("card", vct="urn:example:card", claims=age)
    >>> ns = "org.iso.18013.5.1"
    >>> licence = query.mdoc("licence", doctype=f"{ns}.mDL", claims={ns: ["age_over_18"]})
    >>> asked = query.of(query.any_of(adult, licence))
    >>> query.encode_dcql(asked)["credential_sets"]
    [{'options': [['card'], ['licence']]}]
"""

from krid.query.answer import check_answer, check_number
from krid.query.build import claim, element, jwt_vc, ldp_vc, mdoc, of, sdjwt, w3c
from krid.query.choice import CredentialChoice, Either, any_of, either, optional
from krid.query.dcql import encode_dcql, parse_dcql
from krid.query.match import Match, match_credential, match_options
from krid.query.sets import answerable, check_chosen, missing

__all__ = [
    "CredentialChoice",
    "Either",
    "Match",
    "answerable",
    "any_of",
    "check_answer",
    "check_chosen",
    "check_number",
    "claim",
    "either",
    "element",
    "encode_dcql",
    "jwt_vc",
    "ldp_vc",
    "match_credential",
    "match_options",
    "mdoc",
    "missing",
    "of",
    "optional",
    "parse_dcql",
    "sdjwt",
    "w3c",
]
