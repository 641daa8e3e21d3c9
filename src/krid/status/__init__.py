"""Token Status List (draft-ietf-oauth-status-list-20): suspend and revoke one card among many.

The JWT form is here; the CWT form (section 5.2) and W3C Bitstring Status Lists are not yet.

>>> from datetime import UTC, datetime, timedelta
>>> from krid.keys import Alg, LocalKey
>>> from krid.status import StatusListIssuer, StatusLists
>>> key, now = LocalKey.generate(Alg.ES256), datetime(2026, 6, 1, tzinfo=UTC)
>>> issuer = StatusListIssuer("https://mois.example/status/1", 100_000)
>>> card = issuer.allocate()
>>> token = issuer.publish(key, now=now, lifetime=timedelta(days=1), ttl=timedelta(hours=1))
>>> from krid.trust import KeyTrust
>>> lists = StatusLists(known={issuer.uri: token}, issuers=KeyTrust.of(key.public_key))
>>> print(lists.check(card, now=now).check)
status
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from krid.errors import Code, MisuseError
from krid.status.bits import StatusBits
from krid.status.issuer import StatusListIssuer
from krid.status.reference import parse_reference
from krid.status.registry.values import Change, Entry, Event, Published, TokenForm
from krid.status.source import Fetch, StatusLists
from krid.status.token import StatusList, StatusListToken, prepare, verify
from krid.status.values import APPLICATION_SPECIFIC, StatusType, check_valid

if TYPE_CHECKING:
    from krid.status.registry.publisher import Publisher
    from krid.status.registry.registry import StatusRegistry

__all__ = [
    "APPLICATION_SPECIFIC",
    "Change",
    "Entry",
    "Event",
    "Fetch",
    "Published",
    "Publisher",
    "StatusBits",
    "StatusList",
    "StatusListIssuer",
    "StatusListToken",
    "StatusLists",
    "StatusRegistry",
    "StatusType",
    "TokenForm",
    "check_valid",
    "parse_reference",
    "prepare",
    "verify",
]

_WITH_DATABASE = {"Publisher": "publisher", "StatusRegistry": "registry"}


def __getattr__(name: str) -> object:
    """Load what needs a database when it is first used.

    Raises:
        MisuseError: `misuse.extra` where SQLAlchemy is not installed.
    """
    if name not in _WITH_DATABASE:
        raise AttributeError(f"module 'krid.status' has no attribute {name!r}")
    if find_spec("sqlalchemy") is None:
        raise MisuseError(Code.MISUSE_EXTRA, "krid[sql]")
    value: object = getattr(import_module(f"krid.status.registry.{_WITH_DATABASE[name]}"), name)
    return value
