"""Making revocation lists in the profile of ISO 18013-5, annex B: for issuers and tests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from krid._core.times import aware
from krid.errors import Code, MisuseError, UnsupportedError
from krid.keys import LocalKey
from krid.x509.certificate import Certificate
from krid.x509.crl import RevocationList
from krid.x509.crl_entries import Entry, RevocationReason
from krid.x509.issue import HASHES

if TYPE_CHECKING:
    from cryptography import x509

_REASONS: Final = {
    RevocationReason.KEY_COMPROMISE: "key_compromise",
    RevocationReason.CA_COMPROMISE: "ca_compromise",
    RevocationReason.AFFILIATION_CHANGED: "affiliation_changed",
    RevocationReason.SUPERSEDED: "superseded",
    RevocationReason.CESSATION_OF_OPERATION: "cessation_of_operation",
    RevocationReason.CERTIFICATE_HOLD: "certificate_hold",
    RevocationReason.PRIVILEGE_WITHDRAWN: "privilege_withdrawn",
    RevocationReason.AA_COMPROMISE: "aa_compromise",
}


def sign_crl(
    revoked: Mapping[int, Entry],
    *,
    ca: Certificate,
    ca_key: LocalKey,
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> RevocationList:
    """Make a whole revocation list of a CA: by serial number, when and why it was revoked.

    `number` must grow with each list. Moments are cut to whole seconds. Does not know which
    certificates the CA issued.

    Raises:
        MisuseError: `misuse.option` when key and certificate do not belong together, or a number
            has no place in a list; `misuse.lifetime`, `misuse.naive_time`.
        UnsupportedError: `alg.key` when the key does not sign.
    """
    from cryptography import x509

    if ca_key.public_key != ca.public_key:
        raise MisuseError(Code.MISUSE_OPTION, "the key is not that of the CA")
    begin, end = _whole(this_update), _whole(next_update)
    if end <= begin:
        raise MisuseError(Code.MISUSE_LIFETIME)
    if not isinstance(ca_key.native, ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise UnsupportedError(Code.ALG_KEY)
    identifier = x509.AuthorityKeyIdentifier(ca.extensions.subject_key_id, None, None)
    try:
        builder = x509.CertificateRevocationListBuilder(
            ca.native.subject,
            begin,
            end,
            [
                x509.Extension(identifier.oid, critical=False, value=identifier),
                x509.Extension(x509.CRLNumber.oid, critical=False, value=x509.CRLNumber(number)),
            ],
            [_revoked(serial, entry) for serial, entry in revoked.items()],
        )
        signed = builder.sign(ca_key.native, HASHES.get(ca_key.alg))
    except (ValueError, TypeError) as cause:
        raise MisuseError(Code.MISUSE_OPTION) from cause
    return RevocationList.parse(signed.public_bytes(Encoding.DER))


def _revoked(serial: int, entry: Entry) -> "x509.RevokedCertificate":
    from cryptography import x509

    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(serial)
        .revocation_date(_whole(entry.revoked_at))
    )
    if entry.reason in _REASONS:
        flag = x509.ReasonFlags[_REASONS[entry.reason]]
        builder = builder.add_extension(x509.CRLReason(flag), critical=False)
    return builder.build()


def _whole(moment: datetime) -> datetime:
    return aware(moment).astimezone(UTC).replace(microsecond=0)
