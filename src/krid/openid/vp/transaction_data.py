"""Transaction data on the wire, and the types of them that a party knows (sections 5.1 and 8.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from krid._core import base64url, limits, shape, strict_json
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.model import HASH_NAMES, HolderBinding, Query, TransactionData

_SYNTAX: Final = Code.TRANSACTION_SYNTAX
_COMMON: Final = frozenset({"type", "credential_ids"})
_HASHES: Final = "transaction_data_hashes_alg"
_SDJWT: Final = "dc+sd-jwt"
_MDOC: Final = "mso_mdoc"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionType:
    """A type of transaction data as its specification has it.

    `required` and `optional` are the members beside `type` and `credential_ids`, each with the
    type of its value in Python: str, int, bool, list or dict. `element` is the namespace and
    identifier of the element in which an mdoc returns it; without, only SD-JWTs authorise it.
    SD-JWTs follow the profile of appendix B.3.3.1, with `transaction_data_hashes`.
    """

    name: str
    required: Mapping[str, type] = field(default_factory=dict)
    optional: Mapping[str, type] = field(default_factory=dict)
    element: tuple[str, str] | None = None

    def check(self, members: Mapping[str, object]) -> None:
        """Check the members of one transaction against the type (section 8.5).

        Raises:
            MalformedError: `transaction.syntax`.
        """
        given = members.keys() - _COMMON - {_HASHES}
        if not self.required.keys() <= given <= self.required.keys() | self.optional.keys():
            raise MalformedError(_SYNTAX, "members")
        known = {**self.optional, **self.required}
        if any(not _is_a(members[name], known[name]) for name in given):
            raise MalformedError(_SYNTAX, "members")

    def takes(self, format_name: str) -> bool:
        """Tell whether a credential of a format can authorise a transaction of this type."""
        return format_name == _SDJWT or (format_name == _MDOC and self.element is not None)


def encode(
    kind: TransactionType,
    details: Mapping[str, Json],
    *,
    credential_ids: Sequence[str],
    hash_algs: Sequence[str] | None = None,
) -> TransactionData:
    """Write one transaction down, as a verifier does.

    Raises:
        MalformedError: `transaction.syntax` for what the type does not allow.
        UnsupportedError: `transaction.hash`.
    """
    members: JsonObject = {
        "type": kind.name,
        "credential_ids": list(credential_ids),
        **details,
    }
    if hash_algs is not None:
        members[_HASHES] = list(hash_algs)
    return _parse_one(base64url.encode(strict_json.dumps(members)), {kind.name: kind})


def parse(
    value: object, asked: Query, *, types: Sequence[TransactionType]
) -> tuple[TransactionData, ...]:
    """Read `transaction_data`; None when it is not there.

    Raises:
        MalformedError: `transaction.syntax`.
        UnsupportedError: `transaction.type`, `transaction.hash`, or `transaction.credential` for
            a query that is not there, or of a format that can't authorise it.
    """
    if value is None:
        return ()
    texts = shape.texts(value, _SYNTAX)
    if not 0 < len(texts) <= limits.MAX_TRANSACTIONS or len(set(texts)) != len(texts):
        raise MalformedError(_SYNTAX)
    known = {each.name: each for each in types}
    read = tuple(_parse_one(each, known) for each in texts)
    for each in read:
        check_credentials(each, known[each.type], asked)
    return read


def check_credentials(each: TransactionData, kind: TransactionType, asked: Query) -> None:
    """Check that the queries that a transaction names are asked, and can authorise it.

    Without a proof of the holder nothing is authorised (appendix B.3.3).

    Raises:
        UnsupportedError: `transaction.credential`.
    """
    queries = {one.id: one for one in asked.credentials}
    for query_id in each.credential_ids:
        one = queries.get(query_id)
        if (
            one is None
            or not kind.takes(one.format)
            or one.holder_binding is HolderBinding.NOT_REQUIRED
        ):
            raise UnsupportedError(Code.TRANSACTION_CREDENTIAL)


def _parse_one(text: str, known: Mapping[str, TransactionType]) -> TransactionData:
    members = _members(text)
    kind = known.get(shape.text(members.get("type"), _SYNTAX))
    if kind is None:
        raise UnsupportedError(Code.TRANSACTION_TYPE)
    ids = shape.texts(members.get("credential_ids"), _SYNTAX)
    if not 0 < len(ids) <= limits.MAX_QUERY_CREDENTIALS or len(set(ids)) != len(ids):
        raise MalformedError(_SYNTAX, "credential_ids")
    kind.check(members)
    details = {name: each for name, each in members.items() if name not in _COMMON | {_HASHES}}
    return TransactionData(
        type=kind.name,
        credential_ids=ids,
        encoded=text,
        details=freeze_object(details),
        hash_algs=_hash_algs(members),
        element=kind.element,
    )


def _members(text: str) -> Mapping[str, object]:
    if len(text) > limits.MAX_TRANSACTION_CHARS:
        raise MalformedError(_SYNTAX, "size")
    try:
        return strict_json.loads_object(base64url.decode(text))
    except KridError as cause:
        raise MalformedError(_SYNTAX) from cause


def _hash_algs(members: Mapping[str, object]) -> tuple[str, ...] | None:
    if _HASHES not in members:
        return None
    names = shape.texts(members[_HASHES], _SYNTAX)
    if not names or len(names) > limits.MAX_OAUTH_VALUES:
        raise MalformedError(_SYNTAX, _HASHES)
    if HASH_NAMES.keys().isdisjoint(names):
        raise UnsupportedError(Code.TRANSACTION_HASH)
    return names


def _is_a(value: object, kind: type) -> bool:
    """Tell whether a JSON value is of a type; true is no integer."""
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind)
