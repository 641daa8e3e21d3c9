"""`krid inspect`: what bytes claim to be, decoded for people; nothing is believed."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import click

from krid._core import cbor
from krid._core.strict_json import Json
from krid.cli import engagements, lint_report
from krid.cli.content import CREDENTIALS, Content, Kind, as_json, recognise
from krid.cli.exits import Exit
from krid.cli.files import read_file, write_json
from krid.errors import Code, MalformedError
from krid.formats import named, standard_formats

if TYPE_CHECKING:
    from krid.x509 import Certificate, RevocationList

_PRIVATE_OF_JWK: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_PRIVATE: Final = ("secretKey", "privateKey", "holderSecret", "proverBlind")
_HIDDEN: Final = "(private, not shown)"


@click.command(name="inspect")
@click.argument("file")
@click.option(
    "--format",
    "form",
    type=click.Choice([kind.value for kind in Kind]),
    help="Don't tell the content apart.",
)
@click.option("--json", "json_only", is_flag=True, help="Print one JSON object.")
@click.option("--lint", is_flag=True, help="Name each deviation from the standard instead.")
@click.option("--now", metavar="RFC3339", help="The moment to lint by; without it, now.")
def command(file: str, form: str | None, json_only: bool, lint: bool, now: str | None) -> int:  # noqa: FBT001  click passes flags so
    """Decode a credential, presentation, list, key, certificate, DID document or engagement.

    Nothing is verified: what this shows is what the bytes say of themselves. With --lint, the
    exit status is 1 when a verifier must refuse a credential or presentation whatever it trusts.

    \b
    Examples:
      krid inspect card.sdjwt
      krid inspect presentation.mdoc --json
      krid inspect card.sdjwt --lint
    """  # noqa: D301
    if lint:
        return _lint(read_file(file), form, json_only=json_only, now=now)
    content = recognise(read_file(file), forced=None if form is None else Kind(form))
    decoded = decode(content)
    if not json_only:
        click.echo(f"{content.kind.value}, {len(content.raw):,} bytes, not verified", err=True)
    write_json({"format": content.kind.value, **decoded})
    return Exit.DONE


def _lint(raw: bytes, form: str | None, *, json_only: bool, now: str | None) -> int:
    content = recognise_to_lint(raw, forced=None if form is None else Kind(form))
    findings = lint_report.lint(content, now=now)
    if json_only:
        lint_report.show_json(content, findings)
    else:
        lint_report.show(content, findings)
    return lint_report.exit_status(findings)


def recognise_to_lint(raw: bytes, *, forced: Kind | None) -> Content:
    """Tell content apart, where CBOR that can't be read is taken for a broken mdoc.

    Raises:
        MalformedError: `input.unknown`.
    """
    try:
        return recognise(raw, forced=forced)
    except MalformedError as refusal:
        if refusal.code is Code.INPUT_UNKNOWN:
            raise
        return recognise(raw, forced=Kind.MDOC)


def decode(content: Content) -> Mapping[str, object]:
    """Decode content of any kind into JSON-like values.

    Raises:
        MalformedError: the bytes are not of that kind.
    """
    return _DECODERS[content.kind](content)


def _credential(content: Content) -> Mapping[str, object]:
    inspection = named(standard_formats(), content.kind.value).inspect(content.raw)
    return {"type": inspection.type, "content": inspection.content}


def _opendid(content: Content) -> Mapping[str, object]:
    from krid.opendid import inspect

    inspection = inspect(content.raw)
    return {"type": inspection.type, "content": inspection.content}


def _jws(content: Content) -> Mapping[str, object]:
    from krid.jose.jws import Jws

    jws = Jws.parse(content.raw.decode("ascii", "replace"))
    return {"header": jws.header, "payload": jws.claims()}


def _json(content: Content) -> Mapping[str, object]:
    return {"content": _without_secrets(as_json(content))}


def _without_secrets(value: Json) -> Json:
    """Hide private keys, in JWKs and Multikeys wherever they stand: what is shown gets about."""
    if isinstance(value, Mapping):
        secret = _PRIVATE_OF_JWK if "kty" in value else frozenset()
        return {
            name: _HIDDEN
            if name in secret or name.startswith(_PRIVATE)
            else _without_secrets(member)
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(each) for each in value]
    return value


def _request(content: Content) -> Mapping[str, object]:
    from krid.mdoc import parse_device_request

    request = parse_device_request(content.raw)
    return {
        "version": request.version,
        "requests": [
            {
                "type": each.items.doctype,
                "elements": each.items.elements,
                "info": each.items.info,
                "signed": each.reader_auth is not None,
            }
            for each in request.doc_requests
        ],
    }


def _type(content: Content) -> Mapping[str, object]:
    from krid.sdjwt.type_metadata import parse_type_metadata

    return {"type": parse_type_metadata(content.raw).vct, "content": as_json(content)}


def _pem(content: Content) -> Mapping[str, object]:
    from krid.x509 import Certificate, RevocationList
    from krid.x509.certificate import CERTIFICATE
    from krid.x509.crl import X509_CRL
    from krid.x509.pem import parse_blocks

    blocks = parse_blocks(content.raw)
    for block in blocks:
        if block.label not in (CERTIFICATE, X509_CRL):
            raise MalformedError(Code.X509_SYNTAX, "a PEM block is no certificate and no list")
    shown: dict[str, object] = {
        "certificates": [
            _certificate(Certificate.parse(block.content))
            for block in blocks
            if block.label == CERTIFICATE
        ]
    }
    lists = [RevocationList.parse(each.content) for each in blocks if each.label == X509_CRL]
    return shown | ({"revocation_lists": list(map(_revocations, lists))} if lists else {})


def _certificate(each: "Certificate") -> Mapping[str, object]:
    return {
        "subject": each.subject,
        "issuer": each.issuer,
        "serial": f"{each.serial:x}",
        "not_before": each.not_before,
        "not_after": each.not_after,
        "dns_names": each.dns_names,
        "uris": each.uris,
        "sha256": each.thumbprint().hex(),
    }


def _revocations(each: "RevocationList") -> Mapping[str, object]:
    return {
        "number": each.number,
        "this_update": each.this_update,
        "next_update": each.next_update,
        "authority_key_id": each.authority_key_id.hex(),
        "entries": len(each.entries),
    }


def _cbor(content: Content) -> Mapping[str, object]:
    return {"content": _plain(cbor.decode(content.raw))}


def _plain(value: object) -> object:
    """Write CBOR as JSON-like values: keys as text, tags by name, bytes in base64url."""
    match value:
        case Mapping():
            return {str(key): _plain(member) for key, member in value.items()}
        case list() | tuple():
            return [_plain(member) for member in value]
        case cbor.DateTime(text=text) | cbor.FullDate(text=text):
            return text
        case cbor.Tagged(tag=tag, value=inner):
            return {"tag": tag, "value": _plain(inner)}
        case _:
            return {"embedded": value.content} if isinstance(value, cbor.Embedded) else value


_DECODERS: Final[Mapping[Kind, Callable[[Content], Mapping[str, object]]]] = {
    **dict.fromkeys(CREDENTIALS, _credential),
    Kind.OPENDID: _opendid,
    Kind.REQUEST: _request,
    Kind.ENGAGEMENT: engagements.decode,
    Kind.TYPE: _type,
    Kind.JWS: _jws,
    Kind.JSON: _json,
    Kind.PEM: _pem,
    Kind.CBOR: _cbor,
}
