"""Making credential offers (section 4), and handing out those that go by reference."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Literal, final

from krid._core import limits
from krid._core.arguments import typed
from krid._core.redact import Secret
from krid.errors import Code, MalformedError, MisuseError
from krid.openid.oauth.http import Call, Reply
from krid.openid.oauth.refusal import OauthError, RefusalError
from krid.openid.oauth.store import Kind, fingerprint, new_secret
from krid.openid.vci.offer import (
    CodeOffer,
    CredentialOffer,
    GrantType,
    OfferReference,
    PreAuthorizedOffer,
    TxCode,
)
from krid.openid.vci.server.records import Grant, OfferContext
from krid.openid.vci.server.setup import IssuerSetup

OFFERS: Final = "offers/"


@final
class TypedCode(Secret):
    """A transaction code, which reaches the person by another way than the offer."""

    __slots__ = ()


@final
@dataclass(frozen=True, slots=True)
class RequiredTxCode:
    """The code that a person must type, and how the offer describes it."""

    value: TypedCode
    description: TxCode = field(default=TxCode())


class NoTxCode(Enum):
    """The type of `NO_TX_CODE`."""

    NO_TX_CODE = "no transaction code"


NO_TX_CODE: Final[Literal[NoTxCode.NO_TX_CODE]] = NoTxCode.NO_TX_CODE
"""Nothing to type: whoever has the offer may redeem it, so it must reach the person alone."""


def offer_pre_authorized(
    setup: IssuerSetup,
    *,
    subject: str,
    configurations: Sequence[str],
    tx_code: RequiredTxCode | NoTxCode,
) -> CredentialOffer:
    """Offer credentials to a person who was authenticated already, such as at an office.

    Whoever has the offer can redeem it, once, within `lifetimes.offer`; with a transaction code,
    only who knows that too. NO_TX_CODE is for an offer that nobody else can see.

    Raises:
        MisuseError: `misuse.option` for a configuration that is not issued, or a grant that the
            policy does not have; `misuse.type` for None in the place of NO_TX_CODE.
        StoreError: `oauth.busy`.
    """
    typed("tx_code", tx_code, RequiredTxCode, NoTxCode)
    _check(setup, configurations, GrantType.PRE_AUTHORIZED_CODE)
    code, now = new_secret(setup.entropy), setup.now
    expires = now + setup.lifetimes.offer
    grant = Grant(
        family=new_secret(setup.entropy),
        subject=subject,
        configurations=tuple(configurations),
        expires=expires,
        tx_code=None if tx_code is NO_TX_CODE else tx_code_digest(code, tx_code.value),
        tries=limits.MAX_TX_CODE_TRIES,
    )
    setup.store.put(
        Kind.PRE_AUTHORIZED, setup.place(code), grant.encode(), expires=expires, now=now
    )
    described = None if tx_code is NO_TX_CODE else tx_code.description
    return CredentialOffer(
        issuer=setup.identifier,
        configurations=tuple(configurations),
        pre_authorized=PreAuthorizedOffer(code, described),
    )


def offer_authorization(
    setup: IssuerSetup, *, subject: str | None, configurations: Sequence[str]
) -> CredentialOffer:
    """Offer credentials to whoever then authenticates; with a `subject`, to this person alone.

    Raises:
        MisuseError: `misuse.option`.
        StoreError: `oauth.busy`.
    """
    _check(setup, configurations, GrantType.AUTHORIZATION_CODE)
    state, now = new_secret(setup.entropy), setup.now
    context = OfferContext(subject, tuple(configurations))
    setup.store.put(
        Kind.ISSUER_STATE,
        setup.place(state),
        context.encode(),
        expires=now + setup.lifetimes.offer,
        now=now,
    )
    return CredentialOffer(
        issuer=setup.identifier,
        configurations=tuple(configurations),
        authorization_code=CodeOffer(state),
    )


def publish_offer(setup: IssuerSetup, offer: CredentialOffer) -> OfferReference:
    """Keep an offer at an address that nobody can guess, for QR codes that are too small for it.

    The offer is kept as it is, with its pre-authorized code, until it expires.

    Raises:
        StoreError: `oauth.busy`.
    """
    name, now = new_secret(setup.entropy), setup.now
    setup.store.put(
        Kind.OFFER,
        setup.place(name),
        offer.encode(),
        expires=now + setup.lifetimes.offer,
        now=now,
    )
    return OfferReference(setup.url(f"{OFFERS}{name}"))


def published_offer(setup: IssuerSetup, call: Call) -> Reply:
    """Answer a wallet that follows a reference (section 4.1.3).

    Raises:
        RefusalError: `invalid_request` when there is no such offer, or no longer.
    """
    name = call.path.rpartition("/")[2]
    record = setup.store.get(Kind.OFFER, setup.place(name), now=setup.now)
    if record is None:
        raise RefusalError(Code.OFFER_GRANT, error=OauthError.INVALID_REQUEST)
    return Reply(200, {"Content-Type": "application/json", "Cache-Control": "no-store"}, record)


def tx_code_digest(code: str, tx_code: Secret) -> str:
    """Return what is stored of a transaction code.

    It is digested together with the pre-authorized code, which is not stored: four digits alone
    could be tried out by whoever reads the store.
    """
    try:
        text = tx_code.reveal().decode("utf-8")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.OFFER_TX_CODE) from cause
    return fingerprint(f"{code} {text}")


def _check(setup: IssuerSetup, configurations: Sequence[str], grant: GrantType) -> None:
    if grant not in setup.policy.grants:
        raise MisuseError(Code.MISUSE_OPTION, "a grant that the policy does not have")
    if not configurations or not setup.offerings.keys() >= set(configurations):
        raise MisuseError(Code.MISUSE_OPTION, "a credential that is not issued")
    if len(set(configurations)) != len(configurations):
        raise MisuseError(Code.MISUSE_OPTION, "a credential twice")
