"""Forged answers of authenticators: each breaks one rule of WebAuthn and meets its code."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fido2 import cbor
from fido2.cose import RS1
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from soft_authenticator import FLAG, PRESENT_AND_VERIFIED, SoftAuthenticator

from krid._core import base64url, limits
from krid.errors import Code, KridError
from krid.fido import Ceremonies, Credential, RelyingParty, Synced

PARTY = RelyingParty(
    "wallet.example", name="A wallet", origins=("https://wallet.example",), synced=Synced.REFUSED
)


@dataclass
class Hand:
    moment: datetime = datetime(2026, 6, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass
class Scene:
    clock: Hand
    ceremonies: Ceremonies
    device: SoftAuthenticator
    credential: Credential

    def get(self) -> bytes:
        return self.device.get(self.ceremonies.ask([self.credential]))

    def create(self) -> bytes:
        return self.device.create(self.ceremonies.register(user_name="me", known=()))


@pytest.fixture
def scene() -> Scene:
    clock, device = Hand(), SoftAuthenticator()
    ceremonies = Ceremonies(PARTY, clock=clock)
    options = ceremonies.register(user_name="me", known=())
    credential = ceremonies.complete_registration(device.create(options))
    return Scene(clock, ceremonies, device, credential)


def code_of(action: Callable[[bytes], object], answer: bytes) -> Code:
    with pytest.raises(KridError) as error:
        action(answer)
    return error.value.code


FORGED = [
    ("origin", "https://wallet.example.evil.example", Code.FIDO_ORIGIN),
    ("origin", "http://wallet.example", Code.FIDO_ORIGIN),
    ("cross_origin", True, Code.FIDO_CROSS_ORIGIN),
    ("type", "payment.get", Code.FIDO_TYPE),
    ("rp_id", "evil.example", Code.FIDO_RP_ID),
    ("flags", FLAG.UV, Code.FIDO_PRESENCE),
    ("flags", FLAG.UP, Code.FIDO_VERIFICATION),
    ("flags", PRESENT_AND_VERIFIED | FLAG.BS, Code.FIDO_BACKUP),
    ("flags", PRESENT_AND_VERIFIED | FLAG.BE, Code.FIDO_SYNCED),
]


@pytest.mark.parametrize(("name", "value", "code"), FORGED)
def test_an_answer_that_breaks_one_rule(scene: Scene, name: str, value: object, code: Code) -> None:
    scene.device = replace(scene.device, **{name: value})  # type: ignore[arg-type]
    assert code_of(scene.ceremonies.complete, scene.get()) is code
    assert code_of(scene.ceremonies.complete_registration, scene.create()) is code


def test_an_answer_that_came_already(scene: Scene) -> None:
    answer = scene.get()
    scene.ceremonies.complete(answer)
    assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_CHALLENGE
    created = scene.create()
    scene.ceremonies.complete_registration(created)
    assert code_of(scene.ceremonies.complete_registration, created) is Code.FIDO_CHALLENGE


def test_a_challenge_is_burnt_by_a_wrong_answer(scene: Scene) -> None:
    options = scene.ceremonies.ask([scene.credential])
    evil = replace(scene.device, origin="https://evil.example")
    assert code_of(scene.ceremonies.complete, evil.get(options)) is Code.FIDO_ORIGIN
    assert code_of(scene.ceremonies.complete, scene.device.get(options)) is Code.FIDO_CHALLENGE


def test_a_challenge_of_another_ceremony(scene: Scene) -> None:
    options: Any = scene.ceremonies.ask([scene.credential])
    options["challenge"] = scene.ceremonies.register(user_name="me", known=())["challenge"]
    assert code_of(scene.ceremonies.complete, scene.device.get(options)) is Code.FIDO_CHALLENGE
    other = Ceremonies(PARTY, clock=scene.clock).ask([scene.credential])
    assert code_of(scene.ceremonies.complete, scene.device.get(other)) is Code.FIDO_CHALLENGE


def test_an_answer_that_comes_too_late(scene: Scene) -> None:
    asked, created = scene.get(), scene.create()
    scene.clock.moment += timedelta(minutes=5)
    assert code_of(scene.ceremonies.complete, asked) is Code.FIDO_EXPIRED
    assert code_of(scene.ceremonies.complete_registration, created) is Code.FIDO_EXPIRED


def test_a_credential_that_was_not_asked_for(scene: Scene) -> None:
    other = scene.ceremonies.complete_registration(scene.create())
    options = scene.ceremonies.ask([scene.credential])
    answer = scene.device.get(options, which=base64url.encode(other.id))
    assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_CREDENTIAL
    with pytest.raises(KridError) as error:
        scene.ceremonies.ask([])
    assert error.value.code is Code.FIDO_CREDENTIAL


def test_another_user_handle(scene: Scene) -> None:
    answer = json.loads(scene.get())
    answer["response"]["userHandle"] = "AAAA"
    assert code_of(scene.ceremonies.complete, dumped(answer)) is Code.FIDO_CREDENTIAL


def test_a_signature_by_another_key_or_over_something_else(scene: Scene) -> None:
    other = scene.ceremonies.complete_registration(scene.create())
    taken = replace(scene.credential, public_key=other.public_key)
    answer = scene.device.get(scene.ceremonies.ask([taken]))
    assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_SIGNATURE
    first, second = json.loads(scene.get()), json.loads(scene.get())
    first["response"]["signature"] = second["response"]["signature"]
    assert code_of(scene.ceremonies.complete, dumped(first)) is Code.FIDO_SIGNATURE
    nothing = json.loads(scene.get())
    nothing["response"]["signature"] = ""
    assert code_of(scene.ceremonies.complete, dumped(nothing)) is Code.FIDO_SIGNATURE


def test_a_counter_that_goes_back_or_stands_still(scene: Scene) -> None:
    newer = replace(scene.credential, sign_count=7)
    clone = next(iter(scene.device.held.values()))
    for counter in (6, 3, -1):  # the device adds one: 7, 4, 0
        clone.counter = counter
        answer = scene.device.get(scene.ceremonies.ask([newer]))
        assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_COUNTER
    clone.counter = 7
    assert (
        scene.ceremonies.complete(
            scene.device.get(scene.ceremonies.ask([newer]))
        ).credential.sign_count
        == 8
    )


def test_a_credential_that_became_one_that_syncs(scene: Scene) -> None:
    was = replace(scene.credential, backup_eligible=True)
    answer = scene.device.get(scene.ceremonies.ask([was]))
    assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_BACKUP


def test_a_registration_without_a_prf(scene: Scene) -> None:
    scene.device.prf = False
    assert code_of(scene.ceremonies.complete_registration, scene.create()) is Code.FIDO_PRF


def dumped(answer: object) -> bytes:
    return json.dumps(answer).encode()


def attested(answer: bytes, credential_id: bytes, *, key: dict[int, Any] | None = None) -> bytes:
    """Put another credential id or key into the attested data, for `id` stays as it was."""
    value = json.loads(answer)
    packed = AttestationObject(base64url.decode(value["response"]["attestationObject"]))
    was = packed.auth_data
    assert was.credential_data is not None
    whole = (
        bytes(16)
        + len(credential_id).to_bytes(2, "big")
        + credential_id
        + cbor.encode(key or was.credential_data.public_key)
    )
    data = AuthenticatorData.create(was.rp_id_hash, was.flags, 0, whole)
    other = AttestationObject.create("none", data, {})
    value["response"]["attestationObject"] = base64url.encode(other)
    return dumped(value)


def test_a_registration_of_another_credential_id(scene: Scene) -> None:
    answer = attested(scene.create(), b"another")
    assert code_of(scene.ceremonies.complete_registration, answer) is Code.FIDO_CREDENTIAL


def test_a_credential_id_that_is_empty_or_too_long(scene: Scene) -> None:
    for size in (0, limits.MAX_FIDO_CREDENTIAL_ID_BYTES + 1):
        value = json.loads(attested(scene.create(), bytes(size)))
        value["id"] = value["rawId"] = base64url.encode(bytes(size))
        answer = dumped(value)
        assert code_of(scene.ceremonies.complete_registration, answer) is Code.FIDO_CREDENTIAL


def test_an_algorithm_that_was_not_asked_for(scene: Scene) -> None:
    value = json.loads(scene.create())
    answer = attested(
        dumped(value),
        base64url.decode(value["rawId"]),
        key={1: 3, 3: RS1.ALGORITHM, -1: bytes(256), -2: b"\1\0\1"},
    )
    assert code_of(scene.ceremonies.complete_registration, answer) is Code.FIDO_ALG


def test_an_attestation_object_that_fido2_alone_would_take(scene: Scene) -> None:
    value = json.loads(scene.create())
    packed = base64url.decode(value["response"]["attestationObject"])
    for broken in (
        packed.replace(b"\xa3", b"\xa4", 1) + b"\x63fmt\x64none",  # a member twice
        packed + b"\0",
        packed[:-1],
    ):
        value["response"]["attestationObject"] = base64url.encode(broken)
        assert code_of(scene.ceremonies.complete_registration, dumped(value)) is Code.FIDO_SYNTAX


def test_a_registration_without_a_credential_or_with_bytes_behind(scene: Scene) -> None:
    value = json.loads(scene.create())
    packed = AttestationObject(base64url.decode(value["response"]["attestationObject"]))
    bare = AuthenticatorData.create(packed.auth_data.rp_id_hash, PRESENT_AND_VERIFIED, 0)
    assert isinstance(packed.auth_data.credential_data, AttestedCredentialData)
    value["response"]["attestationObject"] = base64url.encode(
        AttestationObject.create("none", bare, {})
    )
    assert code_of(scene.ceremonies.complete_registration, dumped(value)) is Code.FIDO_SYNTAX
    asked = json.loads(scene.get())
    data = base64url.decode(asked["response"]["authenticatorData"])
    for broken in (data + b"\0", data[:36], b""):
        asked["response"]["authenticatorData"] = base64url.encode(broken)
        assert code_of(scene.ceremonies.complete, dumped(asked)) is Code.FIDO_SYNTAX


@pytest.mark.parametrize(
    "change",
    [
        {"type": "password"},
        {"id": "AAAA"},
        {"response": 5},
        {"clientExtensionResults": {"prf": {"results": {"first": "AAAA"}}}},
        {"clientExtensionResults": {"prf": {"results": 5}}},
        {"clientExtensionResults": {"prf": 5}},
        {"clientExtensionResults": 5},
    ],
)
def test_an_answer_of_another_shape(scene: Scene, change: dict[str, object]) -> None:
    answer = dumped(json.loads(scene.get()) | change)
    assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_SYNTAX


@pytest.mark.parametrize(
    "client_data",
    [
        b"",
        b"[]",
        b'{"type": "webauthn.get"}',
        b'{"type": "webauthn.get", "type": "webauthn.get", "challenge": "AA", "origin": "a"}',
        b'{"type": "webauthn.get", "challenge": "A", "origin": "a"}',
        b'{"type": "webauthn.get", "challenge": "AA", "origin": "a", "crossOrigin": "no"}',
    ],
)
def test_client_data_of_another_shape(scene: Scene, client_data: bytes) -> None:
    answer = json.loads(scene.get())
    answer["response"]["clientDataJSON"] = base64url.encode(client_data)
    assert code_of(scene.ceremonies.complete, dumped(answer)) is Code.FIDO_SYNTAX


def test_a_key_record_that_is_no_key(scene: Scene) -> None:
    taken = replace(scene.credential, public_key=b"\xa1\x03\x00")
    answer = scene.device.get(scene.ceremonies.ask([taken]))
    assert code_of(scene.ceremonies.complete, answer) is Code.FIDO_SYNTAX
