"""SD-JWT (RFC 9901) and SD-JWT VC: claims that a holder shows one by one.

`sd` marks what may be withheld, `issue.prepare` makes a credential, `present.prepare` shows
parts of it, `verify.verify` proves them. `JwsJson` is an SD-JWT in a JSON serialisation,
`type_metadata` holds the rules of credential types, `issuer_metadata` an issuer's keys.
The rules of SD-JWT VC are those of draft-ietf-oauth-sd-jwt-vc-19 (August 2026). Of the revisions
after it, 26 of November 2026 the latest known, the texts were not at hand. The announcement of 24
names one change of a rule: `cnf` needs neither `iss` nor `sub`, and krid never asked for them.
"""

from krid.sdjwt.format import SdJwtVcFormat
from krid.sdjwt.json_form import JwsJson, JwsSignature, Serialisation
from krid.sdjwt.model import Disclosure, HashAlg, Sd, VerifiedPlain, VerifiedSdJwt, sd
from krid.sdjwt.parse import Presentation, SdJwt
from krid.sdjwt.verify import (
    verify,
    verify_bearer,
    verify_issued,
    verify_plain,
    verify_plain_bearer,
)
from krid.sdjwt.w3c import W3cSdJwtFormat

__all__ = [
    "Disclosure",
    "HashAlg",
    "JwsJson",
    "JwsSignature",
    "Presentation",
    "Sd",
    "SdJwt",
    "SdJwtVcFormat",
    "Serialisation",
    "VerifiedPlain",
    "VerifiedSdJwt",
    "W3cSdJwtFormat",
    "sd",
    "verify",
    "verify_bearer",
    "verify_issued",
    "verify_plain",
    "verify_plain_bearer",
]
