"""A presentation of the data model, read once (VCDM 2.0, section 4.13)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias, final

from krid._core import limits, strict_json
from krid._core.frozen import thaw
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError
from krid.model.w3c import values
from krid.model.w3c.contexts import Context, Version, parse_contexts
from krid.model.w3c.credential import Credential, parse_types
from krid.model.w3c.enveloped import DataUrl, Enveloped, EnvelopedKind
from krid.model.w3c.node import Node, Party, parse_nodes, parse_party
from krid.model.w3c.values import Members

TYPE: Final = "VerifiablePresentation"

Content: TypeAlias = Credential | Enveloped
"""What a presentation holds: a credential with an embedded proof or none, or an envelope."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """A presentation as it came, read by the rules of its version, and not verified.

    `credentials` stand in the order given, each read by its own rules; envelopes are closed.
    """

    version: Version
    document: Members = field(repr=False)
    contexts: tuple[Context, ...] = field(repr=False)
    id: str | None
    types: tuple[str, ...]
    holder: Party | None
    credentials: tuple[Content, ...]
    terms_of_use: tuple[Node, ...] = field(repr=False)
    refresh_services: tuple[Node, ...] = field(repr=False)
    proofs: tuple[Node, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a presentation from JSON.

        Raises:
            MalformedError: a `json.*` code, or as `from_document`.
            UnsupportedError: as `from_document`.
        """
        document = strict_json.loads_object(raw, max_values=limits.MAX_JWT_VALUES)
        return cls.from_document(document)

    @classmethod
    def from_document(cls, document: Mapping[str, Json]) -> Self:
        """Read a presentation that is decoded already.

        Raises:
            MalformedError: `w3c.holder`, `w3c.contents`, `w3c.envelope`, `w3c.context`,
                `w3c.context_entry`, `w3c.context_term`, `w3c.id`, `w3c.type`, `w3c.terms`,
                `w3c.refresh`, `w3c.proof`; and as `Credential.from_document` for those inside.
            UnsupportedError: as `Credential.from_document`.
        """
        members = values.frozen(document)
        version, contexts = parse_contexts(members)
        return cls(
            version=version,
            document=members,
            contexts=contexts,
            id=values.identifier(members, "id"),
            types=parse_types(members, TYPE),
            holder=parse_holder(members),
            credentials=parse_contents(members, version),
            terms_of_use=parse_nodes(members, "termsOfUse", Code.W3C_TERMS),
            refresh_services=parse_nodes(members, "refreshService", Code.W3C_REFRESH),
            proofs=parse_nodes(members, "proof", Code.W3C_PROOF),
        )

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return type(self).from_document, (thaw(self.document),)


def parse_holder(members: Members) -> Party | None:
    """Read `holder`, None when it is absent (section 4.13).

    Raises:
        MalformedError: `w3c.holder`, `w3c.text`.
    """
    return parse_party(members, "holder", Code.W3C_HOLDER) if "holder" in members else None


def parse_contents(members: Members, version: Version) -> tuple[Content, ...]:
    """Read `verifiableCredential`: one or more, each an object; in 1.1, JWTs as text too.

    Raises:
        MalformedError: `w3c.contents`, `w3c.envelope`; and as `Credential.from_document`.
        UnsupportedError: as `Credential.from_document`.
    """
    place = "verifiableCredential"
    if place not in members:
        return ()
    value = members[place]
    listed = value if isinstance(value, list | tuple) else (value,)
    if not 0 < len(listed) <= limits.MAX_W3C_OBJECTS:
        raise MalformedError(Code.W3C_CONTENTS)
    return tuple(_content(each, version) for each in listed)


def _content(value: Json, version: Version) -> Content:
    if isinstance(value, str) and version is Version.V1_1 and value.isascii():
        return Enveloped(EnvelopedKind.CREDENTIAL, DataUrl("application/jwt", value.encode()))
    if not isinstance(value, Mapping):
        raise MalformedError(Code.W3C_CONTENTS)
    found = values.types(value, "verifiableCredential.type")
    if any(kind.value in found for kind in EnvelopedKind):
        return _enveloped(value)
    return Credential.from_document(value)


def _enveloped(members: Members) -> Enveloped:
    found = Enveloped.parse(members)
    if found.kind is not EnvelopedKind.CREDENTIAL:
        raise MalformedError(Code.W3C_CONTENTS, "a presentation inside")
    return found
