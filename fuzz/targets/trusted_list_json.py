"""Any bytes as a list of trusted entities: signed by its operator, so that every rule is met."""

from datetime import UTC, datetime, timedelta

from krid._core import base64url
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.trust import FIRST_LIST, KeyTrust
from krid.trust.etsi import verify_json_list

_KEY = LocalKey.generate(Alg.EDDSA)
_TRUST = KeyTrust.of(_KEY.public_key)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_AGE = timedelta(days=100)
_HEADER = base64url.encode(b'{"alg":"EdDSA"}')


def target(data: bytes) -> None:
    start = f"{_HEADER}.{base64url.encode(data)}"
    signed = f"{start}.{base64url.encode(_KEY.sign(start.encode()))}"
    for text in (signed, data.decode("latin-1")):
        try:
            verified = verify_json_list(
                text, signers=_TRUST, now=_NOW, max_age=_AGE, seen=FIRST_LIST
            )
        except KridError:
            continue
        for service in verified.listed.services:
            state = service.state_at(_NOW)
            if state is not None and state.since is not None and state.since > _NOW:
                raise AssertionError("a state holds before it began")
