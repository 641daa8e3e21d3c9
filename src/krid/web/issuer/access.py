"""Who may sit at the desk."""

from dataclasses import dataclass
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
    """Lets in whoever sits at this machine, for demonstrations over plain HTTP.

    Where browsers come by TLS a proxy may be this machine's only visitor, and bring everybody:
    there nobody is let in.
    """

    def is_clerk(self, visit: Visit) -> bool:
        """Tell whether a visit comes from this machine, by plain HTTP."""
        return visit.client in _HERE and not visit.platform.is_secure


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ClerksByHeader:
    """Lets in whom an authenticating proxy names, in a header of `Platform.proxy_headers`.

    The proxy must set the header itself, on every request, and take out what the client sends
    under its name; the application must listen where the proxy alone reaches it.
    """

    header: str
    clerks: frozenset[str]

    def is_clerk(self, visit: Visit) -> bool:
        """Tell whether the proxy names one of the clerks, and names nobody else besides.

        Raises:
            MisuseError: `misuse.option` for a header that the platform does not hand on.
        """
        return visit.header(self.header) in self.clerks


LOOPBACK_ONLY: Final = LoopbackOnly()
