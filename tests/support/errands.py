"""What people do in the demonstration's town over HTTP: take cards from desks, and show them."""

import html
import re
from typing import Any

from browsers import Visitor
from towns import Served, person_id

PIN = "246813"
COPIED = re.compile(r'data-copy="([^"]+)"')
CODE = re.compile(r'id="tx-code">(\d{6})<')
INSTEAD = re.compile(r'value="(use:\d+)">([^<]+)<')


class Errands:
    """One person of the town with a wallet, and the pages of all others in browsers."""

    def __init__(self, town: Served, who: str, language: str = "en") -> None:
        self.town, self.who = town, person_id(town.town, who)
        self.phone = self.visitor(town.wallet, language)
        self.bank, self.shop = self.visitor(town.bank), self.visitor(town.shop)
        self.phone.get("/")
        self.phone.post("/create", pin=PIN, again=PIN)

    @staticmethod
    def visitor(address: str, language: str = "en") -> Visitor:
        return Visitor.over_http(address, language)

    def take(self, address: str, **form: str) -> Any:
        """Take a card from a desk."""
        desk = self.visitor(address)
        desk.get("/desk")
        offer = desk.post("/desk/offer", resident=self.who, **form)
        code = CODE.search(offer.text)
        assert code is not None, offer.text
        page = self.paste(self.link(offer))
        return self.phone.post(str(page.url.path), code=code[1])

    @staticmethod
    def link(page: Any) -> str:
        found = COPIED.search(page.text)
        assert found is not None
        return html.unescape(found[1])

    def paste(self, link: str) -> Any:
        self.phone.get("/add")
        return self.phone.post("/add", link=link)

    def show(self, asker: Visitor, *, card: str) -> str:
        """Show a card, named as the wallet names it, and return what the asker then sees."""
        asker.get("/")
        page = self.paste(self.link(asker.post("/begin", journey="phone")))
        for value, words in INSTEAD.findall(page.text):
            if f": {card}" in html.unescape(words):
                page = self.phone.post(str(page.url.path), decision=value)
                break
        assert card.partition(" · ")[0] in page.text.partition("use:")[0]
        self.phone.post(str(page.url.path), decision="agree")
        return str(asker.client.get("/visit/state").text)
