"""The did:webvh method: fetching, choosing a version, and what the resolver says about it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, final

from krid._core import limits, times
from krid._core.clock import Clock
from krid._core.strict_json import JsonObject
from krid.did.document import DidDocument
from krid.did.methods.webvh import history, witness
from krid.did.methods.webvh.history import History, Version
from krid.did.methods.webvh.identifier import METHOD, Identifier
from krid.did.methods.webvh.rule import WitnessRule
from krid.did.parts import Controllers
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.errors import Code, ResolutionError
from krid.net import Flow, Request

_GONE: Final = frozenset({404, 410})
_LINKED_VP: Final = "https://identity.foundation/linked-vp/contexts/v1"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DidWebvh:
    """The did:webvh method 1.0: whoever holds the server can withhold the log, not change it.

    The clock judges entries that claim to be from the future. Larger or smaller caps than the
    usual ones are the caller's to give; the transport has caps of its own.
    """

    clock: Clock
    max_log_bytes: int = limits.MAX_WEBVH_LOG_BYTES
    max_entries: int = limits.MAX_WEBVH_ENTRIES

    @property
    def name(self) -> str:
        """`webvh`."""
        return METHOD

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Fetch the log, verify every entry, and return the version asked for.

        Raises:
            ResolutionError: `did.syntax`, `did.not_found`, `did.deactivated`, `did.document_id`
                when the log never had this DID, `webvh.scid`, or `net.status`.
            KridError: one of the `webvh` codes, of the first entry that does not hold, unless an
                earlier version is asked for by its id or number.
            TransportError: whatever the transport raises.
        """
        identifier = Identifier.parse(did)
        raw = yield from _fetch(identifier.log_url, "text/jsonl", self.max_log_bytes)
        if raw is None:
            raise ResolutionError(Code.DID_NOT_FOUND)
        found = history.read(raw, now=self.clock.now(), max_entries=self.max_entries)
        history.check_scid_of(found, identifier)
        if witness.is_needed(found):
            size = limits.MAX_WEBVH_WITNESS_BYTES
            proofs = yield from _fetch(identifier.witness_url, "application/json", size)
            found = witness.check(found, proofs)
        return resolved(found, did, options)


def resolved(found: History, did: Did, options: ResolutionOptions) -> Resolved:
    """Choose the version that was asked for, and describe it.

    Raises:
        ResolutionError: `did.document_id`, `did.not_found`, `did.deactivated`.
        KridError: the fault of the log.
    """
    version = _choose(found, options)
    if did not in found.names:
        raise ResolutionError(Code.DID_DOCUMENT_ID)
    if found.latest.parameters.deactivated and not options.asks_for_version:
        raise ResolutionError(Code.DID_DEACTIVATED)
    members = with_services(version)
    document = DidDocument.from_members(
        members, did=version.did, controllers=Controllers.MAY_BE_ABSENT
    )
    return Resolved(
        document,
        _metadata(found, version, did),
        names=found.names,
        lifetime=timedelta(seconds=found.latest.parameters.ttl),
    )


def _fetch(url: str, accept: str, max_bytes: int) -> Flow[bytes | None]:
    """Fetch a file, without following redirects; None means that it is not there."""
    response = yield Request(
        url, headers={"Accept": f"{accept}, */*"}, max_bytes=max_bytes, max_redirects=0
    )
    if response.status in _GONE:
        return None
    if response.status != 200:
        raise ResolutionError(Code.NET_STATUS, str(response.status))
    if len(response.body) > max_bytes:
        raise ResolutionError(Code.NET_SIZE)
    return response.body


def _choose(found: History, options: ResolutionOptions) -> Version:
    """Find a version; where the log has a fault, only what the fault can't touch is found."""
    if not options.asks_for_version:
        return _unless_faulty(found, found.latest)
    if options.version_time is not None:
        return _at(found, options)
    for version in found.versions:
        if options.version_id in (None, version.version_id) and options.version_number in (
            None,
            version.number,
        ):
            return version
    _raise_fault(found)
    raise ResolutionError(Code.DID_NOT_FOUND, "version")


def _at(found: History, options: ResolutionOptions) -> Version:
    """Find the version in force at a time; the last one before a fault may not have lasted."""
    moment = options.version_time
    in_force = [version for version in found.versions if moment and version.time <= moment]
    if not in_force:
        raise ResolutionError(Code.DID_NOT_FOUND, "no version at that time")
    version = in_force[-1]
    if options.version_number not in (None, version.number):
        raise ResolutionError(Code.DID_NOT_FOUND, "version")
    return _unless_faulty(found, version) if version is found.latest else version


def _unless_faulty(found: History, version: Version) -> Version:
    _raise_fault(found)
    return version


def _raise_fault(found: History) -> None:
    if found.fault is not None:
        raise found.fault


def with_services(version: Version) -> JsonObject:
    """Return the document with the two services that every did:webvh DID has.

    Relative paths lead into the folder of the log, `/whois` to a presentation there. A service
    of the document's own with the same id takes precedence.
    """
    members = version.members()
    base, did = Identifier.parse(version.did).address.base, str(version.did)
    own = members.get("service", [])
    services = list(own) if isinstance(own, list) else own
    if isinstance(services, list):
        named = (item.get("id") for item in services if isinstance(item, dict))
        ids = {each for each in named if isinstance(each, str)}
        for service in _implicit(did, base):
            if ids.isdisjoint({service["id"], str(service["id"]).removeprefix(did)}):
                services.append(service)
        members["service"] = services
    return members


def _implicit(did: str, base: str) -> tuple[JsonObject, JsonObject]:
    return (
        {"id": f"{did}#files", "type": "relativeRef", "serviceEndpoint": base},
        {
            "@context": _LINKED_VP,
            "id": f"{did}#whois",
            "type": "LinkedVerifiablePresentation",
            "serviceEndpoint": f"{base}whois.vp",
        },
    )


def _metadata(found: History, version: Version, asked: Did) -> JsonObject:
    """Write the document's metadata.

    Numbers are text, since DIDs 1.1 has none in metadata; but `versionNumber` is a number with
    every other resolver of this method, as in its parameter.
    """
    last = found.latest.parameters
    members: JsonObject = {
        "versionId": version.version_id,
        "versionNumber": version.number,
        "versionTime": times.to_rfc3339(version.time),
        "created": times.to_rfc3339(found.versions[0].time),
        "updated": times.to_rfc3339(found.latest.time),
        "scid": found.scid,
        "portable": last.portable,
        "deactivated": last.deactivated,
        "ttl": str(last.ttl),
        "witness": _witness(last.witness),
        "watchers": list(last.watchers),
    }
    if version.did != asked:
        members["canonicalId"] = str(version.did)
    return members


def _witness(rule: WitnessRule) -> JsonObject:
    return rule.to_json() | ({"threshold": str(rule.threshold)} if rule.is_active else {})
