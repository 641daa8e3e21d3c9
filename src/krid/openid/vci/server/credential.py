"""The credential, deferred and nonce endpoints (sections 7 to 9)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never, final

from krid.errors import Code, MisuseError
from krid.exchange import IssuedCredential
from krid.keys import PublicKey
from krid.model import BEARER, NO_STATUS, Bearer, OrderedStatus
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError, refusing
from krid.openid.oauth.store import Kind, new_secret
from krid.openid.vci.credential_request import (
    ByIdentifier,
    CredentialName,
    CredentialRequest,
    DeferredRequest,
    Proofs,
)
from krid.openid.vci.credential_response import CredentialsLater, CredentialsReady, to_wire
from krid.openid.vci.encryption import ResponseEncryption
from krid.openid.vci.proofs import ProofRules, verify_proofs
from krid.openid.vci.server.access import access
from krid.openid.vci.server.guard import fresh_dpop_nonce
from krid.openid.vci.server.ports import CredentialOrder, Denied, Later, Made, Ready
from krid.openid.vci.server.records import Grant, Noted, Transaction
from krid.openid.vci.server.sealed import body_of, check_sealing, sealed_reply
from krid.openid.vci.server.setup import IssuerSetup

CREDENTIAL: Final = "credential"
DEFERRED: Final = "deferred"
_C_NONCES: Final = "c_nonce"


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """What is about to be issued, and how the answer is to be sealed."""

    grant: Grant
    transaction: Transaction
    order: CredentialOrder
    encryption: ResponseEncryption | None


def nonce(setup: IssuerSetup, call: Call) -> Reply:  # noqa: ARG001  an endpoint
    """Hand out a nonce for key proofs, to anybody (section 7); nothing is remembered of it."""
    made = setup.nonces(_C_NONCES).make(now=setup.now, entropy=setup.entropy)
    return Reply.of_json({"c_nonce": made}, headers=fresh_dpop_nonce(setup))


def credential(setup: IssuerSetup, call: Call) -> Reply:
    """Issue credentials, one for each key that was proved, or say when to ask again (section 8).

    Raises:
        RefusalError: the errors of section 8.3.1, and those of `access`.
    """
    grant = access(setup, call, CREDENTIAL)
    body = body_of(setup, call)
    with refusing(OauthError.INVALID_CREDENTIAL_REQUEST):
        request = CredentialRequest.parse(body)
    check_sealing(setup, call, request.encryption)
    configuration, dataset = _named(setup, grant, request.credential)
    keys = _proved(setup, grant, configuration, request.proofs)
    transaction = Transaction(grant.family, configuration, dataset, keys)
    order = _order(grant, transaction, None)
    match setup.source.decide(order):
        case (Ready() | Made()) as ready:
            asked = _Asked(grant, transaction, order, request.encryption)
            return _issued(setup, asked, ready)
        case Later(interval):
            return _deferred(setup, transaction, interval, request.encryption)
        case Denied():
            raise _denied()
        case _ as never:
            assert_never(never)


def deferred(setup: IssuerSetup, call: Call) -> Reply:
    """Issue what was not ready before, or say again when to ask (section 9).

    Raises:
        RefusalError: the errors of section 9.3, and those of `access`.
    """
    grant = access(setup, call, DEFERRED)
    body = body_of(setup, call)
    with refusing(OauthError.INVALID_CREDENTIAL_REQUEST):
        request = DeferredRequest.parse(body)
    check_sealing(setup, call, request.encryption)
    name = request.transaction_id
    transaction = _open(setup, grant, name)
    order = _order(grant, transaction, name)
    match setup.source.decide(order):
        case (Ready() | Made()) as ready:
            asked = _Asked(grant, transaction, order, request.encryption)
            return _closed(setup, asked, ready)
        case Later(interval):
            return sealed_reply(CredentialsLater(name, interval), request.encryption, status=202)
        case Denied():
            setup.store.take(Kind.TRANSACTION, setup.place(name), now=setup.now)
            raise _denied()
        case _ as never:
            assert_never(never)


def _named(setup: IssuerSetup, grant: Grant, name: CredentialName) -> tuple[str, str]:
    """Find configuration and dataset; a token with datasets goes by these alone (section 8.2)."""
    if isinstance(name, ByIdentifier):
        for detail in grant.details:
            if name.name in detail.identifiers:
                return detail.configuration, name.name
        raise RefusalError(Code.ISSUANCE_IDENTIFIER, error=OauthError.UNKNOWN_CREDENTIAL_IDENTIFIER)
    if name.name not in setup.offerings:
        raise RefusalError(
            Code.ISSUANCE_CONFIGURATION, error=OauthError.UNKNOWN_CREDENTIAL_CONFIGURATION
        )
    if name.name in {detail.configuration for detail in grant.details}:
        raise RefusalError(Code.ISSUANCE_IDENTIFIER, error=OauthError.INVALID_CREDENTIAL_REQUEST)
    if name.name not in grant.configurations:
        raise RefusalError(Code.ISSUANCE_SCOPE, error=OauthError.INSUFFICIENT_SCOPE)
    datasets = setup.source.datasets(grant.subject, name.name)
    if not datasets:
        raise _denied()
    return name.name, datasets[0]


def _proved(
    setup: IssuerSetup, grant: Grant, name: str, proofs: Proofs | None
) -> tuple[PublicKey, ...]:
    """Verify the key proofs and burn their nonce; no keys where credentials are bound to none."""
    configuration = setup.offerings[name].configuration
    if not configuration.proofs:
        if proofs is not None:
            raise RefusalError(Code.ISSUANCE_PROOF_TYPE, error=OauthError.INVALID_PROOF)
        return ()
    if proofs is None:
        raise RefusalError(Code.ISSUANCE_PROOF, error=OauthError.INVALID_PROOF)
    rules = ProofRules(
        audience=setup.identifier,
        client_id=grant.client_id,
        policy=setup.policy,
        trust=setup.trust,
        now=setup.now,
    )
    with refusing(OauthError.INVALID_PROOF):
        proved = verify_proofs(proofs, configuration, rules)
    if len(proved.keys) > setup.batch_size:
        raise RefusalError(Code.ISSUANCE_BATCH, error=OauthError.INVALID_PROOF)
    _burn(setup, proved.nonce)
    return proved.keys


def _burn(setup: IssuerSetup, text: str) -> None:
    """Check that a nonce is ours and not used, and use it up (section 13.8)."""
    with refusing(OauthError.INVALID_NONCE):
        ends = setup.nonces(_C_NONCES).check(text, now=setup.now, refusal=Code.PROOF_NONCE)
    used = setup.place(text)
    if not setup.store.claim(Kind.USED_NONCE, used, expires=ends, now=setup.now):
        raise RefusalError(Code.PROOF_NONCE, error=OauthError.INVALID_NONCE)


def _order(grant: Grant, transaction: Transaction, name: str | None) -> CredentialOrder:
    wishes = [each.claims for each in grant.details if transaction.dataset in each.identifiers]
    return CredentialOrder(
        subject=grant.subject,
        configuration=transaction.configuration,
        dataset=transaction.dataset,
        claims=wishes[0] if wishes else (),
        count=len(transaction.keys) or 1,
        transaction_id=name,
        keys=transaction.keys,
    )


def _issued(setup: IssuerSetup, asked: _Asked, ready: Ready | Made) -> Reply:
    """Sign a credential for each key, all of them or none, and leave nothing behind on failure."""
    told, now = new_secret(setup.entropy), setup.now
    place = setup.place(told)
    allotted: list[OrderedStatus] = []
    noted = Noted(asked.grant.family, asked.grant.subject, asked.transaction.configuration)
    expires = now + setup.lifetimes.notification
    try:
        setup.store.put(Kind.NOTIFICATION, place, noted.encode(), expires=expires, now=now)
        signed = _all_signed(setup, asked, ready, allotted)
        return sealed_reply(CredentialsReady(to_wire(signed), told), asked.encryption, status=200)
    except BaseException:
        setup.store.take(Kind.NOTIFICATION, place, now=now)
        for status in allotted:
            setup.statuses.give_back(status)
        raise


def _all_signed(
    setup: IssuerSetup, asked: _Asked, ready: Ready | Made, allotted: list[OrderedStatus]
) -> list[IssuedCredential]:
    if isinstance(ready, Made):
        if len(ready.credentials) != asked.order.count:
            raise MisuseError(Code.MISUSE_OPTION, "as many credentials as keys")
        return list(ready.credentials)
    return [
        _signed(setup, asked.order, ready, holder, allotted)
        for holder in asked.transaction.keys or (BEARER,)
    ]


def _signed(
    setup: IssuerSetup,
    order: CredentialOrder,
    ready: Ready,
    holder: PublicKey | Bearer,
    allotted: list[OrderedStatus],
) -> IssuedCredential:
    """Sign one credential, with a status of its own that is noted in `allotted`."""
    offering = setup.offerings[order.configuration]
    status = setup.statuses.allot(order)
    if status is not NO_STATUS:
        allotted.append(status)
    return offering.issuer.issue(
        offering.configuration.format,
        type=offering.type,
        claims=offering.completed(ready.claims),
        holder=holder,
        lifetime=ready.lifetime,
        status=status,
    )


def _deferred(
    setup: IssuerSetup,
    transaction: Transaction,
    interval: timedelta,
    encryption: ResponseEncryption | None,
) -> Reply:
    name, now = new_secret(setup.entropy), setup.now
    setup.store.put(
        Kind.TRANSACTION,
        setup.place(name),
        transaction.encode(),
        expires=now + setup.lifetimes.deferred,
        now=now,
    )
    return sealed_reply(CredentialsLater(name, interval), encryption, status=202)


def _open(setup: IssuerSetup, grant: Grant, name: str) -> Transaction:
    """Find a transaction that this token may ask for: it must come of the same consent."""
    record = setup.store.get(Kind.TRANSACTION, setup.place(name), now=setup.now)
    transaction = None if record is None else Transaction.decode(record)
    if transaction is None or transaction.family != grant.family:
        raise _unknown()
    return transaction


def _closed(setup: IssuerSetup, asked: _Asked, ready: Ready | Made) -> Reply:
    """Use a transaction up and issue; of two who ask at once, one gets the credentials.

    When issuing fails, the wallet may ask again.
    """
    place = setup.place(asked.order.transaction_id or "")
    if setup.store.take(Kind.TRANSACTION, place, now=setup.now) is None:
        raise _unknown()
    try:
        return _issued(setup, asked, ready)
    except BaseException:
        expires = setup.now + setup.lifetimes.deferred
        record = asked.transaction.encode()
        setup.store.put(Kind.TRANSACTION, place, record, expires=expires, now=setup.now)
        raise


def _unknown() -> RefusalError:
    return RefusalError(Code.ISSUANCE_TRANSACTION, error=OauthError.INVALID_TRANSACTION_ID)


def _denied() -> RefusalError:
    return RefusalError(Code.ISSUANCE_DENIED, error=OauthError.CREDENTIAL_REQUEST_DENIED)
