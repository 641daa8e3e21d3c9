"""Any bytes as a trust file, and a hint for what it trusts."""

from datetime import UTC, datetime

from krid.errors import Code, KridError, ResolutionError
from krid.keys import Alg
from krid.model import IssuerHint
from krid.trust import HasDocument, load_trust

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_HINT = IssuerHint(format="dc+sd-jwt", type="urn:example:card", alg=Alg.ES256, key_id="#key-1")


class _Offline:
    def resolve(self, did: str) -> HasDocument:
        raise ResolutionError(Code.DID_NOT_FOUND, did)


def target(data: bytes) -> None:
    try:
        load_trust(data, resolver=_Offline()).find(_HINT, now=_NOW)
    except KridError:
        return
