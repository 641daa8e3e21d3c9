"""The issuer's side of a status list: give out indexes, set statuses, sign."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Self, final

from krid._core import shape, strict_json
from krid._core.entropy import Entropy, system_entropy
from krid.errors import Code, MalformedError, MisuseError
from krid.keys import Signer
from krid.model import StatusReference
from krid.status.bits import StatusBits, read_value, write_value
from krid.status.indexes import Indexes
from krid.status.reference import check_uri
from krid.status.token import prepare
from krid.status.values import StatusType

_SYNTAX: Final = Code.STATUS_SYNTAX
_KIND: Final = "krid_status_list_issuer"
_VERSION: Final = 1


@final
class StatusListIssuer:
    """One status list in memory, and which of its indexes are given out.

    Indexes are drawn at random, each at most once, so that neither an index nor its neighbours
    tell when or for whom it was given out (section 12.5). An index that was not given out
    reads as VALID, so the list does not show how many cards there are. Several threads may use
    one issuer. It persists nothing by itself: keep `to_bytes` after every change, for an index
    given out twice would let one person's revocation strike another. `StatusRegistry` keeps its
    lists in a database.

    >>> issuer = StatusListIssuer("https://mois.example/status/1", 1000)
    >>> reference = issuer.allocate()
    >>> issuer.suspend(reference)
    >>> issuer.status_of(reference) == StatusType.SUSPENDED
    True
    """

    def __init__(
        self, uri: str, size: int, *, bits: int = 2, entropy: Entropy = system_entropy
    ) -> None:
        """Begin a list of `size` indexes, none of them given out; 2 bits allow suspension.

        Raises:
            MalformedError: `status.syntax` for an address that is not https, or other bits.
            MisuseError: `misuse.option` for a size of 0 or beyond the limit on status lists.
        """
        check_uri(uri)
        self.uri: Final = uri
        self.size: Final = size
        self.bits: Final = bits
        self._entropy: Final = entropy
        self._lock: Final = threading.Lock()
        self._packed = bytearray(StatusBits.zeros(size, bits=bits).packed)
        self._indexes = Indexes(size)

    def __repr__(self) -> str:
        """Name the list, and nothing of what it says."""
        return f"StatusListIssuer({self.uri!r}, {self.size})"

    def allocate(self) -> StatusReference:
        """Give out an index that was never given out, any of those left equally likely.

        Raises:
            StatusError: `status.full`.
        """
        with self._lock:
            return StatusReference(self.uri, self._indexes.draw(self._entropy))

    def status_of(self, reference: StatusReference) -> int:
        """Return the status that the next list will show.

        Raises:
            MisuseError: `status.subject` for another list, `status.index` for an index that was
                not given out.
        """
        with self._lock:
            return read_value(self._packed, self.bits, self._given_out(reference))

    def set(self, reference: StatusReference, status: int) -> None:
        """Set any status that fits into the bits; what it means is the caller's to know.

        Raises:
            MisuseError: `misuse.status` for a value that does not fit; as `status_of`.
        """
        with self._lock:
            write_value(self._packed, self.bits, self._given_out(reference), status)

    def revoke(self, reference: StatusReference) -> None:
        """Take a credential back for good.

        Raises:
            MisuseError: as `status_of`.
        """
        self.set(reference, StatusType.INVALID)

    def suspend(self, reference: StatusReference) -> None:
        """Stop a credential for now, as when a phone is reported lost.

        Raises:
            MisuseError: `misuse.revoked`; `misuse.status` in a list of one bit; as `status_of`.
        """
        self._set_unless_revoked(reference, StatusType.SUSPENDED)

    def restore(self, reference: StatusReference) -> None:
        """Let a suspended credential hold again.

        Raises:
            MisuseError: `misuse.revoked`; as `status_of`.
        """
        self._set_unless_revoked(reference, StatusType.VALID)

    def _set_unless_revoked(self, reference: StatusReference, status: StatusType) -> None:
        with self._lock:
            index = self._given_out(reference)
            if read_value(self._packed, self.bits, index) == StatusType.INVALID:
                raise MisuseError(Code.MISUSE_REVOKED)
            write_value(self._packed, self.bits, index, status)

    def _given_out(self, reference: StatusReference) -> int:
        if reference.uri != self.uri:
            raise MisuseError(Code.STATUS_SUBJECT)
        if not self._indexes.is_given_out(reference.index):
            raise MisuseError(Code.STATUS_INDEX)
        return reference.index

    def publish(
        self,
        signer: Signer,
        *,
        now: datetime,
        lifetime: timedelta,
        ttl: timedelta | None = None,
        issuer: str | None = None,
        key_id: str | None = None,
        certificates: Sequence[bytes] = (),
    ) -> str:
        """Sign the list as it stands, as a Status List Token in JWT form.

        See `krid.status.token.prepare`, which also serves signers elsewhere: give it `statuses`.

        Raises:
            MisuseError: `misuse.lifetime`, `misuse.naive_time`.
        """
        prepared = prepare(
            self.statuses,
            uri=self.uri,
            alg=signer.alg,
            now=now,
            lifetime=lifetime,
            ttl=ttl,
            issuer=issuer,
            key_id=key_id,
            certificates=certificates,
        )
        return prepared.sign_with(signer)

    @property
    def statuses(self) -> StatusBits:
        """The list as it stands."""
        with self._lock:
            return StatusBits(self.bits, bytes(self._packed))

    def to_bytes(self) -> bytes:
        """Write the whole state, to be kept where nobody can change it: it is not signed."""
        with self._lock:
            statuses = StatusBits(self.bits, bytes(self._packed))
            taken = StatusBits(1, self._indexes.marks)
        return strict_json.dumps(
            {
                _KIND: _VERSION,
                "uri": self.uri,
                "size": self.size,
                "bits": self.bits,
                "statuses": statuses.encode(),
                "taken": taken.encode(),
            }
        )

    @classmethod
    def from_bytes(cls, raw: bytes, *, entropy: Entropy = system_entropy) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            MalformedError: `status.syntax`, `status.inflated_size`, `base64url.syntax`, or a
                `json.*` code.
        """
        members = strict_json.loads_object(raw)
        if members.get(_KIND) != _VERSION:
            raise MalformedError(_SYNTAX, "not the state of a status list")
        uri = shape.text(members.get("uri"), _SYNTAX)
        size = shape.integer(members.get("size"), _SYNTAX)
        statuses = StatusBits.decode(
            shape.integer(members.get("bits"), _SYNTAX),
            shape.text(members.get("statuses"), _SYNTAX),
        )
        taken = StatusBits.decode(1, shape.text(members.get("taken"), _SYNTAX))
        if size <= 0 or len(statuses.packed) != -(-size * statuses.bits // 8):
            raise MalformedError(_SYNTAX, "size")
        issuer = cls(uri, size, bits=statuses.bits, entropy=entropy)
        issuer._packed[:] = statuses.packed
        issuer._indexes = Indexes.restore(size, taken.packed)
        return issuer
