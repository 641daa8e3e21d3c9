"""The VC API against its own OpenAPI document, by schemathesis."""

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the extra `web` is not installed")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402
from vc_apis import Signing, whole  # noqa: E402

from krid.web import vc_api_app  # noqa: E402

APP = vc_api_app({"/suite/p-256": whole(Signing())})


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
    @settings(
        max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def try_it(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    try_it()
