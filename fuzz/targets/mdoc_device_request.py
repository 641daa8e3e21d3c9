"""DeviceRequest: any bytes are a request or refused; what is verified, the seeds' reader asked.

The linter never refuses, and names an error where reading is refused.
"""

from datetime import UTC, datetime

from krid import mdoc
from krid.errors import Code, KridError, TrustError
from krid.keys import Curve, PublicKey
from krid.model import IssuerHint, IssuerKey, Severity

READER = PublicKey.from_raw(
    Curve.P256,
    bytes.fromhex(
        "94d606db76df61f2ead3d31a7c39a69a8293444359f4eeeb1e7dceae155225f9"
        "4e782a7fa4548b6ad3f336f1997d68cebe73098ecc2b8dbdd884a9eff286a948"
    ),
)
NOW = datetime(2026, 6, 2, tzinfo=UTC)
TRANSCRIPT = mdoc.SessionTranscript.parse(b"\x83\xf6\xf6\x00")
ASKED = (
    ("card", {"ns": {"name": True, "age_over_18": False}}),
    ("licence", {"ns": {"born": False}, "other": {"a": True}}),
)


class Seeds:
    """Trusts the one reader of the seeds; its private key was thrown away."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:
        if hint.certificates != (b"reader",) or now != NOW:
            raise TrustError(Code.TRUST_UNKNOWN_ISSUER)
        return IssuerKey(key=READER, issuer="the seeds", path="the seeds")


def target(data: bytes) -> None:
    named = any(each.severity is Severity.ERROR for each in mdoc.lint_request(data, now=NOW))
    try:
        mdoc.parse_device_request(data)
    except KridError:
        if not named:
            raise AssertionError from None
        return
    check(data)


def check(data: bytes) -> None:
    try:
        request = mdoc.parse_device_request(data)
        again = mdoc.parse_device_request(mdoc.encode_device_request(request))
        if again != request:
            raise AssertionError
        mdoc.answer_request(request, [])
        verified = mdoc.verify_request(request, readers=Seeds(), transcript=TRANSCRIPT, now=NOW)
    except KridError:
        return
    if any((each.items.doctype, each.items.elements) not in ASKED for each in verified):
        raise AssertionError
