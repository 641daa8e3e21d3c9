"""Single members of JSON objects and of forms, each read with its type and its limits known.

An object is a mapping that was read from JSON or a form; the code says what it belongs to.
"""

from collections.abc import Mapping
from datetime import timedelta

from krid._core import limits, shape
from krid.errors import Code, MalformedError, TransportError
from krid.net import HttpsUrl


def text(members: Mapping[str, object], name: str, code: Code) -> str:
    """Return a member that must be text and not empty.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    value = members.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limits.MAX_OAUTH_TEXT_CHARS:
        raise MalformedError(code, name)
    return value


def text_or_none(members: Mapping[str, object], name: str, code: Code) -> str | None:
    """Return a member that is text or absent.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    return text(members, name, code) if name in members else None


def texts(members: Mapping[str, object], name: str, code: Code) -> tuple[str, ...]:
    """Return a member that must be an array of text, none empty and none twice.

    An array without any is refused: OAuth and OpenID4VCI allow none such.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    value = members.get(name)
    if not isinstance(value, list | tuple) or not 0 < len(value) <= limits.MAX_OAUTH_VALUES:
        raise MalformedError(code, name)
    found = tuple(text({name: each}, name, code) for each in value)
    if len(set(found)) != len(found):
        raise MalformedError(code, name)
    return found


def texts_or_none(members: Mapping[str, object], name: str, code: Code) -> tuple[str, ...] | None:
    """Return a member that is an array of text, or absent.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    return texts(members, name, code) if name in members else None


def https(members: Mapping[str, object], name: str, code: Code) -> str:
    """Return a member that must be an https address without a fragment, as it is spelt.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    return https_url(text(members, name, code), code, name)


def https_or_none(members: Mapping[str, object], name: str, code: Code) -> str | None:
    """Return a member that is an https address, or absent.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    return https(members, name, code) if name in members else None


def https_url(value: str, code: Code, place: str) -> str:
    """Check that text is an https address without a fragment, and return it as it is.

    Raises:
        MalformedError: `code`, with the place.
    """
    try:
        HttpsUrl.parse(value)
    except TransportError as cause:
        raise MalformedError(code, place) from cause
    if "#" in value:
        raise MalformedError(code, place)
    return value


def flag(members: Mapping[str, object], name: str, code: Code) -> bool:
    """Return a member that must be true or false.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    if not isinstance(value := members.get(name), bool):
        raise MalformedError(code, name)
    return value


def flag_or_false(members: Mapping[str, object], name: str, code: Code) -> bool:
    """Return a member that is true or false; absent means false.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    return flag(members, name, code) if name in members else False


def count(members: Mapping[str, object], name: str, code: Code, *, most: int) -> int:
    """Return a member that must be an integer from 1 up.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    value = members.get(name)
    if type(value) is not int or not 0 < value <= most:
        raise MalformedError(code, name)
    return value


def seconds(members: Mapping[str, object], name: str, code: Code) -> timedelta:
    """Return a member that must be a positive number of whole seconds.

    Raises:
        MalformedError: `code`, with the member's name.
    """
    return timedelta(seconds=count(members, name, code, most=limits.MAX_DEFERRAL_SECONDS))


def mapping(members: Mapping[str, object], name: str, code: Code) -> Mapping[str, object]:
    """Return a member that must be an object.

    Raises:
        MalformedError: `code`.
    """
    return shape.mapping(members.get(name), code)
