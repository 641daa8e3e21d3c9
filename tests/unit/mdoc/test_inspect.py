"""Showing an mdoc to people."""

import json
from dataclasses import replace
from typing import Any

from krid import mdoc
from krid.mdoc.inspect import _readable, inspect
from krid.model import StatusReference

NAMESPACE = "org.iso.18013.5.1"


def _shown(parsed: mdoc.IssuerSigned | mdoc.DeviceResponse) -> Any:
    """Show it, on the way through JSON."""
    return json.loads(json.dumps(inspect(parsed).content))


def test_a_credential_is_json(world: Any) -> None:
    content = _shown(world.credential)
    assert inspect(world.credential).type == "org.iso.18013.5.1.mDL"
    elements = {each["element"]: each["value"] for each in content["namespaces"][NAMESPACE]}
    assert elements["portrait"] == "_9j_2Q"
    assert elements["birth_date"] == "1990-02-03"
    assert elements["driving_privileges"] == [
        {"vehicle_category_code": "B", "issue_date": "2018-08-09"}
    ]
    assert content["issuer_auth"] == {"alg": "ES256", "x5chain": ["Y2VydGlmaWNhdGU"]}
    assert content["mso"]["digests"] == {NAMESPACE: 4, "org.example.1": 1}
    assert content["mso"]["status"] is None


def test_a_response_is_json(world: Any) -> None:
    (document,) = _shown(world.respond("family_name"))["documents"]
    assert document["device_signed"] == {
        "elements": {},
        "auth": {"kind": "signature", "alg": "ES256"},
    }
    assert document["errors"] == {}


def test_an_empty_response_has_no_type() -> None:
    seen = inspect(mdoc.DeviceResponse("1.0", (), ({"a": 0},), 10))
    assert seen.type is None
    assert seen.content == {
        "version": "1.0",
        "status": 10,
        "documents": [],
        "document_errors": [{"a": 0}],
    }


def test_status_and_expected_update_are_shown(world: Any) -> None:
    mso = world.credential.mso
    update = mso.validity.valid_until
    changed = replace(
        world.credential,
        mso=replace(
            mso,
            status=StatusReference("https://status.example/1", 7),
            validity=replace(mso.validity, expected_update=update),
        ),
    )
    content = _shown(changed)
    assert content["mso"]["status"] == {"uri": "https://status.example/1", "index": 7}
    assert content["mso"]["validity"]["expected_update"] == "2026-07-01T00:00:00Z"


def test_a_map_with_integer_keys_is_shown_with_text() -> None:
    assert _readable({1: (b"\x00",)}) == {"1": ["AA"]}
