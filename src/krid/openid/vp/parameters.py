"""The parameters of a presentation request, and the value that they stand for (section 5)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, final

from krid import query
from krid._core import limits, shape, times
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, UnsupportedError
from krid.exchange import Delivery, PresentationRequest, ResponseMode
from krid.keys import Alg
from krid.model import HolderBinding, Query
from krid.openid.oauth import members as m
from krid.openid.vp import transaction_data, verifier_info
from krid.openid.vp.client_id import ClientId, Prefix
from krid.openid.vp.metadata import ClientMetadata
from krid.openid.vp.policy import PresentationPolicy
from krid.openid.vp.transaction_data import TransactionType

SELF_ISSUED: Final = "https://self-issued.me/v2"
"""The audience of a request whose wallet the verifier does not know (section 5.8)."""

_CODE: Final = Code.REQUEST_SYNTAX
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~-]+", re.ASCII)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a wallet brings along to read the parameters of a request.

    `formats` are those of its credentials, None for any. `origin` is the web page that asks, as
    the platform tells it, None outside the Digital Credentials API. `known` is what is known of
    the sender beforehand.
    """

    policy: PresentationPolicy
    formats: frozenset[str] | None
    transaction_types: Sequence[TransactionType]
    now: datetime
    origin: str | None = None
    known: "KnownClient | None" = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClient:
    """What is known of a verifier from elsewhere, and counts before what its request says.

    `addresses` are those that answers may go to, None for any that its kind of name allows.
    """

    addresses: frozenset[str] | None
    metadata: ClientMetadata | None = None


def encode(request: PresentationRequest, *, algs: frozenset[Alg]) -> JsonObject:
    """Write a request as parameters, without those that only signed requests have.

    The purpose travels in the member `purpose`, which is krid's own: OpenID4VP 1.0 has none for
    it. `algs` are what the verifier takes of issuers and holders, for its metadata.
    """
    mode = request.delivery.mode
    members: JsonObject = {
        "response_type": "vp_token",
        "response_mode": mode.value,
        "nonce": request.nonce,
        "dcql_query": query.encode_dcql(request.query),
        "client_metadata": _metadata(request, algs).to_members(),
    }
    if request.origin is None:
        address = "response_uri" if mode.is_posted else "redirect_uri"
        members |= {"client_id": request.client_id, address: request.response_uri}
        members |= {"state": request.state} if request.state else {}
    if request.purpose:
        members["purpose"] = request.purpose
    if request.transactions:
        members["transaction_data"] = [each.encoded for each in request.transactions]
    if request.attestations:
        members["verifier_info"] = verifier_info.encode(request.attestations)
    return members


def parse(members: Mapping[str, object], client: ClientId, reading: Reading) -> PresentationRequest:
    """Read the parameters of a request; who sent them is not looked at.

    Raises:
        MalformedError: `request.syntax`, `request.metadata`, `transaction.syntax`, and the
            `query.*` codes.
        UnsupportedError: `request.mode`, `request.scope`, `request.encryption`,
            `request.formats`, `transaction.type`, `transaction.hash`, `transaction.credential`.
    """
    if members.get("response_type") != "vp_token":
        raise MalformedError(_CODE, "response_type")
    mode = _mode(members, reading)
    asked = _query(members)
    metadata = _client_metadata(members, client, reading.known)
    _check_formats(asked, metadata, reading)
    return PresentationRequest(
        client_id=client.text,
        nonce=token(members, "nonce"),
        state=_state(members, asked, reading),
        response_uri=_address(members, mode, client),
        query=asked,
        purpose=shape.text(members.get("purpose", ""), _CODE),
        expires=_expires(members, reading),
        attestations=verifier_info.parse(members.get("verifier_info"), asked),  # type: ignore[arg-type]  # from JSON
        delivery=_delivery(mode, metadata, reading),
        transactions=transaction_data.parse(
            members.get("transaction_data"), asked, types=reading.transaction_types
        ),
        origin=reading.origin,
    )


def token(members: Mapping[str, object], name: str) -> str:
    """Return a nonce or state: characters that a URL takes as they are (section 5.2).

    Raises:
        MalformedError: `request.syntax`.
    """
    value = members.get(name)
    if (
        not isinstance(value, str)
        or len(value) > limits.MAX_VP_NONCE_CHARS
        or _TOKEN.fullmatch(value) is None
    ):
        raise MalformedError(_CODE, name)
    return value


def _state(members: Mapping[str, object], asked: Query, reading: Reading) -> str:
    """Without a proof of the holder, nothing but the state ties an answer to us (section 5.3)."""
    if reading.origin is not None:
        return ""
    needed = any(each.holder_binding is HolderBinding.NOT_REQUIRED for each in asked.credentials)
    return token(members, "state") if "state" in members or needed else ""


def _mode(members: Mapping[str, object], reading: Reading) -> ResponseMode:
    """The default is `fragment` (section 5.6)."""
    try:
        mode = ResponseMode(shape.text(members.get("response_mode", "fragment"), _CODE))
    except ValueError as cause:
        raise UnsupportedError(Code.REQUEST_MODE) from cause
    if mode not in reading.policy.modes or mode.is_dc_api is (reading.origin is None):
        raise UnsupportedError(Code.REQUEST_MODE, mode.value)
    return mode


def _query(members: Mapping[str, object]) -> Query:
    if "scope" in members:
        raise UnsupportedError(Code.REQUEST_SCOPE)
    if "dcql_query" not in members:
        raise MalformedError(_CODE, "dcql_query")
    return query.parse_dcql(members["dcql_query"])


def _client_metadata(
    members: Mapping[str, object], client: ClientId, known: KnownClient | None
) -> ClientMetadata | None:
    """Metadata from elsewhere are the ones that count (sections 5.1, 5.9.3 and 8.5)."""
    elsewhere = None if known is None else known.metadata
    if client.prefix is Prefix.OPENID_FEDERATION:
        return elsewhere
    if "client_metadata" not in members:
        return elsewhere
    if elsewhere is not None:
        raise MalformedError(Code.REQUEST_METADATA)
    return ClientMetadata.of_members(members["client_metadata"])


def _check_formats(asked: Query, metadata: ClientMetadata | None, reading: Reading) -> None:
    """Check that the wallet has a format that is asked for and that the verifier reads (8.5)."""
    wanted = {each.format for each in asked.credentials}
    if reading.formats is not None:
        wanted &= reading.formats
    if metadata is not None and metadata.formats is not None:
        wanted &= metadata.formats.keys()
    if not wanted:
        raise UnsupportedError(Code.REQUEST_FORMATS)


def _address(members: Mapping[str, object], mode: ResponseMode, client: ClientId) -> str:
    """Return where the answer goes; one address alone may stand there (section 8.2)."""
    if mode.is_dc_api:
        return ""
    name, other = "response_uri", "redirect_uri"
    if not mode.is_posted:
        name, other = other, name
    if other in members:
        raise MalformedError(_CODE, other)
    if name not in members and client.prefix is Prefix.REDIRECT_URI:
        return m.https_url(client.name, _CODE, name)
    return m.https(members, name, _CODE)


def _delivery(mode: ResponseMode, metadata: ClientMetadata | None, reading: Reading) -> Delivery:
    if not mode.is_sealed:
        return Delivery(mode)
    if metadata is None:
        raise UnsupportedError(Code.REQUEST_ENCRYPTION)
    return Delivery(mode, metadata.response_key(reading.policy.encs))


def _expires(members: Mapping[str, object], reading: Reading) -> datetime:
    if "exp" not in members:
        return reading.now + reading.policy.lifetime
    return times.from_numeric_date(members["exp"])


def _metadata(request: PresentationRequest, algs: frozenset[Alg]) -> ClientMetadata:
    names: Json = sorted(alg.jose for alg in algs)
    numbers: Json = sorted({number for alg in algs for number in (alg.cose, alg.cose_alias)})
    described: Mapping[str, Mapping[str, Json]] = {
        "dc+sd-jwt": {"sd-jwt_alg_values": names, "kb-jwt_alg_values": names},
        "mso_mdoc": {"issuerauth_alg_values": numbers, "deviceauth_alg_values": numbers},
        "jwt_vc_json": {"alg_values": names},
    }
    wanted = sorted({each.format for each in request.query.credentials})
    formats = {name: described.get(name, {}) for name in wanted}
    return ClientMetadata.of_key(request.delivery.key, formats)
