"""Those who ask in the town: each with a certificate, endpoints, and a registration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, final

from krid.cli.demo.cast import Root
from krid.cli.town_ground import FreshLists, Ground
from krid.exchange import ResponseMode
from krid.keys import Alg, LocalKey
from krid.model import ClaimPath, IssuerKeys, Permission, Query
from krid.openid.vp.server import Identity, PresentationVerifier, VerifierSetup
from krid.profiles import HAIP_PRESENTATION, kr
from krid.registrar import NewParty, Use
from krid.web.verifier.records import VisitRecords
from krid.x509 import VERIFIER

if TYPE_CHECKING:
    from datetime import datetime

    from krid.model import Profile
    from krid.registrar import Noted, PartyBook

_YEAR: Final = timedelta(days=365)


@final
@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, and what the register of those who may ask is to say of them.

    `number` is the organisation's, which may ask for several purposes; `use` is this one. `readers`
    are the client identifiers of its readers in proximity.
    """

    number: str
    use: str
    name: Mapping[str, str]
    purposes: Mapping[str, str]
    verifier: PresentationVerifier
    queries: tuple[Query, ...] = field(repr=False)
    readers: tuple[str, ...] = ()

    @property
    def client_ids(self) -> frozenset[str]:
        """All that it proves to be."""
        return frozenset({self.verifier.client_id, *self.readers})

    def records(self, ground: Ground) -> VisitRecords:
        """What browsers that it asked are shown, apart from what others of the town asked."""
        return VisitRecords(ground.store, ground.clock, asker=self.verifier.client_id)


def make_verifier(
    ground: Ground,
    host: str,
    name: str,
    *,
    root: Root,
    trust: IssuerKeys,
    path: str = "",
    profile: "Profile" = kr.PROFILE,
) -> PresentationVerifier:
    """Make the protocol side of somebody who asks, below a root for verifiers.

    Pages are below `path`, where a browser comes back to.
    """
    key = LocalKey.generate(Alg.ES256)
    certificate = root.sign(
        key.public_key, leaf=VERIFIER, name=name, now=ground.clock.now(), lifetime=_YEAR,
        entropy=ground.entropy, dns_names=(host.partition(":")[0],),
    )  # fmt: skip
    setup = VerifierSetup(
        url=f"https://{host}{path}/vp",
        identity=Identity.by_certificate(key, [certificate.der]),
        policy=HAIP_PRESENTATION,
        mode=ResponseMode.DIRECT_POST_JWT,
        trust=trust,
        status=FreshLists(ground, trust),
        profile=profile,
        store=ground.store,
        page=f"https://{host}{path}/done",
        clock=ground.clock,
        entropy=ground.entropy,
    )
    return PresentationVerifier(setup)


def register_askers(parties: "PartyBook", askers: Sequence[Asker], *, now: "datetime") -> None:
    """Enter everybody with what they may ask for; who is there already goes by a new name.

    The keys of the town are made anew each time it is begun, and with them the names.
    """
    known = {each.number: each for each in parties.every()}
    note: Noted = {"actor": "official-1", "reason": "sample", "now": now}
    for number in dict.fromkeys(each.number for each in askers):
        theirs = [each for each in askers if each.number == number]
        if number not in known:
            uses = tuple(_use(each, now) for each in theirs)
            parties.enter(NewParty(number=number, name=theirs[0].name, uses=uses), **note)
            continue
        for each in theirs:
            parties.set_names(known[number].id, each.use, each.client_ids, **note)


def _use(asker: Asker, now: "datetime") -> Use:
    return Use(
        id=asker.use,
        purposes=asker.purposes,
        names=asker.client_ids,
        permissions=tuple(_permissions(asker.queries)),
        since=now,
        until=None,
    )


def _permissions(queries: Sequence[Query]) -> Iterable[Permission]:
    for asked in queries:
        for credential in asked.credentials:
            claims: frozenset[ClaimPath] = frozenset(claim.path for claim in credential.claims)
            yield Permission(credential.format, frozenset(credential.types), claims)
