"""did:webvh as a controller and a resolver use it."""

from datetime import UTC, datetime, timedelta
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from krid._core.clock import FixedClock
from krid._core.strict_json import Json
from krid.did import (
    DereferencedUrls,
    Did,
    DidWebvh,
    ListedKey,
    Purpose,
    ResolutionOptions,
    Resolver,
    compose,
    webvh,
)
from krid.errors import Code, KridError, ResolutionError, TransportError
from krid.keys import Alg, LocalKey
from krid.net import Response, ScriptedTransport

NOW = datetime(2026, 6, 1, tzinfo=UTC)
START = NOW - timedelta(days=30)
KEYS = [LocalKey.generate(Alg.EDDSA) for _ in range(4)]


def create(*, path: tuple[str, ...] = (), **changes: object) -> webvh.History:
    id_ = webvh.draft("issuer.example", *path)
    document = compose(id_, [ListedKey("key-1", KEYS[3].public_key, (Purpose.ASSERTION,))])
    settings_ = webvh.Changes(**changes)  # type: ignore[arg-type]
    return webvh.prepare_creation(
        document, key=KEYS[0].public_key, changes=settings_, now=START
    ).sign_with(KEYS[0])


def update(log: webvh.History, *, days: int, by: int = 0, **changes: object) -> webvh.History:
    return webvh.prepare_update(
        log,
        None,
        key=KEYS[by].public_key,
        changes=webvh.Changes(**changes),  # type: ignore[arg-type]
        now=START + timedelta(days=days),
    ).sign_with(KEYS[by])


def network(log: webvh.History, **more: Response) -> ScriptedTransport:
    identifier = webvh.Identifier.parse(log.latest.did)
    answers = {identifier.log_url: Response(200, body=log.encode())}
    answers |= {identifier.address.base + name.replace("_", "."): r for name, r in more.items()}
    return ScriptedTransport(answers)


def resolver(transport: ScriptedTransport) -> Resolver:
    return Resolver((DidWebvh(clock=FixedClock(NOW)),), clock=FixedClock(NOW), transport=transport)


def test_a_life_of_a_did() -> None:
    log = create(
        path=("cards",),
        portable=True,
        ttl=60,
        watchers=("https://w.example",),
        next_keys=(KEYS[1].public_key,),
    )
    log = update(log, days=1, by=1, update_keys=(KEYS[1].public_key,), next_keys=())
    log = update(log, days=2, by=1, update_keys=(KEYS[2].public_key,), witness=webvh.UNWITNESSED)
    did = str(log.latest.did)
    found = resolver(network(log)).resolve(did)
    assert found.document.assertion_key("#key-1") == KEYS[3].public_key
    assert found.document_metadata["watchers"] == ["https://w.example"]
    ended = webvh.prepare_deactivation(
        log, key=KEYS[2].public_key, now=START + timedelta(days=3)
    ).sign_with(KEYS[2])
    with pytest.raises(ResolutionError) as error:
        resolver(network(ended)).resolve(did)
    assert error.value.code is Code.DID_DEACTIVATED
    assert webvh.read(ended.encode(), now=NOW) == ended


def test_a_move() -> None:
    log = create(portable=True)
    old = str(log.latest.did)
    new = old.replace("issuer.example", "new.example")
    document = compose(new, []) | {"alsoKnownAs": [old]}
    moved = webvh.prepare_update(
        log, document, key=KEYS[0].public_key, changes=webvh.UNCHANGED, now=NOW
    ).sign_with(KEYS[0])
    assert moved.names == {Did.parse(old), Did.parse(new)}
    assert str(resolver(network(moved)).resolve(new).document.did) == new


def test_witnesses_approve() -> None:
    rule = webvh.WitnessRule.parse(
        {"threshold": 1, "witnesses": [{"id": _did_key(KEYS[1])}, {"id": _did_key(KEYS[2])}]}
    )
    log = create(witness=rule)
    version = log.latest.version_id
    approval = webvh.prepare_approval(version, key=KEYS[2].public_key, created=NOW)
    file = webvh.encode_approvals({version: [approval.sign_with(KEYS[2])]})
    assert webvh.check_witnesses(log, file) == log
    with pytest.raises(KridError) as error:
        webvh.check_witnesses(log, None)
    assert error.value.code is Code.WEBVH_WITNESS


def _did_key(key: LocalKey) -> str:
    from krid.did import DidKey

    return str(DidKey.create(key.public_key))


def test_paths_and_whois() -> None:
    log = create(path=("cards",))
    did = str(log.latest.did)
    transport = network(log, whois_vp=Response(200, body=b"{}"), gone=Response(404))
    found = resolver(transport)
    base = "https://issuer.example/cards/"
    assert found.dereference(f"{did}/whois") == DereferencedUrls((f"{base}whois.vp",))
    assert found.dereference(f"{did}/a/b.json#c") == DereferencedUrls((f"{base}a/b.json#c",))
    assert found.fetch(f"{did}/whois", accept="application/vp").body == b"{}"
    assert transport.requests[-1].headers["Accept"] == "application/vp"
    for url, code in (
        (f"{did}/gone", Code.DID_NOT_FOUND),
        (f"{did}#key-1", Code.DID_URL_SYNTAX),
        (f"{did}/a?service=files", Code.DID_URL_SYNTAX),
        (f"{did}/a/../b", Code.DID_URL_SYNTAX),
        (f"{did}/%2e%2e/b", Code.DID_URL_SYNTAX),
    ):
        with pytest.raises(ResolutionError) as error:
            found.fetch(url)
        assert error.value.code is code


def test_a_presentation_that_the_server_does_not_give() -> None:
    log = create()
    found = resolver(network(log, whois_vp=Response(500)))
    with pytest.raises(TransportError) as error:
        found.fetch(f"{log.latest.did}/whois")
    assert error.value.code is Code.NET_STATUS


def test_services_of_the_document_s_own_take_precedence() -> None:
    id_ = webvh.draft("issuer.example")
    service = {"id": "#whois", "type": "Own", "serviceEndpoint": "https://own.example/vp"}
    document = compose(id_, [], services=[service])
    log = webvh.prepare_creation(
        document, key=KEYS[0].public_key, changes=webvh.UNCHANGED, now=START
    ).sign_with(KEYS[0])
    found = resolver(network(log)).dereference(f"{log.latest.did}/whois")
    assert found == DereferencedUrls(("https://own.example/vp",))


@pytest.mark.parametrize("odd", [["x"], {"a": 1}, 1])
def test_a_service_whose_id_is_no_text_is_refused(odd: Json) -> None:
    document = compose(webvh.draft("issuer.example"), [])
    document["service"] = [{"id": odd, "type": "T", "serviceEndpoint": "https://a.example/"}]
    log = webvh.prepare_creation(
        document, key=KEYS[0].public_key, changes=webvh.UNCHANGED, now=START
    ).sign_with(KEYS[0])
    with pytest.raises(KridError):
        resolver(network(log)).resolve(str(log.latest.did))


def test_a_parallel_did_web() -> None:
    log = create(path=("cards",))
    did = str(log.latest.did)
    web = webvh.parallel_web(log, webvh.with_services(log.latest))
    assert web["id"] == "did:web:issuer.example:cards"
    assert web["alsoKnownAs"] == [did]
    assert log.scid not in str(web["verificationMethod"])
    known = {
        **webvh.with_services(log.latest),
        "alsoKnownAs": [str(web["id"]), did, "did:web:x.example"],
    }
    assert webvh.parallel_web(log, known)["alsoKnownAs"] == ["did:web:x.example", did]
    odd = {**webvh.with_services(log.latest), "alsoKnownAs": "x"}
    assert webvh.parallel_web(log, odd)["alsoKnownAs"] == [did]


def test_a_ttl_of_zero_is_not_remembered() -> None:
    log = create(ttl=0)
    transport = network(log)
    found = resolver(transport)
    found.resolve(str(log.latest.did))
    found.resolve(str(log.latest.did))
    assert len(transport.requests) == 2


def test_versions_by_time() -> None:
    log = update(create(), days=2)
    did = str(log.latest.did)
    for days, number in ((0, 0), (1, 0), (2, 1), (3, 1)):
        options = ResolutionOptions(version_time=START + timedelta(days=days))
        result = resolver(network(log)).resolve(did, options=options)
        assert result.document_metadata["versionId"] == log.versions[number].version_id


def test_long_logs_take_time_that_grows_with_their_length() -> None:
    log = create()
    for day in range(1, 61):
        log = webvh.prepare_update(
            log,
            None,
            key=KEYS[0].public_key,
            changes=webvh.UNCHANGED,
            now=START + timedelta(minutes=day),
        ).sign_with(KEYS[0])
    lines = log.encode().splitlines()
    webvh.read(log.encode(), now=NOW)
    times = []
    for length in (15, 60):
        raw = b"\n".join(lines[:length])
        times.append(min(_time(raw) for _ in range(5)))
    assert times[1] < 8 * times[0]  # four times the entries; a square would be sixteen


def _time(raw: bytes) -> float:
    begin = thread_time()
    webvh.read(raw, now=NOW)
    return thread_time() - begin


@given(st.binary())
def test_any_bytes_are_a_log_or_a_refusal(raw: bytes) -> None:
    try:
        webvh.read(raw, now=NOW)
    except KridError:
        return


@given(st.integers(0, 100_000), st.integers(0, 255))
@settings(max_examples=200)
def test_a_changed_byte_is_found(place: int, value: int) -> None:
    raw = bytearray(CHANGING)
    raw[place % len(raw)] = value
    if bytes(raw) == CHANGING:
        return
    try:
        found = webvh.read(bytes(raw), now=NOW)
    except KridError:
        return
    if found.fault is None:
        # White space, a time zone in another spelling and the like say the same thing.
        assert [v.version_id for v in found.versions] == [v.version_id for v in WHOLE.versions]


WHOLE = update(create(), days=1)
CHANGING = WHOLE.encode()
