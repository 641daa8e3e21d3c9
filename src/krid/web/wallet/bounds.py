"""What the pages of the wallet refuse: what goes beyond a registration, and who was stopped."""

from typing import Final

from krid.errors import Code
from krid.wallet import Asking, Matched, Registered, Unregistered
from krid.web.platform import Visit
from krid.web.platform.words import label
from krid.web.wallet.faces import title
from krid.web.wallet.world import Asked

_STOPPED: Final = frozenset({Code.REGISTRATION_SUSPENDED, Code.REGISTRATION_WITHDRAWN})


def beyond(asked: Asked, visit: Visit) -> list[str]:
    """Name what is asked for beyond the registration, empty for nothing."""
    asking = _asking(asked)
    if not isinstance(asking, Registered):
        return []
    types = [title(kind, visit) for each in asking.beyond for kind in each.types]
    claims = [label(path, visit.language) for each in asking.beyond for path in each.claims]
    return list(dict.fromkeys([*types, *claims]))


def stopped(asked: Asked) -> str | None:
    """Return the code of why an authority has stopped whoever asks, None where none has."""
    asking = _asking(asked)
    if isinstance(asking, Unregistered) and asking.reason in _STOPPED:
        return str(asking.reason)
    return None


def _asking(asked: Asked) -> Asking | None:
    return asked.found.asking if isinstance(asked.found, Matched) else None
