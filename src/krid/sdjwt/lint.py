"""Linting an SD-JWT VC: every deviation from RFC 9901 and SD-JWT VC that the bytes alone show.

The checks are those of `verify`, called one by one. What needs the verifier's own knowledge is
left out: whom it trusts, its nonce, its name and how old a presentation may be. The issuer's
signature is checked where a certificate in `x5c` has the key.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from krid._core import limits, times
from krid._core.frozen import freeze
from krid._core.strict_json import Json
from krid.errors import BindingError, Code
from krid.model import Finding, Findings, binding
from krid.sdjwt import json_form, key_binding, names, registered, vc
from krid.sdjwt.lint_jws import Parts, check_typ, lint_jws, lint_signer
from krid.sdjwt.lint_reveal import Walk, within
from krid.sdjwt.lint_rules import RULES
from krid.sdjwt.model import Disclosure, HashAlg
from krid.sdjwt.parse import parse_disclosures, split

LINT_SKEW: Final = timedelta(seconds=60)
"""How far clocks may differ before a date counts as broken."""

_ROOT: Final = "$"
_SALT_CHARS: Final = 22
"""128 bits in base64url (RFC 9901, section 9.3)."""

_TEXTS: Final = ("iss", "sub", "vct#integrity")
_DATES: Final = ("exp", "nbf", "iat")


def lint(raw: bytes, *, now: datetime) -> tuple[Finding, ...]:
    """Return every deviation of a credential or presentation, errors first.

    Raises:
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    into = Findings(RULES)
    text = into.check("", lambda: json_form.to_compact(raw))
    if text is not None:
        _lint_text(text, now, into)
    return into.ordered()


def _lint_text(text: str, now: datetime, into: Findings) -> None:
    """Take the text apart, and check each part for itself."""
    parted = into.check("", lambda: split(text))
    if len(text) > limits.MAX_SDJWT_BYTES or (parted is None and "~" in text):
        return
    sd_jwt, kb = parted or (text + "~", "")
    signed, *encoded = sd_jwt[:-1].split("~")
    issued = lint_jws(signed, place="issuer JWT", into=into)
    check_typ(issued, names.TYP_VC, Code.SDJWT_TYP, place="issuer JWT", into=into)
    lint_signer(issued, place="issuer JWT", now=now, into=into)
    claims, alg = _lint_content(issued, encoded, now, into)
    if kb:
        _lint_key_binding(kb, sd_jwt, claims=claims, alg=alg, now=now, into=into)


def _lint_content(
    issued: Parts, encoded: list[str], now: datetime, into: Findings
) -> tuple[Mapping[str, Json], HashAlg | None]:
    payload = _frozen(issued.payload or {})
    named = payload.get(names.SD_ALG, HashAlg.SHA256.value)
    alg = into.check("$._sd_alg", lambda: HashAlg.from_claim(named))
    offered = _lint_disclosures(encoded, alg or HashAlg.SHA256, into)
    if issued.payload is None:
        return {}, alg
    walk = Walk(offered, into)
    shown = walk.members(payload, _ROOT, 1)
    shown.pop(names.SD_ALG, None)
    if alg is not None:
        _lint_unused(encoded, offered, walk, into)
    _lint_claims(payload, shown, now, into)
    return shown, alg


def _lint_disclosures(encoded: list[str], alg: HashAlg, into: Findings) -> dict[str, Disclosure]:
    """Read each disclosure for itself (section 4.2)."""
    offered: dict[str, Disclosure] = {}
    for number, text in enumerate(encoded):
        place = f"disclosure {number}"
        for digest, disclosure in _read(text, alg, place, into).items():
            if digest in offered:
                into.add(Code.SDJWT_DISCLOSURE_REPEATED, place)
            if len(disclosure.salt) < _SALT_CHARS:
                into.add(Code.SDJWT_SALT, place)
            offered[digest] = disclosure
    return offered


def _read(text: str, alg: HashAlg, place: str, into: Findings) -> Mapping[str, Disclosure]:
    return into.check(place, lambda: parse_disclosures([text], alg)) or {}


def _lint_unused(
    encoded: list[str], offered: Mapping[str, Disclosure], walk: Walk, into: Findings
) -> None:
    """Name each disclosure that no digest leads to (section 7.1, step 5)."""
    numbers = {text: number for number, text in enumerate(encoded)}
    for digest, disclosure in offered.items():
        if digest not in walk.met:
            into.add(Code.SDJWT_DISCLOSURE_UNUSED, f"disclosure {numbers[disclosure.encoded]}")


def _lint_claims(
    signed: Mapping[str, Json], shown: Mapping[str, Json], now: datetime, into: Findings
) -> None:
    """Check each registered claim for itself (SD-JWT VC, section 2.2.2)."""
    for name in names.ALWAYS_SHOWN:
        into.check(
            within(_ROOT, name),
            partial(vc.check_always_shown, _only(signed, name), _only(shown, name)),
        )
    for name in _TEXTS:
        into.check(within(_ROOT, name), partial(vc.check_texts, _only(shown, name)))
    for name in _DATES:
        into.check(
            within(_ROOT, name),
            partial(registered.check_validity_period, _only(shown, name), now=now, skew=LINT_SKEW),
        )
    if "exp" not in shown:
        into.add(Code.SDJWT_NO_EXPIRY, _ROOT)
    vct = into.check("$.vct", lambda: vc.check_type(shown))
    into.check("$.aka_vcts", lambda: vc.check_other_types(shown, vct or ""))
    into.check("$.status", lambda: vc.status_of(shown))
    into.check("$.aud", lambda: _check_audience_form(shown))
    if "cnf" in shown:
        into.check("$.cnf", lambda: binding.confirmation_key(shown))


def _check_audience_form(claims: Mapping[str, Json]) -> None:
    """Check the type of `aud`; whom it means is the verifier's to know."""
    try:
        registered.check_audience(claims, None)
    except BindingError:
        return


def _lint_key_binding(
    text: str,
    sd_jwt: str,
    *,
    claims: Mapping[str, Json],
    alg: HashAlg | None,
    now: datetime,
    into: Findings,
) -> None:
    """Check a key binding JWT by what stands in the presentation (section 7.3, step 5)."""
    place = "key binding JWT"
    before = Findings(RULES)
    parts = lint_jws(text, place=place, into=before)
    for finding in before.found.values():
        code = finding.code if finding.code is Code.ALG_UNKNOWN else Code.KB_SYNTAX
        into.add(code, finding.place, finding.words)
    check_typ(parts, names.TYP_KB, Code.KB_TYP, place=place, into=into)
    bound = parts.payload
    if bound is not None:
        _lint_bound(bound, place, now, into)
        if alg is not None and isinstance(bound.get("sd_hash"), str):
            into.check(f"{place}.sd_hash", partial(key_binding.check_sd_hash, bound, sd_jwt, alg))
    _lint_holder(parts, claims, place, into)


def _lint_bound(bound: dict[str, Json], place: str, now: datetime, into: Findings) -> None:
    for name in ("nonce", "aud", "sd_hash"):
        into.check(within(place, name), partial(binding.text, bound, name))
    into.check(
        f"{place}.iat",
        lambda: binding.check_created(bound, now=now, skew=LINT_SKEW, max_age=timedelta.max),
    )
    for name in ("nbf", "exp"):
        into.check(
            within(place, name),
            partial(
                binding.check_validity_period,
                {name: bound[name]} if name in bound else {},
                now=now,
                skew=LINT_SKEW,
            ),
        )


def _lint_holder(parts: Parts, claims: Mapping[str, Json], place: str, into: Findings) -> None:
    """Check the signature with the key that the credential names (steps 5.1 to 5.3)."""
    kb = parts.jws
    holder = into.check("$.cnf", lambda: binding.confirmation_key(claims))
    if kb is None or holder is None:
        return
    into.check("$.cnf.jwk", lambda: binding.check_key_marks(claims, kb.alg))
    into.check(f"{place} signature", lambda: kb.verify(holder, refusal=Code.KB_SIGNATURE))


def _only(claims: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    return {name: claims[name]} if name in claims else {}


def _frozen(payload: Mapping[str, Json]) -> Mapping[str, Json]:
    frozen: Mapping[str, Json] = freeze(payload)  # type: ignore[assignment]  # freezing JSON gives JSON
    return MappingProxyType(dict(frozen))
