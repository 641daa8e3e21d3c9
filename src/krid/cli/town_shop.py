"""The shop of the town: one question, asked over the network or close by."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self, final

from krid import query
from krid.cli.demo.cast import Root, card_trust
from krid.cli.town_cards import adult
from krid.cli.town_ground import FreshLists, Ground
from krid.cli.town_verifiers import Asker, make_verifier
from krid.exchange import MemorySessions
from krid.keys import Alg, LocalKey
from krid.openid.vp.client_id import of_certificate
from krid.profiles import kr
from krid.proximity import ReaderIdentity
from krid.verifier import Verifier
from krid.web.asking import Asking
from krid.web.shop import Knocking, NearTerminal, Till, shop_app
from krid.x509 import MDOC_READER

if TYPE_CHECKING:
    from starlette.applications import Starlette

ADULT: Final = "19세 이상 확인 · Check that you are 19 or older"
_YEAR: Final = timedelta(days=365)


@final
@dataclass(frozen=True, slots=True)
class Shop:
    """The one who asks, and its terminal close by."""

    asker: Asker
    terminal: NearTerminal = field(repr=False)

    @classmethod
    def open(cls, ground: Ground, cards: Root, verifiers: Root) -> Self:
        """Open the shop: one certificate to ask over the network, another one for its reader."""
        near = query.mdoc("mdoc", doctype=kr.DOCTYPE, claims={kr.NAMESPACE: ["age_over_19"]})
        identity = _reader(ground, verifiers)
        asker = Asker(
            "KR-SAMPLE-STORE",
            "age_check",
            {"ko": "견본편의점", "en": "Sample Store"},
            {"ko": "19세 이상 확인", "en": "Check that customers are 19 or older"},
            make_verifier(
                ground, ground.shop, "Sample Store", root=verifiers, trust=card_trust(cards)
            ),
            (adult(),),
            readers=(of_certificate(identity.certificates[0]),),
        )
        verifier = Verifier(
            f"x509_san_dns:{ground.shop.partition(':')[0]}",
            trust=card_trust(cards),
            status=FreshLists(ground, card_trust(cards)),
            profile=kr.PROFILE,
            sessions=MemorySessions(),
            clock=ground.clock,
            entropy=ground.entropy,
        )
        return cls(asker, NearTerminal(verifier, identity, query=query.of(near), purpose=ADULT))

    def app(self, ground: Ground) -> "Starlette":
        """Make the application."""
        asking = Asking(
            verifier=self.asker.verifier,
            query=self.asker.queries[0],
            purpose=ADULT,
            records=self.asker.records(ground),
            name="customer",
            title="shop.title",
            after="/verdict",
            wallets=ground.wallets,
        )
        till = Till(
            asking=asking,
            knocking=Knocking(ground.loopback, ground.wallet.__eq__),
            near=self.terminal,
        )
        return shop_app(till, ground.platform("shop"), checks=ground.checks)


def _reader(ground: Ground, root: Root) -> ReaderIdentity:
    key = LocalKey.generate(Alg.ES256)
    certificate = root.sign(
        key.public_key, leaf=MDOC_READER, name="Sample Store Reader", now=ground.clock.now(),
        lifetime=_YEAR, entropy=ground.entropy,
    )  # fmt: skip
    return ReaderIdentity(key, (certificate.der,))
