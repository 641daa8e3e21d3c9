"""The package of web applications loads its names late."""

import pytest

import krid.web


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = krid.web.nothing
