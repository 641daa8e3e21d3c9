"""What a caller hands in at the public face: is it of the type that its annotation says?

Types are trusted inside krid, and a type checker finds these mistakes before they run. Where there
is none, a text in the place of bytes or a private key in the place of a public one would come out
as an `AttributeError` from somewhere below. No value is ever repeated, only the name of its type.
"""

from collections.abc import Collection

from krid.errors import Code, MisuseError


class NoSuchNameError(MisuseError, KeyError):
    """A name that is not there, asked of a mapping: who catches `KeyError` catches it, too."""


def typed(place: str, value: object, *kinds: type) -> None:
    """Check that an argument is of one of the kinds.

    Raises:
        MisuseError: `misuse.type`.
    """
    if not isinstance(value, kinds):
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise MisuseError(
            Code.MISUSE_TYPE, f"{place}: {expected} is needed, this is {_name(value)}"
        )


def several(place: str, value: object) -> None:
    """Check that an argument is a collection, and not one text: every part of it would be in it.

    Raises:
        MisuseError: `misuse.type`.
    """
    if isinstance(value, str | bytes) or not isinstance(value, Collection):
        raise MisuseError(
            Code.MISUSE_TYPE, f"{place}: a set or tuple is needed, this is {_name(value)}"
        )


def able(place: str, value: object, method: str) -> None:
    """Check that an argument that fills a port has the port's method.

    Raises:
        MisuseError: `misuse.type`.
    """
    if isinstance(value, type):
        raise MisuseError(
            Code.MISUSE_TYPE, f"{place}: an object is needed, this is the class {value.__name__}"
        )
    if not hasattr(value, method):
        raise MisuseError(
            Code.MISUSE_TYPE,
            f"{place}: something with {method}() is needed, this is {_name(value)}",
        )


def _name(value: object) -> str:
    return "None" if value is None else type(value).__name__
