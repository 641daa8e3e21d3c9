"""The pages of an authorization: who asks for what, who you are, and your decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final
from urllib.parse import urlsplit

from krid.errors import Code, ContentError, StoreError
from krid.openid.oauth import Reply
from krid.openid.vci import CodeOffer, CredentialOffer
from krid.openid.vci.server import CredentialIssuer
from krid.web.asking.texts import TEXTS as ASKING
from krid.web.login.people import PATH, AtLogin, Question
from krid.web.login.ports import Granting, LoggedIn, Login
from krid.web.login.texts import TEXTS
from krid.web.platform import Page, PageGroup, Redirect, Route, Turn, Visit
from krid.web.platform.page import Cookie
from krid.web.platform.texts import Text
from krid.web.platform.wallets import WalletAddress, with_wallet
from krid.web.platform.words import card_names, qr_svg

_OFFER: Final = "/online"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class LoginDesk:
    """What the pages work with.

    `people` is the one in the issuer's setup. `clients` says what each wallet is called; one that
    is not named goes by where the answer goes. `offered` are the credentials that `/online` offers
    to anybody, none for no such page; `wallets` are those that open by an address. `brand` is what
    the application is called, where none of its other pages say so.
    """

    issuer: CredentialIssuer
    people: AtLogin
    login: Login
    granting: Granting
    clients: Mapping[str, Text] = field(default_factory=dict)
    offered: tuple[str, ...] = ()
    wallets: tuple[WalletAddress, ...] = ()
    brand: Text | None = None


def login_pages(desk: LoginDesk) -> tuple[PageGroup, ...]:
    """Make the pages, and those of the log-in."""
    texts = {**ASKING, **TEXTS}
    if desk.brand is not None:
        texts[f"{desk.people.platform.name}.brand"] = desk.brand
    own = PageGroup(routes=_Pages(desk).routes, texts=texts, package="krid.web.login")
    return (own, *desk.login.groups)


@final
@dataclass(frozen=True, slots=True)
class _Pages:
    desk: LoginDesk

    @property
    def routes(self) -> tuple[Route, ...]:
        """Name all pages."""
        return (
            Route(
                path=PATH,
                view=self.shown,
                name="login",
                summary="Who asks for what, and who you are.",
            ),
            Route(
                path=f"{PATH}/decide",
                view=self.decided,
                name="login-decided",
                summary="Agree or decline, and go back to the wallet.",
                method="POST",
                fields=("decision", "question"),
            ),
            Route(path=f"{PATH}/decide", view=_back, name="login-decided", summary="Back."),
            Route(
                path=f"{PATH}/again",
                view=self.again,
                name="login-again",
                summary="Log in as somebody else.",
                method="POST",
            ),
            Route(
                path=f"{PATH}/refused",
                view=self.refused,
                name="login-refused",
                summary="Why nobody is asked.",
            ),
            *((self._offer,) if self.desk.offered else ()),
        )

    @property
    def _offer(self) -> Route:
        return Route(
            path=_OFFER, view=self.offered, name="login-offer", summary="An offer to anybody."
        )

    def offered(self, _visit: Visit) -> Turn:
        """Offer credentials to whoever then logs in; nothing is kept of it."""
        offer = CredentialOffer(
            issuer=self.desk.issuer.metadata.issuer,
            configurations=self.desk.offered,
            authorization_code=CodeOffer(),
        )
        link = offer.to_uri()
        wallets = [with_wallet(each, "offer", link) for each in self.desk.wallets]
        return Page("online.html", {"link": link, "qr": qr_svg(link), "wallets": wallets})

    def shown(self, visit: Visit) -> Turn:
        """Ask who it is, and then whether they agree.

        What was proved for an earlier question is forgotten first.
        """
        question = self.desk.people.question(visit)
        if not question.is_begun:
            self.desk.people.begin(question)
            return Redirect(PATH, self.desk.login.forget(visit))
        return self._page(question, visit)

    def again(self, visit: Visit) -> Turn:
        """Forget who it is."""
        self.desk.people.question(visit)
        return Redirect(PATH, self.desk.login.forget(visit))

    def decided(self, visit: Visit) -> Turn:
        """Send the browser back to the wallet with a code, or without one.

        A form of another question than the browser is asked now, as in an older window, decides
        nothing: the newer question is shown.
        """
        people, decision = self.desk.people, visit.form.get("decision", "")
        question = people.question(visit)
        is_shown = question.is_begun and visit.form.get("question") == question.form
        if not is_shown or decision not in {"agree", "decline"}:
            return Redirect(PATH)
        if decision == "decline":
            people.take(question)
            return self._leave(question, self.desk.issuer.decline(question.id), visit)
        person, why = self._who(question, visit)
        if person is None or why is not None:
            return Redirect(PATH)
        people.take(question)
        try:
            reply = self._granted(question, person)
        except StoreError:
            people.begin(question)  # nothing was decided: the person may press again
            raise
        return self._leave(question, reply, visit)

    def refused(self, visit: Visit) -> Turn:
        """Say why the authorization endpoint asked nobody."""
        given = visit.query.get("code", "")
        known = next((each for each in Code if each.value == given), Code.OAUTH_REQUEST)
        return _refused(known, visit)

    def _granted(self, question: Question, person: LoggedIn) -> Reply:
        """Make the answer with a code; who may have nothing after all gets one without."""
        issuer = self.desk.issuer
        try:
            subject = self.desk.granting.subject(person, question.configurations)
        except ContentError:
            return issuer.decline(question.id)
        return issuer.approve(question.id, subject=subject)

    def _leave(self, question: Question, reply: Reply, visit: Visit) -> Page:
        """Lead the browser back to the wallet.

        A redirect after a form would be stopped by the page's own policy (`form-action`), and
        loosening that for every wallet's scheme would loosen it for all.
        """
        cookies = (self.desk.people.forgotten, *self.desk.login.forget(visit))
        code = None if reply.refusal is None else reply.refusal.code
        address = reply.headers.get("Location")
        if address is None:
            return _refused(code or Code.SESSION_UNKNOWN, visit, cookies)
        values = {"address": address, "who": self._client(question, visit)}
        return Page("leave.html", values, 200, cookies, None if code is None else code.value)

    def _page(self, question: Question, visit: Visit) -> Page:
        person, why = self._who(question, visit)
        metadata = self.desk.issuer.metadata
        values = {
            "client": self._client(question, visit),
            "back_to": _place(question.redirect_uri),
            "kinds": card_names(metadata, question.configurations, visit.language),
            "person": person,
            "why": why,
            "may_switch": self.desk.login.may_switch,
            "question": question.form,
            "begins": self.desk.login.template,
            **self.desk.login.values(visit),
        }
        return Page("login.html", values)

    def _who(self, question: Question, visit: Visit) -> tuple[LoggedIn | None, str | None]:
        """Return who it is, and in words why they can't have what is asked for, if so."""
        person = None
        try:
            person = self.desk.login.who(visit)
            if person is not None:
                self.desk.granting.check(person, question.configurations)
        except ContentError as error:
            return person, visit.say_error(error.code)
        return person, None

    def _client(self, question: Question, visit: Visit) -> str:
        named = self.desk.clients.get(question.client_id)
        return _place(question.redirect_uri) if named is None else named.in_language(visit.language)


def _back(_visit: Visit) -> Redirect:
    return Redirect(PATH)


def _refused(code: Code, visit: Visit, cookies: tuple[Cookie, ...] = ()) -> Page:
    key = f"login.{code.value}"
    words = visit.say(key) if key in visit.texts else visit.say_error(code)
    return Page("refused.html", {"code": code.value, "words": words}, 400, cookies, code.value)


def _place(address: str) -> str:
    """Name where an answer goes: the host, or the scheme that opens an app."""
    found = urlsplit(address)
    return found.netloc or f"{found.scheme}:"
