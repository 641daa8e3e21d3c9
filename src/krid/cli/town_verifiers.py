"""Those who ask in the town: each with a certificate, endpoints, and a registration."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, final

from krid.cli.demo.cast import Root
from krid.cli.town_ground import FreshLists, Ground
from krid.exchange import ResponseMode
from krid.keys import Alg, LocalKey
from krid.model import ClaimPath, IssuerKeys, Permission, Query, Registration
from krid.openid.vp.server import Identity, PresentationVerifier, VerifierSetup
from krid.profiles import HAIP_PRESENTATION, kr
from krid.trust import RegisteredVerifiers
from krid.x509 import VERIFIER

if TYPE_CHECKING:
    from krid.model import Profile

_YEAR: Final = timedelta(days=365)


@final
@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asks, and what the register of those who may ask says of them.

    `readers` are the client identifiers of its readers in proximity.
    """

    id: str
    name: str
    purposes: Mapping[str, str]
    verifier: PresentationVerifier
    queries: tuple[Query, ...] = field(repr=False)
    readers: tuple[str, ...] = ()

    @property
    def client_ids(self) -> tuple[str, ...]:
        """All that it proves to be."""
        return (self.verifier.client_id, *self.readers)


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


def registered(askers: Iterable[Asker]) -> RegisteredVerifiers:
    """List everybody with what they may ask for, as a register of those who may ask would."""
    return RegisteredVerifiers(
        {
            client_id: Registration(
                id=each.id,
                name=each.name,
                purposes=each.purposes,
                permissions=tuple(_permissions(each.queries)),
                valid_until=None,
                evidence="a sample register",
            )
            for each in askers
            for client_id in each.client_ids
        }
    )


def _permissions(queries: Sequence[Query]) -> Iterable[Permission]:
    for asked in queries:
        for credential in asked.credentials:
            claims: frozenset[ClaimPath] = frozenset(claim.path for claim in credential.claims)
            yield Permission(credential.format, frozenset(credential.types), claims)
