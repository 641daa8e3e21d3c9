"""The command line: the one place that prints, reads the environment and ends the program."""

__all__ = ["main"]


def main() -> None:
    """Run `krid` with the words of the command line, and end the program."""
    from krid.cli.app import run

    raise SystemExit(run())
