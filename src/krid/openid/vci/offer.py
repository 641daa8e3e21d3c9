"""Credential offers (section 4.1): what an issuer hands to a wallet by QR code, link or NFC.

Nothing in an offer is authentic. It says whom to ask, and whoever is asked must prove himself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final, Self, final
from urllib.parse import quote

from krid._core import limits, shape, strict_json
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.openid.oauth import members as m
from krid.openid.oauth.http import parse_form

SCHEME: Final = "openid-credential-offer://"
_CODE: Final = Code.OFFER_SYNTAX


@unique
class GrantType(StrEnum):
    """How a wallet comes by an access token."""

    AUTHORIZATION_CODE = "authorization_code"
    PRE_AUTHORIZED_CODE = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  a word of OAuth


@unique
class InputMode(StrEnum):
    """What a transaction code is made of."""

    NUMERIC = "numeric"
    TEXT = "text"


@final
@dataclass(frozen=True, slots=True)
class TxCode:
    """What a person must type beside the offer; the code itself comes by another way."""

    input_mode: InputMode = InputMode.NUMERIC
    length: int | None = None
    description: str | None = None

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the member `tx_code`, which may be empty.

        Raises:
            MalformedError: `offer.syntax`.
        """
        members = shape.mapping(value, _CODE)
        mode = shape.text(members.get("input_mode", InputMode.NUMERIC.value), _CODE)
        if mode not in {each.value for each in InputMode}:
            raise MalformedError(_CODE, "input_mode")
        description = m.text_or_none(members, "description", _CODE)
        if len(description or "") > limits.MAX_TX_CODE_DESCRIPTION:
            raise MalformedError(_CODE, "description")
        length = None
        if "length" in members:
            length = m.count(members, "length", _CODE, most=limits.MAX_TX_CODE_CHARS)
        return cls(InputMode(mode), length, description)

    def to_members(self) -> JsonObject:
        """Return the members."""
        members: JsonObject = {"input_mode": self.input_mode.value}
        members |= {} if self.length is None else {"length": self.length}
        return members | ({} if self.description is None else {"description": self.description})


@final
@dataclass(frozen=True, slots=True)
class CodeOffer:
    """The grant `authorization_code` of an offer."""

    issuer_state: str | None = field(default=None, repr=False)
    server: str | None = None


@final
@dataclass(frozen=True, slots=True)
class PreAuthorizedOffer:
    """The grant with a pre-authorized code; `tx_code` is None where nobody need type anything."""

    code: str = field(repr=False)
    tx_code: TxCode | None = None
    server: str | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialOffer:
    """An offer: whose, of which credentials, and by which grants.

    Without a grant, the issuer's authorization server says which it has. Grants that krid does
    not know are passed over.
    """

    issuer: str
    configurations: tuple[str, ...]
    authorization_code: CodeOffer | None = None
    pre_authorized: PreAuthorizedOffer | None = None

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read an offer in JSON (section 4.1.1).

        Raises:
            MalformedError: `offer.syntax`.
        """
        try:
            members = strict_json.loads_object(raw, max_bytes=limits.MAX_OFFER_BYTES)
        except KridError as cause:
            raise MalformedError(_CODE) from cause
        grants = m.mapping(members, "grants", _CODE) if "grants" in members else {}
        configurations = m.texts(members, "credential_configuration_ids", _CODE)
        if len(configurations) > limits.MAX_OFFERED:
            raise MalformedError(_CODE, "credential_configuration_ids")
        return cls(
            issuer=m.https(members, "credential_issuer", _CODE),
            configurations=configurations,
            authorization_code=_code_offer(grants),
            pre_authorized=_pre_authorized(grants),
        )

    def encode(self) -> bytes:
        """Write the offer in JSON."""
        grants: JsonObject = {}
        if self.authorization_code is not None:
            grants[GrantType.AUTHORIZATION_CODE.value] = _code_members(self.authorization_code)
        if self.pre_authorized is not None:
            grants[GrantType.PRE_AUTHORIZED_CODE.value] = _pre_authorized_members(
                self.pre_authorized
            )
        members: JsonObject = {
            "credential_issuer": self.issuer,
            "credential_configuration_ids": list(self.configurations),
        }
        return strict_json.dumps(members | ({"grants": grants} if grants else {}))

    def to_uri(self, *, scheme: str = SCHEME) -> str:
        """Write the offer into a link (section 4.1.2); `scheme` may be a wallet's https address."""
        return f"{scheme}?credential_offer={quote(self.encode(), safe='')}"


@final
@dataclass(frozen=True, slots=True)
class OfferReference:
    """A link that says where the offer lies (section 4.1.3).

    Whoever knows the address has the offer, so that it is kept out of logs.
    """

    uri: str = field(repr=False)

    def to_uri(self, *, scheme: str = SCHEME) -> str:
        """Write the reference into a link."""
        return f"{scheme}?credential_offer_uri={quote(self.uri, safe='')}"


def read_offer_uri(text: str) -> CredentialOffer | OfferReference:
    """Read the link that a wallet is opened with: an offer, or where it lies, and not both.

    The scheme is for the operating system: krid reads what stands behind the question mark.

    Raises:
        MalformedError: `offer.syntax`.
    """
    if len(text) > limits.MAX_OFFER_BYTES:
        raise MalformedError(_CODE, "size")
    _, _, query = text.partition("?")
    try:
        members = parse_form(query.encode("ascii"))
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(_CODE) from cause
    if ("credential_offer" in members) is ("credential_offer_uri" in members):
        raise MalformedError(_CODE, "credential_offer or credential_offer_uri, and not both")
    if "credential_offer" in members:
        return CredentialOffer.parse(members["credential_offer"].encode("utf-8"))
    return OfferReference(m.https(members, "credential_offer_uri", _CODE))


def _code_offer(grants: Mapping[str, object]) -> CodeOffer | None:
    if GrantType.AUTHORIZATION_CODE.value not in grants:
        return None
    members = m.mapping(grants, GrantType.AUTHORIZATION_CODE.value, _CODE)
    return CodeOffer(
        m.text_or_none(members, "issuer_state", _CODE),
        m.https_or_none(members, "authorization_server", _CODE),
    )


def _code_members(offer: CodeOffer) -> JsonObject:
    members: JsonObject = {}
    members |= {} if offer.issuer_state is None else {"issuer_state": offer.issuer_state}
    return members | ({} if offer.server is None else {"authorization_server": offer.server})


def _pre_authorized(grants: Mapping[str, object]) -> PreAuthorizedOffer | None:
    if GrantType.PRE_AUTHORIZED_CODE.value not in grants:
        return None
    members = m.mapping(grants, GrantType.PRE_AUTHORIZED_CODE.value, _CODE)
    return PreAuthorizedOffer(
        m.text(members, "pre-authorized_code", _CODE),
        TxCode.of_members(members["tx_code"]) if "tx_code" in members else None,
        m.https_or_none(members, "authorization_server", _CODE),
    )


def _pre_authorized_members(offer: PreAuthorizedOffer) -> JsonObject:
    members: JsonObject = {"pre-authorized_code": offer.code}
    members |= {} if offer.tx_code is None else {"tx_code": offer.tx_code.to_members()}
    return members | ({} if offer.server is None else {"authorization_server": offer.server})
