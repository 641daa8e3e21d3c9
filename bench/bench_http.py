"""Presentations verified over HTTP, beside the same application without verifying.

One process of a bank answers on loopback; this one plays the wallets, whose answers are signed
beforehand. Without verifying, the bank takes the answer as it comes: what is left is HTTP, JSON
and the store. The processor time is that of the bank's process alone, and `raw` is that time in
bare ES256 verifications of the same rounds: it says something on a busy machine, too.
"""

import argparse
import asyncio
import http.client
import multiprocessing
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

sys.path[:0] = [str(Path(__file__).parents[1] / each) for each in ("tests/support", "examples")]

from presentation import Bank, Wire, agree, card, licence, make_wallet, phone, plain  # noqa: E402

import krid  # noqa: E402
from krid.exchange import ResponseMode  # noqa: E402
from krid.net import run  # noqa: E402
from krid.openid.oauth import Call, Reply  # noqa: E402
from krid.openid.vp import wallet  # noqa: E402
from krid.openid.vp.server import Journey  # noqa: E402
from krid.profiles import HAIP_PRESENTATION  # noqa: E402
from krid.web import CookieKey, CookieRule, Platform, presentation_app  # noqa: E402
from krid.web.platform import Rate, Rates  # noqa: E402

FREE = Rate(10_000_000, 10_000_000)
BATCH = 50
FORK = multiprocessing.get_context("fork")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
OPEN = {"mode": ResponseMode.DIRECT_POST, "policy": plain()}
SEALED = {"mode": ResponseMode.DIRECT_POST_JWT, "policy": HAIP_PRESENTATION}
KINDS = {
    "SD-JWT VC": (OPEN, card),
    "SD-JWT VC, sealed": (SEALED, card),
    "mdoc, sealed": (SEALED, licence),
}


class Bare:
    """The same endpoints with verification taken out: the request is taken, an answer kept."""

    def __init__(self, bank: Bank) -> None:
        self.store = bank.store
        self.setup = bank.setup
        self.paths = bank.verifier.paths

    def answer(self, call: Call) -> Reply:
        from krid.openid.oauth.store import Kind, fingerprint

        call.form()
        now = self.setup.now
        key = fingerprint(str(len(call.body)) + str(time.perf_counter_ns()))
        self.store.put(
            Kind.OUTCOME, key, b"{}", expires=now + self.setup.lifetimes.outcome, now=now
        )
        self.store.take(Kind.OUTCOME, key, now=now)
        return Reply.of_json({})


@dataclass(frozen=True)
class Taken:
    """What so many answers took: by the clock, and of the processor."""

    a_second: float
    microseconds: float


def platform() -> Platform:
    return Platform(
        name="bank",
        key=CookieKey(b"k" * 32),
        cookies=CookieRule.TLS_ONLY,
        clock=krid.SystemClock(),
        entropy=krid.system_entropy,
        timer=time.perf_counter,
        log=lambda _line: None,
        rates=Rates(reads=FREE, protocol=FREE, forms=FREE),
    )


def forms(bank: Bank, kept: krid.Wallet, count: int, asked: Callable[[], Any]) -> list[bytes]:
    """Sign answers to so many requests, and keep what would be posted."""
    setup = phone(policy=bank.setup.policy)
    found: list[bytes] = []
    for _ in range(count):
        begun = bank.begin(asked(), journey=Journey.CROSS_DEVICE)
        request = run(wallet.read_request(setup, begun.link), Wire(bank))
        flow = wallet.send(request, agree(kept, request))
        found.append(next(flow).body)
        flow.close()
    return found


def serve(answering: Any, listener: socket.socket, line: Connection) -> None:
    """Serve in a process of its own, and say how much of the processor was used when asked."""
    app = presentation_app(answering, platform())
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    server = uvicorn.Server(config)

    def tell() -> None:
        while line.recv() == "used":
            line.send(time.process_time())
        server.should_exit = True

    threading.Thread(target=tell, daemon=True).start()
    asyncio.run(server.serve(sockets=[listener]))


def measure(answering: Any, bodies: list[bytes], threads: int) -> list[Taken]:
    """Post all, and say what each batch of them took."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    line, far = FORK.Pipe()
    process = FORK.Process(target=serve, args=(answering, listener, far))
    process.start()
    port = listener.getsockname()[1]
    listener.close()
    _post(port, bodies[:threads])  # whatever the first ones have to load
    rest = bodies[threads:]
    batches = [rest[start : start + BATCH] for start in range(0, len(rest), BATCH)]
    taken = [_batch(port, line, batch, threads) for batch in batches]
    line.send("stop")
    process.join()
    return taken


def _batch(port: int, line: Connection, bodies: list[bytes], threads: int) -> Taken:
    workers = [
        threading.Thread(target=_post, args=(port, bodies[place::threads]))
        for place in range(threads)
    ]
    used, begun = _used(line), time.perf_counter()
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    seconds = time.perf_counter() - begun
    return Taken(len(bodies) / seconds, (_used(line) - used) / len(bodies) * 1e6)


def _used(line: Connection) -> float:
    line.send("used")
    return float(line.recv())


def _post(port: int, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for body in bodies:
        connection.request("POST", "/vp/response", body, FORM)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    connection.close()


def raw() -> float:
    """Return the microseconds of one bare verification."""
    key, alg, message = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(SHA256()), b"krid" * 64
    signature, public = key.sign(message, alg), key.public_key()
    begun = time.process_time()
    for _ in range(500):
        public.verify(signature, message, alg)
    return (time.process_time() - begun) / 500 * 1e6


def show(name: str, words: argparse.Namespace) -> None:
    changes, asked = KINDS[name]
    whole: list[Taken] = []
    bare: list[Taken] = []
    limits: list[float] = []
    for _ in range(words.rounds):
        with tempfile.TemporaryDirectory() as folder:
            bank, kept = Bank(**changes), make_wallet(Path(folder))
            bodies = forms(bank, kept, words.count, asked)
            kept.close()
            limits.append(raw())
            bare += measure(Bare(bank), bodies, words.threads)
            whole += measure(bank.verifier, bodies, words.threads)
    print(f"{name:20}  {'a second':>10}  {'processor':>12}  {'raw':>6}")
    for each, taken in (("verified", whole), ("verification out", bare)):
        fastest = max(one.a_second for one in taken)
        used = min(one.microseconds for one in taken)
        print(f"  {each:18}  {fastest:10.0f}  {used:9.0f} µs  {used / min(limits):6.1f}")
    ratio = max(one.a_second for one in whole) / max(one.a_second for one in bare)
    print(f"  ratio               {ratio:10.2f}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    words = parser.parse_args()
    print("Presentations over HTTP, one process that verifies; the best of all batches\n")
    for name in KINDS:
        show(name, words)


if __name__ == "__main__":
    main()
