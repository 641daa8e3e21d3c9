"""A verifier's request, before and after a wallet knows who sent it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import final

from krid.errors import BindingError, Code
from krid.exchange.delivery import DIRECT_POST, Delivery
from krid.model import (
    Asker,
    Attestation,
    Challenge,
    Query,
    TransactionData,
    VerifiedCredential,
    allot,
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationRequest:
    """What a verifier asks, why, and what the answer must be bound to.

    `client_id` names the verifier with its prefix (OpenID4VP 1.0, section 5.9); `state` finds
    the session again. `purpose` is a sentence for the person who decides. `attestations` are what
    the verifier sends along about itself, such as its registration. `transactions` are what the
    person authorises by answering. `origin` is the web page that asked, where the request came
    through the Digital Credentials API: then presentations are bound to it instead of the name.
    `transcript` is the encoded session transcript in proximity, which binds them to the session
    itself: it holds both sides' keys of that session.
    """

    client_id: str
    nonce: str = field(repr=False)
    state: str = field(repr=False)
    response_uri: str
    query: Query
    purpose: str
    expires: datetime
    attestations: tuple[Attestation, ...] = ()
    delivery: Delivery = DIRECT_POST
    transactions: tuple[TransactionData, ...] = ()
    origin: str | None = None
    transcript: bytes | None = field(default=None, repr=False)

    @property
    def encryption_thumbprint(self) -> bytes | None:
        """The SHA-256 thumbprint of the key that the answer is sealed with (RFC 7638)."""
        key = self.delivery.key
        return None if key is None or not self.delivery.mode.is_sealed else key.key.thumbprint()

    @property
    def challenge(self) -> Challenge:
        """What each presentation of the answer must be bound to, transactions aside."""
        return Challenge(
            audience=self.client_id if self.origin is None else f"origin:{self.origin}",
            nonce=self.nonce,
            response_uri="" if self.origin is not None else self.response_uri,
            encryption_thumbprint=self.encryption_thumbprint,
            transcript=self.transcript,
        )

    def challenges(self, chosen: Collection[str]) -> Mapping[str, Challenge]:
        """Say what a wallet binds presentations to, by query id: transactions to one query each.

        Raises:
            BindingError: `transaction.unbound` when no chosen credential may authorise one.
        """
        allotted = allot(self.transactions, chosen)
        if sum(map(len, allotted.values())) != len(self.transactions):
            raise BindingError(Code.TRANSACTION_UNBOUND)
        challenge = self.challenge
        return {
            query_id: replace(challenge, transactions=allotted.get(query_id, ()))
            for query_id in chosen
        }

    def challenge_for(self, query_id: str) -> Challenge:
        """Say what a verifier takes as an answer to one query: it may authorise any of these."""
        offered = tuple(each for each in self.transactions if query_id in each.credential_ids)
        return replace(self.challenge, transactions=offered)

    def check_authorised(self, credentials: Iterable[VerifiedCredential]) -> None:
        """Check that each transaction was authorised, and by one credential alone (section 5.1).

        Raises:
            BindingError: `transaction.unbound`.
        """
        bound = [each.encoded for one in credentials for each in one.transactions]
        if sorted(bound) != sorted(each.encoded for each in self.transactions):
            raise BindingError(Code.TRANSACTION_UNBOUND)


class Standing(Enum):
    """By what a wallet knows who asks; the words are for people."""

    OTHER = "as the protocol describes"
    CERTIFICATE = "a certificate"
    DID = "a decentralized identifier"
    FEDERATION = "a federation"
    ATTESTATION = "somebody who vouches for it"
    REGISTERED = "registered beforehand"
    ADDRESS = "not signed: known by the address that gets the answer alone"
    ORIGIN = "not signed: known by the web page alone"

    @property
    def is_signed(self) -> bool:
        """Tell whether the sender proved its name with a key."""
        return self not in {Standing.ADDRESS, Standing.ORIGIN, Standing.OTHER}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatedRequest:
    """A request whose sender has proved who it is; made by a protocol's `read_request` alone.

    `verifier` is the proved name, `path` how trust in it came, `standing` by what it is known.
    `names` are further names that its certificate proves, such as the number of the organisation
    in a register. `title` is what a trusted certificate calls the organisation, empty where no
    certificate says it. `signed` is the request as it came, with its signature, empty where it was
    not signed or came in several pieces: who has it can prove what was asked.
    """

    request: PresentationRequest
    verifier: str
    path: str
    names: frozenset[str] = frozenset()
    standing: Standing = Standing.OTHER
    title: str = ""
    signed: str = field(default="", repr=False)

    @property
    def asker(self) -> Asker:
        """Who asks, for those who know what it may ask for."""
        return Asker(
            client_id=self.request.client_id,
            names=self.names | {self.request.client_id},
            attestations=self.request.attestations,
        )
