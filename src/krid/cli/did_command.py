"""`krid did`: create DIDs, and update and deactivate those that have a log."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, final

import click

from krid._core.clock import SystemClock
from krid.cli import bbs_keys
from krid.cli.files import about, read_file, read_json, write_json
from krid.cli.groups import Group
from krid.cli.key_command import private_key_at, public_key_at, read_public_key
from krid.errors import Code, MisuseError, StoreError
from krid.keys import LocalKey, PublicKey

if TYPE_CHECKING:
    from krid._core.strict_json import JsonObject
    from krid.did.methods.webvh import Changes, History, WitnessRule

_KEY = click.option(
    "--key", "key_file", metavar="FILE", required=True, help="The key that signs: a file or -."
)
_HOST = click.option("--host", required=True, help="The web server, with :port if it has one.")
_PATH = click.option("--path", multiple=True, help="A segment of the path; repeat for more.")
_DOCUMENT = click.option(
    "--document", "document_file", metavar="FILE", help="The DID document, a file."
)
_NEXT = click.option(
    "--next-key",
    "next_files",
    multiple=True,
    help="Announce a key for the next update; repeat for more.",
)
_WITNESS = click.option("--witness", multiple=True, help="A witness, a did:key; repeat for more.")
_THRESHOLD = click.option("--threshold", type=int, default=1, show_default=True,
                          help="How many of the witnesses must approve.")  # fmt: skip


@click.group(name="did", cls=Group)
def command() -> None:
    """Create, update and deactivate DIDs.

    \b
    Examples:
      krid did create key --key holder.jwk
      krid key new --alg EdDSA --out update.jwk
      krid did create webvh --host issuer.example --key update.jwk --out did.jsonl
      krid did update did.jsonl --key update.jwk --document did.json
      krid did deactivate did.jsonl --key update.jwk
    """  # noqa: D301


@command.group(cls=Group)
def create() -> None:
    """Create a DID of one of the methods.

    \b
    Examples:
      krid did create key --key holder.jwk
      krid did create web --host issuer.example --key issuer.jwk > did.json
    """  # noqa: D301


@create.command(name="key")
@_KEY
def create_key(key_file: str) -> None:
    """Print the did:key of a key, also of one of BBS.

    \b
    Example:
      krid did create key --key holder.jwk
    """  # noqa: D301
    from krid.did import DidKey
    from krid.did.bbs_keys import did_key_of

    raw = read_file(key_file)
    if bbs_keys.is_one(raw):
        click.echo(str(did_key_of(bbs_keys.read_public(raw))))
        return
    with about(key_file):
        click.echo(str(DidKey.create(read_public_key(raw))))


@create.command(name="jwk")
@_KEY
def create_jwk(key_file: str) -> None:
    """Print the did:jwk of a key.

    \b
    Example:
      krid did create jwk --key holder.jwk
    """  # noqa: D301
    from krid.did import DidJwk

    click.echo(str(DidJwk.create(public_key_at(key_file))))


@create.command(name="peer")
@_KEY
@click.option(
    "--agreement-key", "agreement_file", metavar="FILE", help="A key to encrypt to, such as X25519."
)
@click.option(
    "--service", "service_file", metavar="FILE", help="A service, a file with one JSON object."
)
def create_peer(key_file: str, agreement_file: str | None, service_file: str | None) -> None:
    """Print a did:peer of number 2: the key authenticates and signs statements.

    \b
    Example:
      krid did create peer --key holder.jwk
    """  # noqa: D301
    from krid.did import DidPeer, Purpose

    key = public_key_at(key_file)
    keys = [(Purpose.AUTHENTICATION, key), (Purpose.ASSERTION, key)]
    if agreement_file is not None:
        keys.append((Purpose.KEY_AGREEMENT, public_key_at(agreement_file)))
    services = [] if service_file is None else [read_json(service_file)]
    click.echo(str(DidPeer.create(keys, services)))


@create.command(name="web")
@_HOST
@_PATH
@_KEY
def create_web(host: str, path: tuple[str, ...], key_file: str) -> None:
    """Print the document to put on the web server as did.json.

    \b
    Example:
      krid did create web --host issuer.example --key issuer.jwk > did.json
    """  # noqa: D301
    from krid.did import DidWeb, ListedKey, compose

    did = str(DidWeb.create(host, *path))
    write_json(compose(did, [ListedKey("key-1", public_key_at(key_file))]))


@create.command(name="webvh")
@_HOST
@_PATH
@_KEY
@_DOCUMENT
@_NEXT
@_WITNESS
@_THRESHOLD
@click.option("--portable", is_flag=True, help="Let the DID move to another host later.")
@click.option("--out", required=True, help="The log to write, did.jsonl on the web server.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create_webvh(**options: object) -> None:
    """Write the log of a new did:webvh and print the DID.

    A document of your own has `{SCID}` where the hash will stand; without one, the document
    lists the update key for authentication and statements.

    \b
    Example:
      krid did create webvh --host issuer.example --key update.jwk --out did.jsonl
    """  # noqa: D301
    from krid.did import webvh

    words = _Creation(**options)  # type: ignore[arg-type]  # click has checked each of them
    if Path(words.out).exists():
        raise StoreError(Code.STORE_EXISTS, words.out)
    key = _signer(words.key_file)
    changes = webvh.Changes(
        next_keys=_keys(words.next_files) or None,
        witness=_rule(words.witness, words.threshold),
        portable=words.portable,
    )
    document = words.document(key.public_key)
    prepared = webvh.prepare_creation(
        document, key=key.public_key, changes=changes, now=SystemClock().now()
    )
    _finish(prepared.sign_with(key), words.out, as_json=words.as_json)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Creation:
    """The words of `krid did create webvh`."""

    host: str
    path: tuple[str, ...]
    key_file: str
    document_file: str | None
    next_files: tuple[str, ...]
    witness: tuple[str, ...]
    threshold: int
    portable: bool
    out: str
    as_json: bool

    def document(self, key: PublicKey) -> "JsonObject":
        from krid.did import ListedKey, compose, webvh

        if self.document_file is not None:
            return read_json(self.document_file)
        return compose(webvh.draft(self.host, *self.path), [ListedKey("key-1", key)])


@command.command()
@click.argument("log")
@_KEY
@_DOCUMENT
@_NEXT
@click.option(
    "--update-key",
    "update_files",
    multiple=True,
    help="Who may update from now on; repeat for more.",
)
@click.option("--end-pre-rotation", is_flag=True, help="Announce no keys any more.")
@_WITNESS
@_THRESHOLD
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def update(log: str, **options: object) -> None:
    """Add an entry to a did:webvh log: a new document, new keys, or both.

    \b
    Example:
      krid did update did.jsonl --key update.jwk --document did.json
    """  # noqa: D301
    from krid.did import webvh

    words = _Update(**options)  # type: ignore[arg-type]  # click has checked each of them
    announcing = words.next_files or words.end_pre_rotation
    changes: Changes = webvh.Changes(
        update_keys=_keys(words.update_files) or None,
        next_keys=_keys(words.next_files) if announcing else None,
        witness=_rule(words.witness, words.threshold),
    )
    key, now = _signer(words.key_file), SystemClock().now()
    document = None if words.document_file is None else read_json(words.document_file)
    prepared = webvh.prepare_update(
        _read_log(log), document, key=key.public_key, changes=changes, now=now
    )
    _finish(prepared.sign_with(key), log, as_json=words.as_json)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class _Update:
    """The words of `krid did update`."""

    key_file: str
    document_file: str | None
    next_files: tuple[str, ...]
    update_files: tuple[str, ...]
    end_pre_rotation: bool
    witness: tuple[str, ...]
    threshold: int
    as_json: bool


@command.command()
@click.argument("log")
@_KEY
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def deactivate(log: str, key_file: str, as_json: bool) -> None:  # noqa: FBT001
    """Add the entry that deactivates a did:webvh for ever.

    \b
    Example:
      krid did deactivate did.jsonl --key update.jwk
    """  # noqa: D301
    from krid.did import webvh

    key = _signer(key_file)
    prepared = webvh.prepare_deactivation(
        _read_log(log), key=key.public_key, now=SystemClock().now()
    )
    _finish(prepared.sign_with(key), log, as_json=as_json)


def _signer(name: str) -> LocalKey:
    return private_key_at(name)


def _keys(names: tuple[str, ...]) -> tuple[PublicKey, ...]:
    return tuple(public_key_at(name) for name in names)


def _rule(witnesses: tuple[str, ...], threshold: int) -> "WitnessRule | None":
    from krid.did import webvh

    if not witnesses:
        return None
    members = {"threshold": threshold, "witnesses": [{"id": did} for did in witnesses]}
    return webvh.WitnessRule.parse(members)


def _read_log(name: str) -> "History":
    """Read and verify a log; the approval of its witnesses is for resolvers to check."""
    from krid.did import webvh

    history = webvh.read(read_file(name), now=SystemClock().now())
    if history.fault is not None:
        raise history.fault
    return history


def _finish(history: "History", out: str, *, as_json: bool) -> None:
    """Write the log beside its place and put it there at once, then say what it is."""
    path = Path(out)
    if out == "-":
        raise MisuseError(Code.MISUSE_OPTION, "a log is a file")
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_bytes(history.encode())
        beside.replace(path)
    except OSError as cause:
        raise StoreError(Code.STORE_IO, out) from cause
    latest = history.latest
    if as_json:
        write_json({"did": str(latest.did), "versionId": latest.version_id, "log": out})
    else:
        click.echo(str(latest.did))
