"""Verifying what was issued and presented: what is proved, and that nothing else passes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid import mdoc
from krid.errors import Code, ContentError, KridError, MisuseError, ValidityError
from krid.model import IssuerHint

NAMESPACE = "org.iso.18013.5.1"
NAMES = ["family_name", "birth_date", "portrait", "driving_privileges"]


def test_the_claims_are_those_that_were_disclosed(world: Any) -> None:
    (verified,) = world.verify(world.respond("birth_date", "driving_privileges"))
    assert verified.credential.claims == {
        NAMESPACE: {
            "birth_date": "1990-02-03",
            "driving_privileges": ({"vehicle_category_code": "B", "issue_date": "2018-08-09"},),
        }
    }
    assert verified.device_elements == {}


def test_what_was_proved_is_said_in_order(world: Any) -> None:
    (verified,) = world.verify(world.respond("family_name"))
    credential = verified.credential
    assert [each.check for each in credential.evidence] == [
        "issuer",
        "issuer_signature",
        "integrity",
        "validity",
        "type",
        "holder",
        "device_elements",
    ]
    assert credential.evidence[2].detail == "1 disclosed, SHA-256"
    assert credential.format == "mso_mdoc"
    assert credential.type == "org.iso.18013.5.1.mDL"
    assert credential.issuer == "CN=Invented"
    assert credential.holder == world.device.public_key
    assert credential.valid_until == world.credential.mso.validity.valid_until
    assert credential.status == ()


def test_the_issuer_is_asked_for_by_type_and_certificates(world: Any, now: datetime) -> None:
    world.issuers.asked.clear()
    world.verify(world.respond())
    hint = IssuerHint(
        format="mso_mdoc",
        type="org.iso.18013.5.1.mDL",
        alg=world.signer.alg,
        certificates=(b"certificate",),
    )
    assert world.issuers.asked == [(hint, now)]


def test_verified_claims_are_read_only(world: Any) -> None:
    (verified,) = world.verify(world.respond(*NAMES))
    claims: Any = verified.credential.claims
    for mapping in (claims, claims[NAMESPACE], claims[NAMESPACE]["driving_privileges"][0]):
        with pytest.raises(TypeError):
            mapping["x"] = 1


def test_no_repr_shows_an_element(world: Any) -> None:
    response = world.respond(*NAMES)
    for value in (response, world.credential, world.verify(response), world.transcript):
        assert "Invented'" not in repr(value).replace("CN=Invented'", "")
        assert "1990" not in repr(value)


def test_a_holder_accepts_what_was_issued(world: Any, now: datetime) -> None:
    accepted = mdoc.accept(world.credential, issuers=world.issuers, now=now, skew=timedelta(0))
    assert accepted.format == "mso_mdoc"
    assert accepted.type == "org.iso.18013.5.1.mDL"
    assert accepted.issuer == "CN=Invented"
    assert accepted.holder == world.device.public_key
    assert accepted.claims["org.example.1"] == {"score": 1.5}
    assert set(accepted.withholdable) == {
        *((NAMESPACE, name) for name in NAMES),
        ("org.example.1", "score"),
    }
    validity = world.credential.mso.validity
    assert (accepted.valid_from, accepted.valid_until) == (
        validity.valid_from,
        validity.valid_until,
    )
    assert accepted.status == ()


def test_every_document_is_verified(world: Any) -> None:
    first, second = world.respond("family_name"), world.respond("birth_date")
    both = replace(first, documents=first.documents + second.documents)
    verified = world.verify(mdoc.parse_device_response(mdoc.encode_device_response(both)))
    assert [list(_elements(each)) for each in verified] == [["family_name"], ["birth_date"]]
    broken = replace(second.documents[0], doctype="another")
    with pytest.raises(ContentError) as error:
        world.verify(replace(first, documents=(*first.documents, broken)))
    assert error.value.code is Code.MDOC_DOCTYPE


def _elements(verified: mdoc.VerifiedDocument) -> Mapping[str, object]:
    elements = verified.credential.claims[NAMESPACE]
    assert isinstance(elements, Mapping)
    return elements


def _at(world: Any, now: datetime, skew: timedelta) -> None:
    mdoc.accept(world.credential, issuers=world.issuers, now=now, skew=skew)


def test_the_validity_includes_both_its_ends(world: Any) -> None:
    validity, second, zero = world.credential.mso.validity, timedelta(seconds=1), timedelta(0)
    _at(world, validity.valid_from, zero)
    _at(world, validity.valid_until, zero)
    _at(world, validity.valid_from - second, second)
    _at(world, validity.valid_until + second, second)
    for now, skew, code in (
        (validity.valid_from - second, zero, Code.MDOC_NOT_YET_VALID),
        (validity.valid_until + second, zero, Code.MDOC_EXPIRED),
        (validity.valid_from - 2 * second, second, Code.MDOC_NOT_YET_VALID),
        (validity.valid_until + 2 * second, second, Code.MDOC_EXPIRED),
        (datetime.max.replace(tzinfo=validity.signed.tzinfo), second, Code.MDOC_EXPIRED),
        (datetime.min.replace(tzinfo=validity.signed.tzinfo), second, Code.MDOC_NOT_YET_VALID),
    ):
        with pytest.raises(ValidityError) as error:
            _at(world, now, skew)
        assert error.value.code is code


def _verify_at(world: Any, now: datetime, skew: timedelta) -> None:
    mdoc.verify(
        world.respond(),
        issuers=world.issuers,
        transcript=world.transcript,
        reader_key=mdoc.NO_READER_KEY,
        now=now,
        skew=skew,
    )


@pytest.mark.parametrize("act", [_at, _verify_at])
@pytest.mark.parametrize("seconds", [-1, 301, 10**9])
def test_a_skew_out_of_range_is_a_misuse(
    world: Any, now: datetime, act: Callable[..., None], seconds: int
) -> None:
    with pytest.raises(MisuseError) as error:
        act(world, now, timedelta(seconds=seconds))
    assert error.value.code is Code.MISUSE_OPTION


@pytest.mark.parametrize("act", [_at, _verify_at])
def test_a_naive_time_is_a_misuse(world: Any, now: datetime, act: Callable[..., None]) -> None:
    with pytest.raises(MisuseError) as error:
        act(world, now.replace(tzinfo=None), timedelta(0))
    assert error.value.code is Code.MISUSE_NAIVE_TIME


@given(st.sets(st.sampled_from(NAMES)))
@settings(max_examples=16)
def test_any_subset_of_elements_verifies(world: Any, names: set[str]) -> None:
    raw = mdoc.encode_device_response(world.respond(*names))
    (verified,) = world.verify(mdoc.parse_device_response(raw))
    claims = verified.credential.claims
    assert set(claims.get(NAMESPACE, ())) == names


@pytest.fixture(scope="module")
def raw_response(world: Any) -> bytes:
    return mdoc.encode_device_response(world.respond("family_name", "portrait"))


@given(st.data())
@settings(max_examples=400)
def test_any_changed_bit_is_refused(world: Any, raw_response: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, 8 * len(raw_response) - 1))
    changed = bytearray(raw_response)
    changed[position // 8] ^= 1 << position % 8
    with pytest.raises(KridError):
        world.verify(mdoc.parse_device_response(bytes(changed)))


@given(st.data())
@settings(max_examples=100)
def test_any_cut_and_any_added_byte_is_refused(
    world: Any, raw_response: bytes, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(raw_response) - 1))
    for changed in (raw_response[:length], raw_response + raw_response[:length] + b"\x00"):
        with pytest.raises(KridError):
            mdoc.parse_device_response(changed)
