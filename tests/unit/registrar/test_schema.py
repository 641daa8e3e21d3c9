"""Which tables the log covers, and which it need not."""

import pytest

pytest.importorskip("alembic", reason="needs krid[registrar]")

from krid.registrar.book.schema import KEPT, METADATA, PREFIX

BY_DIGEST = {"delivery", "portrait"}
"""Covered by a digest in another row."""

OF_THE_LOG = {"head", "line", "touch"}
NO_PART_OF_IT = {"lease"}
"""Who works on what at this moment: nobody's rights hang on it."""


def test_the_log_covers_every_table() -> None:
    others = {f"{PREFIX}{name}" for name in BY_DIGEST | OF_THE_LOG | NO_PART_OF_IT}
    assert set(METADATA.tables) - {table.name for table in KEPT} == others
