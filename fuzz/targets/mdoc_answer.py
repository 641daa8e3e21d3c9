"""Any DeviceRequest, answered with a licence: what would be disclosed can be, and reads again."""

from datetime import UTC, datetime, timedelta

from krid import mdoc
from krid._core.entropy import system_entropy
from krid.errors import KridError
from krid.keys import Alg, LocalKey
from krid.model import NO_STATUS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TRANSCRIPT = mdoc.SessionTranscript.parse(b"\x83\xf6\xf6\x00")
ISSUER, DEVICE = LocalKey.generate(Alg.EDDSA), LocalKey.generate(Alg.EDDSA)
CREDENTIAL = mdoc.prepare(
    doctype="org.iso.18013.5.1.mDL",
    claims={
        "org.iso.18013.5.1": {"family_name": "Invented", "age_over_18": True, "age_over_65": False}
    },
    holder=DEVICE.public_key,
    alg=ISSUER.alg,
    certificates=(b"ds",),
    validity=mdoc.ValidityInfo(NOW, NOW, NOW + timedelta(days=1)),
    status=NO_STATUS,
    entropy=system_entropy,
).sign_with(ISSUER)


def target(data: bytes) -> None:
    try:
        answers = mdoc.answer_request(mdoc.parse_device_request(data), (CREDENTIAL,))
    except KridError:
        return
    for answer in answers.documents:
        prepared = mdoc.prepare_document(
            CREDENTIAL,
            disclose=answer.disclose,
            transcript=TRANSCRIPT,
            alg=DEVICE.alg,
            errors=answer.errors,
        )
        raw = mdoc.encode_device_response(mdoc.respond([prepared.sign_with(DEVICE)]))
        mdoc.parse_device_response(raw)
