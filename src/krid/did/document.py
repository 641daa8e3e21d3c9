"""DID documents: the original object, and keys by the purpose they are listed for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self, final

from krid._core import limits, strict_json
from krid._core.frozen import freeze_object, thaw
from krid._core.strict_json import Json, JsonObject
from krid.did import conformance, parts
from krid.did.parts import Controllers, Listed, Parts, Service
from krid.did.syntax import Did, DidUrl
from krid.did.verification_method import Purpose, VerificationMethod, bbs_key_of
from krid.errors import Code, KridError, MalformedError, ResolutionError
from krid.keys import PublicKey

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey


class DocumentSource(Protocol):
    """Where a document comes from: parsed bytes, or a DID that contains its key.

    A method that generates documents gives keys through `listed` without building the object.
    """

    def members(self) -> Mapping[str, Json]:
        """Return the document as an object."""
        ...

    def listed(self, purpose: Purpose) -> Listed:
        """Return the document's own methods for a purpose, by their absolute ids."""
        ...


@final
@dataclass(frozen=True)
class DidDocument:
    """The document of a DID, checked to be about that DID.

    `as_of` is the moment for which keys that expire or are revoked are judged; without one such
    keys are refused. `raw` are the bytes it was read from, where it was. No slots: the parts of a
    generated document are made on first use and kept.
    """

    did: Did
    source: DocumentSource = field(repr=False)
    raw: bytes | None = field(default=None, repr=False)
    as_of: datetime | None = None

    @classmethod
    def parse(cls, raw: bytes, *, did: Did) -> Self:
        """Read a document in JSON and check that it is about this DID.

        Does not check who sent it, nor JSON-LD contexts beyond the first.

        Raises:
            MalformedError: `did.document` or `did.document_id`.
        """
        try:
            members = strict_json.loads_object(raw, max_bytes=limits.MAX_DID_DOCUMENT_BYTES)
        except MalformedError as cause:
            raise MalformedError(Code.DID_DOCUMENT, str(cause.code)) from cause
        return cls.from_members(members, did=did, raw=raw)

    @classmethod
    def from_members(
        cls,
        members: Mapping[str, Json],
        *,
        did: Did,
        raw: bytes | None = None,
        controllers: Controllers = Controllers.REQUIRED,
    ) -> Self:
        """Take a document that another format or ledger delivered as an object.

        Keys whose controller is absent, where it may be, are nobody's and are never handed out.

        Raises:
            MalformedError: `did.document` or `did.document_id`.
        """
        read = parts.read(did, members, controllers)
        conformance.check(members)
        return cls(did, _Parsed(freeze_object(members), read), raw)

    def at(self, now: datetime) -> "DidDocument":
        """Return the document as it is to be judged at a moment; `raw` and members stay."""
        return replace(self, as_of=now) if self.is_dated else self

    @property
    def is_dated(self) -> bool:
        """Tell whether any of its keys ends at some moment."""
        return isinstance(self.source, _Parsed) and self.source.parts.dated

    @cached_property
    def members(self) -> Mapping[str, object]:
        """The whole document, read-only."""
        return freeze_object(self.source.members())

    def to_json(self) -> JsonObject:
        """Return the whole document as a fresh object that a JSON encoder takes."""
        return {name: _json(value) for name, value in self.members.items()}

    @property
    def methods(self) -> tuple[VerificationMethod, ...]:
        """All verification methods, the embedded ones too, in the order of the document."""
        return tuple(self._parts.methods.values())

    @property
    def services(self) -> tuple[Service, ...]:
        """The services, in the order of the document."""
        return self._parts.services

    @property
    def controllers(self) -> tuple[str, ...]:
        """The DIDs that may change the document; none means the DID itself."""
        return self._parts.controllers

    @property
    def also_known_as(self) -> tuple[str, ...]:
        """Other names that the document claims for its subject; nothing proves them."""
        return self._parts.also_known_as

    def assertion_key(self, reference: str) -> PublicKey:
        """Return a key that signs statements, such as credentials: as `key_for`."""
        return self.key_for(Purpose.ASSERTION, reference)

    def assertion_bbs_key(self, reference: str) -> "BbsPublicKey":
        """Return a key of BBS that signs statements: as `bbs_key_for`."""
        return self.bbs_key_for(Purpose.ASSERTION, reference)

    def authentication_key(self, reference: str) -> PublicKey:
        """Return a key with which the subject proves who it is: as `key_for`."""
        return self.key_for(Purpose.AUTHENTICATION, reference)

    def key_agreement_key(self, reference: str) -> PublicKey:
        """Return a key to encrypt to: as `key_for`."""
        return self.key_for(Purpose.KEY_AGREEMENT, reference)

    def capability_invocation_key(self, reference: str) -> PublicKey:
        """Return a key that uses capabilities: as `key_for`."""
        return self.key_for(Purpose.CAPABILITY_INVOCATION, reference)

    def capability_delegation_key(self, reference: str) -> PublicKey:
        """Return a key that passes capabilities on: as `key_for`."""
        return self.key_for(Purpose.CAPABILITY_DELEGATION, reference)

    def key_for(self, purpose: Purpose, reference: str) -> PublicKey:
        """Return one key, named by `#fragment` or its whole DID URL.

        Follows "Retrieve Verification Method" of Controlled Identifiers 1.0, section 3.3: the
        key is in this document, under this DID's control, and listed for the purpose.

        Raises:
            ResolutionError: `did.url_syntax`, `did.key_not_found`, `did.key_purpose`,
                `did.key_controller`, `did.key_expired`, or `did.key_type`.
        """
        key = self.method_for(purpose, reference).key
        if key is None:
            raise ResolutionError(Code.DID_KEY_TYPE)
        return key

    def bbs_key_for(self, purpose: Purpose, reference: str) -> "BbsPublicKey":
        """Return one key of BBS, which `key_for` never returns (extra `krid[bbs]`).

        Raises:
            ResolutionError: as `key_for`; `did.key_type` for a key of another kind, or one that
                is no point.
            MisuseError: `misuse.extra`.
        """
        return bbs_key_of(self.method_for(purpose, reference))

    def method_for(self, purpose: Purpose, reference: str) -> VerificationMethod:
        """Return the verification method whose key `key_for` returns.

        Raises:
            ResolutionError: as `key_for`, without `did.key_type`.
        """
        id_ = self._absolute(reference)
        method = self.source.listed(purpose).get(id_)
        if method is None:
            listed = id_ in self._parts.methods
            raise ResolutionError(Code.DID_KEY_PURPOSE if listed else Code.DID_KEY_NOT_FOUND)
        self._check_usable(method, purpose)
        return method

    def keys_for(self, purpose: Purpose) -> Mapping[str, PublicKey]:
        """Return all usable keys for a purpose by their absolute ids.

        Keys that `key_for` would refuse are left out.
        """
        return {
            id_: method.key
            for id_, method in self.source.listed(purpose).items()
            if method.key is not None and self._is_usable(method, purpose)
        }

    @cached_property
    def _parts(self) -> Parts:
        if isinstance(self.source, _Parsed):
            return self.source.parts
        return parts.read(self.did, self.source.members())

    def _absolute(self, reference: str) -> str:
        try:
            return str(DidUrl.resolve(self.did, reference))
        except MalformedError as cause:
            raise ResolutionError(cause.code, cause.detail) from cause

    def _is_usable(self, method: VerificationMethod, purpose: Purpose) -> bool:
        try:
            self._check_usable(method, purpose)
        except KridError:
            return False
        return True

    def _check_usable(self, method: VerificationMethod, purpose: Purpose) -> None:
        if method.controller != str(self.did):
            raise ResolutionError(Code.DID_KEY_CONTROLLER)
        if (method.expires or method.revoked) and (self.as_of is None or method.ended(self.as_of)):
            raise ResolutionError(Code.DID_KEY_EXPIRED)
        if not method.marked_for(purpose):
            raise ResolutionError(Code.DID_KEY_PURPOSE, "use or key_ops of the JWK")


@final
@dataclass(frozen=True, slots=True)
class _Parsed:
    """A document that was read from outside."""

    original: Mapping[str, object]
    parts: Parts

    def members(self) -> Mapping[str, Json]:
        return {name: _json(value) for name, value in self.original.items()}

    def listed(self, purpose: Purpose) -> Listed:
        return self.parts.listed[purpose]


def _json(value: object) -> Json:
    thawed: Json = thaw(value)  # type: ignore[assignment]  # what was JSON before freezing
    return thawed
