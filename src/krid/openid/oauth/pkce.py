"""Proof Key for Code Exchange (RFC 7636), with S256 and nothing else."""

import hashlib
import re
from typing import Final

from krid._core import base64url
from krid._core.entropy import Entropy
from krid._core.redact import same
from krid.errors import BindingError, Code, MalformedError

METHOD: Final = "S256"

_VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_verifier(entropy: Entropy) -> str:
    """Make a code verifier of 256 random bits (section 4.1)."""
    return base64url.encode(entropy(32))


def challenge_of(verifier: str) -> str:
    """Return the challenge for a verifier (section 4.2).

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64url.encode(hashlib.sha256(verifier.encode("ascii")).digest())


def parse_challenge(challenge: str | None, method: str | None) -> str:
    """Read the challenge of an authorization request (section 4.3).

    An absent method would mean `plain`, which is refused like any other but S256.

    Raises:
        MalformedError: `pkce.syntax` or `pkce.method`.
    """
    if not isinstance(challenge, str) or _CHALLENGE.fullmatch(challenge) is None:
        raise MalformedError(Code.PKCE_SYNTAX)
    if method != METHOD:
        raise MalformedError(Code.PKCE_METHOD)
    return challenge


def check_verifier(verifier: str | None, *, challenge: str) -> None:
    """Check the verifier of a token request against the challenge (section 4.6).

    Raises:
        MalformedError: `pkce.syntax`.
        BindingError: `pkce.verifier`.
    """
    if not isinstance(verifier, str) or _VERIFIER.fullmatch(verifier) is None:
        raise MalformedError(Code.PKCE_SYNTAX)
    if not same(challenge_of(verifier).encode("ascii"), challenge.encode("ascii")):
        raise BindingError(Code.PKCE_VERIFIER)
