"""What an exit status tells a script: try again later, or something was refused."""

import pytest

from krid.cli.exits import Exit, exit_for
from krid.errors import (
    Code,
    ContentError,
    KridError,
    MisuseError,
    StoreError,
    TransportError,
    UnsupportedError,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (StoreError(Code.REGISTER_DATABASE), Exit.MISSING),
        (StoreError(Code.REGISTER_WORKER), Exit.MISSING),
        (StoreError(Code.STATUS_DATABASE), Exit.MISSING),
        (StoreError(Code.STORE_BUSY), Exit.MISSING),
        (TransportError(Code.NET_TIME), Exit.MISSING),
        (UnsupportedError(Code.DI_EXTRA), Exit.MISSING),
        (MisuseError(Code.MISUSE_OPTION), Exit.WORDS),
        (StoreError(Code.REGISTER_ROW), Exit.REJECTED),
        (ContentError(Code.REGISTER_LEASE), Exit.REJECTED),
    ],
)
def test_what_could_not_be_had_is_not_what_was_refused(error: KridError, status: Exit) -> None:
    assert exit_for(error) is status
