"""The IC card: a software model of the chip, and the check of what it answers.

The register knows the key of each chip by its thumbprint, from the day the card was made. A chip
answers a challenge with a signature over the challenge, the application that it is for, and a
counter that rises with each answer. Whoever copied a card without its key has another key; whoever
copied the key as well is found when either of the two is read again, for the counter then stands
still, and the chip is blocked until an office has looked at it. How a real chip does this is not
public; this form is krid's own.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import base64url, cbor
from krid._core.arguments import typed
from krid._core.entropy import Entropy
from krid.errors import Code, ContentError, KridError, MalformedError
from krid.keys import Alg, LocalKey, PublicKey, jwk
from krid.x509 import Certificate, LeafProfile, sign_certificate, verify_chain

IC_CARD: Final = LeafProfile(name="IC card")
"""The purpose of a chip's certificate."""

CHALLENGE_LIFETIME: Final = timedelta(minutes=2)
"""A tap takes a second, finding the card in a bag a minute."""

_CONTEXT: Final = b"krid-ic-card-1\x00"
_MAX_BYTES: Final = 8 * 1024
_MAX_COUNTER: Final = 2**48


@final
@dataclass(frozen=True, slots=True)
class Challenge:
    """What a chip is to sign: 32 random bytes, for one application, until it expires."""

    card_id: str
    value: bytes = field(repr=False)
    expires: datetime


@final
@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a chip answers: its certificate in DER, its counter and its signature."""

    certificate: bytes
    counter: int
    signature: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an answer as it comes over the air: a CBOR array of three.

        Raises:
            MalformedError: `register.ic_answer`.
        """
        typed("raw", raw, bytes)
        try:
            found = cbor.decode(raw) if len(raw) <= _MAX_BYTES else None
        except KridError as cause:
            raise MalformedError(Code.REGISTER_IC_ANSWER) from cause
        match found:
            case [bytes(certificate), int(counter), bytes(signature)] if (
                type(counter) is int and 0 < counter < _MAX_COUNTER
            ):
                return cls(certificate, counter, signature)
        raise MalformedError(Code.REGISTER_IC_ANSWER)

    def encode(self) -> bytes:
        """Write the answer as `parse` reads it."""
        return cbor.encode([self.certificate, self.counter, self.signature])


@final
class IcCard:
    """A chip in software: its key does not leave it, and its counter rises with each answer."""

    def __init__(self, key: LocalKey, certificate: Certificate, *, counter: int = 0) -> None:
        self._key: Final = key
        self._certificate: Final = certificate
        self._counter = counter

    @classmethod
    def make(
        cls,
        *,
        ca: Certificate,
        ca_key: LocalKey,
        serial: str,
        valid_from: datetime,
        valid_until: datetime,
        entropy: Entropy,
    ) -> Self:
        """Make a chip with a new key, certified under a serial that says nothing of its owner.

        Raises:
            MisuseError: `misuse.option`, `misuse.lifetime`, `misuse.naive_time`.
        """
        key = LocalKey.generate(Alg.ES256)
        certificate = sign_certificate(
            key.public_key,
            ca=ca,
            ca_key=ca_key,
            leaf=IC_CARD,
            common_name=serial,
            valid_from=valid_from,
            valid_until=valid_until,
            entropy=entropy,
        )
        return cls(key, certificate)

    @property
    def chip_key(self) -> str:
        """The thumbprint of the chip's key, for the register."""
        return jwk.key_id(self._key.public_key)

    def clone(self) -> "IcCard":
        """Copy the chip with its key and counter, as an attacker would who opened it."""
        return IcCard(self._key, self._certificate, counter=self._counter)

    def copy_without_key(self) -> "IcCard":
        """Copy what can be read from the chip; the copy has a key of its own."""
        return IcCard(LocalKey.generate(Alg.ES256), self._certificate, counter=self._counter)

    def answer(self, challenge: Challenge) -> bytes:
        """Answer a challenge, tapped on a phone."""
        self._counter += 1
        signature = self._key.sign(_signed(challenge.value, challenge.card_id, self._counter))
        return Answer(self._certificate.der, self._counter, signature).encode()


def _signed(value: bytes, card_id: str, counter: int) -> bytes:
    return _CONTEXT + value + struct.pack(">Q", counter) + card_id.encode("utf-8")


def check_answer(
    answer: Answer,
    *,
    value: bytes,
    card_id: str,
    chip_key: str,
    anchors: Sequence[Certificate],
    now: datetime,
) -> PublicKey:
    """Check that the chip which the register knows signed this challenge; return its key.

    Does not look at the counter, which is the register's to compare.

    Raises:
        ContentError: `register.ic_key` for another key than the register's.
        TrustError, SignatureError, ValidityError: as `verify_chain` for the certificate;
            `jws.signature` is `register.ic_key` here, too.
        MalformedError: `register.ic_answer` for a certificate that is none.
    """
    try:
        certificate = Certificate.parse(answer.certificate)
    except KridError as cause:
        raise MalformedError(Code.REGISTER_IC_ANSWER) from cause
    verify_chain([certificate], anchors=anchors, now=now, leaf=IC_CARD)
    key = certificate.public_key
    if jwk.key_id(key) != chip_key:
        raise ContentError(Code.REGISTER_IC_KEY)
    try:
        key.verify(_signed(value, card_id, answer.counter), answer.signature, alg=key.alg)
    except KridError as cause:
        raise ContentError(Code.REGISTER_IC_KEY) from cause
    return key


def challenge_key(value: bytes) -> str:
    """Return what the register keeps of a challenge."""
    return base64url.encode(value)
