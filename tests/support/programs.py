"""Programs that a test starts: whatever becomes of the test, nothing of them is left."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def running(command: Sequence[str], **words: Any) -> "Iterator[subprocess.Popen[Any]]":
    """Start a program, and kill it and all that it started at the end, stopped ones as well."""
    with subprocess.Popen(command, start_new_session=True, **words) as process:  # noqa: S603  the test's own words
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
