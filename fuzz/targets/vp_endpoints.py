"""Any bytes as the body of a request to a verifier's endpoints."""

from datetime import UTC, datetime
from urllib.parse import unquote

from krid import query
from krid._core.clock import FixedClock
from krid._core.entropy import system_entropy
from krid.exchange import ResponseMode
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS
from krid.openid.oauth import Call, MemoryIssuanceStore
from krid.openid.vp import STANDARD
from krid.openid.vp.server import Identity, Journey, PresentationVerifier, VerifierSetup
from krid.profiles import HAIP
from krid.trust import NOBODY

_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
_ADDRESS = "https://bank.example"


def _verifier(mode: ResponseMode) -> PresentationVerifier:
    setup = VerifierSetup(
        url=_ADDRESS,
        identity=Identity.registered("bank", LocalKey.generate(Alg.ES256)),
        policy=STANDARD,
        mode=mode,
        trust=NOBODY,
        status=NO_STATUS,
        profile=HAIP,
        store=MemoryIssuanceStore(),
        page=None,
        clock=FixedClock(datetime(2026, 6, 1, tzinfo=UTC)),
        entropy=system_entropy,
    )
    return PresentationVerifier(setup)


_OPEN, _SEALED = _verifier(ResponseMode.DIRECT_POST), _verifier(ResponseMode.DIRECT_POST_JWT)
_BEGUN = _OPEN.begin(
    query.sdjwt("card", vct="urn:t", claims=["name"]), purpose="Fuzz", journey=Journey.CROSS_DEVICE
)
_PATH = _BEGUN.link.partition("request_uri=")[2].partition("&")[0]
_PATH = unquote(_PATH).removeprefix(_ADDRESS)


def target(data: bytes) -> None:
    """Send it to each endpoint: every answer is a refusal or a signed request, never a fault."""
    asked = Call("POST", _PATH, headers=_FORM, body=data)
    if _OPEN.answer(asked).status not in {200, 400}:
        raise AssertionError("an odd status")
    for verifier in (_OPEN, _SEALED):
        reply = verifier.answer(Call("POST", "/response", headers=_FORM, body=data))
        if reply.status != 400 or reply.refusal is None:
            raise AssertionError("an answer to nothing was taken")
