"""Bitstring Status Lists on the command line: which purposes, what a list says, one index."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, final

import click

from krid._core import shape, strict_json, times
from krid._core.clock import SystemClock
from krid.cli.files import read_file
from krid.errors import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from krid.model import BitstringEntry
    from krid.status import BitstringForm, VcJwtCredential

_EXAMPLE_URI = "https://mois.example/status"

PURPOSE = click.option(
    "--purpose",
    "purposes",
    multiple=True,
    type=click.Choice(["revocation", "suspension", "refresh", "message"]),
    help="A purpose of bitstring lists; repeat for more.",
)
MESSAGES = click.option(
    "--messages", "messages_file", metavar="FILE", help="statusMessage as JSON, for message."
)


def forms_for(purposes: Sequence[str], messages_file: str | None) -> "tuple[BitstringForm, ...]":
    """Return the forms of purposes, that of messages with the texts of a file."""
    from krid.status import REFRESH_FORM, REVOCATION_FORM, SUSPENSION_FORM

    if ("message" in purposes) != (messages_file is not None):
        raise click.UsageError("--purpose message and --messages go together")
    named = {form.purpose: form for form in (REVOCATION_FORM, SUSPENSION_FORM, REFRESH_FORM)}
    if messages_file is not None:
        named["message"] = _message_form(messages_file)
    return tuple(named[purpose] for purpose in dict.fromkeys(purposes))


def served_forms() -> "tuple[BitstringForm, ...]":
    """Return the forms in which lists may lie in a database, to find them and not to make them."""
    from krid.status import REFRESH_FORM, REVOCATION_FORM, SUSPENSION_FORM, message_form

    return (REVOCATION_FORM, SUSPENSION_FORM, REFRESH_FORM, message_form({}, bits=1))


def looks_like(raw: bytes) -> bool:
    """Tell whether bytes say that they are a status list in a credential: by the type of a JWT."""
    from krid.errors import KridError
    from krid.jose import Jws
    from krid.status.securing import TYP

    try:
        return Jws.parse(raw.strip().decode("ascii")).header.get("typ") == TYP
    except (KridError, UnicodeDecodeError):
        return False


def tell(raw: bytes) -> dict[str, object]:
    """Say what a list says, none of it believed.

    Raises:
        KridError: as `VcJwt.parse`, `BitstringCredential.parse` and `Bitstring.decode`.
    """
    from krid.status import Bitstring, BitstringCredential

    secured = _credential(raw)
    parsed = BitstringCredential.parse(secured.credential)
    packed = Bitstring.decode(parsed.encoded_list).packed
    size = parsed.size or 1
    return {
        "uri": parsed.id,
        "issuer": secured.hint.issuer,
        "issued_at": times.to_rfc3339(parsed.issued_at),
        "expires_at": None if parsed.valid_until is None else times.to_rfc3339(parsed.valid_until),
        "ttl_seconds": None if parsed.ttl is None else parsed.ttl.total_seconds(),
        "purposes": sorted(parsed.purposes),
        "bits": size,
        "entries": len(packed) * 8 // size,
        "statuses": {str(value): count for value, count in sorted(_counts(packed, size).items())},
    }


@final
@dataclass(frozen=True, slots=True)
class CheckedBitstring:
    """What a verified list says at one index, for each purpose, and how its signer is trusted."""

    uri: str
    path: str
    statuses: dict[str, int]

    def refuse(self) -> None:
        """Refuse what no longer holds.

        Raises:
            StatusError: as `check_purpose`.
        """
        from krid.status import check_purpose

        for purpose, value in self.statuses.items():
            check_purpose(purpose, value)


def check_bitstring(
    raw: bytes, index: int, purposes: Sequence[str], trust_files: Sequence[str]
) -> CheckedBitstring:
    """Verify a list and return the statuses at an index, for these purposes or for all.

    Raises:
        KridError: as `verify_bitstring` and `BitstringList.value_at`.
    """
    from krid.cli.trust_files import read_trust
    from krid.model import BitstringEntry
    from krid.status import BitstringCredential, verify_bitstring

    secured = _credential(raw)
    uri = BitstringCredential.parse(secured.credential).id
    trust = read_trust(tuple(trust_files), ()).issuers
    now, skew = SystemClock().now(), timedelta(0)
    found = verify_bitstring(secured, uri=uri, issuers=trust, now=now, skew=skew)
    size = found.size or 1
    entries = [
        BitstringEntry(uri=uri, index=index, purpose=purpose, size=size)
        for purpose in purposes or sorted(found.purposes)
    ]
    statuses = {entry.purpose: found.value_at(entry) for entry in entries}
    return CheckedBitstring(uri, found.signer.path, statuses)


def _credential(raw: bytes) -> "VcJwtCredential":
    from krid.status import VcJwt

    return VcJwt().parse(raw.strip())


def _message_form(name: str) -> "BitstringForm":
    from krid.status import message_form

    listed = shape.sequence(strict_json.loads(read_file(name)), Code.STATUS_SYNTAX)
    bits = max(1, (len(listed) - 1).bit_length())
    return message_form(_read_messages(listed, bits).messages, bits=bits)


def _read_messages(listed: Sequence[object], bits: int) -> "BitstringEntry":
    """Read `statusMessage` as an entry with it is read, so that one is what the other takes."""
    from krid.model import parse_bitstring_entries

    members: Mapping[str, object] = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "message",
        "statusListIndex": "0",
        "statusListCredential": _EXAMPLE_URI,
        "statusSize": bits,
        "statusMessage": listed,
    }
    return parse_bitstring_entries(members)[0]


def _counts(packed: bytes, size: int) -> Counter[int]:
    """Count the statuses; in lists of up to eight bits each possible byte is taken apart once."""
    if 8 % size:
        from krid.status import Bitstring

        bits = Bitstring(packed)
        return Counter(bits.value_at(i, size=size) for i in range(len(packed) * 8 // size))
    counts: Counter[int] = Counter()
    for octet, times_seen in Counter(packed).items():
        for shift in range(0, 8, size):
            counts[octet >> shift & (1 << size) - 1] += times_seen
    return counts
