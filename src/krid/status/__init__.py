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

from krid.status.bits import StatusBits
from krid.status.issuer import StatusListIssuer
from krid.status.reference import parse_reference
from krid.status.source import Fetch, StatusLists
from krid.status.token import StatusList, StatusListToken, prepare, verify
from krid.status.values import APPLICATION_SPECIFIC, StatusType, check_valid

__all__ = [
    "APPLICATION_SPECIFIC",
    "Fetch",
    "StatusBits",
    "StatusList",
    "StatusListIssuer",
    "StatusListToken",
    "StatusLists",
    "StatusType",
    "check_valid",
    "parse_reference",
    "prepare",
    "verify",
]
