"""Registering and asking a software authenticator, and reading what it answers."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soft_authenticator import FLAG, PRESENT_AND_VERIFIED, SoftAuthenticator

from krid._core import base64url, limits
from krid.errors import Code, KridError
from krid.fido import Ceremonies, Credential, PrfOutput, RelyingParty, Synced
from krid.fido.messages import Assertion, Attestation, reading

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Hand:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


def party(synced: Synced = Synced.REFUSED) -> RelyingParty:
    return RelyingParty(
        "wallet.example", name="A wallet", origins=("https://wallet.example",), synced=synced
    )


@pytest.mark.parametrize("alg", [-7, -8])
@pytest.mark.parametrize("counts", [True, False])
def test_a_person_registers_and_is_verified(alg: int, *, counts: bool) -> None:
    device = SoftAuthenticator(alg=alg, counts=counts)
    ceremonies = Ceremonies(party(), clock=Hand())
    options = ceremonies.register(user_name="me", known=())
    credential = ceremonies.complete_registration(device.create(options))
    assert Credential.decode(credential.encode()) == credential
    first = ceremonies.complete(device.get(ceremonies.ask([credential])))
    assert (first.at, first.credential.id) == (NOW, credential.id)
    assert first.credential.sign_count == int(counts)
    second = ceremonies.complete(device.get(ceremonies.ask([first.credential])))
    assert isinstance(first.prf, PrfOutput)
    assert first.prf == second.prf
    assert "***" in repr(first.prf)
    assert repr(first).count("b'") == 0


def test_the_options_say_what_is_wanted() -> None:
    device = SoftAuthenticator()
    ceremonies = Ceremonies(party(), clock=Hand())
    known = ceremonies.complete_registration(
        device.create(ceremonies.register(user_name="me", known=()))
    )
    options: Any = ceremonies.register(user_name="me", known=(known,))
    assert [each["id"] for each in options["excludeCredentials"]] == [base64url.encode(known.id)]
    assert options["attestation"] == "none"
    assert options["timeout"] == 300_000
    asked: Any = ceremonies.ask([known])
    assert asked["userVerification"] == "required"
    assert asked["challenge"] != options["challenge"]
    salts = asked["extensions"]["prf"]["evalByCredential"]
    assert salts == {base64url.encode(known.id): {"first": base64url.encode(known.salt)}}


def test_a_credential_that_syncs_is_taken_where_it_may_be() -> None:
    device = SoftAuthenticator(flags=PRESENT_AND_VERIFIED | FLAG.BE | FLAG.BS)
    ceremonies = Ceremonies(party(Synced.TAKEN), clock=Hand())
    credential = ceremonies.complete_registration(
        device.create(ceremonies.register(user_name="me", known=()))
    )
    assert credential.backup_eligible
    ceremonies.complete(device.get(ceremonies.ask([credential])))


def test_no_user_handle_and_no_prf_output_are_allowed() -> None:
    device = SoftAuthenticator()
    ceremonies = Ceremonies(party(), clock=Hand())
    credential = ceremonies.complete_registration(
        device.create(ceremonies.register(user_name="me", known=()))
    )
    device.prf = False
    answer = json.loads(device.get(ceremonies.ask([credential])))
    answer["response"]["userHandle"] = None
    assert ceremonies.complete(json.dumps(answer).encode()).prf is None


def test_old_ceremonies_are_forgotten_when_there_are_too_many() -> None:
    device = SoftAuthenticator()
    ceremonies = Ceremonies(party(), clock=Hand())
    first = ceremonies.register(user_name="me", known=())
    last = first
    for _ in range(limits.MAX_FIDO_CEREMONIES):
        last = ceremonies.register(user_name="me", known=())
    with pytest.raises(KridError) as error:
        ceremonies.complete_registration(device.create(first))
    assert error.value.code is Code.FIDO_CHALLENGE
    ceremonies.complete_registration(device.create(last))


@pytest.mark.parametrize(
    "origins",
    [
        (),
        ("http://wallet.example",),
        ("https://other.example",),
        ("https://evilwallet.example",),
        ("https://wallet.example/",),
        ("https://[",),
        ("wallet.example",),
    ],
)
def test_an_origin_that_does_not_belong_to_the_party(origins: tuple[str, ...]) -> None:
    with pytest.raises(KridError) as error:
        RelyingParty("wallet.example", name="", origins=origins, synced=Synced.REFUSED)
    assert error.value.code is Code.MISUSE_FIDO_PARTY


def test_origins_of_apps_subdomains_and_this_machine() -> None:
    origins = ("https://m.wallet.example:8443", "android:apk-key-hash:AAAA")
    RelyingParty("wallet.example", name="", origins=origins, synced=Synced.REFUSED)
    here = ("http://localhost:8080",)
    RelyingParty("localhost", name="", origins=here, synced=Synced.REFUSED)
    named = ("http://wallet.localhost:8703",)
    RelyingParty("wallet.localhost", name="", origins=named, synced=Synced.REFUSED)


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for parse in (Assertion.parse, Attestation.parse):
        with pytest.raises(KridError) as error:
            parse(raw)
        assert error.value.code is Code.FIDO_SYNTAX


@given(data=st.binary(max_size=120), signature=st.binary(max_size=80))
def test_any_authenticator_data_is_read_or_refused(data: bytes, signature: bytes) -> None:
    client_data = b'{"type": "webauthn.get", "challenge": "AAAA", "origin": "https://a.example"}'
    response = {
        "clientDataJSON": base64url.encode(client_data),
        "authenticatorData": base64url.encode(data),
        "attestationObject": base64url.encode(data),
        "signature": base64url.encode(signature),
    }
    answer = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}
    raw = json.dumps(answer).encode()
    for parse in (Assertion.parse, Attestation.parse):
        try:
            parse(raw)
        except KridError as error:
            assert error.code is Code.FIDO_SYNTAX


@given(
    id_=st.binary(),
    key=st.binary(),
    user=st.binary(),
    salt=st.binary(),
    count=st.integers(0, 2**32 - 1),
    backup=st.booleans(),
)
def test_a_record_reads_back(
    id_: bytes, key: bytes, user: bytes, salt: bytes, count: int, *, backup: bool
) -> None:
    made = Credential(id_, key, user, salt, count, backup)
    assert Credential.decode(made.encode()) == made


@pytest.mark.parametrize("record", [b"", b"{}", b'{"id": 5}', b"[]"])
def test_a_record_that_krid_did_not_write(record: bytes) -> None:
    with pytest.raises(KridError) as error:
        Credential.decode(record)
    assert error.value.code is Code.FIDO_CREDENTIAL_RECORD


def test_what_no_reader_raises_is_not_hidden() -> None:
    with pytest.raises(RuntimeError), reading():
        raise RuntimeError


def test_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fido2.webauthn", None)
    for parse in (Assertion.parse, Attestation.parse):
        with pytest.raises(KridError) as error:
            parse(b"{}")
        assert error.value.code is Code.MISUSE_EXTRA
