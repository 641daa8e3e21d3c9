"""Claims descriptions: which claims are asked for, or shown, and by what names (appendix B)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, final

from krid._core import limits, shape
from krid._core.strict_json import JsonObject
from krid.errors import Code, MalformedError
from krid.model import ClaimPath
from krid.openid.oauth import members as m


def parse_path(value: object, code: Code) -> ClaimPath:
    """Read a claims path pointer (appendix C): names, indexes from 0 up, and null.

    Raises:
        MalformedError: `code`.
    """
    steps = shape.sequence(value, code)
    if not 0 < len(steps) <= limits.MAX_QUERY_PATH:
        raise MalformedError(code, "path")
    if not all(step is None or _is_step(step) for step in steps):
        raise MalformedError(code, "path")
    return tuple(steps)


def check_paths(paths: Sequence[ClaimPath], code: Code) -> None:
    """Refuse descriptions that repeat or contradict each other (appendix B.3).

    Raises:
        MalformedError: `code`.
    """
    if len(set(paths)) != len(paths):
        raise MalformedError(code, "a path stands twice")
    kinds: dict[ClaimPath, type | None] = {}
    for path in paths:
        for depth, step in enumerate(path):
            kind = None if step is None else type(step)
            if kinds.setdefault(path[:depth], kind) is not kind:
                raise MalformedError(code, "paths that contradict each other")


@final
@dataclass(frozen=True, slots=True)
class ClaimRequest:
    """A claim that a wallet asks for; with `mandatory` it takes no credential without it."""

    path: ClaimPath
    mandatory: bool = False

    @classmethod
    def of_members(cls, value: object, code: Code) -> Self:
        """Read a claims description of authorization details (appendix B.1).

        Raises:
            MalformedError: `code`.
        """
        members = shape.mapping(value, code)
        return cls(
            parse_path(members.get("path"), code), m.flag_or_false(members, "mandatory", code)
        )

    def to_members(self) -> JsonObject:
        """Return the members of the description."""
        members: JsonObject = {"path": list(self.path)}
        return members | ({"mandatory": True} if self.mandatory else {})


def claim_requests(members: Mapping[str, object], code: Code) -> tuple[ClaimRequest, ...]:
    """Read the member `claims` of authorization details; absent means no wish.

    Raises:
        MalformedError: `code`.
    """
    if "claims" not in members:
        return ()
    entries = shape.sequence(members["claims"], code)
    if not 0 < len(entries) <= limits.MAX_QUERY_CLAIMS:
        raise MalformedError(code, "claims")
    claims = tuple(ClaimRequest.of_members(entry, code) for entry in entries)
    check_paths([claim.path for claim in claims], code)
    return claims


def _is_step(step: object) -> bool:
    return isinstance(step, str) or (type(step) is int and step >= 0)
