"""mdoc reader authentication: the reader proves who asks, for this session (section 9.1.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid import cose
from krid._core import cbor, limits, times
from krid._core.cbor import Embedded
from krid.cose import Placement, Sign1
from krid.errors import Code, MisuseError, TrustError, UnsupportedError
from krid.keys import Alg, Prepared, PublicKey
from krid.mdoc.model import SIGNING_ALGS
from krid.mdoc.request import DeviceRequest, DocRequest, ItemsRequest
from krid.mdoc.transcript import SessionTranscript
from krid.model import IssuerHint, IssuerKeys

READER_FORMAT: Final = "mdoc-reader"
"""Under this format a source of trust is asked for a reader's key; the type is the doctype."""


@final
@dataclass(frozen=True, slots=True)
class VerifiedDocRequest:
    """A request for one document, and who proved to make it. Made by `verify_request` alone.

    `path` is how the trust in the reader came about. `key` verified its signature, and
    `certificates` are those that it showed, its own first: that `key` is the one certified there
    is for the source of trust to see to.
    """

    items: ItemsRequest
    reader: str
    path: str
    key: PublicKey
    certificates: tuple[bytes, ...] = field(repr=False)


def prepare_doc_request(
    items: ItemsRequest,
    *,
    transcript: SessionTranscript,
    alg: Alg,
    certificates: Sequence[bytes],
) -> Prepared[DocRequest]:
    """Make a request for one document that lacks only the reader's signature.

    `certificates` are DER, the reader's first, without the anchor; that the signature will verify
    with the first one is not checked.

    Raises:
        MisuseError: `alg.not_allowed`; `mdoc.reader_auth` for no certificate or too many.
    """
    if alg not in SIGNING_ALGS:
        raise MisuseError(Code.ALG_NOT_ALLOWED, alg.jose)
    if not 1 <= len(certificates) <= limits.MAX_CHAIN_LENGTH:
        raise MisuseError(Code.MDOC_READER_AUTH, "x5chain")
    signature = cose.prepare(
        {},
        {cose.X5CHAIN: cose.x5chain_value(certificates)},
        reader_authentication(transcript, items),
        alg=alg,
        placement=Placement.DETACHED,
    )
    return signature.then(lambda auth: DocRequest(items, auth))


def verify_request(
    request: DeviceRequest,
    *,
    readers: IssuerKeys,
    transcript: SessionTranscript,
    now: datetime,
) -> tuple[VerifiedDocRequest, ...]:
    """Verify who makes each request; one that fails, fails them all.

    `readers` is asked with the format `READER_FORMAT`, and decides whom to believe. The standard
    lets a reader stay unknown; whether to answer one that did not pass here is for the holder to
    decide, and krid never takes such a request for a verified one. Whether certificates are
    revoked is for `readers` to look up. Not checked: whether all requests come from one reader.

    Raises:
        TrustError: `mdoc.reader_auth` for a request without a signature or certificate, or what
            `readers` refuses.
        SignatureError: `mdoc.reader_signature`.
        UnsupportedError: `alg.not_allowed` or `alg.key`.
        MalformedError: `cose.payload` when the payload is attached.
        MisuseError: `misuse.naive_time`.
    """
    times.aware(now)
    return tuple(_verify(each, readers, transcript, now) for each in request.doc_requests)


def reader_authentication(transcript: SessionTranscript, items: ItemsRequest) -> bytes:
    """Write ReaderAuthenticationBytes, which the reader signs (section 9.1.4.5).

    The transcript and the request enter as the bytes they came in.
    """
    array_of_three = b"\x83"
    context = cbor.encode("ReaderAuthentication")
    return Embedded.wrap(array_of_three + context + transcript.raw + items.embedded.raw).raw


def _verify(
    request: DocRequest, readers: IssuerKeys, transcript: SessionTranscript, now: datetime
) -> VerifiedDocRequest:
    auth = check_present(request.reader_auth)
    hint = IssuerHint(
        format=READER_FORMAT,
        type=request.items.doctype,
        alg=auth.alg,
        certificates=auth.x5chain(),
    )
    reader = readers.find(hint, now=now)
    authentic = reader_authentication(transcript, request.items)
    auth.verify(reader.public_key, payload=authentic, refusal=Code.MDOC_READER_SIGNATURE)
    return VerifiedDocRequest(
        request.items, reader.issuer, reader.path, reader.public_key, hint.certificates
    )


def check_present(auth: Sign1 | None) -> Sign1:
    """The reader signed, by an algorithm of the standard, and shows its certificate unprotected."""
    if auth is None:
        raise TrustError(Code.MDOC_READER_AUTH, "no signature")
    if auth.alg not in SIGNING_ALGS:
        raise UnsupportedError(Code.ALG_NOT_ALLOWED)
    if cose.X5CHAIN not in auth.headers.unprotected:
        raise TrustError(Code.MDOC_READER_AUTH, "x5chain")
    return auth
