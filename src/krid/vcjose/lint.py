"""Linting: every deviation from the data model and VC-JOSE-COSE that the bytes alone show.

The issuer's signature is not checked: who it is and which key it has is the verifier's to know.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

from krid._core import limits, strict_json, times
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json, JsonObject
from krid.cose import Sign1
from krid.errors import Code
from krid.jose import Jws
from krid.model import Finding, Findings, Rule, Severity
from krid.model.w3c import Credential, claims
from krid.model.w3c import lint as model
from krid.vcjose import decode_1_1, headers
from krid.vcjose.model import Header
from krid.vcjose.names import CREDENTIAL_TYPES, PRESENTATION_TYPES, Form
from krid.vcjose.parse import check_types, says_presentation

_Read: TypeAlias = tuple[Header | None, JsonObject, Mapping[str, Json]]

LINT_SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ before a date counts as broken."""

_TEXT: Final = "VC-JOSE-COSE, "
RULES: Final[Mapping[Code, Rule]] = {
    **model.RULES,
    Code.VCJOSE_SYNTAX: Rule(_TEXT + "3"),
    Code.VCJOSE_TYP: Rule(_TEXT + "3.1.1"),
    Code.VCJOSE_NO_TYP: Rule(_TEXT + "3.1.1", Severity.WARNING),
    Code.VCJOSE_CWT: Rule("RFC 9597, 2"),
    Code.W3C_CLAIM: Rule(_TEXT + "3.1.3"),
    Code.W3C_CLAIM_CONFLICT: Rule(_TEXT + "3.1.3"),
    Code.W3C_KEY_ID: Rule(_TEXT + "4.1.1"),
    Code.W3C_EXPIRED: Rule("VCDM 2.0, 4.9"),
    Code.W3C_NOT_YET_VALID: Rule("VCDM 2.0, 4.9"),
}


def lint(raw: bytes, *, form: Form, now: datetime) -> tuple[Finding, ...]:
    """Return every deviation of a credential or presentation, errors first.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    into = Findings(RULES)
    read = _read_cose(raw, into) if form is Form.COSE else _read_jwt(raw, into)
    if read is not None:
        _lint_payload(*read, form=form, now=now, into=into)
    return into.ordered()


def _read_jwt(raw: bytes, into: Findings) -> _Read | None:
    jws = into.check("", lambda: Jws.parse(raw.decode("ascii", "replace")))
    if jws is None:
        return None
    payload = into.check("payload", lambda: jws.claims(max_values=limits.MAX_JWT_VALUES))
    header = into.check("header.x5c", lambda: headers.of_jws(jws))
    return None if payload is None else (header, payload, headers.jwt_claims(payload))


def _read_cose(raw: bytes, into: Findings) -> _Read | None:
    sign1 = into.check("", lambda: Sign1.parse(raw))
    if sign1 is None:
        return None
    content = sign1.payload or b""
    payload = into.check(
        "payload", lambda: strict_json.loads_object(content, max_values=limits.MAX_JWT_VALUES)
    )
    header = into.check("header", lambda: headers.of_sign1(sign1))
    beside = into.check("header.15", lambda: headers.cwt_claims(sign1))
    return None if payload is None else (header, payload, beside or {})


def _lint_payload(
    header: Header | None,
    payload: JsonObject,
    beside: Mapping[str, Json],
    *,
    form: Form,
    now: datetime,
    into: Findings,
) -> None:
    presented = says_presentation(payload, form)
    _lint_types(header, form, into, presented=presented)
    document: JsonObject | None = payload
    if form is Form.JWT_1_1:
        decode = decode_1_1.presentation if presented else decode_1_1.credential
        document = into.check("payload", partial(decode, payload))
    else:
        into.check("payload", partial(claims.check_reserved, payload))
    if document is None:
        return
    members: Mapping[str, Json] = freeze_object(document)  # type: ignore[assignment]  # JSON stays JSON
    if presented:
        model.lint_presentation(members, into)
        return
    model.lint_credential(members, into)
    if not any(finding.severity is Severity.ERROR for finding in into.ordered()):
        _lint_beside(Credential.from_document(document), header, beside, now, into)


def _lint_types(header: Header | None, form: Form, into: Findings, *, presented: bool) -> None:
    if header is None:
        return
    expected = (PRESENTATION_TYPES if presented else CREDENTIAL_TYPES)[form]
    into.check("header", partial(check_types, header, expected, "vc" if presented else "vp"))
    if header.typ is None:
        into.add(Code.VCJOSE_NO_TYP, "header")


def _lint_beside(
    credential: Credential,
    header: Header | None,
    beside: Mapping[str, Json],
    now: datetime,
    into: Findings,
) -> None:
    """Check the claims beside a credential that keeps the rules of the data model."""
    into.check("claims", partial(claims.check_agreement, credential, beside))
    period = partial(claims.check_period, credential, beside, now=now, skew=LINT_SKEW)
    into.check("claims", period)
    if header is not None and not header.certificates:
        into.check("header.kid", partial(claims.check_key_id, credential, header.key_id))
