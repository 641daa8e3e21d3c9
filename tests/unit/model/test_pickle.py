"""What verifying and issuing give can go to another process and back."""

import pickle
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from krid._core.frozen import freeze_object
from krid.errors import Code, KridError, MalformedError
from krid.exchange import IssuedCredential
from krid.keys import Alg, Curve, LocalKey
from krid.model import (
    AcceptedCredential,
    BitstringEntry,
    Check,
    Evidence,
    IssuerKey,
    StatusReference,
    VerifiedCredential,
)

KEY = LocalKey.generate(Alg.ES256).public_key
NOW = datetime(2026, 6, 1, tzinfo=UTC)
CLAIMS = freeze_object({"name": "Kim", "places": ["Seoul", {"zip": [1, None]}], "raw": b"\0"})
STATUS = StatusReference("https://mois.example/status/1", 7)
BITSTRING = BitstringEntry(
    uri="https://mois.example/status/2",
    index=7,
    purpose="message",
    messages=MappingProxyType({0: "x"}),
)
SIGNER = IssuerKey(key=KEY, issuer="https://mois.example", path="known")

VERIFIED = VerifiedCredential(
    format="dc+sd-jwt",
    type="urn:example:card",
    issuer="https://mois.example",
    claims=CLAIMS,
    holder=KEY,
    valid_until=NOW,
    signer=SIGNER,
    status=(STATUS, BITSTRING),
    evidence=(Evidence(Check.ISSUER, "known"),),
)
ACCEPTED = AcceptedCredential(
    format="dc+sd-jwt",
    type="urn:example:card",
    issuer="https://mois.example",
    claims=CLAIMS,
    withholdable=(("name",), ("places", 0)),
    holder=None,
    valid_from=None,
    valid_until=NOW,
    signer=SIGNER,
    status=(),
)


@pytest.mark.parametrize("value", [VERIFIED, ACCEPTED, IssuedCredential("dc+sd-jwt", b"x~")])
def test_it_comes_back_the_same(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301  just made


def test_the_claims_are_still_read_only() -> None:
    there = pickle.loads(pickle.dumps(VERIFIED))  # noqa: S301  just made
    assert isinstance(there.claims, MappingProxyType)
    assert isinstance(there.claims["places"][1], MappingProxyType)


@pytest.mark.parametrize("curve", Curve)
def test_a_public_key_comes_back_on_its_curve(curve: Curve) -> None:
    key = LocalKey.generate_on(curve).public_key
    assert pickle.loads(pickle.dumps(key)) == key  # noqa: S301  just made


def test_a_public_key_is_checked_again() -> None:
    forged = pickle.dumps(KEY).replace(KEY.raw, bytes(64))
    with pytest.raises(MalformedError) as error:
        pickle.loads(forged)  # noqa: S301  just made
    assert error.value.code is Code.KEY_POINT


def test_a_private_key_does_not_travel() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(LocalKey.generate(Alg.ES256))


def test_an_error_comes_back_with_its_code() -> None:
    there = pickle.loads(pickle.dumps(KridError(Code.KB_NONCE, "x")))  # noqa: S301  just made
    assert (there.code, there.detail) == (Code.KB_NONCE, "x")
