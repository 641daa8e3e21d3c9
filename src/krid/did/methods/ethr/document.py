"""From the events of an identity to its document (did:ethr, "Read").

As the reference resolver does: delegates and keys are numbered by all that were ever named, those
that have ended included, so that an id never changes its meaning. Ed25519 and X25519 keys are
written in base58 whatever their encoding on the chain, the one form that their types have.
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
from krid.errors import Code, KridError, ResolutionError
from krid.keys import Curve, PublicKey

_CONTEXT: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/suites/secp256k1recovery-2020/v2",
    "https://w3id.org/security/v3-unstable",
)
_RECOVERY: Final = "EcdsaSecp256k1RecoveryMethod2020"
_ATTRIBUTE: Final = re.compile(r"did/(pub|svc)/(\w+)(?:/(\w+))?(?:/(\w+))?", re.ASCII)
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+", re.ASCII)
_NOBODY: Final = bytes(20)
_SIGNING: Final = ("assertionMethod",)
_SIGNING_IN: Final = ("authentication", "assertionMethod")
_AGREEING: Final = ("keyAgreement",)
_PURPOSES: Final = {"veriKey": _SIGNING, "sigAuth": _SIGNING_IN, "enc": _AGREEING}
_KEY_TYPES: Final = {
    "Secp256k1": ("EcdsaSecp256k1VerificationKey2019", Curve.SECP256K1),
    "Ed25519": ("Ed25519VerificationKey2018", Curve.ED25519),
    "X25519": ("X25519KeyAgreementKey2019", Curve.X25519),
}


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
        match = _ATTRIBUTE.fullmatch(_text(event.name))
        if match is None:
            return
        section, kind, use, encoding = match.groups()
        name = (event.name, event.value)
        ended = event.valid_to < self.now or len(event.value) > limits.MAX_ETHR_VALUE_BYTES
        if section == "pub":
            self.delegates += 1
            method = None if ended else self._key(kind, encoding, event.value)
            purposes = _PURPOSES.get(use or "")
            if method is None or purposes is None:
                self._forget(name)
                return
            self.methods[name], self.purposes[name] = method, purposes
        else:
            self.services += 1
            endpoint = None if ended else _endpoint(event.value)
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
            return _foreign(head, kind, encoding, value)
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
    purposes: dict[object, tuple[str, ...]] = {"controller": _SIGNING_IN}
    if identifier.key is not None and builder.owner == identifier.address:
        head: JsonObject = {"id": f"{did}#controllerKey", "controller": str(did)}
        type_, _ = _KEY_TYPES["Secp256k1"]
        methods["key"] = head | {"type": type_} | _material(identifier.key)
        purposes["key"] = _SIGNING_IN
    methods |= builder.methods
    return _object(did, methods, purposes | builder.purposes, builder.endpoints)


def _object(
    did: Did,
    methods: Mapping[object, JsonObject],
    purposes: Mapping[object, tuple[str, ...]],
    services: Mapping[object, JsonObject],
) -> JsonObject:
    document: JsonObject = {
        "@context": list(_CONTEXT),
        "id": str(did),
        "verificationMethod": list(methods.values()),
    }
    for purpose in (*_SIGNING_IN, *_AGREEING):
        listed = [methods[name]["id"] for name, those in purposes.items() if purpose in those]
        if listed:
            document[purpose] = listed
    if services:
        document["service"] = list(services.values())
    return document


def _read_key(curve: Curve, value: bytes) -> PublicKey | None:
    try:
        if curve is Curve.SECP256K1 and value[:1] == b"\x04":
            return PublicKey.from_raw(curve, value[1:])
        return PublicKey.from_compressed(curve, value)
    except KridError:
        return None


def _material(key: PublicKey) -> JsonObject:
    if key.curve is Curve.SECP256K1:
        return {"publicKeyHex": key.compressed.hex()}
    import base58

    return {"publicKeyBase58": base58.b58encode(key.raw).decode("ascii")}


def _foreign(head: JsonObject, kind: str, encoding: str | None, value: bytes) -> JsonObject:
    """Show a key of a kind that krid does not implement as it stands on the chain."""
    if encoding == "pem":
        return head | {"type": f"{kind}VerificationKey2018", "publicKeyPem": _text(value)}
    if encoding == "base64":
        encoded = b64encode(value).decode("ascii")
        return head | {"type": f"{kind}VerificationKey2018", "publicKeyBase64": encoded}
    # Under a name that krid does not read as a key, for the type does not say the curve.
    return head | {"type": f"{kind}VerificationKey2018", "value": value.hex()}


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
