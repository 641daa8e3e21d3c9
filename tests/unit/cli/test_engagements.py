"""`krid inspect` over device engagements: the text of a QR code, or the bytes."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from krid._core import cbor
from krid._core.cbor import Embedded
from krid.cli.app import run
from krid.keys import Curve, LocalKey, cose_key
from krid.proximity import (
    BleOptions,
    DeviceEngagement,
    NfcOptions,
    OriginInfo,
    RetrievalMethod,
    WifiAwareOptions,
)

KEY = LocalKey.generate_on(Curve.P256).public_key
METHODS: list[RetrievalMethod] = [
    BleOptions(client_uuid=UUID(int=9)),
    NfcOptions(255, 256),
    WifiAwareOptions(channel=6),
]


def inspected(capsys: pytest.CaptureFixture[str], folder: Path, content: bytes) -> dict[str, Any]:
    (folder / "file").write_bytes(content)
    assert run(["inspect", str(folder / "file")]) == 0
    shown: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert shown["format"] == "mdoc-engagement"
    return shown


def test_the_text_of_a_qr_code(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made = DeviceEngagement.of(KEY, methods=METHODS)
    shown = inspected(capsys, tmp_path, f"{made.to_uri()}\n".encode())
    assert (shown["version"], shown["curve"]) == ("1.0", "P-256")
    assert shown["methods"] == [
        {"method": "ble", "client_uuid": str(UUID(int=9))},
        {"method": "nfc", "max_command": 255, "max_response": 256},
        {"method": "wifi_aware", "channel": 6},
    ]
    assert inspected(capsys, tmp_path, made.raw) == shown


def test_what_is_newer_or_not_known(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    origin = OriginInfo(1, 1, {"domain": "shop.example"})
    made = DeviceEngagement.of(KEY, methods=[], origins=[origin], capabilities={3: True})
    shown = inspected(capsys, tmp_path, made.raw.hex().encode())
    assert shown["origins"] == [
        {"category": 1, "type": 1, "details": {"domain": "shop.example"}},
    ]
    assert shown["capabilities"] == {"3": True}
    other = cbor.encode({0: "1.0", 1: [1, Embedded.of(cose_key.encode(KEY))], 2: [[9, 2]]})
    shown = inspected(capsys, tmp_path, other)
    assert shown["methods"] == [{"method": "other", "type": 9, "version": 2}]


def test_a_text_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mdoc:hello!")
    assert run(["inspect", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err
