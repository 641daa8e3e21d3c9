"""Any bytes are read as a credential or presentation of OpenDID, or refused."""

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from omn_world import World, encode

from krid.errors import KridError
from krid.opendid import inspect, is_presentation, parse_credential, parse_presentation

WORLD = World()
CARD, SHOWN = WORLD.credential(), WORLD.presentation(keys=("pin", "bio"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def paths(value: Any, taken: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List where in a document something stands."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, inner in items:
        found.append((*taken, key))
        if isinstance(inner, dict | list):
            found.extend(paths(inner, (*taken, key)))
    return found


PLACES = [(document, path) for document in (CARD, SHOWN) for path in paths(document)]


@settings(deadline=None)
@given(st.integers(0, len(PLACES) - 1), JSON)
def test_any_value_in_any_place(number: int, value: Any) -> None:
    document, (*way, last) = PLACES[number]
    changed: Any = deepcopy(document)
    place = changed
    for step in way:
        place = place[step]
    place[last] = value
    raw = encode(changed)
    try:
        seen = inspect(raw)
    except KridError:
        return
    again = parse_presentation(raw) if is_presentation(raw) else parse_credential(raw)
    assert again.document
    assert seen.content


@given(st.binary())
def test_any_bytes(raw: bytes) -> None:
    for read in (inspect, parse_credential, parse_presentation):
        try:
            read(raw)
        except KridError:
            continue
