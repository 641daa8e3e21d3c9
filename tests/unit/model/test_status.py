"""What an issuer orders as a status, and which formats can carry it."""

import pytest

from krid.errors import Code, MisuseError
from krid.model import (
    NO_STATUS,
    BitstringEntry,
    OrderedStatus,
    StatusReference,
    bitstring_entries,
    encode_bitstring_entries,
    encode_bitstring_entry,
    one_reference,
    parse_bitstring_entries,
)

REFERENCE = StatusReference("https://mois.example/status/1", 7)
REVOCATION = BitstringEntry(uri="https://mois.example/list/1", index=7, purpose="revocation")
SUSPENSION = BitstringEntry(uri="https://mois.example/list/2", index=7, purpose="suspension")
BELOW = BitstringEntry(uri="https://mois.example/list/1", index=-1, purpose="revocation")


def test_a_reference_is_what_the_status_claim_carries() -> None:
    assert one_reference(REFERENCE) == REFERENCE
    assert one_reference(NO_STATUS) is None


@pytest.mark.parametrize(
    ("status", "entries"),
    [
        (NO_STATUS, ()),
        (REVOCATION, (REVOCATION,)),
        ((REVOCATION, SUSPENSION), (REVOCATION, SUSPENSION)),
    ],
)
def test_entries_are_what_a_w3c_credential_carries(
    status: OrderedStatus, entries: tuple[BitstringEntry, ...]
) -> None:
    assert bitstring_entries(status) == entries


@pytest.mark.parametrize(
    "status", [REVOCATION, (REVOCATION, SUSPENSION), StatusReference("https://mois.example", -1)]
)
def test_a_status_that_no_claim_can_say_is_a_misuse(status: OrderedStatus) -> None:
    with pytest.raises(MisuseError) as caught:
        one_reference(status)
    assert caught.value.code is Code.MISUSE_STATUS


@pytest.mark.parametrize(
    "status",
    [REFERENCE, (), (REVOCATION, REFERENCE), (REVOCATION, REVOCATION), BELOW, (REVOCATION,) * 17],
)
def test_a_status_that_no_entry_can_say_is_a_misuse(status: OrderedStatus) -> None:
    with pytest.raises(MisuseError) as caught:
        bitstring_entries(status)
    assert caught.value.code is Code.MISUSE_STATUS


@pytest.mark.parametrize("entries", [(REVOCATION,), (REVOCATION, SUSPENSION)])
def test_what_is_written_is_read_again(entries: tuple[BitstringEntry, ...]) -> None:
    assert parse_bitstring_entries(encode_bitstring_entries(entries)) == entries


def test_one_entry_stands_without_an_array() -> None:
    assert encode_bitstring_entries((REVOCATION,)) == encode_bitstring_entry(REVOCATION)
