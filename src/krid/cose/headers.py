"""The two header maps of a COSE message (RFC 9052, section 3) and what holds for every message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Self, TypeAlias, final

from krid._core import cbor, limits, shape
from krid._core.cbor import Cbor, Tagged
from krid._core.frozen import freeze
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError

Label: TypeAlias = int | str
"""The name of a header parameter."""

HeaderMap: TypeAlias = Mapping[Label, object]

ALG: Final = 1
CRIT: Final = 2
CONTENT_TYPE: Final = 3
KID: Final = 4
CWT_CLAIMS: Final = 15
TYP: Final = 16
X5CHAIN: Final = 33

_UNDERSTOOD: Final = frozenset({ALG, KID, X5CHAIN})


@final
@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a COSE message: both maps are read-only, and no label stands in both.

    `raw` is the protected header as it came, for it is a part of what was signed. The algorithm
    always stands in `protected`. Whatever stands in `unprotected`, anybody may have put there.
    """

    raw: bytes = field(repr=False)
    protected: HeaderMap
    unprotected: HeaderMap = field(repr=False)

    @classmethod
    def parse(cls, protected: object, unprotected: object) -> Self:
        """Read the first two members of a decoded COSE message (RFC 9052, section 3).

        Raises:
            MalformedError: `cose.header`, or a `cbor.*` code of the protected header.
            UnsupportedError: `cose.crit` for a critical parameter that krid does not know.
        """
        raw = shape.octets(protected, Code.COSE_HEADER)
        headers = cls(raw, _protected(raw), _header_map(unprotected))
        headers._check_once()
        headers._check_alg()
        headers._check_key_id()
        headers._check_critical()
        return headers

    @classmethod
    def of(cls, protected: HeaderMap, unprotected: HeaderMap, *, alg: int) -> Self:
        """Make the headers of a new message; the algorithm joins the protected ones.

        Raises:
            MisuseError: `misuse.option` when `alg` or `crit` is among those given, or a label is
                given twice.
            MalformedError: `cbor.value` when a parameter has no CBOR form.
        """
        for label in (ALG, CRIT):
            if label in protected or label in unprotected:
                raise MisuseError(Code.MISUSE_OPTION, f"header parameter {label}")
        if not protected.keys().isdisjoint(unprotected):
            raise MisuseError(Code.MISUSE_OPTION, "header parameter given twice")
        members: dict[Label, object] = {ALG: alg, **protected}
        return cls(cbor.encode(members), _header_map(members), _header_map(unprotected))

    def get(self, label: Label) -> object:
        """Return a parameter from whichever map holds it, None when neither does."""
        return self.protected.get(label, self.unprotected.get(label))

    @property
    def key_id(self) -> bytes | None:
        """The `kid`, a hint which key to try."""
        value = self.get(KID)
        return value if isinstance(value, bytes) else None

    def x5chain(self) -> tuple[bytes, ...]:
        """Return `x5chain` as DER, the signer's first, empty when absent (RFC 9360, section 2).

        Reads an array of one certificate too, which the standard writes as a byte string, for
        issued documents have it. Does not look into the certificates.

        Raises:
            MalformedError: `cose.header`, or `x509.chain_length` when the array is empty or
                longer than a chain may be.
        """
        if X5CHAIN not in self.protected and X5CHAIN not in self.unprotected:
            return ()
        value = self.get(X5CHAIN)
        if isinstance(value, bytes):
            return (value,)
        chain = shape.sequence(value, Code.COSE_HEADER)
        if not 1 <= len(chain) <= limits.MAX_CHAIN_LENGTH:
            raise MalformedError(Code.X509_CHAIN_LENGTH)
        return tuple(shape.octets(certificate, Code.COSE_HEADER) for certificate in chain)

    def _check_once(self) -> None:
        """No label may occur in both maps (section 3, last paragraphs)."""
        if not self.protected.keys().isdisjoint(self.unprotected):
            raise MalformedError(Code.COSE_HEADER, "a label in both maps")

    def _check_alg(self) -> None:
        """The algorithm must be authenticated: krid reads it from the protected header alone."""
        if ALG not in self.protected:
            raise MalformedError(Code.COSE_HEADER, "no protected alg")

    def _check_key_id(self) -> None:
        if (KID in self.protected or KID in self.unprotected) and self.key_id is None:
            raise MalformedError(Code.COSE_HEADER, "kid")

    def _check_critical(self) -> None:
        """`crit` is protected, not empty, and names parameters that are there (section 3.1)."""
        if CRIT in self.unprotected:
            raise MalformedError(Code.COSE_HEADER, "crit")
        if CRIT not in self.protected:
            return
        labels = shape.sequence(self.protected[CRIT], Code.COSE_HEADER)
        if not labels or not all(type(label) in {int, str} for label in labels):
            raise MalformedError(Code.COSE_HEADER, "crit")
        if not _UNDERSTOOD.issuperset(labels):
            raise UnsupportedError(Code.COSE_CRIT)
        if not self.protected.keys() >= set(labels):
            raise MalformedError(Code.COSE_HEADER, "crit")


def x5chain_value(certificates: Sequence[bytes]) -> bytes | list[bytes]:
    """Write a chain as the value of `x5chain`: one certificate stands alone (RFC 9360)."""
    return certificates[0] if len(certificates) == 1 else list(certificates)


def message_members(value: Cbor, *, tag: int) -> Sequence[object]:
    """Return the four members of a COSE_Sign1 or COSE_Mac0, with or without its tag.

    Raises:
        MalformedError: `cose.syntax`.
    """
    if isinstance(value, Tagged):
        if value.tag != tag:
            raise MalformedError(Code.COSE_SYNTAX)
        value = value.value
    members = shape.sequence(value, Code.COSE_SYNTAX)
    if len(members) != 4:
        raise MalformedError(Code.COSE_SYNTAX)
    return members


def _protected(raw: bytes) -> HeaderMap:
    if len(raw) > limits.MAX_CACHED_HEADER_CHARS:
        return _parse_protected(raw)
    return _known_protected(raw)


def _parse_protected(raw: bytes) -> HeaderMap:
    return _header_map(cbor.decode(raw, max_items=limits.MAX_COSE_HEADER_ITEMS) if raw else {})


# All that an issuer signs has the same header, byte by byte. What is refused is not kept.
_known_protected = lru_cache(maxsize=limits.HEADER_CACHE_ENTRIES)(_parse_protected)


def _header_map(value: object) -> HeaderMap:
    members = shape.label_map(value, Code.COSE_HEADER)
    return MappingProxyType({label: freeze(member) for label, member in members.items()})
