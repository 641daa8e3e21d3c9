"""Beginning: a fresh request, what opens a wallet with it, and the secret of who began it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, final

from krid.errors import Code, MisuseError
from krid.exchange import Delivery, PresentationRequest, ResponseKey, ResponseMode
from krid.keys import Curve, LocalKey
from krid.model import Query, TransactionData
from krid.openid.oauth.store import Kind, fingerprint, new_secret
from krid.openid.vp import parameters
from krid.openid.vp.link import RequestMethod, RequestReference, link_of, link_to
from krid.openid.vp.server.records import Journey, Pending
from krid.openid.vp.server.setup import REQUEST, Identity, VerifierSetup
from krid.openid.vp.transaction_data import check_credentials

_WAITING: Final = b"{}"


@final
@dataclass(frozen=True, slots=True)
class Begun:
    """A request that was begun.

    `link` opens a wallet: as the address of a button on the same device, or as a QR code for
    another. `secret` is for the browser session that began it alone: keep it in a cookie that is
    HttpOnly, Secure and SameSite=Lax, or in the session of the web application, and never show
    it; whoever has it gets the answer.
    """

    link: str
    secret: str = field(repr=False)
    expires: datetime


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a verifier wants to ask."""

    query: Query
    purpose: str
    transactions: tuple[TransactionData, ...] = ()


def begin(setup: VerifierSetup, wish: Wish, *, journey: Journey) -> Begun:
    """Open a session and return what opens a wallet.

    Raises:
        MisuseError: `misuse.purpose`, `misuse.format`, `misuse.option`.
        UnsupportedError: `transaction.credential`.
        StoreError: what the store raises.
    """
    if journey is Journey.SAME_DEVICE and setup.page is None:
        raise MisuseError(Code.MISUSE_OPTION, "page")
    if setup.mode is ResponseMode.FRAGMENT and journey is Journey.CROSS_DEVICE:
        raise MisuseError(Code.MISUSE_OPTION, "mode")
    state, secret = new_secret(setup.entropy), new_secret(setup.entropy)
    request, key = fresh_request(setup, wish, state=state, mode=setup.mode, origin=None)
    pending = Pending.begun(request, journey, setup.browser(secret), key)
    place = fingerprint(state) if setup.mode.is_posted else pending.browser
    keep(setup, place, pending)
    link = _link(setup, request, place)
    return Begun(link, secret, request.expires)


def fresh_request(
    setup: VerifierSetup, wish: Wish, *, state: str, mode: ResponseMode, origin: str | None
) -> tuple[PresentationRequest, LocalKey | None]:
    """Make a request with a nonce of its own and, where the answer is sealed, a key of its own.

    The key goes by the digest of the state, by which the answer finds its request.
    """
    check_wish(setup, wish)
    key = LocalKey.generate_on(Curve.P256) if mode.is_sealed else None
    sealing = None
    if key is not None:
        sealing = ResponseKey(key.public_key, fingerprint(state), setup.policy.encs)
    request = PresentationRequest(
        client_id=setup.identity.client_id,
        nonce=new_secret(setup.entropy),
        state=state,
        response_uri=setup.response_uri if origin is None else "",
        query=wish.query,
        purpose=wish.purpose,
        expires=setup.now + setup.lifetimes.request,
        attestations=setup.identity.attestations,
        delivery=Delivery(mode, sealing),
        transactions=wish.transactions,
        origin=origin,
    )
    return request, key


def check_wish(setup: VerifierSetup, wish: Wish) -> None:
    """Check that a verifier may ask this.

    Raises:
        MisuseError: `misuse.purpose`, `misuse.format`, `misuse.option`.
        UnsupportedError: `transaction.credential`.
    """
    if not wish.purpose.strip():
        raise MisuseError(Code.MISUSE_PURPOSE)
    for each in wish.query.credentials:
        setup.profile.check_format(each.format)
    known = {each.name: each for each in setup.transaction_types}
    for one in wish.transactions:
        if one.type not in known:
            raise MisuseError(Code.MISUSE_OPTION, "transaction type")
        check_credentials(one, known[one.type], wish.query)


def keep(setup: VerifierSetup, place: str, pending: Pending) -> None:
    """Write down a request under a key, and that a browser waits for its answer.

    Raises:
        StoreError: what the store raises.
    """
    now, ends = setup.now, pending.request.expires
    setup.store.put(Kind.PRESENTATION, place, pending.encode(), expires=ends, now=now)
    setup.store.put(
        Kind.WAITING, pending.browser, _WAITING, expires=ends + setup.lifetimes.outcome, now=now
    )


def _link(setup: VerifierSetup, request: PresentationRequest, place: str) -> str:
    identity: Identity = setup.identity
    if identity.signer is None:
        return link_of(setup.wallet, parameters.encode(request, algs=setup.profile.algs))
    name = new_secret(setup.entropy)
    setup.store.put(
        Kind.REQUEST_OBJECT,
        fingerprint(name),
        place.encode("ascii"),
        expires=request.expires,
        now=setup.now,
    )
    reference = RequestReference(
        identity.client_id, f"{setup.address(REQUEST)}/{name}", RequestMethod.POST
    )
    return link_to(setup.wallet, reference)
