"""What the app tells a person before anything leaves: who asks, for what, and beyond what."""

from collections.abc import Iterator
from typing import assert_never

from krid.model import ClaimPath
from krid.profiles import kr
from krid.wallet import Candidate, Matched, Registered, Selection, Unregistered


def consent_text(found: Matched, selection: Selection) -> str:
    """Say in lines what would leave, to whom and why."""
    return "\n".join(_lines(found, selection))


def _lines(found: Matched, selection: Selection) -> Iterator[str]:
    yield f"{_name(found)} asks: {found.request.request.purpose}"
    for card in selection.leaving:
        yield f"From your card of {card.issuer}:"
        yield from (f"  {_label(path)}: {_value(card, path)}" for path in card.disclose)
    yield from _beyond(found)


def _name(found: Matched) -> str:
    match found.asking:
        case Registered(registration):
            return registration.name
        case Unregistered():
            return f"{found.request.verifier} (registered nowhere)"
        case _ as never:
            assert_never(never)


def _beyond(found: Matched) -> Iterator[str]:
    """Point out what the verifier is not registered to ask."""
    if isinstance(found.asking, Registered):
        for over in found.asking.beyond:
            for path in over.claims:
                yield f"Beware: it is not registered to ask for {_label(path)}"


def _label(path: ClaimPath) -> str:
    return kr.label(path, kr.Language.ENGLISH)


def _value(card: Candidate, path: ClaimPath) -> str:
    value = card.values[path]
    is_picture = isinstance(value, bytes) or str(value).startswith("data:")
    return "your picture" if is_picture else str(value)
