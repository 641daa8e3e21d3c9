"""The values of VC-JOSE-COSE: what is signed, parsed and not verified, and what was verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias, final

from krid._core.frozen import pack
from krid._core.strict_json import Json
from krid.cose import Sign1
from krid.jose import Jws
from krid.keys import Alg, PublicKey
from krid.model import Evidence
from krid.model.w3c import Credential, Presentation
from krid.vcjose.names import Form

Envelope: TypeAlias = Jws | Sign1
"""What carries the signature."""


@final
@dataclass(frozen=True, slots=True)
class Header:
    """What a JOSE or COSE header says: types, and hints which key signed.

    `certificates` are DER, the signer's first.
    """

    alg: Alg
    typ: str | None
    content_type: str | None
    key_id: str | None
    certificates: tuple[bytes, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredCredential:
    """A credential as it came, parsed and not verified.

    `claims` are the registered claims beside it, by their names in a JWT.
    """

    form: Form
    envelope: Envelope
    header: Header
    claims: Mapping[str, Json] = field(repr=False)
    credential: Credential


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredPresentation:
    """A presentation as it came, parsed and not verified; envelopes inside are closed."""

    form: Form
    envelope: Envelope
    header: Header
    claims: Mapping[str, Json] = field(repr=False)
    presentation: Presentation


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedVc:
    """A credential whose every rule was checked. Made by `verify` and its siblings alone.

    `holder` is the key that signed the presentation, None where nobody presented it. The status
    is not looked up.
    """

    credential: Credential = field(repr=False)
    holder: PublicKey | None
    valid_until: datetime | None
    evidence: tuple[Evidence, ...]

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return pack(self)
