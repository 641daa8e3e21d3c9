"""Making a VICAL: everything but the provider's signature (ISO 18013-5, annex C.1.7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from krid import cose
from krid._core import cbor, times
from krid._core.cbor import BigNumber, Cbor, DateTime
from krid.cose import X5CHAIN, Placement, Tagging, x5chain_value
from krid.errors import Code, MisuseError
from krid.keys import Alg, Prepared
from krid.trust.vical.model import Vical, VicalEntry, key_id


def prepare_vical(vical: Vical, *, alg: Alg, certificates: Sequence[bytes]) -> Prepared[bytes]:
    """Make everything of a VICAL but the signature; the finished thing is the bytes to publish.

    `certificates` are the provider's, DER, the signer's first, without the anchor. That the
    signature will verify with the first one is not checked. Moments are cut to whole seconds.

    Raises:
        MisuseError: `misuse.option` without a certificate, or for a root without doctypes or with
            a serial number that is negative; `misuse.naive_time`; `misuse.lifetime` for an end
            before the beginning.
    """
    if not certificates or not all(each.doctypes for each in vical.entries):
        raise MisuseError(Code.MISUSE_OPTION, "no certificate or no doctype")
    if any(each.certificate.serial < 0 for each in vical.entries):
        raise MisuseError(Code.MISUSE_OPTION, "serial number")
    if vical.next_update is not None and vical.next_update <= vical.issued_at:
        raise MisuseError(Code.MISUSE_LIFETIME)
    prepared = cose.prepare(
        {},
        {X5CHAIN: x5chain_value(certificates)},
        cbor.encode(_members(vical)),
        alg=alg,
        placement=Placement.ATTACHED,
    )
    return prepared.then(lambda signed: signed.encode(Tagging.UNTAGGED))


def _members(vical: Vical) -> Mapping[str, Cbor]:
    ends = {} if vical.next_update is None else {"nextUpdate": _moment(vical.next_update)}
    numbered = {} if vical.issue is None else {"vicalIssueID": vical.issue}
    return {
        "version": vical.version,
        "vicalProvider": vical.provider,
        "date": _moment(vical.issued_at),
        **ends,
        **numbered,
        "certificateInfos": [_entry(each) for each in vical.entries],
    }


def _entry(entry: VicalEntry) -> Mapping[str, Cbor]:
    certificate = entry.certificate
    said = {
        "issuingAuthority": entry.issuing_authority,
        "issuingCountry": entry.issuing_country,
        "stateOrProvinceName": entry.state_or_province,
    }
    profiles = {"certificateProfile": list(entry.profiles)} if entry.profiles else {}
    return {
        "certificate": certificate.der,
        "serialNumber": BigNumber(certificate.serial),
        "ski": key_id(certificate),
        "docType": sorted(entry.doctypes),
        **profiles,
        **{name: text for name, text in said.items() if text is not None},
        "issuer": certificate.parts.issuer,
        "subject": certificate.parts.subject,
        "notBefore": _moment(certificate.not_before),
        "notAfter": _moment(certificate.not_after),
    }


def _moment(moment: datetime) -> DateTime:
    return DateTime(times.to_rfc3339(moment))
