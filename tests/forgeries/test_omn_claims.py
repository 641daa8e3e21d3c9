"""OpenDID credentials that break one rule of their claims' signatures each."""

from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.did.methods.omn import verify_claims
from krid.did.methods.omn.proof import signed_bytes
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey

KEY = LocalKey.generate(Alg.ES256)
CLAIMS = [{"code": "name", "value": "Hong Gildong"}, {"code": "age", "value": "20", "gone": None}]
PROOF = {
    "type": "Secp256r1Signature2018",
    "proofPurpose": "assertionMethod",
    "verificationMethod": "did:omn:issuer?versionId=1#assert",
}


def credential(key: LocalKey = KEY, **proof: Any) -> dict[str, Any]:
    """Make a credential as an OpenDID issuer does, each claim signed alone."""
    made: dict[str, Any] = {"id": "1", "credentialSubject": {"id": "did:omn:x", "claims": CLAIMS}}
    stated = {**PROOF, **proof}
    values = []
    for claim in CLAIMS:
        alone = {**made, "credentialSubject": {"id": "did:omn:x", "claims": [claim]}}
        signature = bytes((31,)) + key.sign(signed_bytes(alone, stated))
        values.append("m" + b64encode(signature).decode())
    return {**made, "proof": {**stated, "proofValueList": values}}


def refusal(made: dict[str, Any], key: LocalKey = KEY) -> Code:
    with pytest.raises(KridError) as error:
        verify_claims(made, key=key.public_key)
    return error.value.code


def test_the_genuine_passes() -> None:
    claims = verify_claims(credential(), key=KEY.public_key)
    assert [claim["code"] for claim in claims] == ["name", "age"]  # type: ignore[index]
    other = LocalKey.generate(Alg.ES256K)
    made = credential(other, type="Secp256k1Signature2018")
    assert len(verify_claims(made, key=other.public_key)) == 2


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    made = deepcopy(credential())
    change(made)
    return made


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], Code]] = {
    "a claim": (
        lambda c: c["credentialSubject"]["claims"][0].update(value="x"),
        Code.OMN_SIGNATURE,
    ),
    "the subject": (lambda c: c["credentialSubject"].update(id="did:omn:y"), Code.OMN_SIGNATURE),
    "claims in another order": (
        lambda c: c["credentialSubject"]["claims"].reverse(),
        Code.OMN_SIGNATURE,
    ),
    "one signature too few": (lambda c: c["proof"]["proofValueList"].pop(), Code.OMN_PROOF),
    "one signature too many": (
        lambda c: c["proof"]["proofValueList"].append(c["proof"]["proofValueList"][0]),
        Code.OMN_PROOF,
    ),
    "no claims": (
        lambda c: (c["credentialSubject"]["claims"].clear(), c["proof"]["proofValueList"].clear()),
        Code.OMN_PROOF,
    ),
    "no signatures": (lambda c: c["proof"].pop("proofValueList"), Code.OMN_PROOF),
    "a signature cut short": (
        lambda c: c["proof"]["proofValueList"].__setitem__(0, "mAAAA"),
        Code.OMN_PROOF,
    ),
    "another purpose": (lambda c: c["proof"].update(proofPurpose="authentication"), Code.OMN_PROOF),
    "no purpose": (lambda c: c["proof"].pop("proofPurpose"), Code.OMN_PROOF),
    "an unknown type": (lambda c: c["proof"].update(type="x"), Code.OMN_PROOF),
    "the type of another curve": (
        lambda c: c["proof"].update(type="Secp256k1Signature2018"),
        Code.OMN_PROOF,
    ),
    "no proof": (lambda c: c.pop("proof"), Code.OMN_PROOF),
    "no subject": (lambda c: c.pop("credentialSubject"), Code.OMN_SYNTAX),
    "claims that are an object": (
        lambda c: c["credentialSubject"].update(claims={}),
        Code.OMN_SYNTAX,
    ),
    "a claim that is text": (
        lambda c: c["credentialSubject"]["claims"].__setitem__(0, "x"),
        Code.OMN_SYNTAX,
    ),
    "a number without a canonical form": (lambda c: c.update(odd=2**70), Code.OMN_SYNTAX),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_one_rule(name: str) -> None:
    change, code = BROKEN[name]
    assert refusal(changed(change)) is code


def test_another_key() -> None:
    assert refusal(credential(), LocalKey.generate(Alg.ES256)) is Code.OMN_SIGNATURE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.sampled_from(["credentialSubject", "proof", "id"]), JSON.filter(lambda each: each != "1"))
def test_any_member_is_read_or_refused(member: str, value: Any) -> None:
    with pytest.raises(KridError):
        verify_claims({**credential(), member: value}, key=KEY.public_key)
