"""The card that is issued, presented and verified: 20 claims, a portrait of 20 kB, ES256."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from krid._core.clock import SystemClock
from krid._core.entropy import Entropy
from krid.keys import Alg, LocalKey
from krid.mdoc import ValidityInfo
from krid.model import NO_STATUS, Challenge, IssueOrder
from krid.sdjwt import sd
from krid.x509 import MDOC_SIGNER, Certificate
from krid.x509.issue import self_signed_ca, sign_certificate

NOW: Final = SystemClock().now().replace(microsecond=0)
"""The real time, since some peers ask no caller for theirs."""

UNTIL: Final = NOW + timedelta(days=30)
SKEW: Final = timedelta(seconds=60)
MAX_AGE: Final = timedelta(minutes=5)
VALIDITY: Final = ValidityInfo(NOW, NOW, UNTIL)
CLAIMS: Final = 20
PORTRAIT_BYTES: Final = 20_000
VCT: Final = "urn:example:card"
DOCTYPE: Final = "org.iso.18013.5.1.mDL"
NAMESPACE: Final = "org.iso.18013.5.1"
ISSUER: Final = "https://issuer.example"
CHALLENGE: Final = Challenge(
    audience="x509_san_dns:bank.example",
    nonce="bm9uY2Utb2YtdGhpcy1zZXNzaW9u",
    response_uri="https://bank.example/response",
)


def texts() -> dict[str, str]:
    """Return the twenty claims of the card."""
    return {f"claim_{number:02}": f"value {number:02} of the card" for number in range(CLAIMS)}


def elements(entropy: Entropy) -> Mapping[str, Mapping[str, object]]:
    """Return the elements of the mdoc: nineteen texts and the portrait."""
    plain = list(texts().items())[1:]
    return {NAMESPACE: {**dict(plain), "portrait": entropy(PORTRAIT_BYTES)}}


def sdjwt_order(holder: LocalKey, alg: Alg) -> IssueOrder:
    """Return what an issuer is asked to sign, all claims to be withheld at will."""
    return IssueOrder(
        type=VCT,
        claims={name: sd(text) for name, text in texts().items()},
        holder=holder.public_key,
        issuer=ISSUER,
        alg=alg,
        key_id=None,
        certificates=(),
        signed_at=NOW,
        valid_from=NOW,
        valid_until=UNTIL,
        status=NO_STATUS,
    )


def authority(signer: LocalKey, entropy: Entropy) -> tuple[Certificate, Certificate]:
    """Return a root, and below it the certificate of the document signer."""
    key = LocalKey.generate(Alg.ES256)
    begin, end = NOW - timedelta(days=1), NOW + timedelta(days=400)
    root = self_signed_ca(
        key,
        common_name="Invented Authority",
        country="KR",
        valid_from=begin,
        valid_until=end,
        issuer_uri=ISSUER,
        entropy=entropy,
    )
    leaf = sign_certificate(
        signer.public_key,
        ca=root,
        ca_key=key,
        leaf=MDOC_SIGNER,
        common_name="Invented Signer",
        valid_from=begin,
        valid_until=end,
        entropy=entropy,
    )
    return root, leaf
