"""Who asks the authenticator: the relying party's id, and the origins that speak for it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, final
from urllib.parse import urlsplit

from krid.errors import Code, MisuseError

_APP: Final = "android:apk-key-hash:"


@final
class Synced(Enum):
    """Whether credentials that may be copied to other devices are taken.

    Such a credential is backup eligible (section 6.1.3): who gets into the account that it is
    copied with gets what it opens.
    """

    REFUSED = "refused"
    TAKEN = "taken"


@final
@dataclass(frozen=True, slots=True)
class RelyingParty:
    """A wallet as authenticators know it.

    `id` is a domain; `origins` are those of its pages, or of an Android app by its key's hash.
    Plain HTTP is taken from this machine's own names, `localhost` and those below it.

    Raises:
        MisuseError: `misuse.fido_party` for no origin, or one that does not belong to the id.
    """

    id: str
    name: str
    origins: tuple[str, ...]
    synced: Synced

    def __post_init__(self) -> None:
        """Check that every origin may speak for the id."""
        if not self.origins or not all(self._fits(each) for each in self.origins):
            raise MisuseError(Code.MISUSE_FIDO_PARTY)

    def _fits(self, origin: str) -> bool:
        if origin.startswith(_APP):
            return True
        try:
            parts = urlsplit(origin)
            host = parts.hostname or ""
        except ValueError:
            return False
        if f"{parts.scheme}://{parts.netloc}" != origin:
            return False
        here = host == "localhost" or host.endswith(".localhost")
        secure = parts.scheme == "https" or (parts.scheme == "http" and here)
        return secure and (host == self.id or host.endswith(f".{self.id}"))
