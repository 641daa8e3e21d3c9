"""A credential of the data model, read once (VCDM 2.0, section 4; 1.1, sections 4 and 5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self, final

from krid._core import limits, strict_json
from krid._core.frozen import thaw
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError
from krid.model.w3c import values
from krid.model.w3c.contexts import Context, Version, base_urls, expand_types, parse_contexts
from krid.model.w3c.node import Node, Party, parse_nodes, parse_party, parse_subjects
from krid.model.w3c.related import RelatedResource, parse_related
from krid.model.w3c.text import LanguageText, parse_texts
from krid.model.w3c.values import Members

TYPE: Final = "VerifiableCredential"

_OLD_DATES: Final = ("issuanceDate", "expirationDate")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A credential as it came, read by the rules of its version, and not verified.

    `document` is all of it, read-only all the way down. `types` includes
    `VerifiableCredential`. `proofs` are embedded proofs, not looked into but for their type;
    one whose proof is an envelope has none. Dates are in UTC, `valid_from` the later and
    `valid_until` the earlier where a credential of version 1.1 has both old and new names.
    """

    version: Version
    document: Members = field(repr=False)
    contexts: tuple[Context, ...] = field(repr=False)
    id: str | None
    types: tuple[str, ...]
    issuer: Party
    subjects: tuple[Node, ...] = field(repr=False)
    valid_from: datetime | None
    valid_until: datetime | None
    names: tuple[LanguageText, ...]
    descriptions: tuple[LanguageText, ...]
    status: tuple[Node, ...]
    schemas: tuple[Node, ...]
    evidence: tuple[Node, ...] = field(repr=False)
    terms_of_use: tuple[Node, ...] = field(repr=False)
    refresh_services: tuple[Node, ...] = field(repr=False)
    related_resources: tuple[RelatedResource, ...]
    proofs: tuple[Node, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a credential from JSON.

        Raises:
            MalformedError: a `json.*` code, or as `from_document`.
            UnsupportedError: as `from_document`.

        >>> credential = Credential.parse(
        ...     b'{"@context": ["https://www.w3.org/ns/credentials/v2"],'
        ...     b' "type": ["VerifiableCredential", "ExampleCard"],'
        ...     b' "issuer": "did:example:mois", "credentialSubject": {"level": 3}}'
        ... )
        >>> credential.types, credential.issuer.id, credential.version.name
        (('VerifiableCredential', 'ExampleCard'), 'did:example:mois', 'V2_0')
        """
        document = strict_json.loads_object(raw, max_values=limits.MAX_JWT_VALUES)
        return cls.from_document(document)

    @classmethod
    def from_document(cls, document: Mapping[str, Json]) -> Self:
        """Read a credential that is decoded already.

        Raises:
            MalformedError: `w3c.context`, `w3c.context_entry`, `w3c.context_term`, `w3c.id`,
                `w3c.type`, `w3c.issuer`, `w3c.subject`, `w3c.date`, `w3c.date_order`,
                `w3c.version`, `w3c.text`, `w3c.status`, `w3c.schema`, `w3c.evidence`,
                `w3c.terms`, `w3c.refresh`, `w3c.related`, `w3c.related_twice`,
                `w3c.digest_syntax`, `w3c.proof`, each with the place where it is broken.
            UnsupportedError: `w3c.digest_alg`.
        """
        members = values.frozen(document)
        version, contexts = parse_contexts(members)
        begins, ends = parse_validity(members, version)
        return cls(
            version=version,
            document=members,
            contexts=contexts,
            id=values.identifier(members, "id"),
            types=parse_types(members, TYPE),
            issuer=parse_party(members, "issuer", Code.W3C_ISSUER),
            subjects=parse_subjects(members),
            valid_from=begins,
            valid_until=ends,
            names=parse_texts(members, "name", ""),
            descriptions=parse_texts(members, "description", ""),
            status=parse_status(members, version),
            schemas=parse_schemas(members),
            evidence=parse_nodes(members, "evidence", Code.W3C_EVIDENCE),
            terms_of_use=parse_nodes(members, "termsOfUse", Code.W3C_TERMS),
            refresh_services=parse_nodes(members, "refreshService", Code.W3C_REFRESH),
            related_resources=parse_related(members),
            proofs=parse_nodes(members, "proof", Code.W3C_PROOF),
        )

    @property
    def narrowest_type(self) -> str:
        """The first type beside `VerifiableCredential`, or this one when it is alone.

        A type that a context in the document defines is the URL that it stands for, so that no
        document can give the name of a known type another meaning.
        """
        expanded = expand_types(self.types, self.contexts)
        return next((name for name in expanded if name != TYPE), TYPE)

    @property
    def expanded_types(self) -> frozenset[str]:
        """All types as URLs, where the document itself tells them: see `expand_types`."""
        expanded = expand_types(self.types, self.contexts)
        return (frozenset(expanded) - {TYPE}) | base_urls(expanded)

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return type(self).from_document, (thaw(self.document),)


def parse_types(members: Members, required: str) -> tuple[str, ...]:
    """Read the types of a credential or presentation, which include a certain one (section 4.5).

    Raises:
        MalformedError: `w3c.type`.
    """
    found = values.types(members, "type")
    if required not in found:
        raise MalformedError(Code.W3C_TYPE, f"no {required}")
    return found


def parse_validity(members: Members, version: Version) -> tuple[datetime | None, datetime | None]:
    """Read the period of validity, which must not end before it begins (section 4.9).

    Raises:
        MalformedError: `w3c.version`, `w3c.date`, `w3c.date_order`.
    """
    if version is Version.V2_0 and any(name in members for name in _OLD_DATES):
        raise MalformedError(Code.W3C_VERSION, "dates of version 1.1")
    if version is Version.V1_1 and "issuanceDate" not in members:
        raise MalformedError(Code.W3C_DATE, "issuanceDate")
    begins, issued = (values.moment(members, name) for name in ("validFrom", "issuanceDate"))
    ends, expires = (values.moment(members, name) for name in ("validUntil", "expirationDate"))
    first = max((each for each in (begins, issued) if each), default=None)
    last = min((each for each in (ends, expires) if each), default=None)
    if first is not None and last is not None and last < first:
        raise MalformedError(Code.W3C_DATE_ORDER)
    return first, last


def parse_status(members: Members, version: Version) -> tuple[Node, ...]:
    """Read `credentialStatus` (section 4.10); version 1.1 wants an identifier (1.1, 4.9).

    Raises:
        MalformedError: `w3c.status`, `w3c.id`.
    """
    found = parse_nodes(members, "credentialStatus", Code.W3C_STATUS)
    if version is Version.V1_1 and any(each.id is None for each in found):
        raise MalformedError(Code.W3C_STATUS, "id")
    return found


def parse_schemas(members: Members) -> tuple[Node, ...]:
    """Read `credentialSchema`, where each has an identifier (section 4.11).

    Raises:
        MalformedError: `w3c.schema`, `w3c.id`.
    """
    found = parse_nodes(members, "credentialSchema", Code.W3C_SCHEMA)
    if any(each.id is None for each in found):
        raise MalformedError(Code.W3C_SCHEMA, "id")
    return found
