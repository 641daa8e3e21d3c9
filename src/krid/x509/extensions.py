"""What the extensions of a certificate say (RFC 5280, section 4.2), as plain values."""

from dataclasses import dataclass
from enum import Enum, unique
from typing import TYPE_CHECKING, Final, Self, TypeVar, final

from krid.x509.text import name_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

T = TypeVar("T")


@unique
class KeyUsage(Enum):
    """What a key may do (section 4.2.1.3)."""

    DIGITAL_SIGNATURE = "digital_signature"
    CONTENT_COMMITMENT = "content_commitment"
    KEY_ENCIPHERMENT = "key_encipherment"
    DATA_ENCIPHERMENT = "data_encipherment"
    KEY_AGREEMENT = "key_agreement"
    KEY_CERT_SIGN = "key_cert_sign"
    CRL_SIGN = "crl_sign"


BASIC_CONSTRAINTS: Final = "2.5.29.19"
KEY_USAGE: Final = "2.5.29.15"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"
SUBJECT_ALT_NAME: Final = "2.5.29.17"
ISSUER_ALT_NAME: Final = "2.5.29.18"
SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
NAME_CONSTRAINTS: Final = "2.5.29.30"
POLICY_MAPPINGS: Final = "2.5.29.33"
POLICY_CONSTRAINTS: Final = "2.5.29.36"
INHIBIT_ANY_POLICY: Final = "2.5.29.54"
FRESHEST_CRL: Final = "2.5.29.46"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeNames:
    """Names of a subject or issuer beside its distinguished name (sections 4.2.1.6 and 4.2.1.7).

    Host names are as they stand in the certificate, in A-label form; `directory_names` are
    RFC 4514 text. Other kinds of names are left out.
    """

    dns_names: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    directory_names: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: "Iterable[x509.GeneralName]") -> Self:
        """Sort general names by their kind."""
        from cryptography import x509

        listed = tuple(names)
        return cls(
            dns_names=tuple(name.value for name in listed if isinstance(name, x509.DNSName)),
            uris=_uris(listed),
            emails=tuple(name.value for name in listed if isinstance(name, x509.RFC822Name)),
            directory_names=tuple(
                name_text(name.value) for name in listed if isinstance(name, x509.DirectoryName)
            ),
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """The extensions that krid reads; `present` and `critical` hold the OIDs of all of them.

    `key_usage` and `extended_key_usage` are None where the certificate has no such extension.
    `has_plain_crl_points` says that every distribution point has a URI, no reasons and no other
    issuer of the list.
    """

    is_ca: bool
    path_length: int | None
    key_usage: frozenset[KeyUsage] | None
    extended_key_usage: frozenset[str] | None
    subject_names: AlternativeNames
    issuer_names: AlternativeNames
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    crl_uris: tuple[str, ...]
    has_plain_crl_points: bool
    present: frozenset[str]
    critical: frozenset[str]

    @classmethod
    def of(cls, listed: "x509.Extensions") -> Self:
        """Read the extensions of a parsed certificate."""
        from cryptography import x509

        constraints = _value(listed, x509.BasicConstraints)
        subject_key = _value(listed, x509.SubjectKeyIdentifier)
        authority = _value(listed, x509.AuthorityKeyIdentifier)
        return cls(
            is_ca=constraints is not None and constraints.ca,
            path_length=constraints.path_length if constraints else None,
            key_usage=_key_usage(_value(listed, x509.KeyUsage)),
            extended_key_usage=_extended_key_usage(_value(listed, x509.ExtendedKeyUsage)),
            subject_names=AlternativeNames.of(_value(listed, x509.SubjectAlternativeName) or ()),
            issuer_names=AlternativeNames.of(_value(listed, x509.IssuerAlternativeName) or ()),
            subject_key_id=subject_key.digest if subject_key else None,
            authority_key_id=authority.key_identifier if authority else None,
            crl_uris=_crl_uris(_value(listed, x509.CRLDistributionPoints) or ()),
            has_plain_crl_points=_are_plain(_value(listed, x509.CRLDistributionPoints) or ()),
            present=frozenset(each.oid.dotted_string for each in listed),
            critical=frozenset(each.oid.dotted_string for each in listed if each.critical),
        )


def _value(listed: "x509.Extensions", kind: type[T]) -> T | None:
    for each in listed:
        if isinstance(each.value, kind):
            return each.value
    return None


def _key_usage(usage: "x509.KeyUsage | None") -> frozenset[KeyUsage] | None:
    if usage is None:
        return None
    return frozenset(each for each in KeyUsage if getattr(usage, each.value))


def _extended_key_usage(usages: "x509.ExtendedKeyUsage | None") -> frozenset[str] | None:
    return None if usages is None else frozenset(usage.dotted_string for usage in usages)


def _crl_uris(points: "Iterable[x509.DistributionPoint]") -> tuple[str, ...]:
    return tuple(uri for point in points for uri in _uris(point.full_name or ()))


def _are_plain(points: "Iterable[x509.DistributionPoint]") -> bool:
    """Tell whether there are points, and each has a URI, no reasons and no issuer of its own."""
    listed = tuple(points)
    return bool(listed) and all(
        _uris(point.full_name or ()) and point.reasons is None and point.crl_issuer is None
        for point in listed
    )


def _uris(names: "Iterable[x509.GeneralName]") -> tuple[str, ...]:
    from cryptography import x509

    return tuple(name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
