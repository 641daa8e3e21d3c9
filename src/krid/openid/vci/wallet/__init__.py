"""The wallet's side of OpenID4VCI, as flows: drive them with `krid.net.run` or `krid.aio.run`.

From a link: `fetch_offer`, `discover`, then `redeem_offer` for a pre-authorized code or
`begin_authorization` and, when the browser is back, `finish_authorization`. With the session
that comes of it: `request_credentials`, `ask_again`, `notify`, `refresh`. A `KeptSession` lasts
until the next launch; `go_on` takes it up.
"""

from krid.openid.vci.wallet.authorize import (
    BrowserStep,
    PendingAuthorization,
    begin_authorization,
    finish_authorization,
)
from krid.openid.vci.wallet.credentials import (
    Deferred,
    Outcome,
    Received,
    ask_again,
    notify,
    request_credentials,
)
from krid.openid.vci.wallet.discover import discover, fetch_offer
from krid.openid.vci.wallet.kept import KeptSession, go_on
from krid.openid.vci.wallet.setup import (
    Counterpart,
    KeyAttester,
    Session,
    WalletAttestation,
    WalletSetup,
)
from krid.openid.vci.wallet.token import redeem_offer, refresh

__all__ = [
    "BrowserStep",
    "Counterpart",
    "Deferred",
    "KeptSession",
    "KeyAttester",
    "Outcome",
    "PendingAuthorization",
    "Received",
    "Session",
    "WalletAttestation",
    "WalletSetup",
    "ask_again",
    "begin_authorization",
    "discover",
    "fetch_offer",
    "finish_authorization",
    "go_on",
    "notify",
    "redeem_offer",
    "refresh",
    "request_credentials",
]
