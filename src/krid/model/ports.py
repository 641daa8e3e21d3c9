"""Ports that formats and roles call, and the values that pass through them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, final

from krid.keys import Alg, PublicKey
from krid.model.assurance import Assurance
from krid.model.authorities import TrustedAuthority
from krid.model.keys import VerificationAlg, VerificationKey, as_alg, as_bbs_key, as_public_key
from krid.model.query import HolderBinding
from krid.model.status_entry import StatusEntry
from krid.model.transaction import TransactionData

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey
    from krid.model.credential import Evidence


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerHint:
    """What a credential says, unverified, about who signed it.

    `certificates` are DER, the signer's first, as in `x5c` and `x5chain`.
    """

    format: str
    type: str
    alg: VerificationAlg
    issuer: str | None = None
    key_id: str | None = None
    certificates: tuple[bytes, ...] = ()

    @property
    def message_alg(self) -> Alg:
        """The algorithm, for sources that know none but keys which sign one message.

        Raises:
            TrustError: `alg.key` for one of BBS.
        """
        return as_alg(self.alg)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerKey:
    """A key that somebody trusted stands behind, and through which path the trust came.

    `key` is of one of two kinds: who verifies says which it takes, by `public_key` or `bbs_key`.

    `not_before` and `not_after` are those of the signer's certificate, where there is one.

    `authorities` say who stands behind the key, each as the source of trust vouches for it: a
    name that it ties the key to, the thumbprint of an anchor, the key's own. Two keys that have
    one in common belong together, as that of a card and that of its status list must. A name
    that the signer alone gives itself is none.
    `assurance` is the level that a source of trust attached, None when none did.
    `stands_under` are the authorities of the path, as a query may name them: certificate issuers,
    trusted lists, entities of a federation.
    """

    key: VerificationKey
    issuer: str
    path: str
    authorities: frozenset[str] = frozenset()
    not_before: datetime | None = None
    not_after: datetime | None = None
    assurance: Assurance | None = None
    stands_under: frozenset[TrustedAuthority] = frozenset()

    @property
    def public_key(self) -> PublicKey:
        """The key, for who checks a signature over one message.

        Raises:
            TrustError: `alg.key` for a key of BBS.
        """
        return as_public_key(self.key)

    @property
    def bbs_key(self) -> "BbsPublicKey":
        """The key, for who checks a proof of BBS.

        Raises:
            TrustError: `alg.key` for any other key.
        """
        return as_bbs_key(self.key)


class IssuerKeys(Protocol):
    """Whom to believe: finds the key of a trusted issuer."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the key to verify with.

        Raises:
            TrustError: nobody trusted stands behind the hint.
        """
        ...


class StatusSource(Protocol):
    """Whether a credential still holds."""

    def check(self, entry: StatusEntry, *, issuer: IssuerKey, now: datetime) -> "Evidence":
        """Return what one status entry of a credential says, if the credential still holds.

        `issuer` is the key that the credential was verified with: who may speak about its status
        depends on it.

        Raises:
            StatusError: revoked, suspended, stale, not to be had, or said by somebody else.
        """
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What one presentation must be bound to, so that it serves nowhere else.

    `audience` is the verifier's client identifier. `response_uri` and
    `encryption_thumbprint` (32 bytes, RFC 7638) enter an mdoc's session transcript
    (OpenID4VP 1.0, appendix B.2.6). `transcript` is a whole CBOR SessionTranscript and
    replaces the one made from the others, as in proximity.

    `transactions` are what a wallet has this presentation authorise, all of them; for a verifier
    they are those that the presentation may authorise, and what it does stands in the outcome.

    `binding` says whether a key of the holder's must answer. Where it need not, a format whose
    credentials are tied to a moment by themselves takes one that is tied to this one.
    """

    audience: str
    nonce: str
    response_uri: str = ""
    encryption_thumbprint: bytes | None = None
    transcript: bytes | None = None
    transactions: tuple[TransactionData, ...] = ()
    binding: HolderBinding = HolderBinding.REQUIRED
