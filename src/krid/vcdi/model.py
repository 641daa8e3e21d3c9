"""Credentials and presentations with embedded proofs: parsed, and verified."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import final

from krid._core.frozen import pack
from krid._core.strict_json import Json
from krid.keys import PublicKey
from krid.model import Evidence, IssuerKey
from krid.model.w3c import Credential, Presentation
from krid.proofs import Proof


@unique
class InlineContexts(Enum):
    """Whether contexts may stand in a document whose statements alone are signed.

    Whoever holds such a document can put another context into it and rename its members, so that
    the same statements read differently (VC Data Integrity 1.0, section 4.6).
    """

    REFUSED = "refused"
    ALLOWED = "allowed"


@unique
class OtherSigners(Enum):
    """Whether proofs by other DIDs may stand beside those of the issuer.

    A notary's, say, whom the issuer's proof follows. Each must be by a key that is trusted.
    """

    REFUSED = "refused"
    ALLOWED = "allowed"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredCredential:
    """A credential as it came, with its proofs, parsed and not verified."""

    document: Mapping[str, Json] = field(repr=False)
    credential: Credential
    proofs: tuple[Proof, ...]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredPresentation:
    """A presentation as it came, with its one proof, parsed and not verified."""

    document: Mapping[str, Json] = field(repr=False)
    presentation: Presentation
    proof: Proof


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedVc:
    """A credential whose every rule was checked. Made by `verify` and its siblings alone.

    `signer` is the trusted key behind its first proof. `holder` is the key that signed the
    presentation, None where nobody presented it. The status is not looked up.
    """

    credential: Credential = field(repr=False)
    signer: IssuerKey
    holder: PublicKey | None
    valid_until: datetime | None
    evidence: tuple[Evidence, ...]

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        """Travel between processes."""
        return pack(self)
