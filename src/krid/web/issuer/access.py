"""Who may sit at the desk."""

from typing import Final, Protocol, final

from krid.web.platform import Visit

_HERE: Final = frozenset({"127.0.0.1", "::1"})


class Access(Protocol):
    """Says whether whoever visits is a clerk, such as by a header that a proxy sets."""

    def is_clerk(self, visit: Visit) -> bool:
        """Tell whether a visit may issue cards."""
        ...


@final
class LoopbackOnly:
    """Lets in whoever sits at this machine, for demonstrations."""

    def is_clerk(self, visit: Visit) -> bool:
        """Tell whether a visit comes from this machine."""
        return visit.client in _HERE


LOOPBACK_ONLY: Final = LoopbackOnly()
