"""Verifying: whatever passes discloses nothing but what the issuer of the seeds signed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from krid import mdoc
from krid.errors import Code, KridError, TrustError
from krid.keys import Curve, PublicKey
from krid.model import IssuerHint, IssuerKey

SIGNER = PublicKey.from_raw(
    Curve.P256,
    bytes.fromhex(
        "03faf17d6913188d799e24c192818c7bea3a0e9b08782e84d63edbc4d6a74dc6"
        "2f11ff6d822397d5208f862350119d0863d140dff4c8725d596974b93c85d0ca"
    ),
)
NOW = datetime(2026, 6, 2, tzinfo=UTC)
TRANSCRIPT = mdoc.SessionTranscript.parse(b"\x83\xf6\xf6\x00")
SIGNED: dict[str, object] = {"name": "Invented", "born": "1990-02-03", "adult": True}


class Seeds:
    """Trusts the one signer of the seeds; its private key was thrown away."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.certificates != (b"ds",) or now != NOW:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(key=SIGNER, issuer="the seeds", path="the seeds")


def target(data: bytes) -> None:
    try:
        verified = mdoc.verify(
            mdoc.parse_device_response(data),
            issuers=Seeds(),
            transcript=TRANSCRIPT,
            reader_key=mdoc.NO_READER_KEY,
            now=NOW,
            skew=timedelta(0),
        )
    except KridError:
        return
    for each in verified:
        for namespace, elements in each.credential.claims.items():
            if namespace != "ns" or not isinstance(elements, Mapping):
                raise AssertionError
            if not elements.items() <= SIGNED.items():
                raise AssertionError
