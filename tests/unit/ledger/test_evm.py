"""The contracts on a chain in this process: what is said is read, and by whom it may be said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from chains import MINISTRY, Chain, in_process
from hypothesis import given
from hypothesis import strategies as st
from ledgers import ADDED, DAY, ISSUER_KEY, MOIS, NOW, REMOVED, anchor, refused

from krid.errors import Code, KridError
from krid.evm.node import read_answer
from krid.evm.values import read_data, read_quantity, write_data
from krid.ledger import (
    CheckpointAnchored,
    Role,
    SchemaAnchored,
    Statement,
    Subject,
    SubjectKind,
    TypeMetadataAnchored,
    encode,
)
from krid.ledger.evm import DID_REGISTRY, KRID_TRUST, Artefact, Block, LocalAccount, outcome
from krid.ledger.evm.contract import Record, check_record
from krid.ledger.evm.writer import Transaction


@pytest.fixture(scope="module")
def chain() -> Chain:
    return in_process()


def test_an_issuer_is_registered_found_and_removed(chain: Chain) -> None:
    issuers = chain.issuers()
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: issuers.find(MOIS, now=chain.now()))
    added = replace(ADDED, valid_from=NOW, valid_until=NOW + DAY)
    block = chain.say(added).block
    found = issuers.find(MOIS, now=chain.now())
    assert (found.keys, found.valid_from, found.valid_until) == ((ISSUER_KEY,), NOW, NOW + DAY)
    assert found.evidence == (
        f"contract 0x{chain.contract.hex()}, block {block} of chain {chain.chain_id}"
    )
    assert issuers.known is not None
    assert issuers.known.number == block
    chain.say(REMOVED)
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: issuers.find(MOIS, now=chain.now()))
    assert issuers.standing(ADDED.subject, now=chain.now()).statement == REMOVED
    refused(Code.TRUST_UNKNOWN_ISSUER, lambda: issuers.find("no name", now=chain.now()))


def test_what_is_not_confirmed_is_not_seen(chain: Chain) -> None:
    other = replace(ADDED, issuer="https://other.example")
    chain.say(other)
    issuers = chain.issuers(chain.terms(confirmations=2))
    refused(
        Code.TRUST_UNKNOWN_ISSUER,
        lambda: issuers.find("https://other.example", now=chain.now()),
    )
    chain.transport.mine(2)  # type: ignore[attr-defined]
    assert issuers.find("https://other.example", now=chain.now()).keys == (ISSUER_KEY,)


@pytest.mark.parametrize(
    "statement",
    [
        anchor(1),
        SchemaAnchored.of("https://mois.example/schema", b"{}"),
        TypeMetadataAnchored.of("urn:card:1", b"{}"),
        CheckpointAnchored(origin="other.example", size=3, root=bytes(32)),
        replace(ADDED, issuer="https://r.example", roles=frozenset(Role)),
    ],
)
def test_every_statement_stands_on_the_chain(chain: Chain, statement: Statement) -> None:
    chain.say(statement)
    found = chain.issuers().standing(statement.subject, now=chain.now())
    assert found.statement == statement
    assert found.since == found.block.number


def test_nothing_was_said(chain: Chain) -> None:
    for kind in SubjectKind:
        name = "never.example" if kind is SubjectKind.LOG else "https://never.example"
        found = chain.issuers().standing(Subject(kind, name), now=chain.now())
        assert (found.statement, found.since) == (None, 0)


def test_strangers_write_nothing(chain: Chain) -> None:
    stranger = LocalAccount(bytes(31) + b"\x02")
    chain.transport.fund(stranger.address)  # type: ignore[attr-defined]
    refused(Code.EVM_REFUSED, lambda: chain.say(anchor(7), stranger))
    # A registrar may, until the moment that the owner names.
    later = int(chain.now().timestamp()) + 1_000
    call(chain, MINISTRY, "setRegistrar(address,uint64)", address(stranger), later)
    chain.say(anchor(7), stranger)
    call(chain, MINISTRY, "setRegistrar(address,uint64)", address(stranger), 0)
    refused(Code.EVM_REFUSED, lambda: chain.say(anchor(7), stranger))
    refused(
        Code.EVM_REFUSED,
        lambda: call(chain, stranger, "setRegistrar(address,uint64)", address(stranger), later),
    )


def test_the_contract_is_handed_on_and_taken(chain: Chain) -> None:
    heir = LocalAccount(bytes(31) + b"\x03")
    chain.transport.fund(heir.address)  # type: ignore[attr-defined]
    refused(Code.EVM_REFUSED, lambda: call(chain, heir, "takeOwnership()"))
    call(chain, MINISTRY, "offerOwnership(address)", address(heir))
    call(chain, heir, "takeOwnership()")
    refused(Code.EVM_REFUSED, lambda: chain.say(anchor(8)))
    call(chain, heir, "offerOwnership(address)", address(MINISTRY))
    call(chain, MINISTRY, "takeOwnership()")
    chain.say(anchor(8))


SET = "setIssuer(bytes32,uint8,uint64,uint64,bytes)"


@pytest.mark.parametrize(
    "arguments",
    [
        (bytes(32), 0, 0, 1, b"s"),
        (bytes(32), 8, 0, 1, b"s"),
        (bytes(32), 1, 2, 1, b"s"),
        (bytes(32), 1, 0, 1, b""),
        (bytes(32), 1, 0, 1, bytes(8193)),
    ],
)
def test_what_the_contract_refuses(chain: Chain, arguments: tuple[object, ...]) -> None:
    refused(Code.EVM_REFUSED, lambda: call(chain, MINISTRY, SET, *arguments))


def test_other_contracts_may_ask(chain: Chain) -> None:
    added = replace(ADDED, issuer="https://t.example", valid_from=NOW, valid_until=NOW + DAY)
    chain.say(added)
    key, at = added.subject.key, int(NOW.timestamp())
    for roles, moment, trusted in (
        (1, at, True),
        (1, at + 86_400, True),
        (1, at - 1, False),
        (1, at + 86_401, False),
        (2, at, False),
        (3, at, False),
        (0, at, False),
    ):
        answer = view(chain, "isTrusted(bytes32,uint8,uint64)", key, roles, moment)
        assert int.from_bytes(answer, "big") == trusted


def address(account: LocalAccount) -> str:
    return write_data(account.address)


def call(chain: Chain, account: LocalAccount, signature: str, *arguments: object) -> None:
    """Send any call of the contract."""
    from krid.ledger.evm.writer import _send

    data = Artefact.load(KRID_TRUST).call(signature, *arguments)
    chain.mined(chain.run(_send(chain.node, account, chain.chain_id, chain.contract, data)))


def view(
    chain: Chain, signature: str, *arguments: object, name: str = KRID_TRUST, to: bytes = b""
) -> bytes:
    data = Artefact.load(name).call(signature, *arguments)
    words = {"to": write_data(to or chain.contract), "data": write_data(data)}
    return read_data(chain.run(chain.node.ask("eth_call", words, "latest")))


# The registry of ERC-1056


class Registry:
    """The registry on the chain, and the identity of the ministry in it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.contract = chain.deploy(DID_REGISTRY)
        self.me = address(MINISTRY)

    def send(self, signature: str, *arguments: object, by: LocalAccount = MINISTRY) -> None:
        from krid.ledger.evm.writer import _send

        data = Artefact.load(DID_REGISTRY).call(signature, *arguments)
        chain = self.chain
        chain.mined(chain.run(_send(chain.node, by, chain.chain_id, self.contract, data)))

    def view(self, signature: str, *arguments: object) -> int:
        raw = view(self.chain, signature, *arguments, name=DID_REGISTRY, to=self.contract)
        return int.from_bytes(raw, "big")


OTHER = LocalAccount(bytes(31) + b"\x04")
VERI_KEY = b"veriKey".ljust(32, b"\0")


def test_the_registry_knows_owners_delegates_and_changes(chain: Chain) -> None:
    registry = Registry(chain)
    me, other = registry.me, address(OTHER)
    chain.transport.fund(OTHER.address)  # type: ignore[attr-defined]
    assert registry.view("identityOwner(address)", me) == int(me, 16)
    assert registry.view("changed(address)", me) == 0
    registry.send("addDelegate(address,bytes32,address,uint256)", me, VERI_KEY, other, 1_000)
    assert registry.view("validDelegate(address,bytes32,address)", me, VERI_KEY, other) == 1
    registry.send("revokeDelegate(address,bytes32,address)", me, VERI_KEY, other)
    assert registry.view("validDelegate(address,bytes32,address)", me, VERI_KEY, other) == 0
    registry.send("setAttribute(address,bytes32,bytes,uint256)", me, VERI_KEY, b"v", 10)
    registry.send("revokeAttribute(address,bytes32,bytes)", me, VERI_KEY, b"v")
    changed = registry.view("changed(address)", me)
    assert changed > 0
    registry.send("changeOwner(address,address)", me, other)
    assert registry.view("identityOwner(address)", me) == int(other, 16)
    assert registry.view("changed(address)", me) == changed + 1
    refused(Code.EVM_REFUSED, lambda: registry.send("changeOwner(address,address)", me, me))
    registry.send("changeOwner(address,address)", me, me, by=OTHER)


def test_anybody_may_pay_for_what_the_owner_signed(chain: Chain) -> None:
    from eth_keys.datatypes import PrivateKey
    from eth_utils.crypto import keccak

    registry = Registry(chain)
    owner_key = PrivateKey(bytes(31) + b"\x05")
    owner = owner_key.public_key.to_canonical_address()
    me = write_data(owner)

    def signed(words: bytes, nonce: int) -> tuple[int, bytes, bytes]:
        head = b"\x19\x00" + registry.contract + nonce.to_bytes(32, "big") + owner
        made = owner_key.sign_msg_hash(keccak(head + words))
        return made.v + 27, made.r.to_bytes(32, "big"), made.s.to_bytes(32, "big")

    signature = "setAttributeSigned(address,uint8,bytes32,bytes32,bytes32,bytes,uint256)"
    words = b"setAttribute" + VERI_KEY + b"value" + (9).to_bytes(32, "big")
    first = signed(words, 0)
    registry.send(signature, me, *first, VERI_KEY, b"value", 9)
    assert registry.view("nonce(address)", me) == 1
    # It serves once, for these words, and from this key.
    refused(Code.EVM_REFUSED, lambda: registry.send(signature, me, *first, VERI_KEY, b"value", 9))
    second = signed(words, 1)
    refused(Code.EVM_REFUSED, lambda: registry.send(signature, me, *second, VERI_KEY, b"other", 9))
    delegate = bytes(19) + b"\x07"
    others = {
        "revokeAttributeSigned(address,uint8,bytes32,bytes32,bytes32,bytes)": (
            b"revokeAttribute" + VERI_KEY + b"value",
            (VERI_KEY, b"value"),
        ),
        "addDelegateSigned(address,uint8,bytes32,bytes32,bytes32,address,uint256)": (
            b"addDelegate" + VERI_KEY + delegate + (9_999).to_bytes(32, "big"),
            (VERI_KEY, write_data(delegate), 9_999),
        ),
        "revokeDelegateSigned(address,uint8,bytes32,bytes32,bytes32,address)": (
            b"revokeDelegate" + VERI_KEY + delegate,
            (VERI_KEY, write_data(delegate)),
        ),
        "changeOwnerSigned(address,uint8,bytes32,bytes32,address)": (
            b"changeOwner" + delegate,
            (write_data(delegate),),
        ),
    }
    for nonce, (name, (text, arguments)) in enumerate(others.items(), start=1):
        registry.send(name, me, *signed(text, nonce), *arguments)
    assert registry.view("identityOwner(address)", me) == int.from_bytes(delegate, "big")


# Accounts and transactions


def test_accounts_show_their_address_alone() -> None:
    account = LocalAccount(bytes(31) + b"\x01")
    assert repr(account) == "LocalAccount(0x7e5f4552091a69125d5dfcb7b8c2659029395bdf)"
    refused(Code.KEY_SYNTAX, lambda: LocalAccount(bytes(32)))
    signed = account.sign(Transaction(1, 0, 21_000, 1, bytes(20), b""))
    assert len(signed.hash) == 32


def test_a_transaction_in_no_block(chain: Chain) -> None:
    assert chain.run(outcome(chain.node, bytes(32))) is None


def test_terms_that_make_no_sense(chain: Chain) -> None:
    refused(Code.MISUSE_OPTION, lambda: chain.terms(contract=b"short"))
    refused(Code.MISUSE_OPTION, lambda: chain.terms(confirmations=65))
    refused(Code.MISUSE_OPTION, lambda: chain.terms(confirmations=-1))


# Readers


@pytest.mark.parametrize("text", ["", "0x", "0x01", "1", "0xg", "0x1" + "0" * 64, 1, None])
def test_what_is_no_number(text: object) -> None:
    refused(Code.EVM_ANSWER, lambda: read_quantity(text))


def test_numbers_and_bytes() -> None:
    assert read_quantity("0x0") == 0
    assert read_quantity("0xff", bits=8) == 255
    refused(Code.EVM_ANSWER, lambda: read_quantity("0x100", bits=8))
    assert read_data("0x") == b""
    assert read_data("0xAb", size=1) == b"\xab"
    refused(Code.EVM_ANSWER, lambda: read_data("0xab", size=2))
    refused(Code.EVM_ANSWER, lambda: read_data("0xa"))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_answer_or_refused(raw: bytes) -> None:
    try:
        read_answer(raw)
    except KridError as error:
        assert error.code in {Code.EVM_ANSWER, Code.EVM_REFUSED}


BLOCK = Block(9, bytes(32), bytes(32), datetime(2026, 6, 1, tzinfo=UTC))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_record_or_refused(raw: bytes) -> None:
    for parse in (Record.parse, Record.parse_anchor):
        try:
            check_record(parse(raw), ADDED.subject, BLOCK)
        except KridError as error:
            assert error.code in {Code.EVM_CONTRACT, Code.EVM_RECORD, Code.LEDGER_STATEMENT}


def test_the_contracts_lie_in_the_package() -> None:
    for name in (KRID_TRUST, DID_REGISTRY):
        assert len(Artefact.load(name).bytecode) > 1_000
    assert Record.of(REMOVED).statement == encode(REMOVED)
