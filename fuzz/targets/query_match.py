"""A DCQL query, and after a line feed the claims of a credential: what leaves was asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from krid._core import strict_json
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.model import AcceptedCredential, CredentialQuery, IssuerKey, value_at
from krid.query import answerable, check_chosen, match_options, missing, parse_dcql

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
    found = {each.id for each in query.credentials if _answers(each, claims)}
    lacking = missing(query, found)
    if not lacking:
        options = [each.options[0] for each in answerable(query, found) if each.required]
        check_chosen(query, {name for option in options for name in option})
    assert lacking or found or not any(each.required for each in query.sets)  # noqa: S101  a property


def _answers(asked: CredentialQuery, claims: strict_json.JsonObject) -> bool:
    """Match a credential that is of every type asked for."""
    credential = replace(
        _CREDENTIAL, format=asked.format, types=frozenset(asked.types), claims=claims
    )
    found = match_options(asked, credential)
    for match in found:
        for path in match.disclose:
            value_at(claims, path)  # whatever would leave is there
    return bool(found)
