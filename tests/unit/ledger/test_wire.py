import string
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ADDED, ISSUER_KEY, NOW, REMOVED, refused

from krid._core import cbor
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey
from krid.ledger import (
    CheckpointAnchored,
    Removal,
    Role,
    SchemaAnchored,
    Sealed,
    Statement,
    StatusListAnchored,
    Subject,
    SubjectKind,
    TrustedIssuerAdded,
    TrustedIssuerRemoved,
    TypeMetadataAnchored,
    encode,
    parse,
)

KEYS = tuple(LocalKey.generate(alg).public_key for alg in (Alg.ES256, Alg.EDDSA, Alg.ES384))

words = st.text(string.ascii_letters + string.digits + "-._/", min_size=1, max_size=40)
names = words.map(lambda word: f"https://h.example/{word}") | words.map(
    lambda word: f"did:web:{word.replace('/', ':')}"
)
digests = st.binary(min_size=32, max_size=32)
moments = st.integers(0, 200_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@st.composite
def added(draw: st.DrawFn) -> TrustedIssuerAdded:
    by_did = draw(st.booleans())
    period = sorted(draw(st.lists(moments, min_size=2, max_size=2)))
    return TrustedIssuerAdded(
        issuer=draw(names),
        roles=draw(st.frozensets(st.sampled_from(Role), min_size=1)),
        types=draw(st.frozensets(words, max_size=5)),
        keys=() if by_did else draw(st.sampled_from([KEYS, KEYS[:1]])),
        did="did:web:mois.example" if by_did else None,
        valid_from=draw(st.sampled_from([None, period[0]])),
        valid_until=draw(st.sampled_from([None, period[1]])),
    )


statements: st.SearchStrategy[Statement | Sealed] = st.one_of(
    added(),
    st.builds(TrustedIssuerRemoved, issuer=names, reason=st.sampled_from(Removal)),
    st.builds(SchemaAnchored, uri=names, digest=digests),
    st.builds(TypeMetadataAnchored, vct=words, digest=digests),
    st.builds(StatusListAnchored, uri=names, digest=digests),
    st.builds(CheckpointAnchored, origin=words, size=st.integers(0, 2**48), root=digests),
    st.builds(Sealed, at=moments, state=digests),
)


@given(statements)
def test_a_statement_survives_its_encoding(statement: Statement | Sealed) -> None:
    assert parse(encode(statement)) == statement


@given(st.binary(max_size=300))
def test_any_bytes_are_a_statement_or_refused(raw: bytes) -> None:
    try:
        statement = parse(raw)
    except KridError as error:
        assert error.code is Code.LEDGER_STATEMENT
    else:
        assert encode(statement) == raw


def test_documents_become_digests() -> None:
    metadata = TypeMetadataAnchored.of("https://mois.example/card", b"{}")
    assert metadata.integrity == "sha256-RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o="
    assert metadata.subject == Subject(SubjectKind.TYPE, "https://mois.example/card")
    assert SchemaAnchored.of("https://a.example", b"{}").digest == metadata.digest
    assert StatusListAnchored.of("https://a.example", b"{}").digest == metadata.digest


def test_subjects_have_different_keys() -> None:
    name = "https://mois.example"
    kinds = (SubjectKind.ISSUER, SubjectKind.SCHEMA, SubjectKind.TYPE, SubjectKind.STATUS_LIST)
    assert len({Subject(kind, name).key for kind in kinds}) == 4
    assert ADDED.subject == REMOVED.subject
    other = CheckpointAnchored(origin="other.example", size=1, root=bytes(32))
    assert other.subject == Subject(SubjectKind.LOG, "other.example")
    assert SchemaAnchored.of(name, b"").subject.kind is SubjectKind.SCHEMA
    assert StatusListAnchored.of(name, b"").subject.kind is SubjectKind.STATUS_LIST


@pytest.mark.parametrize(
    "name",
    [
        "",
        "mois.example",
        "http://mois.example",
        "https://",
        "https:///path",
        "https://user@mois.example",
        "https://mois.example/?resident=1",
        "https://mois.example/#a",
        "https://mois.example/a b",
        "https://mois.example/\u00e9",
        "did:web:mois.example#key-1",
        "did:web:mois.example/path",
        "did:web:",
        "mailto:a@mois.example",
        "https://mois.example/" + "a" * 1_024,
    ],
)
def test_names_that_may_not_stand_on_a_ledger(name: str) -> None:
    refused(Code.LEDGER_STATEMENT, lambda: Subject(SubjectKind.ISSUER, name))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "\u00e9", "a" * 1_025])
@pytest.mark.parametrize("kind", [SubjectKind.LOG, SubjectKind.TYPE])
def test_origins_and_types_that_may_not(name: str, kind: SubjectKind) -> None:
    refused(Code.LEDGER_STATEMENT, lambda: Subject(kind, name))


GOOD = {
    "issuer": "https://mois.example",
    "roles": frozenset({Role.ISSUER}),
    "types": frozenset({"card"}),
    "keys": (ISSUER_KEY,),
}


@pytest.mark.parametrize(
    "change",
    [
        {"roles": frozenset()},
        {"types": frozenset(map(str, range(129)))},
        {"types": frozenset({"a b"})},
        {"keys": ()},
        {"did": "did:web:mois.example"},
        {"keys": (), "did": "https://mois.example"},
        {"keys": (), "did": "did:web:a#b"},
        {"keys": (ISSUER_KEY, ISSUER_KEY)},
        {"keys": tuple(LocalKey.generate(Alg.EDDSA).public_key for _ in range(17))},
        {"valid_from": NOW.replace(microsecond=1)},
        {"valid_from": NOW, "valid_until": NOW.replace(year=2025)},
    ],
)
def test_issuers_that_may_not_be_added(change: dict[str, object]) -> None:
    TrustedIssuerAdded(**GOOD)  # type: ignore[arg-type]
    refused(Code.LEDGER_STATEMENT, lambda: TrustedIssuerAdded(**GOOD | change))  # type: ignore[arg-type]


def test_other_values_that_may_not_stand() -> None:
    refused(Code.LEDGER_STATEMENT, lambda: SchemaAnchored(uri="https://a.example", digest=b"x"))
    refused(Code.LEDGER_STATEMENT, lambda: Sealed(at=NOW, state=b""))
    refused(Code.MISUSE_NAIVE_TIME, lambda: Sealed(at=NOW.replace(tzinfo=None), state=bytes(32)))
    refused(Code.LEDGER_STATEMENT, lambda: CheckpointAnchored(origin="a", size=-1, root=bytes(32)))


def test_a_statement_beyond_the_limit() -> None:
    many = frozenset(f"{number:0>1000}" for number in range(9))
    large = TrustedIssuerAdded(**GOOD | {"types": many})  # type: ignore[arg-type]
    refused(Code.LEDGER_STATEMENT, lambda: encode(large))
    refused(Code.LEDGER_STATEMENT, lambda: parse(bytes(8 * 1024 + 1)))


def members(statement: Statement) -> dict[str, object]:
    value = cbor.decode(encode(statement))
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "other"},
        {"kind": None},
        {"extra": 1},
        {"roles": ["king"]},
        {"roles": ["issuer", "issuer"]},
        {"types": "card"},
        {"keys": [1] * 17},
        {"keys": [{1: 1}]},
        {"from": 1.5},
        {"issuer": 1},
    ],
)
def test_forged_members_of_an_added_issuer(change: dict[str, object]) -> None:
    forged = cbor.encode(members(ADDED) | change)
    refused(Code.LEDGER_STATEMENT, lambda: parse(forged))


def test_other_forged_members() -> None:
    refused(
        Code.LEDGER_STATEMENT, lambda: parse(cbor.encode(members(REMOVED) | {"reason": "mood"}))
    )
    schema = SchemaAnchored.of("https://a.example", b"")
    forged = cbor.encode(members(schema) | {"digest": "text"})
    refused(Code.LEDGER_STATEMENT, lambda: parse(forged))
    refused(Code.LEDGER_STATEMENT, lambda: parse(cbor.encode([1])))
    unsorted = b"\xa2\x63uri\x61a\x64kind\x66schema"
    refused(Code.LEDGER_STATEMENT, lambda: parse(unsorted))


def test_a_key_that_can_not_sign() -> None:
    from krid.keys import Curve

    agreeing = LocalKey.generate_on(Curve.X25519).public_key
    forged = GOOD | {"keys": (agreeing,)}
    refused(Code.LEDGER_STATEMENT, lambda: TrustedIssuerAdded(**forged))  # type: ignore[arg-type]
