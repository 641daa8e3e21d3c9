"""A DCQL query, and after a line feed the claims of a credential: what leaves was asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from krid._core import strict_json
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.model import AcceptedCredential, IssuerKey, value_at
from krid.query import match_credential, parse_dcql

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_KEY = LocalKey.generate(Alg.EDDSA).public_key
_CREDENTIAL = AcceptedCredential(
    format="",
    type="",
    issuer="https://issuer.example",
    signer=IssuerKey(key=_KEY, issuer="https://issuer.example", path="fuzz"),
    claims={},
    withholdable=(),
    holder=_KEY,
    valid_from=_NOW,
    valid_until=_NOW + timedelta(days=1),
    status=(),
)


def target(data: bytes) -> None:
    asked, _, held = data.partition(b"\n")
    try:
        query = parse_dcql(strict_json.loads(asked))
        claims = strict_json.loads_object(held)
    except KridError:
        return
    for each in query.credentials:
        kind = next(iter(each.types), "any")
        credential = replace(_CREDENTIAL, format=each.format, type=kind, claims=claims)
        found = match_credential(each, credential)
        for path in () if found is None else found.disclose:
            value_at(claims, path)  # whatever would leave is there
