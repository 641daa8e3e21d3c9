"""Finding formats: the standard ones, the installed ones, by name and by a glance."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest
from own_format import SignedJson

from krid.errors import Code, MalformedError, MisuseError
from krid.formats import installed_formats, named, recognised, standard_formats


def test_the_standard_formats() -> None:
    w3c = ["vc+sd-jwt", "vc+jwt", "vc+cose", "jwt_vc_json", "ldp_vc"]
    assert [each.name for each in standard_formats()] == ["dc+sd-jwt", "mso_mdoc", *w3c]


def test_a_format_is_found_by_name_or_refused() -> None:
    own = SignedJson()
    assert named((*standard_formats(), own), "example+jwt") is own
    with pytest.raises(MisuseError) as error:
        named(standard_formats(), "example+jwt")
    assert error.value.code is Code.MISUSE_FORMAT


def test_a_format_is_recognised_or_refused() -> None:
    own = SignedJson()
    assert recognised((own,), b"ey.a.b") is own
    with pytest.raises(MalformedError) as error:
        recognised((own,), b"nothing")
    assert error.value.code is Code.INPUT_UNKNOWN


def test_installed_formats_come_from_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("own", "own_format:SignedJson", "krid.formats")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: EntryPoints([point]))
    (found,) = installed_formats()
    assert found.name == "example+jwt"
