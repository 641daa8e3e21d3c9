"""Linting a W3C credential as SD-JWT: the rules of RFC 9901, of the data model, and both."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from krid._core import times
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json
from krid.errors import Code, ContentError
from krid.model import Finding, Findings, Rule, Severity
from krid.model.w3c import Credential, claims
from krid.model.w3c import lint as model
from krid.sdjwt import json_form
from krid.sdjwt.lint_rules import RULES
from krid.sdjwt.parse import Presentation, SdJwt
from krid.sdjwt.reveal import reveal

LINT_SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ before a date counts as broken."""

_ALL: Final[Mapping[Code, Rule]] = {
    **RULES,
    **model.RULES,
    Code.W3C_CLAIM: Rule("VC-JOSE-COSE, 3.1.3"),
    Code.W3C_CLAIM_CONFLICT: Rule("VC-JOSE-COSE, 3.1.3"),
    Code.W3C_KEY_ID: Rule("VC-JOSE-COSE, 4.1.1"),
    Code.W3C_EXPIRED: Rule("VCDM 2.0, 4.9"),
    Code.W3C_NOT_YET_VALID: Rule("VCDM 2.0, 4.9"),
}


def lint(
    raw: bytes, *, typ: str, always_shown: tuple[str, ...], now: datetime
) -> tuple[Finding, ...]:
    """Return every deviation of a credential or presentation, errors first.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    into = Findings(_ALL)
    parsed = into.check("", lambda: Presentation.parse(json_form.to_compact(raw)))
    if parsed is not None:
        _lint_parsed(parsed.sd_jwt, typ, always_shown, now, into)
    return into.ordered()


def _lint_parsed(
    sd_jwt: SdJwt, typ: str, always_shown: tuple[str, ...], now: datetime, into: Findings
) -> None:
    into.check("header.typ", partial(sd_jwt.jws.check_typ, typ, refusal=Code.SDJWT_TYP))
    revealed = into.check("payload", lambda: reveal(sd_jwt.payload, sd_jwt.disclosures))
    if revealed is None:
        return
    members: Mapping[str, Json] = freeze_object(revealed)  # type: ignore[assignment]  # JSON stays JSON
    for name in always_shown:
        into.check(f"$.{name}", partial(check_shown, sd_jwt.payload, members, name))
    into.check("payload", partial(claims.check_reserved, members))
    model.lint_credential(members, into)
    if not any(finding.severity is Severity.ERROR for finding in into.ordered()):
        read = Credential.from_document(members)
        key_id = sd_jwt.jws.header.get("kid", sd_jwt.jws.header.get("x5c"))
        into.check("header.kid", partial(claims.check_key_id, read, _named(key_id)))
        into.check("claims", partial(claims.check_agreement, read, members))
        period = partial(claims.check_period, read, members, now=now, skew=LINT_SKEW)
        into.check("claims", period)


def check_shown(signed: Mapping[str, Json], shown: Mapping[str, Json], name: str) -> None:
    """Check that a member stands in the payload as it was signed, and no part of it hidden.

    Raises:
        ContentError: `sdjwt.not_disclosable`.
    """
    if signed.get(name) != shown.get(name):
        raise ContentError(Code.SDJWT_NOT_DISCLOSABLE, name)


def _named(key_id: Json) -> str | None:
    return None if key_id is None else "named"
