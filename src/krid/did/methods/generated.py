"""Documents of DIDs that hold their own key: keys at once, the object when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, final

from krid._core.frozen import thaw
from krid._core.strict_json import Json, JsonObject
from krid.did.parts import Listed
from krid.did.syntax import Did
from krid.did.verification_method import Purpose, VerificationMethod

ALL: Final = frozenset(Purpose)
AGREEMENT: Final = frozenset({Purpose.KEY_AGREEMENT})
SIGNING: Final = ALL - AGREEMENT


@final
@dataclass(frozen=True, slots=True)
class Generated:
    """A document that nobody wrote down: one method, and where it serves.

    `agreement` makes a second method for key agreement, when somebody asks for it.
    """

    did: Did
    context: tuple[str, ...]
    method: VerificationMethod
    purposes: frozenset[Purpose]
    agreement: Callable[[], VerificationMethod] | None = None

    def listed(self, purpose: Purpose) -> Listed:
        """Return the one method for a purpose, or none."""
        if purpose in self.purposes:
            return {self.method.id: self.method}
        if purpose is Purpose.KEY_AGREEMENT and self.agreement is not None:
            second = self.agreement()
            return {second.id: second}
        return {}

    def members(self) -> JsonObject:
        """Write the document, the relationships in the order of the enumeration."""
        listed = {purpose: self.listed(purpose) for purpose in Purpose}
        methods = {id_: method for each in listed.values() for id_, method in each.items()}
        members: JsonObject = {
            "@context": list(self.context),
            "id": str(self.did),
            "verificationMethod": [_write(method) for method in methods.values()],
        }
        relationships = {at.value: list(each) for at, each in listed.items() if each}
        return members | relationships


def _write(method: VerificationMethod) -> JsonObject:
    written: JsonObject = {
        "id": method.id,
        "type": method.type,
        "controller": method.controller,
    }
    for name, value in method.members.items():
        thawed: Json = thaw(value)  # type: ignore[assignment]  # what was JSON before freezing
        written[name] = thawed
    return written
