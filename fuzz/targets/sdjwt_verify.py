"""Any payload, disclosures and key binding, signed by the right keys, so that every rule is met.

The data is split at line feeds: the issuer's payload, the key binding's payload, disclosures.
"""

from datetime import UTC, datetime, timedelta

from krid._core import base64url
from krid.errors import KridError
from krid.jose import jws
from krid.keys import Alg, LocalKey
from krid.sdjwt import Presentation, verify, verify_bearer

_ISSUER = LocalKey.generate(Alg.EDDSA)
_HOLDER = LocalKey.generate(Alg.EDDSA)
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_SKEW = timedelta(seconds=60)


def target(data: bytes) -> None:
    """Verify as holder's and as bearer's; nothing but KridError may come out."""
    payload, binding, *disclosures = (*data.split(b"\n"), b"")
    signed = jws.sign({"typ": "dc+sd-jwt"}, payload, _ISSUER)
    text = "~".join((signed, *(base64url.encode(part) for part in disclosures if part), ""))
    _check_bearer(text)
    _check_bound(text + jws.sign({"typ": "kb+jwt"}, binding, _HOLDER))


def _check_bearer(text: str) -> None:
    try:
        verify_bearer(Presentation.parse(text), issuer_key=_ISSUER.public_key, now=_NOW, skew=_SKEW)
    except KridError:
        return


def _check_bound(text: str) -> None:
    try:
        verify(
            Presentation.parse(text),
            issuer_key=_ISSUER.public_key,
            audience="a",
            nonce="n",
            now=_NOW,
            skew=_SKEW,
            max_age=_SKEW,
        )
    except KridError:
        return
