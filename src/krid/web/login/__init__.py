"""Pages between a wallet and an issuer: a person logs in, sees who asks for what, and agrees.

They are the authorization endpoint of OpenID4VCI as a person meets it (section 5; RFC 6749, 4.1).
`AtLogin` is the port `People` of the issuer's setup: it ties each question to one browser.
`login_pages` are the pages. Who the person is says a `Login` of the operator's: `CardLogin` asks
for a card by OpenID4VP, `LoginByHeader` believes an authenticating proxy. What somebody may have
says a `Granting`.
"""

from krid.web.login.answering import ForBrowsers
from krid.web.login.pages import LoginDesk, login_pages
from krid.web.login.people import AtLogin
from krid.web.login.ports import ANYBODY, Anybody, Granting, LoggedIn, Login
from krid.web.login.ways import CardLogin, LoginByHeader

__all__ = [
    "ANYBODY",
    "Anybody",
    "AtLogin",
    "CardLogin",
    "ForBrowsers",
    "Granting",
    "LoggedIn",
    "Login",
    "LoginByHeader",
    "LoginDesk",
    "login_pages",
]
