"""did:jwk (github.com/quartzjer/did-jwk): the DID is a JWK in base64url."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from krid._core import base64url, strict_json
from krid._core.strict_json import JsonObject
from krid.did.document import DidDocument
from krid.did.methods.generated import AGREEMENT, ALL, SIGNING, Generated
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.did.verification_method import Purpose, VerificationMethod
from krid.errors import Code, MalformedError, ResolutionError, UnsupportedError
from krid.keys import PublicKey, jwk
from krid.net import Flow

_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/jws-2020/v1",
)
_PURPOSES: Final[Mapping[object, frozenset[Purpose]]] = {
    None: ALL,
    "sig": SIGNING,
    "enc": AGREEMENT,
}


@final
@dataclass(frozen=True, slots=True)
class DidJwk:
    """The did:jwk method; it asks nobody."""

    @property
    def name(self) -> str:
        """`jwk`."""
        return "jwk"

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Unfold a DID into its document, whose one key is always `#0`.

        Raises:
            ResolutionError: `did.syntax` for what is not base64url of a JSON object,
                `did.public_key`, for a private key too, `did.key_type`, or `did.option` when a
                version of the document is asked for.
        """
        options.check_no_version()
        yield from ()  # A flow that asks for nothing.
        return Resolved(_document(did))

    def unfold(self, did: Did) -> DidDocument:
        """Return the document that a DID of this method holds.

        Raises:
            ResolutionError: as `resolve`.
        """
        return _document(did)

    @staticmethod
    def create(key: PublicKey) -> Did:
        """Return a DID of a public key; other spellings of its JWK give other DIDs.

        The members stand in the order of their names, without white space.

        >>> from krid.keys import Alg, LocalKey
        >>> str(DidJwk.create(LocalKey.generate(Alg.ES256).public_key))[:16]
        'did:jwk:eyJjcnYi'
        """
        members = dict(sorted(jwk.encode_public(key).items()))
        return Did("jwk", base64url.encode(strict_json.dumps(members)))


def _document(did: Did) -> DidDocument:
    members = _read_members(did.identifier)
    purposes = _read_use(members)
    text = str(did)
    method = VerificationMethod(
        id=f"{text}#0",
        type="JsonWebKey2020",
        controller=text,
        key=_read_key(members),
        members={"publicKeyJwk": members},
    )
    return DidDocument(did, Generated(did, _CONTEXT, method, purposes))


def _read_members(encoded: str) -> JsonObject:
    try:
        return strict_json.loads_object(base64url.decode(encoded))
    except MalformedError as cause:
        raise ResolutionError(Code.DID_SYNTAX, str(cause.code)) from cause


def _read_use(members: JsonObject) -> frozenset[Purpose]:
    """Return the purposes that `use` allows; a use that nobody knows allows none."""
    use = members.get("use")
    if "use" in members and use not in ("sig", "enc"):
        raise ResolutionError(Code.DID_PUBLIC_KEY, "use")
    return _PURPOSES[use]


def _read_key(members: JsonObject) -> PublicKey:
    try:
        return jwk.parse_public(members)
    except UnsupportedError as cause:
        raise ResolutionError(Code.DID_KEY_TYPE) from cause
    except MalformedError as cause:
        raise ResolutionError(Code.DID_PUBLIC_KEY, str(cause.code)) from cause
