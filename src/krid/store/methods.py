"""The ways to unlock a vault beside the PIN: what the file says of each, and finding one's own.

The list can be read without unlocking, for whoever is to unlock must know which authenticator to
ask. It holds public keys, wrapped data keys and what the caller attached. Its digest is bound into
the sealed manifest, so that nobody without the data key adds, changes, drops or brings back one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Final, Self, final

from krid._core import base64url, limits, shape, strict_json, times
from krid._core.redact import Secret
from krid.errors import Code, KridError, MisuseError, StoreError
from krid.store.keys import DataKey
from krid.store.wrapping import PUBLIC_SIZE, WRAPPED_SIZE, UnlockPair, wrap

_CODE: Final = Code.STORE_ALTERED


@final
class MethodKind(Enum):
    """What the secret of a method comes from."""

    RECOVERY_CODE = "recovery code"
    AUTHENTICATOR = "authenticator"


@final
class MethodState(Enum):
    """Whether a method opens the vault. Those that don't any more are kept to be told apart."""

    ACTIVE = "active"
    USED = "used"
    REVOKED = "revoked"


@final
@dataclass(frozen=True, slots=True)
class UnlockMethod:
    """One way to unlock: all of it can be read by whoever has the file.

    `attached` is what the caller needs to know to ask for the secret, such as a credential id.
    """

    id: str
    kind: MethodKind
    state: MethodState
    label: str
    created: datetime
    attached: bytes = field(repr=False)
    public: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)

    @classmethod
    def decode(cls, value: object) -> Self:
        """Read what `encode` wrote.

        Raises:
            KridError: another shape.
        """
        members = shape.mapping(value, _CODE)
        method = cls(
            id=shape.text(members.get("id"), _CODE),
            kind=_KINDS[shape.text(members.get("kind"), _CODE)],
            state=_STATES[shape.text(members.get("state"), _CODE)],
            label=shape.text(members.get("label"), _CODE),
            created=times.from_numeric_date(shape.integer(members.get("created"), _CODE)),
            attached=_octets(members, "attached"),
            public=_octets(members, "public"),
            wrapped=_octets(members, "wrapped"),
        )
        expected = WRAPPED_SIZE if method.state is MethodState.ACTIVE else 0
        if len(method.public) != PUBLIC_SIZE or len(method.wrapped) != expected:
            raise StoreError(_CODE, "an unlock method")
        return method

    def encode(self) -> strict_json.JsonObject:
        """Write the method as JSON."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "state": self.state.value,
            "label": self.label,
            "created": times.to_numeric_date(self.created),
            "attached": base64url.encode(self.attached),
            "public": base64url.encode(self.public),
            "wrapped": base64url.encode(self.wrapped),
        }

    def place(self, file_id: bytes) -> bytes:
        """Return what the method's keys are bound to: file, kind and id."""
        return file_id + f"{self.kind.value} {self.id}".encode()

    def ended(self, state: MethodState) -> Self:
        """Return the method as it is kept after its end: nothing to open, and nothing attached."""
        return replace(self, state=state, wrapped=b"", attached=b"")


_KINDS: Final = {each.value: each for each in MethodKind}
_STATES: Final = {each.value: each for each in MethodState}
_WHY_NOT: Final = {
    MethodState.USED: Code.STORE_METHOD_USED,
    MethodState.REVOKED: Code.STORE_METHOD_REVOKED,
}


@final
@dataclass(frozen=True, slots=True)
class Methods:
    """All of them, oldest first."""

    entries: tuple[UnlockMethod, ...] = ()

    @classmethod
    def parse(cls, body: bytes | None) -> Self:
        """Read the part of a file; None, as in files of version 1, means none.

        Raises:
            StoreError: `store.altered`.
        """
        if body is None:
            return cls()
        try:
            members = strict_json.loads_object(body, max_bytes=limits.MAX_UNLOCK_METHOD_BYTES)
            listed = shape.sequence(members.get("methods"), _CODE)
            methods = cls(tuple(UnlockMethod.decode(each) for each in listed))
        except (KridError, KeyError) as cause:
            raise StoreError(_CODE, "the unlock methods") from cause
        ids = {each.id for each in methods.entries}
        if not 0 < len(ids) == len(methods.entries):
            raise StoreError(_CODE, "the unlock methods")
        return methods

    def encode(self) -> bytes:
        """Write the part as `parse` reads it."""
        return strict_json.dumps({"methods": [each.encode() for each in self.entries]})

    @property
    def digest(self) -> bytes:
        """What the manifest binds: nothing as long as there never was a method."""
        if not self.entries:
            return b""
        return hashlib.sha256(b"krid vault methods 1" + self.encode()).digest()

    @property
    def any_active(self) -> bool:
        """Tell whether one of them opens the vault."""
        return any(each.state is MethodState.ACTIVE for each in self.entries)

    def active(self, method_id: str) -> UnlockMethod:
        """Return a method that opens the vault.

        Raises:
            StoreError: `store.no_method`.
        """
        for each in self.entries:
            if each.id == method_id and each.state is MethodState.ACTIVE:
                return each
        raise StoreError(Code.STORE_NO_METHOD)

    def find(self, kind: MethodKind, secret: Secret, file_id: bytes) -> UnlockMethod:
        """Return the method that a secret belongs to, if it opens the vault.

        Raises:
            StoreError: `store.method` when it belongs to none, `store.method_used`,
                `store.method_revoked`.
        """
        for each in self.entries:
            pair = UnlockPair(secret, place=each.place(file_id))
            if each.kind is kind and pair.public == each.public:
                if each.state in _WHY_NOT:
                    raise StoreError(_WHY_NOT[each.state])
                return each
        raise StoreError(Code.STORE_METHOD)

    def with_one(self, method: UnlockMethod) -> Self:
        """Add one, forgetting the oldest of those that ended when there are too many.

        Raises:
            MisuseError: `misuse.unlock_methods` for too many that are active.
        """
        entries = [*self.entries, method]
        for each in self.entries:
            if len(entries) > limits.MAX_UNLOCK_METHODS and each.state is not MethodState.ACTIVE:
                entries.remove(each)
        if len(entries) > limits.MAX_UNLOCK_METHODS:
            raise MisuseError(Code.MISUSE_UNLOCK_METHODS)
        return type(self)(tuple(entries))

    def replaced(self, method: UnlockMethod) -> Self:
        """Put a method in the place of the one with its id."""
        return type(self)(tuple(method if each.id == method.id else each for each in self.entries))

    def rewrapped(self, data_key: DataKey, file_id: bytes) -> Self:
        """Wrap a new data key for each method that is active."""
        return type(self)(
            tuple(
                replace(each, wrapped=wrap(data_key, each.public, place=each.place(file_id)))
                if each.state is MethodState.ACTIVE
                else each
                for each in self.entries
            )
        )


def _octets(members: Mapping[str, object], name: str) -> bytes:
    return base64url.decode(shape.text(members.get(name), _CODE))
