"""Asking for the PIN of a wallet."""

import os
from typing import Final

import click

from krid.store import Pin
from krid.store.pin import NEW_PIN_LENGTH

PIN_VARIABLE: Final = "KRID_PIN"


def ask_pin() -> Pin:
    """Take the PIN from the environment variable KRID_PIN, or ask for it."""
    given = os.environ.get(PIN_VARIABLE)
    if given is not None:
        return Pin(given)
    return Pin(click.prompt("PIN", hide_input=True, err=True))


def ask_first_pin() -> Pin:
    """Take the PIN of a new wallet from KRID_PIN, or ask for it, twice."""
    given = os.environ.get(PIN_VARIABLE)
    return _asked_twice("PIN") if given is None else _long_enough(given)


def ask_new_pin() -> Pin:
    """Ask for another PIN, twice; the environment is not asked."""
    return _asked_twice("New PIN")


def _asked_twice(words: str) -> Pin:
    return _long_enough(click.prompt(words, hide_input=True, confirmation_prompt=True, err=True))


def _long_enough(typed: str) -> Pin:
    if len(typed) < NEW_PIN_LENGTH:
        raise click.UsageError(f"a PIN has {NEW_PIN_LENGTH} characters at least")
    return Pin(typed)
