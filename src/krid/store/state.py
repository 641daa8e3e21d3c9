"""What unlocking gives: the keys, and a state of the file that was checked in full."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self, final

from krid._core.entropy import Entropy
from krid.errors import Code, StoreError
from krid.store import schema
from krid.store.connection import reading
from krid.store.header import Header
from krid.store.keys import DATA_KEY_SIZE, FILE_ID_SIZE, DataKey, Keys
from krid.store.manifest import Manifest
from krid.store.methods import Methods
from krid.store.pin import Pin, PinCost

if TYPE_CHECKING:
    import sqlite3


NO_METHODS: Final = Methods()


@final
@dataclass(frozen=True, slots=True, repr=False)
class State:
    """Header, keys and manifest that belong together.

    `sealed_manifest` are the very bytes in the file: as long as they stand there, nobody else
    has written.
    """

    header: Header
    keys: Keys
    methods: Methods
    manifest: Manifest
    sealed_manifest: bytes

    @classmethod
    def fresh(
        cls,
        pin: Pin,
        cost: PinCost,
        entropy: Entropy,
        *,
        file_id: bytes | None = None,
        sequence: int = 0,
        methods: Methods = NO_METHODS,
    ) -> Self:
        """Make a new data key and no rows; `file_id` is that of the file it is for, if any.

        The data key is wrapped for each of the `methods`.
        """
        known = file_id or entropy(FILE_ID_SIZE)
        data_key = DataKey(entropy(DATA_KEY_SIZE))
        header = Header.wrap(data_key, pin, file_id=known, cost=cost, entropy=entropy)
        keys = Keys.derive(data_key, known)
        manifest = Manifest.empty(sequence=sequence)
        wrapped = methods.rewrapped(data_key, known)
        return cls(header, keys, wrapped, manifest, b"").with_manifest(manifest, entropy)

    def with_manifest(self, manifest: Manifest, entropy: Entropy) -> Self:
        """Return the state after a transaction."""
        sealed = manifest.seal(self.keys, entropy, methods=self.methods.digest)
        return replace(self, manifest=manifest, sealed_manifest=sealed)

    def write(self, connection: "sqlite3.Connection") -> None:
        """Write header, unlock methods and manifest."""
        schema.write_part(connection, schema.HEADER, self.header.encode())
        if self.methods.entries:
            schema.write_methods(connection, self.methods.encode())
        schema.write_part(connection, schema.MANIFEST, self.sealed_manifest)

    @classmethod
    def load(cls, connection: "sqlite3.Connection", header: Header, keys: Keys) -> Self:
        """Read the manifest and check every row with it, in one look at the file.

        Raises:
            StoreError: `store.altered`.
        """
        with reading(connection), schema.rows(connection) as rows:
            parts = schema.read_parts(connection)
            methods = Methods.parse(parts.get(schema.METHODS))
            sealed = parts[schema.MANIFEST]
            manifest = Manifest.unseal(sealed, keys, methods=methods.digest)
            manifest.check_rows(rows, keys)
        return cls(header, keys, methods, manifest, sealed)

    def newer(self, connection: "sqlite3.Connection") -> Self:
        """Check in full what another program wrote since this state.

        Raises:
            StoreError: `store.altered`, for an older state that was put back, too;
                `store.closed` when the other program changed the PIN.
        """
        if schema.read_part(connection, schema.HEADER) != self.header.encode():
            raise StoreError(Code.STORE_CLOSED, "another program changed the PIN")
        state = self.load(connection, self.header, self.keys)
        if state.manifest.sequence <= self.manifest.sequence:
            raise StoreError(Code.STORE_ALTERED, "an older state was put back")
        return state
