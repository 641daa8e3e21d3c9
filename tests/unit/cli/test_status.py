"""`krid status` and `krid serve issuer`: lists as files, and in a database."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback import Client, Reply

import krid as krid_package
from krid.cli.app import run
from krid.keys import Alg, LocalKey, jwk
from krid.model import parse_bitstring_entries
from krid.status import Bitstring, StatusListIssuer, prepare_bitstring
from krid.x509 import Certificate, self_signed_ca, sign_crl

URI = "https://mois.example/status/1"
TEMPLATE = "https://mois.example/status/{shard}"
Krid = Callable[..., tuple[int, str]]


@pytest.fixture
def krid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Krid:
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def call(*words: str) -> tuple[int, str]:
        status = run(words)
        return status, capsys.readouterr().out

    return call


KEY = LocalKey.generate(Alg.ES256)


@pytest.fixture
def revoked(tmp_path: Path) -> str:
    """Write a list with one revoked index, the key that signed it, and return that index."""
    issuer = StatusListIssuer(URI, 64)
    reference = issuer.allocate()
    issuer.revoke(reference)
    token = issuer.publish(
        KEY, now=datetime.now(UTC), lifetime=timedelta(hours=1), ttl=timedelta(minutes=5)
    )
    (tmp_path / "list.jwt").write_text(token)
    (tmp_path / "key.jwk").write_text(json.dumps(jwk.encode_private(KEY)))
    (tmp_path / "pub.jwk").write_text(json.dumps(jwk.encode_public(KEY.public_key)))
    return str(reference.index)


def test_a_list_is_shown_with_its_counts(krid: Krid, revoked: str) -> None:
    status, out = krid("status", "show", "list.jwt", "--json")
    told = json.loads(out)
    assert (status, told["uri"], told["entries"]) == (0, URI, 64)
    assert told["statuses"] == {"0": 63, "1": 1}
    assert "bits: 2" in krid("status", "show", "list.jwt")[1]
    Path("broken").write_bytes(b"\xff")
    assert krid("status", "show", "broken")[0] == 1


def test_an_index_is_checked(krid: Krid, revoked: str) -> None:
    other = str((int(revoked) + 1) % 64)
    words = ("status", "check", "list.jwt")
    assert krid(*words, revoked, "--trust", "pub.jwk")[0] == 1
    status, out = krid(*words, other, "--trust", "pub.jwk")
    assert status == 0
    assert out.startswith("valid, by pinned key")
    assert json.loads(krid(*words, other, "--trust", "pub.jwk", "--json")[1])["status"] == 0
    Path("dids").write_text("did:web:other.example")
    assert krid(*words, other, "--trust", "dids")[0] == 1


def has_registry() -> bool:
    from importlib.util import find_spec

    return find_spec("krid.status.registry") is not None and find_spec("sqlalchemy") is not None


with_registry = pytest.mark.skipif(not has_registry(), reason="needs krid[sql]")


@with_registry
def test_a_registry_from_its_beginning_to_its_lists(krid: Krid, revoked: str) -> None:
    assert (
        krid("status", "new", "s.db", TEMPLATE, "--shard-size", "1024", "--open-shards", "1")[0]
        == 0
    )
    given = json.loads(krid("status", "allocate", "s.db", "--count", "2")[1])["references"]
    card, other = given
    where = ("s.db", card["uri"], str(card["idx"]), "--by", "officer-7", "--reason", "phone_lost")
    assert krid("status", "suspend", *where)[0] == 0
    assert krid("status", "restore", *where)[0] == 0
    assert krid("status", "set", *where, "--value", "3")[0] == 0
    assert krid("status", "revoke", *where)[0] == 0
    assert krid("status", "restore", *where)[0] == 2
    status, out = krid(
        "status", "publish", "s.db", "--key", "key.jwk", "--issuer", "https://m.example"
    )
    assert status == 0
    assert [each["uri"] for each in json.loads(out)["published"]] == [card["uri"]]
    assert json.loads(krid("status", "publish", "s.db", "--key", "key.jwk")[1])["published"] == []
    again = ("status", "allocate", "s.db", "--order", "batch-1")
    assert krid(*again) == krid(*again)
    assert other["uri"] == card["uri"]
    assert krid("status", "new", "s.db", "https://other.example/{shard}")[0] == 0
    assert krid("status", "allocate", "s.db")[0] == 2
    assert krid("status", "allocate", "s.db", "--uri", TEMPLATE)[0] == 0


@with_registry
def test_bitstrings_from_their_beginning_to_their_lists(krid: Krid, revoked: str) -> None:
    size = ("--shard-size", "131072", "--open-shards", "1")
    assert krid("status", "new", "s.db", TEMPLATE, *size)[0] == 0
    both = ("--purpose", "revocation", "--purpose", "suspension")
    card = json.loads(krid("status", "allocate", "s.db", *both)[1])["references"][0]
    entries = parse_bitstring_entries(card["credentialStatus"])
    assert [entry.uri for entry in entries] == [
        f"{card['uri']}/revocation",
        f"{card['uri']}/suspension",
    ]
    where = ("s.db", card["uri"], str(card["idx"]), "--by", "officer-7", "--reason", "lost")
    assert krid("status", "suspend", *where)[0] == 0
    publish = ("status", "publish", "s.db", "--key", "key.jwk")
    assert krid(*publish, *both)[0] == 2
    done = json.loads(krid(*publish, *both, "--issuer", "https://m.example")[1])["published"]
    assert [each["uri"] for each in done] == [card["uri"], *(entry.uri for entry in entries)]
    one = ("--purpose", "revocation")
    assert "credentialStatus" not in krid("status", "allocate", "s.db")[1]
    entry = json.loads(krid("status", "allocate", "s.db", *one)[1])["references"][0]
    assert entry["credentialStatus"]["statusPurpose"] == "revocation"
    found = serving(database="s.db", template=TEMPLATE)
    assert found


@with_registry
def test_a_bitstring_is_shown_and_checked(krid: Krid, revoked: str) -> None:
    size = ("--shard-size", "131072", "--open-shards", "1", "--kind", "message", "--bits", "4")
    assert krid("status", "new", "s.db", TEMPLATE, *size)[0] == 0
    Path("messages.json").write_text(
        json.dumps([{"status": hex(value), "message": f"m{value}"} for value in range(16)])
    )
    words = ("--purpose", "message", "--messages", "messages.json")
    card = json.loads(krid("status", "allocate", "s.db", *words)[1])["references"][0]
    assert len(card["credentialStatus"]["statusMessage"]) == 16
    where = ("s.db", card["uri"], str(card["idx"]), "--by", "officer-7", "--reason", "lost")
    assert krid("status", "set", *where, "--value", "9")[0] == 0
    assert krid("status", "revoke", *where)[0] == 2
    krid("status", "publish", "s.db", "--key", "key.jwk", "--issuer", "https://m.example", *words)
    [token] = lists_in("s.db", "message")
    Path("message.jwt").write_bytes(token)
    told = json.loads(krid("status", "show", "message.jwt", "--json")[1])
    assert (told["bits"], told["entries"], told["purposes"]) == (4, 131072, ["message"])
    assert told["statuses"] == {"0": 131071, "9": 1}
    check = ("status", "check", "message.jwt", str(card["idx"]), "--trust", "pub.jwk")
    assert krid(*check)[1].startswith("valid (message 9), by ")
    assert json.loads(krid(*check, "--json")[1])["statuses"] == {"message": 9}
    assert krid(*check, "--purpose", "revocation")[0] == 1


@with_registry
def test_a_revoked_bit_exits_1(krid: Krid, revoked: str) -> None:
    made = Bitstring.zeros(1).with_value(7, 1, size=3)
    token = prepare_bitstring(
        made,
        uri=URI,
        purposes=["revocation"],
        issuer="https://m.example",
        alg=KEY.alg,
        now=datetime.now(UTC),
        lifetime=timedelta(hours=1),
        size=3,
    ).sign_with(KEY)
    Path("list.jwt").write_text(token)
    check = ("status", "check", "list.jwt", "7", "--trust", "pub.jwk")
    assert krid(*check)[0] == 1
    assert krid("status", "check", "list.jwt", "999999", "--trust", "pub.jwk")[0] == 1
    told = json.loads(krid("status", "show", "list.jwt", "--json")[1])
    assert (told["bits"], told["statuses"]["1"]) == (3, 1)


@with_registry
@pytest.mark.parametrize(
    "words",
    [("--purpose", "message"), ("--messages", "m.json"), ("--purpose", "unknown")],
)
def test_purposes_that_do_not_fit_exit_2(krid: Krid, words: tuple[str, ...]) -> None:
    krid("status", "new", "s.db", TEMPLATE)
    assert krid("status", "allocate", "s.db", *words)[0] == 2


def test_a_token_has_no_purpose(krid: Krid, revoked: str) -> None:
    words = ("status", "check", "list.jwt", revoked, "--trust", "pub.jwk")
    assert krid(*words, "--purpose", "revocation")[0] == 2


def lists_in(database: str, purpose: str) -> list[bytes]:
    """Return the lists of a purpose that a database holds."""
    from krid.cli.status_bitstrings import served_forms
    from krid.cli.status_registry import open_registry

    [form] = [form for form in served_forms() if form.purpose == purpose]
    with open_registry(database, None) as registry:
        return [registry.published(name, form=form).token for name in registry.shards()]


@with_registry
def test_a_database_that_is_not_there(krid: Krid) -> None:
    assert krid("status", "allocate", "absent.db")[0] == 3
    assert not Path("absent.db").exists()


# Serving


def serving(**changes: Any) -> Any:
    pytest.importorskip("starlette", reason="needs krid[web]")
    from krid.cli.serve_issuer import IssuerWords, make_app

    words: dict[str, Any] = {
        "database": None,
        "template": None,
        "list_files": (),
        "issuer": None,
        "key_files": (),
        "type_files": (),
        "crl_file": None,
        "certificate_file": None,
        "aggregation": "/status-lists",
    }
    return make_app(IssuerWords(**(words | changes)))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--db", "s.db"),
        ("--lists", TEMPLATE),
        ("--issuer", "https://mois.example"),
        ("--key", "pub.jwk"),
        ("--db", "s.db", "--lists", TEMPLATE, "--list", "list.jwt"),
        ("--crl", "list.jwt", "--port", "70000"),
    ],
)
def test_words_that_do_not_fit_exit_2(krid: Krid, revoked: str, words: tuple[str, ...]) -> None:
    pytest.importorskip("starlette", reason="needs krid[web]")
    assert krid("serve", "issuer", *words)[0] == 2


def _root() -> Certificate:
    return self_signed_ca(
        KEY,
        common_name="Sample root",
        country="KR",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2036, 1, 1, tzinfo=UTC),
        issuer_uri="https://iaca.example",
        entropy=bytes,
    )


def test_an_application_is_made_of_files(
    krid: Krid, revoked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from krid.cli import serve_issuer

    Path("type.json").write_text('{"vct":"https://mois.example/types/card"}')
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    crl = sign_crl(
        {},
        ca=_root(),
        ca_key=KEY,
        number=1,
        this_update=begin,
        next_update=begin + timedelta(days=1),
    )
    Path("crl.der").write_bytes(crl.der)
    assert serving(
        list_files=("list.jwt",),
        issuer="https://mois.example",
        key_files=("pub.jwk",),
        type_files=("type.json",),
        crl_file="crl.der",
    )
    seen: list[Any] = []
    monkeypatch.setattr(
        serve_issuer, "run", lambda _app, listener: seen.append(listener.getsockname())
    )
    assert krid("serve", "issuer", "--list", "list.jwt", "--port", "0")[0] == 0
    assert seen[0][0] == "127.0.0.1"


@pytest.mark.parametrize("option", ["--list", "--crl", "--certificate"])
def test_what_is_no_list_and_no_certificate_is_not_published(krid: Krid, option: str) -> None:
    Path("other.bin").write_bytes(b"\xa2\xff")
    assert krid("serve", "issuer", option, "other.bin")[0] == 1


def test_a_certificate_in_pem(krid: Krid, tmp_path: Path) -> None:
    import click

    root = _root()
    (tmp_path / "root.pem").write_bytes(root.to_pem())
    assert serving(certificate_file="root.pem")
    with pytest.raises(click.UsageError):
        serving(crl_file="root.pem")


@with_registry
def test_the_lists_of_a_database_are_served(krid: Krid, revoked: str) -> None:
    krid("status", "new", "s.db", TEMPLATE, "--shard-size", "1024", "--open-shards", "1")
    assert serving(database="s.db", template=TEMPLATE)


def test_a_server_of_its_own(krid: Krid, revoked: str) -> None:
    """Start the command itself, ask it once, and read what it logged."""
    pytest.importorskip("uvicorn", reason="needs krid[web]")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "krid", "serve", "issuer", "--list", "list.jwt"]
    source = str(Path(krid_package.__file__).parents[1])
    started = subprocess.Popen(  # noqa: S603  this interpreter, with words made here
        [*words, "--port", str(port)],
        env=os.environ | {"PYTHONPATH": source},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        reply = asked(Client(port), "/status/1")
    finally:
        started.terminate()
        _, errors = started.communicate(timeout=120)
    assert reply.body.decode() == Path("list.jwt").read_text()
    lines = errors.splitlines()
    assert lines[0] == f"http://127.0.0.1:{port}"
    told = json.loads(lines[1])
    assert (told["kind"], told["status"]) == ("status list", 200)
    assert "127.0.0.1" not in lines[1]


def asked(client: Client, path: str) -> Reply:
    deadline = time.monotonic() + 120
    while True:
        try:
            return client("GET", path)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
