"""`krid trust`: whom files believe, whether they still may, and why a credential is taken."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid.cli.app import run
from krid.keys import Alg, LocalKey, jwk
from krid.x509 import self_signed_ca, sign_crl
from krid.x509.pem import Block, encode_block

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FILES = Path(__file__).parents[2] / "forgeries" / "files"
Krid = Callable[..., tuple[int, str]]


@pytest.fixture
def krid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Krid:
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def call(*words: str) -> tuple[int, str]:
        status = run(words)
        return status, capsys.readouterr().out

    return call


@pytest.fixture
def root(tmp_path: Path) -> str:
    certificate = self_signed_ca(
        LocalKey.generate(Alg.ES256),
        common_name="Sample root",
        country="KR",
        valid_from=NOW,
        valid_until=NOW + timedelta(days=10),
        issuer_uri="https://iaca.example",
        entropy=bytes,
    )
    (tmp_path / "root.pem").write_bytes(certificate.to_pem())
    return "root.pem"


@pytest.fixture
def keys(tmp_path: Path) -> str:
    key = LocalKey.generate(Alg.ES256).public_key
    members = dict(jwk.encode_public(key)) | {"kid": "first"}
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [members]}))
    (tmp_path / "dids").write_text("did:web:mois.example\n")
    return "keys.json"


def test_what_files_believe_in_is_listed(krid: Krid, root: str, keys: str) -> None:
    status, out = krid("trust", "show", root, keys, "dids")
    assert status == 0
    assert "authority  CN=Sample root,C=KR" in out
    assert "until 2026-06-11T00:00:00Z" in out
    assert "key  first" in out
    assert "did  did:web:mois.example" in out
    told = json.loads(krid("trust", "show", root, "--json")[1])
    assert told["anchors"][0]["valid_from"] == "2026-06-01T00:00:00Z"


def test_revocations_are_listed_and_end(krid: Krid, tmp_path: Path) -> None:
    key = LocalKey.generate(Alg.ES256)
    root = self_signed_ca(
        key,
        common_name="Sample root",
        country="KR",
        valid_from=NOW,
        valid_until=NOW + timedelta(days=10),
        issuer_uri="https://iaca.example",
        entropy=bytes,
    )
    until = NOW + timedelta(days=1)
    crl = sign_crl({}, ca=root, ca_key=key, number=7, this_update=NOW, next_update=until)
    block = encode_block(Block("X509 CRL", crl.der))
    (tmp_path / "both.pem").write_bytes(root.to_pem() + block)
    listed = "revocation  CN=Sample root,C=KR  list 7, 0 revoked, until 2026-06-02T00:00:00Z"
    assert listed in krid("trust", "show", "both.pem")[1]
    status, out = krid("trust", "check", "both.pem", "--now", "2026-06-03T00:00:00Z")
    assert (status, "expired: CN=Sample root,C=KR (list 7, 0 revoked)" in out) == (1, True)


@pytest.mark.parametrize(
    ("now", "status", "words"),
    [
        ("2026-05-31T00:00:00Z", 1, "not valid yet: CN=Sample root"),
        ("2026-06-02T00:00:00Z", 0, "1 checked, 0 not in force"),
        ("2026-07-01T00:00:00Z", 1, "expired: CN=Sample root"),
    ],
)
def test_an_authority_that_is_not_in_force(
    krid: Krid, root: str, now: str, status: int, words: str
) -> None:
    found, out = krid("trust", "check", root, "--now", now)
    assert (found, words in out) == (status, True)
    faults = json.loads(krid("trust", "check", root, "--now", now, "--json")[1])["faults"]
    assert len(faults) == status


def test_keys_and_dids_do_not_end(krid: Krid, keys: str) -> None:
    assert krid("trust", "check", keys, "dids")[0] == 0
    assert krid("trust", "check", keys, "--now", "yesterday")[0] == 2


def genuine(form: str) -> list[dict[str, Any]]:
    found = (json.loads(path.read_text()) for path in sorted(FILES.glob(f"{form}/*.json")))
    return [each for each in found if each["expected"] is None]


@pytest.mark.parametrize("forgery", genuine("dc+sd-jwt") + genuine("mso_mdoc"))
def test_why_a_credential_is_taken(krid: Krid, forgery: dict[str, Any], keys: str) -> None:
    from krid._core import base64url

    text = forgery["content"]
    is_text = forgery["format"] == "dc+sd-jwt"
    Path("card").write_bytes(text.encode() if is_text else base64url.decode(text))
    Path("trust").write_text(forgery["verify"]["trust"])
    words = ("trust", "explain", "card", "--now", forgery["verify"]["now"])
    status, out = krid(*words, "--trust", "trust", "--trust", keys, "--json")
    told = json.loads(out)
    assert status == 0
    assert told["says"]["format"] == forgery["format"]
    assert [each["trusted"] for each in told["paths"]] == [True, False]
    assert told["paths"][0]["path"]
    assert told["paths"][1]["code"]
    status, out = krid(*words, "--trust", keys)
    assert status == 1
    assert f"{keys}: not trusted: " in out
    assert "trust: trusted as " in krid(*words, "--trust", "trust")[1]


def test_what_is_no_credential(krid: Krid, root: str) -> None:
    assert krid("trust", "explain", root, "--trust", root)[0] == 1
    Path("broken").write_bytes(b"a.b.c~")
    assert krid("trust", "explain", "broken", "--trust", root)[0] == 1
    assert krid("trust", "explain", "absent", "--trust", root)[0] == 3
