"""Resolving DIDs: the keys inside against the bare key, a cached did:web, and long logs."""

import json
from datetime import UTC, datetime, timedelta
from itertools import cycle

import base58
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from ratio import Line, show

from krid._core.clock import FixedClock
from krid.did import CachePolicy, DidKey, DidPeer, DidWeb, Purpose, Resolver, webvh
from krid.keys import Alg, LocalKey, multikey
from krid.net import Response, ScriptedTransport

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CLOCK = FixedClock(NOW)
LOG_ENTRIES = 200
WEB = "did:web:issuer.example"


def dids(alg: Alg) -> list[str]:
    """More DIDs than a resolver remembers, so that each is new when its turn comes."""
    return [str(DidKey.create(LocalKey.generate(alg).public_key)) for _ in range(600)]


def did_key(alg: Alg, name: str) -> None:
    fresh = cycle(dids(alg))
    warm = Resolver((DidKey(),), clock=CLOCK)
    cold = Resolver((DidKey(),), clock=CLOCK)
    did = next(fresh)
    raw = base58.b58decode(did.removeprefix("did:key:z"))[2:]

    def bare() -> object:
        if alg is Alg.EDDSA:
            return ed25519.Ed25519PublicKey.from_public_bytes(raw)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)

    show(
        f"did:key, {name}",
        [
            Line("bare key", bare),
            Line("base58 alone", lambda: base58.b58decode(did[9:])),
            Line("new to the resolver", lambda: cold.resolve(next(fresh))),
            Line("remembered", lambda: warm.resolve(did)),
        ],
    )


def did_web() -> None:
    key = LocalKey.generate(Alg.ES256).public_key
    method = {
        "id": f"{WEB}#key-1",
        "type": "Multikey",
        "controller": WEB,
        "publicKeyMultibase": multikey.encode(key),
    }
    document = {"id": WEB, "verificationMethod": [method], "assertionMethod": [method["id"]]}
    raw = json.dumps(document).encode()
    address = "https://issuer.example/.well-known/did.json"
    transport = ScriptedTransport({address: Response(200, body=raw)})
    warm = Resolver((DidWeb(),), clock=CLOCK, transport=transport)
    keep_nothing = CachePolicy(lifetime=timedelta(0), failure_lifetime=timedelta(0))
    cold = Resolver((DidWeb(),), clock=CLOCK, transport=transport, cache=keep_nothing)
    show(
        "did:web, without the network",
        [
            Line("read as JSON", lambda: json.loads(raw)),
            Line("parsed and checked", lambda: cold.resolve(WEB)),
            Line("remembered", lambda: warm.resolve(WEB)),
        ],
    )


def did_webvh() -> None:
    key = LocalKey.generate(Alg.EDDSA)
    start = NOW - timedelta(days=LOG_ENTRIES)
    log = webvh.prepare_creation(
        {"@context": ["https://www.w3.org/ns/did/v1"], "id": webvh.draft("issuer.example")},
        key=key.public_key,
        changes=webvh.UNCHANGED,
        now=start,
    ).sign_with(key)
    for day in range(1, LOG_ENTRIES):
        log = webvh.prepare_update(
            log, None, key=key.public_key, changes=webvh.UNCHANGED, now=start + timedelta(days=day)
        ).sign_with(key)
    raw, message = log.encode(), bytes(64)
    signature = key.sign(message)

    def bare() -> None:
        for _ in range(LOG_ENTRIES):
            key.public_key.verify(message, signature, alg=Alg.EDDSA)

    show(
        f"did:webvh, a log of {LOG_ENTRIES} entries",
        [Line("bare signatures", bare), Line("verified", lambda: webvh.read(raw, now=NOW))],
    )


def did_peer() -> None:
    keys = [LocalKey.generate(Alg.EDDSA).public_key for _ in range(2)]
    did = str(DidPeer.create([(Purpose.AUTHENTICATION, keys[0]), (Purpose.ASSERTION, keys[1])]))
    nothing = CachePolicy(lifetime=timedelta(0))
    resolver = Resolver((DidPeer(),), clock=CLOCK, cache=nothing)
    show(
        "did:peer:2, two keys",
        [
            Line("base58 alone", lambda: base58.b58decode(did.split(".")[1][2:])),
            Line("unfolded and checked", lambda: resolver.resolve(did)),
        ],
    )


def main() -> None:
    did_key(Alg.EDDSA, "Ed25519")
    did_key(Alg.ES256, "P-256")
    did_web()
    did_peer()
    did_webvh()


if __name__ == "__main__":
    main()
