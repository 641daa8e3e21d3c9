"""One request as a server receives it and one answer as it sends it, free of any framework.

A web application makes a `Call` of what came in, hands it to an endpoint, and sends the `Reply`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self, final
from urllib.parse import parse_qsl, urlencode

from krid._core import limits, strict_json
from krid._core.arguments import typed
from krid._core.strict_json import JsonObject
from krid.errors import Code, KridError, MalformedError

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
JWT: Final = "application/jwt"

_NO_STORE: Final = {"Cache-Control": "no-store"}
_MAY_REPEAT: Final = "resource"
"""RFC 8707, section 2, lets a request name several resources."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """A request as it came in: `path` without the query, `query` without the question mark.

    Headers stand as they came, one pair for each field: that a field came twice can matter. The
    host plays no part; an endpoint knows its own address.

    >>> Call("POST", "/token", headers=(("Content-Type", FORM),), body=b"code=secret")
    Call(POST /token, 11 bytes)

    Raises:
        MisuseError: `misuse.type` for headers that are a mapping, or a body that is text.
    """

    method: str
    path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""

    def __post_init__(self) -> None:
        typed("headers", self.headers, list, tuple)
        typed("body", self.body, bytes)

    def __repr__(self) -> str:
        return f"Call({self.method} {self.path}, {len(self.body)} bytes)"

    def header(self, name: str) -> str | None:
        """Return a header's value, None when it is absent; case does not matter.

        Raises:
            MalformedError: `oauth.request` when the field came more than once.
        """
        if len(self.headers) > limits.MAX_OAUTH_HEADERS:
            raise MalformedError(Code.OAUTH_REQUEST, "headers")
        wanted = name.lower()
        found = [value for each, value in self.headers if each.lower() == wanted]
        if len(found) > 1:
            raise MalformedError(Code.OAUTH_REQUEST, name)
        return found[0] if found else None

    def accepts(self, media_type: str) -> bool:
        """Tell whether the caller names a media type among those it wants."""
        wanted = (value for name, value in self.headers if name.lower() == "accept")
        return any(media_type in value.lower() for value in wanted)

    @property
    def media_type(self) -> str:
        """The media type of the body without its parameters, in lower case."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    def form(self, *, max_bytes: int = limits.MAX_OAUTH_BYTES) -> Mapping[str, str]:
        """Read the body as a form.

        Raises:
            MalformedError: `oauth.request` for another media type, or `oauth.form`.
        """
        if self.media_type != FORM:
            raise MalformedError(Code.OAUTH_REQUEST, "content-type")
        return parse_form(self.body, max_bytes=max_bytes)

    def parameters(self) -> Mapping[str, str]:
        """Read the query as a form.

        Raises:
            MalformedError: `oauth.form`.
        """
        return parse_form(self.query.encode("utf-8", "replace"))


@final
@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """An answer to send. `refusal` says for the server's own records why, and is never sent.

    >>> Reply.of_json({"c_nonce": "secret"})
    Reply(200, 20 bytes)
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    refusal: KridError | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", MappingProxyType(dict(self.headers)))

    def __repr__(self) -> str:
        why = "" if self.refusal is None else f", {self.refusal.code}"
        return f"Reply({self.status}, {len(self.body)} bytes{why})"

    @classmethod
    def of_json(
        cls,
        members: JsonObject,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        refusal: KridError | None = None,
    ) -> Self:
        """Answer with a JSON object that nobody may keep in a cache."""
        typed = {"Content-Type": JSON, **_NO_STORE, **(headers or {})}
        return cls(status, typed, strict_json.dumps(members), refusal)

    @classmethod
    def of_jwt(cls, text: str, *, status: int = 200) -> Self:
        """Answer with a JWT, signed or encrypted."""
        return cls(status, {"Content-Type": JWT, **_NO_STORE}, text.encode("ascii"))

    @classmethod
    def redirect(cls, address: str, *, refusal: KridError | None = None) -> Self:
        """Send a browser elsewhere, with a GET in any case."""
        return cls(303, {"Location": address, **_NO_STORE}, refusal=refusal)

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return the same answer with more headers."""
        return type(self)(self.status, {**self.headers, **headers}, self.body, self.refusal)


def parse_form(raw: bytes, *, max_bytes: int = limits.MAX_OAUTH_BYTES) -> Mapping[str, str]:
    """Read a form: each parameter once, those without a value as if they were absent.

    Follows RFC 6749, section 3.1. `resource` alone may come several times (RFC 8707, section 2):
    what it names stands there once each, parted by spaces, which no address has.

    Raises:
        MalformedError: `oauth.form`.

    >>> dict(parse_form(b"a=1&b=&c=%EA%B9%80"))
    {'a': '1', 'c': '김'}
    >>> parse_form(b"resource=https://a.example&resource=https://b.example")["resource"]
    'https://a.example https://b.example'
    """
    if len(raw) > max_bytes:
        raise MalformedError(Code.OAUTH_FORM, "size")
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=limits.MAX_OAUTH_PARAMETERS,
        )
    except ValueError as cause:
        raise MalformedError(Code.OAUTH_FORM) from cause
    once = [(name, value) for name, value in pairs if name != _MAY_REPEAT]
    members = dict(once)
    if len(members) != len(once):
        raise MalformedError(Code.OAUTH_FORM, "a parameter stands twice")
    repeated = [value for name, value in pairs if name == _MAY_REPEAT and value]
    members |= {_MAY_REPEAT: " ".join(dict.fromkeys(repeated))} if repeated else {}
    return MappingProxyType({name: value for name, value in members.items() if value})


def encode_form(members: Mapping[str, str]) -> bytes:
    """Write a form."""
    return urlencode(members).encode("ascii")


def with_query(address: str, members: Mapping[str, str]) -> str:
    """Add parameters to an address that may have some already (RFC 6749, section 3.1.2).

    >>> with_query("https://wallet.example/cb?a=1", {"code": "x y"})
    'https://wallet.example/cb?a=1&code=x+y'
    """
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}{urlencode(members)}"
