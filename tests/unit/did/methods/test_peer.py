"""did:peer: what is written is read, and any text is a document or a refusal."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from krid._core.clock import SystemClock
from krid.did import DidPeer, Purpose, Resolver
from krid.errors import KridError
from krid.keys import Curve, LocalKey

KEYS = {curve: LocalKey.generate_on(curve).public_key for curve in Curve}
RESOLVER = Resolver((DidPeer(),), clock=SystemClock())


@given(
    st.lists(
        st.tuples(st.sampled_from(Purpose), st.sampled_from(list(KEYS))), min_size=1, max_size=5
    )
)
def test_keys_come_back_for_their_purposes(chosen: list[tuple[Purpose, Curve]]) -> None:
    keys = [(purpose, KEYS[curve]) for purpose, curve in chosen]
    document = RESOLVER.resolve(str(DidPeer.create(keys))).document
    for number, (purpose, key) in enumerate(keys, start=1):
        assert document.key_for(purpose, f"#key-{number}") == key


def test_services_come_back_whole() -> None:
    services: list[dict[str, Any]] = [
        {
            "id": "#own",
            "type": "DIDCommMessaging",
            "serviceEndpoint": {"uri": "a:b", "accept": ["x"]},
        },
        {"type": ["Other"], "serviceEndpoint": "https://a.example", "routingKeys": [{"t": 1}]},
    ]
    key = (Purpose.AUTHENTICATION, KEYS[Curve.ED25519])
    written = RESOLVER.resolve(str(DidPeer.create([key], services[:1]))).document.to_json()
    assert written["service"] == services[:1]
    named = RESOLVER.resolve(str(DidPeer.create([key], services[1:]))).document.to_json()
    assert json.dumps(named["service"]).count("#service") == 1


@given(st.text(st.sampled_from("0123456.:zVESQm1ab_-"), max_size=80))
def test_any_text_is_a_document_or_a_refusal(text: str) -> None:
    try:
        document = RESOLVER.resolve(f"did:peer:{text}").document
    except KridError:
        return
    assert str(document.did) == f"did:peer:{text}"
