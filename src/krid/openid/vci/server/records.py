"""What an issuer writes down between two requests, and reading it back."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self, final

from krid._core import shape, strict_json, times
from krid.errors import Code
from krid.keys import PublicKey, jwk
from krid.openid.oauth import members as m
from krid.openid.vci.authorization_details import (
    AuthorizationDetail,
    details_members,
    parse_details,
)
from krid.openid.vci.authorization_request import AuthorizationRequest

_CODE: Final = Code.ISSUANCE_RECORD


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What somebody may have, on the way from an offer or a consent to a token.

    `family` is what all codes and tokens that came of one consent have in common. `instance` and
    `dpop_key` are thumbprints of keys that must be shown again. `tx_code` is a digest that needs
    the code itself to be checked.
    """

    family: str = field(repr=False)
    subject: str = field(repr=False)
    configurations: tuple[str, ...]
    expires: datetime
    details: tuple[AuthorizationDetail, ...] = ()
    scope: str | None = None
    client_id: str | None = None
    instance: str | None = None
    dpop_key: str | None = None
    tx_code: str | None = field(default=None, repr=False)
    tries: int = 0
    challenge: str | None = field(default=None, repr=False)
    redirect_uri: str | None = None

    def encode(self) -> bytes:
        """Write the record."""
        members = {name: getattr(self, name) for name in (*_TEXTS, "family", "subject", "tries")}
        members |= {
            "configurations": list(self.configurations),
            "details": details_members(self.details),
            "expires": times.to_rfc3339(self.expires),
        }
        return strict_json.dumps(members)

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: when something else wrote it.
        """
        members = strict_json.loads_object(record)
        details = members.get("details")
        texts = {name: members.get(name) for name in _TEXTS}
        return cls(
            family=m.text(members, "family", _CODE),
            subject=m.text(members, "subject", _CODE),
            configurations=shape.texts(members.get("configurations"), _CODE),
            expires=times.from_rfc3339(m.text(members, "expires", _CODE)),
            details=parse_details(details, _CODE) if details else (),
            tries=shape.integer(members.get("tries"), _CODE),
            **{
                name: None if text is None else shape.text(text, _CODE)
                for name, text in texts.items()
            },
        )

    def until(self, expires: datetime) -> "Grant":
        """Return the same for another code or token, without what only the first one needed."""
        return replace(
            self, expires=expires, tx_code=None, tries=0, challenge=None, redirect_uri=None
        )


_TEXTS: Final = (
    "scope",
    "client_id",
    "instance",
    "dpop_key",
    "tx_code",
    "challenge",
    "redirect_uri",
)


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that was pushed, or that a person is being asked about."""

    request: AuthorizationRequest
    instance: str | None

    def encode(self) -> bytes:
        """Write the record."""
        members: strict_json.JsonObject = {
            "request": self.request.to_members(),
            "instance": self.instance,
        }
        return strict_json.dumps(members)

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: when something else wrote it.
        """
        members = strict_json.loads_object(record)
        instance = members.get("instance")
        request = shape.mapping(members.get("request"), _CODE)
        return cls(
            AuthorizationRequest.of_members(request),
            None if instance is None else shape.text(instance, _CODE),
        )


@final
@dataclass(frozen=True, slots=True)
class OfferContext:
    """What an offer with `issuer_state` was made for."""

    subject: str | None = field(repr=False)
    configurations: tuple[str, ...]

    def encode(self) -> bytes:
        """Write the record."""
        return strict_json.dumps(
            {"subject": self.subject, "configurations": list(self.configurations)}
        )

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: when something else wrote it.
        """
        members = strict_json.loads_object(record)
        subject = members.get("subject")
        return cls(
            None if subject is None else shape.text(subject, _CODE),
            shape.texts(members.get("configurations"), _CODE),
        )


@final
@dataclass(frozen=True, slots=True)
class Transaction:
    """A deferred issuance: what was asked for, by which family of tokens, for which keys."""

    family: str = field(repr=False)
    configuration: str
    dataset: str = field(repr=False)
    keys: tuple[PublicKey, ...]

    def encode(self) -> bytes:
        """Write the record."""
        members: strict_json.JsonObject = {
            "family": self.family,
            "configuration": self.configuration,
            "dataset": self.dataset,
            "keys": [jwk.encode_public(key) for key in self.keys],
        }
        return strict_json.dumps(members)

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: when something else wrote it.
        """
        members = strict_json.loads_object(record)
        keys = shape.sequence(members.get("keys"), _CODE)
        return cls(
            m.text(members, "family", _CODE),
            m.text(members, "configuration", _CODE),
            m.text(members, "dataset", _CODE),
            tuple(jwk.parse_public(key) for key in keys),
        )


@final
@dataclass(frozen=True, slots=True)
class Noted:
    """Credentials that a wallet may tell the issuer about."""

    family: str = field(repr=False)
    subject: str = field(repr=False)
    configuration: str

    def encode(self) -> bytes:
        """Write the record."""
        members: strict_json.JsonObject = {
            "family": self.family,
            "subject": self.subject,
            "configuration": self.configuration,
        }
        return strict_json.dumps(members)

    @classmethod
    def decode(cls, record: bytes) -> Self:
        """Read a record back.

        Raises:
            MalformedError: when something else wrote it.
        """
        members = strict_json.loads_object(record)
        return cls(
            *(m.text(members, name, _CODE) for name in ("family", "subject", "configuration"))
        )
