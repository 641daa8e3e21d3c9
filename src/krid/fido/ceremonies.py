"""Ceremonies that wait for an answer: each challenge is good once, and not for long."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, final

from krid._core import base64url, limits
from krid._core.clock import Clock
from krid._core.entropy import Entropy, system_entropy
from krid._core.redact import same
from krid._core.strict_json import JsonObject
from krid.errors import BindingError, Code, ValidityError
from krid.fido.credential import Credential
from krid.fido.messages import Assertion, Attestation
from krid.fido.party import RelyingParty
from krid.fido.user import VerifiedUser
from krid.fido.verify import ALGORITHMS, CREATE, GET, asserted, registered

STANDARD_LIFETIME: Final = timedelta(minutes=5)
"""What section 15.1 recommends for ceremonies with user verification."""

ABOUT_NOTHING: Final = b""
"""For assertions that approve of nothing in particular, such as those that open a wallet."""

_RANDOM_SIZE: Final = 32
_CONTEXT: Final = b"krid webauthn challenge 1"


@final
@dataclass(frozen=True, slots=True)
class _Pending:
    type: str
    expires: datetime
    credentials: tuple[Credential, ...] = ()
    user: bytes = field(default=b"", repr=False)
    salt: bytes = field(default=b"", repr=False)
    about: bytes = field(default=ABOUT_NOTHING, repr=False)


@final
class Ceremonies:
    """Asks authenticators, and verifies their answers.

    What waits is kept in memory, and belongs to one person: a wallet has one of these. Options
    are the JSON of `PublicKeyCredential.parseCreationOptionsFromJSON` and
    `parseRequestOptionsFromJSON`. User verification is always required.
    """

    def __init__(
        self,
        party: RelyingParty,
        *,
        clock: Clock,
        entropy: Entropy = system_entropy,
        lifetime: timedelta = STANDARD_LIFETIME,
    ) -> None:
        """Ask on behalf of a relying party; answers must come within `lifetime`."""
        self._party: Final = party
        self._clock: Final = clock
        self._entropy: Final = entropy
        self._lifetime: Final = lifetime
        self._pending: dict[bytes, _Pending] = {}

    def register(self, *, user_name: str, known: Sequence[Credential]) -> JsonObject:
        """Ask for a new credential with a PRF, on an authenticator that has none of the `known`.

        The platform's own authenticator is asked. `user_name` is what it shows to the person.
        """
        user, salt = self._entropy(_RANDOM_SIZE), self._entropy(_RANDOM_SIZE)
        challenge = self._remember(_Pending(CREATE, self._expiry(), user=user, salt=salt))
        return {
            "challenge": challenge,
            "rp": {"id": self._party.id, "name": self._party.name},
            "user": {
                "id": base64url.encode(user),
                "name": user_name,
                "displayName": user_name,
            },
            "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
            "excludeCredentials": [_descriptor(each) for each in known],
            "authenticatorSelection": {
                "authenticatorAttachment": "platform",
                "residentKey": "discouraged",
                "requireResidentKey": False,
                "userVerification": "required",
            },
            "attestation": "none",
            "timeout": self._timeout(),
            "extensions": {"prf": {}},
        }

    def ask(self, credentials: Sequence[Credential], *, about: bytes = ABOUT_NOTHING) -> JsonObject:
        """Ask for an assertion by one of these credentials, with its PRF output.

        `about` is what the person approves of with it, such as the digest of a request. The
        challenge is made of it and of 32 random bytes, and `complete` takes the answer for the
        same alone.

        Raises:
            BindingError: `fido.credential` when there is none.
        """
        if not credentials:
            raise BindingError(Code.FIDO_CREDENTIAL)
        pending = _Pending(GET, self._expiry(), credentials=tuple(credentials), about=about)
        return {
            "challenge": self._remember(pending),
            "rpId": self._party.id,
            "allowCredentials": [_descriptor(each) for each in credentials],
            "userVerification": "required",
            "timeout": self._timeout(),
            "extensions": {
                "prf": {
                    "evalByCredential": {
                        base64url.encode(each.id): {"first": base64url.encode(each.salt)}
                        for each in credentials
                    }
                }
            },
        }

    def complete_registration(self, answer: bytes) -> Credential:
        """Verify the answer to `register` and return the record to keep (section 7.1).

        The attestation statement is not looked at, so nothing is proved of the authenticator's
        make.

        Raises:
            MalformedError: `fido.syntax`.
            UnsupportedError: `fido.alg`, `fido.prf`.
            ValidityError: `fido.expired`.
            TrustError: `fido.synced`.
            BindingError: `fido.type`, `fido.challenge`, `fido.origin`, `fido.cross_origin`,
                `fido.rp_id`, `fido.presence`, `fido.verification`, `fido.backup`,
                `fido.credential`.
            MisuseError: `misuse.extra`.
        """
        read = Attestation.parse(answer)
        pending = self._burn(read.client_data.challenge, CREATE)
        return registered(read, party=self._party, user=pending.user, salt=pending.salt)

    def complete(self, answer: bytes, *, about: bytes = ABOUT_NOTHING) -> VerifiedUser:
        """Verify the answer to `ask` about the same (section 7.2), and that its counter grew.

        Raises:
            MalformedError: `fido.syntax`.
            SignatureError: `fido.signature`.
            ValidityError: `fido.expired`.
            TrustError: `fido.synced`.
            BindingError: as `complete_registration`; `fido.about` when it was asked about
                something else; `fido.counter`.
            MisuseError: `misuse.extra`.
        """
        read = Assertion.parse(answer)
        pending = self._burn(read.client_data.challenge, GET)
        if not same(pending.about, about):
            raise BindingError(Code.FIDO_ABOUT)
        now = self._clock.now()
        return asserted(read, party=self._party, credentials=pending.credentials, now=now)

    def _expiry(self) -> datetime:
        return self._clock.now() + self._lifetime

    def _timeout(self) -> int:
        return int(self._lifetime / timedelta(milliseconds=1))

    def _remember(self, pending: _Pending) -> str:
        challenge = self._entropy(_RANDOM_SIZE)
        if pending.about:
            challenge = hashlib.sha256(_CONTEXT + challenge + pending.about).digest()
        while len(self._pending) >= limits.MAX_FIDO_CEREMONIES:
            self._pending.pop(next(iter(self._pending)))
        self._pending[challenge] = pending
        return base64url.encode(challenge)

    def _burn(self, challenge: bytes, expected: str) -> _Pending:
        """Take a challenge out before anything else is looked at: no answer is tried twice."""
        pending = self._pending.pop(challenge, None)
        if pending is None or pending.type != expected:
            raise BindingError(Code.FIDO_CHALLENGE)
        if pending.expires <= self._clock.now():
            raise ValidityError(Code.FIDO_EXPIRED)
        return pending


def _descriptor(credential: Credential) -> JsonObject:
    return {"type": "public-key", "id": base64url.encode(credential.id)}
