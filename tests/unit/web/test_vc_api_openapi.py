"""The VC API against its own OpenAPI document, by schemathesis."""

import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.did import DidKey, Resolver

pytest.importorskip("starlette", reason="the extra `web` is not installed")
pytest.importorskip("pyld", reason="the extra `ld` is not installed")
pytest.importorskip("py_arkworks_bls12381", reason="the extra `bbs` is not installed")
schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402
from vc_apis import Signing, whole  # noqa: E402

from krid.web import VcService, vc_api_app  # noqa: E402
from krid.web.vc_api_bbs import PREFIX, bbs_service  # noqa: E402
from krid.web.vc_api_suites import data_integrity_services  # noqa: E402

CLOCK = FixedClock(datetime(2026, 6, 1, tzinfo=UTC))
RESOLVER = Resolver((DidKey(),), clock=CLOCK)
TRIED = ("/eddsa-jcs-2022/ed25519", "/ecdsa-sd-2023/p-256")


def _services() -> dict[str, VcService]:
    terms: Any = {"resolver": RESOLVER, "clock": CLOCK, "entropy": system_entropy}
    real = data_integrity_services(**terms)
    return {
        "/suite/p-256": whole(Signing()),
        PREFIX: bbs_service(**terms)[1],
        **{prefix: real[prefix][1] for prefix in TRIED},
    }


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
    @settings(
        max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def try_it(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy())
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    try_it()
