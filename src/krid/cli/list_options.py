"""Options of the commands that begin and sign status lists."""

import click

BITS = click.option(
    "--bits",
    type=click.Choice(["1", "2", "4", "8"]),
    default="2",
    show_default=True,
    help="For each status; two tell suspended from revoked.",
)
SHARD_SIZE = click.option(
    "--shard-size",
    type=click.IntRange(8),
    default=2**20,
    show_default=True,
    help="Statuses in one list.",
)
OPEN_SHARDS = click.option(
    "--open-shards",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Lists that take new cards at the same time.",
)
KIND = click.option(
    "--kind",
    type=click.Choice(["status", "refresh", "message"]),
    default="status",
    show_default=True,
    help="What the statuses are about.",
)
LIFETIME = click.option(
    "--lifetime",
    type=click.IntRange(1),
    default=86_400,
    show_default=True,
    help="After so many seconds a list has expired.",
)
TTL = click.option(
    "--ttl",
    type=click.IntRange(1),
    default=3_600,
    show_default=True,
    help="For so many seconds verifiers may keep a list.",
)
REST = click.option(
    "--rest",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Sign no list again within so many seconds.",
)
