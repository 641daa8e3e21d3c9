"""Presentations verified in a second over HTTP, beside the same application without verifying.

One process of the bank answers on loopback; a thread of this process plays the wallets, whose
answers are signed beforehand. Without verifying, the bank takes the answer as it comes: what is
left is HTTP, JSON and the store.
"""

import argparse
import asyncio
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn

sys.path[:0] = [str(Path(__file__).parents[1] / each) for each in ("tests/support", "examples")]

from presentation import Bank, Wire, agree, make_wallet, phone  # noqa: E402

import krid  # noqa: E402
from krid.net import run  # noqa: E402
from krid.openid.oauth import Call, Reply  # noqa: E402
from krid.openid.vp import wallet  # noqa: E402
from krid.openid.vp.server import Journey  # noqa: E402
from krid.web import CookieKey, CookieRule, Platform, presentation_app  # noqa: E402
from krid.web.platform import Rate, Rates  # noqa: E402

FREE = Rate(10_000_000, 10_000_000)


class Bare:
    """The same endpoints with verification taken out: the request is taken, an answer kept."""

    def __init__(self, bank: Bank) -> None:
        self.verifier = bank.verifier
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


def forms(bank: Bank, folder: Path, count: int) -> list[bytes]:
    """Sign answers to so many requests, and keep what would be posted."""
    kept = make_wallet(folder)
    found: list[bytes] = []
    for _ in range(count):
        begun = bank.begin(journey=Journey.CROSS_DEVICE)
        asked = run(wallet.read_request(phone(), begun.link), Wire(bank))
        flow = wallet.send(asked, agree(kept, asked))
        found.append(next(flow).body)
        flow.close()
    kept.close()
    return found


def measure(answering: object, bodies: list[bytes], threads: int) -> float:
    """Return answers in a second."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    app = presentation_app(answering, platform())  # type: ignore[arg-type]
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="error", access_log=False, lifespan="off")
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = listener.getsockname()[1]
    begun = time.perf_counter()
    share = [bodies[place::threads] for place in range(threads)]
    workers = [threading.Thread(target=_post, args=(port, part)) for part in share]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    seconds = time.perf_counter() - begun
    server.should_exit = True
    thread.join()
    return len(bodies) / seconds


def _post(port: int, bodies: list[bytes]) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in bodies:
        connection.request("POST", "/vp/response", body, kind)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    words = parser.parse_args()
    whole, bare = [], []
    for _ in range(words.rounds):
        with tempfile.TemporaryDirectory() as folder:
            bank = Bank()
            bodies = forms(bank, Path(folder), words.count)
            bare.append(measure(Bare(bank), bodies, words.threads))
            whole.append(measure(bank.verifier, bodies, words.threads))
    best, least = max(whole), max(bare)
    print("Presentations (SD-JWT VC, sealed) over HTTP, one process, best of rounds")
    print(f"  verified             {best:8.0f} a second")
    print(f"  verification out     {least:8.0f} a second")
    print(f"  ratio                {best / least:8.2f}")


if __name__ == "__main__":
    main()
