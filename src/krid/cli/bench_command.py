"""`krid bench`: how much of its time krid spends on the signatures that nobody can avoid."""

from pathlib import Path

import click

from krid.cli.bench import report
from krid.cli.bench.timing import ROUNDS
from krid.cli.files import write_json


@click.command(name="bench")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--plot",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the table into this file, as SVG.",
)
@click.option("--rounds", default=ROUNDS, show_default=True, type=click.IntRange(1, 1000),
              help="How often each operation is measured.")  # fmt: skip
def command(as_json: bool, plot: Path | None, rounds: int) -> None:  # noqa: FBT001  click's way
    """Measure issuing, presenting and verifying beside the bare signatures.

    The card has 20 claims, the mdoc a portrait of 20 kB; holder and device sign, too. "Of limit"
    is the time of the bare ECDSA P-256 operations divided by the time of the whole. One thread.

    \b
    Examples:
      krid bench
      krid bench --json --plot bench.svg
    """  # noqa: D301
    rows = report.run(rounds=rounds)
    if plot is not None:
        plot.write_text(report.svg(rows), encoding="utf-8")
    if as_json:
        write_json({"machine": report.machine(), "rows": [row.to_json() for row in rows]})
        return
    click.echo(report.table(rows))
    click.echo(f"\n{report.machine()}; 20 claims, ES256; the rest of a unit is krid's own work.")
