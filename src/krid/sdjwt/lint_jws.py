"""Linting a JWS part by part, so that a broken header does not hide a broken payload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from krid._core import base64url, limits, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.jose import Jws
from krid.jose import header as protected_header
from krid.keys import Alg
from krid.model import Findings
from krid.model.certificate_findings import lint_chain


@final
@dataclass(frozen=True, slots=True)
class Parts:
    """What could be read of a JWS; `jws` is None when it as a whole could not."""

    header: Mapping[str, Json]
    payload: JsonObject | None = field(repr=False)
    jws: Jws | None


def lint_jws(text: str, *, place: str, into: Findings) -> Parts:
    """Check header, payload and signature each for itself; no signature is verified."""
    before = len(into.found)
    pieces = text.split(".", 3)
    if len(pieces) != 3:
        into.refused(place, MalformedError(Code.JWS_SYNTAX))
        pieces = [*pieces[:3], "", ""][:3]
    header = _lint_header(pieces[0], f"{place} header", into)
    payload = into.check(f"{place} payload", lambda: _claims(pieces[1]))
    into.check(f"{place} signature", lambda: base64url.decode(pieces[2]))
    if len(into.found) > before:
        return Parts(header, payload, None)
    return Parts(header, payload, into.check(f"{place} header", lambda: Jws.parse(text)))


def lint_signer(parts: Parts, *, place: str, now: datetime, into: Findings) -> None:
    """Check the certificates of `x5c`, and that the first one's key made the signature."""
    jws = parts.jws
    if jws is None or "x5c" not in jws.header:
        return
    chain = into.check(f"{place} x5c", jws.certificates) or ()
    leaf, *_ = (*lint_chain(chain, place=f"{place} x5c", profile=(), now=now, into=into), None)
    if leaf is not None:
        into.check(f"{place} signature", lambda: jws.verify(leaf.public_key))


def check_typ(parts: Parts, typ: str, refusal: Code, *, place: str, into: Findings) -> None:
    """Check `typ` as verification does, in a header that may break other rules."""
    jws = Jws(parts.header, b"", b"", b"", Alg.ES256)
    into.check(f"{place} header typ", lambda: jws.check_typ(typ, refusal=refusal))


def _lint_header(text: str, place: str, into: Findings) -> Mapping[str, Json]:
    header = into.check(
        place,
        lambda: protected_header.parse(
            text, refusal=Code.JWS_HEADER, unknown_extension=Code.JWS_CRIT
        ),
    )
    shown = _readable(lambda: _object(text)) if header is None else header
    if shown:
        into.check(f"{place} alg", lambda: Alg.from_jose(shown.get("alg")))
    return shown


def _readable(read: Callable[[], Mapping[str, Json]]) -> Mapping[str, Json]:
    """Read what is there, where its faults are written down already."""
    try:
        return read()
    except KridError:
        return {}


def _object(text: str) -> JsonObject:
    raw = base64url.decode(text)
    return strict_json.loads_object(raw, max_bytes=limits.MAX_JWT_HEADER_BYTES)


def _claims(text: str) -> JsonObject:
    unsigned = Jws({}, base64url.decode(text), b"", b"", Alg.ES256)
    return unsigned.claims(max_values=limits.MAX_JWT_VALUES)
