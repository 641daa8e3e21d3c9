"""What ties a derived proof to one exchange: a presentation header that says which.

vc-di-bbs leaves open what a presentation header holds. Here it holds what the proof of a
presentation would say, `challenge` and `domain`, as canonical JSON: whoever reads it sees what it
is tied to, and nobody but the holder can make a proof with it.
"""

from typing import Final

from krid._core import jcs, strict_json
from krid._core.redact import same
from krid.errors import BindingError, Code, KridError
from krid.proofs import Proof
from krid.vcdi.bbs2023.values import DerivedProofValue

_MEMBERS: Final = {"challenge", "domain"}


def header_for(*, audience: str, nonce: str) -> bytes:
    """Return the presentation header for an audience and a nonce.

    >>> header_for(audience="https://bank.example", nonce="n-0S6")
    b'{"challenge":"n-0S6","domain":"https://bank.example"}'
    """
    return jcs.canonical({"challenge": nonce, "domain": audience})


def is_tied(proof: Proof) -> bool:
    """Tell whether the presentation header of a derived proof says what it is for.

    Raises:
        MalformedError: as `DerivedProofValue.parse`.
    """
    return _says(_header_of(proof))


def check_moment(proof: Proof, *, audience: str, nonce: str) -> None:
    """Check that a derived proof that says what it is for is for this audience and nonce.

    Raises:
        BindingError: `di.presentation_header`.
        MalformedError: as `DerivedProofValue.parse`.
    """
    header = _header_of(proof)
    if _says(header) and not same(header, header_for(audience=audience, nonce=nonce)):
        raise BindingError(Code.DI_PRESENTATION_HEADER)


def _header_of(proof: Proof) -> bytes:
    return DerivedProofValue.parse(str(proof.members["proofValue"])).presentation_header


def _says(header: bytes) -> bool:
    try:
        members = strict_json.loads_object(header)
    except KridError:
        return False
    return members.keys() == _MEMBERS
