"""Access tokens at the endpoints that issue (RFC 6750, section 2.1; RFC 9449, section 7)."""

from dataclasses import dataclass
from typing import Final, final

from krid.errors import Code
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing, reply_to
from krid.openid.vci.server.guard import burn, dpop_proof, fresh_dpop_nonce
from krid.openid.vci.server.records import Grant
from krid.openid.vci.server.setup import IssuerSetup
from krid.openid.vci.server.token import granted

_BEARER: Final = "bearer"
_DPOP: Final = "dpop"
_OF_TOKENS: Final = frozenset(
    {
        OauthError.INVALID_TOKEN,
        OauthError.INSUFFICIENT_SCOPE,
        OauthError.INVALID_DPOP_PROOF,
        OauthError.USE_DPOP_NONCE,
    }
)


@final
@dataclass(frozen=True, slots=True, repr=False)
class _Shown:
    scheme: str
    token: str


def access(setup: IssuerSetup, call: Call, name: str) -> Grant:
    """Return what the access token of a request is good for.

    A token that is bound to a key works with a proof by this key alone, whatever scheme it comes
    with; one that is not is refused with the scheme DPoP.

    Raises:
        RefusalError: `invalid_token`, `invalid_dpop_proof`, `use_dpop_nonce`.
    """
    with refusing(OauthError.INVALID_TOKEN):
        shown = _shown(call)
    grant = granted(setup, shown.token)
    if grant is None:
        raise RefusalError(Code.OAUTH_TOKEN, error=OauthError.INVALID_TOKEN)
    if grant.dpop_key is None and shown.scheme == _BEARER:
        return grant
    proof = dpop_proof(setup, call, url=setup.url(name), access_token=shown.token)
    if proof is None or shown.scheme != _DPOP:
        raise RefusalError(Code.DPOP_MISSING, error=OauthError.INVALID_TOKEN)
    if proof.thumbprint != grant.dpop_key:
        raise RefusalError(Code.DPOP_KEY, error=OauthError.INVALID_TOKEN)
    burn(setup, proof)
    return grant


def challenged(setup: IssuerSetup, refusal: RefusalError) -> Reply:
    """Answer a refusal of an endpoint that needs a token (RFC 6750, section 3; RFC 9449, 7.1)."""
    headers = fresh_dpop_nonce(setup)
    reply = reply_to(refusal, headers=headers)
    if refusal.error not in _OF_TOKENS:
        return reply
    scheme = "DPoP" if setup.policy.dpop_required else "Bearer"
    said = f'{scheme} error="{refusal.error.value}"'
    if scheme == "DPoP":
        said += f', algs="{" ".join(setup.policy.alg_names)}"'
    status = 403 if refusal.error is OauthError.INSUFFICIENT_SCOPE else 401
    named = reply.with_headers({"WWW-Authenticate": said})
    return Reply(status, named.headers, named.body, refusal)


def _shown(call: Call) -> _Shown:
    scheme, _, token = (call.header("authorization") or "").partition(" ")
    if scheme.lower() not in {_BEARER, _DPOP} or not token:
        raise RefusalError(Code.OAUTH_TOKEN, "none", error=OauthError.INVALID_TOKEN)
    return _Shown(scheme.lower(), token.strip())
