"""A node that lies about the events of a did:ethr: each lie meets its code."""

from collections.abc import Callable
from typing import Any

import pytest
from chains import Liar
from ethr import Registry, did_of, registry
from ledgers import refused

from krid.errors import Code

Lie = Callable[[Any, list[Any]], Any]


@pytest.fixture(scope="module")
def chain() -> Registry:
    """A registry with an identity that changed three times."""
    made = registry()
    account = made.account(201)
    for number in range(3):
        made.attribute(account, f"did/svc/S{number}", b"https://a.example")
    return made


def resolve(chain: Registry, **lies: Lie) -> object:
    did = did_of(chain.account(201))
    return chain.resolve(did, transport=Liar(chain.chain.transport, lies))


def on_log(**changes: Any) -> Lie:
    return lambda result, _: [result[0] | changes, *result[1:]]


def test_the_honest_node_passes(chain: Registry) -> None:
    resolve(chain)


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lambda result, _: [], Code.EVM_RECORD),
        (lambda result, _: result * 2, Code.EVM_RECORD),
        (lambda result, _: [*result, result[0] | {"logIndex": "0x9"}], Code.EVM_RECORD),
        (on_log(address="0x" + "11" * 20), Code.EVM_RECORD),
        (on_log(blockNumber="0x1"), Code.EVM_RECORD),
        (on_log(topics=["0x" + "11" * 32]), Code.EVM_RECORD),
        (lambda result, _: [result[0] | {"topics": ["0x" + "11" * 32, result[0]["topics"][1]]}], Code.EVM_RECORD),
        (lambda result, _: [result[0] | {"topics": [result[0]["topics"][0], "0x" + "11" * 32]}], Code.EVM_RECORD),
        (on_log(topics=[]), Code.EVM_RECORD),
        (on_log(data="0x00"), Code.EVM_CONTRACT),
        (on_log(data=None), Code.EVM_ANSWER),
        (on_log(logIndex=None), Code.EVM_ANSWER),
        (lambda result, _: None, Code.EVM_ANSWER),
        (lambda result, _: [1], Code.EVM_ANSWER),
    ],
)  # fmt: skip
def test_lies_about_events(chain: Registry, lie: Lie, code: Code) -> None:
    refused(code, lambda: resolve(chain, eth_getLogs=lie))


def test_lies_about_the_newest_change(chain: Registry) -> None:
    for answer, code in (
        ("0x", Code.EVM_CONTRACT),
        ("0x" + "ff" * 32, Code.EVM_RECORD),
        ("0x" + "01".zfill(64), Code.EVM_RECORD),
        (None, Code.EVM_ANSWER),
    ):
        refused(code, lambda: resolve(chain, eth_call=lambda *_: answer))  # noqa: B023


def test_more_changes_than_the_limit(chain: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("krid._core.limits.MAX_ETHR_CHANGES", 2)
    refused(Code.DID_DOCUMENT, lambda: resolve(chain))
