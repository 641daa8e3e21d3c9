import pytest

from krid.errors import Code, KridError
from krid.model import StatusReference, encode_status
from krid.status import parse_reference

URI = "https://mois.example/status/1"


def test_reads_what_it_wrote() -> None:
    reference = StatusReference(URI, 7)
    assert parse_reference(encode_status(reference)) == reference


def test_passes_over_what_other_specifications_add() -> None:
    claim = {"status_list": {"idx": 0, "uri": URI, "more": 1}, "other": {}}
    assert parse_reference(claim) == StatusReference(URI, 0)


@pytest.mark.parametrize(
    "claim",
    [
        None,
        [],
        {"status_list": []},
        {"status_list": {"uri": URI}},
        {"status_list": {"idx": True, "uri": URI}},
        {"status_list": {"idx": 1.0, "uri": URI}},
        {"status_list": {"idx": -1, "uri": URI}},
        {"status_list": {"idx": 1}},
        {"status_list": {"idx": 1, "uri": 5}},
        {"status_list": {"idx": 1, "uri": "https://"}},
        {"status_list": {"idx": 1, "uri": "http://mois.example/status/1"}},
        {"status_list": {"idx": 1, "uri": "file:///etc/passwd"}},
    ],
)
def test_refuses_another_shape(claim: object) -> None:
    with pytest.raises(KridError) as error:
        parse_reference(claim)
    assert error.value.code is Code.STATUS_SYNTAX


def test_a_claim_without_a_status_list_is_told() -> None:
    with pytest.raises(KridError) as error:
        parse_reference({"other": {}})
    assert error.value.code is Code.STATUS_MECHANISM
