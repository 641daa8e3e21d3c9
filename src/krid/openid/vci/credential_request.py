"""What a wallet asks of the credential and the deferred endpoint (sections 8.2 and 9.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, Self, TypeAlias, final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.openid.oauth import members as m
from krid.openid.vci.encryption import ResponseEncryption

_CODE: Final = Code.ISSUANCE_REQUEST


@unique
class ProofType(StrEnum):
    """How keys are proved: signed by each, or vouched for by an attestation alone."""

    JWT = "jwt"
    ATTESTATION = "attestation"


@final
@dataclass(frozen=True, slots=True)
class Proofs:
    """The key proofs of one request, all of one type, as text."""

    type: ProofType
    texts: tuple[str, ...] = field(repr=False)

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member `proofs`, which has exactly one member.

        Raises:
            MalformedError: `issuance.proof`.
            UnsupportedError: `issuance.proof_type`.
        """
        members = shape.mapping(value, Code.ISSUANCE_PROOF)
        if len(members) != 1:
            raise MalformedError(Code.ISSUANCE_PROOF)
        ((name, given),) = members.items()
        if name not in {each.value for each in ProofType}:
            raise UnsupportedError(Code.ISSUANCE_PROOF_TYPE)
        texts = shape.texts(given, Code.ISSUANCE_PROOF)
        most = limits.MAX_BATCH if name == ProofType.JWT else 1
        if not 0 < len(texts) <= most:
            raise MalformedError(Code.ISSUANCE_PROOF)
        return cls(ProofType(name), texts)

    def to_members(self) -> JsonObject:
        """Return the member's value."""
        return {self.type.value: list(self.texts)}


@final
@dataclass(frozen=True, slots=True)
class ByConfiguration:
    """A credential is named by its configuration."""

    name: str


@final
@dataclass(frozen=True, slots=True)
class ByIdentifier:
    """A credential is named by a dataset that the token response listed."""

    name: str


CredentialName: TypeAlias = ByConfiguration | ByIdentifier


@final
@dataclass(frozen=True, slots=True)
class CredentialRequest:
    """A credential request: which credential, for which keys, and how to seal the answer."""

    credential: CredentialName
    proofs: Proofs | None = None
    encryption: ResponseEncryption | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a request in JSON; members that krid does not know are ignored.

        Raises:
            MalformedError: `issuance.request`, `issuance.proof`, or `issuance.encryption`.
            UnsupportedError: `issuance.proof_type`.
        """
        members = _object(raw)
        proofs = Proofs.of_members(members["proofs"]) if "proofs" in members else None
        return cls(_name(members), proofs, _encryption(members))

    def encode(self) -> bytes:
        """Write the request in JSON."""
        if isinstance(self.credential, ByConfiguration):
            members: JsonObject = {"credential_configuration_id": self.credential.name}
        else:
            members = {"credential_identifier": self.credential.name}
        members |= {} if self.proofs is None else {"proofs": self.proofs.to_members()}
        return strict_json.dumps(members | _encryption_members(self.encryption))


@final
@dataclass(frozen=True, slots=True)
class DeferredRequest:
    """Asking again for what was not ready."""

    transaction_id: str = field(repr=False)
    encryption: ResponseEncryption | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a request in JSON.

        Raises:
            MalformedError: `issuance.request`, or `issuance.encryption`.
        """
        members = _object(raw)
        return cls(m.text(members, "transaction_id", _CODE), _encryption(members))

    def encode(self) -> bytes:
        """Write the request in JSON."""
        members: JsonObject = {"transaction_id": self.transaction_id}
        return strict_json.dumps(members | _encryption_members(self.encryption))


def _object(raw: bytes) -> JsonObject:
    try:
        return strict_json.loads_object(raw, max_bytes=limits.MAX_CREDENTIAL_REQUEST_BYTES)
    except KridError as cause:
        raise MalformedError(_CODE) from cause


def _name(members: Mapping[str, object]) -> CredentialName:
    if ("credential_configuration_id" in members) is ("credential_identifier" in members):
        raise MalformedError(_CODE, "one of credential_configuration_id, credential_identifier")
    if "credential_identifier" in members:
        return ByIdentifier(m.text(members, "credential_identifier", _CODE))
    return ByConfiguration(m.text(members, "credential_configuration_id", _CODE))


def _encryption(members: Mapping[str, object]) -> ResponseEncryption | None:
    name = "credential_response_encryption"
    if name not in members:
        return None
    try:
        return ResponseEncryption.of_members(members[name])
    except KridError as cause:
        raise MalformedError(Code.ISSUANCE_ENCRYPTION) from cause


def _encryption_members(encryption: ResponseEncryption | None) -> JsonObject:
    if encryption is None:
        return {}
    return {"credential_response_encryption": encryption.to_members()}
