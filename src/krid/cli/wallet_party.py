"""As what authenticators know a wallet in the browser, on this machine."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krid.fido import RelyingParty


def loopback_party(host: str) -> "RelyingParty | None":
    """Make the relying party of pages at a name of this machine, with its port.

    None without the extra `fido`: then the wallet opens to its PIN and recovery codes alone.
    Credentials that sync are refused: their keys would be elsewhere, too.
    """
    if find_spec("fido2") is None:
        return None
    from krid.fido import RelyingParty, Synced

    return RelyingParty(
        host.partition(":")[0],
        name="krid wallet",
        origins=(f"http://{host}",),
        synced=Synced.REFUSED,
    )
