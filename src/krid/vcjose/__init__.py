"""W3C credentials secured with JOSE and COSE (VC-JOSE-COSE), and data model 1.1 in JWTs.

`issue.prepare` makes a credential, `present.prepare` a presentation of it, `verify` and
`verify_issued` prove them. `VcJoseFormat` is the same for the roles, in one of three forms.
SD-JWT (`vc+sd-jwt`) is in `krid.sdjwt`, whose machinery it shares.
"""

from krid.vcjose.format import VcJoseFormat
from krid.vcjose.model import Header, SecuredCredential, SecuredPresentation, VerifiedVc
from krid.vcjose.names import Form
from krid.vcjose.parse import parse_credential, parse_presentation
from krid.vcjose.verify import the_credential, verify, verify_issued

__all__ = [
    "Form",
    "Header",
    "SecuredCredential",
    "SecuredPresentation",
    "VcJoseFormat",
    "VerifiedVc",
    "parse_credential",
    "parse_presentation",
    "the_credential",
    "verify",
    "verify_issued",
]
