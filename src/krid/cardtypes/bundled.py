"""The card types that come with krid, read from their files when they are asked for."""

from functools import cache
from importlib.resources import files
from typing import Final

from krid._core.arguments import NoSuchNameError
from krid.cardtypes.read import parse_card_type
from krid.cardtypes.values import CardType
from krid.errors import Code

BUNDLED: Final = ("kr-resident", "kr-licence", "eu-pid")
"""Korea's two cards and a card after the EU's PID rulebook."""


@cache
def bundled(name: str) -> CardType:
    """Read one of `BUNDLED`.

    Raises:
        MisuseError: `misuse.option` for none of them, which is a `KeyError`, too.
    """
    return parse_card_type(bundled_text(name).encode())


def bundled_text(name: str) -> str:
    """Return the file of one of `BUNDLED`, to look at or to begin another from.

    Raises:
        MisuseError: `misuse.option` for none of them, which is a `KeyError`, too.
    """
    if name not in BUNDLED:
        raise NoSuchNameError(Code.MISUSE_OPTION, f"a card type is one of {', '.join(BUNDLED)}")
    return _text(name)


def new_country_text() -> str:
    """Return the commented file that a new country begins from."""
    return _text("new-country")


def _text(name: str) -> str:
    return files("krid.cardtypes").joinpath("files", f"{name}.toml").read_text("utf-8")
