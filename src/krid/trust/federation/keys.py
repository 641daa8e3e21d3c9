"""Key sets in which each key has its own name (OpenID Federation 1.0, draft 48, section 3.1.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import limits, shape
from krid._core.frozen import freeze_object
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, SignatureError
from krid.keys import Alg, PublicKey, jwk

_SECRET: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


@final
@dataclass(frozen=True, slots=True)
class NamedKey:
    """One key of a set: its `kid`, and the members of its JWK, read-only."""

    key_id: str
    key: PublicKey
    members: Mapping[str, object] = field(repr=False)


@final
@dataclass(frozen=True, slots=True)
class KeySet:
    """Keys by their `kid`; those of kinds that krid does not implement are left out.

    >>> from krid.keys import Alg, LocalKey
    >>> key = LocalKey.generate(Alg.ES256).public_key
    >>> len(list(KeySet.of(key)))
    1
    """

    by_name: Mapping[str, NamedKey]

    @classmethod
    def of(cls, *keys: PublicKey) -> Self:
        """Name keys by their JWK thumbprints, as section 3.1.1 recommends."""
        named = (NamedKey(jwk.key_id(key), key, {}) for key in keys)
        return cls(MappingProxyType({each.key_id: each for each in named}))

    @classmethod
    def parse(cls, value: object, *, most: int = limits.MAX_FEDERATION_KEYS) -> Self:
        """Read a JWK Set in which every key has a `kid` of its own (section 3.1.1).

        Raises:
            MalformedError: `federation.keys`, or `key.private` when a key of it is not public.
        """
        members = shape.mapping(value, Code.FEDERATION_KEYS)
        entries = shape.sequence(members.get("keys"), Code.FEDERATION_KEYS)
        if not 1 <= len(entries) <= most:
            raise MalformedError(Code.FEDERATION_KEYS, f"{len(entries)} keys")
        read = [_read(shape.mapping(entry, Code.FEDERATION_KEYS)) for entry in entries]
        names = {name for name, _ in read}
        if len(names) != len(read):
            raise MalformedError(Code.FEDERATION_KEYS, "kid")
        return cls(MappingProxyType({name: key for name, key in read if key is not None}))

    def __iter__(self) -> Iterator[NamedKey]:
        """Iterate over the keys."""
        return iter(self.by_name.values())

    def named(self, key_id: str, *, alg: Alg, refusal: Code = Code.FEDERATION_KEY) -> PublicKey:
        """Return the key of a name, if it may verify with an algorithm.

        Raises:
            SignatureError: `refusal` when there is none of this name.
            MalformedError: `key.use` when it is marked for another use.
        """
        found = self.by_name.get(key_id)
        if found is None:
            raise SignatureError(refusal)
        jwk.check_marks(found.members, alg=alg)
        return found.key

    def shared_with(self, other: "KeySet") -> "KeySet":
        """Return the keys that another set has too, by the same name."""
        both = {
            name: each
            for name, each in self.by_name.items()
            if name in other.by_name and other.by_name[name].key == each.key
        }
        return KeySet(MappingProxyType(both))


def encode_keys(keys: Iterable[PublicKey]) -> dict[str, Json]:
    """Write public keys as a JWK Set, each named by its thumbprint."""
    return {"keys": [{**jwk.encode_public(key), "kid": jwk.key_id(key)} for key in keys]}


def _read(members: Mapping[str, object]) -> tuple[str, NamedKey | None]:
    """Read one key, None where krid can't use it: an entity may publish others beside."""
    if not _SECRET.isdisjoint(members):
        raise MalformedError(Code.KEY_PRIVATE)
    key_id = shape.text(members.get("kid"), Code.FEDERATION_KEYS)
    if not key_id:
        raise MalformedError(Code.FEDERATION_KEYS, "kid")
    try:
        key = jwk.parse_public(members)
    except KridError:
        return key_id, None
    return key_id, NamedKey(key_id, key, freeze_object(members))
