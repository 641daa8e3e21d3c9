"""Any security object and elements, signed by the right keys, so that every rule is met.

The data is one CBOR array: the security object, the namespaces with plain items, the device's
namespaces. Where null stands for the digests or the device's key, the right ones are put in.
What verification refuses, the linter must name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from krid import cose, mdoc
from krid._core import cbor, shape
from krid._core.cbor import Embedded
from krid.cose import Placement, Sign1
from krid.errors import Code, KridError
from krid.keys import Alg, LocalKey, cose_key
from krid.mdoc.encode import device_authentication
from krid.model import IssuerHint, IssuerKey, Severity

NOW = datetime(2026, 6, 2, tzinfo=UTC)
SKEW = timedelta(seconds=60)
NOT_LINTED = {Code.MDOC_DEVICE_SIGNATURE, Code.ALG_KEY}
TRANSCRIPT = mdoc.SessionTranscript.parse(b"\x83\xf6\xf6\x00")
ISSUER, DEVICE = LocalKey.generate(Alg.EDDSA), LocalKey.generate(Alg.EDDSA)


class Issuer:
    """Trusts the issuer, whatever the certificate."""

    def find(self, hint: IssuerHint, *, now: datetime) -> IssuerKey:  # noqa: ARG002  the port's words
        return IssuerKey(key=ISSUER.public_key, issuer="fuzz", path="fuzz")


def target(data: bytes) -> None:
    try:
        mso, namespaces, own = shape.sequence(cbor.decode(data), Code.MDOC_SYNTAX)
        raw = _response(mso, namespaces, own)
    except (KridError, ValueError):
        return  # no array of three, or an array of what can't be embedded
    try:
        verified = mdoc.verify(
            mdoc.parse_device_response(raw),
            issuers=Issuer(),
            transcript=TRANSCRIPT,
            reader_key=mdoc.NO_READER_KEY,
            now=NOW,
            skew=SKEW,
        )
    except KridError as refusal:
        _check_named(raw, refusal)
        return
    (document,) = verified
    if not document.credential.claims.keys() <= namespaces.keys():
        raise AssertionError("claims from nowhere")


def _check_named(raw: bytes, refusal: KridError) -> None:
    """What verification refuses, the linter names; of the session it knows nothing."""
    found = mdoc.MdocFormat().lint(raw, now=NOW)
    named = {each.code for each in found if each.severity is Severity.ERROR}
    if refusal.code not in named | NOT_LINTED:
        raise AssertionError(f"{refusal.code} was not named")


def _response(mso: Any, namespaces: Any, own: Any) -> bytes:
    items = _items(namespaces)
    if isinstance(mso, Mapping):
        mso = _filled(mso, items)
    doctype = mso.get("docType") if isinstance(mso, Mapping) else None
    name = doctype if isinstance(doctype, str) else "x"
    payload = Embedded.of(mso).raw
    issuer_auth = cose.prepare(
        {},
        {cose.X5CHAIN: b"ds"},
        payload,
        alg=ISSUER.alg,
        placement=Placement.ATTACHED,
    ).sign_with(ISSUER)
    elements = Embedded.of(own)
    document = {
        "docType": name,
        "issuerSigned": {"nameSpaces": items, "issuerAuth": issuer_auth.to_value()},
        "deviceSigned": {
            "nameSpaces": elements,
            "deviceAuth": {"deviceSignature": _device_auth(name, elements).to_value()},
        },
    }
    return cbor.encode({"version": "1.0", "documents": [document], "status": 0})


def _device_auth(doctype: str, elements: Embedded) -> Sign1:
    authentic = device_authentication(TRANSCRIPT, doctype, elements)
    return cose.prepare({}, {}, authentic, alg=DEVICE.alg, placement=Placement.DETACHED).sign_with(
        DEVICE
    )


def _items(namespaces: Any) -> dict[Any, list[Embedded]]:
    return {
        name: [Embedded.of(item) for item in shape.sequence(items, Code.MDOC_SYNTAX)]
        for name, items in shape.mapping(namespaces, Code.MDOC_SYNTAX).items()
    }


def _filled(mso: Mapping[Any, Any], items: Mapping[Any, list[Embedded]]) -> dict[Any, Any]:
    """Put the device's key and the right digests where null stands."""
    filled = dict(mso)
    if "deviceKeyInfo" in filled and isinstance(filled["deviceKeyInfo"], Mapping):
        info = dict(filled["deviceKeyInfo"])
        if info.get("deviceKey", 0) is None:
            info["deviceKey"] = cose_key.encode(DEVICE.public_key)
        filled["deviceKeyInfo"] = info
    if filled.get("valueDigests", 0) is None:
        filled["valueDigests"] = {
            name: {
                number: mdoc.DigestAlg.SHA256.digest(item.raw) for number, item in enumerate(listed)
            }
            for name, listed in items.items()
        }
    return filled
