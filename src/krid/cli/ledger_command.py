"""`krid ledger`: trusted issuers and anchors in an append-only log, and proofs of what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, final

import click

from krid._core import base64url, strict_json, times
from krid._core.clock import SystemClock
from krid.cli.extras import need
from krid.cli.files import read_file, write_bytes, write_json
from krid.cli.groups import Group
from krid.cli.key_command import private_key_at
from krid.cli.ledger_statements import from_json, to_json
from krid.errors import Code, StoreError
from krid.ledger import (
    FIRST_CONTACT,
    NO_WITNESSES,
    Checkpoint,
    LedgerKey,
    Logged,
    Removal,
    SchemaAnchored,
    Standing,
    StandingReceipt,
    Statement,
    StatusListAnchored,
    Subject,
    SubjectKind,
    Terms,
    TrustedIssuerRemoved,
    TypeMetadataAnchored,
    follow,
    parse_receipt,
    verify_history,
    verify_standing,
    watch,
)

if TYPE_CHECKING:
    from krid.ledger.embedded import Ledger

_KEY = click.option("--key", "key_file", required=True, metavar="FILE",
                    help="The ledger's private key: Ed25519, or P-256.")  # fmt: skip
_LOG = click.option("--log", "log_words", required=True, metavar="KEY|FILE",
                    help="The ledger's verifier key, as init prints it, or a file.")  # fmt: skip
_NOW = click.option("--now", metavar="RFC3339", help="The moment to judge by; without it, now.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(name="ledger", cls=Group)
def command() -> None:
    """Keep trusted issuers and anchors in an append-only log, and prove what it says.

    LEDGER is a file, or the address of a PostgreSQL database.

    \b
    Examples:
      krid key new --alg EdDSA --out ledger.jwk
      krid ledger init ledger.db --origin ledger.example/trust --key ledger.jwk > ledger.vkey
      krid ledger anchor ledger.db issuer.json --key ledger.jwk
      krid ledger prove ledger.db --issuer https://mois.example > mois.receipt
      krid ledger verify mois.receipt --log ledger.vkey
      krid ledger monitor ledger.db --log ledger.vkey --seen seen.checkpoint
    """  # noqa: D301


@command.command()
@click.argument("ledger")
@click.option("--origin", required=True, help="The ledger's name, such as ledger.example/trust.")
@_KEY
@_NOW
def init(ledger: str, origin: str, key_file: str, now: str | None) -> None:
    """Make a ledger, seal it for the first time, and print its verifier key.

    \b
    Example:
      krid ledger init ledger.db --origin ledger.example/trust --key ledger.jwk > ledger.vkey
    """  # noqa: D301
    key = private_key_at(key_file)
    log = LedgerKey(origin, key.public_key)
    with _embedded().create(ledger, origin=origin) as made:
        made.seal(key, now=_moment(now))
    click.echo(log.encode())


@final
@dataclass(frozen=True, slots=True)
class _Said:
    """What a command line wants to be said."""

    statements: tuple[str, ...]
    remove: tuple[str, ...]
    reason: str
    schema: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    status_list: tuple[tuple[str, str], ...]

    def all(self) -> list[Statement]:
        """Read the files, and put the statements in the order of the options."""
        reason = Removal(self.reason)
        return [
            *(each for name in self.statements for each in from_json(read_file(name))),
            *(TrustedIssuerRemoved(issuer=issuer, reason=reason) for issuer in self.remove),
            *(SchemaAnchored.of(uri, read_file(name)) for uri, name in self.schema),
            *(TypeMetadataAnchored.of(vct, read_file(name)) for vct, name in self.types),
            *(StatusListAnchored.of(uri, read_file(name)) for uri, name in self.status_list),
        ]


@command.command()
@click.argument("ledger")
@click.argument("statements", nargs=-1, metavar="[STATEMENTS]...")
@_KEY
@click.option(
    "--remove", multiple=True, metavar="ISSUER", help="Trust an issuer no longer; repeat for more."
)
@click.option("--reason", type=click.Choice([reason.value for reason in Removal]), default="ended",
              show_default=True, help="Why issuers are removed.")  # fmt: skip
@click.option(
    "--schema", nargs=2, multiple=True, metavar="URI FILE", help="Anchor a schema; repeat for more."
)
@click.option("--type", "types", nargs=2, multiple=True, metavar="VCT FILE",
              help="Anchor type metadata; repeat for more.")  # fmt: skip
@click.option("--status-list", nargs=2, multiple=True, metavar="URI FILE",
              help="Anchor a status list, as it is served; repeat for more.")  # fmt: skip
@_NOW
@_JSON
def anchor(
    ledger: str,
    key_file: str,
    now: str | None,
    as_json: bool,  # noqa: FBT001
    **words: object,
) -> None:
    """Append statements and seal the ledger; without any, seal it again.

    STATEMENTS are JSON files with one statement, or with several in `statements`.

    \b
    Examples:
      krid ledger anchor ledger.db issuer.json --key ledger.jwk
      krid ledger anchor ledger.db --remove https://mois.example --key ledger.jwk
      krid ledger anchor ledger.db --status-list https://mois.example/status/1 list.jwt --key k.jwk
    """  # noqa: D301
    key = private_key_at(key_file)
    said = _Said(**words)  # type: ignore[arg-type]  # click has checked each of them
    with _open(ledger) as opened:
        indexes = opened.append(said.all())
        checkpoint = opened.seal(key, now=_moment(now))
    if as_json:
        found = _checkpoint_members(checkpoint)
        write_json({"indexes": list(indexes), "checkpoint": found})
    else:
        write_bytes(checkpoint.raw)


@command.command()
@click.argument("ledger")
@click.option("--issuer", help="What holds for an issuer.")
@click.option("--schema", help="What holds for a schema.")
@click.option("--type", "type_", metavar="VCT", help="What holds for a type.")
@click.option("--status-list", help="What holds for a status list.")
@click.option("--other-log", help="What is known of another log.")
@click.option("--index", type=click.IntRange(0), help="That an entry stands in the ledger.")
@click.option("--checkpoint", is_flag=True, help="The newest checkpoint alone.")
def prove(ledger: str, **words: object) -> None:
    """Print a receipt: a file that shows offline what the ledger says about one subject.

    \b
    Examples:
      krid ledger prove ledger.db --issuer https://mois.example > mois.receipt
      krid ledger prove ledger.db --checkpoint > newest.checkpoint
    """  # noqa: D301
    # Zero is an index like any other.
    given = {
        name: value for name, value in words.items() if value is not None and value is not False
    }
    if len(given) != 1:
        raise click.UsageError("say one thing to prove")
    ((name, value),) = given.items()
    with _open(ledger) as opened:
        write_bytes(_proof(opened, name, value))


@command.command()
@click.argument("receipt")
@_LOG
@click.option("--known", metavar="FILE", help="The newest checkpoint seen before.")
@click.option("--max-age", type=click.IntRange(1), default=86_400, show_default=True,
              help="Seconds since the ledger was sealed.")  # fmt: skip
@_NOW
@_JSON
def verify(  # noqa: PLR0917  click passes by keyword
    receipt: str,
    log_words: str,
    known: str | None,
    max_age: int,
    now: str | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Check a receipt offline, and print what it shows.

    \b
    Example:
      krid ledger verify mois.receipt --log ledger.vkey --known newest.checkpoint
    """  # noqa: D301
    terms = Terms(
        log=_log(log_words),
        witnesses=NO_WITNESSES,
        known=FIRST_CONTACT if known is None else Checkpoint.parse(read_file(known)),
        greatest_age=timedelta(seconds=max_age),
    )
    found = _verify(read_file(receipt), terms, _moment(now))
    if as_json:
        write_json(found)
        return
    for name, value in found.items():
        if name != "checkpoint":
            click.echo(f"{name}: {_line(value)}")


@command.command()
@click.argument("ledger")
@_LOG
@click.option("--seen", metavar="FILE",
              help="The checkpoint of the last time: held against, then replaced.")  # fmt: skip
@click.option("--other", multiple=True, metavar="FILE",
              help="Checkpoints that were met elsewhere; repeat for more.")  # fmt: skip
@click.option("--quick", is_flag=True, help="Check that the ledger grew, and read no entries.")
@_JSON
def monitor(  # noqa: PLR0917
    ledger: str,
    log_words: str,
    seen: str | None,
    other: tuple[str, ...],
    quick: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Hold a ledger to everything that it signed; exit 1 when it was rewritten.

    \b
    Example:
      krid ledger monitor ledger.db --log ledger.vkey --seen seen.checkpoint
    """  # noqa: D301
    log = _log(log_words)
    earlier = [] if seen is None or not Path(seen).exists() else [_checkpoint(seen)]
    earlier += [_checkpoint(name) for name in other]
    with _open(ledger) as opened:
        newest = _follow(opened, log, earlier) if quick else _watch(opened, log, earlier)
    if seen is not None:
        _replace(Path(seen), newest.raw)
    if as_json:
        write_json({"consistent": True, "checkpoint": _checkpoint_members(newest)})
    else:
        click.echo(f"{newest.origin}: {newest.size} entries hold together")


def _embedded() -> "type[Ledger]":
    need("sql")
    from krid.ledger.embedded import Ledger

    return Ledger


def _open(where: str) -> "Ledger":
    return _embedded().open(where)


def _moment(now: str | None) -> datetime:
    return SystemClock().now() if now is None else times.from_rfc3339(now)


def _log(words: str) -> LedgerKey:
    """Read a verifier key that is given itself, or in a file."""
    if "+" in words:
        return LedgerKey.parse(words)
    return LedgerKey.parse(read_file(words).decode("utf-8", "replace").strip())


def _checkpoint(name: str) -> Checkpoint:
    return Checkpoint.parse(read_file(name))


_SUBJECTS = {
    "issuer": SubjectKind.ISSUER,
    "schema": SubjectKind.SCHEMA,
    "type_": SubjectKind.TYPE,
    "status_list": SubjectKind.STATUS_LIST,
    "other_log": SubjectKind.LOG,
}


def _proof(ledger: "Ledger", name: str, value: object) -> bytes:
    if name == "checkpoint":
        return ledger.checkpoint().raw
    if isinstance(value, int):
        return ledger.history(value).encode()
    return ledger.standing(Subject(_SUBJECTS[name], str(value))).encode()


def _verify(raw: bytes, terms: Terms, now: datetime) -> dict[str, object]:
    receipt = parse_receipt(raw)
    found: Standing | Logged
    if isinstance(receipt, StandingReceipt):
        found = verify_standing(receipt, subject=receipt.subject, terms=terms, now=now)
        holds: dict[str, object] = {
            "shows": "what holds",
            "about": {"kind": receipt.subject.kind.value, "name": receipt.subject.name},
        }
    else:
        found = verify_history(receipt, terms=terms, now=now)
        holds = {"shows": "that it was said"}
    statement = None if found.statement is None else to_json(found.statement)
    return holds | {
        "statement": statement,
        "index": found.index,
        "sealed_at": times.to_rfc3339(found.sealed_at),
        "checkpoint": _checkpoint_members(found.checkpoint),
    }


def _follow(ledger: "Ledger", log: LedgerKey, earlier: Sequence[Checkpoint]) -> Checkpoint:
    newest = ledger.checkpoint()
    for known in earlier or [newest]:
        newest = follow(ledger, log=log, known=known)
    return newest


def _watch(ledger: "Ledger", log: LedgerKey, earlier: Sequence[Checkpoint]) -> Checkpoint:
    return watch(ledger, log=log, seen=earlier).checkpoint


def _replace(path: Path, raw: bytes) -> None:
    """Write a file anew, so that a crash leaves the old one or the new one."""
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_bytes(raw)
        beside.replace(path)
    except OSError as cause:
        raise StoreError(Code.STORE_IO, path.name) from cause


def _checkpoint_members(checkpoint: Checkpoint) -> dict[str, object]:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root,
        "note": checkpoint.raw.decode("utf-8"),
    }


def _line(value: object) -> str:
    return value if isinstance(value, str) else strict_json.dumps(_plain(value)).decode("utf-8")


def _plain(value: object) -> strict_json.Json:
    """Put base64url in the place of bytes."""
    if isinstance(value, bytes):
        return base64url.encode(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value if isinstance(value, str | int) else None
