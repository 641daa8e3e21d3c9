"""What a wallet is made of when it asks for credentials, and whom it asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, final

from krid._core.clock import Clock
from krid._core.entropy import Entropy
from krid.errors import Code, MisuseError
from krid.keys import PublicKey, Signer
from krid.model import IssuerKeys
from krid.net import Flow
from krid.openid.oauth.server_metadata import ServerMetadata
from krid.openid.vci.issuer_metadata import IssuerMetadata
from krid.openid.vci.policy import IssuancePolicy
from krid.openid.vci.token import TokenResponse


@final
@dataclass(frozen=True, slots=True)
class WalletAttestation:
    """A client attestation for this instance of the wallet, and the signer of the key in it."""

    text: str = field(repr=False)
    signer: Signer = field(repr=False)


class KeyAttester(Protocol):
    """Somebody who vouches for how the wallet's keys are kept: its key store or its provider."""

    def attest(self, keys: Sequence[PublicKey], *, nonce: str | None) -> Flow[str]:
        """Return a key attestation for keys of this wallet, with the issuer's nonce in it."""
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class WalletSetup:
    """A wallet as issuers see it.

    `dpop` signs DPoP proofs; use a key of its own for each issuer, so that issuers can't tell
    that they serve the same phone. `redirect_uri` is where the browser comes back to, None for a
    wallet that only takes pre-authorized codes. `metadata_trust` says who may vouch for issuers'
    metadata; None for a wallet that takes them by TLS alone.

    Raises:
        MisuseError: `misuse.option` for a policy that this wallet could not keep.
    """

    policy: IssuancePolicy
    clock: Clock = field(repr=False)
    entropy: Entropy = field(repr=False)
    client_id: str | None
    redirect_uri: str | None
    dpop: Signer | None = field(repr=False)
    attestation: WalletAttestation | None
    key_attester: KeyAttester | None = field(repr=False)
    metadata_trust: IssuerKeys | None = field(repr=False)

    def __post_init__(self) -> None:
        policy = self.policy
        lacking = {
            "dpop": policy.dpop_required and self.dpop is None,
            "attestation": policy.client_attestation_required and self.attestation is None,
            "key_attester": policy.key_attestation_required and self.key_attester is None,
            "metadata_trust": policy.signed_metadata_required and self.metadata_trust is None,
        }
        for name, is_lacking in lacking.items():
            if is_lacking:
                raise MisuseError(Code.MISUSE_OPTION, name)

    @property
    def now(self) -> datetime:
        """The present moment by the wallet's clock."""
        return self.clock.now()


@final
@dataclass(frozen=True, slots=True)
class Counterpart:
    """An issuer and the authorization server to use with it, each as it describes itself.

    `vouched` is the path by which trust in signed metadata came, None for metadata by TLS alone.
    """

    metadata: IssuerMetadata
    server: ServerMetadata
    vouched: str | None = None

    @property
    def issuer(self) -> str:
        """The identifier of the issuer."""
        return self.metadata.issuer


@final
@dataclass(frozen=True, slots=True)
class Session:
    """A wallet that was given tokens, and what they are good for.

    `client_id` is the one that the tokens were had with, None where they were had without.
    """

    counterpart: Counterpart
    tokens: TokenResponse
    client_id: str | None

    @property
    def is_dpop(self) -> bool:
        """Tell whether the access token is bound to the wallet's DPoP key."""
        return self.tokens.token_type.lower() == "dpop"
