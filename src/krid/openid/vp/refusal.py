"""Saying no to a request whose sender is known: the reason, and the error to send back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, final

from krid.errors import Code, ContentError, KridError, MisuseError
from krid.exchange import ResponseMode
from krid.openid.oauth.refusal import OauthError

_WORDS: Final[Mapping[Code, OauthError]] = {
    Code.REQUEST_FORMATS: OauthError.VP_FORMATS_NOT_SUPPORTED,
    Code.REQUEST_METHOD: OauthError.INVALID_REQUEST_URI_METHOD,
    Code.REQUEST_METADATA: OauthError.INVALID_CLIENT,
    Code.REQUEST_SCOPE: OauthError.INVALID_SCOPE,
    Code.TRANSACTION_SYNTAX: OauthError.INVALID_TRANSACTION_DATA,
    Code.TRANSACTION_TYPE: OauthError.INVALID_TRANSACTION_DATA,
    Code.TRANSACTION_CREDENTIAL: OauthError.INVALID_TRANSACTION_DATA,
    Code.TRANSACTION_FORMAT: OauthError.INVALID_TRANSACTION_DATA,
    Code.TRANSACTION_HASH: OauthError.INVALID_TRANSACTION_DATA,
    Code.TRANSACTION_UNBOUND: OauthError.INVALID_TRANSACTION_DATA,
}


def word_of(code: Code) -> OauthError:
    """Return the error on the wire for a reason to refuse a request (section 8.5).

    >>> str(word_of(Code.TRANSACTION_TYPE)), str(word_of(Code.REQUEST_SYNTAX))
    ('invalid_transaction_data', 'invalid_request')
    """
    return _WORDS.get(code, OauthError.INVALID_REQUEST)


@final
@dataclass(frozen=True, slots=True)
class WayBack:
    """Where an answer or an error goes, proved to belong to the sender of the request."""

    mode: ResponseMode
    address: str
    state: str = field(repr=False)


@final
class RequestRefusedError(ContentError):
    """A request of a known sender is refused: why, with which word, and where to say so.

    `back` is None where the request names no address that is the sender's. Nothing is sent by
    itself: hand the error to the wallet's `refuse`, or keep silent.
    """

    def __init__(
        self, code: Code, detail: str = "", *, error: OauthError, back: WayBack | None
    ) -> None:
        super().__init__(code, detail)
        self.error = error
        self.back = back

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with all that belongs to it."""
        return _refused, (self.code, self.detail, self.error, self.back)


def _refused(
    code: Code, detail: str, error: OauthError, back: WayBack | None
) -> RequestRefusedError:
    return RequestRefusedError(code, detail, error=error, back=back)


@contextmanager
def answerable(back: WayBack | None) -> Iterator[None]:
    """Turn every refusal inside into one that can be sent back."""
    try:
        yield
    except (RequestRefusedError, MisuseError):
        raise
    except KridError as cause:
        raise RequestRefusedError(
            cause.code, cause.detail, error=word_of(cause.code), back=back
        ) from cause
