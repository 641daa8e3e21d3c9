"""A verifier's whole answer: any query, and any card that the right keys signed for its session.

The data is split at line feeds: the query, the issuer's payload, the key binding's payload,
disclosures. What stands for what is said in `sdjwt_verify`; `@nonce` is the session's nonce.
"""

from dataclasses import replace
from datetime import UTC, datetime

from krid import query
from krid._core import base64url, strict_json
from krid._core.clock import FixedClock
from krid.errors import KridError
from krid.exchange import MemorySessions, PresentationResponse
from krid.jose import jws
from krid.keys import Alg, LocalKey, jwk
from krid.model import NO_STATUS, IssuerHint, IssuerKey, Query, is_of_type
from krid.profiles import HAIP
from krid.sdjwt import HashAlg
from krid.verifier import Verifier

_ISSUER, _HOLDER = LocalKey.generate(Alg.EDDSA), LocalKey.generate(Alg.EDDSA)
_CNF = strict_json.dumps({"jwk": jwk.encode_public(_HOLDER.public_key)})
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_PROFILE = replace(HAIP, algs=frozenset(Alg))


class _Issuer:
    """Trusts the one issuer of this target."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=_ISSUER.public_key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    """Ask, answer and verify; what was verified is what was asked for."""
    asked, payload, binding, *lines = (*data.split(b"\n"), b"", b"")
    try:
        _run(query.parse_dcql(strict_json.loads(asked)), payload, binding, lines)
    except KridError:
        return


def _run(wanted: Query, payload: bytes, binding: bytes, lines: list[bytes]) -> None:
    verifier = Verifier(
        "x509_san_dns:a",
        trust=_Issuer(),
        status=NO_STATUS,
        profile=_PROFILE,
        sessions=MemorySessions(),
        response_uri="https://a/",
        clock=FixedClock(_NOW),
    )
    request = verifier.request(wanted, purpose="fuzz")
    raw = _card(payload, binding.replace(b"@nonce", request.nonce.encode()), lines)
    answers = {each.id: (raw,) for each in wanted.credentials}
    verified = verifier.verify(PresentationResponse(request.state, answers))
    verified.report()
    for each in wanted.credentials:
        if not is_of_type(each.wanted, verified[each.id].types):
            raise AssertionError("a credential of another type")


def _card(payload: bytes, binding: bytes, lines: list[bytes]) -> bytes:
    disclosures = [base64url.encode(line) for line in lines if line]
    payload = payload.replace(b"@cnf", _CNF)
    for index, disclosure in enumerate(disclosures[:10]):
        payload = payload.replace(b"@%d" % index, HashAlg.SHA256.digest(disclosure).encode())
    text = "~".join((jws.sign({"typ": "dc+sd-jwt"}, payload, _ISSUER), *disclosures, ""))
    binding = binding.replace(b"@hash", HashAlg.SHA256.digest(text).encode())
    return (text + jws.sign({"typ": "kb+jwt"}, binding, _HOLDER)).encode()
