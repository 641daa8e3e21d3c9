"""Verification methods: from the many ways to write a key down to a `PublicKey`.

W3C Controlled Identifiers 1.0, section 2.2, and the suites of the DID extensions registry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from typing import TYPE_CHECKING, Final, final

from krid._core import limits, shape, times
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json
from krid.did.syntax import Did, DidUrl
from krid.errors import Code, KridError, MalformedError, ResolutionError, UnsupportedError
from krid.keys import Curve, PublicKey, jwk, multikey

if TYPE_CHECKING:
    from krid.bbs import BbsPublicKey


@unique
class Purpose(Enum):
    """What a DID document lists a key for: the verification relationships by their names."""

    AUTHENTICATION = "authentication"
    ASSERTION = "assertionMethod"
    KEY_AGREEMENT = "keyAgreement"
    CAPABILITY_INVOCATION = "capabilityInvocation"
    CAPABILITY_DELEGATION = "capabilityDelegation"


@final
@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A key in a DID document, its id in absolute form.

    `key` is None for a type of key that krid does not implement. `expires` and `revoked` are
    moments from which on the key must not be used. `members` is the object of the document.
    """

    id: str
    type: str
    controller: str
    key: PublicKey | None
    expires: datetime | None = None
    revoked: datetime | None = None
    members: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)

    def ended(self, now: datetime) -> bool:
        """Tell whether the key had expired or was revoked by a moment."""
        return any(end is not None and end <= now for end in (self.expires, self.revoked))

    def marked_for(self, purpose: Purpose) -> bool:
        """Tell whether `use`, `key_ops` and `alg` of a JWK, where it is one, allow a purpose."""
        marks = self.members.get("publicKeyJwk")
        if self.key is None or not isinstance(marks, Mapping):
            return True
        if purpose is Purpose.KEY_AGREEMENT:
            return bool(marks.get("use", "enc") == "enc")
        try:
            jwk.check_marks(marks, alg=self.key.alg)
        except KridError:
            return False
        return True


def parse(base: Did, value: object) -> VerificationMethod:
    """Read a verification method of the document of `base`.

    Raises:
        MalformedError: `did.document` for a missing member, a secret key, two keys in one
            method, or a key that does not decode; `did.url_syntax`.
    """
    members = shape.mapping(value, Code.DID_DOCUMENT)
    controller = str(Did.parse(shape.text(members.get("controller"), Code.DID_DOCUMENT)))
    return _parse(base, members, controller)


def parse_uncontrolled(base: Did, value: object) -> VerificationMethod:
    """Read a verification method that may lack its controller, which is no text then.

    Raises:
        MalformedError: as `parse`.
    """
    members = shape.mapping(value, Code.DID_DOCUMENT)
    return parse(base, members) if "controller" in members else _parse(base, members, "")


def bbs_key_of(method: VerificationMethod) -> "BbsPublicKey":
    """Read the key of a method as one of BBS: a Multikey `bls12_381-g2-pub`, as vc-di-bbs has it.

    Raises:
        ResolutionError: `did.key_type`.
        MisuseError: `misuse.extra`.
    """
    from krid.bbs import BbsPublicKey

    text = method.members.get("publicKeyMultibase")
    if method.type != "Multikey" or not isinstance(text, str):
        raise ResolutionError(Code.DID_KEY_TYPE)
    try:
        return BbsPublicKey.parse_multikey(text)
    except KridError as cause:
        raise ResolutionError(Code.DID_KEY_TYPE, str(cause.code)) from cause


def _parse(base: Did, members: Mapping[str, Json], controller: str) -> VerificationMethod:
    kind = shape.text(members.get("type"), Code.DID_DOCUMENT)
    return VerificationMethod(
        id=str(DidUrl.resolve(base, shape.text(members.get("id"), Code.DID_DOCUMENT))),
        type=kind,
        controller=controller,
        key=_read_key(kind, members),
        expires=_moment(members, "expires"),
        revoked=_moment(members, "revoked"),
        members=freeze_object(members),
    )


def _moment(members: Mapping[str, object], name: str) -> datetime | None:
    if name not in members:
        return None
    return times.from_rfc3339(shape.text(members[name], Code.DID_DOCUMENT))


def _read_key(kind: str, members: Mapping[str, Json]) -> PublicKey | None:
    """Read the key of a method: none for a foreign type, an error for one that is broken."""
    if any(name.startswith(_SECRET_PREFIXES) for name in members):
        raise MalformedError(Code.DID_DOCUMENT, "a secret key")
    material = [name for name in members if name in _READERS]
    if len(material) > 1:
        raise MalformedError(Code.DID_DOCUMENT, "two keys in one method")
    if not material:
        _check_may_lack_key(kind)
        return None
    try:
        key = _READERS[material[0]](members[material[0]], _CURVES.get(kind))
    except UnsupportedError:
        return None
    except MalformedError as cause:
        raise MalformedError(Code.DID_DOCUMENT, str(cause.code)) from cause
    _check_kind(kind, material[0], key)
    return key if kind in _MATERIAL else None


def _check_may_lack_key(kind: str) -> None:
    """Refuse a method without a key in it when its type is one that has a key."""
    if kind in _MATERIAL:
        raise MalformedError(Code.DID_DOCUMENT, "a method without a key")


def _check_kind(kind: str, material: str, key: PublicKey) -> None:
    """Check that the type of a method, where it is known, fits how and what it holds."""
    if material not in _MATERIAL.get(kind, {material}):
        raise MalformedError(Code.DID_DOCUMENT, "a key in another form than its type says")
    if key.curve is not _CURVES.get(kind, key.curve):
        raise MalformedError(Code.DID_DOCUMENT, "a key of another curve than its type says")


def _from_jwk(value: Json, _curve: Curve | None) -> PublicKey:
    return jwk.parse_public(value)


def _from_multibase(value: Json, _curve: Curve | None) -> PublicKey:
    return multikey.parse(_short(value))


def _from_base58(value: Json, curve: Curve | None) -> PublicKey:
    return _from_octets(multikey.decode_base58btc(_short(value)), curve)


def _from_hex(value: Json, curve: Curve | None) -> PublicKey:
    text = _short(value)
    try:
        raw = bytes.fromhex(text)
    except ValueError as cause:
        raise MalformedError(Code.KEY_SYNTAX) from cause
    if len(text) != 2 * len(raw):  # fromhex skips white space
        raise MalformedError(Code.KEY_SYNTAX)
    return _from_octets(raw, curve)


def _from_octets(raw: bytes, curve: Curve | None) -> PublicKey:
    """Read the bytes of a key whose curve the type of the method says."""
    if curve is None:
        raise UnsupportedError(Code.KEY_TYPE)
    if raw[:1] == b"\x04" and len(raw) == 2 * curve.size + 1:
        return PublicKey.from_raw(curve, raw[1:])
    return PublicKey.from_compressed(curve, raw)


def _short(value: Json) -> str:
    """Return text short enough to decode: base58 takes quadratic time."""
    text = shape.text(value, Code.KEY_SYNTAX)
    if len(text) > limits.MAX_DID_KEY_CHARS:
        raise UnsupportedError(Code.KEY_TYPE)
    return text


_READERS: Final[Mapping[str, Callable[[Json, Curve | None], PublicKey]]] = {
    "publicKeyJwk": _from_jwk,
    "publicKeyMultibase": _from_multibase,
    "publicKeyBase58": _from_base58,
    "publicKeyHex": _from_hex,
}
_SECRET_PREFIXES: Final = ("secretKey", "privateKey")

_JWK: Final = frozenset({"publicKeyJwk"})
_MULTIBASE: Final = frozenset({"publicKeyMultibase"})
_BASE58: Final = frozenset({"publicKeyBase58"})
_ANY: Final = frozenset(_READERS)

# Which members hold the key, for each type of method that krid implements.
_MATERIAL: Final[Mapping[str, frozenset[str]]] = {
    "Multikey": _MULTIBASE,
    "JsonWebKey": _JWK,
    "JsonWebKey2020": _JWK,
    "Ed25519VerificationKey2018": _BASE58,
    "Ed25519VerificationKey2020": _MULTIBASE,
    "X25519KeyAgreementKey2019": _BASE58,
    "X25519KeyAgreementKey2020": _MULTIBASE,
    "EcdsaSecp256k1VerificationKey2019": _ANY,
    "EcdsaSecp256r1VerificationKey2019": _ANY,
    "P256Key2021": _ANY,
    "P384Key2021": _ANY,
    "P521Key2021": _ANY,
}
_CURVES: Final[Mapping[str, Curve]] = {
    "Ed25519VerificationKey2018": Curve.ED25519,
    "Ed25519VerificationKey2020": Curve.ED25519,
    "X25519KeyAgreementKey2019": Curve.X25519,
    "X25519KeyAgreementKey2020": Curve.X25519,
    "EcdsaSecp256k1VerificationKey2019": Curve.SECP256K1,
    "EcdsaSecp256r1VerificationKey2019": Curve.P256,
    "P256Key2021": Curve.P256,
    "P384Key2021": Curve.P384,
    "P521Key2021": Curve.P521,
}
