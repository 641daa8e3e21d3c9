"""Any bytes as a trusted list in XML, signed or not: read, and never believed."""

from datetime import UTC, datetime, timedelta

from krid.errors import KridError, MisuseError
from krid.trust import FIRST_LIST
from krid.trust.etsi import verify_xml_list, xml_list, xml_signature
from krid.x509 import parse_pem_bundle

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_AGE = timedelta(days=100)
_MARK = b"<!-- signer -->"


def target(data: bytes) -> None:
    """Take the signer's certificate from the end of the input, where there is one."""
    raw, _, pem = data.partition(_MARK)
    try:
        signers = parse_pem_bundle(pem)
    except KridError:
        signers = ()
    try:
        xml_list.parse_list(xml_signature.parse_document(raw))
    except MisuseError:
        return  # lxml is not here
    except KridError:
        pass
    try:
        verified = verify_xml_list(raw, signers=signers, now=_NOW, max_age=_AGE, seen=FIRST_LIST)
    except KridError:
        return
    if not verified.listed.issued_at <= _NOW <= verified.valid_until:
        raise AssertionError("a list counts outside its time")
