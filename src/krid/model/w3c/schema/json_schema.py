"""One JSON Schema, read and found fit to check credentials with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Self, final

from krid._core import limits, strict_json
from krid._core.frozen import thaw
from krid._core.strict_json import Json
from krid.errors import Code, MalformedError, UnsupportedError
from krid.model.w3c.credential import Credential
from krid.model.w3c.schema import engine
from krid.model.w3c.values import Members

_SUBJECT_TYPE: Final = "JsonSchema"
_CREDENTIAL_TYPE: Final = "JsonSchemaCredential"
_DIALECT: Final = frozenset({"$schema"})
_UNBOUNDED: Final = frozenset({"unevaluatedProperties", "unevaluatedItems"})
"""The library walks through all that a schema refers to for these, and nothing counts it."""


@final
@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A schema of JSON Schema 2020-12, the version that the text demands.

    `document` is without `$schema`. `raw` is what came, for digests: the schema, or the credential
    around it.
    """

    id: str
    document: Members = field(repr=False)
    raw: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a schema from JSON (type JsonSchema).

        Raises:
            MalformedError: `w3c.schema_syntax`, or a `json.*` code.
            UnsupportedError: `w3c.schema_dialect`, `w3c.schema_keyword`, `w3c.schema_pattern`.
            MisuseError: `misuse.extra`.
        """
        document = strict_json.loads_object(
            raw, max_bytes=limits.MAX_SCHEMA_BYTES, max_values=limits.MAX_SCHEMA_VALUES
        )
        return cls._of(document, raw)

    @classmethod
    def of_credential(cls, credential: Credential, raw: bytes) -> Self:
        """Take a schema out of a credential that was verified (type JsonSchemaCredential).

        `raw` is the credential as it came.

        Raises:
            MalformedError: `w3c.schema_credential` for a credential of another type, or without
                one subject that holds one schema; others as `parse`.
            UnsupportedError: as `parse`.
        """
        if _CREDENTIAL_TYPE not in credential.types or len(credential.subjects) != 1:
            raise MalformedError(Code.W3C_SCHEMA_CREDENTIAL)
        subject = credential.subjects[0]
        document = subject.members.get("jsonSchema")
        if _SUBJECT_TYPE not in subject.types or not isinstance(document, Mapping):
            raise MalformedError(Code.W3C_SCHEMA_CREDENTIAL)
        # The limits of a schema hold for one in a credential too.
        parsed = cls.parse(strict_json.dumps(document))
        return cls(parsed.id, parsed.document, raw)

    @classmethod
    def _of(cls, document: Members, raw: bytes) -> Self:
        if document.get("$schema") != engine.DIALECT:
            raise UnsupportedError(Code.W3C_SCHEMA_DIALECT)
        name = document.get("$id")
        if not isinstance(name, str) or not name:
            raise MalformedError(Code.W3C_SCHEMA_SYNTAX, "$id")
        # The library leaves krid's bounds where a schema names its dialect, so only the whole may.
        bare = {name: each for name, each in document.items() if name != "$schema"}
        if any(_has_keyword(each, _DIALECT) for each in bare.values()):
            raise UnsupportedError(Code.W3C_SCHEMA_DIALECT, "of a part")
        if _has_keyword(bare, _UNBOUNDED):
            raise UnsupportedError(Code.W3C_SCHEMA_KEYWORD)
        for keyword, pattern in _patterns(document):
            engine.check_pattern(pattern, of_names=keyword == "patternProperties")
        engine.check_schema(document)
        return cls(name, bare, raw)

    def check(self, credential: Credential) -> None:
        """Check a credential against the schema.

        Raises:
            ContentError: `w3c.schema_mismatch` with the keyword and the place,
                `w3c.schema_limit` when it takes too much work.
            UnsupportedError: `w3c.schema_reference` for a schema that refers to another.
        """
        instance: Json = thaw(credential.document)  # type: ignore[assignment]  # it was JSON
        engine.check_instance(self.document, instance, size=len(self.raw) // 8)


def _has_keyword(value: Json, names: frozenset[str]) -> bool:
    """Tell whether one of some keywords stands anywhere inside."""
    if isinstance(value, Mapping):
        return not names.isdisjoint(value) or any(
            _has_keyword(each, names) for each in value.values()
        )
    return isinstance(value, list | tuple) and any(_has_keyword(each, names) for each in value)


def _patterns(value: Json) -> Iterator[tuple[str, str]]:
    """Yield each pattern with its keyword, wherever in the schema it stands."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name == "pattern" and isinstance(member, str):
                yield name, member
            if name == "patternProperties" and isinstance(member, Mapping):
                yield from ((name, pattern) for pattern in member)
            yield from _patterns(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _patterns(member)
