"""Bundled contexts, their pins, and those that a caller adds."""

import hashlib
from importlib import resources

import pytest

from krid._core import limits
from krid.errors import Code, KridError
from krid.ld import BUNDLED, PINNED, Contexts

URL = "https://contexts.example/v1"
RAW = b'{"@context": {"level": "urn:example:level"}}'
DIGEST = hashlib.sha256(RAW).hexdigest()
V2 = "https://www.w3.org/ns/credentials/v2"


@pytest.mark.parametrize("url", PINNED)
def test_each_bundled_context_is_the_pinned_one(url: str) -> None:
    assert "@context" in BUNDLED.load(url)


def test_no_file_without_a_pin() -> None:
    folder = resources.files("krid.ld") / "documents"
    assert {each.name for each in folder.iterdir()} == {pin.file for pin in PINNED.values()}


def test_v2_is_the_one_that_the_data_model_names() -> None:
    """VCDM 2.0, appendix B.1, publishes this digest."""
    assert PINNED[V2].digest == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def code_of(contexts: Contexts, url: str) -> Code:
    with pytest.raises(KridError) as refusal:
        contexts.load(url)
    return refusal.value.code


def test_nothing_is_fetched() -> None:
    assert code_of(BUNDLED, URL) is Code.LD_CONTEXT_UNKNOWN


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (URL, URL),
        (f"{URL}?signature=c2VjcmV0#part", URL),
        ("urn:example:context", "urn:example:context"),
        (f"{URL}/{'x' * 300}", f"{URL}/{'x' * 300}"[: limits.MAX_LD_NAMED_CHARS]),
        ("https://hong:secret@contexts.example/v1", "not an address"),
        ("https://contexts.example/\x1b[2J", "not an address"),
        ("relative", "not an address"),
    ],
)
def test_the_one_that_is_not_at_hand_is_named(url: str, named: str) -> None:
    with pytest.raises(KridError) as refusal:
        BUNDLED.load(url)
    assert refusal.value.detail == named


def test_added_bytes() -> None:
    assert Contexts(added={URL: RAW}).load(URL) == {"@context": {"level": "urn:example:level"}}
    assert Contexts(added={URL: RAW}, pins={URL: DIGEST}).load(URL)
    assert Contexts(added={URL: RAW}).knows(URL)
    changed = Contexts(added={URL: RAW + b" "}, pins={URL: DIGEST})
    assert code_of(changed, URL) is Code.LD_CONTEXT_DIGEST


def test_a_bundled_context_keeps_its_pin() -> None:
    assert code_of(Contexts(added={V2: RAW}), V2) is Code.LD_CONTEXT_DIGEST
    assert Contexts(added={V2: RAW}, pins={V2: DIGEST}).load(V2)


def test_a_loader_needs_a_pin_or_the_callers_word() -> None:
    asked = []

    def load(url: str) -> bytes:
        asked.append(url)
        return RAW

    assert code_of(Contexts(loader=load), URL) is Code.LD_CONTEXT_UNKNOWN
    assert asked == []
    assert Contexts(loader=load, pins={URL: DIGEST}).load(URL)
    assert Contexts(loader=load, unpinned=frozenset({URL})).load(URL)
    assert asked == [URL, URL]
    wrong = Contexts(loader=load, pins={URL: "0" * 64})
    assert code_of(wrong, URL) is Code.LD_CONTEXT_DIGEST


def test_size_and_syntax() -> None:
    large = b" " * (limits.MAX_LD_CONTEXT_BYTES + 1)
    assert code_of(Contexts(added={URL: large}), URL) is Code.JSON_SIZE
    assert code_of(Contexts(added={URL: b"[]"}), URL) is Code.JSON_NOT_OBJECT
