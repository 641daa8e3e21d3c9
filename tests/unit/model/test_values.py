"""The values of the model: frozen, closed, and silent about people."""

import dataclasses
import inspect
from datetime import UTC, datetime

import pytest

import krid.model
from krid.keys import Alg, LocalKey
from krid.model import (
    BEARER,
    NO_STATUS,
    AcceptedCredential,
    Inspection,
    IssueOrder,
    IssuerKey,
    StatusReference,
    VerifiedCredential,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECRET = {"family_name": "Invented"}
STATUS = StatusReference("https://status.example/1", 4711)
VALUES = [
    kind
    for _, kind in inspect.getmembers(krid.model, inspect.isclass)
    if dataclasses.is_dataclass(kind)
]


@pytest.mark.parametrize("kind", VALUES)
def test_values_are_frozen_slotted_and_final(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # set by dataclass
    assert "__slots__" in vars(kind)
    assert getattr(kind, "__final__", False)


def _personal() -> list[object]:
    key = LocalKey.generate(Alg.ES256).public_key
    signer = IssuerKey(key=key, issuer="i", path="p")
    path = ("place_of_birth", "invented place")
    return [
        IssueOrder(
            type="t",
            claims=SECRET,
            holder=key,
            issuer="i",
            alg=Alg.ES256,
            key_id=None,
            certificates=(),
            signed_at=NOW,
            valid_from=NOW,
            valid_until=NOW,
            status=STATUS,
        ),
        AcceptedCredential(
            format="f",
            type="t",
            issuer="i",
            signer=signer,
            claims=SECRET,
            withholdable=(path,),
            holder=None,
            valid_from=None,
            valid_until=None,
            status=(STATUS,),
        ),
        Inspection(format="f", type="t", content=SECRET),
        VerifiedCredential(
            format="f",
            type="t",
            issuer="i",
            signer=signer,
            claims=SECRET,
            holder=None,
            valid_until=None,
            status=(STATUS,),
            evidence=(),
        ),
    ]


@pytest.mark.parametrize("value", _personal(), ids=lambda value: type(value).__name__)
def test_no_repr_shows_claims_or_the_status_index(value: object) -> None:
    for word in ("Invented", "family_name", "invented place", "4711"):
        assert word not in repr(value)


def test_the_two_opt_outs_are_told_apart() -> None:
    assert BEARER.value == "bearer"
    assert NO_STATUS.value == "no status"
    assert repr(STATUS) == "StatusReference(uri='https://status.example/1', index=***)"


def test_the_ports_are_protocols() -> None:
    for name in ("CredentialFormat", "IssuerKeys", "StatusSource"):
        with pytest.raises(TypeError, match="Protocols cannot be instantiated"):
            getattr(krid.model, name)()
