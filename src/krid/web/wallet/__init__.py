"""A wallet in the browser: the `krid.Wallet` of one person, served on that person's machine.

The keys and cards lie in an encrypted file beside this process, and the browser only shows pages.
So it is for one person on the loopback interface, for demonstrations and tests of issuers and
verifiers; a wallet for the public is an app whose keys stay in the phone's hardware.
"""

from krid.store.pin import NEW_PIN_LENGTH
from krid.web.wallet.app import wallet_app
from krid.web.wallet.issuers import WalletClient
from krid.web.wallet.person import OneWallet
from krid.web.wallet.transactions import PAYMENT
from krid.web.wallet.world import World

__all__ = ["NEW_PIN_LENGTH", "PAYMENT", "OneWallet", "WalletClient", "World", "wallet_app"]
