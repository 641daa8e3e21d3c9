"""The VC API against its own OpenAPI document, by schemathesis."""

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krid._core.clock import FixedClock

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("pyld", reason="the extra `ld` is not installed")
pytest.importorskip("py_arkworks_bls12381", reason="the extra `bbs` is not installed")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402
from vc_apis import Signing, all_services, whole  # noqa: E402

from krid.web import VcService, vc_api_app  # noqa: E402

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))


def _services() -> dict[str, VcService]:
    real = {prefix: served.service for prefix, served in all_services(CLOCK).items()}
    return {"/suite/p-256": whole(Signing()), **real}


APP = vc_api_app(_services())


def _operations() -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the packages underneath schemathesis
        schema = schemathesis.openapi.from_asgi("/openapi.json", APP)
        return [result.ok() for result in schema.get_all_operations()]


@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.label)
@pytest.mark.filterwarnings("ignore")
def test_answers_are_as_the_document_says(operation: Any) -> None:
    # A body that fits the schema need not hold a credential, which is status 400.
    @given(data=st.data())
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def try_it(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    try_it()
