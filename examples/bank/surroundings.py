"""What a mobile app gets from the phone and the country it is in."""

from dataclasses import dataclass

import krid
from krid.model import IssuerKeys
from krid.net import Transport
from krid.openid.vci import wallet as taking
from krid.openid.vp import wallet as showing
from krid.profiles import HAIP_PRESENTATION, OPENID4VCI
from krid.wallet import RegistrationRule


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The network, and whom to believe.

    `cards` says whose cards it takes, `verifiers` who may ask, `registrations` what becomes of
    those that ask for more than they are registered for.
    """

    wire: Transport
    cards: IssuerKeys
    verifiers: IssuerKeys
    registrations: RegistrationRule
    clock: krid.Clock

    def presentation(self) -> showing.WalletSetup:
        """Return the wallet as verifiers see it."""
        return showing.WalletSetup(
            policy=HAIP_PRESENTATION,
            trust=self.verifiers,
            clients=None,
            clock=self.clock,
            entropy=krid.system_entropy,
        )

    def issuance(self) -> taking.WalletSetup:
        """Return the wallet as issuers see it, with a fresh key for access tokens."""
        return taking.WalletSetup(
            policy=OPENID4VCI,
            clock=self.clock,
            entropy=krid.system_entropy,
            client_id=None,
            redirect_uri=None,
            dpop=krid.LocalKey.generate(krid.Alg.ES256),
            attestation=None,
            key_attester=None,
            metadata_trust=None,
        )
