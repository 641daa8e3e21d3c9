"""The resolver service against its own OpenAPI document, by schemathesis."""

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krid._core.clock import FixedClock
from krid.did import DidJwk, DidKey, DidPeer, Resolver

pytest.importorskip("starlette", reason="the extra `web` is not installed")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402

from krid.web.resolver import resolver_app  # noqa: E402

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
APP = resolver_app(Resolver((DidKey(), DidJwk(), DidPeer()), clock=CLOCK))


def _operations() -> list[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the packages underneath schemathesis
        schema = schemathesis.openapi.from_asgi("/openapi.json", APP)
        return [result.ok() for result in schema.get_all_operations()]


@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.label)
@pytest.mark.filterwarnings("ignore")
def test_answers_are_as_the_document_says(operation: Any) -> None:
    # Text that fits the schema need not be a DID: status 400 is an answer, too.
    @given(data=st.data())
    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def try_it(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    try_it()
