"""What a verifier says about itself in `client_metadata` (sections 5.1 and 11.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.frozen import freeze_object, thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, KridError, MalformedError, UnsupportedError
from krid.exchange import ResponseKey
from krid.jose import Enc
from krid.keys import Curve, PublicKey, jwk
from krid.openid.oauth import members as m

_CODE: Final = Code.REQUEST_SYNTAX
_ALG: Final = "ECDH-ES"
_CURVES: Final = (Curve.P256, Curve.X25519)
_DEFAULT_ENCS: Final = (Enc.A128GCM.value,)


@final
@dataclass(frozen=True, slots=True)
class ClientMetadata:
    """The members that this specification defines; all others are ignored, as it says.

    `formats` is `vp_formats_supported`, read-only, and None where it is absent. `keys` are the
    JWKs of `jwks` as they came: which of them serve is looked at when an answer is to be sealed.
    """

    formats: Mapping[str, object] | None
    keys: tuple[Mapping[str, object], ...] = field(default=(), repr=False)
    encs: tuple[str, ...] = _DEFAULT_ENCS

    @classmethod
    def of_members(cls, value: object) -> Self:
        """Read the object.

        Raises:
            MalformedError: `request.syntax`.
        """
        members = shape.mapping(value, _CODE)
        formats = members.get("vp_formats_supported")
        encs = m.texts_or_none(members, "encrypted_response_enc_values_supported", _CODE)
        return cls(
            None if formats is None else _formats(formats),
            _keys(members.get("jwks")),
            _DEFAULT_ENCS if encs is None else encs,
        )

    def to_members(self) -> JsonObject:
        """Return the object; the default of the encryptions is left out."""
        members: JsonObject = {}
        if self.formats is not None:
            members["vp_formats_supported"] = _json(self.formats)
        if self.keys:
            members["jwks"] = {"keys": [_json(key) for key in self.keys]}
        if self.encs != _DEFAULT_ENCS:
            members["encrypted_response_enc_values_supported"] = list(self.encs)
        return members

    @classmethod
    def of_key(cls, key: ResponseKey | None, formats: Mapping[str, object]) -> Self:
        """Say which formats a verifier takes and, if there is a key, how to seal for it."""
        if key is None:
            return cls(formats)
        return cls(formats, (key_members(key),), tuple(enc.value for enc in key.encs))

    def response_key(self, encs: Sequence[Enc]) -> ResponseKey:
        """Choose the first key that krid can seal for, and the encryptions of both sides.

        `encs` are ours, the best first (section 8.3).

        Raises:
            UnsupportedError: `request.encryption`.
            MalformedError: `request.syntax` for two keys of one `kid`, or a key without.
        """
        common = tuple(enc for enc in encs if enc.value in self.encs)
        names = [m.text(each, "kid", _CODE) for each in self.keys]
        if len(set(names)) != len(names):
            raise MalformedError(_CODE, "kid")
        for each, name in zip(self.keys, names, strict=True):
            key = _usable(each)
            if key is not None and common:
                return ResponseKey(key, name, common)
        raise UnsupportedError(Code.REQUEST_ENCRYPTION)


def key_members(key: ResponseKey) -> JsonObject:
    """Write a key to seal with as a JWK."""
    return {**jwk.encode_public(key.key), "use": "enc", "alg": _ALG, "kid": key.key_id}


def _usable(members: Mapping[str, object]) -> PublicKey | None:
    """Read a key for encryption; None for one that krid has no use for."""
    if members.get("use", "enc") != "enc" or members.get("alg") != _ALG:
        return None
    try:
        key = jwk.parse_public(members)
    except UnsupportedError:
        return None
    except KridError as cause:
        raise MalformedError(_CODE, "jwks") from cause
    return key if key.curve in _CURVES else None


def _formats(value: object) -> Mapping[str, object]:
    members = shape.mapping(value, _CODE)
    for each in members.values():
        shape.mapping(each, _CODE)
    return freeze_object(members)


def _keys(value: object) -> tuple[Mapping[str, object], ...]:
    if value is None:
        return ()
    entries = shape.sequence(m.mapping({"jwks": value}, "jwks", _CODE).get("keys"), _CODE)
    if not 0 < len(entries) <= limits.MAX_VP_KEYS:
        raise MalformedError(_CODE, "jwks")
    return tuple(freeze_object(shape.mapping(each, _CODE)) for each in entries)


def _json(value: object) -> Json:
    thawed: Json = thaw(value)  # type: ignore[assignment]  # it came from JSON
    return thawed
