"""Credentials for a wallet: proofs by its keys, sealed messages, deferral, news (8 to 11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeAlias, final

from krid._core import limits
from krid.errors import (
    Code,
    ContentError,
    MalformedError,
    MisuseError,
    RejectedError,
    UnsupportedError,
)
from krid.exchange import IssuedCredential
from krid.keys import Curve, LocalKey, Signer
from krid.net import Flow, Response
from krid.openid.oauth import dpop
from krid.openid.oauth.http import JSON, JWT
from krid.openid.oauth.refusal import OauthError
from krid.openid.vci.configuration import CredentialConfiguration
from krid.openid.vci.credential_request import (
    ByConfiguration,
    ByIdentifier,
    CredentialName,
    CredentialRequest,
    DeferredRequest,
)
from krid.openid.vci.credential_response import (
    CredentialsLater,
    from_wire,
    parse_credential_response,
)
from krid.openid.vci.encryption import ALG, EncryptionKey, ResponseEncryption, common_enc, opened
from krid.openid.vci.issuer_metadata import IssuerMetadata
from krid.openid.vci.messages import Event, NonceResponse, Notification
from krid.openid.vci.wallet.ask import Ask, ask
from krid.openid.vci.wallet.prove import prove
from krid.openid.vci.wallet.setup import Session, WalletSetup


@final
@dataclass(frozen=True, slots=True)
class Received:
    """Credentials as an issuer handed them over: `Wallet.add` verifies each and keeps it.

    `notification_id` is what to tell the issuer about, None where it wants no news.
    """

    configuration: str
    credentials: tuple[IssuedCredential, ...]
    notification_id: str | None = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Deferred:
    """Not ready: ask again with this after `interval`. `count` is how many keys wait."""

    configuration: str
    transaction_id: str = field(repr=False)
    interval: timedelta
    count: int


Outcome: TypeAlias = Received | Deferred


def request_credentials(
    setup: WalletSetup,
    session: Session,
    configuration: str,
    *,
    keys: Sequence[Signer],
    dataset: str | None = None,
) -> Flow[Outcome]:
    """Ask for credentials of one kind, one for each key (section 8).

    `dataset` is one of the identifiers of the token response; without it, the first of this kind.
    No keys for credentials that are bound to none. When the issuer does not take the nonce, a
    fresh one is tried once.

    Raises:
        ContentError: `offer.configuration`, `issuance.identifier`.
        MisuseError: `misuse.option` for more keys than the issuer takes at once, or one twice.
        UnsupportedError: `issuance.proof_type`, `issuance.encryption`, `issuance.profile`.
        MalformedError: `issuance.response`, `oauth.response`.
        RejectedError: `oauth.refused`, with the error as detail, and the `jwe.*` codes.
        TransportError: the issuer could not be asked.
    """
    metadata = session.counterpart.metadata
    described = metadata.configuration(configuration)
    _check_keys(metadata, described, keys)
    name = _name(session, configuration, dataset)
    order = _Order(name, configuration, described, tuple(keys))
    try:
        return (yield from _ordered(setup, session, order))
    except RejectedError as refusal:
        if refusal.detail != OauthError.INVALID_NONCE:
            raise
    return (yield from _ordered(setup, session, order))


def ask_again(setup: WalletSetup, session: Session, deferred: Deferred) -> Flow[Outcome]:
    """Ask for credentials that were not ready (section 9); waiting before is for the caller.

    Raises:
        UnsupportedError: `issuance.transaction` for an issuer that defers nothing.
        MalformedError: `issuance.response`, `oauth.response`.
        RejectedError: `oauth.refused`, with the error as detail: with `credential_request_denied`
            or `invalid_transaction_id` it is no use to ask again.
        TransportError: the issuer could not be asked.
    """
    metadata = session.counterpart.metadata
    if metadata.deferred_endpoint is None:
        raise UnsupportedError(Code.ISSUANCE_TRANSACTION)
    sealing = _sealing(metadata)
    request = DeferredRequest(deferred.transaction_id, sealing and sealing.asked)
    response = yield from _sent(setup, session, metadata.deferred_endpoint, request.encode(), None)
    outcome = _read(session, response, sealing, deferred.configuration, deferred.count)
    if isinstance(outcome, Deferred) and outcome.transaction_id != deferred.transaction_id:
        raise MalformedError(Code.ISSUANCE_RESPONSE, "transaction_id")
    return outcome


def notify(setup: WalletSetup, session: Session, notification_id: str, event: Event) -> Flow[None]:
    """Tell the issuer what became of the credentials of one response (section 11).

    Raises:
        UnsupportedError: `issuance.notification` for an issuer that wants no news.
        RejectedError: `oauth.refused`.
        TransportError: the issuer could not be asked.
    """
    endpoint = session.counterpart.metadata.notification_endpoint
    if endpoint is None:
        raise UnsupportedError(Code.ISSUANCE_NOTIFICATION)
    body = Notification(notification_id, event).encode()
    yield from ask(setup, Ask.with_token(endpoint, session, body))


@final
@dataclass(frozen=True, slots=True)
class _Order:
    name: CredentialName
    configuration: str
    described: CredentialConfiguration
    keys: tuple[Signer, ...]


@final
@dataclass(frozen=True, slots=True)
class _Sealing:
    """A key for one answer, and what the request says of it."""

    key: LocalKey
    asked: ResponseEncryption


def _ordered(setup: WalletSetup, session: Session, order: _Order) -> Flow[Outcome]:
    metadata = session.counterpart.metadata
    nonce = dpop_nonce = None
    if order.described.proofs and metadata.nonce_endpoint is not None:
        response = yield from ask(setup, Ask(url=metadata.nonce_endpoint))
        nonce = NonceResponse.parse(response.body).nonce
        dpop_nonce = response.header(dpop.NONCE_HEADER) or None
    proofs = None
    if order.described.proofs:
        proofs = yield from prove(setup, session, order.described, order.keys, nonce)
    sealing = _sealing(metadata)
    request = CredentialRequest(order.name, proofs, sealing and sealing.asked)
    response = yield from _sent(
        setup, session, metadata.credential_endpoint, request.encode(), dpop_nonce
    )
    return _read(session, response, sealing, order.configuration, max(1, len(order.keys)))


def _sent(
    setup: WalletSetup, session: Session, url: str, content: bytes, dpop_nonce: str | None
) -> Flow[Response]:
    """Send a request to the issuer, sealed wherever it takes that (section 10)."""
    encryption = session.counterpart.metadata.request_encryption
    media_type = JSON
    if encryption is not None and encryption.keys:
        content, media_type = encryption.seal(content).encode("ascii"), JWT
    elif encryption is not None and encryption.required:
        raise UnsupportedError(Code.ISSUANCE_ENCRYPTION)
    wanted = Ask.with_token(url, session, content, media_type=media_type)
    sized = replace(wanted, nonce=dpop_nonce, max_bytes=limits.MAX_CREDENTIAL_RESPONSE_BYTES)
    return (yield from ask(setup, sized))


def _sealing(metadata: IssuerMetadata) -> _Sealing | None:
    """Make a key to seal one answer for, where the issuer seals, and can be told in secret.

    Raises:
        UnsupportedError: `issuance.encryption` for an issuer that insists on what krid, or the
            standard, can't do.
    """
    support, requests = metadata.response_encryption, metadata.request_encryption
    if support is None:
        return None
    if requests is None or not requests.keys or ALG not in support.algs:
        if support.required:
            raise UnsupportedError(Code.ISSUANCE_ENCRYPTION)
        return None
    key = LocalKey.generate_on(Curve.P256)
    asked = ResponseEncryption(EncryptionKey.of_key(key.public_key), common_enc(support.encs))
    return _Sealing(key, asked)


def _read(
    session: Session,
    response: Response,
    sealing: _Sealing | None,
    configuration: str,
    count: int,
) -> Outcome:
    """Read an answer: sealed if and only if it was to be, and for no more keys than were shown."""
    expected = JSON if sealing is None else JWT
    if response.media_type != expected:
        raise MalformedError(Code.ISSUANCE_ENCRYPTION)
    body = response.body
    if sealing is not None:
        body = opened(body, key=sealing.key, encs=(sealing.asked.enc.value,))
    answer = parse_credential_response(body)
    if isinstance(answer, CredentialsLater):
        return Deferred(configuration, answer.transaction_id, answer.interval, count)
    if len(answer.credentials) > count:
        raise MalformedError(Code.ISSUANCE_RESPONSE, "more credentials than keys")
    format_name = session.counterpart.metadata.configuration(configuration).format
    credentials = tuple(from_wire(each, format_name) for each in answer.credentials)
    return Received(configuration, credentials, answer.notification_id)


def _check_keys(
    metadata: IssuerMetadata, described: CredentialConfiguration, keys: Sequence[Signer]
) -> None:
    publics = [key.public_key for key in keys]
    most = (metadata.batch_size or 1) if described.proofs else 0
    if len(publics) > most or len(set(publics)) != len(publics):
        raise MisuseError(Code.MISUSE_OPTION, "keys")
    if described.proofs and not publics:
        raise MisuseError(Code.MISUSE_OPTION, "keys")


def _name(session: Session, configuration: str, dataset: str | None) -> CredentialName:
    """Name a credential as the token response lets us (section 3.3.4)."""
    details = {each.configuration: each.identifiers for each in session.tokens.details}
    identifiers = details.get(configuration)
    if identifiers is None:
        if dataset is not None:
            raise ContentError(Code.ISSUANCE_IDENTIFIER)
        return ByConfiguration(configuration)
    if dataset is not None and dataset not in identifiers:
        raise ContentError(Code.ISSUANCE_IDENTIFIER)
    return ByIdentifier(dataset or identifiers[0])
