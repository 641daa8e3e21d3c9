"""Request objects: signed by the verifier, opened by the wallet (section 5, RFC 9101)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol, final

from krid._core import limits, shape, strict_json, times
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError, ValidityError
from krid.exchange import AuthenticatedRequest, PresentationRequest, ResponseMode, Standing
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared, Signer
from krid.model import IssuerKeys
from krid.openid.oauth import members as m
from krid.openid.oauth.certificates import x5c
from krid.openid.vp import parameters
from krid.openid.vp.addresses import check_address, check_origin, host_of
from krid.openid.vp.client_id import ORIGIN, ClientId, Prefix
from krid.openid.vp.parameters import SELF_ISSUED, KnownClient, Reading
from krid.openid.vp.policy import STANDARD, PresentationPolicy
from krid.openid.vp.refusal import WayBack, answerable
from krid.openid.vp.senders import REQUEST_TYP, Sender, authenticate
from krid.openid.vp.transaction_data import TransactionType

_CODE: Final = Code.REQUEST_SYNTAX
_NOT_INSIDE: Final = ("request", "request_uri", "request_uri_method")


class KnownClients(Protocol):
    """Those who know verifiers beforehand: a list, or a federation."""

    def find(self, client_id: str, *, now: datetime) -> KnownClient | None:
        """Return what is known of a verifier by its whole client identifier, None for nothing.

        Raises:
            KridError: something is known, and is wrong.
        """
        ...


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a request has to fit to be believed.

    `audiences` are the names of the wallet, `formats` those of its credentials, None for any.
    `client_id` is what the link said, `wallet_nonce` what the wallet sent along, None where there
    was none. `origin` is the web page that asks, as the platform tells it.
    """

    trust: IssuerKeys = field(repr=False)
    policy: PresentationPolicy
    now: datetime
    audiences: frozenset[str] = frozenset({SELF_ISSUED})
    formats: frozenset[str] | None = None
    transaction_types: Sequence[TransactionType] = ()
    clients: KnownClients | None = field(default=None, repr=False)
    client_id: str | None = None
    wallet_nonce: str | None = field(default=None, repr=False)
    origin: str | None = None

    def known(self, client: ClientId) -> KnownClient | None:
        """Return what is known of a verifier beforehand."""
        return None if self.clients is None else self.clients.find(client.text, now=self.now)

    def reading(self, known: KnownClient | None) -> Reading:
        """Return what is needed to read parameters."""
        return Reading(
            policy=self.policy,
            formats=self.formats,
            transaction_types=self.transaction_types,
            now=self.now,
            origin=self.origin,
            known=known,
        )


def prepare_request(
    request: PresentationRequest,
    *,
    signer: Signer,
    now: datetime,
    certificates: Sequence[bytes] = (),
    key_id: str | None = None,
    attestation: str | None = None,
    trust_chain: Sequence[str] = (),
    wallet_nonce: str | None = None,
    audience: str = SELF_ISSUED,
    algs: frozenset[Alg] = STANDARD.algs,
) -> Prepared[str]:
    """Make a signed request object but for its signature (sections 5 and 8).

    `certificates` are DER, the signer's first, without the anchor; `key_id`, `attestation` and
    `trust_chain` are for the kinds of names that need them. `wallet_nonce` is what the wallet
    sent along. `algs` are what is taken of issuers and holders. The purpose travels in the member
    `purpose`, which is krid's own. Through the Digital Credentials API, the origin of the request
    is the one that it is expected from.
    """
    header: JsonObject = {"typ": REQUEST_TYP, **x5c(certificates)}
    header |= {} if key_id is None else {"kid": key_id}
    header |= {} if attestation is None else {"jwt": attestation}
    header |= {"trust_chain": list(trust_chain)} if trust_chain else {}
    claims = signed_claims(request, now=now, audience=audience, algs=algs)
    claims |= {"client_id": request.client_id}
    claims |= {} if wallet_nonce is None else {"wallet_nonce": wallet_nonce}
    return jws.prepare(header, strict_json.dumps(claims), alg=signer.alg)


def signed_claims(
    request: PresentationRequest, *, now: datetime, audience: str, algs: frozenset[Alg]
) -> JsonObject:
    """Return the claims that signed requests have in common, `client_id` aside."""
    claims: JsonObject = {
        "aud": audience,
        **parameters.encode(request, algs=algs),
        "iat": times.to_numeric_date(now),
        "exp": times.to_numeric_date(request.expires),
    }
    if request.origin is not None:
        claims["expected_origins"] = [request.origin]
    return claims


def read_request(text: str, *, trust: IssuerKeys, now: datetime) -> AuthenticatedRequest:
    """Read a signed request object that is at hand, and prove who sent it.

    `trust` says which verifiers, or whose certificates, the holder's side believes. For links,
    profiles and all else a wallet needs there is `krid.openid.vp.wallet`.

    Raises:
        KridError: as `open_request`.
    """
    return open_request(text, Terms(trust=trust, policy=STANDARD, now=now))


def open_request(text: str, terms: Terms) -> AuthenticatedRequest:
    """Read a signed request object, prove who sent it, and check it against the terms.

    Raises:
        MalformedError: `request.syntax`, `input.size`, the `jws.*` codes.
        UnsupportedError: `request.prefix`, `alg.not_allowed`.
        TrustError: nobody trusted stands behind the verifier, `request.client`,
            `request.mismatch`.
        SignatureError: `request.signature`.
        RequestRefusedError: the sender is known, and its request is refused: `request.*`,
            `query.*`, `transaction.*`.
    """
    if len(text) > limits.MAX_VP_REQUEST_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    signed = Jws.parse(text)
    signed.check_typ(REQUEST_TYP, refusal=_CODE)
    claims = signed.claims()
    return replace(open_signed(signed, claims, claims.get("client_id"), terms), signed=text)


def open_signed(
    signed: Jws, claims: Mapping[str, object], client_id: object, terms: Terms
) -> AuthenticatedRequest:
    """Do what `open_request` does with a request that is parsed already."""
    client = ClientId.parse(shape.text(client_id, _CODE))
    if terms.client_id is not None and client.text != terms.client_id:
        raise MalformedError(Code.REQUEST_MISMATCH)
    sender = authenticate(signed, client, trust=terms.trust, policy=terms.policy, now=terms.now)
    known = terms.known(client)
    with answerable(_way_back(claims, client, sender, known)):
        _check_claims(claims, terms)
        request = parameters.parse(claims, client, terms.reading(known))
        _check_bounds(request, client, sender, known)
        if request.expires <= terms.now:
            raise ValidityError(Code.REQUEST_EXPIRED)
    return AuthenticatedRequest(
        request=request,
        verifier=sender.name,
        path=sender.path,
        names=sender.names,
        standing=sender.standing,
        title=sender.title,
    )


def open_unsigned(members: Mapping[str, object], terms: Terms) -> AuthenticatedRequest:
    """Read a request that nobody signed: it is known by the address that gets the answer.

    That is enough for `redirect_uri` and for verifiers whose addresses are known beforehand.

    Raises:
        TrustError, UnsupportedError, MalformedError: `request.unsigned`, `request.prefix`,
            `request.syntax`, `request.address`, and what `parameters.parse` raises.
        RequestRefusedError: as `open_request`.
    """
    client = ClientId.parse(shape.text(members.get("client_id"), _CODE))
    if client.prefix not in terms.policy.prefixes:
        raise UnsupportedError(Code.REQUEST_PREFIX, client.prefix.value)
    known = terms.known(client)
    if terms.policy.signed_required or client.prefix not in _UNSIGNED:
        raise UnsupportedError(Code.REQUEST_UNSIGNED)
    # Only signed requests say when they end: here `exp` is one of the parameters to ignore.
    members = {name: value for name, value in members.items() if name != "exp"}
    with answerable(_way_back(members, client, None, known)):
        request = parameters.parse(members, client, terms.reading(known))
        _check_bounds(request, client, None, known)
    return AuthenticatedRequest(
        request=request,
        verifier=host_of(request.response_uri),
        path="not signed; the answer goes to this host alone",
        standing=Standing.ADDRESS,
    )


def open_unsigned_page(members: Mapping[str, object], terms: Terms) -> AuthenticatedRequest:
    """Read an unsigned request that came through the Digital Credentials API (appendix A.3.1).

    A `client_id` in it is ignored, and so is `expected_origins`.

    Raises:
        UnsupportedError: `request.unsigned`.
        RequestRefusedError: as `open_request`.
    """
    origin = check_origin(terms.origin or "")
    if terms.policy.dc_api_signed_required:
        raise UnsupportedError(Code.REQUEST_UNSIGNED)
    client = ClientId(f"{ORIGIN}{origin}", Prefix.PRE_REGISTERED)
    with answerable(None):
        request = parameters.parse(members, client, terms.reading(None))
    return AuthenticatedRequest(
        request=request,
        verifier=origin,
        path="not signed; the platform vouches for the web page",
        standing=Standing.ORIGIN,
    )


_UNSIGNED: Final = frozenset({Prefix.REDIRECT_URI, Prefix.PRE_REGISTERED})


def _check_claims(claims: Mapping[str, object], terms: Terms) -> None:
    """Check what only signed requests have: audience, wallet nonce, origins (5.8, 5.10, A.2)."""
    if any(name in claims for name in _NOT_INSIDE):
        raise MalformedError(_CODE, "a request within a request")
    if terms.origin is None:
        _check_audience(claims, terms)
    else:
        _check_origins(claims, terms.origin)
    if "nbf" in claims and terms.now + terms.policy.skew < times.from_numeric_date(claims["nbf"]):
        raise ValidityError(Code.REQUEST_NOT_YET_VALID)
    if terms.wallet_nonce is not None and claims.get("wallet_nonce") != terms.wallet_nonce:
        raise MalformedError(Code.REQUEST_WALLET_NONCE)


def _check_audience(claims: Mapping[str, object], terms: Terms) -> None:
    """Refuse a request for another wallet; RFC 9101, section 4, lets it name none."""
    audience = claims.get("aud", SELF_ISSUED)
    named = audience if isinstance(audience, list) else [audience]
    if not any(isinstance(each, str) and each in terms.audiences for each in named):
        raise MalformedError(Code.REQUEST_AUDIENCE)


def _check_origins(claims: Mapping[str, object], origin: str) -> None:
    """Compare letter by letter; origins of unsafe kinds are refused (appendix A.2)."""
    expected = m.texts(claims, "expected_origins", Code.REQUEST_ORIGIN)
    if len(expected) > limits.MAX_VP_ORIGINS:
        raise MalformedError(Code.REQUEST_ORIGIN)
    for each in (*expected, origin):
        check_origin(each)
    if origin not in expected:
        raise MalformedError(Code.REQUEST_ORIGIN)


def _check_bounds(
    request: PresentationRequest, client: ClientId, sender: Sender | None, known: KnownClient | None
) -> None:
    if request.origin is None:
        check_address(request.response_uri, client, sender=sender, known=known)


def _way_back(
    members: Mapping[str, object],
    client: ClientId,
    sender: Sender | None,
    known: KnownClient | None,
) -> WayBack | None:
    """Find where an error may be sent, None where no address is the sender's."""
    try:
        mode = ResponseMode(shape.text(members.get("response_mode", "fragment"), _CODE))
        name = "response_uri" if mode.is_posted else "redirect_uri"
        given = client.name if client.prefix is Prefix.REDIRECT_URI else members.get(name)
        address = m.https({name: given}, name, _CODE)
        check_address(address, client, sender=sender, known=known)
        state = parameters.token(members, "state") if "state" in members else ""
    except (KridError, ValueError):
        return None
    return None if mode.is_dc_api else WayBack(mode, address, state)


def way_back(request: PresentationRequest) -> WayBack:
    """Return where the answer to a request goes."""
    return WayBack(request.delivery.mode, request.response_uri, request.state)
