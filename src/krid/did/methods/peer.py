"""did:peer 2 and 4 (Decentralized Identity Foundation): the DID is the keys, or the document.

Number 2 lists keys and services, number 4 holds a whole document after its hash. The short form
of 4 and number 3, which is a hash of 2, can be resolved by whoever has seen the long form.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from krid._core import base64url, limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.did.document import DidDocument
from krid.did.resolution import ResolutionOptions, Resolved
from krid.did.syntax import Did
from krid.did.verification_method import Purpose
from krid.errors import Code, KridError, MalformedError, ResolutionError
from krid.keys import PublicKey, multikey
from krid.keys.multihash import sha256_base58
from krid.net import Flow

_METHOD: Final = "peer"
_NUMALGO_2: Final = re.compile(r"2((?:\.[A-Za-z0-9_-]+)+)", re.ASCII)
_NUMALGO_4: Final = re.compile(r"4z(Qm[1-9A-HJ-NP-Za-km-z]{44})(?::(z[1-9A-HJ-NP-Za-km-z]+))?")
_SERVICE: Final = "S"
_JSON_CODEC: Final = b"\x80\x04"  # the varint of multicodec 0x0200
_CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")

_PURPOSES: Final[Mapping[str, Purpose]] = {
    "A": Purpose.ASSERTION,
    "E": Purpose.KEY_AGREEMENT,
    "V": Purpose.AUTHENTICATION,
    "I": Purpose.CAPABILITY_INVOCATION,
    "D": Purpose.CAPABILITY_DELEGATION,
}
_LETTERS: Final = {purpose: letter for letter, purpose in _PURPOSES.items()}
_LONG_NAMES: Final[Mapping[str, str]] = {
    "t": "type",
    "s": "serviceEndpoint",
    "r": "routingKeys",
    "a": "accept",
}
_SHORT_NAMES: Final = {long: short for short, long in _LONG_NAMES.items()}
_DIDCOMM: Final = ("dm", "DIDCommMessaging")


@final
@dataclass(frozen=True, slots=True)
class DidPeer:
    """The did:peer method, numbers 2 and 4; it asks nobody.

    `known` are long forms whose short forms (4) or hashes (3) are to be resolved as well.
    """

    known: tuple[Did, ...] = ()

    @property
    def name(self) -> str:
        """`peer`."""
        return _METHOD

    def resolve(self, did: Did, *, options: ResolutionOptions) -> Flow[Resolved]:
        """Unfold a DID into its document.

        Raises:
            ResolutionError: `did.syntax`, `did.hash` when a document is not the one that the DID
                hashes, `did.not_found` for a short form that is not known, `did.method` for
                numbers 0, 1, and others that krid does not implement, or `did.option`.
            MalformedError: `did.document`.
        """
        options.check_no_version()
        yield from ()  # A flow that asks for nothing.
        return Resolved(DidDocument.from_members(self._members(did), did=did))

    def _members(self, did: Did) -> JsonObject:
        match did.identifier[:1]:
            case "2":
                return _read_2(did, did)
            case "3":
                return _read_2(did, self._long_form(did))
            case "4":
                return _read_4(did, self._long_form(did))
            case "0" | "1":
                raise ResolutionError(Code.DID_METHOD, "did:peer of another number")
            case _:
                raise ResolutionError(Code.DID_SYNTAX, "did:peer")

    def _long_form(self, did: Did) -> Did:
        """Find the long form of a DID: itself, or one that is known."""
        if did.identifier[0] == "4" and ":" in did.identifier:
            return did
        for long in self.known:
            if did in {_short_4(long), _short_2(long)}:
                return long
        raise ResolutionError(Code.DID_NOT_FOUND, "the long form is not known")

    @staticmethod
    def create(
        keys: Iterable[tuple[Purpose, PublicKey]], services: Sequence[Mapping[str, Json]] = ()
    ) -> Did:
        """Return a DID of number 2 for keys with their purposes, and services.

        >>> from krid.keys import Alg, LocalKey
        >>> key = LocalKey.generate(Alg.EDDSA).public_key
        >>> str(DidPeer.create([(Purpose.AUTHENTICATION, key)]))[:16]
        'did:peer:2.Vz6Mk'
        """
        parts = [f".{_LETTERS[purpose]}{multikey.encode(key)}" for purpose, key in keys]
        parts.extend(
            f".{_SERVICE}{base64url.encode(strict_json.dumps(_shorten(service)))}"
            for service in services
        )
        return Did.parse(f"did:{_METHOD}:2{''.join(parts)}")

    @staticmethod
    def create_from(document: Mapping[str, Json]) -> Did:
        """Return the long form of number 4 for a document that has no id and only relative ones.

        Raises:
            MalformedError: `did.document` for a document with an id, or one that is none.
        """
        import base58

        if "id" in document:
            raise MalformedError(Code.DID_DOCUMENT, "an id before there is one")
        content = _JSON_CODEC + strict_json.dumps(dict(document))
        encoded = "z" + base58.b58encode(content).decode("ascii")
        did = Did.parse(f"did:{_METHOD}:4z{sha256_base58(encoded.encode('ascii'))}:{encoded}")
        DidDocument.from_members(_read_4(did, did), did=did)
        return did

    @staticmethod
    def short_form(long: Did) -> Did:
        """Return the short form of a DID of number 4, or number 3 of a DID of number 2.

        Raises:
            ResolutionError: `did.syntax` when it is neither.
        """
        short = _short_4(long) or _short_2(long)
        if short is None:
            raise ResolutionError(Code.DID_SYNTAX, "did:peer")
        return short


def _short_4(long: Did) -> Did | None:
    match = _NUMALGO_4.fullmatch(long.identifier)
    return Did(_METHOD, f"4z{match[1]}") if match and match[2] else None


def _short_2(long: Did) -> Did | None:
    if long.identifier[:1] != "2":
        return None
    return Did(_METHOD, f"3z{sha256_base58(long.identifier[1:].encode('ascii'))}")


def _read_2(did: Did, long: Did) -> JsonObject:
    """Unfold number 2; `did` is what the document is about, it or its number 3."""
    match = _NUMALGO_2.fullmatch(long.identifier)
    if match is None:
        raise ResolutionError(Code.DID_SYNTAX, "did:peer:2")
    elements = match[1][1:].split(".")
    if len(elements) > limits.MAX_PEER_ELEMENTS:
        raise ResolutionError(Code.DID_SYNTAX, "too many keys or services")
    keys = [element for element in elements if element[0] != _SERVICE]
    members: JsonObject = {
        "@context": list(_CONTEXT),
        "id": str(did),
        "verificationMethod": [
            _method(did, number, key) for number, key in enumerate(keys, start=1)
        ],
    }
    services = _read_services([el[1:] for el in elements if el[0] == _SERVICE])
    other = _short_2(long) if did == long else long
    return (
        members
        | _relationships(keys)
        | ({"service": services} if services else {})
        | {"alsoKnownAs": [str(other)]}
    )


def _method(did: Did, number: int, element: str) -> JsonObject:
    if element[0] not in _PURPOSES or element[1:2] != "z":
        raise ResolutionError(Code.DID_SYNTAX, "purpose or key")
    try:
        multikey.decode_multibase(element[1:])
    except MalformedError as cause:
        raise ResolutionError(Code.DID_SYNTAX, "key") from cause
    return {
        "id": f"#key-{number}",
        "type": "Multikey",
        "controller": str(did),
        "publicKeyMultibase": element[1:],
    }


def _relationships(keys: Sequence[str]) -> JsonObject:
    found: dict[str, list[Json]] = {}
    for number, element in enumerate(keys, start=1):
        found.setdefault(_PURPOSES[element[0]].value, []).append(f"#key-{number}")
    return dict(found)


def _read_services(encoded: Sequence[str]) -> list[Json]:
    """Read services, and give those without an id one of their own, in their order."""
    services = [_read_service(text) for text in encoded]
    unnamed = 0
    for service in services:
        if "id" not in service:
            service["id"] = f"#service-{unnamed}" if unnamed else "#service"
            unnamed += 1
    return list(services)


def _read_service(text: str) -> JsonObject:
    try:
        members = strict_json.loads_object(base64url.decode(text))
    except KridError as cause:
        raise ResolutionError(Code.DID_SYNTAX, "service") from cause
    lengthened = _lengthen(members)
    return dict(shape.mapping(lengthened, Code.DID_DOCUMENT))


def _lengthen(value: Json) -> Json:
    """Put the common names in the place of their letters, all the way down."""
    return _rename(value, _LONG_NAMES, *_DIDCOMM)


def _shorten(value: Json) -> Json:
    return _rename(value, _SHORT_NAMES, *reversed(_DIDCOMM))


def _rename(value: Json, names: Mapping[str, str], old_type: str, new_type: str) -> Json:
    if isinstance(value, Mapping):
        renamed = {names.get(k, k): _rename(v, names, old_type, new_type) for k, v in value.items()}
        if len(renamed) != len(value):
            raise ResolutionError(Code.DID_SYNTAX, "a name and its letter")
        for name in ("type", "t"):
            if renamed.get(name) == old_type:
                renamed[name] = new_type
        return renamed
    if isinstance(value, list | tuple):
        return [_rename(item, names, old_type, new_type) for item in value]
    return value


def _read_4(did: Did, long: Did) -> JsonObject:
    """Unfold number 4; `did` is what the document is about, the long form or the short one."""
    match = _NUMALGO_4.fullmatch(long.identifier)
    if match is None or match[2] is None:
        raise ResolutionError(Code.DID_SYNTAX, "did:peer:4")
    if sha256_base58(match[2].encode("ascii")) != match[1]:
        raise ResolutionError(Code.DID_HASH)
    members = _decode_document(match[2])
    if "id" in members:
        raise MalformedError(Code.DID_DOCUMENT, "an id inside the DID")
    other = _short_4(long) if did == long else long
    known = list(shape.sequence(members.get("alsoKnownAs", []), Code.DID_DOCUMENT))
    return _controlled(members, did) | {"id": str(did), "alsoKnownAs": [*known, str(other)]}


def _decode_document(encoded: str) -> JsonObject:
    try:
        content = multikey.decode_base58btc(encoded[1:])
        if content[:2] != _JSON_CODEC:
            raise ResolutionError(Code.DID_SYNTAX, "not JSON")
        return strict_json.loads_object(content[2:])
    except MalformedError as cause:
        raise ResolutionError(Code.DID_SYNTAX, str(cause.code)) from cause


def _controlled(members: JsonObject, did: Did) -> JsonObject:
    """Make the DID the controller of every method that names none."""
    return {
        name: [_with_controller(item, did) for item in value]
        if name in _METHOD_LISTS and isinstance(value, list)
        else value
        for name, value in members.items()
    }


def _with_controller(item: Json, did: Did) -> Json:
    return (
        {**item, "controller": item.get("controller", str(did))} if isinstance(item, dict) else item
    )


_METHOD_LISTS: Final = frozenset({"verificationMethod", *(purpose.value for purpose in Purpose)})
