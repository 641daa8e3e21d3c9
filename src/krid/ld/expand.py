"""Expanding JSON-LD, through PyLD, so that nothing gets lost on the way.

JSON-LD drops what it does not understand without a word. What is dropped is not signed, so here
it is an error (VC Data Integrity 1.0, section 2.4.3): terms without a definition, relative
addresses, types that no context knows. Null and empty lists are refused where RDF is made.
"""

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast, final

from krid._core import jcs, limits, strict_json
from krid._core.frozen import thaw
from krid._core.strict_json import Json
from krid.errors import Code, KridError, MalformedError, MisuseError
from krid.ld.canon import CanonicalDataset, HashAlg, canonicalize
from krid.ld.contexts import BUNDLED, Contexts
from krid.ld.names import RELATIVE, check_unmarked, refuse_undefined
from krid.ld.rdf import Quad
from krid.ld.to_rdf import to_rdf

if TYPE_CHECKING:
    from pyld.context_resolver import ContextResolver

_STUMBLES: Final = (
    *(ArithmeticError, AttributeError, LookupError, RecursionError),
    *(TypeError, ValueError),
)
"""What PyLD raises beside its own errors where a document is not what it expects."""

_PROTECTED: Final = frozenset({"protected term redefinition", "invalid context nullification"})


@final
class Processor:
    """Expands documents with a set of contexts, which are read and worked up once.

    May be shared between threads.
    """

    __slots__ = ("_contexts", "_known", "_lock")

    def __init__(self, contexts: Contexts = BUNDLED) -> None:
        self._contexts = contexts
        self._known: _Known = _Known(contexts)
        self._lock = Lock()

    def canonicalize(
        self, document: Mapping[str, Json], *, hash_alg: HashAlg = HashAlg.SHA256
    ) -> CanonicalDataset:
        """Return the statements of a document in canonical form (RDFC-1.0).

        Raises:
            MalformedError: as `quads`, and `ld.poison`.
            UnsupportedError: `ld.context_unknown`.
            MisuseError: `misuse.extra` without `krid[ld]`.
        """
        return canonicalize(self.quads(document), hash_alg=hash_alg)

    def quads(self, document: Mapping[str, Json]) -> list[Quad]:
        """Return all that a document says as RDF statements.

        Raises:
            MalformedError: as `expand`, and `ld.lost`, `ld.relative`, `ld.iri`, `ld.language`,
                `ld.size`.
            UnsupportedError: `ld.context_unknown`.
            MisuseError: `misuse.extra` without `krid[ld]`.
        """
        check_unmarked(document)
        return to_rdf(self.expand(document))

    def expand(self, document: Mapping[str, Json]) -> list[Any]:
        """Return a document in expanded form (JSON-LD 1.1 API, section 5.1).

        Raises:
            MalformedError: `ld.syntax` with the error code of JSON-LD, `ld.undefined`,
                `ld.protected`, `ld.lost` for null, and as `Contexts.load`; `json.size` for too
                large a document, `ld.size` for too many contexts in it.
            UnsupportedError: `ld.context_unknown`.
            MisuseError: `misuse.extra` without `krid[ld]`.
        """
        strict_json.check_crowd([strict_json.dumps(document)], max_values=limits.MAX_LD_VALUES)
        if _count_contexts(document) > limits.MAX_LD_CONTEXTS:
            raise MalformedError(Code.LD_SIZE, "contexts")
        with self._lock:
            expanded = self._expand(thaw(document))
        if _nulls(document) != _nulls(expanded):
            raise MalformedError(Code.LD_LOST, "null")
        return expanded

    def _expand(self, document: object) -> list[Any]:
        jsonld = _pyld()
        try:
            return cast(
                "list[Any]",
                jsonld.expand(
                    document,
                    {
                        "base": RELATIVE,
                        "contextResolver": self._resolver(),
                        "keepFreeFloatingNodes": True,
                    },
                    on_property_dropped=refuse_undefined,
                ),
            )
        except KridError:
            raise
        except jsonld.JsonLdError as cause:
            raise _as_krid(cause) from cause
        except _STUMBLES as cause:
            raise MalformedError(Code.LD_SYNTAX) from cause

    def _resolver(self) -> "ContextResolver":
        from pyld.context_resolver import ContextResolver

        return ContextResolver(self._known, self._load)

    def _load(self, url: str, _options: object) -> dict[str, Any]:
        document = self._contexts.load(url)
        if self._contexts.knows(url):
            self._known.allow_scoped(document)
        return {"contextUrl": None, "documentUrl": url, "document": document, "tag": "static"}


@final
class _Known(dict[str, Any]):
    """What PyLD keeps of contexts: those at hand alone, since documents can bring any number.

    A key is an address, or the canonical JSON of a context inside another.
    """

    __slots__ = ("_allowed", "_contexts")

    def __init__(self, contexts: Contexts) -> None:
        super().__init__()
        self._contexts = contexts
        self._allowed: set[str] = set()

    def allow_scoped(self, document: object) -> None:
        """Let the contexts inside a context at hand be kept, too."""
        if isinstance(document, Mapping):
            for name, member in document.items():
                if name == "@context" and isinstance(member, Mapping):
                    self._allowed.add(jcs.canonical(member).decode())
                self.allow_scoped(member)
        elif isinstance(document, list):
            for member in document:
                self.allow_scoped(member)

    def __setitem__(self, key: str, resolved: object) -> None:
        if key in self._allowed or self._contexts.knows(key):
            super().__setitem__(key, resolved)


def _pyld() -> Any:  # noqa: ANN401  PyLD has no types
    try:
        from pyld import jsonld
    except ImportError as cause:
        raise MisuseError(Code.MISUSE_EXTRA, "pip install 'krid[ld]'") from cause
    return jsonld


def _nulls(value: object) -> int:
    """Count what is null, contexts aside: in an expanded document, that inside JSON literals."""
    if isinstance(value, Mapping):
        return sum(_nulls(member) for name, member in value.items() if name != "@context")
    if isinstance(value, list | tuple):
        return sum(map(_nulls, value))
    return value is None


def _count_contexts(value: object) -> int:
    """Count the contexts that a document names or holds, wherever they stand."""
    if isinstance(value, Mapping):
        own = value.get("@context", ())
        named = len(own) if isinstance(own, list | tuple) else 1
        return named + sum(map(_count_contexts, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(_count_contexts, value))
    return 0


def _as_krid(error: BaseException) -> KridError:
    """Find krid's own refusal below PyLD's error, or make one of the error's code."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, KridError):
            return type(below)(below.code, below.detail)
        below = below.__cause__
    code = getattr(error, "code", None)
    if code in _PROTECTED:
        return MalformedError(Code.LD_PROTECTED)
    return MalformedError(Code.LD_SYNTAX, code if isinstance(code, str) else "")


BUNDLED_PROCESSOR: Final = Processor()
"""Expands with the bundled contexts."""
