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

from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402

from krid.web.resolver import DEREFERENCING, RESOLUTION, resolver_app  # noqa: E402

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
    # Text that fits the schema need not be a DID, which is status 400; DID Resolution has 500
    # and 501 for documents, methods and options that do not do. Those still have their shape.
    @given(data=st.data())
    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def try_it(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        response = case.call_and_validate(
            excluded_checks=[positive_data_acceptance, not_a_server_error]
        )
        if response.status_code >= 500:
            assert response.headers["content-type"][0] in {RESOLUTION, DEREFERENCING}

    try_it()
