"""`krid verify` with revocation lists in its trust files."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from krid.cli.app import run
from krid.keys import Alg, LocalKey, jwk
from krid.x509 import (
    MDOC_SIGNER,
    Certificate,
    Entry,
    RevocationReason,
    self_signed_ca,
    sign_certificate,
    sign_crl,
)
from krid.x509.pem import Block, encode_block

DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)  # the commands read the machine's clock
CA_KEY = LocalKey.generate(Alg.ES256)
CA = self_signed_ca(
    CA_KEY,
    common_name="Sample root",
    country="KR",
    valid_from=NOW - 10 * DAY,
    valid_until=NOW + 1000 * DAY,
    issuer_uri="https://iaca.example",
    entropy=lambda size: bytes([4]) * size,
)
KEY = LocalKey.generate(Alg.ES256)
SIGNER = sign_certificate(
    KEY.public_key,
    ca=CA,
    ca_key=CA_KEY,
    leaf=MDOC_SIGNER,
    common_name="Sample signer",
    valid_from=NOW - DAY,
    valid_until=NOW + 900 * DAY,
    entropy=lambda size: bytes([5]) * size,
)
CLAIMS = {"org.example.1": {"family_name": "Hong"}}


def crl(*revoked: Certificate) -> bytes:
    entries = {each.serial: Entry(NOW, RevocationReason.KEY_COMPROMISE) for each in revoked}
    listed = sign_crl(
        entries,
        ca=CA,
        ca_key=CA_KEY,
        number=1,
        this_update=NOW,
        next_update=NOW + 900 * DAY,
    )
    return encode_block(Block("X509 CRL", listed.der))


@pytest.fixture
def folder(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    (tmp_path / "ds.jwk").write_text(json.dumps(jwk.encode_private(KEY)))
    (tmp_path / "claims.json").write_text(json.dumps(CLAIMS))
    (tmp_path / "chain.pem").write_bytes(SIGNER.to_pem())
    words = "issue mdoc --key ds.jwk --claims claims.json --doctype org.example --chain chain.pem"
    assert run(words.split()) == 0
    (tmp_path / "card").write_bytes(capsysbinary.readouterr()[0])
    return tmp_path


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (b"", None, "revocation not checked"),
        (crl(), None, "not revoked by list 1 of "),
        (crl(SIGNER), "x509.revoked", ""),
    ],
)
def test_lists_in_trust_files(
    folder: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
    more: bytes,
    code: str | None,
    said: str,
) -> None:
    (folder / "iaca.pem").write_bytes(CA.to_pem() + more)
    status = run(["verify", "card", "--trust", "iaca.pem", "--bearer", "--no-status", "--json"])
    told = json.loads(capsysbinary.readouterr()[0])
    assert (status, told.get("code")) == (0 if code is None else 1, code)
    assert said in json.dumps(told["evidence"])
