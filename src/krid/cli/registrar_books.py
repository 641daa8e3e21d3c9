"""`krid registrar audit, log, upgrade`: the log, and the tables."""

import click

from krid.cli.extras import need
from krid.cli.files import write_json
from krid.cli.registrar_open import DATABASE, check_there


@click.command()
@DATABASE
@click.option("--head", help="An end of the log that was written down before: number:digest.")
def audit(database: str, head: str | None) -> None:
    """Prove that the log is whole and that no row was changed behind its back.

    Prints the end of the log: write it down where nobody can change it, and name it with --head
    at the next audit. Without it, a register and log that were both put back are not told from
    the true ones.

    \b
    Example:
      krid registrar audit --db register.db --head 4711:q1bq...
    """  # noqa: D301
    need("registrar")
    from krid.registrar.book.audit import audit as hold_against
    from krid.registrar.book.book import Book
    from krid.registrar.book.chain import Head

    check_there(database)
    expected = None if head is None else Head.parse(head)
    with Book.open(database) as book:
        found = hold_against(book, expected=expected)
    write_json({"head": found.head.encode(), "lines": found.lines, "rows": found.rows})


@click.command()
@DATABASE
@click.argument("handle", required=False)
@click.option("--after", type=click.IntRange(0), default=0, help="Lines after this number.")
def log(database: str, handle: str | None, after: int) -> None:
    """Print lines of the log as JSON: all about one handle, or a thousand after a number.

    \b
    Example:
      krid registrar log c-kq3fo2yb5c4ma7xd --db register.db
    """  # noqa: D301
    need("registrar")
    from krid.registrar.book.book import Book
    from krid.registrar.log import Log

    check_there(database)
    with Book.open(database) as book:
        lines = Log(book).after(after) if handle is None else Log(book).of(handle)
    write_json(
        {
            "lines": [
                {
                    "number": each.seq,
                    "at": each.at,
                    "by": each.actor,
                    "action": each.action,
                    "subject": each.subject,
                    "reason": each.reason,
                    "refused": each.refusal,
                }
                for each in lines
            ]
        }
    )


@click.command()
@DATABASE
def upgrade(database: str) -> None:
    """Bring the tables of a register to the version of this krid, one step after the other.

    \b
    Example:
      krid registrar upgrade --db register.db
    """  # noqa: D301
    need("registrar")
    from krid.registrar.book.book import Book

    check_there(database)
    Book.upgrade(database).close()
