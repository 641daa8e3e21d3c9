"""Trusted lists of ETSI: in XML (TS 119 612), and in JSON (TS 119 602).

A list names services, by type, with the certificates that identify each and the states it had.
XML lists need the extra `etsi`. Pointers to other lists are read, and not followed.
"""

from krid.trust.etsi.json_list import verify_json_list
from krid.trust.etsi.model import (
    GRANTED,
    PID_ISSUANCE,
    PUB_EAA_ISSUANCE,
    WALLET_ISSUANCE,
    WRPAC_ISSUANCE,
    ListPointer,
    ServiceState,
    TrustedList,
    TrustedService,
    VerifiedList,
)
from krid.trust.etsi.source import TrustedListTrust
from krid.trust.etsi.xml_list import verify_xml_list

__all__ = [
    "GRANTED",
    "PID_ISSUANCE",
    "PUB_EAA_ISSUANCE",
    "WALLET_ISSUANCE",
    "WRPAC_ISSUANCE",
    "ListPointer",
    "ServiceState",
    "TrustedList",
    "TrustedListTrust",
    "TrustedService",
    "VerifiedList",
    "verify_json_list",
    "verify_xml_list",
]
