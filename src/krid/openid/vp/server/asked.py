"""A request as it is written down: what is asked of everybody, and what is this one's own.

What is asked of everybody is a text inside the record. Requests for the same have the same text,
letter by letter, so that a process reads it once; no nonce, moment or key is in it. A query that
names somebody by `values` is a text like the others, and stays in memory until others push it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, final

from krid import query
from krid._core import limits, shape, strict_json, times
from krid._core.strict_json import JsonObject
from krid.errors import Code, MalformedError, UnsupportedError
from krid.exchange import Delivery, PresentationRequest, ResponseKey, ResponseMode
from krid.jose import Enc
from krid.keys import PublicKey
from krid.openid.oauth import members as m
from krid.openid.oauth.store import fingerprint
from krid.openid.vp import transaction_data, verifier_info
from krid.openid.vp.parameters import token
from krid.openid.vp.server.setup import VerifierSetup

_CODE: Final = Code.PRESENTATION_RECORD
_NO_MOMENT: Final = datetime.min.replace(tzinfo=UTC)


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of everybody: a request with nothing of its own, and how answers are sealed."""

    request: PresentationRequest
    encs: tuple[Enc, ...]


def encode_request(request: PresentationRequest) -> JsonObject:
    """Write a request down, all but the key that its answer is sealed for."""
    key = request.delivery.key
    asked: JsonObject = {
        "client_id": request.client_id,
        "response_mode": request.delivery.mode.value,
        "response_uri": request.response_uri,
        "dcql_query": query.encode_dcql(request.query),
        "purpose": request.purpose,
        "origin": request.origin,
        "encs": [] if key is None else [enc.value for enc in key.encs],
    }
    if request.attestations:
        asked["verifier_info"] = verifier_info.encode(request.attestations)
    members: JsonObject = {
        "asked": strict_json.dumps(asked).decode("utf-8"),
        "nonce": request.nonce,
        "state": request.state,
        "exp": times.to_numeric_date(request.expires),
    }
    if request.transactions:
        members["transaction_data"] = [each.encoded for each in request.transactions]
    return members


def decode_request(
    members: Mapping[str, object], key: PublicKey | None, setup: VerifierSetup
) -> PresentationRequest:
    """Read a request back as it was; `key` is the one that its answer is sealed for.

    Raises:
        MalformedError: `presentation.record` and others when something else wrote it.
        UnsupportedError: what the verifier asked and takes no more, as in `parameters.parse`.
    """
    asked = _asked(shape.text(members.get("asked"), _CODE))
    request = asked.request
    if request.delivery.mode not in setup.policy.modes:
        raise UnsupportedError(Code.REQUEST_MODE, request.delivery.mode.value)
    state = token(members, "state")
    return replace(
        request,
        nonce=token(members, "nonce"),
        state=state,
        expires=times.from_numeric_date(members.get("exp")),
        delivery=_delivery(asked, key, state, setup),
        transactions=transaction_data.parse(
            members.get("transaction_data"), request.query, types=setup.transaction_types
        ),
    )


def _asked(text: str) -> _Asked:
    if len(text) > limits.MAX_CACHED_ASKED_CHARS:
        return _read_asked(text)
    return _known_asked(text)


def _read_asked(text: str) -> _Asked:
    members = strict_json.loads_object(text.encode("utf-8"))
    origin = members.get("origin")
    mode = _mode(members, is_page=origin is not None)
    wanted = query.parse_dcql(members.get("dcql_query"))
    request = PresentationRequest(
        client_id=m.text(members, "client_id", _CODE),
        nonce="",
        state="",
        response_uri="" if mode.is_dc_api else m.https(members, "response_uri", _CODE),
        query=wanted,
        purpose=shape.text(members.get("purpose"), _CODE),
        expires=_NO_MOMENT,
        attestations=verifier_info.parse(members.get("verifier_info"), wanted),
        delivery=Delivery(mode),
        origin=None if origin is None else shape.text(origin, _CODE),
    )
    encs = shape.texts(members.get("encs"), _CODE)
    return _Asked(request, tuple(Enc.from_jose(each) for each in encs))


# A verifier asks one or a few things, letter by letter the same. What is refused is not kept.
_known_asked = lru_cache(maxsize=limits.ASKED_CACHE_ENTRIES)(_read_asked)


def _mode(members: Mapping[str, object], *, is_page: bool) -> ResponseMode:
    try:
        mode = ResponseMode(shape.text(members.get("response_mode"), _CODE))
    except ValueError as cause:
        raise MalformedError(_CODE) from cause
    if mode.is_dc_api is not is_page:
        raise MalformedError(_CODE)
    return mode


def _delivery(asked: _Asked, key: PublicKey | None, state: str, setup: VerifierSetup) -> Delivery:
    """Return the way of the answer; its key goes by the digest of the state."""
    mode = asked.request.delivery.mode
    if mode.is_sealed is not (key is not None):
        raise MalformedError(_CODE)
    if key is None:
        return asked.request.delivery
    encs = tuple(enc for enc in setup.policy.encs if enc in asked.encs)
    if not encs:
        raise UnsupportedError(Code.REQUEST_ENCRYPTION)
    return Delivery(mode, ResponseKey(key, fingerprint(state), encs))
