"""One request for a page, read: its form, cookies and language."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, final

from krid._core import base64url, limits
from krid._core.redact import same
from krid.errors import Code, MisuseError
from krid.web.platform.settings import Platform
from krid.web.platform.texts import Language, Texts

SESSION: Final = "form"
LANGUAGE: Final = "language"
TOKEN: Final = "form_token"  # noqa: S105  the name of a field


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request for a page. `root` is the path under which the application is mounted.

    `form` and `query` hold each name once, those without a value not at all. `client` is the
    address that the server tells. `session` ties forms to this browser, and says nothing else.
    `headers` are those that `Platform.proxy_headers` names, each as it came.
    """

    platform: Platform
    texts: Texts
    language: Language
    method: str
    root: str
    path: str
    client: str
    query: Mapping[str, str] = field(repr=False)
    raw_query: str = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    session: str = field(repr=False)
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def header(self, name: str) -> str | None:
        """Return what the proxy in front says under a name that `Platform.proxy_headers` has.

        It is None where the field is absent, longer than 4,096 characters, or came more than
        once: then somebody besides the proxy may have written it.

        Raises:
            MisuseError: `misuse.option` for a name that the platform does not have.
        """
        wanted = name.lower()
        if wanted not in self.platform.proxy_headers:
            raise MisuseError(Code.MISUSE_OPTION, wanted)
        found = self.headers.get(wanted, ())
        is_one = len(found) == 1 and len(found[0]) <= limits.MAX_WEB_HEADER_CHARS
        return found[0] if is_one else None

    def say(self, key: str, /, **values: object) -> str:
        """Return a text in the person's language."""
        return self.texts.say(key, self.language, **values)

    def say_code(self, code: Code | str | None) -> str:
        """Say in the person's language what an error code means; empty where there are no words."""
        key = f"code.{code}"
        return self.say(key) if key in self.texts else ""

    def say_error(self, code: Code) -> str:
        """Say the same, and in English where there are no words."""
        return self.say_code(code) or code.message

    def at(self, path: str) -> str:
        """Return a path of this application as the browser must ask for it."""
        return self.root + path

    def cookie(self, name: str) -> str | None:
        """Return the value of a cookie of this application."""
        return self.cookies.get(self.platform.cookie(name))

    @property
    def token(self) -> str:
        """The token that forms of this browser carry."""
        return form_token(self.platform, self.session)


def form_token(platform: Platform, session: str) -> str:
    """Make the token of a browser's forms from its cookie: who can't read that, can't make it."""
    words = f"krid form of {platform.name}: {session}".encode("ascii", "replace")
    return base64url.encode(hmac.digest(platform.key.reveal(), words, "sha256"))


def is_own_form(
    platform: Platform, session: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> bool:
    """Tell whether a form came from a page of this application, in this browser.

    Under the policy `no-referrer` browsers say `Origin: null`; the token must fit in any case.
    """
    site = headers.get("sec-fetch-site", "same-origin")
    origin, host = headers.get("origin"), headers.get("host", "")
    here = origin in {None, "null"} or (origin or "").partition("://")[2] == host
    given = form.get(TOKEN, "").encode("utf-8", "replace")
    fits = same(given, form_token(platform, session).encode("ascii"))
    return bool(session) and fits and here and site in {"same-origin", "none"}
