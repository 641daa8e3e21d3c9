"""The wallet's side of OpenID4VP, as flows: drive them with `krid.net.run` or `krid.aio.run`.

`read_request` reads the link that opened the wallet and proves who asks; the `Wallet` matches
it, a person consents, and `send` brings the answer; `refuse` says no, and `report` tells an
authority of a request that asks too much. What comes through the
Digital Credentials API needs no network: `read_page_request` and `answer_page`.
"""

from krid.openid.vp.wallet.page import answer_page, read_page_request
from krid.openid.vp.wallet.read import read_request
from krid.openid.vp.wallet.report import Reported, report
from krid.openid.vp.wallet.send import Sent, refuse, send
from krid.openid.vp.wallet.setup import WalletSetup

__all__ = [
    "Reported",
    "Sent",
    "WalletSetup",
    "answer_page",
    "read_page_request",
    "read_request",
    "refuse",
    "report",
    "send",
]
