"""Any bytes as a controlled identifier document of a trusted controller."""

from datetime import UTC, datetime

from krid.errors import KridError
from krid.keys import Alg
from krid.model import IssuerHint
from krid.net import Response, ScriptedTransport
from krid.trust import ControllerTrust

_URL = "https://a.example"
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_HINT = IssuerHint(format="vc+jwt", type="A", alg=Alg.EDDSA, issuer=_URL, key_id="#1")


def target(data: bytes) -> None:
    """Look for a key in it; nothing but KridError may come out."""
    answer = Response(200, {"Content-Type": "application/cid"}, data)
    trust = ControllerTrust(frozenset({_URL}), transport=ScriptedTransport({_URL: answer}))
    try:
        trust.find(_HINT, now=_NOW)
    except KridError:
        return
