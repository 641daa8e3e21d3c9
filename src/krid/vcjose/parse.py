"""Reading what is secured with JOSE or COSE, believing nothing (VC-JOSE-COSE, section 3)."""

from collections.abc import Mapping
from typing import NamedTuple

from krid._core import limits, shape, strict_json
from krid._core.strict_json import Json, JsonObject
from krid.cose import Sign1
from krid.errors import Code, ContentError, MalformedError, UnsupportedError
from krid.jose import Jws
from krid.model.w3c import (
    Credential,
    DataUrl,
    Enveloped,
    EnvelopedKind,
    Presentation,
    Version,
    claims,
)
from krid.vcjose import decode_1_1, headers
from krid.vcjose.model import Envelope, Header, SecuredCredential, SecuredPresentation
from krid.vcjose.names import CREDENTIAL_TYPES, MEDIA_TYPES, PRESENTATION_TYPES, Form


def parse_credential(raw: bytes, form: Form) -> SecuredCredential:
    """Read a secured credential of one form; an `EnvelopedVerifiableCredential` is opened.

    Raises:
        MalformedError: `vcjose.syntax`, `vcjose.cwt`, `w3c.claim`, `w3c.key_id`; a code of
            `Jws.parse`, `Sign1.parse`, `DataUrl.parse` or `Credential.from_document`.
        ContentError: `vcjose.typ`, `w3c.claim_conflict`, `w3c.version`.
        UnsupportedError: `vcjose.media_type` for an envelope of another type; `alg.unknown`,
            `jws.crit`, `cose.crit`, `w3c.digest_alg`.
    """
    raw = _opened(raw, EnvelopedKind.CREDENTIAL, MEDIA_TYPES[form])
    return _credential(_read(raw, form), form)


def parse_presentation(raw: bytes, form: Form) -> SecuredPresentation:
    """Read a secured presentation of one form; an `EnvelopedVerifiablePresentation` is opened.

    Raises:
        MalformedError, ContentError, UnsupportedError: as `parse_credential`, and a code of
            `Presentation.from_document`.
    """
    media_type = MEDIA_TYPES[form].replace("/vc", "/vp")
    raw = _opened(raw, EnvelopedKind.PRESENTATION, media_type)
    return _presentation(_read(raw, form), form)


def parse(raw: bytes, form: Form) -> SecuredCredential | SecuredPresentation:
    """Read whichever of the two it says it is.

    Raises:
        MalformedError, ContentError, UnsupportedError: as `parse_credential` and
            `parse_presentation`.
    """
    if raw[:1] == b"{":
        presented = is_presentation(raw, form)
        return parse_presentation(raw, form) if presented else parse_credential(raw, form)
    read = _read(raw, form)
    presented = says_presentation(read.payload, form)
    return _presentation(read, form) if presented else _credential(read, form)


def is_presentation(raw: bytes, form: Form) -> bool:
    """Tell a presentation from a credential by what the payload says of itself.

    Raises:
        MalformedError, UnsupportedError: the bytes are neither.
    """
    if raw[:1] == b"{":
        kind = Enveloped.parse(strict_json.loads_object(raw)).kind
        return kind is EnvelopedKind.PRESENTATION
    return says_presentation(_read(raw, form).payload, form)


def says_presentation(payload: JsonObject, form: Form) -> bool:
    """Tell by the payload."""
    if form is Form.JWT_1_1:
        return "vp" in payload
    listed = payload.get("type")
    return "VerifiablePresentation" in (listed if isinstance(listed, list) else (listed,))


def check_types(header: Header, expected: tuple[str, ...], other: str) -> None:
    """Check `typ` and the content type, where they are there (sections 3.1 and 3.3).

    The text recommends `typ` and its own examples lack it, so that its absence is no fault.

    Raises:
        ContentError: `vcjose.typ`.
    """
    bare = {_bare(each) for each in expected}
    if header.typ is not None and _bare(header.typ) not in bare:
        raise ContentError(Code.VCJOSE_TYP, "typ")
    if header.content_type is not None and _bare(header.content_type) == other:
        raise ContentError(Code.VCJOSE_TYP, "content type")


def looks_like(raw: bytes, form: Form) -> bool:
    """Tell by a glance whether bytes could be a credential or presentation of a form."""
    try:
        if raw[:1] == b"{":
            url = Enveloped.parse(strict_json.loads_object(raw)).url
            return url.media_type.replace("/vp", "/vc") == MEDIA_TYPES[form]
        payload = _read(raw, form).payload
    except (MalformedError, UnsupportedError):
        return False
    if form is Form.JWT_1_1:
        return "vc" in payload or "vp" in payload
    return "@context" in payload


class _Read(NamedTuple):
    """What an envelope holds: what its header says, its payload, and the claims beside it."""

    envelope: Envelope
    header: Header
    payload: JsonObject
    beside: Mapping[str, Json]


def _credential(read: _Read, form: Form) -> SecuredCredential:
    envelope, header, payload, beside = read
    check_types(header, CREDENTIAL_TYPES[form], "vp")
    if form is Form.JWT_1_1:
        document = decode_1_1.credential(payload)
    else:
        claims.check_reserved(payload)
        document = payload
    credential = Credential.from_document(document)
    _check_version(credential.version, form)
    claims.check_agreement(credential, beside)
    claims.check_key_id(credential, header.key_id or _certified(header))
    return SecuredCredential(
        form=form, envelope=envelope, header=header, claims=beside, credential=credential
    )


def _presentation(read: _Read, form: Form) -> SecuredPresentation:
    envelope, header, payload, beside = read
    check_types(header, PRESENTATION_TYPES[form], "vc")
    if form is Form.JWT_1_1:
        document = decode_1_1.presentation(payload)
    else:
        claims.check_reserved(payload)
        document = payload
    presentation = Presentation.from_document(document)
    _check_version(presentation.version, form)
    _check_holder(presentation, beside)
    return SecuredPresentation(
        form=form, envelope=envelope, header=header, claims=beside, presentation=presentation
    )


def _read(raw: bytes, form: Form) -> _Read:
    """Read the envelope and all that it holds."""
    if len(raw) > limits.MAX_INPUT_BYTES:
        raise MalformedError(Code.INPUT_SIZE)
    if form is not Form.COSE:
        jws = Jws.parse(_ascii(raw))
        payload = jws.claims(max_values=limits.MAX_JWT_VALUES)
        return _Read(jws, headers.of_jws(jws), payload, headers.jwt_claims(payload))
    sign1 = Sign1.parse(raw)
    content = shape.octets(sign1.payload, Code.VCJOSE_SYNTAX)
    payload = strict_json.loads_object(content, max_values=limits.MAX_JWT_VALUES)
    return _Read(sign1, headers.of_sign1(sign1), payload, headers.cwt_claims(sign1))


def _opened(raw: bytes, kind: EnvelopedKind, media_type: str) -> bytes:
    """Take the bytes out of an enveloped credential or presentation, should it be one."""
    if raw[:1] != b"{":
        return raw
    enveloped = Enveloped.parse(strict_json.loads_object(raw))
    if enveloped.kind is not kind:
        raise MalformedError(Code.VCJOSE_SYNTAX)
    return data_of(enveloped.url, media_type)


def data_of(url: DataUrl, media_type: str) -> bytes:
    """Return the bytes of an envelope that must be of one media type.

    Raises:
        UnsupportedError: `vcjose.media_type`.
    """
    if url.media_type != media_type:
        raise UnsupportedError(Code.VCJOSE_MEDIA_TYPE)
    return url.data


def _check_version(version: Version, form: Form) -> None:
    expected = Version.V1_1 if form is Form.JWT_1_1 else Version.V2_0
    if version is not expected:
        raise ContentError(Code.W3C_VERSION, "@context")


def _check_holder(presentation: Presentation, beside: Mapping[str, Json]) -> None:
    """The issuer of the JWT around a presentation is its holder (VCDM 1.1, section 6.3.1)."""
    if presentation.holder is not None and beside.get("iss") not in (None, presentation.holder.id):
        raise ContentError(Code.W3C_CLAIM_CONFLICT, "iss")


def _certified(header: Header) -> str | None:
    """A certificate says which key signed, as well as a key identifier does."""
    return "x5c" if header.certificates else None


def _ascii(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as cause:
        raise MalformedError(Code.VCJOSE_SYNTAX) from cause


def _bare(name: str) -> str:
    return name.lower().removeprefix("application/")
