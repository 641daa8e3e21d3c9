"""`krid registrar issue, publish`: signatures over cards and status lists."""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from krid._core.clock import SystemClock
from krid.cli.files import write_json, write_whole
from krid.cli.list_options import LIFETIME, TTL
from krid.cli.registrar_open import AUTHORITY, ISSUER, OpenRegistrar, noted, read_authority, who
from krid.errors import StatusError

if TYPE_CHECKING:
    from krid.status import StatusRegistry


@click.command()
@who
@AUTHORITY
@click.argument("card", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody who may have the card.")
@click.option("--type", "type_id", default=None, help="Else the only card type, or Korea's.")
@click.option("--out", type=click.Path(file_okay=False), help="A folder for the credentials.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; else one for each core.")
@click.option(
    "--lease",
    type=click.FloatRange(0.1),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long others leave the people of a silent process alone.",
)
@click.option(
    "--phones", "seed", default="krid", show_default=True, help="Seed of invented phones."
)
def issue(card: str | None, *, everybody: bool, **words: Any) -> None:  # noqa: ANN401  click's words
    """Sign a card in every format, or the card of everybody who may have it.

    --all binds cards to invented phones, whose keys follow from a seed: it is for invented
    people. It may be killed at any time and begun again with the same words. Runs on several
    machines that share a PostgreSQL share the work.

    \b
    Examples:
      krid registrar issue CARD --out cards --db register.db
      krid registrar issue --all --db register.db
    """  # noqa: D301
    if everybody == (card is not None):
        raise click.UsageError("either CARD or --all")
    if card is None:
        _issue_all(words)
    else:
        _issue_one(card, words)


def _issue_one(card: str, words: dict[str, Any]) -> None:
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        made = registrar.cards.issue(card, **noted(words))
    endings = {"dc+sd-jwt": "sdjwt", "mso_mdoc": "cbor"}
    if words["out"] is not None:
        folder = Path(words["out"])
        folder.mkdir(parents=True, exist_ok=True)
        for name, credential in made.items():
            write_whole(folder / f"{card}.{endings[name]}", credential.raw)
    write_json({"issued": {name: len(each.raw) for name, each in made.items()}})


def _issue_all(words: dict[str, Any]) -> None:
    opener = OpenRegistrar(words["database"], words["authority"])
    with opener() as registrar:
        from krid.registrar.bulk import Outcome
        from krid.registrar.bulk_run import BulkIssue
        from krid.registrar.phones import InventedPhones

        type_id = words["type_id"] or _only_type(tuple(registrar.country.types))
    bulk = BulkIssue(
        opener=opener,
        type_id=type_id,
        phones=InventedPhones(words["seed"]),
        clock=SystemClock(),
        workers=words["workers"] or min(64, os.cpu_count() or 1),
        actor=words["actor"],
        reason=words["reason"],
        lease=timedelta(seconds=words["lease"]),
    )
    total: Outcome = Outcome(0, 0, 0)
    for outcome in bulk.run():
        total += outcome
    write_json({"issued": total.issued, "refused": total.refused, "passed": total.passed})


def _only_type(types: tuple[str, ...]) -> str:
    if len(types) == 1:
        return types[0]
    if "kr-resident" in types:
        return "kr-resident"
    raise click.UsageError(f"name one with --type: {', '.join(types)}")


@click.command()
@who
@AUTHORITY
@click.option("--out", type=click.Path(file_okay=False), help="A folder for the lists.")
@LIFETIME
@TTL
def publish(*, out: str | None, lifetime: int, ttl: int, **words: Any) -> None:  # noqa: ANN401
    """Sign every status list that is due; times are in seconds. Run it as often as you like.

    \b
    Example:
      krid registrar publish --db register.db --out lists
    """  # noqa: D301
    opener = OpenRegistrar(words["database"], words["authority"])
    with opener() as registrar:
        from krid.status import Publisher

        keyed = read_authority(opener.folder()).sdjwt
        publisher = Publisher(
            registry=registrar.status,
            signer=keyed.key,
            lifetime=timedelta(seconds=lifetime),
            ttl=timedelta(seconds=ttl),
            issuer=ISSUER,
            certificates=(keyed.certificate.der,),
        )
        done = publisher.run(now=SystemClock().now())
        if out is not None:
            _write_lists(registrar.status, Path(out))
    write_json({"published": [{"uri": each.uri, "version": each.version} for each in done]})


def _write_lists(registry: "StatusRegistry", folder: Path) -> None:
    """Make the folder hold the newest list of every shard, also those of a run that was killed."""
    folder.mkdir(parents=True, exist_ok=True)
    for shard in registry.shards():
        try:
            newest = registry.published(shard)
        except StatusError:  # nothing was published of it yet
            continue
        path = folder / f"{shard}.jwt"
        if not path.is_file() or path.read_bytes() != newest.token:
            write_whole(path, newest.token)
