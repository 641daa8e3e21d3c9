"""Trust files: whom to believe, and the signed status lists that may stand beside them."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import click

from krid._core import strict_json
from krid._core.clock import SystemClock
from krid.cli.files import about, read_file
from krid.errors import MalformedError
from krid.jose import Jws
from krid.keys import jwk
from krid.model import IssuerKeys, StatusSource

if TYPE_CHECKING:
    from krid.did import DidMethod, ResolutionResult

_PRIVATE_MULTIKEY: Final = "secretKeyMultibase"
_ONLY_PUBLIC: Final = "{} holds a private key: only its public half is used"
_STATUS_LIST: Final = re.compile(
    rb"^ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+[ \t\r]*$", re.MULTILINE
)


@final
@dataclass(frozen=True, slots=True)
class Trusted:
    """What trust files hold: sources of trust, and status lists by their address."""

    issuers: IssuerKeys
    status_lists: dict[str, str] = field(repr=False)


def read_trust(
    names: tuple[str, ...],
    status_names: tuple[str, ...],
    *,
    methods: "tuple[DidMethod, ...]" = (),
) -> Trusted:
    """Read trust files and files of status lists; DIDs are also of `methods`.

    A status list is believed only when a trusted issuer signed it; that is checked when it is
    used, not here.

    Raises:
        MalformedError: `trust.anchor`, or the code of what is wrong with a status list.
    """
    from krid.trust import load_trust

    lists: dict[str, str] = {}
    anchors: list[bytes] = []
    for name in names:
        raw = read_file(name)
        lists |= _read_lists(raw)
        anchors.append(_public_half(_STATUS_LIST.sub(b"", raw), name))
    for name in status_names:
        lists |= _read_lists(read_file(name))
    resolver = _Resolving(methods)
    try:
        return Trusted(load_trust(*anchors, resolver=resolver), lists)
    except MalformedError:
        for name, raw in zip(names, anchors, strict=True):
            with about(name):
                load_trust(raw, resolver=resolver)
        raise


def status_source(trusted: Trusted) -> StatusSource:
    """Look statuses up in the lists at hand, and fetch those that are not."""
    from krid.net import HttpsTransport
    from krid.status import StatusLists

    return StatusLists(HttpsTransport(), issuers=trusted.issuers, known=trusted.status_lists)


@final
@dataclass(frozen=True, slots=True)
class _Resolving:
    """A resolver that is made when a trust file names a DID."""

    methods: "tuple[DidMethod, ...]"

    def resolve(self, did: str) -> "ResolutionResult":
        """Resolve a DID."""
        from krid.did import Resolver
        from krid.net import HttpsTransport

        clock = SystemClock()
        methods = (*Resolver.standard_methods(clock=clock), *self.methods)
        with Resolver(methods, clock=clock, transport=HttpsTransport()) as resolver:
            return resolver.resolve(did)


def _read_lists(raw: bytes) -> dict[str, str]:
    tokens = [match.group().strip().decode("ascii") for match in _STATUS_LIST.finditer(raw)]
    return {str(Jws.parse(token).claims().get("sub")): token for token in tokens}


def _public_half(raw: bytes, name: str) -> bytes:
    """Take the public half where somebody hands in a private key as JSON, and say so."""
    text = raw.strip()
    if not text.startswith(b"{"):
        return raw
    with about(name):
        members = strict_json.loads_object(text)
    if _PRIVATE_MULTIKEY in members:
        click.echo(_ONLY_PUBLIC.format(name), err=True)
        return strict_json.dumps(
            {member: value for member, value in members.items() if member != _PRIVATE_MULTIKEY}
        )
    if "d" not in members:
        return raw
    click.echo(_ONLY_PUBLIC.format(name), err=True)
    return strict_json.dumps(jwk.encode_public(jwk.parse_private(members).public_key))
