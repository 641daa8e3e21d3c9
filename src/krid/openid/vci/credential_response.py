"""What the credential and the deferred endpoint answer (sections 8.3 and 9.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias, final

from krid._core import base64url, limits, shape, strict_json
from krid._core.frozen import freeze, thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError
from krid.exchange import IssuedCredential
from krid.openid.oauth import members as m

_CODE: Final = Code.ISSUANCE_RESPONSE
_BINARY: Final = frozenset({"mso_mdoc", "vc+cose"})
_OBJECTS: Final = frozenset({"ldp_vc"})


@final
@dataclass(frozen=True, slots=True)
class CredentialsReady:
    """Credentials as they stand on the wire, text or objects; nothing in them is verified.

    `notification_id` is what to tell the issuer about, if it wants to be told.
    """

    credentials: tuple[object, ...] = field(repr=False)
    notification_id: str | None = field(default=None, repr=False)

    def to_members(self) -> JsonObject:
        """Return the members."""
        entries: list[Json] = [
            {"credential": thaw(each)}  # type: ignore[dict-item]  # it came from JSON
            for each in self.credentials
        ]
        members: JsonObject = {"credentials": entries}
        told = self.notification_id
        return members | ({} if told is None else {"notification_id": told})


@final
@dataclass(frozen=True, slots=True)
class CredentialsLater:
    """Not ready: ask again with `transaction_id`, and not before `interval` has passed."""

    transaction_id: str = field(repr=False)
    interval: timedelta

    def to_members(self) -> JsonObject:
        """Return the members."""
        return {
            "transaction_id": self.transaction_id,
            "interval": self.interval // timedelta(seconds=1),
        }


CredentialResponse: TypeAlias = CredentialsReady | CredentialsLater


def parse_credential_response(raw: bytes) -> CredentialResponse:
    """Read an answer in JSON: credentials, or when to ask again, and not both.

    Raises:
        MalformedError: `issuance.response`.
    """
    try:
        members = strict_json.loads_object(raw, max_bytes=limits.MAX_CREDENTIAL_RESPONSE_BYTES)
    except KridError as cause:
        raise MalformedError(_CODE) from cause
    if ("credentials" in members) is ("transaction_id" in members):
        raise MalformedError(_CODE, "credentials or transaction_id, and not both")
    if "transaction_id" in members:
        return _later(members)
    if "interval" in members:
        raise MalformedError(_CODE, "interval")
    notification_id = m.text_or_none(members, "notification_id", _CODE)
    return CredentialsReady(_credentials(members["credentials"]), notification_id)


def encode_credential_response(response: CredentialResponse) -> bytes:
    """Write an answer in JSON."""
    return strict_json.dumps(response.to_members())


def to_wire(issued: Sequence[IssuedCredential]) -> tuple[object, ...]:
    """Write credentials as the answer has them (appendix A).

    CBOR is in base64url, a credential with a proof in it an object, all else text as it is.
    """
    return tuple(map(_to_wire, issued))


def _to_wire(issued: IssuedCredential) -> object:
    if issued.format in _OBJECTS:
        return strict_json.loads_object(issued.raw)
    return base64url.encode(issued.raw) if issued.format in _BINARY else issued.text


def from_wire(credential: object, format_name: str) -> IssuedCredential:
    """Read a credential of the answer; an object becomes its JSON.

    Raises:
        MalformedError: `issuance.response`.
    """
    try:
        if isinstance(credential, Mapping):
            value: Json = thaw(credential)  # type: ignore[assignment]  # it came from JSON
            return IssuedCredential(format_name, strict_json.dumps(value))
        text = shape.text(credential, _CODE)
        raw = base64url.decode(text) if format_name in _BINARY else text.encode("ascii")
    except (KridError, UnicodeEncodeError) as cause:
        raise MalformedError(_CODE) from cause
    return IssuedCredential(format_name, raw)


def _later(members: Mapping[str, object]) -> CredentialsLater:
    if "notification_id" in members:
        raise MalformedError(_CODE, "notification_id")
    return CredentialsLater(
        m.text(members, "transaction_id", _CODE), m.seconds(members, "interval", _CODE)
    )


def _credentials(value: object) -> tuple[object, ...]:
    entries = shape.sequence(value, _CODE)
    if not 0 < len(entries) <= limits.MAX_BATCH:
        raise MalformedError(_CODE, "credentials")
    return tuple(_credential(shape.mapping(entry, _CODE)) for entry in entries)


def _credential(entry: Mapping[str, object]) -> object:
    credential = entry.get("credential")
    if not isinstance(credential, str | dict) or not credential:
        raise MalformedError(_CODE, "credential")
    return freeze(credential)
