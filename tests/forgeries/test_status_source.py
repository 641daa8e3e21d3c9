"""One forgery for each rule of looking a status up: who signed, how old, from where, for when."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from own_format import SignedJson
from roles import ISSUER, PROFILE, Cast

from krid.errors import Code, KridError, TrustError
from krid.keys import Alg, LocalKey, jwk
from krid.model import (
    ONLINE,
    BitstringEntry,
    Challenge,
    IssuerHint,
    IssuerKey,
    OfflineWithin,
    Policy,
    StatusEntry,
    StatusReference,
    VerifiedCredential,
)
from krid.net import NoNetwork, Request, Response, run
from krid.status import (
    Bitstring,
    Capacity,
    Offline,
    StatusBits,
    StatusLists,
    StatusProvider,
    aggregation_endpoint,
    fetch_aggregation,
    parse_aggregation,
    prepare,
    prepare_bitstring,
    prepare_cwt,
)
from krid.trust import AllOf, AnyOf, KeyTrust, PinnedKey
from krid.verifier import verify_presentation

URI = "https://mois.example/status/1"
BITS_URI = "https://mois.example/status/bits"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MOIS, OTHER, HOSTER = (LocalKey.generate(Alg.ES256) for _ in range(3))
NAMES = {"mois": MOIS, "other": OTHER, "hoster": HOSTER}
TRUST = KeyTrust(
    tuple(
        PinnedKey(key=key.public_key, issuer=f"https://{name}.example")
        for name, key in NAMES.items()
    )
)
VALID = StatusReference(URI, 0)
ENTRY = BitstringEntry(uri=BITS_URI, index=0, purpose="revocation")


def signer(name: str) -> IssuerKey:
    hint = IssuerHint(format="f", type="t", alg=Alg.ES256, issuer=f"https://{name}.example")
    return TRUST.find(hint, now=NOW)


def token(
    *,
    by: str = "mois",
    at: datetime = NOW,
    lifetime: timedelta = DAY,
    ttl: timedelta | None = HOUR,
    uri: str = URI,
) -> str:
    return prepare(
        StatusBits(2, bytes(16)),
        uri=uri,
        alg=Alg.ES256,
        now=at,
        lifetime=lifetime,
        ttl=ttl,
        issuer=f"https://{by}.example",
    ).sign_with(NAMES[by])


def credential(*, by: str = "mois", at: datetime = NOW, lifetime: timedelta = DAY) -> str:
    return prepare_bitstring(
        Bitstring.zeros(1),
        uri=BITS_URI,
        purposes=["revocation"],
        issuer=f"https://{by}.example",
        alg=Alg.ES256,
        now=at,
        lifetime=lifetime,
        ttl=HOUR,
    ).sign_with(NAMES[by])


@dataclass
class Host:
    """Answers every address with one list, under one media type."""

    body: str | bytes
    media_type: str = "application/statuslist+jwt"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def send(self, request: Request) -> Response:
        self.asked.append(request)
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return Response(self.status, {"Content-Type": self.media_type, **self.headers}, body)


def refused(code: Code, action: Callable[[], object]) -> None:
    with pytest.raises(KridError) as error:
        action()
    assert error.value.code is code


def test_the_list_of_another_issuer() -> None:
    lists = StatusLists(Host(token(by="other")), issuers=TRUST)
    lists.check(VALID, issuer=signer("other"), now=NOW)
    refused(Code.STATUS_OTHER_ISSUER, lambda: lists.check(VALID, issuer=signer("mois"), now=NOW))
    bits = StatusLists(Host(credential(by="other"), "application/vc+jwt"), issuers=TRUST)
    bits.check(ENTRY, issuer=signer("other"), now=NOW)
    refused(Code.STATUS_OTHER_ISSUER, lambda: bits.check(ENTRY, issuer=signer("mois"), now=NOW))


def test_a_provider_speaks_for_the_issuer_that_named_it_alone() -> None:
    named = StatusProvider(issuer="https://mois.example", signer="https://hoster.example")
    host = Host(token(by="hoster"))
    lists = StatusLists(host, issuers=TRUST, providers=(named,))
    lists.check(VALID, issuer=signer("mois"), now=NOW)
    refused(Code.STATUS_OTHER_ISSUER, lambda: lists.check(VALID, issuer=signer("other"), now=NOW))
    backwards = StatusLists(Host(token(by="mois")), issuers=TRUST, providers=(named,))
    refused(
        Code.STATUS_OTHER_ISSUER, lambda: backwards.check(VALID, issuer=signer("hoster"), now=NOW)
    )


def test_a_name_that_a_key_gives_itself_makes_it_nobodys() -> None:
    anybody = KeyTrust.of(OTHER.public_key)
    lists = StatusLists(Host(token(by="other")), issuers=AnyOf(anybody, TRUST))
    pretending = IssuerHint(format="f", type="t", alg=Alg.ES256, issuer="https://mois.example")
    assert "https://mois.example" not in anybody.find(pretending, now=NOW).authorities
    refused(Code.STATUS_OTHER_ISSUER, lambda: lists.check(VALID, issuer=signer("mois"), now=NOW))


def test_all_sources_must_agree_on_who_stands_behind_a_key() -> None:
    hint = IssuerHint(format="f", type="t", alg=Alg.ES256, issuer="https://mois.example")
    own = f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{jwk.key_id(MOIS.public_key)}"
    both = AllOf(TRUST, KeyTrust.of(MOIS.public_key)).find(hint, now=NOW)
    assert both.authorities == {own}
    assert TRUST.find(hint, now=NOW).authorities == {own, "https://mois.example"}


def test_a_list_that_names_nobody_is_the_issuers_who_names_it() -> None:
    nameless = prepare(
        StatusBits(1, b"\0"), uri=URI, alg=Alg.ES256, now=NOW, lifetime=DAY
    ).sign_with(MOIS)

    class ByName:
        def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
            if hint.issuer is None:
                return KeyTrust(()).find(hint, now=now)
            return TRUST.find(hint, now=now)

    lists = StatusLists(Host(nameless), issuers=ByName())
    refused(Code.STATUS_ISSUER, lambda: lists.find(URI, now=NOW))
    refused(Code.STATUS_SIGNATURE, lambda: lists.check(VALID, issuer=signer("other"), now=NOW))
    lists.check(VALID, issuer=signer("mois"), now=NOW)
    refused(Code.STATUS_OTHER_ISSUER, lambda: lists.check(VALID, issuer=signer("other"), now=NOW))
    offline = StatusLists(Offline(greatest_age=DAY), issuers=ByName())
    assert offline.restore(lists.export(), now=NOW).ready == (URI,)


def test_an_older_list_than_one_seen_before() -> None:
    host = Host(token())
    lists = StatusLists(host, issuers=TRUST)
    lists.check(VALID, issuer=signer("mois"), now=NOW)
    host.body = token(at=NOW - SECOND)
    refused(Code.STATUS_ROLLBACK, lambda: lists.check(VALID, issuer=signer("mois"), now=NOW + HOUR))
    host.body = token(at=NOW)
    later = NOW + HOUR + timedelta(minutes=1)
    lists.check(VALID, issuer=signer("mois"), now=later)


def test_an_older_bitstring_than_one_seen_before() -> None:
    host = Host(credential(), "application/vc+jwt")
    lists = StatusLists(host, issuers=TRUST)
    lists.check(ENTRY, issuer=signer("mois"), now=NOW)
    host.body = credential(at=NOW - SECOND)
    refused(Code.STATUS_ROLLBACK, lambda: lists.check(ENTRY, issuer=signer("mois"), now=NOW + HOUR))


def test_the_newest_date_outlives_the_list_and_the_process() -> None:
    host = Host(token())
    lists = StatusLists(host, issuers=TRUST, capacity=Capacity(lists=1))
    lists.find(URI, now=NOW)
    other = "https://mois.example/status/2"
    host.body = token(uri=other)
    lists.find(other, now=NOW)
    host.body = token(at=NOW - SECOND)
    refused(Code.STATUS_ROLLBACK, lambda: lists.find(URI, now=NOW))
    afterwards = StatusLists(host, issuers=TRUST)
    afterwards.restore(lists.export(), now=NOW)
    refused(Code.STATUS_ROLLBACK, lambda: afterwards.find(URI, now=NOW))


def test_a_known_list_older_than_one_seen_before() -> None:
    fresh = StatusLists(Host(token()), issuers=TRUST)
    fresh.find(URI, now=NOW)
    known = {URI: token(at=NOW - SECOND)}
    other = {"https://mois.example/status/2": token(uri="https://mois.example/status/2")}
    archive = StatusLists(Host(token()), issuers=TRUST, known=other)
    archive.restore(fresh.export(), now=NOW)
    offline = StatusLists(Offline(greatest_age=DAY), issuers=TRUST, known=known)
    offline.restore(_without_lists(fresh), now=NOW)
    refused(Code.STATUS_ROLLBACK, lambda: offline.find(URI, now=NOW))
    host = Host(token())
    online = StatusLists(host, issuers=TRUST, known=known)
    online.restore(_without_lists(fresh), now=NOW)
    online.find(URI, now=NOW)
    assert len(host.asked) == 1


def _without_lists(lists: StatusLists) -> bytes:
    from krid.status.saved import Shelf, parse_archive, write_archive

    shelves = parse_archive(lists.export())
    return write_archive({n: Shelf(lists=(), newest=shelf.newest) for n, shelf in shelves.items()})


def test_offline_a_list_older_than_the_age_stated() -> None:
    offline = Offline(greatest_age=HOUR)
    lists = StatusLists(offline, issuers=TRUST, known={URI: token()})
    lists.find(URI, now=NOW + HOUR)
    refused(Code.STATUS_STALE, lambda: lists.find(URI, now=NOW + HOUR + SECOND))
    never_seen = StatusLists(offline, issuers=TRUST, known={URI: token()})
    refused(Code.STATUS_STALE, lambda: never_seen.find(URI, now=NOW + HOUR + SECOND))
    longer = StatusLists(Offline(greatest_age=2 * DAY), issuers=TRUST, known={URI: token()})
    refused(Code.STATUS_EXPIRED, lambda: longer.find(URI, now=NOW + DAY))


@pytest.mark.parametrize("age", [timedelta(0), -SECOND, timedelta(days=367)])
def test_an_age_beyond_reason(age: timedelta) -> None:
    refused(Code.MISUSE_OPTION, lambda: Offline(greatest_age=age))


def test_while_the_network_is_down_a_list_older_than_the_age_stated() -> None:
    host = Host(token())
    lists = StatusLists(host, issuers=TRUST, fallback=Offline(greatest_age=2 * HOUR))
    lists.find(URI, now=NOW)
    host.status = 503
    lists.find(URI, now=NOW + 2 * HOUR)
    refused(Code.STATUS_STALE, lambda: lists.find(URI, now=NOW + 2 * HOUR + SECOND))
    strict = StatusLists(host, issuers=TRUST)
    refused(Code.STATUS_UNAVAILABLE, lambda: strict.find(URI, now=NOW))


@dataclass
class Fading:
    """Trust in one key until its certificate ends or trust in it is withdrawn."""

    ends: datetime = NOW + 30 * DAY
    withdrawn: bool = False

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if now > self.ends or self.withdrawn:
            raise TrustError(Code.X509_EXPIRED)
        return replace(TRUST.find(hint, now=now), not_after=self.ends)


def _list_of(
    kind: str, *, by: str, at: datetime, lifetime: timedelta
) -> tuple[StatusReference | BitstringEntry, Host]:
    if kind == "token":
        return VALID, Host(token(by=by, at=at, lifetime=lifetime))
    return ENTRY, Host(credential(by=by, at=at, lifetime=lifetime), "application/vc+jwt")


def _then_down(kind: str, trust: Fading) -> tuple[Callable[[datetime], object], Host]:
    """Fetch a list and cut the network; the last list may stand in for twenty days."""
    entry, host = _list_of(kind, by="mois", at=NOW, lifetime=10 * DAY)
    lists = StatusLists(host, issuers=trust, fallback=Offline(greatest_age=20 * DAY))

    def check(now: datetime) -> object:
        return lists.check(entry, issuer=signer("mois"), now=now)

    check(NOW)
    host.status = 503
    return check, host


BOTH = pytest.mark.parametrize("kind", ["token", "bitstring"])


@BOTH
def test_while_the_network_is_down_a_list_of_an_ended_certificate(kind: str) -> None:
    check, host = _then_down(kind, Fading(ends=NOW + 2 * HOUR + 10 * SECOND))
    check(NOW + 2 * HOUR)
    check(NOW + 2 * HOUR + 9 * SECOND)
    assert len(host.asked) == 2
    refused(Code.STATUS_ISSUER, lambda: check(NOW + 2 * HOUR + 11 * SECOND))
    refused(Code.STATUS_ISSUER, lambda: check(NOW + 2 * HOUR + 12 * SECOND))
    assert len(host.asked) == 3


@BOTH
def test_while_the_network_is_down_a_list_whose_signer_lost_trust(kind: str) -> None:
    trust = Fading()
    check, _ = _then_down(kind, trust)
    check(NOW + HOUR)
    trust.withdrawn = True
    refused(Code.STATUS_ISSUER, lambda: check(NOW + 2 * HOUR))


@BOTH
def test_while_the_network_is_down_a_list_that_ended(kind: str) -> None:
    check, _ = _then_down(kind, Fading())
    check(NOW + 10 * DAY - SECOND)
    refused(Code.STATUS_UNAVAILABLE, lambda: check(NOW + 10 * DAY + SECOND))


CAST, HOLDER, CHALLENGE = Cast(), LocalKey.generate(Alg.ES256), Challenge(audience="b", nonce="n")
LATER = CAST.clock.now()
NAMES["issuer"] = CAST.issuer_key
PRESENTED = (
    SignedJson()
    .prepare_presentation(
        CAST.issue(HOLDER.public_key).raw,
        disclose=[("name",)],
        challenge=CHALLENGE,
        alg=HOLDER.alg,
        now=LATER,
    )
    .sign_with(HOLDER)
)


@dataclass(frozen=True)
class WithStatus(SignedJson):  # type: ignore[misc]  # the example is final; a test may look inside
    """The example format, whose credentials name a status."""

    entry: StatusEntry = VALID

    def verify(self, *words: Any, **named: Any) -> VerifiedCredential:
        return replace(super().verify(*words, **named), status=(self.entry,))


def _present(entry: StatusEntry, lists: StatusLists, policy: Policy) -> None:
    verify_presentation(
        PRESENTED,
        credential_format=WithStatus(entry=entry),
        trust=CAST.trust,
        status=lists,
        profile=PROFILE,
        challenge=CHALLENGE,
        now=LATER,
        policy=policy,
    )


def _offline_lists(
    kind: str, way: str, *, at: datetime
) -> tuple[StatusReference | BitstringEntry, StatusLists]:
    """Hand a list of a moment to a verifier without a network, in one of several ways."""
    entry, host = _list_of(kind, by="issuer", at=at, lifetime=60 * DAY)
    known = {entry.uri: host.body}
    if way == "known":
        return entry, StatusLists(Offline(greatest_age=60 * DAY), issuers=CAST.trust, known=known)
    before = {
        "fetched and saved": StatusLists(host, issuers=CAST.trust),
        "known and saved": StatusLists(NoNetwork(), issuers=CAST.trust, known=known),
        "stand-in": StatusLists(host, issuers=CAST.trust, fallback=Offline(greatest_age=60 * DAY)),
    }[way]
    issuer = CAST.trust.find(
        IssuerHint(format="f", type="t", alg=Alg.ES256, issuer=ISSUER), now=LATER
    )
    before.check(entry, issuer=issuer, now=at)
    host.status = 503
    if way == "stand-in":
        return entry, before
    lists = StatusLists(Offline(greatest_age=60 * DAY), issuers=CAST.trust)
    lists.restore(before.export(), now=LATER)
    return entry, lists


@BOTH
@pytest.mark.parametrize("way", ["known", "fetched and saved", "known and saved", "stand-in"])
def test_an_old_list_at_hand_while_the_policy_demands_to_be_online(kind: str, way: str) -> None:
    for policy in (Policy(offline=ONLINE), Policy(offline=OfflineWithin(29 * DAY))):
        entry, lists = _offline_lists(kind, way, at=LATER - 30 * DAY)
        _present(entry, lists, Policy(offline=OfflineWithin(31 * DAY)))
        for _ in range(2):
            refused(Code.POLICY_OFFLINE, lambda: _present(entry, lists, policy))  # noqa: B023
        entry, lists = _offline_lists(kind, way, at=LATER - HOUR + SECOND)
        _present(entry, lists, policy)


@pytest.mark.parametrize("media_type", ["", "text/html", "application/vc+jwt", "application/jwt"])
def test_an_answer_of_another_media_type(media_type: str) -> None:
    lists = StatusLists(Host(token(), media_type), issuers=TRUST)
    refused(Code.STATUS_MEDIA_TYPE, lambda: lists.find(URI, now=NOW))


def test_a_form_under_the_media_type_of_the_other() -> None:
    cwt = "application/statuslist+cwt"
    lists = StatusLists(Host(token(), cwt), issuers=TRUST)
    with pytest.raises(KridError) as error:
        lists.find(URI, now=NOW)
    assert str(error.value.code).startswith("cbor.")


@pytest.mark.parametrize("status", [204, 304, 404, 500])
def test_an_answer_without_a_list(status: int) -> None:
    lists = StatusLists(Host(token(), status=status), issuers=TRUST)
    refused(Code.STATUS_UNAVAILABLE, lambda: lists.find(URI, now=NOW))


PAST = NOW - timedelta(days=30)


def test_a_server_that_passes_over_the_moment_asked_for() -> None:
    host = Host(token())
    lists = StatusLists(host, issuers=TRUST)

    def at(moment: datetime) -> None:
        lists.check_at(VALID, issuer=signer("mois"), at=moment, now=NOW)

    at(NOW)
    at(NOW + DAY - SECOND)
    refused(Code.STATUS_HISTORICAL, lambda: at(NOW - SECOND))
    refused(Code.STATUS_HISTORICAL, lambda: at(NOW + DAY))
    host.body = token(at=PAST)
    at(PAST)
    assert host.asked[-1].url == f"{URI}?time={int(PAST.timestamp())}"
    host.status = 501
    refused(Code.STATUS_UNAVAILABLE, lambda: at(PAST))
    refused(
        Code.STATUS_UNAVAILABLE,
        lambda: _offline().check_at(VALID, issuer=signer("mois"), at=PAST, now=NOW),
    )


def _offline() -> StatusLists:
    return StatusLists(Offline(greatest_age=DAY), issuers=TRUST, known={URI: token()})


def test_a_bitstring_of_another_moment() -> None:
    host = Host(credential(), "application/vc+jwt")
    lists = StatusLists(host, issuers=TRUST)

    def at(moment: datetime) -> None:
        lists.check_at(ENTRY, issuer=signer("mois"), at=moment, now=NOW)

    at(NOW + DAY)
    assert host.asked[-1].url == f"{BITS_URI}?timestamp=2026-06-02T00%3A00%3A00Z"
    refused(Code.STATUS_HISTORICAL, lambda: at(NOW - SECOND))
    refused(Code.STATUS_HISTORICAL, lambda: at(NOW + DAY + SECOND))


def test_a_past_list_of_another_issuer() -> None:
    lists = StatusLists(Host(token(by="other")), issuers=TRUST)
    refused(
        Code.STATUS_OTHER_ISSUER,
        lambda: lists.check_at(VALID, issuer=signer("mois"), at=NOW, now=NOW),
    )


def test_offline_makes_no_call() -> None:
    lists = StatusLists(NoNetwork(), issuers=TRUST, known={URI: token()})
    lists.check(VALID, issuer=signer("mois"), now=NOW)
    refused(Code.STATUS_UNAVAILABLE, lambda: lists.find(URI, now=NOW + HOUR))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"[]", Code.JSON_NOT_OBJECT),
        (b"{}", Code.STATUS_AGGREGATION),
        (b'{"status_lists": "https://mois.example/1"}', Code.STATUS_AGGREGATION),
        (b'{"status_lists": [5]}', Code.STATUS_AGGREGATION),
        (b'{"status_lists": ["http://mois.example/1"]}', Code.STATUS_SYNTAX),
        (
            b'{"status_lists": [' + b'"https://a.example/",' * 1_024 + b'""]}',
            Code.STATUS_AGGREGATION,
        ),
        (b'{"status_lists": ["' + b"x" * 600_000 + b'"]}', Code.JSON_SIZE),
    ],
)
def test_a_malformed_aggregation(raw: bytes, code: Code) -> None:
    refused(code, lambda: parse_aggregation(raw))


def test_an_aggregation_of_another_media_type() -> None:
    host = Host(b'{"status_lists": []}', "text/html")
    refused(Code.STATUS_AGGREGATION, lambda: run(fetch_aggregation(URI), host))
    refused(Code.STATUS_SYNTAX, lambda: run(fetch_aggregation("http://mois.example/"), host))
    refused(Code.STATUS_SYNTAX, lambda: aggregation_endpoint({ENDPOINT: "http://mois.example/"}))
    refused(Code.STATUS_SYNTAX, lambda: aggregation_endpoint({ENDPOINT: 5}))
    assert aggregation_endpoint({}) is None
    assert aggregation_endpoint({ENDPOINT: URI}) == URI


ENDPOINT = "status_list_aggregation_endpoint"


def test_a_list_may_come_as_cwt() -> None:
    raw = prepare_cwt(
        StatusBits(1, b"\0"),
        uri=URI,
        alg=Alg.ES256,
        now=NOW,
        lifetime=DAY,
        issuer="https://mois.example",
        key_id=jwk.key_id(MOIS.public_key),
        aggregation_uri="https://mois.example/status",
    ).sign_with(MOIS)
    lists = StatusLists(Host(raw, "application/statuslist+cwt"), issuers=TRUST)
    lists.check(VALID, issuer=signer("mois"), now=NOW)
    assert lists.find(URI, now=NOW).aggregation_uri == "https://mois.example/status"
