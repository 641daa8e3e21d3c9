"""What is said in a proof beside its value (VC Data Integrity 1.0, sections 2.1 and 4.2)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from krid._core import times
from krid._core.strict_json import Json, JsonObject
from krid.proofs.model import TYPE


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOptions:
    """What a new proof says: which key, what for, when, and for whom.

    `previous` names the proofs of the document that this one follows; `domains` and `challenge`
    tie it to one exchange.
    """

    verification_method: str
    purpose: str
    created: datetime | None
    expires: datetime | None = None
    id: str | None = None
    previous: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    challenge: str | None = field(default=None, repr=False)

    def members(self, cryptosuite: str) -> JsonObject:
        """Write the proof object without its value.

        Raises:
            MisuseError: `misuse.naive_time`.
        """
        found: JsonObject = {
            "id": self.id,
            "type": TYPE,
            "cryptosuite": cryptosuite,
            "verificationMethod": self.verification_method,
            "created": None if self.created is None else times.to_rfc3339(self.created),
            "expires": None if self.expires is None else times.to_rfc3339(self.expires),
            "proofPurpose": self.purpose,
            "domain": _one_or_list(self.domains),
            "challenge": self.challenge,
            "previousProof": _one_or_list(self.previous),
        }
        return {name: value for name, value in found.items() if value is not None}


def _one_or_list(texts: tuple[str, ...]) -> Json:
    if not texts:
        return None
    return texts[0] if len(texts) == 1 else list(texts)
