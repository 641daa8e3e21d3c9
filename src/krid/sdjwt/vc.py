"""What SD-JWT VC adds to SD-JWT: one function per rule (draft-ietf-oauth-sd-jwt-vc-19, section 2).

`cnf` needs neither `iss` nor `sub` beside it, as revisions from 24 on say in so many words.
"""

from collections.abc import Mapping
from typing import Final

from krid._core import shape
from krid._core.strict_json import Json
from krid.errors import Code, ContentError, MalformedError
from krid.model import StatusReference, parse_status
from krid.sdjwt import names

_TEXTS: Final = ("iss", "sub", "vct#integrity")


def check_always_shown(signed: Mapping[str, Json], claims: Mapping[str, Json]) -> None:
    """Check that no claim was hidden that must not be, sub-claims included (section 2.2.2.3).

    `signed` is the payload as it was signed and `claims` the processed one: a claim that had a
    part hidden, or that came out of a disclosure, differs between them.

    Raises:
        ContentError: `sdjwt.not_disclosable`.
    """
    for name in names.ALWAYS_SHOWN:
        if signed.get(name) != claims.get(name) or (name in claims and name not in signed):
            raise ContentError(Code.SDJWT_NOT_DISCLOSABLE, name)


def check_type(claims: Mapping[str, Json]) -> str:
    """Return `vct`, which must be text and not empty (section 2.2.2.1).

    Raises:
        ContentError: `sdjwt.vct`.
    """
    vct = claims.get("vct")
    if not isinstance(vct, str) or not vct:
        raise ContentError(Code.SDJWT_VCT)
    return vct


def check_other_types(claims: Mapping[str, Json], vct: str) -> None:
    """Check `aka_vcts`: further types, at least one, none empty or the main one (2.2.2.2).

    Raises:
        MalformedError: `sdjwt.claim_type`.
    """
    if "aka_vcts" not in claims:
        return
    others = shape.texts(claims["aka_vcts"], Code.SDJWT_CLAIM_TYPE)
    if not others or not all(others) or vct in others:
        raise MalformedError(Code.SDJWT_CLAIM_TYPE, "aka_vcts")


def check_texts(claims: Mapping[str, Json]) -> None:
    """Check that the registered claims that are text, are (section 2.2.2.3).

    Raises:
        MalformedError: `sdjwt.claim_type`.
    """
    for name in _TEXTS:
        if not isinstance(claims.get(name, ""), str):
            raise MalformedError(Code.SDJWT_CLAIM_TYPE, name)


def check_confirmation(claims: Mapping[str, Json]) -> None:
    """Check that `cnf`, where present, is an object (RFC 7800, section 3).

    Raises:
        MalformedError: `sdjwt.cnf`.
    """
    shape.mapping(claims.get("cnf", {}), Code.SDJWT_CNF)


def status_of(claims: Mapping[str, Json]) -> StatusReference | None:
    """Return where the status stands; None without `status`.

    Raises:
        MalformedError: `status.syntax`.
        UnsupportedError: `status.mechanism`.
    """
    return parse_status(claims["status"]) if "status" in claims else None
