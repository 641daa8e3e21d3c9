"""A whole OpenDID presentation with public data, and all its public credentials (vectors)."""

import json
import os
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from krid.errors import Code, KridError
from krid.keys import Curve, PublicKey, multikey
from krid.model import NO_STATUS
from krid.opendid import (
    Unlocking,
    inspect,
    looks_like,
    parse_credential,
    parse_presentation,
    verify_credential,
    verify_presentation,
)
from krid.trust import KeyTrust

FOLDER = Path(os.environ.get("KRID_VECTORS", "../shared/vectors")) / "opendid"
if not FOLDER.is_dir():
    pytest.skip("the vectors are not here: set KRID_VECTORS", allow_module_level=True)

SIGNED = json.loads((FOLDER / "presentation_signed.json").read_text(encoding="utf-8"))
UNSIGNED = json.loads((FOLDER / "documents_structure_only.json").read_text(encoding="utf-8"))
CARDS = [
    each["document"] for each in UNSIGNED["documents"] if "credentialSubject" in each["document"]
]
VP = SIGNED["vp"]
(VC,) = VP["verifiableCredential"]
KEY = PublicKey.from_compressed(
    Curve.P256, multikey.decode_base58btc(SIGNED["issuer_public_key_multibase"][1:])
)
TRUST = KeyTrust.of(KEY, issuer="did:omn:issuer")
NOW = datetime(2024, 9, 6, 2, 33, tzinfo=UTC)
SKEW = timedelta(seconds=60)


def encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def refusal(card: dict[str, Any], now: datetime = NOW) -> Code:
    with pytest.raises(KridError) as error:
        verify_credential(encode(card), issuers=TRUST, status=NO_STATUS, now=now, skew=SKEW)
    return error.value.code


def test_the_credential_verifies_as_a_whole() -> None:
    found = verify_credential(encode(VC), issuers=TRUST, status=NO_STATUS, now=NOW, skew=SKEW)
    assert dict(found.claims) == {
        "org.iso.18013.5.family_name": "Kim",
        "org.iso.18013.5.given_name": "Jh",
        "org.iso.18013.5.birth_date": "2024-01-01",
    }
    assert found.signer.issuer == "did:omn:issuer"


def test_any_changed_claim_is_refused() -> None:
    for index in range(3):
        changed = deepcopy(VC)
        changed["credentialSubject"]["claims"][index]["value"] += "x"
        assert refusal(changed) is Code.OMN_SIGNATURE


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_any_other_number_of_signatures_is_refused(count: int) -> None:
    changed = deepcopy(VC)
    changed["proof"]["proofValueList"] = (VC["proof"]["proofValueList"] * 2)[:count]
    assert refusal(changed) is Code.OMN_PROOF


def test_it_has_expired_today() -> None:
    assert refusal(VC, datetime(2026, 6, 1, tzinfo=UTC)) is Code.W3C_EXPIRED


def test_the_presentation_is_read() -> None:
    shown = parse_presentation(encode(VP))
    assert shown.holder == shown.credentials[0].subject == "did:omn:3HZum4mVMDMzJ12ZUAFykYPQqfzi"
    assert len(shown.nonce) == 16
    assert shown.proofs[0].key.key_id == "pin"
    assert inspect(encode(VP)).type == VC["credentialSchema"]["id"]


class _Unpublished:
    """The holder's document is not public."""

    def find(self, did: str, *, version_id: str | None = None) -> Any:
        raise KridError(Code.DID_NOT_FOUND, f"{did[:7]} {version_id}")


def test_nothing_is_believed_without_the_holders_document() -> None:
    with pytest.raises(KridError) as error:
        verify_presentation(
            encode(VP),
            issuers=TRUST,
            documents=_Unpublished(),
            unlocking=Unlocking.PIN,
            status=NO_STATUS,
            nonce=VP["verifierNonce"],
            now=NOW,
            skew=SKEW,
            max_age=SKEW,
        )
    assert error.value.code is Code.DID_NOT_FOUND
    assert [each.check.value for each in error.value.proved] == [
        "issuer",
        "issuer_signature",
        "validity",
    ]


@pytest.mark.parametrize("index", range(len(CARDS)))
def test_credentials_of_which_the_structure_alone_is_public(index: int) -> None:
    """Where signatures should be some have words; with another's signatures they are read."""
    card = CARDS[index]
    raw = encode(card)
    assert looks_like(raw)
    assert refusal(card) in {Code.OMN_PROOF, Code.TRUST_UNKNOWN_ISSUER}
    claims = card["credentialSubject"]["claims"]
    signature = VC["proof"]["proofValueList"][0]
    signed = {**VC["proof"], "proofValueList": [signature] * len(claims)}
    read = parse_credential(encode({**card, "proof": signed}))
    assert [claim.code for claim in read.claims] == [claim["code"] for claim in claims]
    assert refusal({**card, "issuer": VC["issuer"], "proof": signed}) is Code.OMN_SIGNATURE
