"""A wallet's answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final


@final
@dataclass(frozen=True, slots=True)
class PresentationResponse:
    """The presentations of one answer by query id; nothing in it is verified.

    `state` names the verifier's session.
    """

    state: str = field(repr=False)
    presentations: Mapping[str, tuple[bytes, ...]] = field(repr=False)
