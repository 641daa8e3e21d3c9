"""Reading credentials of OpenDID (VC format 1.0.0 and VP format 1.0.0, section 2).

Members whose value is null are absent, as in the signed form. Members that the formats do not
define are kept, since they are signed, and not looked at.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from krid._core import jcs, limits, shape, strict_json, times
from krid._core.strict_json import Json, JsonObject
from krid.did.methods.omn import KeyReference
from krid.did.methods.omn.encoding import decode
from krid.did.methods.omn.proof import CURVES, OmnProof, without_nulls
from krid.did.syntax import Did
from krid.errors import Code, KridError, MalformedError
from krid.keys import Alg
from krid.model.integrity import Integrity
from krid.opendid.model import (
    Claim,
    Credential,
    HolderProof,
    IssuerProof,
    Location,
    Presentation,
)

CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
NONCE_BYTES: Final = 16
_NONCE_CHARS: Final = 64
_VC: Final = "VerifiableCredential"
_VP: Final = "VerifiablePresentation"
_SCHEMA_TYPE: Final = "OsdSchemaCredential"


def parse_credential(raw: bytes) -> Credential:
    """Read a credential.

    Raises:
        MalformedError: a `json.*` code, `omn.credential`, or `omn.proof`.
    """
    return credential_of(_load(raw))


def credential_of(document: Mapping[str, Json]) -> Credential:
    """Read a credential that is decoded already.

    Raises:
        MalformedError: `omn.credential` or `omn.proof`.
    """
    code = Code.OMN_CREDENTIAL
    members = without_nulls(document)
    types = _types(members, _VC, code)
    issuer = shape.mapping(members.get("issuer"), code)
    subject = shape.mapping(members.get("credentialSubject"), code)
    _check_fixed(members)
    claims = _claims(subject.get("claims"))
    _check_envelope(members)
    return Credential(
        document=document,
        id=_named(members, "id", code),
        types=types,
        issuer=_did(issuer, "id", code),
        subject=_did(subject, "id", code),
        schema=_schema(members),
        issued=_moment(members, "issuanceDate", code),
        valid_from=_moment(members, "validFrom", code),
        valid_until=_moment(members, "validUntil", code),
        claims=claims,
        proof=_issuer_proof(members.get("proof"), len(claims)),
    )


def parse_presentation(raw: bytes) -> Presentation:
    """Read a presentation of one or more credentials.

    Raises:
        MalformedError: a `json.*` code, `omn.presentation`, `omn.credential`, or `omn.proof`.
    """
    document = _load(raw)
    code = Code.OMN_PRESENTATION
    members = without_nulls(document)
    _types(members, _VP, code)
    _named(members, "id", code)
    credentials = _credentials(document)
    return Presentation(
        document=document,
        holder=_did(members, "holder", code),
        nonce=parse_nonce(members.get("verifierNonce")),
        valid_from=_moment(members, "validFrom", code),
        valid_until=_moment(members, "validUntil", code),
        credentials=credentials,
        proofs=_holder_proofs(members),
    )


def parse_nonce(value: object) -> bytes:
    """Read a verifier's nonce: 16 bytes in multibase.

    Raises:
        MalformedError: `omn.presentation`.
    """
    text = shape.text(value, Code.OMN_PRESENTATION)
    raw = decode(text, Code.OMN_PRESENTATION, max_chars=_NONCE_CHARS)
    if len(raw) != NONCE_BYTES:
        raise MalformedError(Code.OMN_PRESENTATION, "verifierNonce")
    return raw


def _load(raw: bytes) -> JsonObject:
    return strict_json.loads_object(
        raw, max_bytes=limits.MAX_OMN_BYTES, max_values=limits.MAX_JWT_VALUES
    )


def _types(members: Mapping[str, Json], wanted: str, code: Code) -> tuple[str, ...]:
    if members.get("@context") != [CONTEXT]:
        raise MalformedError(code, "@context")
    types = shape.texts(members.get("type"), code)
    if wanted not in types or len(types) > limits.MAX_W3C_OBJECTS:
        raise MalformedError(code, "type")
    return types


def _check_fixed(members: Mapping[str, Json]) -> None:
    """Check what says how to read the credential, and that its evidence has the right form."""
    code = Code.OMN_CREDENTIAL
    if members.get("encoding") != "UTF-8":
        raise MalformedError(code, "encoding")
    _named(members, "formatVersion", code)
    _named(members, "language", code)
    evidence = shape.sequence(members.get("evidence"), code)
    if len(evidence) > limits.MAX_W3C_OBJECTS:
        raise MalformedError(code, "evidence")
    for each in evidence:
        item = shape.mapping(each, code)
        _named(item, "type", code)
        _did(item, "verifier", code)


def _schema(members: Mapping[str, Json]) -> str:
    schema = shape.mapping(members.get("credentialSchema"), Code.OMN_CREDENTIAL)
    if schema.get("type") != _SCHEMA_TYPE:
        raise MalformedError(Code.OMN_CREDENTIAL, "credentialSchema")
    return _named(schema, "id", Code.OMN_CREDENTIAL)


def _claims(value: object) -> tuple[Claim, ...]:
    items = shape.sequence(value, Code.OMN_CREDENTIAL)
    if not 0 < len(items) <= limits.MAX_QUERY_CLAIMS:
        raise MalformedError(Code.OMN_CREDENTIAL, "claims")
    claims = tuple(map(_claim, items))
    if len({claim.code for claim in claims}) != len(claims):
        raise MalformedError(Code.OMN_CREDENTIAL, "two claims of one code")
    return claims


def _claim(value: object) -> Claim:
    code = Code.OMN_CREDENTIAL
    members = shape.mapping(value, code)
    location = _location(members.get("location", Location.INLINE.value))
    integrity = _integrity(members.get("digestSRI"))
    if integrity is None and location is not Location.INLINE:
        raise MalformedError(code, "digestSRI")
    shape.boolean(members.get("hideValue", False), code)
    shape.mapping(members.get("i18n", {}), code)
    return Claim(
        code=_named(members, "code", code),
        caption=shape.text(members.get("caption"), code),
        value=shape.text(members.get("value"), code),
        type=_named(members, "type", code),
        format=_named(members, "format", code),
        location=location,
        integrity=integrity,
    )


def _location(value: object) -> Location:
    try:
        return Location(value)
    except ValueError as cause:
        raise MalformedError(Code.OMN_CREDENTIAL, "location") from cause


def _integrity(value: object) -> Integrity | None:
    if value is None:
        return None
    try:
        return Integrity.parse(shape.text(value, Code.OMN_CREDENTIAL))
    except KridError as cause:
        raise MalformedError(Code.OMN_CREDENTIAL, "digestSRI") from cause


def _check_envelope(members: Mapping[str, Json]) -> None:
    """Limit what is signed again with each claim, so that verifying stays linear in the size."""
    subject = shape.mapping(members["credentialSubject"], Code.OMN_CREDENTIAL)
    around = {**members, "credentialSubject": jcs.without(subject, "claims")}
    if len(strict_json.dumps(jcs.without(around, "proof"))) > limits.MAX_OMN_ENVELOPE_BYTES:
        raise MalformedError(Code.OMN_CREDENTIAL, "too much around the claims")


def _issuer_proof(value: object, claims: int) -> IssuerProof:
    members = shape.mapping(value, Code.OMN_PROOF)
    curve = CURVES.get(shape.text(members.get("type"), Code.OMN_PROOF))
    if curve is None:
        raise MalformedError(Code.OMN_PROOF, "type")
    whole = None if "proofValue" not in members else OmnProof.parse(members)
    each = "proofValueList" in members
    if whole is None and not each:
        raise MalformedError(Code.OMN_PROOF, "no signature")
    if each and len(shape.sequence(members["proofValueList"], Code.OMN_PROOF)) != claims:
        raise MalformedError(Code.OMN_PROOF, "not one signature for each claim")
    if members.get("proofPurpose") != "assertionMethod":
        raise MalformedError(Code.OMN_PROOF, "purpose")
    _moment(members, "created", Code.OMN_PROOF)
    reference = shape.text(members.get("verificationMethod"), Code.OMN_PROOF)
    return IssuerProof(
        alg=Alg.of_curve(curve),
        key=KeyReference.parse(reference),
        reference=reference,
        whole=whole,
        each=each,
        members=members,
    )


def _credentials(document: Mapping[str, Json]) -> tuple[Credential, ...]:
    code = Code.OMN_PRESENTATION
    items = shape.sequence(document.get("verifiableCredential"), code)
    if not 0 < len(items) <= limits.MAX_OMN_CREDENTIALS:
        raise MalformedError(code, "verifiableCredential")
    found = tuple(credential_of(shape.mapping(each, code)) for each in items)
    if sum(len(each.claims) for each in found) > limits.MAX_QUERY_CLAIMS:
        raise MalformedError(code, "too many claims")
    return found


def _holder_proofs(members: Mapping[str, Json]) -> tuple[HolderProof, ...]:
    """Read one `proof`, or two and more `proofs`, and never both."""
    if ("proof" in members) == ("proofs" in members):
        raise MalformedError(Code.OMN_PROOF, "proof or proofs")
    if "proof" in members:
        return (_holder_proof(members["proof"]),)
    items = shape.sequence(members["proofs"], Code.OMN_PROOF)
    if not 1 < len(items) <= limits.MAX_OMN_KEYS:
        raise MalformedError(Code.OMN_PROOF, "proofs")
    return tuple(map(_holder_proof, items))


def _holder_proof(value: object) -> HolderProof:
    proof = OmnProof.parse(value)
    if "proofValueList" in proof.members or proof.purpose != "assertionMethod":
        raise MalformedError(Code.OMN_PROOF, "purpose")
    return HolderProof(
        proof=proof,
        key=KeyReference.parse(proof.key_id),
        created=_moment(proof.members, "created", Code.OMN_PROOF),
    )


def _named(members: Mapping[str, Json], name: str, code: Code) -> str:
    text = shape.text(members.get(name), code)
    if not 0 < len(text) <= limits.MAX_URL_CHARS:
        raise MalformedError(code, name)
    return text


def _did(members: Mapping[str, Json], name: str, code: Code) -> str:
    try:
        return str(Did.parse(shape.text(members.get(name), code)))
    except KridError as cause:
        raise MalformedError(code, name) from cause


def _moment(members: Mapping[str, Json], name: str, code: Code) -> datetime:
    try:
        return times.from_rfc3339(shape.text(members.get(name), code))
    except MalformedError as cause:
        raise MalformedError(code, name) from cause
