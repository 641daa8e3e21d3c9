"""OpenDID credentials: the signature of each claim (public vectors)."""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from krid.did.methods.omn import verify_claims
from krid.errors import Code, KridError
from krid.keys import Alg, Curve, LocalKey, PublicKey, multikey

FOLDER = Path(os.environ.get("KRID_VECTORS", "../shared/vectors")) / "opendid"
if not FOLDER.is_dir():
    pytest.skip("the vectors are not here: set KRID_VECTORS", allow_module_level=True)

SIGNED = json.loads((FOLDER / "presentation_signed.json").read_text(encoding="utf-8"))
UNSIGNED = json.loads((FOLDER / "documents_structure_only.json").read_text(encoding="utf-8"))
ISSUER = PublicKey.from_compressed(
    Curve.P256, multikey.decode_base58btc(SIGNED["issuer_public_key_multibase"][1:])
)
(CREDENTIAL,) = SIGNED["vp"]["verifiableCredential"]


def refusal(credential: dict[str, Any], key: PublicKey = ISSUER) -> Code:
    with pytest.raises(KridError) as error:
        verify_claims(credential, key=key)
    return error.value.code


def test_the_three_claims_verify() -> None:
    claims = verify_claims(CREDENTIAL, key=ISSUER)
    assert [claim["value"] for claim in claims] == ["Kim", "Jh", "2024-01-01"]  # type: ignore[index]


def test_any_subset_verifies() -> None:
    for kept in ((0,), (2,), (0, 2), (1, 2)):
        part = deepcopy(CREDENTIAL)
        part["credentialSubject"]["claims"] = [
            CREDENTIAL["credentialSubject"]["claims"][index] for index in kept
        ]
        part["proof"]["proofValueList"] = [
            CREDENTIAL["proof"]["proofValueList"][index] for index in kept
        ]
        assert len(verify_claims(part, key=ISSUER)) == len(kept)


@pytest.mark.parametrize("index", range(3))
@pytest.mark.parametrize("member", ["caption", "code", "format", "hideValue", "type", "value"])
def test_a_changed_claim(index: int, member: str) -> None:
    changed = deepcopy(CREDENTIAL)
    changed["credentialSubject"]["claims"][index][member] = "other"
    assert refusal(changed) is Code.OMN_SIGNATURE


def test_what_surrounds_the_claims() -> None:
    for member in ("id", "issuanceDate", "validUntil", "language"):
        assert refusal({**CREDENTIAL, member: "other"}) is Code.OMN_SIGNATURE
    swapped = deepcopy(CREDENTIAL)
    swapped["credentialSubject"]["claims"].reverse()
    assert refusal(swapped) is Code.OMN_SIGNATURE


def test_as_many_signatures_as_claims() -> None:
    for values in (
        CREDENTIAL["proof"]["proofValueList"][:2],
        [*CREDENTIAL["proof"]["proofValueList"], CREDENTIAL["proof"]["proofValueList"][0]],
    ):
        proof = {**CREDENTIAL["proof"], "proofValueList": values}
        assert refusal({**CREDENTIAL, "proof": proof}) is Code.OMN_PROOF


def _credentials(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("credentialSubject"), dict) and "proof" in value:
            yield value
        for member in value.values():
            yield from _credentials(member)
    elif isinstance(value, list):
        for member in value:
            yield from _credentials(member)


def test_nothing_is_believed_without_the_issuers_key() -> None:
    found = list(_credentials(UNSIGNED))
    assert found
    stranger = LocalKey.generate(Alg.ES256).public_key
    for credential in found:
        assert refusal(credential, stranger) in {
            Code.OMN_SIGNATURE,
            Code.OMN_PROOF,
            Code.OMN_SYNTAX,
        }
