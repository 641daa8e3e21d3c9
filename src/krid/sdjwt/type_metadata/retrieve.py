"""Getting type metadata: from documents at hand, else over https (SD-JWT VC, section 5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits
from krid.errors import Code, ContentError, MisuseError
from krid.model.integrity import Integrity
from krid.net import Flow, fetch
from krid.sdjwt.type_metadata.extend import ResolvedType, check_next, check_type, merge_chain
from krid.sdjwt.type_metadata.model import TypeMetadata
from krid.sdjwt.type_metadata.parse import parse_type_metadata

_JSON: Final = "application/json"


@final
@dataclass(frozen=True, slots=True)
class TypeDocuments:
    """Type metadata documents at hand, by their `vct`: a registry that its maker vouches for.

    A type that stands here is never fetched. The octets are kept as they came, since digests
    are over them.
    """

    documents: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, *documents: bytes) -> Self:
        """Take documents, each about another type.

        Raises:
            MalformedError: `type.syntax`, or a `json.*` code.
            MisuseError: `misuse.option` for two documents about one type.
        """
        by_type = {parse_type_metadata(document).vct: document for document in documents}
        if len(by_type) != len(documents):
            raise MisuseError(Code.MISUSE_OPTION, "two documents about one type")
        return cls(MappingProxyType(by_type))


def resolve_type(vct: str, *, integrity: str | None, known: TypeDocuments) -> Flow[ResolvedType]:
    """Gather the metadata of a type and of all that it extends, and merge them.

    `integrity` is the credential's `vct#integrity`, None where it has none. A type in `known` is
    taken from there, any other is fetched if it is an https address. Whether the publisher may
    speak for the type is not checked, nor kept what was fetched. Run it with `krid.net.run`.

    Raises:
        ContentError: `type.unavailable` for a type that is neither known nor an https address,
            or whose address does not answer with JSON; `type.vct`, `type.integrity`,
            `type.loop`, `type.depth`, `type.override`.
        MalformedError: `type.syntax`, `type.integrity_syntax`, or a `json.*` code.
        UnsupportedError: `type.integrity_alg`.
        TransportError: it could not be fetched.
    """
    first = yield from _octets(vct, known)
    chain = [_read(first, vct, integrity)]
    types: tuple[str, ...] = (vct,)
    while (extended := chain[-1].extends) is not None:
        check_next(types, extended)
        raw = yield from _octets(extended, known)
        chain.append(_read(raw, extended, chain[-1].extends_integrity))
        types = (*types, extended)
    return ResolvedType(merge_chain(chain), types, first)


def _octets(vct: str, known: TypeDocuments) -> Flow[bytes]:
    """Return a document as it came (sections 5.3.1, 5.3.2 and 5.3.4)."""
    if vct in known.documents:
        return known.documents[vct]
    if not vct.startswith("https://"):
        raise ContentError(Code.TYPE_UNAVAILABLE)
    response = yield from fetch(vct, accept=_JSON, max_bytes=limits.MAX_TYPE_METADATA_BYTES)
    if response.media_type != _JSON:
        raise ContentError(Code.TYPE_UNAVAILABLE, "not JSON")
    return response.body


def _read(raw: bytes, vct: str, integrity: str | None) -> TypeMetadata:
    """Check the octets, then read them: nothing is parsed that is not what was meant."""
    if integrity is not None:
        Integrity.parse(integrity).check(raw)
    metadata = parse_type_metadata(raw)
    check_type(metadata, vct)
    return metadata
