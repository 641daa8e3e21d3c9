"""`krid registrar family, family-load, family-event, family-correct`: the family register."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click

from krid._core.clock import SystemClock
from krid.cli.files import open_lines, write_json
from krid.cli.registrar_open import AUTHORITY, DATABASE, OpenRegistrar, noted, who
from krid.errors import ContentError

if TYPE_CHECKING:
    from krid.registrar.family.csv_family import FamilyLine, Told
    from krid.registrar.registrar import Registrar

_BATCH: Final = 500
_KINDS: Final = (
    "birth",
    "adoption",
    "full_adoption",
    "adoption_end",
    "marriage",
    "divorce",
    "death",
)
_DAY: Final = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@DATABASE
@AUTHORITY
@click.argument("person")
@click.option("--certificate", help="As a certificate: family-general, marriage-detailed, ...")
@click.option(
    "--line",
    "lines",
    multiple=True,
    help="A line of the certificate, such as birth; repeat for more.",
)
def family(
    person: str,
    *,
    certificate: str | None,
    lines: tuple[str, ...],
    database: str,
    authority: str | None,
) -> None:
    """Show what the family register says of a person: the history, or a certificate's lines.

    What is shown is personal data, of relatives as well.

    \b
    Examples:
      krid registrar family PERSON --db register.db
      krid registrar family PERSON --certificate family-specific --line children --db register.db
    """  # noqa: D301
    with OpenRegistrar(database, authority)() as registrar:
        write_json(
            _history(registrar, person)
            if certificate is None
            else _certified(registrar, person, certificate, lines)
        )


def _history(registrar: "Registrar", person: str) -> dict[str, object]:
    entry = registrar.family.families(person).relative(person).entry
    return {
        "base": None if entry is None else entry.base,
        "origin": None if entry is None else entry.origin,
        "events": [
            {
                "id": each.id,
                "kind": each.kind.value,
                "day": each.day,
                "person": each.person_id,
                "others": list(each.others),
                "is_corrected": each.is_corrected,
                "corrects": each.corrects,
            }
            for each in registrar.family.history(person)
        ],
    }


def _certified(
    registrar: "Registrar", person: str, name: str, lines: Sequence[str]
) -> dict[str, object]:
    from krid.registrar.family.certificate import (
        CertificateLine,
        FamilyCertificate,
        FamilyOrder,
        certify,
    )

    try:
        order = FamilyOrder(FamilyCertificate(name), frozenset(map(CertificateLine, lines)))
    except ValueError as cause:
        names = ", ".join(each.value for each in (*FamilyCertificate, *CertificateLine))
        raise click.UsageError(f"certificates and lines are {names}") from cause
    day = registrar.country.day(SystemClock().now())
    return dict(certify(registrar.family.families(person), person, order, day=day))


@click.command()
@who
@AUTHORITY
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("person")
@click.argument("others", nargs=-1)
@click.option("--day", type=_DAY, required=True, help="When it happened.")
def family_event(
    kind: str,
    person: str,
    *,
    others: tuple[str, ...],
    day: datetime,
    **words: Any,  # noqa: ANN401  click's words
) -> None:
    """Record an event; OTHERS are parents, adopters or the spouse. Prints the event's handle.

    \b
    Examples:
      krid registrar family-event birth CHILD MOTHER FATHER --day 2026-05-05 --db register.db
      krid registrar family-event marriage PERSON SPOUSE --day 2026-05-05 --db register.db
    """  # noqa: D301
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        from krid.registrar.family.values import EventKind, NewEvent

        event = NewEvent(kind=EventKind(kind), person_id=person, day=day.date(), others=others)
        made = registrar.family.record(event, **noted(words))
    write_json({"event": made})


@click.command()
@who
@AUTHORITY
@click.argument("event")
def family_correct(event: str, **words: Any) -> None:  # noqa: ANN401
    """Say that an event never was; it stays in the history.

    \b
    Example:
      krid registrar family-correct EVENT --db register.db --by clerk-3 --reason court_order
    """  # noqa: D301
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        made = registrar.family.correct(event, **noted(words))
    write_json({"event": made})


@click.command()
@who
@AUTHORITY
@click.argument("file", type=click.Path(dir_okay=False))
def family_load(file: str, **words: Any) -> None:  # noqa: ANN401
    """Take entries and events in from a CSV file, in its order; people go by their numbers.

    A line that is refused is named, and ends it; the lines before it are in the register.
    docs/family.md names the columns.

    \b
    Example:
      krid registrar family-load families.csv --db register.db
    """  # noqa: D301
    with OpenRegistrar(words["database"], words["authority"])() as registrar:
        from krid.registrar.family.csv_family import read_family

        count = 0
        with open_lines(file) as lines:
            source = read_family(lines)
            while batch := list(islice(source, _BATCH)):
                _enter(registrar, batch, words)
                count += len(batch)
    write_json({"entered": count})


def _enter(registrar: "Registrar", batch: Sequence["FamilyLine"], words: dict[str, Any]) -> None:
    """Enter some lines at once, and one by one where a rule refuses, to name the line."""
    numbers = {number for each in batch for number in each.numbers}
    handles = registrar.residents.handles(numbers)
    told = [each.of(handles) for each in batch]
    try:
        _enter_told(registrar, told, words)
    except ContentError:
        for each, one in zip(batch, told, strict=True):
            try:
                _enter_told(registrar, [one], words)
            except ContentError as error:
                raise ContentError(error.code, f"line {each.line}") from error


def _enter_told(registrar: "Registrar", told: Sequence["Told"], words: dict[str, Any]) -> None:
    from krid.registrar.family.values import NewEntry, NewEvent

    registrar.family.enter_many(
        [each for each in told if isinstance(each, NewEntry)],
        [each for each in told if isinstance(each, NewEvent)],
        **noted(words),
    )
