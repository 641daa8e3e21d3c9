"""Trust in public keys that somebody pinned: the simplest way to believe an issuer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self, final

from krid._core.arguments import typed
from krid._core.times import aware
from krid.errors import Code, TrustError
from krid.keys import PublicKey
from krid.model import IssuerHint, IssuerKey, VerificationKey, fits, name_of_key
from krid.x509 import Certificate


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedKey:
    """A key that is trusted, and what it is trusted for.

    With an `issuer`, it speaks for that name alone; without, for any name that its holder gives
    itself. With a `key_id`, it answers to that and to its JWK thumbprint, or to the Multikey of
    a key of BBS; without, to any.
    """

    key: VerificationKey
    issuer: str | None = None
    key_id: str | None = None


@final
@dataclass(frozen=True, slots=True)
class KeyTrust:
    """Trust in pinned keys.

    Which key answers: of those that speak for the issuer's name, the one that the hint names:
    by the certificate that it shows, else by a key identifier that is the pin's `key_id` or its
    JWK thumbprint. When a hint without certificates names none of them, the one without a
    `key_id` that fits the algorithm. Where several different keys are left, krid does not guess.
    Put all pinned keys into one `KeyTrust`, so that this is noticed.
    """

    pins: tuple[PinnedKey, ...]

    @classmethod
    def of(cls, *keys: VerificationKey, issuer: str | None = None) -> Self:
        """Pin keys, all of them for one issuer's name or for any.

        Raises:
            MisuseError: `misuse.type` for what is no public key.
        """
        for key in keys:
            if not hasattr(key, "multikey"):  # a key of BBS, whose package may not be there
                typed("keys", key, PublicKey)
        return cls(tuple(PinnedKey(key=key, issuer=issuer) for key in keys))

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        """Return the one pinned key that fits; a pinned key has no end (see `Until`).

        Believes nothing of a certificate in the hint but that its key is the signer's, which
        the signature has to show.

        Raises:
            TrustError: `trust.unknown_issuer`; `trust.issuer_name` when the key named is pinned
                for other names alone; `alg.key` when the key named is not for the algorithm;
                `trust.ambiguous`.
            MalformedError, UnsupportedError: the hint's first certificate or its key can't be
                read: `x509.syntax`, `key.point`, `key.type`.
            MisuseError: `misuse.naive_time`.
        """
        aware(now)
        named = [pin for pin in self.pins if _is_named(pin, hint)]
        ours = [pin for pin in named if _speaks_for(pin, hint.issuer)]
        candidates = ours or self._unnamed(hint)
        fitting = [pin for pin in candidates if fits(pin.key, hint.alg)]
        if not fitting:
            raise TrustError(_refusal(named, ours))
        pin = _only(fitting)
        own = name_of_key(pin.key)
        names = (hint.issuer, pin.issuer, f"key {own}")
        issuer = next(name for name in names if name is not None)
        authority = _authority(pin.key, own)
        return IssuerKey(
            key=pin.key,
            issuer=issuer,
            path=f"pinned key {own}",
            authorities=frozenset({authority} if pin.issuer is None else {authority, pin.issuer}),
        )

    def _unnamed(self, hint: IssuerHint) -> Sequence[PinnedKey]:
        """List the keys that may have signed although the hint does not name them."""
        if hint.certificates:
            return ()
        return [pin for pin in self.pins if pin.key_id is None and _speaks_for(pin, hint.issuer)]


def _is_named(pin: PinnedKey, hint: IssuerHint) -> bool:
    if hint.certificates:
        return Certificate.parse(hint.certificates[0]).public_key == pin.key
    return hint.key_id is not None and hint.key_id in (pin.key_id, name_of_key(pin.key))


def _speaks_for(pin: PinnedKey, issuer: str | None) -> bool:
    return pin.issuer is None or issuer is None or pin.issuer == issuer


def _authority(key: VerificationKey, name: str) -> str:
    """Return the URI of a key: that of its thumbprint, or the did:key of one of BBS."""
    if isinstance(key, PublicKey):
        return f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{name}"
    return f"did:key:{name}"


def _refusal(named: Sequence[PinnedKey], ours: Sequence[PinnedKey]) -> Code:
    if ours:
        return Code.ALG_KEY
    return Code.TRUST_ISSUER_NAME if named else Code.TRUST_UNKNOWN_ISSUER


def _only(pins: Sequence[PinnedKey]) -> PinnedKey:
    if any(pin.key != pins[0].key for pin in pins):
        raise TrustError(Code.TRUST_AMBIGUOUS)
    return pins[0]
