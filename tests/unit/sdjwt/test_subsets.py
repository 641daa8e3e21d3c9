"""Any claims, any marks, any subset: what a holder chooses verifies, and nothing else is shown."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core.entropy import system_entropy
from krid._core.frozen import thaw
from krid.errors import Code, ContentError
from krid.keys import Alg, LocalKey
from krid.model import ClaimPath
from krid.sdjwt import (
    HashAlg,
    JwsJson,
    Presentation,
    Sd,
    SdJwt,
    Serialisation,
    issue,
    present,
    sd,
    verify_plain_bearer,
)
from krid.sdjwt.reveal import locate

KEY = LocalKey.generate(Alg.EDDSA)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = st.sampled_from(["a", "b", "c", "d", "가"])
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)


def marked(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return value | value.map(sd)


VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(marked(inner), max_size=4) | st.dictionaries(NAMES, marked(inner), max_size=4)
    ),
    max_leaves=12,
)
CLAIMS = st.dictionaries(NAMES, marked(VALUES), max_size=5)


def plain(value: Any) -> Any:
    """Take all marks off."""
    if isinstance(value, Sd):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def expected(value: Any, shown: set[ClaimPath], path: ClaimPath = ()) -> Any:
    """Show what has no mark, and what is marked and chosen: worked out without any digest."""
    if isinstance(value, Mapping):
        return {
            name: expected(each, shown, (*path, name))
            for name, each in kept(value.items(), shown, path)
        }
    if isinstance(value, list):
        return [
            expected(each, shown, (*path, at)) for at, each in kept(enumerate(value), shown, path)
        ]
    return value


def kept(children: Any, shown: set[ClaimPath], path: ClaimPath) -> Iterator[tuple[Any, Any]]:
    for step, child in children:
        if not isinstance(child, Sd):
            yield step, child
        elif (*path, step) in shown:
            yield step, child.value


def issued(claims: dict[str, Any], hash_alg: HashAlg = HashAlg.SHA256, decoys: int = 0) -> SdJwt:
    prepared = issue.prepare_plain(
        claims, typ="x", alg=KEY.alg, entropy=system_entropy, hash_alg=hash_alg, decoys=decoys
    )
    return SdJwt.parse(prepared.sign_with(KEY))


def revealed(text: str) -> Any:
    verified = verify_plain_bearer(
        Presentation.parse(text),
        typ="x",
        issuer_key=KEY.public_key,
        now=NOW,
        skew=timedelta(0),
    )
    return thaw(verified.claims)


@settings(max_examples=150)
@given(CLAIMS, st.sampled_from(HashAlg), st.integers(0, 2), st.data())
def test_any_subset_of_disclosures_verifies(
    claims: dict[str, Any], hash_alg: HashAlg, decoys: int, data: st.DataObject
) -> None:
    credential = issued(claims, hash_alg, decoys)
    assert revealed(credential.text) == plain(claims)
    places = locate(credential.payload, credential.disclosures)
    chosen = data.draw(st.sets(st.sampled_from(sorted(places, key=repr)))) if places else set()
    text = present.bearer(credential, disclose=tuple(chosen))
    needed = {path[:end] for path in chosen for end in range(1, len(path) + 1)}
    below = {path for path in places if any(path[:end] in chosen for end in range(1, len(path)))}
    assert revealed(text) == expected(claims, needed | below)
    again = SdJwt.parse(text)
    assert set(again.disclosures) <= set(credential.disclosures)
    less = present.bearer(again, disclose=())
    assert revealed(less) == expected(claims, set())
    assert SdJwt.parse(less).disclosures == {}
    form = JwsJson.from_compact(text, Serialisation.GENERAL)
    assert revealed(JwsJson.parse(form.encode()).presentation_text()) == revealed(text)


@settings(max_examples=50)
@given(CLAIMS, st.data())
def test_a_child_without_its_parent_is_refused(claims: dict[str, Any], data: st.DataObject) -> None:
    """RFC 9901, section 7.2: each disclosure needs its parent, and a verifier sees to it."""
    credential = issued(claims)
    places = locate(credential.payload, credential.disclosures)
    children = [path for path in places if any(path[:end] in places for end in range(1, len(path)))]
    if not children:
        return
    child = data.draw(st.sampled_from(children))
    text = credential.text.split("~", 1)[0] + f"~{places[child].encoded}~"
    with pytest.raises(ContentError) as error:
        revealed(text)
    assert error.value.code is Code.SDJWT_DISCLOSURE_UNUSED
