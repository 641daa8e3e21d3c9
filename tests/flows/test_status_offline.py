"""A verification whose list and trust are cached makes no call: the line is cut, and it passes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.flows.test_sdjwt_vc import (
    CLOCK,
    MOIS,
    NOW,
    ROOT,
    STATUS,
    WAYS,
    Scene,
    document,
    web_document,
)

from krid.did import DidWeb, Resolver
from krid.errors import Code, KridError
from krid.keys import LocalKey, jwk
from krid.model import IssuerKeys
from krid.net import NoNetwork, Request, Response, ScriptedTransport, Transport
from krid.status import Offline, StatusListIssuer, StatusLists
from krid.trust import NO_REVOCATION, CertificateTrust, DidTrust, IssuerMetadataTrust


@dataclass
class Line:
    """A network that can be cut; then every use of it fails."""

    transport: Transport
    calls: int = 0

    def send(self, request: Request) -> Response:
        self.calls += 1
        return self.transport.send(request)

    def cut(self) -> None:
        self.transport = NoNetwork()


def metadata_trust(key: LocalKey) -> tuple[IssuerKeys, Line]:
    keys = [{"kid": "key-1", **jwk.encode_public(key.public_key)}]
    published = {"issuer": MOIS, "jwks": {"keys": keys}}
    line = Line(document(f"{MOIS}/.well-known/jwt-vc-issuer", published))
    return IssuerMetadataTrust(frozenset({MOIS}), transport=line), line


def did_trust(key: LocalKey) -> tuple[IssuerKeys, Line]:
    line = Line(document("https://mois.example/.well-known/did.json", web_document(key)))
    resolver = Resolver((DidWeb(),), clock=CLOCK, transport=line)
    return DidTrust(frozenset({"did:web:mois.example"}), resolver), line


def certificate_trust(_key: LocalKey) -> tuple[IssuerKeys, Line]:
    return CertificateTrust((ROOT,), revocation=NO_REVOCATION), Line(NoNetwork())


SOURCES: dict[str, Callable[[LocalKey], tuple[IssuerKeys, Line]]] = {
    "x5c": certificate_trust,
    "did:web": did_trust,
    "issuer metadata": metadata_trust,
}


@pytest.mark.parametrize("way", [way for way in WAYS if way.name in SOURCES], ids=lambda w: w.name)
def test_no_call_is_made(way: object) -> None:
    scene = Scene.make(way)  # type: ignore[arg-type]  # parametrize forgets the type
    trust, trust_line = SOURCES[way.name](scene.key)  # type: ignore[attr-defined]  # as above
    scene = replace(scene, trust=trust)
    cards = StatusListIssuer(STATUS, 1_000)
    card = cards.allocate()
    words = {"certificates": (), "key_id": None} | way.issuer(scene.key)  # type: ignore[attr-defined]
    # As the newest draft has it, the list names nobody: certificate or key identifier must do.
    token = cards.publish(
        scene.key,
        now=NOW,
        lifetime=timedelta(days=1),
        ttl=timedelta(hours=1),
        key_id=words["key_id"],
        certificates=words["certificates"],
    )
    served = Response(200, {"Content-Type": "application/statuslist+jwt"}, token.encode())
    status_line = Line(ScriptedTransport({STATUS: served}))
    lists = StatusLists(status_line, issuers=trust)
    issued = scene.issue(card)
    scene.shown(issued, lists)
    calls = (trust_line.calls, status_line.calls)
    trust_line.cut()
    status_line.cut()
    assert scene.shown(issued, lists)["card"].evidence[-2].check == "status"
    assert (trust_line.calls, status_line.calls) == calls

    carried = StatusLists(Offline(greatest_age=timedelta(hours=8)), issuers=trust)
    assert carried.restore(lists.export(), now=NOW).ready == (STATUS,)
    assert scene.shown(issued, carried)["card"].evidence[-2].check == "status"
    with pytest.raises(KridError) as error:
        scene.shown(issued, StatusLists(NoNetwork(), issuers=trust))
    assert error.value.code is Code.STATUS_UNAVAILABLE
