"""Any claims as the credential of a bitstring, any text as its list, any JSON as an entry."""

from datetime import UTC, datetime, timedelta

from krid._core import strict_json
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.model import (
    IssuerHint,
    IssuerKey,
    encode_bitstring_entry,
    parse_bitstring_entries,
)
from krid.status import Bitstring, VcJwt, verify_bitstring

_KEY = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_URI = "https://mois.example/status/3"


class _Issuer:
    """Trusts the one key of this target."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=_KEY.public_key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    """Try the bytes as each of the three; nothing but KridError may come out."""
    _credential(data)
    _list(data.decode("latin-1"))
    _entry(data)


def _credential(data: bytes) -> None:
    try:
        secured = VcJwt().parse(jws.sign({"typ": "vc+jwt"}, data, _KEY).encode())
        found = verify_bitstring(secured, uri=_URI, issuers=_Issuer(), now=_NOW, skew=timedelta(0))
    except KridError:
        return
    if not found.issued_at <= _NOW <= found.valid_until:
        raise AssertionError("a list is believed outside of its time")


def _list(text: str) -> None:
    try:
        statuses = Bitstring.decode(text)
        statuses.check_length(1)
        statuses.value_at(len(statuses.packed) * 8 - 1, size=1)
    except KridError:
        return
    if Bitstring.decode(statuses.encode()) != statuses:
        raise AssertionError("a bitstring changed on its way")


def _entry(data: bytes) -> None:
    try:
        entries = parse_bitstring_entries(strict_json.loads(data))
    except KridError:
        return
    written = [encode_bitstring_entry(entry) for entry in entries]
    if parse_bitstring_entries(written) != entries:
        raise AssertionError("an entry changed on its way")
