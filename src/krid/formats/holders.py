"""Holders who are named by DIDs: those that hold their own keys, and those that are resolved."""

from collections.abc import Mapping
from typing import Final, final

from krid.did import (
    Did,
    DidDocument,
    DidJwk,
    DidKey,
    DidMethod,
    Purpose,
    ResolutionOptions,
    Resolver,
)
from krid.model import HolderKey
from krid.net import NoNetwork, run

_METHODS: Final[Mapping[str, DidMethod]] = {"key": DidKey(), "jwk": DidJwk()}
_OPTIONS: Final = ResolutionOptions()


@final
class LocalDidHolders:
    """Knows the holders of did:key and did:jwk, and asks nobody.

    >>> from krid.did import DidKey
    >>> from krid.keys import Alg, LocalKey
    >>> key = LocalKey.generate(Alg.ES256).public_key
    >>> LocalDidHolders().find(str(DidKey.create(key))).key == key
    True
    """

    __slots__ = ()

    def find(self, holder: str) -> HolderKey | None:
        """Return the one authentication key of a DID, None for anything else.

        Raises:
            ResolutionError: the DID does not decode.
            MalformedError: `did.syntax`.
        """
        name = holder.split(":", 2)[1] if holder.startswith("did:") else ""
        method = _METHODS.get(name)
        if method is None:
            return None
        document = run(method.resolve(Did.parse(holder), options=_OPTIONS), NoNetwork()).document
        return _only_key(document)


@final
class ResolvedHolders:
    """Knows the holders of all DIDs that a resolver resolves.

    Resolving asks somebody: who hosts a holder's DID learns when a wallet takes a card, and when a
    verifier sees it.
    """

    __slots__ = ("_resolver",)

    def __init__(self, resolver: Resolver) -> None:
        self._resolver: Final = resolver

    def find(self, holder: str) -> HolderKey | None:
        """Return the one authentication key of a DID, None for anything else.

        Raises:
            KridError: as `Resolver.resolve`.
        """
        if not holder.startswith("did:"):
            return None
        return _only_key(self._resolver.resolve(holder).document)


def _only_key(document: DidDocument) -> HolderKey | None:
    """Return the key if there is one alone: krid does not guess which of several is meant."""
    keys = document.keys_for(Purpose.AUTHENTICATION)
    if len(keys) != 1:
        return None
    key_id, key = next(iter(keys.items()))
    return HolderKey(key, key_id)
