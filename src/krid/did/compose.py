"""Writing a DID document: keys as Multikey, listed for their purposes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from krid._core.strict_json import Json, JsonObject
from krid.did.verification_method import Purpose
from krid.keys import PublicKey, multikey

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey

_CONTEXT: Final = ("https://www.w3.org/ns/did/v1.1",)
SIGNING: Final = (Purpose.AUTHENTICATION, Purpose.ASSERTION)


@final
@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key to stand in a document under a fragment, for purposes; one of BBS, too."""

    fragment: str
    key: "PublicKey | BbsPublicKey"
    purposes: Sequence[Purpose] = SIGNING


def compose(
    did: str, keys: Iterable[ListedKey], *, services: Iterable[Mapping[str, Json]] = ()
) -> JsonObject:
    """Write the document of a DID; `did` may be a draft of did:webvh.

    >>> from krid.keys import Alg, LocalKey
    >>> key = ListedKey("key-1", LocalKey.generate(Alg.ES256).public_key)
    >>> compose("did:web:issuer.example", [key])["assertionMethod"]
    ['did:web:issuer.example#key-1']
    """
    listed = tuple(keys)
    methods: list[Json] = [_method(did, each) for each in listed]
    members: JsonObject = {"@context": list(_CONTEXT), "id": did, "verificationMethod": methods}
    for purpose in Purpose:
        ids = [f"{did}#{each.fragment}" for each in listed if purpose in each.purposes]
        if ids:
            members[purpose.value] = ids
    offered: list[Json] = list(services)
    return members | ({"service": offered} if offered else {})


def _method(did: str, listed: ListedKey) -> JsonObject:
    key = listed.key
    text = multikey.encode(key) if isinstance(key, PublicKey) else key.multikey
    return {
        "id": f"{did}#{listed.fragment}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": text,
    }
