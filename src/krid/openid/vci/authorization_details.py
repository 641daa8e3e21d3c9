"""Authorization details of type `openid_credential` (RFC 9396; OpenID4VCI 1.0, section 5.1.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self, final

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.openid.oauth import members as m
from krid.openid.vci.paths import ClaimRequest, claim_requests

TYPE: Final = "openid_credential"


@final
@dataclass(frozen=True, slots=True)
class AuthorizationDetail:
    """One credential that is asked for or, in a token response, granted.

    `identifiers` are those of the datasets that the token is good for (section 6.2).
    """

    configuration: str
    claims: tuple[ClaimRequest, ...] = ()
    locations: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()

    @classmethod
    def of_members(cls, value: object, code: Code) -> Self:
        """Read one object; members that krid does not know are ignored.

        Raises:
            MalformedError: `code`.
        """
        members = shape.mapping(value, code)
        return cls(
            configuration=m.text(members, "credential_configuration_id", code),
            claims=claim_requests(members, code),
            locations=m.texts_or_none(members, "locations", code) or (),
            identifiers=m.texts_or_none(members, "credential_identifiers", code) or (),
        )

    def to_members(self) -> JsonObject:
        """Return the members of the object."""
        members: JsonObject = {"type": TYPE, "credential_configuration_id": self.configuration}
        if self.locations:
            members["locations"] = list(self.locations)
        if self.claims:
            members["claims"] = [claim.to_members() for claim in self.claims]
        if self.identifiers:
            members["credential_identifiers"] = list(self.identifiers)
        return members


def parse_details(value: object, code: Code) -> tuple[AuthorizationDetail, ...]:
    """Read an array of authorization details; those of other types are passed over.

    Two for the same configuration are refused, since nobody could tell them apart later.

    Raises:
        MalformedError: `code`.
    """
    entries = shape.sequence(value, code)
    if not 0 < len(entries) <= limits.MAX_OFFERED:
        raise MalformedError(code, "authorization_details")
    typed = [(m.text(shape.mapping(each, code), "type", code), each) for each in entries]
    details = tuple(
        AuthorizationDetail.of_members(each, code) for kind, each in typed if kind == TYPE
    )
    if len({each.configuration for each in details}) != len(details):
        raise MalformedError(code, "authorization_details")
    return details


def parse_details_text(text: str | None, code: Code) -> tuple[AuthorizationDetail, ...]:
    """Read authorization details as a form has them, in JSON; None means there are none.

    Raises:
        MalformedError: `code`.
    """
    if text is None:
        return ()
    try:
        value = strict_json.loads(text.encode("utf-8"), max_bytes=limits.MAX_OAUTH_BYTES)
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(code, "authorization_details") from cause
    return parse_details(value, code)


def details_members(details: Sequence[AuthorizationDetail]) -> list[Json]:
    """Return the array that stands in JSON."""
    return [each.to_members() for each in details]


def details_text(details: Sequence[AuthorizationDetail]) -> str:
    """Write authorization details as a form has them."""
    return strict_json.dumps(details_members(details)).decode("utf-8")
