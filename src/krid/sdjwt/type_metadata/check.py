"""Credentials checked against the metadata of their types (SD-JWT VC, sections 5.6 and 5.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self, final

from krid.errors import Code, ContentError, MisuseError
from krid.model.integrity import Integrity
from krid.sdjwt.parse import SdJwt
from krid.sdjwt.type_metadata.extend import ResolvedType
from krid.sdjwt.type_metadata.model import ClaimMetadata, SdRule
from krid.sdjwt.type_metadata.places import Issued, Selection


@final
@dataclass(frozen=True, slots=True)
class TypeRules:
    """The types that somebody processes, with their effective metadata, by `vct`.

    A credential of another type is refused: where type metadata is demanded and not to be had,
    the draft says to reject (section 5.7). Checks come after verification and expect what it
    accepted.
    """

    types: Mapping[str, ResolvedType]

    @classmethod
    def of(cls, *types: ResolvedType) -> Self:
        """Take resolved types, each once.

        Raises:
            MisuseError: `misuse.option` for one type twice.
        """
        by_vct = {each.metadata.vct: each for each in types}
        if len(by_vct) != len(types):
            raise MisuseError(Code.MISUSE_OPTION, "one type twice")
        return cls(MappingProxyType(by_vct))

    def types_of(self, vct: str) -> frozenset[str]:
        """Return a type and those that it extends; of one that is not known, itself alone."""
        found = self.types.get(vct)
        return frozenset({vct} if found is None else found.types)

    def check_issued(self, sd_jwt: SdJwt) -> None:
        """Check a credential as its holder, who has all disclosures: any other digest is a decoy.

        Raises:
            ContentError: `type.unavailable`, `type.integrity`, `type.path`, `type.sd`, or
                `type.mandatory` when a mandatory claim is not there.
            MalformedError: `type.integrity_syntax`.
            UnsupportedError: `type.integrity_alg`.
        """
        issued = Issued(sd_jwt.payload, sd_jwt.disclosures)
        for claim in self._type(sd_jwt).metadata.claims:
            selection = issued.select(claim.path)
            _check_rule(claim, selection)
            if claim.is_mandatory and all(place.is_withheld for place in selection.places):
                raise ContentError(Code.TYPE_MANDATORY, _named(claim))

    def check_presented(self, sd_jwt: SdJwt) -> None:
        """Check a presentation as its verifier, from whom claims may be withheld.

        A mandatory claim is missing only where nothing withheld could be it: no digest without a
        disclosure stands there, or the claim is one that must never be withheld.

        Raises:
            ContentError, MalformedError, UnsupportedError: as `check_issued`.
        """
        issued = Issued(sd_jwt.payload, sd_jwt.disclosures)
        for claim in self._type(sd_jwt).metadata.claims:
            selection = issued.select(claim.path)
            _check_rule(claim, selection)
            if claim.is_mandatory and not selection.places and not _may_be_hidden(claim, selection):
                raise ContentError(Code.TYPE_MANDATORY, _named(claim))

    def _type(self, sd_jwt: SdJwt) -> ResolvedType:
        """Find the type of a credential, and check that its issuer meant this metadata."""
        vct, integrity = sd_jwt.payload.get("vct"), sd_jwt.payload.get("vct#integrity")
        found = self.types.get(vct) if isinstance(vct, str) else None
        if found is None:
            raise ContentError(Code.TYPE_UNAVAILABLE)
        if isinstance(integrity, str):
            Integrity.parse(integrity).check(found.document)
        return found


def _check_rule(claim: ClaimMetadata, selection: Selection) -> None:
    """Check `sd` for each claim that a path selects (section 5.6.4)."""
    if claim.rule is SdRule.ALLOWED:
        return
    wanted = claim.rule is SdRule.ALWAYS
    if any(place.is_disclosure is not wanted for place in selection.places):
        raise ContentError(Code.TYPE_SD, _named(claim))


def _may_be_hidden(claim: ClaimMetadata, selection: Selection) -> bool:
    if selection.may_hide_parent:
        return True
    return selection.may_hide_claim and claim.rule is not SdRule.NEVER


def _named(claim: ClaimMetadata) -> str:
    """Name a path as the type gives it, which is not personal."""
    return "/".join("*" if step is None else str(step) for step in claim.path)
