"""Which rule of which standard a code stands for, when an SD-JWT VC is linted."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from krid.errors import Code
from krid.model import Rule, Severity

_WARNING: Final = Severity.WARNING

RULES: Final[Mapping[Code, Rule]] = MappingProxyType(
    {
        Code.INPUT_SIZE: Rule("krid"),
        Code.SDJWT_SYNTAX: Rule("RFC 9901, 4"),
        Code.SDJWT_JSON_SYNTAX: Rule("RFC 9901, 8"),
        Code.SDJWT_JSON_HEADER: Rule("RFC 9901, 8.1"),
        Code.JWS_SYNTAX: Rule("RFC 7515, 7.1"),
        Code.JWS_HEADER: Rule("RFC 7515, 4.1"),
        Code.JWS_CRIT: Rule("RFC 7515, 4.1.11"),
        Code.JWS_PAYLOAD: Rule("RFC 7519, 7.2"),
        Code.JWS_SIGNATURE: Rule("RFC 9901, 7.1 step 2.2"),
        Code.ALG_UNKNOWN: Rule("RFC 9901, 7.1 step 2.1"),
        Code.SDJWT_TYP: Rule("SD-JWT VC, 2.2.1"),
        Code.SDJWT_HASH_ALG: Rule("RFC 9901, 4.1.1"),
        Code.SDJWT_DISCLOSURE_LIMIT: Rule("krid"),
        Code.SDJWT_DISCLOSURE_SYNTAX: Rule("RFC 9901, 4.2"),
        Code.SDJWT_DISCLOSURE_REPEATED: Rule("RFC 9901, 4"),
        Code.SDJWT_DISCLOSURE_KIND: Rule("RFC 9901, 7.1 step 3.3"),
        Code.SDJWT_DIGEST_SYNTAX: Rule("RFC 9901, 4.2.4"),
        Code.SDJWT_CLAIM_NAME: Rule("RFC 9901, 7.1 step 3.3.2.2"),
        Code.SDJWT_CLAIM_COLLISION: Rule("RFC 9901, 7.1 step 3.3.2.3"),
        Code.SDJWT_DIGEST_REPEATED: Rule("RFC 9901, 7.1 step 4"),
        Code.SDJWT_DISCLOSURE_UNUSED: Rule("RFC 9901, 7.1 step 5"),
        Code.SDJWT_EXPIRED: Rule("RFC 9901, 7.1 step 6"),
        Code.SDJWT_NOT_YET_VALID: Rule("RFC 9901, 7.1 step 6"),
        Code.SDJWT_CLAIM_TYPE: Rule("RFC 7519, 4.1, and SD-JWT VC, 2.2.2"),
        Code.SDJWT_VCT: Rule("SD-JWT VC, 2.2.2.1"),
        Code.SDJWT_NOT_DISCLOSABLE: Rule("SD-JWT VC, 2.2.2.3"),
        Code.SDJWT_CNF: Rule("RFC 7800, 3"),
        Code.KB_NO_KEY: Rule("RFC 9901, 7.3 step 3"),
        Code.KB_SYNTAX: Rule("RFC 9901, 4.3"),
        Code.KB_TYP: Rule("RFC 9901, 7.3 step 5.4"),
        Code.KB_SIGNATURE: Rule("RFC 9901, 7.3 step 5.3"),
        Code.KB_IAT: Rule("RFC 9901, 7.3 step 5.5"),
        Code.KB_SD_HASH: Rule("RFC 9901, 7.3 step 5.7"),
        Code.KB_VALIDITY: Rule("RFC 9901, 7.3 step 5.8"),
        Code.KEY_TYPE: Rule("RFC 7517, 4.1"),
        Code.KEY_USE: Rule("RFC 7517, 4.2"),
        Code.ALG_KEY: Rule("RFC 7518, 3.4"),
        Code.STATUS_SYNTAX: Rule("Token Status List, 6.2"),
        Code.STATUS_MECHANISM: Rule("Token Status List, 6.1"),
        Code.X509_PROFILE: Rule("HAIP 1.0, 6.1.1", _WARNING),
        Code.SDJWT_SALT: Rule("RFC 9901, 9.3", _WARNING),
        Code.SDJWT_NO_EXPIRY: Rule("HAIP 1.0, 6.1", _WARNING),
        Code.LINT_LIMIT: Rule("krid", Severity.NOTE),
    }
)
