"""`krid trust`: whom trust files believe, whether they still may, and why a credential is taken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, final

import click

from krid._core import base64url, times
from krid._core.clock import SystemClock
from krid.cli.content import CREDENTIALS, Content, Kind, recognise
from krid.cli.exits import Exit
from krid.cli.files import printable, read_file, write_json
from krid.cli.groups import Group
from krid.cli.trust_files import read_trust
from krid.errors import Code, KridError, MalformedError, TrustError
from krid.model import (
    BEARER,
    Challenge,
    HolderBinding,
    IssuerHint,
    IssuerKey,
    IssuerKeys,
    name_of_alg,
    name_of_key,
)

if TYPE_CHECKING:
    from krid.x509 import RevocationList

_FORMATS: Final = tuple(kind.value for kind in CREDENTIALS)
_ZERO: Final = timedelta(0)
_ANY_SESSION: Final = Challenge(
    audience="x",
    nonce="x",
    response_uri="https://verifier.example",
    binding=HolderBinding.NOT_REQUIRED,
)


@click.group(name="trust", cls=Group)
def command() -> None:
    """Look into trust files.

    \b
    Examples:
      krid trust show trust.pem
      krid trust check trust.pem
      krid trust explain card.sdjwt --trust trust.pem --trust issuers.jwks
    """  # noqa: D301  \b is click's mark for a paragraph that stays as it is


@final
@dataclass(frozen=True, slots=True)
class _Anchor:
    """One thing that a trust file believes in, and from when to when."""

    kind: str
    name: str
    identifier: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def to_json(self) -> dict[str, str | None]:
        return {
            "kind": self.kind,
            "name": self.name,
            "identifier": self.identifier,
            "valid_from": _text(self.valid_from),
            "valid_until": _text(self.valid_until),
        }

    def fault(self, now: datetime) -> str | None:
        """Say why it is not in force at a moment."""
        if self.valid_from is not None and now < self.valid_from:
            return "not valid yet"
        if self.valid_until is not None and now > self.valid_until:
            return "expired"
        return None


@command.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(files: tuple[str, ...], *, as_json: bool) -> None:
    """List the authorities, keys and DIDs that trust files believe in, and what they revoked.

    \b
    Example:
      krid trust show trust.pem issuers.jwks
    """  # noqa: D301
    found = [anchor for name in files for anchor in _anchors(_source(name))]
    if as_json:
        write_json({"anchors": [each.to_json() for each in found]})
        return
    for each in found:
        until = f", until {_text(each.valid_until)}" if each.valid_until else ""
        click.echo(f"{each.kind}  {printable(each.name)}  {each.identifier}{until}")


@command.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--now", metavar="RFC3339", help="The moment to judge by; without it, now.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(files: tuple[str, ...], *, now: str | None, as_json: bool) -> int:
    """Tell which of the authorities in trust files are not in force; 1 when there are any.

    \b
    Example:
      krid trust check trust.pem --now 2030-01-01T00:00:00Z
    """  # noqa: D301
    moment = _moment(now)
    found = [anchor for name in files for anchor in _anchors(_source(name))]
    faults = [(each, fault) for each in found if (fault := each.fault(moment)) is not None]
    if as_json:
        told = [each.to_json() | {"fault": fault} for each, fault in faults]
        write_json({"checked": len(found), "faults": told})
    else:
        for each, fault in faults:
            click.echo(f"{fault}: {printable(each.name)} ({each.identifier})")
        click.echo(f"{len(found)} checked, {len(faults)} not in force")
    return Exit.REJECTED if faults else Exit.DONE


@command.command()
@click.argument("file")
@click.option("--trust", "trust_files", multiple=True, required=True, metavar="FILE",
              help="Certificates, keys or DIDs to believe; repeat for more.")  # fmt: skip
@click.option("--now", metavar="RFC3339", help="The moment to judge by; without it, now.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Don't tell the content apart.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(
    file: str, *, trust_files: tuple[str, ...], now: str | None, form: str | None, as_json: bool
) -> int:
    """Say through which path each trust file believes a credential's issuer, or why not.

    Nothing but the issuer is checked: not the signature, the dates, the holder or the status.

    \b
    Example:
      krid trust explain card.sdjwt --trust iaca.pem --trust issuers.jwks
    """  # noqa: D301
    moment = _moment(now)
    content = recognise(read_file(file), forced=None if form is None else Kind(form))
    hint = _hint_of(content, moment)
    paths = [_path(name, hint, moment) for name in trust_files]
    trusted = any(each["trusted"] for each in paths)
    if as_json:
        write_json({"trusted": trusted, "says": _said(hint), "paths": paths})
    else:
        _show_paths(hint, paths)
    return Exit.DONE if trusted else Exit.REJECTED


def _show_paths(hint: IssuerHint, paths: list[dict[str, object]]) -> None:
    for name, value in _said(hint).items():
        if value is None:
            continue
        click.echo(f"{name}: {printable(str(value))}")
    for each in paths:
        if each["trusted"]:
            level = "" if each["assurance"] is None else f", assurance {each['assurance']}"
            words = f"trusted as {each['issuer']}, by {each['path']}{level}"
        else:
            words = f"not trusted: {each['code']}: {each['message']}"
        click.echo(f"{each['file']}: {printable(words)}")


@final
class _Asked:
    """Trust that notes what a format asks, and believes nobody."""

    hint: IssuerHint | None = None

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port
        self.hint = hint
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER)


def _hint_of(content: Content, now: datetime) -> IssuerHint:
    """Return what a credential or presentation says about its issuer, unverified."""
    from krid.formats import named, standard_formats

    if content.kind.value not in _FORMATS:
        raise MalformedError(Code.INPUT_UNKNOWN, f"{content.kind.value} is not a credential")
    asked, refusals = _Asked(), list[KridError]()
    for challenge in (BEARER, _ANY_SESSION):
        try:
            named(standard_formats(), content.kind.value).verify(
                content.raw,
                issuers=asked,
                challenge=challenge,
                now=now,
                skew=_ZERO,
                max_age=_ZERO,
            )
        except KridError as refusal:
            refusals.append(refusal)
        if asked.hint is not None:
            return asked.hint
    raise refusals[0]


def _path(name: str, hint: IssuerHint, now: datetime) -> dict[str, object]:
    try:
        found = _source(name).find(hint, now=now)
    except KridError as refusal:
        told = {"code": str(refusal.code), "message": str(refusal)}
        return {"file": name, "trusted": False} | told
    return {
        "file": name,
        "trusted": True,
        "issuer": found.issuer,
        "path": found.path,
        "assurance": None if found.assurance is None else found.assurance.word,
    }


def _said(hint: IssuerHint) -> dict[str, object]:
    """Say what the credential claims, none of it believed."""
    return {
        "format": hint.format,
        "type": hint.type,
        "alg": name_of_alg(hint.alg),
        "issuer": hint.issuer,
        "key_id": hint.key_id,
        "certificates": len(hint.certificates),
    }


def _source(name: str) -> IssuerKeys:
    return read_trust((name,), ()).issuers


def _anchors(source: IssuerKeys) -> Iterator[_Anchor]:
    """List what a source believes in; one that krid can't look into is named by its kind."""
    from krid.trust import AnyOf, CertificateTrust, DidTrust, KeyTrust, WhereKnown

    match source:
        case AnyOf(sources=sources):
            for each in sources:
                yield from _anchors(each)
        case CertificateTrust(anchors=anchors, revocation=revocation):
            for anchor in anchors:
                thumbprint = base64url.encode(anchor.thumbprint())
                yield _Anchor(
                    "authority", anchor.subject, thumbprint, anchor.not_before, anchor.not_after
                )
            if isinstance(revocation, WhereKnown):
                yield from (_revocations(each) for each in revocation.crls.at_hand)
        case KeyTrust(pins=pins):
            for pin in pins:
                yield _Anchor("key", pin.issuer or pin.key_id or "any name", name_of_key(pin.key))
        case DidTrust(dids=dids):
            for did in sorted(dids):
                yield _Anchor("did", did, did)
        case _:
            yield _Anchor(type(source).__name__, "", "")


def _revocations(known: "RevocationList") -> _Anchor:
    from krid.x509.text import name_text

    words = f"list {known.number}, {len(known)} revoked"
    name = name_text(known.native.issuer)
    return _Anchor("revocation", name, words, known.this_update, known.next_update)


def _moment(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        return times.from_rfc3339(text)
    except MalformedError as cause:
        raise click.UsageError("--now is not an RFC 3339 date-time") from cause


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else times.to_rfc3339(moment)
