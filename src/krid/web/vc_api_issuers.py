"""Whom the VC API believes: whoever controls a DID that resolves, which no real verifier does."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, final

from krid._core.strict_json import JsonObject
from krid.did import Resolver
from krid.errors import Code, ContentError, TrustError
from krid.keys import PublicKey
from krid.ld import BUNDLED
from krid.model import IssuerHint, IssuerKey
from krid.model.w3c import Credential
from krid.trust.dids import assertion_key

SKEW: Final = timedelta(seconds=60)


@final
@dataclass(frozen=True, slots=True)
class AnyDid:
    """Believes whoever controls a DID, by the key that the proof or the header names."""

    resolver: Resolver

    def find(self, hint: IssuerHint, *, now: object) -> IssuerKey:
        """Return the assertion key of the DID in the key's identifier.

        Raises:
            TrustError: `trust.unknown_issuer` when it is no DID URL; `di.method` for a key of
                another DID than the issuer.
            ResolutionError: the document can't be had, or does not list the key.
        """
        del now
        did, fragment = _split(hint.key_id or "")
        if (hint.issuer or "").startswith("did:") and hint.issuer != did:
            raise TrustError(Code.DI_METHOD)
        key = assertion_key(self.resolver.resolve(did).document, fragment, hint.alg)
        return IssuerKey(
            key=key, issuer=did, path=f"{fragment} of {did}", authorities=frozenset({did})
        )


def authentication_key(resolver: Resolver, method: str) -> PublicKey:
    """Return the key that a DID URL names, if its controller signs presentations with it.

    Raises:
        TrustError: `trust.unknown_issuer` when it is no DID URL.
        ResolutionError: the document can't be had, or does not list the key.
    """
    did, fragment = _split(method)
    return resolver.resolve(did).document.authentication_key(fragment)


def check_issuer(credential: JsonObject, did: str) -> None:
    """Read a credential that is to be issued, and whether its issuer is this one.

    Raises:
        ContentError: `di.method` for another issuer; `w3c.digest` for a related resource.
        KridError: as `Credential.from_document`.
    """
    read = Credential.from_document(credential)
    if read.issuer.id != did:
        raise ContentError(Code.DI_METHOD)
    check_related(read)


def check_related(credential: Credential) -> None:
    """Check the digests of related resources that are contexts at hand; none is fetched.

    Raises:
        ContentError: `w3c.digest`.
    """
    for resource in credential.related_resources:
        if BUNDLED.knows(resource.id):
            resource.check(BUNDLED.octets(resource.id))


def _split(method: str) -> tuple[str, str]:
    did, _, fragment = method.partition("#")
    if not did.startswith("did:") or not fragment:
        raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
    return did, f"#{fragment}"
