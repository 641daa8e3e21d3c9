"""Status lists: suspend and revoke one card among many.

Token Status Lists (draft-ietf-oauth-status-list-20) as JWT and CWT, and W3C Bitstring Status
Lists 1.0 in credentials that are VC-JWTs; the issuer's side and the verifier's.
Records of single credentials, as OpenDID has them, are in `krid.status.records`.

>>> from datetime import UTC, datetime, timedelta
>>> from krid.keys import Alg, LocalKey
>>> from krid.model import IssuerHint
>>> from krid.status import Fetching, StatusListIssuer, StatusLists
>>> key, now = LocalKey.generate(Alg.ES256), datetime(2026, 6, 1, tzinfo=UTC)
>>> issuer = StatusListIssuer("https://mois.example/status/1", 100_000)
>>> card = issuer.allocate()
>>> token = issuer.publish(key, now=now, lifetime=timedelta(days=1), ttl=timedelta(hours=1))
>>> from krid.trust import KeyTrust
>>> trust = KeyTrust.of(key.public_key)
>>> lists = StatusLists(Fetching({issuer.uri: token}.__getitem__), issuers=trust)
>>> signer = trust.find(IssuerHint(format="dc+sd-jwt", type="card", alg=Alg.ES256), now=now)
>>> print(lists.check(card, issuer=signer, now=now).check)
status
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from krid.errors import Code, MisuseError
from krid.status.aggregation import (
    aggregation_endpoint,
    encode_aggregation,
    fetch_aggregation,
    parse_aggregation,
)
from krid.status.bits import StatusBits
from krid.status.bitstring import Bitstring
from krid.status.bitstring_credential import (
    BitstringCredential,
    prepare_bitstring,
    verify_bitstring,
    verify_historical_bitstring,
)
from krid.status.cache import Capacity
from krid.status.fetch import Fetch, Fetching
from krid.status.issuer import StatusListIssuer
from krid.status.lists import BitstringList, StatusList
from krid.status.offline import Offline
from krid.status.reference import parse_reference
from krid.status.registry.bitstring_form import (
    REFRESH_FORM,
    REVOCATION_FORM,
    SUSPENSION_FORM,
    BitstringForm,
    message_form,
)
from krid.status.registry.forms import CWT_FORM, JWT_FORM
from krid.status.registry.values import (
    Change,
    Entry,
    Event,
    ListForm,
    Published,
    RegistryKind,
    TokenForm,
)
from krid.status.securing import ListSecuring, SecuredCredential, VcJwt, VcJwtCredential
from krid.status.signer import StatusProvider, check_speaks_for
from krid.status.source import Prefetched, StatusLists
from krid.status.token import StatusListToken, prepare, prepare_cwt, verify, verify_historical
from krid.status.values import (
    APPLICATION_SPECIFIC,
    StatusPurpose,
    StatusType,
    check_purpose,
    check_valid,
)

if TYPE_CHECKING:
    from krid.status.registry.publisher import Publisher
    from krid.status.registry.registry import StatusRegistry

__all__ = [
    "APPLICATION_SPECIFIC",
    "CWT_FORM",
    "JWT_FORM",
    "REFRESH_FORM",
    "REVOCATION_FORM",
    "SUSPENSION_FORM",
    "Bitstring",
    "BitstringCredential",
    "BitstringForm",
    "BitstringList",
    "Capacity",
    "Change",
    "Entry",
    "Event",
    "Fetch",
    "Fetching",
    "ListForm",
    "ListSecuring",
    "Offline",
    "Prefetched",
    "Published",
    "Publisher",
    "RegistryKind",
    "SecuredCredential",
    "StatusBits",
    "StatusList",
    "StatusListIssuer",
    "StatusListToken",
    "StatusLists",
    "StatusProvider",
    "StatusPurpose",
    "StatusRegistry",
    "StatusType",
    "TokenForm",
    "VcJwt",
    "VcJwtCredential",
    "aggregation_endpoint",
    "check_purpose",
    "check_speaks_for",
    "check_valid",
    "encode_aggregation",
    "fetch_aggregation",
    "message_form",
    "parse_aggregation",
    "parse_reference",
    "prepare",
    "prepare_bitstring",
    "prepare_cwt",
    "verify",
    "verify_bitstring",
    "verify_historical",
    "verify_historical_bitstring",
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
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[sql]'")
    value: object = getattr(import_module(f"krid.status.registry.{_WITH_DATABASE[name]}"), name)
    return value
