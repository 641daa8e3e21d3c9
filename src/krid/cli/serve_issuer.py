"""`krid serve issuer`: what an issuer publishes, behind a server that speaks TLS."""

import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, final

import click

from krid._core.clock import SystemClock
from krid._core.strict_json import JsonObject
from krid.cli.extras import need
from krid.cli.files import read_file
from krid.cli.listening import HOST, address_of, listening, port_option, serve_at

if TYPE_CHECKING:
    import socket

    from starlette.applications import Starlette

    from krid.status import ListForm
    from krid.web import Document, PublishedLists

_HEAD_BYTES = 16 * 1024
_CONNECTIONS = 1_000
_DAY = timedelta(days=1)


@click.command(name="issuer")
@click.option("--db", "database", help="The database of the status lists.")
@click.option("--lists", "template", metavar="URI", help="Their address, with {shard} in it.")
@click.option(
    "--list",
    "list_files",
    multiple=True,
    metavar="FILE",
    help="A signed status list; repeat for more.",
)
@click.option("--issuer", help="The issuer whose metadata is published.")
@click.option(
    "--key", "key_files", multiple=True, metavar="FILE", help="A public key of it; repeat for more."
)
@click.option(
    "--type", "type_files", multiple=True, metavar="FILE", help="Type metadata; repeat for more."
)
@click.option("--crl", "crl_file", metavar="FILE", help="Served at /crl, as DER.")
@click.option("--certificate", "certificate_file", metavar="FILE", help="Served at /iaca.cer.")
@click.option("--aggregation", default="/status-lists", show_default=True, metavar="PATH",
              help="Where the addresses of all lists are listed.")  # fmt: skip
@HOST
@port_option(8_080)
def command(host: str, port: int, **options: object) -> None:
    """Publish an issuer's status lists, metadata, types, revocations and certificate.

    Each answer is logged as one JSON line that names nobody.

    \b
    Example:
      krid serve issuer --db status.db --lists https://mois.example/status/{shard} \\
        --issuer https://mois.example --key issuer.jwk
    """  # noqa: D301
    app = make_app(IssuerWords(**options))  # type: ignore[arg-type]  # click has checked each
    with listening(host, port) as listener:
        click.echo(address_of(host, listener), err=True)
        run(app, listener)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerWords:
    """The options of `krid serve issuer` as they came."""

    database: str | None
    template: str | None
    list_files: tuple[str, ...]
    issuer: str | None
    key_files: tuple[str, ...]
    type_files: tuple[str, ...]
    crl_file: str | None
    certificate_file: str | None
    aggregation: str


def make_app(words: IssuerWords) -> "Starlette":
    """Make the application that the options describe.

    Raises:
        MisuseError: `misuse.extra` without the extra `web`.
    """
    need("web")
    from krid.web import publishing_app

    lists, documents = _lists(words), _documents(words)
    if lists is None and not documents:
        raise click.UsageError("nothing to publish")
    return publishing_app(
        lists=lists,
        documents=documents,
        aggregation_path=words.aggregation,
        clock=SystemClock(),
        timer=perf_counter,
        log=_log,
    )


def run(app: "Starlette", listener: "socket.socket") -> None:
    """Serve until interrupted, with limits on heads and connections, and no log of requests."""
    import uvicorn

    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        server_header=False,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=5,
    )
    serve_at(listener, config)


def _lists(words: IssuerWords) -> "PublishedLists | None":
    if (words.database is None) != (words.template is None):
        raise click.UsageError("--db and --lists go together")
    if words.database is not None and words.list_files:
        raise click.UsageError("give --db or --list")
    if words.list_files:
        from krid.web import SignedLists

        return SignedLists(
            read_file(name).decode("ascii", "replace").strip() for name in words.list_files
        )
    if words.database is None or words.template is None:
        return None
    from krid.cli.status_bitstrings import served_forms
    from krid.cli.status_registry import open_registry
    from krid.status.registry.forms import CWT_FORM, JWT_FORM
    from krid.web import RegistryLists

    registry = open_registry(words.database, words.template)
    forms: list[ListForm] = [JWT_FORM, CWT_FORM, *served_forms()]
    return RegistryLists(registry, words.template, forms=forms)


def _documents(words: IssuerWords) -> "dict[str, Document]":
    from krid.cli.key_command import public_key_at
    from krid.web import Document
    from krid.web.documents import issuer_metadata, type_metadata
    from krid.x509 import Certificate, RevocationList

    found: dict[str, Document] = {}
    if (words.issuer is None) != (not words.key_files):
        raise click.UsageError("--issuer and --key go together")
    if words.issuer is not None:
        keys = [public_key_at(name) for name in words.key_files]
        found.update([issuer_metadata(words.issuer, keys)])
    for name in words.type_files:
        found.update([type_metadata(read_file(name))])
    if words.crl_file is not None:
        revoked = RevocationList.parse(_der(words.crl_file, "X509 CRL"))
        found["/crl"] = Document(revoked.der, "application/pkix-crl")
    if words.certificate_file is not None:
        root = Certificate.parse(_der(words.certificate_file, "CERTIFICATE"))
        found["/iaca.cer"] = Document(root.der, "application/pkix-cert", _DAY)
    return found


def _der(name: str, label: str) -> bytes:
    """Read DER, or the one PEM block of a label."""
    from krid.x509.pem import parse_blocks

    raw = read_file(name)
    if b"-----BEGIN " not in raw:
        return raw
    blocks = [block.content for block in parse_blocks(raw) if block.label == label]
    if len(blocks) != 1:
        raise click.UsageError(f"{name} holds {len(blocks)} blocks of {label}")
    return blocks[0]


def _log(line: JsonObject) -> None:
    from krid._core import times

    at = times.to_rfc3339(SystemClock().now())
    sys.stderr.write(f"{json.dumps({'at': at, **line})}\n")
