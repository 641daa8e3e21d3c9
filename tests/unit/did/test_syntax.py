import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid.did import Did, DidUrl
from krid.errors import Code, KridError, MalformedError

PCT = st.integers(0, 255).map(lambda byte: f"%{byte:02X}")
IDCHARS = st.one_of(st.sampled_from("abcXYZ019._-"), PCT)
PCHARS = st.one_of(IDCHARS, st.sampled_from("~!$&'()*+,;=:@"))
DIDS = st.builds(
    lambda method, parts, last: f"did:{method}:{''.join(parts)}{last}",
    st.text("abcxyz019", min_size=1),
    st.lists(st.one_of(IDCHARS, st.just(":"))),
    IDCHARS,
)
PATHS = st.lists(st.lists(PCHARS).map("".join)).map(lambda parts: "".join("/" + p for p in parts))
TAILS = st.none() | st.lists(st.one_of(PCHARS, st.sampled_from("/?"))).map("".join)


@given(DIDS)
def test_a_did_reads_back(text: str) -> None:
    assert str(Did.parse(text)) == text
    assert DidUrl.parse(text) == DidUrl(Did.parse(text))


@given(DIDS, PATHS, TAILS, TAILS)
def test_a_did_url_reads_back(did: str, path: str, query: str | None, fragment: str | None) -> None:
    url = DidUrl(Did.parse(did), path, query, fragment)
    assert DidUrl.parse(str(url)) == url
    relative = str(url)[len(did) :]
    if relative:
        assert DidUrl.resolve(Did.parse("did:other:1"), relative).fragment == fragment


@given(st.text() | st.text("did:web%2f#?/[]@ a\n").map(lambda text: "did:" + text))
def test_any_text_is_a_did_url_or_refused(text: str) -> None:
    try:
        assert str(DidUrl.parse(text)) == text
        str(DidUrl.parse(text).parameters)
    except KridError as error:
        assert error.code is Code.DID_URL_SYNTAX


@given(DIDS, PATHS, TAILS, TAILS)
def test_pydid_reads_what_krid_reads(
    did: str, path: str, query: str | None, fragment: str | None
) -> None:
    import pydid

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert pydid.DID.is_valid(did)
        url = DidUrl(Did.parse(did), path, query, fragment)
        if str(url) != did and "".join(str(url).split(did)) == str(url)[len(did) :]:
            assert pydid.DIDUrl.parse(str(url)).did == did


def test_parameters_are_decoded_once() -> None:
    url = DidUrl.parse("did:example:1?service=files&relativeRef=%2Fa%3Fb%2520c&x&plus=1+1")
    assert url.parameters == {
        "service": "files",
        "relativeRef": "/a?b%20c",
        "x": "",
        "plus": "1+1",
    }
    assert DidUrl.parse("did:example:1").parameters == {}


def test_an_absolute_reference_stays_what_it_is() -> None:
    base = Did.parse("did:example:1")
    assert str(DidUrl.resolve(base, "did:example:2#k")) == "did:example:2#k"
    assert str(DidUrl.resolve(base, "/p?q#f")) == "did:example:1/p?q#f"


@pytest.mark.parametrize(
    "text", ["did:a:" + "%" * 16_000, "did:a:" + "b:" * 8_000, "did:a:b" + "/" * 16_000 + "["]
)
def test_no_text_takes_long(text: str) -> None:
    begun = time.thread_time()
    for parse in (Did.parse, DidUrl.parse):
        with pytest.raises(MalformedError):
            parse(text)
    assert time.thread_time() - begun < 5
