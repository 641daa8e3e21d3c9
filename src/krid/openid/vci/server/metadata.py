"""What an issuer says about itself: metadata of issuer and authorization server (section 12)."""

from typing import Final

from krid.jose import Enc
from krid.openid.oauth import client_attestation
from krid.openid.oauth.http import JSON, JWT, Call, Reply
from krid.openid.oauth.pkce import METHOD as S256
from krid.openid.oauth.server_metadata import ServerMetadata
from krid.openid.vci.authorization_details import TYPE
from krid.openid.vci.encryption import (
    ALG,
    EncryptionKey,
    RequestEncryption,
    ResponseEncryptionSupport,
)
from krid.openid.vci.issuer_metadata import IssuerMetadata
from krid.openid.vci.offer import GrantType
from krid.openid.vci.server.setup import IssuerSetup
from krid.openid.vci.signed_metadata import prepare_signed_metadata

ENCS: Final = (Enc.A256GCM.value, Enc.A128GCM.value)


def issuer_metadata(setup: IssuerSetup) -> IssuerMetadata:
    """Describe the issuer (section 12.2)."""
    sealing = setup.sealing
    requests = responses = None
    if sealing is not None:
        key = EncryptionKey.of_key(sealing.key.public_key)
        requests = RequestEncryption((key,), ENCS, sealing.requests_required)
        responses = ResponseEncryptionSupport((ALG,), ENCS, sealing.responses_required)
    return IssuerMetadata(
        issuer=setup.identifier,
        credential_endpoint=setup.url("credential"),
        configurations={name: each.configuration for name, each in setup.offerings.items()},
        nonce_endpoint=setup.url("nonce"),
        deferred_endpoint=setup.url("deferred"),
        notification_endpoint=setup.url("notification"),
        request_encryption=requests,
        response_encryption=responses,
        batch_size=setup.batch_size if setup.batch_size > 1 else None,
        display=setup.display,
    )


def server_metadata(setup: IssuerSetup) -> ServerMetadata:
    """Describe the authorization server (RFC 8414; section 12.3)."""
    by_browser = GrantType.AUTHORIZATION_CODE in setup.policy.grants and setup.people is not None
    scopes = sorted({each.configuration.scope or "" for each in setup.offerings.values()} - {""})
    algs = setup.policy.alg_names
    return ServerMetadata(
        issuer=setup.identifier,
        authorization_endpoint=setup.url("authorize") if by_browser else None,
        token_endpoint=setup.url("token"),
        pushed_endpoint=setup.url("par") if by_browser else None,
        challenge_endpoint=setup.url("challenge") if setup.policy.challenge_required else None,
        grant_types=_grant_types(setup),
        response_types=("code",) if by_browser else None,
        scopes=tuple(scopes) or None,
        code_challenge_methods=(S256,) if by_browser else None,
        token_auth_methods=_auth_methods(setup),
        dpop_algs=algs,
        attestation_algs=algs,
        attestation_pop_algs=algs,
        details_types=(TYPE,),
        push_required=setup.policy.push_required and by_browser,
        names_itself=by_browser,
        anonymous_grant=setup.anonymous_grant,
    )


def issuer_metadata_reply(setup: IssuerSetup, call: Call) -> Reply:
    """Answer with the metadata in JSON or, where that is asked for and possible, signed."""
    metadata = issuer_metadata(setup)
    signing = setup.metadata_signer
    if signing is None or not call.accepts(JWT):
        return Reply(200, {"Content-Type": JSON}, metadata.encode())
    prepared = prepare_signed_metadata(
        metadata,
        signing.signer,
        certificates=signing.certificates,
        now=setup.now,
        lifetime=signing.lifetime,
    )
    return Reply.of_jwt(prepared.sign_with(signing.signer))


def server_metadata_reply(setup: IssuerSetup, call: Call) -> Reply:  # noqa: ARG001  an endpoint
    """Answer with the metadata of the authorization server."""
    return Reply(200, {"Content-Type": JSON}, server_metadata(setup).encode())


def _grant_types(setup: IssuerSetup) -> tuple[str, ...]:
    granted = [grant.value for grant in GrantType if grant in setup.policy.grants]
    return (*granted, GrantType.REFRESH_TOKEN.value) if setup.lifetimes.refresh else tuple(granted)


def _auth_methods(setup: IssuerSetup) -> tuple[str, ...]:
    attested = (client_attestation.METHOD, client_attestation.METHOD_WITH_DPOP)
    return attested if setup.policy.client_attestation_required else ("none", *attested)
