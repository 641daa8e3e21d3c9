"""For every rule of did:webvh: what breaks it alone, and the code."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import webvh_logs as logs
from webvh_logs import KEYS, NOW, START, Json, Step, encoded, first

from krid._core import limits
from krid._core.clock import FixedClock
from krid.did import Did, DidWebvh, ResolutionOptions, ResolutionResult, Resolver, webvh
from krid.did.methods.webvh.identifier import Identifier
from krid.errors import Code, KridError, MisuseError, ResolutionError, TransportError
from krid.keys import Alg, Curve, LocalKey, multikey
from krid.net import Response, ScriptedTransport

CLOCK = FixedClock(NOW)
WITNESSES = [f"did:key:{encoded(index)}" for index in (1, 2, 3)]


def rule(threshold: object = 2, *dids: str) -> Json:
    return {"threshold": threshold, "witnesses": [{"id": did} for did in dids or WITNESSES]}


def resolve(
    entries: list[Json] | bytes,
    *,
    did: str | None = None,
    witness: object = None,
    options: ResolutionOptions | None = None,
    **method: Any,
) -> ResolutionResult:
    raw = entries if isinstance(entries, bytes) else logs.log_bytes(entries)
    asked = did or logs.did_of(json_lines(raw))
    identifier = Identifier.parse(Did.parse(asked))
    file = witness if isinstance(witness, bytes) else json.dumps(witness).encode()
    transport = ScriptedTransport(
        {
            identifier.log_url: Response(200, body=raw),
            identifier.witness_url: Response(404 if witness is None else 200, body=file),
        }
    )
    resolver = Resolver((DidWebvh(clock=CLOCK, **method),), clock=CLOCK, transport=transport)
    return resolver.resolve(asked, options=options or ResolutionOptions())


def json_lines(raw: bytes) -> list[Json]:
    return [json.loads(line) for line in raw.splitlines()[:1]]


def refusal(act: Callable[[], object], kind: type[KridError] = ResolutionError) -> Code:
    with pytest.raises(kind) as error:
        act()
    assert type(error.value) is kind
    return error.value.code


def setting(*path: str, value: object) -> logs.Change:
    """Set a member somewhere below an entry; an ellipsis takes it out."""

    def change(entry: Json) -> None:
        inner = entry
        for name in path[:-1]:
            inner = inner[name]
        if value is ...:
            del inner[path[-1]]
        else:
            inner[path[-1]] = value

    return change


def in_proof(**changes: object) -> logs.Change:
    """Set or take out members of the proof, after it was signed."""

    def change(entry: Json) -> None:
        for name, value in changes.items():
            setting(name, value=value)(entry["proof"][0])

    return change


def test_the_genuine_logs_are_taken() -> None:
    assert resolve(logs.build(Step(), Step(), Step())).document_metadata["versionId"] != ""
    rotating = logs.build(
        Step(first(nextKeyHashes=[webvh.key_hash(encoded(1))])),
        Step({"updateKeys": [encoded(1)], "nextKeyHashes": []}, signer=1),
        Step({"updateKeys": [encoded(2)]}, signer=1),
        Step(signer=2),
    )
    assert resolve(rotating).document_metadata["created"] == "2026-02-21T00:00:00Z"


def test_null_means_the_default() -> None:
    names = ("nextKeyHashes", "witness", "watchers", "ttl", "deactivated", "portable")
    entries = logs.build(Step(first(**dict.fromkeys(names))))
    assert resolve(entries).document_metadata["ttl"] == "3600"


# The form of an entry.

SYNTAX: dict[str, tuple[logs.Change, Code]] = {
    "another member": (setting("extra", value=1), Code.WEBVH_SYNTAX),
    "no parameters": (setting("parameters", value=...), Code.WEBVH_SYNTAX),
    "parameters are a list": (setting("parameters", value=[]), Code.WEBVH_SYNTAX),
    "no state": (setting("state", value=...), Code.WEBVH_SYNTAX),
    "state is text": (setting("state", value="x"), Code.WEBVH_SYNTAX),
    "a number beyond JSON": (setting("state", "n", value=2**60), Code.WEBVH_SYNTAX),
    "version is a number": (setting("versionId", value=1), Code.WEBVH_VERSION_ID),
    "version without hash": (setting("versionId", value="1"), Code.WEBVH_VERSION_ID),
    "version with two dashes": (setting("versionId", value="1--Qm"), Code.WEBVH_VERSION_ID),
    "version zero": (setting("versionId", value="0-Qm" + "1" * 44), Code.WEBVH_VERSION_ID),
    "version two": (setting("versionId", value="2-Qm" + "1" * 44), Code.WEBVH_VERSION_ID),
    "time is a number": (setting("versionTime", value=1), Code.WEBVH_VERSION_TIME),
    "time without zone": (
        setting("versionTime", value="2026-01-01T00:00:00"),
        Code.WEBVH_VERSION_TIME,
    ),
    "time of another zone": (
        setting("versionTime", value="2026-01-01T00:00:00+09:00"),
        Code.WEBVH_VERSION_TIME,
    ),
    "no such day": (setting("versionTime", value="2026-02-30T00:00:00Z"), Code.WEBVH_VERSION_TIME),
    "no proof": (setting("proof", value=...), Code.WEBVH_PROOF),
    "no proof in the list": (setting("proof", value=[]), Code.WEBVH_PROOF),
    "nine proofs": (
        lambda entry: setting("proof", value=entry["proof"] * 9)(entry),
        Code.WEBVH_PROOF,
    ),
    "the proof is text": (setting("proof", value=["x"]), Code.WEBVH_PROOF),
}


@pytest.mark.parametrize(("change", "code"), SYNTAX.values(), ids=SYNTAX.keys())
def test_the_form_of_an_entry(change: logs.Change, code: Code) -> None:
    honest = logs.build(Step())
    entries = logs.build(Step(after=change))
    assert refusal(lambda: resolve(entries, did=logs.did_of(honest))) is code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.WEBVH_SYNTAX),
        (b"\n", Code.WEBVH_SYNTAX),
        (b"[]\n", Code.WEBVH_SYNTAX),
        (b'{"versionId": "1", "versionId": "2"}\n', Code.WEBVH_SYNTAX),
        (b"\xff\n", Code.WEBVH_SYNTAX),
        (b"<html>\n", Code.WEBVH_SYNTAX),
        (b'{"a":"' + b"x" * limits.MAX_WEBVH_ENTRY_BYTES + b'"}\n', Code.WEBVH_SYNTAX),
    ],
)
def test_what_is_no_log(raw: bytes, code: Code) -> None:
    assert refusal(lambda: resolve(raw, did=logs.did_of(logs.build(Step())))) is code


def test_a_blank_line_and_a_line_cut_off() -> None:
    entries = logs.build(Step(), Step())
    whole = logs.log_bytes(entries)
    assert refusal(lambda: resolve(whole + b"\n")) is Code.WEBVH_SYNTAX
    assert refusal(lambda: resolve(whole[:-10])) is Code.WEBVH_SYNTAX


def test_more_entries_than_the_caller_allows() -> None:
    entries = logs.build(Step(), Step(), Step())
    assert refusal(lambda: resolve(entries, max_entries=2)) is Code.WEBVH_LIMIT
    assert resolve(entries, max_entries=3).document is not None
    assert refusal(lambda: resolve(entries, max_log_bytes=100)) is Code.NET_SIZE


# Parameters.

SHORT = logs.encoded(0)
P256 = "did:key:" + multikey.encode(LocalKey.generate(Alg.ES256).public_key)
X25519 = "did:key:" + multikey.encode(LocalKey.generate_on(Curve.X25519).public_key)

PARAMETERS: dict[str, tuple[Json, Code]] = {
    "no method": (first(method=...), Code.WEBVH_METHOD),
    "method to come": (first(method="did:webvh:99.0"), Code.WEBVH_METHOD),
    "candidate": (first(method="did:webvh:1.0-rc1"), Code.WEBVH_METHOD),
    "method null": (first(method=None), Code.WEBVH_METHOD),
    "method before": (first(method="did:tdw:0.5"), Code.WEBVH_METHOD),
    "unknown": (first(prerotation=True), Code.WEBVH_PARAMETERS),
    "no scid": (first(scid=...), Code.WEBVH_PARAMETERS),
    "no update keys": (first(updateKeys=...), Code.WEBVH_PARAMETERS),
    "update keys are text": (first(updateKeys=encoded(0)), Code.WEBVH_PARAMETERS),
    "an update key twice": (first(updateKeys=[encoded(0)] * 2), Code.WEBVH_PARAMETERS),
    "an update key is a DID": (first(updateKeys=[WITNESSES[0]]), Code.WEBVH_PARAMETERS),
    "an update key is a number": (first(updateKeys=[1]), Code.WEBVH_PARAMETERS),
    "hashes are an object": (first(nextKeyHashes={}), Code.WEBVH_PARAMETERS),
    "sixty-five hashes": (
        first(nextKeyHashes=[str(number) for number in range(65)]),
        Code.WEBVH_PARAMETERS,
    ),
    "an endless watcher": (first(watchers=["x" * 9_000]), Code.WEBVH_PARAMETERS),
    "watchers are text": (first(watchers="https://w.example"), Code.WEBVH_PARAMETERS),
    "portable is text": (first(portable="true"), Code.WEBVH_PARAMETERS),
    "deactivated is a number": (first(deactivated=0), Code.WEBVH_PARAMETERS),
    "ttl is text": (first(ttl="3600"), Code.WEBVH_PARAMETERS),
    "ttl is negative": (first(ttl=-1), Code.WEBVH_PARAMETERS),
    "ttl beyond its range": (first(ttl=2**31 + 1), Code.WEBVH_PARAMETERS),
    "ttl is a flag": (first(ttl=True), Code.WEBVH_PARAMETERS),
    "witness is a list": (first(witness=[]), Code.WEBVH_PARAMETERS),
    "witness without threshold": (
        first(witness={"witnesses": [{"id": WITNESSES[0]}]}),
        Code.WEBVH_PARAMETERS,
    ),
    "threshold zero": (first(witness=rule(0)), Code.WEBVH_PARAMETERS),
    "threshold negative": (first(witness=rule(-1)), Code.WEBVH_PARAMETERS),
    "threshold text": (first(witness=rule("1")), Code.WEBVH_PARAMETERS),
    "threshold null": (first(witness=rule(None)), Code.WEBVH_PARAMETERS),
    "threshold true": (first(witness=rule(True)), Code.WEBVH_PARAMETERS),
    "threshold a fraction": (first(witness=rule(1.5)), Code.WEBVH_PARAMETERS),
    "threshold above the witnesses": (first(witness=rule(4)), Code.WEBVH_PARAMETERS),
    "no witnesses": (
        first(witness={"threshold": 1, "witnesses": []}),
        Code.WEBVH_PARAMETERS,
    ),
    "a witness twice": (
        first(witness=rule(1, WITNESSES[0], WITNESSES[0])),
        Code.WEBVH_PARAMETERS,
    ),
    "a witness twice, spelt in two ways": (
        first(witness=rule(1, WITNESSES[0], WITNESSES[0].removeprefix("did:key:"))),
        Code.WEBVH_PARAMETERS,
    ),
    "a witness with a fragment": (
        first(witness=rule(1, f"{WITNESSES[0]}#{encoded(1)}")),
        Code.WEBVH_PARAMETERS,
    ),
    "a witness on the web": (first(witness=rule(1, "did:web:w.example")), Code.WEBVH_PARAMETERS),
    "a witness with P-256": (first(witness=rule(1, P256)), Code.WEBVH_PARAMETERS),
    "a witness that can't sign": (first(witness=rule(1, X25519)), Code.WEBVH_PARAMETERS),
    "a witness with weight": (
        first(witness={"threshold": 1, "witnesses": [{"id": WITNESSES[0], "weight": 2}]}),
        Code.WEBVH_PARAMETERS,
    ),
    "sixty-five witnesses": (
        first(witness={"threshold": 1, "witnesses": [{"id": WITNESSES[0]}] * 65}),
        Code.WEBVH_PARAMETERS,
    ),
}


@pytest.mark.parametrize(("parameters", "code"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_parameters_of_the_first_entry(parameters: Json, code: Code) -> None:
    entries = logs.build(Step(parameters))
    assert refusal(lambda: resolve(entries)) is code


LATER: dict[str, tuple[Json, Code]] = {
    "scid again": ({"scid": "Qm" + "1" * 44}, Code.WEBVH_PARAMETERS),
    "portable from now on": ({"portable": True}, Code.WEBVH_PARAMETERS),
    "another method": ({"method": "did:webvh:0.5"}, Code.WEBVH_METHOD),
    "unknown": ({"weight": 1}, Code.WEBVH_PARAMETERS),
    "bad witness": ({"witness": {"threshold": 1}}, Code.WEBVH_PARAMETERS),
}


@pytest.mark.parametrize(("parameters", "code"), LATER.values(), ids=LATER.keys())
def test_parameters_of_later_entries(parameters: Json, code: Code) -> None:
    assert refusal(lambda: resolve(logs.build(Step(), Step(parameters)))) is code


# The chain.


def test_an_attacker_s_scid_in_the_document() -> None:
    other = logs.build(Step(first(ttl=1)))[0]["parameters"]["scid"]
    entries = logs.build(Step(state={"id": f"did:webvh:{other}:issuer.example"}))
    did = f"did:webvh:{entries[0]['parameters']['scid']}:issuer.example"
    assert refusal(lambda: resolve(entries, did=did)) is Code.WEBVH_SCID


@pytest.mark.parametrize("scid", ["Qm" + "1" * 44, "", "{SCID}", "Qmä", "a"])
def test_a_scid_that_is_no_hash_of_the_entry(scid: str) -> None:
    entries = logs.build(Step(between=setting("parameters", "scid", value=scid)))
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_SCID


def test_a_scid_that_is_no_text() -> None:
    entries = logs.build(Step(between=setting("parameters", "scid", value=1)))
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_PARAMETERS


def test_the_log_of_another_did() -> None:
    mine, other = logs.build(Step()), logs.build(Step(first(ttl=1)))
    assert refusal(lambda: resolve(other, did=logs.did_of(mine))) is Code.WEBVH_SCID


def test_the_log_of_a_did_at_another_host() -> None:
    entries = logs.build(Step())
    did = logs.did_of(entries).replace("issuer.example", "attacker.example")
    assert refusal(lambda: resolve(entries, did=did)) is Code.DID_DOCUMENT_ID


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_entry(place: int) -> None:
    steps = [Step(), Step(), Step()]
    steps[place] = Step(between=setting("state", "alsoKnownAs", value=["did:web:x.example"]))
    code = Code.WEBVH_ENTRY_HASH if place else Code.WEBVH_SCID
    assert refusal(lambda: resolve(logs.build(*steps))) is code


def test_a_first_entry_whose_own_hash_is_wrong() -> None:
    entries = logs.build(Step(between=setting("versionId", value="1-Qm" + "1" * 44)))
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_ENTRY_HASH


def test_an_entry_left_out_or_put_twice() -> None:
    entries = logs.build(Step(), Step(), Step())
    assert refusal(lambda: resolve([entries[0], entries[2]])) is Code.WEBVH_VERSION_ID
    assert refusal(lambda: resolve([*entries, entries[2]])) is Code.WEBVH_VERSION_ID
    assert refusal(lambda: resolve(entries[1:], did=logs.did_of(entries))) is Code.WEBVH_VERSION_ID


def test_entries_of_two_histories() -> None:
    entries = logs.build(Step(), Step(), Step())
    branch = logs.build(Step(), Step({"ttl": 1}), Step())
    assert branch[0]["parameters"]["scid"] == entries[0]["parameters"]["scid"]
    assert refusal(lambda: resolve([*entries[:2], branch[2]])) is Code.WEBVH_ENTRY_HASH


# Time.


@pytest.mark.parametrize("days", [0, -1])
def test_time_that_stands_still_or_goes_back(days: int) -> None:
    text = (START + timedelta(days=days)).isoformat()[:19] + "Z"
    entries = logs.build(Step(), Step(before=setting("versionTime", value=text)))
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_VERSION_TIME


def test_a_time_to_come() -> None:
    for seconds, taken in ((limits.WEBVH_SKEW_SECONDS, True), (301, False)):
        text = (NOW + timedelta(seconds=seconds)).isoformat()[:19] + "+00:00"
        entries = logs.build(Step(before=setting("versionTime", value=text)))
        if taken:
            assert resolve(entries).document is not None
        else:
            assert refusal(lambda: resolve(entries)) is Code.WEBVH_FUTURE  # noqa: B023


# Proofs.

PROOFS: dict[str, tuple[logs.Change, Code]] = {
    "signature of another entry": (
        in_proof(proofValue=logs.proof({"a": 1}, 0)["proofValue"]),
        Code.WEBVH_SIGNATURE,
    ),
    "signature cut": (in_proof(proofValue="z1"), Code.WEBVH_SIGNATURE),
    "signature in base64": (in_proof(proofValue="uAAAA"), Code.WEBVH_PROOF),
    "signature no base58": (in_proof(proofValue="z0OIl"), Code.WEBVH_PROOF),
    "signature endless": (in_proof(proofValue="z" + "1" * 2_000), Code.WEBVH_PROOF),
    "no signature": (in_proof(proofValue=...), Code.WEBVH_PROOF),
    "created changed": (in_proof(created="2026-06-01T00:00:01Z"), Code.WEBVH_SIGNATURE),
    "created is no time": (in_proof(created="now"), Code.WEBVH_PROOF),
    "another type": (in_proof(type="Ed25519Signature2020"), Code.WEBVH_PROOF),
    "another suite": (in_proof(cryptosuite="ecdsa-jcs-2019"), Code.WEBVH_PROOF),
    "no suite": (in_proof(cryptosuite=...), Code.WEBVH_PROOF),
    "another context": (in_proof(**{"@context": ["https://x.example"]}), Code.WEBVH_PROOF),
    "key without fragment": (
        in_proof(verificationMethod=f"did:key:{encoded(0)}"),
        Code.WEBVH_PROOF,
    ),
    "key and fragment differ": (
        in_proof(verificationMethod=f"did:key:{encoded(1)}#{encoded(0)}"),
        Code.WEBVH_PROOF,
    ),
    "key on the web": (in_proof(verificationMethod="did:web:x.example#k"), Code.WEBVH_PROOF),
}


@pytest.mark.parametrize(("change", "code"), PROOFS.values(), ids=PROOFS.keys())
def test_proofs(change: logs.Change, code: Code) -> None:
    assert refusal(lambda: resolve(logs.build(Step(), Step(after=change)))) is code


def test_a_proof_for_another_purpose() -> None:
    def change(entry: Json) -> None:
        entry["proof"] = logs.proof(entry, 0, purpose="authentication")

    assert refusal(lambda: resolve(logs.build(Step(after=change)))) is Code.WEBVH_PROOF


def test_a_second_proof_by_somebody_else() -> None:
    def change(entry: Json) -> None:
        entry["proof"].append(logs.proof(entry, 1))

    assert refusal(lambda: resolve(logs.build(Step(after=change)))) is Code.WEBVH_UNAUTHORIZED


def test_an_update_key_that_is_not_ed25519() -> None:
    key = LocalKey.generate(Alg.ES256).public_key
    named = multikey.encode(key)
    change = in_proof(verificationMethod=f"did:key:{named}#{named}")
    entries = logs.build(Step(first(updateKeys=[named]), after=change))
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_PROOF


@pytest.mark.parametrize(
    "steps",
    [
        [Step(signer=1)],
        [Step(), Step(signer=1)],
        [Step(), Step({"updateKeys": [encoded(1)]}, signer=1)],  # takes effect afterwards
        [Step(), Step({"updateKeys": [encoded(1)]}), Step(signer=0)],
        [Step(), Step({"updateKeys": []}), Step(signer=0)],
        [Step(first(updateKeys=[]))],
    ],
)
def test_a_key_that_may_not_update(steps: list[Step]) -> None:
    assert refusal(lambda: resolve(logs.build(*steps))) is Code.WEBVH_UNAUTHORIZED


HASH_1 = webvh.key_hash(encoded(1))
HASH_2 = webvh.key_hash(encoded(2))
ANNOUNCED = Step(first(nextKeyHashes=[HASH_1]))


@pytest.mark.parametrize(
    "second",
    [
        Step({}, signer=1),
        Step({"updateKeys": [encoded(1)]}, signer=1),
        Step({"nextKeyHashes": []}, signer=0),
        Step({"updateKeys": [encoded(2)], "nextKeyHashes": []}, signer=2),
        Step({"updateKeys": [encoded(1), encoded(0)], "nextKeyHashes": []}, signer=1),
    ],
)
def test_pre_rotation(second: Step) -> None:
    assert refusal(lambda: resolve(logs.build(ANNOUNCED, second))) is Code.WEBVH_PRE_ROTATION


def test_pre_rotation_holds_for_the_entry_that_ends_it() -> None:
    ends = Step({"updateKeys": [encoded(1)], "nextKeyHashes": [HASH_2]}, signer=1)
    late = Step({"updateKeys": [encoded(3)], "nextKeyHashes": []}, signer=3)
    assert refusal(lambda: resolve(logs.build(ANNOUNCED, ends, late))) is Code.WEBVH_PRE_ROTATION


def test_the_former_key_under_pre_rotation() -> None:
    second = Step({"updateKeys": [encoded(1)], "nextKeyHashes": []}, signer=0)
    assert refusal(lambda: resolve(logs.build(ANNOUNCED, second))) is Code.WEBVH_UNAUTHORIZED


# Moving, ending.


def moved(*, portable: object, known: bool) -> list[Json]:
    def name(entry: Json) -> None:
        if known:
            did = entry["state"]["id"].replace("new.example", "issuer.example")
            entry["state"]["alsoKnownAs"] = [did]

    return logs.build(Step(first(portable=portable)), Step(host="new.example", before=name))


@pytest.mark.parametrize(
    ("portable", "known"), [(False, True), (..., True), (True, False), (False, False)]
)
def test_a_move_that_is_not_allowed_or_not_told(portable: object, known: bool) -> None:
    entries = moved(portable=portable, known=known)
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_PORTABILITY


def test_a_move_after_portability_was_given_up() -> None:
    entries = logs.build(
        Step(first(portable=True)), Step({"portable": False}), Step(host="new.example")
    )
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_PORTABILITY


def test_a_move_is_found_under_both_names() -> None:
    entries = moved(portable=True, known=True)
    old = logs.did_of(entries)
    new = old.replace("issuer.example", "new.example")
    for did in (old, new):
        result = resolve(entries, did=did)
        assert str(result.document.did) == new
    assert resolve(entries, did=old).document_metadata["canonicalId"] == new
    assert "canonicalId" not in resolve(entries, did=new).document_metadata


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        (None, Code.DID_DOCUMENT_ID),
        (1, Code.DID_DOCUMENT_ID),
        ("x", Code.DID_SYNTAX),
        ("did:web:issuer.example", Code.DID_SYNTAX),
        ("did:webvh:issuer.example", Code.DID_SYNTAX),
    ],
)
def test_a_document_without_a_did_of_this_method(id_: object, code: Code) -> None:
    entries = logs.build(Step(), Step(before=setting("state", "id", value=id_)))
    assert refusal(lambda: resolve(entries)) is code


def test_an_update_after_the_end() -> None:
    entries = logs.build(Step(), Step({"deactivated": True}), Step())
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_DEACTIVATED


def test_a_deactivated_did_has_no_document_but_its_versions_do() -> None:
    entries = logs.build(Step(), Step({"deactivated": True}))
    assert refusal(lambda: resolve(entries)) is Code.DID_DEACTIVATED
    result = resolve(entries, options=ResolutionOptions(version_number=1))
    assert result.document_metadata["deactivated"] is True


def test_a_document_that_breaks_a_rule() -> None:
    entries = logs.build(Step(before=setting("state", "verificationMethod", value={})))
    assert refusal(lambda: resolve(entries)) is Code.DID_DOCUMENT
    entries = logs.build(Step(before=setting("state", "service", value="x")))
    assert refusal(lambda: resolve(entries)) is Code.DID_DOCUMENT


def test_a_key_without_a_controller_is_nobody_s() -> None:
    def add(entry: Json) -> None:
        id_ = f"{entry['state']['id']}#k"
        method = {"id": id_, "type": "Multikey", "publicKeyMultibase": encoded(0)}
        entry["state"] |= {"verificationMethod": [method], "assertionMethod": [id_]}

    document = resolve(logs.build(Step(before=add))).document
    assert refusal(lambda: document.assertion_key("#k")) is Code.DID_KEY_CONTROLLER


# Witnesses.


def witnessed(*parameters: Json) -> list[Json]:
    return logs.build(Step(first(witness=rule())), *(Step(each) for each in parameters))


def file(*approvals: tuple[str, list[int]]) -> list[Json]:
    return [
        {"versionId": id_, "proof": [logs.approval(id_, signer) for signer in signers]}
        for id_, signers in approvals
    ]


def ids(entries: list[Json]) -> list[str]:
    return [entry["versionId"] for entry in entries]


def test_enough_witnesses() -> None:
    entries = witnessed({}, {})
    _, second, third = ids(entries)
    assert resolve(entries, witness=file((third, [1, 2]))).document is not None
    assert resolve(entries, witness=file((third, [1, 2, 3]), (second, [0]))).document is not None
    metadata = resolve(entries, witness=file((third, [1, 3]))).document_metadata
    assert metadata["witness"] == rule("2")


def test_too_few_witnesses() -> None:
    entries = witnessed({})
    one, two = ids(entries)
    few: list[object] = [
        None,
        [],
        file((two, [1])),
        file((two, [1, 1])),
        file((two, [1]), (two, [1])),
        file((two, [0, 1])),  # not a witness
        file((one, [1, 2])),
        file((one, [1, 2]), (two, [1])),
        file(("9-Qm" + "1" * 44, [1, 2, 3])),
        [{"versionId": two, "proof": file((one, [1, 2]))[0]["proof"]}],  # for another version
        [{"versionId": two, "proof": []}, {"versionId": two}],
        [{"versionId": two, "proof": ["x", 1, None, {}]}],
    ]
    for proofs in few:
        assert refusal(lambda: resolve(entries, witness=proofs)) is Code.WEBVH_WITNESS  # noqa: B023


def test_an_approval_whose_key_and_name_differ() -> None:
    entries = witnessed()
    (one,) = ids(entries)
    mixed = f"did:key:{encoded(1)}#{encoded(2)}"
    forged = [
        logs.proof({"versionId": one}, 0, verification_method=mixed),
        logs.approval(one, 1),
        logs.approval(one, 1),
    ]
    proofs = [{"versionId": one, "proof": forged}]
    assert refusal(lambda: resolve(entries, witness=proofs)) is Code.WEBVH_WITNESS


def test_a_broken_approval_beside_good_ones_is_passed_over() -> None:
    entries = witnessed()
    (one,) = ids(entries)
    broken = {**logs.approval(one, 3), "proofValue": logs.approval("x", 3)["proofValue"]}
    proofs = [{"versionId": one, "proof": [broken, logs.approval(one, 1), logs.approval(one, 2)]}]
    assert resolve(entries, witness=proofs).document is not None


def test_who_must_approve_a_change_of_witnesses() -> None:
    """Those in force before it: new witnesses, or none, count from the next entry on."""
    entries = witnessed({"witness": rule(1, WITNESSES[2])}, {})
    _, two, three = ids(entries)
    assert refusal(lambda: resolve(entries, witness=file((three, [3])))) is Code.WEBVH_WITNESS
    assert resolve(entries, witness=file((three, [3]), (two, [1, 2]))).document is not None
    ending = witnessed({"witness": {}}, {})
    _, two, three = ids(ending)
    assert refusal(lambda: resolve(ending, witness=None)) is Code.WEBVH_WITNESS
    assert refusal(lambda: resolve(ending, witness=file((two, [1])))) is Code.WEBVH_WITNESS
    assert resolve(ending, witness=file((two, [1, 2]))).document is not None
    # A proof for a later entry still speaks for those before it.
    assert resolve(ending, witness=file((three, [1, 2]))).document is not None


def test_the_first_witnesses_approve_the_entry_that_names_them() -> None:
    entries = logs.build(Step(), Step({"witness": rule()}))
    assert refusal(lambda: resolve(entries)) is Code.WEBVH_WITNESS
    old = resolve(entries, options=ResolutionOptions(version_number=1))
    assert old.document_metadata["versionId"] == ids(entries)[0]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[1]",
        b'[{"proof": []}]',
        b'[{"versionId": 1, "proof": []}]',
        b'[{"versionId": "1", "proof": {}}]',
    ],
)
def test_what_is_no_file_of_proofs(raw: bytes) -> None:
    assert refusal(lambda: resolve(witnessed(), witness=raw)) is Code.WEBVH_WITNESS_FILE


def test_a_file_of_proofs_that_is_too_large() -> None:
    raw = b"[" + b" " * limits.MAX_WEBVH_WITNESS_BYTES
    assert refusal(lambda: resolve(witnessed(), witness=raw)) is Code.NET_SIZE


# Versions before a fault.


def test_a_fault_leaves_what_was_before_it() -> None:
    entries = logs.build(Step(), Step(), Step(after=in_proof(proofValue="z1")))
    for number, version in enumerate(ids(entries)[:2], start=1):
        for options in (
            ResolutionOptions(version_number=number),
            ResolutionOptions(version_id=version),
        ):
            result = resolve(entries, options=options)
            assert result.document_metadata["versionId"] == version
    at = ResolutionOptions(version_time=START)
    assert resolve(entries, options=at).document_metadata["versionId"] == ids(entries)[0]
    for options in (
        ResolutionOptions(),
        ResolutionOptions(version_number=3),
        ResolutionOptions(version_id=ids(entries)[2]),
        ResolutionOptions(version_time=START + timedelta(days=1)),  # may have ended by then
    ):
        assert refusal(lambda: resolve(entries, options=options)) is Code.WEBVH_SIGNATURE  # noqa: B023


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (ResolutionOptions(version_number=0), Code.DID_NOT_FOUND),
        (ResolutionOptions(version_number=3), Code.DID_NOT_FOUND),
        (ResolutionOptions(version_id="1-invalid"), Code.DID_NOT_FOUND),
        (ResolutionOptions(version_time=START - timedelta(days=1)), Code.DID_NOT_FOUND),
        (ResolutionOptions(version_time=START, version_number=2), Code.DID_NOT_FOUND),
        (ResolutionOptions(version_id="x", version_time=START), Code.DID_OPTION_VALUE),
    ],
)
def test_versions_that_are_not_there(options: ResolutionOptions, code: Code) -> None:
    assert refusal(lambda: resolve(logs.build(Step(), Step()), options=options)) is code


# Fetching.

SCID = "Qm" + "1" * 44


@pytest.mark.parametrize(
    "identifier",
    [
        "issuer.example",
        SCID,
        f"{SCID}:",
        f"{SCID}x:issuer.example",
        "{SCID}:issuer.example",
        f"Zm{'1' * 44}:issuer.example",
        f"{SCID}:127.0.0.1",
        f"{SCID}:127.0.0.1%3A8080",
        f"{SCID}:127.0.0.1%3a8080",
        f"{SCID}:%31%32%37.0.0.1",
        f"{SCID}:2130706433",
        f"{SCID}:0x7f.1",
        f"{SCID}:%5B%3A%3A1%5D",
        f"{SCID}:user%40issuer.example",
        f"{SCID}:issuer.example%3A",
        f"{SCID}:issuer.example%3A0",
        f"{SCID}:issuer.example%3A99999",
        f"{SCID}:issuer.example%3A1%3A1",
        f"{SCID}:issuer.example%253A443",
        f"{SCID}:issuer.example%2F@x",
        f"{SCID}:issuer.example:..:admin",
        f"{SCID}:issuer.example:%2E%2E:admin",
        f"{SCID}:issuer.example:%252e%252e",
        f"{SCID}:issuer.example:a%2Fb",
        f"{SCID}:issuer.example:a%5Cb",
        f"{SCID}:issuer.example:a%00",
        f"{SCID}:issuer.example:%20a",
        f"{SCID}:issuer.example::a",
    ],
)
def test_identifiers_that_are_never_fetched(identifier: str) -> None:
    transport = ScriptedTransport({})
    resolver = Resolver((DidWebvh(clock=CLOCK),), clock=CLOCK, transport=transport)
    assert refusal(lambda: resolver.resolve(f"did:webvh:{identifier}")) is Code.DID_SYNTAX
    assert transport.requests == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(404), Code.DID_NOT_FOUND),
        (Response(410), Code.DID_NOT_FOUND),
        (Response(500), Code.NET_STATUS),
        (Response(302, {"Location": "https://attacker.example/"}), Code.NET_STATUS),
        (TransportError(Code.NET_PRIVATE), Code.NET_PRIVATE),
        (TransportError(Code.NET_REDIRECT), Code.NET_REDIRECT),
    ],
)
def test_what_the_network_does(answer: Response | TransportError, code: Code) -> None:
    url = "https://issuer.example/.well-known/did.jsonl"
    transport = ScriptedTransport({url: answer})
    resolver = Resolver((DidWebvh(clock=CLOCK),), clock=CLOCK, transport=transport)
    assert refusal(lambda: resolver.resolve(f"did:webvh:{SCID}:issuer.example")) is code
    assert [request.max_redirects for request in transport.requests] == [0]


# Writing.


def create(**changes: Any) -> webvh.History:
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": webvh.draft("a.example")}
    return webvh.prepare_creation(
        document, key=KEYS[0].public_key, changes=webvh.Changes(**changes), now=START
    ).sign_with(KEYS[0])


def test_a_key_that_may_not_update_prepares_nothing() -> None:
    keys = (KEYS[1].public_key,)
    assert refusal(lambda: create(update_keys=keys), _rejected()) is Code.WEBVH_UNAUTHORIZED
    log = create()
    for act in (
        lambda: webvh.prepare_update(log, None, key=keys[0], changes=webvh.UNCHANGED, now=NOW),
        lambda: webvh.prepare_deactivation(log, key=keys[0], now=NOW),
    ):
        assert refusal(act, _rejected()) is Code.WEBVH_UNAUTHORIZED


def _rejected() -> type[KridError]:
    from krid.errors import RejectedError

    return RejectedError


def test_a_wrong_signature_completes_nothing() -> None:
    from krid.errors import SignatureError

    prepared = webvh.prepare_update(
        create(), None, key=KEYS[0].public_key, changes=webvh.UNCHANGED, now=NOW
    )
    wrong = KEYS[1].sign(prepared.to_be_signed)
    assert refusal(lambda: prepared.complete(wrong), SignatureError) is Code.WEBVH_SIGNATURE


def test_what_can_t_be_continued() -> None:
    log = create(next_keys=(KEYS[1].public_key,))
    key = KEYS[0].public_key
    end = lambda: webvh.prepare_deactivation(log, key=key, now=NOW)  # noqa: E731
    assert refusal(end, MisuseError) is Code.MISUSE_OPTION
    plain = create()
    ended = webvh.prepare_deactivation(plain, key=key, now=NOW).sign_with(KEYS[0])
    again = lambda: webvh.prepare_deactivation(ended, key=key, now=NOW)  # noqa: E731
    assert refusal(again, _rejected()) is Code.WEBVH_DEACTIVATED
    faulty = webvh.read(plain.encode() + b"x\n", now=NOW)
    more = lambda: webvh.prepare_update(  # noqa: E731
        faulty, None, key=key, changes=webvh.UNCHANGED, now=NOW
    )
    assert refusal(more, MisuseError) is Code.MISUSE_OPTION
