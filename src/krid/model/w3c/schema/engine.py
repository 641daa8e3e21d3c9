"""Validation by `jsonschema`, with a bound on its work.

A schema comes from outside and is a program: references that branch double the work with each
level, patterns may backtrack for years, and arrays are compared each with each. So every keyword
is counted, patterns go through RE2, whose time is linear, and nothing is ever fetched.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, final

from krid._core import limits
from krid._core.strict_json import Json
from krid.errors import Code, ContentError, MalformedError, MisuseError, UnsupportedError

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_QUANTIFIER: Final = re.compile(r"[*+{?]")
_REFERENCES: Final = frozenset({"$ref", "$dynamicRef"})
# These lead along a path; for an anchor the library looks through the whole schema each time.
_POINTERS: Final = ("#/",)
_Keyword = Callable[[Any, Any, Any, Any], Any]


@final
@dataclass(slots=True)
class Budget:
    """How much work is left; made for one validation and thrown away after it.

    `lookup` is what it costs to look for an anchor, which goes through the whole schema.
    """

    lookup: int
    left: int = field(default=limits.MAX_SCHEMA_STEPS)
    depth: int = 0

    def enter(self) -> None:
        """Go one keyword deeper.

        The interpreter's own limit does not do: a program may have raised it beyond what the
        stack holds.

        Raises:
            ContentError: `w3c.schema_limit`.
        """
        self.depth += 1
        if self.depth > limits.MAX_SCHEMA_DEPTH:
            raise ContentError(Code.W3C_SCHEMA_LIMIT)

    def spend(self, amount: int) -> None:
        """Take some of it.

        Raises:
            ContentError: `w3c.schema_limit`.
        """
        self.left -= amount
        if self.left < 0:
            raise ContentError(Code.W3C_SCHEMA_LIMIT)


def check_schema(schema: Mapping[str, Json]) -> None:
    """Check a schema against that of schemas.

    Raises:
        MalformedError: `w3c.schema_syntax`.
        MisuseError: `misuse.extra`.
    """
    library = _library()
    validator = library.Draft202012Validator
    checker = library.FormatChecker(formats=())
    try:
        validator.check_schema(schema, format_checker=checker)
    except (library.exceptions.SchemaError, RecursionError) as cause:
        raise MalformedError(Code.W3C_SCHEMA_SYNTAX) from cause


def check_instance(schema: Mapping[str, Json], instance: Json, *, size: int) -> None:
    """Check an instance against a schema, of which `size` is how much a lookup in it costs.

    Raises:
        ContentError: `w3c.schema_mismatch` with the place, `w3c.schema_limit`.
        UnsupportedError: `w3c.schema_reference` for a reference to another document.
    """
    library = _library()
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    # The budget travels as the format checker, which every validator hands on to those below it;
    # formats themselves only annotate in this dialect, and are not checked.
    validator = _counting()(schema, registry=Registry(), format_checker=Budget(size))
    try:
        error = next(validator.iter_errors(instance), None)
    except RecursionError as cause:  # pragma: no cover  where the stack ends is not ours to say
        raise ContentError(Code.W3C_SCHEMA_LIMIT) from cause
    except (Unresolvable, library.exceptions._WrappedReferencingError) as cause:  # noqa: SLF001  what it raises
        raise UnsupportedError(Code.W3C_SCHEMA_REFERENCE) from cause
    except BaseException as cause:  # pragma: no cover  it may end in compiled code, which panics
        if type(cause).__module__ != "pyo3_runtime":
            raise
        raise ContentError(Code.W3C_SCHEMA_LIMIT) from cause
    if error is not None:
        raise ContentError(Code.W3C_SCHEMA_MISMATCH, f"{error.validator} at {_place(error.path)}")


def check_pattern(pattern: str, *, of_names: bool) -> None:
    """Check that a pattern is one that can't take long.

    Those of `patternProperties` are matched by the library itself, which backtracks: they may
    have no groups and one quantifier.

    Raises:
        UnsupportedError: `w3c.schema_pattern`.
    """
    if len(pattern) > limits.MAX_SCHEMA_PATTERN_CHARS:
        raise UnsupportedError(Code.W3C_SCHEMA_PATTERN)
    if of_names and ("(" in pattern or len(_QUANTIFIER.findall(pattern)) > 1):
        raise UnsupportedError(Code.W3C_SCHEMA_PATTERN, "patternProperties")
    compile_pattern(pattern)


@cache
def _re2() -> Any:  # noqa: ANN401  a module without types
    try:
        import re2
    except ImportError as cause:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[schema]'") from cause
    return re2


def compile_pattern(pattern: str) -> Any:  # noqa: ANN401  a library without types
    """Compile a pattern with RE2, which knows neither backtracking nor what needs it.

    Raises:
        UnsupportedError: `w3c.schema_pattern`.
        MisuseError: `misuse.extra`.
    """
    library = _re2()
    options = library.Options()
    options.log_errors = False
    options.max_mem = limits.MAX_SCHEMA_PATTERN_BYTES
    try:
        return library.compile(pattern, options=options)
    except library.error as cause:
        raise UnsupportedError(Code.W3C_SCHEMA_PATTERN) from cause


@cache
def _library() -> Any:  # noqa: ANN401  a library whose types are not installed
    try:
        import jsonschema
    except ImportError as cause:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[schema]'") from cause
    return jsonschema


@cache
def _counting() -> Any:  # noqa: ANN401  as above
    library = _library()
    base = library.Draft202012Validator
    replaced: dict[str, _Keyword] = {**base.VALIDATORS, "pattern": _pattern, "uniqueItems": _unique}
    del replaced["format"]
    keywords = {name: _counted(name, each) for name, each in replaced.items()}
    keywords["format"] = _nothing
    return library.validators.extend(base, validators=keywords)


def _counted(name: str, keyword: _Keyword) -> _Keyword:
    refers = name in _REFERENCES

    def spending(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:  # noqa: ANN401  a keyword
        budget: Budget = validator.format_checker
        budget.spend(len(value) if isinstance(value, list | dict) else 1)
        if refers and not value.startswith(_POINTERS):
            budget.spend(budget.lookup)
        budget.enter()
        try:
            yield from keyword(validator, value, instance, schema) or ()
        finally:  # a keyword that needs no more than the first error leaves off here
            budget.depth -= 1

    return spending


def _nothing(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> None:  # noqa: ANN401  a keyword
    """Check no format."""


def _pattern(validator: Any, value: str, instance: Any, _schema: Any) -> Iterator[Any]:  # noqa: ANN401  a keyword
    if validator.is_type(instance, "string") and not compile_pattern(value).search(instance):
        yield _error("pattern")


def _unique(validator: Any, value: bool, instance: Any, _schema: Any) -> Iterator[Any]:  # noqa: ANN401, FBT001  a keyword
    if value and validator.is_type(instance, "array"):
        written = {json.dumps(_normal(each), sort_keys=True) for each in instance}
        if len(written) != len(instance):
            yield _error("uniqueItems")


def _normal(value: Any) -> Any:  # noqa: ANN401  any JSON
    """Write numbers that are equal in one way (JSON Schema, section 4.2.2)."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _normal(each) for name, each in value.items()}
    return [_normal(each) for each in value] if isinstance(value, list) else value


def _error(message: str) -> Any:  # noqa: ANN401  a library without types
    return _library().ValidationError(message)


def _place(path: Sequence[str | int]) -> str:
    """Write where the instance breaks the schema: names, never values."""
    return "/".join(map(str, path)) or "the whole"
