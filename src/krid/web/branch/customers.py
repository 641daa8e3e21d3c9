"""The bank's own card: a credential that says who the customer is, for this bank alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, final

from krid._core import shape, strict_json
from krid._core.clock import Clock
from krid.errors import Code
from krid.openid.oauth import IssuanceStore
from krid.openid.oauth.store import Kind, fingerprint
from krid.openid.vci.server import CredentialOrder, Denied, News, Ready
from krid.openid.vci.server.ports import Decision
from krid.profiles import kr
from krid.sdjwt import sd
from krid.web.verifier.records import KEPT_FOR

CUSTOMER_VCT: Final = "urn:krid:sample-bank:customer:1"
CONFIGURATION: Final = "customer-card"
LIFETIME: Final = timedelta(days=365)
_CODE: Final = Code.PRESENTATION_RECORD


@final
@dataclass(frozen=True, slots=True)
class CustomerOrders:
    """Cards that were ordered, by the secret of the offer, in a store that forgets."""

    store: IssuanceStore
    clock: Clock

    def put(self, secret: str, number: str, name: str) -> None:
        """Write down an order."""
        now = self.clock.now()
        record = strict_json.dumps({"number": number, "name": name})
        key = fingerprint(f"customer {secret}")
        self.store.put(Kind.VISIT, key, record, expires=now + KEPT_FOR, now=now)

    def find(self, secret: str) -> tuple[str, str] | None:
        """Return number and name, None for no such order."""
        key = fingerprint(f"customer {secret}")
        raw = self.store.get(Kind.VISIT, key, now=self.clock.now())
        if raw is None:
            return None
        members = strict_json.loads_object(raw)
        return shape.text(members.get("number"), _CODE), shape.text(members.get("name"), _CODE)


@final
@dataclass(frozen=True, slots=True)
class CustomerSource:
    """The port `CredentialSource` for customer cards."""

    orders: CustomerOrders
    bank: str = field(default="Sample Bank")

    def datasets(self, subject: str, configuration: str) -> Sequence[str]:
        """Name the card of whoever ordered one."""
        return () if self.orders.find(subject) is None else (configuration,)

    def decide(self, order: CredentialOrder) -> Decision:
        """Say what to sign."""
        found = self.orders.find(order.subject)
        if found is None:
            return Denied()
        number, name = found
        opened = kr.korean_day(self.orders.clock.now()).isoformat()
        claims = {"customer_number": number, "name": name, "opened_on": opened, "bank": self.bank}
        return Ready({each: sd(value) for each, value in claims.items()}, LIFETIME)

    def told(self, news: News) -> None:
        """Do nothing: a customer who lost the card opens it again from the account."""


def customer_number(secret: str) -> str:
    """Make the number of the customer whose browser has a secret: twelve digits of its digest."""
    number = int.from_bytes(fingerprint(secret).encode("ascii"), "big") % 10**12
    return f"{number:012d}"
