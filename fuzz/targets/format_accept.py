"""Any bytes as a credential that a wallet is handed, whatever its format, by any trusted key."""

from datetime import UTC, datetime, timedelta

from krid.bbs import LocalBbsKey, Suite
from krid.errors import KridError
from krid.formats import recognised, standard_formats
from krid.keys import Alg, LocalKey
from krid.model import BEARER, Challenge, IssuerHint, IssuerKey

_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_FORMATS = standard_formats()
_KEYS = {alg: LocalKey.generate(alg).public_key for alg in Alg}
_BBS_KEY = LocalBbsKey.generate(Suite.SHA256).public_key
_CHALLENGE = Challenge(audience="x509_san_dns:a", nonce="n", response_uri="https://a/")


class _Anybody:
    """Trusts a key of the right kind, which signed none of the inputs."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        key = _KEYS[hint.alg] if isinstance(hint.alg, Alg) else _BBS_KEY
        return IssuerKey(key=key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    try:
        credential_format = recognised(_FORMATS, data)
    except KridError:
        return
    try:
        credential_format.inspect(data)
        credential_format.accept(data, issuers=_Anybody(), now=_NOW)
    except KridError:
        pass
    else:
        raise AssertionError("a forged credential was accepted")
    for challenge in (_CHALLENGE, BEARER):
        try:
            credential_format.verify(
                data,
                issuers=_Anybody(),
                challenge=challenge,
                now=_NOW,
                skew=timedelta(0),
                max_age=timedelta(minutes=5),
            )
        except KridError:
            continue
        raise AssertionError("a forged presentation was verified")
