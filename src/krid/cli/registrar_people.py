"""`krid registrar generate, load, show, move, leave`: people of the register."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from krid._core.clock import SystemClock
from krid.cli.extras import need
from krid.cli.files import open_lines, read_file, write_json
from krid.cli.registrar_countries import begin
from krid.cli.registrar_open import AUTHORITY, COUNTRY, DATABASE, OpenRegistrar, noted, who
from krid.errors import Code, StoreError

if TYPE_CHECKING:
    from krid.registrar.people import NewPerson
    from krid.registrar.registrar import Registrar

_BATCH: Final = 500
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@who
@AUTHORITY
@click.option(
    "--residents", type=click.IntRange(1), required=True, help="How many are to be there."
)
@click.option("--seed", default="krid", show_default=True, help="The same seed, the same people.")
@click.option("--faces", type=click.IntRange(0, 1_000), default=40, show_default=True,
              help="How many portraits are drawn; people share them.")  # fmt: skip
@COUNTRY
def generate(residents: int, seed: str, faces: int, files: tuple[str, ...], **words: Any) -> None:  # noqa: ANN401  click's words
    """Invent residents until so many are in the register; begins it where it is not there.

    None of them exists. What was killed is begun again with the same words. FACES are drawn for
    either sex, young and old, and shared; 0 leaves portraits out. Households become families in
    the family register.

    \b
    Example:
      krid registrar generate --residents 100000 --db register.db
    """  # noqa: D301
    need("registrar")
    with _opened_or_begun(words, files) as registrar:
        start = registrar.residents.count()
        people = _invented(registrar, seed, faces, start, residents - start)
        for batch in _batches(people):
            registrar.residents.enter_many(batch, **noted(words))
        _invent_families(registrar, seed, words)
        write_json({"residents": registrar.residents.count()})


def _opened_or_begun(words: dict[str, Any], files: tuple[str, ...]) -> "Registrar":
    """Open a register, and begin it first where it is not there or gets further card types."""
    opener = OpenRegistrar(words["database"], words["authority"])
    try:
        if not files:
            return opener()
    except StoreError as error:
        if error.code is not Code.STORE_NOT_FOUND:
            raise
    begin(words["database"], files, actor=words["actor"], authority=words["authority"])
    return opener()


def _invented(
    registrar: "Registrar", seed: str, faces: int, start: int, count: int
) -> Iterator["NewPerson"]:
    from krid.registrar.faces import draw_faces
    from krid.registrar.invent import Inventor

    drawn = draw_faces(seed, faces) if faces else None
    day = registrar.country.day(SystemClock().now())
    types = tuple(registrar.country.types.values())
    return Inventor(types, seed, day, drawn).people(max(0, count), start=start)


def _invent_families(registrar: "Registrar", seed: str, words: dict[str, Any]) -> None:
    """Tell the households of invented people in the family register, where they are not yet."""
    from krid.registrar.family.inventing import invent_families

    day = registrar.country.day(SystemClock().now())
    for found in invent_families(registrar.book, seed, day=day):
        registrar.family.enter_many(found.entries, found.events, **noted(words))


def _batches(people: Iterable["NewPerson"]) -> Iterator[list["NewPerson"]]:
    source = iter(people)
    while batch := list(islice(source, _BATCH)):
        yield batch


@click.command()
@who
@AUTHORITY
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--check", "only_check", is_flag=True, help="Say what is wrong and write nothing.")
def load(file: str, *, only_check: bool, **words: Any) -> int:  # noqa: ANN401
    """Take residents in from a CSV file; the whole file is checked before anybody is.

    Each error is one line: its code, the line of the file and the column. docs/registrar.md names
    the columns.

    \b
    Example:
      krid registrar load residents.csv --db register.db
    """  # noqa: D301
    from krid.cli.exits import Exit

    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        from krid.registrar.csv_load import check_people, read_people

        day = registrar.country.day(SystemClock().now())
        with open_lines(file) as lines:
            errors = check_people(lines, registrar.country, day=day).errors
        for error in errors:
            click.echo(f"{error.code}: {error}", err=True)
        if errors or only_check:
            return Exit.REJECTED if errors else Exit.DONE
        count = 0
        with open_lines(file) as lines:
            people = (each.person for each in read_people(lines, registrar.country, day=day))
            for batch in _batches(people):
                count += len(registrar.residents.enter_many(batch, **noted(words)))
        write_json({"entered": count})
    return Exit.DONE


@click.command()
@DATABASE
@AUTHORITY
@click.argument("handle", required=False)
def show(handle: str | None, *, database: str, authority: str | None) -> None:
    """Show a person or a card by its handle, or how many of each there are.

    What is shown of a person is personal data.

    \b
    Example:
      krid registrar show p-kq3fo2yb5c4ma7xd --db register.db
    """  # noqa: D301
    with OpenRegistrar(database, authority)() as registrar:
        if handle is None:
            write_json({"residents": registrar.residents.count(), "cards": registrar.cards.count()})
        elif handle.startswith("c-"):
            write_json(_card(registrar, handle))
        else:
            write_json(_person(registrar, handle))


def _person(registrar: "Registrar", handle: str) -> dict[str, object]:
    person = registrar.residents.person(handle)
    return {
        "id": person.id,
        "number": person.number,
        "birth_date": person.birth_date,
        "sex": None if person.sex is None else int(person.sex),
        "facts": person.facts,
        "state": person.state.value,
        "invented": person.invented,
        "residences": [
            {
                "household": each.household_id,
                "relation": each.relation.value,
                "address": each.address,
                "since": each.since,
                "until": each.until,
            }
            for each in registrar.residents.residences(handle)
        ],
        "documents": [
            {"id": each.id, "kind": each.kind, "state": each.state.value, "facts": each.facts}
            for each in registrar.residents.documents(handle)
        ],
        "cards": [_card(registrar, each.id) for each in registrar.cards.of_person(handle)],
    }


def _card(registrar: "Registrar", handle: str) -> dict[str, object]:
    card = registrar.cards.card(handle)
    return {
        "id": card.id,
        "person": card.person_id,
        "type": card.type,
        "phone": card.phone,
        "stage": card.stage.value,
        "holds": sorted(hold.value for hold in card.holds),
        "via": None if card.via is None else card.via.value,
        "replaces": card.replaces,
        "issued_on": card.issued_on,
        "expires_on": card.expires_on,
        "credentials": [
            {
                "format": each.format,
                "list": each.status.uri,
                "index": each.status.index,
                "is_signed": each.is_signed,
                "is_ended": each.is_ended,
            }
            for each in registrar.cards.credentials(handle)
        ],
    }


@click.command()
@who
@AUTHORITY
@click.argument("person")
@click.option("--to", "address", required=True, help="The new address.")
@click.option("--since", type=DAY, required=True, help="The first day there.")
@click.option("--household", is_flag=True, help="The whole household moves.")
def move(person: str, *, address: str, since: Any, household: bool, **words: Any) -> None:  # noqa: ANN401
    """Report a move; prints the cards that are to be issued in place of the old ones.

    \b
    Example:
      krid registrar move PERSON --to '...' --since 2026-06-01 --household --db register.db
    """  # noqa: D301
    from krid.registrar.people import Movers

    movers = Movers.HOUSEHOLD if household else Movers.ALONE
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        cards = registrar.residents.move(
            person, address, movers=movers, since=since.date(), **noted(words)
        )
    write_json({"cards": list(cards)})


@click.command()
@who
@AUTHORITY
@click.argument("person")
@click.option("--died", type=DAY, help="The day of death.")
@click.option("--emigrated", type=DAY, help="The day of emigration.")
def leave(person: str, *, died: Any, emigrated: Any, **words: Any) -> None:  # noqa: ANN401
    """Note a death or an emigration; all cards of the person end.

    \b
    Example:
      krid registrar leave PERSON --died 2026-06-01 --db register.db
    """  # noqa: D301
    from krid.registrar.people import PersonState

    if (died is None) == (emigrated is None):
        raise click.UsageError("either --died or --emigrated")
    state = PersonState.DEAD if emigrated is None else PersonState.EMIGRATED
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        registrar.residents.leave(person, state, on=(died or emigrated).date(), **noted(words))


@click.command()
@who
@AUTHORITY
@click.argument("person")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    metavar="NAME=TEXT",
    help="An empty text takes it away; repeat for more.",
)
@click.option("--portrait", "portrait_file", metavar="FILE", help="A JPEG image, or -.")
def amend(person: str, *, facts: tuple[str, ...], **words: Any) -> None:  # noqa: ANN401
    """Change texts of a person, or the portrait; prints the cards that are to be issued anew.

    \b
    Example:
      krid registrar amend PERSON --fact name_latin='Gyeon Nuram' --db register.db
    """  # noqa: D301
    changes = dict(fact.partition("=")[::2] for fact in facts)
    file = words["portrait_file"]
    portrait = None if file is None else read_file(file)
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        cards = registrar.residents.amend(person, facts=changes, portrait=portrait, **noted(words))
    write_json({"cards": list(cards)})
