"""What a trusted certificate says of the organisation or person that it is for."""

from typing import Final

from cryptography.x509 import ObjectIdentifier

from krid.x509.certificate import Certificate

_ORGANISATION: Final = ObjectIdentifier("2.5.4.97")
_SERIAL_NUMBER: Final = ObjectIdentifier("2.5.4.5")
_ORGANISATION_NAME: Final = ObjectIdentifier("2.5.4.10")
_COMMON_NAME: Final = ObjectIdentifier("2.5.4.3")


def proved_names(certificate: bytes) -> frozenset[str]:
    """Return the identifiers of the organisation or person that a trusted certificate is for.

    They are its subject's organizationIdentifier and serialNumber (ETSI TS 119 475, V1.2.1,
    clause 5.1.3, by which a registration names the verifier), each where it stands exactly once.
    """
    return frozenset(_subject(certificate, _ORGANISATION, _SERIAL_NUMBER))


def proved_title(certificate: bytes) -> str:
    """Return what a trusted certificate calls its organisation, or else its common name.

    It is empty where neither stands exactly once, or holds what can't be shown. A certificate is
    no register: two organisations may be called the same.
    """
    found = _subject(certificate, _ORGANISATION_NAME, _COMMON_NAME)
    return next((each for each in found if each.strip() and each.isprintable()), "")


def _subject(certificate: bytes, *oids: ObjectIdentifier) -> list[str]:
    """Return the attributes of a subject that stand exactly once, in the order asked for."""
    subject = Certificate.parse(certificate).native.subject
    found = (subject.get_attributes_for_oid(oid) for oid in oids)
    return [str(each[0].value) for each in found if len(each) == 1]
