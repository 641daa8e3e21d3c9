"""What a wallet is made of when verifiers ask it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from krid._core.arguments import several
from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid._core.strict_json import JsonObject
from krid.exchange import ResponseKey
from krid.model import IssuerKeys
from krid.openid.vp.metadata import key_members
from krid.openid.vp.parameters import SELF_ISSUED
from krid.openid.vp.policy import PresentationPolicy
from krid.openid.vp.request_object import KnownClients, Terms
from krid.openid.vp.transaction_data import TransactionType


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WalletSetup:
    """A wallet as verifiers see it.

    `trust` says who may ask: it is asked about signed requests and about who vouches for
    verifiers (see `krid.openid.vp.senders`). `clients` knows verifiers beforehand, None for
    nobody. `formats` are those of its credentials, which it tells a verifier that asks by POST.
    `identifier` is the wallet's own name as an authorization server, None where it has none. With
    `seals_requests`, a verifier that the wallet asks by POST has to encrypt its request.
    """

    policy: PresentationPolicy
    trust: IssuerKeys = field(repr=False)
    clients: KnownClients | None = field(repr=False)
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    formats: frozenset[str] = frozenset({"dc+sd-jwt", "mso_mdoc"})
    transaction_types: tuple[TransactionType, ...] = ()
    identifier: str | None = None
    seals_requests: bool = False

    def __post_init__(self) -> None:
        several("formats", self.formats)

    @property
    def now(self) -> datetime:
        """The present moment by the wallet's clock."""
        return self.clock.now()

    def terms(
        self,
        *,
        client_id: str | None = None,
        wallet_nonce: str | None = None,
        origin: str | None = None,
    ) -> Terms:
        """Return what one request has to fit."""
        own = {SELF_ISSUED} if self.identifier is None else {SELF_ISSUED, self.identifier}
        return Terms(
            trust=self.trust,
            policy=self.policy,
            now=self.now,
            audiences=frozenset(own),
            formats=self.formats,
            transaction_types=self.transaction_types,
            clients=self.clients,
            client_id=client_id,
            wallet_nonce=wallet_nonce,
            origin=origin,
        )

    def metadata(self, key: ResponseKey | None) -> JsonObject:
        """Return what a wallet tells a verifier about itself (section 10).

        `key` is the one that the request must be sealed for, None where it may come open.
        """
        encs = [enc.value for enc in self.policy.encs]
        sealing: JsonObject = {}
        if key is not None:
            sealing = {
                "jwks": {"keys": [key_members(key)]},
                "request_object_encryption_alg_values_supported": ["ECDH-ES"],
                "request_object_encryption_enc_values_supported": encs,
            }
        return {
            "vp_formats_supported": {name: {} for name in sorted(self.formats)},
            "client_id_prefixes_supported": sorted(each.value for each in self.policy.prefixes),
            "request_object_signing_alg_values_supported": list(self.policy.alg_names),
            "authorization_encryption_alg_values_supported": ["ECDH-ES"],
            "authorization_encryption_enc_values_supported": encs,
            **sealing,
        }
