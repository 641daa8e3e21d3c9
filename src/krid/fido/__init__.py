"""WebAuthn: a person is verified by an authenticator, such as the phone they hold.

`Ceremonies` makes the options that a page or an app hands to the authenticator, and verifies what
comes back (Web Authentication Level 3, sections 7.1 and 7.2) together with the output of the PRF
extension, which is a key that only this person and authenticator can bring. Needs `krid[fido]`.

>>> from krid._core.clock import SystemClock
>>> from krid.fido import Ceremonies, RelyingParty, Synced
>>> party = RelyingParty(
...     "wallet.example", name="A wallet", origins=("https://wallet.example",),
...     synced=Synced.REFUSED,
... )
>>> ceremonies = Ceremonies(party, clock=SystemClock())
>>> options = ceremonies.register(user_name="wallet", known=())
>>> options["rp"], options["authenticatorSelection"]["userVerification"]
({'id': 'wallet.example', 'name': 'A wallet'}, 'required')
"""

from krid.fido.ceremonies import ABOUT_NOTHING, Ceremonies
from krid.fido.credential import Credential
from krid.fido.party import RelyingParty, Synced
from krid.fido.user import PrfOutput, VerifiedUser

__all__ = [
    "ABOUT_NOTHING",
    "Ceremonies",
    "Credential",
    "PrfOutput",
    "RelyingParty",
    "Synced",
    "VerifiedUser",
]
