"""Whether what a proof needs is installed: somebody else's proof is no misuse by the caller."""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Final

from krid.errors import Code, UnsupportedError
from krid.proofs import ECDSA_JCS, EDDSA_JCS, Proof
from krid.vcdi.bbs_seen import BBS_2023
from krid.vcdi.ecdsa_sd import NAME as ECDSA_SD

_LD: Final = ("pyld", "ld")
_BBS: Final = ("py_arkworks_bls12381", "bbs")
_NEEDS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    EDDSA_JCS.name: (),
    ECDSA_JCS.name: (),
    "eddsa-rdfc-2022": (_LD,),
    "ecdsa-rdfc-2019": (_LD,),
    ECDSA_SD: (_LD,),
    BBS_2023: (_LD, _BBS),
}
"""The package that must be there for each suite, and the extra that brings it."""


def check_installed(proofs: Iterable[Proof]) -> None:
    """Check that proofs of the suites that krid knows can be checked on this machine.

    One that can't is refused as every other suite that is not taken here; the detail tells the
    operator what to install.

    Raises:
        UnsupportedError: `di.extra`.
    """
    for proof in proofs:
        for package, extra in _NEEDS.get(proof.cryptosuite, ()):
            if find_spec(package) is None:
                raise UnsupportedError(Code.DI_EXTRA, f"pip install 'krid[{extra}]'")
