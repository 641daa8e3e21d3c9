"""What statements are about: an issuer, a schema, a type, a status list, another log."""

import re
from dataclasses import dataclass
from enum import Enum, unique
from hashlib import sha256
from typing import Final, final

from krid._core import cbor, limits
from krid.errors import Code, MalformedError

_NAME: Final = re.compile(
    r"https://[!-~]+|did:[a-z0-9]+:[!-~]+|urn:[a-zA-Z0-9][a-zA-Z0-9-]{1,31}:[!-~]+", re.ASCII
)
_NO_SPACE: Final = re.compile(r"[!-*,-~]+", re.ASCII)


@unique
class SubjectKind(Enum):
    """The kinds of subjects, by their names on the wire."""

    ISSUER = "issuer"
    SCHEMA = "schema"
    TYPE = "type"
    STATUS_LIST = "status_list"
    LOG = "log"


@final
@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a statement is about; the newest statement about a subject holds."""

    kind: SubjectKind
    name: str

    def __post_init__(self) -> None:
        """Refuse a name that can't be a subject's.

        Raises:
            MalformedError: `ledger.statement`.
        """
        if self.kind is SubjectKind.LOG:
            check_origin(self.name)
        elif self.kind is SubjectKind.TYPE:
            check_type(self.name)
        else:
            check_name(self.name)

    @property
    def key(self) -> bytes:
        """The 32 bytes under which it stands in the state."""
        return sha256(cbor.encode([self.kind.value, self.name])).digest()


def check_name(name: str) -> None:
    """Refuse a name other than an https address without a query, a DID without a path, or a URN.

    Queries, fragments and user parts are where personal data would hide.

    Raises:
        MalformedError: `ledger.statement`.
    """
    host = name.removeprefix("https://").partition("/")[0]
    is_address = name.startswith("https://")
    if (
        len(name) > limits.MAX_STATEMENT_NAME_CHARS
        or _NAME.fullmatch(name) is None
        or set("?#") & set(name)
        or (is_address and ("@" in host or not host))
        or (name.startswith("did:") and "/" in name)
    ):
        raise MalformedError(Code.LEDGER_STATEMENT, "a name")


def check_type(name: str) -> None:
    """Refuse what can't be a `vct` or a doctype: printable ASCII without spaces.

    Raises:
        MalformedError: `ledger.statement`.
    """
    if len(name) > limits.MAX_STATEMENT_NAME_CHARS or _NO_SPACE.fullmatch(name) is None:
        raise MalformedError(Code.LEDGER_STATEMENT, "a type")


def check_origin(origin: str) -> None:
    """Refuse what can't be the origin of a log: printable ASCII without spaces and plus signs.

    Raises:
        MalformedError: `ledger.statement`.
    """
    if len(origin) > limits.MAX_STATEMENT_NAME_CHARS or _NO_SPACE.fullmatch(origin) is None:
        raise MalformedError(Code.LEDGER_STATEMENT, "an origin")
