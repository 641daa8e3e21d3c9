"""Any answer of a chain's node: blocks, transactions and records are read or refused."""

from contextlib import suppress
from datetime import UTC, datetime

from krid._core import strict_json
from krid.errors import KridError
from krid.evm.node import read_answer
from krid.evm.values import read_data
from krid.ledger import Subject, SubjectKind
from krid.ledger.evm import Block, Node, outcome
from krid.ledger.evm.contract import Record, check_record
from krid.net import Response, ScriptedTransport, run

URL = "https://chain.example/"
SUBJECT = Subject(SubjectKind.ISSUER, "https://mois.example")
BLOCK = Block(2**40, bytes(32), bytes(32), datetime(2026, 6, 1, tzinfo=UTC))


def target(data: bytes) -> None:
    for parse in (Record.parse, Record.parse_anchor):
        try:
            record = parse(data)
            statement = check_record(record, SUBJECT, BLOCK)
        except KridError:
            continue
        if statement is not None and statement.subject != SUBJECT:
            raise AssertionError("a statement about another subject")
    try:
        answer = read_answer(data)
    except KridError:
        return
    with suppress(KridError):
        Block.parse(answer)
    _record(answer)
    try:
        run(outcome(Node(URL), bytes(32)), ScriptedTransport({URL: Response(200, body=data)}))
    except KridError:
        return


def _record(answer: strict_json.Json) -> None:
    try:
        check_record(Record.parse(read_data(answer)), SUBJECT, BLOCK)
    except KridError:
        return
