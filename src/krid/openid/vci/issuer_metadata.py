"""Metadata of a credential issuer (section 12.2): who it is, what it issues, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, ContentError, MalformedError
from krid.openid.oauth import members as m
from krid.openid.oauth.well_known import well_known_url
from krid.openid.vci.configuration import CredentialConfiguration
from krid.openid.vci.display import Display, display_members, displays
from krid.openid.vci.encryption import RequestEncryption, ResponseEncryptionSupport

_NAME: Final = "openid-credential-issuer"
_CODE: Final = Code.ISSUANCE_METADATA
_ADDRESSES: Final = {
    "nonce_endpoint": "nonce_endpoint",
    "deferred_endpoint": "deferred_credential_endpoint",
    "notification_endpoint": "notification_endpoint",
}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerMetadata:
    """What a credential issuer says about itself; None where it offers no such thing.

    `servers` are the authorization servers it relies on; without any, it is its own. Whether it
    speaks the truth, TLS alone says, unless the metadata were signed (`read_signed_metadata`).
    Members that krid does not know are ignored.
    """

    issuer: str
    credential_endpoint: str
    configurations: Mapping[str, CredentialConfiguration] = field(repr=False)
    servers: tuple[str, ...] = ()
    nonce_endpoint: str | None = None
    deferred_endpoint: str | None = None
    notification_endpoint: str | None = None
    request_encryption: RequestEncryption | None = None
    response_encryption: ResponseEncryptionSupport | None = None
    batch_size: int | None = None
    display: tuple[Display, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "configurations", MappingProxyType(dict(self.configurations)))

    @classmethod
    def parse(cls, raw: bytes, *, issuer: str) -> Self:
        """Read the metadata of the issuer that was asked for, in JSON.

        Raises:
            ContentError: `issuance.foreign` when they are about another issuer.
            MalformedError: `issuance.metadata`, `key.private`, or a `json.*` code.
        """
        members = strict_json.loads_object(raw, max_bytes=limits.MAX_ISSUANCE_METADATA_BYTES)
        return cls.of_members(members, issuer=issuer)

    @classmethod
    def of_members(cls, members: Mapping[str, object], *, issuer: str) -> Self:
        """Read metadata from an object; the identifier is compared letter by letter.

        Raises:
            ContentError: `issuance.foreign`.
            MalformedError: `issuance.metadata`, or `key.private`.
        """
        if members.get("credential_issuer") != issuer:
            raise ContentError(Code.ISSUANCE_FOREIGN)
        return cls(
            issuer=issuer,
            credential_endpoint=m.https(members, "credential_endpoint", _CODE),
            configurations=_configurations(members),
            servers=_servers(members),
            nonce_endpoint=m.https_or_none(members, "nonce_endpoint", _CODE),
            deferred_endpoint=m.https_or_none(members, "deferred_credential_endpoint", _CODE),
            notification_endpoint=m.https_or_none(members, "notification_endpoint", _CODE),
            request_encryption=_request_encryption(members),
            response_encryption=_response_encryption(members),
            batch_size=_batch_size(members),
            display=displays(members),
        )

    def encode(self) -> bytes:
        """Write the metadata in JSON."""
        return strict_json.dumps(self.to_members())

    def to_members(self) -> JsonObject:
        """Return the members; what is None or empty is left out."""
        members: JsonObject = {"credential_issuer": self.issuer}
        members |= {"authorization_servers": list(self.servers)} if self.servers else {}
        members["credential_endpoint"] = self.credential_endpoint
        for name, wire in _ADDRESSES.items():
            if (address := getattr(self, name)) is not None:
                members[wire] = address
        members |= self._sealing() | display_members(self.display)
        if self.batch_size is not None:
            members["batch_credential_issuance"] = {"batch_size": self.batch_size}
        issued: Json = {name: each.to_members() for name, each in self.configurations.items()}
        members["credential_configurations_supported"] = issued
        return members

    def configuration(self, name: str) -> CredentialConfiguration:
        """Return what the issuer says about one kind of credential.

        Raises:
            ContentError: `offer.configuration` when it issues no such thing.
        """
        found = self.configurations.get(name)
        if found is None:
            raise ContentError(Code.OFFER_CONFIGURATION)
        return found

    def _sealing(self) -> JsonObject:
        members: JsonObject = {}
        if self.request_encryption is not None:
            members["credential_request_encryption"] = self.request_encryption.to_members()
        if self.response_encryption is not None:
            members["credential_response_encryption"] = self.response_encryption.to_members()
        return members


def metadata_url(issuer: str) -> str:
    """Form the address of an issuer's metadata (section 12.2.2).

    Raises:
        MalformedError: `issuance.metadata`.

    >>> metadata_url("https://issuer.example/tenant")
    'https://issuer.example/.well-known/openid-credential-issuer/tenant'
    """
    return well_known_url(issuer, _NAME, refusal=_CODE)


def _servers(members: Mapping[str, object]) -> tuple[str, ...]:
    servers = m.texts_or_none(members, "authorization_servers", _CODE) or ()
    return tuple(m.https_url(each, _CODE, "authorization_servers") for each in servers)


def _configurations(members: Mapping[str, object]) -> Mapping[str, CredentialConfiguration]:
    entries = m.mapping(members, "credential_configurations_supported", _CODE)
    if len(entries) > limits.MAX_CONFIGURATIONS or "" in entries:
        raise MalformedError(_CODE, "credential_configurations_supported")
    return {name: CredentialConfiguration.of_members(each) for name, each in entries.items()}


def _request_encryption(members: Mapping[str, object]) -> RequestEncryption | None:
    name = "credential_request_encryption"
    return RequestEncryption.of_members(members[name]) if name in members else None


def _response_encryption(members: Mapping[str, object]) -> ResponseEncryptionSupport | None:
    name = "credential_response_encryption"
    return ResponseEncryptionSupport.of_members(members[name]) if name in members else None


def _batch_size(members: Mapping[str, object]) -> int | None:
    if "batch_credential_issuance" not in members:
        return None
    batch = m.mapping(members, "batch_credential_issuance", _CODE)
    size = m.count(batch, "batch_size", _CODE, most=1_000_000)
    if size < 2:
        raise MalformedError(_CODE, "batch_size")
    return size
