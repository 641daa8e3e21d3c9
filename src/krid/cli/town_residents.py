"""The residents' service of the town: log-in, register entry, moves, certificates."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from krid import query
from krid.cli.demo.cast import Root, card_trust
from krid.cli.town_ground import Ground
from krid.cli.town_state import State, displays, issuer_of, signer
from krid.cli.town_verifiers import Asker, make_verifier
from krid.openid.oauth import NonceKey
from krid.openid.vci import CredentialConfiguration, CredentialMetadata, ProofDemand
from krid.openid.vci.server import CredentialIssuer, IssuerSetup, Lifetimes, NoStatuses, Offering
from krid.profiles import OPENID4VCI, kr
from krid.trust import NOBODY
from krid.web.asking import Asking
from krid.web.residents import (
    CERTIFICATES,
    Anew,
    CertificateOrders,
    CertificateSource,
    Service,
    residents_app,
)
from krid.web.residents.certificates import LIFETIME
from krid.web.residents.texts import TEXTS
from krid.x509 import DOCUMENT_SIGNER

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from krid.cli.town_licence import LicenceOffice
    from krid.issuer import Issuer

PURPOSE: Final = "주민 서비스 로그인 · Log in to the residents' service"
UNREVOKED: Final = replace(kr.PROFILE, name="kr without status", status_required=False)
"""For what no list says anything of: it lives for a short time."""

_NAMES: Final = (("ko", "견본시 주민 서비스"), ("en", "Sample City Residents' Service"))


def make_residents(ground: Ground, cards: Root, verifiers: Root) -> Asker:
    """Make the verifier of the log-in."""
    verifier = make_verifier(
        ground,
        ground.residents,
        "Sample City Residents' Service",
        root=verifiers,
        trust=card_trust(cards),
    )
    asked = query.of(query.sdjwt("id", vct=kr.VCT, claims=["resident_registration_number"]))
    return Asker(
        "KR-SAMPLE-CITY",
        "log_in",
        {"ko": "견본시 주민 서비스", "en": "Sample City Residents"},
        {"ko": "주민 서비스 로그인", "en": "Log in to the residents' service"},
        verifier,
        (asked,),
    )


def make_residents_app(
    ground: Ground, root: Root, asker: Asker, state: State, licences: "LicenceOffice"
) -> "Starlette":
    """Make the application over the registrar of the state.

    Licences say an address too, so after a move the licence office's are offered anew as well.
    """
    orders = CertificateOrders(ground.store, state.office)
    login = Asking(
        verifier=asker.verifier,
        query=asker.queries[0],
        purpose=PURPOSE,
        records=asker.records(ground),
        name="resident",
        title="residents.title",
        after="/me",
        wallets=ground.wallets,
    )
    service = Service(
        office=state.office,
        login=login,
        cards=state.issuer,
        card_records=state.records,
        certificates=_certificates(ground, root, CertificateSource(state.office, orders)),
        orders=orders,
        further=(Anew(licences.office, licences.issuer, licences.records),),
    )
    return residents_app(service, ground.platform("residents"), checks=ground.checks)


def _certificates(ground: Ground, root: Root, source: CertificateSource) -> CredentialIssuer:
    name = f"https://{ground.residents}"
    by = issuer_of(
        ground, signer(ground, root, DOCUMENT_SIGNER, name, 4 * LIFETIME, profile=UNREVOKED)
    )
    setup = IssuerSetup(
        identifier=name,
        offerings={kind: _offering(kind, vct, by) for kind, vct in CERTIFICATES.items()},
        policy=OPENID4VCI,
        source=source,
        statuses=NoStatuses(),
        store=ground.store,
        nonce_key=NonceKey(ground.entropy(32)),
        trust=NOBODY,
        clock=ground.clock,
        entropy=ground.entropy,
        lifetimes=Lifetimes(refresh=timedelta(0)),  # what was ordered comes once
        anonymous_grant=True,
        display=displays(_NAMES),
    )
    return CredentialIssuer(setup)


def _offering(kind: str, vct: str, by: "Issuer") -> Offering:
    named = TEXTS[f"kind.{kind}"]
    configuration = CredentialConfiguration(
        format="dc+sd-jwt",
        signing_algs=("ES256",),
        binding_methods=("jwk",),
        proofs={"jwt": ProofDemand(("ES256",))},
        metadata=CredentialMetadata(displays((("ko", named.korean), ("en", named.english)))),
        particulars={"vct": vct},
    )
    return Offering(configuration=configuration, issuer=by, type=vct)
