"""What the contract `KridTrust` says about a subject, at one block."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast, final

from krid._core.times import to_numeric_date
from krid.errors import Code, ContentError
from krid.evm.blocks import Block, ChainTerms, settled_block
from krid.evm.node import Node
from krid.evm.values import read_data, write_data
from krid.ledger import wire
from krid.ledger.evm.artefact import KRID_TRUST, Artefact, decode
from krid.ledger.statements import Role, Sealed, Statement, TrustedIssuerAdded, TrustedIssuerRemoved
from krid.ledger.subjects import Subject, SubjectKind
from krid.net import Flow

if TYPE_CHECKING:
    from krid._core.strict_json import JsonObject

ROLE_BITS: Final = {Role.ISSUER: 1, Role.STATUS: 2, Role.VERIFIER: 4}
OPEN_END: Final = 2**64 - 1
"""What the contract holds for a period without an end."""

_ISSUER_OF: Final = "issuerOf(bytes32)"
_ANCHOR_OF: Final = "anchorOf(bytes32)"


@final
@dataclass(frozen=True, slots=True)
class ChainStanding:
    """What a contract said about a subject; `statement` is None when it never said anything.

    `since` is the number of the block of the newest change, `block` the one that was read.
    """

    subject: Subject
    statement: Statement | None
    since: int
    block: Block = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class Record:
    """What the contract stores about an issuer beside the statement."""

    since: int
    valid_from: int
    valid_until: int
    roles: int
    statement: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> "Record":
        """Read what `issuerOf` returns.

        Raises:
            MalformedError: `evm.contract`.
        """
        values = decode("uint64,uint64,uint64,uint8,bytes", raw)
        return cls(*cast("tuple[int, int, int, int, bytes]", values))

    @classmethod
    def parse_anchor(cls, raw: bytes) -> "Record":
        """Read what `anchorOf` returns.

        Raises:
            MalformedError: `evm.contract`.
        """
        since, statement = cast("tuple[int, bytes]", decode("uint64,bytes", raw))
        return cls(since, 0, 0, 0, statement)

    @classmethod
    def of(cls, statement: Statement) -> "Record":
        """Say what must stand beside a statement; `since` is left open as 0."""
        raw = wire.encode(statement)
        if not isinstance(statement, TrustedIssuerAdded):
            return cls(0, 0, 0, 0, raw)
        start, end = statement.valid_from, statement.valid_until
        return cls(
            0,
            0 if start is None else to_numeric_date(start),
            OPEN_END if end is None else to_numeric_date(end),
            sum(ROLE_BITS[role] for role in statement.roles),
            raw,
        )


def read_standing(
    node: Node, subject: Subject, *, terms: ChainTerms, now: datetime
) -> Flow[ChainStanding]:
    """Ask what holds for a subject, at the newest block that is settled.

    The statement is read as in any ledger; roles and dates, which the contract keeps for other
    contracts, must be those of the statement.

    Raises:
        ContentError: `evm.record`, and as `settled_block`.
        ValidityError, TransportError, MisuseError: as `settled_block`.
        MalformedError: `evm.contract` when the address has no such contract, `ledger.statement`,
            and as `settled_block`.
    """
    block = yield from settled_block(node, terms=terms, now=now)
    is_issuer = subject.kind is SubjectKind.ISSUER
    signature = _ISSUER_OF if is_issuer else _ANCHOR_OF
    call: JsonObject = {
        "to": write_data(terms.contract),
        "data": write_data(Artefact.load(KRID_TRUST).call(signature, subject.key)),
    }
    # By its hash (EIP-1898), so that no other block of this number can answer.
    at: JsonObject = {"blockHash": write_data(block.hash), "requireCanonical": True}
    raw = read_data((yield from node.ask("eth_call", call, at)))
    record = Record.parse(raw) if is_issuer else Record.parse_anchor(raw)
    return ChainStanding(subject, check_record(record, subject, block), record.since, block)


def check_record(record: Record, subject: Subject, block: Block) -> Statement | None:
    """Return the statement of a record, which must be about the subject and fit the rest.

    Raises:
        ContentError: `evm.record`.
        MalformedError: `ledger.statement`.
    """
    if record.since > block.number:
        raise ContentError(Code.EVM_RECORD, "a change after the block")
    if record.since == 0:
        if record != Record(0, 0, 0, 0, b""):
            raise ContentError(Code.EVM_RECORD, "a statement of no block")
        return None
    statement = wire.parse(record.statement)
    if isinstance(statement, Sealed) or statement.subject != subject:
        raise ContentError(Code.EVM_RECORD, "another subject")
    beside = (record.valid_from, record.valid_until, record.roles)
    expected = Record.of(statement)
    if beside != (expected.valid_from, expected.valid_until, expected.roles):
        raise ContentError(Code.EVM_RECORD, "roles or dates")
    return statement


def call_of(statement: Statement) -> bytes:
    """Encode the call by which the contract is told a statement."""
    contract, key, record = Artefact.load(KRID_TRUST), statement.subject.key, Record.of(statement)
    if isinstance(statement, TrustedIssuerAdded):
        return contract.call(
            "setIssuer(bytes32,uint8,uint64,uint64,bytes)",
            *(key, record.roles, record.valid_from, record.valid_until, record.statement),
        )
    if isinstance(statement, TrustedIssuerRemoved):
        return contract.call("removeIssuer(bytes32,bytes)", key, record.statement)
    return contract.call("anchor(bytes32,bytes)", key, record.statement)
