"""OpenDID credentials through the port that all formats share."""

from typing import Any

import pytest
from omn_world import AGE, CLAIMS, ISSUER, NONCE, NOW, SCHEMA, SKEW, World, encode, record, show

from krid._core.entropy import system_entropy
from krid.errors import BindingError, Code, ContentError, KridError, UnsupportedError
from krid.keys import Alg
from krid.model import BEARER, Bearer, Challenge, CredentialFormat, VerifiedCredential
from krid.opendid import OpenDidFormat, Unlocking
from krid.status.records import RecordStatus, VcMetaList
from krid.trust import KeyTrust

WORLD = World()
TRUST = KeyTrust.of(WORLD.issuer.keys["assert"].public_key, issuer=ISSUER)
FORMAT = OpenDidFormat(documents=WORLD.documents, unlocking=Unlocking.PIN)
CHALLENGE = Challenge(audience="https://bank.example", nonce=NONCE)
CARD = WORLD.credential()


def verify(raw: bytes, challenge: Challenge | Bearer) -> VerifiedCredential:
    return FORMAT.verify(raw, issuers=TRUST, challenge=challenge, now=NOW, skew=SKEW, max_age=AGE)


def test_it_is_a_format() -> None:
    port: CredentialFormat = FORMAT
    assert port.name == "opendid_vc"
    assert port.recognises(encode(CARD))
    assert not port.recognises(b"[" + encode(CARD))
    assert not port.recognises(b'{"OsdSchemaCredential": 1}')
    assert not port.recognises(b'{"proofValue": 1}')


def test_a_presentation_of_one_credential() -> None:
    found = verify(encode(WORLD.presentation(show(CARD, 0))), CHALLENGE)
    assert dict(found.claims) == {"name": "Hong Gildong"}
    assert found.type == SCHEMA
    assert found.types == {SCHEMA, "VerifiableCredential"}
    assert found.holder == WORLD.holder.keys["pin"].public_key
    records = RecordStatus(VcMetaList({"credential": record(CARD)}))
    (entry,) = found.status
    assert "ACTIVE" in records.check(entry, issuer=found.signer, now=NOW).detail


def test_a_credential_that_nobody_presents() -> None:
    found = verify(encode(CARD), BEARER)
    assert found.holder is None
    assert len(found.claims) == 3


def test_what_was_not_asked_for() -> None:
    with pytest.raises(BindingError) as error:
        verify(encode(CARD), CHALLENGE)
    assert error.value.code is Code.KB_MISSING
    with pytest.raises(BindingError) as error:
        verify(encode(WORLD.presentation()), BEARER)
    assert error.value.code is Code.KB_UNEXPECTED
    with pytest.raises(ContentError) as several:
        verify(encode(WORLD.presentation(CARD, CARD)), CHALLENGE)
    assert several.value.code is Code.OMN_SEVERAL


def test_a_holder_accepts_it() -> None:
    found = FORMAT.accept(encode(CARD), issuers=TRUST, now=NOW)
    assert found.withholdable == tuple((each["code"],) for each in CLAIMS)
    whole: dict[str, Any] = {**CARD, "proof": dict(CARD["proof"])}
    del whole["proof"]["proofValueList"]
    assert FORMAT.accept(encode(whole), issuers=TRUST, now=NOW).withholdable == ()


def test_inspection() -> None:
    seen = FORMAT.inspect(encode(CARD))
    assert (seen.type, list(seen.content)) == (SCHEMA, ["credential"])
    assert FORMAT.inspect(encode(WORLD.presentation())).type == SCHEMA
    other = WORLD.credential(
        credentialSchema={"id": "https://other.example", "type": "OsdSchemaCredential"}
    )
    seen = FORMAT.inspect(encode(WORLD.presentation(CARD, other)))
    assert (seen.type, list(seen.content)) == (None, ["presentation"])


def test_it_makes_none() -> None:
    with pytest.raises(UnsupportedError) as error:
        FORMAT.prepare_issue(None, entropy=system_entropy)  # type: ignore[arg-type]  # refused
    assert error.value.code is Code.OMN_READ_ONLY
    with pytest.raises(KridError) as refused:
        FORMAT.prepare_presentation(b"", disclose=(), challenge=CHALLENGE, alg=Alg.ES256, now=NOW)
    assert refused.value.code is Code.OMN_READ_ONLY
