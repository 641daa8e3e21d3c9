"""`krid registrar new, new-country, check, demo`: countries and their files."""

from pathlib import Path

import click

from krid._core.clock import SystemClock
from krid.cli.extras import need
from krid.cli.files import read_file, write_json
from krid.cli.registrar_open import COUNTRY, DATABASE, OpenRegistrar, make_authority
from krid.errors import Code, StoreError


@click.command()
@DATABASE
@COUNTRY
@click.option("--by", "actor", default="operator", show_default=True, help="Who, as one word.")
@click.option("--authority", help="A folder for keys and certificates, made if it is not there.")
def new(database: str, files: tuple[str, ...], *, actor: str, authority: str | None) -> None:
    """Begin the register of a country; one that was begun takes further card types.

    \b
    Example:
      krid registrar new --db register.db --country my-country.toml
    """  # noqa: D301
    begin(database, files, actor=actor, authority=authority)


def begin(database: str, files: tuple[str, ...], *, actor: str, authority: str | None) -> None:
    """Begin a register with card types from files, or with Korea's."""
    need("registrar")
    from krid.cardtypes import bundled_text, parse_card_type
    from krid.registrar.registrar import Registrar

    raws = [read_file(name) for name in files]
    if not raws:
        raws = [bundled_text(name).encode() for name in ("kr-resident", "kr-licence")]
    country = parse_card_type(raws[0]).country
    make_authority(OpenRegistrar(database, authority).folder(), country)
    Registrar.begin(database, raws, actor=actor, now=SystemClock().now())


@click.command(name="new-country")
@click.argument("file", type=click.Path(dir_okay=False))
def new_country(file: str) -> None:
    """Write a commented card type, to be changed.

    \b
    Example:
      krid registrar new-country my-country.toml
    """  # noqa: D301
    from krid.cardtypes import new_country_text

    try:
        with Path(file).open("x", encoding="utf-8") as out:
            out.write(new_country_text())
    except FileExistsError as cause:
        raise StoreError(Code.STORE_EXISTS, file) from cause
    except OSError as cause:
        raise StoreError(Code.STORE_IO, file) from cause


@click.command()
@click.argument("file")
def check(file: str) -> None:
    """Check the file of a card type; prints what it declares as one JSON object.

    \b
    Example:
      krid registrar check my-country.toml
    """  # noqa: D301
    from krid.cardtypes import parse_card_type

    found = parse_card_type(read_file(file))
    write_json(
        {
            "id": found.id,
            "country": found.country,
            "names": found.names,
            "formats": {name: found.type_in(name) for name in found.formats},
            "minimum_age": found.eligibility.minimum_age,
            "document": found.eligibility.document,
            "claims": len(found.claims),
        }
    )


@click.command()
@click.option("--country", "file", metavar="FILE", help="A card type; else the EU-style PID.")
@click.option("--residents", type=click.IntRange(5, 1_000), default=20, show_default=True,
              help="How many people are invented.")  # fmt: skip
def demo(file: str | None, residents: int) -> None:
    """Tell the whole story of a country on this machine: register, office, phone, loss, move.

    \b
    Example:
      krid registrar demo --country my-country.toml
    """  # noqa: D301
    need("registrar")
    from krid.cardtypes import bundled_text
    from krid.cli.registrar_demo import tell

    raw = bundled_text("eu-pid").encode() if file is None else read_file(file)
    for line in tell(raw, residents=residents):
        click.echo(line)
