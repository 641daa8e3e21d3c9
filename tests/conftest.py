"""What all tests share: where the public vectors lie."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test is timed: benchmarks are. The first draw of a process reads all of krid for constants,
# which takes seconds on a busy machine. A change is judged by the same inputs each time; new ones
# are looked for by `make explore`.
EXPLORES = os.environ.get("KRID_EXPLORE") == "1"
settings.register_profile(
    "krid",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not EXPLORES,
    print_blob=EXPLORES,
)
settings.load_profile("krid")

VECTORS = Path(
    os.environ.get("KRID_VECTORS", Path(__file__).parents[2] / "shared" / "vectors")
).resolve()


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of public test vectors; the test is skipped where it is absent."""
    if not VECTORS.is_dir():
        pytest.skip("public test vectors are absent: set KRID_VECTORS to their folder")
    return VECTORS


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name bytes and long texts by their argument: keys and signatures are new at each run."""
    if isinstance(val, bytes) or (isinstance(val, str) and len(val) > 60):
        return argname
    return None
