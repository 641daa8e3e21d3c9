"""Asking for the PIN of a wallet."""

import os
from typing import Final

import click

from krid.store import Pin

PIN_VARIABLE: Final = "KRID_PIN"


def ask_pin(*, confirm: bool = False) -> Pin:
    """Take the PIN from the environment variable KRID_PIN, or ask for it."""
    given = os.environ.get(PIN_VARIABLE)
    if given is not None:
        return Pin(given)
    return Pin(click.prompt("PIN", hide_input=True, confirmation_prompt=confirm, err=True))


def ask_new_pin() -> Pin:
    """Ask for another PIN, twice; the environment is not asked."""
    return Pin(click.prompt("New PIN", hide_input=True, confirmation_prompt=True, err=True))
