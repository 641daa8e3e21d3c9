"""A type together with all that it extends (SD-JWT VC, sections 5.4, 5.5.2 and 5.6.5)."""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Self, TypeVar, final

from krid._core import limits
from krid.errors import Code, ContentError, MisuseError
from krid.sdjwt.type_metadata.model import ClaimMetadata, SdRule, TypeMetadata
from krid.sdjwt.type_metadata.parse import check_claims, parse_type_metadata

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True)
class ResolvedType:
    """The effective metadata of a type, all extended types merged in.

    `types` are the type itself and those that it extends, in that order: who may issue one of
    them is another question (section 7.7). `document` are the octets that the type's own
    metadata was read from, which `vct#integrity` of a credential speaks of.
    """

    metadata: TypeMetadata
    types: tuple[str, ...]
    document: bytes = field(repr=False)

    @classmethod
    def of(cls, document: bytes, *extended: bytes) -> Self:
        """Merge a document with those that it extends, the nearest first.

        Does not check integrity, which `resolve_type` does.

        Raises:
            MalformedError: `type.syntax`, or a `json.*` code.
            ContentError: `type.vct` when a document is not the one that the former extends,
                `type.loop`, `type.depth` or `type.override`.
            MisuseError: `misuse.option` when the last document extends one that is not given.
        """
        chain = [parse_type_metadata(raw) for raw in (document, *extended)]
        if chain[-1].extends is not None:
            raise MisuseError(Code.MISUSE_OPTION, "an extended type is not given")
        for child, parent in pairwise(chain):
            check_type(parent, child.extends)
        types = tuple(each.vct for each in chain)
        for count in range(1, len(types)):
            check_next(types[:count], types[count])
        return cls(merge_chain(chain), types, document)


def check_type(metadata: TypeMetadata, vct: str | None) -> None:
    """Check that a document is about the type that it was asked for (section 5.3).

    Raises:
        ContentError: `type.vct`.
    """
    if metadata.vct != vct:
        raise ContentError(Code.TYPE_VCT)


def check_next(types: tuple[str, ...], extended: str) -> None:
    """Check that one more type may be extended (section 7.4).

    Raises:
        ContentError: `type.loop`, or `type.depth`.
    """
    if extended in types:
        raise ContentError(Code.TYPE_LOOP)
    if len(types) > limits.MAX_TYPE_EXTENDS:
        raise ContentError(Code.TYPE_DEPTH)


def merge_chain(chain: list[TypeMetadata]) -> TypeMetadata:
    """Merge documents, the extending ones first.

    Raises:
        ContentError: `type.override`.
        MalformedError: `type.syntax`.
    """
    effective = chain[-1]
    for child in reversed(chain[:-1]):
        effective = merge(effective, child)
    return effective


def merge(parent: TypeMetadata, child: TypeMetadata) -> TypeMetadata:
    """Apply a type to the one that it extends.

    Claims of the parent keep their places, the child's own follow. `display` is the child's if
    it has one, the properties of a claim are the child's where it has them, and nothing inside
    a property is merged.

    Raises:
        ContentError: `type.override` when the child loosens `sd` or `mandatory` (5.6.5.1).
        MalformedError: `type.syntax` when an `svg_id` then stands twice, or for too many claims.
    """
    claims = {claim.path: claim for claim in parent.claims}
    for claim in child.claims:
        inherited = claims.get(claim.path)
        claims[claim.path] = claim if inherited is None else _override(inherited, claim)
    check_claims(tuple(claims.values()))
    display = parent.display if child.display is None else child.display
    return replace(child, display=display, claims=tuple(claims.values()))


def _override(inherited: ClaimMetadata, claim: ClaimMetadata) -> ClaimMetadata:
    """Combine two descriptions of one claim (section 5.6.5)."""
    rule = _first(claim.sd, inherited.sd)
    if inherited.rule is not SdRule.ALLOWED and rule is not inherited.rule:
        raise ContentError(Code.TYPE_OVERRIDE, "sd")
    if inherited.is_mandatory and claim.mandatory is False:
        raise ContentError(Code.TYPE_OVERRIDE, "mandatory")
    return ClaimMetadata(
        path=claim.path,
        display=_first(claim.display, inherited.display),
        mandatory=_first(claim.mandatory, inherited.mandatory),
        sd=rule,
        svg_id=_first(claim.svg_id, inherited.svg_id),
    )


def _first(own: T | None, inherited: T | None) -> T | None:
    return inherited if own is None else own
