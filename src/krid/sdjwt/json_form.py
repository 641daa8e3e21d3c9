"""SD-JWT in the JSON serialisations of JWS: flattened and general (RFC 9901, section 8).

Whatever comes in JSON is put into the compact form, which is what `sd_hash` covers, and is then
read and verified like any other: there is one parser and one verifier.

With several signatures, the first is the issuer-signed JWT. Its unprotected header carries the
disclosures and the key binding, its text is what `sd_hash` covers, and it alone is verified.
The others are kept, well-formed and unverified; `JwsJson.cosignature` gives one to whoever wants
to verify it. Only protected headers say who signed and how.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, unique
from types import MappingProxyType
from typing import Final, Self, final

from krid._core import base64url, limits, shape, strict_json
from krid._core.arguments import typed
from krid._core.frozen import freeze_object, thaw
from krid._core.strict_json import Json, JsonObject
from krid.errors import Code, MalformedError, MisuseError, UnsupportedError
from krid.jose import Jws, jws
from krid.keys import Alg, Prepared

_DISCLOSURES: Final = "disclosures"
_KB_JWT: Final = "kb_jwt"
_OURS: Final = frozenset({_DISCLOSURES, _KB_JWT})
_PROTECTED_ONLY: Final = frozenset(
    {"alg", "typ", "cty", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256", "b64"}
)
_FLAT_MEMBERS: Final = frozenset({"protected", "header", "signature"})

_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_COMPACT: Final = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)
_GLANCE: Final = (b'"payload"', b'"signature', b'"disclosures"')


@unique
class Serialisation(Enum):
    """How an SD-JWT is written down."""

    COMPACT = "compact"
    FLATTENED = "flattened"
    GENERAL = "general"


@final
@dataclass(frozen=True, slots=True)
class JwsSignature:
    """One signature: its protected header and itself in base64url, as they came.

    `header` are the members of the unprotected header but `disclosures` and `kb_jwt`, read-only.
    krid carries them and believes nothing of them: nobody signed them.
    """

    protected: str
    signature: str = field(repr=False)
    header: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}), repr=False)


@final
@dataclass(frozen=True, slots=True)
class JwsJson:
    """An SD-JWT or SD-JWT+KB in a JSON serialisation: parsed, and nothing of it verified.

    `payload`, `disclosures` and `kb_jwt` are the exact texts that came. Members that neither
    RFC 7515 nor RFC 9901 define are passed over and not kept (RFC 7515, section 7.2.1).
    """

    serialisation: Serialisation
    payload: str = field(repr=False)
    signatures: tuple[JwsSignature, ...]
    disclosures: tuple[str, ...] = field(repr=False)
    kb_jwt: str | None = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a JSON serialisation, the form told by its members (RFC 7515, section 7.2).

        Raises:
            MalformedError: `input.size`, a `json.*` code, `sdjwt.json_syntax`,
                `sdjwt.json_header`, `sdjwt.disclosure_limit`, or `jws.header` and the codes of
                JSON and base64url for a protected header.
            UnsupportedError: `jws.crit`.
        """
        typed("raw", raw, bytes)
        if len(raw) > limits.MAX_SDJWT_BYTES:
            raise MalformedError(Code.INPUT_SIZE)
        members = strict_json.loads_object(raw, max_values=limits.MAX_JWT_VALUES)
        form, entries = _form(members)
        headers = [_header(entry) for entry in entries]
        if any(not _OURS.isdisjoint(header) for header in headers[1:]):
            raise MalformedError(Code.SDJWT_JSON_HEADER, "disclosures beside the first signature")
        return cls(
            form,
            _text(members, "payload"),
            tuple(_signature(*pair) for pair in zip(entries, headers, strict=True)),
            _disclosures(headers[0]),
            _kb_jwt(headers[0]),
        )

    @classmethod
    def from_compact(cls, text: str, serialisation: Serialisation) -> Self:
        """Write a compact SD-JWT or SD-JWT+KB as JSON; its content is not looked at.

        Raises:
            MalformedError: `sdjwt.syntax`.
            MisuseError: `misuse.option` for the compact form, which is no JSON.
        """
        if serialisation is Serialisation.COMPACT:
            raise MisuseError(Code.MISUSE_OPTION, "serialisation")
        signed, *disclosures = text.split("~")
        parts = signed.split(".")
        if not disclosures or len(parts) != 3:
            raise MalformedError(Code.SDJWT_SYNTAX)
        kb = disclosures.pop()
        signature = JwsSignature(parts[0], parts[2])
        return cls(serialisation, parts[1], (signature,), tuple(disclosures), kb or None)

    def encode(self) -> bytes:
        """Write the JSON serialisation; what `parse` reads from it is this value."""
        ours: JsonObject = {}
        if self.disclosures:
            ours[_DISCLOSURES] = list(self.disclosures)
        if self.kb_jwt is not None:
            ours[_KB_JWT] = self.kb_jwt
        entries = [_entry(self.signatures[0], ours), *(_entry(s, {}) for s in self.signatures[1:])]
        if self.serialisation is Serialisation.FLATTENED:
            return strict_json.dumps({"payload": self.payload, **entries[0]})
        return strict_json.dumps({"payload": self.payload, "signatures": entries})

    def presentation_text(self) -> str:
        """Return the compact form of the first signature, which is what krid verifies.

        Up to its last tilde it is what `sd_hash` covers (section 8.1).
        """
        first = self.signatures[0]
        signed = f"{first.protected}.{self.payload}.{first.signature}"
        return "~".join((signed, *self.disclosures, self.kb_jwt or ""))

    def converted(self, serialisation: Serialisation) -> "JwsJson":
        """Return the same in the other JSON serialisation.

        Raises:
            MisuseError: `misuse.option` for several signatures in flattened form, or for the
                compact form, which `compact` writes.
        """
        lossy = serialisation is Serialisation.FLATTENED and len(self.signatures) > 1
        if lossy or serialisation is Serialisation.COMPACT:
            raise MisuseError(Code.MISUSE_OPTION, "serialisation")
        return replace(self, serialisation=serialisation)

    def compact(self) -> str:
        """Convert to the compact form without loss.

        Raises:
            MisuseError: `misuse.option` when further signatures or unprotected header members
                would be lost.
        """
        if len(self.signatures) > 1 or self.signatures[0].header:
            raise MisuseError(Code.MISUSE_OPTION, "the compact form can't carry all of it")
        return self.presentation_text()

    def showing(self, text: str) -> "JwsJson":
        """Return the same signatures with the disclosures and the key binding of a compact text.

        The text is what `present.bearer` or `present.prepare` made of `presentation_text`.

        Raises:
            MalformedError: `sdjwt.syntax`.
            MisuseError: `misuse.option` when the text is of another SD-JWT.
        """
        shown = JwsJson.from_compact(text, self.serialisation)
        first, other = self.signatures[0], shown.signatures[0]
        ours = (first.protected, self.payload, first.signature)
        if (other.protected, shown.payload, other.signature) != ours:
            raise MisuseError(Code.MISUSE_OPTION, "another SD-JWT")
        return replace(self, disclosures=shown.disclosures, kb_jwt=shown.kb_jwt)

    def prepare_cosignature(self, header: Mapping[str, Json], *, alg: Alg) -> Prepared["JwsJson"]:
        """Make everything of a further signature over the same payload; the form turns general.

        Raises:
            MisuseError: `misuse.option` for header members that krid sets, or too many signatures.
            MalformedError: `json.syntax` when the header has no JSON form.
        """
        if len(self.signatures) >= limits.MAX_JWS_SIGNATURES:
            raise MisuseError(Code.MISUSE_OPTION, "signatures")

        def add(text: str) -> JwsJson:
            protected, _, signature = text.split(".")
            signatures = (*self.signatures, JwsSignature(protected, signature))
            return replace(self, serialisation=Serialisation.GENERAL, signatures=signatures)

        return jws.prepare(header, base64url.decode(self.payload), alg=alg).then(add)

    def cosignature(self, index: int) -> Jws:
        """Return one signature as a JWS to verify; 0 is the first, which `verify` looks at.

        Raises:
            MalformedError, UnsupportedError: the codes of `Jws.parse`, such as `alg.unknown`.
            MisuseError: `misuse.option` for an index without a signature.
        """
        if not 0 <= index < len(self.signatures):
            raise MisuseError(Code.MISUSE_OPTION, "index")
        one = self.signatures[index]
        return Jws.parse(f"{one.protected}.{self.payload}.{one.signature}")


def looks_like_json(raw: bytes) -> bool:
    """Tell by a glance whether bytes could be an SD-JWT with disclosures, written as JSON."""
    return raw.lstrip()[:1] == b"{" and all(mark in raw for mark in _GLANCE)


def to_compact(raw: bytes) -> str:
    """Return the text to parse: compact text as it is, a JSON serialisation put into that form.

    Raises:
        MalformedError: `sdjwt.syntax` for bytes that are not ASCII, or as `JwsJson.parse`.
        UnsupportedError: `jws.crit`.
    """
    if raw.lstrip()[:1] == b"{":
        return JwsJson.parse(raw).presentation_text()
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.SDJWT_SYNTAX) from cause


def write(text: str, serialisation: Serialisation) -> bytes:
    """Write a compact SD-JWT in any serialisation.

    Raises:
        MalformedError: `sdjwt.syntax`.
    """
    if serialisation is Serialisation.COMPACT:
        return text.encode("ascii")
    return JwsJson.from_compact(text, serialisation).encode()


def _form(members: JsonObject) -> tuple[Serialisation, Sequence[Mapping[str, Json]]]:
    """Tell the two forms apart, and return the objects that hold the signatures."""
    if "signatures" not in members:
        return Serialisation.FLATTENED, [members]
    if not _FLAT_MEMBERS.isdisjoint(members):
        raise MalformedError(Code.SDJWT_JSON_SYNTAX, "flattened and general at once")
    return Serialisation.GENERAL, _entries(members["signatures"])


def _entries(value: Json) -> Sequence[Mapping[str, Json]]:
    entries = shape.sequence(value, Code.SDJWT_JSON_SYNTAX)
    if not 1 <= len(entries) <= limits.MAX_JWS_SIGNATURES:
        raise MalformedError(Code.SDJWT_JSON_SYNTAX, "signatures")
    return [shape.mapping(entry, Code.SDJWT_JSON_SYNTAX) for entry in entries]


def _header(entry: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return an unprotected header, empty where there is none.

    What decides how a signature is verified must be signed itself; RFC 7515 would allow most of
    it here, but `crit`, `b64` and what RFC 9901 needs protected.
    """
    header = shape.mapping(entry.get("header", {}), Code.SDJWT_JSON_HEADER)
    if "crit" in header:
        raise UnsupportedError(Code.JWS_CRIT, "crit")
    if not _PROTECTED_ONLY.isdisjoint(header):
        raise MalformedError(Code.SDJWT_JSON_HEADER, "a member that must be protected")
    return header


def _signature(entry: Mapping[str, Json], header: Mapping[str, Json]) -> JwsSignature:
    """Read one signature; no header member may stand in both headers (RFC 7515, section 7.2.1)."""
    protected = _text(entry, "protected")
    signed = _protected_members(protected)
    if not _OURS.isdisjoint(signed):
        raise MalformedError(Code.SDJWT_JSON_HEADER, "disclosures or kb_jwt in a protected header")
    if not signed.keys().isdisjoint(header):
        raise MalformedError(Code.SDJWT_JSON_HEADER, "a member in both headers")
    others = {name: value for name, value in header.items() if name not in _OURS}
    if others and len(strict_json.dumps(others)) > limits.MAX_JWT_HEADER_BYTES:
        raise MalformedError(Code.SDJWT_JSON_HEADER, "larger than the limit")
    frozen: Mapping[str, Json] = freeze_object(others)  # type: ignore[assignment]  # JSON stays JSON
    return JwsSignature(protected, _text(entry, "signature"), frozen)


def _protected_members(text: str) -> JsonObject:
    raw = base64url.decode(text)
    signed = strict_json.loads_object(raw, max_bytes=limits.MAX_JWT_HEADER_BYTES)
    if "crit" in signed:
        raise UnsupportedError(Code.JWS_CRIT, "crit")
    return signed


def _disclosures(header: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the disclosures; a tilde in one would make two of it in the compact form."""
    given = shape.sequence(header.get(_DISCLOSURES, ()), Code.SDJWT_JSON_HEADER)
    if len(given) > limits.MAX_DISCLOSURES:
        raise MalformedError(Code.SDJWT_DISCLOSURE_LIMIT)
    texts = shape.texts(given, Code.SDJWT_JSON_HEADER)
    if not all(_BASE64URL.fullmatch(text) for text in texts):
        raise MalformedError(Code.SDJWT_DISCLOSURE_SYNTAX)
    return texts


def _kb_jwt(header: Mapping[str, Json]) -> str | None:
    if _KB_JWT not in header:
        return None
    text = shape.text(header[_KB_JWT], Code.SDJWT_JSON_HEADER)
    if _COMPACT.fullmatch(text) is None:
        raise MalformedError(Code.KB_SYNTAX)
    return text


def _text(members: Mapping[str, Json], name: str) -> str:
    text = shape.text(members.get(name), Code.SDJWT_JSON_SYNTAX)
    if _BASE64URL.fullmatch(text) is None:
        raise MalformedError(Code.SDJWT_JSON_SYNTAX, name)
    return text


def _entry(one: JwsSignature, ours: Mapping[str, Json]) -> JsonObject:
    others: JsonObject = thaw(one.header)  # type: ignore[assignment]  # JSON stays JSON
    entry: JsonObject = {"protected": one.protected, "signature": one.signature}
    return {**({"header": {**ours, **others}} if ours or others else {}), **entry}
