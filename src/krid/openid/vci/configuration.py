"""One kind of credential that an issuer issues, as its metadata describe it (section 12.2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, TypeAlias, final

from krid._core import limits, shape
from krid._core.frozen import freeze_object, thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError
from krid.openid.oauth import members as m
from krid.openid.vci.display import CredentialMetadata

_CODE: Final = Code.ISSUANCE_METADATA
_TYPE_MEMBERS: Final = {"dc+sd-jwt": "vct", "mso_mdoc": "doctype"}
_DEFINITION: Final = "credential_definition"
_DEFINED: Final = frozenset(
    {
        *("jwt_vc_json", "jwt_vc_json-ld", "ldp_vc"),
        *("vc+jwt", "vc+cose", "vc+sd-jwt"),  # beyond the appendix: the same description
    }
)
_WITH_CONTEXT: Final = frozenset({"jwt_vc_json-ld", "ldp_vc"})
_ANY_W3C: Final = "VerifiableCredential"
_KNOWN: Final = frozenset(
    {
        "format",
        "scope",
        "credential_signing_alg_values_supported",
        "cryptographic_binding_methods_supported",
        "proof_types_supported",
        "credential_metadata",
    }
)

SigningAlgs: TypeAlias = tuple[str | int, ...]
"""Names of JOSE, or numbers of COSE for an mdoc."""


@final
@dataclass(frozen=True, slots=True)
class AttestationDemand:
    """How safely keys must be kept (appendix D.2): one of the values named, where some are."""

    key_storage: tuple[str, ...] = ()
    user_authentication: tuple[str, ...] = ()

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member `key_attestations_required`, which may be empty.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        return cls(
            m.texts_or_none(members, "key_storage", _CODE) or (),
            m.texts_or_none(members, "user_authentication", _CODE) or (),
        )

    def to_members(self) -> JsonObject:
        """Return the members."""
        members: JsonObject = {}
        members |= {"key_storage": list(self.key_storage)} if self.key_storage else {}
        levels = list(self.user_authentication)
        return members | ({"user_authentication": levels} if levels else {})


@final
@dataclass(frozen=True, slots=True)
class ProofDemand:
    """What key proofs of one type must be: signed with one of these, perhaps attested."""

    algs: tuple[str, ...]
    attestation: AttestationDemand | None = None

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read one entry of `proof_types_supported`.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        demand = members.get("key_attestations_required")
        return cls(
            m.texts(members, "proof_signing_alg_values_supported", _CODE),
            AttestationDemand.of_members(demand)
            if "key_attestations_required" in members
            else None,
        )

    def to_members(self) -> JsonObject:
        """Return the members."""
        members: JsonObject = {"proof_signing_alg_values_supported": list(self.algs)}
        if self.attestation is not None:
            members["key_attestations_required"] = self.attestation.to_members()
        return members


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialConfiguration:
    """One kind of credential: its format, its type, and what a wallet must bring.

    `particulars` are the members that belong to the format, such as `vct` and `doctype`, or that
    krid does not know, as they came. `proofs` are the demands by proof type; none means that
    credentials are bound to no key.
    """

    format: str
    scope: str | None = None
    signing_algs: SigningAlgs = ()
    binding_methods: tuple[str, ...] = ()
    proofs: Mapping[str, ProofDemand] = field(default_factory=dict)
    metadata: CredentialMetadata | None = None
    particulars: Mapping[str, object] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "proofs", MappingProxyType(dict(self.proofs)))
        object.__setattr__(self, "particulars", freeze_object(self.particulars))

    @property
    def is_typed(self) -> bool:
        """Tell whether krid knows what the types of this format are."""
        return self.format in _TYPE_MEMBERS or self.format in _DEFINED

    @property
    def types(self) -> tuple[str, ...]:
        """All types of a W3C credential in the order given (appendix A.1), or the one of others."""
        if self.format not in _DEFINED:
            return () if self.type is None else (self.type,)
        definition = self.particulars.get(_DEFINITION)
        listed = definition.get("type") if isinstance(definition, Mapping) else None
        texts = listed if isinstance(listed, tuple) else ()
        return tuple(each for each in texts if isinstance(each, str))

    @property
    def type(self) -> str | None:
        """The `vct` or doctype, None for formats whose types krid does not know.

        Of a W3C credential it is the first type beside `VerifiableCredential`.
        """
        if self.format in _DEFINED:
            types = self.types
            return next((each for each in types if each != _ANY_W3C), types[0] if types else None)
        name = _TYPE_MEMBERS.get(self.format)
        value = self.particulars.get(name) if name is not None else None
        return value if isinstance(value, str) else None

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read one entry of `credential_configurations_supported`.

        Raises:
            MalformedError: `issuance.metadata`.
        """
        members = shape.mapping(value, _CODE)
        read = cls(
            format=m.text(members, "format", _CODE),
            scope=_scope(members),
            signing_algs=_algs(members),
            binding_methods=_methods(members),
            proofs=_proofs(members),
            metadata=_metadata(members),
            particulars={name: each for name, each in members.items() if name not in _KNOWN},
        )
        if read.format in _TYPE_MEMBERS and not read.type:
            raise MalformedError(_CODE, _TYPE_MEMBERS[read.format])
        # Drafts described W3C credentials in other ways, which say nothing to krid.
        if read.format in _DEFINED and _DEFINITION in read.particulars:
            _check_definition(read)
        return read

    def to_members(self) -> JsonObject:
        """Return the members."""
        members: JsonObject = {"format": self.format}
        members |= {} if self.scope is None else {"scope": self.scope}
        if self.signing_algs:
            members["credential_signing_alg_values_supported"] = list(self.signing_algs)
        if self.binding_methods:
            members["cryptographic_binding_methods_supported"] = list(self.binding_methods)
        if self.proofs:
            proofs: Json = {name: each.to_members() for name, each in self.proofs.items()}
            members["proof_types_supported"] = proofs
        if self.metadata is not None:
            members["credential_metadata"] = self.metadata.to_members()
        rest: JsonObject = thaw(self.particulars)  # type: ignore[assignment]  # it came from JSON
        return members | rest


def _check_definition(read: CredentialConfiguration) -> None:
    """Check `credential_definition`: all types are text, and JSON-LD formats have a context."""
    definition = shape.mapping(read.particulars[_DEFINITION], _CODE)
    listed = shape.sequence(definition.get("type"), _CODE)
    if not all(read.types) or not 0 < len(listed) == len(read.types):
        raise MalformedError(_CODE, f"{_DEFINITION}.type")
    context = definition.get("@context")
    if read.format in _WITH_CONTEXT and not (isinstance(context, tuple) and context):
        raise MalformedError(_CODE, f"{_DEFINITION}.@context")


def _scope(members: Mapping[str, object]) -> str | None:
    scope = m.text_or_none(members, "scope", _CODE)
    if scope is not None and " " in scope:
        raise MalformedError(_CODE, "scope")
    return scope


def _algs(members: Mapping[str, object]) -> SigningAlgs:
    name = "credential_signing_alg_values_supported"
    if name not in members:
        return ()
    values = shape.sequence(members[name], _CODE)
    if not 0 < len(values) <= limits.MAX_OAUTH_VALUES:
        raise MalformedError(_CODE, name)
    if not all(type(value) in {str, int} for value in values):
        raise MalformedError(_CODE, name)
    return tuple(values)


def _methods(members: Mapping[str, object]) -> tuple[str, ...]:
    return m.texts_or_none(members, "cryptographic_binding_methods_supported", _CODE) or ()


def _proofs(members: Mapping[str, object]) -> Mapping[str, ProofDemand]:
    """Read proof types, which stand there exactly when binding methods do (section 12.2.4).

    Published metadata of mdocs have the methods alone; so that they can be read, this is not
    enforced, and no proof is then asked for.
    """
    if "proof_types_supported" not in members:
        return {}
    entries = m.mapping(members, "proof_types_supported", _CODE)
    if not 0 < len(entries) <= limits.MAX_OAUTH_VALUES:
        raise MalformedError(_CODE, "proof_types_supported")
    return {name: ProofDemand.of_members(each) for name, each in entries.items()}


def _metadata(members: Mapping[str, object]) -> CredentialMetadata | None:
    if "credential_metadata" not in members:
        return None
    return CredentialMetadata.of_members(members["credential_metadata"])
