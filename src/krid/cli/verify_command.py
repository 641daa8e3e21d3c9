"""`krid verify`: every check of a credential or presentation, in one command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, final

import click

from krid._core import strict_json, times
from krid._core.clock import SystemClock
from krid.cli import context_files
from krid.cli.content import CREDENTIALS, Content, Kind, recognise
from krid.cli.exits import Exit, exit_for
from krid.cli.files import read_file, write_json
from krid.cli.opendid_files import UNLOCKING, OpenDidFiles, read_opendid
from krid.cli.report_table import show
from krid.cli.trust_files import Trusted, read_trust, status_source
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.keys import Alg, BbsAlg
from krid.model import (
    BEARER,
    NO_POLICY,
    NO_STATUS,
    Bearer,
    Challenge,
    CredentialFormat,
    Evidence,
    HolderBinding,
    NoStatus,
    Policy,
    StatusSource,
    VerifiedCredential,
)

if TYPE_CHECKING:
    from krid.mdoc import VerifiedDocRequest
    from krid.verifier import Report

_FORMATS = (*(kind.value for kind in CREDENTIALS), Kind.OPENDID.value, Kind.REQUEST.value)


@click.command(name="verify")
@click.argument("file")
@click.option(
    "--trust",
    "trust_files",
    multiple=True,
    required=True,
    metavar="FILE",
    help="PEM certificates, JWKs or DIDs to believe, X.509 CRLs, status lists; repeat for more.",
)
@click.option("--nonce", help="The nonce that the presentation must answer.")
@click.option("--audience", help="The verifier that the presentation must be for.")
@click.option("--response-uri", default="", help="Where an OpenID4VP answer was sent (mdoc).")
@click.option("--transcript", metavar="HEX", help="The CBOR SessionTranscript (mdoc).")
@click.option("--bearer", is_flag=True, help="A credential that nobody presents.")
@click.option(
    "--status",
    "status_files",
    multiple=True,
    metavar="FILE",
    help="Signed status lists; others are fetched; repeat for more.",
)
@click.option(
    "--type-metadata",
    "type_files",
    multiple=True,
    metavar="FILE",
    help="Type metadata: an SD-JWT VC must be of such a type and follow it; repeat for more.",
)
@click.option(
    "--schema",
    "schema_files",
    multiple=True,
    metavar="FILE",
    help="JSON Schemas: a W3C credential must find here what it names; repeat for more.",
)
@context_files.option
@click.option(
    "--opendid",
    "opendid_files",
    multiple=True,
    metavar="FILE",
    help="OpenDID: DID documents, and status records (VcMeta); repeat for more.",
)
@click.option(
    "--unlocking",
    type=click.Choice(UNLOCKING),
    help="OpenDID: how the holder must have unlocked the keys. The audience is not checked.",
)
@click.option("--no-status", is_flag=True, help="Don't look up the status.")
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="Take this type alone; repeat for more."
)
@click.option("--max-status-age", type=click.IntRange(0), help="Seconds since a list was signed.")
@click.option("--now", metavar="RFC3339", help="The moment to judge by; without it, now.")
@click.option(
    "--max-age",
    type=click.IntRange(1),
    default=86_400,
    show_default=True,
    help="Seconds since the holder signed.",
)
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Don't tell the content apart.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(**options: object) -> int:
    """Verify a credential, a presentation or a reader's request against what you trust.

    Give --nonce and --audience for a presentation, --transcript for one in proximity, or
    --bearer for a credential that nobody presents. A reader's request needs --transcript. What was
    derived with bbs-2023 for a nonce, and is signed by no holder, takes --bearer with --nonce and
    --audience.

    \b
    Examples:
      krid verify card.sdjwt --trust issuer.jwk --bearer
      krid verify answer.sdjwt --trust iaca.pem --nonce n-0S6 --audience x509_san_dns:bank.example
    """  # noqa: D301
    words = _Words(**options)  # type: ignore[arg-type]  # click has checked each of them
    try:
        content = _content(words)
        challenge = _challenge(words)
        if content.kind is Kind.REQUEST:
            _show_readers(_verify_readers(words, content, challenge), as_json=words.as_json)
        else:
            _show_verified(_verify(words, content, challenge), as_json=words.as_json)
    except KridError as error:
        return _show_refused(error, as_json=words.as_json)
    return Exit.DONE


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    file: str
    trust_files: tuple[str, ...]
    nonce: str | None
    audience: str | None
    response_uri: str
    transcript: str | None
    bearer: bool
    status_files: tuple[str, ...]
    type_files: tuple[str, ...]
    schema_files: tuple[str, ...]
    context_files: tuple[str, ...]
    opendid_files: tuple[str, ...]
    unlocking: str | None
    no_status: bool
    types: tuple[str, ...]
    max_status_age: int | None
    now: str | None
    max_age: int
    form: str | None
    as_json: bool


def _challenge(words: _Words) -> Challenge | Bearer:
    """Read what the presentation must be bound to; leaving it out must be said."""
    bound = words.nonce is not None or words.audience is not None or words.transcript is not None
    if not words.bearer and not bound:
        raise click.UsageError("give --nonce and --audience, or --transcript, or --bearer")
    if not bound:
        return BEARER
    if words.transcript is not None:
        if words.bearer:
            raise click.UsageError("--transcript and --bearer contradict each other")
        return Challenge(audience="", nonce="", transcript=_hex(words.transcript))
    if not words.nonce or not words.audience:
        raise click.UsageError("--nonce and --audience go together")
    return Challenge(
        audience=words.audience,
        nonce=words.nonce,
        response_uri=words.response_uri,
        binding=HolderBinding.NOT_REQUIRED if words.bearer else HolderBinding.REQUIRED,
    )


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as cause:
        raise click.UsageError("--transcript is not hexadecimal") from cause


def _verify(words: _Words, content: Content, challenge: Challenge | Bearer) -> VerifiedCredential:
    from krid.profiles import HAIP
    from krid.verifier import verify_presentation

    _check_handover(content, challenge)
    opendid = read_opendid(words.opendid_files)
    trusted = read_trust(words.trust_files, words.status_files, methods=opendid.methods())
    return verify_presentation(
        content.raw,
        credential_format=_format(words, content.kind, opendid, challenge),
        trust=trusted.issuers,
        status=_status(words, trusted, opendid),
        profile=replace(
            HAIP,
            name="command line",
            algs=frozenset(Alg),
            bbs_algs=frozenset(BbsAlg),
            max_age=timedelta(seconds=words.max_age),
        ),
        challenge=challenge,
        now=_now(words.now),
        policy=_policy(words, content.kind.value),
    )


def _format(
    words: _Words, kind: Kind, opendid: OpenDidFiles, challenge: Challenge | Bearer
) -> CredentialFormat:
    from krid.cli.type_files import chosen_format

    if kind is not Kind.OPENDID:
        return chosen_format(kind, words.type_files, words.schema_files, words.context_files)
    if words.type_files or words.schema_files or words.context_files:
        raise click.UsageError("--type-metadata, --schema and --context are not for OpenDID")
    # Where nobody presents, nothing is unlocked.
    return opendid.format("any" if isinstance(challenge, Bearer) else words.unlocking)


def _verify_readers(
    words: _Words, content: Content, challenge: Challenge | Bearer
) -> "tuple[VerifiedDocRequest, ...]":
    """Verify who makes each request of a device request, for the session of the transcript."""
    from krid.mdoc import SessionTranscript, parse_device_request, verify_request

    if isinstance(challenge, Bearer) or challenge.transcript is None:
        raise MalformedError(Code.INPUT_UNKNOWN, "a reader's request needs --transcript")
    return verify_request(
        parse_device_request(content.raw),
        readers=read_trust(words.trust_files, words.status_files).issuers,
        transcript=SessionTranscript.parse(challenge.transcript),
        now=_now(words.now),
    )


def _policy(words: _Words, format_name: str) -> Policy:
    """Read what the caller demands beside trust."""
    if words.max_status_age is not None and words.no_status:
        raise click.UsageError("--max-status-age and --no-status contradict each other")
    if not words.types and words.max_status_age is None:
        return NO_POLICY
    age = None if words.max_status_age is None else timedelta(seconds=words.max_status_age)
    types = {format_name: frozenset(words.types)} if words.types else None
    return Policy(types=types, status_age=age)


def _content(words: _Words) -> Content:
    forced = None if words.form is None else Kind(words.form)
    content = recognise(read_file(words.file), forced=forced)
    if content.kind.value not in _FORMATS:
        raise MalformedError(Code.INPUT_UNKNOWN, f"{content.kind.value} is not a credential")
    return content


def _check_handover(content: Content, challenge: Challenge | Bearer) -> None:
    """Say what an mdoc is bound to beside nonce and audience (OpenID4VP 1.0, appendix B.2.6).

    Nothing but an embedded proof ties a credential that nobody presents to a nonce.
    """
    if isinstance(challenge, Bearer):
        return
    if challenge.binding is HolderBinding.NOT_REQUIRED and content.kind is not Kind.LDP_VC:
        raise click.UsageError("--bearer goes without --nonce and --audience, but for bbs-2023")
    if content.kind is not Kind.MDOC:
        return
    by_origin = challenge.audience.startswith("origin:")
    if challenge.transcript is None and not challenge.response_uri and not by_origin:
        raise click.UsageError("an mdoc needs --response-uri too, or --transcript alone")


def _status(words: _Words, trusted: Trusted, opendid: OpenDidFiles) -> StatusSource | NoStatus:
    return NO_STATUS if words.no_status else opendid.status(status_source(trusted))


def _now(text: str | None) -> datetime:
    if text is None:
        return SystemClock().now()
    try:
        return times.from_rfc3339(text)
    except MalformedError as cause:
        raise click.UsageError("--now is not an RFC 3339 date-time") from cause


def _show_verified(verified: VerifiedCredential, *, as_json: bool) -> None:
    from krid.verifier import Report

    report = Report.of(verified)
    if as_json:
        write_json(
            {
                "verified": True,
                "format": verified.format,
                "type": verified.type,
                "issuer": verified.issuer,
                "claims": verified.claims,
                "evidence": _evidence(verified.evidence),
                "checks": _checks(report),
            }
        )
        return
    show(report)
    write_json(verified.claims)


def _show_readers(verified: "tuple[VerifiedDocRequest, ...]", *, as_json: bool) -> None:
    if not as_json:
        for each in verified:
            click.echo(f"verified: a request for {each.items.doctype} by {each.reader}")
            click.echo(f"  reader: {each.path}")
        return
    write_json(
        {
            "verified": True,
            "format": Kind.REQUEST.value,
            "requests": [_shown_request(each) for each in verified],
        }
    )


def _shown_request(each: "VerifiedDocRequest") -> Mapping[str, object]:
    return {
        "type": each.items.doctype,
        "reader": each.reader,
        "path": each.path,
        "elements": each.items.elements,
    }


def _show_refused(error: KridError, *, as_json: bool) -> int:
    from krid.verifier import Report

    click.echo(f"{error.code}: {error}", err=True)
    report = Report.of(error)
    if as_json:
        write_json(
            {
                "verified": False,
                "code": str(error.code),
                "message": str(error),
                "evidence": _evidence(error.proved),
                "checks": _checks(report),
            }
        )
    elif not isinstance(error, MisuseError):
        show(report)
    return exit_for(error)


def _evidence(proved: Sequence[Evidence]) -> list[dict[str, str]]:
    return [{"check": each.check, "detail": each.detail} for each in proved]


def _checks(report: "Report") -> list[strict_json.JsonObject]:
    return [step.to_json() for section in report.sections for step in section.steps]
