"""Opening requests and sealing answers at the endpoints that issue (section 10)."""

from krid._core import limits
from krid.errors import Code, MalformedError
from krid.openid.oauth.http import JSON, JWT, Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing
from krid.openid.vci.credential_response import CredentialResponse, encode_credential_response
from krid.openid.vci.encryption import ResponseEncryption, opened
from krid.openid.vci.server.metadata import ENCS
from krid.openid.vci.server.setup import IssuerSetup


def body_of(setup: IssuerSetup, call: Call) -> bytes:
    """Return the JSON of a request, decrypted where it was sealed.

    Raises:
        RefusalError: `invalid_credential_request` or `invalid_encryption_parameters`.
    """
    with refusing(OauthError.INVALID_CREDENTIAL_REQUEST):
        media_type = call.media_type
        if len(call.body) > limits.MAX_CREDENTIAL_REQUEST_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        if media_type not in {JSON, JWT}:
            raise MalformedError(Code.ISSUANCE_REQUEST, "content-type")
    if media_type == JWT:
        return _opened(setup, call.body)
    if setup.sealing is not None and setup.sealing.requests_required:
        raise _unsealed()
    return call.body


def check_sealing(setup: IssuerSetup, call: Call, encryption: ResponseEncryption | None) -> None:
    """Check that an answer can be sealed as asked, and is where it must be (section 8.2).

    Raises:
        RefusalError: `invalid_encryption_parameters`.
    """
    if encryption is None:
        if setup.sealing is not None and setup.sealing.responses_required:
            raise _unsealed()
        return
    # Somebody between wallet and issuer could put a key of their own into an open request.
    if setup.sealing is None or call.media_type != JWT:
        raise _unsealed()


def sealed_reply(
    response: CredentialResponse, encryption: ResponseEncryption | None, *, status: int
) -> Reply:
    """Answer in JSON, or in a JWE for the wallet's key."""
    if encryption is None:
        return Reply.of_json(response.to_members(), status=status)
    return Reply.of_jwt(encryption.seal(encode_credential_response(response)), status=status)


def _opened(setup: IssuerSetup, body: bytes) -> bytes:
    if setup.sealing is None:
        raise _unsealed()
    with refusing(OauthError.INVALID_ENCRYPTION_PARAMETERS):
        return opened(body, key=setup.sealing.key, encs=ENCS)


def _unsealed() -> RefusalError:
    return RefusalError(Code.ISSUANCE_ENCRYPTION, error=OauthError.INVALID_ENCRYPTION_PARAMETERS)
