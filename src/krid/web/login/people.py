"""From the authorization endpoint to the pages: each question belongs to one browser."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Self, final

from krid._core import shape, strict_json, times
from krid.errors import BindingError, Code
from krid.openid.oauth import Call, IssuanceStore, Reply
from krid.openid.oauth.store import Kind, fingerprint
from krid.openid.vci.server import Interaction
from krid.web.platform import Platform, Visit
from krid.web.platform.page import Cookie

PATH: Final = "/login"
_COOKIE: Final = "question"
_CODE: Final = Code.PRESENTATION_RECORD


@final
@dataclass(frozen=True, slots=True)
class Question:
    """What a browser's person is asked. `id` is secret and known to this browser alone.

    `is_begun` says that the log-in was begun for this question, and for none before.
    """

    id: str = field(repr=False)
    client_id: str
    redirect_uri: str
    configurations: tuple[str, ...]
    expires: datetime
    is_begun: bool = False

    @property
    def form(self) -> str:
        """What a form carries to say which question it answers; it ends no question by itself."""
        return fingerprint(f"form of {self.id}")

    def encode(self) -> bytes:
        """Write the record, without the secret."""
        return strict_json.dumps(
            {
                "client": self.client_id,
                "redirect": self.redirect_uri,
                "configurations": list(self.configurations),
                "expires": times.to_rfc3339(self.expires),
                "begun": self.is_begun,
            }
        )

    @classmethod
    def decode(cls, secret: str, raw: bytes) -> Self:
        """Read a record back."""
        members = strict_json.loads_object(raw)
        return cls(
            secret,
            shape.text(members.get("client"), _CODE),
            shape.text(members.get("redirect"), _CODE),
            shape.texts(members.get("configurations"), _CODE),
            times.from_rfc3339(shape.text(members.get("expires"), _CODE)),
            members.get("begun") is True,
        )


@final
@dataclass(frozen=True, slots=True)
class AtLogin:
    """The port `People`: gives the question to the browser that came, and leads it to `/login`.

    The question's secret goes into a cookie of this browser (HttpOnly, SameSite=Lax) and nowhere
    else, so that no address and no other browser answers it. A newer question takes the place of
    an older one. The pages lie at the root of the issuer's host. Issuers that share a store have
    platforms of different names: what one asks, no other answers, whatever cookie a browser brings.
    """

    platform: Platform
    store: IssuanceStore = field(repr=False)

    def ask(self, interaction: Interaction, call: Call) -> Reply:  # noqa: ARG002  the port's words
        """Send the browser to the pages."""
        question = Question(
            interaction.id,
            interaction.client_id,
            interaction.redirect_uri,
            interaction.configurations,
            interaction.expires,
        )
        self._put(question)
        seconds = int((interaction.expires - self._now).total_seconds())
        secure = "; Secure" if self.platform.is_secure else ""
        cookie = f"{self.platform.cookie(_COOKIE)}={interaction.id}; Max-Age={seconds}"
        headers = {"Set-Cookie": f"{cookie}; Path=/; HttpOnly; SameSite=lax{secure}"}
        return Reply.redirect(PATH).with_headers(headers)

    def question(self, visit: Visit) -> Question:
        """Return what this browser is asked.

        Raises:
            BindingError: `session.unknown` for one that is asked nothing, or no longer.
        """
        secret = visit.cookie(_COOKIE)
        if secret is None or not secret.isascii():
            raise BindingError(Code.SESSION_UNKNOWN)
        raw = self.store.get(Kind.VISIT, self._key(secret), now=self._now)
        if raw is None:
            raise BindingError(Code.SESSION_UNKNOWN)
        return Question.decode(secret, raw)

    def begin(self, question: Question) -> None:
        """Write down that the log-in begins for this question."""
        self._put(replace(question, is_begun=True))

    def take(self, question: Question) -> None:
        """Use a question up: of two answers one counts.

        Raises:
            BindingError: `session.unknown` when it was answered.
        """
        if self.store.take(Kind.VISIT, self._key(question.id), now=self._now) is None:
            raise BindingError(Code.SESSION_UNKNOWN)

    @property
    def forgotten(self) -> Cookie:
        """The cookie by which a browser forgets a question."""
        return Cookie(_COOKIE, "", 0)

    @property
    def _now(self) -> datetime:
        return self.platform.clock.now()

    def _put(self, question: Question) -> None:
        key, raw = self._key(question.id), question.encode()
        self.store.put(Kind.VISIT, key, raw, expires=question.expires, now=self._now)

    def _key(self, secret: str) -> str:
        return fingerprint(f"question of {self.platform.name}: {secret}")
