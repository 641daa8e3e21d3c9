"""did:webvh identifiers (did:webvh 1.0, "Method-Specific Identifier")."""

from dataclasses import dataclass
from typing import Final, Self, final

from krid.did.methods.web_address import WebAddress
from krid.did.syntax import Did
from krid.errors import Code, ResolutionError
from krid.keys.multihash import is_sha256_base58

METHOD: Final = "webvh"
PLACEHOLDER: Final = "{SCID}"


@final
@dataclass(frozen=True, slots=True)
class Identifier:
    """What a did:webvh DID says: the hash of its first log entry, and where its log lies."""

    scid: str
    address: WebAddress

    @classmethod
    def parse(cls, did: Did) -> Self:
        """Read a DID of this method.

        The host must be a name in ASCII; other scripts are written as `xn--` labels.

        Raises:
            ResolutionError: `did.syntax`.
        """
        scid, *rest = did.identifier.split(":")
        if did.method != METHOD or not rest or not is_sha256_base58(scid):
            raise ResolutionError(Code.DID_SYNTAX, "did:webvh")
        return cls(scid, WebAddress.parse(rest))

    @property
    def log_url(self) -> str:
        """The address of the log."""
        return self.address.file("did.jsonl")

    @property
    def witness_url(self) -> str:
        """The address of the witness proofs, beside the log."""
        return self.address.file("did-witness.json")


def draft(host: str, *path: str) -> str:
    """Return the id for the first document of a new DID, before its SCID is known.

    >>> draft("issuer.example", "cards")
    'did:webvh:{SCID}:issuer.example:cards'
    """
    return ":".join(("did", METHOD, PLACEHOLDER, host.replace(":", "%3A"), *path))
