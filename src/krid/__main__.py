"""Run the command line by `python -m krid`."""

from krid.cli import main

main()
