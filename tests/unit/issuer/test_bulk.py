"""Many credentials over threads."""

from dataclasses import replace
from datetime import timedelta

import pytest
from roles import DAY, PROFILE, TYPE, Cast

from krid.errors import Code, KridError, MisuseError
from krid.exchange import IssuedCredential
from krid.formats import named, standard_formats
from krid.issuer import Entry, Issuer, issue_many
from krid.model import BEARER, NO_STATUS

FORMAT = "dc+sd-jwt"


def _issuer() -> Issuer:
    profile = replace(PROFILE, formats=frozenset({FORMAT}))
    return Cast().make_issuer(profile=profile, formats=standard_formats())


def _entry(name: object) -> Entry:
    return Entry(claims={"name": name}, holder=BEARER, status=NO_STATUS)


def test_credentials_come_in_order() -> None:
    names = [f"name {number}" for number in range(40)]
    found = list(
        issue_many(_issuer(), FORMAT, map(_entry, names), type=TYPE, lifetime=DAY, workers=2)
    )
    assert len(found) == len(names)
    for name, each in zip(names, found, strict=True):
        assert isinstance(each, IssuedCredential)
        payload = named(standard_formats(), FORMAT).inspect(each.raw).content["payload"]
        assert isinstance(payload, dict)
        assert payload["name"] == name


def test_an_entry_that_cannot_be_issued_stands_in_its_place() -> None:
    entries = [_entry("Kim"), _entry({1, 2}), _entry("Lee")]
    found = list(issue_many(_issuer(), FORMAT, entries, type=TYPE, lifetime=DAY, workers=1))
    assert isinstance(found[0], IssuedCredential)
    assert isinstance(found[1], KridError)
    assert found[1].code is Code.MISUSE_CLAIMS
    assert isinstance(found[2], IssuedCredential)


def test_what_is_wrong_for_all_is_said_for_each() -> None:
    (found,) = issue_many(
        _issuer(), FORMAT, [_entry("Kim")], type=TYPE, lifetime=timedelta(0), workers=1
    )
    assert isinstance(found, MisuseError)
    assert found.code is Code.MISUSE_LIFETIME


def test_the_number_of_threads_is_bounded() -> None:
    with pytest.raises(MisuseError) as error:
        issue_many(_issuer(), FORMAT, [], type=TYPE, lifetime=DAY, workers=0)
    assert error.value.code is Code.MISUSE_OPTION
