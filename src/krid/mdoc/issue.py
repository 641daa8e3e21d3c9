"""Issuing an mdoc: everything but the issuer's signature (sections 9.1.2.4 and 9.1.2.5)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count, islice
from types import MappingProxyType
from typing import Final, TypeAlias

from krid import cose
from krid._core import cbor_walk, limits, times
from krid._core.entropy import Entropy, shuffled
from krid.cose import Placement, Sign1
from krid.errors import Code, MalformedError, MisuseError
from krid.keys import Alg, Prepared, PublicKey
from krid.mdoc.encode import encode_items, encode_mso
from krid.mdoc.model import (
    DEVICE_CURVES,
    SIGNING_ALGS,
    VERSION,
    DeviceKeyInfo,
    DigestAlg,
    Elements,
    IssuerSigned,
    IssuerSignedItem,
    KeyAuthorizations,
    MobileSecurityObject,
    ValidityInfo,
    item_of,
)
from krid.mdoc.values import PLAIN, read_value, write_value
from krid.model import Bearer, OrderedStatus, one_reference

_RANDOM_BYTES: Final = 32
"""Twice what the standard asks for, as its own examples have it."""

_MSO_ITEMS: Final = 200
"""CBOR items of a mobile security object beside its digests, with room."""

NO_AUTHORIZATIONS: Final = KeyAuthorizations()
"""The device may sign no elements of its own."""

_Namespaces: TypeAlias = Mapping[str, tuple[IssuerSignedItem, ...]]


def prepare(
    *,
    doctype: str,
    claims: Elements,
    holder: PublicKey | Bearer,
    alg: Alg,
    certificates: tuple[bytes, ...],
    validity: ValidityInfo,
    status: OrderedStatus,
    entropy: Entropy,
    digest_alg: DigestAlg = DigestAlg.SHA256,
    authorizations: KeyAuthorizations = NO_AUTHORIZATIONS,
) -> Prepared[IssuerSigned]:
    """Make everything of an mdoc but the issuer's signature with `alg`.

    `claims` are element values by namespace and identifier: text, numbers, booleans, None, bytes,
    lists and mappings of these; `datetime.date` becomes a full-date, `datetime.datetime` a tdate.
    `certificates` are DER, the signer's first, without the anchor; that the signature will verify
    with the first one is not checked. Times are cut to whole seconds.

    Raises:
        MisuseError: `misuse.claims`; `misuse.lifetime`, also for an update expected before the
            signature; `misuse.naive_time`; `mdoc.random` when `entropy` gives too few bytes;
            `misuse.option` when the holder is BEARER, for an mdoc is always bound to a device, or
            a namespace is authorised twice; `mdoc.device_key` when the device's key can neither
            sign nor MAC; `mdoc.x5chain` without a certificate; `alg.not_allowed`;
            `misuse.status` when the index is negative, or stands in a bitstring.
    """
    _check_order(doctype, alg, certificates)
    _check_authorizations(authorizations)
    namespaces = _namespaces(claims, entropy)
    mso = MobileSecurityObject(
        version=VERSION,
        digest_alg=digest_alg,
        value_digests=_value_digests(namespaces, digest_alg),
        device_key_info=DeviceKeyInfo(_device_key(holder), authorizations),
        doctype=doctype,
        validity=_whole_seconds(validity),
        status=one_reference(status),
    )
    return _signed(mso, alg, certificates).then(
        lambda issuer_auth: IssuerSigned(namespaces, issuer_auth, mso)
    )


def _check_order(doctype: str, alg: Alg, certificates: tuple[bytes, ...]) -> None:
    if not doctype:
        raise MisuseError(Code.MISUSE_CLAIMS, "doctype")
    if alg not in SIGNING_ALGS:
        raise MisuseError(Code.ALG_NOT_ALLOWED, alg.jose)
    if not 1 <= len(certificates) <= limits.MAX_CHAIN_LENGTH:
        raise MisuseError(Code.MDOC_X5CHAIN)


def _check_authorizations(authorizations: KeyAuthorizations) -> None:
    """A namespace is authorised as a whole or by elements, not both (section 9.1.2.4)."""
    if not authorizations.namespaces.isdisjoint(authorizations.elements):
        raise MisuseError(Code.MISUSE_OPTION, "authorizations")


def _device_key(holder: PublicKey | Bearer) -> PublicKey:
    if isinstance(holder, Bearer):
        raise MisuseError(Code.MISUSE_OPTION, "an mdoc without a device key")
    if holder.curve not in DEVICE_CURVES:
        raise MisuseError(Code.MDOC_DEVICE_KEY)
    return holder


def _whole_seconds(validity: ValidityInfo) -> ValidityInfo:
    expected_update = validity.expected_update
    cut = ValidityInfo(
        signed=_whole_second(validity.signed),
        valid_from=_whole_second(validity.valid_from),
        valid_until=_whole_second(validity.valid_until),
        expected_update=None if expected_update is None else _whole_second(expected_update),
    )
    if not cut.signed <= cut.valid_from < cut.valid_until:
        raise MisuseError(Code.MISUSE_LIFETIME)
    if cut.expected_update is not None and cut.expected_update < cut.signed:
        raise MisuseError(Code.MISUSE_LIFETIME, "expected_update")
    return cut


def _whole_second(moment: datetime) -> datetime:
    return times.aware(moment).astimezone(UTC).replace(microsecond=0)


def _namespaces(claims: Elements, entropy: Entropy) -> _Namespaces:
    """Draw the randoms of all elements in one call, and hand out 32 bytes to each."""
    count = sum(len(elements) for elements in claims.values())
    if not 0 < count <= limits.MAX_ELEMENTS:
        raise MisuseError(Code.MISUSE_CLAIMS, "number of elements")
    drawn = entropy(_RANDOM_BYTES * count)
    if len(drawn) != _RANDOM_BYTES * count:
        raise MisuseError(Code.MDOC_RANDOM, "the entropy gave another number of bytes")
    randoms = (
        drawn[start : start + _RANDOM_BYTES] for start in range(0, len(drawn), _RANDOM_BYTES)
    )
    namespaces: dict[str, tuple[IssuerSignedItem, ...]] = {}
    for namespace, elements in claims.items():
        _check_names(namespace, elements)
        namespaces[namespace] = _items(elements, randoms, entropy)
    _check_readable(namespaces, count)
    return MappingProxyType(namespaces)


def _check_readable(namespaces: _Namespaces, count: int) -> None:
    """Refuse to issue what no verifier of krid would read, for its size; digests count too."""
    raws = [item.embedded.content for items in namespaces.values() for item in items]
    try:
        cbor_walk.check_crowd(raws, max_items=limits.MAX_MDOC_ITEMS - 2 * count - _MSO_ITEMS)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS, "more values than the limit") from cause


def _check_names(namespace: str, elements: Mapping[str, object]) -> None:
    if not namespace or not elements or not all(elements):
        raise MisuseError(Code.MISUSE_CLAIMS, "an empty name or namespace")


def _items(
    elements: Mapping[str, object], randoms: Iterator[bytes], entropy: Entropy
) -> tuple[IssuerSignedItem, ...]:
    """Number the elements of a namespace in an order that tells nothing about them."""
    order = shuffled(entropy, list(elements))
    values: list[object] = [elements[identifier] for identifier in order]
    if not PLAIN.issuperset(map(type, values)):
        values = list(map(write_value, values))
    own = list(islice(randoms, len(order)))
    try:
        embedded = encode_items(range(len(order)), own, order, values)
    except MalformedError as cause:
        raise MisuseError(Code.MISUSE_CLAIMS) from cause
    return tuple(map(item_of, zip(count(), own, order, map(read_value, values), embedded)))


def _value_digests(
    namespaces: _Namespaces, digest_alg: DigestAlg
) -> Mapping[str, Mapping[int, bytes]]:
    """Digest each element over its embedded item, tag included (section 9.1.2.5).

    The elements of a namespace are numbered in their order.
    """
    return MappingProxyType(
        {
            namespace: MappingProxyType(
                dict(enumerate(digest_alg.digests([item.embedded.raw for item in items])))
            )
            for namespace, items in namespaces.items()
        }
    )


def _signed(
    mso: MobileSecurityObject, alg: Alg, certificates: tuple[bytes, ...]
) -> Prepared[Sign1]:
    """The certificates travel unprotected, as the standard wants them (section 9.1.2.4)."""
    return cose.prepare(
        {},
        {cose.X5CHAIN: cose.x5chain_value(certificates)},
        encode_mso(mso),
        alg=alg,
        placement=Placement.ATTACHED,
    )
