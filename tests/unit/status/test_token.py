"""Tokens in both forms: what is written is read, and any bytes become a value or a KridError."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krid._core import cbor, limits, strict_json
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import (
    BitstringEntry,
    IssuerHint,
    IssuerKey,
    encode_bitstring_entry,
    parse_bitstring_entries,
)
from krid.status import (
    Bitstring,
    BitstringCredential,
    StatusBits,
    StatusListToken,
    VcJwt,
    encode_aggregation,
    parse_aggregation,
    prepare,
    prepare_bitstring,
    prepare_cwt,
    verify,
    verify_bitstring,
)
from krid.status.saved import Saved, Shelf, parse_archive, write_archive

URI = "https://mois.example/status/1"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEY = LocalKey.generate(Alg.ES256)
ISSUER = IssuerKey(key=KEY.public_key, issuer="mois", path="pinned")
SECONDS = st.integers(1, 10**8)
MOMENTS = st.integers(0, 4 * 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


class Trust:
    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        return ISSUER


STATUSES = st.builds(StatusBits, st.sampled_from([1, 2, 4, 8]), st.binary(min_size=1, max_size=64))


@given(
    statuses=STATUSES,
    now=MOMENTS,
    lifetime=SECONDS,
    ttl=st.none() | SECONDS,
    issuer=st.none() | st.text(max_size=20),
    key_id=st.none() | st.text(min_size=1, max_size=20),
    certificates=st.lists(st.binary(min_size=1, max_size=20), max_size=3),
    aggregation=st.none() | st.just("https://mois.example/status"),
)
def test_both_forms_say_the_same(
    *,
    statuses: StatusBits,
    now: datetime,
    lifetime: int,
    ttl: int | None,
    issuer: str | None,
    key_id: str | None,
    certificates: list[bytes],
    aggregation: str | None,
) -> None:
    read = []
    for make in (prepare, prepare_cwt):
        wire = make(
            statuses,
            uri=URI,
            alg=Alg.ES256,
            now=now,
            lifetime=timedelta(seconds=max(lifetime, ttl or 0)),
            ttl=None if ttl is None else timedelta(seconds=ttl),
            issuer=issuer,
            key_id=key_id,
            certificates=certificates,
            aggregation_uri=aggregation,
        ).sign_with(KEY)
        token = StatusListToken.parse(wire)
        found = verify(token, uri=URI, issuers=Trust(), now=now, skew=timedelta(0))
        assert (found.statuses, found.issued_at) == (statuses, now)
        read.append((token, found))
    (jwt, by_jwt), (cwt, by_cwt) = read
    assert (jwt.claims, by_jwt) == (cwt.claims, by_cwt)
    assert jwt.hint.key_id == cwt.hint.key_id == key_id
    assert jwt.hint.certificates == cwt.hint.certificates == tuple(certificates)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_token_or_refused(raw: bytes) -> None:
    for data in (raw, b"\xd2" + raw):
        for parse in (StatusListToken.parse, StatusListToken.parse_cwt, VcJwt().parse):
            with pytest.raises(KridError):
                parse(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**10) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
CLAIMS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("sub", "iat", "exp", "nbf", "ttl", "iss", "aud", "status_list"), JSON),
)


@given(CLAIMS)
def test_any_claims_are_read_or_refused(claims: dict[str, object]) -> None:
    body = strict_json.dumps(claims)  # type: ignore[arg-type]  # hypothesis draws plain JSON
    try:
        StatusListToken.parse(jws.sign({"typ": "statuslist+jwt"}, body, KEY))
    except KridError:
        return


MEMBERS = (
    "@context",
    "id",
    "type",
    "issuer",
    "validFrom",
    "validUntil",
    "iat",
    "credentialSubject",
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, JSON)))
def test_any_credential_is_read_or_refused(members: dict[str, object]) -> None:
    with pytest.raises(KridError):
        BitstringCredential.parse(members)  # type: ignore[arg-type]  # as above


@given(
    count=st.integers(1, 10**5),
    size=st.integers(1, 8),
    place=st.integers(0, 10**5),
    value=st.integers(0, 255),
)
def test_a_bitstring_holds_what_was_put_in(count: int, size: int, place: int, value: int) -> None:
    value &= (1 << size) - 1
    statuses = Bitstring.zeros(count, size=size).with_value(place, value, size=size)
    assert Bitstring.decode(statuses.encode()) == statuses
    around = [statuses.value_at(at, size=size) for at in range(max(0, place - 9), place + 9)]
    assert [each for each in around if each] == ([value] if value else [])
    assert statuses.value_at(place, size=size) == value
    statuses.check_length(size)


def test_what_does_not_fit_is_misuse() -> None:
    statuses = Bitstring.zeros(1)
    with pytest.raises(MisuseError) as error:
        statuses.with_value(0, 2, size=1)
    assert error.value.code is Code.MISUSE_STATUS
    for count, size in ((1, 0), (1, 9), (10**9, 1)):
        with pytest.raises(MisuseError) as error:
            Bitstring.zeros(count, size=size)
        assert error.value.code is Code.MISUSE_OPTION


@given(purposes=st.lists(st.text(max_size=9), min_size=1, max_size=3), ttl=st.none() | SECONDS)
def test_a_credential_is_read_as_it_was_made(purposes: list[str], ttl: int | None) -> None:
    lifetime = timedelta(seconds=ttl or 60)
    wire = prepare_bitstring(
        Bitstring.zeros(1),
        uri=URI,
        purposes=purposes,
        issuer="https://mois.example",
        alg=Alg.ES256,
        now=NOW,
        lifetime=lifetime,
        ttl=None if ttl is None else lifetime,
        key_id="k",
    ).sign_with(KEY)
    secured = VcJwt().parse(wire.encode())
    found = verify_bitstring(secured, uri=URI, issuers=Trust(), now=NOW, skew=timedelta(0))
    assert found.purposes == frozenset(purposes)
    assert found.valid_until == NOW + lifetime
    assert found.ttl == (None if ttl is None else lifetime)


def test_a_credential_grows_old_from_when_it_came_not_from_when_it_is_verified() -> None:
    wire = prepare_bitstring(
        Bitstring.zeros(1),
        uri=URI,
        purposes=["revocation"],
        issuer="https://mois.example",
        alg=Alg.ES256,
        now=NOW,
        lifetime=timedelta(days=9),
        ttl=timedelta(hours=1),
    ).sign_with(KEY)
    secured, late = VcJwt().parse(wire.encode()), NOW + timedelta(days=3)

    def fresh_until(obtained_at: datetime | None) -> datetime:
        return verify_bitstring(
            secured,
            uri=URI,
            issuers=Trust(),
            now=late,
            skew=timedelta(0),
            obtained_at=obtained_at,
        ).fresh_until

    assert fresh_until(None) == NOW + timedelta(hours=1)
    assert fresh_until(late) == late + timedelta(hours=1)
    assert fresh_until(late + timedelta(days=9)) == NOW + timedelta(days=9)
    with pytest.raises(MisuseError) as error:
        fresh_until(late.replace(tzinfo=None))
    assert error.value.code is Code.MISUSE_NAIVE_TIME


def test_a_credential_for_nothing_is_misuse() -> None:
    def make(**changes: object) -> None:
        named: dict[str, object] = {
            "uri": URI,
            "purposes": ["revocation"],
            "issuer": "https://mois.example",
            "alg": Alg.ES256,
            "now": NOW,
            "lifetime": timedelta(days=1),
        }
        prepare_bitstring(Bitstring.zeros(1), **(named | changes))  # type: ignore[arg-type]

    for change, code in (
        ({"purposes": []}, Code.MISUSE_OPTION),
        ({"lifetime": timedelta(0)}, Code.MISUSE_LIFETIME),
        ({"ttl": timedelta(days=2)}, Code.MISUSE_LIFETIME),
    ):
        with pytest.raises(MisuseError) as error:
            make(**change)
        assert error.value.code is code


def test_an_aggregation_that_is_not_at_https_is_refused() -> None:
    with pytest.raises(MalformedError) as error:
        prepare(
            StatusBits(1, b"\0"),
            uri=URI,
            alg=Alg.ES256,
            now=NOW,
            lifetime=timedelta(days=1),
            aggregation_uri="http://mois.example/",
        )
    assert error.value.code is Code.STATUS_SYNTAX


ENTRIES = st.builds(
    BitstringEntry,
    uri=st.just(URI),
    index=st.integers(0, 10**19),
    purpose=st.text(max_size=9),
    messages=st.just({}) | st.just({0: "unset", 1: "set"}),
    references=st.just(()) | st.just((URI,)),
) | st.builds(
    lambda size: BitstringEntry(
        uri=URI,
        index=1,
        purpose="message",
        size=size,
        messages=dict.fromkeys(range(1 << size), "m"),
    ),
    st.integers(2, 8),
)


@given(ENTRIES)
def test_an_entry_is_read_as_it_was_written(entry: BitstringEntry) -> None:
    assert parse_bitstring_entries(encode_bitstring_entry(entry)) == (entry,)
    assert "index=***" in repr(entry)


@given(JSON)
def test_any_entry_is_read_or_refused(value: object) -> None:
    with pytest.raises(KridError):
        parse_bitstring_entries(value)


@given(st.lists(st.integers(0, 99).map(lambda n: f"https://mois.example/{n}"), unique=True))
def test_an_aggregation_is_read_as_it_was_written(uris: list[str]) -> None:
    assert parse_aggregation(encode_aggregation(tuple(uris))) == tuple(uris)


SHELVES = st.builds(
    Shelf,
    lists=st.lists(
        st.builds(
            Saved,
            uri=st.text(max_size=9),
            raw=st.binary(max_size=9),
            media_type=st.text(max_size=9),
            fetched_at=MOMENTS,
            named_by=st.text(max_size=9),
        ),
        max_size=3,
    ).map(tuple),
    newest=st.dictionaries(st.text(max_size=9), MOMENTS, max_size=3),
)


@given(st.dictionaries(st.text(max_size=9), SHELVES, max_size=2))
def test_an_archive_is_read_as_it_was_written(shelves: dict[str, Shelf]) -> None:
    assert parse_archive(write_archive(shelves)) == shelves


@given(st.binary(max_size=100) | JSON.map(cbor.encode))
def test_any_archive_is_read_or_refused(raw: bytes) -> None:
    with pytest.raises(KridError):
        parse_archive(raw)


def test_a_token_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_RESPONSE_BYTES", 10)
    with pytest.raises(MalformedError) as error:
        StatusListToken.parse_jwt("x" * 11)
    assert error.value.code is Code.INPUT_SIZE
