"""The didwebvh test suite: logs of five implementations, and attacks that name their fault."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from krid._core.clock import FixedClock
from krid.did import DidUrl, DidWebvh, ResolutionFailure, ResolutionOptions, Resolver
from krid.did.methods.webvh.identifier import Identifier
from krid.did.syntax import Did
from krid.errors import Code, ResolutionError
from krid.net import Response, ScriptedTransport

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2].parent / "shared" / "vectors")
)
FOLDER = VECTORS / "did" / "did-webvh"
CLOCK = FixedClock(datetime(2026, 11, 1, tzinfo=UTC))
Json = dict[str, Any]

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the public vectors are absent")


def resolver(folder: Path, did: str) -> Resolver:
    """A network that has the log of a folder, at the address of a DID."""
    identifier = Identifier.parse(Did.parse(did))
    found = {
        url: Response(200, body=(folder / name).read_bytes())
        for url, name in (
            (identifier.log_url, "did.jsonl"),
            (identifier.witness_url, "did-witness.json"),
        )
        if (folder / name).is_file()
    }
    found.setdefault(identifier.witness_url, Response(404))
    transport = ScriptedTransport(found)
    return Resolver((DidWebvh(clock=CLOCK),), clock=CLOCK, transport=transport)


def positives() -> list[tuple[Path, str, str | None]]:
    cases = []
    for result in sorted(FOLDER.glob("*/*/resolutionResult*.json")):
        if "negative" not in result.parts[-3]:
            _, *number, _ = result.name.split(".")
            cases.append((result.parent, result.name, number[0] if number else None))
    return cases


@pytest.mark.parametrize(
    ("folder", "name", "number"),
    positives(),
    ids=lambda value: "/".join(value.parts[-2:]) if isinstance(value, Path) else str(value),
)
def test_logs_of_five_implementations(folder: Path, name: str, number: str | None) -> None:
    expected: Json = json.loads((folder / name).read_text())
    did = expected["didDocument"]["id"]
    metadata = expected["didDocumentMetadata"]
    if number and not metadata["versionId"].startswith(f"{number}-"):
        number = None  # one implementation answered with the latest version, and says so
    options = ResolutionOptions(version_number=None if number is None else int(number))
    result = resolver(folder, did).resolve(did, options=options)
    assert tidy(result.document.to_json()) == tidy(expected["didDocument"])
    for member in {"versionId", "versionTime", "scid"} & metadata.keys():
        assert result.document_metadata[member] == metadata[member]


def tidy(document: Json) -> Json:
    """Smooth out what the implementations write in their own way: the two implicit services."""
    did = document["id"]
    services = [
        {
            **service,
            "id": did + service["id"] if service["id"].startswith("#") else service["id"],
            "serviceEndpoint": service["serviceEndpoint"].rstrip("/"),
        }
        for service in document.get("service", [])
    ]
    return {**document, "service": services}


ATTACKS = {
    "negative-cross-did-witness-replay": Code.WEBVH_WITNESS,
    "negative-did-key-body-fragment-mismatch": Code.WEBVH_PROOF,
    "negative-lowercase-pct-port-ip": Code.DID_SYNTAX,
    "negative-path-traversal-did": Code.DID_SYNTAX,
    "negative-pct-encoded-traversal": Code.DID_SYNTAX,
    "negative-pre-rotation-omit-updatekeys": Code.WEBVH_PRE_ROTATION,
    "negative-scid-mismatch-genesis": Code.WEBVH_SCID,
    "negative-unknown-method-version": Code.WEBVH_METHOD,
    "negative-versiontime-non-monotonic": Code.WEBVH_VERSION_TIME,
    "negative-zero-witness-threshold": Code.WEBVH_PARAMETERS,
}


def test_no_attack_is_left_out() -> None:
    assert {path.name for path in FOLDER.glob("negative-*")} == ATTACKS.keys()


@pytest.mark.parametrize(("name", "code"), ATTACKS.items(), ids=ATTACKS.keys())
def test_attacks_are_refused_with_the_code_of_their_fault(name: str, code: Code) -> None:
    folder = FOLDER / name / "ts"
    log = (folder / "did.jsonl").read_text()
    if not log.strip():
        script = (FOLDER / name / "script.yaml").read_text()
        did = script.partition('did: "')[2].partition('"')[0]
        resolving = Resolver((DidWebvh(clock=CLOCK),), clock=CLOCK)
    else:
        did = json.loads(log.splitlines()[0])["state"]["id"]
        resolving = resolver(folder, did) if is_identifier(did) else resolver_of_scid(folder, log)
        did = did if is_identifier(did) else did_of_scid(log)
    with pytest.raises(ResolutionError) as error:
        resolving.resolve(did)
    assert error.value.code is code
    failure = ResolutionFailure(error.value)
    assert failure.problem.type == "https://www.w3.org/ns/did#INVALID_DID"


def is_identifier(did: str) -> bool:
    try:
        Identifier.parse(Did.parse(did))
    except ResolutionError:
        return False
    return True


def did_of_scid(log: str) -> str:
    """Ask for the DID whose hash is that of the log, not the one that the attacker wrote."""
    first = json.loads(log.splitlines()[0])
    return f"did:webvh:{first['parameters']['scid']}:example.com"


def resolver_of_scid(folder: Path, log: str) -> Resolver:
    return resolver(folder, did_of_scid(log))


SUITE = FOLDER / "python-resolver-suite"
CASES: list[Json] = (
    json.loads((SUITE / "resolver-suite.json").read_text()) if SUITE.is_dir() else []
)
ERRORS = {"notFound": "NOT_FOUND", "invalidDid": "INVALID_DID"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["log"] + case["did_url"][70:])
def test_the_suite_of_the_python_resolver(case: Json) -> None:
    url = DidUrl.parse(case["did_url"])
    options = ResolutionOptions.parse(dict(url.parameters))
    resolving = resolver(SUITE / "logs" / case["log"], str(url.did))
    result = resolving.resolve_result(str(url.did), options=options).to_json()
    if case["status"] == "error":
        wanted = ERRORS[case["didResolutionMetadata"]["error"]]
        error: Any = result["didResolutionMetadata"]
        assert error["error"]["type"] == f"https://www.w3.org/ns/did#{wanted}"
        return
    expected = case["didDocumentMetadata"]
    found: Any = result["didDocumentMetadata"]
    assert {name: found[name] for name in expected} == expected
