"""The authorization endpoint's refusals as pages, for whoever looks at them in a browser."""

from dataclasses import dataclass
from typing import Final, final

from krid.openid.oauth import Call, Reply
from krid.web.login.people import PATH
from krid.web.platform import Answering

_BEGINS: Final = "/authorize"


@final
@dataclass(frozen=True, slots=True)
class ForBrowsers:
    """An issuer's protocol side whose `/authorize` says no in words to whoever takes HTML.

    It is for what can't be told to the wallet: an unknown client, an address that is not
    registered, a request that has expired (RFC 6749, section 4.1.2.1). Programs get the JSON.
    """

    issuer: Answering

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the issuer."""
        return self.issuer.paths

    def answer(self, call: Call, /) -> Reply:
        """Answer as the issuer does, and lead a person to the page of a refusal."""
        reply = self.issuer.answer(call)
        is_page = call.path.endswith(_BEGINS) and call.accepts("text/html")
        if reply.refusal is None or not is_page or reply.status == 303:
            return reply
        return Reply.redirect(f"{PATH}/refused?code={reply.refusal.code}", refusal=reply.refusal)
