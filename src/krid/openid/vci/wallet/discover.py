"""From a link or an issuer's name to its metadata, each proved to be about who was asked."""

from dataclasses import dataclass
from typing import Final, final

from krid._core import limits
from krid.errors import Code, ContentError, MalformedError, TransportError, UnsupportedError
from krid.net import Flow, Response, fetch
from krid.openid.oauth import client_attestation, pkce
from krid.openid.oauth.http import JSON, JWT
from krid.openid.oauth.server_metadata import ServerMetadata, fetch_metadata
from krid.openid.vci.issuer_metadata import IssuerMetadata, metadata_url
from krid.openid.vci.offer import CredentialOffer, GrantType, OfferReference, read_offer_uri
from krid.openid.vci.signed_metadata import VouchedMetadata, read_signed_metadata
from krid.openid.vci.wallet.setup import Counterpart, WalletSetup

_DEFAULT_GRANTS: Final = (GrantType.AUTHORIZATION_CODE.value,)
"""RFC 8414, section 2, names `implicit` beside it, which nobody should use."""


@final
@dataclass(frozen=True, slots=True)
class _Wanted:
    issuer: str
    grant: GrantType
    server: str | None


def fetch_offer(link: str) -> Flow[CredentialOffer]:
    """Read the link that a wallet was opened with, fetching the offer where it lies elsewhere.

    Raises:
        MalformedError: `offer.syntax`.
        TransportError: the offer could not be had.
    """
    found = read_offer_uri(link)
    if isinstance(found, OfferReference):
        response = yield from fetch(found.uri, accept=JSON, max_bytes=limits.MAX_OFFER_BYTES)
        if response.media_type != JSON:
            raise MalformedError(Code.OFFER_SYNTAX, "media type")
        return CredentialOffer.parse(response.body)
    return found


def discover(
    setup: WalletSetup, issuer: str, *, grant: GrantType, server: str | None = None
) -> Flow[Counterpart]:
    """Fetch the metadata of an issuer and of the authorization server to use with it.

    Nothing of an offer is believed but whom to ask. `server` is the authorization server that an
    offer names. Where the issuer has several, the first that has the grant is used.

    Raises:
        MalformedError: `issuance.metadata`, `oauth.metadata`, or a `json.*` code.
        ContentError: `issuance.foreign`, `oauth.foreign`, `offer.server`.
        UnsupportedError: `issuance.unsigned`; `issuance.profile`, with what is missing, when the
            server can't keep the policy; `offer.grant` when no server has the grant.
        RejectedError: the codes of `read_signed_metadata`.
        TransportError: the metadata could not be had.
    """
    wanted = _Wanted(issuer, grant, server)
    vouched, metadata = yield from _issuer_metadata(setup, issuer)
    described = yield from _server(metadata, wanted)
    counterpart = Counterpart(metadata, described, vouched)
    _check_policy(setup, counterpart, grant)
    return counterpart


def _issuer_metadata(setup: WalletSetup, issuer: str) -> Flow[tuple[str | None, IssuerMetadata]]:
    accept = JSON if setup.metadata_trust is None else f"{JWT}, {JSON};q=0.5"
    response = yield from fetch(
        metadata_url(issuer), accept=accept, max_bytes=limits.MAX_ISSUANCE_METADATA_BYTES
    )
    if response.media_type == JWT:
        vouched = _signed(setup, response, issuer)
        return vouched.path, vouched.metadata
    if setup.policy.signed_metadata_required:
        raise UnsupportedError(Code.ISSUANCE_UNSIGNED)
    if response.media_type != JSON:
        raise MalformedError(Code.ISSUANCE_METADATA, "media type")
    return None, IssuerMetadata.parse(response.body, issuer=issuer)


def _signed(setup: WalletSetup, response: Response, issuer: str) -> VouchedMetadata:
    """Read signed metadata, which nobody asked for where nobody is trusted to sign them."""
    if setup.metadata_trust is None:
        raise MalformedError(Code.ISSUANCE_METADATA, "media type")
    return read_signed_metadata(
        response.body.decode("ascii", "replace"),
        issuer=issuer,
        trust=setup.metadata_trust,
        now=setup.now,
        skew=setup.policy.skew,
        certificates_required=setup.policy.certificates_required,
    )


def _server(metadata: IssuerMetadata, wanted: _Wanted) -> Flow[ServerMetadata]:
    """Find the authorization server (section 12.2.4): the one named must be the issuer's."""
    servers = metadata.servers or (metadata.issuer,)
    if wanted.server is not None:
        if wanted.server not in servers:
            raise ContentError(Code.OFFER_SERVER)
        servers = (wanted.server,)
    failure: TransportError | None = None
    for name in servers:
        try:
            described = yield from fetch_metadata(name)
        except TransportError as cause:
            failure = cause
            continue
        if wanted.grant.value in (described.grant_types or _DEFAULT_GRANTS):
            return described
    raise failure or UnsupportedError(Code.OFFER_GRANT)


def _check_policy(setup: WalletSetup, counterpart: Counterpart, grant: GrantType) -> None:
    """Refuse a server that lacks what the policy demands, before anything is told to it."""
    policy, server = setup.policy, counterpart.server
    lacking = {
        "token_endpoint": server.token_endpoint is None,
        "dpop": policy.dpop_required and not _takes_dpop(setup, server),
        "client attestation": policy.client_attestation_required and not _takes_attested(server),
        "nonce_endpoint": counterpart.metadata.nonce_endpoint is None
        and policy.key_attestation_required,
    }
    if grant is GrantType.AUTHORIZATION_CODE:
        lacking |= {
            "authorization_endpoint": server.authorization_endpoint is None,
            "pushed requests": policy.push_required and server.pushed_endpoint is None,
            "iss": policy.iss_required and not server.names_itself,
            "S256": pkce.METHOD not in (server.code_challenge_methods or ()),
        }
    if grant not in policy.grants:
        raise UnsupportedError(Code.OFFER_GRANT)
    for name, is_lacking in lacking.items():
        if is_lacking:
            raise UnsupportedError(Code.ISSUANCE_PROFILE, name)


def _takes_dpop(setup: WalletSetup, server: ServerMetadata) -> bool:
    return setup.dpop is not None and setup.dpop.alg.jose in (server.dpop_algs or ())


def _takes_attested(server: ServerMetadata) -> bool:
    return client_attestation.METHOD in (server.token_auth_methods or ())
