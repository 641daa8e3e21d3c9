"""From the events of an identity to its document (did:ethr, "Read").

Delegates and keys are numbered by all events that name some, those included that have ended or
can't be read, so that an id never changes its meaning. Each key is written in the form of its type,
whatever encoding its name hints at; the hint is followed for types that the method does not know.

A key or delegate for `sigAuth` is listed for authentication alone, as the text has it; the
reference resolver lists it for assertions too.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, final

from krid._core import limits, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.did.document import DidDocument
from krid.did.methods.ethr.history import AttributeChanged, DelegateChanged, Event, OwnerChanged
from krid.did.methods.ethr.identifier import EthrIdentifier, checksummed
from krid.did.parts import Listed, Parts
from krid.did.parts import read as read_parts
from krid.did.syntax import Did
from krid.did.verification_method import Purpose
from krid.did.verification_method import parse as parse_method
from krid.errors import Code, KridError, ResolutionError
from krid.keys import Curve, PublicKey, jwk, multikey

_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
)
_SECURITY: Final = "https://w3id.org/security/v2"
_JWK: Final[Json] = {
    "publicKeyJwk": {"@id": "https://w3id.org/security#publicKeyJwk", "@type": "@json"}
}
_HEX: Final[Json] = {"publicKeyHex": "https://w3id.org/security#publicKeyHex"}
_RECOVERY: Final = "EcdsaSecp256k1RecoveryMethod2020"
_ATTRIBUTE: Final = re.compile(r"did/(pub|svc)/(\w+)(?:/(\w+))?(?:/(\w+))?", re.ASCII)
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", re.ASCII)
_NOBODY: Final = bytes(20)
_SIGNING: Final = ("assertionMethod",)
_SIGNING_IN: Final = ("authentication",)
_CONTROLLING: Final = ("authentication", "assertionMethod")
_AGREEING: Final = ("keyAgreement",)
_PURPOSES: Final = {"veriKey": _SIGNING, "sigAuth": _SIGNING_IN, "enc": _AGREEING}
_KEY_TYPES: Final = {
    "Secp256k1": ("EcdsaSecp256k1VerificationKey2019", Curve.SECP256K1),
    "Ed25519": ("Ed25519VerificationKey2020", Curve.ED25519),
    "X25519": ("X25519KeyAgreementKey2020", Curve.X25519),
}
_MULTIKEY: Final = "Multikey"
_CONTEXTS: Final[Mapping[str, tuple[Json, ...]]] = {
    _RECOVERY: (),
    "EcdsaSecp256k1VerificationKey2019": (_SECURITY, _JWK),
    "Ed25519VerificationKey2020": ("https://w3id.org/security/suites/ed25519-2020/v1",),
    "X25519KeyAgreementKey2020": ("https://w3id.org/security/suites/x25519-2020/v1",),
    _MULTIKEY: ("https://w3id.org/security/multikey/v1",),
}
"""What each type of method adds; types that the method does not know add `_FOREIGN_CONTEXT`."""

_FOREIGN_CONTEXT: Final[tuple[Json, ...]] = (_SECURITY, _HEX)


@final
@dataclass(slots=True)
class _Builder:
    """The document while events are applied in their order."""

    did: Did
    chain_id: int
    owner: bytes
    now: int
    delegates: int = 0
    services: int = 0
    methods: dict[object, JsonObject] = field(default_factory=dict)
    purposes: dict[object, tuple[str, ...]] = field(default_factory=dict)
    endpoints: dict[object, JsonObject] = field(default_factory=dict)

    def apply(self, event: Event) -> None:
        if isinstance(event, OwnerChanged):
            self.owner = event.owner
        elif isinstance(event, DelegateChanged):
            self._apply_delegate(event)
        else:
            self._apply_attribute(event)

    def _apply_delegate(self, event: DelegateChanged) -> None:
        self.delegates += 1
        name = (event.kind, event.delegate)
        purposes = _PURPOSES.get(_text(event.kind))
        if purposes is None or purposes == _AGREEING or event.valid_to < self.now:
            self._forget(name)
            return
        self.methods[name] = self.account(f"delegate-{self.delegates}", event.delegate)
        self.purposes[name] = purposes

    def _apply_attribute(self, event: AttributeChanged) -> None:
        name = _text(event.name)
        self.delegates += name.startswith("did/pub/")
        self.services += name.startswith("did/svc/")
        match = _ATTRIBUTE.fullmatch(name)
        if match is None:
            return
        section, kind, use, encoding = match.groups()
        ended = event.valid_to < self.now or len(event.value) > limits.MAX_ETHR_VALUE_BYTES
        if ended:
            self._forget((event.name, event.value))
        elif section == "pub":
            self._add_key(event, kind, use, encoding)
        else:
            self._add_service(event, kind)

    def _add_key(
        self, event: AttributeChanged, kind: str, use: str | None, encoding: str | None
    ) -> None:
        name, purposes = (event.name, event.value), _PURPOSES.get(use or "")
        method = self._key(kind, encoding, event.value)
        if method is None or purposes is None:
            self._forget(name)
            return
        self.methods[name], self.purposes[name] = method, purposes

    def _add_service(self, event: AttributeChanged, kind: str) -> None:
        name, endpoint = (event.name, event.value), _endpoint(event.value)
        if endpoint is None:
            self._forget(name)
            return
        self.endpoints[name] = {
            "id": f"{self.did}#service-{self.services}",
            "type": kind,
            "serviceEndpoint": endpoint,
        }

    def _forget(self, name: object) -> None:
        for kept in (self.methods, self.purposes, self.endpoints):
            kept.pop(name, None)

    def account(self, fragment: str, address: bytes) -> JsonObject:
        return {
            "id": f"{self.did}#{fragment}",
            "type": _RECOVERY,
            "controller": str(self.did),
            "blockchainAccountId": f"eip155:{self.chain_id}:{checksummed(address)}",
        }

    def _key(self, kind: str, encoding: str | None, value: bytes) -> JsonObject | None:
        """Return the method of a key; None when the bytes are no key of that kind."""
        head: JsonObject = {
            "id": f"{self.did}#delegate-{self.delegates}",
            "controller": str(self.did),
        }
        if kind not in _KEY_TYPES:
            material = _foreign(kind, encoding, value)
            return _unless_malformed(self.did, head | {"type": kind} | material)
        type_, curve = _KEY_TYPES[kind]
        key = _read_key(curve, value)
        if key is None:
            return None
        return head | {"type": type_} | _material(key)


@final
@dataclass(frozen=True, slots=True)
class _Source:
    """A document that was made of events: what `DidDocument` asks of its source."""

    document: JsonObject
    parts: Parts

    def members(self) -> Mapping[str, Json]:
        return self.document

    def listed(self, purpose: Purpose) -> Listed:
        return self.parts.listed[purpose]


def document_of(did: Did, members: JsonObject) -> DidDocument:
    """Read a document that `build` made, as strictly as any.

    Raises:
        MalformedError: `did.document` for a service that is none.
    """
    return DidDocument(did, _Source(members, read_parts(did, members)))


def build(
    did: Did, identifier: EthrIdentifier, events: Iterable[Event], *, chain_id: int, now: int
) -> JsonObject:
    """Make the document as of a moment, in seconds since 1970.

    Raises:
        ResolutionError: `did.deactivated` when the identity was given to nobody.
    """
    builder = _Builder(did, chain_id, identifier.address, now)
    for event in events:
        builder.apply(event)
        if builder.owner == _NOBODY:
            raise ResolutionError(Code.DID_DEACTIVATED)
    methods: dict[object, JsonObject] = {"controller": builder.account("controller", builder.owner)}
    purposes: dict[object, tuple[str, ...]] = {"controller": _CONTROLLING}
    if identifier.key is not None and builder.owner == identifier.address:
        head: JsonObject = {"id": f"{did}#controllerKey", "controller": str(did)}
        type_, _ = _KEY_TYPES["Secp256k1"]
        methods["key"] = head | {"type": type_} | _material(identifier.key)
        purposes["key"] = _CONTROLLING
    methods |= builder.methods
    return _object(did, methods, purposes | builder.purposes, builder.endpoints)


def _object(
    did: Did,
    methods: Mapping[object, JsonObject],
    purposes: Mapping[object, tuple[str, ...]],
    services: Mapping[object, JsonObject],
) -> JsonObject:
    document: JsonObject = {
        "@context": _contexts(methods.values()),
        "id": str(did),
        "verificationMethod": list(methods.values()),
    }
    for purpose in (*_CONTROLLING, *_AGREEING):
        listed = [methods[name]["id"] for name, those in purposes.items() if purpose in those]
        if listed:
            document[purpose] = listed
    if services:
        document["service"] = list(services.values())
    return document


def _contexts(methods: Iterable[JsonObject]) -> list[Json]:
    """Add to the contexts that every document has those of the types in it, each once."""
    found: list[Json] = [*_CONTEXT]
    for method in methods:
        added = _CONTEXTS.get(str(method["type"]), _FOREIGN_CONTEXT)
        found += [each for each in added if each not in found]
    return found


def _read_key(curve: Curve, value: bytes) -> PublicKey | None:
    try:
        if curve is Curve.SECP256K1 and value[:1] == b"\x04":
            return PublicKey.from_raw(curve, value[1:])
        return PublicKey.from_compressed(curve, value)
    except KridError:
        return None


def _material(key: PublicKey) -> JsonObject:
    if key.curve is Curve.SECP256K1:
        return {"publicKeyJwk": jwk.encode_public(key)}
    return {"publicKeyMultibase": multikey.encode(key)}


def _foreign(kind: str, encoding: str | None, value: bytes) -> JsonObject:
    """Show a Multikey, or a key of a kind that the method does not know, as it is on the chain."""
    import base58

    if kind == _MULTIKEY:
        return {"publicKeyMultibase": f"z{base58.b58encode(value).decode('ascii')}"}
    if encoding == "base64":
        return {"publicKeyBase64": b64encode(value).decode("ascii")}
    if encoding == "base58":
        return {"publicKeyBase58": base58.b58encode(value).decode("ascii")}
    return {"publicKeyHex": value.hex()}


def _unless_malformed(did: Did, method: JsonObject) -> JsonObject | None:
    """Leave out what no reader of its type takes; one bad key must not hide the others."""
    try:
        parse_method(did, method)
    except KridError:
        return None
    return method


def _endpoint(value: bytes) -> Json:
    """Read an address, or an object or array that was written as JSON; None for anything else."""
    text = _text(value)
    if text[:1] in {"{", "["}:
        try:
            return strict_json.loads(text.encode("utf-8"))
        except KridError:
            return None
    return text if _URI.fullmatch(text) else None


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\0").decode("utf-8", "replace")
