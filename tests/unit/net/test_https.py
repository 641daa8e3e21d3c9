import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from krid.errors import Code, MisuseError, TransportError
from krid.net import FetchPolicy, HttpsTransport, Request, Response
from krid.net.connect import system_lookup

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
LOCAL = FetchPolicy(
    allowed_private_hosts=frozenset({"localhost"}), timeout_seconds=5, max_bytes=4096
)
Handler = Callable[[ssl.SSLSocket, bytes], None]


def certificate(
    name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if issuer is None:
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=True,
            encipher_only=False, decipher_only=False,
        )  # fmt: skip
        builder = builder.add_extension(usage, critical=True)
    else:
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer[1].public_key())
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(authority, critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


@dataclass
class Lab:
    """A certificate authority of this test run, and servers whose certificates it signed."""

    folder: Path
    authority: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]

    def trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.load_verify_locations(
            cadata=self.authority[0].public_bytes(serialization.Encoding.PEM).decode()
        )
        return context

    def server_context(self, name: str) -> ssl.SSLContext:
        leaf, key = certificate(name, self.authority)
        path = self.folder / f"{name}.pem"
        path.write_bytes(
            leaf.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    @contextmanager
    def serve(self, handler: Handler, name: str = "localhost") -> Iterator[int]:
        context = self.server_context(name)
        listener = socket.create_server(("127.0.0.1", 0))
        stopping = threading.Event()

        def one(plain: socket.socket) -> None:
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    connection.settimeout(60)
                    handler(connection, read_request(connection))
                    connection.unwrap()
            except (OSError, ValueError):
                plain.close()

        def loop() -> None:
            while not stopping.is_set():
                try:
                    plain, _ = listener.accept()
                except OSError:
                    return
                workers.append(threading.Thread(target=one, args=(plain,), daemon=True))
                workers[-1].start()

        workers: list[threading.Thread] = []
        accepting = threading.Thread(target=loop, daemon=True)
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            stopping.set()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            accepting.join(60)
            for worker in workers:
                worker.join(60)

    def transport(self, policy: FetchPolicy = LOCAL) -> HttpsTransport:
        return HttpsTransport(policy, tls=self.trust(), lookup=loopback)


def loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def read_request(connection: ssl.SSLSocket) -> bytes:
    seen = b""
    while b"\r\n\r\n" not in seen:
        chunk = connection.recv(65536)
        if not chunk:
            return seen
        seen += chunk
    head, _, body = seen.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answering(raw: bytes) -> Handler:
    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        connection.sendall(raw)

    return handler


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("tls"), certificate("krid test authority", None))


def refusal(send: Callable[[], Response]) -> Code:
    with pytest.raises(TransportError) as error:
        send()
    return error.value.code


def fetch_from(
    lab: Lab, handler: Handler, policy: FetchPolicy = LOCAL, request: Request | None = None
) -> Response:
    with lab.serve(handler) as port:
        asked = request or Request(f"https://localhost:{port}/")
        return lab.transport(policy).send(asked)


def test_fetches_and_says_no_more_than_needed(lab: Lab) -> None:
    seen: list[bytes] = []

    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(OK)

    with lab.serve(handler) as port:
        url = f"https://LOCALHOST:{port}/a?b=c#fragment"
        response = lab.transport().send(Request(url, headers={"Accept": "text/plain"}))
    assert (response.status, response.body) == (200, b"hello")
    assert response.header("content-type") == "text/plain"
    assert seen == [
        f"GET /a?b=c HTTP/1.1\r\nHost: localhost:{port}\r\nUser-Agent: krid\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\nAccept: text/plain\r\n\r\n".encode()
    ]


def test_posts_a_large_body(lab: Lab) -> None:
    seen: list[bytes] = []

    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        seen.append(request)
        connection.sendall(OK)

    body = os.urandom(300_000)
    with lab.serve(handler) as port:
        lab.transport().send(Request(f"https://localhost:{port}/", "POST", body=body))
    assert seen[0].endswith(b"\r\n\r\n" + body)


def test_reads_chunks_and_joins_repeated_headers(lab: Lab) -> None:
    raw = b"HTTP/1.1 404 No\r\nX-A: 1\r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    response = fetch_from(lab, answering(raw + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
    assert (response.status, response.body, response.header("X-A")) == (404, b"abcde", "1, 2")


def test_reads_a_body_that_ends_with_the_connection(lab: Lab) -> None:
    assert fetch_from(lab, answering(b"HTTP/1.0 200 OK\r\n\r\nabc")).body == b"abc"


def test_head_has_no_body(lab: Lab) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n"
    with lab.serve(answering(raw)) as port:
        response = lab.transport().send(Request(f"https://localhost:{port}/", "HEAD"))
    assert (response.status, response.body) == (200, b"")


def test_a_cut_off_body_is_refused(lab: Lab) -> None:
    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nabc")
        connection.shutdown(socket.SHUT_RDWR)  # an attacker's FIN, without TLS's own goodbye

    assert refusal(lambda: fetch_from(lab, handler)) is Code.NET_ANSWER


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\x00\xff garbage\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 99 low\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n",
    ],
)
def test_what_is_not_http_is_refused(lab: Lab, raw: bytes) -> None:
    assert refusal(lambda: fetch_from(lab, answering(raw))) is Code.NET_ANSWER


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 4097\r\n\r\n" + b"x" * 4097,
        b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 20_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n" + b"x" * 0x2000,
        b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"y" * 30_000 + b"\r\n") * 3 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 5_000,
    ],
)
def test_what_is_too_large_is_refused(lab: Lab, raw: bytes) -> None:
    assert refusal(lambda: fetch_from(lab, answering(raw))) is Code.NET_SIZE


def test_exactly_the_limit_is_taken(lab: Lab) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n" + b"x" * 4096
    assert len(fetch_from(lab, answering(raw)).body) == 4096


def test_the_request_may_ask_for_less_than_the_policy(lab: Lab) -> None:
    with lab.serve(answering(OK)) as port:
        request = Request(f"https://localhost:{port}/", max_bytes=4)
        assert refusal(lambda: lab.transport().send(request)) is Code.NET_SIZE


def drip(raw: bytes) -> Handler:
    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        for byte in raw:
            connection.sendall(bytes((byte,)))
            time.sleep(0.05)

    return handler


@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200, b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 200]
)
def test_the_deadline_holds_against_a_drip(lab: Lab, raw: bytes) -> None:
    policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost"}), timeout_seconds=0.4)
    begun = time.monotonic()
    with lab.serve(drip(raw)) as port:
        request = Request(f"https://localhost:{port}/")
        assert refusal(lambda: lab.transport(policy).send(request)) is Code.NET_TIME
        assert time.monotonic() - begun < 2


def test_the_deadline_holds_against_silence(lab: Lab) -> None:
    policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost"}), timeout_seconds=0.2)
    silent = threading.Event()

    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        silent.wait(5)

    with lab.serve(handler) as port:
        request = Request(f"https://localhost:{port}/")
        assert refusal(lambda: lab.transport(policy).send(request)) is Code.NET_TIME
        silent.set()


def test_the_deadline_holds_against_a_peer_that_never_speaks_tls(lab: Lab) -> None:
    policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost"}), timeout_seconds=0.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        request = Request(f"https://localhost:{listener.getsockname()[1]}/")
        assert refusal(lambda: lab.transport(policy).send(request)) is Code.NET_TIME


def test_the_deadline_holds_against_a_peer_that_does_not_read(lab: Lab) -> None:
    policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost"}), timeout_seconds=0.3)
    context = lab.server_context("localhost")
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True):
                done.wait(5)

        worker = threading.Thread(target=accept, daemon=True)
        worker.start()
        url = f"https://localhost:{listener.getsockname()[1]}/"
        request = Request(url, "POST", body=bytes(32 * 1024 * 1024))
        assert refusal(lambda: lab.transport(policy).send(request)) is Code.NET_TIME
        done.set()
        worker.join(60)


def test_the_deadline_holds_against_slow_dns() -> None:
    released = threading.Event()

    def lookup(host: str, port: int) -> list[str]:
        released.wait(5)
        return []

    transport = HttpsTransport(FetchPolicy(timeout_seconds=0.1), lookup=lookup)
    request = Request("https://slow.example/")
    assert refusal(lambda: transport.send(request)) is Code.NET_TIME
    released.set()


def redirect(to: str, status: int = 302) -> Handler:
    def handler(connection: ssl.SSLSocket, request: bytes) -> None:
        if request.startswith(b"GET /end"):
            connection.sendall(OK)
        else:
            head = f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
            connection.sendall(head.encode())

    return handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_a_redirect_on_the_same_host(lab: Lab, status: int) -> None:
    assert fetch_from(lab, redirect("/end?x=1", status)).body == b"hello"


@pytest.mark.parametrize(
    "to",
    [
        "https://other.example/end",
        "https://localhost/end",
        "http://localhost/end",
        "//127.0.0.1/end",
        "https://user@localhost/end",
        "https://[::1]/end",
        "https://[broken/end",
        "file:///etc/passwd",
        "/again",
        "",
    ],
)
def test_refuses_other_redirects(lab: Lab, to: str) -> None:
    assert refusal(lambda: fetch_from(lab, redirect(to))) is Code.NET_REDIRECT


def test_refuses_to_send_a_body_again(lab: Lab) -> None:
    with lab.serve(redirect("/end", 307)) as port:
        request = Request(f"https://localhost:{port}/", "POST", body=b"secret")
        assert refusal(lambda: lab.transport().send(request)) is Code.NET_REDIRECT


def test_a_policy_without_redirects(lab: Lab) -> None:
    policy = FetchPolicy(allowed_private_hosts=frozenset({"localhost"}), max_redirects=0)
    assert refusal(lambda: fetch_from(lab, redirect("/end"), policy)) is Code.NET_REDIRECT


def test_a_request_that_wants_no_redirects(lab: Lab) -> None:
    with lab.serve(redirect("/end")) as port:
        request = Request(f"https://localhost:{port}/", max_redirects=0)
        assert refusal(lambda: lab.transport(LOCAL).send(request)) is Code.NET_REDIRECT


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["::1"],
        ["93.184.216.34", "10.0.0.1"],
        ["2606:2800:220:1::1", "fe80::1%eth0"],
        ["64:ff9b::7f00:1"],
        ["::ffff:127.0.0.1"],
    ],
)
def test_every_address_of_a_name_is_checked(answer: Sequence[str]) -> None:
    transport = HttpsTransport(lookup=lambda host, port: answer)
    assert refusal(lambda: transport.send(Request("https://rebound.example/"))) is Code.NET_PRIVATE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ([], Code.NET_UNREACHABLE),
        ([f"8.8.4.{last}" for last in range(17)], Code.NET_UNREACHABLE),
        (["nonsense"], Code.NET_ADDRESS),
    ],
)
def test_strange_answers_of_dns(answer: Sequence[str], code: Code) -> None:
    transport = HttpsTransport(lookup=lambda host, port: answer)
    assert refusal(lambda: transport.send(Request("https://odd.example/"))) is code


@pytest.mark.parametrize("error", [socket.gaierror("no such host"), UnicodeError("label too long")])
def test_a_name_that_does_not_exist(error: Exception) -> None:
    def lookup(host: str, port: int) -> list[str]:
        raise error

    transport = HttpsTransport(lookup=lookup)
    request = Request("https://absent.example/")
    assert refusal(lambda: transport.send(request)) is Code.NET_UNREACHABLE


def test_a_forbidden_address_is_never_looked_up() -> None:
    asked: list[str] = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"]

    transport = HttpsTransport(lookup=lookup)
    codes = [
        refusal(lambda: transport.send(Request("http://a.example/"))),
        refusal(lambda: transport.send(Request("https://localhost/"))),
        refusal(lambda: transport.send(Request("https://user@a.example/"))),
    ]
    assert codes == [Code.NET_SCHEME, Code.NET_PRIVATE, Code.NET_ADDRESS]
    assert asked == []


def test_the_system_looks_names_up() -> None:
    addresses = system_lookup("localhost", 443)
    assert addresses
    assert all(ip_address(address).is_loopback for address in addresses)


def test_connection_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    transport = HttpsTransport(LOCAL, lookup=loopback)
    request = Request(f"https://localhost:{port}/")
    assert refusal(lambda: transport.send(request)) is Code.NET_UNREACHABLE


def test_goes_on_to_the_next_address(lab: Lab) -> None:
    with lab.serve(answering(OK)) as port:
        transport = HttpsTransport(
            LOCAL, tls=lab.trust(), lookup=lambda host, port: ["127.0.0.9", "127.0.0.1"]
        )
        assert transport.send(Request(f"https://localhost:{port}/")).body == b"hello"


def test_connecting_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(address: object, timeout: float) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    transport = HttpsTransport(LOCAL, lookup=loopback)
    request = Request("https://localhost/")
    assert refusal(lambda: transport.send(request)) is Code.NET_TIME


def test_a_certificate_of_nobody_known(lab: Lab) -> None:
    with lab.serve(answering(OK)) as port:
        transport = HttpsTransport(LOCAL, lookup=loopback)
        request = Request(f"https://localhost:{port}/")
        assert refusal(lambda: transport.send(request)) is Code.NET_TLS


def test_a_certificate_for_another_name(lab: Lab) -> None:
    with lab.serve(answering(OK), "other.example") as port:
        request = Request(f"https://localhost:{port}/")
        assert refusal(lambda: lab.transport().send(request)) is Code.NET_TLS


def test_a_peer_that_speaks_no_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            plain, _ = listener.accept()
            with plain:
                plain.recv(100)
                plain.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        worker = threading.Thread(target=accept, daemon=True)
        worker.start()
        transport = HttpsTransport(LOCAL, lookup=loopback)
        request = Request(f"https://localhost:{listener.getsockname()[1]}/")
        assert refusal(lambda: transport.send(request)) is Code.NET_TLS
        worker.join(60)


def test_a_peer_that_resets_the_connection(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            plain, _ = listener.accept()
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00" + bytes(4))
            plain.close()

        worker = threading.Thread(target=accept, daemon=True)
        worker.start()
        request = Request(f"https://localhost:{listener.getsockname()[1]}/")
        assert refusal(lambda: lab.transport().send(request)) in {
            Code.NET_UNREACHABLE,
            Code.NET_ANSWER,
        }
        worker.join(60)


def test_a_context_that_checks_nothing_is_refused() -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    with pytest.raises(MisuseError) as error:
        HttpsTransport(tls=context)
    assert error.value.code is Code.MISUSE_OPTION
